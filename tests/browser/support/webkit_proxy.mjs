// webkit_proxy.mjs: all that a WebKit session has of the network. Passes everything on, and does what puppeteer does inside of
// other browsers: puts scripts at the start of documents, tells of requests, keeps them from happening, cuts the line.
// SPDX-License-Identifier: MIT

import { createHash } from 'node:crypto';
import { createServer, request as send } from 'node:http';

const scriptStart = /^(?:\xef\xbb\xbf)?(?:\s|<!--[^]*?-->|<\?[^>]*\?>|<!doctype[^>]*>)*(?:<html[^>]*>\s*)?(?:<head[^>]*>)?/i;

// `policy` with one more script allowed, the one whose source has `hash`. Says nothing else than it did.
function allowScript(policy, hash) {
  const directives = policy.split(';').map((directive) => directive.trim().split(/\s+/)).filter(([name]) => name);
  const find = (wanted) => directives.find(([name]) => name.toLowerCase() === wanted);
  const ruling = find('script-src-elem') ?? find('script-src') ?? find('default-src');
  if (!ruling) return policy;
  const [name, ...sources] = ruling;
  const isAllowed = sources.includes("'unsafe-inline'") && !sources.some((source) => /^'(nonce|sha\d+)-/.test(source));
  if (isAllowed) return policy;
  const allowed = [...sources.filter((source) => source !== "'none'"), `'sha256-${hash}'`];
  if (name.toLowerCase() === 'default-src') directives.push(['script-src', ...allowed]);
  else ruling.splice(1, sources.length, ...allowed);
  return directives.map((words) => words.join(' ')).join('; ');
}

function injectScript(headers, body, script) {
  const text = body.toString('latin1');
  const [start] = scriptStart.exec(text);
  const isXml = headers.some(([name, value]) => /^content-type$/i.test(name) && value.includes('xhtml'));
  const code = `${script};document.currentScript.remove()`;
  const source = isXml ? `//<![CDATA[\n${code}\n//]]>` : code;
  const bytes = Buffer.concat([Buffer.from(`${start}<script>`, 'latin1'), Buffer.from(source, 'utf8'), Buffer.from(`</script>${text.slice(start.length)}`, 'latin1')]);
  const hash = createHash('sha256').update(source).digest('base64');
  const changed = headers.map(([name, value]) => {
    const lower = name.toLowerCase();
    if (lower === 'content-length') return [name, String(bytes.length)];
    return lower.startsWith('content-security-policy') ? [name, value.split(',').map((policy) => allowScript(policy, hash)).join(', ')] : [name, value];
  });
  return { headers: changed, bytes };
}

const pairs = (raw) => raw.flatMap((name, i) => (i % 2 ? [] : [[name, raw[i + 1]]]));
const isHop = ([name]) => /^(connection|proxy-connection|keep-alive|transfer-encoding)$/i.test(name);

async function readAll(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

// Starts it. Returns { port, tap, close() }; `tap` is what a page sets: script() for the text to inject, onRequest(request)
// which resolves to 'abort', to { status, headers, body } or to nothing, onResponse(response), isOffline.
export async function startWebkitProxy() {
  const proxy = { tap: null };

  function forward(incoming, url, isDocument, outgoing) {
    const headers = Object.fromEntries(Object.entries(incoming.headers).filter(([name]) => !isHop([name])));
    if (isDocument) delete headers['accept-encoding'];
    for (const name of ['if-none-match', 'if-modified-since']) delete headers[name];
    const host = url.hostname === 'localhost' ? '127.0.0.1' : url.hostname.replace(/^\[|\]$/g, '');
    const onward = send({ host, port: url.port || 80, method: incoming.method, path: url.pathname + url.search, headers, agent: false }, async (answer) => {
      proxy.tap?.onResponse?.({ url: url.href, status: answer.statusCode, headers: answer.headers, isDocument });
      // What a page keeps would be there for the page of another test, too.
      const kept = pairs(answer.rawHeaders).filter((header) => !isHop(header)).map(([name, value]) => [name, !isDocument && /^cache-control$/i.test(name) ? 'no-cache' : value]);
      if (!isDocument || !/html/.test(answer.headers['content-type'] ?? '')) {
        outgoing.writeHead(answer.statusCode, kept.flat());
        answer.on('error', () => outgoing.destroy());
        return answer.pipe(outgoing);
      }
      const body = await readAll(answer).catch(() => null);
      if (body === null) return outgoing.destroy();
      const { headers: changed, bytes } = injectScript(kept, body, proxy.tap?.script?.() ?? '');
      outgoing.writeHead(answer.statusCode, changed.flat());
      outgoing.end(bytes);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy()); // A page that gives up lets go of what it asked.
    incoming.pipe(onward);
  }

  const server = createServer(async (incoming, outgoing) => {
    if (proxy.tap?.isOffline) return outgoing.destroy();
    const url = new URL(incoming.url);
    const kind = incoming.headers['sec-fetch-dest'] ?? '';
    const isDocument = /^(document|iframe|frame)$/.test(kind);
    const verdict = await proxy.tap?.onRequest?.({ url: url.href, method: incoming.method, headers: incoming.headers, kind });
    if (verdict === 'abort') return outgoing.destroy();
    if (verdict) return outgoing.writeHead(verdict.status ?? 200, verdict.headers).end(verdict.body);
    if (!outgoing.destroyed) forward(incoming, url, isDocument, outgoing);
  });
  server.keepAliveTimeout = 0; // The browser closes its connections itself.
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy.port = server.address().port;
  proxy.cut = () => server.closeAllConnections();
  proxy.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return proxy;
}
