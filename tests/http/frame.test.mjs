// frame.test.mjs: the page for iframes over real HTTP: its headers, what it may call, and what its visits count as.
// That browsers obey is in tests/browser/frame.test.mjs.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { anOffer, startServer, withPython } from './server.mjs';

const local = 'http://localhost:4000';
const unescape = (text) => text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&#39;', "'").replaceAll('&amp;', '&');

async function start(t, flags) {
  const server = await startServer(t, flags);
  const site = server.addSite();
  server.administer('site', 'set', 'shop.example', '--dev-origin', local);
  server.administer('site', 'geo', 'shop.example', '--block', 'DE');
  const load = async (more = '', referer = 'https://shop.example/', headers = {}) => {
    const response = await fetch(`${server.url}/embed?${site.query}${more}`, { headers: { referer, 'sec-fetch-dest': 'iframe', ...headers } });
    const html = await response.text();
    const [frame, widget] = [...html.matchAll(/<script ([^>]*)>/g)].map(([, text]) =>
      Object.fromEntries([...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, unescape(value)])));
    return { status: response.status, headers: response.headers, html, frame, widget };
  };
  return { server, site, load };
}

// What the embed in a page asks, as a browser would: no Origin on a GET to its own origin, one on a POST.
function caller({ url }, { 'data-api': api, 'data-pub': pub, 'data-website': website }) {
  const keys = `pub=${pub}&website=${website}`;
  return {
    get: (path, more = '') => fetch(`${api}${path}?${keys}${more}`),
    post: (path, body) => fetch(`${api}${path}`, { method: 'POST', headers: { 'content-type': 'text/plain', origin: url }, body: JSON.stringify({ pub, website, ...body }) }),
  };
}

test('the page comes with everything that keeps it where it belongs, and is never kept', async (t) => {
  const { server, site, load } = await start(t);
  const { status, headers, frame, widget } = await load('&mode=section&max-ads=2');
  assert.equal(status, 200);
  assert.equal(headers.get('content-type'), 'text/html; charset=utf-8');
  assert.equal(headers.get('cache-control'), 'no-store');
  assert.equal(headers.get('referrer-policy'), 'strict-origin');
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.equal(headers.get('access-control-allow-origin'), null);
  assert.equal(headers.get('content-security-policy'),
    `default-src 'none'; script-src 'self' ${server.url} 'wasm-unsafe-eval'; connect-src 'self' ${server.url}; img-src https:; ` +
    "base-uri 'none'; form-action 'none'; " +
    "require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors https://shop.example https://www.shop.example");
  assert.deepEqual(frame, { src: 'retarget/frame.js', 'data-brand': 'retarget', 'data-parents': 'https://shop.example https://www.shop.example' });
  assert.match(widget['data-api'], new RegExp(`^${server.url}/frame/[\\w-]{30}$`));
  delete widget['data-api'];
  assert.deepEqual(widget, { src: 'retarget/widget-section.js', 'data-pub': site.publicKey, 'data-website': site.websiteKey, 'data-container': 'offers', 'data-max-ads': '2' });
  assert.notEqual((await load()).widget['data-api'], (await new Promise((r) => setTimeout(r, 1100)), await load()).widget['data-api'], 'each page has a token of its own');
});

test('the longest list of development origins still makes a page', async (t) => {
  const { server, load } = await start(t);
  server.administer('site', 'set', 'shop.example', '--subdomains');
  for (let i = 0; i < 7; i++) server.administer('site', 'set', 'shop.example', '--dev-origin', `https://${'tunnel'.repeat(10)}.${'t'.repeat(30)}${i}.example:40000`);
  const { status, headers, frame } = await load('', `${local}/`);
  assert.equal(status, 200);
  assert.equal(frame['data-parents'].split(' ').length, 10);
  assert.ok(headers.get('content-security-policy').endsWith(`frame-ancestors ${frame['data-parents']}`));
});

for (const [what, referer, klass] of [['the registered domain', 'https://shop.example/', 'billable'], ['a development origin', `${local}/`, 'test']]) {
  test(`what happens in a frame on ${what} is counted, clicks as ${klass}`, async (t) => {
    const { server, load } = await start(t);
    const [offer] = server.addOffers(anOffer);
    const { widget } = await load('&mode=section', referer);
    const { get, post } = caller(server, widget);
    const { requestId } = await (await get('/v1/decision', '&mode=section')).json();
    const { offers } = await (await get('/v1/offers', `&requestId=${requestId}`)).json();
    assert.ok(offers[0].clickUrl.startsWith(`${server.url}/v1/r?t=`), 'a link works without the frame');
    const click = () => fetch(offers[0].clickUrl, { redirect: 'manual', headers: { 'user-agent': 'Mozilla/5.0 Firefox/140.0', referer: `${server.url}/` } });
    assert.equal((await post('/v1/snippet-ping', { embed: 'section', version: '1' })).status, 204);
    assert.equal((await post('/v1/events/impression', { requestId, offerIds: [offer.id], viewableIds: [offer.id] })).status, 202);
    assert.equal((await post('/v1/events/click', { requestId, offerId: offer.id })).status, 202);
    assert.equal((await click()).status, 302);
    await server.stop();
    const kept = JSON.parse(await withPython(server.database, `
requests = database.execute("SELECT is_test FROM requests").fetchall()
clicks = database.execute("SELECT class, rendered_at > 0, viewable_at > 0 FROM clicks JOIN served_offers USING (request, position)").fetchall()
print(json.dumps([requests, clicks]))`).finish());
    assert.deepEqual(kept, [[[klass === 'test' ? 1 : 0]], [[klass, 1, 1]]]);
  });
}

test('only a frame on a development page simulates a place', async (t) => {
  const { server, load } = await start(t);
  const at = '&dev-country=DE&dev-region=BY';
  const decide = async (referer) => {
    const { widget } = await load(at, referer);
    const { allowed, country } = await (await caller(server, widget).get('/v1/decision', at)).json();
    return [widget['data-dev-country'], allowed, country];
  };
  assert.deepEqual(await decide(`${local}/`), ['DE', false, 'DE']);
  assert.deepEqual(await decide('https://shop.example/'), [undefined, true, null]);
});

test('no token, another website\'s, an altered one: 403 in one sentence, for pages and in frames', async (t) => {
  const { server, load } = await start(t);
  const { widget } = await load();
  const other = server.addSite('other.example');
  const ask = async (api, keys, headers) => {
    const response = await fetch(`${api}/v1/decision?${keys}`, { headers });
    return [response.status, (await response.json()).detail];
  };
  const keys = `pub=${widget['data-pub']}&website=${widget['data-website']}`;
  const own = { origin: server.url };
  const api = widget['data-api'];
  assert.deepEqual(await ask(api, keys, own).then(([status]) => status), 200);
  assert.match((await ask(server.url, keys, own)).join(), /^403,The page's Origin is not/);
  assert.match((await ask(api, other.query, own)).join(), /^403,The frame token in this address is not this website's/);
  assert.match((await ask(api.slice(0, -1), keys, own)).join(), /^403,The frame token/);
  assert.match((await ask(api, keys, { origin: 'https://evil.example' })).join(), /^403,The page's Origin is not/);
  assert.match((await ask(api, keys, { origin: 'null' })).join(), /^403,The page's Origin is "null".*allow-same-origin/);
});

test('what cannot be shown is a page of one sentence, and says nothing that it was told', async (t) => {
  const { server, site, load } = await start(t);
  const says = async (target, headers = {}) => {
    const response = await fetch(server.url + target, { headers });
    const html = await response.text();
    assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8', target);
    assert.doesNotMatch(html, /evil|<b>/);
    return `${response.status} ${unescape(/<p>(.*)<\/p>/.exec(html)[1])}`;
  };
  assert.match(await says('/embed'), /^400 "pub" is missing/);
  assert.match(await says(`/embed?pub=${site.publicKey}&website=%3Cb%3Eevil`), /^400 "website" is missing or no website key/);
  assert.match(await says(`/embed?pub=${site.publicKey}&website=web_AAAAAAAAAAAAAAAAAAAAAA`), /^403 No website has this pair of keys/);
  assert.match(await says(`/embed?${site.query}&mode=%3Cb%3Eevil`), /^400 "mode" is "overlay" or "section"/);
  assert.match(await says(`/embed?${site.query}`, { 'sec-fetch-dest': 'document' }), /^400 This address is for the src of an <iframe>/);
  assert.match(await says(`/embed?${site.query}`, { referer: 'https://evil.example/' }), /^403 The page around this frame is not/);
  server.administer('site', 'disable', 'shop.example');
  assert.match(await says(`/embed?${site.query}`), /^403 This website is disabled/);
  server.administer('site', 'enable', 'shop.example');
  assert.equal((await load()).status, 200);
});

test('behind a proxy the page calls the public address, whose origin is then our own', async (t) => {
  const { server, load } = await start(t, ['--public-url', 'https://API.shop.example/retarget/', '--brand', 'affilfinder']);
  const { frame, widget } = await load();
  assert.match(widget['data-api'], /^https:\/\/API\.shop\.example\/retarget\/frame\/[\w-]{30}$/);
  assert.deepEqual([frame.src, widget.src], ['affilfinder/frame.js', 'affilfinder/widget.js']);
  const path = `${new URL(widget['data-api']).pathname.replace('/retarget', '')}/v1/decision?pub=${widget['data-pub']}&website=${widget['data-website']}`;
  const ask = async (origin) => (await fetch(server.url + path, { headers: { origin } })).status;
  assert.deepEqual(await Promise.all(['https://api.shop.example', server.url].map(ask)), [200, 403]);
});
