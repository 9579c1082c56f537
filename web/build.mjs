// build.mjs: every embed of every brand as one self-contained file: <embed>.js; prints their sizes. Beside it stand what
// some pages load in addition: trace.js with data-debug, frame.js in frames, and without WebAssembly core-….js. Where: see
// deliver.mjs.
// A file is a classic script in UTF-8 with a byte order mark, with its core inside as the characters of a string.
// Usage: node web/build.mjs, after the preset `wasm`. Fails when a file is larger than it may be.
// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brandRows, brands, version } from '../wasm-glue/constants.mjs';
import { bundle } from './bundle.mjs';
import { brotliOf, deliver } from './deliver.mjs';
import { javascriptCore } from './javascript_core.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

// Each embed, and the core with its kind alone (wasm-glue/CMakeLists.txt).
export const embeds = { 'widget-decline': 'core-decline', widget: 'core-geo', 'widget-section': 'core-section' };

// What a file may weigh: no more than it did, and 60 bytes for other versions of the compressor. The goal is 12_288: the
// first window of a TCP connection takes 14,600 bytes (RFC 6928), and a larger file costs a round trip more.
export const largestBrotli = { 'widget-decline': 19_630, widget: 19_040, 'widget-section': 18_930 };

// What stands in a script until it is filled in. The brand, too, so that the minifier names everything alike in both.
const placeholders = { BRAND: 'the row of the brand', CORE_BINARY: 'the bytes of the core' };

// `bytes` as a JavaScript template literal, one character per byte. A byte order mark makes every page read the file as
// UTF-8, so that only these four need an escape; compressed, this is a third smaller than base64. A string in quotes would
// have line ends and its quote to escape, which are instructions that wasm has more of.
export function literalOf(bytes) {
  const text = Buffer.from(bytes).toString('latin1').replace(/[`\\]|\$(?={)/g, '\\$&').replace(/\r/g, '\\r');
  return `\`${text}\``;
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
  const script = await bundle({ entryPoints: [`${root}web/entries/${embed}.js`], define, shortens: true });
  const filled = fillIn(script, 'CORE_BINARY', literalOf(core));
  return (brand) => `\uFEFF${compileHint}${fillIn(filled, 'BRAND', JSON.stringify(brandRows[brands.indexOf(brand)]))}\n`;
}

// Nearly all functions of an embed run on every page. Chromium compiles them while the file comes in, then, on another
// thread, instead of one by one when they are first called; for other engines this is a comment.
const compileHint = '//# allFunctionsCalledOnLoad\n';

// The core that is in an embed.
export const coreOf = (embed) => readFileSync(`${root}build/wasm/${embeds[embed]}.wasm`);

// The files of every brand: {brand: {name: bytes}}.
async function buildAll() {
  const javascript = `${await javascriptCore(readFileSync(`${root}build/wasm/core.mjs`, 'utf8'))}\n`;
  // Named after what is in it: an embed in somebody's cache goes on finding the core it was built with.
  const javascriptName = `core-${createHash('sha256').update(javascript).digest('hex').slice(0, 8)}.js`;
  const trace = await bundle({ entryPoints: [`${root}web/entries/trace.js`], format: 'esm' });
  const frame = await bundle({ entryPoints: [`${root}web/entries/frame.js`] });
  const names = Object.keys(embeds);
  const textsOf = await Promise.all(names.map((embed) => buildEmbed(embed, coreOf(embed), javascriptName)));
  const filesOf = (brand) => {
    const texts = Object.fromEntries(textsOf.map((textOf, i) => [`${names[i]}.js`, textOf(brand)]));
    Object.assign(texts, { [javascriptName]: javascript, 'trace.js': `${trace}\n`, 'frame.js': `${frame}\n` });
    return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)]));
  };
  return Object.fromEntries(brands.map((brand) => [brand, filesOf(brand)]));
}

async function main() {
  let isChanged = false;
  for (const [embed, name] of Object.entries(embeds)) {
    const core = coreOf(embed);
    console.log(`${name}.wasm, which is in ${embed}.js: ${core.length} bytes, ${brotliOf(core).length} with brotli alone`);
  }
  for (const [brand, files] of Object.entries(await buildAll())) {
    const { forms, isOther } = deliver(`${root}build/web`, { version, brand, files });
    isChanged ||= isOther;
    for (const { name, bytes, br, gz } of forms) {
      const most = largestBrotli[name.replace('.js', '')];
      const allowed = most ? ` (of ${most} allowed)` : '';
      console.log(`build/web/${brand}/${name}: ${bytes.length} bytes, ${gz.length} with gzip, ${br.length} with brotli${allowed}`);
      if (br.length > most) process.exitCode = 1;
    }
  }
  console.log(`build/web/v/${version}: the same, for pages that pin this version`);
  if (isChanged) {
    console.log('It held something else before. What pages have pinned must not change: raise RT_VERSION in core/base/version.h before you publish this.');
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
