// rows.mjs: what ./dev bench --web prints, line by line, and the bound that each line is held against.
// The README's table and its test come from this list. Measures nothing.
// SPDX-License-Identifier: MIT

// `most`: the largest figure that holds the bound; `below`: the first that does not; neither: printed for whoever wants to
// know. `unit` is one of units below. A figure is { value, spread: [lower, upper quartile], peer, note }, the last three
// only where there are any.
export const rows = [
  { id: 'embedBrotli', what: '`widget-decline.js`, everything inside, brotli -q 11', unit: 'bytes', most: 12_288 },
  { id: 'coreRaw', what: 'wasm core inside it, as it is', unit: 'bytes' },
  { id: 'coreBrotli', what: 'wasm core inside it, brotli alone', unit: 'bytes' },
  { id: 'coreImports', what: 'imports of the wasm core, which validates', unit: 'count', most: 0 },
  { id: 'coreMemory', what: 'memory of the wasm core, which cannot grow', unit: 'bytes', most: 196_608 },
  { id: 'scriptArmed', what: 'script time at 4x CPU: loaded, the session announced', unit: 'ms', most: 6 },
  { id: 'scriptOpen', what: 'script time at 4x CPU: from the load to the open overlay', unit: 'ms', most: 20 },
  { id: 'frame', what: 'offers in hand → next frame, 12 cards', unit: 'ms', most: 20 },
  { id: 'frameSlow', what: 'offers in hand → next frame, 12 cards, 4x CPU', unit: 'ms', most: 60 },
  { id: 'longestTask', what: 'longest task from there on, 4x CPU', unit: 'ms', below: 50 },
  { id: 'arrival', what: 'navigation → overlay, triggered at creation, loopback', unit: 'ms', most: 130 },
  { id: 'arrivalSlow', what: 'navigation → overlay, triggered at creation, slow 4G and 4x CPU', unit: 'ms', most: 1_050 },
  { id: 'heap', what: 'JavaScript heap and wasm memory with the open overlay, beyond an empty page', unit: 'kB', most: 400 },
  { id: 'planNative', what: '12 cards laid out, native', unit: 'us', most: 2 },
  { id: 'planWasm', what: '12 cards laid out, wasm', unit: 'us', most: 3 },
  { id: 'rank', what: '1,000 offers ranked, native', unit: 'us', most: 100 },
  { id: 'layoutShift', what: 'cumulative layout shift, overlay opened and closed', unit: 'score', most: 0 },
  { id: 'globals', what: 'globals on the page but the two that are documented', unit: 'count', most: 0 },
  { id: 'leftovers', what: 'listeners, nodes and globals left after `destroy()`', unit: 'count', most: 0 },
];

const whole = (number) => String(Math.round(number)).replace(/\B(?=(\d{3})+$)/g, ',');
const short = (number) => (number < 100 ? number.toFixed(1) : whole(number));

export const units = {
  bytes: { suffix: ' B', write: whole },
  kB: { suffix: ' kB', write: whole },
  ms: { suffix: ' ms', write: short },
  us: { suffix: ' µs', write: short },
  count: { suffix: '', write: whole },
  score: { suffix: '', write: (number) => String(Number(number.toFixed(4))) },
};

// A number of the unit as the table has it.
export const say = (unit, number) => units[unit].write(number) + units[unit].suffix;

export function boundOf({ unit, most, below }) {
  if (below !== undefined) return `< ${say(unit, below)}`;
  if (most !== undefined) return most === 0 ? '0' : `≤ ${say(unit, most)}`;
  return '';
}

// `value` as it is printed, so that the verdict is that of the table and not of digits nobody sees.
export function verdictOf({ unit, most, below }, value) {
  const bound = most ?? below;
  if (bound === undefined) return '';
  const printed = Number(units[unit].write(value).replaceAll(',', ''));
  const isHeld = below === undefined ? printed <= most : printed < below;
  return isHeld ? 'held' : `missed by ${say(unit, printed - bound)}`;
}
