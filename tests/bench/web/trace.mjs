// trace.mjs: what a page's main thread did and for how long, from the browser's own trace.
// SPDX-License-Identifier: MIT

// No more than is read: every event costs the thread it is about, those of devtools.timeline a stack trace.
const categories = ['v8', 'v8.execute', 'rail', 'blink_style', 'disabled-by-default-devtools.timeline', 'blink.user_timing'];

// The engine is asked to run a script, a callback, or what promises are waiting for. All that is done there counts, also the
// compiler, also of WebAssembly, and the garbage collector.
const script = new Set(['v8.run', 'v8.callFunction', 'RunMicrotasks', 'V8.CompileStreamedScript']);
// But not what a script makes the browser do for the screen: that belongs to the frame.
const screen = new Set(['Document::updateStyle', 'LocalFrameView::performLayout']);

// Returns the slices and marks of the main thread of the page at `url` while `act` runs, oldest first: { name, start, end, cpu }, in
// milliseconds; `cpu` is what of it the thread was running and not waiting for other programs.
export async function traceOf(page, url, act) {
  await page.tracing.start({ categories });
  await act();
  const { traceEvents: events } = JSON.parse(Buffer.from(await page.tracing.stop()));
  const navigation = events.find(({ name, args }) => name === 'navigationStart' && args.data?.documentLoaderURL === url);
  if (!navigation) throw new Error(`the trace does not know ${url}`);
  return events
    .filter(({ pid, tid, ph }) => pid === navigation.pid && tid === navigation.tid && 'XIR'.includes(ph))
    .map(({ name, ts, dur = 0, tdur = dur }) => ({ name, start: ts / 1000, end: (ts + dur) / 1000, cpu: tdur / 1000 }))
    .sort((a, b) => a.start - b.start || b.end - a.end);
}

// Of the slices of `names` those that lie in no other of them.
function outermost(slices, names) {
  const found = [];
  for (const slice of slices) {
    if (names.has(slice.name) && !(found.at(-1)?.end >= slice.end)) found.push(slice);
  }
  return found;
}

const cpuOf = (slices) => slices.reduce((sum, { cpu }) => sum + cpu, 0);

// Milliseconds of script: CPU time, and without the style and layout that a script forces.
export function scriptMillis(slices) {
  const running = outermost(slices, script);
  const isInside = (slice) => running.some(({ start, end }) => slice.start >= start && slice.end <= end);
  return cpuOf(running) - cpuOf(outermost(slices, screen).filter(isInside));
}

// Milliseconds of the longest task that is not over when the page sets the mark `from`.
export function longestTask(slices, from) {
  const mark = slices.find(({ name }) => name === from);
  if (!mark) throw new Error(`the trace has no mark ${from}`);
  const tasks = slices.filter(({ name, end }) => name === 'RunTask' && end > mark.start);
  return Math.max(...tasks.map(({ start, end }) => end - start));
}
