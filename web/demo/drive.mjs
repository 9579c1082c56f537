// drive.mjs: a visitor of the demo: fills in the form, is declined, sees offers, follows one.
// Each step either happened or throws a StepFailure that names it; nothing is skipped. Used by --check and the tests.
// SPDX-License-Identifier: MIT

import { desktop } from './browser.mjs';
import { eventually } from './eventually.mjs';
import { cardHandle, readOverlay, whenOverlayIsPainted } from './overlay.mjs';

export class StepFailure extends Error {
  constructor(step, cause) {
    super(`${step}: ${cause.message}`);
    this.step = step;
  }
}

// Returns a function that does what it is given and reports it by its name, or throws a StepFailure.
export function takeStep(report) {
  return async (name, action) => {
    try {
      const value = await action();
      report(name);
      return value;
    } catch (error) {
      throw new StepFailure(name, error);
    }
  };
}

async function fillIn(page) {
  await page.type('#fullName', 'Nia Adeyemi');
  await page.type('#email', 'nia.adeyemi@mail.example');
  await page.select('#country', 'DE');
  await page.click('input[name="document"][value="passport"]');
}

// Submits the form as it is and waits for the outcome panel `id`.
export async function submitApplication(page, id = 'declined') {
  await page.click('#application button[type="submit"]');
  await page.waitForSelector(`#${id}:not([hidden])`, { timeout: 20_000 });
}

async function followFirstCard(page, brand) {
  const card = await cardHandle(page, brand);
  const opened = new Promise((resolve) => page.once('popup', resolve));
  await card.click();
  const landing = await opened;
  await landing.waitForSelector('[data-received="click"]', { timeout: 20_000 });
  return landing;
}

function readLanding(landing) {
  return landing.evaluate(() => ({
    url: location.href,
    title: document.title,
    received: Object.fromEntries([...document.querySelectorAll('[data-received]')].map((node) => [node.dataset.received, node.textContent.trim()])),
  }));
}

// Drives `page` through the whole demo at `url`. `report(step)` hears of each finished step; `onOverlay(page)` may take a
// picture. Returns { sessionId, overlay, landing }.
export async function driveDemo(page, { url, brand, report = () => {}, onOverlay = async () => {} }) {
  const step = takeStep(report);
  await page.setViewport(desktop);
  await step('the sign-up page opens', async () => {
    const response = await page.goto(url);
    if (!response.ok()) throw new Error(`it answers ${response.status()}`);
  });
  const sessionId = await step('the widget announces a session', async () => {
    await page.waitForFunction((name) => typeof window[name] === 'string', { timeout: 20_000 }, brand.sessionGlobal);
    return page.evaluate((name) => window[name], brand.sessionGlobal);
  });
  await step('nothing is visible before the trigger', async () => {
    const overlay = await readOverlay(page, brand);
    if (overlay) throw new Error('an overlay is open already');
  });
  await step('the application is declined', async () => {
    await fillIn(page);
    await submitApplication(page);
  });
  const overlay = await step('the overlay opens with offers', async () => {
    const found = await eventually(() => readOverlay(page, brand), `no dialog inside #${brand.rootId} within 20 s`);
    if (found.cards.length === 0) throw new Error('it holds no offer');
    await whenOverlayIsPainted(page, brand);
    await onOverlay(page);
    return found;
  });
  const landing = await step('a click on an offer reaches the advertiser', async () => {
    const tab = await followFirstCard(page, brand);
    const seen = await readLanding(tab);
    await tab.close();
    if (!/^[\w-]{16,}$/.test(seen.received.click)) throw new Error(`the landing page received no click id but "${seen.received.click}"`);
    if (seen.url.includes('{')) throw new Error(`a placeholder was left in ${seen.url}`);
    return seen;
  });
  return { sessionId, overlay, landing };
}
