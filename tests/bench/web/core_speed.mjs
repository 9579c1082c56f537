// core_speed.mjs: an overlay laid out and offers ranked, by the core alone: natively as core_bench says, in WebAssembly
// here. The same C in both (tests/bench/plan). Beside it a flexbox engine with the same boxes.
// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs';
import { runProgram } from '../../../web/demo/processes.mjs';
import { projectDirectory } from '../../../web/demo/stack.mjs';
import { say } from './rows.mjs';
import { median } from './statistics.mjs';
import { yogaPlan } from './yoga.mjs';

const batches = 301;

// Microseconds of one `work(times)`.
function microsOf(work, times) {
  const samples = [];
  for (let i = 0; i < batches; i++) {
    const start = performance.now();
    work(times);
    samples.push(((performance.now() - start) * 1000) / times);
  }
  return median(samples);
}

export async function measureCoreSpeed() {
  const said = await runProgram('core_bench', [`${projectDirectory}build/release/bin/core_bench`]);
  const native = (pattern) => Number(pattern.exec(said)[1]);
  const { bench_plan: plan } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(`${projectDirectory}build/wasm/plan.wasm`))).exports;
  const yoga = microsOf(yogaPlan, 5);
  return {
    planNative: { value: native(/cards laid out: ([\d.]+) us/) },
    planWasm: { value: microsOf(plan, 50), peer: `yoga-layout: ${say('us', yoga)}` },
    rank: { value: native(/offers ranked: ([\d.]+) us/) },
  };
}
