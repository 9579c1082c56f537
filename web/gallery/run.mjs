// run.mjs: writes build/gallery/index.html: what a visitor sees in every state, on every kind of screen.
// A picture that cannot be taken fails the whole with a sentence. Decides no picture: shots.mjs lists them.
// SPDX-License-Identifier: MIT
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { brandNamed } from '../demo/brands.mjs';
import { createCleanup } from '../demo/processes.mjs';
import { projectDirectory } from '../demo/stack.mjs';
import { drawNative } from './natives.mjs';
import { galleryPage } from './page.mjs';
import { allShots } from './shots.mjs';
import { openStudio } from './studio.mjs';

const directory = join(projectDirectory, 'build/gallery');
const usage = `usage: node web/gallery/run.mjs [--only WORDS]
  --only WORDS   take only the pictures whose group or caption contains WORDS ("Zoom", "390×844", "Arabic")`;

function readArguments() {
  const { values } = parseArgs({ options: { only: { type: 'string', default: '' }, help: { type: 'boolean', default: false } } });
  const shots = allShots.filter(({ group, caption }) => `${group} · ${caption}`.includes(values.only));
  if (shots.length === 0) throw new Error(`no picture's group or caption contains "${values.only}"`);
  return { shots, help: values.help };
}

async function main() {
  const { shots, help } = readArguments();
  if (help) return console.log(usage);
  const names = new Set(allShots.map(({ name }) => name));
  if (names.size !== allShots.length) throw new Error('two pictures of web/gallery/shots.mjs have one name');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const cleanup = createCleanup();
  let count = 0;
  const report = () => process.stdout.isTTY && process.stdout.write(`\r${++count} of ${shots.length}`);
  try {
    const studio = await openStudio({ directory, brand: brandNamed('retarget'), cleanup });
    for (const content of new Set(shots.map((shot) => shot.content))) {
      const taken = shots.filter((shot) => shot.content === content);
      await studio.photograph(taken, report);
      for (const shot of taken) shot.native = drawNative(shot, directory);
    }
  } finally {
    await cleanup.stopAll();
  }
  writeFileSync(join(directory, 'index.html'), galleryPage(shots));
  console.log(`${process.stdout.isTTY ? '\r' : ''}${shots.length} pictures: build/gallery/index.html`);
}

try {
  await main();
} catch (error) {
  console.error(`gallery: ${error.message}`);
  process.exitCode = 1;
}
