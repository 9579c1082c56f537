// palette.test.mjs: the overlay's colours stand in one list, from which the page's stylesheet and the native drawing take them.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { linesOf, read, report } from './files.mjs';
import { rowsOf } from './generated.mjs';

const list = 'core/surface/palette.def';
const stylesheet = 'web/effects/surface.css';
const rules = read(stylesheet).replace(/\/\*[^]*?\*\//g, '');
const names = rowsOf(list, 'RT_COLOUR').map(([, name]) => name.replaceAll('_', '-'));

test('every row of the list is read', () => {
  assert.equal(names.length, read(list).match(/^RT_COLOUR\(/gm).length);
  assert.ok(names.length > 5);
});

test('the stylesheet names no colour of its own', () => {
  const colour = /#(?!000[0-9a-f]\b)[0-9a-f]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch|color-mix)a?\(|\b(?:Canvas|GrayText|white|black)/i; // #0000 is none, and #0006 a shadow
  const findings = [];
  for (const { file, line, text } of linesOf([stylesheet])) {
    const found = /:.*;/.exec(text) && colour.exec(text);
    if (found) findings.push(`${file}:${line}: ${found[0]} belongs into ${list}`);
  }
  assert.deepEqual(findings, [], report(findings));
});

test('the stylesheet uses every colour of the list, and none that is not there', () => {
  const used = new Set([...rules.matchAll(/var\(--([\w-]+)/g)].map(([, name]) => name));
  for (const given of ['accent', 'on-accent']) assert.ok(used.delete(given), given);
  assert.deepEqual([...used].sort(), [...names].sort());
});
