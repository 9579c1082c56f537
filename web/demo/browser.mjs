// browser.mjs: Debian's Chromium under puppeteer-core, with the flags that make a run repeatable.
// Knows no page of the demo; used by --check, the browser tests and the bench.
// SPDX-License-Identifier: MIT

import puppeteer from 'puppeteer-core';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const flags = [
  '--no-sandbox', // The tests run as root in containers.
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const desktop = Object.freeze({ width: 1280, height: 800 });
export const mobile = Object.freeze({ width: 390, height: 844 }); // A change of isMobile would reload the page.

// `options`: puppeteer's, beside what every run has.
export async function launchBrowser(options = {}) {
  try {
    return await puppeteer.launch({ executablePath, args: flags, defaultViewport: desktop, ...options });
  } catch (error) {
    throw new Error(`Chromium does not start from ${executablePath} (CHROMIUM names another): ${error.message.split('\n')[0]}`);
  }
}
