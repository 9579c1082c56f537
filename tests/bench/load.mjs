// load.mjs: drives a server with wrk: the server on core 0, wrk on core 1; requests a second, and what one costs the server in
// CPU time, which is what the kernel charged its processes.
// SPDX-License-Identifier: MIT
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { runProgram } from '../../web/demo/processes.mjs';

export const connections = 64;
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const isPinned = cpus().length > 1;
export const arrangement = `${connections} connections, ${isPinned ? 'server and wrk on a core each' : 'server and wrk share the one core'}`;

// CPU seconds, user and system, that the process has used so far: fields 14 and 15 of stat in proc(5).
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

const cpuSecondsOf = (pids) => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);

// Keeps processes, with all their threads, on core 0.
export function pinServer(...pids) {
  if (!isPinned) return;
  for (const pid of pids) execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', '0', String(pid)], { stdio: 'ignore' });
}

// Loads `url` for some seconds. `script`: a file for wrk; `pids`: of the server. Returns { rate, cpuMicros }.
export async function load(url, { pids, seconds = 5, script }) {
  const words = ['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, ...(script ? ['-s', script] : []), url];
  const before = cpuSecondsOf(pids);
  const said = await runProgram('wrk', isPinned ? ['taskset', '--cpu-list', '1', ...words] : words);
  const used = cpuSecondsOf(pids) - before;
  const requests = Number(/(\d+) requests in/.exec(said)[1]);
  const refused = Number(/Non-2xx or 3xx responses: (\d+)/.exec(said)?.[1] ?? 0);
  if (refused > 0) throw new Error(`${refused} of ${requests} requests to ${url} were refused, so this measured nothing`);
  return { rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(said)[1]), cpuMicros: (used / requests) * 1e6 };
}
