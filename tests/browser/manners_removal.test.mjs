// manners_removal.test.mjs: a page, a framework or an extension that takes the overlay away or out of sight: the page is
// unlocked, is told, and can be worked with. And a page that changes around it, which is none of its business.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { brands } from '../../web/demo/brands.mjs';
import { closeButtonHandle } from '../../web/demo/overlay.mjs';
import { useFixture } from './support/fixture.mjs';
import { assertDrawn, openStranger, strangerPage } from './support/stranger.mjs';

const fixture = useFixture();
const brand = brands.retarget;

const open = async (body) => {
  const stranger = await openStranger(fixture, strangerPage(fixture, { body }), { size: { width: 1000, height: 700 } });
  await stranger.declined();
  return stranger;
};

// What takes the overlay off a page or out of sight.
const takers = {
  'the page removes the root': () => document.querySelector('div#retarget-root').remove(),
  'the page removes everything': () => document.documentElement.replaceChildren(document.head, document.createElement('body')),
  'a library writes the page anew': () => (document.documentElement.innerHTML = '<head></head><body>New</body>'),
  'something empties the shadow tree': () => document.querySelector('div#retarget-root').shadowRoot.replaceChildren(),
  'something closes the dialog': () => document.querySelector('div#retarget-root').shadowRoot.querySelector('dialog').close(),
  // An extension's rule for the root comes to the same; the page's own cannot hide it.
  'something hides it': () => document.querySelector('div#retarget-root').shadowRoot.querySelector('dialog').style.setProperty('display', 'none', 'important'),
};

describe('taken away', { concurrency: 3 }, () => {
  for (const [name, take] of Object.entries(takers)) {
    test(`when ${name} the page scrolls, is told, and can be worked with`, async () => {
      const stranger = await open('');
      await stranger.page.evaluate(take);
      const { reason } = await stranger.told('close');
      assert.ok(['api', 'escape'].includes(reason), reason);
      assert.equal(await stranger.look(), null);
      assert.deepEqual(await stranger.page.evaluate(() => [getComputedStyle(document.documentElement).overflowY, document.adoptedStyleSheets.length, document.querySelector(':modal')]), ['visible', 0, null]);
      assert.equal(await stranger.page.evaluate((object) => window[object].state, brand.scriptObject), 'closed');
      assert.deepEqual(await stranger.ask('errors'), []);
      assert.deepEqual((await stranger.ours()).filter(({ level }) => level !== 'info'), []);
      await stranger.leave();
    });
  }

  test('a page that replaces its body keeps the overlay, and is its own again when it is closed', async () => {
    const stranger = await open('');
    await stranger.page.evaluate(() => {
      document.body = document.createElement('body');
      document.body.innerHTML = '<main id="next" style="height: 2000px">Next</main>';
      history.pushState({}, '', '/next');
    });
    await assertDrawn(stranger);
    await (await closeButtonHandle(stranger.page, brand)).click();
    assert.deepEqual((await stranger.told('close')).reason, 'button');
    assert.equal(await stranger.look(), null);
    assert.deepEqual(await stranger.page.evaluate(() => [document.documentElement.children.length, document.body.children.length]), [2, 1]);
    await stranger.leave();
  });

  test('going back and forth within the page changes nothing', async () => {
    const stranger = await open('');
    await stranger.page.evaluate(async () => {
      history.pushState({}, '', '/one');
      history.replaceState({}, '', '/two');
      location.hash = 'long';
      history.back();
      await new Promise((resolve) => setTimeout(resolve, 100));
    });
    await assertDrawn(stranger);
    assert.deepEqual(await stranger.names(), ['decline-session', 'open']);
    await stranger.leave();
  });
});
