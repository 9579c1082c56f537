// render.test.mjs: `retarget render`: drawings that are kept in tests/drawings, and what it takes, refuses and says.
// RT_BLESS=1 node --test tests/http/render.test.mjs writes the drawings anew; look at each before you commit it.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { anOffer, program, run, startServer, temporaryDirectory } from './server.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const offers = `${root}web/demo/offers.json`;
const phone = ['--viewport', '390x844'];
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M/wHwAEBgIApD5fRAAAAABJRU5ErkJggg==', 'base64');

const sentences = ({ err }) => err.split('\n').filter(Boolean);

function oneSentence(result, code, pattern) {
  assert.equal(result.code, code, result.err);
  assert.match(result.err, pattern);
  assert.equal(sentences(result).length, 1, result.err);
  assert.equal(result.out, '');
}

// Draws, and says nothing.
function drawn(...words) {
  const { code, out, err } = run(['render', ...words]);
  assert.deepEqual([code, err], [0, '']);
  return out;
}

// A file of the given offers, in a directory of the test's own.
function fileOf(t, content) {
  const file = path.join(temporaryDirectory(t), 'offers.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

// Python's expat is strict where browsers are patient.
const parse = (text) => spawnSync('python3', ['-c', 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.stdin.buffer)'], { input: text, encoding: 'utf8' });
const assertWellFormed = (text) => assert.equal(parse(text).status, 0, parse(text).stderr);

const words = (svg) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
const brandsOf = (svg) => [...svg.matchAll(/<svg class="brand".*\n {2}<text[^>]*>([^<]*)/g)].map(([, brand]) => brand);

// ---------------------------------------------------------------- drawings

const awkward = [
  { brand: '<i>Tom & "Jerry"</i>', headline: 'Unbreakablewordwithoutanyspaceinitthatisfarwiderthanthewindowofaphone & < > "', cta: 'Go 🎉 ☕' },
  { brand: '東京銀行', headline: '毎月の手数料がかからない口座、８分で開設できます。', cta: '口座を開く' },
  { brand: 'بنك الميناء', headline: 'حساب جارٍ بلا رسوم شهرية، يُفتح في ثماني دقائق', cta: 'افتح حسابك', premium: true },
].map((change) => ({ ...anOffer, ...change }));

const drawings = [
  { name: 'phone', words: [...phone, '--max-ads', '3', '--support'] },
  { name: 'laptop-dark', words: ['--viewport', '1280x800', '--theme', 'dark', '--accent', '#fd0', '--max-ads', '4'] },
  { name: 'tablet-right-to-left', words: ['--viewport', '768x1024', '--lang', 'ar', '--max-ads', '5', '--support'] },
  { name: 'low-german', words: ['--viewport', '844x390', '--lang', 'de-AT', '--max-ads', '2'] },
  { name: 'section', words: ['--viewport', '1024x768', '--section', '--max-ads', '3', '--support'] },
  { name: 'section-phone-dark', words: ['--viewport', '390x844', '--section', '--theme', 'dark', '--lang', 'he'] },
  { name: 'smallest-awkward', words: ['--viewport', '240x320', '--lang', 'ja'], content: awkward },
  { name: 'desktop-awkward', words: ['--viewport', '1024x700', '--dir', 'rtl'], content: awkward },
];
for (const { name, words: options, content } of drawings) {
  test(`the drawing tests/drawings/${name}.svg is what is drawn now`, (t) => {
    const file = `${root}tests/drawings/${name}.svg`;
    const svg = drawn('--offers', content ? fileOf(t, content) : offers, ...options);
    assertWellFormed(svg);
    if (process.env.RT_BLESS) writeFileSync(file, svg);
    const kept = existsSync(file) ? readFileSync(file, 'utf8') : '';
    assert.ok(svg === kept, `tests/drawings/${name}.svg is another now. Compare, and if it is better: RT_BLESS=1 node --test tests/http/render.test.mjs`);
  });
}

test('the same words give the same bytes, on standard output and in a file', (t) => {
  const file = path.join(temporaryDirectory(t), 'overlay.svg');
  assert.equal(drawn('--offers', offers, ...phone, '-o', file), '');
  assert.equal(drawn('--offers', offers, ...phone), readFileSync(file, 'utf8'));
  assert.equal(run(['render', '--offers', '-', ...phone], { input: readFileSync(offers) }).out, readFileSync(file, 'utf8'));
});

// ---------------------------------------------------------------- offers

test('premium offers come first, equal brands are kept apart, paused ones are left out', (t) => {
  const named = (brand, more) => ({ ...anOffer, brand, ...more });
  const file = fileOf(t, [named('A'), named('A'), named('B'), named('C', { paused: true }), named('D', { premium: true }), named('E')]);
  assert.deepEqual(brandsOf(drawn('--offers', file, '--viewport', '1280x800')), ['D', 'A', 'B', 'A', 'E']);
  assert.deepEqual(brandsOf(drawn('--offers', file, '--viewport', '1280x800', '--max-ads', '2')), ['D', 'A']);
});

test('a section shows four cards unless another number is given, and nothing of an overlay', () => {
  const section = drawn('--offers', offers, '--viewport', '1280x800', '--section');
  assert.equal(brandsOf(section).length, 4);
  assert.equal(brandsOf(drawn('--offers', offers, '--viewport', '1280x800', '--section', '--max-ads', '7')).length, 7);
  assert.ok(words(section).includes('Sponsored'));
  assert.doesNotMatch(section, /backdrop|class="(close|title|intro|panel)"/);
});

test('one offer is enough, and need not be in a list', (t) => {
  assert.deepEqual(brandsOf(drawn('--offers', fileOf(t, anOffer), ...phone)), [anOffer.brand]);
});

test('what `retarget offer list` prints is drawn', (t) => {
  const folder = temporaryDirectory(t);
  const database = ['--db', path.join(folder, 'list.db')];
  run(['offer', 'add', fileOf(t, [anOffer, { ...anOffer, brand: 'Second' }]), ...database]);
  const svg = run(['render', '--offers', '-', ...phone], { input: run(['offer', 'list', '--json', ...database]).out }).out;
  assert.deepEqual(brandsOf(svg).sort(), [anOffer.brand, 'Second'].sort());
});

test('of more than twelve the first twelve are drawn, which is said', (t) => {
  const result = run(['render', '--offers', fileOf(t, Array.from({ length: 13 }, (_, i) => ({ ...anOffer, brand: `B${i}` }))), ...phone]);
  assert.equal(result.code, 0);
  assert.deepEqual(brandsOf(result.out), Array.from({ length: 12 }, (_, i) => `B${i}`));
  assert.equal(sentences(result).length, 1);
  assert.match(result.err, /has 13 offers; here are the first 12/);
});

test("the API's own answer is drawn with its words, its order and its support contact", async (t) => {
  const server = await startServer(t);
  const site = server.addSite('shop.example', '--support-label', 'Wir helfen', '--support-url', 'https://shop.example/hilfe');
  server.addOffers({ ...anOffer, brand: 'Cheap', rates: { '*': '0.10' } }, { ...anOffer, brand: 'Dear', rates: { '*': '2.00' } });
  const { requestId } = await (await server.get(`/v1/decision?${site.query}`)).json();
  const answer = await (await server.get(`/v1/offers?${site.query}&requestId=${requestId}&lang=de`)).text();
  const svg = drawn('--offers', fileOf(t, answer), ...phone);
  assert.match(svg, /xml:lang="de"/);
  assert.deepEqual(brandsOf(svg), ['Dear', 'Cheap']);
  assert.ok(words(svg).includes('Es gibt Alternativen') && words(svg).includes('Wir helfen'), words(svg).join('|'));
  assert.ok(words(drawn('--offers', fileOf(t, answer), ...phone, '--lang', 'fr')).includes('Publicité'), 'what is asked for wins');
});

test('words of an answer that XML cannot say do no harm', (t) => {
  const answer = {
    offers: [{ id: 'off_1', brand: 'a\u0001\ud83d\ude00]]>\uffff<&>', headline: 'x', cta: 'y', clickUrl: 'https://a.example/' }],
    texts: { title: '</title><script>' }, dir: 'rtl', lang: '"><x',
  };
  const svg = drawn('--offers', fileOf(t, answer), ...phone);
  assertWellFormed(svg);
  assert.doesNotMatch(svg, /<script|<x/);
});

// ---------------------------------------------------------------- pictures

test('a picture is found by the end of its address, and without one there is the initial', (t) => {
  const folder = path.join(temporaryDirectory(t), 'images');
  mkdirSync(folder);
  writeFileSync(`${folder}/bank.png`, png);
  writeFileSync(`${folder}/notes.txt`, 'no picture');
  copyFileSync(`${root}web/demo/images/velvet.svg`, `${folder}/velvet.svg`);
  const typesOf = (image) => {
    const svg = drawn('--offers', fileOf(t, { ...anOffer, image }), ...phone, '--images', folder);
    assertWellFormed(svg);
    assert.match(svg, /<rect class="picture"/);
    return [...svg.matchAll(/href="data:([^;]+);base64,([^"]*)"/g)].map(([, type, data]) => [type, Buffer.from(data, 'base64').length]);
  };
  assert.deepEqual(typesOf('https://cdn.example/a/bank.png?v=2#x'), [['image/png', png.length]]);
  assert.deepEqual(typesOf('https://cdn.example/velvet.svg').map(([type]) => type), ['image/svg+xml']);
  for (const image of [null, 'https://cdn.example/none.png', 'https://cdn.example/', 'https://cdn.example/notes.txt', 'https://cdn.example/images/..']) {
    assert.deepEqual(typesOf(image), [], image);
  }
});

test('a PNG has a pixel for each CSS pixel', (t) => {
  const file = path.join(temporaryDirectory(t), 'overlay.png');
  assert.equal(drawn('--offers', offers, ...phone, '--images', `${root}web/demo/images`, '-o', file), '');
  const bytes = readFileSync(file);
  assert.deepEqual([...bytes.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
  assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [390, 844]);
  assert.ok(bytes.length > 20_000, `${bytes.length} bytes`); // words and pictures are in it
});

test('without rsvg-convert it says what to install, and what it says when it fails', (t) => {
  const folder = temporaryDirectory(t);
  oneSentence(run(['render', '--offers', offers, ...phone, '-o', `${folder}/a.png`], { env: { ...process.env, PATH: folder } }), 1, /librsvg2-bin/);
  oneSentence(run(['render', '--offers', offers, ...phone, '-o', `${folder}/none/a.png`]), 1, /rsvg-convert could not write .*none/);
  assert.equal(existsSync(`${folder}/a.png`), false);
});

// ---------------------------------------------------------------- refusals

test('wrong usage is one sentence and exit 2', () => {
  oneSentence(run(['render']), 2, /Which offers\?/);
  oneSentence(run(['render', '--offers', offers]), 2, /--viewport 390x844/);
  for (const viewport of ['0x0', '99999x1', '390', 'x', '390x', '390x844x2', '-390x844', '390.5x844', 'axb', '199x844', '8193x844', '390X844', ' 390x844', '18446744073709551616x844', '']) {
    oneSentence(run(['render', '--offers', offers, '--viewport', viewport]), 2, /--viewport is WIDTHxHEIGHT in CSS pixels, each from 200 to 8192/);
  }
  for (const accent of ['red', '#ff', '#12345', '#gggggg', 'ff0000', '#', '#ff00001']) oneSentence(run(['render', '--offers', offers, ...phone, '--accent', accent]), 2, /--accent/);
  for (const most of ['0', '13', 'abc', '-1', '1.5', '']) oneSentence(run(['render', '--offers', offers, ...phone, '--max-ads', most]), 2, /--max-ads is a number from 1 to 12/);
  oneSentence(run(['render', '--offers', offers, ...phone, '--theme', 'auto']), 2, /--theme/);
  oneSentence(run(['render', '--offers', offers, ...phone, '--dir', 'up']), 2, /--dir/);
  for (const file of ['overlay.jpg', 'overlay', '.png']) oneSentence(run(['render', '--offers', offers, ...phone, '-o', file]), 2, /ends in \.svg or \.png/);
  oneSentence(run(['render', offers, ...phone]), 2, /after --offers/);
  oneSentence(run(['render', '--offer', offers]), 2, /no option --offer /);
  oneSentence(run(['render', '--offers']), 2, /needs a value/);
  const help = run(['render', '--help']);
  assert.equal(help.code, 0);
  for (const [, option] of readFileSync(`${root}native-harness/cli/render.c`, 'utf8').matchAll(/\{"(-[\w-]+)", (?:true|false)\}/g)) assert.ok(help.out.includes(`  ${option} `), option);
});

test('a file that cannot be drawn is one sentence and exit 1', (t) => {
  const refused = (content, pattern) => oneSentence(run(['render', '--offers', fileOf(t, content), ...phone]), 1, pattern);
  oneSentence(run(['render', '--offers', '/none/offers.json', ...phone]), 1, /\/none\/offers\.json cannot be read/);
  oneSentence(run(['render', '--offers', root, ...phone]), 1, /cannot be read/);
  refused('{"brand":', /not valid JSON/);
  refused('', /not valid JSON/);
  refused([], /no offer to show/);
  refused({ offers: [] }, /no offer to show/);
  refused([{ ...anOffer, paused: true }], /no offer to show/);
  refused([anOffer, { ...anOffer, brand: '' }], /offer 2: "brand" must be/);
  refused({ offers: 7 }, /a required field is missing/);
  refused(' '.repeat(5 * 1024 * 1024), /larger than 4 MiB/);
  oneSentence(run(['render', '--offers', offers, ...phone, '-o', '/none/a.svg']), 1, /\/none\/a\.svg cannot be written/);
});

test('a file that is not UTF-8 is refused', (t) => {
  const file = fileOf(t, '');
  writeFileSync(file, Buffer.concat([Buffer.from('{"brand":"'), Buffer.from([0xff]), Buffer.from('"}')]));
  oneSentence(run(['render', '--offers', file, ...phone]), 1, /not valid UTF-8/);
});

test('a language without words is drawn in English, which is said; a region falls back to its language', () => {
  const result = run(['render', '--offers', offers, ...phone, '--lang', 'tlh']);
  assert.equal(result.code, 0);
  assert.match(result.err, /no words in "tlh".*English/);
  assert.equal(sentences(result).length, 1);
  assert.match(result.out, /xml:lang="en"/);
  for (const tag of ['en-GB', 'en_US', 'EN']) assert.match(drawn('--offers', offers, ...phone, '--lang', tag), /xml:lang="en"/);
  assert.match(drawn('--offers', offers, ...phone, '--lang', 'de_CH'), /xml:lang="de"/);
  assert.match(drawn('--offers', offers, ...phone, '--lang', 'he'), /direction="rtl"/);
  assert.match(drawn('--offers', offers, ...phone, '--lang', 'he', '--dir', 'ltr'), /direction="ltr"/);
});

test('a full disk is said', { skip: !existsSync('/dev/full') && 'there is no /dev/full' }, () => {
  const result = spawnSync('sh', ['-c', `"$0" render --offers "$1" --viewport 390x844 > /dev/full`, program, offers], { encoding: 'utf8' });
  assert.equal(result.status, 1);
  assert.match(result.stderr, /Standard output cannot be written/);
});

test('the program names a picture no shell sees', (t) => {
  const folder = temporaryDirectory(t);
  const file = path.join(folder, "a'; touch x; '$(touch y).png");
  assert.equal(drawn('--offers', offers, ...phone, '-o', file), '');
  assert.deepEqual(execFileSync('ls', [folder], { encoding: 'utf8' }), `${path.basename(file)}\n`);
});
