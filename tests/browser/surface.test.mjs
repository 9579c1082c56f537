// surface.test.mjs: the overlay in Chromium: its boxes are the core's, and it behaves well on a stranger's page.
// Views come from the native core (print_view), drawn by web/effects/overlay_dom.mjs without the embed around it.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as constants from '../../wasm-glue/constants.mjs';
import { bundle } from '../../web/bundle.mjs';
import { rowsOf } from '../architecture/generated.mjs';
import { forceColours, launchEngine, needs } from './support/engines.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const printView = `${root}build/dev/bin/print_view`;

const strictPolicy =
  "default-src 'none'; script-src 'self'; img-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'";
const picture = '<svg xmlns="http://www.w3.org/2000/svg" width="160" height="90"><path fill="teal" d="M0 0h160v90H0z"/></svg>';

// A page that is higher than any screen, with something to focus and a bar that would notice if the page grew wider.
const pageText = `<!doctype html><html lang="en"><title>Page</title><style>
body { margin: 0; font: 16px serif } header { position: fixed; inset: 0 0 auto 0; text-align: right } p { height: 4000px }
</style><header>Fixed</header><button id="opener">Open</button><p>Long</p><script src="/surface.js"></script></html>`;

let browser, server, origin, script;

before(async () => {
  script = await bundle({
    stdin: {
      contents: `export { createOverlay } from './web/effects/overlay_dom.mjs';
        export { measureText } from './web/effects/text_metrics.mjs';`,
      resolveDir: root,
    },
    globalName: 'Surface',
  });
  const answers = {
    '/': ['text/html; charset=utf-8', pageText],
    '/strict': ['text/html; charset=utf-8', pageText.replace(/<style>[^]*<\/style>/, '')],
    '/surface.js': ['text/javascript; charset=utf-8', script],
    '/picture.svg': ['image/svg+xml', picture],
    '/landing': ['text/plain', 'landed'],
  };
  server = createServer((request, response) => {
    const path = request.url.split('?')[0];
    if (path === '/favicon.ico') return response.writeHead(204).end();
    const [type, body] = answers[path] ?? [];
    if (!type) return response.writeHead(404).end();
    response.setHeader('content-type', type);
    if (path === '/strict') response.setHeader('content-security-policy', strictPolicy);
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await launchEngine();
});

after(async () => {
  await browser?.close();
  server?.close();
});

// ---------------------------------------------------------------- the stage

// Builds a view natively; `options` as print_view takes them. Links and pictures lead to this test's own server.
function buildView({ width, height, count, options = [], image = '/picture.svg' }, metrics) {
  const parameters = [width, height, count, `image=${image}`, ...options].map(String);
  const view = JSON.parse(execFileSync(printView, parameters, { input: metrics, encoding: 'utf8' }));
  for (const node of view.nodes) {
    if (node.href) node.href = `${origin}/landing?${node.card}`;
  }
  return view;
}

// A page without an overlay, and what to do with it. What the surface reports arrives in `window.reports`.
async function openPage({ width, height, path = '/', scheme = 'light', motion = 'reduce', in: context = browser }) {
  const page = await context.newPage();
  page.failures = [];
  page.on('pageerror', (error) => page.failures.push(String(error)));
  page.on('console', (message) => page.failures.push(message.text()));
  await page.emulateMediaFeatures([
    { name: 'prefers-reduced-motion', value: motion },
    { name: 'prefers-color-scheme', value: scheme },
  ]);
  await page.setViewport({ width, height });
  await page.goto(origin + path);
  await page.evaluate(() => {
    window.reports = [];
    const report = (kind) => (...values) => window.reports.push([kind, ...values]);
    window.coreOf = ({ nodes, look }) => ({ nodes: () => nodes, look: () => look });
    window.createOverlay = () =>
      Surface.createOverlay({
        rootId: 'retarget-root',
        document,
        onDismiss: report('dismiss'),
        onActivate: report('activate'),
        onCardView: report('view'),
      });
    window.overlay = window.createOverlay();
  });
  page.metrics = await page.evaluate(() => Surface.measureText(document));
  return page;
}

const show = (page, view) => page.evaluate((shown) => window.overlay.prepare(window.coreOf(shown)) ?? window.overlay.show(), view);

async function openOverlay(options) {
  const page = await openPage(options);
  if (options.textPx) page.metrics = page.metrics.replace(/\d+$/, options.textPx); // as of a visitor who reads in that size
  page.view = buildView(options, page.metrics);
  assert.equal(await show(page, page.view), null);
  return page;
}

const reports = (page, kind) => page.evaluate((wanted) => window.reports.filter(([name]) => name === wanted), kind);
const isOpen = (page) => page.evaluate(() => document.getElementById('retarget-root') !== null);

// What `read(shadowRoot)` returns, run in the page.
async function inOverlay(page, read) {
  const shadow = await page.evaluateHandle(() => document.getElementById('retarget-root').shadowRoot);
  return shadow.evaluate(read);
}

// What a person can see of the surface, in reading order: a box for each node, named by its element.
const boxesOnScreen = (page) =>
  inOverlay(page, (root) =>
    [...root.querySelectorAll('dialog *:not(li, img)')].map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return { name: element.localName, x, y, width, height };
    }));

// `inset`: what the screen's notch takes above and on the left.
async function assertBoxes(page, view, inset = { x: 0, y: 0 }) {
  const boxes = (await boxesOnScreen(page)).map((box) => ({ ...box, x: box.x - inset.x, y: box.y - inset.y }));
  assert.equal(boxes.length, view.nodes.length);
  boxes.forEach((box, index) => {
    const node = view.nodes[index];
    for (const side of ['x', 'y', 'width', 'height']) {
      assert.ok(Math.abs(box[side] - node[side]) <= 1, `${box.name} (node ${index}): ${side} is ${box[side]}, not ${node[side]}`);
    }
  });
}

// ---------------------------------------------------------------- what it looks like

const stages = [
  { width: 1280, height: 800, count: 12 },
  { width: 1280, height: 800, count: 4, options: ['dark', 'support'] },
  { width: 1280, height: 800, count: 1, options: ['support'] },
  { width: 1280, height: 800, count: 3, options: ['long'] },
  { width: 1280, height: 800, count: 5, options: ['arabic', 'support'] },
  { width: 1920, height: 1080, count: 7 },
  { width: 3840, height: 2160, count: 12, options: ['support'] },
  { width: 768, height: 1024, count: 8, options: ['rtl'] },
  { width: 844, height: 390, count: 6, options: ['support'] },
  { width: 390, height: 844, count: 12, options: ['dark'] },
  { width: 390, height: 844, count: 1 },
  { width: 390, height: 844, count: 5, options: ['arabic', 'support'] },
  { width: 320, height: 640, count: 12, options: ['support'] },
  { width: 320, height: 256, count: 2, options: ['long', 'rtl'] }, // 1280 x 1024 at 400 %
  { width: 240, height: 320, count: 3, options: ['long', 'support'] },
  { width: 240, height: 320, count: 2, options: ['arabic', 'support'] },
  { width: 320, height: 568, count: 5, options: ['lang=ja', 'support'] },
  { width: 768, height: 1024, count: 3, options: ['lang=zh'] },
  { width: 844, height: 390, count: 2, options: ['arabic'] },
  { width: 390, height: 844, count: 3, options: ['lang=ko'] },
  { width: 1920, height: 1080, count: 12, options: ['arabic', 'dark'] },
  { width: 3840, height: 2160, count: 1 },
  { width: 1280, height: 800, count: 5, options: ['support'], textPx: 32 },
  { width: 1280, height: 800, count: 3, options: ['arabic'], textPx: 20 },
  { width: 390, height: 844, count: 5, options: ['support'], textPx: 24 },
];
for (const stage of stages) {
  const { width, height, count, options = [], textPx = 16 } = stage;
  const what = [`${count} cards`, ...options, `text of ${textPx} px`].join(', ');
  test(`the boxes on screen are the core's: ${width}x${height}, ${what}`, async () => {
    const page = await openOverlay(stage);
    await assertBoxes(page, page.view);
    const tooWide = await inOverlay(page, (root) => root.querySelector('dialog').scrollWidth > innerWidth);
    assert.equal(tooWide, false);
    assert.deepEqual(page.failures, []);
    await page.close();
  });
}

test('the size of text that the visitor has chosen is measured, whatever the page makes of its own', async (t) => {
  if (!needs(t, 'devtools protocol')) return;
  const page = await openPage({ width: 1280, height: 800 });
  assert.match(page.metrics, / 16$/);
  const session = await page.createCDPSession();
  await session.send('Page.setFontSizes', { fontSizes: { standard: 32, fixed: 26 } });
  await page.reload();
  await page.evaluate(() => (document.documentElement.style.fontSize = '62.5%'));
  assert.match(await page.evaluate(() => Surface.measureText(document)), / 32$/);
  await page.close();
});

test('what a notch and a home bar take is no room for boxes, and the sheet goes on below them', async (t) => {
  if (!needs(t, 'devtools protocol')) return;
  for (const [width, height, insets] of [
    [390, 844, { top: 47, left: 0, bottom: 34, right: 0 }],
    [844, 390, { top: 0, left: 47, bottom: 21, right: 47 }],
  ]) {
    const page = await openPage({ width, height });
    const session = await page.createCDPSession();
    await session.send('Emulation.setSafeAreaInsetsOverride', { insets });
    const room = [width - insets.left - insets.right, height - insets.top - insets.bottom];
    const view = buildView({ width: room[0], height: room[1], count: 5, options: ['support'] }, page.metrics);
    await show(page, view);
    assert.deepEqual(await page.evaluate(() => window.overlay.room()), room);
    await assertBoxes(page, view, { x: insets.left, y: insets.top });
    await inOverlay(page, (root) => root.querySelector('dialog').scrollTo(0, 1e6));
    const [panel, close] = await inOverlay(page, (root) => ['section', 'button'].map((name) => root.querySelector(name).getBoundingClientRect().toJSON()));
    assert.ok(panel.bottom <= height - insets.bottom + 1, `the panel ends at ${panel.bottom}, on the home bar`);
    assert.ok(close.top >= insets.top && close.right <= width - insets.right, 'the cross is beside the notch');
    await page.close();
  }
});

test('when the viewport changes boxes follow and focus stays', async () => {
  const page = await openOverlay({ width: 1280, height: 800, count: 12 });
  await inOverlay(page, (root) => root.querySelectorAll('a')[5].focus({ preventScroll: true }));
  await page.setViewport({ width: 390, height: 844 });
  const view = buildView({ width: 390, height: 844, count: 12 }, page.metrics);
  await page.evaluate((changed) => window.overlay.update(window.coreOf(changed)), view);
  await assertBoxes(page, view);
  assert.equal(await inOverlay(page, (root) => [...root.querySelectorAll('a')].indexOf(root.activeElement)), 5);
  await page.close();
});

test('measured widths keep every word of the samples: nothing is cut', async () => {
  for (const [width, height] of [[1280, 800], [768, 1024], [390, 844], [320, 640]]) {
    const page = await openOverlay({ width, height, count: 12, options: ['support'] });
    const cut = await inOverlay(page, (root) =>
      [...root.querySelectorAll('h2, p, small, b, u, bdi, span, section > a')]
        .filter((element) => element.scrollHeight > element.clientHeight + 4 || element.scrollWidth > element.clientWidth)
        .map((element) => element.textContent));
    assert.deepEqual(cut, [], `${width}x${height}`);
    await page.close();
  }
});

test('in every language our own words are whole, and the dialog says which language it is and how it is written', async () => {
  const languages = [['en', '', 'English', 'LTR'], ...rowsOf('native-harness/server/languages.def', 'RT_LANGUAGE')];
  for (const [width, height] of [[1280, 800], [320, 640]]) {
    const page = await openPage({ width, height });
    for (const [tag, , , direction] of languages) {
      await show(page, buildView({ width, height, count: 2, options: ['support', `lang=${tag}`] }, page.metrics));
      const { lang, dir, written, cut } = await inOverlay(page, (root) => {
        const dialog = root.querySelector('dialog');
        const cut = [...root.querySelectorAll('h2, p, small, u, section > a')]
          .filter((element) => element.scrollHeight > element.clientHeight + 4 || element.scrollWidth > element.clientWidth)
          .map((element) => element.textContent);
        return { lang: dialog.lang, dir: dialog.dir, written: getComputedStyle(root.querySelector('h2')).direction, cut };
      });
      assert.deepEqual([lang, dir, written, cut], [tag, direction.toLowerCase(), direction.toLowerCase(), []], `${tag} at ${width}x${height}`);
      await page.evaluate(() => window.overlay.hide());
    }
    assert.deepEqual(page.failures, []);
    await page.close();
  }
});

// The colours as the page computes them: {SHEET: ['rgb(255, 255, 255)', …]}, the light one and the dark one.
const palette = Object.fromEntries(
  rowsOf('core/surface/palette.def', 'RT_COLOUR').map(([upper, , ...themes]) =>
    [upper, themes.map((rgb) => `rgb(${[16, 8, 0].map((shift) => (Number(rgb) >> shift) & 255).join(', ')})`)]));
const textPairs = rowsOf('core/surface/palette.def', 'RT_INK_ON');

// The text and the nearest background behind it of everything that has words, as 'element: colour on colour'.
const textsOnGrounds = (root) => {
  const ground = (element) => {
    const colour = getComputedStyle(element).backgroundColor;
    return colour === 'rgba(0, 0, 0, 0)' ? ground(element.parentElement) : colour;
  };
  const pairs = [...root.querySelectorAll('h2, p, small, b, u, bdi, span, section > a, button, i')]
    .filter((element) => !element.querySelector('img'))
    .map((element) => `${element.localName}: ${getComputedStyle(element).color} on ${ground(element)}`);
  return [...new Set(pairs)].sort();
};

// WCAG 2.2 contrast of each text on the nearest background behind it.
const lowContrasts = (root) => {
  const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = numbers(colour).map((value) => {
      const c = value / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const over = (top, alpha, below) => `rgb(${numbers(below).slice(0, 3).map((value, i) => value + (numbers(top)[i] - value) * alpha)})`;
  const background = (element) => {
    const colour = getComputedStyle(element).backgroundColor;
    const alpha = numbers(colour)[3] ?? 1;
    return alpha === 1 ? colour : over(colour, alpha, background(element.parentElement));
  };
  const ink = (element) => {
    const { color, opacity } = getComputedStyle(element);
    return over(color, Number(opacity), background(element));
  };
  return [...root.querySelectorAll('h2, p, small, b, u, bdi, span, section > a, button, i')]
    .filter((element) => !element.querySelector('img'))
    .map((element) => {
      const [dark, light] = [luminance(ink(element)), luminance(background(element))].sort((a, b) => a - b);
      return [element.localName, (light + 0.05) / (dark + 0.05)];
    })
    .filter(([, contrast]) => contrast < 4.5);
};
for (const [name, scheme, theme, options] of [
  ['light', 'dark', 0, ['light']],
  ['dark', 'light', 1, ['dark']],
  ['auto on a light system', 'light', 0, []],
  ['auto on a dark system', 'dark', 1, ['accent=ffd400']],
]) {
  test(`every text has a contrast of at least 4.5, in colours of the palette: ${name}`, async () => {
    const page = await openOverlay({ width: 1280, height: 800, count: 12, scheme, options: [...options, 'support'], image: '' });
    assert.equal(await inOverlay(page, (root) => getComputedStyle(root.querySelector('section')).backgroundColor), palette.SHEET[theme]);
    assert.deepEqual(await inOverlay(page, lowContrasts), []);
    const known = textPairs.map(([ink, ground]) => `${palette[ink][theme]} on ${palette[ground][theme]}`);
    const unknown = (await inOverlay(page, textsOnGrounds)).filter((pair) => !/^span:/.test(pair) && !known.includes(pair.replace(/^\w+: /, '')));
    assert.deepEqual(unknown, [], 'core/surface/palette.def has no RT_INK_ON for these');
    await page.close();
  });
}

test('a picture that does not load gives way to the brand, in the same box', async () => {
  const page = await openOverlay({ width: 1280, height: 800, count: 3, image: '/missing.svg' });
  await page.waitForFunction(() => !document.getElementById('retarget-root').shadowRoot.querySelector('img'));
  await assertBoxes(page, page.view);
  assert.deepEqual(await inOverlay(page, (root) => [...root.querySelectorAll('i')].map((element) => element.textContent)), ['H', 'L', 'T']);
  await page.close();
});

test('a picture that loads covers its box', async () => {
  const page = await openOverlay({ width: 1280, height: 800, count: 3 });
  const [image, box] = await inOverlay(page, (root) => [root.querySelector('img'), root.querySelector('i')].map((element) => element.getBoundingClientRect().toJSON()));
  assert.deepEqual(image, box);
  await page.close();
});

test('forced colours draw the edges that shadows and backgrounds drew', async (t) => {
  if (!needs(t, 'forced colours')) return;
  const page = await openPage({ width: 1280, height: 800 });
  await forceColours(page);
  await show(page, buildView({ width: 1280, height: 800, count: 2 }, page.metrics));
  const outlines = await inOverlay(page, (root) =>
    ['section', 'li a', 'span', 'u'].map((name) => {
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(root.querySelector(name));
      return [outlineStyle, outlineWidth, outlineColor];
    }));
  const ours = ['rgba(0, 0, 0, 0)', ...Object.values(palette).flat().filter((colour) => colour !== 'rgb(255, 255, 255)')];
  for (const [style, width, colour] of outlines) assert.deepEqual([style, width, ours.includes(colour)], ['solid', '1px', false], colour);
  await page.close();
});

test('on paper nothing is wider than the sheet, and it is dark on white', async (t) => {
  if (!needs(t, 'print styles')) return;
  const page = await openOverlay({ width: 1280, height: 800, count: 12, options: ['dark'] });
  await page.emulateMediaType('print');
  await page.setViewport({ width: 718, height: 1000 }); // A4 with margins of a centimetre
  const boxes = await boxesOnScreen(page);
  assert.deepEqual(boxes.filter(({ name, x, width }) => name !== 'button' && x + width > 718), []);
  const cards = boxes.filter(({ name }) => name === 'a');
  assert.equal(new Set(cards.map(({ x }) => x)).size, 2);
  const sheet = boxes.find(({ name }) => name === 'section');
  assert.deepEqual(cards.filter(({ y, height }) => y + height > sheet.y + sheet.height), [], 'the sheet holds all cards');
  assert.equal(await inOverlay(page, (root) => getComputedStyle(root.querySelector('h2')).color), palette.INK[0]);
  assert.equal(await inOverlay(page, (root) => getComputedStyle(root.querySelector('section')).backgroundColor), palette.SHEET[0]);
  await page.close();
});

test('it moves in unless the visitor asked for less motion', async () => {
  for (const [motion, isMoving] of [['no-preference', true], ['reduce', false]]) {
    const page = await openPage({ width: 1280, height: 800, motion });
    const view = buildView({ width: 1280, height: 800, count: 2 }, page.metrics);
    const animations = await page.evaluate(async (shown) => {
      window.overlay.prepare(window.coreOf(shown));
      window.overlay.show();
      const root = document.getElementById('retarget-root').shadowRoot;
      let seen = root.querySelector('dialog').getAnimations({ subtree: true }).length > 0; // at once: it is over in a quarter of a second
      root.addEventListener('animationstart', () => (seen = true));
      for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame); // or with the next frame
      return seen;
    }, view);
    assert.equal(animations, isMoving);
    await page.close();
  }
});

// ---------------------------------------------------------------- how it behaves

test('it is whole in the moment it is shown, and has the focus: what is measured then holds', async () => {
  const page = await openPage({ width: 1280, height: 800 });
  const view = buildView({ width: 1280, height: 800, count: 3 }, page.metrics);
  const atOnce = await page.evaluate((shown) => {
    window.overlay.prepare(window.coreOf(shown));
    window.overlay.show();
    const { activeElement } = document.getElementById('retarget-root').shadowRoot;
    const { x, y, width, height } = activeElement.getBoundingClientRect();
    return [activeElement.localName, x, y, width, height, activeElement.clientWidth];
  }, view);
  assert.deepEqual(atOnce, ['dialog', 0, 0, 1280, 800, 1280]);
  await page.close();
});

test('each way to close it closes at once and says which it was', async () => {
  const ways = {
    CLOSE_BUTTON: async (page) => page.mouse.click(...(await centreOf(page, 'button'))),
    CLOSE_ESCAPE: (page) => page.keyboard.press('Escape'),
    CLOSE_BACKDROP: (page) => page.mouse.click(5, 400),
  };
  for (const [reason, close] of Object.entries(ways)) {
    const page = await openOverlay({ width: 1280, height: 800, count: 3 });
    await close(page);
    assert.equal(await isOpen(page), false, reason);
    assert.deepEqual(await reports(page, 'dismiss'), [['dismiss', constants[reason]]]);
    await page.close();
  }
});

const centreOf = async (page, element, nth = 0) => {
  const boxes = await boxesOnScreen(page);
  const { x, y, width, height } = boxes.filter(({ name }) => name === element)[nth];
  return [x + width / 2, y + height / 2];
};

test('a press that starts inside the panel and ends outside does not close it', async () => {
  const page = await openOverlay({ width: 1280, height: 800, count: 3 });
  await page.mouse.move(...(await centreOf(page, 'h2')));
  await page.mouse.down();
  await page.mouse.move(5, 400);
  await page.mouse.up();
  assert.equal(await isOpen(page), true);
  await page.close();
});

test('it closes and gives the page back when something else closes the dialog', async () => {
  const page = await openOverlay({ width: 1280, height: 800, count: 3 });
  await inOverlay(page, (root) => root.querySelector('dialog').close());
  await page.waitForFunction(() => window.reports.some(([kind]) => kind === 'dismiss'));
  assert.equal(await isOpen(page), false);
  await page.close();
});

test('focus goes in, stays in, and comes back', async () => {
  const page = await openPage({ width: 1280, height: 800 });
  await page.focus('#opener');
  await show(page, buildView({ width: 1280, height: 800, count: 2, options: ['support'] }, page.metrics));
  const focused = () => inOverlay(page, (root) => root.activeElement?.localName);
  assert.equal(await focused(), 'dialog');
  const order = [];
  for (let i = 0; i < 4; i++) {
    await page.keyboard.press('Tab');
    order.push(await focused());
  }
  assert.deepEqual(order, ['button', 'a', 'a', 'a']);
  await page.keyboard.press('Tab'); // to the browser's own controls, never to the page behind
  assert.notEqual(await page.evaluate(() => document.activeElement.id), 'opener');
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'opener');
  await page.close();
});

test('focus that had nowhere to be given back to harms nothing', async () => {
  const page = await openPage({ width: 1280, height: 800 });
  await page.focus('#opener');
  await show(page, buildView({ width: 1280, height: 800, count: 2 }, page.metrics));
  await page.evaluate(() => document.getElementById('opener').remove());
  await page.keyboard.press('Escape');
  assert.equal(await isOpen(page), false);
  assert.deepEqual(page.failures, []);
  await page.close();
});

const placeOfPage = (page) =>
  page.evaluate(() => ['body', 'header', 'p'].map((name) => document.querySelector(name).getBoundingClientRect().toJSON()));

test('the page behind neither scrolls nor shifts, and scrolls again afterwards', async () => {
  const visible = await launchEngine({ ignoreDefaultArgs: ['--hide-scrollbars'] });
  try {
    const page = await openPage({ width: 1280, height: 800, in: visible });
    assert.equal(await page.evaluate(() => innerWidth - document.documentElement.clientWidth > 0), true, 'there is a scroll bar');
    await page.evaluate(() => {
      window.shifts = 0;
      new PerformanceObserver((list) => (window.shifts += list.getEntries().length)).observe({ type: 'layout-shift' });
      scrollTo(0, 300);
    });
    const place = await placeOfPage(page);
    const width = await page.evaluate(() => document.documentElement.clientWidth);
    const view = buildView({ width, height: 800, count: 3 }, page.metrics);
    await show(page, view);
    await assertBoxes(page, view);
    assert.deepEqual(await placeOfPage(page), place);
    await page.mouse.move(640, 400);
    await page.mouse.wheel({ deltaY: 400 });
    await page.keyboard.press('PageDown');
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(await page.evaluate(() => scrollY), 300);
    await page.keyboard.press('Escape');
    assert.deepEqual(await placeOfPage(page), place);
    await page.evaluate(() => scrollBy(0, 50));
    assert.equal(await page.evaluate(() => scrollY), 350);
    assert.equal(await page.evaluate(() => window.shifts), 0);
  } finally {
    await visible.close();
  }
});

test('nothing is left on the page once it is closed', async () => {
  const state = () => ({
    html: document.documentElement.outerHTML,
    sheets: document.adoptedStyleSheets.length,
    overflow: getComputedStyle(document.documentElement).overflow,
    globals: Object.keys(window).length,
  });
  const page = await openPage({ width: 1280, height: 800 });
  const before = await page.evaluate(state);
  const view = buildView({ width: 1280, height: 800, count: 3 }, page.metrics);
  for (let i = 0; i < 2; i++) {
    await show(page, view);
    assert.notDeepEqual(await page.evaluate(state), before);
    await page.evaluate(() => window.overlay.hide());
    await page.evaluate(() => window.overlay.hide());
    assert.deepEqual(await page.evaluate(state), before);
  }
  assert.deepEqual(await reports(page, 'dismiss'), []);
  await page.close();
});

test('an overlay shown in the moment another is taken down stays', async () => {
  const page = await openOverlay({ width: 1280, height: 800, count: 2 });
  await page.evaluate(async (shown) => {
    window.overlay.hide();
    window.overlay.prepare(window.coreOf(shown));
    window.overlay.show();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }, page.view);
  assert.equal(await isOpen(page), true);
  assert.deepEqual(await reports(page, 'dismiss'), []);
  await page.close();
});

test('a card is a real link, and following it is reported, whichever button does it', async () => {
  const page = await openOverlay({ width: 1280, height: 800, count: 3 });
  const link = await inOverlay(page, (root) => {
    const { target, rel, referrerPolicy, pathname, search } = root.querySelectorAll('a')[1];
    return { target, rel, referrerPolicy, pathname, search };
  });
  assert.deepEqual(link, {
    target: '_blank',
    rel: 'sponsored nofollow noopener',
    referrerPolicy: 'strict-origin',
    pathname: '/landing',
    search: '?1',
  });
  for (const [button, card] of [['left', 1], ['middle', 2]]) {
    const opened = browser.waitForTarget((target) => target.url() === `${origin}/landing?${card}`);
    await page.bringToFront();
    await page.mouse.click(...(await centreOf(page, 'a', card)), { button });
    await (await (await opened).page()).close();
  }
  assert.deepEqual(await reports(page, 'activate'), [['activate', 1], ['activate', 2]]);
  assert.equal(await isOpen(page), true);
  await page.close();
});

test('the right button opens a menu and follows no card', async (t) => {
  if (!needs(t, 'the right mouse button')) return;
  const page = await openOverlay({ width: 1280, height: 800, count: 3 });
  await page.mouse.click(...(await centreOf(page, 'a', 0)), { button: 'right' });
  assert.deepEqual(await reports(page, 'activate'), []);
  assert.equal(await isOpen(page), true);
  await page.close();
});

test('how much of each card is in view is reported, and again after scrolling', async () => {
  const page = await openOverlay({ width: 390, height: 844, count: 12 });
  const latest = async () => Object.fromEntries((await reports(page, 'view')).map(([, card, ratio]) => [card, ratio]));
  await page.waitForFunction(() => window.reports.filter(([kind]) => kind === 'view').length >= 12);
  const atFirst = await latest();
  assert.equal(atFirst[0], 1000);
  assert.equal(atFirst[11], 0);
  await inOverlay(page, (root) => root.querySelector('dialog').scrollTo(0, 1e6));
  await page.waitForFunction(() => window.reports.some(([kind, card, ratio]) => kind === 'view' && card === 11 && ratio === 1000));
  assert.equal((await latest())[0], 0);
  await page.close();
});

test('the close button stays in reach while the cards scroll', async () => {
  const page = await openOverlay({ width: 390, height: 844, count: 12 });
  await inOverlay(page, (root) => root.querySelector('dialog').scrollTo(0, 700));
  const { y, width, height } = (await boxesOnScreen(page)).find(({ name }) => name === 'button');
  assert.deepEqual([y, width, height], [12, 44, 44]);
  await page.mouse.click(...(await centreOf(page, 'button')));
  assert.equal(await isOpen(page), false);
  await page.close();
});

test("a second overlay is refused; a page's own element of that name is not one", async () => {
  const page = await openPage({ width: 1280, height: 800 });
  const view = buildView({ width: 1280, height: 800, count: 2 }, page.metrics);
  await page.evaluate(() => document.body.append(Object.assign(document.createElement('div'), { id: 'retarget-root' })));
  assert.equal(await show(page, view), null);
  const refusal = await page.evaluate((shown) => window.createOverlay().prepare(window.coreOf(shown)), view);
  assert.equal(refusal, constants.REFUSAL_BUSY);
  await page.close();
});

test('a document that will not take it refuses, and is left as it was', async () => {
  const page = await openPage({ width: 1280, height: 800 });
  const view = buildView({ width: 1280, height: 800, count: 2 }, page.metrics);
  await page.evaluate(() => (HTMLDialogElement.prototype.showModal = () => { throw new Error('no'); }));
  assert.equal(await show(page, view), constants.REFUSAL_FAILED);
  assert.equal(await isOpen(page), false);
  assert.equal(await page.evaluate(() => document.adoptedStyleSheets.length), 0);
  await page.close();
});

test('assistive technology meets a named, described dialog with a list of links', async (t) => {
  if (!needs(t, 'devtools protocol')) return;
  const page = await openOverlay({ width: 1280, height: 800, count: 2, options: ['support'] });
  const session = await page.createCDPSession();
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  const roles = ['dialog', 'button', 'heading', 'list', 'listitem', 'link'];
  const seen = [];
  const visit = (id) => {
    const { ignored, role, name, description, childIds } = nodes.find(({ nodeId }) => nodeId === id);
    const words = [role.value, name?.value, description?.value].filter(Boolean).join(' | ');
    if (!ignored && roles.includes(role.value)) seen.push(words);
    childIds.forEach(visit);
  };
  visit(nodes[0].nodeId);
  assert.deepEqual(seen, [
    'dialog | You still have options | We are sorry this did not work out. These offers may suit you; each opens in a new tab.',
    'button | Close',
    'heading | You still have options',
    'list | Sponsored',
    'listitem',
    'link | Premium Harbour Bank A current account with no monthly fee, opened in eight minutes Open an account',
    'listitem',
    'link | Premium Lumen Pay Send money abroad at the real exchange rate Try it free',
    'link | Contact support',
  ]);
  await page.close();
});

test('a strict policy with Trusted Types sees no violation, and the boxes are the same', async () => {
  const page = await openPage({ width: 1280, height: 800, path: '/strict' });
  await page.evaluate(() => {
    window.violations = [];
    addEventListener('securitypolicyviolation', ({ violatedDirective, sample }) => window.violations.push([violatedDirective, sample]));
  });
  const view = buildView({ width: 1280, height: 800, count: 4 }, page.metrics);
  assert.equal(await show(page, view), null);
  await assertBoxes(page, view);
  await page.evaluate(() => window.overlay.hide());
  assert.deepEqual(await page.evaluate(() => window.violations), []);
  assert.deepEqual(page.failures, []);
  await page.close();
});
