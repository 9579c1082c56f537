// run.mjs: ./dev bench --web [--readme] [--quick] [PART...]: measures the widget on a page, beside its peers, and prints one table.
// Everything it talks to it starts itself, on this machine. What is measured is the list in rows.mjs.
// SPDX-License-Identifier: MIT
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { launchBrowser } from '../../../web/demo/browser.mjs';
import { createCleanup } from '../../../web/demo/processes.mjs';
import { projectDirectory } from '../../../web/demo/stack.mjs';
import { measureArrival } from './arrival.mjs';
import { measureCoreSpeed } from './core_speed.mjs';
import { measureManners } from './manners.mjs';
import { measureMemory } from './memory.mjs';
import { measureOpening } from './opening.mjs';
import { startPages } from './pages.mjs';
import { measureScriptTime } from './script_time.mjs';
import { measureSizes } from './sizes.mjs';
import { rows } from './rows.mjs';
import { command, textTable, withTable } from './table.mjs';
import { startTestApi } from './test_api.mjs';

const parts = {
  sizes: measureSizes,
  core: measureCoreSpeed,
  script: measureScriptTime,
  opening: measureOpening,
  arrival: measureArrival,
  memory: measureMemory,
  manners: measureManners,
};

function readArguments(words) {
  const names = words.filter((word) => !['--readme', '--quick'].includes(word));
  const unknown = names.find((name) => !Object.hasOwn(parts, name));
  if (unknown) throw new Error(`bench --web has no part "${unknown}"; there are: ${Object.keys(parts).join(' ')}`);
  const isForReadme = words.includes('--readme');
  if (isForReadme && names.length > 0) throw new Error('bench --web --readme measures every part: leave their names out');
  // Enough to see whether a change is one, while something else wants the machine too.
  const times = (visits) => (words.includes('--quick') ? Math.ceil(visits / 4) : visits);
  return { isForReadme, times, names: names.length > 0 ? names : Object.keys(parts) };
}

async function measure({ names, times }) {
  const cleanup = createCleanup();
  try {
    const api = await startTestApi();
    cleanup.add(api.close);
    const pages = await startPages(api);
    cleanup.add(pages.close);
    const browser = await launchBrowser();
    cleanup.add(() => browser.close());
    const figures = {};
    for (const name of names) {
      if (process.stderr.isTTY) process.stderr.write(`measuring ${name} …\n`);
      Object.assign(figures, await parts[name]({ api, pages, browser, times }));
    }
    return { figures, version: await browser.version() };
  } finally {
    await cleanup.stopAll();
  }
}

async function main() {
  const asked = readArguments(process.argv.slice(2));
  const load = loadavg()[0].toFixed(1);
  const { figures, version } = await measure(asked);
  const machine = `${cpus().length} x ${cpus()[0].model.trim()}, ${version.replace('/', ' ')}, Node ${process.versions.node}, load average ${load} before`; // 0: nobody else ran
  console.log(`${machine}\n${textTable(figures)}`);
  if (!asked.isForReadme) return;
  const missing = rows.filter(({ id }) => !figures[id]).map(({ id }) => id);
  if (missing.length > 0) throw new Error(`nothing measured ${missing.join(', ')}`);
  const readme = `${projectDirectory}README.md`;
  writeFileSync(readme, withTable(readFileSync(readme, 'utf8'), [`By \`${command}\` on ${machine}.`], figures));
  console.log('written into README.md');
}

await main().catch((error) => {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
});
