// section_dom.test.mjs: the section in containers of every kind: it finds its container, measures it, draws the core's boxes
// there, moves nothing else, and leaves nothing behind. How it looks and is met: section_looks.test.mjs.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventually } from '../../web/demo/eventually.mjs';
import { inspectPage } from './support/axe.mjs';
import { assertDrawn, openSection, startSection, viewOf } from './support/section_stage.mjs';

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
    head: `<script src="/section.js"></script>${inHead}<script>window.hadBody = document.body !== null; startSection(['ads', 'ads', ${views}])</script>`,
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

test('a page that answers every section with another container is left alone, before it hangs', async (t) => {
  // In the page: the container that is given a child gives way to a copy of itself, at once.
  const replace = () => {
    window.replaced = 0;
    new MutationObserver((records) => {
      const { target } = records.find(({ target, addedNodes }) => target.id === 'ads' && target.isConnected && addedNodes.length > 0) || {};
      if (target && window.replaced++ < 500) target.replaceWith(target.cloneNode(false));
    }).observe(document, { childList: true, subtree: true });
  };
  for (const [name, isShown, kind] of [['before it is shown', false, 'surfaceRefused'], ['once it is shown', true, 'dismissed']]) {
    await t.test(name, async () => {
      const head = isShown ? '' : `<script>(${replace})()</script>`;
      const section = await openSection('<div id="ads"></div>', { head, isWaiting: isShown });
      if (isShown) await section.page.evaluate(`(${replace})(); document.getElementById('ads').append('', document.createElement('p'))`);
      await eventually(async () => (await section.events(kind)).length > 0, `the core never heard ${kind}`, 10_000);
      const { length } = await section.events();
      assert.equal(await section.page.evaluate(() => window.replaced), 20);
      await section.frames(8);
      assert.equal(await section.page.evaluate(() => window.replaced), 20);
      assert.equal((await section.events()).length, length);
      assert.equal(await section.look(), null);
      assert.deepEqual(await section.wrong(), []);
      await section.leave();
    });
  }
});

test('what is not drawn is not shown, and is in the moment it is drawn', async (t) => {
  const hidden = {
    'closed details': ['<details id="outer"><summary>More</summary><div id="ads"></div></details>', () => (document.getElementById('outer').open = true)],
    'content that is skipped': ['<div id="outer" style="content-visibility: hidden"><div id="ads"></div></div>', () => document.getElementById('outer').style.removeProperty('content-visibility')],
  };
  for (const [name, [body, open]] of Object.entries(hidden)) {
    await t.test(name, async () => {
      const section = await openSection(body, { isWaiting: false });
      await section.frames();
      assert.equal(await section.isShown(), false);
      await section.page.evaluate(open);
      await section.shown();
      await assertDrawn(section);
      await section.leave();
    });
  }
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
