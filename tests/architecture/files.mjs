// files.mjs: what the architecture tests read: the files of the repository and where their rooms are.
// SPDX-License-Identifier: MIT
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

// Runs a program in the root of the repository and returns what it printed.
export function run(program, ...args) {
  return execFileSync(program, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 });
}

export const read = (file) => readFileSync(path.join(root, file), 'utf8');
export const readBytes = (file) => readFileSync(path.join(root, file));

// Paths, relative to the root, of all files that are in git or would be added by `git add -A`.
export const files = run('git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard')
  .split('\0')
  .filter((file) => file !== '' && existsSync(path.join(root, file)));

// Yields {file, line, text} for every line of every given file.
export function* linesOf(someFiles) {
  for (const file of someFiles) {
    for (const [index, text] of read(file).split('\n').entries()) yield { file, line: index + 1, text };
  }
}

// The message of a failed test: every finding on a line of its own.
export const report = (findings) => `\n  ${findings.join('\n  ')}\n`;
