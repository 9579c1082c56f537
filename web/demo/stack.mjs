// stack.mjs: the real parts of the demo, wired as in life: API, publisher and advertisers, each an own program and origin.
// Used by run.mjs, the browser tests and the bench. Holds no page and no check.
// SPDX-License-Identifier: MIT

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { placeholderOrigin } from './landing.mjs';
import { runProgram, startProgram } from './processes.mjs';

export const projectDirectory = fileURLToPath(new URL('../..', import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));

export const siteDomain = 'larkfield.example';
// Whom the demo's bank serves where they are; all others are shown offers on its pages about that.
export const servedPlaces = 'GB,MT,SE,US-NJ';

// Countries of addresses, CC0, of the npm package that ./dev installs.
export const countryDatabase = fileURLToPath(new URL('../node_modules/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb', import.meta.url));

export const allVerticals = Object.freeze(['igaming', 'finance', 'sports', 'crypto', 'ecommerce', 'streaming']);

// The server program: RETARGET_PROGRAM, else that of `preset`, else of the other one that ./dev builds.
export function findServerProgram(preset = 'release') {
  if (process.env.RETARGET_PROGRAM) return process.env.RETARGET_PROGRAM;
  const places = [preset, 'release', 'dev'].map((name) => join(projectDirectory, 'build', name, 'bin/retarget'));
  const found = places.find(existsSync);
  if (!found) throw new Error('the server is not built yet: run ./dev build');
  return found;
}

// Starts `retarget serve` on a fresh database. Returns { url, db, pid(), restart(), stop(), output(), administer(...words) }.
export async function startApi({ db, preset = 'release', flags = ['--dev'] }) {
  const program = findServerProgram(preset);
  mkdirSync(dirname(db), { recursive: true });
  for (const suffix of ['', '-wal', '-shm']) rmSync(db + suffix, { force: true });
  const command = (listen) => [program, 'serve', ...flags, '--listen', listen, '--db', db];
  let running = await startProgram('retarget serve', command('127.0.0.1:0'));
  const address = new URL(running.url).host;
  return {
    url: running.url,
    db,
    pid: () => running.child.pid,
    output: () => running.output(),
    stop: () => running.stop(),
    // Comes back on the same address, as after a crash or an update.
    restart: async () => {
      await running.stop();
      running = await startProgram('retarget serve', command(address));
    },
    administer: (...words) => runProgram(`retarget ${words.slice(0, 2).join(' ')}`, [program, ...words, '--db', db]),
  };
}

// Registers a publisher's website. Returns { publicKey, websiteKey, integrationSecret, ... } as the program prints it.
export async function addSite(api, { domain = siteDomain, vertical = 'finance', verticals = allVerticals, flags = [] } = {}) {
  const accept = verticals.join(',');
  return JSON.parse(await api.administer('site', 'add', '--domain', domain, '--vertical', vertical, '--accept', accept, ...flags, '--json'));
}

// Lets pages of `origin` (localhost, a tunnel) use the website's keys.
export function allowDevelopmentOrigin(api, site, origin) {
  return api.administer('site', 'set', '--domain', site.site, '--dev-origin', origin);
}

// Adds the seed offers, with the advertisers at `advertiserOrigin`. `choose` may leave some out or change them.
export async function addSeedOffers(api, advertiserOrigin, choose = (offers) => offers) {
  const text = readFileSync(new URL('offers.json', import.meta.url), 'utf8').replaceAll(placeholderOrigin, advertiserOrigin);
  const file = `${api.db}.offers.json`;
  writeFileSync(file, JSON.stringify(choose(JSON.parse(text))));
  await api.administer('offer', 'add', file);
}

export function startAdvertisers() {
  return startProgram('landing.mjs', [process.execPath, join(here, 'landing.mjs')]);
}

// The variables an integrator sets; everything else of this process's environment is passed on.
export function publisherEnvironment(brand, { apiUrl, site, imageOrigins = '', country = '', region = '', verificationMillis }) {
  return {
    ...process.env,
    [brand.apiUrlVariable]: apiUrl,
    [brand.secretVariable]: site.integrationSecret,
    [brand.publicKeyVariable]: site.publicKey,
    [brand.websiteKeyVariable]: site.websiteKey,
    DEMO_IMAGE_ORIGINS: imageOrigins,
    DEMO_SERVED: servedPlaces.replaceAll(',', ', '),
    DEMO_COUNTRY: country,
    DEMO_REGION: region,
    ...(verificationMillis !== undefined && { DEMO_VERIFICATION_MILLIS: String(verificationMillis) }),
  };
}

export function startPublisher(brand, settings, { port = 0, onOutput } = {}) {
  const command = [process.execPath, join(here, 'publisher.mjs'), '--port', String(port), '--brand', brand.key];
  return startProgram('publisher.mjs', command, { env: publisherEnvironment(brand, settings), onOutput });
}

// Everything at once, for the demo and for end-to-end tests. `cleanup` receives the stops, in order.
// `onOutput` hears what the publisher prints.
export async function startStack({ brand, db, preset, port = 0, cleanup, country = 'DE', region = 'BE', verificationMillis, onOutput }) {
  const api = await startApi({ db, preset, flags: ['--dev', '--geo-db', countryDatabase] });
  cleanup.add(api.stop);
  const advertisers = await startAdvertisers();
  cleanup.add(advertisers.stop);
  const site = await addSite(api);
  await api.administer('site', 'geo', site.site, '--allow', servedPlaces);
  await addSeedOffers(api, advertisers.url);
  const settings = { apiUrl: api.url, site, imageOrigins: advertisers.url, country, region, verificationMillis };
  const publisher = await startPublisher(brand, settings, { port, onOutput });
  cleanup.add(publisher.stop);
  await allowDevelopmentOrigin(api, site, publisher.url);
  return { api, advertisers, site, publisher };
}
