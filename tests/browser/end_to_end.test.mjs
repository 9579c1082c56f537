// end_to_end.test.mjs: the main job on real parts, for both brands: a declined applicant of the demo bank sees offers and
// follows one. Everything is the built file and the real program; nothing is simulated but the visitor.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { brands } from '../../web/demo/brands.mjs';
import { driveDemo, submitApplication } from '../../web/demo/drive.mjs';
import { eventually } from '../../web/demo/eventually.mjs';
import { readOverlay } from '../../web/demo/overlay.mjs';
import { createCleanup } from '../../web/demo/processes.mjs';
import { startStack } from '../../web/demo/stack.mjs';
import { launchEngine } from './support/engines.mjs';
import { readClicks, readImpressions } from './support/records.mjs';

let browser;
const cleanup = createCleanup();
before(async () => {
  browser = await launchEngine();
  cleanup.add(() => browser.close());
});
after(() => cleanup.stopAll());

// A stack of its own for one test, stopped and deleted after it.
async function withStack(brand, use) {
  const own = createCleanup();
  const directory = mkdtempSync(join(tmpdir(), 'retarget-test-'));
  own.add(() => rmSync(directory, { recursive: true, force: true }));
  try {
    await use(await startStack({ brand, preset: 'dev', db: join(directory, 'test.db'), cleanup: own, verificationMillis: 50 }));
  } finally {
    await own.stopAll();
  }
}

async function openTab() {
  const context = await browser.createBrowserContext(); // No cookie of another test.
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => /^(error|warn)/.test(message.type()) && problems.push(message.text()));
  return { page, problems };
}

for (const brand of Object.values(brands)) {
  test(`${brand.title}: decline, trigger, overlay, click, landing; and the click is recorded`, () =>
    withStack(brand, async ({ api, site, publisher, advertisers }) => {
      const { page, problems } = await openTab();
      const { sessionId, overlay, landing } = await driveDemo(page, { url: publisher.url, brand });
      assert.match(sessionId, /^dcl_[\w-]{22,}$/);
      assert.ok(overlay.cards.length >= 4, `${overlay.cards.length} offers`);
      assert.match(overlay.text, /Sponsored/);
      for (const card of overlay.cards) {
        assert.ok(card.href.startsWith(`${api.url}/v1/r?t=`), card.href);
        assert.equal(card.target, '_blank');
        assert.equal(card.rel, 'sponsored nofollow noopener');
        assert.equal(card.referrerPolicy, 'strict-origin');
      }
      assert.ok(landing.url.startsWith(advertisers.url), landing.url);
      assert.equal(landing.received.site, site.websiteKey);
      assert.equal(landing.received.country, 'DE');
      assert.equal(landing.received.region, 'BE');
      const clicks = () => readClicks(api.db);
      const expected = [{ clickId: landing.received.click, isEventSeen: true, isFollowed: true, class: 'test' }];
      await eventually(() => clicks().some((click) => click.isEventSeen && click.isFollowed), () => `recorded: ${JSON.stringify(clicks())}`);
      assert.deepEqual(clicks(), expected, 'traffic of a development origin is a class of its own');
      const impressions = () => readImpressions(api.db);
      await eventually(() => impressions().rendered === overlay.cards.length, () => `${JSON.stringify(impressions())} of ${overlay.cards.length} cards`);
      assert.equal(impressions().served, overlay.cards.length);
      assert.deepEqual(problems, [], 'the console of the happy path is clean');
    }));
}

test('an approved applicant sees no offers, and one who starts again can be declined', () =>
  withStack(brands.retarget, async ({ publisher }) => {
    const brand = brands.retarget;
    const { page } = await openTab();
    await page.goto(publisher.url);
    await page.waitForFunction((name) => typeof window[name] === 'string', {}, brand.sessionGlobal);
    await page.type('#fullName', 'Nia Approved');
    await page.type('#email', 'nia@mail.example');
    await page.select('#country', 'DE');
    await page.click('input[value="passport"]');
    await submitApplication(page, 'approved');
    await new Promise((resolve) => setTimeout(resolve, 500)); // A trigger would have arrived by now.
    assert.equal(await readOverlay(page, brand), null);
    await Promise.all([page.waitForNavigation(), page.click('#approved form button')]);
    await driveDemo(page, { url: publisher.url, brand });
  }));
