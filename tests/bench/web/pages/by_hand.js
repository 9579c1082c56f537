// by_hand.js: the widget's five requests one after the other, and with data-shows what somebody would write by hand to show
// the offers: a dialog in a shadow root, with a stylesheet. No polling, no retry, no focus kept, no impression, no text but
// English, no engine: the floor under what ours can cost.
// SPDX-License-Identifier: MIT
{
  const { pub, website, api, shows } = document.currentScript.dataset;
  const keys = new URLSearchParams({ pub, website });

  const css = `
    dialog { border: 0; padding: 28px; border-radius: 24px; max-width: 1200px; font-family: system-ui, sans-serif; }
    dialog::backdrop { background: #0f131bb3; }
    h2 { font-size: 24px; margin: 0 0 6px; }
    ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(232px, 1fr)); gap: 20px; padding: 0; list-style: none; }
    a { display: grid; gap: 6px; padding: 12px; border-radius: 16px; background: #8881; color: inherit; text-decoration: none; }
    i { aspect-ratio: 16 / 9; border-radius: 8px; background: #2c7468; color: #fff; overflow: hidden; }
    img { width: 100%; height: 100%; object-fit: cover; }
    em { font: 600 16px/22px system-ui, sans-serif; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; }
    span { padding: 10px; border-radius: 9px; background: #3b5bdb; color: #fff; text-align: center; }
    button { position: absolute; inset: 12px 12px auto auto; width: 44px; height: 44px; }`;

  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  const card = ({ brand, headline, image, cta, clickUrl, premium }) =>
    element('li', {}, element('a', { href: clickUrl, target: '_blank', rel: 'sponsored nofollow noopener' },
      element('i', {}, element('img', { src: image, alt: '' })),
      element('b', { textContent: premium ? `${brand} · Premium` : brand }),
      element('em', { textContent: headline }),
      element('span', { textContent: cta })));

  const show = ({ texts, offers }) => {
    const root = document.createElement('div');
    const shadow = root.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    shadow.adoptedStyleSheets = [sheet];
    const dialog = element('dialog', {},
      element('button', { textContent: '×', ariaLabel: texts.close, onclick: () => dialog.close() }),
      element('h2', { textContent: texts.title }),
      element('p', { textContent: texts.intro }),
      element('small', { textContent: texts.sponsored }),
      element('ul', {}, ...offers.map(card)));
    shadow.append(dialog);
    document.body.append(root);
    dialog.showModal();
  };

  const ask = async (path, options) => JSON.parse(await (await fetch(`${api}/v1/${path}`, { credentials: 'omit', cache: 'no-store', ...options })).text());

  const run = async () => {
    const { sessionId } = await ask(`widget-decline/session?${keys}`, { method: 'POST' });
    const { requestId } = await ask(`widget-decline/session/${sessionId}?${keys}&wait=25`);
    const answer = await ask(`offers?${keys}&requestId=${requestId}&limit=12&lang=en`);
    if (shows !== undefined) show(answer);
    dispatchEvent(new CustomEvent('retarget:open'));
  };
  run();
}
