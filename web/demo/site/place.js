// place.js: says in the panel what the widget has decided, from its events: sent to this window, or by a frame as messages.
// Makes the frame as high as it wants to be. Runs before the body is there, so that it misses nothing. Knows no rule and no place.
// SPDX-License-Identifier: MIT

(() => {
  const { prefix, api } = document.currentScript.dataset;
  const sentences = {
    allowed: () => 'served here: nothing is shown',
    open: ({ offers }) => `not served here: ${offers} ${offers === 1 ? 'offer is' : 'offers are'} shown`,
    empty: () => 'not served here, and there is no offer for this place',
    close: () => 'not served here; the offers were closed',
    error: ({ code, message }) => `none: ${code}, ${message}`,
  };
  let said;

  function show() {
    const output = document.getElementById('decision');
    if (output && said) output.textContent = said;
  }

  function tell(name, detail) {
    if (!Object.hasOwn(sentences, name)) return;
    said = sentences[name](detail);
    show();
  }

  document.addEventListener('DOMContentLoaded', show);
  for (const name of Object.keys(sentences)) window.addEventListener(prefix + name, ({ detail }) => tell(name, detail));
  window.addEventListener('message', ({ origin, source, data }) => {
    const frame = document.getElementById('offers-frame');
    if (origin !== api || source !== frame?.contentWindow || !data?.type?.startsWith(prefix)) return;
    const name = data.type.slice(prefix.length);
    if (name === 'height') frame.style.height = `${data.height}px`;
    else tell(name, data.detail);
  });
})();
