// witness.js: the first script of a stranger's page in the tests: keeps what the page is told and what goes wrong in it, and
// what the core wants drawn, as the core says it at its border. A classic script without any help from outside, because
// what comes after it may break whatever it can. Changes nothing that a page or the widget would notice.
// SPDX-License-Identifier: MIT
(() => {
  'use strict';
  const { apply } = Reflect;
  const { floor, abs } = Math;
  const rectOf = Element.prototype.getBoundingClientRect;
  const all = Element.prototype.querySelectorAll;
  const every = Document.prototype.querySelectorAll;
  const witness = { __proto__: null, told: [], lines: [], errors: [], violations: [], shifts: [] };
  Object.defineProperty(window, 'witness', { value: witness });

  // ---------------------------------------------------------------- what the page is told

  const listen = (name, listener) => apply(EventTarget.prototype.addEventListener, window, [name, listener, true]);
  const keep = (list, entry) => (list[list.length] = entry);
  for (const brand of ['retarget', 'affilfinder']) {
    for (const name of ['decline-session', 'open', 'close', 'click', 'empty', 'expired', 'allowed', 'error']) {
      listen(`${brand}:${name}`, ({ detail }) => keep(witness.told, { brand, name, detail: { __proto__: null, ...detail } }));
    }
  }
  listen('error', ({ message, target }) => keep(witness.errors, message || `${target.nodeName} did not load ${target.src}`));
  listen('unhandledrejection', ({ reason }) => keep(witness.errors, `${reason}`));
  listen('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => keep(witness.violations, `${effectiveDirective} ${blockedURI}`));
  for (const level of ['error', 'warn', 'info', 'log']) {
    const { [level]: say } = console;
    console[level] = (...words) => {
      keep(witness.lines, { level, text: `${words[0]}` });
      apply(say, console, words);
    };
  }
  if (typeof PerformanceObserver === 'function' && (PerformanceObserver.supportedEntryTypes || []).includes('layout-shift')) {
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => keep(witness.shifts, entry.value))).observe({ type: 'layout-shift', buffered: true });
  }

  // ---------------------------------------------------------------- what the core wants

  // The numbers of each node, in the order of core_client.mjs: role, parent, card, x, y, width, height. Of the core that drew
  // last, and of every core.
  let nodes = [];
  const cores = [];
  if (typeof WebAssembly === 'object') {
    const { Instance } = WebAssembly;
    WebAssembly.Instance = function (module) {
      const { exports } = new Instance(module);
      const { node_count: count, node_number: numberOf } = exports;
      const core = cores.length;
      cores[core] = [];
      return {
        exports: {
          ...exports,
          node_count: () => ((nodes = cores[core] = []), count()),
          node_number: (index, field) => {
            const number = numberOf(index, field);
            nodes = cores[core];
            nodes[index] = nodes[index] || [];
            nodes[index][field] = number;
            return number;
          },
        },
      };
    };
  }

  // ---------------------------------------------------------------- what a visitor sees

  // A page may have an element of that name, too.
  const shadowOf = (rootId) => {
    for (const { shadowRoot } of apply(every, document, [`#${rootId}`])) if (shadowRoot) return shadowRoot;
    return null;
  };

  const boxOf = (element) => {
    const { x, y, width, height } = apply(rectOf, element, []);
    return [x, y, width, height];
  };

  // Adds to `faults` where an element that is drawn is not the core's node, of a surface whose corner is at `from`.
  const sides = ['x', 'y', 'width', 'height'];
  const compare = (drawn, wanted, from, faults) => {
    if (wanted.length > 0 && drawn.length !== wanted.length) keep(faults, `${drawn.length} elements for ${wanted.length} nodes`);
    for (let i = 0; i < wanted.length && i < drawn.length; i++) {
      const box = boxOf(drawn[i]);
      for (let side = 0; side < 4; side++) {
        const place = wanted[i][side + 3] + (side < 2 ? from[side] : 0);
        if (abs(box[side] - place) > 1) keep(faults, `${drawn[i].localName} (node ${i}): ${sides[side]} is ${box[side]}, the core's is ${place}`);
      }
    }
  };

  // Null without an overlay, else what is wrong with it: `faults`, each a sentence, and a few facts beside.
  witness.look = (rootId) => {
    const shadow = shadowOf(rootId);
    const dialog = shadow && shadow.querySelector('dialog');
    if (!dialog) return null;
    for (const animation of shadow.getAnimations()) animation.finish();
    const faults = [];
    const [left] = boxOf(dialog);
    const drawn = apply(all, dialog, ['*:not(li, img)']);
    compare(drawn, nodes, [left, 0], faults);
    // What can be hit in the middle of a box is what is seen there: nothing lies above it, nothing cuts it off.
    let visible = 0;
    for (const element of apply(all, dialog, ['button, h2, a'])) {
      const [x, y, width, height] = boxOf(element);
      const middle = [floor(x + width / 2), floor(y + height / 2)];
      if (middle[0] < 0 || middle[1] < 0 || middle[0] >= innerWidth || middle[1] >= innerHeight) continue;
      const hit = shadow.elementFromPoint(middle[0], middle[1]);
      if (hit && (hit === element || element.contains(hit))) visible++;
      else keep(faults, `${element.localName} at ${middle} is covered by ${hit ? hit.localName : 'nothing of ours'}`);
      const visibility = getComputedStyle(element).getPropertyValue('visibility');
      if (visibility !== 'visible') keep(faults, `${element.localName} is ${visibility}`);
    }
    if (!dialog.matches(':modal')) keep(faults, 'the dialog is not modal');
    const [x, y, width, height] = boxOf(dialog);
    const bar = 25; // no engine's is wider
    const besideBars = innerWidth - 2 * bar; // or places reserved for them, on one side or both
    if (x < 0 || y !== 0 || height > innerHeight || height < innerHeight - bar || x + width > innerWidth || width < besideBars) keep(faults, `the dialog is at ${[x, y, width, height]} of ${[innerWidth, innerHeight]}`);
    if (nodes.length > 0 && nodes[0][5] !== dialog.clientWidth) keep(faults, `the core lays out ${nodes[0][5]} px, the dialog has ${dialog.clientWidth}`);
    faults.splice(3, Infinity, ...(faults.length > 3 ? [`and ${faults.length - 3} more`] : []));
    return { faults, visible, cards: apply(all, dialog, ['li']).length };
  };

  // What the element of this id holds of ours: for each section its place, its cards and what is wrong with it.
  witness.sections = (id) => {
    const found = [];
    const container = document.getElementById(id);
    for (const host of container ? container.children : []) {
      const panel = host.shadowRoot && host.shadowRoot.querySelector('section');
      if (!panel) continue;
      const box = boxOf(host);
      const drawn = [panel];
      for (const element of apply(all, panel, ['*:not(li, img)'])) keep(drawn, element);
      let best = ['no core wants this'];
      for (const wanted of cores) {
        const faults = [];
        compare(drawn, wanted, box, faults);
        if (wanted.length > 0 && faults.length < best.length) best = faults;
        if (wanted.length > 0 && best[0] === 'no core wants this') best = faults;
      }
      if (cores.length === 0) best = []; // the core is JavaScript: nobody saw what it wanted
      for (const element of apply(all, panel, ['small, a'])) {
        const [x, y, width, height] = boxOf(element);
        const middle = [floor(x + width / 2), floor(y + height / 2)];
        if (middle[0] < 0 || middle[1] < 0 || middle[0] >= innerWidth || middle[1] >= innerHeight) continue;
        const hit = host.shadowRoot.elementFromPoint(middle[0], middle[1]);
        if (!hit || !(hit === element || element.contains(hit))) keep(best, `${element.localName} at ${middle} is covered by ${hit ? hit.localName : 'nothing of ours'}`);
      }
      keep(found, { __proto__: null, box, cards: apply(all, panel, ['li']).length, faults: best });
    }
    return found;
  };
})();
