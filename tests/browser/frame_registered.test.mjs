// frame_registered.test.mjs: the frame on the registered domain itself, over https as in life: it is shown there and on www., not
// on a subdomain that is not allowed, and what is chosen in it is billable.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '../../web/demo/eventually.mjs';
import { siteDomain } from '../../web/demo/stack.mjs';
import { launchEngine } from './support/engines.mjs';
import { needs, pageWith, useFixture } from './support/fixture.mjs';
import { readClicks, readImpressions } from './support/records.mjs';

const fixture = useFixture();

// A certificate that nobody has to believe in, for as long as the test takes.
function certificate(t) {
  const directory = mkdtempSync(join(tmpdir(), 'retarget-test-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(directory, name));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', `/CN=${siteDomain}`, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

// The publisher's page, at whatever name it is asked for.
async function startPublisher(t, page) {
  const server = createServer(certificate(t), (request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(request.url === '/' ? page : ''));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => { server.close(); server.closeAllConnections(); });
  return server.address().port;
}

test('on the registered domain it is shown, counted and billable; on no other site is it shown at all', async (t) => {
  if (!needs(t, 'the registered domain')) return;
  const { api, site } = fixture;
  await api.administer('site', 'geo', site.site, '--allow', 'GB'); // a visitor from nowhere is not
  const witness = '<script>window.heard = []; addEventListener("message", ({ origin, data }) => heard.push({ origin, ...data }))</script>';
  const frame = `<iframe src="${api.url}/embed?pub=${site.publicKey}&amp;website=${site.websiteKey}&amp;mode=section" title="Sponsored offers" width="1000" height="420"></iframe>`;
  const port = await startPublisher(t, pageWith({ head: witness, body: frame }));
  const browser = await launchEngine({
    args: ['--no-sandbox', '--disable-gpu', `--host-resolver-rules=MAP *.example 127.0.0.1:${port}`, '--user-agent=Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0'],
    acceptInsecureCerts: true,
  });
  t.after(() => browser.close());
  const page = await browser.newPage();
  const visit = async (host) => {
    await page.goto(`https://${host}/`);
    return page;
  };
  const hears = (type) => eventually(() => page.evaluate((name) => heard.some((message) => message.type === name), `retarget:${type}`), async () => `no ${type}`);
  const hearsNothing = async () => {
    await new Promise((resolve) => setTimeout(resolve, 1500)); // where it may, it has told its height long before
    assert.deepEqual(await page.evaluate(() => heard), []);
  };

  await visit('elsewhere.example');
  await hearsNothing();
  await visit(`offers.${siteDomain}`);
  await hearsNothing();
  await visit(`www.${siteDomain}`);
  await hears('open');
  await api.administer('site', 'set', site.site, '--subdomains');
  await visit(`a.offers.${siteDomain}`);
  await hears('open');
  await visit(siteDomain);
  await hears('open');

  await page.evaluate(() => document.querySelector('iframe').scrollIntoView());
  await eventually(() => readImpressions(api.db).viewable > 0, 'no card was reported as seen');
  await page.mouse.click(120, 150);
  await hears('click');
  const clicks = () => readClicks(api.db);
  await eventually(() => clicks().some((click) => click.isFollowed && click.isEventSeen), () => JSON.stringify(clicks()));
  assert.deepEqual(clicks().map((click) => click.class), ['billable']);
});
