// text_metrics.mjs: measures the font that the overlay is drawn with, once, as text for the core.
// The format is described in core/surface/text_metrics.h. Knows no layout.
// SPDX-License-Identifier: MIT

// The font of the visitor's own system: nothing to fetch, and familiar. surface_dom.mjs draws with it.
export const fontFamily = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

// Returns the table, or '' where there is no canvas to measure with: the core has widths of its own. Only ASCII: measuring
// a letter of each script makes the browser look through its fonts for one, for 15 ms in the moment before the overlay.
export function measureText(document) {
  try {
    const context = document.createElement('canvas').getContext('2d');
    const setWeight = (weight) => (context.font = `${weight} 100px ${fontFamily}`);
    const widthOf = (text) => context.measureText(text).width;
    const table = [];
    setWeight(400);
    for (let code = 32; code < 127; code++) table.push(widthOf(String.fromCharCode(code)) * 10);
    const sentence = 'The quick brown fox jumps over the lazy dog';
    const regular = widthOf(sentence);
    setWeight(600);
    return [1, (widthOf(sentence) / regular) * 1000, ...table].map(Math.round).join(' ');
  } catch {
    return '';
  }
}
