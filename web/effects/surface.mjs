// surface.mjs: measures the page for the core, and carries its surface to the overlay and the visitor's doings back.
// Draws nothing itself: surface_dom.mjs does.
// SPDX-License-Identifier: MIT
import { createSurface } from './surface_dom.mjs';
import { measureText } from './text_metrics.mjs';

export function createSurfaceEffect(page, rootId, feed) {
  const { document } = page;
  let metrics;
  let isShown = false;
  let widthPx; // as the core knows it
  let isSettled; // whether the surface itself was measured since

  const surface = createSurface({
    rootId,
    document,
    onDismiss: (reason) => feed({ kind: 'dismissed', reason }),
    onActivate: (card) => feed({ kind: 'activated', card }),
    onCardView: (card, ratioPermille) => feed({ kind: 'cardView', card, ratioPermille }),
  });

  function tell(width) {
    widthPx = width;
    feed({ kind: 'viewport', widthPx, heightPx: page.innerHeight, metrics });
  }

  // Without the page's scroll bar, which stays while the surface is shown.
  function measure() {
    metrics = metrics || measureText(document);
    isSettled = false;
    tell(document.documentElement.clientWidth);
  }

  // What is there can be measured better: it may have a scroll bar of its own, and the root of a page in quirks mode any
  // width. Once, so that a bar that comes and goes with the width comes to rest.
  function settle() {
    const width = surface.widthPx(); // 0 in a frame that is not displayed
    if (!isSettled && width && width !== widthPx) tell(width);
    isSettled = true;
  }

  // A script in the head runs before there is a body, and without one there is nothing to put a surface on.
  function measureViewport() {
    if (document.body) measure();
    else document.addEventListener('DOMContentLoaded', measure, { __proto__: null, once: true });
  }

  function showSurface(command, core) {
    if (isShown) {
      surface.update(core);
      return settle();
    }
    const refusal = surface.show(core);
    if (refusal !== null) return feed({ kind: 'surfaceRefused', reason: refusal });
    isShown = true;
    page.addEventListener('resize', measure);
    feed({ kind: 'surfaceShown' });
    settle();
  }

  function hideSurface() {
    page.removeEventListener('resize', measure);
    if (isShown) surface.hide();
    isShown = false;
  }

  return {
    perform: { measureViewport, showSurface, hideSurface },
    destroy() {
      document.removeEventListener('DOMContentLoaded', measure);
      hideSurface();
    },
  };
}
