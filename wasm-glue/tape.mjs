// tape.mjs: writes what crosses the border between JavaScript and the core as a tape, the form that tests/tapes/FORMAT.md
// describes. Stands between core_client.mjs and the core, so it sees the very bytes that the core was given and gave.
// Knows no kind by name but two: viewport, whose metrics stand in the header, and showSurface, whose nodes stand below.
// Loaded by pages with data-debug and by tests only.
// SPDX-License-Identifier: MIT
import * as constants from './constants.mjs';

const { attributes, brands, commandNumbers, commandTexts, commands, eventNumbers, eventTexts, events, LOOK_COUNT, nodeNumbers, nodeTexts } =
  constants;

// ROLE_CARD = 7 is namesOf('ROLE_')[7] = 'card'.
function namesOf(prefix) {
  const names = [];
  for (const [name, number] of Object.entries(constants)) {
    if (name.startsWith(prefix)) names[number] = name.slice(prefix.length).toLowerCase();
  }
  return names;
}
const roles = namesOf('ROLE_');
export const embedKinds = namesOf('EMBED_');

const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const hex = (number, digits) => (number >>> 0).toString(16).padStart(digits, '0');
const has = (mask, position) => (mask >> position) & 1;

// Texts are strings with one character per byte here: what the core speaks need not be UTF-8.
const escapes = { '"': '\\"', '\\': '\\\\', '\n': '\\n' };
const quoted = (text) =>
  `"${text.replace(/["\\]|[^ -~]/g, (byte) => escapes[byte] || `\\x${hex(byte.charCodeAt(0), 2)}`)}"`;

// FNV-1a, 32 bits.
const nothing = 2166136261;
const add = (sum, number) => Math.imul(sum ^ number, 16777619);

function sumOf(text) {
  let sum = nothing;
  for (let i = 0; i < text.length; i++) sum = add(sum, text.charCodeAt(i));
  return hex(sum, 8);
}

// A tape of one embed. `mask(text, field)` gives a text of the config or of an event, or of a command (`field` null),
// as it is to be written. `metrics`: of the header; without it, those of the first viewport. `limit`: bytes at which the
// tape stops. Give openCore what `watch(border)` returns; `text()` is
// the tape so far.
export function createTape({ mask = (text) => text, metrics = null, limit = Infinity } = {}) {
  let border;
  let memory;
  const given = []; // texts of the config, then of the event to come, by position
  const numbersGiven = [];
  let header = '';
  let body = ''; // of steps that are over
  let step = null; // of the step under way, null between steps
  let lastEvent = 0;
  let lastState = '';
  let isStopped = false;

  function textAt(address, length) {
    let text = '';
    for (let i = 0; i < length; i++) text += String.fromCharCode(memory[address + i]);
    return text;
  }
  const inputAt = (start, length) => textAt(border.input_address() + start, length);
  const said = (address) => textAt(address, border.text_length());

  const numbersOf = (names, numbers, value) =>
    names.map((name, i) => (has(numbers, i) ? ` ${snake(name)}=${value(i)}` : '')).join('');
  const textsOf = (names, texts, value) =>
    names.map((name, i) => (has(texts, i) && value(i) ? ` ${snake(name)}=${quoted(value(i))}` : '')).join('');

  const metricsLine = () => (metrics ? `metrics ${quoted(metrics)}\n` : '');

  function open(brand, kind, low, high) {
    const [host, language] = given.slice(attributes.length);
    header = `retarget tape 1\nconfig kind=${embedKinds[kind]} brand=${brands[brand]} seed=${hex(high, 8)}${hex(low, 8)}`;
    header += ` page_host=${quoted(mask(host, 'pageHost'))} page_language=${quoted(mask(language, 'pageLanguage'))}\n`;
    attributes.forEach((name, i) => {
      if (given[i] !== undefined) header += `attribute ${name} ${quoted(mask(given[i], name))}\n`;
    });
  }

  // A viewport says its metrics only where they are not those of the header.
  function metricsOf(table) {
    if (metrics === null) metrics = table;
    return table === metrics ? '' : ` metrics=${quoted(table)}`;
  }

  function beginStep(position, at) {
    const [kind, numbers, texts] = events[position];
    const values = eventTexts.map((name, i) => (has(texts, i) ? mask(given[i], name) : ''));
    step = `${++lastEvent} ${Math.trunc(at)} > ${snake(kind)}${numbersOf(eventNumbers, numbers, (i) => numbersGiven[i])}`;
    step += kind === 'viewport' ? metricsOf(values[eventTexts.indexOf('metrics')]) : textsOf(eventTexts, texts, (i) => values[i]);
    step += '\n';
  }

  function writeSurface() {
    let sum = nothing;
    let lines = '';
    const depths = [];
    for (let i = 0; i < LOOK_COUNT; i++) sum = add(sum, border.look_number(i));
    for (let node = 0; node < border.node_count(); node++) {
      const numbers = nodeNumbers.map((_, i) => border.node_number(node, i));
      const parent = numbers[nodeNumbers.indexOf('parent')];
      sum = numbers.reduce(add, sum);
      depths.push(parent < 0 ? 0 : depths[parent] + 1);
      const words = mask(said(border.node_text(node, nodeTexts.indexOf('text'))), null);
      lines += `    ${'  '.repeat(depths[node])}${roles[numbers[nodeNumbers.indexOf('role')]]} ${quoted(words)}\n`;
    }
    step += ` boxes=${hex(sum, 8)}\n${lines}`;
  }

  function writeCommand(position) {
    const [kind, numbers, texts] = commands[position];
    step += `  < ${snake(kind)}${numbersOf(commandNumbers, numbers, (i) => border.command_number(i))}`;
    step += textsOf(commandTexts, texts, (i) => mask(said(border.command_text(i)), null));
    if (kind === 'showSurface') writeSurface();
    else step += '\n';
  }

  const tooLong = `stopped: the tape would be longer than ${limit} bytes\n`;
  const inTheMiddle = 'stopped: in the middle of a step\n';
  const endLength = 'end 00000000\n'.length;

  // Whether the step under way still fits, and behind it the lines that end a tape.
  const isTooLong = () =>
    header.length + metricsLine().length + body.length + step.length + tooLong.length + endLength > limit;

  function endStep() {
    const wakeAt = border.wake_at();
    const state = `  = ${said(border.state_text())}${wakeAt < Infinity ? ` ${wakeAt}` : ''}\n`;
    if (state !== lastState) step += state;
    lastState = state;
    isStopped = isTooLong();
    if (!isStopped) body += step;
    step = null;
  }

  return {
    watch(exports) {
      border = exports;
      memory = new Uint8Array(border.memory.buffer);
      return {
        ...border,
        config_text(position, start, length) {
          given[position] = inputAt(start, length);
          border.config_text(position, start, length);
        },
        open_embed(brand, kind, low, high) {
          open(brand, kind, low, high);
          border.open_embed(brand, kind, low, high);
        },
        event_number(position, number) {
          numbersGiven[position] = number | 0;
          border.event_number(position, number);
        },
        event_text(position, start, length) {
          given[position] = inputAt(start, length);
          border.event_text(position, start, length);
        },
        step(position, at) {
          if (!isStopped) beginStep(position, at);
          const status = border.step(position, at);
          if (!isStopped && status !== 0) step += `  ! refused status=${status}\n`;
          return status;
        },
        next_command() {
          const position = border.next_command();
          if (step === null) return position;
          if (position < 0) endStep();
          else writeCommand(position);
          return position;
        },
      };
    },

    // In the middle of a step, which is also where a trap of the core ends, the step's lines so far are part of it.
    text() {
      let text = header + metricsLine() + body;
      if (isStopped || (step !== null && isTooLong())) text += tooLong;
      else if (step !== null) text += step + inTheMiddle;
      return `${text}end ${sumOf(text)}\n`;
    },
  };
}
