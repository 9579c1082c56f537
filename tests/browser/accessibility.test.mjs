// accessibility.test.mjs: axe-core finds nothing to complain about: not in the overlay in any of its states, not on a page
// that carries the widget, not on the pages of the API and of the demo. What axe cannot see is in walkthroughs.test.mjs.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { brands } from '../../web/demo/brands.mjs';
import { startPublisher } from '../../web/demo/stack.mjs';
import { inspectPage } from './support/axe.mjs';
import { contrastsIn } from './support/contrast.mjs';
import { needs } from './support/engines.mjs';
import { openPage, useFixture } from './support/fixture.mjs';
import { inOverlay, isOverlayOpen, showOverlay, stageOverlay, stagePage } from './support/stage.mjs';

const fixture = useFixture();
const wordsOfOverlay = 'h2, p, small, b, u, bdi, span, section > a, button'; // the initial in place of a picture is no word
const support = { label: 'Contact support', url: 'https://shop.example/help' };

// Each breaks a rule that the overlay could break, too. Proves that the tests below can fail.
const spoilers = {
  'button-name': (root) => root.querySelector('button').removeAttribute('aria-label'),
  'heading-order': (root) => root.querySelector('h2').after(document.createElement('h6')),
  'image-alt': (root) => {
    root.querySelector('i').removeAttribute('aria-hidden');
    root.querySelector('img').removeAttribute('alt');
  },
  'link-name': (root) => root.querySelector('li:last-child a').replaceChildren(),
  'valid-lang': (root) => (root.querySelector('dialog').lang = 'klingonisch'),
};

// What axe cannot tell, and who can.
const knownDoubts = [
  // The demo: words in a drawing that is hidden from readers, and a field whose arrow is made of gradients on its one colour.
  /^color-contrast at \.bank-card/,
  /^color-contrast at #country: .* background gradient/,
];

const states = [
  { name: 'light', attributes: { 'data-theme': 'light' } },
  { name: 'dark', attributes: { 'data-theme': 'dark' } },
  { name: 'one card', count: 1 },
  { name: 'twelve cards', count: 12 },
  { name: 'twelve cards in the dark, without pictures', count: 12, images: false, attributes: { 'data-theme': 'dark' } },
  { name: 'a support contact', support },
  { name: 'a yellow accent', attributes: { 'data-accent': '#ffd400' } },
  { name: 'a yellow accent in the dark', attributes: { 'data-accent': '#ffd400', 'data-theme': 'dark' } },
  { name: 'a black accent in the dark', attributes: { 'data-accent': '#000', 'data-theme': 'dark' } },
  { name: 'right to left', language: 'ar', support },
  { name: 'right to left on a phone, in the dark', language: 'ar', support, width: 390, height: 844, attributes: { 'data-theme': 'dark' } },
  { name: 'Japanese on an English page', language: 'ja', support },
  { name: 'a phone', width: 390, height: 844, count: 12, support },
  { name: 'a phone on its side', width: 844, height: 390, count: 6 },
  { name: 'a laptop at 400 %', width: 320, height: 256, count: 3, support },
  { name: 'a laptop at 400 %, right to left, without pictures', width: 320, height: 256, count: 12, images: false, language: 'ar' },
];

async function assertClean(page, what, options) {
  const { violations, doubts, ruleCount } = await inspectPage(page, options);
  assert.ok(ruleCount >= 8, `axe looked at nothing: ${ruleCount} rules passed`);
  const wrong = [...violations, ...doubts.filter((doubt) => !knownDoubts.some((known) => known.test(doubt)))];
  assert.ok(wrong.length === 0, `${what}:\n${wrong.join('\n')}`);
}

// The overlay is beside body, where axe finds no colours and no distances, and of forced colours Chromium tells it the wrong
// ones. So contrasts are computed here, and sizes of targets in wcag.test.mjs.
async function assertOverlayIsClean(page, what) {
  await assertClean(page, what, { without: ['color-contrast'] });
  const { words } = await inOverlay(page, contrastsIn, wordsOfOverlay);
  assert.ok(words.length >= 6, `${what}: ${words.length} words`);
  assert.deepEqual(words.filter(({ contrast }) => contrast < 4.5), [], what);
}

describe('axe', { concurrency: 3 }, () => {
  test('axe sees into the overlay: what would be wrong is found', async () => {
    const { page } = await stageOverlay(fixture);
    for (const spoil of Object.values(spoilers)) await inOverlay(page, spoil);
    const { violations } = await inspectPage(page);
    const missed = Object.keys(spoilers).filter((rule) => !violations.some((text) => text.startsWith(`${rule} at #retarget-root >>> `)));
    assert.deepEqual(missed, [], `found:\n${violations.join('\n')}`);
    await inOverlay(page, (root) => (root.querySelector('p').style.color = '#888'));
    const { words } = await inOverlay(page, contrastsIn, wordsOfOverlay);
    assert.deepEqual(words.filter(({ contrast }) => contrast < 4.5).map(({ name }) => name), ['p']);
    await page.close();
  });

  for (const { name, ...options } of states) {
    test(`axe finds nothing in the overlay: ${name}`, async () => {
      const { page } = await stageOverlay(fixture, options);
      await assertOverlayIsClean(page, name);
      await page.close();
    });
  }

  test('axe finds nothing on a page with the widget, before the overlay and after it', async () => {
    const { page } = await stagePage(fixture);
    await assertClean(page, 'armed');
    await showOverlay(fixture, page);
    await page.keyboard.press('Escape');
    assert.equal(await isOverlayOpen(page), false);
    await assertClean(page, 'closed');
    await page.close();
  });
});

describe('axe, in forced colours', () => {
  for (const scheme of ['light', 'dark']) {
    test(`axe finds nothing in the overlay: forced colours of a ${scheme} system`, async (t) => {
      if (!needs(t, 'devtools protocol')) return;
      const { page } = await stagePage(fixture, { support, images: false });
      const session = await page.createCDPSession();
      const features = [{ name: 'forced-colors', value: 'active' }, { name: 'prefers-color-scheme', value: scheme }];
      await session.send('Emulation.setEmulatedMedia', { features });
      await showOverlay(fixture, page);
      await assertOverlayIsClean(page, scheme);
      await page.keyboard.press('Tab');
      const { ring } = await inOverlay(page, contrastsIn, 'h2');
      assert.ok(ring.width >= 2 && ring.contrast >= 3, JSON.stringify(ring));
      await page.close();
    });
  }
});

describe('axe, beside the widget', () => {
  // A demo bank of our own, without a delay before it declines.
  const startBank = () =>
    startPublisher(brands.retarget, { apiUrl: fixture.proxy.url, site: fixture.site, verificationMillis: 0, country: 'DE', region: 'BE' });

  test('axe finds nothing on the demo: form, mistakes in it, declined, approved', async () => {
    const bank = await startBank();
    try {
      for (const [surname, id] of [['', 'form'], ['Adeyemi', 'declined'], ['Approved', 'approved']]) {
        const { page } = await openPage(fixture, brands.retarget, bank.url);
        await assertClean(page, 'the form');
        await page.evaluate((name) => {
          const { fullName, email, country, document: kind } = document.getElementById('application').elements;
          if (name) [fullName.value, email.value, country.value, kind[0].checked] = [`Nia ${name}`, 'nia@mail.example', 'DE', true];
          document.getElementById('application').requestSubmit();
        }, surname);
        await page.waitForFunction((panel) => !document.getElementById(panel).hidden && (panel !== 'form' || document.querySelector('[aria-invalid=true]')), {}, id);
        await assertClean(page, id);
        await page.close();
      }
    } finally {
      await bank.stop();
    }
  });

  // Links of offers, as a server asks for them; afterwards the offers are gone from the running API.
  async function expiredLink() {
    const keys = `pub=${fixture.site.publicKey}&website=${fixture.site.websiteKey}`;
    const ask = async (path) => (await fetch(`${fixture.api.url}/v1/${path}&${keys}`)).json();
    const { requestId } = await ask('decision?');
    const { offers } = await ask(`offers?requestId=${requestId}`);
    const program = 'import sqlite3, sys; connection = sqlite3.connect(sys.argv[1]); connection.execute("DELETE FROM offers"); connection.commit()';
    execFileSync('/usr/bin/python3', ['-c', program, fixture.api.db]);
    return offers[0].clickUrl;
  }

  test('axe finds nothing on an advertiser of the demo and on what the API says of a link', async () => {
    const pages = [
      ['an advertiser', `${fixture.advertisers.url}/brightwater?click=1`, 200],
      ['an advertiser without a picture', `${fixture.advertisers.url}/ledgerleaf`, 200],
      ['a damaged link', `${fixture.api.url}/v1/r?t=damaged`, 400],
      ['an expired link', await expiredLink(), 410],
    ];
    for (const [name, url, status] of pages) {
      assert.equal((await fetch(url)).status, status, name);
      const { page } = await openPage(fixture, brands.retarget, url);
      await assertClean(page, name);
      await page.close();
    }
  });
});
