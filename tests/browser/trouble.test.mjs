// trouble.test.mjs: bad input and bad weather. The page stays as it is, one line says what happened and what to do, and the
// widget comes back by itself where the contract says so.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { brands } from '../../web/demo/brands.mjs';
import { eventually } from '../../web/demo/eventually.mjs';
import { readOverlay } from '../../web/demo/overlay.mjs';
import { addSite, allowDevelopmentOrigin } from '../../web/demo/stack.mjs';
import { openOverlay, openThroughProxy, overlayOf, sessionIdOf, trigger, useFixture } from './support/fixture.mjs';

const brand = brands.retarget;
const quietMillis = 2500; // Longer than the longest healthy wait between two polls.
const later = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
const bodyOf = (page) => page.evaluate(() => document.body.outerHTML);

// What the browser itself says about failed requests; everything else in the console is ours or a mistake.
const browserNoise = { tolerated: ['Failed to load resource', 'blocked by CORS', 'net::ERR'] };

// Asserts that the widget ended with `code`: one error line that names it, one event, no overlay, no more requests.
async function expectFinalError({ page, notes }, proxy, code, remedy) {
  const body = await bodyOf(page);
  const { detail } = await notes.event('error');
  assert.equal(detail.code, code, detail.message);
  const requests = proxy.requests.length;
  await later(quietMillis);
  assert.equal(proxy.requests.length, requests, 'no more requests');
  assert.deepEqual(notes.ours().map((line) => line.type), ['error'], JSON.stringify(notes.ours()));
  assert.ok(notes.ours()[0].text.includes(code), notes.ours()[0].text);
  assert.match(notes.ours()[0].text, remedy);
  assert.equal(notes.events.length, 1, JSON.stringify(notes.events));
  assert.equal(await bodyOf(page), body, 'the page is untouched');
  assert.deepEqual(notes.errors, []);
  await page.close();
}

describe('trouble', { concurrency: 4 }, () => {
  const fixture = useFixture();

  // A test with a proxy of its own, so that tests beside each other have each their weather.
  function trouble(name, use) {
    test(name, async () => {
      const proxy = await fixture.startProxy();
      const openWith = (attributes, options) => openThroughProxy(fixture, brand, { given: proxy, attributes, ...options });
      try {
        await use({ proxy, openWith });
      } finally {
        await proxy.close();
      }
    });
  }

  const mistakes = [
    ['a missing public key', { 'data-pub': undefined }, 'missing_keys', /data-pub/],
    ['a missing website key', { 'data-website': undefined }, 'missing_keys', /data-website/],
    ['an empty website key', { 'data-website': '' }, 'missing_keys', /data-website/],
    ['a public key of another shape', { 'data-pub': 'its_0123456789012345678901' }, 'bad_keys', /data-pub/],
    ['a website key with strange characters', { 'data-website': 'web_<script>' }, 'bad_keys', /data-website/],
    ['an API address that is none', { 'data-api': 'javascript:alert(1)' }, 'bad_api', /data-api/],
  ];
  for (const [name, attributes, code, remedy] of mistakes) {
    trouble(`${name}: ${code}, and not a single request`, async ({ proxy, openWith }) => {
      const opened = await openWith(attributes);
      await expectFinalError(opened, proxy, code, remedy);
      assert.deepEqual(proxy.requests, []);
    });
  }

  trouble('keys the API does not know: unknown_keys', async ({ proxy, openWith }) => {
    const opened = await openWith({ 'data-pub': `pk_${'a'.repeat(21)}A`, 'data-website': `web_${'b'.repeat(21)}A` }, browserNoise);
    await expectFinalError(opened, proxy, 'unknown_keys', /site list/);
  });

  trouble('a page on a domain that is not registered: origin_not_allowed', async ({ proxy, openWith }) => {
    const other = await addSite(fixture.api, { domain: 'other.example' });
    const opened = await openWith({ 'data-pub': other.publicKey, 'data-website': other.websiteKey }, browserNoise);
    await expectFinalError(opened, proxy, 'origin_not_allowed', /domain/);
  });

  trouble('a website with the trigger widget switched off: widget_disabled', async ({ proxy, openWith }) => {
    const off = await addSite(fixture.api, { domain: 'off.example', flags: ['--no-trigger'] });
    await allowDevelopmentOrigin(fixture.api, off, fixture.web.origin);
    const opened = await openWith({ 'data-pub': off.publicKey, 'data-website': off.websiteKey }, browserNoise);
    await expectFinalError(opened, proxy, 'widget_disabled', /site/);
  });

  trouble('data-comments="false" mutes the line and keeps the event', async ({ proxy, openWith }) => {
    const { page, notes } = await openWith({ 'data-pub': 'nonsense', 'data-comments': 'false' });
    assert.equal((await notes.event('error')).detail.code, 'bad_keys');
    assert.deepEqual(notes.lines, []);
    await page.close();
  });

  // Each weather: what the proxy does, and what the one line must say.
  const weathers = {
    'the API cuts every connection': { fault: () => 'drop', code: 'api_unreachable' },
    'the API answers 503 without a body': { fault: () => ({ status: 503 }), code: 'api_error' },
    'the API answers an HTML page with status 200': { fault: () => ({ status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html><h1>Welcome to nginx!</h1>' }), code: 'api_not_json' },
    'the API answers JSON that is not its own': { fault: () => ({ status: 200, headers: { 'content-type': 'application/json' }, body: '{"sessionId": 7}' }), code: 'api_not_json' },
  };
  for (const [name, { fault, code }] of Object.entries(weathers)) {
    trouble(`${name} at load: page untouched, one line, and the session comes when the API does`, async ({ proxy, openWith }) => {
      proxy.fault = fault;
      const { page, notes } = await openWith({}, browserNoise);
      const body = await bodyOf(page);
      await eventually(() => proxy.count('create') >= 2, 'the embed never tried again');
      assert.deepEqual(notes.ours().map((line) => line.type), ['warn'], JSON.stringify(notes.ours()));
      assert.ok(notes.ours()[0].text.includes(code), notes.ours()[0].text);
      assert.equal(await bodyOf(page), body, 'the page is untouched');
      proxy.fault = null;
      const overlay = await openOverlay(fixture, page, brand);
      assert.ok(overlay.cards.length > 0);
      assert.equal(notes.ours().length, 1, JSON.stringify(notes.ours()));
      assert.deepEqual(notes.errors, []);
      await page.close();
    });
  }

  trouble('429 with Retry-After is obeyed to the second', async ({ proxy, openWith }) => {
    proxy.fault = (route) => (route === 'create' && proxy.count('create') === 1 ? { status: 429, headers: { 'retry-after': '3' } } : null);
    const { page, notes } = await openWith({}, browserNoise);
    await sessionIdOf(page, brand);
    const [first, second] = proxy.requests.filter((request) => request.route === 'create');
    assert.ok(second.at - first.at >= 2900, `tried again after ${Math.round(second.at - first.at)} ms`);
    assert.deepEqual(notes.ours().map((line) => line.text.includes('rate_limited')), [true], JSON.stringify(notes.ours()));
    await page.close();
  });

  trouble('a slow API delays the overlay and nothing else', async ({ proxy, openWith }) => {
    proxy.fault = () => 1500;
    const { page, notes } = await openWith({});
    await openOverlay(fixture, page, brand);
    assert.deepEqual(notes.problems(), []);
    assert.deepEqual(notes.ours(), []);
    await page.close();
  });

  trouble('an API with only the documented parts: no maxWait, no expiresIn, no requestId, no texts', async ({ proxy, openWith }) => {
    proxy.rewrite = (route, body) => {
      if (route === 'create') return { sessionId: body.sessionId, expiresAt: body.expiresAt };
      if (route === 'poll') return { status: body.status };
      if (route === 'offers') return { requestId: body.requestId, offers: body.offers.map(({ rankScore, ...offer }) => offer) };
      return body;
    };
    const { page, notes } = await openWith({});
    const sessionId = await sessionIdOf(page, brand);
    await eventually(() => proxy.count('poll') >= 2, 'it never polled twice');
    const polls = proxy.requests.filter((request) => request.route === 'poll');
    assert.equal(polls[0].url.searchParams.get('wait'), null, 'a plain poll asks for no wait');
    assert.ok(polls[1].at - polls[0].at >= 1750, `polled again after ${Math.round(polls[1].at - polls[0].at)} ms`);
    await trigger(fixture, sessionId);
    assert.ok((await overlayOf(page, brand)).cards.length > 0);
    assert.equal(proxy.count('decision'), 1, 'one decision supplies the request id');
    assert.deepEqual(notes.problems(), []);
    await page.close();
  });

  trouble('a session that has run out ends quietly with `expired`, after asking once more', async ({ proxy, openWith }) => {
    proxy.rewrite = (route, body) => (route === 'create' ? { ...body, expiresIn: 3, maxWait: 0 } : body);
    const { page, notes } = await openWith({});
    const sessionId = await sessionIdOf(page, brand);
    assert.deepEqual((await notes.event('expired')).detail, { sessionId });
    const asked = proxy.count('poll');
    assert.ok(asked >= 2, `${asked} polls`);
    await later(quietMillis);
    assert.equal(proxy.count('poll'), asked, 'no more polls');
    assert.equal(proxy.count('create'), 1, 'never a second id');
    assert.deepEqual(notes.ours(), []);
    await page.close();
  });

  for (const status of [404, 410]) {
    trouble(`a poll answered ${status} ends with \`expired\``, async ({ proxy, openWith }) => {
      proxy.fault = (route) => (route === 'poll' ? { status, headers: { 'content-type': 'application/problem+json' }, body: '{}' } : null);
      const { page, notes } = await openWith({}, browserNoise);
      await notes.event('expired');
      await later(quietMillis);
      assert.equal(proxy.count('poll'), 1);
      await page.close();
    });
  }

  trouble('a click and impressions that cannot be reported cost the visitor nothing', async ({ proxy, openWith }) => {
    proxy.fault = (route) => (route === 'click' || route === 'impression' ? 'drop' : null);
    const { page, notes } = await openWith({}, browserNoise);
    const overlay = await openOverlay(fixture, page, brand);
    const landed = new Promise((resolve) => page.once('popup', resolve));
    await page.evaluate((rootId) => document.getElementById(rootId).shadowRoot.querySelector('a').click(), brand.rootId);
    const landing = await landed;
    await landing.waitForSelector('[data-received="click"]');
    assert.ok(overlay.cards.length > 0);
    assert.deepEqual(notes.errors, []);
    await landing.close();
    await page.close();
  });

  trouble('offers that cannot be fetched: no overlay in the meantime, and it opens once they can', async ({ proxy, openWith }) => {
    proxy.fault = (route) => (route === 'offers' ? { status: 500 } : null);
    const { page } = await openWith({}, browserNoise);
    await trigger(fixture, await sessionIdOf(page, brand));
    await eventually(() => proxy.count('offers') >= 2, 'it never asked again');
    assert.equal(await readOverlay(page, brand), null);
    proxy.fault = null;
    await overlayOf(page, brand);
    await page.close();
  });
});
