// accessibility.test.mjs: the docs speak of every criterion of WCAG 2.2, and the tests they name exist.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { files, read } from './files.mjs';

const page = 'web/docs/accessibility.md';
const rows = read(page).split('\n').filter((line) => /^\| \d/.test(line)).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));

// Levels A and AA of WCAG 2.2, https://www.w3.org/TR/WCAG22/. 4.1.1 is gone.
const criteria = {
  A: '1.1.1 1.2.1 1.2.2 1.2.3 1.3.1 1.3.2 1.3.3 1.4.1 1.4.2 2.1.1 2.1.2 2.1.4 2.2.1 2.2.2 2.3.1 2.4.1 2.4.2 2.4.3 2.4.4 2.5.1 2.5.2 2.5.3 2.5.4 3.1.1 3.2.1 3.2.2 3.2.6 3.3.1 3.3.2 3.3.7 4.1.2',
  AA: '1.2.4 1.2.5 1.3.4 1.3.5 1.4.3 1.4.4 1.4.5 1.4.10 1.4.11 1.4.12 1.4.13 2.4.5 2.4.6 2.4.7 2.4.11 2.5.7 2.5.8 3.1.2 3.2.3 3.2.4 3.3.3 3.3.4 3.3.8 4.1.3',
};

// Criteria about which there is nothing to prove in the overlay: the page's own, and the one that is said to be missing.
const withoutTest = ['1.4.12', '3.1.1'];

test('every criterion of levels A and AA has its row', () => {
  const wanted = Object.entries(criteria).flatMap(([level, numbers]) => numbers.split(' ').map((number) => `${number} ${level}`));
  const listed = rows.map(([criterion, level]) => `${criterion.split(' ')[0]} ${level}`);
  assert.deepEqual(listed.slice().sort(), wanted.slice().sort());
});

test('a criterion that applies names its tests, and the tests are there', () => {
  const sources = files.filter((file) => /^tests\/browser\/.*\.test\.mjs$/.test(file)).map(read).join('\n');
  const names = [...sources.matchAll(/\btest\(\s*(['`"])((?:\\.|(?!\1).)*)/g)].map(([, , name]) => name);
  for (const [criterion, , words, proof] of rows) {
    const claimed = [...proof.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
    const number = criterion.split(' ')[0];
    assert.equal(claimed.length === 0, words === '–' || withoutTest.includes(number), `${number} has ${claimed.length} tests in ${page}`);
    for (const claim of claimed) assert.ok(names.some((name) => name.startsWith(claim)), `${number}: no test begins with "${claim}"`);
  }
});

test('every test of a criterion is in the docs', () => {
  const names = [...read('tests/browser/wcag.test.mjs').matchAll(/\btest\(\s*(['`])(\d[^'`$]*)/g)].map(([, , name]) => name);
  assert.ok(names.length >= 8, `${names.length} tests`);
  const claims = rows.flatMap(([, , , proof]) => [...proof.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  for (const name of names) assert.ok(claims.some((claim) => name.startsWith(claim)), `${page} does not name "${name}"`);
});
