// golden.mjs: pages that a test writes and a person reads; a change of them is what a reviewer looks at.
// SPDX-License-Identifier: MIT

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

// The file `name`, from the project's root, has to hold `text`; with RT_BLESS=1 it does afterwards. `command` runs the test.
export function assertGolden(name, text, command) {
  const file = path.join(root, name);
  if (process.env.RT_BLESS) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return;
  }
  let written = '';
  try {
    written = readFileSync(file, 'utf8');
  } catch {
    // Missing is empty.
  }
  assert.equal(text, written, `${name} says something else. If it should: RT_BLESS=1 ${command}`);
}

// Rows of cells as a table of Markdown.
export function writeTable(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
