// core_client.mjs: the JavaScript side of the border: an embed as an object that takes events and yields commands.
// The same file in a page and in Node. Knows no kind by name: kinds, fields and numbers come from constants.mjs, which is
// generated from C. Knows no fetch, no DOM and no clock: what an event or a command means is for web/ to act out.
// After a trap (a programmer's mistake inside the core) the embed is dead: `isDead`, and no call reaches it any more.
// SPDX-License-Identifier: MIT
import {
  MAX_BODY_LENGTH,
  MAX_GIVEN_LENGTH,
  LOOK_COUNT,
  attributes,
  commandNumbers,
  commandTexts,
  commands,
  eventNumbers,
  eventTexts,
  events,
  nodeNumbers,
  nodeTexts,
} from './constants.mjs';

export * from './constants.mjs';

// What the page says once.
// @typedef {object} Config
// @property {number} brand            position in `brands`
// @property {number} kind             EMBED_DECLINE
// @property {[number, number]} seed   two random 32-bit numbers, for the jitter between requests
// @property {string} pageHost         location.hostname
// @property {string} pageLanguage     BCP 47, used when data-lang is absent
// @property {(name: string) => string | null} attribute   of the script element; null: absent
//
// An event is `{kind, ...fields}` and a command comes as `{kind, ...fields}`, with the names of embed/kinds.def in
// camelCase: `{kind: 'httpDone', request: 1, status: 200, retryAfter: '', body: bytes}`. Numbers are integers; a text of
// an event is a string or a Uint8Array, a text of a command is a string, empty when there is none.

// Opens an embed in a fresh core. `border`: what an instance of core.wasm exports, or the same made of JavaScript (see
// web/javascript_core.mjs), or something that stands between and behaves alike, as tape.mjs does.
export function openCore(border, config) {
  const memory = new Uint8Array(border.memory.buffer); // the memory never grows: one view serves for ever
  const input = memory.subarray(border.input_address(), border.input_address() + border.input_capacity());
  const encoder = new TextEncoder();
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let isDead = false;

  // The text at `address`, whose length the call that returned the address left behind.
  const textAt = (address) => decoder.decode(memory.subarray(address, address + border.text_length()));

  // Puts `text` into the input buffer at `start` and returns its length. A string is cut, whole characters. A text that
  // an event leaves out is empty, as a number is 0.
  const put = (text = '', start) => {
    if (typeof text !== 'string') return input.set(text, start), text.length;
    return encoder.encodeInto(text, input.subarray(start, start + MAX_GIVEN_LENGTH)).written;
  };

  // Runs `call`; if the core traps, it is dead from here on and the error goes to the host.
  const guarded = (call) => {
    if (isDead) return undefined;
    try {
      return call();
    } catch (error) {
      isDead = true;
      throw error;
    }
  };

  const open = () => {
    const texts = [...attributes.map(config.attribute), config.pageHost, config.pageLanguage];
    texts.forEach((text, position) => {
      const start = position * MAX_GIVEN_LENGTH;
      if (text !== null) border.config_text(position, start, put(text, start));
    });
    border.open_embed(config.brand, config.kind, config.seed[0], config.seed[1]);
  };

  // Calls `act` with each name whose bit is set in `mask`, and its position.
  const each = (names, mask, act) => names.forEach((name, i) => (mask >> i) & 1 && act(name, i));

  // Fills `record` with the numbers and texts that the masks choose; `number` and `text` are functions of the border.
  const read = (record, [numberNames, numbers, number], [textNames, texts, text]) => {
    each(numberNames, numbers, (name, i) => (record[name] = number(i)));
    each(textNames, texts, (name, i) => (record[name] = textAt(text(i))));
    return record;
  };
  const ALL = -1;

  // Sets the fields that the kind carries and feeds the event.
  const step = (event, at) => {
    const position = events.findIndex(([name]) => name === event.kind);
    const [, numbers, texts] = events[position];
    let start = 0;
    each(eventNumbers, numbers, (name, i) => border.event_number(i, event[name]));
    each(eventTexts, texts, (name, i) => {
      const length = put(event[name], start);
      border.event_text(i, start, length);
      start += length;
    });
    border.step(position, at);
  };

  const nextCommand = () => {
    const position = border.next_command();
    if (position < 0) return null;
    const [kind, numbers, texts] = commands[position];
    return read({ __proto__: null, kind }, [commandNumbers, numbers, border.command_number], [commandTexts, texts, border.command_text]);
  };

  const readNode = (_, index) =>
    read({ __proto__: null }, [nodeNumbers, ALL, (i) => border.node_number(index, i)], [nodeTexts, ALL, (i) => border.node_text(index, i)]);

  guarded(open);
  return {
    get isDead() {
      return isDead;
    },

    // Feeds one event. `at`: milliseconds of a monotonic clock, fractions allowed, never going back. An answer larger
    // than the core takes arrives as httpFailed, as kinds.def says.
    step(event, at) {
      const isTooLarge = event.body && event.body.length > MAX_BODY_LENGTH;
      guarded(() => step(isTooLarge ? { kind: 'httpFailed', request: event.request } : event, at));
    },

    // The next command, or null when there is none left. Drain after every step.
    nextCommand: () => guarded(nextCommand) || null,

    // When a `woke` event is wanted; Infinity: no timer.
    wakeAt: () => (isDead ? Infinity : guarded(border.wake_at)),

    // The state in a word.
    state: () => (isDead ? 'dead' : guarded(() => textAt(border.state_text()))),

    // The surface that the command showSurface asks to draw, in reading order, parents before children; read it before
    // the next step. A node: {role, parent, card, x, y, width, height, lines, fontPx, text, href, image}, see surface/view.h.
    nodes: () => guarded(() => [...Array(border.node_count())].map(readNode)) || [],

    // What holds for the whole surface: an array of numbers, one for each LOOK_… position; see surface/look.def.
    look: () => guarded(() => [...Array(LOOK_COUNT)].map((_, position) => border.look_number(position))),
  };
}
