// tapes.test.mjs: the wasm build replays, byte for byte, every tape that the native build replays: those of
// tests/tapes, those in the scenario pages, and any others: TAPES=FOLDER node --test tests/wasm/tapes.test.mjs
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createMask } from '../../web/host/tape_mask.mjs';
import { difference, fence, rewrite } from '../support/tape.mjs';
import { coreModule } from './support.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const list = (folder, ending) => readdirSync(folder).filter((name) => name.endsWith(ending)).map((name) => `${folder}/${name}`);

const kept = list(`${root}tests/tapes`, '.tape');
const scenarios = list(`${root}tests/scenarios`, '.md');

test('there are tapes to replay', () => {
  assert.ok(kept.length >= 5, `found ${kept}`);
  assert.ok(scenarios.length >= 20, `found ${scenarios}`);
});

// As it is, and as a page would have masked it.
function replays(file, tape) {
  for (const text of [tape, rewrite(coreModule, tape, { mask: createMask() })]) {
    const found = difference(coreModule, text);
    assert.equal(found, null, `${file.replace(root, '')}: ${JSON.stringify(found, null, 1)}`);
  }
}

for (const file of kept) test(`wasm replays ${file.replace(root, '')}`, () => replays(file, readFileSync(file, 'utf8')));

for (const file of [...scenarios, `${root}tests/tapes/FORMAT.md`]) {
  test(`wasm replays the tape of ${file.replace(root, '')}`, () => replays(file, fence(readFileSync(file, 'utf8'), 'tape')));
}

test('a changed answer, a missing command and a command too many are noticed', () => {
  const tape = readFileSync(`${root}tests/tapes/normal.tape`, 'utf8');
  assert.ok(difference(coreModule, tape.replace('\\"status\\":\\"ready\\"', '\\"status\\":\\"Ready\\"')));
  assert.ok(difference(coreModule, tape.replace(/ {2}< send_http.*\n/, '')));
  assert.ok(difference(coreModule, tape.replace(/( {2}< measure_viewport\n)/, '$1$1')));
});

if (process.env.TAPES) {
  test(`wasm replays the tapes in ${process.env.TAPES}`, () => {
    const files = list(process.env.TAPES, '.tape');
    assert.ok(files.length > 0, 'there are none');
    for (const file of files) replays(file, readFileSync(file, 'utf8'));
  });
}
