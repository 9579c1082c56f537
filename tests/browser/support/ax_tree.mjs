// ax_tree.mjs: what Chromium tells assistive technology of a page, as a tree of plain objects.
// Only Chromium's driver gives the whole tree. Says nothing of how a screen reader words it.
// SPDX-License-Identifier: MIT

const passing = new Set(['none', 'generic', 'LineBreak', 'ListMarker']); // without a meaning of their own; their children count
const told = ['focused', 'modal', 'level', 'live', 'invalid', 'expanded', 'disabled', 'hidden'];

// Runs on an element: the language its words are in, and the direction they are written in.
function readLanguage() {
  let at = this.nodeType === Node.ELEMENT_NODE ? this : this.parentNode;
  const { direction } = getComputedStyle(at instanceof Document ? at.documentElement : at);
  if (at instanceof Document) at = at.documentElement;
  while (at && !at.lang) at = at.parentNode instanceof ShadowRoot ? at.parentNode.host : at.parentElement;
  return { lang: at?.lang ?? '', dir: direction };
}

// The tree from the document down: { role, name, description, states: { modal: true, level: 2, … }, children }; with
// `hasLanguages` also { lang, dir }. What is hidden from assistive technology is not in it.
export async function readAxTree(page, { hasLanguages = false } = {}) {
  const session = await page.createCDPSession();
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));

  async function languageOf(backendNodeId) {
    const { object } = await session.send('DOM.resolveNode', { backendNodeId });
    const { result } = await session.send('Runtime.callFunctionOn', { objectId: object.objectId, functionDeclaration: String(readLanguage), returnByValue: true });
    return result.value;
  }

  async function read(id) {
    const { ignored, role, name, description, properties = [], childIds = [], backendDOMNodeId } = byId.get(id);
    if (role.value === 'InlineTextBox') return [];
    const children = (await Promise.all(childIds.filter((child) => byId.has(child)).map(read))).flat();
    if (ignored || passing.has(role.value)) return children;
    const states = {};
    for (const { name: key, value } of properties) {
      if (key === 'level' && role.value === 'listitem') continue; // how deep the list is: always 1
      if (told.includes(key) && value.value && value.value !== 'false' && value.value !== 'off') states[key] = value.value;
    }
    const language = hasLanguages ? await languageOf(backendDOMNodeId) : {};
    return [{ role: role.value, name: name?.value ?? '', description: description?.value ?? '', states, ...language, children }];
  }

  const [root] = await read(nodes[0].nodeId);
  await session.detach();
  return root;
}

// Every node of a tree in reading order.
export function* walk(node) {
  yield node;
  for (const child of node.children) yield* walk(child);
}

// The innermost node that has the focus.
export const focusedNode = (tree) => [...walk(tree)].filter(({ states }) => states.focused).pop();

// The tree as indented text. Language and direction stand where they change.
export function writeAxTree(node, depth = 0, around = {}) {
  const { role, name, description, states, lang, dir, children } = node;
  const notes = Object.entries(states).map(([key, value]) => (value === true ? key : `${key} ${value}`));
  if (lang !== around.lang) notes.push(`lang ${lang}`);
  if (dir !== around.dir) notes.push(`dir ${dir}`);
  const indent = '  '.repeat(depth);
  const line = role === 'StaticText' ? `"${name}"` : [role, name && `"${name}"`, notes.length > 0 && `[${notes.join(', ')}]`].filter(Boolean).join(' ');
  const lines = [indent + line];
  if (description) lines.push(`${indent}    described by "${description}"`);
  return [...lines, ...children.flatMap((child) => writeAxTree(child, depth + 1, node))];
}
