// script_time.mjs: how long the main thread runs script at a quarter of the speed: once for a page that is loaded and armed
// (a peer: loaded and set up), once for one with the open overlay.
// Nothing is added to the pages; when they are there the API knows, and a peer's page opens it by itself.
// SPDX-License-Identifier: MIT
import { peers } from './pages.mjs';
import { say } from './rows.mjs';
import { figureOf, median } from './statistics.mjs';
import { scriptMillis, traceOf } from './trace.mjs';
import { slowCpu, visit } from './visit.mjs';

const visits = 11;
const visitsOfPeers = 5;
const settleMillis = 700; // what is under way when the last request comes in; the report of viewable cards comes later
const settle = () => new Promise((resolve) => setTimeout(resolve, settleMillis));

// The slices of one visit to the page `name`, which is there when `arrived` is.
function traceVisit({ browser, pages }, name, arrived) {
  return visit(browser, { blank: pages.url('blank'), cpu: slowCpu }, (page) =>
    traceOf(page, pages.url(name), async () => {
      const isThere = arrived?.();
      await page.goto(pages.url(name));
      await isThere;
      await settle();
    }));
}

async function repeat(count, act) {
  const samples = [];
  for (let i = -1; i < count; i++) {
    const sample = await act();
    if (i >= 0) samples.push(sample);
  }
  return samples;
}

async function measurePeers(context) {
  const told = { set: [], open: [] };
  for (const [name, peer] of Object.entries(peers)) {
    if (!peer.open) continue;
    for (const state of Object.keys(told)) {
      const page = state === 'open' ? `${name}-open` : name;
      const millis = median(await repeat(context.times(visitsOfPeers), async () => scriptMillis(await traceVisit(context, page))));
      told[state].push({ millis, text: `${peer.title}: ${say('ms', millis)}${peer.note ? ` (${peer.note})` : ''}` });
    }
  }
  const join = (entries) => entries.sort((a, b) => a.millis - b.millis).map(({ text }) => text).join('; ');
  return { set: join(told.set), open: join(told.open) };
}

export async function measureScriptTime(context) {
  const { api } = context;
  api.isHeld = true;
  const armed = await repeat(context.times(visits), async () => scriptMillis(await traceVisit(context, 'ours', () => api.next('poll'))));
  api.isHeld = false;
  const opened = await repeat(context.times(visits), async () => scriptMillis(await traceVisit(context, 'ours', () => api.next('impression'))));
  const byPeers = await measurePeers(context);
  return {
    scriptArmed: { ...figureOf(armed), peer: byPeers.set },
    scriptOpen: { ...figureOf(opened), peer: byPeers.open },
  };
}
