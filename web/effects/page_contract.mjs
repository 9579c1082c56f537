// page_contract.mjs: what the page sees of an embed: the session global, events on window, and the script object.
// Knows no event by name: the core spells them. Adds nothing to the page but these, and takes them away again.
// SPDX-License-Identifier: MIT

// The instances of this brand on the page: the same array for every copy of every embed; null when there are none yet.
function instancesOf(page, brand) {
  const object = page[brand.scriptObject];
  return object && Array.isArray(object.instances) ? object.instances : null;
}

// True when `instance` would be a second one for the same tag: same embed, same keys.
export function isDuplicate(page, brand, { embed, script }) {
  const keys = (element) => [element.getAttribute('data-pub'), element.getAttribute('data-website')].join();
  return (instancesOf(page, brand) || []).some(
    (other) => other.embed === embed && script && other.script && keys(other.script) === keys(script),
  );
}

// `instance`: the script object of this embed, as web/docs describe it; it has `sessionId` and gets `instances`.
export function createPageContract(page, brand, instance) {
  const { CustomEvent, JSON } = page;
  const { scriptObject, sessionGlobal } = brand;

  function notifyPage({ name, detail }) {
    page.dispatchEvent(new CustomEvent(name, { __proto__: null, detail: JSON.parse(detail) }));
  }

  // The global first: a listener of the event may read it.
  function announceSession(command) {
    page[sessionGlobal] = instance.sessionId = command.sessionId;
    notifyPage(command);
  }

  const instances = instancesOf(page, brand) || [];
  instances.push(instance);
  instance.instances = instances;
  // A property of the page's own with this name stays as it is.
  if (!Object.getOwnPropertyDescriptor(page, scriptObject)) page[scriptObject] = instance;

  return {
    perform: { announceSession, notifyPage },

    // Takes everything away that was put on window.
    destroy() {
      const index = instances.indexOf(instance);
      if (index < 0) return;
      instances.splice(index, 1);
      const { sessionId } = instance;
      if (sessionId && page[sessionGlobal] === sessionId) delete page[sessionGlobal];
      if (page[scriptObject] !== instance) return;
      delete page[scriptObject];
      if (instances.length > 0) page[scriptObject] = instances[0];
    },
  };
}
