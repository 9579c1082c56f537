// surface_dom.mjs: draws the core's surface as a modal dialog in a shadow root, and tells what the visitor does with it.
// Decides no size, colour or word: each node of the core's is one element with the node's box. Nothing of the page is
// touched but the lock on its scrolling, and that through a stylesheet that is taken away again.
// Works under strict CSP and Trusted Types: no markup from text, no style attribute in markup, no script.
// SPDX-License-Identifier: MIT
import {
  CLOSE_API,
  CLOSE_BACKDROP,
  CLOSE_BUTTON,
  CLOSE_ESCAPE,
  LOOK_ACCENT,
  LOOK_IS_RIGHT_TO_LEFT,
  LOOK_ON_ACCENT,
  LOOK_THEME,
  REFUSAL_BUSY,
  REFUSAL_FAILED,
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
import stylesheet from './surface.css';
import { fontFamily } from './text_metrics.mjs';

// A role's element; surface.css tells roles apart by it.
const tags = {
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

const colour = (rgb) => `#${rgb.toString(16).padStart(6, '0')}`;

// `rootId`: id of the root element. Reasons and refusals are numbers of the core (CLOSE_…, REFUSAL_…).
export function createSurface({ rootId, document, onDismiss, onActivate, onCardView }) {
  const page = document.defaultView;
  let root = null;
  let dialog;
  let elements; // one for each node
  let cards;
  let observer;
  let scrollLock;
  let place; // where the page was scrolled to
  let isPressOutside; // the mouse went down outside the panel: dragging a selection out of it must not close it

  const sheetOf = (text) => {
    const sheet = new page.CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  };

  // Nothing of the page may move. A scroll bar that takes place stays what it is: without it, and with its place reserved, a
  // page is laid out anew, as `vw` is measured by it. Wheels and keys end at the dialog, and who drags the bar moves nothing.
  // Without such a bar the page is locked. Where html leaves overflow to body, body has been laid out as if it had none, and
  // must go on so: else it clips the page, which jumps to its top. A root that is not displayed has nothing in front of it.
  function lockScrolling() {
    const html = document.documentElement;
    const { display, overflowY } = page.getComputedStyle(html);
    const { clientWidth, clientHeight } = document.scrollingElement || html;
    let rules = `html:not(#_){display:${display === 'none' ? 'block' : display}!important}`;
    if (page.innerWidth > clientWidth || page.innerHeight > clientHeight) {
      place = { __proto__: null, left: page.scrollX, top: page.scrollY, behavior: 'instant' };
      page.addEventListener('scroll', stay);
    } else {
      rules += 'html:not(#_){overflow:hidden!important}';
      if (overflowY === 'visible') rules += 'html:not(#_)>body{overflow:visible!important}';
    }
    scrollLock = sheetOf(`@media screen{${rules}}`);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, scrollLock];
  }

  const stay = () => page.scrollTo(place);

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
    if (node.card < 0) element.id = tag; // the shadow tree's own: the page does not see it
    if (node.role === ROLE_OVERLAY) {
      dialog.lang = node.text;
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

  function createTree(nodes) {
    elements = [];
    cards = [];
    for (const node of nodes) {
      const element = createElement(node);
      let parent = elements[node.parent] || dialog;
      if (node.role === ROLE_CARD) {
        parent = parent.appendChild(document.createElement('li'));
        cards.push(element);
      }
      parent.append(element);
      elements.push(element);
    }
  }

  // Sets boxes and look anew: when the viewport has changed, boxes move and nothing else does, focus included.
  function update(core, nodes = core.nodes()) {
    const look = core.look();
    nodes.forEach(({ parent, x, y, width, height, lines, fontPx }, i) => {
      const from = nodes[parent] || { x: 0, y: 0 };
      elements[i].style.cssText = `left:${x - from.x}px;top:${y - from.y}px;width:${width}px;height:${height}px;font-size:${fontPx}px;line-height:${height / lines}px;-webkit-line-clamp:${lines}`;
    });
    dialog.style.cssText = `font-family:${fontFamily};--accent:${colour(look[LOOK_ACCENT])};--on-accent:${colour(look[LOOK_ON_ACCENT])}`;
    dialog.className = `theme${look[LOOK_THEME]}`;
    dialog.dir = look[LOOK_IS_RIGHT_TO_LEFT] ? 'rtl' : 'ltr';
  }

  function dismiss(reason) {
    hide();
    onDismiss(reason);
  }

  // Keys are the dialog's while focus is in it. A page that holds on to Tab or Escape for a dialog of its own would shut the
  // visitor in, and one that hears of Escape would close what is its own, too.
  function onKey(event) {
    if (event.target !== root) return;
    event.stopPropagation();
    if (event.key !== 'Escape') return;
    event.preventDefault();
    dismiss(CLOSE_ESCAPE);
  }

  function listen() {
    page.addEventListener('keydown', onKey, true);
    const activate = ({ target, button }) => {
      const card = cards.indexOf(target.closest('a'));
      if (card >= 0 && button < 2) onActivate(card);
    };
    const isOutside = ({ target }) => !target.closest('section');
    dialog.onmousedown = (event) => (isPressOutside = isOutside(event));
    dialog.onclick = (event) => {
      if (event.target.closest('button')) return dismiss(CLOSE_BUTTON);
      if (isOutside(event) && isPressOutside) return dismiss(CLOSE_BACKDROP);
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
          if (!root) continue;
          // Something took it off the page, or hides it as only extensions can. The page must not stay locked behind nothing.
          // A frame that is not displayed has no width either.
          if (target === dialog) dialog.offsetWidth || !document.documentElement.offsetWidth || dismiss(CLOSE_API);
          else onCardView(cards.indexOf(target), Math.floor(intersectionRatio * 1000));
        }
      },
      { __proto__: null, threshold: ratios },
    );
    for (const target of [dialog, ...cards]) observer.observe(target);
  }

  function build(core) {
    root = document.createElement('div');
    root.id = rootId;
    const shadow = root.attachShadow({ __proto__: null, mode: 'open' });
    dialog = document.createElement('dialog');
    dialog.tabIndex = -1;
    dialog.setAttribute('aria-labelledby', tags[ROLE_TITLE]);
    dialog.setAttribute('aria-describedby', tags[ROLE_INTRO]);
    dialog.setAttribute('aria-modal', 'true');
    const nodes = core.nodes();
    createTree(nodes);
    update(core, nodes);
    shadow.append(dialog);
  }

  function open() {
    lockScrolling();
    root.shadowRoot.adoptedStyleSheets = [sheetOf(stylesheet)]; // behind the lock: WebKit heeds what was adopted before it a frame late
    document.documentElement.append(root); // not to body: pages hide theirs, replace it, and have none yet
    dialog.showModal();
    dialog.focus({ __proto__: null, preventScroll: true }); // the name and the explanation are read out first, not "Close"
    listen();
  }

  // Does `act`. Returns null, or why that was refused.
  function attempt(act, core) {
    const isTaken = [...document.querySelectorAll(`#${rootId}`)].some((element) => element.shadowRoot);
    if (isTaken) return REFUSAL_BUSY;
    try {
      act(core);
      return null;
    } catch {
      hide();
      return REFUSAL_FAILED;
    }
  }

  // Builds the surface, of which the page sees nothing yet.
  const prepare = (core) => attempt(build, core);

  // Puts it on the page.
  const show = () => attempt(open);

  // Takes it down and gives focus and scrolling back. Harmless when nothing is shown.
  function hide() {
    const closing = root;
    root = null;
    if (!closing) return;
    if (observer) observer.disconnect();
    page.removeEventListener('keydown', onKey, true);
    page.removeEventListener('scroll', stay);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets].filter((sheet) => sheet !== scrollLock);
    if (dialog && dialog.open) dialog.close(); // before it is removed: closing is what gives focus back
    closing.remove();
  }

  // Its width and height without its scroll bar and what the screen's notches take, while it is shown. By `width` engines
  // mean different things where there is a scroll bar.
  function room() {
    const style = page.getComputedStyle(dialog); // whose members give way to a page's on Object.prototype
    const px = (name) => parseInt(style.getPropertyValue(name));
    return [dialog.clientWidth - px('padding-left') - px('padding-right'), px('height')];
  }

  return { prepare, show, update, hide, room };
}
