// bundle.mjs: modules and stylesheets to one minified script, as text: the settings of every script that we build.
// Writes no file and knows no embed.
// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises';
import { build, transform } from 'esbuild';

// `import text from './x.css'` gives the stylesheet's text, minified. esbuild's own loaders either leave the text as it
// is or write a second file.
const inlineStylesheet = {
  name: 'inline-stylesheet',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true, charset: 'utf8' });
      return { contents: code.trim().replace(/: #/g, ':#'), loader: 'text' };
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
