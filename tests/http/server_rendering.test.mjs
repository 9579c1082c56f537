// server_rendering.test.mjs: offers without a widget: the commands and the code of web/docs/server-rendering.md, run as they
// are printed there. Their script for the page runs in tests/browser/server_rendering.test.mjs.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { brands } from '../../web/demo/brands.mjs';
import { documentedCode } from '../browser/support/documented.mjs';
import { mmdb } from './mmdb.mjs';
import { anOffer, startServer, temporaryDirectory, withPython } from './server.mjs';

const page = 'server-rendering.md';
const [german, french] = ['203.0.113.9', '198.51.100.9'];

// An API that believes the publisher's server about its visitors, and that server's environment.
async function start(t) {
  const directory = temporaryDirectory(t);
  const places = path.join(directory, 'places.mmdb');
  writeFileSync(places, mmdb('GeoLite2-Country', { [`${german}/32`]: { country: { iso_code: 'DE' } }, [`${french}/32`]: { country: { iso_code: 'FR' } } }));
  const server = await startServer(t, ['--geo-db', places, '--trusted-proxy', '127.0.0.1']);
  const site = server.addSite();
  server.administer('site', 'geo', 'shop.example', '--block', 'DE');
  const environment = { ...process.env, RETARGET_API_URL: server.url, NEXT_PUBLIC_RETARGET_PUB: site.publicKey, NEXT_PUBLIC_RETARGET_WEBSITE: site.websiteKey };
  const sh = (part, variables) => JSON.parse(execFileSync('sh', ['-c', documentedCode(brands.retarget, page, 'sh', part)], { env: { ...environment, ...variables }, encoding: 'utf8' }));
  writeFileSync(path.join(directory, 'offers.mjs'), documentedCode(brands.retarget, page, 'js', 'renderOffers'));
  const render = (visitor, lang = 'en', more = {}) => {
    const program = "import { renderOffers } from './offers.mjs'; process.stdout.write(await renderOffers(...process.argv.slice(-2)));";
    return execFileSync(process.execPath, ['--input-type=module', '-e', program, visitor, lang], { cwd: directory, env: { ...environment, ...more }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  };
  return { server, site, sh, render };
}

test('the documented curl commands ask for a decision and its offers', async (t) => {
  const { server, sh } = await start(t);
  server.addOffers(anOffer, { ...anOffer, brand: 'Second' });
  const { requestId, ...decision } = sh('/v1/decision', { VISITOR: german });
  assert.deepEqual(decision, { allowed: false, country: 'DE', region: null });
  assert.equal(sh('/v1/decision', { VISITOR: french }).allowed, true);
  const { offers, texts } = sh('/v1/offers', { REQUEST_ID: requestId });
  assert.equal(offers.length, 2);
  assert.equal(texts.sponsored, 'Anzeige');
});

test('the documented code for Node writes links for whoever is not allowed, and nothing for whoever is', async (t) => {
  const { server, site, render } = await start(t);
  const offers = server.addOffers({ ...anOffer, brand: '<b>"Bright" & Sons\'', premium: true, image: 'https://cdn.example/a.png?x=1&y=2' }, ...['Two', 'Three', 'Four', 'Five'].map((brand) => ({ ...anOffer, brand })));
  assert.equal(render(french), '');
  const html = render(german, 'de');
  assert.match(html, /^<section id="offers" lang="de" dir="ltr" aria-labelledby="sponsored" data-request="req_[\w-]{22}">/);
  assert.match(html, /<small id="sponsored">Anzeige<\/small>/);
  const links = [...html.matchAll(/<a data-offer="(off_[\w-]{22})" href="([^"]*)" ([^>]*)>/g)];
  assert.equal(links.length, 4);
  for (const [, id, , rest] of links) {
    assert.ok(offers.some((offer) => offer.id === id));
    assert.equal(rest, 'target="_blank" rel="sponsored nofollow noopener" referrerpolicy="strict-origin"');
  }
  assert.match(html, /<b>&#60;b&#62;&#34;Bright&#34; &#38; Sons&#39;<\/b>/);
  assert.match(html, /<img src="https:\/\/cdn\.example\/a\.png\?x=1&#38;y=2" alt=""/);

  // The page reports, and a visitor follows, as a browser on the registered domain does both.
  const requestId = /data-request="([^"]*)"/.exec(html)[1];
  const keys = { pub: site.publicKey, website: site.websiteKey, requestId };
  const [[, offerId, clickUrl]] = links;
  for (const more of [{ offerIds: links.map(([, id]) => id) }, { offerIds: [], viewableIds: [offerId] }]) {
    assert.equal((await server.post('/v1/events/impression', JSON.stringify({ ...keys, ...more }))).status, 202);
  }
  const followed = await fetch(clickUrl, { redirect: 'manual', headers: { 'user-agent': 'Mozilla/5.0 Firefox/140.0', referer: 'https://shop.example/' } });
  assert.equal(followed.status, 302);
  assert.match(followed.headers.get('location'), /&l=DE$/);
  await server.stop();
  const kept = JSON.parse(await withPython(server.database, `
served = database.execute("SELECT count(*), sum(rendered_at > 0), sum(viewable_at > 0) FROM served_offers").fetchone()
print(json.dumps([served, database.execute("SELECT class FROM clicks").fetchall()]))`).finish());
  assert.deepEqual(kept, [[5, 4, 1], [['billable']]]);
});

test('whatever goes wrong, the page comes without offers', async (t) => {
  const { server, site, render } = await start(t);
  assert.equal(render(german), '', 'no offer');
  server.addOffers(anOffer);
  assert.notEqual(render(german), '');
  assert.equal(render(german, 'en', { NEXT_PUBLIC_RETARGET_PUB: site.websiteKey }), '', 'a wrong key');
  assert.equal(render(german, 'en', { RETARGET_API_URL: 'http://127.0.0.1:1' }), '', 'no API');
  server.administer('site', 'disable', 'shop.example');
  assert.equal(render(german), '', 'disabled');
});
