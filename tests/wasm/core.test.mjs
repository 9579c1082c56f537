// core.test.mjs: the core as a page has it, through core_client.mjs, driven by hand: core.wasm, or with RETARGET_ENGINE the
// JavaScript made of it.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  CLOSE_API,
  HTTP_GET,
  HTTP_POST,
  LOG_ERROR,
  MAX_BODY_LENGTH,
  PAGE_PRERENDERED,
  PAGE_VISIBLE,
  LOOK_ACCENT, LOOK_COUNT, LOOK_ON_ACCENT, ROLE_CARD,
  ROLE_HEADLINE,
  ROLE_OVERLAY,
} from '../../wasm-glue/core_client.mjs';
import { answer, coreBytes, coreModule, feed, fileBytes, freshCore, offer, only, openEmbed, sessionReply, start, trap } from './support.mjs';

// A decline embed whose session is announced and whose first poll is on its way at 2 s.
function waitingEmbed(options) {
  const core = openEmbed(options);
  const [create] = only(start(core), 'sendHttp');
  feed(core, answer(create.request, sessionReply), 100);
  return core;
}

// An embed whose offers have arrived and are to be drawn.
function showingEmbed(offers, options) {
  const core = waitingEmbed(options);
  const [poll] = only(feed(core, { kind: 'woke' }, core.wakeAt()), 'sendHttp');
  const [ask] = only(feed(core, answer(poll.request, { status: 'ready', requestId: 'req_1' }), 2200), 'sendHttp');
  const measure = feed(core, answer(ask.request, { requestId: 'req_1', offers }), 2300);
  assert.deepEqual(measure.map(({ kind }) => kind), ['measureViewport']);
  const show = feed(core, { kind: 'viewport', widthPx: 1280, heightPx: 800, metrics: '' }, 2301);
  assert.deepEqual(show.map(({ kind }) => kind), ['showSurface']);
  return core;
}

test('the module is valid, imports nothing, and fits into 192 KiB of fixed memory', () => {
  assert.ok(WebAssembly.validate(coreBytes));
  assert.deepEqual(WebAssembly.Module.imports(coreModule), []);
  const { memory } = new WebAssembly.Instance(coreModule).exports;
  assert.ok(memory.buffer.byteLength <= 192 * 1024);
});

test('a start creates a session at the API of the tag', () => {
  const commands = start(openEmbed());
  assert.equal(commands.length, 1);
  const [{ kind, method, url, isKeepalive, body }] = commands;
  assert.equal(kind, 'sendHttp');
  assert.equal(method, HTTP_POST);
  assert.equal(isKeepalive, 0);
  const { origin, pathname, searchParams } = new URL(url);
  assert.equal(origin + pathname, 'https://api.shop.example/v1/widget-decline/session');
  assert.equal(searchParams.get('pub'), 'pk_abcdefghijklmnopqrstuv');
  assert.equal(searchParams.get('website'), 'web_abcdefghijklmnopqrstuv');
  assert.equal(typeof body, 'string');
});

test('without data-api each brand talks to its own', () => {
  for (const [brand, api] of [['retarget', 'https://api.retarget.gg'], ['affilfinder', 'https://api.affilfinder.com']]) {
    const core = openEmbed({ brand, attributes: { 'data-api': null } });
    const [create] = only(start(core), 'sendHttp');
    assert.equal(new URL(create.url).origin, api);
  }
});

test('the session is announced under the name of the brand, once', () => {
  const core = openEmbed();
  const [create] = start(core);
  const commands = feed(core, answer(create.request, sessionReply), 100);
  assert.deepEqual(only(commands, 'announceSession'), [
    {
      __proto__: null, // nothing that a page adds to Object.prototype is in it
      kind: 'announceSession',
      sessionId: sessionReply.sessionId,
      name: 'retarget:decline-session',
      detail: JSON.stringify({ sessionId: sessionReply.sessionId }),
    },
  ]);
  assert.equal(core.state(), 'waiting');
  assert.ok(core.wakeAt() >= 100 && core.wakeAt() <= 2100, `${core.wakeAt()}`);
});

test('a triggered session becomes a surface with the offers in order, each linked to its redirect', () => {
  const core = showingEmbed([offer(1), offer(2, { premium: true, headline: 'Grüße 🎉 "quoted"' }), offer(3)]);
  const nodes = core.nodes();
  assert.equal(nodes[0].role, ROLE_OVERLAY);
  assert.equal(nodes[0].parent, -1);
  nodes.slice(1).forEach(({ parent }, i) => assert.ok(parent >= 0 && parent <= i, `node ${i + 1} has parent ${parent}`));
  const links = nodes.filter(({ role }) => role === ROLE_CARD).map(({ href }) => href);
  assert.deepEqual(links, [2, 1, 3].map((number) => `https://api.shop.example/v1/r?t=${number}`));
  const headlines = nodes.filter(({ role }) => role === ROLE_HEADLINE).map(({ text }) => text);
  assert.deepEqual(headlines, ['Grüße 🎉 "quoted"', 'Headline 1', 'Headline 3']);
  const { x, y, width, height } = nodes[0];
  assert.deepEqual([x, y, width, height], [0, 0, 1280, 800]);
  assert.ok(nodes.every((node) => node.width > 0 && node.height > 0));
  const look = core.look();
  assert.equal(look.length, LOOK_COUNT);
  assert.deepEqual([look[LOOK_ACCENT], look[LOOK_ON_ACCENT]], [0x3b5bdb, 0xffffff]);
});

test('a click is reported for the card that was followed, and closing takes the surface down', () => {
  const core = showingEmbed([offer(1), offer(2)]);
  const open = feed(core, { kind: 'surfaceShown' }, 2310);
  assert.deepEqual(only(open, 'notifyPage').map(({ name }) => name), ['retarget:open']);
  assert.equal(core.state(), 'open');

  const click = feed(core, { kind: 'activated', card: 1 }, 3000);
  const [sent] = only(click, 'sendHttp').filter(({ url }) => url.includes('/v1/events/click'));
  assert.equal(sent.isKeepalive, 1);
  const { offerId, requestId } = JSON.parse(sent.body);
  assert.deepEqual([offerId, requestId], ['off_2', 'req_1']);
  assert.deepEqual(JSON.parse(only(click, 'notifyPage')[0].detail), { offerId: 'off_2' });

  const close = feed(core, { kind: 'dismissed', reason: CLOSE_API }, 4000);
  assert.equal(only(close, 'hideSurface').length, 1);
  assert.deepEqual(JSON.parse(only(close, 'notifyPage')[0].detail), { reason: 'api' });
});

test('rendered cards are reported once, however often the surface is drawn', () => {
  const core = showingEmbed([offer(1), offer(2)]);
  const reported = [];
  const live = (event, now) => {
    for (const { request, body } of only(feed(core, event, now), 'sendHttp')) {
      reported.push(...JSON.parse(body).offerIds);
      live(answer(request, { ok: true }, { status: 202 }), now + 1);
    }
  };
  live({ kind: 'surfaceShown' }, 2310);
  for (let i = 0; i < 5; i++) live({ kind: 'viewport', widthPx: 400 + i, heightPx: 800, metrics: '' }, 2400 + i);
  while (core.wakeAt() < 60_000) live({ kind: 'woke' }, core.wakeAt());
  assert.deepEqual(reported.sort(), ['off_1', 'off_2']);
});

test('a missing key is one line and one event, and nothing else', () => {
  const commands = start(openEmbed({ attributes: { 'data-website': null } }));
  assert.deepEqual(commands.map(({ kind }) => kind).sort(), ['log', 'notifyPage']);
  const [{ level, code, message }] = only(commands, 'log');
  assert.equal(level, LOG_ERROR);
  assert.equal(code, 'missing_keys');
  assert.match(message, /data-website/);
  const [{ name, detail }] = only(commands, 'notifyPage');
  assert.equal(name, 'retarget:error');
  assert.equal(JSON.parse(detail).code, 'missing_keys');
});

test('an attribute without a value is not the same as none', () => {
  const hasLog = (attributes) => only(start(waitingOnly(attributes)), 'log').length;
  const waitingOnly = (attributes) => openEmbed({ attributes: { 'data-theme': 'loud', ...attributes } });
  assert.equal(hasLog({}), 1);
  assert.equal(hasLog({ 'data-comments': 'false' }), 0);
  assert.equal(hasLog({ 'data-comments': '' }), 1);
});

test('a field that an event leaves out is 0 or empty', () => {
  const core = openEmbed();
  const [create] = start(core);
  const body = JSON.stringify(sessionReply);
  feed(core, { kind: 'httpDone', request: create.request, status: 503 }, 100);
  assert.equal(core.isDead, false);
  const [again] = feed(core, { kind: 'woke' }, core.wakeAt());
  feed(core, { kind: 'httpDone', request: again.request, status: 200, body }, core.wakeAt());
  assert.equal(core.state(), 'waiting');
});

test('texts longer than the border takes are refused, not cut into something that looks right', () => {
  const commands = start(openEmbed({ attributes: { 'data-pub': `pk_${'a'.repeat(100_000)}` } }));
  assert.deepEqual(only(commands, 'log').map(({ code }) => code), ['bad_keys']);
});

test('a prerendered page asks for nothing until it is visited', () => {
  const core = openEmbed();
  const before = [
    ...feed(core, { kind: 'visibility', state: PAGE_PRERENDERED }, 0),
    ...feed(core, { kind: 'connectivity', state: 1 }, 0),
    ...feed(core, { kind: 'started' }, 0),
  ];
  assert.deepEqual(before, []);
  assert.equal(core.wakeAt(), Infinity);
  assert.equal(only(feed(core, { kind: 'visibility', state: PAGE_VISIBLE }, 5000), 'sendHttp').length, 1);
});

test('an answer that is too large to hand in arrives as no answer: the embed tries again', () => {
  const core = openEmbed();
  const [create] = start(core);
  const commands = feed(core, answer(create.request, new Uint8Array(MAX_BODY_LENGTH + 1)), 100);
  assert.deepEqual(only(commands, 'announceSession'), []);
  assert.equal(core.isDead, false);
  assert.ok(core.wakeAt() < Infinity);
});

test('no answer kills the embed: the largest, the deepest, the emptiest, and noise', () => {
  let noise = 1;
  const random = () => (noise = (noise * 48271) % 2147483647) & 255;
  const bodies = [
    new Uint8Array(0),
    new Uint8Array(MAX_BODY_LENGTH).fill(0x5b), // [[[[…
    new TextEncoder().encode('{"a":'.repeat(6000)),
    new Uint8Array(MAX_BODY_LENGTH).fill(0xff),
    new TextEncoder().encode(`{"sessionId":"${'x'.repeat(MAX_BODY_LENGTH - 20)}"}`),
    ...Array.from({ length: 200 }, (_, i) => Uint8Array.from({ length: i * 7 }, random)),
  ];
  for (const body of bodies) {
    const core = openEmbed();
    const [create] = start(core);
    feed(core, answer(create.request, body), 100);
    assert.equal(core.isDead, false);
    assert.equal(core.state(), 'starting');
  }
});

test('two embeds of one module do not know of each other', () => {
  const [first, second] = [waitingEmbed(), openEmbed({ brand: 'affilfinder' })];
  assert.equal(first.state(), 'waiting');
  assert.equal(second.state(), 'starting');
  assert.equal(only(start(second), 'sendHttp').length, 1);
});

test('the same seed waits alike, another one differently', () => {
  const wakeAt = (seed) => waitingEmbed({ seed }).wakeAt();
  assert.equal(wakeAt([7, 9]), wakeAt([7, 9]));
  assert.ok(new Set(Array.from({ length: 20 }, (_, i) => wakeAt([i, 0]))).size > 1);
  assert.ok(new Set(Array.from({ length: 20 }, (_, i) => wakeAt([0, i]))).size > 1);
});

test('a trap ends the client: the error comes out once, then every call is quiet', () => {
  const core = openEmbed();
  start(core);
  assert.throws(() => core.step({ kind: 'no such kind' }, 1)); // a mistake of the host
  assert.equal(core.isDead, true);
  assert.equal(core.state(), 'dead');
  assert.equal(core.wakeAt(), Infinity);
  assert.equal(core.nextCommand(), null);
  assert.deepEqual(core.nodes(), []);
  core.step({ kind: 'woke' }, 2);

  // And one inside the core: opening the same instance a second time is refused by a trap.
  const exports = freshCore();
  exports.open_embed(0, 0, 1, 2);
  assert.throws(() => exports.open_embed(0, 0, 1, 2), trap);
  for (const position of [-1, 99]) {
    assert.throws(() => exports.event_number(position, 0), trap);
    assert.throws(() => exports.command_text(position), trap);
  }
  assert.throws(() => exports.event_text(0, 0, exports.input_capacity() + 1), trap);
  assert.throws(() => exports.node_number(0, 0), trap, 'there is no surface yet');
});

// The stack grows down to address 0. Paint its lower half, run what goes deepest, and see whether the paint is whole.
const STACK_SIZE = Number(/TOTAL_STACK=(\d+)/.exec(fileBytes('wasm-glue/emscripten.cmake'))[1]);
test('half of the stack is never touched', () => {
  const border = freshCore();
  const core = openEmbed({ border });
  const painted = STACK_SIZE / 2;
  const stack = new Uint8Array(border.memory.buffer, 0, painted).fill(0xa5);
  const [create] = start(core);
  const nested = `${'['.repeat(31)}1${']'.repeat(31)}`;
  feed(core, answer(create.request, new TextEncoder().encode(`{"sessionId":"dcl_0123456789abcdefghijkl","x":${nested}}`)), 100);
  const [poll] = only(feed(core, { kind: 'woke' }, core.wakeAt()), 'sendHttp');
  const [ask] = only(feed(core, answer(poll.request, { status: 'ready', requestId: 'req_1' }), 2200), 'sendHttp');
  const offers = Array.from({ length: 12 }, (_, i) => offer(i, { headline: 'é'.repeat(90) }));
  feed(core, answer(ask.request, { requestId: 'req_1', offers }), 2300);
  feed(core, { kind: 'viewport', widthPx: 320, heightPx: 480, metrics: '' }, 2301);
  assert.ok(core.nodes().length > 60);
  assert.ok(stack.every((byte) => byte === 0xa5), `only ${stack.findIndex((byte) => byte !== 0xa5)} bytes are left`);
});
