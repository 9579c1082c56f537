// manners_frames.test.mjs: the widget on a page that is itself in a frame of another page: of the same origin, of another one, and
// in a sandbox. The frame is its world; the page around it is none of its business.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { brands } from '../../web/demo/brands.mjs';
import { eventually } from '../../web/demo/eventually.mjs';
import { serve } from '../../web/demo/small_http.mjs';
import { embedTag, trigger, useFixture } from './support/fixture.mjs';
import { openStranger, strangerPage } from './support/stranger.mjs';

const fixture = useFixture();
const brand = brands.retarget;

// The same pages under another origin, as a frame's parent.
let elsewhere;
before(async () => {
  const handle = async (request, response, url) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(`<!doctype html><html lang="en"><title>Around</title><h1>Around</h1><button id="around">Around</button>${decodeURIComponent(url.search.slice(1))}<p style="height: 3000px">`);
  };
  elsewhere = await serve({ host: '127.0.0.1', port: 0, handle });
});
after(() => elsewhere?.close());

// The framed page says what its witness sees, and does what it is asked, by messages: no engine has to reach into the frame.
const talk = `<script>
  const send = (kind, value) => parent.postMessage({ kind, value: JSON.parse(JSON.stringify(value)) }, '*');
  setInterval(() => send('state', { told: witness.told, errors: witness.errors, lines: witness.lines, look: witness.look('retarget-root'),
    overflow: getComputedStyle(document.documentElement).overflowY, sheets: document.adoptedStyleSheets.length }), 50);
  addEventListener('message', ({ data }) => {
    const shadow = document.querySelector('div#retarget-root')?.shadowRoot;
    if (data === 'close') shadow.querySelector('button').click();
    if (data === 'follow') shadow.querySelector('li a').click();
  });
</script>`;
const listen = `<script>window.state = null; addEventListener('message', ({ data }) => { if (data.kind === 'state') window.state = data.value })</script>`;
const frameOf = (url, more = '') => `${listen}<iframe id="frame" title="Frame" src="${url}" width="800" height="600" ${more}></iframe>`;

const parents = {
  'a page of the same origin': (frame) => fixture.web.publish({ body: `<!doctype html><html lang="en"><title>Around</title><h1>Around</h1><button id="around">Around</button>${frame}<p style="height: 3000px">` }),
  'a page of another origin': (frame) => `${elsewhere.origin}/?${encodeURIComponent(frame)}`,
};

const openFramed = async (parent, more) => {
  const inner = fixture.web.publish(strangerPage(fixture, { tag: '', body: talk + embedTag(fixture, brand) }));
  const page = await (await fixture.browser.createBrowserContext()).newPage();
  await page.setViewport({ width: 1000, height: 800 });
  await page.goto(parents[parent](frameOf(inner, more)));
  let last;
  const state = (of) => eventually(async () => { last = await page.evaluate(() => window.state); return last && of(last); }, () => `the frame came no further than ${JSON.stringify(last)}`);
  const told = (name) => state((now) => now.told.find((event) => event.name === name)?.detail);
  const ask = (message) => page.evaluate((text) => document.getElementById('frame').contentWindow.postMessage(text, '*'), message);
  return { page, state, told, ask };
};

describe('in a frame', { concurrency: 3 }, () => {
  for (const [parent, more, what] of [
    ['a page of the same origin', '', 'in a frame'],
    ['a page of another origin', '', 'in a frame'],
    ['a page of the same origin', 'sandbox="allow-scripts allow-same-origin"', 'in a sandbox that keeps its origin, without modals'],
    ['a page of another origin', 'sandbox="allow-scripts allow-same-origin"', 'in a sandbox that keeps its origin, without modals'],
    ['a page of another origin', 'loading="lazy" referrerpolicy="no-referrer" allow="" credentialless', 'in a frame that may do nothing'],
  ]) {
    test(`${what} of ${parent} it fills the frame and leaves the page around it alone`, async () => {
      const { page, state, told, ask } = await openFramed(parent, more);
      const around = () => page.evaluate(() => [getComputedStyle(document.documentElement).overflowY, document.documentElement.children.length, Object.getOwnPropertyNames(window).filter((name) => /retarget/i.test(name)).length]);
      const before = await around();
      await trigger(fixture, (await told('decline-session')).sessionId);
      await told('open');
      const look = await state((now) => now.look?.faults.length === 0 && now.look);
      assert.ok(look.cards > 0 && look.visible > 2);
      assert.deepEqual(await around(), before);
      await ask('close');
      assert.equal((await told('close')).reason, 'button');
      const rest = await state((now) => !now.look && now);
      assert.deepEqual([rest.overflow, rest.sheets, rest.errors], ['visible', 0, []]);
      await page.close();
    });
  }

  test('a sandbox without popups keeps a card from opening; the widget neither breaks nor closes', async () => {
    const { page, state, told, ask } = await openFramed('a page of the same origin', 'sandbox="allow-scripts allow-same-origin"');
    await trigger(fixture, (await told('decline-session')).sessionId);
    await told('open');
    await ask('follow');
    await told('click');
    const { look, errors } = await state((now) => now.look && now);
    assert.deepEqual([look.faults, errors], [[], []]);
    await page.close();
  });

  test('a sandbox without an origin of its own cannot be the registered domain: one line says so, and the page stays as it is', async () => {
    const { page, state, told } = await openFramed('a page of the same origin', 'sandbox="allow-scripts"');
    const { code } = await told('error');
    assert.equal(code, 'origin_not_allowed');
    const { look, errors, lines } = await state((now) => now);
    assert.equal(look, null);
    assert.deepEqual(errors, []);
    const ours = lines.filter(({ text }) => text.startsWith('[retarget]') );
    assert.deepEqual(ours.map(({ level }) => level), ['error']);
    assert.match(ours[0].text, /allow-same-origin|register/);
    await page.close();
  });

  test('a frame that is not displayed keeps its overlay until it is', async () => {
    const { page, state, told, ask } = await openFramed('a page of the same origin');
    await page.evaluate(() => (document.getElementById('frame').style.display = 'none'));
    await trigger(fixture, (await told('decline-session')).sessionId);
    await told('open');
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
    await page.evaluate(() => (document.getElementById('frame').style.display = ''));
    await state((now) => now.look?.faults.length === 0 && now.look);
    await page.evaluate(() => (document.getElementById('frame').style.display = 'none'));
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
    await page.evaluate(() => (document.getElementById('frame').style.display = ''));
    await state((now) => now.look?.faults.length === 0 && now.look);
    await ask('close');
    await told('close');
    await page.close();
  });
});
