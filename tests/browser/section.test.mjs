// section.test.mjs: the inline section as a publisher has it: the built file, the real API, a page of somebody else's.
// The containers it may stand in are section_dom.test.mjs’s, its looks section_looks.test.mjs’s.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { brands } from '../../web/demo/brands.mjs';
import { eventually } from '../../web/demo/eventually.mjs';
import { addSite, allowDevelopmentOrigin } from '../../web/demo/stack.mjs';
import { inspectPage } from './support/axe.mjs';
import { hide, needs } from './support/engines.mjs';
import { useFixture } from './support/fixture.mjs';
import { assertSections, openSection, sectionPage, sectionTag, serveBritainOnly } from './support/section.mjs';
import { strangerPage, witnessTag } from './support/stranger.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const esbuild = createRequire(`${root}web/package.json`)('esbuild');
after(() => esbuild.stop?.());
const program = process.env.RETARGET_PROGRAM ?? `${root}build/dev/bin/retarget`;
const fixture = useFixture((begun) => serveBritainOnly(begun, begun.site));

const { retarget, affilfinder } = brands;
const troubles = async (stranger) => (await stranger.ours()).map(({ level }) => level).filter((level) => level !== 'info');
const ours = (stranger) => stranger.page.evaluate(() => window.witness.told.map(({ name }) => name));

// A proxy of the page's own, so that its requests can be counted.
async function openCounted(options = {}) {
  const proxy = await fixture.startProxy();
  const stranger = await openSection(fixture, { ...options, attributes: { 'data-api': proxy.url, ...options.attributes } });
  stranger.page.once('close', () => proxy.close());
  return { stranger, proxy, routes: () => proxy.requests.map(({ route }) => route) };
}

// ---------------------------------------------------------------- who sees it

for (const brand of [retarget, affilfinder]) {
  test(`${brand.title}: a visitor who is not served here sees offers in the container`, async () => {
    const container = `<div id="${brand.containerId}"></div>`;
    const stranger = await openSection(fixture, { brand, container, tag: sectionTag(fixture, brand) });
    const [{ cards }] = await assertSections(stranger);
    assert.equal(cards, 4);
    const { requestId, offers } = await stranger.told('open');
    assert.match(requestId, /^req_/);
    assert.equal(offers, 4);
    const object = await stranger.page.evaluate((name) => {
      const { embed, state, sessionId, engine } = window[name];
      return { embed, state, sessionId, engine };
    }, brand.scriptObject);
    assert.deepEqual(object, { embed: 'widget-section', state: 'open', sessionId: null, engine: 'wasm' });
    assert.equal(await stranger.page.evaluate((name) => name in window, brand.sessionGlobal), false);
    assert.deepEqual(await ours(stranger), ['open']);
    assert.deepEqual(await troubles(stranger), []);
    await stranger.leave();
  });
}

test('one who is served sees nothing, and the page is as it was', async () => {
  const { stranger, routes } = await openCounted({ isOpen: false, attributes: { 'data-dev-country': 'GB' } });
  assert.deepEqual({ ...(await stranger.told('allowed')) }, { country: 'GB', region: null });
  await eventually(() => routes().includes('ping'), () => `${routes()}`);
  assert.deepEqual(await stranger.sections(), []);
  assert.equal(await stranger.page.evaluate(() => document.getElementById('retarget-ads').childNodes.length), 0);
  assert.deepEqual(routes().sort(), ['decision', 'ping']);
  await stranger.leave();
});

test('it asks for what a section shows, and reports each card once, rendered and seen', async () => {
  const { stranger, proxy, routes } = await openCounted({ attributes: { 'data-max-ads': '2' } });
  await assertSections(stranger);
  const parameter = (route, name) => proxy.requests.find((request) => request.route === route).url.searchParams.get(name);
  assert.equal(parameter('decision', 'mode'), 'section');
  assert.equal(parameter('offers', 'limit'), '2');
  const bodies = () => proxy.requests.filter(({ route }) => route === 'impression').map(({ body }) => JSON.parse(body));
  await eventually(() => bodies().flatMap(({ viewableIds = [] }) => viewableIds).length === 2, () => JSON.stringify(bodies()), 10_000);
  assert.equal(bodies().flatMap(({ offerIds = [] }) => offerIds).length, 2);
  assert.deepEqual(routes().filter((route) => route !== 'impression'), ['decision', 'offers']);
  await stranger.leave();
});

test('a page in the background asks, and shows and reports it when the visitor comes', async (t) => {
  if (!needs(t, 'background tabs')) return;
  const { stranger, proxy, routes } = await openCounted({ isOpen: false, tag: false });
  const show = await hide(stranger.page);
  await stranger.page.evaluate((markup) => {
    const box = document.createElement('div');
    box.innerHTML = markup;
    const made = document.createElement('script');
    for (const { name, value } of box.firstChild.attributes) made.setAttribute(name, value);
    document.head.append(made);
  }, sectionTag(fixture, retarget, { 'data-api': proxy.url }));
  await eventually(() => stranger.page.evaluate(() => document.getElementById('retarget-ads').children.length > 0), 'it has not asked');
  assert.equal(routes().includes('impression'), false);
  await show();
  await stranger.told('open');
  await assertSections(stranger);
  await eventually(() => routes().includes('impression'), () => `${routes()}`);
  await stranger.leave();
});

// ---------------------------------------------------------------- where

test('the boxes are the core’s in every width, and follow the container to the next', async () => {
  const stranger = await openSection(fixture, { size: { width: 1280, height: 900 }, style: 'width: 1200px' });
  for (const width of [1200, 1024, 900, 768, 640, 639, 480, 390, 320, 240, 333.3, 1200]) {
    await stranger.page.evaluate((px) => (document.getElementById('retarget-ads').style.width = `${px}px`), width);
    await eventually(async () => (await stranger.page.evaluate(() => document.querySelector('#retarget-ads > *').shadowRoot.querySelector('section').offsetWidth)) === Math.floor(width), `${width} px were never drawn`, 5000);
    await assertSections(stranger);
  }
  await stranger.leave();
});

test('with text twice as large as usual the cards are as large as that', async (t) => {
  if (!needs(t, 'devtools protocol')) return;
  const stranger = await openSection(fixture, { isOpen: false, source: '<!doctype html>' });
  const session = await stranger.page.createCDPSession();
  await session.send('Page.setFontSizes', { fontSizes: { standard: 32, fixed: 26 } });
  for (const style of ['width: 320px', 'width: 900px']) {
    await stranger.page.goto(fixture.web.publish(sectionPage(fixture, { style })));
    await stranger.told('open');
    await assertSections(stranger);
    const [headline, cut] = await stranger.page.evaluate(() => {
      const { shadowRoot } = document.querySelector('#retarget-ads > *');
      const cut = [...shadowRoot.querySelectorAll('small, b, u, bdi, span')].filter((element) => element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight + 4).map((element) => element.textContent);
      return [getComputedStyle(shadowRoot.querySelector('bdi')).fontSize, cut];
    });
    assert.ok(parseFloat(headline) >= 25, headline);
    assert.deepEqual(cut, []);
  }
  await stranger.leave();
});

test('in a reserved box nothing on the page moves, and no more cards are shown than fit it', async () => {
  const tops = (stranger) => stranger.page.evaluate(() => ['h1', '#own', '#behind', '#long'].map((name) => Math.round(document.querySelector(name).getBoundingClientRect().top)));
  for (const [style, most] of [['min-height: 420px', 4], ['min-height: 800px', 4], ['min-height: 400px; width: 320px', 2]]) {
    const without = await openSection(fixture, { style, isOpen: false, tag: false });
    const before = await tops(without);
    await without.leave();
    const stranger = await openSection(fixture, { style });
    const [{ cards, box }] = await assertSections(stranger);
    assert.deepEqual(await tops(stranger), before);
    assert.ok(cards >= 1 && cards <= most, `${cards} cards`);
    assert.ok(box[3] <= parseInt(/min-height: (\d+)/.exec(style)[1]), `${box[3]} px`);
    assert.deepEqual(await stranger.ask('shifts'), []);
    await stranger.leave();
  }
});

describe('how many', { concurrency: 2 }, () => {
  for (const [value, cards, isWarned] of [['1', 1, false], ['3', 3, false], ['12', 6, false], ['abc', 4, true], ['99', 6, true], ['0', 1, true]]) {
    test(`data-max-ads="${value}"`, async () => {
      const stranger = await openSection(fixture, { attributes: { 'data-max-ads': value } });
      const [section] = await assertSections(stranger);
      if (value !== '12' && value !== '99') assert.equal(section.cards, cards);
      else assert.ok(section.cards > 4, `${section.cards} cards`);
      assert.deepEqual(await troubles(stranger), isWarned ? ['warn'] : []);
      await stranger.leave();
    });
  }
});

test('a container that never comes is an error after ten seconds, in one sentence, and nothing else', async () => {
  const stranger = await openSection(fixture, { isOpen: false, container: '', attributes: { 'data-container': 'nowhere' } });
  const { code, message } = await stranger.told('error');
  assert.equal(code, 'container_missing');
  assert.match(message, /nowhere/);
  await stranger.page.evaluate(() => document.body.append(Object.assign(document.createElement('div'), { id: 'nowhere' })));
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.deepEqual(await stranger.sections('nowhere'), []);
  assert.deepEqual(await troubles(stranger), ['error']);
  assert.deepEqual(await ours(stranger), ['error']);
  await stranger.leave();
});

test('a container that comes late, goes and comes again has the same offers: nothing is fetched or reported anew', async () => {
  const { stranger, routes } = await openCounted({ isOpen: false, container: '<div id="app"></div>', attributes: { 'data-container': 'slot' } });
  await eventually(() => routes().includes('offers'), () => `${routes()}`);
  const render = (markup) => stranger.page.evaluate((text) => (document.getElementById('app').innerHTML = text), markup);
  await render('<section><div id="slot"></div></section>');
  await stranger.told('open');
  await assertSections(stranger, { id: 'slot' });
  const links = () => stranger.page.evaluate(() => [...document.querySelector('#slot > *').shadowRoot.querySelectorAll('a')].map(({ href }) => href));
  const first = await links();
  await eventually(() => routes().includes('impression'), () => `${routes()}`);
  for (const markup of ['<p>Another view</p>', '<main><aside id="slot" style="width: 500px"></aside></main>', '', '<div id="slot" style="display: flex"></div>']) {
    await render(markup);
    await stranger.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    if (markup.includes('slot')) await assertSections(stranger, { id: 'slot' });
  }
  assert.deepEqual(await links(), first);
  assert.deepEqual(await ours(stranger), ['open']);
  assert.equal(routes().filter((route) => route === 'offers' || route === 'decision').length, 2);
  await stranger.leave();
});

// The page comes rendered from a server and React takes it over, before the section is there or after; then it draws another
// view, and this one again. `attributes`: of the container, as JSX.
function reactScript(attributes) {
  const { outputFiles } = esbuild.buildSync({
    stdin: {
      contents: `import { useState, StrictMode } from 'react';
        import { hydrateRoot } from 'react-dom/client';
        function App() {
          const [view, show] = useState('offers');
          window.showView = show;
          return <StrictMode>{view === 'offers' ? <section key={view}><h2>Offers</h2><div id="retarget-ads" ${attributes} /></section> : <p id="other">Other</p>}<p id="behind">Behind</p></StrictMode>;
        }
        window.takeOver = () => hydrateRoot(document.getElementById('app'), <App />, { onRecoverableError: (error) => (window.recovered = String(error)) });`,
      resolveDir: `${root}web`,
      loader: 'jsx',
    },
    bundle: true, write: false, jsx: 'automatic', define: { 'process.env.NODE_ENV': '"production"' },
  });
  return outputFiles[0].text;
}
const documentedContainer = 'suppressHydrationWarning dangerouslySetInnerHTML={{ __html: "" }}';
for (const [name, isEarly, attributes, isDrawnAnew] of [
  ['first', true, '', false],
  ['afterwards', false, '', true], // React finds a child that it does not know, and draws all anew
  ['afterwards, with the container of the docs,', false, documentedContainer, false],
]) {
  test(`a page that React takes over ${name} has its section, in whichever element React draws`, async () => {
    const script = fixture.web.publish({ body: reactScript(attributes), type: 'text/javascript' });
    const rendered = '<div id="app"><section><h2>Offers</h2><div id="retarget-ads"></div></section><p id="behind">Behind</p></div>';
    const source = strangerPage(fixture, { tag: false, body: `${rendered}<script src="${script}"></script>${isEarly ? '<script>takeOver()</script>' : ''}${sectionTag(fixture)}` });
    const stranger = await openSection(fixture, { source });
    await assertSections(stranger);
    if (!isEarly) await stranger.page.evaluate(() => void window.takeOver());
    for (const view of ['offers', 'other', 'offers']) {
      await eventually(() => stranger.page.evaluate((next) => window.showView?.(next) ?? 'showView' in window, view), 'React has drawn nothing');
      await eventually(async () => (await stranger.page.evaluate(() => (document.getElementById('other') ? 'other' : 'offers'))) === view, `React does not show ${view}`);
      if (view === 'offers') await assertSections(stranger);
    }
    assert.deepEqual(await ours(stranger), ['open']);
    assert.equal(await stranger.page.evaluate(() => 'recovered' in window), isDrawnAnew);
    await stranger.leave();
  });
}

// ---------------------------------------------------------------- several

test('several sections stand on a page: other keys, both brands, one container; the same keys twice are one', async () => {
  const other = await addSite(fixture.api, { domain: 'other.example' });
  await allowDevelopmentOrigin(fixture.api, other, fixture.web.origin);
  await serveBritainOnly(fixture, other);
  const keys = { 'data-pub': other.publicKey, 'data-website': other.websiteKey };
  const tag = [
    sectionTag(fixture, retarget),
    sectionTag(fixture, retarget, { ...keys, 'data-container': 'second', 'data-max-ads': '1' }),
    sectionTag(fixture, affilfinder),
    sectionTag(fixture, retarget, { 'data-container': 'second' }),
  ].join('');
  const container = '<div id="retarget-ads" style="width: 700px"></div><div id="second" style="width: 320px"></div><div id="affilfinder-ads"></div>';
  const stranger = await openSection(fixture, { source: sectionPage(fixture, { tag, container }), isOpen: false });
  const opened = () => stranger.page.evaluate(() => window.witness.told.filter(({ name }) => name === 'open').length);
  await eventually(async () => (await opened()) === 3, async () => `${await opened()} are open`);
  for (const id of ['retarget-ads', 'second', 'affilfinder-ads']) await assertSections(stranger, { id });
  const [{ cards }] = await stranger.sections('second');
  assert.equal(cards, 1);
  assert.deepEqual(await stranger.page.evaluate(() => [window.RetargetWidget.instances.length, window.AffilFinderWidget.instances.length]), [2, 1]);
  assert.deepEqual(await troubles(stranger), ['warn']);
  const { violations } = await inspectPage(stranger.page, { without: ['landmark-one-main', 'region'] });
  assert.deepEqual(violations, []);
  await stranger.leave();
});

// ---------------------------------------------------------------- manners

test('nobody is disturbed: the focus stays, nothing is announced, the page scrolls', async () => {
  const stranger = await openSection(fixture, { body: '<script>document.getElementById("own").focus()</script>' });
  await assertSections(stranger);
  const state = await stranger.page.evaluate(() => {
    const { shadowRoot } = document.querySelector('#retarget-ads > *');
    return [document.activeElement.id, shadowRoot.querySelectorAll('[aria-live], [role=alert], [role=status], dialog').length, getComputedStyle(document.documentElement).overflow, document.adoptedStyleSheets.length];
  });
  assert.deepEqual(state, ['own', 0, 'visible', 0]);
  await stranger.leave();
});

test('axe finds nothing: light, dark, narrow, right to left', async () => {
  for (const options of [{}, { attributes: { 'data-theme': 'dark' }, style: 'width: 320px' }, { attributes: { 'data-lang': 'ar' }, style: 'width: 700px' }]) {
    const stranger = await openSection(fixture, options);
    await assertSections(stranger);
    const { violations, ruleCount } = await inspectPage(stranger.page, { without: ['landmark-one-main', 'region'] }); // the stranger's own page has no landmark
    assert.ok(ruleCount >= 8);
    assert.deepEqual(violations, []);
    await stranger.leave();
  }
});

const policyOf = (scripts) => ({
  'content-security-policy': `default-src 'none'; script-src ${new URL(fixture.web.origin).origin} ${fixture.api.url} ${scripts}; connect-src ${fixture.proxy.url}; img-src ${fixture.advertisers.url}; require-trusted-types-for 'script'; trusted-types 'none'`,
});
for (const [engine, scripts] of [['wasm', `'wasm-unsafe-eval'`], ['javascript', '']]) {
  test(`under the strictest policy it is whole and nothing is violated, with the engine ${engine}`, async () => {
    const body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Strict</title>${witnessTag(fixture)}${sectionTag(fixture, retarget, engine === 'javascript' ? { 'data-engine': 'javascript' } : {})}<h1>Strict</h1><div id="retarget-ads"></div>`;
    const stranger = await openSection(fixture, { source: { body, headers: policyOf(scripts) } });
    await assertSections(stranger);
    assert.equal(await stranger.page.evaluate(() => window.RetargetWidget.engine), engine);
    assert.deepEqual(await stranger.ask('violations'), []);
    await stranger.leave();
  });
}

const pages = {
  'in XHTML': () => ({
    type: 'application/xhtml+xml; charset=utf-8',
    body: `<?xml version="1.0" encoding="UTF-8"?><html xmlns="http://www.w3.org/1999/xhtml" lang="en"><head><title>X</title>${witnessTag(fixture)}${sectionTag(fixture)}</head><body><div id="retarget-ads"></div></body></html>`,
  }),
  'in quirks mode': () => sectionPage(fixture, { doctype: '' }),
  'that unsets everything': () => sectionPage(fixture, { head: '<style>* { all: unset !important; display: none !important } html, body, #retarget-ads, #retarget-ads ~ p { display: block !important }</style>' }),
  'with an addressed base': () => sectionPage(fixture, { head: '<base href="https://elsewhere.example/a/" target="_top">' }),
  'with junk on Object.prototype': () => sectionPage(fixture, { head: '<script>for (const name of ["mode", "signal", "threshold", "root", "childList", "subtree", "attributeFilter", "box", "once", "get", "set"]) Object.prototype[name] = name</script>' }),
  'whose elements have the names of what a document has': () => sectionPage(fixture, { body: '<form name="body"></form><img name="getElementById_" alt=""><form name="scripts"></form><a id="RetargetWidget"></a>' }),
  'with a module for a tag': () => sectionPage(fixture, { tag: sectionTag(fixture, retarget, {}, 'type="module"') }),
  'with a tag behind the container': () => sectionPage(fixture, { tag: false, body: sectionTag(fixture, retarget, {}, 'async') }),
};
describe('pages', { concurrency: 2 }, () => {
  for (const [name, source] of Object.entries(pages)) {
    test(`it is whole on a page ${name}`, async () => {
      const stranger = await openSection(fixture, { source: source() });
      await assertSections(stranger);
      await stranger.leave();
    });
  }
});

test('a card is followed by a click, by the middle button and by Enter, and each is reported', async () => {
  const { stranger, proxy } = await openCounted({ style: 'width: 700px' });
  await assertSections(stranger);
  const clicks = () => proxy.requests.filter(({ route }) => route === 'click').map(({ body }) => JSON.parse(body).offerId);
  const { page } = stranger;
  const place = (nth) => page.evaluate((n) => {
    const { x, y, width, height } = document.querySelector('#retarget-ads > *').shadowRoot.querySelectorAll('li a')[n].getBoundingClientRect();
    return [x + width / 2, y + height / 2];
  }, nth);
  const follow = async (act, count) => {
    await page.bringToFront();
    await act();
    await eventually(() => clicks().length === count, () => `${clicks()}`);
  };
  await follow(async () => page.mouse.click(...(await place(0))), 1);
  await follow(async () => page.mouse.click(...(await place(1)), { button: 'middle' }), 2);
  await follow(async () => {
    await page.evaluate(() => document.querySelector('#retarget-ads > *').shadowRoot.querySelectorAll('li a')[2].focus());
    await page.keyboard.press('Enter');
  }, 3);
  assert.equal(new Set(clicks()).size, 3);
  assert.deepEqual((await ours(stranger)).filter((name) => name === 'click').length, 3);
  await stranger.leave();
});

test('what the page records, the native core does again, byte for byte', async () => {
  const stranger = await openSection(fixture, { style: 'width: 700px', attributes: { 'data-debug': '' } });
  await assertSections(stranger);
  await stranger.page.evaluate(() => (document.getElementById('retarget-ads').style.width = '320px'));
  const tape = () => stranger.page.evaluate(() => window.RetargetWidget.trace());
  await eventually(async () => / > viewport width_px=320 /.test(await tape()), async () => await tape());
  await stranger.page.evaluate(() => window.RetargetWidget.close());
  const text = await tape();
  assert.match(text, / < find_container container="retarget-ads"\n/);
  const { status, stdout, stderr } = spawnSync(program, ['replay', '-'], { input: text, encoding: 'utf8' });
  assert.equal(status, 0, `${stdout}${stderr}`);
  await stranger.leave();
});

test('close() takes it out and tells the page; destroy() leaves nothing of it', async () => {
  for (const end of ['close', 'destroy']) {
    const container = '<div id="retarget-ads" class="slot"><b>Of the page</b></div>';
    const stranger = await openSection(fixture, { container });
    await assertSections(stranger);
    await stranger.page.evaluate((name) => window.RetargetWidget[name](), end);
    assert.equal(await stranger.page.evaluate(() => document.getElementById('retarget-ads').outerHTML), container);
    if (end === 'close') assert.deepEqual({ ...(await stranger.told('close')) }, { reason: 'api' });
    else assert.equal(await stranger.page.evaluate(() => 'RetargetWidget' in window), false);
    await stranger.page.evaluate(() => document.getElementById('retarget-ads').replaceWith(Object.assign(document.createElement('div'), { id: 'retarget-ads' })));
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.deepEqual(await stranger.sections(), []);
    await stranger.leave();
  }
});
