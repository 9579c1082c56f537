// publisher.test.mjs: the demo publisher's own backend, as a browser and a stranger talk to it.
// The API is a recording stand-in here, because what is tested is when the publisher calls it and how it takes trouble;
// the real one is behind tests/browser.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { brands } from '../../web/demo/brands.mjs';
import { Publisher, readSettings } from '../../web/demo/publisher.mjs';
import { serve, readBody, sendJson, sendText } from '../../web/demo/small_http.mjs';
import { eventually } from '../../web/demo/eventually.mjs';

const brand = brands.retarget;
const secret = 'its_test-secret';
const calls = [];
const said = [];
let apiAnswer;
let api;
let site;

before(async () => {
  api = await serve({
    host: '127.0.0.1',
    port: 0,
    handle: async (request, response, url) => {
      calls.push({ method: request.method, path: url.pathname, authorization: request.headers.authorization, body: await readBody(request) });
      apiAnswer(response);
    },
  });
  const settings = readSettings(brand, {
    RETARGET_API_URL: `${api.origin}/`,
    RETARGET_INTEGRATION_SECRET: secret,
    NEXT_PUBLIC_RETARGET_PUB: 'pk_test',
    NEXT_PUBLIC_RETARGET_WEBSITE: 'web_test',
    DEMO_VERIFICATION_MILLIS: '0',
  });
  const publisher = new Publisher({ brand, settings, log: (line) => said.push(line) });
  site = await serve({ host: '127.0.0.1', port: 0, handle: (...all) => publisher.handle(...all) });
});

after(async () => {
  await site.close();
  await api.close();
});

function answerOk() {
  calls.length = 0;
  said.length = 0;
  apiAnswer = (response) => sendJson(response, 200, { ok: true });
}

// A visitor with a cookie of their own.
async function arrive() {
  const response = await fetch(site.origin);
  const cookie = response.headers.get('set-cookie');
  return { cookie: cookie.split(';')[0], setCookie: cookie, html: await response.text() };
}

function post(visitor, path, body, headers = {}) {
  return fetch(site.origin + path, { method: 'POST', redirect: 'manual', headers: { cookie: visitor.cookie ?? '', ...headers }, body });
}

const arm = (visitor, sessionId) => post(visitor, brand.armRoute, JSON.stringify({ sessionId }));

function apply(visitor, fields = {}) {
  const form = new URLSearchParams({ fullName: 'Nia Adeyemi', email: 'nia@mail.example', country: 'DE', document: 'passport', ...fields });
  return post(visitor, '/application', form, { accept: 'application/json' });
}

let sessionCount = 0;
const newSessionId = () => `dcl_publishertest${String(++sessionCount).padStart(10, '0')}`;

test('the cookie is HttpOnly and SameSite, and the secret is not on the page', async () => {
  answerOk();
  const visitor = await arrive();
  assert.match(visitor.setCookie, /HttpOnly/);
  assert.match(visitor.setCookie, /SameSite=Lax/);
  assert.ok(!visitor.html.includes(secret), 'the page holds the integration secret');
  assert.match(visitor.html, /data-pub="pk_test" data-website="web_test"/);
});

test('a declined visitor triggers the session of their own page, with secret and reason', async () => {
  answerOk();
  const visitor = await arrive();
  const sessionId = newSessionId();
  assert.equal((await arm(visitor, sessionId)).status, 200);
  assert.deepEqual(calls, [], 'nothing is triggered before the decision');
  assert.deepEqual(await (await apply(visitor)).json(), { outcome: 'declined' });
  await eventually(() => calls.length === 1, 'the trigger never came');
  assert.equal(calls[0].path, '/v1/widget-decline/trigger');
  assert.equal(calls[0].authorization, `Bearer ${secret}`);
  assert.deepEqual(JSON.parse(calls[0].body), { sessionId, reason: 'kyc' });
});

test('of two open pages the one that sent the form is triggered', async () => {
  answerOk();
  const visitor = await arrive();
  const [sender, other] = [newSessionId(), newSessionId()];
  await arm(visitor, sender);
  await arm(visitor, other);
  await apply(visitor, { declineSession: sender });
  await eventually(() => calls.length === 1, 'the trigger never came');
  assert.equal(JSON.parse(calls[0].body).sessionId, sender);
});

test('an id that is announced after the decision is triggered at once, and only one is', async () => {
  answerOk();
  const visitor = await arrive();
  await apply(visitor);
  assert.equal(calls.length, 0);
  const sessionId = newSessionId();
  await arm(visitor, sessionId);
  await eventually(() => calls.length === 1, 'the trigger never came');
  await arm(visitor, newSessionId());
  await arm(visitor, sessionId);
  assert.deepEqual(calls.map((call) => JSON.parse(call.body).sessionId), [sessionId]);
});

test("somebody else's session is refused with 403 and never triggered", async () => {
  answerOk();
  const [owner, thief] = [await arrive(), await arrive()];
  const sessionId = newSessionId();
  await arm(owner, sessionId);
  const refusal = await arm(thief, sessionId);
  assert.equal(refusal.status, 403);
  assert.deepEqual(await refusal.json(), { error: 'This session belongs to somebody else.' });
  await apply(thief, { declineSession: sessionId });
  assert.equal((await apply(owner)).status, 200);
  await eventually(() => calls.length > 0, "the owner's trigger never came");
  assert.deepEqual(calls.map((call) => JSON.parse(call.body).sessionId), [sessionId]);
});

test('an approved visitor triggers nothing', async () => {
  answerOk();
  const visitor = await arrive();
  await arm(visitor, newSessionId());
  assert.deepEqual(await (await apply(visitor, { fullName: 'Nia Approved' })).json(), { outcome: 'approved' });
  assert.deepEqual(calls, []);
});

test('a failed trigger costs the visitor nothing, is told as text, and the next page may try again', async () => {
  answerOk();
  apiAnswer = (response) => sendText(response, 502, 'text/html', '<h1>Bad gateway</h1>');
  const visitor = await arrive();
  await arm(visitor, newSessionId());
  assert.equal((await apply(visitor)).status, 200);
  await eventually(() => said.some((line) => line.includes('502 <h1>Bad gateway</h1>')), () => `the log says: ${said.join(' | ')}`);
  assert.ok(!said.join().includes(secret), 'the secret is in the log');
  answerOk();
  await arm(visitor, newSessionId());
  await eventually(() => calls.length === 1, 'the second trigger never came');
});

test('a form that is not complete is refused field by field, and without script as a page', async () => {
  answerOk();
  const visitor = await arrive();
  const refusal = await apply(visitor, { email: 'nia', country: 'XX' });
  assert.equal(refusal.status, 422);
  assert.deepEqual(Object.keys((await refusal.json()).errors), ['email', 'country']);
  const page = await post(visitor, '/application', new URLSearchParams({ fullName: '"><script>' }));
  assert.equal(page.status, 422);
  const text = await page.text();
  assert.match(text, /value="&quot;&gt;&lt;script&gt;"/);
  assert.match(text, /Choose the country you live in\./);
});

test('bodies and origins that are not ours are refused with the right status', async () => {
  answerOk();
  const visitor = await arrive();
  const rows = [
    [400, 'not json', {}],
    [400, '[]', {}],
    [400, '{"sessionId":"dcl_"}', {}],
    [400, '{"sessionId":7}', {}],
    [413, `{"sessionId":"${'x'.repeat(20_000)}"}`, {}],
    [403, JSON.stringify({ sessionId: newSessionId() }), { origin: 'https://evil.example' }],
    [401, JSON.stringify({ sessionId: newSessionId() }), { cookie: 'larkfield_session=unknown' }],
  ];
  for (const [status, body, headers] of rows) {
    const response = await post(visitor, brand.armRoute, body, headers);
    assert.equal(response.status, status, `${body.slice(0, 40)} ${JSON.stringify(headers)}`);
  }
  assert.equal((await post(visitor, brands.affilfinder.armRoute, '{}')).status, 404, "the other brand's route");
  assert.equal((await fetch(`${site.origin}/../publisher.mjs`)).status, 404);
});

test('settings that are missing are named', () => {
  assert.throws(() => readSettings(brands.affilfinder, { AFFILFINDER_API_URL: 'https://api' }), /AFFILFINDER_INTEGRATION_SECRET, NEXT_PUBLIC_AFFILFINDER_PUB/);
});
