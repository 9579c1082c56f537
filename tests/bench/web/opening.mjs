// opening.mjs: from the offers in the page's hands to the end of the frame that shows twelve cards, beside the floor: a
// dialog written by hand. Both read the same answers of the same API.
// SPDX-License-Identifier: MIT
import { figureOf } from './statistics.mjs';
import { say } from './rows.mjs';
import { longestTask, traceOf } from './trace.mjs';
import { slowCpu, visit } from './visit.mjs';

const visits = 15;

// Milliseconds of one visit to `name`.
function openOnce({ browser, pages }, name, cpu) {
  return visit(browser, { blank: pages.url('blank'), cpu, isWatched: true }, async (page) => {
    await page.goto(pages.url(name));
    return page.evaluate(() => window.bench.shown.then(() => window.bench.shownAt - window.bench.armedAt));
  });
}

// Ours and the floor in turn, so that both meet the same noise.
async function openMany(context, once, cpu) {
  const samples = { ours: [], byHand: [] };
  for (let i = -1; i < context.times(visits); i++) {
    for (const name of Object.keys(samples)) {
      const millis = await once(context, name, cpu);
      if (i >= 0) samples[name].push(millis); // the first of each warms the browser's own caches
    }
  }
  const floor = figureOf(samples.byHand).value;
  return { ...figureOf(samples.ours), peer: `a dialog by hand: ${say('ms', floor)}` };
}

// The longest task of one visit from the offers on, for that long.
const afterMillis = 500;
function longestOnce({ browser, pages }, name) {
  return visit(browser, { blank: pages.url('blank'), cpu: slowCpu, isWatched: true }, async (page) => {
    const slices = await traceOf(page, pages.url(name), async () => {
      await page.goto(pages.url(name));
      await page.evaluate(() => window.bench.shown);
      await new Promise((resolve) => setTimeout(resolve, afterMillis));
    });
    return longestTask(slices, 'offers in hand');
  });
}

export async function measureOpening(context) {
  return {
    frame: await openMany(context, openOnce, 1),
    frameSlow: await openMany(context, openOnce, slowCpu),
    longestTask: await openMany(context, longestOnce),
  };
}
