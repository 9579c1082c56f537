// frame.js: beside the embed in the page for iframes (/embed of the API): tells the page around the frame how high it wants
// to be, and passes on what the embed says on window. Talks to the origins only that the server wrote into the element.
// Knows neither offers nor keys, and does nothing but answer for what the page around may say.
// SPDX-License-Identifier: MIT

const { documentElement, body, currentScript, referrer } = document;
const { brand, height, parents, theme } = currentScript.dataset;
const allowed = parents.split(' ');

// Of `https://*.shop.example` every subdomain is one, as in Content-Security-Policy.
function isAllowed(origin) {
  return allowed.some((one) => {
    const [start, end] = one.split('*');
    return end ? origin.startsWith(start) && origin.endsWith(end) : origin === one;
  });
}

// Where the page around is. A browser that does not say so, asked by that page to send no Referer, delivers to one of those
// that may be there or to none.
function findTargets() {
  const [around = referrer && new URL(referrer).origin] = location.ancestorOrigins || [];
  if (around && around !== 'null') return isAllowed(around) ? [around] : [];
  return allowed.filter((one) => !one.includes('*'));
}

const targets = window.parent === window ? [] : findTargets();

function tell(name, more) {
  for (const target of targets) window.parent.postMessage({ type: `${brand}:${name}`, ...more }, target);
}

// ---------------------------------------------------------------- height

let told; // what the page around knows
let width;
let most; // what an overlay has wanted for this width
let waiting; // until the page around must have made room
const patience = 1000; // milliseconds

// An overlay fills whatever frame it is given. It wants its panel to fit, and where it scrolls, all that there is to be
// scrolled. How its panel looks follows from the height, so for one width it only ever wants more: this comes to an end.
function heightOfOverlay(dialog) {
  if (width !== window.innerWidth) most = 0;
  width = window.innerWidth;
  const isScrolling = dialog.scrollHeight > dialog.clientHeight;
  most = Math.max(most, isScrolling ? dialog.scrollHeight : dialog.querySelector('section').offsetHeight);
  return most;
}

// By its id: elements that browser extensions add may stand anywhere, with shadow trees of their own.
const findOverlay = () => document.getElementById(`${brand}-root`)?.shadowRoot;

function look() {
  if (height === 'fixed') return;
  const overlay = findOverlay();
  if (!overlay) width = undefined;
  const wanted = overlay ? heightOfOverlay(overlay.querySelector('dialog')) : Math.ceil(body.getBoundingClientRect().height);
  if (wanted === told) return;
  told = wanted;
  tell('height', { height: wanted });
  clearTimeout(waiting);
  waiting = setTimeout(giveUp, patience);
}

// A frame without height is drawn by no browser that saves work, so events say when there is something to see.
const observer = new ResizeObserver(look);

// Content that is higher than the frame for a moment brings no scroll bar: it would be laid out for less width than it will have.
// Where the page around makes no room there is something to scroll, and the bar may be seen from then on.
const sheet = new CSSStyleSheet();
sheet.replaceSync('html,dialog{scrollbar-width:none}::-webkit-scrollbar{display:none}');
const giveUp = () => (sheet.disabled = window.innerHeight < told);
window.addEventListener('resize', () => {
  if (window.innerHeight >= told) sheet.disabled = false; // it came late
});
const hideBars = (root) => (root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]);

// An overlay brings its own ground. The words of a section would stand on the page's, whose colour nobody here knows: the label
// above the offers has to be legible anywhere.
function prepare(overlay) {
  if (!overlay) {
    const colorScheme = /^(light|dark)$/.test(theme) ? theme : 'light dark';
    Object.assign(documentElement.style, { colorScheme, background: 'Canvas', color: 'CanvasText' });
  } else if (height !== 'fixed') {
    hideBars(overlay);
    observer.observe(overlay.querySelector('section'));
  }
}

for (const name of ['open', 'close', 'empty', 'allowed', 'error', 'click']) {
  window.addEventListener(`${brand}:${name}`, ({ detail }) => {
    tell(name, { detail });
    if (name === 'open') prepare(findOverlay());
    look();
  });
}

// A page whose script comes later than the frame asks for what it has missed.
window.addEventListener('message', ({ source, data }) => {
  if (source !== window.parent || data?.type !== `${brand}:height`) return;
  told = undefined;
  look();
});

documentElement.lang ||= navigator.language;
body.style.margin = 0;
if (height !== 'fixed') hideBars(document);
else body.firstElementChild.style.height = '100vh'; // the box that the page reserves for its section is the frame
observer.observe(body);
look();
