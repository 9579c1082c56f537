// publisher.mjs: the backend of Larkfield, a fictional bank that uses the widgets as an integrator would.
// Cookie session, sign-up form, and the two duties of an integrator: pair the announced id with its user, and trigger it
// from the server when that user is declined. Knows no database, no widget internals and no offer.
// SPDX-License-Identifier: MIT

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Applications, checkIdentity, readApplicationForm } from './applications.mjs';
import { brandNamed } from './brands.mjs';
import { renderPage } from './site/page.mjs';
import { renderPlacePage } from './site/places.mjs';
import { HttpError, listenFailureSentence, readBody, readCookie, sendFile, sendHtml, sendJson, serve } from './small_http.mjs';
import { triggerDecline } from './trigger.mjs';

const cookieName = 'larkfield_session';
const cookieLifeSeconds = 24 * 60 * 60;
const defaultVerificationMillis = 1400; // Long enough to see that something is being checked.
const staticFiles = { '/site.css': 'site/site.css', '/apply.js': 'site/apply.js', '/decline.js': 'site/decline.js', '/place.js': 'site/place.js', '/favicon.svg': 'site/favicon.svg' };

// Reads the settings an integrator has in the environment. Throws a sentence that names what is missing.
export function readSettings(brand, environment) {
  const required = [brand.apiUrlVariable, brand.secretVariable, brand.publicKeyVariable, brand.websiteKeyVariable];
  const missing = required.filter((name) => !environment[name]);
  if (missing.length > 0) throw new Error(`missing in the environment: ${missing.join(', ')}`);
  return {
    apiUrl: environment[brand.apiUrlVariable].replace(/\/+$/, ''),
    integrationSecret: environment[brand.secretVariable],
    publicKey: environment[brand.publicKeyVariable],
    websiteKey: environment[brand.websiteKeyVariable],
    imageOrigins: environment.DEMO_IMAGE_ORIGINS ?? '', // For the page's own Content-Security-Policy.
    simulatedCountry: environment.DEMO_COUNTRY ?? '', // Becomes data-dev-country: honoured on localhost only.
    simulatedRegion: environment.DEMO_REGION ?? '',
    servedPlaces: environment.DEMO_SERVED ?? 'everybody', // What the pages say of the website's geo rule.
    verificationMillis: Number(environment.DEMO_VERIFICATION_MILLIS ?? defaultVerificationMillis),
  };
}

// Everything the page needs and nothing else; no inline style or script anywhere on the site.
function contentSecurityPolicy(settings) {
  const api = new URL(settings.apiUrl).origin;
  return [
    "default-src 'none'",
    `script-src 'self' ${api} 'wasm-unsafe-eval'`,
    "style-src 'self'",
    `img-src 'self' ${settings.imageOrigins}`.trim(),
    `connect-src 'self' ${api}`,
    `frame-src ${api}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}

// Requests that change something must come from our own pages: browsers send Origin with every POST.
function requireOwnOrigin(request) {
  const origin = request.headers.origin;
  if (origin !== undefined && origin !== `http://${request.headers.host}`) throw new HttpError(403, 'This request comes from another site.');
}

function readJsonObject(text) {
  try {
    const value = JSON.parse(text);
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value;
  } catch {
    // Said below, as for every other body that is not an object.
  }
  throw new HttpError(400, 'Send a JSON object.');
}

export class Publisher {
  #applications = new Applications();
  #brand;
  #settings;
  #log;

  constructor({ brand, settings, log = console.log }) {
    this.#brand = brand;
    this.#settings = settings;
    this.#log = log;
  }

  async handle(request, response, url) {
    const { method } = request;
    const path = url.pathname;
    if (method === 'GET' || method === 'HEAD') {
      if (path === '/') return this.#showSite(request, response);
      if (['/where', '/section', '/framed'].includes(path)) return this.#showPlace(response, path.slice(1), url.searchParams);
      if (Object.hasOwn(staticFiles, path)) return sendFile(response, new URL(staticFiles[path], import.meta.url));
    } else if (method === 'POST') {
      requireOwnOrigin(request);
      if (path === '/application') return this.#apply(request, response);
      if (path === '/restart') return this.#restart(request, response);
      if (path === this.#brand.armRoute) return this.#arm(request, response);
    }
    throw new HttpError(404, 'There is nothing here.');
  }

  #visitorOf(request) {
    return this.#applications.find(readCookie(request, cookieName), Date.now());
  }

  #requireVisitor(request) {
    const visitor = this.#visitorOf(request);
    if (!visitor) throw new HttpError(401, 'Your visit has ended: reload the page to start again.');
    return visitor;
  }

  #showSite(request, response, { status = 200, fields = {}, errors = {} } = {}) {
    const visitor = this.#visitorOf(request) ?? this.#applications.create(Date.now());
    const page = renderPage({ brand: this.#brand, settings: this.#settings, outcome: visitor.outcome, fields, errors });
    this.#send(response, status, page, { 'set-cookie': `${cookieName}=${visitor.token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${cookieLifeSeconds}` });
  }

  // Where the panel of these pages wants the visitor to be; what is no code is not taken.
  #showPlace(response, kind, parameters) {
    const code = (name, pattern) => (pattern.test(parameters.get(name) ?? '') ? parameters.get(name).toUpperCase() : '');
    const country = code('country', /^[a-z]{2}$/i);
    const place = { country, region: country && code('region', /^[a-z0-9]{1,3}$/i) };
    this.#send(response, 200, renderPlacePage(kind, { brand: this.#brand, settings: this.#settings, place }));
  }

  #send(response, status, page, headers = {}) {
    sendHtml(response, status, page, {
      'content-security-policy': contentSecurityPolicy(this.#settings),
      'referrer-policy': 'strict-origin-when-cross-origin',
      'x-content-type-options': 'nosniff',
      ...headers,
    });
  }

  // The page sends { sessionId } as soon as the widget has announced it; the id belongs to this user from then on.
  async #arm(request, response) {
    const { sessionId } = readJsonObject(await readBody(request));
    if (typeof sessionId !== 'string' || !/^dcl_[\w-]{16,124}$/.test(sessionId)) throw new HttpError(400, 'sessionId is missing or malformed.');
    const visitor = this.#requireVisitor(request);
    if (this.#applications.pair(visitor, sessionId, Date.now()) === 'somebody_else') {
      this.#log('refused to arm a session that belongs to another visitor');
      throw new HttpError(403, 'This session belongs to somebody else.');
    }
    sendJson(response, 200, { ok: true });
    await this.#triggerIfDeclined(visitor, sessionId);
  }

  // Works as a plain form post too: without JavaScript the visitor reads the outcome on the next page.
  async #apply(request, response) {
    const form = new URLSearchParams(await readBody(request));
    const wantsJson = (request.headers.accept ?? '').includes('application/json');
    const { fields, errors } = readApplicationForm(form);
    if (Object.keys(errors).length > 0) {
      if (wantsJson) return sendJson(response, 422, { errors });
      return this.#showSite(request, response, { status: 422, fields, errors });
    }
    const visitor = this.#requireVisitor(request);
    await new Promise((resolve) => setTimeout(resolve, this.#settings.verificationMillis));
    this.#applications.decide(visitor, checkIdentity(fields));
    this.#log(`application ${visitor.outcome}`);
    if (wantsJson) sendJson(response, 200, { outcome: visitor.outcome });
    else response.writeHead(303, { location: '/' }).end();
    await this.#triggerIfDeclined(visitor, form.get('declineSession'));
  }

  #restart(request, response) {
    const visitor = this.#visitorOf(request);
    if (visitor) this.#applications.restart(visitor);
    response.writeHead(303, { location: '/' }).end();
  }

  // The visitor already has the answer when this runs: a slow or absent API costs the offers and nothing else.
  async #triggerIfDeclined(visitor, preferredSessionId) {
    const sessionId = this.#applications.takePageToTrigger(visitor, preferredSessionId, Date.now());
    if (sessionId === undefined) return;
    const { apiUrl, integrationSecret } = this.#settings;
    try {
      await triggerDecline({ apiUrl, integrationSecret, sessionId, reason: 'kyc' });
      this.#log('triggered the offers on the page of a declined visitor');
    } catch (error) {
      this.#applications.giveBackTrigger(visitor);
      this.#log(`could not trigger the offers: ${error.message}`);
    }
  }
}

async function main() {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '0' }, brand: { type: 'string', default: 'retarget' } } });
  const port = Number(values.port);
  try {
    const brand = brandNamed(values.brand);
    const publisher = new Publisher({ brand, settings: readSettings(brand, process.env) });
    const handle = (request, response, url) => publisher.handle(request, response, url);
    const { origin } = await serve({ host: '127.0.0.1', originHost: 'localhost', port, handle });
    console.log(`publisher ${origin}`);
  } catch (error) {
    console.error(error.syscall === 'listen' ? listenFailureSentence(error, port) : `publisher: ${error.message}`);
    process.exit(1);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
