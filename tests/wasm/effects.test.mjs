// effects.test.mjs: the effects that need no drawing, against a local server and stand-ins for what a browser has.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import test from 'node:test';
import { HTTP_GET, HTTP_POST, LOG_ERROR, PAGE_HIDDEN, PAGE_PRERENDERED, PAGE_VISIBLE } from '../../wasm-glue/core_client.mjs';
import { createClock } from '../../web/effects/clock.mjs';
import { createHttp } from '../../web/effects/http.mjs';
import { createLog } from '../../web/effects/log.mjs';
import { createPageContract, isDuplicate } from '../../web/effects/page_contract.mjs';
import { createPageState } from '../../web/effects/page_state.mjs';
import { claimScriptTag } from '../../web/effects/script_tag.mjs';

// ---------------------------------------------------------------- http

// A server on a free port; `handle` answers, what arrived is in `received`.
async function withServer(handle, run) {
  const received = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() });
      handle(request, response);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await run(`http://127.0.0.1:${server.address().port}`, received);
  } finally {
    server.closeAllConnections?.();
    await new Promise((resolve) => server.close(resolve));
  }
}

// A window as far as http.mjs looks at it. `Request` decides whether keepalive is known.
const browserWith = (more = {}) => ({
  fetch: globalThis.fetch,
  AbortController,
  Request: class {
    get keepalive() {
      return false;
    }
  },
  document: { visibilityState: 'visible' },
  navigator: {},
  ...more,
});

// Events as they come, and a promise for the next one.
function createInbox() {
  const events = [];
  let wake = () => {};
  const feed = (event) => {
    events.push(event);
    wake();
  };
  const next = async () => {
    while (events.length === 0) await new Promise((resolve) => (wake = resolve));
    return events.shift();
  };
  return { events, feed, next };
}

const request = (url, more = {}) => ({ kind: 'sendHttp', request: 1, method: HTTP_GET, isKeepalive: 0, url, body: '', ...more });

test('an answer arrives as bytes, with its status and Retry-After', async () => {
  const handle = (_, response) => {
    response.writeHead(429, { 'Retry-After': '7' });
    response.end(Buffer.from([0xff, 0x00, 0x7b]));
  };
  await withServer(handle, async (url) => {
    const inbox = createInbox();
    createHttp(browserWith(), inbox.feed).perform.sendHttp(request(`${url}/v1/x?y=1`));
    const event = await inbox.next();
    assert.deepEqual({ ...event, body: [...event.body] }, { kind: 'httpDone', request: 1, status: 429, retryAfter: '7', body: [0xff, 0, 0x7b] });
  });
});

test('a POST goes out as text/plain in UTF-8, a GET without a body', async () => {
  await withServer((_, response) => response.end('{}'), async (url, received) => {
    const inbox = createInbox();
    const { sendHttp } = createHttp(browserWith(), inbox.feed).perform;
    sendHttp(request(url, { method: HTTP_POST, body: '{"brand":"Größe"}' }));
    await inbox.next();
    sendHttp(request(url, { request: 2 }));
    await inbox.next();
    const [post, get] = received;
    assert.deepEqual([post.method, post.headers['content-type'], post.body], ['POST', 'text/plain;charset=UTF-8', '{"brand":"Größe"}']);
    assert.deepEqual([get.method, get.headers['content-type'], get.body], ['GET', undefined, '']);
  });
});

test('requests ask for CORS without credentials, with the origin as referrer, and nothing from a cache', () => {
  Object.prototype.headers = { 'x-junk': 'of the page' };
  let options;
  const fetch = async (url, given) => (options = given);
  createHttp(browserWith({ fetch }), () => {}).perform.sendHttp(request('https://api.example', { isKeepalive: 1 }));
  delete Object.prototype.headers;
  const { mode, credentials, referrerPolicy, keepalive, cache, headers } = options;
  assert.deepEqual(
    { mode, credentials, referrerPolicy, keepalive, cache, headers },
    { mode: 'cors', credentials: 'omit', referrerPolicy: 'strict-origin', keepalive: true, cache: 'no-store', headers: undefined },
  );
});

test('a refused connection, a connection cut in the middle and a fetch that throws are no answer', async () => {
  const cut = (_, response) => {
    response.writeHead(200, { 'Content-Length': '100' });
    response.write('half');
    setTimeout(() => response.destroy(), 10);
  };
  await withServer(cut, async (url) => {
    const inbox = createInbox();
    createHttp(browserWith(), inbox.feed).perform.sendHttp(request(url));
    assert.deepEqual(await inbox.next(), { kind: 'httpFailed', request: 1 });
  });
  const throwing = () => {
    throw new TypeError('patched by the page');
  };
  for (const browser of [browserWith(), browserWith({ fetch: throwing })]) {
    const inbox = createInbox();
    createHttp(browser, inbox.feed).perform.sendHttp(request('http://127.0.0.1:1/'));
    assert.deepEqual(await inbox.next(), { kind: 'httpFailed', request: 1 });
  }
});

test('a cancelled request is aborted and never heard of again', async () => {
  let onAborted;
  const aborted = new Promise((resolve) => (onAborted = resolve));
  const handle = (incoming, response) => {
    if (incoming.url === '/quick') response.end('{}');
    else response.on('close', onAborted);
  };
  await withServer(handle, async (url, received) => {
    const inbox = createInbox();
    const { sendHttp, cancelHttp } = createHttp(browserWith(), inbox.feed).perform;
    sendHttp(request(`${url}/slow`));
    while (received.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    cancelHttp({ request: 1 });
    cancelHttp({ request: 99 });
    await aborted;
    sendHttp(request(`${url}/quick`, { request: 2 }));
    assert.equal((await inbox.next()).request, 2);
    assert.deepEqual(inbox.events, []);
  });
});

test('when the embed goes, its requests are aborted, but an event on its way arrives', () => {
  const signals = [];
  const fetch = (url, { signal }) => new Promise(() => signals.push(signal));
  const http = createHttp(browserWith({ fetch }), () => {});
  http.perform.sendHttp(request('https://api.example/poll'));
  http.perform.sendHttp(request('https://api.example/click', { request: 2, method: HTTP_POST, isKeepalive: 1, body: '{}' }));
  http.destroy();
  assert.deepEqual(signals.map(({ aborted }) => aborted), [true, false]);
});

test('a beacon is used only where keepalive is missing, for an event, on the way to hidden', async () => {
  const used = [];
  const Request = class {};
  const navigator = { sendBeacon: (url, body) => used.push(['beacon', url, body]) > 0 };
  const fetch = async (url) => used.push(['fetch', url]);
  const send = (browser, more) => {
    const inbox = createInbox();
    createHttp(browserWith({ navigator, fetch, ...browser }), inbox.feed).perform.sendHttp(request('https://a.example', { method: HTTP_POST, body: '{}', ...more }));
    return inbox.next();
  };
  const hidden = { visibilityState: 'hidden' };
  await send({ Request }, { isKeepalive: 1 }); // in view
  await send({ Request, document: hidden }, { isKeepalive: 0 });
  await send({ document: hidden }, { isKeepalive: 1 });
  assert.deepEqual(used.map(([how]) => how), ['fetch', 'fetch', 'fetch']);
  const answer = await send({ Request, document: hidden }, { isKeepalive: 1 });
  assert.deepEqual(used[3], ['beacon', 'https://a.example', '{}']);
  assert.equal(answer.kind, 'httpDone');
  const refused = await send({ Request, document: hidden, navigator: { sendBeacon: () => false } }, { isKeepalive: 1 });
  assert.deepEqual(refused, { kind: 'httpFailed', request: 1 });
});

// ---------------------------------------------------------------- clock

// A window with a clock that the test turns. Timers ring `early` milliseconds before their time.
function createTime({ early = 0 } = {}) {
  const time = { now: 0, timers: new Map(), longest: 0, armed: 0 };
  time.page = {
    performance: { now: () => time.now },
    setTimeout(callback, delay) {
      assert.equal(this, time.page, 'setTimeout must be called on its window');
      assert.ok(delay <= 0x7fffffff, `${delay} does not fit`);
      time.longest = Math.max(time.longest, delay);
      time.timers.set(++time.armed, { callback, at: time.now + Math.max(delay - early, 0) });
      return time.armed;
    },
    clearTimeout: (timer) => time.timers.delete(timer),
  };
  time.advance = (span) => {
    const end = time.now + span;
    for (;;) {
      const due = [...time.timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
      if (!due) break;
      time.timers.delete(due[0]);
      time.now = Math.max(time.now, due[1].at);
      due[1].callback();
      if (early > 0) time.now += 0.5; // time passes also when nothing happens
    }
    time.now = Math.max(time.now, end);
  };
  return time;
}

test('the clock wakes once, not before its time, and forgets an older wish', () => {
  const time = createTime();
  const woken = [];
  const clock = createClock(time.page, ({ kind }) => woken.push([kind, time.now]));
  clock.sleepUntil(100);
  clock.sleepUntil(50);
  time.advance(200);
  assert.deepEqual(woken, [['woke', 50]]);
});

test('a timer that rings early is set again, and one that is already due rings at once', () => {
  const time = createTime({ early: 1 });
  const woken = [];
  const clock = createClock(time.page, () => woken.push(time.now));
  clock.sleepUntil(10);
  time.advance(30);
  assert.equal(woken.length, 1);
  assert.ok(woken[0] >= 10, `${woken[0]}`);
  clock.sleepUntil(5);
  time.advance(1);
  assert.equal(woken.length, 2);
});

test('a wait longer than setTimeout can hold is made of several', () => {
  const time = createTime();
  const woken = [];
  const clock = createClock(time.page, () => woken.push(time.now));
  const month = 31 * 24 * 3600 * 1000;
  clock.sleepUntil(month);
  time.advance(month - 1);
  assert.deepEqual(woken, []);
  time.advance(1);
  assert.deepEqual(woken, [month]);
  assert.equal(time.longest, 0x7fffffff);
});

test('no wish and a clock that is gone leave no timer behind; the same wish twice sets one', () => {
  const time = createTime();
  const clock = createClock(time.page, () => assert.fail('woken'));
  clock.sleepUntil(100);
  clock.sleepUntil(100);
  assert.equal(time.armed, 1);
  clock.sleepUntil(Infinity);
  assert.equal(time.timers.size, 0);
  clock.sleepUntil(100);
  clock.destroy();
  assert.equal(time.timers.size, 0);
});

// ---------------------------------------------------------------- page state

function createPage({ visibilityState = 'visible', prerendering = false, onLine = true } = {}) {
  const page = new EventTarget();
  page.document = Object.assign(new EventTarget(), { visibilityState, prerendering });
  page.navigator = { onLine };
  return page;
}

test('the state of the page is told at the start and then at each change, and no more after the end', () => {
  const page = createPage({ prerendering: true, onLine: false });
  const told = [];
  const state = createPageState(page, ({ kind, state: value }) => told.push(`${kind} ${value}`));
  assert.deepEqual(told, []);
  state.start();
  assert.deepEqual(told.splice(0), [`visibility ${PAGE_PRERENDERED}`, 'connectivity 0']);
  const steps = [
    [() => ((page.document.prerendering = false), page.document), 'prerenderingchange', `visibility ${PAGE_VISIBLE}`],
    [() => ((page.navigator.onLine = true), page), 'online', 'connectivity 1'],
    [() => ((page.document.visibilityState = 'hidden'), page.document), 'visibilitychange', `visibility ${PAGE_HIDDEN}`],
    [() => page, 'pagehide', undefined], // known already
    [() => ((page.document.visibilityState = 'visible'), page), 'pageshow', `visibility ${PAGE_VISIBLE}`],
    [() => page.document, 'freeze', `visibility ${PAGE_HIDDEN}`],
    [() => page.document, 'resume', `visibility ${PAGE_VISIBLE}`],
    [() => page, 'pagehide', `visibility ${PAGE_HIDDEN}`],
    [() => ((page.navigator.onLine = false), page), 'offline', 'connectivity 0'],
  ];
  for (const [change, type, expected] of steps) {
    change().dispatchEvent(new Event(type));
    assert.equal(told.shift(), expected, type);
  }
  state.destroy();
  for (const target of [page, page.document]) for (const type of ['pageshow', 'visibilitychange', 'online', 'resume']) target.dispatchEvent(new Event(type));
  assert.deepEqual(told, []);
});

// ---------------------------------------------------------------- page contract

const brand = { slug: 'retarget', sessionGlobal: '__RETARGET_DECLINE_SESSION_ID', scriptObject: 'RetargetWidget' };
const announcement = { sessionId: 'dcl_1', name: 'retarget:decline-session', detail: '{"sessionId":"dcl_1"}' };
const createWindow = () => Object.assign(new EventTarget(), { CustomEvent: globalThis.CustomEvent ?? class extends Event {
  constructor(type, { detail }) {
    super(type);
    this.detail = detail;
  }
}, JSON });
const scriptWith = (keys) => ({ getAttribute: (name) => keys[name] ?? null });

test('the session global is set when the event arrives', () => {
  const page = createWindow();
  const heard = [];
  page.addEventListener(announcement.name, ({ detail }) => heard.push([detail, page[brand.sessionGlobal]]));
  const contract = createPageContract(page, brand, {});
  contract.perform.announceSession(announcement);
  assert.deepEqual(heard, [[{ sessionId: 'dcl_1' }, 'dcl_1']]);
  assert.equal(page.RetargetWidget.sessionId, 'dcl_1');
});

test('after the end window is what it was', () => {
  const page = createWindow();
  const before = Reflect.ownKeys(page);
  const contract = createPageContract(page, brand, {});
  contract.perform.announceSession(announcement);
  assert.equal(Reflect.ownKeys(page).length, before.length + 2);
  contract.destroy();
  contract.destroy();
  assert.deepEqual(Reflect.ownKeys(page), before);
});

test('the script object is that of the first instance; when it goes, the next one takes its place', () => {
  const page = createWindow();
  const [first, second] = [{ embed: 'widget-decline' }, { embed: 'widget-section' }];
  const contracts = [createPageContract(page, brand, first), createPageContract(page, brand, second)];
  assert.equal(page.RetargetWidget, first);
  assert.deepEqual(page.RetargetWidget.instances, [first, second]);
  contracts[0].destroy();
  assert.equal(page.RetargetWidget, second);
  assert.deepEqual(second.instances, [second]);
  contracts[1].destroy();
  assert.equal('RetargetWidget' in page, false);
});

test('what the page itself keeps under the name of the script object stays', () => {
  const page = createWindow();
  page.RetargetWidget = 'the page';
  const contract = createPageContract(page, brand, {});
  assert.equal(page.RetargetWidget, 'the page');
  contract.destroy();
  assert.equal(page.RetargetWidget, 'the page');
});

test('a session global that somebody else has set since is left alone', () => {
  const page = createWindow();
  const contract = createPageContract(page, brand, {});
  contract.perform.announceSession(announcement);
  page[brand.sessionGlobal] = 'of another embed';
  contract.destroy();
  assert.equal(page[brand.sessionGlobal], 'of another embed');
});

test('a second tag is a duplicate when embed and keys are the same', () => {
  const page = createWindow();
  const keys = { 'data-pub': 'pk_1', 'data-website': 'web_1' };
  const instance = { embed: 'widget-decline', script: scriptWith(keys) };
  assert.equal(isDuplicate(page, brand, instance), false);
  const contract = createPageContract(page, brand, instance);
  assert.equal(isDuplicate(page, brand, { embed: 'widget-decline', script: scriptWith(keys) }), true);
  assert.equal(isDuplicate(page, brand, { embed: 'widget-section', script: scriptWith(keys) }), false);
  assert.equal(isDuplicate(page, brand, { embed: 'widget-decline', script: scriptWith({ ...keys, 'data-website': 'web_2' }) }), false);
  contract.destroy();
  assert.equal(isDuplicate(page, brand, { embed: 'widget-decline', script: scriptWith(keys) }), false);
});

// ---------------------------------------------------------------- script tag and console

const element = (src, attributes = {}, localName = 'script') => ({ src, localName, hasAttribute: (name) => name in attributes });

test('the running script is taken; without one, the first unclaimed element with keys and this file', () => {
  const keys = { 'data-pub': 'pk_1' };
  const other = element('https://cdn.example/app.js', keys);
  const first = element('https://cdn.example/v1/widget-decline.js?v=3#x', keys);
  const second = element('/widget-decline.js', keys);
  const document = { currentScript: null, scripts: [element('/widget-decline.js'), other, first, second] };
  assert.equal(claimScriptTag({ ...document, currentScript: second }, 'widget-decline'), second);
  assert.equal(claimScriptTag(document, 'widget-decline'), first);
  assert.equal(claimScriptTag(document, 'widget-decline'), null, 'both are taken');
});

test('a running script that forgot its keys is still the one; a bundle is asked for the tag it was made from', () => {
  const tag = element('/widget-decline.js');
  assert.equal(claimScriptTag({ currentScript: tag, scripts: [tag] }, 'widget-decline'), tag);
  const bundle = element('/bundle.js');
  const withKeys = element('/widget-decline.js', { 'data-pub': 'pk_1' });
  assert.equal(claimScriptTag({ currentScript: bundle, scripts: [bundle, withKeys] }, 'widget-decline'), withKeys);
});

test('a form that calls itself currentScript is not a script', () => {
  const form = element('', { 'data-pub': 'x' }, 'form');
  const tag = element('/widget-decline.js', { 'data-pub': 'pk_1' });
  assert.equal(claimScriptTag({ currentScript: form, scripts: [tag] }, 'widget-decline'), tag);
});

test('a diagnostic is one line', () => {
  const lines = [];
  const console = { error: (...line) => lines.push(line) };
  createLog({ console }, 'retarget').perform.log({ level: LOG_ERROR, code: 'missing_keys', message: 'data-pub is missing.' });
  assert.deepEqual(lines, [['[retarget] missing_keys: data-pub is missing.']]);
});
