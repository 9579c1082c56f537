// faulty_proxy.mjs: stands between a page and the real API, passes everything on, and misbehaves where a test says so.
// Keeps a record of every request, so that silence can be tested too. Knows no widget.
// SPDX-License-Identifier: MIT

import { createServer, request as send } from 'node:http';

const corsHeaders = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'Retry-After' };

async function readAll(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

// A route is what tests name: 'create', 'poll', 'offers', 'decision', 'impression', 'click', 'ping' or the path itself.
export function routeOf(method, path) {
  if (path === '/v1/widget-decline/session') return 'create';
  if (path.startsWith('/v1/widget-decline/session/')) return 'poll';
  return /^\/v1\/(?:events\/)?(offers|decision|impression|click)$/.exec(path)?.[1] ?? (path === '/v1/snippet-ping' ? 'ping' : path);
}

// Starts a proxy in front of `target`. Returns { url, requests, fault, rewrite, calm(), close() }.
// `fault(route)`, when set, may return 'drop' (the connection is cut), a number of milliseconds to wait first, or
// { status, headers, body } to answer instead of the API. `rewrite(route, body)` may change an answer's JSON.
export async function startFaultyProxy(target) {
  const proxy = { requests: [], fault: null, rewrite: null };
  const upstream = new URL(target);

  function forward(incoming, body, route, outgoing) {
    const { host, 'accept-encoding': ignored, ...headers } = incoming.headers;
    const onward = send({ host: upstream.hostname, port: upstream.port, method: incoming.method, path: incoming.url, headers }, async (answer) => {
      const bytes = await readAll(answer).catch(() => null);
      if (bytes === null) return outgoing.destroy();
      const changed = proxy.rewrite && answer.headers['content-type']?.includes('json') ? Buffer.from(JSON.stringify(proxy.rewrite(route, JSON.parse(bytes)))) : bytes;
      const { 'content-length': length, 'transfer-encoding': encoding, ...kept } = answer.headers;
      outgoing.writeHead(answer.statusCode, { ...kept, ...(answer.statusCode !== 204 && { 'content-length': changed.length }) });
      outgoing.end(changed);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy()); // A page that gives up lets go of the API as well.
    onward.end(body);
  }

  const server = createServer(async (incoming, outgoing) => {
    const url = new URL(incoming.url, target);
    const route = routeOf(incoming.method, url.pathname);
    const body = await readAll(incoming).catch(() => null);
    if (body === null) return outgoing.destroy();
    if (incoming.method !== 'OPTIONS') proxy.requests.push({ at: performance.now(), route, method: incoming.method, url, body: body.toString('utf8') });
    const fault = proxy.fault?.(route);
    if (fault === 'drop') return outgoing.destroy();
    if (typeof fault === 'number') await new Promise((resolve) => setTimeout(resolve, fault));
    if (fault && typeof fault === 'object') {
      outgoing.writeHead(fault.status, { ...corsHeaders, ...fault.headers });
      return outgoing.end(fault.body ?? '');
    }
    if (!outgoing.destroyed) forward(incoming, body, route, outgoing);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy.url = `http://127.0.0.1:${server.address().port}`;
  proxy.count = (route) => proxy.requests.filter((request) => request.route === route).length;
  proxy.calm = () => {
    proxy.requests.length = 0;
    proxy.fault = null;
    proxy.rewrite = null;
  };
  proxy.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve()); // Closed already is closed.
      server.closeAllConnections();
    });
  return proxy;
}
