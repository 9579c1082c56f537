// demo.test.mjs: the command a newcomer types first, as a process.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { serve } from '../../web/demo/small_http.mjs';
import { projectDirectory } from '../../web/demo/stack.mjs';
import { eventually } from '../../web/demo/eventually.mjs';
import { needs } from './support/engines.mjs';

const program = fileURLToPath(new URL('../../web/demo/run.mjs', import.meta.url));

// Starts the demo. `ended` resolves to { code, output } with everything it printed; output() is what it has printed so far.
function start(...words) {
  const printed = [];
  let child;
  const ended = new Promise((resolve) => {
    child = execFile(process.execPath, [program, ...words], (error) => resolve({ code: error ? error.code : 0, output: printed.join('') }));
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => printed.push(text));
  return { child, ended, output: () => printed.join('') };
}

// Width and height of a PNG file, from its header.
function sizeOfPicture(name) {
  const bytes = readFileSync(join(projectDirectory, 'build/demo', name));
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

test('--check drives every step, writes both pictures and ends with 0', async (t) => {
  if (!needs(t, 'the demo')) return;
  for (const name of ['overlay.png', 'overlay-mobile.png']) rmSync(join(projectDirectory, 'build/demo', name), { force: true });
  const { code, output } = await start('--check').ended;
  assert.equal(code, 0, output);
  assert.match(output, /ok {3}a click on an offer reaches the advertiser/);
  assert.deepEqual(sizeOfPicture('overlay.png'), [1280, 800]);
  assert.deepEqual(sizeOfPicture('overlay-mobile.png'), [390, 844]);
});

test('it says what to open, serves it, and Ctrl-C ends it with nothing left behind', async (t) => {
  if (!needs(t, 'the demo')) return;
  const demo = start('--port', '0');
  t.after(() => demo.child.kill('SIGTERM'));
  const port = await eventually(() => /Open http:\/\/localhost:(\d+)/.exec(demo.output())?.[1], () => `it printed: ${demo.output()}`);
  const url = `http://127.0.0.1:${port}`; // a browser knows localhost by itself; a machine need not have a name for it
  const api = /API +(\S+)/.exec(demo.output())[1];
  assert.equal((await fetch(url)).status, 200);
  assert.equal((await fetch(`${api}/healthz`)).status, 200);
  demo.child.kill('SIGINT');
  const { code, output } = await demo.ended;
  assert.equal(code, 0, output);
  for (const address of [url, api]) await assert.rejects(fetch(address), undefined, `${address} still answers`);
});

test('a port that is taken is one sentence and 1', async (t) => {
  if (!needs(t, 'the demo')) return;
  const other = await serve({ host: '127.0.0.1', port: 0, handle: () => {} });
  const { port } = new URL(other.origin);
  const { code, output } = await start('--port', port).ended;
  await other.close();
  assert.equal(code, 1);
  assert.equal(output, `demo: Port ${port} is already in use: stop what runs there or pass another --port.\n`);
});
