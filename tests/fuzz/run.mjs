// run.mjs: runs the fuzzers that were built, each in turn, and says in plain words what came of it.
// Usage: node tests/fuzz/run.mjs [--seconds N] [TARGET...], after the preset `fuzz`; ./dev fuzz does both. Exits 1 at the
// first finding, 2 when it is called wrongly. With --check it only reads the arguments.
// SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
process.chdir(root);

const targets = readdirSync('tests/fuzz').filter((file) => file.endsWith('_fuzz.c')).map((file) => file.slice(0, -'_fuzz.c'.length)).sort();
const findings = 'build/fuzz/findings';

function stop(sentence) {
  console.error(`fuzz: ${sentence}`);
  process.exit(2);
}

function readArguments(words) {
  const asked = { seconds: 60, targets: [], isCheck: false };
  while (words.length > 0) {
    const word = words.shift();
    if (word === '--seconds') {
      const seconds = words.shift();
      if (!/^[1-9]\d{0,5}$/.test(seconds ?? '')) stop(`--seconds wants a whole number from 1, not ${seconds ?? 'nothing'}`);
      asked.seconds = Number(seconds);
    } else if (word === '--check') {
      asked.isCheck = true;
    } else if (targets.includes(word)) {
      asked.targets.push(word);
    } else {
      stop(`there is no target ${word}; there are: ${targets.join(' ')}`);
    }
  }
  if (asked.targets.length === 0) asked.targets = targets;
  return asked;
}

// Runs a program; what it says goes line by line to `hear`. Resolves with its exit code.
function run(program, words, hear) {
  return new Promise((resolve) => {
    const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'] });
    let rest = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      lines.forEach(hear);
    });
    child.on('error', () => stop(`${program} does not start; build it: cmake --preset fuzz && cmake --build --preset fuzz`));
    child.on('close', (code, signal) => resolve(signal ? 1 : code));
  });
}

const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ',');

// What libFuzzer and the sanitizers say that is worth repeating.
class Account {
  constructor() {
    this.edges = [];
    this.saying = [];
  }

  hear(line) {
    const covered = /^#\d+\s+(INITED|NEW|REDUCE|RELOAD|DONE|pulse)\s+cov: (\d+)/.exec(line);
    if (covered) this.edges.push(Number(covered[2]));
    this.runs = /^stat::number_of_executed_units: (\d+)/.exec(line)?.[1] ?? this.runs;
    this.rate = /^stat::average_exec_per_sec: +(\d+)/.exec(line)?.[1] ?? this.rate;
    this.kept = /^stat::new_units_added: +(\d+)/.exec(line)?.[1] ?? this.kept;
    this.artifact = /Test unit written to (.*)$/.exec(line)?.[1] ?? this.artifact;
    if (/broken: |ERROR: |runtime error: |^SUMMARY: |^ +#\d+ .* in (?!fuzzer::|__|abort|raise|main)/.test(line)) this.saying.push(line.trim());
  }
}

const flags = ['-timeout=10', '-rss_limit_mb=2048', '-print_final_stats=1'];

// A smaller input that fails, too; the artifact itself where none was found.
async function shrunk(program, artifact) {
  const smaller = `${artifact}.small`;
  await run(program, ['-minimize_crash=1', '-max_total_time=15', `-exact_artifact_path=${smaller}`, artifact], () => {});
  try {
    return statSync(smaller).size > 0 ? smaller : artifact;
  } catch {
    return artifact;
  }
}

async function fuzz(target, seconds) {
  const program = `build/fuzz/bin/${target}_fuzz`;
  const named = `tests/fuzz/${target}_corpus`;
  const grown = `build/fuzz/corpus/${target}`;
  mkdirSync(grown, { recursive: true });
  console.log(`${target}: ${seconds} s, from ${readdirSync(named).length} named inputs and ${grouped(readdirSync(grown).length)} found before`);
  const account = new Account();
  const words = [...flags, `-max_total_time=${seconds}`, `-artifact_prefix=${findings}/${target}-`, grown, named];
  const code = await run(program, words, (line) => account.hear(line));
  if (code === 0) {
    console.log(
      `  ${grouped(account.runs)} runs, ${grouped(account.rate)} a second; edges covered: ${grouped(account.edges[0])} at first, ` +
        `${grouped(account.edges.at(-1))} now; ${grouped(account.kept)} new inputs kept`,
    );
    return true;
  }
  const input = account.artifact ? await shrunk(program, account.artifact) : 'no input of its own (it failed on the named ones)';
  console.log(`  FOUND: ${account.saying.slice(0, 12).join('\n    ') || `the program ended with ${code}`}`);
  console.log(`  the input: ${input}`);
  console.log(`  when it is mended, give the input a name in ${named}: ./dev test then tries it for ever`);
  console.log(`Again: ${program} ${account.artifact ? input : `${named}/*`}`);
  return false;
}

const asked = readArguments(process.argv.slice(2));
if (asked.isCheck) process.exit(0);
mkdirSync(findings, { recursive: true });
for (const target of asked.targets) {
  if (!(await fuzz(target, asked.seconds))) process.exit(1);
}
