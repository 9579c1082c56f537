// webkit.mjs: Debian's WebKit (webkit2gtk-driver) behind the names of puppeteer's Browser and BrowserContext.
// A context is a running WebKit of its own, with its own cookies; one that is no more needed serves the next.
// Only what the tests use: no general WebDriver client.
// SPDX-License-Identifier: MIT

import { desktop } from '../../../web/demo/browser.mjs';
import { eventually } from '../../../web/demo/eventually.mjs';
import { WebkitPage } from './webkit_page.mjs';
import { startWebkitProxy } from './webkit_proxy.mjs';
import { place, startSession } from './webkit_session.mjs';

// A session and its proxy, and the order of what is asked of it: a driver has one current window.
async function startShared(settings) {
  const proxy = await startWebkitProxy();
  const session = await startSession(settings, proxy.port).catch(async (error) => {
    await proxy.close();
    throw error;
  });
  const { command } = session;
  let current; // handle of the current window
  let last = Promise.resolve();
  const inTurn = (action) => {
    const turn = last.then(action);
    last = turn.catch(() => {});
    return turn;
  };
  const [base] = await command('GET', '/window/handles');
  const shared = {
    base,
    settings: JSON.stringify(settings),
    command,
    at: (handle, action) =>
      inTurn(async () => {
        if (current !== handle) await command('POST', '/window', { handle });
        current = handle;
        return action();
      }),
    handles: () => command('GET', '/window/handles'),
    // Until the page in it knows: a new window forgets what it is told before it is on the screen.
    resize: (handle, { width, height }) =>
      shared.at(handle, async () => {
        const isDone = async () => {
          await command('POST', '/window/rect', { ...place, width, height });
          const [nowWide, nowHigh] = await command('POST', '/execute/sync', { script: 'return [innerWidth, innerHeight]', args: [] });
          return nowWide === width && nowHigh === height;
        };
        await eventually(isDone, `WebKit's window does not get ${width} x ${height}`);
      }),
    setOffline(isOffline) {
      proxy.tap.isOffline = isOffline;
      if (isOffline) proxy.cut();
    },
    set tap(page) {
      proxy.tap = page;
    },
    async stop() {
      await session.stop();
      await proxy.close();
    },
  };
  return shared;
}

class WebkitContext {
  #settings;
  #session; // of this context, resolved or not
  #pages = new Set();
  #known = new Set(); // handles of windows that are a page of ours or being one

  constructor(browser) {
    this.browser = browser;
    this.#settings = browser.settings;
  }

  async newPage() {
    const page = new WebkitPage(this, this.browser.viewport);
    this.#pages.add(page);
    return page;
  }
  async pages() {
    return [...this.#pages];
  }
  async close() {
    for (const page of [...this.#pages]) await page.close();
  }

  async findPage(isWanted) {
    if (!this.#session) return undefined;
    for (const page of this.#pages) await this.findPopups(page);
    for (const page of this.#pages) {
      const url = await page.evaluate(() => location.href).catch(() => ''); // As before its document is there.
      if (isWanted({ url: () => url })) return page;
    }
    return undefined;
  }

  // ---- for its pages

  settle(settings) {
    if (this.#session) throw new Error('this WebKit is running already');
    this.#settings = { ...this.#settings, ...settings };
  }

  // A window without controls, so that it is as large as its page and may be as small as a page can be.
  async openWindow() {
    this.#session ??= this.browser.take(this.#settings);
    const session = await this.#session;
    const handle = await session.at(session.base, async () => {
      const before = await session.handles();
      await session.command('POST', '/execute/sync', { script: "window.open('about:blank', '', 'popup,noopener,width=800,height=600')", args: [] });
      return eventually(async () => (await session.handles()).find((one) => !before.includes(one)), 'WebKit opens no window');
    });
    this.#known.add(handle);
    return { session, handle };
  }

  // Tells `page` of windows that it has opened.
  async findPopups(page) {
    const session = await this.#session;
    for (const handle of await session.handles()) {
      if (handle === session.base || this.#known.has(handle)) continue;
      this.#known.add(handle);
      const popup = new WebkitPage(this, page.viewport(), { session, handle });
      this.#pages.add(popup);
      page.emit('popup', popup);
    }
  }

  async closeWindow(page, window) {
    this.#pages.delete(page);
    if (window) await window.session.at(window.handle, () => window.session.command('DELETE', '/window')).catch(() => {});
    if (this.#pages.size > 0 || !this.#session) return;
    const session = await this.#session;
    this.#session = undefined;
    await this.browser.giveBack(session);
  }
}

class WebkitBrowser {
  #free = [];
  #all = new Set();
  #contexts = new Set();
  #isClosed = false;

  constructor({ viewport, settings }) {
    this.viewport = viewport;
    this.settings = settings;
  }

  async createBrowserContext() {
    const context = new WebkitContext(this);
    this.#contexts.add(context);
    return context;
  }
  // A page of no given context has one to itself: nothing is kept between pages.
  async newPage() {
    return (await this.createBrowserContext()).newPage();
  }
  // A target is its page, and nothing else.
  async waitForTarget(isWanted) {
    const find = async () => {
      for (const context of this.#contexts) {
        const page = await context.findPage(isWanted);
        if (page) return page;
      }
      return undefined;
    };
    const found = await eventually(find, 'no page is the wanted one');
    return { page: async () => found };
  }
  async version() {
    return 'WebKitGTK';
  }
  async close() {
    this.#isClosed = true;
    await Promise.all([...this.#all].map((session) => session.stop()));
  }

  // ---- for its contexts

  async take(settings) {
    const wanted = JSON.stringify(settings);
    const at = this.#free.findIndex((session) => session.settings === wanted);
    if (at >= 0) return this.#free.splice(at, 1)[0];
    const session = await startShared(settings);
    this.#all.add(session);
    return session;
  }
  async giveBack(session) {
    if (this.#isClosed) return;
    try {
      for (const handle of await session.handles()) {
        if (handle !== session.base) await session.at(handle, () => session.command('DELETE', '/window'));
      }
      session.tap = null;
      this.#free.push(session);
    } catch {
      this.#all.delete(session); // It does not answer any more.
      await session.stop();
    }
  }
}

export async function launch({ ignoreDefaultArgs = [], defaultViewport = desktop } = {}) {
  const browser = new WebkitBrowser({ viewport: defaultViewport, settings: { scrollBars: ignoreDefaultArgs.includes('--hide-scrollbars') } });
  await browser.giveBack(await browser.take(browser.settings)); // What does not start says so at once.
  return browser;
}

export async function cover(page) {
  await page.minimise();
  return () => page.bringToFront();
}
