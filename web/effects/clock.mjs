// clock.mjs: the page's monotonic clock and the one timer of an embed.
// Knows no span by name: the core says when it wants to be woken.
// SPDX-License-Identifier: MIT

const LONGEST_TIMEOUT = 0x7fffffff; // setTimeout takes its delay as a signed 32-bit number; a longer one fires at once

// `feed` gets {kind: 'woke'} when the time asked for has come, never earlier. Browsers may be late in hidden pages.
export function createClock(page, feed) {
  const { performance, setTimeout, clearTimeout } = page;
  let timer = 0;
  let wakeAt = Infinity;

  const now = () => performance.now();

  // Browsers round delays and clocks as they like: look at the clock before believing the timer.
  function ring() {
    if (now() < wakeAt) return arm();
    wakeAt = Infinity;
    feed({ kind: 'woke' });
  }

  function arm() {
    timer = setTimeout.call(page, ring, Math.min(Math.max(Math.ceil(wakeAt - now()), 0), LONGEST_TIMEOUT));
  }

  function sleepUntil(at) {
    if (at === wakeAt) return;
    clearTimeout.call(page, timer);
    wakeAt = at;
    if (at < Infinity) arm();
  }

  return { now, sleepUntil, destroy: () => sleepUntil(Infinity) };
}
