// manners_scrolling.test.mjs: however a page scrolls, it neither scrolls nor moves behind the overlay, and scrolls on from where
// it was when that is gone. With scroll bars that take place and with those that take none.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launchEngine, needs } from './support/engines.mjs';
import { useFixture } from './support/fixture.mjs';
import { assertDrawn, openStranger, strangerPage } from './support/stranger.mjs';

const fixture = useFixture();
const size = { width: 1000, height: 700 };
const browsers = {};
before(async () => (browsers.classic = await launchEngine({ ignoreDefaultArgs: ['--hide-scrollbars'] })));
after(() => browsers.classic?.close());

// Everything that would show a pixel: beside the right edge, at the lower edge, in the middle, in parts of the width.
const parts = `<style>
  #bar { position: fixed; right: 0; bottom: 0; width: 90px; height: 30px; background: gold }
  #sticky { position: sticky; top: 0; height: 40px; background: teal }
  #middle { width: 400px; height: 50px; margin: 0 auto; background: plum }
  #part { width: 50%; margin-left: 10%; height: 50px; background: tan }
  #float { float: right; width: 20vw; height: 20px }
</style><div id="bar"></div><div id="sticky"></div><div id="middle"></div><div id="part"></div><div id="float"></div>`;
const partNames = ['#bar', '#sticky', '#middle', '#part', '#float', 'h1', '#own', 'body'];

// `scrolls`: the selector of what scrolls the page, when it is not the window. `is`: what is special about it.
const style = (text, more = {}) => ({ head: `<style>${text}</style>`, ...more });
const pages = {
  'an ordinary page': {},
  'a page that fits': style('#long { display: none }', { fits: true }),
  'a page that fits and has a scroll bar all the same': style('html { overflow-y: scroll } #long { display: none }', { fits: true }),
  'a page that always has a scroll bar': style('html { overflow-y: scroll }'),
  'a page that always has a scroll bar, and says so strongly': { ...style('html.fixed { overflow-y: scroll !important } html { overflow: auto !important }'), attributes: ' class="fixed"' },
  'a page that hides what is too wide, at its body': style('body { overflow-x: hidden }'),
  'a page that hides what is too wide, at its body as high as the window': style('html, body { height: 100% } body { overflow-x: hidden }'),
  'a page that hides what is too wide, at its root': style('html { overflow-x: hidden } html, body { height: 100% }'),
  'a page that clips what is too wide': style('body { overflow-x: clip }'),
  'a page whose body leaves its scroll bar to the window': style('html, body { height: 100%; margin: 0 } body { overflow: auto }'),
  'a page that scrolls in its body': style('html { overflow: hidden; height: 100% } body { overflow: auto; height: 100%; margin: 0 }', { scrolls: 'body' }),
  'a page that scrolls in its root and its body': style('html { overflow: auto } body { overflow: auto; height: 100vh; margin: 0 }', { scrolls: 'body' }),
  'a page that scrolls in a part of it': { ...style('html, body { height: 100%; margin: 0; overflow: hidden } main { height: 100%; overflow: auto }', { scrolls: 'main' }), inMain: true },
  'a page that scrolls smoothly': style('html { scroll-behavior: smooth }'),
  'a page that snaps': style('html { scroll-snap-type: y proximity } #middle { scroll-snap-align: start }'),
  'a page that reserves the place of its scroll bar': style('html { scrollbar-gutter: stable }'),
  'a page that reserves that place on both sides': style('html { scrollbar-gutter: stable both-edges; overflow-y: auto }'),
  'a page that reserves that place, and fits': style('html { scrollbar-gutter: stable } #long { display: none }', { fits: true }),
  'a page with a thin scroll bar': style('html { scrollbar-width: thin }'),
  'a page with a scroll bar of its own colours': style('::-webkit-scrollbar { width: 30px; background: pink } ::-webkit-scrollbar-thumb { background: red }'),
  'a page from right to left': { attributes: ' dir="rtl"' },
  'a page whose root is a flexible box': style('html { display: flex; flex-direction: column; align-items: center; min-height: 100% } body { width: 600px }'),
  'a page whose root is a grid': style('html { display: grid; grid-template-columns: 1fr 500px 1fr } body { grid-column: 2 }'),
  'a page in quirks mode': { doctype: '' },
  'a page in quirks mode whose body hides what is too wide': { doctype: '', ...style('html, body { height: 100% } body { overflow-x: hidden }') },
  'a page that is too wide': style('#wide { width: 3000px; height: 5px }', { wide: true }),
};

// `box`: the scrolled element, null for the window.
const readPlace = ({ page }, box) =>
  page.evaluate((names, scrolled) => {
    const element = scrolled ? document.querySelector(scrolled) : null;
    return {
      at: element ? element.scrollTop : window.scrollY,
      boxes: names.map((name) => {
        const { x, y, width, height } = document.querySelector(name).getBoundingClientRect();
        return [name, x, y, width, height].join(' ');
      }),
    };
  }, partNames, box ?? null);

const scrollTo = ({ page }, box, top) =>
  page.evaluate((scrolled, at) => (scrolled ? document.querySelector(scrolled) : window).scrollTo({ top: at, behavior: 'instant' }), box ?? null, top);

// The pictures and images of the page must have come to rest, and everything that an input caused.
const rest = ({ page }) => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 60)))));

for (const bars of ['classic', 'overlay']) {
  describe(`with ${bars} scroll bars`, { concurrency: 3 }, () => {
    for (const [name, { scrolls, fits, inMain, wide, ...page }] of Object.entries(pages)) {
      test(`${name} stays where it is`, async (t) => {
        if (bars === 'overlay' && name.endsWith('of its own colours') && !needs(t, 'scroll bars that stay as asked for')) return;
        const takesPlace = bars === 'classic' || name.endsWith('of its own colours');
        const body = inMain ? `<main>${parts}<div style="height: 3000px"></div></main>` : `${parts}${wide ? '<div id="wide"></div>' : ''}`;
        const stranger = await openStranger(fixture, strangerPage(fixture, { ...page, body }), { size, browser: browsers[bars] ?? fixture.browser });
        await stranger.page.evaluate(() => document.getElementById('own').focus({ preventScroll: true }));
        await scrollTo(stranger, scrolls, fits ? 0 : 400);
        const before = await readPlace(stranger, scrolls);
        if (!fits) assert.equal(Math.round(before.at), 400, 'the page scrolls at all');
        await rest(stranger);
        const shifts = (await stranger.ask('shifts')).length;

        await stranger.declined();
        await assertDrawn(stranger);
        assert.deepEqual(await readPlace(stranger, scrolls), before, 'while it is open');
        await stranger.page.evaluate(() => addEventListener('scroll', () => (window.moved = true)));
        await stranger.page.mouse.move(500, 350);
        await stranger.page.mouse.wheel({ deltaY: 500 });
        for (const key of ['PageDown', 'End', ' ']) await stranger.page.keyboard.press(key);
        await rest(stranger);
        assert.deepEqual(await readPlace(stranger, scrolls), before, 'after attempts to scroll');
        await t.test('not even for a moment', async (part) => {
          if (takesPlace && !fits && !needs(part, 'keys that end at a dialog')) return;
          assert.equal(await stranger.page.evaluate(() => window.moved), undefined);
        });

        await stranger.page.keyboard.press('Escape');
        assert.deepEqual(await readPlace(stranger, scrolls), before, 'when it is closed');
        await rest(stranger);
        assert.deepEqual(await readPlace(stranger, scrolls), before, 'and a moment later');
        assert.deepEqual((await stranger.ask('shifts')).slice(shifts), [], 'layout shifts');
        if (!fits) {
          await stranger.page.mouse.wheel({ deltaY: 100 });
          await stranger.page.waitForFunction((box) => (box ? document.querySelector(box).scrollTop : scrollY) > 400, {}, scrolls ?? null);
        }
        await stranger.leave();
      });
    }
  });
}

test('a page whose scroll bar is dragged in spite of the overlay is back where it was, and moves again afterwards', async () => {
  const stranger = await openStranger(fixture, strangerPage(fixture), { size, browser: browsers.classic });
  await scrollTo(stranger, null, 400);
  await stranger.declined();
  const drag = async () => {
    await stranger.page.mouse.move(993, 120);
    await stranger.page.mouse.down();
    await stranger.page.mouse.move(993, 400, { steps: 4 });
    await stranger.page.mouse.up();
    await rest(stranger);
  };
  await stranger.page.evaluate(() => addEventListener('scroll', () => (window.moved = true)));
  await drag();
  assert.deepEqual(await stranger.page.evaluate(() => [window.moved, scrollY]), [true, 400]);
  await assertDrawn(stranger);
  await stranger.page.keyboard.press('Escape');
  await drag();
  assert.notEqual(await stranger.page.evaluate(() => scrollY), 400);
  await stranger.leave();
});
