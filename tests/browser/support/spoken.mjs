// spoken.mjs: an accessibility tree as a screen reader words it: what it says when a dialog takes the focus, when a person
// reads on from there, and when a person goes from control to control. The wording is plain and like that of the common
// readers (name, role, state; lists with their length), not that of one of them. Knows no overlay.
// SPDX-License-Identifier: MIT

const clean = (text) => text.replace(/\s+/g, ' ').trim();
const words = (...parts) => parts.map(clean).filter(Boolean).join(', ');
const controls = new Set(['button', 'link', 'textbox']);

// What the focus says when it arrives at `node`.
export function sayFocused({ role, name, description }) {
  return words(name, role === 'textbox' ? 'edit' : role, description);
}

// Each line that the arrow keys come to, in order. Names that only repeat the text under them are not said twice.
export function sayInOrder(node, context = {}) {
  const { role, name, states, children } = node;
  const inside = (more) => children.flatMap((child) => sayInOrder(child, { ...context, ...more }));
  const items = children.filter((child) => child.role === 'listitem').length;
  switch (role) {
    case 'StaticText':
      return [words(...(context.prefix ?? []), name)];
    case 'heading':
      return [words(`heading level ${states.level}`, name)];
    case 'button':
      return [words(name, role)];
    case 'list':
      return [words(name, `list with ${items} ${items === 1 ? 'item' : 'items'}`), ...inside(), 'out of list'];
    case 'link':
      return inside({ prefix: ['link'] });
    case 'image':
      return name ? [words('graphic', name)] : [];
    case 'emphasis':
      return inside({ prefix: [...(context.prefix ?? []), 'emphasised'] });
    default:
      return inside();
  }
}

// Each stop of the Tab key, in order, with what is entered on the way to it.
export function sayByTab(node, entered = []) {
  const { role, name, children } = node;
  if (controls.has(role)) return [words(...entered.splice(0), name, role)];
  const items = children.filter((child) => child.role === 'listitem').length;
  if (role === 'list') entered.push(words(name, `list with ${items} ${items === 1 ? 'item' : 'items'}`));
  return children.flatMap((child) => sayByTab(child, entered));
}
