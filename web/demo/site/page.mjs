// page.mjs: the page on which applicants are declined: pitch, form, and what follows the form.
// All states are in the document; the server shows one, apply.js moves between them. Knows no cookie and no check.
// SPDX-License-Identifier: MIT

import { countries, documents } from '../applications.mjs';
import { html } from '../html.mjs';
import { renderDocument } from './document.mjs';

const bankCard = html`<svg class="bank-card" viewBox="0 0 440 280" aria-hidden="true" focusable="false">
  <defs>
    <linearGradient id="card-face" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#0d6b55"/><stop offset="1" stop-color="#083f34"/></linearGradient>
    <clipPath id="card-shape"><rect x="20" y="20" width="400" height="240" rx="22"/></clipPath>
  </defs>
  <rect class="bank-card-shadow" x="34" y="40" width="372" height="232" rx="26"/>
  <g clip-path="url(#card-shape)">
    <rect x="20" y="20" width="400" height="240" fill="url(#card-face)"/>
    <path d="M20 214c96-6 158-50 190-120 22-48 60-76 110-76 44 0 78 20 100 50v192H20Z" fill="#fff" opacity=".06"/>
    <path d="M150 260c88-14 132-60 158-120 18-42 50-62 112-66v186Z" fill="#f4b94f" opacity=".92"/>
  </g>
  <rect x="52" y="104" width="50" height="38" rx="8" fill="#f2dfb4"/>
  <path d="M52 117h16m-16 12h16m18-12h16m-16 12h16M68 104v38m18-38v38" stroke="#a98b4a" stroke-width="1.5" fill="none"/>
  <text x="52" y="72" class="bank-card-name">Larkfield</text>
  <text x="52" y="206" class="bank-card-number">4929 ···· ···· 0148</text>
  <text x="52" y="232" class="bank-card-holder">N. Adeyemi</text>
</svg>`;

// The integrator's two lines: the widget by its tag, and the site's own script that hands the announced id to the backend.
function renderScripts({ brand, settings }) {
  const { simulatedCountry, simulatedRegion } = settings;
  return html`<script src="${settings.apiUrl}${brand.embedPath}" data-pub="${settings.publicKey}" data-website="${settings.websiteKey}" data-api="${settings.apiUrl}"${simulatedCountry && html` data-dev-country="${simulatedCountry}"`}${simulatedRegion && html` data-dev-region="${simulatedRegion}"`} async></script>
  <script src="/decline.js" data-session-global="${brand.sessionGlobal}" data-session-event="${brand.sessionEvent}" data-arm-route="${brand.armRoute}"></script>
  <script src="/apply.js" data-session-global="${brand.sessionGlobal}" defer></script>`;
}

function renderError(name, errors) {
  return html`<p class="field-error" id="${name}-error"${errors[name] ? '' : html` hidden`}>${errors[name]}</p>`;
}

function renderInput({ name, label, hint, type, autocomplete }, { fields, errors }) {
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <p class="field-hint" id="${name}-hint">${hint}</p>
    <input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" required value="${fields[name]}"
      aria-describedby="${name}-hint ${name}-error"${errors[name] && html` aria-invalid="true"`}>
    ${renderError(name, errors)}
  </div>`;
}

function renderForm(state) {
  const { fields, errors } = state;
  const country = fields.country ?? '';
  return html`<form id="application" action="/application" method="post" novalidate>
    ${renderInput({ name: 'fullName', label: 'Full name', hint: 'As printed on your document.', type: 'text', autocomplete: 'name' }, state)}
    ${renderInput({ name: 'email', label: 'E-mail', hint: 'For your account and nothing else.', type: 'email', autocomplete: 'email' }, state)}
    <div class="field">
      <label for="country">Country of residence</label>
      <select id="country" name="country" autocomplete="country" required aria-describedby="country-error"${errors.country && html` aria-invalid="true"`}>
        <option value="">Choose a country</option>
        ${Object.entries(countries).map(([code, name]) => html`<option value="${code}"${code === country && html` selected`}>${name}</option>`)}
      </select>
      ${renderError('country', errors)}
    </div>
    <fieldset class="field" aria-describedby="document-error">
      <legend>Identity document</legend>
      <div class="choices">
        ${Object.entries(documents).map(([value, label]) => html`<label class="choice"><input type="radio" name="document" value="${value}" required${fields.document === value && html` checked`}><span>${label}</span></label>`)}
      </div>
      ${renderError('document', errors)}
    </fieldset>
    <p class="form-problem" id="form-problem" role="alert" hidden></p>
    <button class="button" type="submit">Verify my identity</button>
    <p class="small-print">We check your identity because the law asks every bank to. It takes a few seconds and leaves no trace on your credit file.</p>
  </form>`;
}

function renderPanel(id, current, content) {
  return html`<section class="panel" id="${id}" aria-labelledby="${id}-title"${id === current ? '' : html` hidden`}>${content}</section>`;
}

function renderSteps(done) {
  const names = ['About you', 'Verification', 'Your account'];
  return html`<ol class="steps" aria-label="Progress">${names.map((name, index) => html`<li${index < done ? html` class="done"` : index === done ? html` class="current" aria-current="step"` : ''}><span>${name}</span></li>`)}</ol>`;
}

const restartForm = (label) => html`<form action="/restart" method="post"><button class="button quiet" type="submit">${label}</button></form>`;

function renderPanels(state) {
  const current = state.outcome ?? 'form';
  return html`
    ${renderPanel('form', current, html`${renderSteps(0)}<h2 id="form-title" tabindex="-1">Open your account</h2>${renderForm(state)}`)}
    ${renderPanel('checking', current, html`${renderSteps(1)}<h2 id="checking-title" tabindex="-1">Checking your details</h2>
      <div class="progress" aria-hidden="true"><span></span></div>
      <p>We are comparing what you entered with our verification partner. This usually takes a few seconds; you can leave this page open.</p>`)}
    ${renderPanel('declined', current, html`<span class="badge">Application not completed</span>
      <h2 id="declined-title" tabindex="-1">We couldn’t verify your identity</h2>
      <p>We are sorry: the details you entered could not be confirmed, so we can’t open an account for you today. This is not a judgement of you, and it does not affect your credit file.</p>
      <h3>What you can do now</h3>
      <ul class="next-steps">
        <li><strong>Try another document.</strong> A passport is recognised most often; make sure that it is in date.</li>
        <li><strong>Check the spelling.</strong> Your name has to match the document letter for letter, second names included.</li>
        <li><strong>Talk to a person.</strong> Call <a href="tel:+442079460148">+44 20 7946 0148</a>, weekdays 8 to 20, or write to <a href="mailto:hello@larkfield.example">hello@larkfield.example</a>.</li>
      </ul>
      <p class="small-print">We delete this application after 30 days. You may ask for the reason, and for a review by a person, at any time.</p>
      ${restartForm('Start again')}`)}
    ${renderPanel('approved', current, html`<span class="badge good">Identity confirmed</span>
      <h2 id="approved-title" tabindex="-1">Welcome to Larkfield</h2>
      <p>Your account is open. We have sent your account number and a link to the app to the address you gave us; your card follows by post in three to five working days.</p>
      ${restartForm('Open another account')}`)}`;
}

// Returns the whole document. `outcome` is null, 'declined' or 'approved'; `fields` and `errors` refill a refused form.
export function renderPage(state) {
  const links = html`<nav aria-label="Main"><a href="#prices">Prices</a><a href="#safety">Safety</a><a href="#help">Help</a></nav>`;
  const main = html`
    <div class="hero">
      <div class="pitch">
        <h1>One account for every currency you earn in.</h1>
        <p class="lead">Get paid in euro, pounds or dollars, spend anywhere at the real exchange rate, and see each fee before you agree to it.</p>
        ${bankCard}
      </div>
      <div class="card" id="main">${renderPanels(state)}</div>
    </div>
    <div class="facts">
      <section id="prices"><h2>Prices you can read</h2><p>No monthly fee. 0.4 % when you change money, shown before you confirm. Two free withdrawals a month, then €1.50.</p></section>
      <section id="safety"><h2>Kept apart, kept safe</h2><p>Your money is held apart from ours, guaranteed up to €100,000, and every payment is confirmed on your phone.</p></section>
      <section id="help"><h2>People who answer</h2><p>Call <a href="tel:+442079460148">+44 20 7946 0148</a>, weekdays 8 to 20. Nine of ten calls are taken within a minute.</p></section>
    </div>`;
  return renderDocument({
    path: '/', title: 'Open an account', brand: state.brand, head: renderScripts(state), skip: 'Skip to the form', links, main,
    footer: 'Nothing you type leaves this computer. Every application is declined, unless the surname is “Approved”.',
  });
}
