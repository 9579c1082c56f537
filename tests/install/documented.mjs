// documented.mjs: the code and the commands of web/docs/testing.md, as a reader would take them from the page.
// SPDX-License-Identifier: MIT
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const page = readFileSync(fileURLToPath(new URL('../../web/docs/testing.md', import.meta.url)), 'utf8');
const blocks = [...page.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, language, text]) => ({ language, text }));

// Name -> text: a block whose first line is a comment "name: what it is for" is that file.
export const files = Object.fromEntries(
  blocks.map(({ text }) => [/^(?:\/\/|#) (\S+\.\w+): /.exec(text)?.[1], text]).filter(([name]) => name));

// The one block of commands that contains `part`.
export function commands(part) {
  const found = blocks.filter(({ language, text }) => language === 'sh' && text.includes(part));
  if (found.length !== 1) throw new Error(`web/docs/testing.md has ${found.length} blocks of commands with "${part}"`);
  return found[0].text;
}

// Writes the files of the page into `folder`; `change` (name, text) may return another text.
export function writeFiles(folder, change = (_, text) => text) {
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), change(name, text));
}
