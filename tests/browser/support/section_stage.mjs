// section_stage.mjs: the section without the embed around it, on pages that a test writes: web/effects/section.mjs, and in place of
// the core what shows a view of the native core's (print_view) as soon as it hears of a width. Importing it registers hooks.
// SPDX-License-Identifier: MIT

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bundle } from '../../../web/bundle.mjs';
import { eventually } from '../../../web/demo/eventually.mjs';
import { launchEngine } from './engines.mjs';
import { startTestSite } from './test_site.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const printView = `${root}build/dev/bin/print_view`;
const picture = '<svg xmlns="http://www.w3.org/2000/svg" width="160" height="90"><path fill="teal" d="M0 0h160v90H0z"/></svg>';

let browser, site;

before(async () => {
  const script = await bundle({
    stdin: {
      contents: `export { createSectionEffect } from './web/effects/section.mjs';
        export { measureText } from './web/effects/text_metrics.mjs';`,
      resolveDir: root,
    },
    globalName: 'Section',
  });
  site = await startTestSite();
  site.publish({ body: script, type: 'text/javascript; charset=utf-8' }, '/section.js');
  site.publish({ body: picture, type: 'image/svg+xml' }, '/picture.svg');
  browser = await launchEngine();
});

after(async () => {
  await browser?.close();
  await site?.close();
});

const views = new Map(); // what print_view said

export function viewOf(width, count, options) {
  const parameters = [width, 0, count, 'section', ...options];
  const key = parameters.join(' ');
  if (!views.has(key)) views.set(key, execFileSync(printView, parameters.map(String), { encoding: 'utf8' }));
  return JSON.parse(views.get(key));
}

// What the page runs before anything of its own: keeps what goes wrong and what moves.
const witness = `window.wrong = []; window.shifts = [];
addEventListener('error', ({ message }) => wrong.push(message));
addEventListener('unhandledrejection', ({ reason }) => wrong.push(String(reason)));
addEventListener('securitypolicyviolation', ({ effectiveDirective }) => wrong.push(effectiveDirective));
if ((PerformanceObserver.supportedEntryTypes || []).includes('layout-shift')) new PerformanceObserver((list) => shifts.push(...list.getEntries().map(({ value }) => value))).observe({ type: 'layout-shift', buffered: true });`;

// In the page: an effect and a core that answers each width with the view of the widest that fits, in window.sections. The
// core is told of at most \`most\` viewports: who goes round in circles is found out.
export function startSection([name, container, views]) {
  const events = [];
  const widths = Object.keys(views).map(Number);
  const rooms = [];
  let view;
  const feed = (event) => {
    events.push(event);
    if (event.kind === 'dismissed') effect.perform.hideSurface();
    if (event.kind !== 'viewport') return;
    rooms.push([event.widthPx, event.heightPx]);
    if (rooms.length > 50) throw new Error('it goes round in circles');
    view = views[Math.max(...widths.filter((width) => width <= event.widthPx), Math.min(...widths))];
    effect.perform.showSurface({}, { nodes: () => view.nodes, look: () => view.look });
  };
  const effect = Section.createSectionEffect(window, '', feed);
  window.sections = window.sections || {};
  window.sections[name] = { effect, events, rooms, get view() { return view; } };
  effect.perform.findContainer({ container });
}

const pageOf = (body, { doctype = '<!doctype html>', head = '', attributes = '' } = {}) => `${doctype}<html lang="en"${attributes}><head><meta charset="utf-8"><title>A page</title><script src="/witness.js"></script>
<style>body { margin: 0; font: 16px/20px serif }</style>${head}<script src="/section.js"></script></head><body><main><h1>A page</h1>${body}</main></body></html>`;

// Opens a page with \`body\` and starts a section in #ads. Returns the page and what to ask of it.
export async function openSection(body, { width = 1000, height = 700, count = 3, options = [], widths = [200, 300, 400, 600, 700, 800, 1000], features = [{ name: 'prefers-color-scheme', value: 'light' }], headers, id = 'ads', isWaiting = true, ...parts } = {}) {
  site.publish({ body: witness, type: 'text/javascript; charset=utf-8' }, '/witness.js');
  const page = await (await browser.createBrowserContext()).newPage();
  await page.emulateMediaFeatures(features);
  await page.setViewport({ width, height });
  await page.goto(site.publish({ body: pageOf(body, parts), headers }));
  const all = (some) => Object.fromEntries(some.map((one) => [one, viewOf(one, count, options)]));
  const section = {
    page,
    start: (name = id, container = id, some = widths) => page.evaluate(startSection, [name, container, all(some)]),
    events: (kind, name = id) => page.evaluate(([of, wanted]) => window.sections[of].events.filter((event) => !wanted || event.kind === wanted), [name, kind]),
    rooms: (name = id) => page.evaluate((of) => window.sections[of].rooms, name),
    wrong: () => page.evaluate(() => window.wrong),
    isShown: (name = id) => page.evaluate((of) => window.sections[of].events.some(({ kind }) => kind === 'surfaceShown'), name),
    frames: (most = 4) => page.evaluate(async (n) => { for (let i = 0; i < n; i++) await new Promise(requestAnimationFrame); }, most),
    look: (name = id) => page.evaluate(lookAt, name),
    leave: () => page.close(),
  };
  section.shown = (name) => eventually(() => section.isShown(name), 'the section was never shown', 5000);
  await section.start();
  if (isWaiting) await section.shown();
  return section;
}

// In the page: what is drawn, against what the core wanted. Null where nothing is.
function lookAt(name) {
  const host = [...document.querySelectorAll('*')].find((element) => element.shadowRoot?.querySelector('section') && (!name || element.parentNode.id === name));
  if (!host) return null;
  const { nodes } = window.sections[name].view;
  const boxes = [...host.shadowRoot.querySelectorAll('section, section *:not(li, img)')].map((element) => element.getBoundingClientRect());
  const from = host.getBoundingClientRect();
  const scale = host.offsetWidth ? from.width / host.offsetWidth : 1;
  const faults = boxes.length === nodes.length ? [] : [`${boxes.length} elements for ${nodes.length} nodes`];
  boxes.forEach((box, i) => {
    const seen = { x: (box.x - from.x) / scale, y: (box.y - from.y) / scale, width: box.width / scale, height: box.height / scale };
    for (const side of ['x', 'y', 'width', 'height']) if (Math.abs(seen[side] - nodes[i][side]) > 1) faults.push(`node ${i}: ${side} is ${seen[side]}, not ${nodes[i][side]}`);
  });
  return { faults, container: host.parentNode.id, width: window.sections[name].rooms.at(-1)[0], height: host.offsetHeight, wanted: nodes[0].height, x: from.x };
}

export async function assertDrawn(section, name) {
  let seen;
  const isWhole = async () => (seen = await section.look(name)) && seen.faults.length === 0 && Math.abs(seen.height - seen.wanted) <= 1;
  await eventually(isWhole, () => JSON.stringify(seen), 3000);
  assert.deepEqual(await section.wrong(), []);
  return seen;
}
