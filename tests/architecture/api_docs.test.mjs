// api_docs.test.mjs: web/docs/api.md names every route, error code and click class there is, and none that is not.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { read } from './files.mjs';

const docs = read('web/docs/api.md');
const names = read('core/codec/api_names.h');

// Sorted first groups of all matches.
const found = (text, pattern) => [...new Set([...text.matchAll(pattern)].map((match) => match[1]))].sort();
const section = (title) => docs.slice(docs.indexOf(`## ${title}`)).split('\n## ')[0];

test('the error codes of the docs are those of api_names.h', () => {
  const rows = section('Errors').split('\n').filter((line) => /^\| \d/.test(line)).join('\n');
  assert.deepEqual(found(rows, /`([a-z_]+_[a-z_]+|internal|unavailable)`/g), found(names, /RT_CODE_[A-Z_]+ "([a-z_]+)"/g));
});

test('the routes of the docs are those of api_names.h', () => {
  const routes = found(docs, /^\| `[A-Z]+ (\/v1\/[a-z/-]+?)(?:\/\{id\})?[?`]/gm);
  assert.deepEqual(routes, found(names, /RT_API_[A-Z_]+ "(\/v1\/[a-z/-]+)"/g));
});

test('the click classes of the docs are those of store.c', () => {
  const classes = found(read('native-harness/server/store.c'), /= "([a-z_]+)"/g).filter((name) => name !== 'none');
  assert.deepEqual(found(section('How a click counts'), /^\| `([a-z_]+)` \|/gm), classes);
});
