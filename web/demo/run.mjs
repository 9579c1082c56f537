// run.mjs: the whole demo with one command: API, publisher and advertisers on origins of their own.
// Starts, prints what to open, and stops everything on Ctrl-C; with --check it is driven by a browser instead of a person.
// SPDX-License-Identifier: MIT

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { brandNamed } from './brands.mjs';
import { createCleanup } from './processes.mjs';
import { listenFailureSentence, serve } from './small_http.mjs';
import { demoPages } from './site/document.mjs';
import { projectDirectory, startStack } from './stack.mjs';

const defaultPort = 4180;
const pictures = join(projectDirectory, 'build/demo');
const usage = `usage: node web/demo/run.mjs [--port N] [--check] [--brand retarget|affilfinder]
  --port N   where the publisher's site listens (default ${defaultPort}; with --check any free port)
  --check    drive the demo in headless Chromium and write pictures of it to build/demo
  --brand B  which of the two brands the publisher has integrated (default retarget)`;

function readArguments() {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, check: { type: 'boolean', default: false }, brand: { type: 'string', default: 'retarget' }, help: { type: 'boolean', default: false } },
  });
  const port = Number(values.port ?? (values.check ? 0 : defaultPort));
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port takes a number from 0 to 65535, not "${values.port}"`);
  return { port, check: values.check, brand: brandNamed(values.brand), help: values.help };
}

// Says so before anything is started when the port is taken: what runs there may be another demo.
async function requireFreePort(port) {
  try {
    const { close } = await serve({ host: '127.0.0.1', port, handle: () => {} });
    await close();
  } catch (error) {
    throw new Error(listenFailureSentence(error, port));
  }
}

// A database of its own for each demo that may run beside another.
function databaseFor({ check, port }) {
  return join(pictures, check ? 'check.db' : port === defaultPort ? 'demo.db' : `demo-${port}.db`);
}

// Drives the demo once and takes both pictures. Throws when any step did not happen.
async function check({ publisher }, brand, cleanup) {
  const { desktop, launchBrowser, mobile } = await import('./browser.mjs');
  const { driveDemo } = await import('./drive.mjs');
  const { drivePlaces } = await import('./drive_places.mjs');
  const { whenOverlayIsPainted } = await import('./overlay.mjs');
  mkdirSync(pictures, { recursive: true });
  const browser = await launchBrowser();
  cleanup.add(() => browser.close());
  const page = await browser.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('requestfailed', (request) => {
    const { errorText } = request.failure();
    if (errorText !== 'net::ERR_ABORTED') problems.push(`${request.url()} fails: ${errorText}`); // The widget lets go of polls itself.
  });
  page.on('response', (response) => response.status() >= 400 && problems.push(`${response.url()} answers ${response.status()}`));
  const report = (step) => console.log(`ok   ${step}`);
  const drive = driveDemo(page, {
    url: publisher.url,
    brand,
    report,
    onOverlay: async () => {
      await page.screenshot({ path: join(pictures, 'overlay.png') });
      await page.setViewport(mobile);
      await whenOverlayIsPainted(page, brand);
      await page.screenshot({ path: join(pictures, 'overlay-mobile.png') });
    },
  });
  const onOffers = (name) => page.screenshot({ path: join(pictures, `${name}.png`) });
  const places = async (done) => {
    await page.setViewport(desktop);
    await drivePlaces(page, { url: publisher.url, brand, report, onOffers });
    return done;
  };
  const { overlay, landing } = await drive.then(places).catch((error) => {
    throw problems.length > 0 ? new Error(`${error.message} (${problems[0]})`) : error;
  });
  if (problems.length > 0) throw new Error(`all steps happened, but: ${problems[0]}`);
  console.log(`ok   ${overlay.cards.length} offers; ${landing.title} received click id ${landing.received.click}`);
  console.log('pictures: overlay.png, overlay-mobile.png, geo.png, section.png and frame.png in build/demo');
}

function explain({ api, advertisers, publisher }, brand) {
  console.log(`
  Open ${publisher.url} and apply for an account (any name, any address).
  The application is declined; the offers of ${brand.title} open on top of the answer. Follow one to its advertiser.

  Then be somebody else, somewhere else: each of these has a panel to choose a country and a region.
${demoPages.slice(1).map(({ path, shows }) => `    ${publisher.url}${path}`.padEnd(40) + shows).join('\n')}

  publisher    ${publisher.url}
  API          ${api.url}
  advertisers  ${advertisers.url}

  Ctrl-C stops everything.
`);
}

async function main() {
  const options = readArguments();
  if (options.help) return console.log(usage);
  await requireFreePort(options.port);
  const cleanup = createCleanup();
  const onOutput = options.check ? undefined : (text) => process.stdout.write(`  publisher: ${text}`);
  const interrupted = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, resolve);
  });
  try {
    const stack = await startStack({ brand: options.brand, db: databaseFor(options), port: options.port, cleanup, onOutput });
    if (options.check) {
      await Promise.race([check(stack, options.brand, cleanup), interrupted.then(() => Promise.reject(new Error('interrupted')))]);
    } else {
      explain(stack, options.brand);
      await interrupted;
    }
  } finally {
    await cleanup.stopAll();
  }
}

try {
  await main();
} catch (error) {
  console.error(`demo: ${error.message}`);
  process.exitCode = 1;
}
