// firefox.mjs: Debian's stock firefox-esr under puppeteer-core, over WebDriver BiDi.
// Makes up for what BiDi lacks and Firefox does otherwise than Chromium, by asking Firefox itself; knows no test.
// SPDX-License-Identifier: MIT

import { createRequire } from 'node:module';
import { desktop } from '../../../web/demo/browser.mjs';
import { eventually } from '../../../web/demo/eventually.mjs';

const puppeteer = createRequire(new URL('../../../web/package.json', import.meta.url))('puppeteer-core');
const executablePath = process.env.FIREFOX ?? '/usr/bin/firefox-esr';

const preferences = {
  'browser.chrome.site_icons': false, // A picture that no page asked for is a violation of a strict policy.
};

// Firefox calls an error of the page what it has to say itself, as of a request that failed. An exception says what it is.
const isException = ({ message }) => /^(\w*(Error|Exception)\b|uncaught exception)/.test(message) && message !== deafFunction;

// What an exposed function throws in a page that has come out of the back/forward cache: puppeteer hears it no more.
const deafFunction = 'InvalidStateError: An exception was thrown';

function splitErrors(page) {
  const listen = page.on.bind(page);
  page.on = (name, listener) => {
    if (name === 'pageerror') return listen(name, (error) => isException(error) && listener(Object.assign(error, { message: error.message.replace(/^Error: /, '') })));
    if (name === 'console') listen('pageerror', (error) => isException(error) || listener({ type: () => 'error', text: () => error.message }));
    return listen(name, listener);
  };
}

// Runs `code` in Firefox's own window, with `context` the browsing context of `page`.
async function askFirefox(page, code) {
  const { connection } = page.browser();
  const { result: { contexts } } = await connection.send('browsingContext.getTree', { 'moz:scope': 'chrome' });
  const manager = 'ChromeUtils.importESModule("chrome://remote/content/shared/NavigableManager.sys.mjs").NavigableManager';
  const expression = `{ const context = ${manager}.getBrowsingContextById(${JSON.stringify(page.mainFrame()._id)}); ${code} }`;
  const { result } = await connection.send('script.evaluate', { expression, awaitPromise: false, target: { context: contexts[0].context } });
  if (result.type !== 'success') throw new Error(`Firefox: ${result.exceptionDetails.text}`);
}

const overrides = { 'prefers-color-scheme': 'prefersColorSchemeOverride', 'prefers-reduced-motion': 'prefersReducedMotionOverride', 'forced-colors': 'forcedColorsOverride' };

function adapt(page) {
  splitErrors(page);
  page.emulateMediaFeatures = async (features) => {
    for (const { name, value } of features) await askFirefox(page, `context.${overrides[name]} = ${JSON.stringify(value)}`);
  };
  page.emulateMediaType = (type) => askFirefox(page, `context.mediumOverride = ${JSON.stringify(type)}`);
  // A page that comes out of the cache loads nothing, and puppeteer waits for that.
  page.goBack = async () => {
    const url = page.url();
    await page.browser().connection.send('browsingContext.traverseHistory', { context: page.mainFrame()._id, delta: -1 });
    await eventually(() => page.evaluate((before) => location.href !== before, url).catch(() => false), `it does not go back from ${url}`);
  };
  return page;
}

// Firefox opens a tab where Chromium without a head opens a window, and a tab hides the one before it.
function openWindows(opener) {
  const openTab = opener.newPage.bind(opener);
  opener.newPage = async () => adapt(await openTab({ type: 'window' }));
  return opener;
}

export async function launch({ ignoreDefaultArgs = [], ...options } = {}) {
  const extraPrefsFirefox = { ...preferences, 'ui.useOverlayScrollbars': ignoreDefaultArgs.includes('--hide-scrollbars') ? 0 : 1 };
  const args = ['-remote-allow-system-access']; // For askFirefox().
  try {
    const browser = await puppeteer.launch({ browser: 'firefox', executablePath, defaultViewport: desktop, extraPrefsFirefox, args, ...options });
    const createContext = browser.createBrowserContext.bind(browser);
    browser.createBrowserContext = async () => openWindows(await createContext());
    return openWindows(browser);
  } catch (error) {
    throw new Error(`Firefox does not start from ${executablePath} (package firefox-esr; FIREFOX names another): ${error.message.split('\n')[0]}`);
  }
}

// Another tab of the same window.
export async function cover(page) {
  const { connection } = page.browser();
  const referenceContext = page.mainFrame()._id;
  const { result: { context } } = await connection.send('browsingContext.create', { type: 'tab', referenceContext });
  await connection.send('browsingContext.activate', { context });
  return async () => {
    await connection.send('browsingContext.close', { context });
    await page.bringToFront();
  };
}

export const forceColours = (page) => page.emulateMediaFeatures([{ name: 'forced-colors', value: 'active' }]);
