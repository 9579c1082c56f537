// diagnostics.test.mjs: every code and state that an embed can show is explained to integrators, and none that does not exist.
// RT_BLESS=1 node --test tests/architecture/diagnostics.test.mjs writes the table of codes anew.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { read } from './files.mjs';
import { assertGenerated, rowsOf, table } from './generated.mjs';

const list = 'core/embed/diagnostics.def';
const ofCore = rowsOf(list, 'RT_DIAGNOSTIC');
const ofPage = rowsOf(list, 'RT_PAGE_DIAGNOSTIC');
const all = [...ofCore, ...ofPage].map(([, code, level, sentence, meaning, remedy]) => ({ code, level, sentence, meaning, remedy }));

test('every row of core/embed/diagnostics.def is read, and its code is its name and its only one', () => {
  assert.equal(all.length, read(list).match(/^RT_(PAGE_)?DIAGNOSTIC\(/gm).length);
  for (const row of [...ofCore, ...ofPage]) {
    assert.equal(row.length, 6, row[0]);
    assert.equal(row[1], row[0].toLowerCase());
  }
  assert.equal(new Set(all.map(({ code }) => code)).size, all.length);
});

test('web/docs/troubleshooting.md explains every code', () => {
  const order = ['ERROR', 'WARNING', 'DEBUG'];
  const event = { ERROR: '`…:error`', WARNING: '', DEBUG: '' };
  const sorted = order.flatMap((level) => all.filter((row) => row.level === level));
  const rows = sorted.map(({ code, level, meaning, remedy }) => [`\`${code}\``, level.toLowerCase(), event[level], meaning, remedy]);
  assertGenerated('web/docs/troubleshooting.md', 'codes', 'diagnostics.test.mjs', table(['code', 'level', 'event', 'what it means', 'what to do'], ...rows));
});

test('what the page says by itself is in the list', () => {
  const said = [...(read('web/host/start_embed.mjs') + read('web/entries/trace.js')).matchAll(/\bsay\(\s*LOG_([A-Z]+),\s*'([a-z_]+)'/g)].map(([, level, code]) => [code, level]);
  assert.deepEqual(said.sort(), ofPage.map(([, code, level]) => [code, level]).sort());
});

test('the states that an embed can be in are those of web/docs/decline-widget.md', () => {
  const body = /^const char \*rt_embed_state\([^]*?^}/m.exec(read('core/embed/embed.c'))[0];
  const known = new Set([...body.matchAll(/"([a-z]+)"/g)].map((match) => match[1]));
  const table = /^\| `state` \| meaning \|\n([^]*?)\n\n/m.exec(read('web/docs/decline-widget.md'))[1];
  const explained = table.split('\n').slice(1).flatMap((row) => [...row.split('|')[1].matchAll(/`([a-z]+)`/g)].map((match) => match[1]));
  assert.deepEqual(explained.sort(), [...known].sort());
});
