// arrival.mjs: from the start of the navigation to the end of the frame that shows the overlay, with an API that triggers
// every session at its creation. Beside it the bare chain: the same five requests (page, script, session, poll, offers),
// until the offers are read.
// SPDX-License-Identifier: MIT
import { figureOf } from './statistics.mjs';
import { say } from './rows.mjs';
import { slow4G, slowCpu, visit } from './visit.mjs';

const visits = 11;

function arriveOnce({ browser, pages }, name, conditions) {
  return visit(browser, { blank: pages.url('blank'), isWatched: true, ...conditions }, async (page) => {
    await page.goto(pages.url(name));
    return page.evaluate((at) => window.bench.shown.then(() => window.bench[at]), name === 'chain' ? 'openAt' : 'shownAt');
  });
}

async function arriveOften(context, conditions) {
  const samples = { ours: [], chain: [] };
  for (let i = -1; i < context.times(visits); i++) {
    for (const name of Object.keys(samples)) {
      const millis = await arriveOnce(context, name, conditions);
      if (i >= 0) samples[name].push(millis);
    }
  }
  return { ...figureOf(samples.ours), peer: `the bare chain: ${say('ms', figureOf(samples.chain).value)}` };
}

export async function measureArrival(context) {
  return {
    arrival: await arriveOften(context, {}),
    arrivalSlow: await arriveOften(context, { cpu: slowCpu, network: slow4G }),
  };
}
