// html.mjs: HTML text with every value escaped.
// Knows nothing of the pages; a template of values that are themselves `html` results nests without double escaping.
// SPDX-License-Identifier: MIT

const replacements = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

class Html {
  constructor(text) {
    this.text = text;
  }
  toString() {
    return this.text;
  }
}

function render(value) {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(render).join('');
  if (value === undefined || value === null || value === false) return '';
  return String(value).replace(/[&<>"']/g, (character) => replacements[character]);
}

// html`<p>${anything}</p>`: escapes what is inserted; undefined, null and false insert nothing.
export function html(strings, ...values) {
  return new Html(strings.reduce((text, part, index) => text + render(values[index - 1]) + part));
}
