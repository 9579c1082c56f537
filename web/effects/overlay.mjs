// overlay.mjs: measures the page for the core, and carries its surface to the overlay and the visitor's doings back.
// Draws nothing itself: overlay_dom.mjs does.
// SPDX-License-Identifier: MIT
import { createOverlay } from './overlay_dom.mjs';
import { measureText } from './text_metrics.mjs';

export function createOverlayEffect(page, rootId, feed) {
  const { document, setTimeout, clearTimeout } = page;
  let metrics;
  let opening;
  let isShown = false;
  let told; // what the core knows: width and height
  let isSettled; // whether the surface itself was measured since

  const surface = createOverlay({
    rootId,
    document,
    onDismiss: (reason) => feed({ kind: 'dismissed', reason }),
    onActivate: (card) => feed({ kind: 'activated', card }),
    onCardView: (card, ratioPermille) => feed({ kind: 'cardView', card, ratioPermille }),
  });

  function tell(room) {
    const [widthPx, heightPx] = (told = room);
    feed({ kind: 'viewport', widthPx, heightPx, metrics });
  }

  // Without the page's scroll bar, which stays while the surface is shown.
  function measure() {
    metrics = metrics || measureText(document);
    isSettled = false;
    tell([document.documentElement.clientWidth, page.innerHeight]);
  }

  // What is there can be measured better: the screen may have a notch, the surface a scroll bar of its own, and the root
  // of a page in quirks mode any width. Once, so that a bar that comes and goes with the width comes to rest.
  function settle() {
    const room = surface.room(); // not a number in a frame that is not displayed
    if (!isSettled && room[0] && `${room}` !== `${told}`) tell(room);
    isSettled = true;
  }

  // A script in the head runs before there is a body, and without one there is nothing to put a surface on.
  function measureViewport() {
    if (document.body) measure();
    else document.addEventListener('DOMContentLoaded', measure, { __proto__: null, once: true });
  }

  const refuse = (reason) => feed({ kind: 'surfaceRefused', reason });

  function showSurface(command, core) {
    if (isShown) {
      surface.update(core);
      return settle();
    }
    const refusal = surface.prepare(core);
    if (refusal !== null) return refuse(refusal);
    opening = setTimeout.call(page, open);
  }

  // A task of its own: the browser styles the surface and lays it out in here. One task that also built it would keep a
  // phone's page from answering for more than the 50 ms that a visitor does not notice.
  function open() {
    const refusal = surface.show();
    if (refusal !== null) return refuse(refusal);
    isShown = true;
    page.addEventListener('resize', measure);
    feed({ kind: 'surfaceShown' });
    settle();
  }

  function hideSurface() {
    clearTimeout.call(page, opening);
    page.removeEventListener('resize', measure);
    surface.hide();
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
