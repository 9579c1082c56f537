// trace.js: the module that a page with data-debug loads beside the embed: what records its tape. Without data-debug
// nobody pays for it.
// SPDX-License-Identifier: MIT
import { version } from '../../wasm-glue/core_client.mjs';
import { createTape } from '../../wasm-glue/tape.mjs';
import { createMask } from '../host/tape_mask.mjs';

const limit = 1_048_576; // bytes: what a bug report takes as an attachment, and hours of a visit

// A tape of an embed of `embedVersion`. Another version's kinds would be misread.
export default function createTrace(embedVersion) {
  if (embedVersion !== version) throw new Error(`it is of version ${version}, the embed of ${embedVersion}`);
  return createTape({ mask: createMask(), limit });
}
