// deliver.test.mjs: how built files are laid out: every form holds the same, manifests tell the truth, versions stay.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { brands, version } from '../../wasm-glue/core_client.mjs';
import { deliver } from '../../web/deliver.mjs';

const built = fileURLToPath(new URL('../../build/web', import.meta.url));

// {name: bytes} of a folder.
const read = (folder) => Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name))]));

// A folder that goes with the test, and a function that delivers a brand's files of a version into it.
function temporary(t) {
  const web = mkdtempSync(path.join(tmpdir(), 'retarget-web-'));
  t.after(() => rmSync(web, { recursive: true, force: true }));
  const put = (number, texts, brand = 'retarget') =>
    deliver(web, { version: number, brand, files: Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)])) });
  return { web, put, pinned: (number) => read(path.join(web, 'v', number, 'retarget')), newest: () => read(path.join(web, 'retarget')) };
}

for (const brand of brands) {
  test(`what is built of ${brand} stands there compressed, too, and as a version`, () => {
    const pinned = read(path.join(built, 'v', version, brand));
    const manifest = JSON.parse(pinned['manifest.json']);
    assert.equal(manifest.version, version);
    const names = manifest.files.map(({ file }) => file);
    assert.deepEqual(names.map((name) => name.replace(/-[0-9a-f]{8}/, '')).sort(), ['core.js', 'frame.js', 'trace.js', 'widget-decline.js', 'widget-section.js', 'widget.js']);
    const forms = [...names, 'manifest.json'].flatMap((name) => [name, `${name}.br`, `${name}.gz`]);
    assert.deepEqual(Object.keys(pinned).sort(), forms.sort());
    for (const { file, integrity, bytes, brotli, gzip } of manifest.files) {
      assert.equal(integrity, `sha384-${createHash('sha384').update(pinned[file]).digest('base64')}`);
      assert.deepEqual([bytes, brotli, gzip], [file, `${file}.br`, `${file}.gz`].map((name) => pinned[name].length));
    }
    for (const name of [...names, 'manifest.json']) {
      assert.ok(brotliDecompressSync(pinned[`${name}.br`]).equals(pinned[name]), `${name}.br`);
      assert.ok(gunzipSync(pinned[`${name}.gz`]).equals(pinned[name]), `${name}.gz`);
    }
    const newest = read(path.join(built, brand));
    for (const name of forms) assert.ok(newest[name].equals(pinned[name]), `${name} beside the pages that pin nothing`);
  });
}

test('a new version leaves the old ones as they are, and the old core for embeds in a cache', (t) => {
  const { put, pinned, newest } = temporary(t);
  put('1.0.0', { 'embed.js': 'first', 'core-1.js': 'one' });
  const before = pinned('1.0.0');
  assert.equal(put('1.0.1', { 'embed.js': 'second', 'core-2.js': 'two' }).isOther, false);
  assert.deepEqual(pinned('1.0.0'), before);
  assert.equal(String(newest()['embed.js']), 'second');
  assert.equal(JSON.parse(newest()['manifest.json']).version, '1.0.1');
  assert.equal(String(newest()['core-1.js']), 'one');
  assert.deepEqual(Object.keys(pinned('1.0.1')).filter((name) => /js$/.test(name)), ['core-2.js', 'embed.js']);
});

test('the same version again is said to be other only when it is, and then holds nothing of the old one', (t) => {
  const { put, pinned } = temporary(t);
  const first = { 'embed.js': 'first', 'core-1.js': 'one' };
  assert.equal(put('1.0.0', first).isOther, false);
  assert.equal(put('1.0.0', first).isOther, false);
  assert.equal(put('1.0.0', { 'embed.js': 'other', 'core-2.js': 'two' }).isOther, true);
  assert.deepEqual(Object.keys(pinned('1.0.0')).filter((name) => /\.js$/.test(name)), ['core-2.js', 'embed.js']);
  assert.equal(put('1.0.0', { 'embed.js': 'other', 'core-2.js': 'two', 'more.js': '' }).isOther, true, 'a file more');
});

test('a brand does not touch another', (t) => {
  const { web, put, pinned } = temporary(t);
  put('1.0.0', { 'embed.js': 'ours' });
  put('1.0.0', { 'embed.js': 'theirs' }, 'affilfinder');
  assert.equal(String(pinned('1.0.0')['embed.js']), 'ours');
  assert.deepEqual(readdirSync(path.join(web, 'v/1.0.0')).sort(), ['affilfinder', 'retarget']);
});
