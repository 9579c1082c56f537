// document.mjs: what every page of Larkfield has: head, header, footer, and the way to the demo's other pages.
// SPDX-License-Identifier: MIT

import { html } from '../html.mjs';

const logo = html`<svg class="logo-mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false"><path
  d="M3 21.5C9 21 13.5 17.5 16 12c1.2-2.7 3.6-4.5 6.6-4.5 2 0 3.7.8 4.9 2L31 11l-4.2 1.6C26.4 20.5 20.5 26 12.5 26 8.7 26 5.3 24.3 3 21.5Z"/></svg>`;

// The pages of the demo, in the order in which they are best looked at.
export const demoPages = Object.freeze([
  { path: '/', name: 'A declined application', shows: 'the decline widget, an overlay' },
  { path: '/where', name: 'Not in your country', shows: 'the geo-blocking widget, an overlay' },
  { path: '/section', name: 'Offers inside a page', shows: 'the section' },
  { path: '/framed', name: 'Offers in a frame', shows: 'the page for iframes' },
]);

// Returns the whole document. `skip`: where the skip link leads, and what it says; `links`: of the header.
export function renderDocument({ path, title, brand, head, skip, links = '', main, footer = '' }) {
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <meta name="description" content="Larkfield: one account, every currency you earn in.">
  <title>${title} · Larkfield</title>
  <link rel="icon" href="/favicon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/site.css">
  ${head}
</head>
<body>
  <a class="skip-link" href="#main">${skip}</a>
  <header class="site-header">
    <a class="logo" href="/">${logo}<span>Larkfield</span></a>
    ${links}
  </header>
  <main>${main}</main>
  <footer class="site-footer">
    <p>Larkfield is a fictional bank: a demo of ${brand.title}. ${footer}</p>
    <nav aria-label="Pages of this demo"><ul>${demoPages.map((page) => html`<li>${page.path === path ? html`<strong aria-current="page">${page.name}</strong>` : html`<a href="${page.path}">${page.name}</a>`}</li>`)}</ul></nav>
  </footer>
</body>
</html>`;
}
