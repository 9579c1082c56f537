// palette.test.mjs: the surfaces' colours stand in one list, from which the page's stylesheets and the native drawing take them.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { files, linesOf, read, report } from './files.mjs';
import { rowsOf } from './generated.mjs';

const list = 'core/surface/palette.def';
const stylesheets = files.filter((file) => /^web\/effects\/.*\.css$/.test(file) && file !== 'web/effects/palette.css');
const rules = stylesheets.map(read).join('').replace(/\/\*[^]*?\*\//g, '');
const names = rowsOf(list, 'RT_COLOUR').map(([, name]) => name.replaceAll('_', '-'));

test('every row of the list is read', () => {
  assert.equal(names.length, read(list).match(/^RT_COLOUR\(/gm).length);
  assert.ok(names.length > 5);
});

test('the stylesheets name no colour of its own', () => {
  const colour = /#(?!000[0-9a-f]\b)[0-9a-f]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch|color-mix)a?\(|\b(?:Canvas|GrayText|white|black)/i; // #0000 is none, and #0006 a shadow
  const findings = [];
  for (const { file, line, text } of linesOf(stylesheets)) {
    const found = /:.*;/.exec(text) && colour.exec(text);
    if (found) findings.push(`${file}:${line}: ${found[0]} belongs into ${list}`);
  }
  assert.deepEqual(findings, [], report(findings));
});

test('the stylesheets use every colour of the list, and none that is not there', () => {
  const used = new Set([...rules.matchAll(/var\(--([\w-]+)/g)].map(([, name]) => name));
  for (const given of ['accent', 'on-accent']) assert.ok(used.delete(given), given);
  assert.deepEqual([...used].sort(), [...names].sort());
});
