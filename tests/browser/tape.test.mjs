// tape.test.mjs: what a real page records, the native core does again, byte for byte.
// RT_BLESS=1 node --test tests/browser/tape.test.mjs writes the tapes of tests/tapes anew.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { brands } from '../../web/demo/brands.mjs';
import { eventually } from '../../web/demo/eventually.mjs';
import { hide, embedTag, openPage, openOverlay, openThroughProxy, overlayOf, pageWith, sessionIdOf, trigger, useFixture } from './support/fixture.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const program = process.env.RETARGET_PROGRAM ?? `${root}build/dev/bin/retarget`;
const fixture = useFixture();
const brand = brands.retarget;
const later = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
const browserNoise = { tolerated: ['Failed to load resource', 'net::ERR'] };

const traceOf = (page) => page.evaluate((name) => window[name].trace(), brand.scriptObject);
const stateOf = (page) => page.evaluate((name) => window[name].state, brand.scriptObject);
const replay = (tape) => spawnSync(program, ['replay', '-'], { input: tape, encoding: 'utf8' });

// Each plays on an open page and leaves the embed in a state, which the tape ends with.
const situations = {
  normal: {
    async play({ page, proxy, notes }) {
      await openOverlay(fixture, page, brand);
      await eventually(() => proxy.requests.some(({ route, body }) => route === 'impression' && body.includes('viewableIds')), 'no viewable impression');
      const landed = new Promise((resolve) => page.once('popup', resolve));
      await page.evaluate((rootId) => document.getElementById(rootId).shadowRoot.querySelector('a').click(), brand.rootId);
      await notes.event('click');
      await (await landed).close();
      await page.bringToFront();
      await page.keyboard.press('Escape');
      await notes.event('close');
    },
    end: 'closed',
    has: [/ > card_view /, / > activated card=0\n/, / > dismissed reason=1\n/, /viewableIds/],
  },
  'api-outage': {
    prepare(proxy) {
      proxy.fault = (route) => {
        if (route === 'create') return proxy.count('create') < 2 ? 'drop' : null;
        return route === 'poll' && proxy.count('poll') < 3 ? { status: 503 } : null;
      };
    },
    async play({ page, proxy }) {
      const sessionId = await sessionIdOf(page, brand);
      await eventually(() => proxy.count('poll') >= 3, 'it never asked again');
      await trigger(fixture, sessionId);
      await overlayOf(page, brand);
    },
    end: 'open',
    has: [/ > http_failed request=1\n/, /status=503/, /api_unreachable/],
  },
  'hidden-tab': {
    async play({ page, proxy }) {
      const sessionId = await sessionIdOf(page, brand);
      await eventually(() => proxy.count('poll') >= 1, 'it never polled');
      const show = await hide(page);
      await trigger(fixture, sessionId);
      await later(300);
      await show();
      await overlayOf(page, brand);
    },
    end: 'open',
    has: [/ > visibility state=1\n/, / < cancel_http /, /= paused\n/],
  },
  resize: {
    async play({ page }) {
      await openOverlay(fixture, page, brand);
      for (const width of [390, 1024]) {
        await page.setViewport({ width, height: 700 });
        await page.waitForFunction((rootId, expected) => document.getElementById(rootId).shadowRoot.querySelector('#div').offsetWidth === expected, { polling: 50 }, brand.rootId, width);
      }
    },
    end: 'open',
    has: [/ > viewport width_px=390 height_px=700\n/, / > viewport width_px=1024 height_px=700\n/],
  },
};

describe('tape', { concurrency: 4 }, () => {
  for (const [name, { prepare, play, end, has }] of Object.entries(situations)) {
    test(`a page's tape replays natively: ${name}`, async () => {
      const proxy = await fixture.startProxy();
      prepare?.(proxy);
      const opened = await openThroughProxy(fixture, brand, { given: proxy, attributes: { 'data-debug': '' }, ...browserNoise });
      await opened.page.waitForFunction((object) => window[object]?.trace, { polling: 50 }, brand.scriptObject);
      await play(opened);
      await eventually(async () => (await stateOf(opened.page)) === end, `the embed is not ${end}`);
      await later(100); // What is under way, answers to events among it, is on the tape as well.
      const tape = await traceOf(opened.page);
      await opened.page.close();
      await proxy.close();

      const { status, stdout, stderr } = replay(tape);
      assert.equal(status, 0, stderr);
      assert.match(stdout, new RegExp(`, ${end}\\n$`));
      for (const expected of has) assert.match(tape, expected);
      for (const secret of [fixture.site.publicKey, fixture.site.websiteKey]) assert.ok(!tape.includes(secret), 'a key is on the tape');
      for (const { body } of proxy.requests) for (const [id] of body.matchAll(/req_\w+/g)) assert.ok(!tape.includes(id), 'an id is on the tape');
      if (process.env.RT_BLESS) writeFileSync(`${root}tests/tapes/${name}.tape`, tape);
    });
  }

  test('a changed letter of an answer is a difference, with exit 1', async () => {
    const { page } = await openPage(fixture, brand, fixture.web.publish(pageWith({ head: embedTag(fixture, brand, { 'data-debug': '' }) })));
    await openOverlay(fixture, page, brand);
    const tape = await traceOf(page);
    const { status, stderr } = replay(tape.replace('\\"status\\":\\"ready\\"', '\\"status\\":\\"Ready\\"'));
    assert.equal(status, 1, stderr);
    assert.match(stderr, /the embed does something else at event \d+/);
    await page.close();
  });

  for (const [name, attributes] of Object.entries({ 'no data-debug': {}, 'data-debug="false"': { 'data-debug': 'False' } })) {
    test(`with ${name} there is no trace, and nothing more is loaded`, async () => {
      const requests = [];
      const { page } = await openPage(fixture, brand, fixture.web.publish(pageWith({ head: embedTag(fixture, brand, attributes) })));
      page.on('request', (request) => requests.push(request.url()));
      await page.reload();
      await sessionIdOf(page, brand);
      assert.equal(await page.evaluate((object) => 'trace' in window[object], brand.scriptObject), false);
      assert.deepEqual(requests.filter((url) => url.endsWith('.js')), [fixture.api.url + brand.embedPath]);
      await page.close();
    });
  }

  test('under a strict policy with Trusted Types there is a tape', async () => {
    const policy = `default-src 'none'; script-src ${fixture.api.url} 'wasm-unsafe-eval'; connect-src ${fixture.proxy.url}; img-src ${fixture.advertisers.url}; require-trusted-types-for 'script'; trusted-types 'none'`;
    const body = `<!doctype html><html lang="en"><head><title>Strict</title>${embedTag(fixture, brand, { 'data-debug': '' })}</head><body><h1>Strict</h1></body></html>`;
    const { page, notes } = await openPage(fixture, brand, fixture.web.publish({ body, headers: { 'content-security-policy': policy } }));
    await openOverlay(fixture, page, brand);
    assert.equal(replay(await traceOf(page)).status, 0);
    assert.deepEqual(notes.problems(), []);
    await page.close();
  });

  test('where trace.js cannot be loaded the widget works all the same, without trace() and with a warning', async () => {
    const script = await (await fetch(fixture.api.url + brand.embedPath)).text();
    const src = fixture.web.publish({ body: script, type: 'text/javascript' }, '/alone/widget-decline.js');
    const head = embedTag(fixture, brand, { 'data-debug': '' }).replace(/src="[^"]*"/, `src="${src}"`);
    const { page, notes } = await openPage(fixture, brand, fixture.web.publish(pageWith({ head })), browserNoise);
    assert.ok((await openOverlay(fixture, page, brand)).cards.length > 0);
    assert.equal(await page.evaluate((object) => 'trace' in window[object], brand.scriptObject), false);
    assert.deepEqual(notes.ours().map(({ type, text }) => [type, /trace_unavailable: no trace\.js beside .*; add it: .+/.test(text)]), [['warn', true]]);
    await page.close();
  });

  test('a listener that asks for the tape in the middle of a step gets one that replays', async () => {
    const listen = `<script>addEventListener('${brand.eventPrefix}open', () => { window.early = window['${brand.scriptObject}'].trace(); });</script>`;
    const { page } = await openPage(fixture, brand, fixture.web.publish(pageWith({ head: listen + embedTag(fixture, brand, { 'data-debug': '' }) })));
    await openOverlay(fixture, page, brand);
    const tape = await page.evaluate(() => window.early);
    assert.match(tape, /< notify_page name="retarget:open".*\nstopped: in the middle of a step\nend /);
    const { status, stderr } = replay(tape);
    assert.equal(status, 0, stderr);
    await page.close();
  });
});
