// webkit_hook.mjs: the part of the WebKit layer that runs inside the page: installHook is sent there as text, at the start of
// each document and again with each script. It keeps what the page says, and runs what a test wants to know.
// Knows no driver and no network: what it kept leaves with the answer of the next script.
// SPDX-License-Identifier: MIT

// Returns the hook of this document. `names`: functions to expose. Has no name of its own on the page: tests look for those.
export function installHook(names) {
  const key = Symbol.for('retarget.test.hook');
  if (!window[key]) {
    const { stringify } = JSON;
    const kept = []; // { kind: 'console' | 'pageerror' | 'call', … }, oldest first
    const handles = [];
    for (const type of ['debug', 'error', 'info', 'log', 'warn']) {
      const say = console[type];
      console[type] = (...values) => {
        kept.push({ kind: 'console', type, text: values.map(String).join(' ') });
        say.apply(console, values);
      };
    }
    addEventListener('error', ({ error, message }) => message && kept.push({ kind: 'pageerror', text: error?.message ?? message }));
    addEventListener('unhandledrejection', ({ reason }) => kept.push({ kind: 'pageerror', text: reason?.message ?? String(reason) }));
    addEventListener('securitypolicyviolation', (event) => {
      if (/\/favicon\.ico$/.test(event.blockedURI)) event.stopImmediatePropagation(); // A picture that no page asked for.
    }, true);
    const hook = {
      names: [],
      value: (mark) => (mark && typeof mark === 'object' && 'handle' in mark ? handles[mark.handle] : mark),
      // What `action` returns, as JSON, or a 'handle' of it, or its 'truth'; and all that was kept.
      async run(action, form) {
        const answer = {};
        try {
          const value = await action();
          if (form === 'handle') answer.handle = handles.push(value) - 1;
          else answer.value = form === 'truth' ? Boolean(value) : value;
        } catch (error) {
          answer.error = error?.message ?? String(error);
        }
        return stringify({ ...answer, notes: kept.splice(0) });
      },
      expose(name) {
        hook.names.push(name);
        window[name] = async (...values) => void kept.push({ kind: 'call', name, values });
      },
    };
    Object.defineProperty(window, key, { value: hook });
  }
  const hook = window[key];
  for (const name of names) if (!hook.names.includes(name)) hook.expose(name);
  return hook;
}
