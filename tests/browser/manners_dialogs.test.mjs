// manners_dialogs.test.mjs: a page with dialogs, traps and keys of its own: the overlay is in front, its keys are its own, and
// what the page had open is open afterwards.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { brands } from '../../web/demo/brands.mjs';
import { closeButtonHandle } from '../../web/demo/overlay.mjs';
import { needs } from './support/engines.mjs';
import { useFixture } from './support/fixture.mjs';
import { assertDrawn, openStranger, strangerPage } from './support/stranger.mjs';

const fixture = useFixture();
const size = { width: 1000, height: 700 };

const script = (text) => `<script>${text}</script>`;
const dialog = '<dialog id="theirs"><button id="inside">Theirs</button><input id="field"></dialog>';
// Runs in the page the moment the overlay is open, before anything else happens.
const atOpen = (text) => script(`addEventListener('retarget:open', () => { ${text} })`);
// Only a listener that window had before the overlay, for the way down, hears of a key first.
const countKeys = script(`window.keys = []; const count = ({ key }) => keys.push(key); document.addEventListener('keydown', count, true); document.addEventListener('keydown', count); addEventListener('keydown', count)`);

const open = async (body, options) => {
  const stranger = await openStranger(fixture, strangerPage(fixture, { body }), { size, ...options });
  await stranger.declined();
  return stranger;
};
const press = async ({ page }, ...keys) => {
  for (const key of keys) await page.keyboard.press(key);
};
const closedBy = async (stranger, reason) => {
  assert.deepEqual((await stranger.told('close')).reason, reason);
  assert.equal(await stranger.look(), null);
  assert.equal(await stranger.page.evaluate(() => getComputedStyle(document.documentElement).overflowY), 'visible', 'the page scrolls');
  assert.deepEqual(await stranger.ask('errors'), []);
};
const focusInside = ({ page }) => page.evaluate(() => document.querySelector('div#retarget-root')?.shadowRoot.activeElement?.localName ?? document.activeElement.id);

describe('dialogs and keys', { concurrency: 3 }, () => {
  test('it is in front of a modal of the page, and the modal is open and focused when it goes', async () => {
    const stranger = await open(`${dialog}${script('theirs.showModal(); field.focus()')}`);
    await assertDrawn(stranger);
    assert.equal(await focusInside(stranger), 'dialog');
    await press(stranger, 'Escape');
    await closedBy(stranger, 'escape');
    assert.deepEqual(await stranger.page.evaluate(() => [theirs.open, theirs.matches(':modal'), document.activeElement.id]), [true, true, 'field']);
    await press(stranger, 'Escape');
    assert.equal(await stranger.page.evaluate(() => theirs.open), false, 'the next Escape is theirs');
    await stranger.leave();
  });

  test('a modal that the page opens afterwards is in front and has its own Escape', async () => {
    const stranger = await open(`${dialog}${atOpen('theirs.showModal()')}`);
    assert.equal(await stranger.page.evaluate(() => document.elementFromPoint(...[theirs.getBoundingClientRect()].map(({ x, y }) => [x + 8, y + 8])[0]).closest('dialog')?.id), 'theirs');
    await press(stranger, 'Escape');
    assert.deepEqual(await stranger.page.evaluate(() => theirs.open), false);
    await assertDrawn(stranger);
    await press(stranger, 'Tab', 'Escape');
    await closedBy(stranger, 'escape');
    await stranger.leave();
  });

  test('a popover of the page does not stand in front of it', async () => {
    const stranger = await open(`<div id="manual" popover="manual" style="inset: 0; width: 100vw; height: 100vh">Theirs</div><div id="auto" popover>Theirs</div>${script('manual.showPopover?.(); auto.showPopover?.()')}`);
    await assertDrawn(stranger);
    await press(stranger, 'Escape');
    await closedBy(stranger, 'escape');
    assert.equal(await stranger.page.evaluate(() => !manual.showPopover || manual.matches(':popover-open')), true);
    await stranger.leave();
  });

  test('a part of the page that fills the screen does not stand in front of it, and fills it afterwards', async (t) => {
    if (!needs(t, 'devtools protocol')) return; // only there a click by the driver is the visitor's, who alone may ask for it
    const stranger = await openStranger(fixture, strangerPage(fixture, { body: '<div id="film" style="background: black">Film</div>' }), { size });
    await stranger.page.evaluate(() => document.getElementById('own').addEventListener('click', () => document.getElementById('film').requestFullscreen()));
    await stranger.page.click('#own');
    await stranger.page.waitForFunction(() => document.fullscreenElement !== null);
    await stranger.declined();
    await assertDrawn(stranger);
    await (await closeButtonHandle(stranger.page, brands.retarget)).click();
    assert.equal(await stranger.look(), null);
    assert.equal(await stranger.page.evaluate(() => document.fullscreenElement?.id), 'film');
    await stranger.leave();
  });

  // What keyboard handlers on pages do, all of it met in the wild.
  const traps = {
    'prevents Escape and Tab': `document.addEventListener('keydown', (event) => { if (/Escape|Tab/.test(event.key)) event.preventDefault() }, true)`,
    'stops every key': `document.addEventListener('keydown', (event) => { event.stopImmediatePropagation(); event.preventDefault() }, true)`,
    'prevents every key at its window': `addEventListener('keydown', (event) => event.preventDefault(), true)`,
    'closes its own layer with Escape': `window.layers = 1; document.addEventListener('keydown', ({ key }) => { if (key === 'Escape') layers-- })`,
    'keeps focus in a layer of its own': `document.addEventListener('focusin', (event) => { if (!event.target.closest('#own')) { event.stopImmediatePropagation(); window.pulls = (window.pulls || 0) + 1; own.focus() } }, true);
      document.addEventListener('keydown', (event) => { if (event.key === 'Tab') { event.preventDefault(); own.focus() } }, true)`,
    'pulls focus back whenever it leaves': `own.addEventListener('blur', () => { window.pulls = (window.pulls || 0) + 1; own.focus(); setTimeout(() => own.focus()) }); own.focus()`,
    'pulls focus back all the time': `setInterval(() => own.focus(), 10)`,
  };
  for (const [name, text] of Object.entries(traps)) {
    test(`a page that ${name} shuts nobody in`, async () => {
      const stranger = await open(script(text));
      await assertDrawn(stranger);
      if (!/window\b.*keydown|^addEventListener/.test(text)) {
        const visited = [];
        for (let i = 0; i < 3; i++) {
          await press(stranger, 'Tab');
          visited.push(await focusInside(stranger));
        }
        assert.deepEqual(visited, ['button', 'a', 'a']);
      }
      await press(stranger, 'Escape');
      await closedBy(stranger, 'escape');
      const { layers, pulls } = await stranger.page.evaluate(() => ({ layers: window.layers ?? 1, pulls: window.pulls ?? 0 }));
      assert.equal(layers, 1, 'the page’s own layer is still there');
      assert.ok(pulls < 20, `focus was pulled ${pulls} times`);
      await stranger.leave();
    });
  }

  test('keys pressed in it are not the page’s shortcuts; afterwards they are again', async () => {
    const stranger = await open(countKeys);
    await press(stranger, 'Tab', 'j', '/', 'ArrowDown', 'Escape');
    await closedBy(stranger, 'escape');
    assert.deepEqual(await stranger.page.evaluate(() => keys), []);
    await press(stranger, 'k');
    assert.deepEqual(await stranger.page.evaluate(() => keys), ['k', 'k', 'k']);
    await stranger.leave();
  });

  test('Enter follows the card that has focus, also where the page swallows keys', async () => {
    const stranger = await open(script(traps['stops every key']));
    await press(stranger, 'Tab', 'Tab');
    assert.equal(await focusInside(stranger), 'a');
    await stranger.page.evaluate(() => document.querySelector('div#retarget-root').shadowRoot.addEventListener('click', (event) => event.preventDefault()));
    await press(stranger, 'Enter');
    assert.equal(typeof (await stranger.told('click')).offerId, 'string');
    await stranger.leave();
  });

  test('focus goes to nowhere, without a complaint, when what had it is gone', async () => {
    const stranger = await openStranger(fixture, strangerPage(fixture), { size });
    await stranger.page.evaluate(() => document.getElementById('own').focus());
    await stranger.declined();
    await stranger.page.evaluate(() => document.getElementById('own').remove());
    await press(stranger, 'Escape');
    await closedBy(stranger, 'escape');
    assert.equal(await stranger.page.evaluate(() => document.activeElement === document.body), true);
    await stranger.leave();
  });
});
