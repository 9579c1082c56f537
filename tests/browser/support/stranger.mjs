// stranger.mjs: pages that are somebody else's, with the widget on them, and what a visitor and the page get of it.
// Every page begins with witness.js. Keeps to what all three engines understand: goto and evaluate.
// SPDX-License-Identifier: MIT

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { brands } from '../../../web/demo/brands.mjs';
import { eventually } from '../../../web/demo/eventually.mjs';
import { embedTag, trigger } from './fixture.mjs';

const witnessText = readFileSync(new URL('witness.js', import.meta.url), 'utf8');

// Puts witness.js on the test site, once; returns the element that loads it.
export function witnessTag(fixture) {
  fixture.witness ??= fixture.web.publish({ body: witnessText, type: 'text/javascript; charset=utf-8' }, '/witness.js');
  return `<script src="${fixture.witness}"></script>`;
}

// An ordinary page of somebody else's. `tag`: false leaves the script element out.
export function strangerPage(fixture, { doctype = '<!doctype html>', attributes = '', head = '', bodyAttributes = '', body = '', tag = embedTag(fixture, brands.retarget) } = {}) {
  return `${doctype}<html lang="en"${attributes}><head><meta charset="utf-8"><title>A stranger’s page</title>${witnessTag(fixture)}${head}${tag || ''}</head>
<body${bodyAttributes}><h1>A stranger’s page</h1><p><button id="own">The page’s own button</button></p>${body}<div id="long" style="height: 3000px"></div></body></html>`;
}

// Opens `page` (what the test site publishes) in a window of its own. Returns what to ask of it:
// `ask(name)` a list of the witness; `told(name)` waits for an event and returns its detail; `declined()` triggers and waits
// until the overlay is open; `look()` what the visitor has before him, or null; `ours()` the widget's lines in the console.
export async function openStranger(fixture, source, { brand = brands.retarget, size, url = fixture.web.publish(source), browser = fixture.browser } = {}) {
  const page = await (await browser.createBrowserContext()).newPage();
  if (size) await page.setViewport(size);
  await page.goto(url);
  const ask = (list) => page.evaluate((name) => window.witness[name], list);
  const told = (name, of = brand) =>
    eventually(async () => (await ask('told')).find((event) => event.brand === of.key && event.name === name)?.detail, `the page was never told of ${of.key}:${name}`);
  return {
    page,
    ask,
    told,
    ours: async () => (await ask('lines')).filter(({ text }) => text.startsWith(`[${brand.key}]`)),
    names: async () => (await ask('told')).map(({ name }) => name),
    look: (of = brand) => page.evaluate((rootId) => window.witness.look(rootId), of.rootId),
    declined: async (of = brand) => {
      const { sessionId } = await told('decline-session', of);
      await trigger(fixture, sessionId);
      await told('open', of);
    },
    leave: () => page.close(),
  };
}

// The overlay is open, whole and on top of everything, and nothing went wrong on the page.
export async function assertDrawn(stranger, { brand = brands.retarget, errors = [] } = {}) {
  let seen;
  const isWhole = async () => (seen = await stranger.look(brand)) && seen.faults.length === 0; // after a resize it takes a moment
  await eventually(isWhole, () => (seen ? seen.faults.join('; ') : 'there is no overlay'), 3000);
  assert.ok(seen.cards > 0 && seen.visible > 2, `${seen.visible} parts in view, ${seen.cards} cards`);
  assert.deepEqual(await stranger.ask('errors'), errors);
  assert.deepEqual((await stranger.ours()).filter(({ level }) => level === 'error' || level === 'warn'), []);
}
