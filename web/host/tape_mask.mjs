// tape_mask.mjs: hides on a tape what somebody could use: keys, tokens, ids. What tests/tapes/FORMAT.md promises.
// A secret is replaced by itself with every letter and digit changed, the same way wherever it occurs, so that lengths,
// escapes and everything the core decides stay as they were and the tape replays. Loaded with data-debug only.
// SPDX-License-Identifier: MIT

// Texts are strings with one character per byte.

// How keys and ids of ours begin: these are secrets at any length.
const ours = /\b(?:pk|web|its|dcl|req|clk)_[\w-]+/g;

// Members of answers whose values are ids: a foreign API's look as they like.
const ids = /"(?:sessionId|requestId)"\s*:\s*"((?:[^"\\]|\\.)*)"/g;

// Members that hold addresses. They reach links and pictures only, of which a tape says nothing.
const addresses = /("(?:clickUrl|image|url)"\s*:\s*"[^"?]*\?)((?:[^"\\]|\\.)*)/g;

// What may be secret in the address of the API, up to the blanks and slashes that the core leaves away; and a frame's token.
const credentials = /\/\/[^/?#\s]*@|[?#].*?(?=\/*\s*$)|\/frame\/([\w-]+)/g;

// An answer of something else than the API. Whatever its words are, no JSON begins like this.
const isForeign = (body) => /^(?:\xef\xbb\xbf)?[\0- ]*[^\0- {["\-\dtfn]/.test(body);

// `text` with every letter and digit replaced by the `order`th of its kind; escapes stay what they are.
function disguise(text, order) {
  const nth = (first, count) => String.fromCharCode(first.charCodeAt(0) + (order % count));
  const replace = (found) =>
    found.length > 1 ? found : found < 'A' ? nth('0', 10) : found < 'a' ? nth('A', 26) : nth('a', 26);
  return text.replace(/\\u[\da-fA-F]{4}|\\.|%[\da-fA-F]{2}|[A-Za-z\d]/g, replace);
}

// Returns mask(text, field): `text` of the field as it may be shown. `field`: the name of an attribute or of an event's
// text, null for the text of a command. Remembers: what came in as a secret is one wherever it goes.
export function createMask() {
  const secrets = new Map(); // as it is -> as it is shown
  let pattern = null;

  function learn(secret) {
    if (secrets.has(secret)) return;
    const prefix = /^(?:[a-z]{2,3}_)?/.exec(secret)[0];
    secrets.set(secret, prefix + disguise(secret.slice(prefix.length), secrets.size));
    const longestFirst = [...secrets.keys()].sort((a, b) => b.length - a.length);
    pattern = new RegExp(longestFirst.map((one) => one.replace(/\W/g, '\\$&')).join('|'), 'g');
  }

  // Something that may be a secret, in any spelling. What is written alike in JSON, in a URL and as it is, is learned
  // whole, of anything else the runs that are. A word is no secret, even where a secret should stand.
  function suspect(text) {
    const parts = /^[\w.~-]+$/.test(text) ? [text] : text.split(/\\u[\da-fA-F]{4}|\\.|[^A-Za-z\d]+/);
    for (const part of parts) if (part.length >= 8 && (/\d/.test(part) || part.length >= 20)) learn(part);
  }

  const learnAll = (text, expression, take) => {
    for (const match of text.matchAll(expression)) take(match[1] || match[0]);
  };

  function learnFrom(text, field) {
    learnAll(text, ours, learn);
    if (field === 'data-pub' || field === 'data-website') suspect(text.trim());
    if (field === 'data-api') learnAll(text, credentials, learn);
    if (field === 'body') learnAll(text, ids, suspect);
  }

  return function mask(text, field) {
    if (field) learnFrom(text, field);
    if (field === 'body' && isForeign(text)) return disguise(text, 23);
    if (field === 'body') text = text.replace(addresses, (_, start, query) => start + query.replace(/=[^&]*/g, (value) => disguise(value, 23)));
    return pattern ? text.replace(pattern, (secret) => secrets.get(secret)) : text;
  };
}
