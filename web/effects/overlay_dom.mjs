// overlay_dom.mjs: the core's surface as a modal dialog in a shadow root, and the manners of one: focus, keys, closing, a page
// that stays where it is. What is in it surface_dom.mjs draws. Nothing of the page is touched but the lock on its scrolling,
// and that through a stylesheet that is taken away again.
// SPDX-License-Identifier: MIT
import {
  CLOSE_API,
  CLOSE_BACKDROP,
  CLOSE_BUTTON,
  CLOSE_ESCAPE,
  REFUSAL_BUSY,
  REFUSAL_FAILED,
  ROLE_INTRO,
  ROLE_TITLE,
} from '../../wasm-glue/core_client.mjs';
import stylesheet from './overlay.css';
import { createDrawing, sheetOf, tags } from './surface_dom.mjs';

// `rootId`: id of the root element. Reasons and refusals are numbers of the core (CLOSE_…, REFUSAL_…).
export function createOverlay({ rootId, document, onDismiss, onActivate, onCardView }) {
  const page = document.defaultView;
  let root = null;
  let dialog;
  let scrollLock;
  let place; // where the page was scrolled to
  let isPressOutside; // the mouse went down outside the panel: dragging a selection out of it must not close it

  // Of what is in it. Something may have taken it off the page, or hide it as only extensions can: the page must not stay locked
  // behind nothing. A frame that is not displayed has no width either.
  const drawing = createDrawing(document, onActivate, (card, ratioPermille) => {
    if (!root) return;
    if (card >= 0) onCardView(card, ratioPermille);
    else dialog.offsetWidth || !document.documentElement.offsetWidth || dismiss(CLOSE_API);
  });

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
    scrollLock = sheetOf(page, `@media screen{${rules}}`);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, scrollLock];
  }

  const stay = () => page.scrollTo(place);

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
    const isOutside = ({ target }) => !target.closest('section');
    dialog.onmousedown = (event) => (isPressOutside = isOutside(event));
    dialog.onclick = (event) => {
      if (event.target.closest('button')) return dismiss(CLOSE_BUTTON);
      if (isOutside(event) && isPressOutside) return dismiss(CLOSE_BACKDROP);
      drawing.activate(event);
    };
    dialog.oncancel = (event) => {
      if (event.target === dialog) dismiss(CLOSE_ESCAPE);
    };
    // Whoever closed it, the page must be given back. The event comes late: by then another dialog may be open.
    dialog.onclose = ({ target }) => {
      if (root && target === dialog) dismiss(CLOSE_ESCAPE);
    };
    drawing.keepWatch();
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
    drawing.draw(core, dialog);
    shadow.append(dialog);
  }

  function open() {
    lockScrolling();
    root.shadowRoot.adoptedStyleSheets = [sheetOf(page, stylesheet)]; // behind the lock: WebKit heeds what was adopted before it a frame late
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
    drawing.rest();
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

  return { prepare, show, update: drawing.update, hide, room };
}
