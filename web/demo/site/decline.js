// decline.js: hands the id that the widget announced to our own backend, which pairs it with the visitor's cookie session.
// The event may have been sent before this script ran, so it reads the global as well. Knows no form and no outcome.
// SPDX-License-Identifier: MIT

(() => {
  const { sessionGlobal, sessionEvent, armRoute } = document.currentScript.dataset;
  let announced;

  function arm(sessionId) {
    if (!sessionId || sessionId === announced) return;
    announced = sessionId;
    fetch(armRoute, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sessionId }),
      keepalive: true,
    }).catch(() => {
      // Without our backend there are no offers; the form reports its own trouble.
    });
  }

  window.addEventListener(sessionEvent, (event) => arm(event.detail.sessionId));
  arm(window[sessionGlobal]);
})();
