// script_tag.mjs: finds the script element that an embed was loaded by.
// Reads no attribute's meaning: the core does that.
// SPDX-License-Identifier: MIT

// Marks the elements that were found before, across all copies of the embeds on a page.
const claimed = Symbol.for('retarget.claimed');

// The element of the running script: currentScript where there is one (synchronous, async, defer and inserted tags) and it
// carries the attributes. Modules and bundles have none, and some tag managers run a copy of the element that has lost them:
// then the first element not yet claimed that carries the attributes and loads `file`, and without one what there is.
export function claimScriptTag(document, file) {
  const isOurs = (element) => !element[claimed] && element.hasAttribute('data-pub');
  // Of the files one is called as the others begin.
  const loadsFile = (element) => new RegExp(`(^|/)${file}(?!-decline|-section)[^/]*\\.js$`).test((element.src || '').split(/[?#]/)[0]);
  const current = document.currentScript;
  // A form or image called "currentScript" would stand here too: ask what it is.
  const isScript = current && current.localName === 'script';
  const found =
    isScript && isOurs(current)
      ? current
      : [...document.scripts].find((element) => isOurs(element) && loadsFile(element)) || (isScript && loadsFile(current) && current);
  if (found) found[claimed] = true;
  return found || null;
}
