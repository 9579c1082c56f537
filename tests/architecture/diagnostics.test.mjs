// diagnostics.test.mjs: every code and state that an embed can show is explained to integrators, and none that does not exist.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { read } from './files.mjs';

test('the codes of core/embed/diagnostics.def, web/host/start_embed.mjs and web/entries/trace.js are those of web/docs/troubleshooting.md', () => {
  const ofCore = [...read('core/embed/diagnostics.def').matchAll(/^RT_DIAGNOSTIC\([A-Z_]+, "([a-z_]+)"/gm)].map((match) => match[1]);
  const ofHost = [...(read('web/host/start_embed.mjs') + read('web/entries/trace.js')).matchAll(/\bsay\(\s*LOG_[A-Z]+,\s*'([a-z_]+)'/g)].map((match) => match[1]);
  assert.equal(ofHost.length, 5);
  const known = [...ofCore, ...ofHost];
  const explained = [...read('web/docs/troubleshooting.md').matchAll(/^\| `([a-z_]+)` \|/gm)].map((match) => match[1]);
  assert.ok(known.length > 0);
  assert.deepEqual(explained.sort(), known.sort());
});

test('the states that an embed can be in are those of web/docs/decline-widget.md', () => {
  const body = /^const char \*rt_embed_state\([^]*?^}/m.exec(read('core/embed/embed.c'))[0];
  const known = new Set([...body.matchAll(/"([a-z]+)"/g)].map((match) => match[1]));
  const table = /^\| `state` \| meaning \|\n([^]*?)\n\n/m.exec(read('web/docs/decline-widget.md'))[1];
  const explained = table.split('\n').slice(1).flatMap((row) => [...row.split('|')[1].matchAll(/`([a-z]+)`/g)].map((match) => match[1]));
  assert.deepEqual(explained.sort(), [...known].sort());
});
