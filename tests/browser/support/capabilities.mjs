// capabilities.mjs: what an engine cannot do, as Debian has it and as it can be driven, each with its reason. A test that
// needs such a thing is skipped with this reason, and counted: see needs() in engines.mjs.
// SPDX-License-Identifier: MIT

export const inabilities = {
  'devtools protocol': {
    firefox: 'it has no DevTools protocol',
    webkit: 'it has no DevTools protocol',
  },
  prerender: {
    firefox: 'it knows no speculation rules',
    webkit: 'it knows no speculation rules',
  },
  'widths of Noto Sans': {
    firefox: 'the native drawing has the widths that Chromium measures; Firefox rounds others',
    webkit: 'the native drawing has the widths that Chromium measures; WebKit rounds others',
  },
};
