// bundle.mjs: modules and stylesheets to one minified script, as text: the settings of every script that we build.
// Writes no file and knows no embed.
// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises';
import { build, transform } from 'esbuild';
import * as constants from '../wasm-glue/constants.mjs';

// The plan's numbers reach a stylesheet as custom properties that are called by their position: `--card-width` becomes
// `--27`. So the page needs no list of their names, and the stylesheet is shorter.
function nameByPosition(css) {
  return css.replace(/--([a-z-]+)/g, (whole, name) => {
    const position = constants[`PLAN_${name.toUpperCase().replace(/-/g, '_')}`];
    return position === undefined ? whole : `--${position}`;
  });
}

// `import text from './x.css'` gives the stylesheet's text, minified. esbuild's own loaders either leave the text as it
// is or write a second file.
const inlineStylesheet = {
  name: 'inline-stylesheet',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const css = nameByPosition(await readFile(path, 'utf8'));
      const { code } = await transform(css, { loader: 'css', minify: true, charset: 'utf8' });
      return { contents: code.trim().replace(/: #/g, ':#'), loader: 'text' };
    });
  },
};

// `options`: esbuild's, at least where to start. Returns the script.
export async function bundle(options) {
  const { outputFiles } = await build({
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2020',
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    plugins: [inlineStylesheet],
    ...options,
  });
  return outputFiles[0].text.trim();
}
