// server_rendering.test.mjs: offers that a publisher's server wrote into its page, by the code of web/docs/server-rendering.md:
// what is reported of them, and that a click counts by its Referer alone.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { brands } from '../../web/demo/brands.mjs';
import { eventually } from '../../web/demo/eventually.mjs';
import { documentedCode } from './support/documented.mjs';
import { openPage, pageWith, useFixture } from './support/fixture.mjs';
import { readClicks, readImpressions } from './support/records.mjs';

const fixture = useFixture();
const brand = brands.retarget;

// The documented module, with the environment of this publisher.
async function loadModule() {
  await fixture.api.administer('site', 'geo', fixture.site.site, '--allow', 'GB'); // visitors from nowhere are not
  const directory = mkdtempSync(join(tmpdir(), 'retarget-test-'));
  const file = join(directory, 'offers.mjs');
  writeFileSync(file, documentedCode(brand, 'server-rendering.md', 'js', 'renderOffers'));
  Object.assign(process.env, { RETARGET_API_URL: fixture.api.url, NEXT_PUBLIC_RETARGET_PUB: fixture.site.publicKey, NEXT_PUBLIC_RETARGET_WEBSITE: fixture.site.websiteKey });
  const { renderOffers } = await import(pathToFileURL(file));
  rmSync(directory, { recursive: true });
  return renderOffers;
}

const script = () =>
  documentedCode(brand, 'server-rendering.md', 'html', 'IntersectionObserver')
    .replace('https://api.retarget.gg', fixture.api.url).replace('pk_…', fixture.site.publicKey).replace('web_…', fixture.site.websiteKey);

test('what was rendered and what was seen is reported, and a click is followed', async () => {
  const renderOffers = await loadModule();
  const html = await renderOffers('203.0.113.9', 'en');
  const count = html.match(/data-offer/g).length;
  assert.equal(count, 4);
  const below = html.replace('<section', '<div style="height: 300vh"></div><section'); // to be scrolled to
  const { page, notes } = await openPage(fixture, brand, fixture.web.publish(pageWith({ body: below + script() })));
  const impressions = () => readImpressions(fixture.api.db);
  await eventually(() => impressions().rendered === count, 'the cards were not reported as rendered');
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assert.equal(impressions().viewable, 0, 'nothing was in view');
  await page.evaluate(() => document.querySelector('[data-offer]').scrollIntoView());
  await eventually(() => impressions().viewable > 0, 'no card was reported as seen');
  assert.deepEqual(readClicks(fixture.api.db), []);
  await page.click('[data-offer]');
  await eventually(() => readClicks(fixture.api.db).length === 1, 'the click was not counted');
  const [click] = readClicks(fixture.api.db);
  assert.deepEqual([click.class, click.isEventSeen, click.isFollowed], ['test', false, true]);
  assert.deepEqual(notes.problems(), []);
  await page.close();
});

test('the page of a visitor who is allowed has nothing to report, and the script breaks nothing', async () => {
  const { page, notes } = await openPage(fixture, brand, fixture.web.publish(pageWith({ body: script() })));
  assert.deepEqual(notes.problems(), []);
  await page.close();
});
