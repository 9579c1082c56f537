// tapes.test.mjs: the wasm builds and the JavaScript made of one replay, byte for byte, every tape that the native build
// replays: those of tests/tapes, those in the scenario pages, and those of simulated worlds; more of the latter:
// RETARGET_WORLDS=500 node --test tests/wasm/tapes.test.mjs. And any others: TAPES=FOLDER.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createMask } from '../../web/host/tape_mask.mjs';
import { difference, fence, rewrite } from '../support/tape.mjs';
import { engines, fileBytes } from './support.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const list = (folder, ending) => readdirSync(folder).filter((name) => name.endsWith(ending)).map((name) => `${folder}/${name}`);

const kept = list(`${root}tests/tapes`, '.tape');
const scenarios = list(`${root}tests/scenarios`, '.md');

test('there are tapes to replay', () => {
  assert.ok(kept.length >= 5, `found ${kept}`);
  assert.ok(scenarios.length >= 20, `found ${scenarios}`);
});

// The core of the page that a tape is of: that with its kind alone.
const modules = {};
function freshPageCore(tape) {
  const [, kind] = /^config kind=(\w+)/m.exec(tape);
  modules[kind] ??= new WebAssembly.Module(fileBytes(`build/wasm/core-${kind}.wasm`));
  return new WebAssembly.Instance(modules[kind]).exports;
}

function same(file, tape) {
  for (const [engine, freshCore] of Object.entries({ ...engines, 'the core of the page': () => freshPageCore(tape) })) {
    const found = difference(freshCore, tape);
    assert.equal(found, null, `${engine}, ${file.replace(root, '')}: ${JSON.stringify(found, null, 1)}`);
  }
}

// As it is, and as a page would have masked it.
function replays(file, tape) {
  for (const text of [tape, rewrite(engines.wasm, tape, { mask: createMask() })]) same(file, text);
}

for (const file of kept) test(`both engines replay ${file.replace(root, '')}`, () => replays(file, readFileSync(file, 'utf8')));

for (const file of [...scenarios, `${root}tests/tapes/FORMAT.md`]) {
  test(`both engines replay the tape of ${file.replace(root, '')}`, () => replays(file, fence(readFileSync(file, 'utf8'), 'tape')));
}

test('a changed answer, a missing command and a command too many are noticed', () => {
  const tape = readFileSync(`${root}tests/tapes/normal.tape`, 'utf8');
  for (const freshCore of Object.values(engines)) {
    assert.ok(difference(freshCore, tape.replace('\\"status\\":\\"ready\\"', '\\"status\\":\\"Ready\\"')));
    assert.ok(difference(freshCore, tape.replace(/ {2}< send_http.*\n/, '')));
    assert.ok(difference(freshCore, tape.replace(/( {2}< measure_viewport\n)/, '$1$1')));
  }
});

// The first pages of each world.
test('both engines replay the tapes of simulated worlds', (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'retarget-tapes-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const program = process.env.RETARGET_PROGRAM ?? `${root}build/dev/bin/retarget`;
  const worlds = Number(process.env.RETARGET_WORLDS ?? 40);
  execFileSync(program, ['simulate', '--seed', '1', '--runs', String(worlds), '--tapes', folder], { stdio: 'ignore' });
  const files = list(folder, '.tape');
  assert.ok(files.length >= worlds, `${files.length} tapes`);
  for (const file of files) same(file, readFileSync(file, 'utf8'));
});

if (process.env.TAPES) {
  test(`both engines replay the tapes in ${process.env.TAPES}`, () => {
    const files = list(process.env.TAPES, '.tape');
    assert.ok(files.length > 0, 'there are none');
    for (const file of files) replays(file, readFileSync(file, 'utf8'));
  });
}
