// diagnostics.test.mjs: every code an embed can show is explained to integrators, and no code is explained that does not exist.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { read } from './files.mjs';

test('the codes of core/embed/diagnostics.def and web/host/start_embed.mjs are those of web/docs/troubleshooting.md', () => {
  const ofCore = [...read('core/embed/diagnostics.def').matchAll(/^RT_DIAGNOSTIC\([A-Z_]+, "([a-z_]+)"/gm)].map((match) => match[1]);
  const ofHost = [...read('web/host/start_embed.mjs').matchAll(/\bsay\(\s*LOG_[A-Z]+,\s*'([a-z_]+)'/g)].map((match) => match[1]);
  assert.equal(ofHost.length, 3);
  const known = [...ofCore, ...ofHost];
  const explained = [...read('web/docs/troubleshooting.md').matchAll(/^\| `([a-z_]+)` \|/gm)].map((match) => match[1]);
  assert.ok(known.length > 0);
  assert.deepEqual(explained.sort(), known.sort());
});
