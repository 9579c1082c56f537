// manners_policies.test.mjs: pages that allow next to nothing, with every part of the widget from an origin of its own: the file
// from one, the API from another, the pictures from a third. And what the console says where a page forbids too much.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { brands } from '../../web/demo/brands.mjs';
import { eventually } from '../../web/demo/eventually.mjs';
import { serve } from '../../web/demo/small_http.mjs';
import { engineName } from './support/engines.mjs';
import { embedTag, useFixture } from './support/fixture.mjs';
import { assertDrawn, openStranger } from './support/stranger.mjs';

const fixture = useFixture();
const brand = brands.retarget;
const size = { width: 1000, height: 700 };
const built = new URL('../../build/web', import.meta.url);

// The origin that the files come from, and nothing else. `loaded`: what was asked of it, without the names of builds.
let files;
const loaded = [];
before(async () => {
  const handle = async (request, response, { pathname }) => {
    const file = pathname === '/witness.js' ? new URL('support/witness.js', import.meta.url) : new URL(built + pathname);
    if (!existsSync(file)) return response.writeHead(404).end();
    loaded.push(pathname.replace(/-[0-9a-f]{8}/, ''));
    response.writeHead(200, { 'content-type': 'text/javascript; charset=utf-8', 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' });
    response.end(readFileSync(file));
  };
  files = await serve({ host: '127.0.0.1', port: 0, handle });
});
after(() => files?.close());

// The page, whose policy is `policyOf({ cdn, api, images })`, and nothing on it that a policy could mind.
function publish({ policyOf = () => '', attributes = {}, headers = {}, head = '' }) {
  const tag = embedTag(fixture, brand, attributes).replace(fixture.api.url + brand.embedPath, files.origin + brand.embedPath);
  const policy = policyOf({ cdn: files.origin, api: fixture.proxy.url, images: fixture.advertisers.url });
  return {
    body: `<!doctype html><html lang="en"><head><title>Strict</title><script src="${files.origin}/witness.js"></script>${head}${tag}</head><body><h1>Strict</h1></body></html>`,
    headers: { ...(policy && { 'content-security-policy': policy }), ...headers },
  };
}
const strictest = (script) => ({ cdn, api, images }) =>
  `default-src 'none'; script-src ${cdn}${script}; connect-src ${api}; img-src ${images}; require-trusted-types-for 'script'; trusted-types 'none'`;
const picturesOf = (stranger) =>
  stranger.page.evaluate(async (rootId) => {
    const pictures = [...document.getElementById(rootId).shadowRoot.querySelectorAll('img')];
    await Promise.all(pictures.map((picture) => picture.complete || new Promise((resolve) => { picture.onload = resolve; })));
    return pictures.filter((picture) => picture.naturalWidth > 0).length;
  }, brand.rootId);
const engineOf = (stranger) => stranger.page.evaluate((name) => window[name].engine, brand.scriptObject);

const pages = {
  'the strictest policy that allows WebAssembly': { policyOf: strictest(" 'wasm-unsafe-eval'"), engine: 'wasm' },
  'exactly the strictest policy, and a tag that asks for JavaScript': { policyOf: strictest(''), attributes: { 'data-engine': 'javascript' }, engine: 'javascript' },
  // No engine has a way to ask that it does not report: each way to compile is reported, each way that is not says nothing of the policy. But WebKit
  // reports none.
  'exactly the strictest policy, and an ordinary tag': { policyOf: strictest(''), engine: 'javascript', violations: engineName === 'webkit' ? [] : ['script-src wasm-eval'] },
  'no pictures at all': { policyOf: ({ cdn, api }) => `default-src 'none'; script-src ${cdn} 'wasm-unsafe-eval'; connect-src ${api}; img-src 'none'`, engine: 'wasm', violations: 'img-src', pictures: 0 },
  'every resource asked for its consent (COEP and COOP)': { headers: { 'cross-origin-embedder-policy': 'require-corp', 'cross-origin-opener-policy': 'same-origin' }, engine: 'wasm', isolated: true },
  'no referrer, and no permission': { headers: { 'referrer-policy': 'no-referrer', 'permissions-policy': 'fullscreen=(), autoplay=(), geolocation=(), camera=(), storage-access=()' }, engine: 'wasm' },
  'a policy that is only reported': { headers: { 'content-security-policy-report-only': `script-src 'none'; style-src 'none'; require-trusted-types-for 'script'` }, engine: 'wasm', violations: 'any' },
};

describe('policies', { concurrency: 1 }, () => {
  for (const [name, { engine, violations = [], pictures = 'all', isolated, ...parts }] of Object.entries(pages)) {
    test(`with ${name} the whole overlay is drawn`, async () => {
      loaded.length = 0;
      const stranger = await openStranger(fixture, publish(parts), { size });
      await stranger.declined();
      await assertDrawn(stranger);
      assert.equal(await engineOf(stranger), engine);
      assert.deepEqual(loaded.filter((path) => path !== '/witness.js').sort(), engine === 'wasm' ? ['/retarget/widget-decline.js'] : ['/retarget/core.js', '/retarget/widget-decline.js']);
      if (pictures === 'all') assert.ok((await picturesOf(stranger)) > 0);
      else await eventually(async () => (await picturesOf(stranger)) === pictures, 'pictures that may not be');
      if (isolated) assert.equal(await stranger.page.evaluate(() => crossOriginIsolated), true);
      const seen = (await stranger.ask('violations')).filter((violation) => !violation.endsWith('/favicon.ico')); // Firefox counts its own
      if (violations === 'img-src') assert.ok(seen.every((violation) => violation.startsWith('img-src')), seen.join());
      else if (violations !== 'any') assert.deepEqual(seen, violations);
      await stranger.page.keyboard.press('Escape');
      assert.equal(await stranger.look(), null);
      await stranger.leave();
    });
  }

  // What a page forbids, and the one line that says what to allow.
  const refusals = {
    'that forbids the API': [({ cdn }) => `script-src ${cdn} 'wasm-unsafe-eval'; connect-src 'self'`, 'api_unreachable', /connect-src/],
    'that forbids WebAssembly, and everything beside the file': [({ cdn }) => `script-src ${cdn}/retarget/widget-decline.js ${cdn}/witness.js; connect-src *`, 'wasm_unavailable', /'wasm-unsafe-eval' to the CSP's script-src, or allow core-/],
  };
  for (const [name, [policyOf, code, remedy]] of Object.entries(refusals)) {
    test(`a page ${name} is told what to allow`, async () => {
      const stranger = await openStranger(fixture, publish({ policyOf }), { size });
      const said = async () => (await stranger.ours()).filter(({ level }) => level !== 'info').map(({ text }) => text);
      await eventually(async () => (await said()).length > 0, 'it said nothing');
      const lines = await said();
      assert.equal(lines.length, 1, lines.join('\n'));
      assert.ok(lines[0].includes(` ${code}: `), lines[0]);
      assert.match(lines[0], remedy);
      assert.equal(await stranger.look(), null);
      assert.deepEqual(await stranger.ask('errors'), []);
      await stranger.leave();
    });
  }
});
