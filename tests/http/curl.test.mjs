// curl.test.mjs: the whole flow with nothing but curl.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { anOffer, origin, startServer } from './server.mjs';

test('the whole flow works with curl alone', async (t) => {
  const server = await startServer(t);
  const site = server.addSite();
  writeFileSync(`${server.database}.json`, JSON.stringify(anOffer));
  server.administer('offer', 'add', `${server.database}.json`);
  const script = fileURLToPath(new URL('whole_flow.sh', import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(script, [server.url, `${server.database}.poll`], {
    env: { ...process.env, PUB: site.publicKey, WEBSITE: site.websiteKey, SECRET: site.integrationSecret, ORIGIN: origin },
  });
  assert.equal(stderr, '{"ok":true}');
  assert.match(stdout, /^https:\/\/ads\.example\/\?c=clk_[\w-]{22}&w=web_[\w-]{22}&l=\n$/);
});
