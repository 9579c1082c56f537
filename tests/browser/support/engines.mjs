// engines.mjs: the browser engine that a run of the tests is about: RETARGET_ENGINE names it, without it it is Chromium.
// Each is launched as an object with the names of puppeteer's Browser. What one of them cannot do is a row of
// capabilities.mjs, and a test that needs it says so with needs(). Knows no test.
// SPDX-License-Identifier: MIT

import { launchBrowser } from '../../../web/demo/browser.mjs';
import { inabilities } from './capabilities.mjs';

// How each engine starts, and how a page of it is hidden from its visitor for real. cover(page) returns what shows it again.
// forceColours(page) makes a page believe in a visitor who chose all colours himself.
const engines = {
  chromium: async () => ({ launch: launchBrowser, cover: coverByTab, forceColours: forceColoursByProtocol }),
  firefox: () => import('./firefox.mjs'),
  webkit: () => import('./webkit.mjs'),
};

export const engineName = process.env.RETARGET_ENGINE || 'chromium';
if (!(engineName in engines)) throw new Error(`RETARGET_ENGINE is "${engineName}"; it may be ${Object.keys(engines).join(', ')}`);
const engine = await engines[engineName]();

// A run that is called off ends in the ordinary way: whatever was started is ended as the process exits.
for (const [signal, status] of [['SIGHUP', 129], ['SIGINT', 130], ['SIGTERM', 143]]) process.once(signal, () => process.exit(status));

// Starts the engine. `options`: puppeteer's, of which other engines heed what they can.
export function launchEngine(options) {
  return engine.launch(options);
}

// Hides a page behind something else, and waits until it knows. Returns what shows it again.
export async function hide(page) {
  const show = await engine.cover(page);
  await page.waitForFunction(() => document.visibilityState === 'hidden', { polling: 50 });
  return show;
}

export const forceColours = (page) => engine.forceColours(page);

async function forceColoursByProtocol(page) {
  const session = await page.createCDPSession();
  await session.send('Emulation.setEmulatedMedia', { features: [{ name: 'forced-colors', value: 'active' }] });
}

async function coverByTab(page) {
  const front = await page.browserContext().newPage(); // In the same window.
  await front.bringToFront();
  return async () => {
    await front.close();
    await page.bringToFront();
  };
}

// True if the engine of this run has all `capabilities`. Where it has not, the test `t` is skipped, with the reason, and
// must return at once: `if (!needs(t, 'prerender')) return;`.
export function needs(t, ...capabilities) {
  for (const capability of capabilities) {
    const reasons = inabilities[capability];
    if (!reasons) throw new Error(`capabilities.mjs has no row "${capability}"`);
    if (reasons[engineName]) {
      t.skip(`${engineName}: ${reasons[engineName]}`);
      return false;
    }
  }
  return true;
}
