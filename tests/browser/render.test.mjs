// render.test.mjs: what `retarget render` draws is what Chromium shows of the same answer of the API's: boxes, colours, and
// how many lines the words take. Both decide nothing, but each says by itself how a role looks: the stylesheet and
// native-harness/draw/drawing.c.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launchEngine, needs } from './support/engines.mjs';
import { useFixture } from './support/fixture.mjs';
import { openSection, serveBritainOnly } from './support/section.mjs';
import { inOverlay, showOverlay, stagePage } from './support/stage.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = process.env.RETARGET_PROGRAM ?? `${root}build/dev/bin/retarget`;
const fixture = useFixture((begun) => serveBritainOnly(begun, begun.site));

function draw(answer, words) {
  const { status, stdout, stderr } = spawnSync(program, ['render', '--offers', '-', ...words], { input: JSON.stringify(answer), encoding: 'utf8' });
  assert.deepEqual([status, stderr], [0, '']);
  return stdout;
}

// Of each role in order: its boxes, how they look, the lines of words in them.
const drawnRoles = (page, svg) =>
  page.evaluate((text) => {
    const { documentElement } = new DOMParser().parseFromString(text, 'image/svg+xml');
    const roles = {};
    const of = (role) => (roles[role] ??= []);
    const box = (element) => ['x', 'y', 'width', 'height'].map((side) => Number(element.getAttribute(side)));
    for (const element of (documentElement.querySelector('.section') ?? documentElement).children) {
      const role = element.getAttribute('class');
      if (role === 'page' || role === 'backdrop' || !role) continue;
      if (element.localName === 'rect' && element.previousElementSibling?.getAttribute('class') === role) of(role).pop(); // its edge
      if (element.localName === 'rect') {
        of(role).push({ box: box(element), ground: element.getAttribute('fill'), radius: Number(element.getAttribute('rx')) });
      } else if (element.localName === 'svg') {
        const last = of(role).at(-1);
        const words = {
          box: box(element), ink: element.getAttribute('fill'), fontPx: Number(element.getAttribute('font-size')), weight: element.getAttribute('font-weight'),
          isCentred: element.getAttribute('text-anchor') === 'middle', lines: [...element.children].map((line) => line.textContent),
        };
        if (last && !last.lines && String(last.box) === String(words.box)) Object.assign(last, words);
        else of(role).push(words);
      }
    }
    return roles;
  }, svg);

// The same of what stands in a shadow root of the page, from `corner` on.
const readRoles = (root, corner = { x: 0, y: 0 }) => {
  const elements = {
    panel: 'section', title: 'h2', intro: 'p', sponsored: 'small', card: 'li a', picture: 'i', premium: 'u', brand: 'b', headline: 'bdi', cta: 'span', support: 'section > a',
  };
  const colour = (text) => `#${text.match(/\d+/g).slice(0, 3).map((value) => Number(value).toString(16).padStart(2, '0')).join('')}`;
  const linesOf = (element) => {
    const node = element.firstChild;
    const range = document.createRange();
    const lines = [];
    let top = -Infinity;
    for (let at = 0; at < node.length; at++) {
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      const { y, height } = range.getBoundingClientRect();
      if (height > 0 && y > top + height / 2) {
        lines.push('');
        top = y;
      }
      lines[lines.length - 1] += node.data[at];
    }
    return lines.map((line) => line.trim());
  };
  return Object.fromEntries(Object.entries(elements).map(([role, selector]) => [role, [...root.querySelectorAll(selector)].map((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    const { color, backgroundColor, borderTopLeftRadius, fontSize, fontWeight, textAlign } = getComputedStyle(element);
    const hasWords = element.firstChild?.nodeType === 3;
    return {
      box: [x - corner.x, y - corner.y, width, height],
      ...(backgroundColor !== 'rgba(0, 0, 0, 0)' && { ground: colour(backgroundColor), radius: parseFloat(borderTopLeftRadius) }),
      ...(hasWords && { ink: colour(color), fontPx: parseFloat(fontSize), weight: fontWeight, isCentred: textAlign === 'center', lines: linesOf(element) }),
    };
  })]));
};

// Fails where a role is drawn otherwise than it is shown. `isLonger(role, box)`: of what is drawn longer than it is shown.
function compareRoles(drawn, shown, isLonger, areLinesFree) {
  for (const [role, all] of Object.entries(shown)) {
    assert.equal(drawn[role]?.length ?? 0, all.length, role);
    all.forEach(({ box, lines, ...look }, nth) => {
      const { box: itsBox, lines: itsLines, ...itsLook } = drawn[role][nth];
      box.forEach((side, i) => assert.ok(Math.abs(side - itsBox[i]) <= 1 || (i === 3 && isLonger(role, box)), `${role} ${nth}: drawn at ${itsBox}, shown at ${box}`));
      assert.deepEqual(itsLook, look, `${role} ${nth}`);
      assert.equal(itsLines?.join(' '), lines?.join(' '), `${role} ${nth}`);
      // Without fractions of pixels between letters Chromium may break a line a word earlier or later.
      if (!areLinesFree) assert.equal(itsLines?.length, lines?.length, `${role} ${nth}: ${itsLines?.join(' / ')}, not ${lines?.join(' / ')}`);
    });
  }
}

const stages = [
  { width: 1280, height: 800, count: 4, attributes: { 'data-theme': 'light' }, words: [] },
  { width: 390, height: 844, count: 3, support: { label: 'Ask us', url: 'https://shop.example/help' }, attributes: { 'data-theme': 'dark', 'data-accent': '#ffd400' }, words: ['--theme', 'dark', '--accent', '#ffd400'] },
  { width: 768, height: 1024, count: 5, language: 'de', attributes: { 'data-theme': 'light' }, words: [] },
  { width: 844, height: 390, count: 2, attributes: { 'data-theme': 'dark' }, words: ['--theme', 'dark'] },
  { width: 360, height: 640, count: 2, language: 'fr', attributes: { 'data-theme': 'light' }, words: [] },
  { width: 1024, height: 768, count: 12, language: 'ar', attributes: { 'data-theme': 'light' }, words: [], areLinesFree: true }, // widths of Arabic are a guess
];
for (const { words, areLinesFree, ...stage } of stages) {
  test(`the drawing is what is shown: ${stage.width}x${stage.height}, ${stage.count} cards, ${stage.language ?? 'en'}`, async (t) => {
    if (!needs(t, 'widths of Noto Sans')) return;
    const { page, proxy } = await stagePage(fixture, { images: false, ...stage });
    let answer;
    const { rewrite } = proxy;
    proxy.rewrite = (route, body) => {
      const changed = rewrite(route, body);
      if (route === 'offers') answer = changed;
      return changed;
    };
    await showOverlay(fixture, page);
    const drawn = await drawnRoles(page, draw(answer, ['--viewport', `${stage.width}x${stage.height}`, ...words]));
    compareRoles(drawn, await inOverlay(page, readRoles), (role, box) => role === 'panel' && box[2] === stage.width, areLinesFree); // such a sheet is drawn longer, so that it has no radius below
    await page.close();
  });
}

// The label and the contact have the colour of the page's own text, which is not the drawing's.
function withoutInkOfPage(roles) {
  const { panel, ...others } = roles;
  for (const role of ['sponsored', 'support']) for (const one of others[role] ?? []) delete one.ink;
  return others;
}

const sections = [
  { width: 1200, attributes: { 'data-theme': 'light' }, words: [] },
  { width: 768, attributes: { 'data-theme': 'dark', 'data-max-ads': '3' }, words: ['--theme', 'dark', '--max-ads', '3'] },
  { width: 500, attributes: { 'data-theme': 'light', 'data-accent': '#0b6e4f' }, words: ['--accent', '#0b6e4f'] },
  { width: 360, attributes: { 'data-theme': 'light', 'data-max-ads': '12' }, words: ['--max-ads', '12'] },
];
for (const { width, attributes, words } of sections) {
  test(`the drawing of a section is what is shown: ${width} px, ${Object.values(attributes).join(', ')}`, async (t) => {
    if (!needs(t, 'widths of Noto Sans')) return;
    const proxy = await fixture.startProxy();
    let answer;
    proxy.rewrite = (route, body) => {
      if (route !== 'offers') return body;
      return (answer = { ...body, offers: body.offers.map((offer) => ({ ...offer, image: null })) });
    };
    const { page, leave } = await openSection(fixture, { style: `width: ${width}px`, size: { width: width + 40, height: 800 }, attributes: { 'data-api': proxy.url, ...attributes } });
    const drawn = await drawnRoles(page, draw(answer, ['--section', '--viewport', `${width + 32}x800`, ...words]));
    const shown = await page.evaluate(`{
      const { shadowRoot } = document.querySelector('#retarget-ads > *');
      (${readRoles})(shadowRoot, shadowRoot.host.getBoundingClientRect());
    }`);
    compareRoles(withoutInkOfPage(drawn), withoutInkOfPage(shown), () => false);
    await leave();
    await proxy.close();
  });
}

test('the widths that words are drawn with are those that a browser measures of the same font', async (t) => {
  if (!needs(t, 'widths of Noto Sans')) return;
  const source = readFileSync(`${root}native-harness/draw/font.c`, 'utf8');
  const [normal, bold] = [...source.matchAll(/RT_BYTES_INIT\(([^)]*)\)/g)].map(([, text]) => text.match(/\d+/g).map(Number));
  const browser = await launchEngine();
  try {
    const page = await browser.newPage();
    const measured = await page.evaluate(() =>
      [400, 600].map((weight) => {
        const context = document.createElement('canvas').getContext('2d');
        context.font = `${weight} 100px "Noto Sans"`;
        return Array.from({ length: 95 }, (_, i) => Math.round(context.measureText(String.fromCharCode(32 + i)).width * 10));
      }));
    assert.deepEqual([normal, bold], measured);
  } finally {
    await browser.close();
  }
});
