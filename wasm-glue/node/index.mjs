// index.mjs: the package `retarget` of Node: core_client.mjs for tests, and the core.wasm that stands beside it, compiled.
// Part of an installed copy only (share/nodejs/retarget), where these files lie in one folder; a page never loads it.
// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs';
import { eventNumbers, eventTexts, events, openCore as openCoreOfPage } from './core_client.mjs';

export * from './core_client.mjs';

// For openCore; any number of embeds share it.
export const coreModule = new WebAssembly.Module(readFileSync(new URL('core.wasm', import.meta.url)));

// Fields that an event of a kind carries, by kind.
const fieldsOf = Object.fromEntries(events.map(([kind, numbers, texts]) => {
  const carried = (names, mask) => names.filter((_, i) => (mask >> i) & 1);
  return [kind, [...carried(eventNumbers, numbers), ...carried(eventTexts, texts)]];
}));

// Says what is wrong with an event, before the core says it with a trap.
function check({ kind, ...fields }, at) {
  const carried = fieldsOf[kind];
  if (!carried) throw new TypeError(`there is no event '${kind}'; there are: ${Object.keys(fieldsOf).join(', ')}`);
  for (const field of Object.keys(fields)) {
    if (!carried.includes(field)) throw new TypeError(`'${kind}' carries no '${field}', only: ${carried.join(', ') || 'nothing'}`);
  }
  if (!Number.isFinite(at)) throw new TypeError(`'${kind}' happens at a time in milliseconds, not ${at}`);
}

// openCore of core_client.mjs, but a misspelt event is an error that names it, and a body may be a string of any length,
// where a page has bytes. A page's loop needs neither and should not load the words for them.
export function openCore(module, config) {
  const core = openCoreOfPage(new WebAssembly.Instance(module).exports, config);
  const encoder = new TextEncoder();
  const step = (event, at) => {
    check(event, at);
    core.step(typeof event.body === 'string' ? { ...event, body: encoder.encode(event.body) } : event, at);
  };
  return Object.assign(Object.create(core), { step });
}
