// engines.test.mjs: core.wasm and the JavaScript made of it side by side: the same events, the same tape, and at the end
// the same memory, byte for byte. More of it: RETARGET_STEPS=1000000 node --test tests/wasm/engines.test.mjs
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { MAX_BODY_LENGTH, MAX_GIVEN_LENGTH, attributes, brands, eventNumbers, events, eventTexts, openCore } from '../../wasm-glue/core_client.mjs';
import { createTape } from '../../wasm-glue/tape.mjs';
import { answer, engines, feed, goodAttributes, offer, only, start } from './support.mjs';

// The same embed on each engine: [{core, border, tape}].
function openBoth({ brand = 0, seed = [1, 2], values = goodAttributes } = {}) {
  const config = { brand, kind: 0, seed, pageHost: 'shop.example', pageLanguage: 'en', attribute: (name) => values[name] ?? null };
  return Object.values(engines).map((freshCore) => {
    const border = freshCore();
    const tape = createTape();
    return { border, tape, core: openCore(tape.watch(border), config) };
  });
}

// Calls `act` with both cores and says the first line in which their tapes differ.
function alike(both, act, told = '') {
  for (const { core } of both) act(core);
  const [wasm, javascript] = both.map(({ tape }) => tape.text().split('\n'));
  const line = wasm.findIndex((text, i) => text !== javascript[i]);
  assert.equal(line < 0 ? '' : javascript[line], line < 0 ? '' : wasm[line], told);
  assert.equal(javascript.length, wasm.length, told);
}

const bytesOf = ({ border }) => Buffer.from(border.memory.buffer);

function sameMemory([wasm, javascript], told = '') {
  const [ours, theirs] = [bytesOf(wasm), bytesOf(javascript)];
  if (ours.equals(theirs)) return;
  assert.fail(`the memories differ from byte ${ours.findIndex((byte, i) => byte !== theirs[i])} on ${told}`);
}

// xorshift32: any seed but 0 makes one and the same sequence for ever.
function createRandom(state) {
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const below = (count) => next() % count;
  return { next, below, pick: (list) => list[below(list.length)], chance: (permille) => below(1000) < permille };
}

test('both engines have the same names, and a memory of one size', () => {
  const [wasm, javascript] = Object.values(engines).map((freshCore) => freshCore());
  assert.deepEqual(Object.keys(javascript).sort(), Object.keys(wasm).sort());
  assert.equal(javascript.memory.buffer.byteLength, wasm.memory.buffer.byteLength);
  assert.equal(bytesOf({ border: javascript }).compare(bytesOf({ border: wasm })), 0, 'what the core begins with');
});

test('two cores of one JavaScript module have a memory each', () => {
  const [first, second] = [engines.javascript(), engines.javascript()];
  const before = bytesOf({ border: first });
  const snapshot = Buffer.from(before);
  const config = { brand: 1, kind: 0, seed: [5, 6], pageHost: 'other.example', pageLanguage: 'de', attribute: (name) => goodAttributes[name] ?? null };
  start(openCore(second, config));
  assert.ok(before.equals(snapshot));
});

// ---------------------------------------------------------------- numbers

// Everything that the core converts between whole numbers and fractions comes from JSON, from the clock, or goes to the
// timer: in WebAssembly an instruction, in JavaScript arithmetic of wasm2js.
test('any number in an answer means the same to both', () => {
  const edges = ['0', '-0', '-1', '0.5', '1.5', '899.999', '1e3', '9e-1', '1e21', '1e308', '1e309', '-1e309', '4.9e-324', '0.1', '2.5e-1'];
  for (const power of [31, 32, 52, 53, 62, 63, 64]) {
    for (const more of [-1n, 0n, 1n]) edges.push(String(2n ** BigInt(power) + more), String(-(2n ** BigInt(power)) + more));
  }
  const random = createRandom(77);
  const some = Array.from({ length: 400 }, () =>
    random.pick([
      () => String(random.next() - 2 ** 31),
      () => String(random.below(100_000)),
      () => `${random.next()}${random.next()}`,
      () => `${random.below(2000)}.${random.next()}`,
      () => `${random.chance(500) ? '-' : ''}${random.below(10)}.${random.next()}e${random.below(640) - 320}`,
    ])(),
  );
  const encoder = new TextEncoder();
  for (const number of [...edges, ...some]) {
    const both = openBoth();
    alike(both, (core) => {
      const [create] = only(start(core), 'sendHttp');
      feed(core, answer(create.request, encoder.encode(`{"sessionId":"dcl_0123456789abcdefghijkl","expiresIn":${number},"maxWait":${number}}`)), 100.9);
      const [poll] = only(feed(core, { kind: 'woke' }, 2100.1), 'sendHttp');
      if (!poll) return; // it lived for no longer than that
      const [ask] = only(feed(core, answer(poll.request, { status: 'ready', requestId: 'req_1' }), 2200), 'sendHttp');
      const offers = JSON.stringify([offer(1), offer(2, { rankScore: 'here' }), offer(3, { rankScore: 5 })]).replace('"here"', number);
      feed(core, answer(ask.request, encoder.encode(`{"requestId":"req_1","offers":${offers}}`)), 2300);
      feed(core, { kind: 'viewport', widthPx: 700, heightPx: 900, metrics: '' }, 2301);
    }, number);
    sameMemory(both, number);
  }
});

test('any time of a page\'s clock means the same to both', () => {
  for (const now of [0, 0.999, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 0.5, 2 ** 32, 2 ** 32 + 1, 123456789012.75, 2 ** 52, Number.MAX_SAFE_INTEGER]) {
    const both = openBoth();
    alike(both, (core) => {
      const [create] = only(start(core, now), 'sendHttp');
      feed(core, { kind: 'httpFailed', request: create.request }, now);
      assert.ok(core.wakeAt() >= Math.floor(now), `woken at ${core.wakeAt()}`);
    }, `at ${now}`);
    sameMemory(both, `at ${now}`);
  }
});

// ---------------------------------------------------------------- mistakes

test('what one engine refuses with a trap, the other does', () => {
  const opened = (freshCore) => {
    const border = freshCore();
    border.open_embed(0, 0, 1, 2);
    return border;
  };
  const out = -1 >>> 0;
  const mistakes = {
    'open_embed twice': (border) => border.open_embed(0, 0, 1, 2),
    'config_text when open': (border) => border.config_text(0, 0, 1),
    'step with no such kind': (border) => border.step(events.length, 0),
    'command_number with no such position': (border) => border.command_number(99),
    'node_number without a surface': (border) => border.node_number(0, 0),
    'look_number without a surface': (border) => border.look_number(0),
  };
  for (const position of [99, -1, out, -(2 ** 31)]) {
    mistakes[`event_number ${position}`] = (border) => border.event_number(position, 0);
    mistakes[`event_text ${position}`] = (border) => border.event_text(position, 0, 0);
    mistakes[`event_text from ${position}`] = (border) => border.event_text(0, position >>> 0 > 1000 ? position : out, 1);
    mistakes[`event_text of length ${position}`] = (border) => border.event_text(0, border.input_capacity(), position);
  }
  for (const [name, make] of Object.entries(mistakes)) {
    for (const [engine, freshCore] of Object.entries(engines)) {
      const border = opened(freshCore);
      const before = bytesOf({ border });
      const snapshot = Buffer.from(before);
      assert.throws(() => make(border), `${name} on ${engine}`);
      assert.ok(before.equals(snapshot), `${name} on ${engine} wrote something`);
    }
  }
  for (const freshCore of Object.values(engines)) assert.throws(() => freshCore().open_embed(99, 0, 1, 2), 'no such brand');
});

// ---------------------------------------------------------------- long walks

const words = ['', 'x', '{', '[]', 'null', '"', '{"status":"pending"}', '{"status":"expired"}', '{"code":"unknown_keys"}', '\xff\xfe', '<html>'];

// A body that the API might give to a request for `url`, or nearly, or not at all.
function bodyFor(url, random) {
  const offers = () => Array.from({ length: random.below(15) }, (_, i) => offer(random.below(20), {
    premium: random.chance(300),
    rankScore: random.next() - 2 ** 31,
    headline: random.pick(['a', 'wörter '.repeat(random.below(14)), '日本語の見出し', 'مرحبا', i]),
    image: random.pick([null, 'https://img.example/a.png', '//x']),
  }));
  const good = url.includes('/offers')
    ? { requestId: 'req_1', offers: offers(), dir: random.pick(['ltr', 'rtl', undefined]), texts: random.pick([undefined, { title: 'Título', close: 'Cerrar' }]) }
    : url.includes('/session/')
      ? random.pick([{ status: 'pending' }, { status: 'ready', requestId: 'req_1' }, { status: 'ready' }])
      : url.includes('/session')
        ? { sessionId: 'dcl_0123456789abcdefghijkl', expiresIn: random.pick([900, 60, 1, undefined]), maxWait: random.pick([undefined, 25, 3]) }
        : url.includes('/decision') ? { allowed: false, requestId: 'req_2' } : { ok: true };
  const text = random.chance(900) ? JSON.stringify(good) : random.pick(words);
  const bytes = new TextEncoder().encode(text);
  if (random.chance(30)) return bytes.subarray(0, random.below(bytes.length + 1));
  if (random.chance(5)) return new Uint8Array(random.below(MAX_BODY_LENGTH + 2)).fill(random.below(256));
  return bytes;
}

// An event that a page might feed: mostly what the core waits for, sometimes anything.
function eventFor(core, asked, random) {
  if (asked.length > 0 && random.chance(800)) {
    const { request, url } = asked.splice(random.below(asked.length), 1)[0];
    if (random.chance(60)) return { kind: 'httpFailed', request };
    const status = random.chance(920) ? 200 : random.pick([0, 202, 204, 403, 404, 410, 429, 500, 503, 999]);
    return { kind: 'httpDone', request, status, retryAfter: random.pick(['', '', '7', '-1', 'Wed, 21 Oct']), body: bodyFor(url, random) };
  }
  if (random.chance(600)) return { kind: 'woke' };
  const event = { kind: random.pick(events)[0] };
  if (event.kind === 'ended' && random.chance(900)) return { kind: 'woke' };
  for (const name of eventNumbers) event[name] = random.pick([0, 1, 2, 3, 500, 1000, random.below(4000), random.next() | 0]);
  for (const name of eventTexts) event[name] = random.pick(['', '', '500', 'x'.repeat(random.below(MAX_GIVEN_LENGTH))]);
  return event;
}

function attributesOf(random) {
  const values = { ...goodAttributes };
  for (const name of attributes) if (random.chance(80)) values[name] = random.pick(['', 'false', 'true', 'dark', '#123', '#abcdef', 'ar', 'x'.repeat(50)]);
  return values;
}

// One life of an embed, up to `length` events long: on both engines, step by step. Returns how many there were; adds the
// states it was in to `states`.
function walk(seed, length, states) {
  const random = createRandom(seed);
  const both = openBoth({ brand: random.below(brands.length), seed: [random.next(), random.next()], values: attributesOf(random) });
  const asked = [];
  let now = random.pick([0, 5.5, 2 ** 31, 2 ** 40]);
  const take = (event) => {
    const [commands] = both.map(({ core }) => feed(core, event, now));
    asked.push(...only(commands, 'sendHttp'));
  };
  take({ kind: 'visibility', state: random.pick([0, 0, 0, 1, 2]) });
  take({ kind: 'connectivity', state: random.pick([1, 1, 1, 0]) });
  take({ kind: 'started' });
  let steps = 3;
  const [{ core }] = both;
  for (; steps < length && !/^(ended|closed|failed)$/.test(core.state()); steps++) {
    const next = core.wakeAt();
    now = next < Infinity && random.chance(700) ? Math.max(now, next) : now + random.pick([0, 0.5, 3, 100, 2000, 60_000]);
    take(eventFor(core, asked, random));
    states.add(core.state());
    if (asked.length > 6) asked.shift();
  }
  alike(both, () => {}, `seed ${seed}`);
  sameMemory(both, `seed ${seed}`);
  return steps;
}

test('whatever happens to an embed, both engines do the same', () => {
  const wanted = Number(process.env.RETARGET_STEPS ?? 20_000);
  const states = new Set();
  let steps = 0;
  for (let seed = 1; steps < wanted; seed++) steps += walk(seed, 400, states);
  assert.deepEqual([...states].sort(), ['closed', 'empty', 'ended', 'expired', 'failed', 'fetching', 'open', 'paused', 'starting', 'waiting']);
});
