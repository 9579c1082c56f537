// decision.test.mjs: the embeds that ask where the visitor is, as built, against the real API with a rule: over the page
// and inside it, in both brands. Who is served sees nothing; who is not sees offers and can follow one.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { brands } from '../../web/demo/brands.mjs';
import { version } from '../../wasm-glue/constants.mjs';
import { eventually } from '../../web/demo/eventually.mjs';
import { readOverlay } from '../../web/demo/overlay.mjs';
import { addSite, allowDevelopmentOrigin } from '../../web/demo/stack.mjs';
import { embedTag, openPage, pageWith, useFixture } from './support/fixture.mjs';
import { readClicks, readImpressions, readSightings } from './support/records.mjs';
import { startTestSite } from './support/test_site.mjs';

let tunnel; // a page's host that is not this machine's, as its name says; 127.0.0.2 is as good as a tunnel's
const fixture = useFixture(async ({ api, site }, cleanup) => {
  tunnel = await startTestSite({ host: '127.0.0.2', originHost: '127.0.0.2' });
  cleanup.add(tunnel.close);
  await allowDevelopmentOrigin(api, site, tunnel.origin);
  await api.administer('site', 'geo', site.site, '--allow', 'GB,US-NJ');
});

const embeds = {
  'the overlay': { kind: 'geo', pathOf: (brand) => brand.geoPath, bodyOf: () => '' },
  'the section': { kind: 'section', pathOf: (brand) => brand.sectionPath, bodyOf: (brand) => `<div id="${brand.containerId}"></div><p id="below">Below</p>` },
};

// What a visitor sees of offers, whichever embed shows them: their addresses.
const linksShown = (page, brand) => page.evaluate((ids) => {
  const hosts = ids.flatMap((id) => [document.getElementById(id), ...(document.getElementById(id)?.children ?? [])]);
  return hosts.flatMap((host) => [...(host?.shadowRoot?.querySelectorAll('a[href*="/v1/r?t="]') ?? [])]).map((link) => link.href);
}, [brand.rootId, brand.containerId]);

function openEmbed(brand, { pathOf, bodyOf }, attributes, web = fixture.web) {
  const head = embedTag(fixture, brand, { 'data-api': fixture.api.url, ...attributes }, 'async', pathOf(brand));
  return openPage(fixture, brand, web.publish(pageWith({ head, body: bodyOf(brand) })));
}

for (const brand of Object.values(brands)) {
  for (const [name, embed] of Object.entries(embeds)) {
    test(`${brand.title}, ${name}: who is served here sees nothing, and the snippet is seen`, async () => {
      const { page, notes } = await openEmbed(brand, embed, { 'data-dev-country': 'US', 'data-dev-region': 'NJ' });
      const { detail } = await notes.event('allowed');
      assert.deepEqual(detail, { country: 'US', region: 'NJ' });
      assert.deepEqual(await linksShown(page, brand), []);
      assert.equal(await page.evaluate((object) => window[object].state, brand.scriptObject), 'allowed');
      const seen = () => readSightings(fixture.api.db).filter(({ embed: kind }) => kind === embed.kind);
      await eventually(() => seen().length === 1, 'its ping is not recorded');
      assert.equal(seen()[0].version, version);
      assert.deepEqual(notes.problems(), []);
      await page.close();
    });

    test(`${brand.title}, ${name}: who is not sees offers, and follows one; both are recorded as test traffic`, async () => {
      const before = readImpressions(fixture.api.db);
      const { page, notes } = await openEmbed(brand, embed, { 'data-dev-country': 'DE', 'data-dev-region': 'BY' });
      const { detail } = await notes.event('open');
      const links = await linksShown(page, brand);
      assert.equal(links.length, detail.offers);
      assert.ok(links.length >= 4);
      const clickIds = readClicks(fixture.api.db).map(({ clickId }) => clickId);
      await page.evaluate((ids) => {
        const hosts = ids.flatMap((id) => [document.getElementById(id), ...(document.getElementById(id)?.children ?? [])]);
        hosts.find((host) => host?.shadowRoot).shadowRoot.querySelector('a[href*="/v1/r?t="]').click();
      }, [brand.rootId, brand.containerId]);
      await notes.event('click');
      const made = () => readClicks(fixture.api.db).filter(({ clickId }) => !clickIds.includes(clickId));
      await eventually(() => made().some((click) => click.isEventSeen && click.isFollowed), () => `recorded: ${JSON.stringify(made())}`);
      assert.deepEqual(made().map((click) => click.class), ['test']);
      await eventually(() => readImpressions(fixture.api.db).rendered - before.rendered >= links.length, 'the impressions are not recorded');
      assert.deepEqual(notes.problems(), []);
      await page.close();
    });
  }
}

test('a place that is simulated is believed on localhost and on a tunnel, and nowhere else', async () => {
  const brand = brands.retarget;
  const place = { 'data-dev-country': 'GB' };
  for (const [web, attributes, isBelieved] of [
    [fixture.web, place, true],
    [tunnel, place, false],
    [tunnel, { ...place, 'data-allow-localhost': '' }, true],
  ]) {
    const { page, notes } = await openEmbed(brand, embeds['the overlay'], attributes, web);
    await notes.event(isBelieved ? 'allowed' : 'open'); // nobody knows where this machine is, and it is on no list
    assert.equal(notes.ours('warn').some(({ text }) => text.includes('dev_ignored')), !isBelieved);
    assert.equal((await readOverlay(page, brand)) !== null, !isBelieved);
    await page.close();
  }
});

test('a rule that is saved while the page is open holds for the next page', async () => {
  const brand = brands.affilfinder;
  const swedish = { 'data-dev-country': 'SE' };
  const site = await addSite(fixture.api, { domain: 'second.example' });
  await allowDevelopmentOrigin(fixture.api, site, fixture.web.origin);
  const keys = { 'data-pub': site.publicKey, 'data-website': site.websiteKey, ...swedish };
  const first = await openEmbed(brand, embeds['the overlay'], keys);
  await first.notes.event('allowed'); // no rule
  await fixture.api.administer('site', 'geo', site.site, '--block', 'SE');
  const second = await openEmbed(brand, embeds['the overlay'], keys);
  await second.notes.event('open');
  for (const { page } of [first, second]) await page.close();
});

test('three embeds on one page: a decline that waits, an overlay that is open, a section beside them', async () => {
  const brand = brands.retarget;
  const attributes = { 'data-api': fixture.api.url, 'data-dev-country': 'DE' };
  const head = [brand.embedPath, brand.geoPath, brand.sectionPath].map((path) => embedTag(fixture, brand, attributes, 'async', path)).join('');
  const { page, notes } = await openPage(fixture, brand, fixture.web.publish(pageWith({ head, body: embeds['the section'].bodyOf(brand) })));
  await eventually(() => notes.events.filter(({ name }) => name === 'open').length === 2, () => `got ${JSON.stringify(notes.events)}`);
  await notes.event('decline-session');
  const states = await page.evaluate((object) => window[object].instances.map(({ embed, state }) => `${embed} ${state}`).sort(), brand.scriptObject);
  assert.deepEqual(states, ['widget open', 'widget-decline waiting', 'widget-section open']);
  assert.deepEqual(notes.ours(), []);
  await page.evaluate((object) => [...window[object].instances].forEach((instance) => instance.destroy()), brand.scriptObject);
  assert.deepEqual(await linksShown(page, brand), []);
  await page.close();
});
