// applications.mjs: who applied, how it went, and which page views of theirs may be shown offers.
// The publisher's memory, without HTTP, clock or network: time is an argument and "trigger this id" is a return value.
// SPDX-License-Identifier: MIT

import { randomBytes } from 'node:crypto';

const visitorLifeMillis = 24 * 60 * 60 * 1000;
const pageLifeMillis = 15 * 60 * 1000; // As long as an announced session lives.
const visitorLimit = 10_000; // Past it the oldest visitor is forgotten: a demo must not grow without end.
const pagesPerVisitorLimit = 20; // Tabs one person really has open on one site.

export const countries = Object.freeze({
  AT: 'Austria', BE: 'Belgium', BR: 'Brazil', CA: 'Canada', FR: 'France', DE: 'Germany', IN: 'India', IE: 'Ireland',
  IT: 'Italy', NL: 'Netherlands', NG: 'Nigeria', PL: 'Poland', PT: 'Portugal', ES: 'Spain', GB: 'United Kingdom',
  US: 'United States',
});

export const documents = Object.freeze({ passport: 'Passport', identity_card: 'Identity card', residence_permit: 'Residence permit' });

// Checks a sign-up form. Returns { fields, errors }: trimmed values, and a sentence per field that needs attention.
export function readApplicationForm(form) {
  const fields = {};
  for (const name of ['fullName', 'email', 'country', 'document']) fields[name] = String(form.get(name) ?? '').trim();
  const errors = {};
  if (fields.fullName.length < 2 || fields.fullName.length > 100) errors.fullName = 'Enter your name as it is printed on your document.';
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(fields.email) || fields.email.length > 254) errors.email = 'Enter an e-mail address we can reach you at.';
  if (!Object.hasOwn(countries, fields.country)) errors.country = 'Choose the country you live in.';
  if (!Object.hasOwn(documents, fields.document)) errors.document = 'Choose the document you have at hand.';
  return { fields, errors };
}

// The identity check of the demo works like the sandbox of a real provider: the surname decides, so both ways can be tried.
export function checkIdentity(fields) {
  return /(^|\s)approved$/i.test(fields.fullName) ? 'approved' : 'declined';
}

// Keeps visitors by a cookie token nobody can guess, and pairs each announced page with exactly one of them.
export class Applications {
  #visitors = new Map(); // token -> visitor, oldest first
  #owners = new Map(); // announced session id -> token of the visitor whose page announced it

  // Returns the visitor of `token`, or undefined when there is none any more.
  find(token, now) {
    const visitor = this.#visitors.get(token);
    if (visitor && now - visitor.createdAt > visitorLifeMillis) {
      this.#forget(token);
      return undefined;
    }
    return visitor;
  }

  create(now) {
    if (this.#visitors.size >= visitorLimit) this.#forget(this.#visitors.keys().next().value);
    const visitor = { token: randomBytes(24).toString('base64url'), createdAt: now, pages: new Map(), outcome: null, isTriggered: false };
    this.#visitors.set(visitor.token, visitor);
    return visitor;
  }

  // The visitor's page announced `sessionId`. Returns 'somebody_else' when another visitor's page did before, else 'paired'.
  pair(visitor, sessionId, now) {
    const owner = this.#owners.get(sessionId);
    if (owner !== undefined && owner !== visitor.token) return 'somebody_else';
    this.#owners.set(sessionId, visitor.token);
    visitor.pages.delete(sessionId);
    visitor.pages.set(sessionId, now);
    for (const [id, announcedAt] of visitor.pages) {
      if (visitor.pages.size <= pagesPerVisitorLimit && now - announcedAt <= pageLifeMillis) break;
      visitor.pages.delete(id);
      this.#owners.delete(id);
    }
    return 'paired';
  }

  decide(visitor, outcome) {
    visitor.outcome = outcome;
    visitor.isTriggered = false;
  }

  // Forgets the outcome, so that the visitor can apply again.
  restart(visitor) {
    visitor.outcome = null;
  }

  // Returns the one page to trigger now, or undefined. A decline shows offers once: on the page `sessionId` that sent the
  // form or has just announced itself; without one, on the page announced last.
  takePageToTrigger(visitor, sessionId, now) {
    if (visitor.outcome !== 'declined' || visitor.isTriggered) return undefined;
    const live = [...visitor.pages].filter(([, announcedAt]) => now - announcedAt <= pageLifeMillis).map(([id]) => id);
    const chosen = sessionId ? live.find((id) => id === sessionId) : live.at(-1);
    if (chosen !== undefined) visitor.isTriggered = true;
    return chosen;
  }

  // The trigger did not reach the API: the next page announced may try again.
  giveBackTrigger(visitor) {
    visitor.isTriggered = false;
  }

  #forget(token) {
    for (const id of this.#visitors.get(token)?.pages.keys() ?? []) this.#owners.delete(id);
    this.#visitors.delete(token);
  }
}
