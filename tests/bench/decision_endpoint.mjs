// decision_endpoint.mjs: requests a second of the decision endpoint, with the country database, a rule, and visitors from
// everywhere, beside nginx answering 200 with the same bytes on the same core; the two take turns.
// A decision is more than an answer: a request is written to the database, durably, before the answer goes out.
// SPDX-License-Identifier: MIT
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { eventually } from '../../web/demo/eventually.mjs';
import { createCleanup, startProgram } from '../../web/demo/processes.mjs';
import { addSite, countryDatabase, projectDirectory, startApi } from '../../web/demo/stack.mjs';
import { arrangement, load, pinServer } from './load.mjs';

const rounds = 3;
const directory = path.join(projectDirectory, 'build/bench');
const program = path.join(projectDirectory, 'build/deps/nginx/usr/sbin/nginx'); // ./dev bench has fetched it
mkdirSync(directory, { recursive: true });

// A visitor a request, so that neither cache nor rate limit sees the same one twice: addresses that are in use somewhere.
const script = path.join(directory, 'decision.lua');
writeFileSync(script, `
math.randomseed(1)
request = function()
  local address = math.random(1, 223) .. '.' .. math.random(0, 255) .. '.' .. math.random(0, 255) .. '.' .. math.random(1, 254)
  return wrk.format('GET', nil, { ['X-Forwarded-For'] = address })
end
`);

const freePort = () => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

// nginx that answers every request with `body`, in one process, logging nothing.
async function startNginx(body) {
  const port = await freePort();
  const file = path.join(directory, 'nginx.conf');
  writeFileSync(file, `
daemon off; master_process off; worker_processes 1; pid ${directory}/nginx.pid; error_log stderr crit;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 1000000000;
  client_body_temp_path ${directory}; proxy_temp_path ${directory}; fastcgi_temp_path ${directory}; uwsgi_temp_path ${directory}; scgi_temp_path ${directory};
  server { listen 127.0.0.1:${port}; location / { default_type application/json; add_header Cache-Control no-store; add_header Vary Origin; return 200 '${body}'; } }
}`);
  const url = `http://127.0.0.1:${port}/`;
  const nginx = await startProgram('nginx', ['sh', '-c', 'echo "$0"; exec "$1" -e stderr -c "$2"', url, program, file]);
  await eventually(() => fetch(url).catch(() => undefined), () => `nginx does not answer: ${nginx.output()}`);
  return { ...nginx, url };
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

const cleanup = createCleanup();
try {
  const flags = ['--dev', '--geo-db', countryDatabase, '--trusted-proxy', '127.0.0.1/32'];
  const api = await startApi({ db: path.join(directory, 'decision_endpoint.db'), flags });
  cleanup.add(api.stop);
  const site = await addSite(api);
  await api.administer('site', 'geo', site.site, '--allow', 'DE,FR,GB,IT,JP,US');
  const url = `${api.url}/v1/decision?${new URLSearchParams({ pub: site.publicKey, website: site.websiteKey })}`;
  const nginx = await startNginx(await (await fetch(url)).text());
  cleanup.add(nginx.stop);
  pinServer(api.pid(), nginx.child.pid);
  const seen = { decision: [], nginx: [] };
  for (let round = 0; round < rounds; round++) {
    seen.nginx.push(await load(nginx.url, { pids: [nginx.child.pid], seconds: 3, script }));
    seen.decision.push(await load(url, { pids: [api.pid()], seconds: 3, script }));
  }
  const of = (name, field) => median(seen[name].map((one) => one[field]));
  const ratio = median(seen.decision.map(({ rate }, round) => rate / seen.nginx[round].rate));
  console.log(`decision endpoint: ${Math.round(of('decision', 'rate'))} requests/s, ${of('decision', 'cpuMicros').toFixed(1)} us of server CPU each (${arrangement})`);
  console.log(`nginx, return 200 with the same body: ${Math.round(of('nginx', 'rate'))} requests/s, ${of('nginx', 'cpuMicros').toFixed(1)} us; the decision has ${ratio.toFixed(2)} of it`);
} finally {
  await cleanup.stopAll();
}
