// surface_dom.mjs: draws a surface as plain nodes in reading order, until the real drawing lands. Same interface.
// SPDX-License-Identifier: MIT
import { CLOSE_BUTTON, REFUSAL_BUSY } from '../../wasm-glue/core_client.mjs';

export function createSurface({ rootId, document, onDismiss, onActivate, onCardView }) {
  let root;
  return {
    show(core) {
      if (document.getElementById(rootId)) return REFUSAL_BUSY;
      root = document.createElement('div'); root.id = rootId;
      const shadow = root.attachShadow({ mode: 'open' });
      for (const n of core.nodes()) { const e = document.createElement(n.href ? 'a' : 'p'); if (n.href) { e.href = n.href; e.target = '_blank'; e.addEventListener('click', () => onActivate(n.card)); } e.textContent = `${n.role} ${n.text}`; shadow.append(e); }
      const b = document.createElement('button'); b.textContent = 'X'; b.onclick = () => onDismiss(CLOSE_BUTTON); shadow.append(b);
      document.body.append(root);
      return null;
    },
    update() {},
    hide() { root.remove(); },
  };
}
