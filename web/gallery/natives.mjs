// natives.mjs: the program's own drawing of a picture of the gallery, out of the answer that the widget on it had.
// Knows how to ask `retarget render`; takes no screenshot.
// SPDX-License-Identifier: MIT
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findServerProgram, projectDirectory } from '../demo/stack.mjs';

// What is only in a browser: where a visitor points, scrolls and prints to, their machine's colours and screen.
const isOnlyInBrowsers = (shot) =>
  ['fontPx', 'zoom', 'insets', 'isForced', 'motion', 'isPrint', 'isAtEnd', 'hover', 'focus', 'at'].some((setting) => shot[setting] !== undefined);

// Draws `shot` of shots.mjs into `directory`, where its `offersFile` is. Returns the name of the file, null where there is
// nothing to draw.
export function drawNative(shot, directory) {
  if (isOnlyInBrowsers(shot)) return null;
  const file = `${shot.name}-native.png`;
  const options = ['--viewport', shot.viewport.join('x'), '--theme', shot.scheme, '--images', join(projectDirectory, 'web/demo/images'), '-o', join(directory, file)];
  if (shot.isSection) options.push('--section');
  if (shot.accent) options.push('--accent', shot.accent);
  const { status, stderr, error } = spawnSync(findServerProgram(), ['render', '--offers', join(directory, shot.offersFile), ...options], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`no drawing of “${shot.caption}”: ${error?.message ?? stderr.trim()}`);
  return file;
}
