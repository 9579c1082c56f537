// small_http.mjs: the few things a small node:http site needs, shared by the publisher's and the advertiser's pages.
// Knows no page, no brand and no offer.
// SPDX-License-Identifier: MIT

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';

const bodyLimitBytes = 16 * 1024; // A sign-up form is under 1 KiB.

// An answer other than success, thrown by a handler: status and a sentence for the caller.
export class HttpError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

// Reads the whole body as text. Throws 413 past the limit.
export async function readBody(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > bodyLimitBytes) throw new HttpError(413, 'The body is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

// Returns the value of the cookie `name`, or undefined.
export function readCookie(request, name) {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key, ...rest] = pair.trim().split('=');
    if (key === name) return rest.join('=');
  }
  return undefined;
}

export function sendText(response, status, type, text, headers = {}) {
  const body = Buffer.from(text, 'utf8');
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'content-length': body.length, ...headers });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

export function sendHtml(response, status, page, headers) {
  sendText(response, status, 'text/html', String(page), { 'cache-control': 'no-store', ...headers });
}

export function sendJson(response, status, value, headers) {
  sendText(response, status, 'application/json', JSON.stringify(value), { 'cache-control': 'no-store', ...headers });
}

const typeByExtension = { css: 'text/css', js: 'text/javascript', mjs: 'text/javascript', svg: 'image/svg+xml' };

// Sends the file at `url` (a file: URL chosen by the caller, never a path from the request).
export async function sendFile(response, url, headers = {}) {
  const type = typeByExtension[url.pathname.split('.').pop()] ?? 'application/octet-stream';
  sendText(response, 200, type, await readFile(url, 'utf8'), { 'cache-control': 'no-cache', ...headers });
}

// Serves `handle(request, response, url)` on `host`:`port` (0 picks one) and returns { origin, close }.
// A handler that throws HttpError is answered with its status; anything else is a 500 and one line on standard error.
export async function serve({ host, port, originHost = host, handle }) {
  const server = createServer(async (request, response) => {
    try {
      await handle(request, response, new URL(request.url, 'http://placeholder.invalid'));
    } catch (error) {
      const status = error instanceof HttpError ? error.status : 500;
      if (status === 500) console.error(`${request.method} ${request.url}: ${error.stack}`);
      if (response.headersSent) response.destroy();
      else sendJson(response, status, { error: status === 500 ? 'Something went wrong on our side.' : error.message });
    }
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const close = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  return { origin: `http://${originHost}:${server.address().port}`, close };
}

// What a program says when it cannot listen: one sentence.
export function listenFailureSentence(error, port) {
  if (error.code === 'EADDRINUSE') return `Port ${port} is already in use: stop what runs there or pass another --port.`;
  if (error.code === 'EACCES') return `Port ${port} needs more rights than this user has: pass a --port above 1023.`;
  return `Cannot listen on port ${port}: ${error.message}`;
}
