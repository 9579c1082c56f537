// pages.test.mjs: what `retarget simulate FILE.md…` prints, writes and refuses. That the pages of tests/scenarios are as
// written is tested in tests/scenarios.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { program, root, simulate, temporaryDirectory } from './support.mjs';

const story = 'at 0 s the page loads\nat 2 s the publisher triggers\nat 3 s the widget is open\nuntil 5 s\n';
const page = (told = story) => `# What it shows\n\nWhy it is told.\n\n\`\`\`story\n${told}\`\`\`\n`;
const read = (file) => readFileSync(file, 'utf8');
const bless = (words, options) => simulate(words, { env: { ...process.env, RT_BLESS: '1' }, ...options });

// A folder with these pages; returns their paths.
function written(t, ...texts) {
  const folder = temporaryDirectory(t);
  return texts.map((text, i) => {
    const file = path.join(folder, `${i + 1}.md`);
    writeFileSync(file, text);
    return file;
  });
}

test('every page of this repository is as written, and a line says how it ends', () => {
  const folder = path.join(root, 'tests/scenarios');
  const files = readdirSync(folder).filter((name) => name.endsWith('.md')).map((name) => path.join(folder, name));
  const { code, out, err } = simulate(files);
  assert.deepEqual([code, err], [0, '']);
  assert.equal(out.split('\n').length - 1, files.length);
  assert.match(out, /happy-path\.md: as written; 6 requests, the widget is closed\n/);
});

test('a page without a tape says how to have one written, and the line works', (t) => {
  const [file] = written(t, page());
  const first = simulate([file]);
  assert.equal(first.code, 1);
  assert.match(first.err, /1\.md has no tape yet\.\nTo write it: {2}RT_BLESS=1 \S+ simulate '\S+1\.md'\n$/);
  assert.equal(read(file), page());

  const line = /To write it: {2}(.*)/.exec(first.err)[1];
  const pasted = spawnSync('sh', ['-c', line], { encoding: 'utf8' });
  assert.deepEqual([pasted.status, pasted.stderr], [0, '']);
  assert.equal(pasted.stdout, `${file}: its tape is new\n`);
  assert.ok(read(file).startsWith(`${page()}\n\`\`\`tape\nretarget tape 1\n`), read(file));
  const again = simulate([file]);
  assert.deepEqual([again.code, again.err], [0, '']);
  assert.match(again.out, /1\.md: as written; 5 requests, the widget is open\n/);
});

test('a name that a shell would take apart is quoted', (t) => {
  const file = path.join(temporaryDirectory(t), "it's a page.md");
  writeFileSync(file, page());
  const line = /To write it: {2}(.*)/.exec(simulate([file]).err)[1];
  assert.equal(spawnSync('sh', ['-c', line], { encoding: 'utf8' }).status, 0);
  assert.match(read(file), /```tape\n/);
});

test('a difference is shown with its line, both sides and the way to accept it', (t) => {
  const [file] = written(t, page());
  bless([file]);
  const whole = read(file);
  const changed = whole.replace('> surface_shown', '> surface_refused reason=0');
  writeFileSync(file, changed);
  const { code, out, err } = simulate([file]);
  const line = changed.split('\n').findIndex((text) => text.includes('surface_refused')) + 1;
  assert.deepEqual([code, out], [1, '']);
  assert.match(err, new RegExp(`^retarget: ${file}:${line}:\\d+: the widget does something else\\.\n`));
  assert.match(err, /\n {2}the tape: 8 \d+ > surface_refused reason=0\n {2}it does: {2}8 \d+ > surface_shown\nIf it is meant: {2}RT_BLESS=1 /);
  assert.equal(read(file), changed);
  assert.equal(bless([file]).code, 0);
  assert.equal(read(file), whole);
});

test('blessing keeps everything but the tape, the mode of the file, and a link to it', (t) => {
  const [file] = written(t, `${page()}\nWords between.\n\n\`\`\`tape\nold\n\`\`\`\n\nWords behind.\n`);
  const link = path.join(path.dirname(file), 'link.md');
  symlinkSync('1.md', link);
  chmodSync(file, 0o640);
  assert.equal(bless([link]).code, 0);
  assert.match(read(file), /\nWords between\.\n\n```tape\nretarget tape 1\n[^]*\n```\n\nWords behind\.\n$/);
  assert.equal(statSync(file).mode & 0o777, 0o640);
  assert.deepEqual(readdirSync(path.dirname(file)).sort(), ['1.md', 'link.md']);
});

test('what is not so is never blessed', (t) => {
  const [file] = written(t, page(story.replace('is open', 'is waiting')));
  const { code, out, err } = bless([file]);
  assert.deepEqual([code, out, err], [1, '', `retarget: ${file}:8: the widget is open, not waiting.\n`]);
  assert.doesNotMatch(read(file), /tape/);
});

test('pages that cannot be read are all named, nothing is played or written, exit 2', (t) => {
  const files = written(t, page(), page('at 0 s the page laods\nuntil 1 s\n'), 'What\n', `${page()}\`\`\`tape\nretarget tape 99\n\`\`\`\n`);
  const before = files.map(read);
  const { code, out, err } = bless([...files, '/nowhere/at-all.md', path.dirname(files[0])]);
  assert.deepEqual([code, out], [2, '']);
  assert.deepEqual(err.split('\n'), [
    `retarget: ${files[1]}:6:17: "laods" where "loads" is expected, as in: at TIME the page loads.`,
    `retarget: ${files[2]}:1:1: a page begins with a heading, as in: # What it shows.`,
    `retarget: ${files[3]}:12:1: this form of tape is newer than this program; play it with a newer one.`,
    'retarget: /nowhere/at-all.md cannot be opened: No such file or directory.',
    `retarget: ${path.dirname(files[0])} cannot be read: Is a directory.`,
    '',
  ]);
  assert.deepEqual(files.map(read), before);
});

test('a file that is no page for its size is refused', (t) => {
  const [file] = written(t, page() + 'x'.repeat(4 << 20));
  const { code, err } = simulate([file]);
  assert.deepEqual([code, err], [2, `retarget: ${file} is larger than 4 MiB: that is no scenario page.\n`]);
});

test('a full disk leaves the page as it was', (t) => {
  const [file] = written(t, page());
  const full = spawnSync('bash', ['-c', 'ulimit -f 1; RT_BLESS=1 exec "$0" simulate "$1"', program, file], { encoding: 'utf8' });
  assert.deepEqual([full.status, full.stdout], [2, '']);
  assert.equal(full.stderr, `retarget: ${file} cannot be written: File too large; it is as it was.\n`);
  assert.equal(read(file), page());
  assert.deepEqual(readdirSync(path.dirname(file)), ['1.md']);
});
