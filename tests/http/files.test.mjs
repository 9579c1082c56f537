// files.test.mjs: the built embeds over HTTP: which form of a file goes out, for how long it may be kept, and which
// versions there are.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { deliver } from '../../web/deliver.mjs';
import { startServer, temporaryDirectory } from './server.mjs';

const text = (word) => `\uFEFF// ${`${word} é `.repeat(200)}`;
const files = (word) => ({ 'widget-decline.js': Buffer.from(text(word)), 'trace.js': Buffer.from('// trace') });

// Delivers two versions of both brands and serves them.
async function serveTwoVersions(t, flags = []) {
  const web = temporaryDirectory(t);
  for (const version of ['1.0.0', '1.1.0-rc.1']) {
    for (const brand of ['retarget', 'affilfinder']) deliver(web, { version, brand, files: files(`${brand} ${version}`) });
  }
  const server = await startServer(t, ['--embeds', web, ...flags]);
  // The answer as bytes: fetch would decompress them.
  const ask = async (target, headers = {}, method = 'GET') => {
    const lines = Object.entries({ Host: 'x', Connection: 'close', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    const answer = await server.rawBytes(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`);
    const end = answer.indexOf('\r\n\r\n');
    const [status, ...rest] = answer.subarray(0, end).toString('latin1').split('\r\n');
    return {
      status: Number(status.split(' ')[1]),
      headers: Object.fromEntries(rest.map((line) => /^([^:]*): (.*)$/.exec(line).slice(1)).map(([name, value]) => [name.toLowerCase(), value])),
      body: answer.subarray(end + 4),
    };
  };
  return { web, server, ask };
}
const plain = ({ headers, body }) =>
  ({ br: brotliDecompressSync, gzip: gunzipSync }[headers['content-encoding']] ?? ((bytes) => bytes))(body).toString('utf8');

test('a client gets the form it wants most, and every form is the same file', async (t) => {
  const { ask } = await serveTwoVersions(t);
  const etags = {};
  for (const [accepted, coding] of [
    ['gzip, deflate, br, zstd', 'br'], ['gzip, deflate', 'gzip'], ['br;q=0.1, gzip', 'gzip'], ['*', 'br'], ['identity', undefined],
    ['deflate', undefined], ['br;q=0', undefined], ['identity;q=0', undefined], [null, undefined],
  ]) {
    for (const target of ['/retarget/widget-decline.js', '/v/1.1.0-rc.1/retarget/widget-decline.js']) {
      const answer = await ask(target, accepted === null ? {} : { 'Accept-Encoding': accepted });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers['content-encoding'], coding, `${accepted} ${target}`);
      assert.equal(plain(answer), text('retarget 1.1.0-rc.1'));
      assert.equal(answer.headers['content-length'], String(answer.body.length));
      assert.equal(answer.headers['content-type'], 'text/javascript; charset=utf-8');
      assert.equal(answer.headers.vary, 'Accept-Encoding');
      etags[coding] ??= answer.headers.etag;
      assert.equal(answer.headers.etag, etags[coding], 'the same form has the same tag');
    }
  }
  assert.equal(new Set(Object.values(etags)).size, 3, 'each form has a tag of its own');
});

test('pages of anywhere may load files, versions and manifests', async (t) => {
  const { ask } = await serveTwoVersions(t);
  for (const target of ['/retarget/widget-decline.js', '/v/1.0.0/retarget/widget-decline.js', '/v/1.0.0/retarget/manifest.json', '/manifest.json']) {
    for (const headers of [{}, { Origin: 'https://anywhere.example' }, { 'If-None-Match': '*' }]) {
      const answer = await ask(target, headers);
      assert.equal(answer.headers['access-control-allow-origin'], '*', target);
      assert.equal(answer.headers['cross-origin-resource-policy'], 'cross-origin', target);
      assert.equal(answer.headers['x-content-type-options'], 'nosniff', target);
      assert.equal(answer.headers['content-type'], /json$/.test(target) ? 'application/json' : 'text/javascript; charset=utf-8');
    }
  }
});

test('a known tag is answered with 304, of the form that the client would get', async (t) => {
  const { ask } = await serveTwoVersions(t);
  for (const target of ['/widget-decline.js', '/v/1.0.0/widget-decline.js']) {
    const tags = {};
    for (const coding of ['br', 'gzip', 'identity']) tags[coding] = (await ask(target, { 'Accept-Encoding': coding })).headers.etag;
    for (const coding of ['br', 'gzip', 'identity']) {
      for (const known of Object.keys(tags)) {
        const answer = await ask(target, { 'Accept-Encoding': coding, 'If-None-Match': tags[known] });
        assert.equal(answer.status, coding === known ? 304 : 200, `${target} as ${coding}, known as ${known}`);
        assert.equal(answer.headers.etag, tags[coding]);
        assert.equal(answer.headers.vary, 'Accept-Encoding');
        if (coding === known) assert.equal(answer.body.length, 0);
        assert.match(answer.headers['cache-control'], /^public, max-age=/);
      }
    }
  }
});

test('HEAD says what GET would send, and sends nothing', async (t) => {
  const { ask } = await serveTwoVersions(t);
  for (const target of ['/widget-decline.js', '/v/1.0.0/widget-decline.js']) {
    for (const accepted of ['br', 'gzip', 'identity']) {
      const [get, head] = [await ask(target, { 'Accept-Encoding': accepted }), await ask(target, { 'Accept-Encoding': accepted }, 'HEAD')];
      assert.equal(head.status, 200);
      assert.equal(head.body.length, 0);
      delete get.headers.date;
      delete head.headers.date;
      assert.deepEqual(head.headers, get.headers);
    }
  }
});

test('a version may be kept for a year, the newest for minutes, and nothing while developing', async (t) => {
  const { ask } = await serveTwoVersions(t);
  const lifetime = async (target, from = ask) => (await from(target)).headers['cache-control'];
  for (const name of ['widget-decline.js', 'manifest.json', 'retarget/trace.js', 'affilfinder/manifest.json']) {
    assert.equal(await lifetime(`/v/1.0.0/${name}`), 'public, max-age=31536000, immutable');
    assert.equal(await lifetime(`/${name}`), 'public, max-age=300, stale-while-revalidate=86400');
  }
  const developing = await serveTwoVersions(t, ['--dev']);
  for (const target of ['/widget-decline.js', '/v/1.0.0/widget-decline.js']) assert.equal(await lifetime(target, developing.ask), 'no-cache');
});

test('every version there is stays reachable, under the brand and at the root', async (t) => {
  const { ask } = await serveTwoVersions(t, ['--brand', 'affilfinder']);
  for (const version of ['1.0.0', '1.1.0-rc.1']) {
    assert.equal(plain(await ask(`/v/${version}/retarget/widget-decline.js`)), text(`retarget ${version}`));
    assert.equal(plain(await ask(`/v/${version}/affilfinder/widget-decline.js`)), text(`affilfinder ${version}`));
    assert.equal(plain(await ask(`/v/${version}/widget-decline.js`)), text(`affilfinder ${version}`));
    assert.equal(JSON.parse(plain(await ask(`/v/${version}/manifest.json`))).version, version);
  }
  assert.equal(JSON.parse(plain(await ask('/manifest.json'))).version, '1.1.0-rc.1');
});

test('a version that is not there is a 404 that says what is, for pages of anywhere, and is not kept', async (t) => {
  const { ask } = await serveTwoVersions(t);
  for (const target of ['/v/0.9.0/widget-decline.js', '/v/2.0.0/retarget/widget-decline.js', '/v/1.0.0/retarget/none.js', '/v/1.0.0/', '/v/', '/v/1.0.0']) {
    const answer = await ask(target, { Origin: 'https://anywhere.example' });
    assert.equal(answer.status, 404, target);
    assert.equal(answer.headers['content-type'], 'application/problem+json');
    assert.equal(answer.headers['access-control-allow-origin'], '*');
    assert.equal(answer.headers['cache-control'], 'no-store');
    const { code, detail } = JSON.parse(answer.body);
    assert.equal(code, 'not_found');
    assert.equal(detail, 'This version is not kept here, or has no such file; /manifest.json names the newest.');
  }
  assert.match(JSON.parse((await ask('/nothing')).body).detail, /^No endpoint has this path/);
});

test('no path leads out of the directory or to what is not a file of ours', async (t) => {
  const { web, ask } = await serveTwoVersions(t);
  writeFileSync(path.join(web, 'secret.js'), 'no');
  writeFileSync(path.join(web, 'v', 'secret.js'), 'no');
  writeFileSync(path.join(web, 'v', '1.0.0', 'secret.js'), 'no');
  mkdirSync(path.join(web, 'v/1.0.0/retarget/folder.js'));
  symlinkSync('/etc/hostname', path.join(web, 'v/1.0.0/retarget/link.js'));
  symlinkSync('/etc/hostname', path.join(web, 'v/1.0.0/retarget/trace.js.new.br'));
  for (const target of [
    '/secret.js', '/v/secret.js', '/v/../secret.js', '/v/1.0.0/../../secret.js', '/v/%2e%2e/secret.js', '/v/..%2fsecret.js', '/v/./secret.js',
    '/v/1.0.0/secret.js', '/v/1.0.0/secret.js/', '/v//retarget/widget-decline.js', '/v/1.0.0//widget-decline.js', '/v/1.0.0/retarget/../widget-decline.js',
    '/v/1.0.0/retarget/folder.js', '/v/1.0.0/retarget/link.js', '/v/1.0.0/other/widget-decline.js', '/v/1.0.0/v/1.0.0/widget-decline.js',
    '/retarget/v/1.0.0/widget-decline.js', '/retarget/1.0.0/widget-decline.js', '/1.0.0/widget-decline.js', `/v/${'1'.repeat(300)}/widget-decline.js`, `/v/1.0.0/${'x'.repeat(300)}.js`,
    '/retarget/widget-decline.js.br', '/v/1.0.0/retarget/widget-decline.js.gz', '/V/1.0.0/widget-decline.js', '/v/1.0.0/retarget/.js',
  ]) {
    const answer = await ask(target, { 'Accept-Encoding': 'br, gzip' });
    assert.equal(answer.status, 404, target);
    assert.doesNotMatch(answer.body.toString('latin1'), /^no$/);
  }
});

test('a compressed form that is older than its file, or a link, is left aside', async (t) => {
  const { web, ask } = await serveTwoVersions(t);
  const file = path.join(web, 'retarget/widget-decline.js');
  const forms = async () => {
    const found = [];
    for (const coding of ['br', 'gzip']) found.push((await ask('/retarget/widget-decline.js', { 'Accept-Encoding': coding })).headers['content-encoding']);
    return found;
  };
  assert.deepEqual(await forms(), ['br', 'gzip']);
  const now = Date.now() / 1000;
  utimesSync(`${file}.br`, now - 30, now - 30); // copied before its file
  assert.deepEqual(await forms(), ['br', 'gzip']);
  utimesSync(`${file}.br`, now - 3600, now - 3600); // left behind by a build without brotli
  assert.deepEqual(await forms(), [undefined, 'gzip']);
  writeFileSync(file, '// changed by hand');
  utimesSync(file, now + 7200, now + 7200);
  assert.deepEqual(await forms(), [undefined, undefined]);
  assert.equal(plain(await ask('/retarget/widget-decline.js', { 'Accept-Encoding': 'br, gzip' })), '// changed by hand');

  renameSync(`${file}.gz`, path.join(web, 'elsewhere'));
  symlinkSync('../elsewhere', `${file}.gz`);
  utimesSync(file, now - 7200, now - 7200);
  assert.deepEqual(await forms(), ['br', undefined]);
  unlinkSync(file);
  assert.equal((await ask('/retarget/widget-decline.js', { 'Accept-Encoding': 'br' })).status, 404, 'a form alone is no file');
});

test('a new build is served at once, in every form, and its version beside the old ones', async (t) => {
  const { web, ask } = await serveTwoVersions(t);
  const get = (target, coding) => ask(target, { 'Accept-Encoding': coding }).then(plain);
  for (const coding of ['br', 'gzip', 'identity']) assert.equal(await get('/widget-decline.js', coding), text('retarget 1.1.0-rc.1'));
  deliver(web, { version: '1.1.0', brand: 'retarget', files: files('retarget 1.1.0') });
  for (const coding of ['br', 'gzip', 'identity']) {
    assert.equal(await get('/widget-decline.js', coding), text('retarget 1.1.0'));
    assert.equal(await get('/v/1.1.0/widget-decline.js', coding), text('retarget 1.1.0'));
    assert.equal(await get('/v/1.0.0/widget-decline.js', coding), text('retarget 1.0.0'));
  }
  rmSync(path.join(web, 'v/1.0.0'), { recursive: true });
  assert.equal((await ask('/v/1.0.0/widget-decline.js')).status, 404);
});

test('more files than the server keeps in memory are served all the same, again and again', async (t) => {
  const { web, ask } = await serveTwoVersions(t);
  const versions = Array.from({ length: 40 }, (_, i) => `2.0.${i}`);
  for (const version of versions) deliver(web, { version, brand: 'retarget', files: files(version) });
  for (const version of [...versions, ...versions.reverse()]) {
    for (const coding of ['br', 'gzip', 'identity']) {
      assert.equal(plain(await ask(`/v/${version}/widget-decline.js`, { 'Accept-Encoding': coding })), text(version));
    }
  }
});

test('what ./dev build leaves behind is served in all its forms', async (t) => {
  const web = new URL('../../build/web', import.meta.url).pathname;
  assert.ok(existsSync(path.join(web, 'retarget/manifest.json')));
  const server = await startServer(t, ['--embeds', web]);
  const { version, files: listed } = await (await server.get('/retarget/manifest.json')).json();
  for (const { file, bytes } of listed) {
    const response = await server.get(`/v/${version}/retarget/${file}`, { 'accept-encoding': 'br' });
    assert.equal(response.headers.get('content-encoding'), 'br');
    const body = Buffer.from(await response.arrayBuffer());
    assert.equal(body.length, bytes);
    assert.ok(body.equals(readFileSync(path.join(web, 'retarget', file))));
  }
});
