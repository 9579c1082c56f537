// pages.mjs: the pages that are measured: ours, the peers', the same five requests without either, and an empty one.
// All of them are one small article; measures nothing.
// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs';
import { HttpError, sendHtml, sendText, serve } from '../../../web/demo/small_http.mjs';
import { brand, cards } from './test_api.mjs';

const modules = new URL('../node_modules/', import.meta.url);

// What a peer ships to a page, and how its page opens it: `head` and `body` as its own documentation has them, `open` an
// expression that shows it, `isOpen` one that says whether it is there.
export const peers = {
  cookieconsent: {
    title: 'CookieConsent',
    package: 'vanilla-cookieconsent',
    files: ['vanilla-cookieconsent/dist/cookieconsent.umd.js', 'vanilla-cookieconsent/dist/cookieconsent.css'],
    setUp: `window.ready = CookieConsent.run({ autoShow: false, hideFromBots: false, categories: { necessary: { enabled: true, readOnly: true }, analytics: {} },
      language: { default: 'en', translations: { en: {
        consentModal: { title: 'We use cookies', description: 'Some are needed, some are for statistics.',
          acceptAllBtn: 'Accept all', acceptNecessaryBtn: 'Reject all', showPreferencesBtn: 'Manage' },
        preferencesModal: { title: 'Preferences', acceptAllBtn: 'Accept all', acceptNecessaryBtn: 'Reject all',
          savePreferencesBtn: 'Save', closeIconLabel: 'Close', sections: [
            { title: 'Necessary', description: 'Without these nothing works.', linkedCategory: 'necessary' },
            { title: 'Analytics', description: 'These count.', linkedCategory: 'analytics' }] } } } } })`,
    open: `window.ready.then(() => CookieConsent.show(true))`,
    isOpen: `!!document.querySelector('#cc-main .cm')`,
  },
  a11yDialog: {
    title: 'a11y-dialog',
    package: 'a11y-dialog',
    files: ['a11y-dialog/dist/a11y-dialog.min.js'],
    note: 'opens markup that the page brings',
    body: `<div id="offers" aria-labelledby="title" aria-hidden="true"><div data-a11y-dialog-hide></div><div role="document">
      <h1 id="title">More for you</h1>${Array.from({ length: cards }, (_, i) => `<a href="#${i}"><b>Brand ${i}</b><p>A headline</p></a>`).join('')}
      <button data-a11y-dialog-hide aria-label="Close"></button></div></div>`,
    setUp: `window.dialog = new A11yDialog(document.querySelector('#offers'))`,
    open: `window.dialog.show()`,
    isOpen: `!document.querySelector('#offers').hasAttribute('aria-hidden')`,
  },
  typeform: { title: 'Typeform embed', package: '@typeform/embed', files: ['@typeform/embed/build/embed.js', '@typeform/embed/build/css/popup.css'] },
};

export const peerFile = (file) => readFileSync(new URL(file, modules));
export const peerVersion = ({ package: name }) => JSON.parse(peerFile(`${name}/package.json`)).version;

const tagsOf = ({ files }) => files.map((file) => (file.endsWith('.css') ? `<link rel="stylesheet" href="/peer/${file}">` : `<script src="/peer/${file}"></script>`)).join('');

const article = ({ head = '', body = '' }) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>An article</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">${head}</head>
<body><h1>An article</h1>${'<p>Some words, as pages have them, so that there is something to lay out and to cover.</p>'.repeat(20)}
<p><a href="#more">More</a> <button>A button</button></p>${body}</body></html>`;

// Serves the pages for an API at `api.url`. Returns { url(name), close() }; names are those of `pages` below, and
// "blank", where a visit starts.
export async function startPages(api) {
  const attributes = `data-pub="${api.keys.publicKey}" data-website="${api.keys.websiteKey}" data-api="${api.url}" data-comments="false"`; // on localhost, unlike elsewhere, it would tell what it does
  const script = readFileSync(new URL('pages/by_hand.js', import.meta.url), 'utf8');
  const pages = {
    blank: '<!doctype html><link rel="icon" href="data:,"><title>Blank</title>',
    empty: article({}),
    ours: article({ head: `<script src="${api.url}${brand.embedPath}" ${attributes}></script>` }),
    chain: article({ head: `<script src="/by_hand.js" ${attributes}></script>` }),
    byHand: article({ head: `<script src="/by_hand.js" ${attributes} data-shows></script>` }),
  };
  for (const [name, peer] of Object.entries(peers)) {
    if (!peer.open) continue;
    const page = (script) => article({ head: tagsOf(peer), body: `${peer.body ?? ''}<script>${script}</script>` });
    pages[name] = page(peer.setUp);
    pages[`${name}-open`] = page(`${peer.setUp};${peer.open}`);
  }
  const handle = (request, response, url) => {
    const path = url.pathname.slice(1);
    if (path === 'by_hand.js') return sendText(response, 200, 'text/javascript', script);
    if (path.startsWith('peer/')) return sendText(response, 200, path.endsWith('.css') ? 'text/css' : 'text/javascript', peerFile(path.slice('peer/'.length)).toString());
    if (!Object.hasOwn(pages, path)) throw new HttpError(404, `The bench has no page ${path}.`);
    sendHtml(response, 200, pages[path]);
  };
  const { origin, close } = await serve({ host: '127.0.0.1', originHost: 'localhost', port: 0, handle });
  return { url: (name) => `${origin}/${name}`, close };
}
