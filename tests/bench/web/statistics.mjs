// statistics.mjs: many samples to one figure.
// SPDX-License-Identifier: MIT

const ascending = (samples) => [...samples].sort((a, b) => a - b);
const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];

export const median = (samples) => at(ascending(samples), 0.5);

// The median, and between which figures the middle half of the samples lies.
export function figureOf(samples) {
  const sorted = ascending(samples);
  return { value: at(sorted, 0.5), spread: [at(sorted, 0.25), at(sorted, 0.75)] };
}
