// build.mjs: every embed of every brand as one self-contained file: build/web/<brand>/<embed>.js; prints their sizes.
// Beside it stands trace.js, which pages with data-debug load in addition.
// A file is a classic script in UTF-8 with a byte order mark, with core.wasm inside as the characters of a string.
// Usage: node web/build.mjs, after the preset `wasm`. Fails when a file is larger than it may be.
// SPDX-License-Identifier: MIT
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { brands } from '../wasm-glue/constants.mjs';
import { bundle } from './bundle.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const embeds = ['widget-decline'];

// The first window of a TCP connection, ten segments of 1,460 bytes (RFC 6928): a larger file costs a round trip more.
export const largestBrotli = 19_577; // no larger than it was: the goal is 14_600, that window

const placeholder = 'the bytes of core.wasm';

// `bytes` as a JavaScript string literal, one character per byte. A byte order mark makes every page read the file as
// UTF-8, so that only these four need an escape; compressed, this is a third smaller than base64.
export function literalOf(bytes) {
  const escapes = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r' };
  return `"${Buffer.from(bytes).toString('latin1').replace(/["\\\n\r]/g, (character) => escapes[character])}"`;
}

async function buildEmbed(brand, embed, core) {
  const script = await bundle({
    entryPoints: [`${root}web/entries/${embed}.js`],
    define: { BRAND: JSON.stringify(brand), CORE_BINARY: JSON.stringify(placeholder) },
  });
  const parts = script.split(JSON.stringify(placeholder));
  if (parts.length !== 2) throw new Error(`${embed}: core.wasm has ${parts.length - 1} places instead of one`);
  return `\uFEFF${parts.join(literalOf(core))}\n`;
}

export const brotli = (text) =>
  brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 } }).length;

async function main() {
  const core = readFileSync(`${root}build/wasm/core.wasm`);
  const trace = await bundle({ entryPoints: [`${root}web/entries/trace.js`], format: 'esm' });
  console.log(`trace.js, for data-debug only: ${Buffer.byteLength(trace)} bytes, ${brotli(trace)} with brotli`);
  for (const brand of brands) {
    mkdirSync(`${root}build/web/${brand}`, { recursive: true });
    writeFileSync(`${root}build/web/${brand}/trace.js`, `${trace}\n`);
    for (const embed of embeds) {
      const text = await buildEmbed(brand, embed, core);
      const file = `build/web/${brand}/${embed}.js`;
      writeFileSync(root + file, text);
      const size = brotli(text);
      console.log(`${file}: ${Buffer.byteLength(text)} bytes, ${size} with brotli (of ${largestBrotli} allowed)`);
      if (size > largestBrotli) process.exitCode = 1;
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
