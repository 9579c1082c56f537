// poll_endpoint.mjs: requests a second of the poll endpoint, and what one costs the server in CPU time.
// SPDX-License-Identifier: MIT
import { createCleanup } from '../../web/demo/processes.mjs';
import { addSite, allowDevelopmentOrigin, startApi } from '../../web/demo/stack.mjs';
import { openSession } from './client.mjs';
import { arrangement, load, pinServer } from './load.mjs';

const origin = 'http://127.0.0.1:1'; // registered, never listened on: a session needs one, a poll does not

const cleanup = createCleanup();
try {
  const api = await startApi({ db: 'build/bench/poll_endpoint.db' });
  cleanup.add(api.stop);
  const site = await addSite(api);
  await allowDevelopmentOrigin(api, site, origin);
  pinServer(api.pid());
  const poll = await openSession(api.url, site, origin);
  const { rate, cpuMicros } = await load(poll.url, { pids: [api.pid()] });
  console.log(`poll endpoint: ${Math.round(rate)} requests/s, ${cpuMicros.toFixed(1)} us of server CPU each (${arrangement})`);
} finally {
  await cleanup.stopAll();
}
