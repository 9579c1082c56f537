// presence.test.mjs: hidden tabs, pages in the back/forward cache and lost networks: silence, then one question on return.
// Tabs are hidden for real, by another tab in front.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { brands } from '../../web/demo/brands.mjs';
import { eventually } from '../../web/demo/eventually.mjs';
import { readOverlay } from '../../web/demo/overlay.mjs';
import { embedTag, hide, needs, openThroughProxy, overlayOf, pageWith, sessionIdOf, trigger, useFixture } from './support/fixture.mjs';

const fixture = useFixture();
const brand = brands.retarget;
const quietMillis = 2500; // Longer than the longest healthy wait between two polls.
const later = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

const hasPolled = (proxy) => eventually(() => proxy.count('poll') >= 1, 'it never polled');

describe('presence', { concurrency: 4 }, () => {
  test('a hidden tab sends nothing, and asks once on return: a trigger in between opens the overlay', async () => {
    const { page, notes, proxy } = await openThroughProxy(fixture, brand);
    const sessionId = await sessionIdOf(page, brand);
    await hasPolled(proxy);
    const show = await hide(page);
    await later(200); // What was under way when the tab was hidden has been let go by now.
    proxy.calm();
    await trigger(fixture, sessionId);
    await later(quietMillis);
    assert.deepEqual(proxy.requests.map((request) => request.route), [], 'requests of the hidden tab');
    assert.equal(await readOverlay(page, brand), null);
    await show();
    await overlayOf(page, brand);
    assert.equal(proxy.count('poll'), 1);
    assert.deepEqual(notes.problems(), []);
    await page.close();
  });

  test('a tab that is opened in the background announces its session all the same', async (t) => {
    if (!needs(t, 'background tabs')) return;
    const proxy = await fixture.startProxy();
    const head = `<script>window.stateAtLoad = document.visibilityState</script>${embedTag(fixture, brand, { 'data-api': proxy.url })}`;
    const url = fixture.web.publish(pageWith({ head }));
    const context = await fixture.browser.createBrowserContext();
    const front = await context.newPage();
    await front.goto(fixture.web.publish(pageWith({ body: `<p><a id="link" href="${url}">A link</a></p>` })));
    await front.keyboard.down('Control');
    await front.click('#link');
    await front.keyboard.up('Control');
    const page = await (await context.waitForTarget((target) => target.url() === url)).page();
    await sessionIdOf(page, brand);
    assert.equal(await page.evaluate(() => window.stateAtLoad), 'hidden');
    await later(quietMillis);
    assert.equal(proxy.count('create'), 1);
    assert.equal(proxy.count('poll'), 0, 'polls of a tab nobody has looked at yet');
    await context.close();
    await proxy.close();
  });

  // Firefox keeps no page that waits for an answer while it is left: there the API is one without long polls.
  for (const maxWait of [25, 0]) test(`the page may enter the back/forward cache, and goes on where it was when it comes back: ${maxWait ? 'in the middle of a poll' : 'between two polls'}`, async (t) => {
    if (maxWait && !needs(t, 'back/forward cache in the middle of a request')) return;
    const given = await fixture.startProxy();
    given.rewrite = (route, body) => (route === 'create' ? { ...body, maxWait } : body);
    const { page, notes, proxy } = await openThroughProxy(fixture, brand, { given });
    const sessionId = await sessionIdOf(page, brand);
    await hasPolled(proxy);
    if (!maxWait) await later(200); // The answer is there.
    await page.evaluate(() => {
      window.restored = 0;
      addEventListener('pageshow', (event) => (window.restored += event.persisted ? 1 : 0));
    });
    await page.goto(fixture.web.publish(pageWith({ body: '<p>Another page</p>' })));
    await later(200);
    proxy.calm();
    await trigger(fixture, sessionId);
    await later(quietMillis);
    assert.deepEqual(proxy.requests, [], 'requests of the cached page');
    await page.goBack();
    assert.equal(await page.evaluate(() => window.restored), 1, 'the page came from the cache');
    assert.equal(await sessionIdOf(page, brand), sessionId, 'the same session');
    await overlayOf(page, brand);
    assert.equal(proxy.count('create'), 0);
    assert.deepEqual(notes.errors, []);
    await page.close();
    await proxy.close();
  });

  test('a page that is offline sends nothing, and asks at once when the network is back', async () => {
    const { page, proxy } = await openThroughProxy(fixture, brand);
    const sessionId = await sessionIdOf(page, brand);
    await hasPolled(proxy);
    await page.setOfflineMode(true);
    await later(200);
    proxy.calm();
    await trigger(fixture, sessionId);
    await later(quietMillis);
    assert.equal(await readOverlay(page, brand), null);
    assert.deepEqual(proxy.requests, []);
    await page.setOfflineMode(false);
    await overlayOf(page, brand);
    await page.close();
  });

  test('impressions are reported once per card, and viewable ones beside them after a second in view', async () => {
    const { page, proxy } = await openThroughProxy(fixture, brand);
    await trigger(fixture, await sessionIdOf(page, brand));
    const overlay = await overlayOf(page, brand);
    const reported = (name) => proxy.requests.filter((request) => request.route === 'impression').flatMap((request) => JSON.parse(request.body)[name] ?? []);
    await eventually(() => reported('offerIds').length >= overlay.cards.length, () => `rendered: ${reported('offerIds').length} of ${overlay.cards.length}`);
    await eventually(() => reported('viewableIds').length > 0, 'no viewable impression');
    await later(1500);
    assert.equal(new Set(reported('offerIds')).size, reported('offerIds').length, 'a card was reported twice');
    assert.equal(new Set(reported('viewableIds')).size, reported('viewableIds').length, 'a viewable card was reported twice');
    await page.close();
  });
});

test('an outage between announcement and trigger, with a restart of the API: the trigger still arrives', async () => {
  const { page, notes, proxy } = await openThroughProxy(fixture, brand);
  const sessionId = await sessionIdOf(page, brand);
  await hasPolled(proxy);
  await fixture.api.restart();
  await trigger(fixture, sessionId);
  assert.ok((await overlayOf(page, brand)).cards.length > 0);
  assert.equal(proxy.count('create'), 1, 'the session outlived the restart');
  assert.ok(notes.ours().length <= 1, JSON.stringify(notes.ours()));
  await page.close();
});
