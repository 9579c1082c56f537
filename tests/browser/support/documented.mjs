// documented.mjs: the code that the docs tell integrators to copy, taken from the docs, so that what is printed is what is tested.
// SPDX-License-Identifier: MIT

import { readFileSync } from 'node:fs';

// Returns the one fenced block of `language` in web/docs/`page` that contains `part`, spelled for `brand`.
export function documentedCode(brand, page, language, part) {
  const text = readFileSync(new URL(`../../../web/docs/${page}`, import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].filter((match) => match[1] === language && match[2].includes(part));
  if (blocks.length !== 1) throw new Error(`${page} has ${blocks.length} blocks of ${language} with ${JSON.stringify(part)}, expected 1`);
  return blocks[0][2].replaceAll('RETARGET', brand.key.toUpperCase()).replaceAll('retarget', brand.key);
}
