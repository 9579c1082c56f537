// manners_scripts.test.mjs: pages whose scripts have changed the language and the document before the widget comes, and all the
// ways a script element gets there and goes again. Where a page is too broken to carry the widget, it is left alone.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as constants from '../../wasm-glue/constants.mjs';
import { brands } from '../../web/demo/brands.mjs';
import { eventually } from '../../web/demo/eventually.mjs';
import { needs } from './support/engines.mjs';
import { embedTag, trigger, useFixture } from './support/fixture.mjs';
import { assertDrawn, openStranger, strangerPage } from './support/stranger.mjs';

const fixture = useFixture();
const brand = brands.retarget;
const size = { width: 1000, height: 700 };
const script = (text) => `<script>${text}</script>`;

// Names of everything that crosses the border or is handed to the browser as an option, and the letters to which the build
// shortens those that only the embed's modules know.
const ourNames = [
  ...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
  ...constants.eventNumbers, ...constants.eventTexts, ...constants.commandNumbers, ...constants.commandTexts, ...constants.nodeNumbers,
  ...constants.nodeTexts, 'sessionGlobal', 'scriptObject', 'kind', 'visibility', 'connectivity', 'signal', 'capture', 'once', 'passive', 'bubbles',
  'composed', 'mode', 'slotAssignment', 'delegatesFocus', 'root', 'rootMargin', 'threshold', 'preventScroll', 'focusVisible', 'window', 'keepalive',
  'credentials', 'priority', 'integrity', 'left', 'top', 'behavior', 'sessionId', 'instances', 'engine', 'state', 'length', 'controller', 'ignoreBOM', 'stream', 'fatal',
];

// What runs before the widget does. All of it works for the page itself.
const pages = {
  'enumerable junk on every prototype': `for (const { prototype } of [Object, Array, String, Function, Number, Promise, Map, RegExp, Error, Element, Event, Node]) { prototype.junk = 'junk'; prototype.each = function () { return this } }`,
  'values on Object.prototype with all of our names': `for (const name of ${JSON.stringify(ourNames)}) Object.defineProperty(Object.prototype, name, { value: 'junk', writable: true, enumerable: true, configurable: true })`,
  'setters on Object.prototype with all of our names': `for (const name of ${JSON.stringify(ourNames.filter((name) => name !== 'length'))}) Object.defineProperty(Object.prototype, name, { enumerable: true, configurable: true, get: () => 7, set() {} })`,
  'a frozen Object.prototype, and all of the language with it': `for (const each of [Object, Array, String, Function, Number, Promise, Map, Set, RegExp, Error, TypeError, Symbol, JSON, Math, Reflect]) { Object.freeze(each); if (each.prototype) Object.freeze(each.prototype) }`,
  'methods that write down who called them': `window.calls = 0;
    const wrap = (owner, name) => { const native = owner[name]; owner[name] = function (...all) { calls++; return native.apply(this, all) } };
    for (const name of ['append', 'attachShadow', 'setAttribute', 'getAttribute', 'remove', 'getBoundingClientRect', 'closest', 'querySelector']) wrap(Element.prototype, name);
    for (const name of ['addEventListener', 'removeEventListener', 'dispatchEvent']) wrap(EventTarget.prototype, name);
    for (const name of ['appendChild', 'insertBefore', 'removeChild', 'cloneNode']) wrap(Node.prototype, name);
    for (const name of ['createElement', 'querySelectorAll']) wrap(Document.prototype, name);
    for (const name of ['map', 'filter', 'find', 'findIndex', 'forEach', 'indexOf', 'push', 'shift', 'splice']) wrap(Array.prototype, name);
    for (const name of ['split', 'replace', 'padStart', 'charCodeAt']) wrap(String.prototype, name);
    for (const name of ['then', 'catch']) wrap(Promise.prototype, name);
    for (const name of ['showModal', 'close']) wrap(HTMLDialogElement.prototype, name);
    wrap(JSON, 'parse'); wrap(JSON, 'stringify'); wrap(Function.prototype, 'bind'); wrap(window, 'fetch'); wrap(window, 'setTimeout'); wrap(window, 'clearTimeout')`,
  'a fetch that reads every answer first': `const native = fetch; window.fetch = (...all) => native(...all).then(async (answer) => { await answer.clone().text(); return answer })`,
  'promises of its own': `const Native = Promise; window.Promise = class extends Native { constructor(run) { super(run); this.mine = true } }; Promise.prototype.finally = undefined`,
  'Prototype’s way': `Array.prototype.toJSON = function () { return '[' + this.join() + ']' }; Object.toJSON = JSON.stringify; String.prototype.toJSON = function () { return '"' + this + '"' };
    Function.prototype.bind = function (self, ...first) { const method = this; return function (...rest) { return method.apply(self, first.concat(rest)) } };
    Array.prototype.each = Array.prototype.forEach; Array.prototype.entries = Array.prototype.toArray = function () { return this.slice() }; Array.prototype.first = function () { return this[0] };
    Array.prototype.find = Array.prototype.detect = function (test, self) { for (let i = 0; i < this.length; i++) if (test.call(self, this[i], i)) return this[i] };
    Element.prototype.remove = function () { this.parentNode.removeChild(this); return this }; Element.prototype.hide = Element.prototype.show = Element.prototype.update = function () { return this };
    window.$ = (id) => document.getElementById(id); window.$$ = (all) => [...document.querySelectorAll(all)]`,
  'MooTools’ way': `Array.from = function (item) { return item == null ? [] : typeof item === 'object' && 'length' in item ? Array.prototype.slice.call(item) : [item] };
    Array.prototype.append = function (all) { this.push.apply(this, all); return this }; Function.prototype.delay = Function.prototype.pass = Function.prototype.extend = Function.prototype.implement = function () { return this };
    String.from = (item) => item + ''; Number.from = parseFloat; Object.append = Object.assign; Element.prototype.set = Element.prototype.get = Element.prototype.dispose = Element.prototype.empty = function () { return this };
    Event.prototype.stop = function () { this.preventDefault() }; window.Class = function () {}; window.Type = function () {}; window.Browser = {}; window.instanceOf = () => true; window.typeOf = (item) => typeof item`,
  'names of window that are taken': `var name = {}; var event = 'sale'; var status = 7; var top; var parent; var length = 'long'; var self = window.self; var origin = 'here'; var closed = true; window.name = 'x'; window.event = { junk: true }; window.script = window.page = window.brand = window.core = window.root = 'theirs'`,
  'classes of its own with names of the browser’s': `const URL = '/shop'; class Request {} ; let Node = null; const Option = 1; const Text = 'text'; class Range {}; const Image = 0; let Event = {}; const Comment = []`,
  'a Map and a Set of its own': `function Map(element) { this.layers = [] } function Set() { this.list = [] } window.Symbol = Object.assign((text) => '@@' + text, { iterator: Symbol.iterator, for: Symbol.for, asyncIterator: Symbol.asyncIterator, toPrimitive: Symbol.toPrimitive })`,
  'an AMD loader and CommonJS': `window.define = Object.assign(() => { throw new Error('define') }, { amd: {} }); window.exports = {}; window.module = { exports: window.exports }; window.require = () => { throw new Error('require') }`,
  'a document whose cookies and storage are out of reach': `for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError') } }); Object.defineProperty(Document.prototype, 'cookie', { get() { throw new DOMException('no', 'SecurityError') } })`,
  'a console that is gone': `for (const name of ['log', 'info', 'debug']) console[name] = undefined; console.error = console.warn = function () {}`,
  'no requestAnimationFrame, no requestIdleCallback, no ResizeObserver': `window.requestAnimationFrame = window.requestIdleCallback = window.ResizeObserver = undefined`,
};

// Builtins that a driver without a world of its own works with, too.
const breaksDriver = /promises of its own|Prototype’s way|a Map and a Set|Promise.prototype.then|Array.prototype.map/;

// The page says with which attributes: the second engine loads a file by its address.
const attributesOf = { 'classes of its own with names of the browser’s': { 'data-engine': 'javascript' } };

describe('scripts before it', { concurrency: 3 }, () => {
  for (const [name, text] of Object.entries(pages)) {
    test(`it works where there is ${name}`, async (t) => {
      if (breaksDriver.test(name) && !needs(t, 'a driver apart from the page')) return;
      const stranger = await openStranger(fixture, strangerPage(fixture, { head: script(text), tag: embedTag(fixture, brand, attributesOf[name]) }), { size });
      await stranger.declined();
      await assertDrawn(stranger);
      await stranger.page.keyboard.press('Escape');
      assert.equal((await stranger.told('close')).reason, 'escape');
      assert.equal(await stranger.look(), null);
      assert.deepEqual(await stranger.ask('errors'), []);
      await stranger.page.evaluate((object) => window[object].destroy(), brand.scriptObject);
      assert.deepEqual(await stranger.page.evaluate((names) => names.filter((one) => Object.getOwnPropertyDescriptor(window, one)), [brand.scriptObject, brand.sessionGlobal]), []);
      await stranger.leave();
    });
  }
});

// What is broken for everybody is broken for the widget. `says`: its one line; undefined: whatever it says, the page has no error of it.
const broken = {
  'Element.prototype.attachShadow throws': { text: `Element.prototype.attachShadow = () => { throw new Error('broken') }`, says: 'overlay_failed' },
  'Element.prototype.append throws': { text: `Element.prototype.append = () => { throw new Error('broken') }`, says: 'overlay_failed' },
  'HTMLDialogElement is not there': { text: `delete HTMLDialogElement.prototype.showModal; delete HTMLDialogElement.prototype.show; delete HTMLDialogElement.prototype.close`, says: 'overlay_failed' },
  'constructable style sheets are not there': { text: `window.CSSStyleSheet = undefined`, says: 'overlay_failed' },
  'IntersectionObserver is not there': { text: `window.IntersectionObserver = undefined`, says: 'overlay_failed' },
  'fetch throws': { text: `window.fetch = () => { throw new Error('broken') }`, says: 'api_unreachable', at: 'start' },
  'fetch is not there': { text: `window.fetch = undefined`, says: 'api_unreachable', at: 'start' },
  'fetch answers nothing': { text: `window.fetch = async () => undefined`, says: 'api_unreachable', at: 'start' },
  'JSON.parse throws': { text: `JSON.parse = () => { throw new Error('broken') }`, says: 'internal_error', at: 'start' },
  'EventTarget.prototype.addEventListener throws': { text: `EventTarget.prototype.addEventListener = () => { throw new Error('broken') }`, says: 'internal_error', at: 'start' },
  'Promise.prototype.then throws': { text: `Promise.prototype.then = () => { throw new Error('broken') }`, says: 'internal_error', at: 'start' },
  'performance is something else': { text: `Object.defineProperty(window, 'performance', { value: 7 })`, says: 'internal_error', at: 'start' },
  'Array.prototype.map throws': { text: `Array.prototype.map = () => { throw new Error('broken') }`, says: 'internal_error', at: 'start' },
};

describe('a page that is broken', { concurrency: 3 }, () => {
  for (const [name, { text, says, at }] of Object.entries(broken)) {
    test(`where ${name} the page stays as it is, and one line says ${says}`, async (t) => {
      if (breaksDriver.test(name) && !needs(t, 'a driver apart from the page')) return;
      const stranger = await openStranger(fixture, strangerPage(fixture, { head: script(text) }), { size });
      const state = () => stranger.page.evaluate(() => [document.body.outerHTML, document.documentElement.children.length, getComputedStyle(document.documentElement).overflowY, document.adoptedStyleSheets.length]);
      const before = await state();
      if (at !== 'start') {
        const { sessionId } = await stranger.told('decline-session');
        await trigger(fixture, sessionId);
      }
      const troubles = async () => (await stranger.ours()).filter(({ level }) => level !== 'info').map((line) => line.text.split(/[\s:]+/)[1]);
      await eventually(async () => (await troubles()).length > 0, `it never said ${says}`);
      assert.deepEqual(await troubles(), [says]);
      assert.deepEqual(await state(), before);
      assert.equal(await stranger.look(), null);
      assert.deepEqual(await stranger.ask('errors'), []);
      await stranger.leave();
    });
  }
});
