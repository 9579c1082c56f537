// surface_dom.mjs: draws the core's surface as a modal dialog in a shadow root, and tells what the visitor does with it.
// Decides no size, colour or word: the plan becomes custom properties of surface.css (--0, --1, … by position), each node one element. Nothing of
// the page is touched but the lock on its scrolling, and that through a stylesheet that is taken away again.
// Works under strict CSP and Trusted Types: no markup from text, no style attribute in markup, no script.
// SPDX-License-Identifier: MIT
import {
  CLOSE_BACKDROP,
  CLOSE_BUTTON,
  CLOSE_ESCAPE,
  PLAN_ACCENT,
  PLAN_IS_RIGHT_TO_LEFT,
  PLAN_PANEL_X,
  PLAN_THEME,
  REFUSAL_BUSY,
  REFUSAL_FAILED,
  ROLE_CARD,
  ROLE_CLOSE,
  ROLE_GRID,
  ROLE_PICTURE,
  roles,
} from '../../wasm-glue/core_client.mjs';
import stylesheet from './surface.css';
import { fontFamily } from './text_metrics.mjs';

// The elements of roles that are not just a box; the role's name is the element's class.
const tags = {
  __proto__: null,
  overlay: 'dialog',
  close: 'button',
  title: 'h2',
  intro: 'p',
  sponsored: 'p',
  grid: 'ul',
  card: 'a',
  support: 'a',
};

// Where the core's rule for viewable impressions can change its mind, and both ends.
const ratios = [0, 0.3, 0.5, 1];

const colour = (rgb) => `#${rgb.toString(16).padStart(6, '0')}`;

// `rootId`: id of the root element. Reasons and refusals are numbers of the core (CLOSE_…, REFUSAL_…).
export function createSurface({ rootId, document, onDismiss, onActivate, onCardView }) {
  const page = document.defaultView;
  let root = null;
  let dialog;
  let cards;
  let observer;
  let scrollLock;
  let isPressOutside; // the mouse went down outside the panel: dragging a selection out of it must not close it

  const sheetOf = (text) => {
    const sheet = new page.CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  };

  // The scroll bar's place stays reserved where there is one, so nothing on the page moves.
  function lockScrolling() {
    const hasScrollBar = page.innerWidth > document.documentElement.clientWidth;
    const gutter = hasScrollBar ? ';scrollbar-gutter:stable!important' : '';
    scrollLock = sheetOf(`@media screen{html{overflow:hidden!important${gutter}}}`);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, scrollLock];
  }

  function showPlaceholder(picture, { text, tint }) {
    picture.textContent = text;
    picture.style.setProperty('--tint', colour(tint));
  }

  function fillPicture(picture, node) {
    picture.setAttribute('aria-hidden', 'true');
    if (!node.image) return showPlaceholder(picture, node);
    const image = document.createElement('img');
    image.alt = '';
    image.onerror = () => showPlaceholder(picture, node);
    image.src = node.image;
    picture.append(image);
  }

  function fillLink(link, node) {
    link.target = '_blank';
    link.rel = 'sponsored nofollow noopener';
    link.referrerPolicy = 'strict-origin';
    link.href = node.href;
  }

  function createElement(node) {
    const name = roles[node.role];
    const element = document.createElement(tags[name] || 'div');
    element.className = name;
    if (node.card < 0) element.id = name; // the shadow tree's own: the page does not see it
    if (node.role === ROLE_PICTURE) {
      fillPicture(element, node);
    } else if (node.role === ROLE_CLOSE) {
      element.type = 'button';
      element.setAttribute('aria-label', node.text);
    } else {
      element.textContent = node.text;
    }
    if (node.href) fillLink(element, node);
    if (node.role === ROLE_GRID) element.setAttribute('role', 'list'); // Safari forgets it where no bullets are drawn
    return element;
  }

  function createTree(nodes) {
    const elements = [];
    cards = [];
    for (const node of nodes) {
      const element = createElement(node);
      elements.push(element);
      if (node.role === ROLE_CARD) {
        const item = document.createElement('li');
        item.append(element);
        elements[node.parent].append(item);
        cards.push(element);
      } else if (node.parent >= 0) {
        elements[node.parent].append(element);
      }
    }
    return elements[0];
  }

  // Sets the plan anew: when the viewport has changed, boxes move and nothing else does, focus included.
  function update(core) {
    const plan = core.plan();
    plan.forEach((number, position) => {
      const value = position < PLAN_ACCENT ? number : position < PLAN_PANEL_X ? colour(number) : `${number}px`;
      dialog.style.setProperty(`--${position}`, value);
    });
    dialog.classList.add(`theme${plan[PLAN_THEME]}`);
    dialog.dir = plan[PLAN_IS_RIGHT_TO_LEFT] ? 'rtl' : 'ltr';
  }

  function dismiss(reason) {
    hide();
    onDismiss(reason);
  }

  function listen() {
    const activate = ({ target, button }) => {
      const card = cards.indexOf(target.closest('a'));
      if (card >= 0 && button < 2) onActivate(card);
    };
    dialog.onmousedown = ({ target }) => (isPressOutside = target === dialog);
    dialog.onclick = (event) => {
      if (event.target.closest('button')) return dismiss(CLOSE_BUTTON);
      if (event.target === dialog && isPressOutside) return dismiss(CLOSE_BACKDROP);
      activate(event);
    };
    dialog.onauxclick = activate; // the middle button; it opens a tab like any other click
    dialog.oncancel = (event) => {
      if (event.target === dialog) dismiss(CLOSE_ESCAPE);
    };
    // Whoever closed it, the page must be given back. The event comes late: by then another dialog may be open.
    dialog.onclose = ({ target }) => {
      if (root && target === dialog) dismiss(CLOSE_ESCAPE);
    };
    observer = new page.IntersectionObserver(
      (entries) => {
        for (const { target, intersectionRatio } of entries) {
          if (root) onCardView(cards.indexOf(target), Math.floor(intersectionRatio * 1000));
        }
      },
      { threshold: ratios },
    );
    for (const card of cards) observer.observe(card);
  }

  function open(core) {
    root = document.createElement('div');
    root.id = rootId;
    const shadow = root.attachShadow({ mode: 'open' });
    shadow.adoptedStyleSheets = [sheetOf(stylesheet)];
    dialog = createTree(core.nodes());
    dialog.tabIndex = -1;
    dialog.setAttribute('aria-labelledby', 'title');
    dialog.setAttribute('aria-describedby', 'intro');
    dialog.setAttribute('aria-modal', 'true');
    dialog.style.setProperty('--font', fontFamily);
    update(core);
    lockScrolling();
    shadow.append(dialog);
    document.body.append(root);
    dialog.showModal();
    dialog.focus({ preventScroll: true }); // the name and the explanation are read out first, not "Close"
    listen();
  }

  // Puts the surface on the page. Returns null, or why that was refused.
  function show(core) {
    const isTaken = [...document.querySelectorAll(`#${rootId}`)].some((element) => element.shadowRoot);
    if (isTaken) return REFUSAL_BUSY;
    try {
      open(core);
      return null;
    } catch {
      hide();
      return REFUSAL_FAILED;
    }
  }

  // Takes it down and gives focus and scrolling back. Harmless when nothing is shown.
  function hide() {
    const closing = root;
    root = null;
    if (!closing) return;
    if (observer) observer.disconnect();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets].filter((sheet) => sheet !== scrollLock);
    if (dialog && dialog.open) dialog.close(); // before it is removed: closing is what gives focus back
    closing.remove();
  }

  return { show, update, hide };
}
