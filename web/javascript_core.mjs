// javascript_core.mjs: makes the module that pages without WebAssembly load, from what wasm2js wrote (build/wasm/core.mjs).
// Its default export is a function that gives a fresh core: the same names as the exports of an instance of core.wasm.
// SPDX-License-Identifier: MIT
import { transform } from 'esbuild';

// wasm2js makes one core when its module is loaded, with its memory in a variable of the module. A page may need two (two
// brands, two embeds) and a browser loads a module once, so all of it moves into a function.
export async function javascriptCore(written) {
  const body = written.replace(/^export var (\w+) = retasmFunc\.\1;$/gm, '');
  if (body === written || /^\s*(?:export|import)\b/m.test(body)) throw new Error('wasm2js writes its exports in a new way');
  const { code } = await transform(`export default () => {\n${body}\nreturn retasmFunc;\n};`, {
    format: 'esm', minify: true, target: 'es2020', charset: 'utf8', legalComments: 'none',
  });
  return code.trim();
}
