// section_dom.mjs: the core's surface inside an element of the page, in a shadow tree under one host. What is in it
// surface_dom.mjs draws. Of the page nothing changes but that its container has one child more.
// SPDX-License-Identifier: MIT
import { REFUSAL_FAILED } from '../../wasm-glue/core_client.mjs';
import stylesheet from './section.css';
import { createDrawing, sheetOf } from './surface_dom.mjs';

const tall = 9999; // more than any container has

// Refusals are numbers of the core (REFUSAL_…).
export function createSection({ document, onActivate, onCardView }) {
  const page = document.defaultView;
  let host;
  let probe; // stands in the host until there is something to show
  let stage;
  const drawing = createDrawing(document, onActivate, (card, ratioPermille) => card < 0 || onCardView(card, ratioPermille));

  function build() {
    const element = document.createElement('div');
    const shadow = element.attachShadow({ __proto__: null, mode: 'open' });
    shadow.adoptedStyleSheets = [sheetOf(page, stylesheet)];
    probe = document.createElement('div');
    shadow.append(probe);
    host = element;
  }

  // Puts the host into `container`. Returns it; nothing, where a page does not let it be made.
  function moveTo(container) {
    try {
      if (!host) build();
      if (host.parentNode !== container) container.append(host);
    } catch {}
    return host;
  }

  // What the host has there: its width, 0 where it is not displayed, and the height that `container` keeps for it: what is in
  // it does not move that. Once something is shown, the latter is not asked for any more.
  function room(container) {
    const width = (host && host.clientWidth && parseInt(page.getComputedStyle(host).getPropertyValue('width'))) || 0;
    if (!width || !probe.isConnected) return [width, 0];
    const { clientHeight } = container;
    probe.style.height = `${tall}px`;
    const height = Math.min(clientHeight, clientHeight + tall - container.scrollHeight);
    probe.style.height = '';
    return [width, height];
  }

  // A landmark of the page with the name of its label; a group where the page has one of that name: no two may have the same.
  function name() {
    const { textContent } = stage.querySelector('small');
    const isTaken = document.querySelector(`[role=region][aria-label=${JSON.stringify(textContent)}]`);
    const attributes = { __proto__: null, role: isTaken ? 'group' : 'region', 'aria-label': textContent, lang: stage.lang };
    for (const attribute in attributes) host.setAttribute(attribute, attributes[attribute]);
  }

  // Builds the surface, of which the page sees nothing yet. Returns null, or why that was refused.
  function prepare(core) {
    try {
      stage = document.createElement('div');
      drawing.draw(core, stage);
      stage.onclick = drawing.activate;
      return host ? null : REFUSAL_FAILED;
    } catch {
      return REFUSAL_FAILED;
    }
  }

  // Lets it be seen.
  function show() {
    name();
    probe.replaceWith(stage);
    drawing.keepWatch();
  }

  function hide() {
    drawing.rest();
    if (host) host.remove();
  }

  return { moveTo, room, prepare, show, update: drawing.update, hide };
}
