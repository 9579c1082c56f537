// server.mjs: a real `retarget serve` on a database of its own, for the tests beside it.
// Every test file has its own server; nothing is shared but the program.
// SPDX-License-Identifier: MIT
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

// ./dev test names the one under the sanitizers.
export const program = process.env.RETARGET_PROGRAM ?? fileURLToPath(new URL('../../build/dev/bin/retarget', import.meta.url));
export const origin = 'https://shop.example';

// A directory that goes when the tests of the file are over.
export function temporaryDirectory(t) {
  const directory = mkdtempSync(path.join(tmpdir(), 'retarget-http-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

// Runs the program to its end. Returns { code, out, err }.
export function run(words, options = {}) {
  const result = spawnSync(program, words, { encoding: 'utf8', timeout: 20000, ...options });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

export class Server {
  constructor(database) {
    this.database = database;
    this.log = '';
  }

  async start(flags = [], listen = '127.0.0.1:0') {
    this.child = spawn(program, ['serve', '--listen', listen, '--db', this.database, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stderr.on('data', (data) => { this.log += data; });
    this.exit = once(this.child, 'exit');
    const lines = createInterface({ input: this.child.stdout });
    lines.on('line', (line) => { this.log += `${line}\n`; });
    const first = await Promise.race([once(lines, 'line').then(([line]) => line), this.exit.then(() => null)]);
    if (first === null) throw new Error(`retarget serve ended: ${this.log}`);
    this.url = first;
    this.port = Number(new URL(first).port);
    return this;
  }

  // Ends it with `signal`; returns the exit code.
  async stop(signal = 'SIGTERM') {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    return (await this.exit)[0];
  }

  // The same address again.
  async restart(signal = 'SIGKILL') {
    await this.stop(signal);
    return this.start([], `127.0.0.1:${this.port}`);
  }

  administer(...words) {
    return execFileSync(program, [...words, '--db', this.database], { encoding: 'utf8' });
  }

  addSite(domain = 'shop.example', ...flags) {
    const site = JSON.parse(this.administer('site', 'add', '--domain', domain, '--json', ...flags));
    site.query = `pub=${site.publicKey}&website=${site.websiteKey}`;
    return site;
  }

  addOffers(...offers) {
    const file = `${this.database}.json`;
    writeFileSync(file, JSON.stringify(offers));
    return JSON.parse(this.administer('offer', 'add', file, '--json'));
  }

  get(target, headers = {}) {
    return fetch(this.url + target, { headers: { origin, ...headers }, redirect: 'manual' });
  }

  post(target, body, headers = {}) {
    return fetch(this.url + target, { method: 'POST', body, headers: { 'content-type': 'text/plain', origin, ...headers } });
  }

  async session(site) {
    const response = await this.post(`/v1/widget-decline/session?${site.query}`);
    if (response.status !== 200) throw new Error(`session: ${response.status} ${await response.text()}`);
    return (await response.json()).sessionId;
  }

  poll(site, session, more = '') {
    return this.get(`/v1/widget-decline/session/${session}?${site.query}${more}`);
  }

  async state(site, session, more = '') {
    return (await this.poll(site, session, more)).json();
  }

  trigger(site, sessionId, more = {}) {
    return fetch(`${this.url}/v1/widget-decline/trigger`, {
      method: 'POST',
      headers: { authorization: `Bearer ${site.integrationSecret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ sessionId, ...more }),
    });
  }

  // Sends bytes as they are and returns all that comes back until the other side ends it, as text.
  async raw(text) {
    return (await this.rawBytes(text)).toString('utf8');
  }

  rawBytes(text) {
    return new Promise((resolve, reject) => {
      const socket = net.connect(this.port, '127.0.0.1');
      const parts = [];
      const answer = () => Buffer.concat(parts);
      socket.on('data', (data) => parts.push(data));
      socket.on('close', () => resolve(answer()));
      socket.on('error', (error) => (error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve(answer()) : reject(error)));
      socket.write(text);
    });
  }
}

// Runs Python on a database with the variable `database` open, as somebody who looks in from outside; node has no SQLite
// before version 22. `wait()` in the text stops there until finish() is called, which gives what was printed.
export function withPython(file, text) {
  const head = 'import sqlite3, sys, json\ndatabase = sqlite3.connect(sys.argv[1], isolation_level=None)\ndef wait():\n  print("waiting", flush=True)\n  sys.stdin.readline()\n';
  const child = spawn('/usr/bin/python3', ['-c', head + text, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  let out = '';
  const exit = once(child, 'close');
  const waiting = new Promise((resolve) => child.stdout.on('data', (data) => {
    out += data;
    if (out.includes('waiting\n')) resolve();
  }));
  return {
    waiting,
    finish: async () => {
      child.stdin.end('\n');
      const [code] = await exit;
      if (code !== 0) throw new Error(`python ended with ${code}`);
      return out.replace('waiting\n', '');
    },
  };
}

// A server that ends with the test file.
export async function startServer(t, flags = []) {
  const server = new Server(path.join(temporaryDirectory(t), 'test.db'));
  await server.start(flags);
  t.after(() => server.stop('SIGKILL'));
  return server;
}

export const anOffer = Object.freeze({
  brand: 'Brightwater',
  headline: 'An account in minutes',
  cta: 'Open an account',
  image: 'https://cdn.example/brightwater.png',
  landing: 'https://ads.example/?c={clickId}&w={websiteKey}&l={country}',
  vertical: 'finance',
  model: 'cpc',
  rates: { '*': 450000 },
});
