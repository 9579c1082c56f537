// page_state.mjs: whether the page can be seen, and whether the network is there.
// Listens to nothing that would keep a page out of the back/forward cache: no unload, no beforeunload.
// SPDX-License-Identifier: MIT
import { PAGE_HIDDEN, PAGE_PRERENDERED, PAGE_VISIBLE } from '../../wasm-glue/core_client.mjs';

// From start() on `feed` is told the state at once and then each change: {kind: 'visibility'}, {kind: 'connectivity'}.
export function createPageState(page, feed) {
  const { document, navigator } = page;
  const listening = new AbortController();
  const last = { __proto__: null };

  function tell(kind, state) {
    if (last[kind] === state) return;
    last[kind] = state;
    feed({ kind, state });
  }

  function listen(target, types, listener) {
    for (const type of types) target.addEventListener(type, listener, { __proto__: null, signal: listening.signal });
  }

  function look() {
    const isHidden = document.visibilityState === 'hidden';
    tell('visibility', document.prerendering ? PAGE_PRERENDERED : isHidden ? PAGE_HIDDEN : PAGE_VISIBLE);
  }
  const leave = () => tell('visibility', PAGE_HIDDEN);
  const connect = () => tell('connectivity', navigator.onLine === false ? 0 : 1);

  return {
    start() {
      // pagehide and freeze come without visibilitychange in some browsers, and so do their opposites.
      listen(document, ['visibilitychange', 'prerenderingchange', 'resume'], look);
      listen(document, ['freeze'], leave);
      listen(page, ['pageshow'], look);
      listen(page, ['pagehide'], leave);
      listen(page, ['online', 'offline'], connect);
      look();
      connect();
    },
    destroy: () => listening.abort(),
  };
}
