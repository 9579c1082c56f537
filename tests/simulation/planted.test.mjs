// planted.test.mjs: every promise of the simulator catches a bug that breaks it, and says what it should about it.
// Random worlds are played until one fails; which promise breaks is what is expected. Not a matter of time: so many
// worlds, always the same ones.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { plantedBugs } from './planted_bugs.mjs';
import { plant, withBug } from './planting.mjs';
import { root, simulate, temporaryDirectory, wordsOf } from './support.mjs';

const run = promisify(execFile);
const mostWorlds = 1000; // about ten seconds

async function fails(program, words) {
  try {
    await run(program, ['simulate', ...words], { encoding: 'utf8', maxBuffer: 1 << 26 });
  } catch (error) {
    if (error.code === 1) return { out: error.stdout, err: error.stderr };
    throw error;
  }
  throw new assert.AssertionError({ message: `no world of ${words.join(' ')} failed` });
}

test('every promise has a bug that breaks it', () => {
  const invariants = [...readFileSync(path.join(root, 'native-harness/sim/invariants.def'), 'utf8').matchAll(/^RT_INVARIANT\(\w+, "([^"]*)"/gm)];
  const broken = new Set(plantedBugs.map(({ breaks }) => breaks));
  assert.deepEqual(invariants.map(([, name]) => name).filter((name) => !broken.has(name)), []);
});

test('a bug whose source text has gone is said to be out of date', () => {
  assert.throws(() => withBug({ file: 'core/flow/backoff.c', edits: [['no such text', '']] }), /backoff\.c has this 0 times, not once.*\nno such text/);
});

test('planted bugs are caught', { concurrency: 2 }, async (t) => {
  await Promise.all(plantedBugs.map((row, i) => t.test(`${row.breaks}: ${row.bug}`, async () => {
    const program = await plant(`bug-${i}`, row);
    const { err } = await fails(program, ['--seed', '1', '--runs', `${mostWorlds}`, ...(row.words ?? [])]);
    const [, name, seed] = /^FAILED: (\S+), seed (\d+)/m.exec(err);
    assert.equal(name, row.breaks, `the world of the seed ${seed} broke another promise:\n${err}`);
  })));
});

test('a failure is told, rerun by its last line, shrunk, and shown in the report', async (t) => {
  const program = await plant('told', plantedBugs[0]);
  const report = path.join(temporaryDirectory(t), 'report.html');
  const first = await fails(program, ['--seed', '1', '--runs', '50', '--jobs', '2', '--shrink', '--report', report]);
  const [large, small] = first.err.split(/^FAILED: /m).slice(1);
  assert.match(large, /^pace, seed \d+, page \d+, after \d+ min \d+\.\d+ s of the world\n {2}promised: requests come .*\n {2}happened: \S/);
  const tape = /The last lines of the page's tape:\n([^]*?)\n\nAgain/.exec(large)[1].split('\n');
  assert.equal(tape.length, 20);
  assert.ok(tape.some((line) => /^\d+ \d+ > \w+/.test(line)), tape.join('\n'));
  const lineOf = (failure) => /^Again, exactly this world:\n {2}(.*)$/m.exec(failure)[1];

  const again = await fails(program, wordsOf(lineOf(large)).slice(2));
  assert.equal(again.err.split(/^FAILED: /m)[1].replace(/Add --shrink.*\n/, '').trim(), large.trim());

  const size = (line) => ({ faults: /--faults (\S+)/.exec(line)[1].split(',').length, widgets: Number(/--widgets (\d+)/.exec(line)[1]) });
  assert.ok(size(lineOf(small)).faults < size(lineOf(large)).faults && size(lineOf(small)).widgets <= size(lineOf(large)).widgets, lineOf(small));
  assert.match(first.out, /Looking for a smaller world that fails the same way \(pace\)[^]* still with \d+ of the faults\n[^]*nothing more can go/);
  assert.match(small, /^pace, /);
  const shrunkAgain = await fails(program, ['--seed', '1', '--runs', '50', '--shrink']);
  assert.equal(lineOf(shrunkAgain.err.split(/^FAILED: /m)[2]), lineOf(small), 'the same world shrinks to the same');

  const page = readFileSync(report, 'utf8');
  assert.match(page, /broke a promise: pace\./);
  assert.ok(page.includes(lineOf(small)));
});

test('a world that ends its process is a failure with a seed, a tape and a smaller world', async () => {
  const program = await plant('crash', {
    file: 'core/flow/trigger_flow.c',
    edits: [['  flow->failures.count++;\n', '  if (++flow->failures.count == 4) __builtin_trap();\n']],
  });
  const { out, err } = await fails(program, ['--seed', '1', '--runs', '50', '--jobs', '2', '--shrink']);
  const [large, small] = err.split(/^FAILED: /m).slice(1);
  assert.match(large, /^crash, seed \d+, page \d+\n {2}promised: no world ends the program that plays it\n {2}happened: the process that played the world was ended by signal \d+ \(/);
  assert.match(large, /The last lines of the page's tape:\n[^]*\d+ \d+ > \w+[^]*\n\nAgain, exactly this world:\n {2}\S+ simulate --seed /);
  assert.match(out, /Looking for a smaller world that fails the same way \(crash\)/);
  assert.match(small, /^crash, seed/);
});

test('of two failures at once the one of the smaller seed is told', async () => {
  const program = await plant('order', plantedBugs[0]);
  const [alone, beside] = await Promise.all(['1', '3'].map((jobs) => fails(program, ['--seed', '1', '--runs', '30', '--jobs', jobs])));
  assert.equal(beside.err, alone.err);
});

test('the program without a bug passes the same worlds', () => {
  const { code, err } = simulate(['--seed', '1', '--runs', '50']);
  assert.equal(code, 0, err);
});
