// sizes.mjs: bytes over the wire, and what the wasm core asks of a page.
// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs';
import { projectDirectory } from '../../../web/demo/stack.mjs';
import { brotliOf } from '../../../web/deliver.mjs';
import { peerFile, peers, peerVersion } from './pages.mjs';
import { say } from './rows.mjs';
import { brand } from './test_api.mjs';

// Bytes of a fresh core's memory, which must not grow.
export function memoryOf(core) {
  const { memory } = new WebAssembly.Instance(new WebAssembly.Module(core)).exports;
  const { byteLength } = memory.buffer;
  try {
    memory.grow(1);
  } catch {
    return byteLength;
  }
  throw new Error('the memory of core.wasm can grow');
}

export const readCore = () => readFileSync(`${projectDirectory}build/wasm/core-decline.wasm`);

export async function measureSizes() {
  const core = readCore();
  if (!WebAssembly.validate(core)) throw new Error('core.wasm does not validate');
  const peerSizes = Object.values(peers).map((peer) => {
    const bytes = peer.files.reduce((sum, file) => sum + brotliOf(peerFile(file)).length, 0);
    return { bytes, text: `${peer.title} ${peerVersion(peer)}: ${say('bytes', bytes)}${peer.note ? ` (${peer.note})` : ''}` };
  });
  const ordered = peerSizes.sort((a, b) => a.bytes - b.bytes).map(({ text }) => text);
  return {
    embedBrotli: { value: readFileSync(`${projectDirectory}build/web${brand.embedPath}.br`).length, peer: ordered.join('; ') },
    coreRaw: { value: core.length },
    coreBrotli: { value: brotliOf(core).length },
    coreImports: { value: WebAssembly.Module.imports(new WebAssembly.Module(core)).length },
    coreMemory: { value: memoryOf(core) },
  };
}
