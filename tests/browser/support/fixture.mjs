// fixture.mjs: everything a browser test stands on, started once per file and stopped for certain: the real API on a fresh
// database, a faulty proxy before it, advertisers, a test site that may use the keys, and a browser.
// SPDX-License-Identifier: MIT

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { eventually } from '../../../web/demo/eventually.mjs';
import { html } from '../../../web/demo/html.mjs';
import { readOverlay } from '../../../web/demo/overlay.mjs';
import { createCleanup } from '../../../web/demo/processes.mjs';
import { addSeedOffers, addSite, allowDevelopmentOrigin, startAdvertisers, startApi } from '../../../web/demo/stack.mjs';
import { triggerDecline } from '../../../web/demo/trigger.mjs';
import { launchEngine } from './engines.mjs';
import { startFaultyProxy } from './faulty_proxy.mjs';
import { startTestSite } from './test_site.mjs';

// Registers the hooks of a test file and returns the fixture they fill: { api, proxy, advertisers, site, web, browser }.
// `prepare(fixture, cleanup)` does what else the file wants done before its first test.
export function useFixture(prepare = () => {}) {
  const fixture = {};
  const cleanup = createCleanup();
  before(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'retarget-test-'));
    cleanup.add(() => rmSync(directory, { recursive: true, force: true }));
    fixture.api = await startApi({ db: join(directory, 'test.db'), preset: 'dev' });
    cleanup.add(fixture.api.stop);
    fixture.advertisers = await startAdvertisers();
    cleanup.add(fixture.advertisers.stop);
    fixture.site = await addSite(fixture.api);
    await addSeedOffers(fixture.api, fixture.advertisers.url);
    fixture.web = await startTestSite();
    cleanup.add(fixture.web.close);
    await allowDevelopmentOrigin(fixture.api, fixture.site, fixture.web.origin);
    fixture.startProxy = async () => {
      const proxy = await startFaultyProxy(fixture.api.url);
      cleanup.add(proxy.close); // Also when a test fails before it closes its own.
      return proxy;
    };
    fixture.proxy = await fixture.startProxy();
    fixture.browser = await launchEngine();
    cleanup.add(() => fixture.browser.close());
    await prepare(fixture, cleanup);
  });
  after(() => cleanup.stopAll());
  return fixture;
}

// Returns the script element of `brand`'s decline widget, or of that at `path`. `attributes` overrides or, with undefined,
// leaves out; `loading` is '', 'async', 'defer' or 'type="module"'.
export function embedTag(fixture, brand, attributes = {}, loading = '', path = brand.embedPath) {
  const all = { 'data-pub': fixture.site.publicKey, 'data-website': fixture.site.websiteKey, 'data-api': fixture.proxy.url, ...attributes };
  const words = Object.entries(all).filter(([, value]) => value !== undefined).map(([name, value]) => html` ${name}="${value}"`);
  return `<script src="${fixture.api.url}${path}"${words.join('')}${loading && ` ${loading}`}></script>`;
}

// Returns a small but real page: something to read, something to focus, more than a screen high.
export function pageWith({ head = '', body = '', lang = 'en' }) {
  return `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>Test page</title>
<meta name="viewport" content="width=device-width, initial-scale=1">${head}</head>
<body><h1>An ordinary page</h1><p><button id="own">The page’s own button</button></p>${body}<div style="height: 3000px"></div></body></html>`;
}

// Opens `url` in a window of its own, so that tests beside each other stay visible. What the page says and sends out is kept from the first moment on:
// `notes.lines` of the console, `notes.ours` the widget's among them, `notes.errors` exceptions, `notes.events` of the widget.
export async function openPage(fixture, brand, url, { tolerated = [] } = {}) {
  const page = await (await fixture.browser.createBrowserContext()).newPage();
  const notes = { lines: [], errors: [], events: [] };
  page.on('console', (message) => notes.lines.push({ type: message.type(), text: message.text() }));
  page.on('pageerror', (error) => notes.errors.push(error.message));
  await page.exposeFunction('__note', (name, detail) => notes.events.push({ name, detail }));
  const names = ['decline-session', 'open', 'close', 'click', 'empty', 'expired', 'allowed', 'error'].map((name) => brand.eventPrefix + name);
  await page.evaluateOnNewDocument((all) => {
    for (const name of all) window.addEventListener(name, (event) => window.__note(name.split(':')[1], event.detail));
  }, names);
  notes.ours = (level) => notes.lines.filter((line) => line.text.startsWith(`[${brand.key}]`) && (level ? line.type === level : /^(error|warn)/.test(line.type)));
  notes.problems = () => [...notes.errors, ...notes.lines.filter((line) => line.type === 'error').map((line) => line.text)].filter((text) => !tolerated.some((part) => text.includes(part)));
  notes.event = (name) => eventually(() => notes.events.find((event) => event.name === name), () => `no ${brand.eventPrefix}${name}; got ${JSON.stringify(notes.events)}; console: ${JSON.stringify(notes.lines)}`);
  await page.goto(url);
  return { page, notes };
}

// Opens an ordinary page with the widget behind a proxy that no other test uses: `given`, or one that closes with the page.
// Returns what openPage does, and the proxy.
export async function openThroughProxy(fixture, brand, { given, attributes = {}, ...options } = {}) {
  const proxy = given ?? (await fixture.startProxy());
  const head = embedTag(fixture, brand, { 'data-api': proxy.url, ...attributes });
  const opened = await openPage(fixture, brand, fixture.web.publish(pageWith({ head })), options);
  if (!given) opened.page.once('close', () => proxy.close());
  return { ...opened, proxy };
}

// Waits for the announced session id of the page. By a timer, not by frames: a hidden tab draws none.
export async function sessionIdOf(page, brand) {
  await page.waitForFunction((name) => typeof window[name] === 'string', { timeout: 20_000, polling: 50 }, brand.sessionGlobal);
  return page.evaluate((name) => window[name], brand.sessionGlobal);
}

// Triggers as the publisher's server would.
export function trigger(fixture, sessionId, reason = 'kyc') {
  return triggerDecline({ apiUrl: fixture.api.url, integrationSecret: fixture.site.integrationSecret, sessionId, reason });
}

// Waits for the open overlay and returns what readOverlay sees.
export function overlayOf(page, brand) {
  return eventually(() => readOverlay(page, brand), `no overlay inside #${brand.rootId} within 20 s`);
}

// Opens the overlay on a page that is there already.
export async function openOverlay(fixture, page, brand) {
  await trigger(fixture, await sessionIdOf(page, brand));
  return overlayOf(page, brand);
}

export { hide, needs } from './engines.mjs';
