// deliver.mjs: lays built files out as a server hands them out: build/web/<brand>/ holds the newest of each, and
// build/web/v/<version>/<brand>/ the same under a path that never holds anything else, for pages that pin what they load.
// Beside each file stand its .br and .gz, and in each folder a manifest.json. Knows no file by name, and no server.
// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

// `bytes` with brotli as small as it goes: this happens once, and downloads happen all day.
export const brotliOf = (bytes) =>
  brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
const gzipOf = (bytes) => gzipSync(bytes, { level: 9 });

// For the attribute `integrity`; of the file as it is, which is what browsers compare.
export const integrityOf = (bytes) => `sha384-${createHash('sha384').update(bytes).digest('base64')}`;

// A server may be reading: a file is there whole or not at all.
function write(file, bytes) {
  writeFileSync(`${file}.new`, bytes);
  renameSync(`${file}.new`, file);
}

// `forms`: [{name, bytes, br, gz}].
function writeFolder(folder, forms) {
  mkdirSync(folder, { recursive: true });
  for (const { name, bytes, br, gz } of forms) {
    write(path.join(folder, name), bytes);
    write(path.join(folder, `${name}.br`), br);
    write(path.join(folder, `${name}.gz`), gz);
  }
}

const holds = (file, bytes) => existsSync(file) && readFileSync(file).equals(bytes);

const formsOf = (name, bytes) => ({ name, bytes, br: brotliOf(bytes), gz: gzipOf(bytes) });

// Writes the files of `brand`, an object of bytes by name, into the folder `web`. Returns the forms of each and whether
// the folder of this version held something else before. Other versions stay as they are, and so does what else lies in
// the brand's folder: an embed in somebody's cache may ask for it.
export function deliver(web, { version, brand, files }) {
  const forms = Object.entries(files).map(([name, bytes]) => formsOf(name, bytes));
  const entries = forms.map(({ name, bytes, br, gz }) => ({
    file: name, integrity: integrityOf(bytes), bytes: bytes.length, brotli: br.length, gzip: gz.length,
  }));
  const manifest = formsOf('manifest.json', Buffer.from(`${JSON.stringify({ version, files: entries }, null, 2)}\n`));
  const all = [...forms, manifest];
  const pinned = path.join(web, 'v', version, brand);
  const isOther = existsSync(pinned) && forms.some(({ name, bytes }) => !holds(path.join(pinned, name), bytes));
  if (isOther) rmSync(pinned, { recursive: true });
  writeFolder(pinned, all);
  writeFolder(path.join(web, brand), all);
  return { forms, isOther };
}
