// yoga.mjs: the overlay's boxes as a flexbox engine works them out: a panel, a heading, twelve cards of a picture and words.
// SPDX-License-Identifier: MIT
import Yoga, { Edge, FlexDirection, Wrap } from 'yoga-layout';
import { cards } from './test_api.mjs';

const widthOfLetter = 8;
const heightOfLine = 22;
const headline = 'A current account with no monthly fee, opened in eight minutes';

// Words that break after `width`; an average letter is all the font this needs.
function words(text) {
  const node = Yoga.Node.create();
  node.setMeasureFunc((width) => {
    const whole = text.length * widthOfLetter;
    return { width: Math.min(whole, width), height: Math.ceil(whole / width) * heightOfLine };
  });
  return node;
}

function box(style, children) {
  const node = Yoga.Node.create();
  style(node);
  children.forEach((child, i) => node.insertChild(child, i));
  return node;
}

const card = () =>
  box((node) => {
    node.setWidth(270);
    node.setPadding(Edge.All, 12);
  }, [box((node) => node.setHeight(138), []), words('Harbour Bank'), words(headline), words('Open an account')]);

// Builds, lays out and reads `times` overlays.
export function yogaPlan(times) {
  for (let i = 0; i < times; i++) {
    const grid = box((node) => {
      node.setFlexDirection(FlexDirection.Row);
      node.setFlexWrap(Wrap.Wrap);
    }, Array.from({ length: cards }, card));
    const panel = box((node) => node.setPadding(Edge.All, 28), [words('Offers for you'), words(headline), grid]);
    panel.calculateLayout(1280 + (i % 16), undefined);
    for (let n = 0; n < cards; n++) grid.getChild(n).getComputedLayout();
    panel.freeRecursive();
  }
}
