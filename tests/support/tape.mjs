// tape.mjs: replays a tape through the core of a page: reads its events, feeds them to the core, and lets the core's own
// recorder (wasm-glue/tape.mjs) write the tape once more. Equal means the same bytes, as for `retarget replay`.
// Trusts a tape to be well formed: sim/tape_reader.c is the one that complains.
// SPDX-License-Identifier: MIT
import { attributes, brands, eventNumbers, events, eventTexts, openCore } from '../../wasm-glue/core_client.mjs';
import { createTape, embedKinds } from '../../wasm-glue/tape.mjs';

const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());

// A text as the tape has it between its quotes, one character per byte.
const unquoted = (text) =>
  text.replace(/\\(x..|.)/g, (_, code) =>
    code === 'n' ? '\n' : code.length === 3 ? String.fromCharCode(parseInt(code.slice(1), 16)) : code,
  );
const bytesOf = (text) => Uint8Array.from(text, (byte) => byte.charCodeAt(0));

// The fields of a line: ` name=number` and ` name="text"`, as {name: string}.
function fieldsOf(line) {
  const fields = {};
  for (const [, name, text, word] of line.matchAll(/ ([a-z_]+)=(?:"((?:[^"\\]|\\.)*)"|([^ "]+))/g)) {
    fields[camel(name)] = text === undefined ? word : unquoted(text);
  }
  return fields;
}

// What stands above the first event.
function readHeader(lines) {
  const header = { attributes: new Map(), metrics: '' };
  for (const line of lines) {
    const [, word, name, text] = /^(config|attribute|metrics) ?(\S*?) ?(?:"(.*)")?$/.exec(line) ?? [];
    if (line.startsWith('config ')) header.config = fieldsOf(line);
    else if (word === 'attribute') header.attributes.set(name, bytesOf(unquoted(text)));
    else if (word === 'metrics') header.metrics = unquoted(text);
    else break;
  }
  return header;
}

function open(freshCore, { config, attributes: values }, tape) {
  const seed = BigInt(`0x${config.seed}`);
  return openCore(
    tape.watch(freshCore()),
    {
      brand: brands.indexOf(config.brand),
      kind: embedKinds.indexOf(config.kind),
      seed: [Number(seed & 0xffffffffn), Number(seed >> 32n)],
      pageHost: bytesOf(config.pageHost),
      pageLanguage: bytesOf(config.pageLanguage),
      attribute: (name) => values.get(name) ?? null,
    },
  );
}

function readEvent(line, metrics) {
  const [, at, name] = /^\d+ (\d+) > (\S+)/.exec(line);
  const event = { kind: camel(name), metrics: bytesOf(metrics) };
  const fields = fieldsOf(line);
  const [, numbers, texts] = events.find(([kind]) => kind === event.kind);
  eventNumbers.forEach((field, i) => {
    if ((numbers >> i) & 1) event[field] = Number(fields[field]);
  });
  eventTexts.forEach((field, i) => {
    if ((texts >> i) & 1 && (fields[field] !== undefined || field !== 'metrics')) event[field] = bytesOf(fields[field] ?? '');
  });
  return [event, Number(at)];
}

// Plays the events of `tape` on a fresh core and returns the tape that the core writes. `freshCore`: a function that gives
// one, see wasm/support.mjs. `options`: of the recorder.
export function rewrite(freshCore, tape, options) {
  const lines = tape.split('\n');
  const header = readHeader(lines.slice(1));
  const recorder = createTape({ metrics: header.metrics, ...options });
  const core = open(freshCore, header, recorder);
  for (const line of lines) {
    if (!/^\d/.test(line)) continue;
    core.step(...readEvent(line, header.metrics));
    while (core.nextCommand());
  }
  return recorder.text();
}

// The lines in which `tape` and what the core makes of it differ first, null when they are the same. A tape need
// not end with its sum, and one that was stopped may lack the rest of its last step.
export function difference(freshCore, tape) {
  let expected = tape.replace(/end [0-9a-f]{8}\n$/, '');
  let got = rewrite(freshCore, tape).replace(/end [0-9a-f]{8}\n$/, '');
  if (/^stopped: .*\n$/m.test(expected)) {
    expected = expected.replace(/^stopped: .*\n$/m, '');
    got = got.slice(0, expected.length);
  }
  if (got === expected) return null;
  const [ours, theirs] = [got.split('\n'), expected.split('\n')];
  const at = theirs.findIndex((line, i) => line !== ours[i]);
  return { line: at + 1, tape: theirs[at] ?? '(ends)', core: ours[at] ?? '(does no more)' };
}

// The inside of the fence marked `mark` of a Markdown page, null when it has none.
export function fence(page, mark) {
  const start = `\n\`\`\`${mark}\n`;
  const from = page.indexOf(start);
  if (from < 0) return null;
  const inside = page.slice(from + start.length);
  return inside.startsWith('```') ? '' : inside.slice(0, inside.indexOf('\n```') + 1);
}
