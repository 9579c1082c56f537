// planting.mjs: builds the program once more with a bug in one source file.
// Compiles that file as build/dev did and links it in front of build/dev's libraries, so that nothing else is built and
// no file of the repository is touched.
// SPDX-License-Identifier: MIT
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { root } from './support.mjs';

const build = path.join(root, 'build/dev');
const run = promisify(execFile);

const compilations = JSON.parse(readFileSync(path.join(build, 'compile_commands.json'), 'utf8'));
const linking = execFileSync('ninja', ['-C', build, '-t', 'commands', 'bin/retarget'], { encoding: 'utf8', maxBuffer: 1 << 26 }).trim().split('\n').pop();

// The source text with the bug in it. A piece that is not there exactly once is an error: the row is out of date.
export function withBug({ file, edits }) {
  let text = readFileSync(path.join(root, file), 'utf8');
  for (const [piece, instead] of edits) {
    const times = text.split(piece).length - 1;
    if (times !== 1) throw new Error(`${file} has this ${times} times, not once; plant the bug where its code is now:\n${piece}`);
    text = text.replace(piece, () => instead);
  }
  return text;
}

// Builds it as build/planted/<name>/retarget; returns the path.
export async function plant(name, bug) {
  const folder = path.join(root, 'build/planted', name);
  const file = path.join(root, bug.file);
  const [source, object, program] = ['planted.c', 'planted.o', 'retarget'].map((part) => path.join(folder, part));
  const entry = compilations.find((candidate) => candidate.file === file);
  mkdirSync(folder, { recursive: true });
  writeFileSync(source, withBug(bug));
  const compile = entry.command
    .replace(/ -MD -MT \S+ -MF \S+/, '')
    .replace(/ -o \S+/, ` -o ${object}`)
    .replace(` -c ${file}`, ` -c ${source}`)
    .replaceAll(' -Werror', ' -w'); // what a bug leaves unused is its own business
  await run('sh', ['-c', compile], { cwd: entry.directory });
  const link = linking.replace(/^: && /, '').replace(/ && :$/, '').replace(' -o bin/retarget ', ` ${object} -o ${program} `);
  await run('sh', ['-c', link], { cwd: build });
  return program;
}
