// widget-section.js: the embed for an element of a page: asks whether the visitor may use it, and shows offers inside.
// Reads nothing and decides nothing. BRAND, CORE_BINARY and CORE_JAVASCRIPT are put in by build.mjs.
// SPDX-License-Identifier: MIT
import { EMBED_SECTION } from '../../wasm-glue/core_client.mjs';
import { createSectionEffect } from '../effects/section.mjs';
import { startEmbed } from '../host/start_embed.mjs';

startEmbed({
  page: window,
  brand: BRAND,
  embed: 'widget-section',
  kind: EMBED_SECTION,
  binary: CORE_BINARY,
  javascript: CORE_JAVASCRIPT,
  createSurfaceEffect: createSectionEffect,
});
