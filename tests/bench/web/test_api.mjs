// test_api.mjs: an API whose every session is triggered at its creation, with nothing behind it that takes time: what it
// answers it has heard from the real server before. Serves the widget, compressed, as the real server does.
// Knows no page and measures nothing.
// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { brands } from '../../../web/demo/brands.mjs';
import { createCleanup } from '../../../web/demo/processes.mjs';
import { HttpError, serve } from '../../../web/demo/small_http.mjs';
import { addSeedOffers, addSite, allowDevelopmentOrigin, projectDirectory, startApi } from '../../../web/demo/stack.mjs';
import { triggerDecline } from '../../../web/demo/trigger.mjs';
import { openSession } from '../client.mjs';

export const brand = brands.retarget;
export const cards = 12;

const registeredOrigin = 'http://127.0.0.1:1'; // never listened on: recording needs one that the keys belong to

// The demo's offers and some of them once more under other names, each with a picture from `imageOrigin`.
function twelve(offers, imageOrigin) {
  const more = offers.slice(0, cards - offers.length).map((offer) => ({ ...offer, brand: `${offer.brand} Plus` }));
  return [...offers, ...more].map((offer, i) => ({ ...offer, rates: { ...offer.rates, '*': 420_000 }, image: `${imageOrigin}/images/${i}.png` }));
}

// What the real server answers: { session, ready, offers }, bytes of JSON; and the keys.
async function record(imageOrigin) {
  const cleanup = createCleanup();
  try {
    const api = await startApi({ db: 'build/bench/web.db' });
    cleanup.add(api.stop);
    const site = await addSite(api);
    await allowDevelopmentOrigin(api, site, registeredOrigin);
    await addSeedOffers(api, imageOrigin, (offers) => twelve(offers, imageOrigin));
    const keys = new URLSearchParams({ pub: site.publicKey, website: site.websiteKey });
    const ask = async (path, options) => {
      const response = await fetch(`${api.url}${path}`, { ...options, headers: { origin: registeredOrigin } });
      if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
      return Buffer.from(await response.arrayBuffer());
    };
    const session = await ask(`/v1/widget-decline/session?${keys}`, { method: 'POST' });
    const { sessionId } = JSON.parse(session);
    await triggerDecline({ apiUrl: api.url, integrationSecret: site.integrationSecret, sessionId, reason: 'kyc' });
    const ready = await ask(`/v1/widget-decline/session/${sessionId}?${keys}`);
    const { requestId } = JSON.parse(ready);
    const offers = await ask(`/v1/offers?${keys}&requestId=${requestId}&limit=${cards}&lang=en`);
    const count = JSON.parse(offers).offers.length;
    if (count !== cards) throw new Error(`the server serves ${count} offers instead of ${cards}`);
    return { session, ready, offers, keys: { publicKey: site.publicKey, websiteKey: site.websiteKey } };
  } finally {
    await cleanup.stopAll();
  }
}

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function pngChunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

// A picture as advertisers send it, 640 x 360 in colour: a gradient, which is about what a photograph costs to decode.
function picture() {
  const width = 640, height = 360;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8); // eight bits each of red, green and blue
  const rows = Buffer.alloc((1 + 3 * width) * height);
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < 3 * width; i++) rows[y * (1 + 3 * width) + 1 + i] = (i * 7 + y * 3) >> 4;
  }
  const chunks = [pngChunk('IHDR', header), pngChunk('IDAT', deflateSync(rows)), pngChunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), ...chunks]);
}

// Starts it. Returns { url, keys, cards, isHeld, next(route), close() }: while `isHeld` polls wait, as for a visitor whom nobody
// declines; next(route) resolves when the next request of that route has come in.
export async function startTestApi() {
  const waiting = [];
  const api = {
    isHeld: false,
    next: (route) => new Promise((resolve) => waiting.push({ route, resolve })),
  };
  let recorded;
  const embed = readFileSync(`${projectDirectory}build/web${brand.embedPath}.br`);
  const image = picture();

  const send = (response, status, type, body, headers = {}) => {
    response.writeHead(status, { 'content-type': type, 'content-length': body.length, ...headers }).end(body);
  };
  const routes = {
    embed: (response) => send(response, 200, 'text/javascript; charset=utf-8', embed, { 'content-encoding': 'br', 'cache-control': 'public, max-age=300' }),
    image: (response) => send(response, 200, 'image/png', image),
    session: (response) => send(response, 200, 'application/json', recorded.session),
    poll(response) {
      if (!api.isHeld) send(response, 200, 'application/json', recorded.ready);
    },
    offers: (response) => send(response, 200, 'application/json', recorded.offers),
    impression: (response) => send(response, 202, 'application/json', Buffer.from('{"ok":true}')),
    ping: (response) => response.writeHead(204).end(),
  };
  const paths = [
    ['embed', /^\/retarget\/widget-decline\.js$/],
    ['image', /^\/images\//],
    ['session', /^\/v1\/widget-decline\/session$/],
    ['poll', /^\/v1\/widget-decline\/session\//],
    ['offers', /^\/v1\/offers$/],
    ['impression', /^\/v1\/events\/impression$/],
    ['ping', /^\/v1\/snippet-ping$/],
  ];
  const handle = async (request, response, url) => {
    const [route] = paths.find(([, path]) => path.test(url.pathname)) ?? [];
    if (!route) throw new HttpError(404, `The bench has no ${url.pathname}.`);
    await request.resume().toArray();
    response.setHeader('access-control-allow-origin', request.headers.origin ?? '*');
    response.setHeader('vary', 'Origin');
    routes[route](response);
    for (const entry of waiting.filter((one) => one.route === route)) {
      waiting.splice(waiting.indexOf(entry), 1);
      entry.resolve();
    }
  };
  const { origin, close } = await serve({ host: '127.0.0.1', port: 0, handle });
  recorded = await record(origin);
  return Object.assign(api, { url: origin, keys: recorded.keys, close });
}
