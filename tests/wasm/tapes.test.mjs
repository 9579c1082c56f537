// tapes.test.mjs: the wasm build replays, byte for byte, every tape that the native build replays: those of
// tests/tapes, those in the scenario pages, and simulated ones.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { difference, fence } from '../support/tape.mjs';
import { coreModule } from './support.mjs';

const root = new URL('../../', import.meta.url).pathname;
const scenarios = readdirSync(join(root, 'tests/scenarios')).filter((name) => name.endsWith('.md'));

test('there are scenario pages', () => assert.ok(scenarios.length >= 20, `found ${scenarios.length}`));

for (const name of scenarios) {
  test(`wasm replays the tape of ${name}`, () => {
    const tape = fence(readFileSync(join(root, 'tests/scenarios', name), 'utf8'), 'tape');
    assert.equal(difference(coreModule, tape), null);
  });
}
