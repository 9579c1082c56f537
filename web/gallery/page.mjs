// page.mjs: the gallery as one HTML page: pictures in groups, to be narrowed down by state, screen, theme and direction.
// SPDX-License-Identifier: MIT
import { html } from '../demo/html.mjs';

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 0 auto; padding: 1rem 2rem 4rem }
form { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: 1rem; padding: .75rem 0; background: Canvas }
.group { display: flex; flex-wrap: wrap; align-items: start; gap: 2rem 1.5rem }
figure { margin: 0 } figcaption { max-width: 30rem; font-size: .875rem }
figure div { display: flex; gap: .5rem }
figure img { display: block; max-width: 30rem; max-height: 30rem; outline: 1px solid #8886; background: #8882 }
[hidden] { display: none !important }`;

const script = `
const form = document.querySelector('form');
const figures = [...document.querySelectorAll('figure')];
form.oninput = () => {
  for (const figure of figures) figure.hidden = [...form.elements].some(({ name, value }) => value && figure.dataset[name] !== value);
  for (const section of document.querySelectorAll('section')) section.hidden = !section.querySelector('figure:not([hidden])');
};
form.oninput();`;

// What one can choose by: the field of a shot that is read.
const choices = {
  group: ['State', (shot) => shot.group],
  content: ['Offers', (shot) => shot.content],
  screen: ['Screen', (shot) => shot.viewport.join('×')],
  theme: ['Theme', (shot) => shot.scheme],
  direction: ['Direction', (shot) => shot.direction],
};

function chooserOf(shots) {
  return Object.entries(choices).map(([name, [label, read]]) => {
    const values = [...new Set(shots.map(read))];
    return html`<label>${label} <select name="${name}"><option value="">all</option>${values.map((value) => html`<option>${value}</option>`)}</select></label>`;
  });
}

function figureOf(shot) {
  const data = Object.entries(choices).map(([name, [, read]]) => html` data-${name}="${read(shot)}"`);
  const picture = (file, words) => html`<a href="${file}"><img src="${file}" alt="${words}: ${shot.caption}" loading="lazy"></a>`;
  return html`<figure${data}><div>${picture(`${shot.name}.png`, 'Chromium')}${shot.native && picture(shot.native, 'native')}</div><figcaption>${shot.caption}</figcaption></figure>`;
}

// The page for `shots` of shots.mjs; `native` of one is the file with the program's own drawing.
export function galleryPage(shots) {
  const groups = [...new Set(shots.map(({ group }) => group))];
  const sections = groups.map((group) => html`<section><h2>${group}</h2><div class="group">${shots.filter((shot) => shot.group === group).map(figureOf)}</div></section>\n`);
  const isBoth = shots.some(({ native }) => native);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Gallery of overlay and section</title><style>${style}</style>
<h1>${shots.length} pictures of the overlay and the section</h1><p>The built embeds in Chromium${isBoth ? ', and beside it the same offers as <code>retarget render</code> draws them' : ''}. A click shows a picture in its size.</p>
${html`<form>${chooserOf(shots)}</form>${sections}`}<script>${script}</script></html>\n`;
}
