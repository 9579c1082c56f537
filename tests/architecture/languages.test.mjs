// languages.test.mjs: the docs list the languages that the API has words in, each with the word that labels the offers.
// RT_BLESS=1 node --test tests/architecture/languages.test.mjs writes the lists anew.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { read } from './files.mjs';
import { assertGenerated, rowsOf, table } from './generated.mjs';

const file = 'native-harness/server/languages.def';
const english = ['en', '', 'English', 'LTR', '', '', /\.sponsored = RT_BYTES_INIT\("([^"]+)"\)/.exec(read('core/domain/texts.c'))[1]];
const languages = [english, ...rowsOf(file, 'RT_LANGUAGE')].sort(([a], [b]) => (a < b ? -1 : 1));

test('every row of the table is read', () => {
  assert.equal(languages.length, read(file).match(/^RT_LANGUAGE/gm).length + 1);
  for (const row of languages.filter((language) => language !== english)) assert.equal(row.length, 10, row[0]);
});

test('web/docs/api.md lists the languages', () => {
  const others = (tags) => tags.split(' ').filter(Boolean).map((tag) => `, \`${tag}\``).join('');
  const rows = languages.map(([tag, other, name, direction, , , sponsored]) => [`\`${tag}\`${others(other)}`, name, `\`${direction.toLowerCase()}\``, sponsored]);
  assertGenerated('web/docs/api.md', 'languages', 'languages.test.mjs', table(['`lang`', 'language', '`dir`', 'the label'], ...rows));
});

test('web/docs/decline-widget.md names the languages', () => {
  const names = languages.map(([tag, , name]) => `${name} (\`${tag}\`)`).sort();
  const text = names.join(', ').replace(/[^]{1,150}(?: |$)/g, (line) => `${line.trimEnd()}\n`).trimEnd();
  assertGenerated('web/docs/decline-widget.md', 'languages', 'languages.test.mjs', `${text}.`);
});
