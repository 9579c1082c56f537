// hold.test.mjs: a database that cannot be written for longer than anybody should wait.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import net from 'node:net';
import test from 'node:test';
import { anOffer, origin, startServer, withPython } from './server.mjs';

// No file of the server may grow from now on.
const limitFiles = (server, limit) => execFileSync('prlimit', ['--pid', String(server.child.pid), `--fsize=${limit}:`]);
const fillDisk = (server) => limitFiles(server, 4096);

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
  assert.equal((await fetch(`${server.url}/healthz`)).status, 503);
  await holder.finish();
  assert.equal((await waiting).status, 'ready'); // the batch was kept and is committed now
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
  assert.deepEqual(await (await server.trigger(site, session)).json(), { ok: true, alreadyTriggered: true });
  assert.match(server.log, /the database cannot be written \(database is locked\); trying again\n.*can be written again\n/);
});

// The load must outlast the draining, so that requests come in while the host is being taken down.
test('SIGTERM under load of connections that are kept open exits with 0', async (t) => {
  const server = await startServer(t);
  const site = server.addSite();
  const request = `POST /v1/widget-decline/session?${site.query} HTTP/1.1\r\nHost: x\r\nOrigin: ${origin}\r\nContent-Length: 0\r\n\r\n`;
  let answers = 0;
  const closed = Array.from({ length: 64 }, () => new Promise((resolve) => {
    const socket = net.connect(server.port, '127.0.0.1', () => socket.write(request));
    socket.on('error', () => {});
    socket.on('close', resolve);
    socket.on('data', () => {
      answers += 1;
      socket.write(request);
    });
  }));
  while (answers < 200) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(await server.stop('SIGTERM'), 0);
  await Promise.all(closed);
});

test('a server whose disk is full stops when it is told to', async (t) => {
  const server = await startServer(t);
  const site = server.addSite();
  fillDisk(server);
  const refused = server.post(`/v1/widget-decline/session?${site.query}`);
  while (!server.log.includes('cannot be written')) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(await server.stop('SIGTERM'), 0);
  assert.equal((await refused).status, 503);
  assert.match(server.log, /cannot be written \(disk I\/O error\); trying again\n.*stopped while the database could not be written\n$/);
});

test('a disk that is full does not keep a visitor from the landing page, and the click is written later', async (t) => {
  const server = await startServer(t);
  const site = server.addSite();
  server.addOffers(anOffer);
  const session = await server.session(site);
  await server.trigger(site, session);
  const { requestId } = await server.state(site, session);
  const { offers } = await (await server.get(`/v1/offers?${site.query}&requestId=${requestId}`)).json();
  const follow = (more) => fetch(offers[0].clickUrl, { redirect: 'manual', headers: { 'user-agent': 'Mozilla/5.0' }, ...more });
  fillDisk(server);
  assert.equal((await follow({ method: 'HEAD' })).status, 302);
  const click = await follow();
  assert.equal(click.status, 302);
  assert.match(click.headers.get('location'), /^https:\/\/ads\.example\//);
  assert.equal((await follow()).status, 302); // and again, though its batch is still open
  limitFiles(server, 'unlimited');
  while (!server.log.includes('can be written again')) await new Promise((resolve) => setTimeout(resolve, 10));
  const look = withPython(server.database, 'print(database.execute("SELECT count(*) FROM clicks WHERE followed_at > 0").fetchone()[0])');
  assert.equal((await look.finish()).trim(), '1');
});
