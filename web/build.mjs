// build.mjs: every embed of every brand as one self-contained file: build/web/<brand>/<embed>.js; prints their sizes.
// Beside it stand what some pages load in addition: trace.js with data-debug, and without WebAssembly core-….js.
// A file is a classic script in UTF-8 with a byte order mark, with core.wasm inside as the characters of a string.
// Usage: node web/build.mjs, after the preset `wasm`. Fails when a file is larger than it may be.
// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { brands } from '../wasm-glue/constants.mjs';
import { bundle } from './bundle.mjs';
import { javascriptCore } from './javascript_core.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const embeds = ['widget-decline'];

// The first window of a TCP connection, ten segments of 1,460 bytes (RFC 6928): a larger file costs a round trip more.
export const largestBrotli = 19_619; // no larger than it was: the goal is 14_600, that window

// What stands in a script until it is filled in. The brand, too, so that the minifier names everything alike in both.
const placeholders = { BRAND: 'the slug of the brand', CORE_BINARY: 'the bytes of core.wasm' };

// `bytes` as a JavaScript string literal, one character per byte. A byte order mark makes every page read the file as
// UTF-8, so that only these four need an escape; compressed, this is a third smaller than base64.
export function literalOf(bytes) {
  const escapes = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r' };
  return `"${Buffer.from(bytes).toString('latin1').replace(/["\\\n\r]/g, (character) => escapes[character])}"`;
}

// Replaces the placeholder of `name` in `script`, whose parts `literal` joins.
function fillIn(script, name, literal) {
  const parts = script.split(JSON.stringify(placeholders[name]));
  if (parts.length !== 2) throw new Error(`${name} has ${parts.length - 1} places instead of one`);
  return parts.join(literal);
}

// Returns a function that gives the text of `embed`'s file for a brand.
async function buildEmbed(embed, core, javascriptName) {
  const define = { CORE_JAVASCRIPT: JSON.stringify(javascriptName) };
  for (const [name, text] of Object.entries(placeholders)) define[name] = JSON.stringify(text);
  const script = await bundle({ entryPoints: [`${root}web/entries/${embed}.js`], define });
  const filled = fillIn(script, 'CORE_BINARY', literalOf(core));
  return (brand) => `\uFEFF${fillIn(filled, 'BRAND', JSON.stringify(brand))}\n`;
}

export const brotli = (text) =>
  brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 } }).length;

async function main() {
  const core = readFileSync(`${root}build/wasm/core.wasm`);
  const javascript = `${await javascriptCore(readFileSync(`${root}build/wasm/core.mjs`, 'utf8'))}\n`;
  // Named after what is in it: an embed in somebody's cache goes on finding the core it was built with.
  const javascriptName = `core-${createHash('sha256').update(javascript).digest('hex').slice(0, 8)}.js`;
  console.log(`${javascriptName}, without WebAssembly only: ${javascript.length} bytes, ${brotli(javascript)} with brotli`);
  const trace = await bundle({ entryPoints: [`${root}web/entries/trace.js`], format: 'esm' });
  console.log(`trace.js, for data-debug only: ${Buffer.byteLength(trace)} bytes, ${brotli(trace)} with brotli`);
  const filesOf = await Promise.all(embeds.map((embed) => buildEmbed(embed, core, javascriptName)));
  for (const brand of brands) {
    mkdirSync(`${root}build/web/${brand}`, { recursive: true });
    writeFileSync(`${root}build/web/${brand}/trace.js`, `${trace}\n`);
    writeFileSync(`${root}build/web/${brand}/${javascriptName}`, javascript);
    for (const [i, fileOf] of filesOf.entries()) {
      const text = fileOf(brand);
      const file = `build/web/${brand}/${embeds[i]}.js`;
      writeFileSync(root + file, text);
      const size = brotli(text);
      console.log(`${file}: ${Buffer.byteLength(text)} bytes, ${size} with brotli (of ${largestBrotli} allowed)`);
      if (size > largestBrotli) process.exitCode = 1;
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
