// scenarios.test.mjs: the wasm build plays every scenario page and must write the tape that the native build wrote.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fence, play } from '../support/scenario.mjs';

const root = new URL('../../', import.meta.url);
const pages = new URL('tests/scenarios/', root);
const module = new WebAssembly.Module(readFileSync(new URL('build/wasm/core.wasm', root)));
const names = readdirSync(pages).filter((name) => name.endsWith('.md'));

test('there are scenario pages', () => assert.ok(names.length >= 20, `found ${names.length}`));

for (const name of names) {
  test(`wasm plays ${name} as written`, () => {
    const page = readFileSync(new URL(name, pages), 'utf8');
    assert.deepEqual(play(module, fence(page, 'story')).split('\n'), fence(page, 'tape').split('\n'));
  });
}
