// landing.mjs: the advertisers' side of the demo: landing pages and pictures of the seed offers, on an origin of their own.
// Shows what arrived with the click, as an advertiser would log it. Knows no API and no publisher.
// SPDX-License-Identifier: MIT

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { html } from './html.mjs';
import { HttpError, listenFailureSentence, sendFile, sendHtml, serve } from './small_http.mjs';

export const placeholderOrigin = 'https://partners.example'; // Where offers.json says its advertisers live.

const contentSecurityPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";
const received = [
  ['click', 'Click id', 'Send it back with the conversion.'],
  ['site', 'Website key', 'Which publisher the visitor came from.'],
  ['country', 'Country', 'Fixed when the offers were chosen.'],
  ['region', 'Region', 'Empty when it is not known.'],
];
const sentences = {
  finance: 'Ten minutes, a phone and any valid document. A person checks what a machine cannot.',
  crypto: 'The price you see is the price you pay, and your coins stay yours to withdraw at any time.',
  streaming: 'No advertising, no contract. Stop whenever you like, with one click.',
  ecommerce: 'Posted the same day, and taken back without questions.',
  sports: 'Everything about the match in one place, updated while it is being played.',
  igaming: 'Adults only. Set your limits first; we hold you to them. Help is one call away, day and night.',
};

// Reads the seed offers. Returns them by the path of their landing page.
async function readOffersByPath() {
  const offers = JSON.parse(await readFile(new URL('offers.json', import.meta.url), 'utf8'));
  return new Map(offers.map((offer) => [new URL(offer.landing).pathname, offer]));
}

function renderReceived(query) {
  return received.map(([name, label, hint]) => {
    const value = query.get(name);
    return html`<div><dt>${label}<span>${hint}</span></dt><dd data-received="${name}">${value ? html`<code>${value}</code>` : html`<em>${value === null ? 'not sent' : 'empty'}</em>`}</dd></div>`;
  });
}

function renderLanding(offer, query) {
  const picture = offer.image && new URL(offer.image).pathname;
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${offer.brand}</title>
  <link rel="icon" href="${picture ?? '/images/partner.svg'}" type="image/svg+xml">
  <link rel="stylesheet" href="/landing.css">
</head>
<body>
  <header><strong>${offer.brand}</strong></header>
  <main>
    <section class="offer${picture ? '' : ' plain'}">
      <div><h1>${offer.headline}</h1><p>${sentences[offer.vertical]}</p><a class="button" href="#received">${offer.cta}</a></div>
      ${picture && html`<img src="${picture}" width="640" height="360" alt="">`}
    </section>
    <section class="received" id="received" aria-labelledby="received-title">
      <h2 id="received-title">What arrived with this click</h2>
      <p>${offer.brand} is a fictional advertiser. These are the values its link asked for.</p>
      <dl>${renderReceived(query)}</dl>
    </section>
  </main>
</body>
</html>`;
}

// Returns the handler of the advertisers' origin.
export async function createLandingHandler() {
  const offers = await readOffersByPath();
  return async (request, response, url) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') throw new HttpError(405, 'Only reading is possible here.');
    const { pathname } = url;
    if (offers.has(pathname)) {
      return sendHtml(response, 200, renderLanding(offers.get(pathname), url.searchParams), { 'content-security-policy': contentSecurityPolicy });
    }
    if (pathname === '/landing.css') return sendFile(response, new URL('landing.css', import.meta.url));
    if (/^\/images\/[a-z]+\.svg$/.test(pathname)) {
      return sendFile(response, new URL(`.${pathname}`, import.meta.url), {
        'access-control-allow-origin': '*',
        'cross-origin-resource-policy': 'cross-origin',
        'cache-control': 'public, max-age=3600',
      }).catch(() => {
        throw new HttpError(404, 'There is no such picture.');
      });
    }
    throw new HttpError(404, 'There is nothing here.');
  };
}

async function main() {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
  const port = Number(values.port);
  try {
    const { origin } = await serve({ host: '127.0.0.1', port, handle: await createLandingHandler() });
    console.log(`advertisers ${origin}`);
  } catch (error) {
    console.error(error.syscall === 'listen' ? listenFailureSentence(error, port) : `landing: ${error.message}`);
    process.exit(1);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
