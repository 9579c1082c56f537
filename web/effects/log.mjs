// log.mjs: diagnostics in the console, one line each: "[retarget] code: message".
// Whether something is worth a line, and whether the page wants to hear it, is the core's decision.
// SPDX-License-Identifier: MIT
import { LOG_ERROR, LOG_WARNING } from '../../wasm-glue/core_client.mjs';

export function createLog({ console }, slug) {
  return {
    perform: {
      log({ level, code, message }) {
        // The least is `info`: consoles hide `debug` until somebody asks for it. Pages take methods away.
        const method = level === LOG_ERROR ? 'error' : level === LOG_WARNING ? 'warn' : 'info';
        console[method]?.(`[${slug}] ${code}: ${message}`);
      },
    },
  };
}
