// visit.mjs: one visitor who comes for the first time: a fresh browser context, so nothing is cached, on a slowed machine
// and network where that is asked for.
// SPDX-License-Identifier: MIT

export const slowCpu = 4;

// Lighthouse's slow 4G: 150 ms there and back, 1.6 Mbit/s down, 750 kbit/s up. Every request waits that long once.
export const slow4G = { latency: 150, download: (1.6 * 1024 * 1024) / 8, upload: (750 * 1024) / 8, offline: false };

// Runs in the page before any script of it: notes when the offers are in the page's hands, and when the frame that shows
// what was opened then is done.
function watch() {
  const bench = (window.bench = {});
  for (const method of ['arrayBuffer', 'text']) {
    const read = Response.prototype[method];
    Response.prototype[method] = async function () {
      const body = await read.call(this);
      if (/\/v1\/offers\?/.test(this.url)) bench.armedAt = performance.mark('offers in hand').startTime;
      return body;
    };
  }
  bench.shown = new Promise((resolve) => {
    addEventListener('retarget:open', () => {
      bench.openAt = performance.now();
      // A task behind a frame's callbacks comes when that frame's style, layout and paint are done.
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => {
          bench.shownAt = performance.now();
          resolve();
        };
        channel.port2.postMessage(null);
      });
    });
  });
}

// Opens `blank` in a fresh context, slows it down, and hands the page to `act`, which goes where it wants to. Returns what
// that returns. `isWatched`: with window.bench, see above.
export async function visit(browser, { blank, cpu = 1, network = null, isWatched = false }, act) {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    await page.goto(blank); // the process that the measured page of the same site will run in
    await page.emulateCPUThrottling(cpu);
    await page.emulateNetworkConditions(network);
    if (isWatched) await page.evaluateOnNewDocument(watch);
    return await act(page);
  } finally {
    await context.close();
  }
}
