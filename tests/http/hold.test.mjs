// hold.test.mjs: a database that cannot be written for longer than anybody should wait.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { startServer, withPython } from './server.mjs';

test('a trigger that cannot be made durable is 503, and repeating it does no harm', async (t) => {
  const server = await startServer(t);
  const site = server.addSite();
  const session = await server.session(site);
  const holder = withPython(server.database, 'database.execute("BEGIN IMMEDIATE")\nwait()\ndatabase.execute("COMMIT")');
  await holder.waiting;
  const waiting = server.state(site, session, '&wait=25');
  const refused = await server.trigger(site, session);
  assert.equal(refused.status, 503);
  assert.equal(refused.headers.get('retry-after'), '2');
  assert.equal((await refused.json()).code, 'unavailable');
  assert.equal((await server.state(site, session)).status, 'pending');
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
  await holder.finish();
  assert.equal((await waiting).status, 'ready'); // the batch was kept and is committed now
  assert.deepEqual(await (await server.trigger(site, session)).json(), { ok: true, alreadyTriggered: true });
  assert.match(server.log, /the database cannot be written \(database is locked\); trying again\n.*can be written again\n/);
});
