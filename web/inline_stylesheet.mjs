// inline_stylesheet.mjs: an esbuild plugin: `import text from './x.css'` gives the stylesheet's text, minified.
// esbuild's own loaders either leave the text as it is or write a second file.
// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises';
import { transform } from 'esbuild';

export const inlineStylesheet = {
  name: 'inline-stylesheet',
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true, charset: 'utf8' });
      return { contents: code.trim(), loader: 'text' };
    });
  },
};
