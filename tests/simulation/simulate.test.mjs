// simulate.test.mjs: what `retarget simulate` prints, writes and refuses, and every seed that once found a bug.
// What worlds that fail look like is in planted.test.mjs.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isGroupAlive, numberBefore, program, root, simulate, startSimulation, temporaryDirectory, wordsOf } from './support.mjs';

const read = (file) => readFileSync(path.join(root, file), 'utf8');
const listed = (file, macro) => [...read(file).matchAll(new RegExp(`^${macro}\\(\\w+, "([^"]*)", "([^"]*)"\\)`, 'gm'))];
const faults = listed('native-harness/sim/faults.def', 'RT_FAULT');
const invariants = listed('native-harness/sim/invariants.def', 'RT_INVARIANT');

// What does not depend on how long it took.
const timeless = (out) => out.replace(/ in [\d.]+ s \(.*\)/, '');

function oneSentence(result, pattern) {
  assert.equal(result.code, 2, result.err);
  assert.match(result.err, pattern);
  assert.equal(result.err.trim().split('\n').length, 1, result.err);
}

test('the first line, pasted, plays the same world again', () => {
  const first = simulate(['--seed', '7']);
  assert.equal(first.code, 0, first.err);
  const line = first.out.split('\n', 1)[0];
  assert.match(line, / simulate --seed 7 --widgets \d+ --minutes \d+ --healing 12 --harshness \d+ --declined 800 --geo 400 --store memory --faults [a-z,-]+$/);
  const [, , ...words] = wordsOf(line);
  const again = simulate(words);
  assert.equal(timeless(again.out), timeless(first.out));
  assert.match(first.out, /fingerprint [0-9a-f]{16}/);
});

test('a fresh seed is drawn and printed', () => {
  const seeds = [1, 2].map(() => / --seed (\d+) /.exec(simulate(['--widgets', '1', '--minutes', '1']).out)[1]);
  assert.notEqual(seeds[0], seeds[1]);
});

test('several jobs at once come to the same sums', () => {
  const alone = simulate(['--seed', '500', '--runs', '40', '--jobs', '1']);
  const beside = simulate(['--seed', '500', '--runs', '40', '--jobs', '3']);
  assert.equal(alone.code, 0, alone.err);
  assert.equal(timeless(beside.out), timeless(alone.out));
  assert.equal(numberBefore(alone.out, 'worlds'), 40);
});

test('the runs are the worlds of the seeds that follow', () => {
  const whole = simulate(['--seed', '20', '--runs', '3']).out;
  const parts = ['20', '21', '22'].map((seed) => simulate(['--seed', seed]).out);
  for (const word of ['pages', 'sessions', 'overlays shown', 'crashes of the API']) {
    assert.equal(numberBefore(whole, word), parts.reduce((sum, part) => sum + numberBefore(part, word), 0), word);
  }
});

test('what is given holds for every world', () => {
  const { out } = simulate(['--seed', '1', '--runs', '5', '--widgets', '8', '--minutes', '6', '--faults', 'latency,crash', '--harshness', '40', '--healing', '9', '--declined', '0']);
  assert.match(out.split('\n', 1)[0], /--seed 1 --runs 5 --widgets 8 --minutes 6 --healing 9 --harshness 40 --declined 0 --store memory --faults latency,crash$/);
  assert.equal(numberBefore(out, 'pages'), 50); // and a quarter more after the faults
  assert.equal(numberBefore(out, 'overlays shown'), 0);
  for (const [, name] of faults) {
    const count = Number(new RegExp(`  ${name} +([\\d,]+)`).exec(out)[1].replaceAll(',', ''));
    assert.equal(count > 0, ['latency', 'crash'].includes(name), `${name}: ${count}`);
  }
  assert.match(simulate(['--seed', '1', '--widgets', '2', '--faults', 'none']).out, /^\S+ simulate .* --faults none\n/);
  assert.match(simulate(['--seed', '1', '--widgets', '2', '--faults', 'all']).out, /^\S+ simulate .* --faults all\n/);
});

test('--geo says how many pages ask where their visitor is', () => {
  const none = simulate(['--seed', '1', '--runs', '5', '--geo', '0']).out;
  assert.match(none, /decisions: 0 visitors served, 0 not; 0 overlays and 0 sections shown/);
  assert.ok(numberBefore(none, 'overlays shown') > 0);
  const all = simulate(['--seed', '1', '--runs', '5', '--geo', '1000']).out;
  assert.match(all.split('\n', 1)[0], / --geo 1000 /);
  assert.equal(numberBefore(all, 'sessions'), 0);
  assert.match(all, /decisions: [1-9]\d* visitors served, [1-9]\d* not; [1-9]\d* overlays and [1-9]\d* sections shown/);
});

test('counts are named: events, commands, faults, invariants, states, changes of state', () => {
  const { out } = simulate(['--seed', '1', '--runs', '10']);
  for (const [, name] of [...faults, ...invariants]) assert.match(out, new RegExp(`  ${name} +[\\d,]+`));
  for (const name of ['http_done', 'card_view', 'send_http', 'show_surface', 'POLL_WAITING', 'SHOWING']) assert.match(out, new RegExp(`  ${name} +[\\d,]+`));
  assert.match(out, /trigger flow: \d+ of \d+ changes of state/);
  assert.match(simulate(['--seed', '1', '--widgets', '1', '--minutes', '1', '--faults', 'none']).out, /missing: \w+ to \w+, /);
});

test('wrong usage is one sentence and exit 2, and nothing is played', (t) => {
  const wrong = [
    [['--fast'], /no option --fast/],
    [['--seed'], /--seed needs a value/],
    [['--seed', 'x'], /--seed takes a number .* not "x"/],
    [['--seed', '-1'], /--seed takes a number/],
    [['--seed', '18446744073709551616'], /--seed takes a number/],
    [['--seed', '18446744073709551615', '--runs', '2'], /fewer than 2 seeds/],
    [['--runs', '0'], /--runs takes a number from 1/],
    [['--widgets', '0'], /--widgets takes a number from 1/],
    [['--widgets', '4000000000'], /--widgets takes a number from 1 to 1000000/],
    [['--minutes', '0'], /--minutes takes a number from 1/],
    [['--minutes', '1.5'], /--minutes takes a number/],
    [['--healing', '0'], /--healing takes a number from 1/],
    [['--declined', 'all'], /--declined takes a number from 0 to 1000/],
    [['--geo', '1001'], /--geo takes a number from 0 to 1000/],
    [['--harshness', '1001'], /--harshness takes a number from 0 to 1000/],
    [['--jobs', '0'], /--jobs takes a number from 1/],
    [['--faults', 'latancy'], /no fault "latancy"; did you mean latency\?/],
    [['--faults', 'crash,lost-anwser'], /no fault "lost-anwser"; did you mean lost-answer\?/],
    [['--faults', 'earthquake'], /no fault "earthquake"; --help/],
    [['--faults', ''], /no fault ""/],
    [['--shrink=yes'], /takes no value/],
    [['--store', 'paper'], /--store is memory or sqlite, not "paper"/],
    [['--seed', '1', 'page.md'], /page says itself what happens in it; leave out --seed, or "page.md"/],
    [['no-such-page.md'], /no-such-page.md cannot be opened/],
    [['--report', path.join(temporaryDirectory(t), 'no/such/folder.html')], /cannot be written .*No such file/],
    [['--report', temporaryDirectory(t)], /cannot be written .*directory/],
    [['--tapes', path.join(program, 'x')], /tapes cannot be written/],
  ];
  for (const [words, pattern] of wrong) {
    const result = simulate(words);
    oneSentence(result, pattern);
    assert.equal(result.out, '', `${words}`);
  }
  const help = simulate(['--help']);
  assert.equal(help.code, 0);
  assert.match(help.out, /Sentences of a story/);
  for (const [, name, sentence] of faults) assert.ok(help.out.includes(name) && help.out.includes(sentence), name);
});

test('the real database answers like the one in memory, as long as nothing crashes', () => {
  const [memory, sqlite] = ['memory', 'sqlite'].map((store) => simulate(['--seed', '5', '--runs', '4', '--faults', 'latency,lost-answer,hidden', '--store', store]));
  assert.equal(sqlite.code, 0, sqlite.err);
  for (const word of ['pages', 'sessions', 'overlays shown']) assert.equal(numberBefore(sqlite.out, word), numberBefore(memory.out, word), word);
  const crashing = simulate(['--seed', '5', '--runs', '10', '--faults', 'crash,slow-disk,trigger-twice', '--store', 'sqlite']);
  assert.equal(crashing.code, 0, crashing.err);
  assert.ok(numberBefore(crashing.out, 'crashes of the API') > 10, crashing.out);
});

test('scenario pages are played', () => {
  const { code, out, err } = simulate([path.join(root, 'tests/scenarios/happy-path.md'), path.join(root, 'tests/scenarios/expiry.md')]);
  assert.equal(code, 0, err);
  assert.match(out, /happy-path\.md/);
  assert.match(out, /expiry\.md/);
});

test('tapes are written whole, and replay', (t) => {
  const folder = path.join(temporaryDirectory(t), 'tapes');
  const { code, err } = simulate(['--seed', '3', '--runs', '4', '--jobs', '2', '--widgets', '5', '--tapes', folder]);
  assert.equal(code, 0, err);
  const names = readdirSync(folder).sort();
  assert.deepEqual(names, ['3-0', '3-1', '4-0', '4-1', '5-0', '5-1', '6-0', '6-1'].map((name) => `${name}.tape`));
  const replayed = spawnSync(program, ['replay', ...names.map((name) => path.join(folder, name))], { encoding: 'utf8' });
  assert.equal(replayed.status, 0, replayed.stderr);
  assert.doesNotMatch(replayed.stdout, /may have been longer/);
});

// As on a disk that is full: no file may become longer than `blocks` kibibytes.
function simulateOnFullDisk(blocks, words) {
  const result = spawnSync('bash', ['-c', `ulimit -f ${blocks}; exec "$0" simulate "$@"`, program, ...words], { encoding: 'utf8' });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

test('a full disk costs no file that was there before', (t) => {
  const folder = temporaryDirectory(t);
  const report = path.join(folder, 'report.html');
  writeFileSync(report, 'the one before');
  oneSentence(simulateOnFullDisk(8, ['--seed', '1', '--report', report]), /report cannot be written to .*: File too large\./);
  assert.equal(readFileSync(report, 'utf8'), 'the one before');
  assert.deepEqual(readdirSync(folder), ['report.html']);
  oneSentence(simulate(['--seed', '1', '--report', '/dev/full']), /No space left on device/);

  const tapes = path.join(folder, 'tapes');
  assert.equal(simulate(['--seed', '1', '--widgets', '9', '--tapes', tapes]).code, 0);
  const before = readFileSync(path.join(tapes, '1-0.tape'), 'utf8');
  oneSentence(simulateOnFullDisk(1, ['--seed', '1', '--widgets', '30', '--tapes', tapes]), /tapes cannot be written to .*: File too large\./);
  assert.equal(readFileSync(path.join(tapes, '1-0.tape'), 'utf8'), before);
  assert.deepEqual(readdirSync(tapes).sort(), ['1-0.tape', '1-1.tape']);
});

test('Ctrl-C ends it with what was reached, and leaves no process behind', async () => {
  const run = startSimulation(['--seed', '1', '--widgets', '20000', '--minutes', '20000', '--jobs', '2', '--runs', '9']);
  while (!run.out.includes('\n')) await sleep(10);
  await sleep(300);
  process.kill(-run.child.pid, 'SIGINT'); // as a terminal does: to all of them
  const [code] = await run.exit;
  assert.equal(code, 130, run.err);
  assert.match(run.out, /Interrupted; what was reached until then:\n2 worlds: /);
  assert.ok(numberBefore(run.out, 'pages') > 0, run.out);
  assert.doesNotMatch(run.out, /No invariant was broken/);
  assert.equal(run.err, '');
  assert.equal(isGroupAlive(run.child.pid), false);
});

test('worlds do not outlive the program', async () => {
  const run = startSimulation(['--seed', '1', '--widgets', '20000', '--minutes', '20000', '--jobs', '2', '--runs', '9']);
  while (!run.out.includes('\n')) await sleep(10);
  await sleep(100);
  run.child.kill('SIGKILL');
  await run.exit;
  for (let i = 0; isGroupAlive(run.child.pid) && i < 500; i++) await sleep(10);
  assert.equal(isGroupAlive(run.child.pid), false);
});

test('a bar is drawn on a terminal only', () => {
  assert.equal(simulate(['--seed', '1', '--runs', '100']).err, '');
  const { stdout } = spawnSync('script', ['-qec', `"${program}" simulate --seed 1 --runs 400 >/dev/null`, '/dev/null'], { encoding: 'utf8' });
  assert.match(stdout, /█+░+ +\d+ % +[\d,]+ of 400 worlds +[\d,]+ \S+\/s +(\d+ s|\?) left/);
  assert.ok(stdout.endsWith('\r\x1b[K'), 'the bar is taken away at the end');
});

test('the docs list every option, every promise and every fault as they are', () => {
  const page = read('web/docs/simulation.md');
  const table = (heading) => [...page.split(`\n## ${heading}\n`)[1].split('\n## ')[0].matchAll(/^\| `([^`]+)` \| (.*) \|$/gm)].map(([, name, sentence]) => [name, sentence]);
  assert.deepEqual(table('The promises'), invariants.map(([, name, claim]) => [name, claim]));
  assert.deepEqual(table('The trouble'), faults.map(([, name, sentence]) => [name, sentence]));
  const options = [...simulate(['--help']).out.matchAll(/^  (--\w+)/gm)].map(([, name]) => name);
  assert.deepEqual(table('What a seed is').map(([name]) => name.split(' ')[0]), options);
});

// seeds.txt: every line is a world that once broke a promise.
const seeds = read('tests/simulation/seeds.txt').split('\n').map((line, i) => ({ line: line.split('#')[0].trim(), story: line.split('#')[1]?.trim(), number: i + 1 }));
for (const { line, story, number } of seeds.filter((row) => row.line !== '')) {
  test(`seeds.txt:${number} stays mended: ${story}`, () => {
    assert.ok(story, `seeds.txt:${number} has no story`);
    const { code, out, err } = simulate(['--seed', ...wordsOf(line)]);
    assert.equal(code, 0, `${out.split('\n', 1)[0]}\n${err}`);
  });
}

test('seeds.txt says how it is written', () => {
  assert.match(read('tests/simulation/seeds.txt').split('\n')[0], /^# seeds\.txt: /);
  assert.ok(existsSync(program), program);
});
