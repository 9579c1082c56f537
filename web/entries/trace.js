// trace.js: the module that a page with data-debug loads beside the embed: what records its tape, and says which engine
// runs the core. Without data-debug nobody pays for it.
// SPDX-License-Identifier: MIT
import { DIAGNOSTIC_ENGINE, version } from '../../wasm-glue/core_client.mjs';
import { createTape } from '../../wasm-glue/tape.mjs';
import { createMask } from '../host/tape_mask.mjs';

const limit = 1_048_576; // bytes: what a bug report takes as an attachment, and hours of a visit

const engines = {
  wasm: 'WebAssembly',
  javascript: "JavaScript: WebAssembly is not wanted or not allowed here; with 'wasm-unsafe-eval' in the CSP's script-src it starts sooner",
};

// A tape of an embed of `embedVersion`. Another version's kinds would be misread. `join(instance, say)` gives it to the
// script object of the embed, with `say(diagnostic, detail)` for what the page's developer should know.
export default function createTrace(embedVersion) {
  if (embedVersion !== version) throw new Error(`it is of version ${version}, the embed of ${embedVersion}`);
  const tape = createTape({ mask: createMask(), limit });
  const join = (instance, say) => {
    instance.trace = tape.text;
    say(DIAGNOSTIC_ENGINE, engines[instance.engine]);
  };
  return { ...tape, join };
}
