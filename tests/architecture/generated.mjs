// generated.mjs: parts of the docs that are written from the lists the code is compiled from.
// Knows no list: whoever calls brings the text.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { read, root } from './files.mjs';

// Rows of a Markdown table.
export const table = (...rows) => {
  const [head, ...body] = rows.map((cells) => `| ${cells.join(' | ')} |`);
  return [head, `|${'---|'.repeat(rows[0].length)}`, ...body].join('\n');
};

// The rows of `macro` in a list of C: the arguments of each as strings, quoted or not, neighbouring literals joined.
export function rowsOf(file, macro) {
  const rows = [];
  for (const [, body] of read(file).matchAll(new RegExp(`^${macro}\\(((?:"(?:[^"\\\\]|\\\\.)*"|[^"()])*)\\)`, 'gm'))) {
    const cells = [...body.matchAll(/((?:"(?:[^"\\]|\\.)*"\s*)+|[^",]+?)\s*(?:,|$)/g)].map(([, cell]) => cell.trim());
    rows.push(cells.map((cell) => (cell.startsWith('"') ? [...cell.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text.replace(/\\(.)/g, '$1')).join('') : cell)));
  }
  return rows;
}

// The part `name` of a page of the docs has to hold `text`; with RT_BLESS=1 it does afterwards. It stands between a comment
// that says the command and one that ends it.
export function assertGenerated(file, name, test, text) {
  const command = `RT_BLESS=1 node --test tests/architecture/${test}`;
  const start = `<!-- ${name}, written by: ${command} -->\n`;
  const end = `<!-- end of ${name} -->`;
  const page = read(file);
  const from = page.indexOf(start);
  const to = page.indexOf(end, from);
  assert.ok(from >= 0 && to >= 0, `${file} has no place for it between "${start.trim()}" and "${end}"`);
  const written = `${page.slice(0, from)}${start}\n${text}\n\n${page.slice(to)}`;
  if (page === written) return;
  if (!process.env.RT_BLESS) assert.fail(`the ${name} in ${file} are stale. Write them again: ${command}`);
  writeFileSync(path.join(root, file), written);
}
