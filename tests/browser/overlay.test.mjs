// overlay.test.mjs: the open overlay as a guest on somebody's page: closes at once, gives everything back, leaks nothing.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { brands } from '../../web/demo/brands.mjs';
import { eventually } from '../../web/demo/eventually.mjs';
import { closeButtonHandle, readOverlay, whenOverlayIsPainted } from '../../web/demo/overlay.mjs';
import { addSite, allowDevelopmentOrigin } from '../../web/demo/stack.mjs';
import { triggerDecline } from '../../web/demo/trigger.mjs';
import { embedTag, openOverlay, openPage, overlayOf, pageWith, sessionIdOf, trigger, useFixture } from './support/fixture.mjs';

const fixture = useFixture();
const brand = brands.retarget;

const readPage = (page) =>
  page.evaluate(() => ({
    focus: document.activeElement?.id ?? '',
    scrollY: window.scrollY,
    overflow: [getComputedStyle(document.documentElement).overflowY, getComputedStyle(document.body).overflowY],
    width: document.body.getBoundingClientRect().width,
    inert: [...document.querySelectorAll('[inert]')].length,
    body: document.body.outerHTML,
  }));

const waysToClose = {
  escape: (page) => page.keyboard.press('Escape'),
  button: async (page) => (await closeButtonHandle(page, brand)).click(),
  backdrop: (page) => page.mouse.click(3, 500),
  api: (page) => page.evaluate((name) => window[name].close(), brand.scriptObject),
};

describe('overlay', { concurrency: 4 }, () => {
  for (const [reason, close] of Object.entries(waysToClose)) {
    test(`it closes at once by ${reason}, gives focus, scroll and page back, and stays closed`, async () => {
      const { page, notes } = await openPage(fixture, brand, fixture.web.publish(pageWith({ head: embedTag(fixture, brand) })));
      const sessionId = await sessionIdOf(page, brand);
      await page.evaluate(() => {
        window.scrollTo(0, 700);
        document.getElementById('own').focus({ preventScroll: true });
      });
      const before = await readPage(page);
      assert.equal(before.focus, 'own');
      await trigger(fixture, sessionId);
      const overlay = await overlayOf(page, brand);
      assert.deepEqual(overlay.box, { x: 0, y: 0, width: 1280, height: 800 }, 'the overlay covers the viewport');
      const during = await readPage(page);
      assert.notEqual(during.focus, 'own', 'focus moves in');
      assert.equal(during.scrollY, before.scrollY, 'the page behind does not jump');
      assert.equal(during.width, before.width, 'the page behind does not shift');
      await page.mouse.wheel({ deltaY: 400 });

      await close(page);
      assert.equal(await readOverlay(page, brand), null, 'gone when the input has been handled');
      assert.equal((await notes.event('close')).detail.reason, reason);
      assert.deepEqual(await readPage(page), before);
      await trigger(fixture, sessionId); // Again: closed stays closed for this page view.
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 300))));
      assert.equal(await readOverlay(page, brand), null);
      assert.deepEqual(notes.problems(), []);
      await page.close();
    });
  }

  test('focus cannot leave the open overlay by Tab, and the page behind is out of reach', async () => {
    const { page } = await openPage(fixture, brand, fixture.web.publish(pageWith({ head: embedTag(fixture, brand) })));
    await openOverlay(fixture, page, brand);
    for (const shift of [false, true]) {
      for (let presses = 0; presses < 16; presses++) {
        if (shift) await page.keyboard.down('Shift');
        await page.keyboard.press('Tab');
        if (shift) await page.keyboard.up('Shift');
        const where = await page.evaluate(() => document.activeElement?.id ?? '');
        assert.notEqual(where, 'own', `after ${presses + 1} presses of ${shift ? 'Shift+' : ''}Tab`);
      }
    }
    await page.close();
  });

  test('a strict policy (no inline style or script, Trusted Types, wasm allowed) is all right', async () => {
    const policy = `default-src 'none'; script-src ${fixture.api.url} 'wasm-unsafe-eval'; connect-src ${fixture.proxy.url}; img-src ${fixture.advertisers.url}; require-trusted-types-for 'script'; trusted-types 'none'`;
    const body = `<!doctype html><html lang="en"><head><title>Strict</title>${embedTag(fixture, brand)}</head><body><h1>Strict</h1></body></html>`;
    const { page, notes } = await openPage(fixture, brand, fixture.web.publish({ body, headers: { 'content-security-policy': policy } }));
    const overlay = await openOverlay(fixture, page, brand);
    assert.ok(overlay.cards.length > 0);
    assert.equal(overlay.box.width, 1280, 'the overlay has its style');
    assert.deepEqual(notes.problems(), []);
    await page.close();
  });

  test('the page’s own styles do not reach into the overlay, and its styles do not reach out', async () => {
    const plain = pageWith({ head: embedTag(fixture, brand) });
    const rude = pageWith({
      head: `<style>* { font-size: 40px !important; margin: 30px !important; color: red !important; letter-spacing: 9px } a, button, div { display: none !important } #own, p { display: block !important }</style>${embedTag(fixture, brand)}`,
    });
    const measure = async (source) => {
      const { page } = await openPage(fixture, brand, fixture.web.publish(source));
      const own = await page.evaluate(() => getComputedStyle(document.getElementById('own')).font);
      await openOverlay(fixture, page, brand);
      await whenOverlayIsPainted(page, brand);
      const boxes = await page.evaluate((rootId) => [...document.getElementById(rootId).shadowRoot.querySelectorAll('a, button, h1, h2, p')].map((node) => {
        const { x, y, width, height } = node.getBoundingClientRect();
        return [node.localName, x, y, width, height, getComputedStyle(node).color].join(' ');
      }), brand.rootId);
      assert.equal(await page.evaluate(() => getComputedStyle(document.getElementById('own')).font), own, 'the page’s own button');
      await page.close();
      return boxes;
    };
    assert.deepEqual(await measure(rude), await measure(plain));
  });

  test('an image that fails leaves its card in place with the brand on it', async () => {
    const { page } = await openPage(fixture, brand, fixture.web.publish(pageWith({ head: embedTag(fixture, brand) })));
    await page.setRequestInterception(true);
    page.on('request', (request) => (request.url().startsWith(fixture.advertisers.url) ? request.abort() : request.continue()));
    const overlay = await openOverlay(fixture, page, brand);
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
    const still = await readOverlay(page, brand);
    assert.equal(still.cards.length, overlay.cards.length);
    for (const card of still.cards) assert.ok(card.text.trim().length > 0);
    const broken = await page.evaluate((rootId) => [...document.getElementById(rootId).shadowRoot.querySelectorAll('img')].filter((image) => image.checkVisibility?.({ visibilityProperty: true }) && image.complete && image.naturalWidth === 0).length, brand.rootId);
    assert.equal(broken, 0, 'visible broken images');
    await page.close();
  });

  test('zero offers: no overlay, the page as it is, and the event `empty`', async () => {
    // A visitor who excluded himself from gambling, on a site that accepts nothing else.
    const site = await addSite(fixture.api, { domain: 'casino.example', vertical: 'igaming', verticals: ['igaming'] });
    await allowDevelopmentOrigin(fixture.api, site, fixture.web.origin);
    const keys = { 'data-pub': site.publicKey, 'data-website': site.websiteKey };
    const { page, notes } = await openPage(fixture, brand, fixture.web.publish(pageWith({ head: embedTag(fixture, brand, keys) })));
    const sessionId = await sessionIdOf(page, brand);
    const before = await readPage(page);
    await triggerDecline({ apiUrl: fixture.api.url, integrationSecret: site.integrationSecret, sessionId, reason: 'self_excluded' });
    const empty = await notes.event('empty');
    assert.equal(typeof empty.detail.requestId, 'string');
    assert.equal(await readOverlay(page, brand), null);
    assert.deepEqual(await readPage(page), before);
    assert.deepEqual(notes.problems(), []);
    await page.close();
  });

  test('it follows the viewport: every card is within 320 px, and after a resize within 1280', async () => {
    const { page } = await openPage(fixture, brand, fixture.web.publish(pageWith({ head: embedTag(fixture, brand) })));
    await openOverlay(fixture, page, brand);
    for (const width of [320, 768, 1280]) {
      await page.setViewport({ width, height: 700 });
      const widest = () => page.evaluate((rootId) => Math.max(...[...document.getElementById(rootId).shadowRoot.querySelectorAll('a, button')].map((node) => node.getBoundingClientRect().right)), brand.rootId);
      await eventually(async () => (await widest()) <= width, async () => `something reaches to ${await widest()} px at ${width}`);
      assert.ok(await page.evaluate((rootId) => {
        const dialog = document.getElementById(rootId).shadowRoot.querySelector('[role="dialog"], dialog');
        return dialog.scrollWidth <= dialog.clientWidth + 1;
      }, brand.rootId), `scrolls sideways at ${width}`);
    }
    await page.close();
  });
});
