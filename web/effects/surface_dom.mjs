// surface_dom.mjs: draws the core's surface in an element of a shadow tree, and tells what the visitor does with its cards.
// Decides no size, colour or word: each node of the core's is one element with the node's box. Knows nothing of the page
// around it: overlay_dom.mjs and section_dom.mjs put it there.
// Works under strict CSP and Trusted Types: no markup from text, no style attribute in markup, no script.
// SPDX-License-Identifier: MIT
import {
  LOOK_ACCENT,
  LOOK_IS_RIGHT_TO_LEFT,
  LOOK_ON_ACCENT,
  LOOK_THEME,
  ROLE_BRAND,
  ROLE_CARD,
  ROLE_CLOSE,
  ROLE_CTA,
  ROLE_GRID,
  ROLE_HEADLINE,
  ROLE_INTRO,
  ROLE_OVERLAY,
  ROLE_PANEL,
  ROLE_PICTURE,
  ROLE_PREMIUM,
  ROLE_SPONSORED,
  ROLE_SUPPORT,
  ROLE_TITLE,
} from '../../wasm-glue/core_client.mjs';
import { fontFamily } from './text_metrics.mjs';

// A role's element; the stylesheets tell roles apart by it. Outside of cards it is also its id, in the shadow tree: the page
// does not see it.
export const tags = {
  [ROLE_OVERLAY]: 'div',
  [ROLE_PANEL]: 'section',
  [ROLE_CLOSE]: 'button',
  [ROLE_TITLE]: 'h2',
  [ROLE_INTRO]: 'p',
  [ROLE_SPONSORED]: 'small',
  [ROLE_GRID]: 'ul',
  [ROLE_CARD]: 'a',
  [ROLE_PICTURE]: 'i',
  [ROLE_PREMIUM]: 'u',
  [ROLE_BRAND]: 'b',
  [ROLE_HEADLINE]: 'bdi',
  [ROLE_CTA]: 'span',
  [ROLE_SUPPORT]: 'a',
};

// Where the core's rule for viewable impressions can change its mind, and both ends.
const ratios = [0, 0.3, 0.5, 1];

// By toFixed, because V8 keeps what a template or join() makes of whole numbers: after a few of them in 64 kB.
const px = (length) => `${length.toFixed(2)}px`;

const colour = (rgb) => `#${rgb.toString(16).padStart(6, '0')}`;

export function sheetOf(page, text) {
  const sheet = new page.CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
}

// `onActivate(card)`: its link is being followed. `onView(card, ratioPermille)`: how much of it is in view; card -1: of all.
export function createDrawing(document, onActivate, onView) {
  let stage; // what it is drawn in; it bears what holds for all of it
  let elements; // one for each node
  let cards;
  let observer;

  // The initial shows until the picture covers it and where there is none.
  function fillPicture(picture, { text, image }) {
    picture.textContent = text;
    picture.setAttribute('aria-hidden', 'true');
    if (!image) return;
    const element = document.createElement('img');
    element.alt = '';
    element.onerror = () => element.remove();
    element.src = image;
    picture.append(element);
  }

  function createElement(node) {
    const tag = tags[node.role];
    const element = document.createElement(tag);
    if (node.card < 0) element.id = tag;
    if (node.parent < 0) {
      stage.lang = node.text;
    } else if (node.role === ROLE_PICTURE) {
      fillPicture(element, node);
    } else if (node.role === ROLE_CLOSE) {
      element.type = 'button';
      element.setAttribute('aria-label', node.text);
    } else {
      element.textContent = node.text;
    }
    if (node.href) {
      element.target = '_blank';
      element.rel = 'sponsored nofollow noopener';
      element.referrerPolicy = 'strict-origin';
      element.href = node.href;
    }
    if (node.role === ROLE_GRID) {
      element.setAttribute('role', 'list'); // Safari forgets it where no bullets are drawn
      element.setAttribute('aria-labelledby', tags[ROLE_SPONSORED]); // who jumps to the offers hears what they are
    }
    return element;
  }

  function draw(core, place) {
    stage = place;
    elements = [];
    cards = [];
    const nodes = core.nodes();
    for (const node of nodes) {
      const element = createElement(node);
      let parent = elements[node.parent] || stage;
      if (node.role === ROLE_CARD) {
        parent = parent.appendChild(document.createElement('li'));
        cards.push(element);
      }
      parent.append(element);
      elements.push(element);
    }
    update(core, nodes);
  }

  // Sets boxes and look anew: when there is another room, boxes move and nothing else does, focus included.
  function update(core, nodes = core.nodes()) {
    const look = core.look();
    nodes.forEach(({ parent, x, y, width, height, lines, fontPx }, i) => {
      const from = nodes[parent] || { x: 0, y: 0 };
      elements[i].style.cssText = `left:${px(x - from.x)};top:${px(y - from.y)};width:${px(width)};height:${px(height)};font-size:${px(fontPx)};line-height:${px(height / lines)};-webkit-line-clamp:${lines}`;
    });
    stage.style.cssText = `font-family:${fontFamily};--accent:${colour(look[LOOK_ACCENT])};--on-accent:${colour(look[LOOK_ON_ACCENT])}`;
    stage.className = `theme${look[LOOK_THEME]}`;
    stage.dir = look[LOOK_IS_RIGHT_TO_LEFT] ? 'rtl' : 'ltr';
  }

  // Follows a click, in this tab or another.
  function activate({ target, button }) {
    const card = cards.indexOf(target.closest('a'));
    if (card >= 0 && button < 2) onActivate(card);
  }

  // From when it is on the page.
  function keepWatch() {
    stage.onauxclick = activate; // the middle button; it opens a tab like any other click
    observer = new document.defaultView.IntersectionObserver(
      (entries) => {
        for (const { target, intersectionRatio } of entries) onView(cards.indexOf(target), Math.floor(intersectionRatio * 1000));
      },
      { __proto__: null, threshold: ratios },
    );
    for (const target of [stage, ...cards]) observer.observe(target);
  }

  const rest = () => observer && observer.disconnect();

  return { draw, update, activate, keepWatch, rest };
}
