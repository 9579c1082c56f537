// section_dom.test.mjs: the section in containers of every kind: it finds its container, measures it, draws the core's boxes
// there, moves nothing else, and leaves nothing behind. Views come from the native core (print_view), through web/effects/section.mjs without the embed
// around it: what stands in for the core shows its view as soon as it hears of a width.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bundle } from '../../web/bundle.mjs';
import { eventually } from '../../web/demo/eventually.mjs';
import { inspectPage } from './support/axe.mjs';
import { contrastsIn } from './support/contrast.mjs';
import { forceColours, launchEngine, needs } from './support/engines.mjs';
import { startTestSite } from './support/test_site.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const printView = `${root}build/dev/bin/print_view`;
const picture = '<svg xmlns="http://www.w3.org/2000/svg" width="160" height="90"><path fill="teal" d="M0 0h160v90H0z"/></svg>';

let browser, site, scriptUrl, pictureUrl;

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
  scriptUrl = site.publish({ body: script, type: 'text/javascript; charset=utf-8' }, '/section.js');
  pictureUrl = site.publish({ body: picture, type: 'image/svg+xml' }, '/picture.svg');
  browser = await launchEngine();
});

after(async () => {
  await browser?.close();
  await site?.close();
});

// ---------------------------------------------------------------- the stage

const views = new Map(); // what print_view said

function viewOf(width, count, options) {
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
function startSection([name, container, views]) {
  const events = [];
  const widths = Object.keys(views).map(Number);
  const rooms = [];
  let view;
  const feed = (event) => {
    events.push(event);
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
async function openSection(body, { width = 1000, height = 700, count = 3, options = [], widths = [200, 300, 400, 600, 700, 800, 1000], features = [{ name: 'prefers-color-scheme', value: 'light' }], headers, id = 'ads', isWaiting = true, ...parts } = {}) {
  site.publish({ body: witness, type: 'text/javascript; charset=utf-8' }, '/witness.js');
  const page = await (await browser.createBrowserContext()).newPage();
  await page.emulateMediaFeatures(features);
  await page.setViewport({ width, height });
  await page.goto(site.publish({ body: pageOf(body, parts), headers }));
  const all = (some) => Object.fromEntries(some.map((one) => [one, viewOf(one, count, options)]));
  const section = {
    page,
    start: (name = id, container = id, some = widths) => page.evaluate(startSection, [name, container, all(some)]),
    events: (kind, name = id) => page.evaluate(([of, wanted]) => window.sections[of].events.filter((event) => event.kind === wanted), [name, kind]),
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

async function assertDrawn(section, name) {
  let seen;
  const isWhole = async () => (seen = await section.look(name)) && seen.faults.length === 0 && Math.abs(seen.height - seen.wanted) <= 1;
  await eventually(isWhole, () => JSON.stringify(seen), 3000);
  assert.deepEqual(await section.wrong(), []);
  return seen;
}

// ---------------------------------------------------------------- what it looks like

describe('boxes', () => {
  for (const [width, count, ...options] of [
    [240, 2], [240, 3, 'long', 'support'], [320, 4, 'support'], [320, 2, 'arabic', 'support'], [390, 4, 'dark'], [480, 1], [600, 3, 'lang=ja'], [639, 4], [640, 4],
    [768, 4, 'arabic'], [768, 12, 'support'], [900, 3, 'long'], [1024, 4, 'lang=ko', 'dark'], [1200, 5, 'support'], [1200, 1],
  ]) {
    test(`those on screen are the core's: ${width} px, ${[count, ...options].join(', ')}`, async () => {
      const section = await openSection(`<div id="ads" style="width: ${width}px"></div>`, { width: 1280, count, options, widths: [width] });
      assert.deepEqual(await section.rooms(), [[width, 0]]);
      assert.equal((await assertDrawn(section)).width, width);
      await section.leave();
    });
  }
});

// A container, and how wide the section is in it on a page of 1000 px.
const containers = {
  'an ordinary block': ['<div id="ads"></div>', 1000],
  'a block with borders and padding': ['<div id="ads" style="padding: 10px 30px; border: 5px solid; margin: 0 15px"></div>', 900],
  'a block whose width counts its padding': ['<div id="ads" style="box-sizing: border-box; width: 500px; padding: 0 50px"></div>', 400],
  'a width that is no whole number': ['<div id="ads" style="width: 600.75px"></div>', 600],
  'a flex row': ['<div id="ads" style="display: flex"></div>', 1000],
  'a flex row that centres': ['<div id="ads" style="display: flex; justify-content: center; align-items: center; min-height: 700px"></div>', 1000],
  'a flex column that centres': ['<div id="ads" style="display: flex; flex-direction: column; justify-content: center; align-items: center; min-height: 900px"></div>', 1000],
  'a grid of three columns': ['<div id="ads" style="display: grid; grid-template-columns: repeat(3, 1fr); place-items: center; gap: 10px"></div>', 1000],
  'a grid without columns': ['<div id="ads" style="display: grid; justify-content: center"></div>', 1000],
  'an inline element': ['<p style="width: 800px">Before <span id="ads"></span> behind</p>', 800],
  'an inline block': ['<div style="width: 700px"><div id="ads" style="display: inline-block"></div></div>', 700],
  'a float': ['<div id="ads" style="float: left"></div>', 1000],
  'an item of a flex row': ['<div style="display: flex; width: 800px"><div id="ads"></div></div>', 800],
  'an item of a flex column that centres': ['<div style="display: flex; flex-direction: column; align-items: center"><div id="ads"></div></div>', 1000],
  'an absolute box': ['<div style="position: relative; width: 600px; height: 50px"><div id="ads" style="position: absolute"></div></div>', 600],
  'a table': ['<div id="ads" style="display: table"></div>', 1000],
  'a cell of a table': ['<table style="width: 800px; border-spacing: 0"><tr><td id="ads" style="padding: 0"></td></tr></table>', 800],
  'what fits its content': ['<div id="ads" style="width: fit-content"></div>', 1000],
  'a column of two': ['<div style="columns: 2; column-gap: 0"><div id="ads"></div></div>', 500],
  'what is half as large': ['<div id="ads" style="width: 800px; transform: scale(.5); transform-origin: 0 0"></div>', 800],
  'a page from right to left': ['<div id="ads" dir="rtl" style="width: 700px"></div>', 700],
  'a page from top to bottom': ['<div style="writing-mode: vertical-rl; width: 700px"><div id="ads" style="writing-mode: horizontal-tb; width: 600px"></div></div>', 600],
  'a list item': ['<ul style="padding: 0 0 0 40px; margin: 0"><li id="ads"></li></ul>', 960],
  'what is cut off': ['<div id="ads" style="overflow: hidden; width: 400px"></div>', 400],
  'what scrolls': ['<div id="ads" style="overflow: auto; width: 400px; height: 200px; scrollbar-width: none"></div>', 400],
};

describe('containers', { concurrency: 2 }, () => {
  for (const [name, [body, width]] of Object.entries(containers)) {
    test(`in ${name} it is as wide as that, and becomes narrower and wider with it`, async () => {
      const section = await openSection(`${body}<p id="after">Behind</p>`);
      assert.equal((await section.rooms())[0][0], width);
      await assertDrawn(section);
      await section.page.setViewport({ width: 500, height: 700 });
      await section.frames();
      const narrow = await assertDrawn(section);
      assert.ok(narrow.width <= width, `${narrow.width} px`);
      if (/^(an ordinary|a flex|a grid|a float|a table|what fits|an item of a flex column)/.test(name)) assert.equal(narrow.width, 500);
      await section.page.setViewport({ width: 1000, height: 700 });
      await section.frames();
      await eventually(async () => (await section.look()).width === width, async () => `${(await section.look()).width} px`, 3000);
      await assertDrawn(section);
      assert.equal((await section.events('surfaceShown')).length, 1);
      assert.deepEqual(await section.events('dismissed'), []);
      await section.leave();
    });
  }
});

// ---------------------------------------------------------------- the room it has

// Containers of 400 px for the section, on a page of 1000 px.
const rooms = {
  'a block with a least height': ['<div id="ads" style="min-height: 400px"></div>'],
  'a block of a height': ['<div id="ads" style="height: 400px"></div>'],
  'a block of a shape': ['<div id="ads" style="aspect-ratio: 5 / 2"></div>'],
  'a block with padding': ['<div id="ads" style="min-height: 400px; padding: 30px; border: 2px solid"></div>'],
  'a block with a heading of its own': ['<div id="ads" style="min-height: 450px"><h2 style="margin: 0; height: 50px">Offers</h2></div>'],
  'a flex row that centres': ['<div id="ads" style="display: flex; align-items: center; min-height: 400px"></div>'],
  'a flex column that centres, with a heading': ['<div id="ads" style="display: flex; flex-direction: column; justify-content: center; gap: 10px; min-height: 460px"><b style="height: 50px">Offers</b></div>'],
  'a grid': ['<div id="ads" style="display: grid; place-content: center; min-height: 400px"></div>'],
  'a cell of a table': ['<div style="display: table; width: 100%"><div id="ads" style="display: table-cell; vertical-align: middle; height: 400px"></div></div>'],
  'a page that is half as large': ['<div id="ads" style="min-height: 400px; transform: scale(.5)"></div>'],
};

test('the room is what the container keeps for the section, whatever else is in it', async (t) => {
  for (const [name, [body]] of Object.entries(rooms)) {
    const section = await openSection(`${body}<p id="after">Behind</p>`, { isWaiting: false });
    const [, heightPx] = (await section.rooms())[0];
    const spare = /padding/.test(name) ? 60 : 0; // of a block of a fixed height its padding may count, too
    await t.test(name, () => assert.ok(heightPx >= 399 && heightPx <= 400 + spare, `${heightPx} px`));
    await section.leave();
  }
  for (const body of ['<div id="ads"></div>', '<div id="ads" style="padding: 20px"></div>', '<div id="ads">Words of the page</div>', '<p>An <span id="ads"></span> inline element</p>', '<div id="ads" style="display: none; min-height: 400px"></div>']) {
    const section = await openSection(body, { isWaiting: false });
    const [, heightPx] = (await section.rooms())[0];
    await t.test(`none: ${body}`, () => assert.equal(heightPx, 0));
    await section.leave();
  }
});

test('where there is room for it nothing on the page moves, and where there is none only what stands below', async () => {
  const tops = (section) => section.page.evaluate(() => ['h1', '#before', '#after', '#beside'].map((name) => document.querySelector(name).getBoundingClientRect().top));
  for (const [style, isKept] of [['min-height: 420px', true], ['height: 420px', true], ['', false]]) {
    const section = await openSection(`<p id="before">Before</p><p id="beside" style="float: right">Beside</p><div id="ads" style="${style}; clear: both"></div><p id="after">Behind</p>`, { isWaiting: false, id: 'later' });
    await section.frames(2);
    const before = await tops(section);
    await section.start('ads', 'ads');
    await section.shown('ads');
    await section.frames(2);
    const { height } = await assertDrawn(section, 'ads');
    const after = await tops(section);
    assert.deepEqual(after.map((top, i) => Math.round(top - before[i])), [0, 0, isKept ? 0 : height, 0]);
    const shifts = await section.page.evaluate(() => window.shifts);
    if (isKept) assert.deepEqual(shifts, []);
    await section.leave();
  }
});

test('a style that comes before the page is drawn is heeded: the room is measured once more, and it is shown once', async () => {
  const views = { 200: viewOf(200, 3, []), 600: viewOf(600, 2, []), 1000: viewOf(1000, 3, []) };
  const section = await openSection('<div id="ads"></div>', { isWaiting: false, id: 'later' });
  await section.page.evaluate(
    ([start, ...values]) => {
      new Function(`return ${start}`)()(values);
      document.head.insertAdjacentHTML('beforeend', '<style>#ads { width: 600px; min-height: 300px }</style>');
    },
    [String(startSection), 'ads', 'ads', views],
  );
  await section.shown('ads');
  assert.deepEqual(await section.rooms('ads'), [[1000, 0], [600, 300]]);
  await assertDrawn(section, 'ads');
  await section.frames();
  assert.equal((await section.events('surfaceShown', 'ads')).length, 1);
  await section.leave();
});

// ---------------------------------------------------------------- containers that come and go

test('a container that comes later is found, whichever way it comes', async (t) => {
  const ways = {
    'with its parent': () => document.body.insertAdjacentHTML('beforeend', '<section><div><div id="ads"></div></div></section>'),
    'by its name': () => document.querySelector('p').setAttribute('id', 'ads'),
    'in the head of the body': () => document.body.prepend(Object.assign(document.createElement('div'), { id: 'ads' })),
  };
  for (const [name, bring] of Object.entries(ways)) {
    await t.test(name, async () => {
      const section = await openSection('<p>A page without it</p>', { isWaiting: false });
      await section.frames();
      assert.deepEqual(await section.rooms(), []);
      await section.page.evaluate(bring);
      await section.shown();
      await assertDrawn(section);
      await section.leave();
    });
  }
});

test('a script in the head begins before there is a body', async () => {
  const inHead = `<script>${startSection}</script><script type="module">/* nothing */</script>`;
  const views = JSON.stringify({ 1000: viewOf(1000, 3, []) });
  const section = await openSection('<div id="ads"></div>', {
    isWaiting: false, id: 'other',
    head: `<script src="${scriptUrl}"></script>${inHead}<script>window.hadBody = document.body !== null; startSection(['ads', 'ads', ${views}])</script>`,
  });
  assert.equal(await section.page.evaluate(() => window.hadBody), false);
  await section.shown('ads');
  await assertDrawn(section, 'ads');
  await section.leave();
});

test('taken away and brought again, it is the same section: the core hears of its room, and shows it no second time', async (t) => {
  const changes = {
    'the same element, elsewhere': () => document.querySelector('h1').after(document.getElementById('ads')),
    'the same element, a while later': async () => {
      const container = document.getElementById('ads');
      container.remove();
      for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
      document.querySelector('main').append(container);
    },
    'another element of the name': async () => {
      document.getElementById('ads').remove();
      for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
      document.querySelector('main').append(Object.assign(document.createElement('aside'), { id: 'ads' }));
    },
    'another element, narrower, in one go': () => {
      const other = Object.assign(document.createElement('aside'), { id: 'ads' });
      other.style.width = '400px';
      document.getElementById('ads').replaceWith(other);
    },
    'everything anew, as single pages do it': () => (document.querySelector('main').innerHTML = '<h1>Another page</h1><div><div id="ads"></div></div>'),
    'the body anew': () => {
      const body = document.createElement('body');
      body.innerHTML = '<div id="ads"></div>';
      document.body.replaceWith(body);
    },
    'the name given to another': () => {
      document.getElementById('ads').id = 'old';
      document.querySelector('#next').id = 'ads';
    },
  };
  for (const [name, change] of Object.entries(changes)) {
    await t.test(name, async () => {
      const section = await openSection('<div id="ads"></div><div id="next"></div>');
      const host = await section.page.evaluateHandle(() => document.getElementById('ads').lastElementChild);
      await section.page.evaluate(change);
      await section.frames();
      const { container } = await assertDrawn(section);
      assert.equal(container, 'ads');
      assert.equal(await section.page.evaluate((element) => element === document.getElementById('ads').lastElementChild, host), true);
      assert.equal((await section.events('surfaceShown')).length, 1);
      await section.leave();
    });
  }
});

test('a container that goes before anything was shown in it is shown into when it comes again', async () => {
  const section = await openSection('<p>A page without it</p>', { isWaiting: false });
  await section.page.evaluate(async () => {
    const container = Object.assign(document.createElement('div'), { id: 'ads' });
    document.querySelector('main').append(container);
    await null; // it is found
    container.remove();
    for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
    window.before = sections.ads.events.map(({ kind }) => kind).join();
    document.querySelector('main').append(container);
  });
  assert.equal(await section.page.evaluate(() => window.before), 'viewport');
  await section.shown();
  await section.frames();
  await assertDrawn(section);
  assert.equal((await section.events('surfaceShown')).length, 1);
  await section.leave();
});

test('a section that a page throws out stays out, until its container comes anew', async () => {
  const section = await openSection('<div id="ads"></div>');
  await section.page.evaluate(() => document.getElementById('ads').replaceChildren('Nothing'));
  await section.frames();
  assert.equal(await section.look(), null);
  await section.page.evaluate(() => {
    document.getElementById('ads').remove();
    setTimeout(() => document.body.append(Object.assign(document.createElement('div'), { id: 'ads' })));
  });
  await eventually(() => section.look(), 'it is not in the new container', 3000);
  await section.frames();
  await assertDrawn(section);
  await section.leave();
});

test('what is not displayed is not shown, and is in the moment it is displayed', async () => {
  const section = await openSection('<div id="outer" style="display: none"><div id="ads"></div></div>', { isWaiting: false });
  await section.frames();
  assert.deepEqual(await section.rooms(), [[0, 0]]);
  assert.equal(await section.isShown(), false);
  await section.page.evaluate(() => (document.getElementById('outer').style.display = ''));
  await section.shown();
  await assertDrawn(section);
  const told = await section.rooms();
  for (const display of ['none', '']) {
    await section.page.evaluate((value) => (document.getElementById('outer').style.display = value), display);
    await section.frames();
  }
  assert.deepEqual(await section.rooms(), told);
  assert.equal((await section.events('surfaceShown')).length, 1);
  await assertDrawn(section);
  await section.leave();
});

test('an element that loses its name before it is displayed is not the container any more', async () => {
  const section = await openSection('<div id="ads" style="display: none"></div>', { isWaiting: false });
  await section.page.evaluate(() => {
    const container = document.getElementById('ads');
    container.id = 'other';
    container.style.display = '';
  });
  await section.frames();
  assert.equal(await section.isShown(), false);
  await section.page.evaluate(() => (document.getElementById('other').id = 'ads'));
  await section.shown();
  await assertDrawn(section);
  await section.leave();
});

test('a container that comes and changes in one frame is shown once', async () => {
  const section = await openSection('<p>A page without it</p>', { isWaiting: false });
  await section.page.evaluate(() => {
    requestAnimationFrame(() => document.body.insertAdjacentHTML('beforeend', '<div id="ads" style="width: 600px"></div>'));
    requestAnimationFrame(() => (document.getElementById('ads').style.width = '400px'));
  });
  await section.shown();
  await section.frames();
  assert.equal((await assertDrawn(section)).width, 400);
  assert.equal((await section.events('surfaceShown')).length, 1);
  await section.leave();
});

// ---------------------------------------------------------------- widths

test('each width is told once, heights are not, and the page sees no error', async () => {
  const section = await openSection('<div id="ads" style="width: 600px"></div>');
  const told = async (act, ...values) => {
    await section.page.evaluate(act, ...values);
    await section.frames();
    return (await section.rooms()).at(-1)[0];
  };
  const resize = (width) => (document.getElementById('ads').style.width = `${width}px`);
  assert.equal(await told(resize, 320), 320);
  assert.equal(await told(resize, 900), 900);
  assert.equal(await told(resize, 320), 320);
  const { length } = await section.rooms();
  await told(() => (document.getElementById('ads').style.minHeight = '2000px'));
  await told(() => (document.querySelector('h1').style.height = '400px'));
  await told(resize, 320);
  assert.equal((await section.rooms()).length, length);
  await assertDrawn(section);
  await section.leave();
});

test('a container that grows frame by frame is followed to its end', async () => {
  const section = await openSection('<div id="ads" style="width: 300px; transition: width 0.3s linear"></div>');
  await section.page.evaluate(() => (document.getElementById('ads').style.width = '900px'));
  await eventually(async () => (await section.rooms()).at(-1)[0] === 900, async () => JSON.stringify(await section.rooms()), 5000);
  assert.deepEqual(await section.wrong(), []);
  await assertDrawn(section);
  await section.leave();
});

test('a scroll bar that comes and goes with the width comes to rest', async () => {
  // Higher where it is wider: without the bar it needs one, with it it does not.
  const section = await openSection('<div style="width: 660px; height: 400px; overflow: auto"><style>div::-webkit-scrollbar { width: 20px }</style><div id="ads"></div></div>', {
    count: 2, widths: [500, 640, 660], isWaiting: false, id: 'later',
  });
  const [wide, narrow] = [viewOf(660, 4, []), viewOf(500, 2, [])];
  await section.page.evaluate(startSection, ['ads', 'ads', { 655: wide, 200: narrow }]);
  await section.shown('ads');
  await section.frames(12);
  const told = (await section.rooms('ads')).map(([widthPx]) => widthPx);
  assert.ok(told[0] === 660 && told.length <= 2 && (told[1] ?? 0) < 660, `${told}`); // without a bar that takes place there is one width
  const { length } = told;
  await section.frames(6);
  assert.equal((await section.rooms('ads')).length, length);
  assert.deepEqual(await section.wrong(), []);
  await section.leave();
});

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

// ---------------------------------------------------------------- several, and none any more

test('several stand on a page, in containers of their own and in one', async () => {
  const section = await openSection('<div id="ads" style="width: 400px"></div><div id="more" style="width: 700px; min-height: 900px"></div>');
  await section.start('more', 'more');
  await section.shown('more');
  await section.start('again', 'more');
  await section.shown('again');
  await section.frames();
  await assertDrawn(section, 'ads');
  await assertDrawn(section, 'more');
  const [, first] = (await section.rooms('more'))[0];
  const [, second] = (await section.rooms('again'))[0];
  const { height } = await section.look('more');
  assert.deepEqual([first, second], [900, 900 - height]);
  const roles = await section.page.evaluate(() => [...document.querySelectorAll('#ads > *, #more > *')].map((host) => host.getAttribute('role')));
  assert.deepEqual(roles, ['region', 'group', 'group']);
  assert.deepEqual((await inspectPage(section.page)).violations, []);
  await section.leave();
});

test('taken away, it leaves container, listeners, observers and timers as they were', async () => {
  const section = await openSection('<div id="ads" class="slot" style="min-height: 99px"><p>Of the page</p><!-- kept --></div>', { isWaiting: false, id: 'later' });
  await section.page.evaluate(() => {
    const { addEventListener, removeEventListener } = EventTarget.prototype;
    window.counts = { listeners: 0, observers: 0, frames: 0 };
    EventTarget.prototype.addEventListener = function (...values) { window.counts.listeners++; return addEventListener.apply(this, values); };
    EventTarget.prototype.removeEventListener = function (...values) { window.counts.listeners--; return removeEventListener.apply(this, values); };
    for (const name of ['MutationObserver', 'ResizeObserver', 'IntersectionObserver']) {
      const Observer = window[name];
      window[name] = class extends Observer {
        constructor(callback, options) {
          super((...values) => { if (this.isOver) window.counts.observers += 100; callback(...values); }, options);
          window.counts.observers++;
        }
        observe(...values) { this.isOver = false; super.observe(...values); }
        disconnect() { this.isOver = true; super.disconnect(); }
      };
    }
    const { requestAnimationFrame, cancelAnimationFrame } = window;
    const waiting = new Set();
    window.requestAnimationFrame = (act) => { const id = requestAnimationFrame(() => { waiting.delete(id); act(); }); waiting.add(id); return id; };
    window.cancelAnimationFrame = (id) => { waiting.delete(id); cancelAnimationFrame(id); };
    window.waiting = waiting;
    document.getElementById('ads').style.width = 'auto';
    window.before = document.documentElement.outerHTML;
  });
  for (const moment of ['at once', 'shown', 'resized']) {
    await section.start('ads', 'ads');
    if (moment !== 'at once') await section.shown('ads');
    if (moment === 'resized') await section.page.evaluate(() => (document.getElementById('ads').style.width = '400px'));
    if (moment === 'resized') await section.frames(3);
    const left = await section.page.evaluate(async (isResized) => {
      if (isResized) document.getElementById('ads').style.width = 'auto';
      window.sections.ads.effect.destroy();
      const { length } = window.sections.ads.events;
      const after = { listeners: window.counts.listeners, waiting: window.waiting.size, html: document.documentElement.outerHTML === window.before, sheets: document.adoptedStyleSheets.length };
      document.getElementById('ads').style.width = '300px';
      document.body.append(document.createElement('p'));
      await new Promise((resolve) => setTimeout(resolve, 100));
      document.body.lastChild.remove();
      document.getElementById('ads').style.width = 'auto';
      return { ...after, heard: window.sections.ads.events.length - length, late: Math.floor(window.counts.observers / 100) };
    }, moment === 'resized');
    assert.deepEqual(left, { listeners: 0, waiting: 0, html: true, sheets: 0, heard: 0, late: 0 }, moment);
  }
  assert.deepEqual(await section.wrong(), []);
  await section.leave();
});

test('a page that lets no shadow tree be made refuses it, and stays as it was', async () => {
  const section = await openSection('<div id="ads"></div>', { isWaiting: false, id: 'later' });
  await section.page.evaluate(() => (Element.prototype.attachShadow = () => { throw new Error('no'); }));
  await section.start('ads', 'ads');
  assert.deepEqual((await section.events('surfaceRefused', 'ads')).length, 1);
  assert.equal(await section.page.evaluate(() => document.getElementById('ads').childNodes.length), 0);
  assert.deepEqual(await section.wrong(), []);
  await section.page.evaluate(() => document.getElementById('ads').remove());
  await section.frames();
  await section.page.evaluate(() => document.querySelector('main').append(Object.assign(document.createElement('div'), { id: 'ads' })));
  await section.frames();
  assert.equal((await section.rooms('ads')).length, 1); // it has stopped looking
  await section.leave();
});
