// diagnostics.test.mjs: every code and state that an embed can show is explained to integrators, and none that does not exist.
// RT_BLESS=1 node --test tests/architecture/diagnostics.test.mjs writes the table of codes anew.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { files, linesOf, read, report } from './files.mjs';
import { assertGenerated, rowsOf, table } from './generated.mjs';

const list = 'core/embed/diagnostics.def';
const ofCore = rowsOf(list, 'RT_(?:DECLINE_|DECISION_|SECTION_)?DIAGNOSTIC');
const ofPage = rowsOf(list, 'RT_PAGE_DIAGNOSTIC');
const all = [...ofCore, ...ofPage].map(([, code, level, sentence, meaning, remedy]) => ({ code, level, sentence, meaning, remedy }));

test('every row of core/embed/diagnostics.def is read, and its code is its name and its only one', () => {
  assert.equal(all.length, read(list).match(/^RT_(PAGE_|DECLINE_|DECISION_|SECTION_)?DIAGNOSTIC\(/gm).length);
  for (const row of [...ofCore, ...ofPage]) {
    assert.equal(row.length, 6, row[0]);
    assert.equal(row[1], row[0].toLowerCase());
  }
  assert.equal(new Set(all.map(({ code }) => code)).size, all.length);
});

// To read behind "[retarget] code: ".
test('a sentence is one: what is wrong, and behind a semicolon what to do', () => {
  const findings = [];
  for (const { code, level, sentence, meaning, remedy } of all) {
    if (!/^([a-z]|\{\})[^;]*(; [^;]*)?[^.]$/.test(sentence)) findings.push(`${code}: "${sentence}" is not one sentence without capital and full stop`);
    if (level !== 'DEBUG' && !sentence.includes('; ')) findings.push(`${code} has no remedy`);
    if (sentence.length > 110 || sentence.split('{}').length > 2) findings.push(`${code} is too long, or has two places for details`);
    for (const text of [meaning, remedy]) if (!/^[A-Z0-9`].*[.?]$/.test(text)) findings.push(`${code}: "${text}" is no sentence`);
  }
  assert.deepEqual(findings, [], report(findings));
});

test('web/docs/troubleshooting.md explains every code', () => {
  const order = ['ERROR', 'WARNING', 'DEBUG'];
  const event = { ERROR: '`…:error`', WARNING: '', DEBUG: '' };
  const sorted = order.flatMap((level) => all.filter((row) => row.level === level));
  const rows = sorted.map(({ code, level, meaning, remedy }) => [`\`${code}\``, level.toLowerCase(), event[level], meaning, remedy]);
  assertGenerated('web/docs/troubleshooting.md', 'codes', 'diagnostics.test.mjs', table(['code', 'level', 'event', 'what it means', 'what to do'], ...rows));
});

test('the page says by itself what the list has for it, each in one place, and nothing else goes to the console', () => {
  const scripts = files.filter((file) => /^web\/(entries|host|effects)\/.*\.m?js$|^wasm-glue\/[^/]*\.mjs$/.test(file) && !file.endsWith('/constants.mjs'));
  const said = [];
  const findings = [];
  for (const { file, line, text } of linesOf(scripts)) {
    const code = text.replace(/^\s*\/\/.*|\s\/\/\s.*/, '');
    for (const [, argument] of code.matchAll(/(?<!function )\bsay\(([^,)]*)/g)) {
      const [, name] = /^DIAGNOSTIC_([A-Z_]+)$/.exec(argument) ?? [];
      if (name) said.push(name);
      else findings.push(`${file}:${line}: says ${argument}, which is not in ${list}`);
    }
    if (/\bconsole\b/.test(code) && file !== 'web/effects/log.mjs') findings.push(`${file}:${line}: writes to the console`);
  }
  assert.deepEqual(findings, [], report(findings));
  assert.deepEqual(said.sort(), ofPage.map(([name]) => name).sort());
});

test('the states that an embed can be in are those of web/docs/decline-widget.md and geo-widget.md', () => {
  const body = /^const char \*rt_embed_state\([^]*?^}/m.exec(read('core/embed/embed.c'))[0];
  const known = new Set([...body.matchAll(/"([a-z]+)"/g)].map((match) => match[1]));
  const explained = new Set();
  for (const page of ['decline-widget.md', 'geo-widget.md']) {
    const table = /^\| `state` \| meaning \|\n([^]*?)\n\n/m.exec(read(`web/docs/${page}`))[1];
    for (const row of table.split('\n').slice(1)) for (const [, word] of row.split('|')[1].matchAll(/`([a-z]+)`/g)) explained.add(word);
  }
  assert.deepEqual([...explained].sort(), [...known].sort());
});
