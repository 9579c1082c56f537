// overlay.mjs: the overlay as a visitor's browser has it, read through its shadow root.
// Finds things by their meaning (role, link, label), not by class names. Opens and decides nothing.
// SPDX-License-Identifier: MIT

// Returns what is on the page now: null without an overlay, else { title, cards: [{ href, text, target, rel }], box }.
export function readOverlay(page, brand) {
  return page.evaluate((rootId) => {
    const root = document.getElementById(rootId)?.shadowRoot;
    const dialog = root?.querySelector('[role="dialog"], dialog');
    if (!dialog) return null;
    const { x, y, width, height } = dialog.getBoundingClientRect();
    if (width === 0 || height === 0) return null;
    const labelId = dialog.getAttribute('aria-labelledby');
    return {
      title: labelId ? root.getElementById(labelId)?.textContent : dialog.getAttribute('aria-label'),
      text: dialog.textContent,
      cards: [...root.querySelectorAll('a[href*="/v1/r?t="]')].map((card) => ({
        href: card.href, text: card.textContent, target: card.target, rel: card.rel, referrerPolicy: card.referrerPolicy,
      })),
      box: { x, y, width, height },
    };
  }, brand.rootId);
}

// Returns a handle of the first card (`index` counts in reading order), or of the close button.
export function cardHandle(page, brand, index = 0) {
  return page.evaluateHandle((rootId, at) => document.getElementById(rootId).shadowRoot.querySelectorAll('a[href*="/v1/r?t="]')[at], brand.rootId, index);
}

export function closeButtonHandle(page, brand) {
  return page.evaluateHandle((rootId) => document.getElementById(rootId).shadowRoot.querySelector('button'), brand.rootId);
}

// Resolves when every image of the overlay has loaded or failed, and the frame after that is painted.
export const whenOverlayIsPainted = (page, brand) => whenPainted(page, `#${brand.rootId}`);

// The same of whatever stands under the host that `selector` finds.
export function whenPainted(page, selector) {
  return page.evaluate(async (hostSelector) => {
    const root = document.querySelector(hostSelector).shadowRoot;
    const images = [...root.querySelectorAll('img')];
    await Promise.all(images.map((image) => image.complete || new Promise((resolve) => {
      image.addEventListener('load', resolve);
      image.addEventListener('error', resolve);
    })));
    await Promise.all([...document.getAnimations(), ...root.getAnimations()].map((animation) => animation.finished.catch(() => {})));
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  }, selector);
}
