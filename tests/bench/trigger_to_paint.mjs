// trigger_to_paint.mjs: from the trigger the server accepted to the overlay on the screen, in Chromium over loopback.
// Once as the server offers it (long poll) and once through a proxy that hides long polling from the embed.
// SPDX-License-Identifier: MIT
import { request as httpRequest } from 'node:http';
import { launchBrowser } from '../../web/demo/browser.mjs';
import { brands } from '../../web/demo/brands.mjs';
import { createCleanup } from '../../web/demo/processes.mjs';
import { sendHtml, serve } from '../../web/demo/small_http.mjs';
import { addSeedOffers, addSite, allowDevelopmentOrigin, startAdvertisers, startApi } from '../../web/demo/stack.mjs';
import { triggerDecline } from '../../web/demo/trigger.mjs';

const visits = { longPoll: 40, plainPolling: 20 };
const brand = brands.retarget;
const host = '127.0.0.1';

// Forwards everything to `target`; the session reply loses `maxWait`, so that the embed polls every two seconds.
function hideLongPoll(target) {
  return serve({
    host,
    port: 0,
    handle: (request, response) =>
      new Promise((resolve, reject) => {
        const { method, headers, url } = request;
        const forwarded = httpRequest(new URL(url, target), { method, headers }, async (reply) => {
          let body = Buffer.concat(await reply.toArray());
          if (method === 'POST' && url.startsWith('/v1/widget-decline/session?')) {
            const { maxWait, ...rest } = JSON.parse(body);
            body = Buffer.from(JSON.stringify(rest));
          }
          response.writeHead(reply.statusCode, { ...reply.headers, 'content-length': body.length }).end(body);
          resolve();
        });
        forwarded.on('error', reject);
        response.on('close', () => forwarded.destroy());
        request.pipe(forwarded);
      }),
  });
}

// The publisher's page. "Painted" is the first task after the frame in which the overlay was opened.
const page = (apiUrl, site) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>bench</title><h1>Publisher</h1>
<script>
  window.painted = new Promise((resolve) => addEventListener('${brand.eventPrefix}open', () => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => resolve(performance.timeOrigin + performance.now());
    channel.port2.postMessage(null);
  })));
</script>
<script src="${apiUrl}${brand.embedPath}" data-pub="${site.publicKey}" data-website="${site.websiteKey}" data-api="${apiUrl}"></script>`;

// One visit: returns the milliseconds from the accepted trigger to the paint.
async function visit(browser, publisherUrl, apiUrl, site) {
  const tab = await browser.newPage();
  try {
    await tab.goto(publisherUrl);
    const session = await tab.waitForFunction((name) => window[name], { polling: 20, timeout: 10_000 }, brand.sessionGlobal);
    const sessionId = await session.jsonValue();
    await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 2000)); // anywhere between two polls
    await triggerDecline({ apiUrl, integrationSecret: site.integrationSecret, sessionId, reason: 'kyc' });
    const accepted = performance.timeOrigin + performance.now();
    return (await tab.evaluate(() => window.painted)) - accepted;
  } finally {
    await tab.close();
  }
}

function summary(samples) {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share) => sorted[Math.ceil(share * sorted.length) - 1].toFixed(0);
  return `median ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms (${sorted.length} visits)`;
}

const cleanup = createCleanup();
try {
  const api = await startApi({ db: 'build/bench/trigger_to_paint.db' });
  cleanup.add(api.stop);
  const advertisers = await startAdvertisers();
  cleanup.add(advertisers.stop);
  const site = await addSite(api);
  await addSeedOffers(api, advertisers.url);
  const proxy = await hideLongPoll(api.url);
  cleanup.add(proxy.close);
  const browser = await launchBrowser();
  cleanup.add(() => browser.close());

  for (const [label, apiUrl, count] of [
    ['long poll', api.url, visits.longPoll],
    ['plain polling', proxy.origin, visits.plainPolling],
  ]) {
    const publisher = await serve({ host, port: 0, handle: (request, response) => sendHtml(response, 200, page(apiUrl, site)) });
    await allowDevelopmentOrigin(api, site, publisher.origin);
    await visit(browser, publisher.origin, apiUrl, site); // the first one compiles and caches what later ones reuse
    const samples = [];
    while (samples.length < count) samples.push(await visit(browser, publisher.origin, apiUrl, site));
    console.log(`trigger accepted -> overlay painted, ${label}: ${summary(samples)}`);
    await publisher.close();
  }
} finally {
  await cleanup.stopAll();
}
