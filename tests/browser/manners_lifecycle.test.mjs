// manners_lifecycle.test.mjs: how the widget comes onto a page, goes, and comes again: tags in every place, tag managers, several
// on one page, pages that are written while they run; and that nothing is left when it is gone.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { brands } from '../../web/demo/brands.mjs';
import { eventually } from '../../web/demo/eventually.mjs';
import { documentedCode } from './support/documented.mjs';
import { needs } from './support/engines.mjs';
import { embedTag, trigger, useFixture } from './support/fixture.mjs';
import { assertDrawn, openStranger, strangerPage, witnessTag } from './support/stranger.mjs';

const fixture = useFixture();
const { retarget, affilfinder } = brands;
const size = { width: 1000, height: 700 };
const script = (text) => `<script>${text}</script>`;
const quoted = (html) => JSON.stringify(html).replaceAll('</', '<\\/');
const tag = (attributes, loading) => embedTag(fixture, retarget, attributes, loading);
const page = (parts) => strangerPage(fixture, { tag: false, ...parts });

// Each way: the page, as a function, because keys and addresses come with the fixture.
const ways = {
  'a synchronous tag before there is a body': () => page({ head: `${tag()}${script('window.hadBody = !!document.body')}` }),
  'a synchronous tag before anything else of the document': () => `${witnessTag(fixture)}${tag()}<title>Late</title><p>Text`,
  'a tag behind the end of the document': () => `${page({})}${tag()}`,
  'a module tag among other modules': () => page({ head: `<script type="module">window.first = 1</script>${tag({}, 'type="module"')}<script type="module">window.second = 2</script>` }),
  'a module that imports it': () => page({ head: `${tag({}, 'type="text/plain"')}<script type="module">await import('${fixture.api.url}${retarget.embedPath}')</script>` }),
  'a tag that is inserted and taken out at once': () => page({ body: script(`const box = document.createElement('div'); box.innerHTML = ${quoted(tag())}; const made = document.createElement('script'); for (const { name, value } of box.firstChild.attributes) made.setAttribute(name, value); document.head.append(made); made.remove()`) }),
  'a tag manager that makes markup and then scripts of it': () => page({ body: `<div id="box"></div>${script(`box.innerHTML = ${quoted(`<noscript>-</noscript>${tag()}`)}; for (const old of box.querySelectorAll('script')) { const made = document.createElement('script'); for (const { name, value } of old.attributes) made.setAttribute(name, value); old.replaceWith(made) }`)}` }),
  'a tag manager that copies nothing but the address, beside the markup': () => page({ body: `<div id="box"></div>${script(`box.innerHTML = ${quoted(tag())}; const made = document.createElement('script'); made.async = false; made.src = box.firstChild.src; document.body.append(made)`)}` }),
  'document.write': () => page({ body: script(`document.write(${quoted(tag())})`) }),
  'jQuery’s way: fetched, and evaluated as text': () => page({ body: `${tag({}, 'type="text/plain"')}${script(`fetch('${fixture.api.url}${retarget.embedPath}').then((answer) => answer.text()).then((text) => { const made = document.createElement('script'); made.text = text; document.head.append(made); made.remove() })`)}` }),
  'a tag in a shadow tree': () => page({ body: `<div id="host"></div>${script(`const shadow = host.attachShadow({ mode: 'open' }); const box = document.createElement('div'); box.innerHTML = ${quoted(tag())}; const made = document.createElement('script'); for (const { name, value } of box.firstChild.attributes) made.setAttribute(name, value); shadow.append(made); document.body.append(box)`)}` }),
  'a page that is written when it has been loaded': () => page({ body: script(`addEventListener('load', () => setTimeout(() => { document.body.innerHTML = '<main>New</main>'; const box = document.createElement('div'); box.innerHTML = ${quoted(tag())}; const made = document.createElement('script'); for (const { name, value } of box.firstChild.attributes) made.setAttribute(name, value); document.body.append(made) }))`) }),
};

describe('ways onto a page', { concurrency: 3 }, () => {
  for (const [name, source] of Object.entries(ways)) {
    test(`it comes by ${name}`, async () => {
      const stranger = await openStranger(fixture, source(), { size });
      await stranger.declined();
      await assertDrawn(stranger);
      assert.deepEqual(await stranger.names(), ['decline-session', 'open']);
      await stranger.leave();
    });
  }

  // Attributes are stripped, markup becomes an element of its own, text is evaluated: only what the text itself does survives.
  test('it comes by what the docs say for tag managers', async () => {
    const code = documentedCode(retarget, 'decline-widget.md', 'html', 'createElement')
      .replace('https://api.retarget.gg/widget-decline.js', fixture.api.url + retarget.embedPath)
      .replace('pk_…', fixture.site.publicKey)
      .replace('web_…', fixture.site.websiteKey)
      .replace('  document.head', `  tag.setAttribute('data-api', '${fixture.proxy.url}');\n  document.head`);
    const manager = script(`const box = document.createElement('div'); box.innerHTML = ${quoted(code)}; const made = document.createElement('script'); made.text = box.firstChild.text; document.head.append(made)`);
    const stranger = await openStranger(fixture, page({ body: manager }), { size });
    await stranger.declined();
    await assertDrawn(stranger);
    await stranger.leave();
  });
});

// ---------------------------------------------------------------- coming, going, several

// Puts a tag into the page that is open, as a component that is mounted does.
const mount = (stranger, html = tag()) =>
  stranger.page.evaluate((text) => {
    const box = document.createElement('div');
    box.innerHTML = text;
    const made = document.createElement('script');
    for (const { name, value } of box.firstChild.attributes) made.setAttribute(name, value);
    document.body.append(made);
  }, html);
const unmount = (stranger, brand = retarget) => stranger.page.evaluate((name) => { window[name].script.remove(); window[name].destroy(); }, brand.scriptObject);
const sessionsOf = async (stranger) => (await stranger.ask('told')).filter(({ name }) => name === 'decline-session').map(({ detail }) => detail.sessionId);
const count = async (stranger, name, wanted) => eventually(async () => (await stranger.names()).filter((one) => one === name).length >= wanted, () => `fewer than ${wanted} of ${name}`);
const worse = async (stranger) => (await stranger.ours()).filter(({ level }) => level !== 'info').map(({ text }) => text.split(/[\s:]+/)[1]);

describe('coming and going', { concurrency: 3 }, () => {
  test('mounted, unmounted and mounted again, each time it is whole', async () => {
    const stranger = await openStranger(fixture, page({}), { size });
    for (const round of [1, 2, 3]) {
      await mount(stranger);
      await count(stranger, 'decline-session', round);
      const sessions = await sessionsOf(stranger);
      assert.equal(new Set(sessions).size, round, 'a session of its own each time');
      await trigger(fixture, sessions.at(-1));
      await count(stranger, 'open', round);
      await assertDrawn(stranger);
      await unmount(stranger);
      assert.equal(await stranger.look(), null);
    }
    assert.deepEqual(await worse(stranger), []);
    assert.equal(await stranger.page.evaluate(() => document.querySelectorAll('#retarget-root, script[data-pub]').length), 0);
    await stranger.leave();
  });

  test('mounted twice without a destroy() in between, the first goes on and the second says so', async () => {
    const stranger = await openStranger(fixture, page({}), { size });
    await mount(stranger);
    await stranger.told('decline-session');
    await stranger.page.evaluate((name) => window[name].script.remove(), retarget.scriptObject);
    await mount(stranger);
    await eventually(async () => (await worse(stranger)).length > 0, 'no warning');
    assert.deepEqual(await worse(stranger), ['duplicate_script']);
    await stranger.declined().catch(() => {});
    assert.equal((await sessionsOf(stranger)).length, 1);
    assert.deepEqual((await stranger.look()).faults, []);
    await stranger.leave();
  });

  // The page's own listener takes it away in the middle of what it is doing.
  for (const name of ['decline-session', 'open', 'close']) {
    test(`destroyed by the page's listener of ${name}, it is gone, and nothing goes wrong`, async () => {
      const head = script(`addEventListener('retarget:${name}', () => RetargetWidget.destroy())`);
      const stranger = await openStranger(fixture, strangerPage(fixture, { head }), { size });
      const { sessionId } = await stranger.told('decline-session');
      await trigger(fixture, sessionId);
      if (name !== 'decline-session') await stranger.told('open');
      if (name === 'close') await stranger.page.keyboard.press('Escape');
      await stranger.told(name);
      assert.equal(await stranger.look(), null);
      assert.deepEqual(await stranger.page.evaluate(() => ['RetargetWidget' in window, '__RETARGET_DECLINE_SESSION_ID' in window, getComputedStyle(document.documentElement).overflowY, document.adoptedStyleSheets.length]), [false, false, 'visible', 0]);
      assert.deepEqual(await stranger.ask('errors'), []);
      assert.deepEqual(await worse(stranger), []);
      await stranger.leave();
    });
  }

  test('two brands that are both triggered: one in front of the other, and the page is locked until both are gone', async () => {
    const stranger = await openStranger(fixture, strangerPage(fixture, { head: embedTag(fixture, affilfinder) }), { size });
    await stranger.declined();
    await stranger.declined(affilfinder);
    const overflow = () => stranger.page.evaluate(() => getComputedStyle(document.documentElement).overflowY);
    await assertDrawn(stranger, { brand: affilfinder });
    await stranger.page.keyboard.press('Escape');
    assert.equal(await stranger.look(affilfinder), null);
    assert.equal(await overflow(), 'hidden');
    assert.ok(await stranger.look(), 'the other is still there');
    await stranger.page.keyboard.press('Escape');
    assert.equal(await stranger.look(), null);
    assert.equal(await overflow(), 'visible');
    assert.deepEqual((await stranger.ask('told')).filter(({ name }) => name === 'close').map(({ brand, detail }) => [brand, detail.reason]), [['affilfinder', 'escape'], ['retarget', 'escape']]);
    await stranger.leave();
  });
});

// ---------------------------------------------------------------- what is left

// Counts what is on the page and is not the page's: listeners, timers, observers, requests under way.
const ledger = script(`
  const live = { __proto__: null, listeners: new Set(), timers: new Set(), observers: new Set(), requests: new Set() };
  const { addEventListener: add, removeEventListener: drop } = EventTarget.prototype;
  const keyOf = (target, type, options) => [target, type, typeof options === 'object' ? !!options.capture : !!options];
  const find = (listener, key) => [...live.listeners].find((one) => one.listener === listener && one.key.every((part, i) => part === key[i]));
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    const key = keyOf(this || window, type, options);
    if (!find(listener, key)) {
      const entry = { listener, key };
      live.listeners.add(entry);
      if (options && options.signal) add.call(options.signal, 'abort', () => live.listeners.delete(entry));
      if (options && options.once) add.call(this || window, type, () => live.listeners.delete(entry), { once: true });
    }
    return add.call(this, type, listener, options);
  };
  EventTarget.prototype.removeEventListener = function (type, listener, options) {
    live.listeners.delete(find(listener, keyOf(this || window, type, options)));
    return drop.call(this, type, listener, options);
  };
  for (const kind of ['Timeout', 'Interval']) {
    const set = window['set' + kind], clear = window['clear' + kind];
    window['set' + kind] = (act, ...rest) => {
      const id = set(() => { if (kind === 'Timeout') live.timers.delete(id); act(); }, ...rest);
      live.timers.add(id);
      return id;
    };
    window['clear' + kind] = (id) => { live.timers.delete(id); clear(id); };
  }
  for (const name of ['IntersectionObserver', 'ResizeObserver', 'MutationObserver', 'PerformanceObserver']) {
    window[name] = class extends window[name] {
      constructor(...all) { super(...all); live.observers.add(this); }
      disconnect() { live.observers.delete(this); super.disconnect(); }
    };
  }
  const { fetch } = window;
  window.fetch = (...all) => {
    const request = fetch(...all).finally(() => live.requests.delete(request));
    live.requests.add(request);
    return request.then((answer) => answer);
  };
  window.left = () => ({
    listeners: [...live.listeners].map(({ key: [target, type] }) => (target.nodeName || target.constructor.name) + ' ' + type).sort(),
    timers: live.timers.size, observers: live.observers.size, requests: live.requests.size,
    sheets: document.adoptedStyleSheets.length, nodes: document.querySelectorAll('*').length,
    globals: Object.getOwnPropertyNames(window).filter((name) => name !== 'left' && name !== 'witness').length,
  });`);

const moments = {
  'before it has a session': async (stranger, proxy) => { proxy.fault = () => 5000; await mount(stranger, tag({ 'data-api': proxy.url })); await eventually(() => stranger.page.evaluate(() => !!window.RetargetWidget && left().requests > 0), 'it never asked'); },
  'while it waits': async (stranger) => { await mount(stranger); await stranger.told('decline-session'); await eventually(() => stranger.page.evaluate(() => left().requests > 0), 'it never polled'); },
  'while it is open': async (stranger) => { await mount(stranger); await stranger.declined(); },
  'when it was closed': async (stranger) => { await mount(stranger); await stranger.declined(); await stranger.page.keyboard.press('Escape'); },
  'when it has given up': async (stranger) => { await mount(stranger, tag({ 'data-pub': 'nonsense' })); await stranger.told('error'); },
};

describe('what is left', { concurrency: 3 }, () => {
  for (const [moment, reach] of Object.entries(moments)) {
    test(`destroyed ${moment}, it leaves no listener, timer, observer, request, node, style sheet or global`, async () => {
      const proxy = await fixture.startProxy();
      const stranger = await openStranger(fixture, page({ head: ledger }), { size });
      const before = await stranger.page.evaluate(() => left());
      await reach(stranger, proxy);
      const during = await stranger.page.evaluate(() => left());
      assert.notDeepEqual(during, before, 'the ledger sees something');
      assert.ok(moment === 'when it has given up' || during.listeners.length > before.listeners.length);
      await unmount(stranger);
      await eventually(() => stranger.page.evaluate(() => left().requests === 0), 'a request goes on');
      assert.deepEqual(await stranger.page.evaluate(() => left()), before);
      await stranger.leave();
      await proxy.close();
    });
  }

  // Chromium only: nothing that a script could count, but what the browser itself knows.
  test('Chromium itself finds no listener on window, document and root that was not there before', async (t) => {
    if (!needs(t, 'devtools protocol')) return;
    const stranger = await openStranger(fixture, page({}), { size });
    const session = await stranger.page.createCDPSession();
    const listeners = async () => {
      const found = [];
      for (const expression of ['window', 'document', 'document.documentElement', 'document.body']) {
        const { result } = await session.send('Runtime.evaluate', { expression });
        const { listeners: all } = await session.send('DOMDebugger.getEventListeners', { objectId: result.objectId });
        found.push(...all.map(({ type }) => `${expression} ${type}`));
      }
      return found.sort();
    };
    const before = await listeners();
    await mount(stranger);
    await stranger.declined();
    assert.ok((await listeners()).length > before.length);
    await unmount(stranger);
    assert.deepEqual(await listeners(), before);
    await stranger.leave();
  });
});
