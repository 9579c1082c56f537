// bundle.mjs: modules and stylesheets to one minified script, as text: the settings of every script that we build.
// Writes no file and knows no embed.
// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';

// Custom properties have their names for those who read a stylesheet. In the page one that is set once gives way to its
// value, and the others, but for those that a script sets, get letters.
function shortenProperties(css) {
  const values = new Map();
  for (const [, name, value] of css.matchAll(/(--[\w-]+):([^;}]+)/g)) values.set(name, [...(values.get(name) ?? []), value]);
  let count = 0;
  for (const [name, all] of values) {
    const short = `--${(10 + count).toString(36)}`;
    if (all.length > 1) count++;
    const [set, used] = all.length > 1 ? [`${short}:$1`, `var(${short})`] : ['', all[0]];
    css = css.replace(new RegExp(`${name}:([^;}]+;?)`, 'g'), set).replaceAll(`var(${name})`, used);
  }
  return css.replaceAll(';}', '}');
}

// `import text from './x.css'` gives the text of the stylesheet and of those it imports, minified. esbuild's own loaders
// either leave the text as it is or write a second file.
const inlineStylesheet = {
  name: 'inline-stylesheet',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { outputFiles } = await build({ entryPoints: [path], bundle: true, write: false, minify: true, charset: 'utf8' });
      return { contents: shortenProperties(outputFiles[0].text.trim().replace(/: #/g, ':#')), loader: 'text' };
    });
  },
};

// Properties and kinds that only the modules of one embed speak of: nothing that they use of a browser has one of these
// names, and neither the page nor trace.js sees them.
const privateNames = `activate activated announceSession attribute brand cancelHttp cardView connectivity container controller
  createSurfaceEffect dismissed draw ended findContainer fontPx heightPx hide hideSurface httpDone httpFailed isDead
  isKeepalive keepWatch look measureViewport metrics moveTo nextCommand nodes notifyPage onActivate onCardView onDismiss
  pageHost pageLanguage perform prepare ratioPermille rest retryAfter room rootId scriptObject seed sendHttp sessionGlobal
  show showSurface sleepUntil started surfaceRefused surfaceShown update viewport visibility widthPx woke`;
const isPrivate = new RegExp(`^(?:${privateNames.trim().split(/\s+/).join('|')})$`);

// Tells esbuild which strings are such names. It finds properties by itself.
const markNames = {
  name: 'mark-names',
  setup({ onLoad }) {
    onLoad({ filter: /\.mjs$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(/'(\w+)'/g, (text, name) => (isPrivate.test(name) ? `/* @__KEY__ */ ${text}` : text)),
    }));
  },
};

// `options`: esbuild's, at least where to start. `shortens`: private names become a letter each. Returns the script. In two
// steps, because esbuild puts numbers where their names are used only inside one module: our constants come from another.
export async function bundle({ globalName, format = 'iife', shortens = false, ...options }) {
  const settings = { bundle: true, write: false, target: 'es2020', charset: 'utf8', legalComments: 'none' };
  const names = shortens ? { mangleProps: isPrivate } : {};
  const plugins = shortens ? [inlineStylesheet, markNames] : [inlineStylesheet];
  const modules = await build({ format: 'esm', plugins, ...names, ...settings, ...options });
  const define = {};
  const contents = modules.outputFiles[0].text.replace(/^var ([A-Z_]+) = (-?\d+);\n/gm, (_, name, number) => {
    define[name] = number;
    return '';
  });
  const script = await build({ format, stdin: { contents }, minify: true, define, globalName, ...settings });
  return script.outputFiles[0].text.trim();
}
