// symbols.test.mjs: the core asks the system for nothing: measured on what was built, not on what was meant.
// Reads build/dev/core/*.a and the modules in build/wasm.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { read, readBytes, report, run, root } from './files.mjs';
import { readdirSync } from 'node:fs';

// What our objects may leave open: functions on memory that compilers also call on their own.
const ours = ['memcpy', 'memmove', 'memset', 'memcmp', 'memchr', 'strlen', '_GLOBAL_OFFSET_TABLE_',
  '__tls_get_addr']; // the arena pointer behind cJSON's hooks, see codec/json.c

// cJSON adds its default allocator (replaced by codec/json.c before any use), its printer (never linked: nothing here
// calls it) and functions on text.
const cjson = [...ours, 'malloc', 'free', 'realloc', 'sprintf', 'sscanf', '__isoc99_sscanf', 'strcmp', 'strncmp', 'strcpy',
  'tolower', '__ctype_tolower_loc', '__stack_chk_fail'];

const folder = 'build/dev/core';
const archives = readdirSync(`${root}/${folder}`).filter((name) => name.endsWith('.a'));
const lines = run('nm', '--print-file-name', '--format=posix', ...archives.map((name) => `${folder}/${name}`)).split('\n');
const symbols = lines.map((line) => /\[(.*)\]: (\S+) (\S)/.exec(line)).filter(Boolean); // [, object, name, kind]

test('the archives of the core leave no symbol open but functions on memory', () => {
  assert.ok(archives.length >= 6, `only ${archives} in ${folder}`);
  const defined = new Set(symbols.filter(([, , , kind]) => kind !== 'U').map(([, , name]) => name));
  const findings = symbols
    .filter(([, , name, kind]) => kind === 'U' && !defined.has(name))
    .filter(([, object, name]) => !(object === 'cJSON.c.o' ? cjson : ours).includes(name))
    .map(([, object, name]) => `${object} needs ${name}`);
  assert.deepEqual(findings, [], report(findings));
});

test('every symbol that the core shows to other programs begins with rt_, those of its cJSON too', () => {
  const shown = symbols.filter(([, , , kind]) => /[A-TV-Z]/.test(kind)).map(([, , name]) => name);
  assert.ok(shown.includes('rt_embed_step') && shown.includes('rt_cJSON_Parse'), `${shown.length} symbols`);
  assert.deepEqual(shown.filter((name) => !name.startsWith('rt_')), []);
});

for (const name of ['core', 'core-decline', 'core-geo', 'core-section']) {
  const module = new WebAssembly.Module(readBytes(`build/wasm/${name}.wasm`));

  test(`${name}.wasm imports nothing`, () => {
    assert.deepEqual(WebAssembly.Module.imports(module), []);
  });

  test(`${name}.wasm exports what wasm-glue/exports.txt lists, and its memory`, () => {
    const listed = read('wasm-glue/exports.txt').split('\n').map((line) => line.trim()).filter((line) => /^[A-Za-z_]/.test(line));
    const exported = WebAssembly.Module.exports(module).map(({ name: symbol }) => symbol);
    assert.deepEqual([...exported].sort(), [...new Set([...listed, 'memory'])].sort());
  });

  test(`the memory of ${name}.wasm is 192 KiB at most and cannot grow`, () => {
    const { memory } = new WebAssembly.Instance(module).exports;
    assert.ok(memory.buffer.byteLength <= 192 * 1024, `${memory.buffer.byteLength} bytes`);
    assert.throws(() => memory.grow(1), RangeError);
  });
}

test('every function of embed_wasm.c that is not static is listed in exports.txt', () => {
  const listed = new Set(read('wasm-glue/exports.txt').split('\n').map((line) => line.trim()));
  const findings = [];
  for (const [, name] of read('wasm-glue/embed_wasm.c').matchAll(/^(?!static\b)[a-z][\w ]*?[ *](\w+)\([^;]*?\) \{/gm)) {
    if (!listed.has(name)) findings.push(name);
  }
  assert.deepEqual(findings, [], report(findings));
});
