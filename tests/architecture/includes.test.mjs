// includes.test.mjs: no room knows more than it may.
// The arrows are those of the tree in web/docs/architecture.md; an include or import outside them names its file and line.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import { files, linesOf, report } from './files.mjs';

// room -> what its files may include besides their own room: a room, or one header of it. Tests may include anything.
const arrows = {
  'core/base': [],
  'core/domain': ['base'],
  'core/codec': ['base', 'domain'],
  'core/flow': ['base', 'domain'],
  'core/surface': ['base', 'domain'],
  'core/embed': ['base', 'domain', 'codec', 'flow', 'surface'],
  // The lists (.def) that give names and numbers to both sides of the border.
  'wasm-glue': ['embed/embed.h', 'embed/kinds.def', 'embed/diagnostics.def', 'surface/look.def', 'surface/roles.def', 'surface/palette.def',
    'base/check.h'],
  'native-harness/host': ['base', 'embed/embed.h'],
  // The lists are the tape's vocabulary; of the server its service, with whatever it is given.
  'native-harness/sim': ['base', 'domain/place.h', 'embed/embed.h', 'embed/kinds.def', 'surface/roles.def', 'host', 'server/service.h',
    'server/store_memory.h', 'server/store_sqlite.h', 'server/admin.h', 'server/auth.h', 'server/table.h'],
  'native-harness/server': ['base', 'domain', 'codec'],
  'native-harness/draw': ['base', 'domain', 'surface'],
  'native-harness/cli': ['base', 'domain', 'codec', 'host', 'server', 'sim', 'draw'],
};

// The core asks the system for nothing: these headers declare types, limits and functions on memory only.
const coreSystemHeaders = ['limits.h', 'stdalign.h', 'stdbool.h', 'stddef.h', 'stdint.h', 'string.h'];

const sources = files.filter((file) => /\.(c|h|def)$/.test(file));
const roomOf = (file) => Object.keys(arrows).find((room) => path.dirname(file) === room);

test('every C file outside of the tests lies in a known room', () => {
  const strangers = sources.filter((file) => !file.startsWith('tests/') && !roomOf(file));
  assert.deepEqual(strangers, []);
});

test('every #include follows an arrow between the rooms', () => {
  const findings = [];
  for (const { file, line, text } of linesOf(sources.filter(roomOf))) {
    const included = /^\s*#\s*include\s+"([^"]+)"/.exec(text)?.[1];
    if (!included) continue;
    const room = roomOf(file);
    const target = path.dirname(included);
    if (target === path.basename(room)) continue;
    if (room === 'wasm-glue' && target === '.') continue;
    if (arrows[room].includes(target) || arrows[room].includes(included)) continue;
    findings.push(`${file}:${line}: no arrow ${path.basename(room)} -> ${included}`);
  }
  assert.deepEqual(findings, [], report(findings));
});

test('the core includes system headers without side effects only, and cJSON in codec/json.c only', () => {
  const findings = [];
  for (const { file, line, text } of linesOf(sources.filter((name) => name.startsWith('core/')))) {
    const included = /^\s*#\s*include\s+<([^>]+)>/.exec(text)?.[1];
    if (!included || coreSystemHeaders.includes(included)) continue;
    if (file === 'core/codec/json.c' && ['cJSON.h', 'stdatomic.h'].includes(included)) continue; // its hooks are set once
    findings.push(`${file}:${line}: <${included}>`);
  }
  assert.deepEqual(findings, [], report(findings));
});

// folder of web/ -> folders and files it may import.
const imports = {
  'web/entries': ['web/host', 'web/effects', 'wasm-glue/core_client.mjs', 'wasm-glue/tape.mjs'],
  'web/host': ['web/effects', 'wasm-glue/core_client.mjs'],
  'web/effects': ['wasm-glue/core_client.mjs'],
};
const scripts = files.filter((file) => imports[path.dirname(file)] && /\.m?js$/.test(file));

test('every import of the embeds follows an arrow between the rooms', () => {
  const findings = [];
  for (const { file, line, text } of linesOf(scripts)) {
    const imported = /(?:^\s*import\b.*?|\bfrom\s+|\bimport\s*\(\s*)['"]([^'"]+)['"]/.exec(text)?.[1];
    if (!imported) continue;
    const folder = path.dirname(file);
    const target = path.normalize(path.join(folder, imported));
    if (imported.startsWith('.') && path.dirname(target) === folder) continue;
    if (imported.startsWith('.') && imports[folder].some((allowed) => target === allowed || path.dirname(target) === allowed))
      continue;
    findings.push(`${file}:${line}: no arrow ${folder} -> ${imported}`);
  }
  assert.deepEqual(findings, [], report(findings));
});

test('no host holds a product number, a product word or a struct offset', () => {
  const hosts = [...scripts, ...sources.filter((file) => file.startsWith('native-harness/host/'))];
  const wrong = /\b(2000|1800|900|pending|expired|DataView|HEAPU8|memory\.buffer)\b/;
  const findings = [];
  for (const { file, line, text } of linesOf(hosts)) {
    const code = text.replace(/\/\/.*$/, '');
    const found = wrong.exec(code)?.[0];
    if (found) findings.push(`${file}:${line}: ${found} belongs into the core or into wasm-glue`);
  }
  assert.deepEqual(findings, [], report(findings));
});
