// frame.test.mjs: the page for iframes on a publisher's page of another origin, with the code of web/docs/iframe.md: how high it
// is, what it tells the page around it, and who cannot show it. The offers and the frame are the real ones.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { brands } from '../../web/demo/brands.mjs';
import { eventually } from '../../web/demo/eventually.mjs';
import { inspectPage } from './support/axe.mjs';
import { documentedCode } from './support/documented.mjs';
import { needs, openPage, pageWith, useFixture } from './support/fixture.mjs';
import { readClicks, readImpressions } from './support/records.mjs';
import { startTestSite } from './support/test_site.mjs';

const fixture = useFixture();
const brand = brands.retarget;

let elsewhere; // a website that has nothing to do with the keys
let isPrepared;
const prepare = () => (isPrepared ??= (async () => {
  await fixture.api.administer('site', 'geo', fixture.site.site, '--block', 'DE');
  elsewhere = await startTestSite();
})());
after(() => elsewhere?.close());

const witness = '<script>window.heard = []; addEventListener("message", ({ origin, data }) => heard.push({ origin, ...data }))</script>';
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// What stands in the docs, with these keys and this API. `more` goes into the address, `attributes` into the element.
function frameTag(part, { more = '&dev-country=DE', attributes = '', mode = 'section', of = brand } = {}) {
  return documentedCode(of, 'iframe.md', 'html', part)
    .replaceAll(`https://api.${of.key}.gg`, fixture.api.url)
    .replace('pk_…', fixture.site.publicKey).replace('web_…', fixture.site.websiteKey)
    .replace('mode=section', `mode=${mode}&amp;brand=${of.key}${more.replaceAll('&', '&amp;')}`)
    .replace('<iframe', `<iframe ${attributes}`);
}
const growing = (options) => frameTag('addEventListener', options);
const fixed = (options) => frameTag('height=fixed', options);

// Opens a page of `site` with `tag` on it. `heard(type)` waits for a message and returns it.
async function openAround(tag, { site = fixture.web, headers } = {}) {
  const body = pageWith({ head: witness, body: tag });
  const { page, notes } = await openPage(fixture, brand, site.publish(headers ? { body, headers } : body));
  const all = () => page.evaluate(() => window.heard);
  const heard = async (type, of = brand) => {
    let messages;
    const found = () => messages.find((message) => message.type === `${of.key}:${type}`);
    await eventually(async () => { messages = await all(); return found(); }, () => `no ${type} among ${JSON.stringify(messages)}; console: ${JSON.stringify(notes.lines)}`);
    return found();
  };
  return { page, notes, all, heard };
}

// The height that the frame has come to rest at: what it asked for last, and is.
async function heightOf(page, of = brand) {
  let now;
  await eventually(async () => {
    const before = now;
    now = await page.evaluate((type) => [heard.filter((message) => message.type === type).pop()?.height, document.querySelector('iframe').clientHeight], `${of.key}:height`);
    await pause(150);
    return now[0] > 0 && now[0] === now[1] && `${now}` === `${before}`;
  }, () => `the frame has asked for ${now?.[0]} and is ${now?.[1]} high`);
  return now[0];
}

// What is inside, where an engine's driver looks into frames: whether it can be scrolled, how much room is left below the
// cards, and how many there are.
function lookInside(page) {
  const look = () => {
    const root = [...document.querySelectorAll('*')].find((element) => element.shadowRoot)?.shadowRoot;
    const { scrollHeight, clientHeight } = root?.querySelector('dialog') ?? document.documentElement;
    const bottoms = [...(root?.querySelectorAll('li a') ?? [])].map((card) => card.getBoundingClientRect().bottom);
    return bottoms.length > 0 && { isScrolling: scrollHeight > clientHeight, rest: clientHeight - Math.max(...bottoms), cards: bottoms.length };
  };
  return eventually(() => frameOf(page)?.evaluate(look).catch(() => false), 'there are no cards in the frame');
}

const frameOf = (page) => page.frames().find((frame) => frame.url().includes('/embed?'));

// The contrast of the label above the offers with the ground of the frame, as WCAG 2.2 defines it; 0 where one looks through.
function contrastOfLabel() {
  const root = [...document.querySelectorAll('*')].find((element) => element.shadowRoot).shadowRoot;
  const luminance = (element, property) => {
    const [, red, green, blue, alpha] = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/.exec(getComputedStyle(element)[property]);
    const [r, g, b] = [red, green, blue].map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return alpha === '0' ? NaN : 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const both = [luminance(root.querySelector('small'), 'color'), luminance(document.documentElement, 'backgroundColor')];
  return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05) || 0;
}

describe('a frame', { concurrency: 3 }, () => {
  for (const of of Object.values(brands)) {
    test(`${of.title}: a section is as high as its cards, whatever the width`, async () => {
      await prepare();
      const { page, notes, all, heard } = await openAround(growing({ of }), { headers: { 'content-security-policy': `default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; frame-src ${fixture.api.url}` } });
      const { detail } = await heard('open', of);
      assert.equal(detail.offers, 4);
      assert.match(detail.requestId, /^req_/);
      const wide = await heightOf(page, of);
      await page.setViewport({ width: 360, height: 700 });
      await eventually(async () => (await heightOf(page, of)) > wide * 1.5, 'the frame did not grow with its narrower cards');
      await page.setViewport({ width: 1000, height: 700 });
      await eventually(async () => (await heightOf(page, of)) < wide * 1.5, 'the frame did not shrink again');
      const messages = await all();
      assert.deepEqual(messages[0], { origin: fixture.api.url, type: `${of.key}:height`, height: 0 }, 'until there is something it takes no room');
      assert.ok(messages.every(({ origin }) => origin === fixture.api.url));
      assert.deepEqual(notes.problems(), []);
      await page.close();
    });
  }

  for (const width of [1000, 700, 360]) {
    test(`an overlay in a frame ${width} px wide has room when it opens, and leaves none behind`, async () => {
      await prepare();
      const { page, notes, all, heard } = await openAround(growing({ mode: 'overlay' }));
      await page.setViewport({ width, height: 900 });
      await heard('open');
      await heightOf(page);
      await page.evaluate(() => document.querySelector('iframe').scrollIntoView());
      const isSheet = width < 640; // and its cross stands in the corner; around a panel there is room
      // As a visitor does, again where the first time did nothing: WebKit takes a click for what was there a frame ago.
      await eventually(async () => {
        const { left, right, top } = await page.evaluate(() => document.querySelector('iframe').getBoundingClientRect().toJSON());
        await page.mouse.click(isSheet ? right - 34 : left + 8, top + (isSheet ? 34 : 8));
        await pause(300);
        return (await all()).some(({ type }) => type.endsWith(':close'));
      }, 'no click closes it');
      assert.deepEqual((await heard('close')).detail, { reason: isSheet ? 'button' : 'backdrop' });
      await eventually(async () => (await page.evaluate(() => document.querySelector('iframe').clientHeight)) === 0, 'the frame kept its height');
      assert.deepEqual(notes.problems(), []);
      await page.close();
    });
  }

  test('whoever is allowed sees nothing, and the page is told', async () => {
    await prepare();
    for (const mode of ['overlay', 'section']) {
      const { page, notes, all, heard } = await openAround(growing({ mode, more: '&dev-country=FR' }));
      assert.deepEqual((await heard('allowed')).detail, { country: 'FR', region: null });
      await pause(300);
      assert.deepEqual((await all()).map(({ type, height }) => [type, height]), [['retarget:height', 0], ['retarget:allowed', undefined]]);
      assert.deepEqual(notes.problems(), []);
      await page.close();
    }
  });

  test('a frame that keeps its height shows the cards that fit', async () => {
    await prepare();
    const { page, notes, all, heard } = await openAround(fixed({ more: '&dev-country=DE&max-ads=12' }));
    const { detail } = await heard('open');
    assert.ok(detail.offers > 0 && detail.offers < 10, `${detail.offers} cards of 10 in 440 px`);
    assert.ok((await all()).every(({ type }) => type !== 'retarget:height'));
    assert.equal(await page.evaluate(() => document.querySelector('iframe').clientHeight), 440);
    assert.deepEqual(notes.problems(), []);
    await page.close();
  });

  test('a page that listens late asks, and a page that is loaded again has it all again', async () => {
    await prepare();
    const late = growing({}).replace("window.addEventListener('message'", "window.listen = () => window.addEventListener('message'");
    const { page, notes, heard } = await openAround(late);
    await heard('open');
    assert.equal(await page.evaluate(() => document.querySelector('iframe').clientHeight), 0);
    const ask = documentedCode(brand, 'iframe.md', 'js', 'postMessage').replace('https://api.retarget.gg', fixture.api.url);
    await page.evaluate(`listen(); ${ask}`);
    await heightOf(page);
    await page.reload();
    await heard('open');
    assert.deepEqual(notes.problems(), []);
    await page.close();
  });

  test('a sandbox with what the docs name is none; one without an origin is refused in one sentence', async () => {
    await prepare();
    const [, words] = /^\s+`(allow-scripts [^`]+)`/m.exec(readFileSync(new URL('../../web/docs/iframe.md', import.meta.url), 'utf8'));
    const good = await openAround(growing({ attributes: `sandbox="${words}"` }));
    await good.heard('open');
    assert.deepEqual(good.notes.problems(), []);
    await good.page.close();
    const poor = await openAround(growing({ attributes: 'sandbox="allow-scripts"' }));
    const { origin, detail } = await poor.heard('error');
    assert.deepEqual([origin, detail.code], ['null', 'origin_not_allowed']);
    await poor.page.close();
  });
});

describe('inside of a frame', () => {
  for (const [what, tag, width] of [
    ['a section', () => growing({}), 1000],
    ['a section', () => growing({}), 360],
    ['a section that keeps its height', () => fixed({ more: '&dev-country=DE&max-ads=12' }), 1000],
    ['a section that keeps its height', () => fixed({ more: '&dev-country=DE&max-ads=12' }), 360],
    ['an overlay', () => growing({ mode: 'overlay' }), 1000],
    ['an overlay', () => growing({ mode: 'overlay' }), 700],
    ['an overlay', () => growing({ mode: 'overlay' }), 360],
  ]) {
    test(`${what} ${width} px wide fits, without a scroll bar and without much left over`, async (t) => {
      if (!needs(t, 'a look into frames')) return;
      await prepare();
      const { page, heard } = await openAround(tag());
      await page.setViewport({ width, height: 900 });
      await page.reload();
      await heard('open');
      if (!what.includes('keeps')) await heightOf(page);
      const { isScrolling, rest, cards } = await lookInside(page);
      assert.equal(isScrolling, false);
      assert.ok(cards >= 1);
      assert.ok(rest >= 0 && rest < (what.includes('keeps') ? 300 : 100), `${rest} px are left below ${cards} cards`);
      await page.close();
    });
  }

  for (const [theme, preferred] of [['light', 'dark'], ['dark', 'light'], ['auto', 'dark'], ['auto', 'light'], ['nonsense', 'dark']]) {
    test(`the label is legible on a page of any colour: theme ${theme}, visitor prefers ${preferred}`, async (t) => {
      if (!needs(t, 'a look into frames')) return;
      await prepare();
      for (const style of ['background: #000; color-scheme: dark', 'background: #000', 'background: #fff', 'background: #888; color-scheme: dark']) {
        const { page, heard } = await openAround(`<style>html { ${style} }</style>${growing({ more: `&dev-country=DE&theme=${theme}` })}`);
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: preferred }]);
        await heard('open');
        const contrast = await frameOf(page).evaluate(contrastOfLabel);
        assert.ok(contrast >= 4.5, `${contrast.toFixed(1)}:1 on a page with ${style}`);
        await page.close();
      }
    });
  }

  test('it has no scroll bar while the page makes room, and one where the page does not', async (t) => {
    if (!needs(t, 'a look into frames')) return;
    await prepare();
    for (const mode of ['section', 'overlay']) {
      const becomes = async (wanted, tag) => {
        const { page, heard } = await openAround(tag);
        await heard('open');
        if (!wanted) await heightOf(page);
        await eventually(() => frameOf(page).evaluate((is) => document.adoptedStyleSheets[0].disabled === is, wanted), `the bar is there: ${!wanted}`);
        await page.close();
      };
      await becomes(false, growing({ mode }));
      await becomes(true, growing({ mode }).replace(/<script>[^]*<\/script>/, ''));
    }
  });

  test('axe finds nothing in it, nor around it', async (t) => {
    if (!needs(t, 'a look into frames')) return;
    await prepare();
    for (const tag of [growing({}), fixed({}), growing({ mode: 'overlay' })]) {
      const { page, heard } = await openAround(`<main>${tag}</main>`);
      await heard('open');
      await lookInside(page);
      // Headings and landmarks are those of the page around it.
      const { violations, ruleCount } = await inspectPage(frameOf(page), { without: ['page-has-heading-one', 'landmark-one-main', 'region'] });
      assert.deepEqual(violations, []);
      assert.ok(ruleCount > 10);
      assert.deepEqual((await inspectPage(page, { without: ['page-has-heading-one', 'landmark-one-main', 'region'] })).violations, []);
      await page.close();
    }
  });

  test('a page of another website finds nothing, or one sentence', async (t) => {
    if (!needs(t, 'a look into frames')) return;
    await prepare();
    const { page } = await openAround(fixed({}), { site: elsewhere });
    const frame = await eventually(() => page.frames()[1], 'there is no frame');
    assert.match(await frame.evaluate(() => document.body.innerText), /The page around this frame is not of the website's registered domain/);
    await page.close();
  });
});

test('cards that were shown and chosen in a frame on a development page are test traffic', async () => {
  await prepare();
  const { page, heard } = await openAround(growing({ attributes: 'sandbox="allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox"' }));
  await heard('open');
  const height = await heightOf(page);
  await page.evaluate(() => document.querySelector('iframe').scrollIntoView());
  const before = readImpressions(fixture.api.db);
  await eventually(() => readImpressions(fixture.api.db).viewable > 0, 'no card was reported as seen');
  assert.ok(before.rendered >= 4);
  const { left, top } = await page.evaluate(() => document.querySelector('iframe').getBoundingClientRect().toJSON());
  await page.mouse.click(left + 120, top + height / 2);
  await heard('click');
  await eventually(() => readClicks(fixture.api.db).some((click) => click.isFollowed && click.isEventSeen), () => JSON.stringify(readClicks(fixture.api.db)));
  assert.deepEqual(readClicks(fixture.api.db).map((click) => click.class), ['test']);
  await page.close();
});

describe('who may not show it', () => {
  const around = (tag, site) => openAround(tag, { site });

  test('a page of another website: the browser keeps the frame from it, or the frame says whose it is', async () => {
    await prepare();
    for (const attributes of ['referrerpolicy="no-referrer"', '']) {
      const { page, all } = await around(fixed({ attributes }), elsewhere);
      await pause(1500); // where it may, it has told its height long before
      assert.deepEqual(await all(), []);
      await page.close();
    }
  });

  test('every page around it counts, not only the nearest', async () => {
    await prepare();
    const tell = '<script>setInterval(() => parent.postMessage({ type: "inner", heard }, "*"), 50)</script>';
    const inner = fixture.web.publish(pageWith({ head: witness, body: fixed({}) + tell }));
    const { page, heard, all } = await around(`<iframe src="${inner}" width="800" height="600"></iframe>`, elsewhere);
    await eventually(async () => (await all()).some(({ type }) => type === 'inner'), 'the page between did not load');
    await pause(1500);
    assert.ok((await all()).every((message) => message.heard.length === 0), JSON.stringify(await all()));
    await page.close();
  });

  test('a development page that does not say what it is', async () => {
    await prepare();
    const { page, all } = await around(fixed({ attributes: 'referrerpolicy="no-referrer"' }), fixture.web);
    await pause(1500);
    assert.deepEqual(await all(), []);
    await page.close();
  });
});

describe('frame.js by itself', () => {
  // The built script in a page of ours, told who may be around it.
  function publishInner(parents, body = '') {
    const script = readFileSync(new URL('../../build/web/retarget/frame.js', import.meta.url), 'utf8');
    return elsewhere.publish(`<!doctype html><body><script data-brand="retarget" data-parents="${parents}">${script}</script>${body}</body>`);
  }

  async function hears(parents, attributes = '') {
    const inner = publishInner(parents);
    const { page, all } = await openAround(`<iframe src="${inner}" ${attributes}></iframe>`);
    await page.evaluate(() => new Promise((resolve) => { document.querySelector('iframe').addEventListener('load', resolve); setTimeout(resolve, 500); }));
    await pause(200);
    const messages = await all();
    await page.close();
    return messages.length > 0;
  }

  test('it tells those whom the server names, and nobody else', async () => {
    await prepare();
    const { origin } = fixture.web; // http://localhost:…
    const pattern = origin.replace('//local', '//*');
    const rows = [
      [`https://shop.example ${origin}`, '', true],
      [`https://shop.example ${pattern}`, '', true],
      ['https://shop.example https://www.shop.example', '', false],
      [origin.replace('localhost', 'localhos'), '', false],
      [`${origin}0`, '', false],
      [origin.replace('//', '//*.'), '', false],
      [`https://shop.example ${origin}`, 'referrerpolicy="no-referrer"', true],
      ['https://shop.example', 'referrerpolicy="no-referrer"', false],
    ];
    for (const [parents, attributes, expected] of rows) assert.equal(await hears(parents, attributes), expected, `${parents} ${attributes}`);
  });

  test('what a browser extension adds to it is not taken for an overlay', async () => {
    await prepare();
    const added = `<script>document.documentElement.append(document.createElement('extension-root'));
      document.documentElement.lastElementChild.attachShadow({ mode: 'open' }).append('Hello');</script>`;
    const { page, all, heard } = await openAround(`<iframe src="${publishInner(fixture.web.origin, `${added}<div style="height: 123px"></div>`)}"></iframe>`);
    await heard('height');
    let messages;
    await eventually(async () => (messages = await all()).at(-1).height === 123, () => JSON.stringify(messages), 5000);
    await page.close();
  });
});
