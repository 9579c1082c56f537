// places.mjs: the countries and regions of Debian's iso-codes as a table for place.c. Run by core/CMakeLists.txt.
// Usage: node places.mjs DIRECTORY OUTPUT, the directory being that of iso_3166-1.json and iso_3166-2.json.
// SPDX-License-Identifier: MIT
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// Not in ISO 3166-1, but in every database of locations: a code set aside for users, which they all use for Kosovo.
const beyondIso = [{ alpha_2: 'XK', alpha_3: 'XKX', name: 'Kosovo' }];

const [directory, output] = process.argv.slice(2);
const read = (part) => JSON.parse(readFileSync(join(directory, `iso_${part}.json`), 'utf8'))[part];
const countries = [...read('3166-1'), ...beyondIso].map((country) => ({
  country: country.alpha_2,
  region: '',
  long: country.alpha_3,
  name: country.common_name ?? country.name,
}));
// A parent is written with its country or without.
const regions = read('3166-2').map(({ code, name, parent = '' }) => {
  const [country, region] = code.split('-');
  return { country, region, long: '', name, parent: parent.split('-').at(-1) };
});

// In the order of their codes' bytes; a country stands before its regions.
const key = ({ country, region }) => `${country}-${region}`;
const places = [...countries, ...regions].sort((a, b) => (key(a) < key(b) ? -1 : 1));
const numbers = new Map(places.map((place, number) => [key(place), number]));
const within = ({ country, region, parent }) => {
  const number = numbers.get(`${country}-${region === '' ? '' : parent}`);
  if (number === undefined) throw new Error(`${country}-${region} is part of ${parent}, which is not in the table`);
  return number;
};
const quoted = (text) => `"${text.replace(/["\\]/g, '\\$&')}"`;
const rows = places.map((place) => `PLACE(${quoted(place.country)}, ${quoted(place.region)}, ${within(place)}, ${quoted(place.long)}, ${quoted(place.name)})`);
// For each two letters, and behind the last, the number of the first place whose country is not before them.
const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const pairs = letters.flatMap((first) => letters.map((second) => first + second));
const firsts = [...pairs, '['].map((pair) => places.filter(({ country }) => country < pair).length);
const lines = [
  '// places.inc: written by core/domain/places.mjs from iso-codes.',
  '#ifdef PLACE // country, region, the number of what it is part of, alpha-3 of a country, name',
  ...rows,
  '#endif',
  '#ifdef FIRST_PLACE // of each two letters from AA to ZZ, and behind them',
  ...firsts.map((number) => `FIRST_PLACE(${number})`),
  '#endif',
];
writeFileSync(output, `${lines.join('\n')}\n`);
