// start.test.mjs: how an embed gets its core running, and what a page notices when it cannot or when the core fails.
// The API is played by a few lines here: what matters is on the page.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import test, { after, before } from 'node:test';
import { eventually } from '../../web/demo/eventually.mjs';
import { engineName, launchEngine, needs } from './support/engines.mjs';

const listen = async (handle) => {
  const server = createServer(handle);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${server.address().port}` };
};
const offers = [1, 2].map((number) => ({
  id: `off_${number}`,
  vertical: 'finance',
  premium: false,
  brand: `Brand ${number}`,
  headline: 'A headline',
  image: null,
  cta: 'Go',
  clickUrl: `https://api.shop.example/v1/r?t=${number}`,
  rankScore: 9 - number,
}));

// Every page writes down what it is told, and what goes wrong in it.
const notesScript = `window.notes = [];
  for (const name of ['decline-session', 'open', 'close', 'error']) addEventListener('retarget:' + name, ({ detail }) => notes.push([name, detail]));
  addEventListener('error', ({ message }) => notes.push(['page error', message]));
  addEventListener('unhandledrejection', ({ reason }) => notes.push(['page error', String(reason)]));`;

// A built file, at the root or in the folder of its brand, with what the server of the embeds says of it.
async function sendBuilt(pathname, response) {
  const file = pathname.includes('/', 1) ? pathname : `/retarget${pathname}`;
  loaded.push(pathname);
  const text = isCoreMissing && /core-/.test(pathname) ? null : await readFile(new URL(`../../build/web${file}`, import.meta.url)).catch(() => null);
  response.writeHead(text ? 200 : 404, { 'content-type': 'text/javascript; charset=utf-8', 'access-control-allow-origin': '*' });
  response.end(text);
}

let browser;
let api;
let site;
let isTriggered;
let isCoreMissing;
let requests; // paths at the API
let loaded; // files of ours

before(async () => {
  browser = await launchEngine();
  api = await listen(async (request, response) => {
    const { pathname } = new URL(request.url, api.url);
    requests.push(pathname);
    const answers = {
      '/v1/widget-decline/session': { sessionId: 'dcl_0123456789abcdefghijkl', expiresAt: '2030-01-01T00:15:00Z', expiresIn: 900, maxWait: 25 },
      '/v1/offers': { requestId: 'req_1', offers },
    };
    if (pathname.includes('/session/')) while (!isTriggered && !response.destroyed) await new Promise((resolve) => setTimeout(resolve, 20));
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(answers[pathname] ?? (pathname.includes('/session/') ? { status: 'ready', requestId: 'req_1' } : { ok: true })));
  });
  site = await listen(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, site.url);
    if (pathname === '/notes.js') return response.end(notesScript);
    if (pathname.endsWith('.js')) return sendBuilt(pathname, response);
    const policy = searchParams.get('policy');
    if (policy) response.setHeader('Content-Security-Policy', policy);
    response.setHeader('Content-Type', `text/html; charset=${searchParams.get('charset') ?? 'utf-8'}`);
    const from = searchParams.get('from') ?? site.url;
    const tagOf = (folder) => `<script src="${from}${folder}/widget-decline.js" data-pub="pk_abcdefghijklmnop" data-website="web_abcdefghijklmnop" data-api="${api.url}" ${searchParams.get('attributes') ?? ''}></script>`;
    const tags = (searchParams.get('folders') ?? '').split(',').map(tagOf);
    const tag = [searchParams.get('head'), ...tags, searchParams.get('tail')].join('');
    const links = `<script type="speculationrules">{"prerender": [{"source": "list", "urls": ["/?visited"]}]}</script><a href="/?visited">next</a>`;
    response.end(`<!doctype html><html lang="en"><head><script src="/notes.js"></script>${pathname === '/links' ? '' : tag}</head><body><h1>Shop</h1>${pathname === '/links' ? links : ''}</body></html>`);
  });
});

after(async () => {
  await browser?.close();
  for (const { server } of [api, site]) {
    server.close();
    server.closeAllConnections?.(); // Debian's node has it
  }
});

// Opens a page; `prepare` runs in it before any script.
async function open(path, prepare = () => {}) {
  requests = [];
  loaded = [];
  isTriggered = false;
  const page = await browser.newPage();
  const lines = [];
  page.on('console', (message) => lines.push([message.type(), message.text()]));
  await page.evaluateOnNewDocument(prepare);
  await page.goto(site.url + path);
  const ours = () => lines.filter(([, text]) => text.startsWith('[retarget] '));
  const notes = () => page.evaluate(() => JSON.stringify(window.notes)).then(JSON.parse);
  // Not puppeteer's waitForFunction: that runs in the page and stumbles over junk on its prototypes.
  const noted = (name) =>
    eventually(async () => (await notes()).find(([kind]) => kind === name)?.[1], `the page was never told of ${name}`);
  return { page, ours, noted, notes };
}

const strict = (scripts) =>
  encodeURIComponent(`default-src 'none'; script-src 'self'${scripts}; connect-src ${api.url}; require-trusted-types-for 'script'; trusted-types 'none'`);

const keepViolations = () => {
  window.violations = [];
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => violations.push([violatedDirective, blockedURI]));
};

// Triggers, and expects the whole overlay on a page that was told nothing else.
async function opens({ page, noted, notes }) {
  await noted('decline-session');
  isTriggered = true;
  assert.deepEqual(await noted('open'), { requestId: 'req_1', offers: 2 });
  assert.deepEqual((await notes()).map(([name]) => name), ['decline-session', 'open']);
  const cards = await page.evaluate(() => {
    const links = [...document.querySelector('#retarget-root').shadowRoot.querySelectorAll('a')];
    return links.map((link) => link.getBoundingClientRect().height > 40 && link.innerText.includes('A headline'));
  });
  assert.deepEqual(cards, [true, true]);
}
const withoutWasm = () => delete window.WebAssembly;
const engineOf = (page) => page.evaluate(() => RetargetWidget.engine);
const filesOf = () => loaded.map((path) => path.replace(/-[0-9a-f]{8}/, '')).sort();

test('under a strict policy with wasm-unsafe-eval and Trusted Types the overlay opens, and nothing is violated', async () => {
  const opened = await open(`/?policy=${strict(" 'wasm-unsafe-eval'")}`, keepViolations);
  await opens(opened);
  assert.deepEqual(await opened.page.evaluate(() => violations), []);
  assert.equal(await engineOf(opened.page), 'wasm');
  assert.deepEqual(filesOf(), ['/widget-decline.js']);
  await opened.page.close();
});

test('a browser that reads no base64 into bytes by itself has the core as WebAssembly, too', async () => {
  const opened = await open('/', () => delete Uint8Array.fromBase64);
  await opens(opened);
  assert.equal(await engineOf(opened.page), 'wasm');
  await opened.page.close();
});

// To try is to be reported, and there is no other way to find out: a page that wants no report says so. WebKit reports nothing.
const refused = engineName === 'webkit' ? [] : [['script-src', 'wasm-eval']];
for (const [attributes, violations] of [['', refused], ['data-engine="javascript"', []]]) {
  test(`where the policy forbids WebAssembly the core runs as JavaScript; the browser reports ${violations.length} violations ${attributes && `with ${attributes}`}`, async () => {
    const opened = await open(`/?policy=${strict('')}&attributes=${encodeURIComponent(attributes)}`, keepViolations);
    await opens(opened);
    assert.deepEqual(await opened.page.evaluate(() => window.violations), violations);
    assert.equal(await engineOf(opened.page), 'javascript');
    assert.deepEqual(filesOf(), ['/core.js', '/widget-decline.js']);
    assert.deepEqual(opened.ours().filter(([type]) => type !== 'info'), []);
    await opened.page.close();
  });
}

test('a nonce on the script element is enough for the core beside it, also under strict-dynamic', async () => {
  const policy = `default-src 'none'; script-src 'nonce-n1' 'strict-dynamic'; connect-src ${api.url}`;
  const head = `<script nonce="n1" src="/notes.js"></script>`;
  const opened = await open(`/?policy=${encodeURIComponent(policy)}&head=${encodeURIComponent(head)}&attributes=${encodeURIComponent('nonce="n1"')}`);
  await opens(opened);
  assert.equal(await engineOf(opened.page), 'javascript');
  await opened.page.close();
});

const base = encodeURIComponent('<base href="https://elsewhere.example/a/">');
for (const [what, path] of [
  ['in a page with a base address elsewhere', () => `/?head=${base}`],
  ['with a base address that comes behind a relative address', () => `/?from=&tail=${base}&attributes=defer`],
  ['of another origin', () => `/?from=${site.url.replace('127.0.0.1', 'localhost')}&head=${base}`],
]) {
  test(`without WebAssembly in the browser a script ${what} finds the core beside itself`, async () => {
    const opened = await open(path(), withoutWasm);
    await opens(opened);
    assert.equal(await engineOf(opened.page), 'javascript');
    assert.deepEqual(filesOf(), ['/core.js', '/widget-decline.js']);
    await opened.page.close();
  });
}

test('a browser that compiles only small modules at once runs the core as JavaScript', async () => {
  const opened = await open('/', () => {
    WebAssembly.Module = new Proxy(WebAssembly.Module, {
      construct() {
        throw new RangeError('WebAssembly.Compile is disallowed on the main thread, if the buffer size is larger than 4KB');
      },
    });
  });
  await opens(opened);
  assert.equal(await engineOf(opened.page), 'javascript');
  await opened.page.close();
});

test('two brands on one page share the file and have a core each', async () => {
  const { page, noted } = await open('/?folders=/retarget,/affilfinder&attributes=data-engine=javascript', () => {
    window.announced = [];
    addEventListener('affilfinder:decline-session', () => announced.push('affilfinder'));
  });
  await noted('decline-session');
  await eventually(() => page.evaluate(() => announced.length > 0), 'the other brand has no session');
  assert.deepEqual(await page.evaluate(() => [RetargetWidget, AffilFinderWidget].map(({ engine, state }) => [engine, state])), [['javascript', 'waiting'], ['javascript', 'waiting']]);
  isTriggered = true;
  await noted('open');
  await page.evaluate(() => RetargetWidget.destroy());
  assert.notEqual(await page.evaluate(() => AffilFinderWidget.state), 'dead');
  await page.close();
});

for (const [reason, path, prepare] of [
  ['the policy forbids WebAssembly', () => `/?policy=${strict('')}`],
  ['there is no WebAssembly', () => '/', withoutWasm],
]) {
  test(`where ${reason} and the file beside the script is missing: one line with the remedy, one event, and a page as it was`, async (t) => {
    isCoreMissing = true;
    t.after(() => (isCoreMissing = false));
    const { page, ours, noted, notes } = await open(path(), prepare);
    const { code, message } = await noted('error');
    assert.equal(code, 'wasm_unavailable');
    assert.match(message, /; add 'wasm-unsafe-eval' to the CSP's script-src, or allow core-[0-9a-f]{8}\.js \(.+\) there$/);
    assert.deepEqual(ours().map(([type, text]) => [type, text.includes('wasm_unavailable')]), [['error', true]]);
    assert.deepEqual((await notes()).map(([name]) => name), ['error']);
    assert.deepEqual(requests, []);
    assert.equal(await page.evaluate(() => 'RetargetWidget' in window), false);
    await page.close();
  });
}

for (const [engine, attributes] of [['WebAssembly', 'data-debug'], ['JavaScript', 'data-debug data-engine="javascript"']]) {
  test(`with data-debug one line says that the core runs as ${engine}`, async () => {
    const { page, ours, noted } = await open(`/?attributes=${encodeURIComponent(attributes)}`);
    await noted('decline-session');
    const said = ours().filter(([, text]) => text.includes(' engine: '));
    assert.deepEqual(said.map(([type, text]) => [type, text.includes(`the core runs as ${engine}`)]), [['info', true]]);
    assert.match(await page.evaluate(() => RetargetWidget.trace()), /^retarget tape 1\n/);
    await page.close();
  });
}

test('a page in windows-1251 reads the bytes of the core as they are', async () => {
  const { page, noted } = await open('/?charset=windows-1251');
  assert.equal(await page.evaluate(() => document.characterSet), 'windows-1251');
  await noted('decline-session');
  await page.close();
});

test('when the core traps the overlay goes, the page is as it was, and one line and one event say so', async () => {
  const { page, ours, noted, notes } = await open('/', () => {
    const { Instance, RuntimeError } = WebAssembly;
    WebAssembly.Instance = function (module) {
      const exports = { ...new Instance(module).exports };
      const { step } = exports;
      exports.step = (...values) => {
        if (window.isBroken) throw new RuntimeError('unreachable');
        return step(...values);
      };
      return { exports };
    };
  });
  await noted('decline-session');
  isTriggered = true;
  await noted('open');
  const look = () => page.evaluate(() => [document.querySelectorAll('#retarget-root').length, getComputedStyle(document.documentElement).overflowY, RetargetWidget.state]);
  assert.deepEqual(await look(), [1, 'hidden', 'open']);
  await page.evaluate(() => {
    window.isBroken = true;
    RetargetWidget.close();
    RetargetWidget.close();
  });
  assert.deepEqual(await look(), [0, 'visible', 'dead']);
  assert.deepEqual(ours().filter(([type]) => type === 'error').length, 1);
  assert.deepEqual((await notes()).map(([name]) => name), ['decline-session', 'open', 'error']);
  await page.evaluate(() => RetargetWidget.destroy());
  assert.equal(await page.evaluate(() => 'RetargetWidget' in window || '__RETARGET_DECLINE_SESSION_ID' in window), false);
  await page.close();
});

// What an older browser lacks. Each stands for an age: see web/docs/browsers.md.
for (const [what, prepare] of [
  ['stylesheets made by scripts', () => delete window.CSSStyleSheet],
  ['modal dialogs', () => delete HTMLDialogElement.prototype.showModal],
  ['shadow roots', () => delete Element.prototype.attachShadow],
]) {
  test(`in a browser without ${what} there is no overlay: one line, one event, and a page as it was`, async () => {
    const { page, ours, noted, notes } = await open('/', prepare);
    await noted('decline-session');
    const before = await page.evaluate(() => document.documentElement.outerHTML);
    isTriggered = true;
    assert.equal((await noted('error')).code, 'overlay_failed');
    assert.deepEqual(ours().filter(([type]) => /^(error|warn)/.test(type)).map(([type, text]) => [type, text.includes('overlay_failed')]), [['error', true]]);
    assert.deepEqual((await notes()).map(([name]) => name), ['decline-session', 'error']);
    assert.equal(await page.evaluate(() => document.documentElement.outerHTML), before);
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).overflowY), 'visible');
    await page.close();
  });
}

test('a prerendered page creates no session until it is visited, and then one', async (t) => {
  if (!needs(t, 'prerender')) return;
  let prerendered = 0;
  const count = ({ url }) => (prerendered += url.includes('visited'));
  site.server.on('request', count);
  const { page } = await open('/links');
  for (let i = 0; i < 50 && prerendered === 0; i++) await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(prerendered, 1, 'the page was prerendered');
  await new Promise((resolve) => setTimeout(resolve, 500)); // as long as a session would have taken, many times over
  assert.deepEqual(requests, []);
  page.evaluate(() => setTimeout(() => document.querySelector('a').click())).catch(() => {});
  for (let i = 0; i < 50 && requests.length === 0; i++) await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(prerendered, 1, 'the prerendered page was shown, not loaded again');
  assert.deepEqual(requests.filter((path) => path.endsWith('/session')), ['/v1/widget-decline/session']);
  site.server.off('request', count);
});

test('junk on the prototypes and a fetch that the page replaces later do not touch the embed', async () => {
  const { page, noted, notes } = await open('/', () => {
    Object.prototype.junk = 'x';
    Object.prototype.headers = 'not a record: any fetch whose options inherit it throws';
    Array.prototype.extra = () => 'x';
    addEventListener('DOMContentLoaded', () => (window.fetch = () => Promise.reject(new Error('replaced'))));
  });
  await noted('decline-session');
  isTriggered = true;
  await noted('open');
  assert.deepEqual((await notes()).map(([name]) => name), ['decline-session', 'open']);
  await page.close();
});
