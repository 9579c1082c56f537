// text_metrics.mjs: measures the font that the overlay is drawn with, once, as text for the core.
// The format is described in core/surface/text_metrics.h. Knows no layout.
// SPDX-License-Identifier: MIT

// The font of the visitor's own system: nothing to fetch, and familiar. surface_dom.mjs draws with it.
export const fontFamily = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

// Returns the table, or '' where there is no canvas to measure with: the core has an average of its own. Only ASCII:
// measuring a letter of each script makes the browser look through its fonts for one, for 15 ms in the moment before the
// overlay. Bold, as most words of the overlay are; the few others then have room to spare.
export function measureText(document) {
  try {
    const context = document.createElement('canvas').getContext('2d');
    context.font = `600 100px ${fontFamily}`;
    const table = [];
    for (let code = 32; code < 127; code++) table.push((context.measureText(String.fromCharCode(code)).width * 10).toFixed());
    context.font = `medium ${fontFamily}`; // the visitor's own size, whatever the page has made of its root's
    return [...table, parseInt(context.font)].join(' ');
  } catch {
    return '';
  }
}
