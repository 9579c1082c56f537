// places.mjs: Larkfield's pages for visitors it may not serve where they are: with the overlay, with offers inside the page,
// and with offers in a frame. Each has a panel to look from elsewhere, and says what was decided.
// The widget decides nothing here and the page neither: what the panel says comes from the widget's own events.
// SPDX-License-Identifier: MIT

import { html } from '../html.mjs';
import { renderDocument } from './document.mjs';

// To choose from; any other code is tried by editing the address. The empty one leaves the visitor where the API finds him.
const countries = { '': 'where I am', BR: 'Brazil', CA: 'Canada', DE: 'Germany', FR: 'France', GB: 'United Kingdom', IN: 'India', JP: 'Japan', MT: 'Malta', SE: 'Sweden', US: 'United States' };

const introductions = {
  where: html`<h1>Larkfield is not everywhere yet.</h1>
    <p class="lead">Some countries do not let us open accounts for their residents. Who comes from one of them is shown other companies’ offers, on top of this page.</p>`,
  section: html`<h1>Larkfield is not everywhere yet.</h1>
    <p class="lead">Where we may not open an account for you, these companies may. The offers stand inside the page; nothing is covered, and nothing below them moves.</p>`,
  framed: html`<h1>Larkfield is not everywhere yet.</h1>
    <p class="lead">The same offers in a frame, for sites that are made with a builder that takes no scripts.</p>`,
};

// "DE", "DE-BY", or what there is without a choice.
const placeOf = ({ country, region }) => (country ? [country, region].filter(Boolean).join('-') : 'nobody was moved: the API looks up the address');

function renderPanel(kind, { settings, place }) {
  return html`<aside class="card place" aria-labelledby="place-title">
    <h2 id="place-title">Look from elsewhere</h2>
    <form action="/${kind}" method="get">
      <div class="field"><label for="place-country">Country</label>
        <select id="place-country" name="country">${Object.entries(countries).map(([code, name]) => html`<option value="${code}"${code === place.country && html` selected`}>${name}</option>`)}</select></div>
      <div class="field"><label for="place-region">Region</label>
        <input id="place-region" name="region" type="text" maxlength="3" autocomplete="off" spellcheck="false" value="${place.region}" aria-describedby="place-region-hint">
        <p class="field-hint" id="place-region-hint">As in ISO 3166-2: BY for Bavaria, NJ for New Jersey.</p></div>
      <button class="button" type="submit">Look from there</button>
    </form>
    <dl>
      <dt>Larkfield serves</dt><dd>${settings.servedPlaces}</dd>
      <dt>This visitor</dt><dd>${placeOf(place)}</dd>
      <dt>Decision</dt><dd><output id="decision">not made yet</output></dd>
    </dl>
  </aside>`;
}

const renderKeys = ({ settings }) => html`data-pub="${settings.publicKey}" data-website="${settings.websiteKey}" data-api="${settings.apiUrl}"`;
const renderPlace = ({ place }) => html`${place.country && html` data-dev-country="${place.country}"`}${place.region && html` data-dev-region="${place.region}"`}`;

// The widget's own line; place.js stands before it, to hear its events.
const tags = {
  where: (state) => html`<script src="${state.settings.apiUrl}${state.brand.geoPath}" ${renderKeys(state)}${renderPlace(state)} async></script>`,
  section: (state) => html`<script src="${state.settings.apiUrl}${state.brand.sectionPath}" ${renderKeys(state)}${renderPlace(state)} async></script>`,
  framed: () => '',
};

function renderFrame({ brand, settings, place }) {
  const address = new URL('/embed', settings.apiUrl);
  const parameters = { pub: settings.publicKey, website: settings.websiteKey, brand: brand.key, mode: 'section', 'dev-country': place.country, 'dev-region': place.region };
  for (const [name, value] of Object.entries(parameters)) if (value) address.searchParams.set(name, value);
  return html`<iframe class="offers" id="offers-frame" title="Offers of other companies" src="${address.href}"
    sandbox="allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox"></iframe>`;
}

// Where the offers stand.
const boxes = {
  where: () => '',
  section: ({ brand }) => html`<div class="offers" id="${brand.containerId}"></div>`,
  framed: renderFrame,
};

// Returns the whole document. `kind`: where, section or framed. `place`: {country, region}, each empty when not chosen.
export function renderPlacePage(kind, state) {
  const head = html`<script src="/place.js" data-prefix="${state.brand.eventPrefix}" data-api="${state.settings.apiUrl}"></script>
  ${tags[kind](state)}`;
  const main = html`
    <div class="hero" id="main">
      <div class="pitch">${introductions[kind]}</div>
      ${renderPanel(kind, state)}
    </div>
    ${boxes[kind](state)}
    <div class="facts">
      <section><h2>Why we ask where you are</h2><p>Banks are licensed country by country. We look at the country your connection comes from, and keep nothing of it.</p></section>
      <section><h2>We are on our way</h2><p>We open in three more countries this year. Leave your address and we write once, when yours is among them.</p></section>
      <section><h2>Already a customer?</h2><p>You are, wherever you travel. Sign in as always; nothing about your account changes.</p></section>
    </div>`;
  return renderDocument({ path: `/${kind}`, title: 'Where we are', brand: state.brand, head, skip: 'Skip to the page', main, footer: 'Your place is simulated, and only on this computer.' });
}
