// support.mjs: runs `retarget simulate` for the tests beside it.
// SPDX-License-Identifier: MIT
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const program = process.env.RETARGET_PROGRAM ?? path.join(root, 'build/dev/bin/retarget');

// A directory that goes when the test is over.
export function temporaryDirectory(t) {
  const directory = mkdtempSync(path.join(tmpdir(), 'retarget-simulation-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

const longest = 120_000; // ms: a world that hangs is not waited for

// Runs `retarget simulate` to its end. Returns { code, out, err }.
export function simulate(words, { with: which = program, ...options } = {}) {
  const result = spawnSync(which, ['simulate', ...words], { encoding: 'utf8', timeout: longest, maxBuffer: 1 << 26, ...options });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

// Starts it in a process group of its own.
export function startSimulation(words) {
  const child = spawn(program, ['simulate', ...words], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const run = { child, out: '', err: '', exit: once(child, 'close') };
  child.stdout.on('data', (data) => { run.out += data; });
  child.stderr.on('data', (data) => { run.err += data; });
  return run;
}

// Whether any process of the group is left.
export function isGroupAlive(pid) {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

// The number in front of a word: "1,362 pages" with 'pages' gives 1362.
export const numberBefore = (text, word) => Number(new RegExp(`([\\d,]+) ${word}`).exec(text)?.[1].replaceAll(',', ''));

// Words of a line as a shell would take them; our lines quote nothing.
export const wordsOf = (line) => line.trim().split(/\s+/);
