// tape.test.mjs: what a page's recorder writes: bytes as they crossed the border, no secrets, and no more than it may.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import test from 'node:test';
import { MAX_BODY_LENGTH, MAX_GIVEN_LENGTH, openCore } from '../../wasm-glue/core_client.mjs';
import { createTape } from '../../wasm-glue/tape.mjs';
import createTrace from '../../web/entries/trace.js';
import { createMask } from '../../web/host/tape_mask.mjs';
import { version } from '../../wasm-glue/constants.mjs';
import { difference } from '../support/tape.mjs';
import { answer, freshCore, feed, offer, only } from './support.mjs';

const keys = { 'data-pub': 'pk_Zq3vKx81mQw0rT5yUiOpAs', 'data-website': 'web_Bn7Lk2Jh4Gf6Ds8AqWeRt1', 'data-api': 'https://api.shop.example' };

// An embed that is recorded on `tape`.
function openRecorded(tape, attributes = {}) {
  const all = { ...keys, ...attributes };
  const config = { brand: 0, kind: 0, seed: [0xffffffff, 7], pageHost: 'shop.example', pageLanguage: 'en', attribute: (name) => all[name] ?? null };
  return openCore(tape.watch(freshCore()), config);
}

const sent = (commands) => only(commands, 'sendHttp')[0].request;

// A visit up to the overlay. The answers are `session`, `poll` and `offers`, as bodies.
function visit(core, { session, poll, offers }) {
  const create = sent(feed(core, { kind: 'started' }, 10.9));
  feed(core, answer(create, session), 100.2);
  const ask = sent(feed(core, { kind: 'woke' }, core.wakeAt()));
  const fetch = sent(feed(core, answer(ask, poll), 3000));
  feed(core, answer(fetch, offers), 3100);
  return feed(core, { kind: 'viewport', widthPx: 800, heightPx: 600, metrics: '500' }, 3101);
}

const sessionId = 'dcl_9fK2mPq7Rs4Tu6Vw8Xy0Za';
const requestId = 'req_A1b2C3d4E5f6G7h8I9j0Kl';
const clickToken = 'v1.Zm9vYmFyYmF6cXV4.sIgNaTuRe0123456789';
const ordinary = {
  session: { sessionId, expiresIn: 900 },
  poll: { status: 'ready', requestId },
  offers: { requestId, offers: [offer(1, { clickUrl: `https://api.shop.example/v1/r?t=${clickToken}` })] },
};

// The tape of a visit with `answers`, recorded as a page does.
function tapeOf(answers, attributes) {
  const tape = createTrace(version);
  visit(openRecorded(tape, attributes), answers);
  return tape.text();
}

test('a masked tape replays and has none of the secrets, in no spelling', () => {
  const tape = tapeOf(ordinary);
  assert.equal(difference(freshCore, tape), null);
  for (const secret of [keys['data-pub'], keys['data-website'], sessionId, requestId, clickToken]) {
    const inner = secret.slice(4, -1);
    assert.ok(!tape.includes(inner), `${secret} is on the tape`);
  }
  assert.match(tape, /attribute data-pub "pk_[A-Za-z0-9]{22}"/);
  assert.match(tape, /session_id="dcl_[A-Za-z0-9]{22}"/);
  assert.match(tape, /boxes=[0-9a-f]{8}/);
  assert.ok(tape.includes('Headline 1'), 'what is no secret stays');
});

test('a tape without the mask and the masked one have the same lines but for letters and digits', () => {
  const plain = createTape();
  visit(openRecorded(plain), ordinary);
  const blank = (text) => text.replace(/end .*\n/, '').replace(/[A-Z]/g, 'A').replace(/[a-z]/g, 'a').replace(/\d/g, '0');
  assert.equal(blank(tapeOf(ordinary)), blank(plain.text()));
});

test('ids of a foreign API are masked, whatever they look like, and the tape replays', () => {
  const foreign = ['6f1e2a34-98bc-4d10-a7e5-0123456789ab', 'a+b/c==1234567890abcdef', 'sess:ion/é%2F12345678901', 'x'.repeat(30), '12345678'];
  for (const id of foreign) {
    for (const spelling of [JSON.stringify(id), JSON.stringify(id).replace(/\//g, '\\/'), `"${[...id].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`]) {
      const bytes = new TextEncoder().encode(`{"sessionId" : ${spelling}}`);
      const tape = tapeOf({ session: bytes, poll: { status: 'ready', requestId: id }, offers: ordinary.offers });
      assert.equal(difference(freshCore, tape), null, `${id} as ${spelling}`);
      if (!spelling.startsWith('"\\u')) for (const run of id.match(/[A-Za-z\d]{8,}/g)) assert.ok(!tape.includes(run), `${run} of ${spelling}`);
    }
  }
});

test('a short id, or one that is a word of the API, does not spoil the tape', () => {
  for (const id of ['a', 'offers', 'requestId', 'sessionId', 'dcl_1', 'clickUrl']) {
    const tape = tapeOf({ session: { sessionId: id }, poll: { status: 'ready', requestId: id }, offers: ordinary.offers });
    assert.equal(difference(freshCore, tape), null, id);
  }
});

test('user name, password, query and frame token of data-api are masked', () => {
  for (const api of ['https://me:s3@api.example/base/', 'https://api.example/?token=s3cr3t//', 'https://api.example#s3', 'https://api.example/base/frame/s3-tokenAAAA_x']) {
    const tape = createTrace(version);
    feed(openRecorded(tape, { 'data-api': api }), { kind: 'started' }, 0);
    assert.equal(difference(freshCore, tape.text()), null, api);
    assert.doesNotMatch(tape.text(), /s3|token/);
  }
});

test('an answer that is a web page shows none of its words', () => {
  const mask = createMask();
  const html = '\r\n<!doctype html><p>Dear Jane, your code is 4711, caf\xc3\xa9\n';
  assert.equal(mask(html, 'body'), '\r\n<!xxxxxxx xxxx><x>Xxxx Xxxx, xxxx xxxx xx 3333, xxx\xc3\xa9\n');
  assert.equal(mask('{"text":"Dear Jane"}', 'body'), '{"text":"Dear Jane"}');
  const tape = createTrace(version);
  const core = openRecorded(tape);
  const create = sent(feed(core, { kind: 'started' }, 0));
  feed(core, { kind: 'httpDone', request: create, status: 200, retryAfter: '', body: Uint8Array.from(html, (c) => c.charCodeAt(0)) }, 5);
  assert.equal(difference(freshCore, tape.text()), null);
  assert.doesNotMatch(tape.text(), /Jane|4711/);
});

test('bytes that are no UTF-8 are on the tape as they crossed the border', () => {
  const broken = '\xff\xc3(\xed\xa0\x80\xef\xbb\xbf\xc0\x80\x01';
  const bytes = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));
  const tape = createTape();
  visit(openRecorded(tape), {
    session: bytes(`{"sessionId":"${broken}"}`),
    poll: ordinary.poll,
    offers: bytes(`{"offers":[{"id":"1","brand":"${broken}","headline":"\xef\xbb\xbf","cta":"\xe2\x82","clickUrl":"https://a.example/"}]}`),
  });
  const text = tape.text();
  assert.match(text, /session_id="\\xff\\xc3\(\\xed\\xa0\\x80\\xef\\xbb\\xbf\\xc0\\x80\\x01"/);
  assert.match(text, /\n +headline "\\xef\\xbb\\xbf"\n/);
  assert.match(text, /\n +cta "\\xe2\\x82"\n/);
  assert.match(text, /^[\n -~]*$/);
  assert.equal(difference(freshCore, text), null);
  // Kept, so that the native build replays it, too. RT_BLESS=1 writes it anew.
  const kept = new URL('../tapes/not-utf8.tape', import.meta.url);
  if (process.env.RT_BLESS) writeFileSync(kept, text);
  assert.equal(text, readFileSync(kept, 'utf8'));
});

test('what the core never got is not on the tape: fractions, the rest of long texts, answers that are too large', () => {
  const tape = createTape();
  const core = openRecorded(tape, { 'data-accent': `${'é'.repeat(MAX_GIVEN_LENGTH)}` });
  const create = sent(feed(core, { kind: 'started' }, 10.9));
  feed(core, answer(create, new Uint8Array(MAX_BODY_LENGTH + 1)), 11.1);
  const text = tape.text();
  assert.match(text, /\n1 10 > started\n/);
  assert.match(text, /\n2 11 > http_failed request=1\n/);
  assert.equal(/data-accent "(.*)"/.exec(text)[1], '\\xc3\\xa9'.repeat(MAX_GIVEN_LENGTH / 2));
  assert.equal(difference(freshCore, text), null);
});

test('the tape stops, marked, before it is longer than it may be, and goes on replaying', () => {
  const limit = 20_000;
  const tape = createTape({ limit });
  const core = openRecorded(tape);
  visit(core, ordinary);
  let length = 0;
  for (let width = 400; ; width++) {
    feed(core, { kind: 'viewport', widthPx: width, heightPx: 600, metrics: '500' }, 4000 + width);
    const text = tape.text();
    assert.ok(text.length <= limit, `${text.length} bytes`);
    assert.ok(text.length >= length);
    if (/\nstopped: the tape would be longer than 20000 bytes\nend [0-9a-f]{8}\n$/.test(text)) break;
    length = text.length;
  }
  const stopped = tape.text();
  assert.ok(length > limit - 2000, `it stopped at ${length}`);
  feed(core, { kind: 'ended' }, 9000);
  assert.equal(tape.text(), stopped, 'nothing is added behind the mark');
  assert.equal(difference(freshCore, stopped), null);
  assert.equal(core.state(), 'ended', 'the core goes on');
});

test('a page\'s tape has at most 1 MiB', () => {
  const tape = createTrace(version);
  const core = openRecorded(tape);
  visit(core, ordinary);
  for (let width = 400; width < 3400; width++) feed(core, { kind: 'viewport', widthPx: width, heightPx: 600, metrics: '500' }, 4000 + width);
  const text = tape.text();
  assert.ok(text.length <= 1_048_576 && text.length > 1_047_000, `${text.length} bytes`);
  assert.match(text, /\nstopped: the tape would be longer than 1048576 bytes\nend [0-9a-f]{8}\n$/);
  assert.equal(difference(freshCore, text), null);
});

test('asked for in the middle of a step, the tape has the lines so far and says so', () => {
  const tape = createTape();
  const core = openRecorded(tape);
  core.step({ kind: 'started' }, 0);
  assert.match(tape.text(), /\n1 0 > started\nstopped: in the middle of a step\nend [0-9a-f]{8}\n$/);
  assert.equal(difference(freshCore, tape.text()), null);
  core.nextCommand();
  assert.match(tape.text(), /\n {2}< send_http .*\nstopped: in the middle of a step\n/);
  assert.equal(difference(freshCore, tape.text()), null);
  core.nextCommand();
  assert.doesNotMatch(tape.text(), /stopped/);
});

test('a trap of the core ends the tape with the event that brought it', () => {
  const tape = createTape();
  let isTrapping = false;
  const trapping = (border) => ({
    ...border,
    step(...event) {
      if (isTrapping) throw new WebAssembly.RuntimeError('unreachable');
      return border.step(...event);
    },
  });
  const core = openRecorded({ watch: (border) => tape.watch(trapping(border)) });
  feed(core, { kind: 'started' }, 0);
  isTrapping = true;
  assert.throws(() => core.step({ kind: 'woke' }, 5), /unreachable/);
  assert.match(tape.text(), /\n2 5 > woke\nstopped: in the middle of a step\nend /);
});

test('a recorder of another version is refused', () => {
  assert.throws(() => createTrace('0.0.1'), /version/);
});
