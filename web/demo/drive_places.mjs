// drive_places.mjs: a visitor of the demo's pages for places that the bank does not serve, looking from here and from there.
// Each step either happened or throws a StepFailure that names it. Used by --check and the tests.
// SPDX-License-Identifier: MIT

import { takeStep } from './drive.mjs';
import { eventually } from './eventually.mjs';
import { readOverlay, whenOverlayIsPainted } from './overlay.mjs';

// What the panel says was decided, once it says so.
function readDecision(page) {
  return eventually(async () => {
    const text = await page.evaluate(() => document.getElementById('decision')?.textContent);
    return text && text !== 'not made yet' ? text : undefined;
  }, 'the panel says nothing of a decision');
}

// Opens a page, where nobody knows from where this is, closes what is in the way, chooses a place in the panel, and returns
// what is decided about it.
export async function lookFrom(page, brand, { url, country, region = '' }) {
  await page.goto(url);
  await readDecision(page);
  if (await readOverlay(page, brand)) await page.keyboard.press('Escape');
  await page.select('#place-country', country);
  await page.type('#place-region', region);
  await Promise.all([page.waitForNavigation(), page.click('.place button')]);
  await page.mouse.move(0, 0);
  return readDecision(page);
}

// Scrolls offers into the middle, and waits until the pictures in them had time to be painted.
async function showOffers(page, selector) {
  await page.evaluate((where) => document.querySelector(where).scrollIntoView({ block: 'center', behavior: 'instant' }), selector);
  await page.waitForNetworkIdle({ idleTime: 300 });
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}

function expectSaid(said, pattern) {
  if (!pattern.test(said)) throw new Error(`the panel says "${said}"`);
}

// Drives `page` through the pages about places at `url`. `report(step)` hears of each finished step; `onOffers(name)` may take a
// picture of the page, on which geo, section or frame shows offers.
export async function drivePlaces(page, { url, brand, report = () => {}, onOffers = async () => {} }) {
  const step = takeStep(report);
  await step('a visitor from the United Kingdom is served, and sees nothing', async () => {
    expectSaid(await lookFrom(page, brand, { url: `${url}/where`, country: 'GB' }), /^served here/);
    if (await readOverlay(page, brand)) throw new Error('an overlay is open');
  });
  await step('one from New Jersey is served, one from New York is not', async () => {
    expectSaid(await lookFrom(page, brand, { url: `${url}/where`, country: 'US', region: 'NJ' }), /^served here/);
    expectSaid(await lookFrom(page, brand, { url: `${url}/where`, country: 'US', region: 'NY' }), /^not served here: \d+ offers/);
    if (!(await readOverlay(page, brand))) throw new Error('no overlay is open');
    await whenOverlayIsPainted(page, brand);
    await onOffers('geo');
  });
  await step('one from Bavaria finds offers inside the page', async () => {
    expectSaid(await lookFrom(page, brand, { url: `${url}/section`, country: 'DE', region: 'BY' }), /^not served here: \d+ offers/);
    await showOffers(page, `#${brand.containerId}`);
    await onOffers('section');
  });
  await step('and in a frame as high as they are', async () => {
    expectSaid(await lookFrom(page, brand, { url: `${url}/framed`, country: 'DE', region: 'BY' }), /^not served here: \d+ offers/);
    await page.waitForFunction(() => document.getElementById('offers-frame').offsetHeight > 200, { timeout: 20_000 });
    await showOffers(page, '#offers-frame');
    await onOffers('frame');
  });
}
