// script_time.mjs: how long the main thread runs script at a quarter of the speed: once for a page that is loaded and armed
// (a peer: loaded and set up), once for one with the open overlay. Beside each its floor: the same requests without anything
// that is decided or drawn, and the same offers in a dialog by hand. Peers ask for nothing, and calling fetch() is script.
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

// Our page and the floor under it in turn, so that both meet the same noise. `arrival`: the request that says that ours is there,
// and that the floor is.
async function besideFloor(context, arrival, { page, title, arrival: floorArrival }) {
  const millisOf = async (name, route) => scriptMillis(await traceVisit(context, name, () => context.api.next(route)));
  const pairs = await repeat(context.times(visits), async () => [await millisOf('ours', arrival), await millisOf(page, floorArrival)]);
  return { figure: figureOf(pairs.map(([ours]) => ours)), floor: `${title}: ${say('ms', median(pairs.map(([, floor]) => floor)))}` };
}

export async function measureScriptTime(context) {
  const { api } = context;
  api.isHeld = true;
  const armed = await besideFloor(context, 'poll', { page: 'chain', title: 'the bare requests', arrival: 'poll' });
  api.isHeld = false;
  const opened = await besideFloor(context, 'impression', { page: 'byHand', title: 'a dialog by hand', arrival: 'offers' });
  const byPeers = await measurePeers(context);
  return {
    scriptArmed: { ...armed.figure, peer: `${armed.floor}; ${byPeers.set}` },
    scriptOpen: { ...opened.figure, peer: `${opened.floor}; ${byPeers.open}` },
  };
}
