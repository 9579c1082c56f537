// report.mjs: which lines and branches of our C the tests have executed, room by room, and what of the core they have not.
// Reads what the preset `coverage` left behind, through gcov's JSON. Exits 1 when the core is below its bounds.
// Usage: node tests/coverage/report.mjs, after the tests; ./dev coverage does all of it.
//
// What is counted: every line and branch of every file of a room, headers included, whether a test links it or not. What is
// not: cJSON, which is not ours; wasm-glue, which runs in wasm only; and of RT_CHECK the branches (their number is
// printed): the arm that stops on a programmer's mistake is one no test may take, and gcc splits the claim into many.
// SPDX-License-Identifier: MIT
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const build = path.join(root, 'build/coverage');
const rooms = ['core/base', 'core/domain', 'core/codec', 'core/flow', 'core/surface', 'core/embed',
  'native-harness/host', 'native-harness/server', 'native-harness/sim', 'native-harness/cli'];
const bounds = { lines: 95, branches: 90 }; // percent, of the core

const isCore = (room) => room.startsWith('core/');

// The compiler's notes, one file for each that was compiled. What a program that is no test has of a room's headers says
// nothing, unless it ran.
const isOfRoom = (note) => /^(core|native-harness)\//.test(note);
const notes = readdirSync(build, { recursive: true })
  .map(String)
  .filter((file) => file.endsWith('.gcno') && (isOfRoom(file) || existsSync(path.join(build, file.replace(/gcno$/, 'gcda')))));

// Lines of statements that begin with RT_CHECK, by number from 1.
function checkedLines(file) {
  const checked = new Set();
  let isInside = false;
  for (const [index, text] of readFileSync(path.join(root, file), 'utf8').split('\n').entries()) {
    isInside ||= /\bRT_CHECK\(/.test(text);
    if (isInside) checked.add(index + 1);
    if (/;\s*(\/\/.*)?$/.test(text)) isInside = false;
  }
  return checked;
}

// file -> line -> { count, branches: [counts] }, added up over all objects that hold it.
const sources = new Map();

function addLine(lines, { line_number: number, count, branches }) {
  const known = lines.get(number);
  const counts = branches.map((branch) => branch.count);
  if (!known) {
    lines.set(number, { count, branches: counts });
    return;
  }
  known.count += count;
  // An inline function of a header has its branches in each object; one that was not compiled there has none.
  if (known.branches.length === counts.length) known.branches = known.branches.map((sum, i) => sum + counts[i]);
  else if (counts.length > known.branches.length) known.branches = counts;
}

for (const note of notes) {
  const said = execFileSync('gcov', ['--json-format', '--stdout', '--branch-probabilities', path.join(build, note)], {
    cwd: build, maxBuffer: 1 << 28, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'],
  });
  for (const document of said.split('\n').filter((line) => line.startsWith('{'))) {
    const { files, current_working_directory: folder } = JSON.parse(document);
    for (const { file, lines } of files) {
      const name = path.relative(root, path.resolve(folder, file));
      if (!rooms.includes(path.dirname(name))) continue;
      if (!sources.has(name)) sources.set(name, new Map());
      for (const line of lines) addLine(sources.get(name), line);
    }
  }
}

class Tally {
  constructor() {
    Object.assign(this, { lines: 0, linesRun: 0, branches: 0, branchesTaken: 0, setAside: 0 });
  }

  add(other) {
    for (const key of Object.keys(other)) this[key] += other[key];
  }
}

// [3, 4, 5, 9] as "3-5, 9".
function asRuns(numbers) {
  const runs = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
}

const tallies = new Map(rooms.map((room) => [room, new Tally()]));
const missing = [];
for (const [file, lines] of [...sources].sort()) {
  const tally = tallies.get(path.dirname(file));
  const checked = checkedLines(file);
  const notRun = [];
  const notTaken = [];
  for (const [number, { count, branches }] of [...lines].sort(([a], [b]) => a - b)) {
    tally.lines++;
    if (count > 0) tally.linesRun++;
    else notRun.push(number);
    if (checked.has(number)) {
      tally.setAside += branches.length;
      continue;
    }
    tally.branches += branches.length;
    tally.branchesTaken += branches.filter((taken) => taken > 0).length;
    const never = branches.filter((taken) => taken === 0).length;
    if (count > 0 && never > 0) notTaken.push(`${number} (${never} of ${branches.length})`);
  }
  if (isCore(path.dirname(file)) && notRun.length > 0) missing.push(`${file}:${asRuns(notRun)}: never run`);
  if (isCore(path.dirname(file)) && notTaken.length > 0) missing.push(`${file}:${notTaken.join(', ')}: branches never taken`);
}

const percent = (part, whole) => (whole === 0 ? 100 : (100 * part) / whole);
function print(name, tally) {
  const lines = `${percent(tally.linesRun, tally.lines).toFixed(1)} %`;
  const branches = `${percent(tally.branchesTaken, tally.branches).toFixed(1)} %`;
  console.log(
    `${name.padEnd(24)}${lines.padStart(8)} of ${String(tally.lines).padStart(5)} lines  ` +
      `${branches.padStart(8)} of ${String(tally.branches).padStart(5)} branches  (and ${tally.setAside} of RT_CHECK, not counted)`,
  );
}

const core = new Tally();
const harness = new Tally();
for (const [room, tally] of tallies) {
  print(room, tally);
  (isCore(room) ? core : harness).add(tally);
}
print('core', core);
print('native-harness', harness);
if (missing.length > 0) console.log(`\nOf the core no test executes:\n  ${missing.join('\n  ')}`);

const isEnough = percent(core.linesRun, core.lines) >= bounds.lines && percent(core.branchesTaken, core.branches) >= bounds.branches;
console.log(`\nThe core ${isEnough ? 'reaches' : 'is BELOW'} ${bounds.lines} % of lines and ${bounds.branches} % of branches.`);
process.exitCode = isEnough ? 0 : 1;
