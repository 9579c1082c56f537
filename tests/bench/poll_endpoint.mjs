// poll_endpoint.mjs: requests a second of the poll endpoint, and what one costs the server in CPU time.
// The server runs on core 0, wrk on core 1; the time is what the kernel charged the server's process.
// SPDX-License-Identifier: MIT
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { createCleanup, runProgram } from '../../web/demo/processes.mjs';
import { addSite, allowDevelopmentOrigin, startApi } from '../../web/demo/stack.mjs';
import { openSession } from './client.mjs';

const seconds = 5;
const connections = 64;
const origin = 'http://127.0.0.1:1'; // registered, never listened on: a session needs one, a poll does not
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

// CPU seconds, user and system, that the process has used so far: fields 14 and 15 of stat in proc(5).
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

const cleanup = createCleanup();
try {
  const api = await startApi({ db: 'build/bench/poll_endpoint.db' });
  cleanup.add(api.stop);
  const site = await addSite(api);
  await allowDevelopmentOrigin(api, site, origin);
  const isPinned = cpus().length > 1;
  if (isPinned) execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', '0', String(api.pid())], { stdio: 'ignore' });

  const poll = await openSession(api.url, site, origin);
  const before = cpuSeconds(api.pid());
  const load = ['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, poll.url];
  const said = await runProgram('wrk', isPinned ? ['taskset', '--cpu-list', '1', ...load] : load);
  const used = cpuSeconds(api.pid()) - before;

  const requests = Number(/(\d+) requests in/.exec(said)[1]);
  const refused = Number(/Non-2xx or 3xx responses: (\d+)/.exec(said)?.[1] ?? 0);
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(said)[1]);
  if (refused > 0) throw new Error(`${refused} of ${requests} polls were refused, so this measured nothing`);
  console.log(
    `poll endpoint: ${Math.round(rate)} requests/s, ${((used / requests) * 1e6).toFixed(1)} us of server CPU each` +
      ` (${connections} connections, ${isPinned ? 'server and wrk on a core each' : 'server and wrk share the one core'})`,
  );
} finally {
  await cleanup.stopAll();
}
