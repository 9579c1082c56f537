// section_looks.test.mjs: how the section looks on somebody else's page, and how it is met by who reads, points and types.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventually } from '../../web/demo/eventually.mjs';
import { inspectPage } from './support/axe.mjs';
import { contrastsIn } from './support/contrast.mjs';
import { forceColours, needs } from './support/engines.mjs';
import { assertDrawn, openSection } from './support/section_stage.mjs';

// ---------------------------------------------------------------- a stranger's page

const style = (text) => ({ head: `<style>${text}</style>` });
const hostileStyles = {
  'everything unset and hidden': style('* { all: unset !important; display: none !important } html, body, main, #ads { display: block !important }'),
  'everything invisible that is new': style('#ads > * { visibility: hidden !important; opacity: 0 !important; pointer-events: none !important; clip-path: inset(50%) !important; transform: scale(0) !important; position: fixed !important; z-index: -1 !important }'),
  'everything reset, in a layer': style('@layer page { #ads * { all: revert !important; display: none !important; position: absolute !important } }'),
  'every div that is empty': style('div:empty, div:not([class]):empty, #ads > div:only-child { display: none !important; width: 0 !important; height: 0 !important; float: right !important }'),
  'words before and behind everything': style('*::before { content: "before" !important; display: block !important; width: 99px !important; height: 99px !important } *::after { content: "behind" !important; display: block !important; height: 50px !important } html::before, html::after, body::before, body::after, main::before, main::after, #ads::before, #ads::after, h1::before, h1::after { content: none !important }'),
  'fonts and spaces of its own': style('html, * { font: 900 60px/3 fantasy !important; letter-spacing: 20px !important; word-spacing: 40px !important; text-indent: 99px !important; text-transform: uppercase !important; white-space: pre !important; text-align: end !important } html { -webkit-text-size-adjust: 300% !important }'),
  'boxes of its own kind': style('* { box-sizing: content-box !important; margin: 7px !important; padding: 5px !important; border: 3px solid red !important; max-width: 300px !important; max-height: 40px !important; min-width: 50px !important; float: left !important; overflow: hidden !important } html, body, main { all: revert !important; margin: 0 !important } #ads { all: revert !important; width: 1000px !important }'),
  'a page written backwards': style('html { direction: rtl; unicode-bidi: bidi-override; text-orientation: sideways }'),
  'selectors for shadow trees that it does not own': style(':host, :host(*), ::slotted(*), ::part(x) { display: none !important }'),
  'properties of its own with our names': style('* { --accent: transparent !important; --on-accent: transparent !important; --card: none !important; --a: none !important; --b: none !important; --c: none !important; --d: none !important }'),
  'animations that never end': style('@keyframes x { to { opacity: 0; transform: translate(5000px) } } #ads * { animation: x 1ms forwards !important; transition: all 9s !important }'),
  'a grid with areas': style('#ads { display: grid; grid-template-areas: "a b" "c d"; grid-template-columns: 100px 1fr; grid-auto-flow: column dense } #ads > * { grid-area: a !important; justify-self: end !important; place-self: end !important }'),
  'a document in quirks mode': { doctype: '' },
};

// In the page: whether what is drawn can be seen and hit where it is.
function visibleOf(name) {
  const host = [...document.getElementById(name).children].find((element) => element.shadowRoot);
  const faults = [];
  for (const element of host.shadowRoot.querySelectorAll('small, a')) {
    const { x, y, width, height } = element.getBoundingClientRect();
    if (y + height > innerHeight) continue;
    const hit = host.shadowRoot.elementFromPoint(x + width / 2, y + height / 2);
    if (!hit || !element.contains(hit)) faults.push(`${element.localName} is covered by ${hit?.localName}`);
    if (getComputedStyle(element).getPropertyValue('visibility') !== 'visible') faults.push(`${element.localName} is hidden`);
    for (let ancestor = host; ancestor; ancestor = ancestor.parentElement) if (ancestor === host && getComputedStyle(ancestor).opacity !== '1') faults.push('it is seen through');
  }
  return faults;
}

describe('styles', { concurrency: 2 }, () => {
  for (const [name, parts] of Object.entries(hostileStyles)) {
    test(`it is whole in spite of ${name}`, async () => {
      const section = await openSection('<div id="ads"></div>', parts);
      const { width } = await assertDrawn(section);
      assert.equal(width, 1000);
      assert.deepEqual(await section.page.evaluate(visibleOf, 'ads'), []);
      await section.leave();
    });
  }

  test('its own styles reach nothing of the page', async () => {
    const section = await openSection('<div id="ads" style="width: 500px"></div><section id="s">A <small>word</small> <i>of</i> <a href="#">ours</a></section>', { isWaiting: false, id: 'later' });
    const looks = () => section.page.evaluate(() => [...document.querySelectorAll('h1, #ads, #s, #s *')].map((element) => {
      const { display, position, color, fontSize, width, outline } = getComputedStyle(element);
      return [element.localName, display, position, color, fontSize, width, outline].join(' ');
    }));
    const before = await looks();
    await section.start('ads', 'ads');
    await section.shown('ads');
    assert.deepEqual(await looks(), before);
    assert.equal(await section.page.evaluate(() => document.adoptedStyleSheets.length), 0);
    await section.leave();
  });
});

test('a strict policy with Trusted Types sees no violation', async () => {
  const headers = { 'content-security-policy': `default-src 'none'; script-src 'self'; img-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'` };
  const section = await openSection('<div id="ads"></div>', { headers, options: ['image=/picture.svg'] });
  const { faults } = await section.look();
  assert.deepEqual(faults, []);
  assert.deepEqual((await section.wrong()).filter((wrong) => wrong !== 'style-src-elem'), []); // the page's own
  await section.leave();
});

// ---------------------------------------------------------------- looks

const inSection = async (section, read, ...values) => {
  const shadow = await section.page.evaluateHandle(() => [...document.querySelectorAll('*')].find((element) => element.shadowRoot).shadowRoot);
  return shadow.evaluate(read, ...values);
};
const words = 'small, b, u, bdi, span, section > a';

// contrastsIn looks for what is behind an element within the shadow tree: there it is given the ground that the page has.
const onGroundOfPage = (section) =>
  inSection(section, (shadow) => (shadow.querySelector('div').style.backgroundColor = getComputedStyle(document.documentElement).backgroundColor));

test('every word has a contrast of at least 4.5, on its card or on the page, whatever theme either has', async () => {
  for (const scheme of ['light', 'dark']) {
    for (const theme of ['light', 'dark', '']) {
      for (const page of ['background: white; color: black', 'background: #111; color: #eee', 'background: #0b5d4a; color: white']) {
        const section = await openSection('<div id="ads" style="width: 800px"></div>', {
          options: [theme, 'support'].filter(Boolean), widths: [800], features: [{ name: 'prefers-color-scheme', value: scheme }], attributes: ` style="${page}"`,
        });
        await onGroundOfPage(section);
        const { words: found } = await inSection(section, contrastsIn, words);
        assert.ok(found.length > 10);
        assert.deepEqual(found.filter(({ contrast }) => contrast < 4.5), [], `${scheme} system, theme ${theme || 'auto'}, page ${page}`);
        await section.leave();
      }
    }
  }
});

test('cards follow the theme that the site has chosen, and else the visitor’s', async () => {
  for (const [theme, scheme, ground] of [['light', 'dark', 'rgb(246, 247, 249)'], ['dark', 'light', 'rgb(32, 35, 42)'], ['', 'light', 'rgb(246, 247, 249)'], ['', 'dark', 'rgb(32, 35, 42)']]) {
    const section = await openSection('<div id="ads"></div>', { options: theme ? [theme] : [], features: [{ name: 'prefers-color-scheme', value: scheme }] });
    assert.equal(await inSection(section, (shadow) => getComputedStyle(shadow.querySelector('li a')).backgroundColor), ground);
    await section.leave();
  }
});

test('a card that has the focus shows it inside its edge, where the ground is ours', async () => {
  const section = await openSection('<div id="ads"></div>', { options: ['support'], attributes: ' style="background: white"' });
  await onGroundOfPage(section);
  await section.page.keyboard.press('Tab');
  const { ring } = await inSection(section, contrastsIn, 'b');
  assert.ok(ring.width >= 3, `${ring.width} px`);
  const [offset, colour] = await inSection(section, (shadow) => [getComputedStyle(shadow.activeElement).outlineOffset, getComputedStyle(shadow.activeElement).outlineColor]);
  assert.deepEqual([offset, colour], ['-3px', 'rgb(20, 23, 28)']);
  await section.leave();
});

test('forced colours draw the edges that backgrounds drew', async (t) => {
  if (!needs(t, 'forced colours')) return;
  const section = await openSection('<div id="ads"></div>');
  await forceColours(section.page);
  const outlines = await inSection(section, (shadow) => ['li a', 'span', 'u'].map((name) => {
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(shadow.querySelector(name));
    return [outlineStyle, outlineWidth, outlineColor];
  }));
  for (const [kind, width, colour] of outlines) assert.deepEqual([kind, width, ['rgba(0, 0, 0, 0)', 'rgb(220, 223, 228)'].includes(colour)], ['solid', '1px', false], colour);
  await section.leave();
});

test('on paper nothing is wider than the sheet, nothing is cut, and it is dark on white', async (t) => {
  if (!needs(t, 'print styles')) return;
  const section = await openSection('<div id="ads"></div>', { count: 12, options: ['dark'] });
  await section.page.emulateMediaType('print');
  await section.page.setViewport({ width: 718, height: 1000 }); // A4 with margins of a centimetre
  await section.frames();
  const { cards, sheet, ink } = await inSection(section, (shadow) => ({
    cards: [...shadow.querySelectorAll('li a')].map((card) => card.getBoundingClientRect().toJSON()),
    sheet: shadow.querySelector('section').getBoundingClientRect().toJSON(),
    ink: getComputedStyle(shadow.querySelector('bdi')).color,
  }));
  assert.deepEqual(cards.filter(({ x, y, width, height }) => x < 0 || x + width > 718 || y < sheet.y || y + height > sheet.y + sheet.height), []);
  assert.equal(ink, 'rgb(20, 23, 28)');
  const behind = await section.page.evaluate(() => document.getElementById('ads').getBoundingClientRect().bottom);
  assert.ok(Math.abs(behind - sheet.bottom) <= 1, `the container ends at ${behind}, the section at ${sheet.bottom}`);
  await section.leave();
});

test('a picture that does not load gives way to the brand, in the same box', async () => {
  const section = await openSection('<div id="ads"></div>', { options: ['image=/missing.svg'] });
  await eventually(() => inSection(section, (shadow) => !shadow.querySelector('img')), 'the pictures stay', 5000);
  await assertDrawn(section);
  assert.deepEqual(await inSection(section, (shadow) => [...shadow.querySelectorAll('i')].map((element) => element.textContent)), ['H', 'L', 'T']);
  await section.leave();
});

test('nothing moves, whether or not the visitor asked for less motion', async () => {
  const section = await openSection('<div id="ads"></div>', { features: [{ name: 'prefers-reduced-motion', value: 'no-preference' }] });
  assert.equal(await inSection(section, (shadow) => shadow.getAnimations().length), 0);
  await section.leave();
});

// ---------------------------------------------------------------- who reads, who points, who types

test('it is a region of the page with a name, a list of links in it, and axe finds nothing', async () => {
  for (const options of [['support'], ['support', 'arabic'], ['dark', 'support']]) {
    const section = await openSection('<div id="ads" style="max-width: 700px"></div>', { options });
    const { violations, ruleCount } = await inspectPage(section.page);
    assert.ok(ruleCount >= 8, `axe looked at nothing: ${ruleCount} rules passed`);
    assert.deepEqual(violations, []);
    const names = await inSection(section, (shadow) => {
      const [label, list] = [shadow.querySelector('small').textContent, shadow.querySelector('ul')];
      const { host } = shadow;
      return [
        [host.getAttribute('role'), host.getAttribute('aria-label') === label, host.lang === shadow.querySelector('div').lang],
        [list.getAttribute('role'), shadow.getElementById(list.getAttribute('aria-labelledby')).textContent === label, list.children.length],
        shadow.querySelectorAll('[aria-live], [role=alert], [role=status]').length,
      ];
    });
    assert.deepEqual(names, [['region', true, true], ['list', true, 3], 0]);
    await section.leave();
  }
});

test('axe finds what is spoiled', async () => {
  const section = await openSection('<div id="ads"></div>', { options: ['support'] });
  await inSection(section, (shadow) => {
    shadow.querySelector('li:last-child a').replaceChildren();
    shadow.querySelector('small').style.color = '#ccc';
  });
  const { violations } = await inspectPage(section.page);
  assert.deepEqual([...new Set(violations.map((violation) => violation.split(' ')[0]))].sort(), ['color-contrast', 'link-name']);
  await section.leave();
});

test('the focus stays where it is; Tab comes to the cards where they stand, and goes on behind them', async () => {
  const section = await openSection('<button id="before">Before</button><div id="ads"></div><button id="after">Behind</button>', { options: ['support'], isWaiting: false, id: 'later' });
  await section.page.evaluate(() => document.getElementById('before').focus());
  await section.start('ads', 'ads');
  await section.shown('ads');
  const focused = () => section.page.evaluate(() => {
    const { activeElement } = document;
    return activeElement.shadowRoot ? activeElement.shadowRoot.activeElement.textContent : activeElement.id;
  });
  const order = [await focused()];
  for (let i = 0; i < 5; i++) {
    await section.page.keyboard.press('Tab');
    order.push(await focused());
  }
  assert.deepEqual(order.map((name) => name.slice(-7)), ['before', 'account', 'it free', 'qualify', 'support', 'after']);
  await section.leave();
});

test('what can be pressed is at least 44 px high and wide', async () => {
  for (const width of [240, 320, 700]) {
    const section = await openSection(`<div id="ads" style="width: ${width}px"></div>`, { options: ['support'], widths: [width] });
    const small = await inSection(section, (shadow) => [...shadow.querySelectorAll('a')].map((link) => link.getBoundingClientRect()).filter((box) => box.width < 44 || box.height < 44).length);
    assert.equal(small, 0, `${width} px`);
    await section.leave();
  }
});

test('a card is a real link; a click, the middle button and Enter follow it, and each is told once', async () => {
  const section = await openSection('<div id="ads"></div>', { options: ['support'] });
  const links = await inSection(section, (shadow) => [...shadow.querySelectorAll('li a')].map(({ target, rel, referrerPolicy }) => [target, rel, referrerPolicy].join(' ')));
  assert.deepEqual([...new Set(links)], ['_blank sponsored nofollow noopener strict-origin']);
  await inSection(section, (shadow) => {
    const press = (element, type, init) => element.dispatchEvent(new MouseEvent(type, { bubbles: true, composed: true, cancelable: true, ...init }));
    for (const type of ['click', 'auxclick']) shadow.addEventListener(type, (event) => event.preventDefault());
    const [first, second] = shadow.querySelectorAll('li a');
    press(first.querySelector('bdi'), 'click', { button: 0 });
    press(second, 'auxclick', { button: 1 });
    press(second, 'auxclick', { button: 2 });
    press(shadow.querySelector('section > a'), 'click', { button: 0 });
    press(shadow.querySelector('small'), 'click', { button: 0 });
  });
  assert.deepEqual((await section.events('activated')).map(({ card }) => card), [0, 1]);
  await section.leave();
});

test('how much of each card is in view is told, from when it is shown, and again after scrolling', async () => {
  const section = await openSection('<div id="ads" style="width: 300px"></div><div style="height: 3000px"></div>', { count: 12, widths: [300] });
  const latest = async () => Object.fromEntries((await section.events('cardView')).map(({ card, ratioPermille }) => [card, ratioPermille]));
  await eventually(async () => Object.keys(await latest()).length === 12, async () => JSON.stringify(await latest()), 3000);
  const atFirst = await latest();
  assert.deepEqual([atFirst[0], atFirst[11]], [1000, 0]);
  await section.page.evaluate(() => scrollTo(0, 2500));
  await eventually(async () => (await latest())[0] === 0, 'the first card is told to be in view still', 3000);
  const kinds = await section.page.evaluate(() => window.sections.ads.events.map(({ kind }) => kind));
  assert.ok(kinds.indexOf('surfaceShown') < kinds.indexOf('cardView'));
  await section.leave();
});
