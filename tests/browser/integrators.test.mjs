// integrators.test.mjs: the code that publishers have on their pages and servers today works unchanged but for names.
// Each way of listening and each way of triggering, for both brands, with the code of web/docs as it stands there.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { brands } from '../../web/demo/brands.mjs';
import { eventually } from '../../web/demo/eventually.mjs';
import { runProgram } from '../../web/demo/processes.mjs';
import { documentedCode } from './support/documented.mjs';
import { embedTag, openPage, overlayOf, pageWith, sessionIdOf, trigger, useFixture } from './support/fixture.mjs';

const fixture = useFixture();
const unknownSession = 'dcl_0123456789abcdefghijkA'; // Of the right shape.
const webRequire = createRequire(new URL('../../web/package.json', import.meta.url));
const esbuild = webRequire('esbuild');
after(() => esbuild.stop?.());

// The listener as the docs print it: the event for those who attach early, the global for those who attach late.
const listener = (brand) => documentedCode(brand, 'decline-widget.md', 'html', 'addEventListener');
const listenerCode = (brand) => listener(brand).replace(/<\/?script>/g, '');

// The page has told its backend the announced id, `times` times and no other id, and opens when that is triggered.
async function expectArmedAndOpen({ page, notes }, brand, times = 1) {
  const sessionId = await sessionIdOf(page, brand);
  const arrived = () => fixture.web.armed.filter((post) => post.sessionId === sessionId);
  await eventually(() => arrived().length >= times, () => `${arrived().length} posts to the arm route, expected ${times}`);
  await new Promise((resolve) => setTimeout(resolve, 100)); // One post too many would be here by now.
  assert.deepEqual(arrived(), Array(times).fill({ route: brand.armRoute, sessionId }));
  await trigger(fixture, sessionId);
  assert.ok((await overlayOf(page, brand)).cards.length > 0);
  assert.deepEqual(notes.problems(), []);
  await page.close();
}

// The documented effect in a component, mounted as React's StrictMode does it (mount, unmount, mount) and once more later.
function reactBundle(brand) {
  const source = `
    import { StrictMode, useEffect } from 'react';
    import { createRoot } from 'react-dom/client';
    function DeclineBridge() {
      ${documentedCode(brand, 'decline-widget.md', 'jsx', 'useEffect')}
      useEffect(() => { window.mounts = (window.mounts ?? 0) + 1; }, []);
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

describe('integrators', { concurrency: 4 }, () => {
  for (const brand of Object.values(brands)) {
    const open = (parts) => openPage(fixture, brand, fixture.web.publish(pageWith(parts)));
    const openAndAnnounce = async () => {
      const { page } = await open({ head: embedTag(fixture, brand) });
      return { page, sessionId: await sessionIdOf(page, brand) };
    };

    test(`${brand.title}: an inline listener attached before the event`, async () => {
      await expectArmedAndOpen(await open({ head: listener(brand) + embedTag(fixture, brand) }), brand);
    });

    test(`${brand.title}: an inline script after the tag`, async () => {
      await expectArmedAndOpen(await open({ body: embedTag(fixture, brand) + listener(brand) }), brand);
    });

    test(`${brand.title}: a listener attached long after the event reads the global`, async () => {
      const opened = await open({ head: embedTag(fixture, brand) });
      await opened.notes.event('decline-session');
      await opened.page.evaluate(listenerCode(brand));
      await expectArmedAndOpen(opened, brand);
    });

    test(`${brand.title}: the global is set before the event is dispatched`, async () => {
      const head = `<script>addEventListener('${brand.sessionEvent}', (event) => { window.seen = [event.detail.sessionId, window.${brand.sessionGlobal}, event.target === window]; });</script>${embedTag(fixture, brand)}`;
      const { page } = await open({ head });
      const sessionId = await sessionIdOf(page, brand);
      assert.deepEqual(await page.evaluate(() => window.seen), [sessionId, sessionId, true]);
      await page.close();
    });

    test(`${brand.title}: a React effect, mounted, unmounted and mounted again before the announcement`, async () => {
      const script = fixture.web.publish({ body: reactBundle(brand), type: 'text/javascript' });
      const opened = await open({ body: `<div id="root"></div><script src="${script}"></script>` });
      await opened.page.waitForFunction(() => window.mounts === 2);
      await opened.page.evaluate(() => window.remount());
      await opened.page.waitForFunction(() => window.mounts === 3);
      await opened.page.evaluate((tag) => document.head.append(document.createRange().createContextualFragment(tag)), embedTag(fixture, brand));
      await expectArmedAndOpen(opened, brand, 1);
    });

    test(`${brand.title}: a React effect mounted after the announcement, twice and once more, posts the same id each time`, async () => {
      const script = fixture.web.publish({ body: reactBundle(brand), type: 'text/javascript' });
      const opened = await open({ head: embedTag(fixture, brand), body: '<div id="root"></div>' });
      await sessionIdOf(opened.page, brand);
      await opened.page.addScriptTag({ url: script });
      await opened.page.waitForFunction(() => window.mounts === 2);
      await opened.page.evaluate(() => window.remount());
      await opened.page.waitForFunction(() => window.mounts === 3);
      await expectArmedAndOpen(opened, brand, 3);
    });

    test(`${brand.title}: the tag as Next.js injects it with beforeInteractive`, async () => {
      const src = `${fixture.api.url}${brand.embedPath}`;
      const attributes = {
        src, 'data-pub': fixture.site.publicKey, 'data-website': fixture.site.websiteKey, 'data-api': fixture.proxy.url,
        id: 'decline-widget', 'data-nscript': 'beforeInteractive',
      };
      // The App Router puts the script on a queue; its runtime creates the element before hydration, as here.
      const head = `<script>(self.__next_s=self.__next_s||[]).push([${JSON.stringify(src)},${JSON.stringify(attributes)}])</script>`;
      const runtime = `<script>
        for (const [src, props] of self.__next_s.splice(0)) {
          const element = document.createElement('script');
          for (const [key, value] of Object.entries(props)) element.setAttribute(key, value);
          element.src = src;
          document.head.appendChild(element);
        }</script>`;
      await expectArmedAndOpen(await open({ head, body: runtime + listener(brand) }), brand);
    });

    const environment = () => ({ ...process.env, [brand.apiUrlVariable]: fixture.api.url, [brand.secretVariable]: fixture.site.integrationSecret });

    test(`${brand.title}: triggered by the documented code for Node; again is alreadyTriggered`, async () => {
      const { page, sessionId } = await openAndAnnounce();
      const code = documentedCode(brand, 'server-trigger.md', 'js', 'fetch(');
      const call = (id) => runProgram('node', [process.execPath, '--input-type=module', '--eval', `${code}\nconsole.log(JSON.stringify(await triggerDecline(${JSON.stringify(id)}, 'kyc')));`], { env: environment() });
      assert.deepEqual(JSON.parse(await call(sessionId)), { ok: true });
      await overlayOf(page, brand);
      assert.deepEqual(JSON.parse(await call(sessionId)), { ok: true, alreadyTriggered: true });
      await assert.rejects(call(unknownSession), /trigger refused: 404 .*session_not_found/);
      await page.close();
    });

    test(`${brand.title}: triggered by the documented code for Python with requests`, async () => {
      const { page, sessionId } = await openAndAnnounce();
      const code = documentedCode(brand, 'server-trigger.md', 'python', 'requests.post');
      const call = (id) => runProgram('python3', ['/usr/bin/python3', '-c', `${code}\nimport json, sys\nprint(json.dumps(trigger_decline(sys.argv[1])))`, id], { env: environment() });
      assert.deepEqual(JSON.parse(await call(sessionId)), { ok: true });
      await overlayOf(page, brand);
      await assert.rejects(call(unknownSession), /trigger refused: 404 .*session_not_found/);
      await page.close();
    });

    test(`${brand.title}: triggered by the documented curl command, and by the other header for the secret`, async () => {
      const code = documentedCode(brand, 'server-trigger.md', 'sh', 'curl');
      const other = code.replace('Authorization: Bearer ', 'x-integration-secret: ');
      assert.notEqual(other, code);
      for (const command of [code, other]) {
        const { page, sessionId } = await openAndAnnounce();
        assert.deepEqual(JSON.parse(await runProgram('sh', ['sh', '-c', command.replace('dcl_…', sessionId)], { env: environment() })), { ok: true });
        await overlayOf(page, brand);
        await page.close();
      }
    });
  }
});
