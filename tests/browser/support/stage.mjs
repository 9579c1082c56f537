// stage.mjs: the whole widget on a page, with offers and settings a test chooses: how many cards, which language, support
// contact, pictures, theme, viewport. The API is the real one; a proxy of the page's own changes what it says of the offers.
// SPDX-License-Identifier: MIT

import { brands } from '../../../web/demo/brands.mjs';
import { whenOverlayIsPainted } from '../../../web/demo/overlay.mjs';
import { embedTag, openOverlay, openPage } from './fixture.mjs';
import { sampleOffers } from './sample_offers.mjs';

const brand = brands.retarget;

// A page that breaks no rule by itself: landmarks, headings, a form field, a region that speaks.
function pageOf({ lang, head }) {
  return `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>Shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1">${head}</head>
<body><header><a id="home" href="/">Shop</a></header>
<main><h1>Your application</h1><p><label>Name <input id="name"></label> <button id="send">Send</button></p>
<p role="status">We could not open an account for you.</p><div style="height: 3000px"></div></main></body></html>`;
}

// The offers of an answer: `count` samples in `language`, with the ids and links of real offers as long as there are any.
function staged(body, { count, language, images, support }) {
  const offers = sampleOffers(language, count).map((sample, index) => {
    const real = body.offers[index % body.offers.length];
    return { ...real, ...sample, id: index < body.offers.length ? real.id : `${real.id}-${index}`, image: images ? real.image : null, rankScore: 1000 - index };
  });
  return { ...body, offers, ...(support && { support }) };
}

// Opens a page that has the widget. Nothing is shown yet. Returns { page, notes, proxy }.
export async function stagePage(fixture, { width = 1280, height = 800, count = 3, language = 'en', pageLanguage = 'en', images = true, support, attributes = {} } = {}) {
  const proxy = await fixture.startProxy();
  proxy.rewrite = (route, body) => (route === 'offers' && body.offers ? staged(body, { count, language, images, support }) : body);
  const head = embedTag(fixture, brand, { 'data-api': proxy.url, 'data-lang': language, ...attributes });
  const opened = await openPage(fixture, brand, fixture.web.publish(pageOf({ lang: pageLanguage, head })));
  opened.page.once('close', () => proxy.close());
  await opened.page.setViewport({ width, height });
  return { ...opened, proxy };
}

// The same with the overlay open and painted.
export async function stageOverlay(fixture, options) {
  const staged = await stagePage(fixture, options);
  await showOverlay(fixture, staged.page);
  return staged;
}

// Opens the overlay on a staged page, as a server does that declines its visitor.
export async function showOverlay(fixture, page) {
  await openOverlay(fixture, page, brand);
  await whenOverlayIsPainted(page, brand);
}

// What `read(shadowRoot, …values)` returns, run in the page. Values go as JSON.
export function inOverlay(page, read, ...values) {
  return page.evaluate(`(${read})(document.getElementById(${JSON.stringify(brand.rootId)}).shadowRoot, ...${JSON.stringify(values)})`);
}

export const isOverlayOpen = (page) => page.evaluate((id) => document.getElementById(id) !== null, brand.rootId);
