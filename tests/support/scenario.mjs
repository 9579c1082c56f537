// scenario.mjs: plays a scenario page's story through core_client.mjs and writes its tape, as scenario.c does natively.
// The story's language and the tape's form are described in scenario.h; both players must write the same bytes.
// SPDX-License-Identifier: MIT
import * as coreClient from '../../wasm-glue/core_client.mjs';

const {
  attributes,
  brands,
  commandNumbers,
  commands,
  commandTexts,
  eventNumbers,
  events,
  eventTexts,
  openCore,
} = coreClient;

// ROLE_CARD = 7 in the constants is roles[7] = 'card' here.
const roles = [];
for (const [name, number] of Object.entries(coreClient)) {
  if (name.startsWith('ROLE_')) roles[number] = name.slice(5).toLowerCase();
}

const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());

// A JSON string with control characters as \u00XX, which is how the core writes them.
function quoted(text) {
  const hex = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `"${text.replace(/["\\]/g, '\\$&').replace(/[\u0000-\u001f]/g, hex)}"`;
}

// The inside of the fence marked `mark`, or null.
export function fence(page, mark) {
  const start = `\n\`\`\`${mark}\n`;
  const from = page.indexOf(start);
  if (from < 0) return null;
  const inside = page.slice(from + start.length);
  return inside.startsWith('```') ? '' : inside.slice(0, inside.indexOf('\n```') + 1);
}

function fieldsOf([, numbers, texts], record, numberNames, textNames) {
  let line = '';
  numberNames.forEach((name, i) => {
    if ((numbers >> i) & 1) line += ` ${snake(name)}=${record[name]}`;
  });
  textNames.forEach((name, i) => {
    if ((texts >> i) & 1 && record[name] !== '') line += ` ${snake(name)}=${quoted(record[name])}`;
  });
  return line;
}

function surfaceOf(core) {
  const nodes = core.nodes();
  const depth = (node) => (node.parent < 0 ? 0 : 1 + depth(nodes[node.parent]));
  return nodes.map((node) => `    ${'  '.repeat(depth(node))}${roles[node.role]} ${quoted(node.text)}\n`).join('');
}

// An event's fields, all present; `body` and `metrics` take the rest of the line.
function readEvent(kind, rest) {
  const event = { kind };
  for (const name of eventNumbers) event[name] = 0;
  for (const name of eventTexts) event[name] = '';
  for (let text = rest.trim(); text !== ''; text = text.trim()) {
    const [, field, after] = /^([a-z_]+)=(.*)$/.exec(text);
    const name = camel(field);
    const isLast = name === 'body' || name === 'metrics';
    const value = isLast ? after : after.split(' ')[0];
    text = after.slice(value.length);
    event[name] = eventTexts.includes(name) ? value : Number(value);
  }
  return event;
}

// Plays `story` on a core of `module` and returns the tape.
export function play(module, story) {
  const page = { brand: 'retarget', page_host: 'shop.example', page_language: 'en', seed: '0' };
  const values = new Map();
  let core = null;
  let now = 0;
  let tape = '';

  const open = () => {
    const seed = BigInt(page.seed);
    core = openCore(module, {
      brand: brands.indexOf(page.brand),
      kind: 0,
      seed: [Number(seed & 0xffffffffn), Number(seed >> 32n)],
      pageHost: page.page_host,
      pageLanguage: page.page_language,
      attribute: (name) => values.get(name) ?? null,
    });
  };

  const step = (event) => {
    const wasEnded = core.state() === 'ended';
    const kind = events.find(([name]) => name === event.kind);
    tape += `${now} > ${snake(event.kind)}${fieldsOf(kind, event, eventNumbers, eventTexts)}\n`;
    core.step(event, now);
    if (wasEnded) tape += `${now} ! refused\n`;
    for (let command; (command = core.nextCommand()); ) {
      const row = commands.find(([name]) => name === command.kind);
      tape += `${now} < ${snake(command.kind)}${fieldsOf(row, command, commandNumbers, commandTexts)}\n`;
      if (command.kind === 'showSurface') tape += surfaceOf(core);
    }
  };

  const runTimers = (until, isInclusive) => {
    for (let at; (at = core.wakeAt()) < until || (isInclusive && at === until); ) {
      now = Math.max(now, at);
      step(readEvent('woke', ''));
    }
    now = Math.max(now, until);
  };

  for (const line of story.split('\n')) {
    const [, word, rest] = /^\s*(\S*)\s*(.*)$/.exec(line);
    if (word === '' || word.startsWith('#')) continue;
    if (word === 'at') {
      const [, at, kind, fields] = /^(\d+) (\S+)(.*)$/.exec(rest);
      if (!core) open();
      runTimers(Number(at), false);
      step(readEvent(camel(kind), fields));
    } else if (word === 'until') {
      runTimers(Number(rest), true);
    } else if (word === 'attribute') {
      const [, name, value] = /^(\S+)\s*(.*)$/.exec(rest);
      if (!attributes.includes(name)) throw new Error(`no attribute is called ${name}`);
      values.set(name, value);
    } else if (word in page) {
      page[word] = rest;
    } else {
      throw new Error(`this line of the story cannot be read: ${line}`);
    }
  }
  return core ? `${tape}${now} = ${core.state()}\n` : tape;
}
