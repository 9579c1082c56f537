// test_site.mjs: a publisher's website whose pages are written by the tests, one per test.
// Has the integrators' own arm route and remembers what was posted to it. Triggers nothing by itself.
// SPDX-License-Identifier: MIT

import { brands } from '../../../web/demo/brands.mjs';
import { HttpError, readBody, sendJson, sendText, serve } from '../../../web/demo/small_http.mjs';

// Starts the site on http://localhost, or as `originHost` on the loopback address `host`. `publish(page, path)` puts a page there: HTML, or { body, type, headers }. A type that
// names a charset is sent as it is, with `body` as text in UTF-8 or as bytes.
export async function startTestSite({ host = '127.0.0.1', originHost = 'localhost' } = {}) {
  const pages = new Map();
  const armed = []; // { route, sessionId }, in the order of arrival
  const armRoutes = Object.values(brands).map((brand) => brand.armRoute);
  const handle = async (request, response, url) => {
    if (request.method === 'POST' && armRoutes.includes(url.pathname)) {
      armed.push({ route: url.pathname, ...JSON.parse(await readBody(request)) });
      return sendJson(response, 200, { ok: true });
    }
    if (url.pathname === '/favicon.ico') return response.writeHead(204).end();
    const page = pages.get(url.pathname);
    if (page === undefined) throw new HttpError(404, 'There is nothing here.');
    const { body, type = 'text/html', headers = {} } = typeof page === 'string' ? { body: page } : page;
    if (!type.includes('charset=')) return sendText(response, 200, type, body, headers);
    response.writeHead(200, { 'content-type': type, ...headers }).end(body);
  };
  const { origin, close } = await serve({ host, originHost, port: 0, handle });
  let count = 0;
  return {
    origin,
    close,
    armed,
    publish(page, path = `/page-${++count}`) {
      pages.set(path, page);
      return origin + path;
    },
  };
}
