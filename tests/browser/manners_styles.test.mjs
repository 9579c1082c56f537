// manners_styles.test.mjs: whatever a page does with its styles and whatever kind of document it is, the overlay is whole, on
// top, and its boxes are the core's.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { brands } from '../../web/demo/brands.mjs';
import { embedTag, useFixture } from './support/fixture.mjs';
import { assertDrawn, openStranger, strangerPage, witnessTag } from './support/stranger.mjs';

const fixture = useFixture();

const style = (text) => ({ head: `<style>${text}</style>` });
const hostileStyles = {
  'everything unset and hidden': style('* { all: unset !important; display: none !important }'),
  'everything reset, in a layer, where !important is stronger': style('@layer page { body, body *, html > * { all: revert !important; display: none !important; position: static !important; opacity: 0 !important } }'),
  'everything invisible and beyond the reach of the mouse': style('* { visibility: hidden !important; opacity: 0 !important; pointer-events: none !important; user-select: none !important; clip-path: inset(50%) !important }'),
  'a body that is not shown': style('body { display: none }'),
  'a body that is not shown, whatever comes': style('html > body { display: none !important; visibility: hidden !important }'),
  'a body that shows its content later': style('body { opacity: 0 !important; content-visibility: hidden }'),
  'the root by its name': style('#retarget-root, html #retarget-root, [id="retarget-root"] { display: none !important; position: absolute !important; width: 0 !important; height: 0 !important; overflow: hidden !important; transform: scale(0) !important; z-index: -1 !important }'),
  'every dialog, and what is behind it': style('dialog, dialog[open], dialog:modal { display: none !important; inset: auto !important; width: 10px !important } ::backdrop, dialog::backdrop { display: none !important; background: red !important }'),
  'every div that is new': style('body > div, html > div, div:last-of-type, div:not([class]), div:empty { display: none !important }'),
  'the highest of z-indexes on top of everything': {
    ...style('#bar { position: fixed; inset: 0; z-index: 2147483647; background: gold } * { z-index: 2147483647 !important }'),
    body: '<div id="bar">Subscribe!</div>',
  },
  'transforms, filters and perspectives': style('html { transform: rotate(3deg); filter: blur(2px); perspective: 100px } body { transform: scale(.5) translateX(100px); filter: invert(1); will-change: transform; backdrop-filter: blur(1px) }'),
  'containment and containers': style('html { container-type: size; contain: strict } body { contain: strict; content-visibility: auto; container-type: inline-size; width: 300px; height: 200px }'),
  'a body that is small, shifted and cut off': style('html { width: 500px; margin: 40px auto; zoom: 1 } body { position: absolute; left: 300px; width: 200px; height: 100px; overflow: hidden; clip-path: circle(20px) }'),
  'a page written backwards, upwards and from the top': style('html { direction: rtl; writing-mode: vertical-rl; unicode-bidi: bidi-override; text-orientation: sideways } body { writing-mode: vertical-lr }'),
  'fonts and spaces of its own': style('html, * { font: 900 60px/3 fantasy !important; letter-spacing: 20px !important; word-spacing: 40px !important; text-indent: 99px !important; text-transform: uppercase !important; white-space: pre !important; text-align: end !important; line-height: 99px !important; -webkit-text-size-adjust: 300% !important }'),
  'a larger root font': style('html { font-size: 40px !important } :root { font-size: 300% }'),
  'selectors for shadow trees that it does not own': style(':host, :host(*), ::slotted(*), ::part(x), * /deep/ *, *::shadow * { display: none !important }'),
  'properties of its own with our names': style('* { --accent: transparent !important; --on-accent: transparent !important; --card: none } @property --accent { syntax: "<length>"; inherits: false; initial-value: 0px }'),
  'animations that never end': style('@keyframes rise { to { opacity: 0; transform: translate(5000px) } } * { animation: rise 1ms forwards !important; transition: all 9s !important }'),
  'a grid that everything is an item of': style('html, body { display: grid; grid-template-columns: repeat(9, 1fr); place-items: end } body > *, html > * { grid-column: 9; justify-self: end; max-width: 20px; max-height: 20px }'),
  'columns': style('html { columns: 5; column-gap: 50px } body { columns: 3 }'),
  'a scroll bar that is always there, and anchors that pull': style('html { overflow-y: scroll; scroll-behavior: smooth; scroll-snap-type: y mandatory; scroll-padding: 300px } * { scroll-snap-align: end; scroll-margin: 200px }'),
  'a page that is wider than the window': { body: '<div style="width: 4000px; height: 10px"></div>' },
  'colours that its root decides on': { attributes: ' style="color-scheme: dark; background: black; color: yellow; accent-color: red; forced-color-adjust: none"' },
  'rules that come after the overlay': {
    body: `<script>addEventListener('retarget:open', () => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('* { all: unset !important; display: none !important } html { transform: scale(.1) }');
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    })</script>`,
  },
};

describe('styles', { concurrency: 3 }, () => {
  for (const [name, parts] of Object.entries(hostileStyles)) {
    test(`it is whole and on top in spite of ${name}`, async () => {
      const stranger = await openStranger(fixture, strangerPage(fixture, parts), { size: { width: 1000, height: 700 } });
      await stranger.declined();
      await assertDrawn(stranger);
      await stranger.page.setViewport({ width: 390, height: 700 });
      await assertDrawn(stranger);
      await stranger.page.keyboard.press('Escape');
      assert.equal(await stranger.look(), null);
      await stranger.leave();
    });
  }
});

// A document of another kind. `text` is what the server sends.
const encoded = { 'windows-1251': [0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2], shift_jis: [0x82, 0xb1, 0x82, 0xf1, 0x82, 0xc9] };
const words = { 'windows-1251': 'Привет', shift_jis: 'こんに' };
const plain = (parts) => ({ body: strangerPage(fixture, parts) });
const documents = {
  'a page in quirks mode': { source: () => plain({ doctype: '' }), mode: 'BackCompat' },
  'a page in quirks mode whose root is narrow': { source: () => plain({ doctype: '', ...style('html { width: 300px; margin: 20px } body { width: 200px }') }), mode: 'BackCompat' },
  'a page in almost standards mode': { source: () => plain({ doctype: '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">' }) },
  'a page in XHTML': {
    source: () => ({
      type: 'application/xhtml+xml; charset=utf-8',
      body: `<?xml version="1.0" encoding="UTF-8"?><html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en"><head><title>X</title>${witnessTag(fixture)}${embedTag(fixture, brands.retarget)}</head><body><h1>X</h1></body></html>`,
    }),
  },
  'a page with frames for a body': { source: () => ({ body: `<html><head><title>Frames</title>${witnessTag(fixture)}${embedTag(fixture, brands.retarget)}</head><frameset cols="50%,50%"><frame src="about:blank"><frame src="about:blank"></frameset></html>` }) },
  'a page with a base address elsewhere, and a target for all links': { source: () => plain({ head: '<base href="https://elsewhere.example/a/" target="_top">' }) },
  'a page whose elements have the names of what a document has': {
    source: () => plain({ head: '', body: '<form name="body"></form><img name="currentScript" alt=""><form name="scripts"></form><form name="title"></form><img name="activeElement" alt=""><a id="RetargetWidget"></a><form id="retarget-root"></form>' }),
  },
};
for (const charset of Object.keys(encoded)) {
  documents[`a page in ${charset}`] = {
    source: () => {
      const [before, after] = strangerPage(fixture, { tag: `<title>?</title>${embedTag(fixture, brands.retarget)}` }).replace('<meta charset="utf-8"><title>A stranger’s page</title>', '').replace('stranger’s', 'strange').replace('page’s', 'own').split('?</title>');
      return { type: `text/html; charset=${charset}`, body: Buffer.concat([Buffer.from(before), Buffer.from(encoded[charset]), Buffer.from(`</title>${after}`)]) };
    },
    title: words[charset],
  };
}

describe('documents', { concurrency: 3 }, () => {
  for (const [name, { source, mode = 'CSS1Compat', title }] of Object.entries(documents)) {
    test(`it is whole and on top on ${name}`, async () => {
      const stranger = await openStranger(fixture, source(), { size: { width: 1000, height: 700 } });
      if (mode === 'BackCompat') assert.equal(await stranger.page.evaluate(() => document.compatMode), mode);
      if (title) assert.equal(await stranger.page.evaluate(() => document.title), title);
      await stranger.declined();
      await assertDrawn(stranger);
      const links = await stranger.page.evaluate(() => [...document.querySelector('div#retarget-root').shadowRoot.querySelectorAll('li a')].map(({ target, origin, namespaceURI }) => [target, origin, namespaceURI].join(' ')));
      for (const link of links) assert.equal(link, `_blank ${fixture.api.url} http://www.w3.org/1999/xhtml`);
      await stranger.page.keyboard.press('Escape');
      assert.equal(await stranger.look(), null);
      await stranger.leave();
    });
  }
});
