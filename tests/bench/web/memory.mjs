// memory.mjs: what an open overlay keeps of the page's memory: the JavaScript heap beyond that of the same page without it,
// after a garbage collection, and the memory of the wasm core, which is no part of that heap.
// SPDX-License-Identifier: MIT
import { eventually } from '../../../web/demo/eventually.mjs';
import { peers } from './pages.mjs';
import { say } from './rows.mjs';
import { memoryOf, readCore } from './sizes.mjs';
import { figureOf, median } from './statistics.mjs';
import { brand } from './test_api.mjs';
import { visit } from './visit.mjs';

const visits = 5;
const settleMillis = 1500; // the report of viewable cards is out

// Bytes of the heap when the page `name` has come to rest.
function heapOnce({ browser, pages }, name) {
  return visit(browser, { blank: pages.url('blank') }, async (page) => {
    await page.goto(pages.url(name));
    const { isOpen } = peers[name.replace('-open', '')] ?? { isOpen: name === 'empty' || `!!document.getElementById('${brand.rootId}')` };
    await eventually(() => page.evaluate(`${isOpen}`), `${name} does not open`);
    await new Promise((resolve) => setTimeout(resolve, settleMillis));
    const session = await page.createCDPSession();
    await session.send('HeapProfiler.enable');
    for (let i = 0; i < 2; i++) await session.send('HeapProfiler.collectGarbage');
    return (await session.send('Runtime.getHeapUsage')).usedSize;
  });
}

async function heapOften(context, name) {
  const samples = [];
  while (samples.length < context.times(visits)) samples.push(await heapOnce(context, name));
  return samples;
}

export async function measureMemory(context) {
  const empty = median(await heapOften(context, 'empty'));
  const core = memoryOf(readCore());
  const ours = await heapOften(context, 'ours');
  const told = [];
  for (const [name, peer] of Object.entries(peers)) {
    if (!peer.open) continue;
    const kilobytes = (median(await heapOften(context, `${name}-open`)) - empty) / 1000;
    told.push({ kilobytes, text: `${peer.title}: ${say('kB', kilobytes)}${peer.note ? ` (${peer.note})` : ''}` });
  }
  const peer = told.sort((a, b) => a.kilobytes - b.kilobytes).map(({ text }) => text).join('; ');
  return { heap: { ...figureOf(ours.map((bytes) => (bytes - empty + core) / 1000)), peer } };
}
