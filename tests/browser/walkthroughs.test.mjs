// walkthroughs.test.mjs: overlay and section as they are met without a mouse and without a screen, written down key by key and word by
// word in walkthroughs/*.md. RT_BLESS=1 writes them anew; read them as the person who depends on them.
// The accessibility tree is Chromium's; nothing here runs elsewhere: names and roles in other engines are in wcag.test.mjs.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { brands } from '../../web/demo/brands.mjs';
import { eventually } from '../../web/demo/eventually.mjs';
import { contrastsIn } from './support/contrast.mjs';
import { focusedNode, readAxTree, walk, writeAxTree } from './support/ax_tree.mjs';
import { needs } from './support/engines.mjs';
import { useFixture } from './support/fixture.mjs';
import { assertGolden, writeTable } from './support/golden.mjs';
import { openSection, sectionTag, serveBritainOnly } from './support/section.mjs';
import { sampleOffers } from './support/sample_offers.mjs';
import { sayByTab, sayFocused, sayInOrder } from './support/spoken.mjs';
import { inOverlay, isOverlayOpen, showOverlay, stagePage } from './support/stage.mjs';
import { witnessTag } from './support/stranger.mjs';

const fixture = useFixture((begun) => serveBritainOnly(begun, begun.site));
const command = 'node --test tests/browser/walkthroughs.test.mjs';
const folder = 'tests/browser/walkthroughs';

const languages = {
  en: { name: 'English', label: 'Contact support' },
  ar: { name: 'Arabic', label: 'التواصل مع الدعم' },
  ja: { name: 'Japanese', label: 'サポートに連絡' },
};
const versions = [
  { heading: 'Without a support contact' },
  { heading: 'With a support contact', hasSupport: true },
];

// An English page, and on it the overlay in `tag`; the focus was on "Send" when it opened.
async function openOn(tag, hasSupport) {
  const support = hasSupport ? { label: languages[tag].label, url: 'https://shop.example/help' } : undefined;
  const staged = await stagePage(fixture, { language: tag, support });
  await staged.page.focus('#send');
  return staged;
}

// ---------------------------------------------------------------- with the keyboard

// Runs in the page: where on the screen the focus is, in thirds, and whether any of it is in view.
function placeOfFocus() {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  const { left, right, top, bottom } = at.getBoundingClientRect();
  if (right <= 0 || bottom <= 0 || left >= innerWidth || top >= innerHeight) return 'out of view';
  if (left <= 0 && top <= 0 && right >= innerWidth && bottom >= innerHeight) return 'the whole screen';
  const third = (middle, size, names) => names[Math.min(2, Math.floor((middle * 3) / size))];
  const row = third((top + bottom) / 2, innerHeight, ['top', 'middle', 'bottom']);
  const column = third((left + right) / 2, innerWidth, ['left', 'middle', 'right']);
  return row === column ? row : `${row}, ${column}`;
}

async function describeFocus(page) {
  const tree = await readAxTree(page);
  const node = focusedNode(tree);
  if (!node || node === tree) return { what: (await isOverlayOpen(page)) ? 'the browser’s own controls' : 'the page itself', place: '', ring: '' };
  const what = [node.role, `“${node.name}”`, node.description && `described by “${node.description}”`].filter(Boolean).join(' ');
  const place = await page.evaluate(placeOfFocus);
  if (!(await isOverlayOpen(page))) return { what: `${what}, on the page`, place, ring: 'the page’s own' };
  const { ring } = await inOverlay(page, contrastsIn, 'h2');
  if (!ring) return { what, place, ring: 'none: it is no control' };
  assert.ok(ring.width >= 2 && ring.contrast >= 3, `the ring of ${what} is ${ring.width} px and ${ring.contrast}:1`);
  return { what, place, ring: `${ring.width} px, over 3:1` };
}

// Presses keys one after another and writes down what each did. "A+B" holds A.
async function press(page, rows, keys, remark = '') {
  for (const key of keys) {
    const parts = key.split('+');
    const last = parts.pop();
    for (const part of parts) await page.keyboard.down(part);
    await page.keyboard.press(last);
    for (const part of parts.reverse()) await page.keyboard.up(part);
    const { what, place, ring } = await describeFocus(page);
    rows.push([`\`${key}\``, what, place, ring, remark]);
  }
}

async function note(page, rows, event, remark = '') {
  const { what, place, ring } = await describeFocus(page);
  rows.push([event, what, place, ring, remark]);
}

const times = (count, key) => Array(count).fill(key);
const stops = (page) => inOverlay(page, (root) => root.querySelectorAll('a, button').length);

// Enter on the link that has the focus opens a tab, which is closed again.
async function followOffer(page) {
  const opened = new Promise((resolve) => page.once('popup', resolve));
  await page.keyboard.press('Enter');
  const landing = await opened;
  await eventually(() => landing.url().startsWith(fixture.advertisers.url), () => `the new tab is at ${landing.url()}`);
  await landing.close();
  await page.bringToFront();
}

async function walkByKeyboard(tag, hasSupport) {
  const { page, notes } = await openOn(tag, hasSupport);
  const rows = [];
  await note(page, rows, 'before');
  await showOverlay(fixture, page);
  await note(page, rows, 'it opens');
  await press(page, rows, ['Enter', 'Space'], 'nothing happens');
  await press(page, rows, ['Tab', 'Tab']);
  await followOffer(page);
  await note(page, rows, '`Enter`', 'a new tab opens at the advertiser; the overlay stays');
  await notes.event('click');

  const count = await stops(page);
  await press(page, rows, times(count, 'Tab')); // past the end and round
  await press(page, rows, times(count + 1, 'Shift+Tab'));

  await page.keyboard.press('Escape');
  assert.equal((await notes.event('close')).detail.reason, 'escape');
  await note(page, rows, '`Escape`', 'the overlay is gone');
  await press(page, rows, ['Shift+Tab', 'Tab'], 'the page goes on where it was');
  assert.deepEqual(notes.problems(), []);
  await page.close();
  return rows;
}

async function walkWithoutOpener(tag) {
  const { page } = await openOn(tag, false);
  const rows = [];
  await note(page, rows, 'before');
  await showOverlay(fixture, page);
  await note(page, rows, 'it opens');
  await page.evaluate(() => document.getElementById('send').remove());
  await note(page, rows, 'the page takes “Send” away');
  await press(page, rows, ['Escape'], 'the overlay is gone');
  await press(page, rows, ['Shift+Tab'], 'the page goes on near where it was');
  await page.close();
  return rows;
}

const columns = ['key', 'what has the focus', 'where', 'ring around it', 'what else'];

describe('keyboard', { concurrency: 2 }, () => {
  for (const [tag, { name }] of Object.entries(languages)) {
    test(`the keyboard alone is enough: ${name}`, async (t) => {
      if (!needs(t, 'devtools protocol')) return;
      const parts = [`# The overlay by keyboard: ${name}

A visitor without a mouse has pressed “Send” on a page in English; the application is declined and the overlay opens. Each row is a
key, or what happened, and what has the focus after it. Written by \`RT_BLESS=1 ${command}\`.`];
      for (const { heading, hasSupport } of versions) {
        parts.push(`## ${heading}`, writeTable(columns, await walkByKeyboard(tag, hasSupport)));
      }
      parts.push('## The opener is gone', writeTable(columns, await walkWithoutOpener(tag)));
      assertGolden(`${folder}/keyboard-${tag}.md`, `${parts.join('\n\n')}\n`, command);
    });
  }
});

// ---------------------------------------------------------------- with a screen reader

const fenced = (lines) => ['```text', ...lines, '```'].join('\n');

async function walkByReader(tag, hasSupport) {
  const { page } = await openOn(tag, hasSupport);
  await showOverlay(fixture, page);
  const tree = await readAxTree(page, { hasLanguages: true });
  const [dialog, ...others] = tree.children;
  assert.deepEqual([dialog.role, others], ['dialog', []], 'the page behind is out of reach');
  assert.deepEqual(focusedNode(tree), dialog);
  await page.keyboard.press('Escape');
  const after = await readAxTree(page);
  assert.deepEqual([...walk(after)].filter(({ role }) => role === 'dialog'), []);
  await page.close();
  return [
    'What there is, for a screen reader; the page behind is not:',
    fenced(writeAxTree(tree)),
    'What it says when the overlay opens:',
    fenced([sayFocused(dialog)]),
    'What it says to a person who reads on with the arrow keys:',
    fenced(sayInOrder(dialog)),
    'What it says to a person who goes on with Tab:',
    fenced(sayByTab(dialog)),
    'And when it is closed:',
    fenced([sayFocused(focusedNode(after))]),
  ];
}

describe('screen reader', { concurrency: 2 }, () => {
  for (const [tag, { name }] of Object.entries(languages)) {
    test(`a screen reader tells all that a screen shows: ${name}`, async (t) => {
      if (!needs(t, 'devtools protocol')) return;
      const parts = [`# The overlay by screen reader: ${name}

A visitor who hears the page has pressed “Send” on a page in English; the application is declined and the overlay opens. Language and
direction stand where they change; the words of the readers are a model (tests/browser/support/spoken.mjs), the tree is what
Chromium gives them. Written by \`RT_BLESS=1 ${command}\`.`];
      for (const { heading, hasSupport } of versions) parts.push(`## ${heading}`, ...(await walkByReader(tag, hasSupport)));
      assertGolden(`${folder}/reader-${tag}.md`, `${parts.join('\n\n')}\n`, command);
    });
  }
});

// ---------------------------------------------------------------- the section

// A page with landmarks of its own, and two sections on it: the second has the same name.
const pageAround = (tag) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title>
<header><a href="/">Shop</a></header><main><h1>Not available where you are</h1><p>We are not licensed in your country.</p>
<div id="retarget-ads" style="width: 700px"></div><p><a href="/help">Help</a></p></main>
<footer><p>Elsewhere, too:</p><div id="affilfinder-ads" style="width: 320px"></div></footer>${tag}</html>`;

describe('section', () => {
  for (const [tag, { name }] of Object.entries(languages)) {
    test(`a section is a part of the page, and reads on like one: ${name}`, async (t) => {
      if (!needs(t, 'devtools protocol')) return;
      const proxy = await fixture.startProxy();
      proxy.rewrite = (route, body) => (route === 'offers' ? { ...body, offers: sampleOffers(tag, 2).map((sample, i) => ({ ...body.offers[i], ...sample, image: null, rankScore: 9 - i })) } : body);
      const attributes = { 'data-api': proxy.url, 'data-lang': tag };
      const first = sectionTag(fixture, brands.retarget, attributes);
      const stranger = await openSection(fixture, { source: `${witnessTag(fixture)}${pageAround(first)}` });
      const { page } = stranger;
      await page.evaluate((markup) => {
        const box = document.createElement('div');
        box.innerHTML = markup;
        const made = document.createElement('script');
        for (const { name: attribute, value } of box.firstChild.attributes) made.setAttribute(attribute, value);
        document.head.append(made);
      }, sectionTag(fixture, brands.affilfinder, attributes));
      await stranger.told('open', brands.affilfinder);
      const tree = await readAxTree(page, { hasLanguages: true });
      await stranger.leave();
      await proxy.close();
      assertGolden(`${folder}/section-${tag}.md`, `${[
        `# Two sections by screen reader: ${name}

A visitor is not served here: on a page in English two sections say so, one in the text and a narrow one at its foot. Nothing is announced
and the focus stays where it was; they are met where they stand. Written by \`RT_BLESS=1 ${command}\`.`,
        'What there is, for a screen reader:',
        fenced(writeAxTree(tree)),
        'What it says to a person who reads on with the arrow keys:',
        fenced(sayInOrder(tree)),
        'What it says to a person who goes on with Tab:',
        fenced(sayByTab(tree)),
      ].join('\n\n')}\n`, command);
    });
  }
});
