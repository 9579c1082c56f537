// manners.mjs: what a visit leaves behind on the page, counted: shifted layout, globals, listeners, nodes.
// That each is 0 in every situation is for tests/browser to prove; here it is counted once, beside what else is measured.
// SPDX-License-Identifier: MIT
import { launchBrowser } from '../../../web/demo/browser.mjs';
import { eventually } from '../../../web/demo/eventually.mjs';
import { brand } from './test_api.mjs';
import { visit } from './visit.mjs';

// Runs in the page before any script of it.
function count() {
  window.bench = { shift: 0 };
  new PerformanceObserver((list) => {
    for (const { value } of list.getEntries()) window.bench.shift += value;
  }).observe({ type: 'layout-shift', buffered: true });
}

// Listeners on what all scripts of a page share, and the globals and nodes of the page.
async function look(page, session) {
  const listeners = [];
  for (const target of ['window', 'document', 'document.documentElement', 'document.body']) {
    const { result } = await session.send('Runtime.evaluate', { expression: target });
    const found = await session.send('DOMDebugger.getEventListeners', { objectId: result.objectId });
    listeners.push(...found.listeners.map(({ type }) => `${target}: ${type}`));
  }
  const { globals, nodes } = await page.evaluate(() => ({
    globals: Object.getOwnPropertyNames(window),
    nodes: document.querySelectorAll('*').length + document.adoptedStyleSheets.length,
  }));
  return { listeners, globals, nodes };
}

export async function measureManners({ api, pages }) {
  const browser = await launchBrowser({ ignoreDefaultArgs: ['--hide-scrollbars'] }); // one that appears or goes may shift a page
  const open = (act) =>
    visit(browser, { blank: pages.url('blank') }, async (page) => {
      await page.evaluateOnNewDocument(count);
      return act(page, await page.createCDPSession());
    });
  try {
    const before = await open(async (page, session) => {
      await page.goto(pages.url('empty'));
      return look(page, session);
    });
    const { during, after, shift } = await open(async (page, session) => {
      const shown = api.next('impression');
      await page.goto(pages.url('ours'));
      await shown;
      const seen = await look(page, session);
      await page.keyboard.press('Escape');
      const isGone = () => page.evaluate((id) => !document.getElementById(id), brand.rootId); // waitForFunction adds globals
      await eventually(isGone, 'Escape does not close the overlay');
      await new Promise((resolve) => setTimeout(resolve, 500)); // a frame in which something could shift
      await page.evaluate((name) => window[name].destroy(), brand.scriptObject);
      return { during: seen, after: await look(page, session), shift: await page.evaluate(() => window.bench.shift) };
    });
    const documented = [brand.scriptObject, brand.sessionGlobal];
    const stray = during.globals.filter((name) => !before.globals.includes(name) && !documented.includes(name));
    const left = after.globals.filter((name) => !before.globals.includes(name));
    const scriptElement = 1; // the page's own tag, which the empty page has not
    return {
      layoutShift: { value: shift },
      globals: { value: stray.length },
      leftovers: { value: left.length + after.listeners.length - before.listeners.length + after.nodes - before.nodes - scriptElement },
    };
  } finally {
    await browser.close();
  }
}
