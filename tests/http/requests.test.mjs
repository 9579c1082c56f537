// requests.test.mjs: one requestId from the decision to the click, and the ids that lead nowhere. How long an id lives is in
// tests/unit/server: an hour passes there in no time.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { anOffer, startServer, withPython } from './server.mjs';

const visitor = { 'user-agent': 'Mozilla/5.0 Firefox/140.0', referer: 'https://shop.example/' };
const offersOf = async (server, site, requestId, headers) => (await server.get(`/v1/offers?${site.query}&requestId=${requestId}`, headers)).json();
const event = (server, site, kind, body, headers) => server.post(`/v1/events/${kind}`, JSON.stringify({ pub: site.publicKey, website: site.websiteKey, ...body }), headers);

test('one requestId ties decision, offers, impressions and click together', async (t) => {
  const server = await startServer(t);
  const site = server.addSite();
  const [one, two] = server.addOffers({ ...anOffer, brand: 'One', rates: { '*': '0.90' } }, { ...anOffer, brand: 'Two', rates: { '*': '0.80' } });
  const decide = async () => (await (await server.get(`/v1/decision?${site.query}`)).json()).requestId;
  const [first, second] = [await decide(), await decide()];
  assert.notEqual(first, second, 'each decision has a request of its own');
  const [here, there] = [await offersOf(server, site, first), await offersOf(server, site, second)];
  assert.deepEqual([here.requestId, there.requestId], [first, second]);
  assert.deepEqual(here.offers.map(({ id }) => id), [one.id, two.id]);
  assert.notEqual(here.offers[0].clickUrl, there.offers[0].clickUrl, 'a link belongs to one request');
  assert.deepEqual(await offersOf(server, site, first), here, 'asked again, the same');

  assert.equal((await event(server, site, 'impression', { requestId: first, offerIds: [one.id, two.id], viewableIds: [one.id] })).status, 202);
  assert.equal((await event(server, site, 'click', { requestId: first, offerId: one.id })).status, 202);
  const landing = (await fetch(here.offers[0].clickUrl, { redirect: 'manual', headers: visitor })).headers.get('location');
  const clickId = /c=(clk_[\w-]{22})/.exec(landing)[1];
  await server.stop();
  const kept = JSON.parse(await withPython(server.database, `
import base64
name = lambda value: base64.urlsafe_b64encode(value).decode().rstrip("=")
rows = database.execute("SELECT request, position, rendered_at > 0, viewable_at > 0, clicks.id, class FROM served_offers LEFT JOIN clicks USING (request, position) ORDER BY position").fetchall()
print(json.dumps([["req_" + name(row[0]), *row[1:4], row[4] and "clk_" + name(row[4]), row[5]] for row in rows]))`).finish());
  assert.deepEqual(kept.filter(([id]) => id === first), [[first, 0, 1, 1, clickId, 'billable'], [first, 1, 1, 0, null, null]]);
  assert.deepEqual(kept.filter(([id]) => id === second), [[second, 0, 0, 0, null, null], [second, 1, 0, 0, null, null]]);
});

test('an id that is unknown, malformed or another website\'s is a 404 that does not say which', async (t) => {
  const server = await startServer(t);
  const site = server.addSite();
  const other = server.addSite('other.example');
  const [offer] = server.addOffers(anOffer);
  const { requestId } = await (await server.get(`/v1/decision?${site.query}`)).json();
  await offersOf(server, site, requestId);
  const theirs = { origin: 'https://other.example' };
  const told = new Set();
  for (const [id, from, headers] of [[requestId, other, theirs], ['req_AAAAAAAAAAAAAAAAAAAAAA', site, {}], ['nonsense', site, {}], [`${requestId}A`, site, {}], ['', site, {}]]) {
    for (const ask of [
      () => server.get(`/v1/offers?${from.query}&requestId=${encodeURIComponent(id)}`, headers),
      () => event(server, from, 'impression', { requestId: id, offerIds: [offer.id] }, headers),
      () => event(server, from, 'click', { requestId: id, offerId: offer.id }, headers),
    ]) {
      const response = await ask();
      assert.equal(response.status, 404, `${id} ${response.url}`);
      told.add(await response.text());
      assert.notEqual(response.headers.get('access-control-allow-origin'), '*');
    }
  }
  assert.equal(told.size, 1, [...told].join());
  assert.equal(JSON.parse([...told][0]).code, 'request_not_found');
  for (const response of [await server.get(`/v1/offers?${site.query}`), await event(server, site, 'click', { offerId: offer.id })]) {
    assert.equal(response.status, 400, 'none at all is a request that is not understood');
    assert.match((await response.json()).detail, /"requestId" is missing/);
  }
});
