// bundle.mjs: modules and stylesheets to one minified script, as text: the settings of every script that we build.
// Writes no file and knows no embed.
// SPDX-License-Identifier: MIT
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

// `options`: esbuild's, at least where to start. Returns the script. In two steps, because esbuild puts numbers where
// their names are used only inside one module: our constants come from another.
export async function bundle({ globalName, format = 'iife', ...options }) {
  const settings = { bundle: true, write: false, target: 'es2020', charset: 'utf8', legalComments: 'none' };
  const modules = await build({ format: 'esm', plugins: [inlineStylesheet], ...settings, ...options });
  const define = {};
  const contents = modules.outputFiles[0].text.replace(/^var ([A-Z_]+) = (-?\d+);\n/gm, (_, name, number) => {
    define[name] = number;
    return '';
  });
  const script = await build({ format, stdin: { contents }, minify: true, define, globalName, ...settings });
  return script.outputFiles[0].text.trim();
}
