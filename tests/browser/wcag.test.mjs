// wcag.test.mjs: what WCAG 2.2 asks of the overlay and no rule of axe can tell: contrasts of rings, sizes of targets, what keys
// do in the moment it opens. Each test begins with its criterion; web/docs/accessibility.md lists them.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { brands } from '../../web/demo/brands.mjs';
import { whenOverlayIsPainted } from '../../web/demo/overlay.mjs';
import { contrastsIn } from './support/contrast.mjs';
import { needs } from './support/engines.mjs';
import { openOverlay, useFixture } from './support/fixture.mjs';
import { inOverlay, isOverlayOpen, stageOverlay, stagePage } from './support/stage.mjs';

const fixture = useFixture();
const support = { label: 'Contact support', url: 'https://shop.example/help' };
const countStops = (page) => inOverlay(page, (root) => root.querySelectorAll('a, button').length);

// One after another: only one window has the focus.
describe('WCAG 2.2', () => {
  for (const [theme, accent] of [['light', '#fff'], ['dark', '#000'], ['light', '#ffd400'], ['dark', '#3b5bdb']]) {
    test(`2.4.7 focus is visible, and its ring has 3:1 (1.4.11): ${theme}, accent ${accent}`, async () => {
      const { page } = await stageOverlay(fixture, { support, attributes: { 'data-theme': theme, 'data-accent': accent } });
      const count = await countStops(page);
      assert.equal(count, 5);
      for (let stop = 0; stop < count; stop++) {
        await page.keyboard.press('Tab');
        const { ring } = await inOverlay(page, contrastsIn, 'h2');
        assert.ok(ring?.width >= 2 && ring.contrast >= 3, `stop ${stop + 1}: ${JSON.stringify(ring)}`);
      }
      await page.close();
    });
  }

  for (const [width, height, count] of [[390, 844, 12], [844, 390, 6], [320, 256, 3]]) {
    test(`2.4.11 what has the focus is in view and not behind the close button: ${width}x${height}`, async () => {
      const { page } = await stageOverlay(fixture, { support, width, height, count });
      const stops = await countStops(page);
      for (let stop = 0; stop < stops; stop++) {
        await page.keyboard.press('Tab');
        const shown = await inOverlay(page, (root) => {
          const focused = root.activeElement;
          const { left, right, top, bottom } = focused.getBoundingClientRect();
          const at = (share, from, to, size) => Math.min(size - 1, Math.max(0, from + (to - from) * share));
          const shares = [0.1, 0.3, 0.5, 0.7, 0.9];
          const points = shares.flatMap((x) => shares.map((y) => [at(x, left, right, innerWidth), at(y, top, bottom, innerHeight)]));
          const seen = points.filter(([x, y]) => focused.contains(root.elementFromPoint(x, y))).length;
          return { name: focused.textContent, seen: seen / points.length };
        });
        assert.ok(shown.seen >= 0.5, `stop ${stop + 1}, ${JSON.stringify(shown)}`);
      }
      await page.close();
    });
  }

  for (const [width, height] of [[1280, 800], [390, 844], [320, 256]]) {
    test(`2.5.8 every target is at least 44 px (2.5.5) wide and high: ${width}x${height}`, async () => {
      const { page } = await stageOverlay(fixture, { width, height, count: 4, support: { ...support, label: '?' } });
      const sizes = await inOverlay(page, (root) =>
        [...root.querySelectorAll('a, button')].map((target) => {
          const box = target.getBoundingClientRect();
          return { name: target.textContent, width: box.width, height: box.height };
        }));
      assert.equal(sizes.length, 6);
      assert.deepEqual(sizes.filter((size) => Math.min(size.width, size.height) < 44), []);
      await page.close();
    });
  }

  for (const language of ['en', 'ar', 'ja']) {
    test(`1.4.10 at 320 px nothing needs scrolling sideways: ${language}`, async () => {
      const { page } = await stageOverlay(fixture, { width: 320, height: 256, count: 4, support, language });
      const outside = await inOverlay(page, (root) => {
        const dialog = root.querySelector('dialog');
        const words = [...root.querySelectorAll('dialog *')].filter((element) => element.childNodes.length > 0);
        const wide = words.filter((element) => {
          const { left, right } = element.getBoundingClientRect();
          return left < 0 || right > innerWidth;
        });
        return [dialog.scrollWidth > dialog.clientWidth && 'the dialog', ...wide.map((element) => element.localName)].filter(Boolean);
      });
      assert.deepEqual(outside, []);
      await page.close();
    });
  }

  test('1.3.2 an offer keeps the order of its words in an overlay of another direction', async () => {
    // Where the first letter of each third offer stands, against the last of its first word, and which side its lines start on.
    const read = (root) => {
      const headline = [...root.querySelectorAll('bdi')][2];
      const place = (from) => {
        const range = document.createRange();
        range.setStart(headline.firstChild, from);
        range.setEnd(headline.firstChild, from + 1);
        return range.getBoundingClientRect();
      };
      const [first, last] = [place(0), place(headline.textContent.indexOf(' ') + 6)];
      return { isLeftToRight: first.left < last.left, align: getComputedStyle(headline).textAlign };
    };
    for (const [words, overlay, isLeftToRight, align] of [['en', 'ar', true, 'right'], ['ar', 'en', false, 'left'], ['ar', 'ar', false, 'right']]) {
      const { page } = await stageOverlay(fixture, { language: words, attributes: { 'data-lang': overlay } });
      assert.deepEqual(await inOverlay(page, read), { isLeftToRight, align }, `${words} in ${overlay}`);
      await page.close();
    }
  });

  test('3.1.2 the overlay says its language and direction when the page has others', async () => {
    for (const [language, pageLanguage, dir] of [['ar', 'en', 'rtl'], ['ja', 'ar', 'ltr'], ['en', 'ja', 'ltr']]) {
      const { page } = await stageOverlay(fixture, { language, pageLanguage });
      const said = await inOverlay(page, (root) => [root.querySelector('dialog').lang, root.querySelector('dialog').dir]);
      assert.deepEqual(said, [language, dir]);
      await page.close();
    }
  });

  test('4.1.2 the dialog is labelled, described and modal, and has the focus itself, so that a reader says all of it', async () => {
    const { page } = await stageOverlay(fixture);
    const said = await inOverlay(page, (root) => {
      const dialog = root.querySelector('dialog');
      const textOf = (name) => root.getElementById(dialog.getAttribute(name))?.textContent;
      return { label: textOf('aria-labelledby'), description: textOf('aria-describedby'), isModal: dialog.matches(':modal'), isFocused: root.activeElement === dialog };
    });
    assert.deepEqual(said, {
      label: 'You still have options',
      description: 'We are sorry this did not work out. These offers may suit you; each opens in a new tab.',
      isModal: true,
      isFocused: true,
    });
    await page.close();
  });

  test('4.1.2 names and roles are those that the engine itself computes', async (t) => {
    if (!needs(t, 'names by WebDriver')) return;
    const { page } = await stageOverlay(fixture, { support });
    const told = [];
    for (const name of ['dialog', 'button', 'h2', 'ul', 'li', 'section > a']) {
      const script = `return document.getElementById('retarget-root').shadowRoot.querySelector('${name}')`;
      const [id] = Object.values(await page.command('POST', '/execute/sync', { script, args: [] }));
      told.push([await page.command('GET', `/element/${id}/computedrole`), await page.command('GET', `/element/${id}/computedlabel`)].join(' ').trim());
    }
    assert.deepEqual(told, [
      'dialog You still have options',
      'button Close',
      'heading You still have options',
      'list Sponsored',
      'listitem',
      'link Contact support',
    ]);
    await page.close();
  });

  test('3.2.2 what a visitor types while it opens follows no offer and closes nothing, and typing goes on afterwards', async () => {
    const { page, notes } = await stagePage(fixture);
    await page.focus('#name');
    await page.keyboard.type('Nia A');
    await openOverlay(fixture, page, brands.retarget);
    await page.keyboard.type('deyemi x');
    for (const key of ['Enter', ' ', 'Enter', 'Backspace', 'ArrowDown']) await page.keyboard.press(key);
    await whenOverlayIsPainted(page, brands.retarget);
    assert.equal(await isOverlayOpen(page), true);
    assert.equal(await page.evaluate(() => document.getElementById('name').value), 'Nia A');
    assert.deepEqual(notes.events.map(({ name }) => name), ['decline-session', 'open'], 'neither a click nor a close');
    await page.keyboard.press('Escape');
    await page.keyboard.type('deyemi');
    assert.equal(await page.evaluate(() => document.getElementById('name').value), 'Nia Adeyemi', 'the caret is where it was');
    await page.close();
  });

  for (const [key, name] of [['Enter', 'Enter'], [' ', 'Space']]) {
    test(`3.2.2 a key that is held down while it opens follows no offer: ${name}`, async () => {
      const { page, notes } = await stagePage(fixture);
      await page.focus('#send');
      await page.keyboard.down(key);
      await openOverlay(fixture, page, brands.retarget);
      await page.keyboard.down(key); // again without a release: the key repeats
      await page.keyboard.down(key);
      await page.keyboard.up(key);
      await whenOverlayIsPainted(page, brands.retarget);
      assert.equal(await isOverlayOpen(page), true);
      assert.deepEqual(notes.events.map(({ name }) => name), ['decline-session', 'open']);
      await page.close();
    });
  }
});
