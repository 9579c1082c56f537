// trouble.test.mjs: crashes, slow and hostile clients, and what is never written down.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import test from 'node:test';
import { Server, program, run, startServer, temporaryDirectory, withPython } from './server.mjs';

const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

test('a trigger that was answered survives kill -9', async (t) => {
  const server = await startServer(t);
  const site = server.addSite();
  const sessions = await Promise.all(Array.from({ length: 10 }, () => server.session(site)));
  // All triggers at once; the server is killed the moment the first five have been answered.
  const answered = [];
  await new Promise((resolve) => {
    for (const session of sessions) {
      server.trigger(site, session).then(async (response) => {
        if ((await response.json()).ok === true) answered.push(session);
        if (answered.length === 5) resolve();
      }).catch(() => {});
    }
  });
  await server.restart('SIGKILL');
  for (const session of answered) assert.equal((await server.state(site, session)).status, 'ready');
  for (const session of sessions) {
    assert.notEqual((await server.state(site, session)).status, 'expired');
    assert.equal((await (await server.trigger(site, session)).json()).ok, true);
  }
});

test('a restart during a long poll loses neither session nor trigger', async (t) => {
  const server = await startServer(t);
  const site = server.addSite();
  const session = await server.session(site);
  const cut = server.state(site, session, '&wait=25').then(() => 'answered', () => 'cut');
  await pause(100);
  await server.restart('SIGKILL');
  assert.equal(await cut, 'cut');
  const poll = server.state(site, session, '&wait=25');
  await server.trigger(site, session);
  assert.equal((await poll).status, 'ready');
});

test('more than eight polls of one session: the oldest are answered, the others wait on', async (t) => {
  const server = await startServer(t);
  const site = server.addSite();
  const session = await server.session(site);
  const early = [];
  let polls;
  await new Promise((resolve) => {
    polls = Array.from({ length: 10 }, async () => {
      const { status } = await server.state(site, session, '&wait=25');
      if (early.push(status) === 2) resolve();
      return status;
    });
  });
  assert.deepEqual(early, ['pending', 'pending']);
  await server.trigger(site, session);
  assert.deepEqual((await Promise.all(polls)).sort(), ['pending', 'pending', ...Array(8).fill('ready')]);
});

test('SIGTERM answers what is under way and exits with 0', async (t) => {
  const server = await startServer(t);
  const site = server.addSite();
  const session = await server.session(site);
  const poll = server.state(site, session, '&wait=25');
  await pause(1000); // it must have arrived, also on a busy machine
  assert.equal(await server.stop('SIGTERM'), 0);
  assert.deepEqual(await poll, { status: 'pending' });
});

test('keys and tokens survive a restart', async (t) => {
  const server = await startServer(t);
  const site = server.addSite();
  const session = await server.session(site);
  assert.equal(await server.stop('SIGINT'), 0);
  await server.start([], `127.0.0.1:${server.port}`);
  assert.equal((await server.trigger(site, session)).status, 200);
});

test('while another process holds the database, answers wait and nothing is lost', async (t) => {
  const server = await startServer(t);
  const site = server.addSite();
  const session = await server.session(site);
  const holder = withPython(server.database, 'database.execute("BEGIN IMMEDIATE")\nwait()\ndatabase.execute("COMMIT")');
  await holder.waiting;
  let isAnswered = false;
  const trigger = server.trigger(site, session).finally(() => { isAnswered = true; });
  await pause(300);
  assert.equal(isAnswered, false);
  assert.equal((await server.state(site, session)).status, 'pending'); // not durable, not visible
  await holder.finish();
  assert.deepEqual(await (await trigger).json(), { ok: true });
  assert.equal((await server.state(site, session)).status, 'ready');
});

test('a body of more than 64 KiB is 413, nested ones 400, and the server goes on', async (t) => {
  const server = await startServer(t);
  const site = server.addSite();
  const headers = { 'x-integration-secret': site.integrationSecret };
  const trigger = (body, more = {}) => server.post('/v1/widget-decline/trigger', body, { ...headers, ...more });
  const session = await server.session(site);
  const fits = JSON.stringify({ sessionId: session, more: 'x'.repeat(65536 - 100) });
  assert.equal((await trigger('x'.repeat(65 * 1024))).status, 413);
  assert.equal((await trigger('['.repeat(10000) + ']'.repeat(10000))).status, 400);
  assert.equal((await trigger(Buffer.from('7b2261223a22ff227d', 'hex'))).status, 400);
  assert.equal((await trigger('a=1', { 'content-type': 'application/x-www-form-urlencoded' })).status, 415);
  assert.equal((await trigger(fits)).status, 200);
  const chunked = await server.raw(`POST /v1/events/click HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${'2000\r\n'.concat('y'.repeat(8192), '\r\n').repeat(10)}0\r\n\r\n`);
  assert.match(chunked, /^HTTP\/1\.1 413 /);
});

test('a body of a size that would never be read is refused before it is sent', async (t) => {
  const server = await startServer(t);
  const head = 'POST /v1/widget-decline/trigger HTTP/1.1\r\nHost: x\r\nOrigin: https://shop.example\r\n';
  for (const more of ['Expect: 100-continue\r\nContent-Length: 70000', 'Content-Length: 2000000', 'Content-Length: 9000000000000000000']) {
    const answer = await server.raw(`${head}${more}\r\n\r\n`); // ends because the server closes the connection
    assert.match(answer, /^HTTP\/1\.1 413 /, more);
    assert.match(answer, /"code":"too_large"/);
    assert.match(answer, /access-control-allow-origin: \*/i);
  }
});

test('an address of more than 2048 bytes is 400', async (t) => {
  const server = await startServer(t);
  const response = await fetch(`${server.url}/v1/decision?pub=${'x'.repeat(2100)}`);
  assert.equal(response.status, 400);
  assert.equal((await response.json()).code, 'bad_request');
});

test('an IPv6 address is as good', async (t) => {
  const server = new Server(path.join(temporaryDirectory(t), 'test.db'));
  await server.start([], '[::1]:0');
  t.after(() => server.stop('SIGKILL'));
  assert.match(server.url, /^http:\/\/\[::1\]:\d+$/);
  const site = server.addSite();
  assert.equal((await server.state(site, await server.session(site))).status, 'pending');
});

test('requests that are no HTTP are refused without harm', async (t) => {
  const server = await startServer(t);
  const lines = ['\r\n\r\n', 'GARBAGE\r\n\r\n', 'GET\r\n\r\n', `GET /${'x'.repeat(9000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n', '\x00\x01\x02\r\n\r\n', `GET / HTTP/1.1\r\n${'A: b\r\n'.repeat(9000)}\r\n`];
  for (const line of lines) {
    const socket = net.connect(server.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.end(line);
    await new Promise((resolve) => socket.once('close', resolve).resume());
    assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
  }
});

test('a client that sends a byte at a time is cut off, others are not', async (t) => {
  const server = await startServer(t);
  const socket = net.connect(server.port, '127.0.0.1');
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve).resume());
  const text = `X-Slow: ${'z'.repeat(1000)}`;
  let at = 0;
  socket.write('GET /healthz HTTP/1.1\r\n'); // a first line that is slow, or silence, is given less: the next test
  const timer = setInterval(() => socket.write(text[at++]), 250);
  const site = server.addSite();
  const poll = server.state(site, await server.session(site), '&wait=22'); // longer than the slow client is given
  await closed;
  clearInterval(timer);
  assert.ok(at < text.length, 'it was given all the time it wanted');
  assert.deepEqual(await poll, { status: 'pending' });
});

test('a silent connection is closed before one that asks', async (t) => {
  const server = await startServer(t);
  const order = [];
  const open = (name, text) => new Promise((resolve) => {
    const socket = net.connect(server.port, '127.0.0.1', () => socket.write(text));
    socket.on('error', () => {});
    socket.on('close', () => resolve(order.push(name))).resume();
  });
  const asking = open('asking', 'GET /healthz HTTP/1.1\r\n'); // first, and given 20 seconds
  await open('silent', '');
  assert.deepEqual(order, ['silent']);
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
  server.stop('SIGKILL');
  await asking;
});

test('one address may open 512 connections, of this machine as many as it likes', async (t) => {
  const outward = new Server(path.join(temporaryDirectory(t), 'test.db'));
  await outward.start([], '[::ffff:127.0.0.1]:0'); // this machine too, but not what the server knows as such
  t.after(() => outward.stop('SIGKILL'));
  const inward = await startServer(t);
  for (const [server, expected] of [[outward, 512], [inward, 520]]) {
    const sockets = Array.from({ length: 520 }, () => net.connect(server.port, '127.0.0.1'));
    const answered = sockets.map((socket) => new Promise((resolve) => {
      socket.on('error', () => resolve(false));
      socket.on('close', () => resolve(false));
      socket.on('data', () => resolve(true));
      socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    }));
    assert.equal((await Promise.all(answered)).filter(Boolean).length, expected);
    for (const socket of sockets) socket.destroy();
  }
});

test('a database that cannot be used is one sentence and exit 1', async (t) => {
  const directory = temporaryDirectory(t);
  const garbage = path.join(directory, 'garbage.db');
  writeFileSync(garbage, 'this is no database, but long enough to look at'.repeat(30));
  const newer = path.join(directory, 'newer.db');
  assert.equal(run(['site', 'list', '--db', newer]).code, 0);
  const header = readFileSync(newer);
  header.writeUInt32BE(99, 60); // PRAGMA user_version, file format 1.3
  writeFileSync(newer, header);
  const foreign = path.join(directory, 'foreign.db');
  await withPython(foreign, 'database.execute("CREATE TABLE sessions (name TEXT)")').finish();
  const before = readFileSync(foreign);
  const cases = [[foreign, /cannot be used: it belongs to another program\.$/m], [garbage, /cannot be opened|cannot be used/], [path.join(directory, 'no/such/dir.db'), /cannot be opened/], [directory, /cannot be opened/], [newer, /newer version/]];
  for (const [database, sentence] of cases) {
    for (const words of [['serve', '--listen', '127.0.0.1:0'], ['site', 'list'], ['offer', 'list']]) {
      const result = run([...words, '--db', database]);
      assert.equal(result.code, 1, database);
      assert.match(result.err, sentence);
      assert.equal(result.err.trim().split('\n').length, 1);
      assert.equal(result.out, '');
    }
  }
  assert.ok(readFileSync(foreign).subarray(100).equals(before.subarray(100)), 'nothing but the journal mode was touched');
});

test('an address that is taken, wrong or public with --dev is one sentence', async (t) => {
  const server = await startServer(t);
  const database = `${server.database}2`;
  const taken = run(['serve', '--db', database, '--listen', `127.0.0.1:${server.port}`]);
  assert.equal(taken.code, 1);
  assert.match(taken.err, /^retarget: Cannot listen on .*\n$/);
  assert.match(run(['serve', '--db', database, '--listen', 'nonsense']).err, /ADDR:PORT/);
  const dev = run(['serve', '--db', database, '--listen', '0.0.0.0:0', '--dev']);
  assert.equal(dev.code, 1);
  assert.match(dev.err, /--dev is for this machine only/);
});

test('two servers on one database see each other\'s sessions after a restart, and both keep writing', async (t) => {
  const server = await startServer(t);
  const site = server.addSite();
  const twin = new Server(server.database);
  await twin.start();
  t.after(() => twin.stop('SIGKILL'));
  const [one, two] = [await server.session(site), await twin.session(site)];
  await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? server : twin).session(site)));
  assert.equal((await twin.trigger(site, two)).status, 200);
  await server.restart('SIGTERM');
  assert.equal((await server.state(site, one)).status, 'pending');
  assert.equal((await server.state(site, two)).status, 'ready');
});

test('neither secrets nor addresses nor tokens come into the log or the database', async (t) => {
  const server = await startServer(t);
  const site = server.addSite();
  const session = await server.session(site);
  await server.trigger(site, session, { reason: 'self_excluded' });
  await server.trigger({ integrationSecret: 'its_wrong-secret-of-somebody' }, session);
  await server.get(`/v1/r?t=${'A'.repeat(44)}`);
  await server.post('/v1/events/click', '{"bad', { 'user-agent': 'VerySpecialBrowser/1' });
  await server.raw('BROKEN \x01\r\n\r\n');
  await server.stop();
  assert.equal(server.log.replace(`${server.url}\n`, ''), '');
  const bytes = Buffer.concat([readFileSync(server.database), Buffer.from(execFileSync('sh', ['-c', `cat "${server.database}"-wal 2>/dev/null || true`]))]);
  for (const text of [site.integrationSecret, site.integrationSecret.slice(4), 'its_', '127.0.0.1', 'VerySpecialBrowser', 'wrong-secret']) {
    assert.equal(bytes.includes(text), false, text);
  }
  const strings = execFileSync(program, ['site', 'list', '--json', '--db', server.database], { encoding: 'utf8' });
  assert.equal(strings.includes('its_'), false);
});
