// http.mjs: requests that go out and answers that come back.
// Knows no route and no status: it carries bytes, and time limits are the core's (cancelHttp).
// SPDX-License-Identifier: MIT
import { HTTP_POST } from '../../wasm-glue/core_client.mjs';

// `page` is a window; what is used of it is taken now, before other scripts replace it.
// `feed` gets httpDone or httpFailed once for each sendHttp that was not cancelled.
export function createHttp(page, feed) {
  const { fetch, navigator, document, AbortController, Request } = page;
  const hasKeepalive = 'keepalive' in Request.prototype;
  const inFlight = { __proto__: null }; // number of the request: its AbortController, and whether it must outlive the page
  const take = (request) => {
    const entry = inFlight[request];
    delete inFlight[request];
    return entry;
  };

  async function send({ request, method, isKeepalive, url, body }, signal) {
    const response = await fetch.call(page, url, {
      __proto__: null, // a page that adds to Object.prototype adds nothing to this request
      method: method === HTTP_POST ? 'POST' : 'GET',
      body: method === HTTP_POST ? body : undefined, // a string goes out as text/plain;charset=UTF-8: no preflight
      mode: 'cors',
      credentials: 'omit',
      cache: 'no-store', // an answer is the state of this moment
      referrerPolicy: 'strict-origin',
      keepalive: !!isKeepalive,
      signal,
    });
    return {
      kind: 'httpDone',
      request,
      status: response.status,
      retryAfter: response.headers.get('retry-after') || '',
      body: new Uint8Array(await response.arrayBuffer()),
    };
  }

  function sendHttp(command) {
    const { request, isKeepalive } = command;
    // Without keepalive a request dies with the page; a beacon does not. Its answer stays unknown: handed over counts as
    // accepted. While the page is in view an ordinary request is better: Firefox sends beacons with `Origin: null`.
    if (isKeepalive && !hasKeepalive && document.visibilityState === 'hidden') {
      const isQueued = navigator.sendBeacon(command.url, command.body);
      const answer = { kind: 'httpDone', request, status: 202, retryAfter: '', body: new Uint8Array(0) };
      return feed(isQueued ? answer : { kind: 'httpFailed', request });
    }
    const controller = new AbortController();
    inFlight[request] = { controller, isKeepalive };
    const answer = (event) => {
      if (take(request)) feed(event);
    };
    send(command, controller.signal).then(answer, () => answer({ kind: 'httpFailed', request }));
  }

  function cancelHttp({ request }) {
    const entry = take(request);
    if (entry) entry.controller.abort();
  }

  // Aborts what nobody waits for any more; an event on its way still arrives.
  function destroy() {
    for (const request in inFlight) {
      const { controller, isKeepalive } = take(request);
      if (!isKeepalive) controller.abort();
    }
  }

  return { perform: { sendHttp, cancelHttp }, destroy };
}
