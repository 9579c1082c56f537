// table.mjs: rows and figures as a table for the terminal and as Markdown between two comments in the README.
// Knows no row by name and measures nothing.
// SPDX-License-Identifier: MIT
import { boundOf, rows, say, verdictOf } from './rows.mjs';

export const command = './dev bench --web --readme';
const start = `<!-- measured, written by: ${command} -->`;
const end = '<!-- end of measured -->';

const head = ['what', 'bound', 'reached', 'best peer', 'verdict'];

// One array of cells for each row that has a figure.
export function cellsOf(figures) {
  return rows
    .filter(({ id }) => figures[id])
    .map((row) => {
      const { value, spread, peer = '' } = figures[row.id];
      const reached = say(row.unit, value) + (spread ? ` (${spread.map((edge) => say(row.unit, edge).split(' ')[0]).join('–')})` : '');
      return [row.what, boundOf(row), reached, peer, verdictOf(row, value)];
    });
}

export function textTable(figures) {
  const all = [head, ...cellsOf(figures)].map((cells) => cells.map((cell) => cell.replaceAll('`', '')));
  const widths = head.map((_, column) => Math.max(...all.map((cells) => cells[column].length)));
  return all.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd()).join('\n');
}

export function markdownTable(figures) {
  const [first, ...others] = [head, ...cellsOf(figures)].map((cells) => `| ${cells.join(' | ')} |`);
  return [first, `|${'---|'.repeat(head.length)}`, ...others].join('\n');
}

function placeIn(page) {
  const from = page.indexOf(start);
  const to = page.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`the README has no place for the table between "${start}" and "${end}"`);
  return { from: from + start.length, to };
}

// The README `page` with the `lines` and the table of `figures` in their place.
export function withTable(page, lines, figures) {
  const { from, to } = placeIn(page);
  return `${page.slice(0, from)}\n\n${lines.join('\n')}\n\n${markdownTable(figures)}\n\n${page.slice(to)}`;
}

// The cells of the table in `page`, without its head.
export function readTable(page) {
  const { from, to } = placeIn(page);
  const lines = page.slice(from, to).split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) => line.slice(1, -1).split('|').map((cell) => cell.trim()));
}
