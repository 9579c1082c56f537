// script_tag.test.mjs: the ways a script element gets onto a page, and what the widget leaves there.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { brands } from '../../web/demo/brands.mjs';
import { readOverlay } from '../../web/demo/overlay.mjs';
import { embedTag, openOverlay, openPage, pageWith, sessionIdOf, trigger, overlayOf, useFixture } from './support/fixture.mjs';

const fixture = useFixture();
const brand = brands.retarget;

const waysToLoad = {
  'a synchronous tag in the head': () => ({ head: embedTag(fixture, brand) }),
  'a synchronous tag at the end of the body': () => ({ body: embedTag(fixture, brand) }),
  'an async tag': () => ({ head: embedTag(fixture, brand, {}, 'async') }),
  'a deferred tag': () => ({ head: embedTag(fixture, brand, {}, 'defer') }),
  'a module tag': () => ({ head: embedTag(fixture, brand, {}, 'type="module"') }),
  'a tag inserted by a script': () => ({
    body: `<script>
      const tag = document.createElement('script');
      tag.src = '${fixture.api.url}${brand.embedPath}';
      tag.setAttribute('data-pub', '${fixture.site.publicKey}');
      tag.setAttribute('data-website', '${fixture.site.websiteKey}');
      tag.setAttribute('data-api', '${fixture.proxy.url}');
      document.body.append(tag);
    </script>`,
  }),
  'a tag whose API address ends in a slash': () => ({ head: embedTag(fixture, brand, { 'data-api': `${fixture.proxy.url}/` }) }),
};

describe('script tag', { concurrency: 4 }, () => {
  for (const [name, parts] of Object.entries(waysToLoad)) {
    test(`${name} announces a session and opens the overlay at its trigger`, async () => {
      const { page, notes } = await openPage(fixture, brand, fixture.web.publish(pageWith(parts())));
      assert.equal(await readOverlay(page, brand), null, 'nothing is visible before the trigger');
      const overlay = await openOverlay(fixture, page, brand);
      assert.ok(overlay.cards.length > 0);
      assert.deepEqual(notes.problems(), []);
      await page.close();
    });
  }

  test('the same keys twice: the second tag is a no-op with one warning', async () => {
    const proxy = await fixture.startProxy();
    const tag = embedTag(fixture, brand, { 'data-api': proxy.url });
    const { page, notes } = await openPage(fixture, brand, fixture.web.publish(pageWith({ head: tag, body: tag })));
    await openOverlay(fixture, page, brand);
    assert.equal(proxy.count('create'), 1, 'sessions created');
    assert.equal(notes.events.filter((event) => event.name === 'decline-session').length, 1);
    assert.deepEqual(notes.ours().map((line) => line.type), ['warn'], JSON.stringify(notes.ours()));
    assert.match(notes.ours()[0].text, /twice/);
    await page.close();
    await proxy.close();
  });

  test('both brands on one page keep out of each other’s way', async () => {
    const { retarget, affilfinder } = brands;
    const url = fixture.web.publish(pageWith({ head: embedTag(fixture, retarget) + embedTag(fixture, affilfinder) }));
    const { page, notes } = await openPage(fixture, retarget, url);
    const ids = [await sessionIdOf(page, retarget), await sessionIdOf(page, affilfinder)];
    assert.notEqual(ids[0], ids[1]);
    await trigger(fixture, ids[1]);
    await overlayOf(page, affilfinder);
    assert.equal(await readOverlay(page, retarget), null);
    assert.deepEqual(notes.problems(), []);
    await page.close();
  });

  test('window gains the script object and the session global, nothing else; destroy() takes all of it back', async () => {
    const proxy = await fixture.startProxy();
    const url = fixture.web.publish(pageWith({ head: `<script>window.namesBefore = Object.getOwnPropertyNames(window)</script>`, body: embedTag(fixture, brand, { 'data-api': proxy.url }) }));
    const { page, notes } = await openPage(fixture, brand, url);
    await page.evaluate(() => {
      window.bodyBefore = document.body.outerHTML;
      window.htmlBefore = [...document.documentElement.attributes].map((attribute) => attribute.value).join();
    });
    await openOverlay(fixture, page, brand);
    // `ariaQuery…` are puppeteer's own.
    const added = () => page.evaluate(() => Object.getOwnPropertyNames(window).filter((name) => !window.namesBefore.includes(name) && !/Before$|ariaQuery/.test(name)).sort());
    assert.deepEqual(await added(), [brand.scriptObject, brand.sessionGlobal].sort());

    await page.evaluate((name) => window[name].destroy(), brand.scriptObject);
    assert.deepEqual(await added(), [], 'globals after destroy()');
    assert.equal(await page.evaluate(() => document.body.outerHTML === window.bodyBefore), true, 'the body is as it was');
    assert.equal(await page.evaluate(() => window.htmlBefore === [...document.documentElement.attributes].map((attribute) => attribute.value).join()), true);
    proxy.calm();
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await new Promise((resolve) => setTimeout(resolve, 2500)); // Longer than a poll takes to come round.
    assert.deepEqual(proxy.requests.map((request) => request.route), [], 'requests after destroy()');
    assert.deepEqual(notes.problems(), []);
    await page.close();
    await proxy.close();
  });

  test('the script object tells version, engine, state and session', async () => {
    const { page } = await openPage(fixture, brand, fixture.web.publish(pageWith({ head: embedTag(fixture, brand) })));
    const sessionId = await sessionIdOf(page, brand);
    const told = await page.evaluate((name) => {
      const { version, engine, state, sessionId, instances } = window[name];
      return { version, engine, state, sessionId, instances: instances.length, canOpen: 'open' in window[name] || 'trigger' in window[name] };
    }, brand.scriptObject);
    assert.match(told.version, /^\d+\.\d+\.\d+/);
    assert.equal(told.engine, 'wasm');
    assert.equal(typeof told.state, 'string');
    assert.equal(told.sessionId, sessionId);
    assert.equal(told.instances, 1);
    assert.equal(told.canOpen, false, 'a page must not be able to open the overlay');
    await page.close();
  });
});
