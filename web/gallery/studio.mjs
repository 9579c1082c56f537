// studio.mjs: takes the gallery's pictures: the real server, the built embed on a publisher's page, and Chromium.
// Each content is a database and a site of its own, and its offers come as in life: a session, a trigger, a reply; or a decision.
// SPDX-License-Identifier: MIT
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchBrowser } from '../demo/browser.mjs';
import { eventually } from '../demo/eventually.mjs';
import { html } from '../demo/html.mjs';
import { whenPainted } from '../demo/overlay.mjs';
import { HttpError, sendFile, sendText, serve } from '../demo/small_http.mjs';
import { addSite, allowDevelopmentOrigin, startApi } from '../demo/stack.mjs';
import { triggerDecline } from '../demo/trigger.mjs';
import { contents, offersOf } from './contents.mjs';

// What stands behind the overlay: enough of a page to judge how it is dimmed.
const publisherPage = (tag, language) => `<!doctype html><html lang="${language}"><meta charset="utf-8"><title>Larkfield</title>
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"><style>
:root { color-scheme: light dark } body { margin: 0; font: 1rem/1.5 system-ui, sans-serif }
header { padding: 1.25rem 2rem; background: #0b5d4a; color: #fff; font-weight: 600 }
main { max-width: 40rem; margin: 3rem auto; padding: 0 1.5rem } h1 { font-size: 2rem; line-height: 1.2 }
</style>${tag}<header>Larkfield</header><main><h1>We could not open an account for you</h1>
<p>Thank you for your application. We have looked at it with care and cannot offer you an account at the moment.</p>
<p>You can apply again in six months. Nothing of what you sent us is kept until then.</p></main></html>`;

// What stands around the section: text above and below, as wide as the native drawing has it.
const pageAround = (tag, language, id) => `<!doctype html><html lang="${language}" dir="${/^(ar|he)$/.test(language) ? 'rtl' : 'ltr'}"><meta charset="utf-8"><title>Larkfield</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
:root { color-scheme: light dark } body { margin: 1rem 16px; font: 1rem/1.5 system-ui, sans-serif } h1 { font-size: 1.5rem }
</style>${tag}<h1>Larkfield</h1><p>We do not open accounts where you are.</p><div id="${id}"></div><p>You can go on reading what is on this page.</p></html>`;

function tagOf(site, api, path, accent) {
  const attributes = { src: api.url + path, 'data-pub': site.publicKey, 'data-website': site.websiteKey, 'data-api': api.url };
  if (accent) attributes['data-accent'] = accent;
  return `<script${Object.entries(attributes).map(([name, value]) => html` ${name}="${value}"`).join('')}></script>`;
}

// Pages, and the demo's pictures.
async function startWeb() {
  const pages = [];
  const handle = async (request, response, url) => {
    const [, room, name] = url.pathname.split('/');
    if (room === 'page') return sendText(response, 200, 'text/html', pages[name]);
    if (room === 'images' && /^[a-z]+\.svg$/.test(name) && name !== 'missing.svg') return sendFile(response, new URL(`../demo/images/${name}`, import.meta.url));
    throw new HttpError(404, 'There is nothing here.');
  };
  const { origin, close } = await serve({ host: '127.0.0.1', originHost: 'localhost', port: 0, handle });
  return { origin, close, publish: (page) => `${origin}/page/${pages.push(page) - 1}` };
}

// Opens the studio: pictures and what the server answered go to `directory`. `cleanup` receives what closes it.
export async function openStudio({ directory, brand, cleanup }) {
  mkdirSync(directory, { recursive: true });
  const web = await startWeb();
  cleanup.add(web.close);
  const browser = await launchBrowser();
  cleanup.add(() => browser.close());

  // A server with the offers of the content `name`, and a site that shows them.
  async function startContent(name) {
    const content = contents[name];
    const db = join(directory, 'gallery.db');
    const api = await startApi({ db });
    cleanup.add(api.stop);
    const [label, url] = content.support ?? [];
    const site = await addSite(api, { flags: label ? ['--support-label', label, '--support-url', url] : [] });
    await allowDevelopmentOrigin(api, site, web.origin);
    await api.administer('site', 'geo', site.site, '--allow', 'GB'); // nobody knows where this machine is, so it is not served
    writeFileSync(`${db}.offers.json`, JSON.stringify(offersOf(content, web.origin)));
    await api.administer('offer', 'add', `${db}.offers.json`);
    return { api, site, language: content.language ?? 'en' };
  }

  // Opens a page whose visitor has been declined, or is not served, and waits for what it shows. Settings as in shots.mjs.
  async function openSurface({ api, site, language }, { isSection, accent, fontPx = 16 }, offersFile) {
    const page = await browser.newPage();
    const session = await page.createCDPSession();
    await session.send('Page.setFontSizes', { fontSizes: { standard: fontPx, fixed: fontPx } });
    const answers = [];
    page.on('response', async (response) => {
      if (new URL(response.url()).pathname === '/v1/offers') answers.push(await response.text());
    });
    const tag = tagOf(site, api, isSection ? brand.sectionPath : brand.embedPath, accent);
    await page.goto(web.publish(isSection ? pageAround(tag, language, brand.containerId) : publisherPage(tag, language)));
    if (!isSection) await decline(page, api, site);
    const isOpen = () => page.evaluate((object) => window[object]?.state === 'open', brand.scriptObject);
    await eventually(isOpen, `no ${isSection ? 'section' : 'overlay'} opens within 20 s`);
    await eventually(() => answers.length > 0, 'the server has sent no offers');
    writeFileSync(offersFile, answers[0]);
    return { page, session, host: isSection ? `#${brand.containerId} > *` : `#${brand.rootId}` };
  }

  async function decline(page, api, site) {
    await page.waitForFunction((name) => typeof window[name] === 'string', {}, brand.sessionGlobal);
    const sessionId = await page.evaluate((name) => window[name], brand.sessionGlobal);
    await triggerDecline({ apiUrl: api.url, integrationSecret: site.integrationSecret, sessionId, reason: 'kyc' });
  }

  // Takes the pictures of `shots`, all of one content; each gets `offersFile`, the name of the file with the server's answer.
  // `report(shot)` hears of each.
  async function photograph(shots, report) {
    const content = await startContent(shots[0].content);
    const pages = new Map();
    for (const shot of shots) {
      try {
        shot.offersFile = `offers-${shot.isSection ? 'section-' : ''}${shot.content.replace(/ /g, '-').toLowerCase()}.json`;
        const key = JSON.stringify([shot.isSection, shot.accent, shot.fontPx]);
        if (!pages.has(key)) pages.set(key, await openSurface(content, shot, join(directory, shot.offersFile)));
        await takePicture(pages.get(key), shot, join(directory, `${shot.name}.png`));
      } catch (error) {
        throw new Error(`no picture of “${shot.caption}”: ${error.message}`);
      }
      report(shot);
    }
    for (const { page } of pages.values()) await page.close();
    await content.api.stop();
  }

  return { photograph };
}

async function takePicture({ page, session, host }, shot, path) {
  const { viewport: [width, height], zoom = 1, insets = {} } = shot;
  await page.bringToFront();
  await session.send('Emulation.setEmulatedMedia', {
    media: shot.isPrint ? 'print' : 'screen',
    features: [
      { name: 'prefers-color-scheme', value: shot.scheme },
      { name: 'prefers-reduced-motion', value: shot.motion ?? 'reduce' },
      { name: 'forced-colors', value: shot.isForced ? 'active' : 'none' },
    ],
  });
  await session.send('Emulation.setSafeAreaInsetsOverride', { insets: { top: 0, left: 0, bottom: 0, right: 0, ...insets } });
  await page.setViewport({ width: width + 1, height, deviceScaleFactor: zoom }); // so that the next is a change, and the overlay measures anew
  await page.setViewport({ width, height, deviceScaleFactor: zoom });
  await page.mouse.move(0, 0);
  const surface = await page.evaluateHandle((selector) => document.querySelector(selector).shadowRoot, host);
  await surface.evaluate((root) => root.getAnimations().forEach((animation) => animation.finish()));
  await whenPainted(page, host);
  await surface.evaluate((root, { isAtEnd, focus }) => {
    const dialog = root.querySelector('dialog');
    dialog?.focus({ preventScroll: true });
    dialog?.scrollTo(0, isAtEnd ? dialog.scrollHeight : 0);
    if (!dialog) root.activeElement?.blur();
    if (focus) root.querySelector(focus).focus({ focusVisible: true });
  }, shot);
  if (shot.hover) await (await surface.evaluateHandle((root, name) => root.querySelector(name), shot.hover)).hover();
  if (shot.at !== undefined) await surface.evaluate(stopEntrance, shot.at);
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  const isBlank = await surface.evaluate((root) => root.querySelector('section').getBoundingClientRect().height < 100);
  if (isBlank) throw new Error('there is no panel on it');
  await page.screenshot({ path, fullPage: Boolean(shot.isPrint) });
}

// Plays the entrance again and stops it after `at` milliseconds.
function stopEntrance(root, at) {
  const dialog = root.querySelector('dialog');
  const moving = [dialog, root.querySelector('section')];
  for (const element of moving) element.style.animationName = 'none';
  root.host.getBoundingClientRect();
  for (const element of moving) element.style.animationName = '';
  for (const animation of dialog.getAnimations({ subtree: true })) {
    animation.pause();
    animation.currentTime = at;
  }
}
