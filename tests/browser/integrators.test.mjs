// integrators.test.mjs: the code that publishers have on their pages and servers today works unchanged but for names.
// Each way of listening and each way of triggering, for both brands; the shapes are those of the platform's documentation.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import test, { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { brands } from '../../web/demo/brands.mjs';
import { eventually } from '../../web/demo/eventually.mjs';
import { runProgram } from '../../web/demo/processes.mjs';
import { embedTag, openPage, overlayOf, pageWith, sessionIdOf, trigger, useFixture } from './support/fixture.mjs';

const fixture = useFixture();
const webRequire = createRequire(new URL('../../web/package.json', import.meta.url));
const esbuild = webRequire('esbuild');
after(() => esbuild.stop?.());

// The listener as integrators write it: the event for those who attach early, the global for those who attach late.
const listener = (brand) => `
  function armDecline(sessionId) {
    fetch('${brand.armRoute}', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ sessionId: sessionId }),
    });
  }
  window.addEventListener('${brand.sessionEvent}', function (event) { armDecline(event.detail.sessionId); });
  if (window.${brand.sessionGlobal}) armDecline(window.${brand.sessionGlobal});`;

// The ids that the page posted to its arm route since `from`.
const armedSince = (from) => fixture.web.armed.slice(from);

async function expectArmedAndOpen(page, notes, brand, from) {
  const sessionId = await sessionIdOf(page, brand);
  await eventually(() => armedSince(from).length > 0, 'the page never posted to its arm route');
  await new Promise((resolve) => setTimeout(resolve, 100)); // A second post would be a second announcement.
  assert.deepEqual(armedSince(from), [{ route: brand.armRoute, sessionId }]);
  await trigger(fixture, sessionId);
  assert.ok((await overlayOf(page, brand)).cards.length > 0);
  assert.deepEqual(notes.problems(), []);
  await page.close();
}

// A component as the platform's guide for React shows it; `mountTwice` is what React's StrictMode does in development.
function reactBundle(brand) {
  const source = `
    import { StrictMode, useEffect } from 'react';
    import { createRoot } from 'react-dom/client';
    const armed = new Set();
    function DeclineBridge() {
      useEffect(() => {
        const arm = (sessionId) => {
          if (!sessionId || armed.has(sessionId)) return;
          armed.add(sessionId);
          fetch('${brand.armRoute}', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ sessionId }) });
        };
        const onSession = (event) => arm(event.detail.sessionId);
        window.addEventListener('${brand.sessionEvent}', onSession);
        arm(window.${brand.sessionGlobal});
        window.effectRuns = (window.effectRuns ?? 0) + 1;
        return () => window.removeEventListener('${brand.sessionEvent}', onSession);
      }, []);
      return <p id="react">A component</p>;
    }
    const container = document.getElementById('root');
    let root = createRoot(container);
    root.render(<StrictMode><DeclineBridge /></StrictMode>);
    window.remount = () => { root.unmount(); root = createRoot(container); root.render(<DeclineBridge />); };`;
  const built = esbuild.buildSync({
    stdin: { contents: source, loader: 'jsx', resolveDir: fileURLToPath(new URL('../../web', import.meta.url)) },
    jsx: 'automatic', bundle: true, write: false, format: 'iife', define: { 'process.env.NODE_ENV': '"development"' }, logLevel: 'error',
  });
  return built.outputFiles[0].text;
}

for (const brand of Object.values(brands)) {
  test(`${brand.title}: an inline listener attached before the event`, async () => {
    const from = fixture.web.armed.length;
    const url = fixture.web.publish(pageWith({ head: `<script>${listener(brand)}</script>${embedTag(fixture, brand)}` }));
    const { page, notes } = await openPage(fixture, brand, url);
    await expectArmedAndOpen(page, notes, brand, from);
  });

  test(`${brand.title}: an inline script after the tag`, async () => {
    const from = fixture.web.armed.length;
    const url = fixture.web.publish(pageWith({ body: `${embedTag(fixture, brand)}<script>${listener(brand)}</script>` }));
    const { page, notes } = await openPage(fixture, brand, url);
    await expectArmedAndOpen(page, notes, brand, from);
  });

  test(`${brand.title}: a listener attached long after the event reads the global`, async () => {
    const from = fixture.web.armed.length;
    const { page, notes } = await openPage(fixture, brand, fixture.web.publish(pageWith({ head: embedTag(fixture, brand) })));
    await notes.event('decline-session');
    await page.evaluate(listener(brand));
    await expectArmedAndOpen(page, notes, brand, from);
  });

  test(`${brand.title}: the global is set before the event is dispatched`, async () => {
    const head = `<script>addEventListener('${brand.sessionEvent}', (event) => { window.seen = [event.detail.sessionId, window.${brand.sessionGlobal}, event.target === window]; });</script>${embedTag(fixture, brand)}`;
    const { page } = await openPage(fixture, brand, fixture.web.publish(pageWith({ head })));
    const sessionId = await sessionIdOf(page, brand);
    assert.deepEqual(await page.evaluate(() => window.seen), [sessionId, sessionId, true]);
    await page.close();
  });

  test(`${brand.title}: a React effect, mounted, unmounted and mounted again`, async () => {
    const from = fixture.web.armed.length;
    const script = fixture.web.publish({ body: reactBundle(brand), type: 'text/javascript' });
    const url = fixture.web.publish(pageWith({ head: embedTag(fixture, brand), body: `<div id="root"></div><script src="${script}"></script>` }));
    const { page, notes } = await openPage(fixture, brand, url);
    await page.waitForSelector('#react');
    await page.waitForFunction(() => window.effectRuns >= 2); // StrictMode: mount, unmount, mount.
    await page.evaluate(() => window.remount());
    await page.waitForFunction(() => window.effectRuns >= 3);
    await expectArmedAndOpen(page, notes, brand, from);
  });

  test(`${brand.title}: the tag as Next.js injects it with beforeInteractive`, async () => {
    const from = fixture.web.armed.length;
    const attributes = JSON.stringify({
      src: `${fixture.api.url}${brand.embedPath}`, 'data-pub': fixture.site.publicKey, 'data-website': fixture.site.websiteKey,
      'data-api': fixture.proxy.url, id: 'decline-widget', 'data-nscript': 'beforeInteractive',
    });
    // The App Router pushes the script on a queue; the runtime creates the element before hydration, as here.
    const head = `<script>(self.__next_s=self.__next_s||[]).push([${JSON.stringify(`${fixture.api.url}${brand.embedPath}`)},${attributes}])</script>`;
    const runtime = `<script>
      for (const [src, props] of self.__next_s.splice(0)) {
        const element = document.createElement('script');
        for (const [key, value] of Object.entries(props)) element.setAttribute(key, value);
        element.src = src;
        document.head.appendChild(element);
      }
      ${listener(brand)}</script>`;
    const { page, notes } = await openPage(fixture, brand, fixture.web.publish(pageWith({ head, body: runtime })));
    await expectArmedAndOpen(page, notes, brand, from);
  });

  const environment = () => ({
    ...process.env,
    [brand.apiUrlVariable]: fixture.api.url,
    [brand.secretVariable]: fixture.site.integrationSecret,
  });

  test(`${brand.title}: triggered by a server in Node with fetch`, async () => {
    const { page } = await openPage(fixture, brand, fixture.web.publish(pageWith({ head: embedTag(fixture, brand) })));
    const sessionId = await sessionIdOf(page, brand);
    const code = `
      const response = await fetch(process.env.${brand.apiUrlVariable} + '/v1/widget-decline/trigger', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: 'Bearer ' + process.env.${brand.secretVariable} },
        body: JSON.stringify({ sessionId: ${JSON.stringify(sessionId)} }),
      });
      if (!response.ok) throw new Error(response.status + ' ' + (await response.text()));
      console.log(JSON.stringify(await response.json()));`;
    const run = () => runProgram('node', [process.execPath, '--input-type=module', '--eval', code], { env: environment() });
    assert.deepEqual(JSON.parse(await run()), { ok: true });
    await overlayOf(page, brand);
    assert.deepEqual(JSON.parse(await run()), { ok: true, alreadyTriggered: true });
    await page.close();
  });

  test(`${brand.title}: triggered by a server in Python with requests`, async () => {
    const { page } = await openPage(fixture, brand, fixture.web.publish(pageWith({ head: embedTag(fixture, brand) })));
    const sessionId = await sessionIdOf(page, brand);
    const code = `
import os, sys, requests
response = requests.post(
    os.environ["${brand.apiUrlVariable}"] + "/v1/widget-decline/trigger",
    json={"sessionId": sys.argv[1], "reason": "deposit"},
    headers={"x-integration-secret": os.environ["${brand.secretVariable}"]},
    timeout=15,
)
if not response.ok:
    sys.exit(f"{response.status_code} {response.text}")
print(response.json()["ok"])`;
    const run = (id) => runProgram('python3', ['/usr/bin/python3', '-c', code, id], { env: environment() });
    assert.equal((await run(sessionId)).trim(), 'True');
    await overlayOf(page, brand);
    await assert.rejects(run('dcl_0123456789abcdefghijkA'), /404 .*session_not_found/);
    await page.close();
  });
}
