// capabilities.mjs: what an engine cannot do, as Debian has it and as it can be driven, each with its reason. A test that
// needs such a thing is skipped with this reason, and counted: see needs() in engines.mjs.
// SPDX-License-Identifier: MIT

export const inabilities = {
  'the demo': {
    firefox: 'the demo checks itself in Chromium',
    webkit: 'the demo checks itself in Chromium',
  },
  'devtools protocol': {
    firefox: 'it has no DevTools protocol',
    webkit: 'it has no DevTools protocol',
  },
  'background tabs': {
    webkit: 'its driver opens no tab behind another',
  },
  'back/forward cache in the middle of a request': {
    firefox: 'it keeps no page that waits for an answer',
  },
  'forced colours': {
    webkit: 'it has no forced colours',
  },
  'print styles': {
    webkit: 'its driver shows no page as on paper',
  },
  prerender: {
    firefox: 'it knows no speculation rules',
    webkit: 'it knows no speculation rules',
  },
  'a driver apart from the page': {
    webkit: 'its driver works with the Promise, Map and Array that this page has changed',
  },
  'a look into frames': {
    webkit: 'its driver looks into no frame of another origin from here',
  },
  'the registered domain': {
    firefox: 'it cannot be told where a name is',
    webkit: 'it cannot be told where a name is',
  },
  'the right mouse button': {
    webkit: 'its driver presses the right button and lets go of the left one, which is a click',
  },
  'keys that end at a dialog': {
    webkit: 'Page Down and End scroll the page behind a dialog that has nothing to scroll; where its scroll bar stays it is put back before it is painted, but hears of it',
  },
  'scroll bars that stay as asked for': {
    firefox: 'this page has a classic scroll bar for a while, although overlay ones were asked for',
  },
  'widths of Noto Sans': {
    firefox: 'the native drawing has the widths that Chromium measures; Firefox rounds others',
    webkit: 'the native drawing has the widths that Chromium measures; WebKit rounds others',
  },
  'names by WebDriver': {
    chromium: 'the walkthroughs have the whole tree of its names',
    firefox: 'it is driven by WebDriver BiDi, which tells no names',
  },
};
