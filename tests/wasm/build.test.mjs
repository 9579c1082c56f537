// build.test.mjs: the built files: the core inside them byte for byte, text that any page reads alike, and their size.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { brandRows, brands } from '../../wasm-glue/core_client.mjs';
import { coreOf, embeds, largestBrotli, literalOf } from '../../web/build.mjs';
import { brotliOf } from '../../web/deliver.mjs';
import { javascriptCore } from '../../web/javascript_core.mjs';
import { fileBytes, javascriptFile } from './support.mjs';

const names = Object.keys(embeds);
const files = brands.flatMap((brand) => names.map((embed) => ({ embed, file: `build/web/${brand}/${embed}.js` })));

// The template literal that holds the core: it begins with the first bytes of every wasm module.
function embeddedCore(text) {
  const start = text.indexOf('`\0asm');
  let end = start + 1;
  while (text[end] !== '`') end += text[end] === '\\' ? 2 : 1;
  return new Function(`return ${text.slice(start, end + 1)}`)();
}

test('the literal of any bytes is read back as those bytes', () => {
  const bytes = Uint8Array.from({ length: 256 * 256 * 2 }, (_, i) => (i & 1 ? i >> 9 : i >> 1) & 255); // every pair
  const text = new Function(`return ${Buffer.from(literalOf(bytes), 'utf8').toString('utf8')}`)();
  assert.deepEqual(Uint8Array.from(text, (character) => character.charCodeAt(0)), bytes);
});

for (const { embed, file } of files) {
  test(`${file} holds the core of its kind byte for byte`, () => {
    const text = fileBytes(file).toString('utf8');
    assert.deepEqual(Buffer.from(embeddedCore(text), 'latin1'), coreOf(embed));
  });

  test(`${file} begins with a byte order mark and is valid UTF-8`, () => {
    const bytes = fileBytes(file);
    assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  });

  test(`${file} is one classic script that leaves no name behind and loads nothing`, () => {
    const text = fileBytes(file).toString('utf8').slice(1);
    new Function(text); // parses as a script: no import, no export
    assert.match(text, /^\/\/# allFunctionsCalledOnLoad\n(["']use strict["'];)?\(\(\)=>\{/);
    assert.match(text, /\}\)\(\);\n$/);
    assert.doesNotMatch(text, /\beval\(|new Function|document\.write|innerHTML|insertAdjacentHTML/);
  });

  test(`${file} fits into the first window of a connection`, () => {
    const size = brotliOf(fileBytes(file)).length;
    assert.ok(size <= largestBrotli[embed], `${size} bytes with brotli, ${largestBrotli[embed]} allowed`);
  });
}

test('the core as JavaScript stands beside each embed, under a name that its bytes give it', () => {
  for (const brand of brands) {
    const text = fileBytes(`build/web/${brand}/${javascriptFile}`).toString('utf8');
    assert.equal(javascriptFile, `core-${createHash('sha256').update(text).digest('hex').slice(0, 8)}.js`);
    for (const embed of names) assert.ok(fileBytes(`build/web/${brand}/${embed}.js`).includes(`"${javascriptFile}"`));
    // It runs where the policy forbids eval, and asks the page for nothing.
    assert.doesNotMatch(text, /\beval\b|\bFunction\b|\bimport\b|\bwindow\b|\bdocument\b|\bself\b|\bglobalThis\b/);
    assert.match(text, /export\{\w+ as default\};\n$/);
    assert.equal(text.match(/\bexport\b/g).length, 1);
  }
});

test('in the stylesheet that is shipped a property has a letter, or has given way to its only value', () => {
  const text = fileBytes(files[0].file).toString('utf8');
  const [, css] = /="((?:[^"\\]|\\.)*::backdrop(?:[^"\\]|\\.)*)"/.exec(text) ?? /='([^']*::backdrop[^']*)'/.exec(text);
  const names = new Set(css.match(/--[\w-]+/g));
  for (const name of names) assert.match(name, /^--([a-z]|accent|on-accent)$/);
  const [light, ...darks] = [...css.matchAll(/\{((?:color-scheme:[a-z ]+;)?(?:--[a-z]:#\w+;?)+)\}/g)].map(([, body]) => body.match(/--[a-z](?=:)/g));
  assert.deepEqual(darks, [light, light], 'what has a letter is set for each theme');
  for (const name of light) assert.ok(css.includes(`var(${name})`), name);
});

test('what wasm2js writes is taken apart whole, or not at all', async () => {
  const written = (tail) => `function asmFunc(env) {}\nvar retasmFunc = asmFunc({});\n${tail}`;
  assert.equal(typeof (await javascriptCore(written('export var memory = retasmFunc.memory;\n'))), 'string');
  for (const tail of ['', 'export var memory = retasmFunc.memory;\nexport var step = other.step;\n', "import x from 'env';\nexport var step = retasmFunc.step;\n"]) {
    await assert.rejects(javascriptCore(written(tail)), /new way/);
  }
});

test('the brands differ in their name and in nothing else', () => {
  for (const embed of names) {
    const [first, second] = brandRows.map((row) => fileBytes(`build/web/${row[1]}/${embed}.js`).toString('utf8').replace(JSON.stringify(row), '[]'));
    assert.equal(first, second);
  }
});
