// section.mjs: finds the section's container for the core and measures it, and carries the core's surface there and the
// visitor's doings back. Draws nothing itself: section_dom.mjs does.
// SPDX-License-Identifier: MIT
import { CLOSE_API, REFUSAL_FAILED } from '../../wasm-glue/core_client.mjs';
import { createSection } from './section_dom.mjs';
import { measureText } from './text_metrics.mjs';

export function createSectionEffect(page, rootId, feed) {
  const { document, requestAnimationFrame, cancelAnimationFrame, setTimeout, clearTimeout } = page;
  let id; // of the container
  let container = null;
  let host; // of what is drawn, in the container
  let metrics;
  let frame = 0; // the next, where it is waited for
  let isPrepared = false;
  let isShown = false;
  let told = []; // what the core knows: width and height
  let widthBefore; // what it knew before
  let isFresh; // drawn in this frame for another width
  let moves = 0; // of the last second
  let forgetting;

  const section = createSection({
    document,
    onActivate: (card) => feed({ kind: 'activated', card }),
    onCardView: (card, ratioPermille) => feed({ kind: 'cardView', card, ratioPermille }),
  });
  const finder = new page.MutationObserver(find);
  const meter = new page.ResizeObserver(look);

  function tell(room) {
    const [widthPx, heightPx] = room;
    widthBefore = told[0];
    told = room;
    metrics = metrics || measureText(document);
    feed({ kind: 'viewport', widthPx, heightPx, metrics });
  }

  function refuse(reason) {
    hideSurface(); // nothing will come of it, nor of what was prepared before
    feed({ kind: 'surfaceRefused', reason });
  }

  // A page that takes another container whenever something is put into the one it has would go on for ever with us, in a
  // single task. Nobody else moves it more than 20 times in a second.
  function isFight() {
    if (!moves++) forgetting = setTimeout.call(page, () => (moves = 0), 1000);
    return moves > 20;
  }

  // The page may bring the container at any time, take it away, and bring it or another one again.
  function find() {
    const found = document.getElementById(id);
    if (found === container) return;
    container = found;
    if (!found) return;
    if (isFight()) return isShown ? feed({ kind: 'dismissed', reason: CLOSE_API }) : refuse(REFUSAL_FAILED);
    host = section.moveTo(found);
    if (host) meter.observe(host);
    const room = section.room(found);
    if (room[0] || !isShown) tell(room);
  }

  function findContainer(command) {
    id = command.container;
    finder.observe(document, { __proto__: null, childList: true, subtree: true, attributes: true, attributeFilter: ['id'] });
    find();
  }

  function showSurface(command, core) {
    if (isShown) return section.update(core);
    const refusal = section.prepare(core);
    if (refusal !== null) return refuse(refusal);
    isPrepared = true;
    frame = frame || requestAnimationFrame.call(page, begin);
  }

  // What is displayed but not drawn, as in closed details, the meter hears of when it is.
  const begin = () => open(!host.checkVisibility || host.checkVisibility());

  // With the page's next frame, when its styles are there and the container has got its size; not in a tab that nobody looks at,
  // and not while the container is not displayed.
  function open(isDrawn) {
    if (isShown) return;
    const room = container && isDrawn ? section.room(container) : [0];
    if (!room[0]) {
      frame = 0; // there will be another, once there is room
      return (told = room);
    }
    if (`${room}` !== `${told}`) tell(room);
    if (!isPrepared) return;
    isShown = true;
    section.show();
    feed({ kind: 'surfaceShown' });
  }

  // The host has another size. What is drawn for it may take the page's scroll bar away, or bring it, so that the width is
  // again what it was: then the narrower one is as good. The meter rests until the next frame, because one that hears in the
  // same frame of what its own news have changed is an error to the page.
  function look() {
    if (!container) return;
    const room = section.room(container);
    const [width] = room;
    const isEcho = isFresh && width === widthBefore && width > told[0];
    isFresh = false;
    if (!width || width === told[0] || isEcho) return;
    meter.disconnect();
    isFresh = true;
    frame = requestAnimationFrame.call(page, () => meter.observe(host));
    if (isShown) tell(room);
    else open(true);
  }

  function hideSurface() {
    finder.disconnect();
    meter.disconnect();
    cancelAnimationFrame.call(page, frame);
    clearTimeout.call(page, forgetting);
    section.hide();
    isPrepared = isShown = false;
  }

  return { perform: { findContainer, showSurface, hideSurface }, destroy: hideSurface };
}
