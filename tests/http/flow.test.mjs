// flow.test.mjs: session, trigger, offers, events and click over real HTTP, and what a running server sees of the command line.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { writeFileSync, mkdirSync, utimesSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { anOffer, origin, startServer, temporaryDirectory, withPython } from './server.mjs';

// A website, one offer and a ready session with its offers.
async function ready(server) {
  const site = server.addSite();
  const [offer] = server.addOffers(anOffer);
  const session = await server.session(site);
  assert.deepEqual(await (await server.trigger(site, session)).json(), { ok: true });
  const { requestId } = await server.state(site, session);
  const offers = await (await server.get(`/v1/offers?${site.query}&requestId=${requestId}`)).json();
  return { site, offer, session, requestId, offers };
}

test('a session becomes ready by its trigger and leads to a landing page', async (t) => {
  const server = await startServer(t);
  const { site, offer, requestId, offers } = await ready(server);
  assert.equal(offers.requestId, requestId);
  assert.deepEqual(offers.offers.map(({ id, brand, premium }) => ({ id, brand, premium })), [{ id: offer.id, brand: 'Brightwater', premium: false }]);
  assert.deepEqual(Object.keys(offers.texts), ['title', 'intro', 'sponsored', 'close', 'premium', 'support', 'lang']);
  assert.ok(offers.offers[0].clickUrl.startsWith(`${server.url}/v1/r?t=`));

  const body = JSON.stringify({ pub: site.publicKey, website: site.websiteKey, requestId, offerIds: [offer.id], viewableIds: [offer.id], offerId: offer.id });
  for (const kind of ['impression', 'impression', 'click', 'click']) {
    const response = await server.post(`/v1/events/${kind}`, body);
    assert.equal(response.status, 202);
    assert.deepEqual(await response.json(), { ok: true });
  }
  const landings = [];
  for (let i = 0; i < 2; i++) {
    const response = await fetch(offers.offers[0].clickUrl, { redirect: 'manual', headers: { 'user-agent': 'Mozilla/5.0 Firefox/140.0' } });
    assert.equal(response.status, 302);
    landings.push(response.headers.get('location'));
  }
  assert.equal(landings[0], landings[1]);
  assert.match(landings[0], new RegExp(`^https://ads\\.example/\\?c=clk_[\\w-]{22}&w=${site.websiteKey}&l=$`));
});

test('a geo rule that is saved while the server runs decides the next visit', async (t) => {
  const server = await startServer(t);
  const site = server.addSite();
  const decide = async (country) => (await server.get(`/v1/decision?${site.query}&dev-country=${country}`, { origin: 'http://localhost:4000' })).json();
  server.administer('site', 'set', 'shop.example', '--dev-origin', 'http://localhost:4000');
  assert.equal((await decide('DE')).allowed, true);
  for (const [words, germany, france] of [[['--block', 'DE'], false, true], [['--allow', 'DE'], true, false], [['--no-rule'], true, true]]) {
    server.administer('site', 'geo', 'shop.example', ...words);
    assert.equal((await decide('DE')).allowed, germany, `${words}: DE`);
    assert.equal((await decide('FR')).allowed, france, `${words}: FR`);
  }
});

test('the words come in the language that was asked for, as UTF-8, and say which one that is', async (t) => {
  const server = await startServer(t);
  const { site, requestId } = await ready(server);
  const words = async (lang) => {
    const response = await server.get(`/v1/offers?${site.query}&requestId=${requestId}&lang=${lang}`);
    assert.equal(response.status, 200);
    const { dir, texts } = await response.json();
    return [texts.lang, dir, texts.sponsored, texts.close];
  };
  assert.deepEqual(await words('de-AT'), ['de', 'ltr', 'Anzeige', 'Schließen']);
  assert.deepEqual(await words('ja'), ['ja', 'ltr', '広告', '閉じる']);
  assert.deepEqual(await words('AR-eg'), ['ar', 'rtl', 'إعلان', 'إغلاق']);
  assert.deepEqual(await words('zh-Hant-HK'), ['zh-Hant', 'ltr', '廣告', '關閉']);
  assert.deepEqual(await words('tlh-Latn'), ['en', 'ltr', 'Sponsored', 'Close']);
});

test('what happened is in the database once', async (t) => {
  const server = await startServer(t);
  const { site, offer, requestId, offers } = await ready(server);
  const body = JSON.stringify({ pub: site.publicKey, website: site.websiteKey, requestId, offerIds: [offer.id], offerId: offer.id });
  for (let i = 0; i < 3; i++) {
    await server.post('/v1/events/impression', body);
    await server.post('/v1/events/click', body);
    await fetch(offers.offers[0].clickUrl, { redirect: 'manual', headers: { 'user-agent': 'Mozilla/5.0 Firefox/140.0' } });
  }
  await server.stop();
  const text = 'print(json.dumps(database.execute("SELECT count(*), min(class), min(price), min(rendered_at > 0), max(viewable_at) "'
    + '"FROM clicks JOIN served_offers USING (request, position)").fetchone()))';
  assert.deepEqual(JSON.parse(await withPython(server.database, text).finish()), [1, 'billable', 450000, 1, 0]);
});

test('a long poll is answered by its trigger, and by its own time otherwise', async (t) => {
  const server = await startServer(t);
  const site = server.addSite();
  const session = await server.session(site);
  const started = Date.now();
  assert.deepEqual(await server.state(site, session, '&wait=1'), { status: 'pending' });
  assert.ok(Date.now() - started >= 1000);
  let isAnswered = false;
  const poll = server.state(site, session, '&wait=25').finally(() => { isAnswered = true; });
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(isAnswered, false);
  await server.trigger(site, session);
  assert.equal((await poll).status, 'ready');
});

test('twenty long polls, each answered by its own trigger', async (t) => {
  const server = await startServer(t);
  const site = server.addSite();
  const sessions = await Promise.all(Array.from({ length: 20 }, () => server.session(site)));
  assert.equal(new Set(sessions).size, 20);
  const polls = sessions.map((session) => server.state(site, session, '&wait=25'));
  const twin = server.state(site, sessions[0], '&wait=25'); // two pages of one session
  await new Promise((resolve) => setTimeout(resolve, 100));
  const answers = await Promise.all(sessions.slice(0, 19).map(async (session) => (await server.trigger(site, session)).json()));
  assert.ok(answers.every((answer) => answer.ok === true && answer.alreadyTriggered === undefined));
  const states = await Promise.all([...polls.slice(0, 19), twin]);
  assert.ok(states.every((state) => state.status === 'ready'));
  assert.equal(new Set(states.map((state) => state.requestId)).size, 19);
  assert.equal((await server.state(site, sessions[19])).status, 'pending'); // nobody else's trigger reached it
  await server.trigger(site, sessions[19]);
  assert.equal((await polls[19]).status, 'ready');
});

test('a running server sees what the command line changes', async (t) => {
  const server = await startServer(t);
  const site = server.addSite();
  const session = await server.session(site);
  const status = async () => (await server.poll(site, session)).status;
  assert.equal(await status(), 200);
  server.administer('site', 'disable', 'shop.example');
  assert.equal(await status(), 403);
  server.administer('site', 'enable', 'shop.example');
  assert.equal(await status(), 200);
  server.administer('site', 'set', 'shop.example', '--no-trigger');
  assert.equal(await status(), 403);
  server.administer('site', 'set', 'shop.example', '--trigger');

  const rotated = JSON.parse(server.administer('site', 'rotate', 'shop.example', '--json'));
  assert.equal((await server.trigger(site, session)).status, 401);
  assert.equal((await server.trigger({ ...site, ...rotated }, session)).status, 200);

  const { requestId } = await server.state(site, session);
  const brands = async () => (await (await server.get(`/v1/offers?${site.query}&requestId=${requestId}`)).json()).offers.map((offer) => offer.brand);
  assert.deepEqual(await brands(), []);
  const [first, second] = server.addOffers({ ...anOffer, brand: 'First', rates: { '*': '0.90' } }, { ...anOffer, brand: 'Second', rates: { '*': '0.80' } });
  assert.deepEqual(await brands(), ['First', 'Second']);
  server.administer('offer', 'pause', first.id);
  assert.deepEqual(await brands(), ['Second']);
  server.administer('offer', 'resume', first.id);
  server.administer('offer', 'pause', second.id);
  assert.deepEqual(await brands(), ['First']);
});

test('a development origin is served as soon as it is registered', async (t) => {
  const server = await startServer(t);
  const site = server.addSite();
  const decide = () => server.get(`/v1/decision?${site.query}&dev-country=DE&dev-region=BE`, { origin: 'http://localhost:3000' });
  assert.equal((await decide()).status, 403);
  server.administer('site', 'set', 'shop.example', '--dev-origin', 'http://localhost:3000');
  const response = await decide();
  assert.equal(response.headers.get('access-control-allow-origin'), 'http://localhost:3000');
  const { allowed, country, region } = await response.json();
  assert.deepEqual({ allowed, country, region }, { allowed: true, country: 'DE', region: 'BE' });
  server.administer('site', 'set', 'shop.example', '--remove-dev-origin', 'http://localhost:3000');
  assert.equal((await decide()).status, 403);
});

test('embeds are files with an ETag, and no path leads out of their directory', async (t) => {
  const directory = temporaryDirectory(t);
  for (const brand of ['retarget', 'affilfinder']) {
    mkdirSync(path.join(directory, brand));
    writeFileSync(path.join(directory, brand, 'widget-decline.js'), `\uFEFF// ${brand} é`);
  }
  writeFileSync(path.join(directory, 'secret.js'), 'no');
  symlinkSync('../secret.js', path.join(directory, 'retarget', 'link.js'));
  const server = await startServer(t, ['--embeds', directory, '--brand', 'affilfinder']);
  const first = await server.get('/retarget/widget-decline.js?v=1');
  assert.equal(first.status, 200);
  assert.equal(Buffer.from(await first.arrayBuffer()).toString('utf8'), '\uFEFF// retarget é');
  for (const [name, value] of Object.entries({
    'content-type': 'text/javascript; charset=utf-8',
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'x-content-type-options': 'nosniff',
    'cache-control': 'public, max-age=300, stale-while-revalidate=86400',
  })) assert.equal(first.headers.get(name), value, name);
  const etag = first.headers.get('etag');
  for (const known of [etag, `W/${etag}`, '*', `"other", ${etag}`]) {
    const again = await server.get('/retarget/widget-decline.js', { 'if-none-match': known });
    assert.equal(again.status, 304, known);
    assert.equal(again.headers.get('etag'), etag);
  }
  assert.match(await (await server.get('/affilfinder/widget-decline.js')).text(), /affilfinder/);
  assert.match(await (await server.get('/widget-decline.js')).text(), /affilfinder/);

  const file = path.join(directory, 'retarget', 'widget-decline.js');
  writeFileSync(file, '// a new build');
  utimesSync(file, 1, 1);
  const rebuilt = await server.get('/retarget/widget-decline.js', { 'if-none-match': etag });
  assert.equal(rebuilt.status, 200);
  assert.equal(await rebuilt.text(), '// a new build');

  for (const target of ['/../secret.js', '/retarget/../secret.js', '/retarget/%2e%2e/secret.js', '/secret.js', '/retarget/link.js', '/retarget/.js',
    '/retarget//widget-decline.js', '/retarget/', '/retarget', '/retarget/widget-decline.js/', '/retarget/x%00.js', '/etc/passwd', '//etc/passwd']) {
    const answer = await server.raw(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    assert.match(answer, /^HTTP\/1\.1 404 /, target);
    assert.doesNotMatch(answer, /\r\n\r\nno$/);
  }
});

test('of two Origin headers none is believed', async (t) => {
  const server = await startServer(t);
  const site = server.addSite();
  const ours = `Origin: ${origin}`;
  const foreign = 'Origin: https://evil.example';
  for (const headers of [[ours, foreign], [foreign, ours], ['Origin:']]) {
    const answer = await server.raw(
      `GET /v1/decision?${site.query} HTTP/1.1\r\nHost: x\r\n${headers.join('\r\n')}\r\nConnection: close\r\n\r\n`);
    assert.match(answer, /^HTTP\/1\.1 403 /, headers.join());
  }
});

test('a page of another origin can read why it was refused', async (t) => {
  const server = await startServer(t);
  const site = server.addSite();
  const response = await server.get(`/v1/decision?${site.query}`, { origin: 'https://evil.example' });
  assert.equal(response.status, 403);
  assert.equal(response.headers.get('access-control-allow-origin'), '*');
  assert.equal(response.headers.get('content-type'), 'application/problem+json');
  const problem = await response.json();
  assert.deepEqual(Object.keys(problem), ['type', 'title', 'status', 'detail', 'code']);
  assert.equal(problem.code, 'origin_not_allowed');
  const good = await server.get(`/v1/decision?${site.query}`);
  assert.equal(good.headers.get('access-control-allow-origin'), origin);
  assert.equal(good.headers.get('vary'), 'Origin');
});

test('the rate limit answers 429 with when to come back', async (t) => {
  const server = await startServer(t, ['--rate-limit', '1']);
  const site = server.addSite();
  const statuses = [];
  for (let i = 0; i < 8; i++) statuses.push((await server.get(`/v1/decision?${site.query}`)).status);
  assert.deepEqual(statuses.slice(0, 6), [200, 200, 200, 200, 200, 200]);
  const response = await server.get(`/v1/decision?${site.query}`);
  assert.equal(response.status, 429);
  assert.equal(response.headers.get('retry-after'), '1');
  assert.equal(response.headers.get('ratelimit-limit'), '6');
});

test('--public-url is what click URLs begin with', async (t) => {
  const server = await startServer(t, ['--public-url', 'https://api.shop.example/retarget/']);
  const { offers } = await ready(server);
  assert.match(offers.offers[0].clickUrl, /^https:\/\/api\.shop\.example\/retarget\/v1\/r\?t=[\w-]{44}$/);
});
