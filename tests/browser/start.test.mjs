// start.test.mjs: how an embed gets its core running, and what a page notices when it cannot or when the core fails.
// The API is played by a few lines here: what matters is on the page.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import test, { after, before } from 'node:test';
import { launchBrowser } from '../../web/demo/browser.mjs';
import { eventually } from '../../web/demo/eventually.mjs';

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

let browser;
let api;
let site;
let isTriggered;
let requests;

before(async () => {
  browser = await launchBrowser();
  api = await listen((request, response) => {
    const { pathname } = new URL(request.url, api.url);
    requests.push(pathname);
    const answers = {
      '/v1/widget-decline/session': { sessionId: 'dcl_0123456789abcdefghijkl', expiresAt: '2030-01-01T00:15:00Z', expiresIn: 900 },
      '/v1/offers': { requestId: 'req_1', offers },
    };
    const poll = isTriggered ? { status: 'ready', requestId: 'req_1' } : { status: 'pending' };
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(answers[pathname] ?? (pathname.includes('/session/') ? poll : { ok: true })));
  });
  site = await listen(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, site.url);
    if (pathname === '/notes.js') return response.end(notesScript);
    if (pathname === '/widget-decline.js') return response.end(await readFile(new URL('../../build/web/retarget/widget-decline.js', import.meta.url)));
    const policy = searchParams.get('policy');
    if (policy) response.setHeader('Content-Security-Policy', policy);
    response.setHeader('Content-Type', `text/html; charset=${searchParams.get('charset') ?? 'utf-8'}`);
    const tag = `<script src="/widget-decline.js" data-pub="pk_abcdefghijklmnop" data-website="web_abcdefghijklmnop" data-api="${api.url}"></script>`;
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

test('under a strict policy with wasm-unsafe-eval and Trusted Types the overlay opens, and nothing is violated', async () => {
  const { page, noted, notes } = await open(`/?policy=${strict(" 'wasm-unsafe-eval'")}`, () => {
    window.violations = [];
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => violations.push([violatedDirective, blockedURI]));
  });
  await noted('decline-session');
  isTriggered = true;
  assert.deepEqual(await noted('open'), { requestId: 'req_1', offers: 2 });
  assert.deepEqual(await page.evaluate(() => violations), []);
  assert.deepEqual((await notes()).map(([name]) => name), ['decline-session', 'open']);
  await page.close();
});

test('where the policy forbids WebAssembly: one line with the remedy, one event, and a page as it was', async () => {
  const { page, ours, noted, notes } = await open(`/?policy=${strict('')}`);
  const { code, message } = await noted('error');
  assert.equal(code, 'wasm_unavailable');
  assert.match(message, /'wasm-unsafe-eval'/);
  assert.deepEqual(ours().map(([type, text]) => [type, text.includes('wasm_unavailable')]), [['error', true]]);
  assert.deepEqual((await notes()).map(([name]) => name), ['error']);
  assert.deepEqual(requests, []);
  assert.equal(await page.evaluate(() => 'RetargetWidget' in window), false);
  await page.close();
});

test('a browser that compiles only small modules at once compiles ours a moment later', async () => {
  const { page, noted } = await open('/', () => {
    WebAssembly.Module = new Proxy(WebAssembly.Module, {
      construct() {
        throw new RangeError('WebAssembly.Compile is disallowed on the main thread, if the buffer size is larger than 4KB');
      },
    });
  });
  assert.ok((await noted('decline-session')).sessionId.startsWith('dcl_'));
  await page.close();
});

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

test('a prerendered page creates no session until it is visited, and then one', async () => {
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
