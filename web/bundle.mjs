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
