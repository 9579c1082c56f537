// webkit_page.mjs: a page in WebKit with the names of puppeteer's Page, as far as the tests use them.
// Everything it asks of the browser is plain WebDriver; what WebDriver does not have comes from the hook and the proxy.
// SPDX-License-Identifier: MIT

import { EventEmitter } from 'node:events';
import { writeFileSync } from 'node:fs';
import { eventually } from '../../../web/demo/eventually.mjs';
import { installHook } from './webkit_hook.mjs';

const listenMillis = 50; // How often an open page is asked what it has said.

const keys = {
  Backspace: '\ue003', Tab: '\ue004', Enter: '\ue007', Shift: '\ue008', Control: '\ue009', Alt: '\ue00a', Escape: '\ue00c',
  Space: ' ', PageUp: '\ue00e', PageDown: '\ue00f', End: '\ue010', Home: '\ue011', ArrowLeft: '\ue012', ArrowUp: '\ue013',
  ArrowRight: '\ue014', ArrowDown: '\ue015', Delete: '\ue017',
};
const buttons = { left: 0, middle: 1, right: 2 };

class Keyboard {
  #act;

  constructor(act) {
    this.#act = (actions) => act({ type: 'key', id: 'keyboard', actions });
  }
  down(name) {
    return this.#act([{ type: 'keyDown', value: keys[name] ?? name }]);
  }
  up(name) {
    return this.#act([{ type: 'keyUp', value: keys[name] ?? name }]);
  }
  press(name) {
    return this.#act(['keyDown', 'keyUp'].map((type) => ({ type, value: keys[name] ?? name })));
  }
  type(text) {
    return this.#act([...text].flatMap((value) => ['keyDown', 'keyUp'].map((type) => ({ type, value }))));
  }
}

let wheels = 0;

class Mouse {
  #act;
  #at = { x: 0, y: 0 };

  constructor(act) {
    this.#act = act;
  }
  #point(actions) {
    return this.#act({ type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions });
  }
  #to(x, y) {
    this.#at = { x: Math.round(x), y: Math.round(y) };
    return { type: 'pointerMove', ...this.#at, origin: 'viewport', duration: 0 };
  }
  move(x, y) {
    return this.#point([this.#to(x, y)]);
  }
  down({ button = 'left' } = {}) {
    return this.#point([{ type: 'pointerDown', button: buttons[button] }]);
  }
  up({ button = 'left' } = {}) {
    return this.#point([{ type: 'pointerUp', button: buttons[button] }]);
  }
  click(x, y, { button = 'left' } = {}) {
    return this.#point([this.#to(x, y), { type: 'pointerDown', button: buttons[button] }, { type: 'pointerUp', button: buttons[button] }]);
  }
  // Each turn is that of a new wheel: the driver turns one by the difference to how far it was turned before.
  wheel({ deltaX = 0, deltaY = 0 } = {}) {
    return this.#act({ type: 'wheel', id: `wheel ${++wheels}`, actions: [{ type: 'scroll', ...this.#at, deltaX, deltaY, duration: 0, origin: 'viewport' }] });
  }
}

// Something in a page: an element, a shadow root, any value.
class Handle {
  constructor(page, number) {
    this.page = page;
    this.mark = { handle: number };
  }
  evaluate(read, ...values) {
    return this.page.evaluate(read, this, ...values);
  }
  asElement() {
    return this;
  }
  async click(options) {
    const [x, y] = await this.evaluate((element) => {
      const box = () => element.getBoundingClientRect();
      if (box().top < 0 || box().bottom > innerHeight) element.scrollIntoView({ block: 'center', behavior: 'instant' });
      const { left, top, width, height } = box();
      return [left + width / 2, top + height / 2];
    });
    await this.page.mouse.click(x, y, options);
  }
  async dispose() {}
}

export class WebkitPage extends EventEmitter {
  #context;
  #window; // resolves to { session, handle }
  #viewport;
  #scripts = [];
  #exposed = new Map();
  #url = 'about:blank';
  #statuses = new Map();
  #timer;
  #isClosed = false;
  #isIntercepting = false;

  // `context`: see webkit.mjs. `given`: the window of a page that another page opened.
  constructor(context, viewport, given) {
    super();
    this.#context = context;
    this.#viewport = viewport;
    if (given) this.#window = Promise.resolve(given).then((window) => this.#attach(window));
    const act = (action) => this.command('POST', '/actions', { actions: [action] });
    this.keyboard = new Keyboard(act);
    this.mouse = new Mouse(act);
  }

  // ---- the window behind it, opened when something is first asked of it: until then a test may say what desktop it wants

  #open() {
    this.#window ??= this.#context.openWindow().then(async (window) => {
      await window.session.resize(window.handle, this.#viewport);
      return this.#attach(window);
    });
    return this.#window;
  }

  #attach(window) {
    this.#timer = setInterval(() => this.#listen(), listenMillis).unref(); // A test that failed may not have closed it.
    return window;
  }

  async command(method, path, body) {
    const { session, handle } = await this.#open();
    return session.at(handle, () => session.command(method, path, body));
  }

  async #run(read, values, form = 'value') {
    const given = JSON.stringify(values.map((value) => (value instanceof Handle ? value.mark : value)), (_, value) => (value === undefined ? null : value));
    const code = typeof read === 'function' ? `(${read})(...${given}.map(hook.value))` : `(0, eval)(${JSON.stringify(read)})`;
    const script = `const hook = (${installHook})(${JSON.stringify([...this.#exposed.keys()])}); return hook.run(() => ${code}, '${form}')`;
    const answer = await this.command('POST', '/execute/sync', { script, args: [] });
    if (answer === null) throw new Error('the page went away while it was asked');
    const { value, handle, error, notes } = JSON.parse(answer);
    for (const note of notes) this.#tell(note);
    if (error !== undefined) throw new Error(error);
    return form === 'handle' ? new Handle(this, handle) : value;
  }

  #tell({ kind, type, text, name, values }) {
    if (kind === 'console') this.emit('console', { type: () => type, text: () => text });
    else if (kind === 'pageerror') this.emit('pageerror', new Error(text));
    else this.#exposed.get(name)?.(...values);
  }

  async #listen() {
    if (this.isListening || this.#isClosed) return;
    this.isListening = true;
    try {
      if (this.listenerCount('popup') > 0) await this.#context.findPopups(this);
      await this.#run(() => {}, []);
    } catch {} // It is on its way from one document to the next, or closed.
    this.isListening = false;
  }

  // ---- what the proxy asks of the page

  script() {
    const hook = `(${installHook})(${JSON.stringify([...this.#exposed.keys()])})`;
    return [hook, ...this.#scripts].join(';\n');
  }
  async onRequest({ url, method, headers, kind }) {
    if (this.listenerCount('request') === 0) return undefined;
    return new Promise((resolve) => {
      this.emit('request', {
        url: () => url, method: () => method, headers: () => headers, resourceType: () => ({ empty: 'fetch', style: 'stylesheet' })[kind] ?? kind,
        abort: async () => resolve('abort'), continue: async () => resolve(undefined),
        respond: async ({ status, headers: given, contentType, body }) => resolve({ status, headers: { ...(contentType && { 'content-type': contentType }), ...given }, body }),
      });
      if (!this.#isIntercepting) resolve(undefined);
    });
  }
  onResponse({ url, status, headers, isDocument }) {
    if (isDocument) this.#statuses.set(url, status);
    this.emit('response', { url: () => url, status: () => status, headers: () => headers, ok: () => status < 400 });
  }

  // ---- puppeteer's names

  browser() {
    return this.#context.browser;
  }
  browserContext() {
    return this.#context;
  }
  url() {
    return this.#url;
  }
  viewport() {
    return this.#viewport;
  }
  isClosed() {
    return this.#isClosed;
  }
  title() {
    return this.evaluate(() => document.title);
  }
  evaluate(read, ...values) {
    return this.#run(read, values);
  }
  evaluateHandle(read, ...values) {
    return this.#run(read, values, 'handle');
  }
  async evaluateOnNewDocument(script, ...values) {
    this.#scripts.push(typeof script === 'function' ? `(${script})(...${JSON.stringify(values)})` : script);
  }
  async exposeFunction(name, handle) {
    this.#exposed.set(name, handle);
  }

  async goto(url) {
    const { session } = await this.#open();
    session.tap = this;
    await this.#listen();
    await this.command('POST', '/url', { url });
    this.#url = await this.command('GET', '/url');
    const status = this.#statuses.get(new URL(url).href) ?? this.#statuses.get(this.#url) ?? 200;
    return { url: () => this.#url, status: () => status, ok: () => status < 400 };
  }
  async #travel(path) {
    await this.#listen();
    await this.command('POST', path, {});
    this.#url = await this.command('GET', '/url');
  }
  reload() {
    return this.#travel('/refresh');
  }
  goBack() {
    return this.#travel('/back');
  }
  goForward() {
    return this.#travel('/forward');
  }
  async waitForNavigation() {
    const before = await this.evaluate(() => performance.timeOrigin);
    await this.waitForFunction((time) => performance.timeOrigin !== time && document.readyState === 'complete', {}, before);
    this.#url = await this.command('GET', '/url');
  }

  async waitForFunction(read, { timeout = 30_000 } = {}, ...values) {
    const ask = () => this.#run(read, values, 'truth').catch((error) => void (this.lastRefusal = error)); // As between two documents.
    await eventually(ask, () => `waited ${timeout} ms in vain for ${read} (${this.lastRefusal?.message ?? 'it answers no'})`, timeout);
  }
  async waitForSelector(selector, { timeout } = {}) {
    await this.waitForFunction((wanted) => document.querySelector(wanted) !== null, { timeout }, selector);
    return this.$(selector);
  }
  $(selector) {
    return this.evaluateHandle((wanted) => document.querySelector(wanted), selector);
  }
  async focus(selector) {
    await this.evaluate((wanted) => document.querySelector(wanted).focus(), selector);
  }
  async click(selector, options) {
    await (await this.$(selector)).click(options);
  }
  async type(selector, text) {
    await this.focus(selector);
    await this.keyboard.type(text);
  }
  async select(selector, value) {
    await this.evaluate((wanted, chosen) => {
      const element = document.querySelector(wanted);
      element.value = chosen;
      for (const name of ['input', 'change']) element.dispatchEvent(new Event(name, { bubbles: true }));
    }, selector, value);
  }
  async addScriptTag({ url }) {
    await this.evaluate((src) => new Promise((resolve, reject) => {
      const element = document.createElement('script');
      element.onload = () => resolve();
      element.onerror = () => reject(new Error(`${src} does not load`));
      element.src = src;
      document.head.append(element);
    }), url);
  }

  async setViewport({ width, height }) {
    this.#viewport = { width, height };
    if (!this.#window) return;
    const { session, handle } = await this.#window;
    await session.resize(handle, this.#viewport);
  }
  async emulateMediaFeatures(features) {
    const value = (name) => features.find((feature) => feature.name === name)?.value;
    if (this.#window) throw new Error('WebKit hears of its desktop before its first page only');
    this.#context.settle({ scheme: value('prefers-color-scheme'), motion: value('prefers-reduced-motion') });
  }
  async setRequestInterception(isOn) {
    this.#isIntercepting = isOn;
  }
  // The line is cut for real; that WebKit has heard of it is played, as its network monitor looks at this machine's.
  async setOfflineMode(isOffline) {
    const { session } = await this.#open();
    session.setOffline(isOffline);
    await this.evaluate((offline) => {
      Object.defineProperty(navigator, 'onLine', { value: !offline, configurable: true });
      dispatchEvent(new Event(offline ? 'offline' : 'online'));
    }, isOffline);
  }
  async screenshot({ path } = {}) {
    const picture = Buffer.from(await this.command('GET', '/screenshot'), 'base64');
    if (path) writeFileSync(path, picture);
    return picture;
  }
  async bringToFront() {
    const { session, handle } = await this.#open();
    await session.resize(handle, this.#viewport); // Restores one that is minimised, too.
  }
  async minimise() {
    await this.command('POST', '/window/minimize', {});
  }
  async createCDPSession() {
    throw new Error('WebKit has no DevTools protocol: the test has to say needs(t, "devtools protocol")');
  }
  async close() {
    if (this.#isClosed) return;
    if (this.#window) await this.#listen(); // Its last words.
    this.#isClosed = true;
    clearInterval(this.#timer);
    const window = await this.#window?.catch(() => undefined);
    await this.#context.closeWindow(this, window);
    this.emit('close');
  }
}
