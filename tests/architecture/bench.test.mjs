// bench.test.mjs: the README's table of measurements is that of ./dev bench --web: its rows, its bounds, and verdicts that
// follow from the figures beside them. What was reached depends on the machine and is not tested.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { boundOf, rows, say, units, verdictOf } from '../bench/web/rows.mjs';
import { cellsOf, markdownTable, readTable, withTable } from '../bench/web/table.mjs';
import { read } from './files.mjs';

const command = './dev bench --web --readme';
const numberIn = (cell) => Number(/^[\d.,]+/.exec(cell)?.[0].replaceAll(',', ''));

test('the README has every row of the bench and every bound, in its order', () => {
  const cells = readTable(read('README.md'));
  const expected = rows.map((row) => [row.what, boundOf(row)]);
  assert.deepEqual(cells.map(([what, bound]) => [what, bound]), expected, `rows.mjs has changed. Measure again: ${command}`);
});

test('every row of the README says what was reached, and the verdict is what follows from it', () => {
  for (const [what, , reached, , verdict] of readTable(read('README.md'))) {
    const row = rows.find((one) => one.what === what);
    const value = numberIn(reached);
    assert.ok(Number.isFinite(value), `${what}: "${reached}" is no figure`);
    assert.ok(reached.startsWith(say(row.unit, value)), `${what}: "${reached}" is not written as the bench writes it`);
    assert.equal(verdict, verdictOf(row, value), what);
  }
});

test('the bounds are those that were set, and none of them moves', () => {
  const bounds = Object.fromEntries(rows.map((row) => [row.id, boundOf(row)]));
  assert.deepEqual(bounds, {
    embedBrotli: '≤ 12,288 B', coreRaw: '', coreBrotli: '', coreImports: '0', coreMemory: '≤ 196,608 B',
    scriptArmed: '≤ 6.0 ms', scriptOpen: '≤ 20.0 ms', frame: '≤ 20.0 ms', frameSlow: '≤ 60.0 ms', longestTask: '< 50.0 ms',
    arrival: '≤ 130 ms', arrivalSlow: '≤ 1,050 ms', heap: '≤ 400 kB', planNative: '≤ 2.0 µs', planWasm: '≤ 3.0 µs', rank: '≤ 100 µs',
    layoutShift: '0', globals: '0', leftovers: '0',
  });
});

test('a figure is held against its bound as it is printed', () => {
  const row = { unit: 'ms', most: 6 };
  assert.equal(verdictOf(row, 6), 'held');
  assert.equal(verdictOf(row, 6.04), 'held');
  assert.equal(verdictOf(row, 6.06), 'missed by 0.1 ms');
  assert.equal(verdictOf({ unit: 'ms', below: 50 }, 50), 'missed by 0.0 ms');
  assert.equal(verdictOf({ unit: 'ms', below: 50 }, 49.9), 'held');
  assert.equal(verdictOf({ unit: 'bytes', most: 12_288 }, 19_512), 'missed by 7,224 B');
  assert.equal(verdictOf({ unit: 'bytes' }, 5), '');
  assert.equal(verdictOf({ unit: 'count', most: 0 }, 1), 'missed by 1');
});

test('a table that is written into a page is read from it again, and nothing around it changes', () => {
  const page = `before\n<!-- measured, written by: ${command} -->\nold\n<!-- end of measured -->\nafter\n`;
  const figures = Object.fromEntries(rows.map(({ id }, i) => [id, { value: i, spread: [i, i + 1], peer: 'somebody: 3' }]));
  const written = withTable(page, ['On a machine.'], figures);
  assert.deepEqual(readTable(written), cellsOf(figures));
  assert.ok(written.startsWith('before\n') && written.endsWith('<!-- end of measured -->\nafter\n'), written);
  assert.ok(written.includes(markdownTable(figures)) && !written.includes('old'));
  assert.equal(withTable(written, ['On a machine.'], figures), written);
  assert.throws(() => withTable('a page without a place', [], figures), /has no place for the table/);
});

test('every row has a unit the table can write, and a name of its own', () => {
  assert.deepEqual(rows.filter(({ unit }) => !units[unit]), []);
  assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length);
  assert.equal(new Set(rows.map(({ what }) => what)).size, rows.length);
});
