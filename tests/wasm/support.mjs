// support.mjs: what the wasm tests share: the core in both its engines, an opened embed, answers of an API.
// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EMBED_DECLINE, PAGE_VISIBLE, brands, openCore } from '../../wasm-glue/core_client.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

export const fileBytes = (path) => readFileSync(root + path);
export const coreBytes = fileBytes('build/wasm/core.wasm');
export const coreModule = new WebAssembly.Module(coreBytes);

// The file with the core as JavaScript that the built embed names. A data: URL, because Node takes a .js for CommonJS.
export const javascriptFile = /core-[0-9a-f]{8}\.js/.exec(fileBytes('build/web/retarget/widget-decline.js'))[0];
const javascript = await import(`data:text/javascript;base64,${fileBytes(`build/web/retarget/${javascriptFile}`).toString('base64')}`);

// Each gives a fresh core, for openCore.
export const engines = {
  wasm: () => new WebAssembly.Instance(coreModule).exports,
  javascript: javascript.default,
};

// The engine whose tests these are: see javascript.test.mjs.
const engine = process.env.RETARGET_ENGINE ?? 'wasm';
export const freshCore = engines[engine];

// What a programmer's mistake inside the core throws.
export const trap = { wasm: WebAssembly.RuntimeError, javascript: /^Error: abort$/ }[engine];

export const goodAttributes = {
  'data-pub': 'pk_abcdefghijklmnopqrstuv',
  'data-website': 'web_abcdefghijklmnopqrstuv',
  'data-api': 'https://api.shop.example',
};

// An embed with the clock at 0. `attributes` replace or add to good ones; null takes one away.
export function openEmbed({ attributes = {}, brand = 'retarget', pageHost = 'shop.example', seed = [1, 2], border = freshCore() } = {}) {
  const all = { ...goodAttributes, ...attributes };
  const config = {
    brand: brands.indexOf(brand),
    kind: EMBED_DECLINE,
    seed,
    pageHost,
    pageLanguage: 'en',
    attribute: (name) => all[name] ?? null,
  };
  return openCore(border, config);
}

// Feeds an event and returns the commands that it caused.
export function feed(core, event, at) {
  core.step(event, at);
  const commands = [];
  for (let command; (command = core.nextCommand()); ) commands.push(command);
  return commands;
}

// Starts an embed on a visible page with a network and returns the commands of that.
export function start(core, at = 0) {
  return [
    ...feed(core, { kind: 'visibility', state: PAGE_VISIBLE }, at),
    ...feed(core, { kind: 'connectivity', state: 1 }, at),
    ...feed(core, { kind: 'started' }, at),
  ];
}

// The event of an answer: `body` is made JSON unless it is bytes already.
export function answer(request, body, { status = 200, retryAfter = '' } = {}) {
  const bytes = body instanceof Uint8Array ? body : new TextEncoder().encode(JSON.stringify(body));
  return { kind: 'httpDone', request, status, retryAfter, body: bytes };
}

export const sessionReply = { sessionId: 'dcl_0123456789abcdefghijkl', expiresAt: '2030-01-01T00:15:00Z', expiresIn: 900 };

export const offer = (number, fields = {}) => ({
  id: `off_${number}`,
  vertical: 'crypto',
  premium: false,
  brand: `Brand ${number}`,
  headline: `Headline ${number}`,
  image: null,
  cta: 'Open an account',
  clickUrl: `https://api.shop.example/v1/r?t=${number}`,
  rankScore: 100 - number,
  ...fields,
});

export const only = (commands, kind) => commands.filter((command) => command.kind === kind);
