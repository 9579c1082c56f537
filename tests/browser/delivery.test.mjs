// delivery.test.mjs: the real server's files in a real browser: versions that a page pins by their integrity, and the whole
// overlay under the strictest policy, with nothing but our own files, the API and the advertisers' pictures allowed.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { brands } from '../../web/demo/brands.mjs';
import { whenOverlayIsPainted } from '../../web/demo/overlay.mjs';
import { embedTag, openOverlay, openPage, overlayOf, pageWith, sessionIdOf, trigger, useFixture } from './support/fixture.mjs';

const fixture = useFixture();
const brand = brands.retarget;
const manifest = JSON.parse(readFileSync(new URL('../../build/web/retarget/manifest.json', import.meta.url), 'utf8'));

const listed = (name) => manifest.files.find(({ file }) => file === name);

// The tag of a page that pins the version that is there. `api`: undefined lets the page talk to the API itself.
function pinnedTag({ integrity = listed('widget-decline.js').integrity, version = manifest.version, more = 'crossorigin="anonymous"', ...attributes } = {}) {
  const tag = embedTag(fixture, brand, { integrity, 'data-api': fixture.api.url, ...attributes }, more);
  return tag.replace(`${fixture.api.url}${brand.embedPath}`, `${fixture.api.url}/v/${version}${brand.embedPath}`);
}

const publish = (head, headers = {}) => fixture.web.publish({ body: pageWith({ head }), headers });

test('a page that pins a version by its integrity has its overlay', async () => {
  const { page, notes } = await openPage(fixture, brand, publish(pinnedTag()));
  await openOverlay(fixture, page, brand);
  assert.equal(await page.evaluate(() => RetargetWidget.version), manifest.version);
  assert.deepEqual(notes.problems(), []);
  await page.close();
});

test('without WebAssembly a pinned version finds its core beside itself', async () => {
  const loaded = [];
  const url = publish(pinnedTag({ 'data-engine': 'javascript' }));
  const { page, notes } = await openPage(fixture, brand, 'about:blank');
  page.on('response', (response) => loaded.push([response.status(), new URL(response.url()).pathname]));
  await page.goto(url);
  await sessionIdOf(page, brand);
  const core = manifest.files.find(({ file }) => file.startsWith('core-')).file;
  const ours = loaded.filter(([, path]) => path.startsWith('/v/'));
  assert.deepEqual(ours, [[200, `/v/${manifest.version}/retarget/widget-decline.js`], [200, `/v/${manifest.version}/retarget/${core}`]]);
  assert.deepEqual(notes.problems(), []);
  await page.close();
});

const wrong = `sha384-${createHash('sha384').update('another file').digest('base64')}`;
for (const [what, tag] of [
  ['of another integrity', () => pinnedTag({ integrity: wrong })],
  ['of a version that is not there', () => pinnedTag({ version: '0.0.1' })],
  ['without crossorigin', () => pinnedTag({ more: '' })],
]) {
  test(`a file ${what} is refused by the browser, and the page is as it was`, async () => {
    const { page, notes } = await openPage(fixture, brand, publish(`<script>window.failed = []; addEventListener('error', ({ target }) => failed.push(target.nodeName), true);</script>${tag()}`));
    assert.deepEqual(await page.evaluate(() => [failed, 'RetargetWidget' in window, '__RETARGET_DECLINE_SESSION_ID' in window]), [['SCRIPT'], false, false]);
    assert.deepEqual(notes.errors, []);
    assert.deepEqual(notes.events, []);
    assert.deepEqual(notes.ours(), []);
    await page.focus('#own');
    assert.equal(await page.evaluate(() => document.body.innerText.includes('An ordinary page')), true);
    await page.close();
  });
}

// What web/docs/decline-widget.md promises, word for word but for the hosts.
for (const [engine, sources, attributes] of [['wasm', " 'wasm-unsafe-eval'", {}], ['javascript', '', { 'data-engine': 'javascript' }]]) {
  test(`under the strictest policy the whole overlay is drawn and nothing is violated, with the engine ${engine}`, async () => {
    const { url } = fixture.api;
    const policy = `default-src 'none'; script-src ${url}${sources}; connect-src ${url}; img-src ${fixture.advertisers.url}; require-trusted-types-for 'script'; trusted-types 'none'`;
    const address = fixture.web.publish({
      body: `<!doctype html><html lang="en"><head><title>Strict</title>${pinnedTag(attributes)}</head><body><h1>Strict</h1></body></html>`,
      headers: { 'content-security-policy': policy },
    });
    const { page, notes } = await openPage(fixture, brand, 'about:blank');
    await page.evaluateOnNewDocument(() => {
      window.violations = [];
      addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => violations.push([violatedDirective, blockedURI]));
    });
    await page.goto(address);
    await trigger(fixture, await sessionIdOf(page, brand));
    const overlay = await overlayOf(page, brand);
    assert.ok(overlay.cards.length >= 4, `${overlay.cards.length} cards`);
    await whenOverlayIsPainted(page, brand);
    const pictures = await page.evaluate((id) => [...document.getElementById(id).shadowRoot.querySelectorAll('img')].map((image) => image.naturalWidth > 0), brand.rootId);
    assert.ok(pictures.length > 0 && pictures.every(Boolean), `pictures: ${pictures}`);
    assert.equal(await page.evaluate(() => RetargetWidget.engine), engine);
    assert.deepEqual(await page.evaluate(() => violations), []);
    assert.deepEqual(notes.problems(), []);
    await page.close();
  });
}
