// widget.js: the embed for pages that some visitors may not use where they are: asks, and shows an overlay.
// Reads nothing and decides nothing. BRAND, CORE_BINARY and CORE_JAVASCRIPT are put in by build.mjs.
// SPDX-License-Identifier: MIT
import { EMBED_GEO } from '../../wasm-glue/core_client.mjs';
import { createOverlayEffect } from '../effects/overlay.mjs';
import { startEmbed } from '../host/start_embed.mjs';

startEmbed({
  page: window,
  brand: BRAND,
  embed: 'widget',
  kind: EMBED_GEO,
  binary: CORE_BINARY,
  javascript: CORE_JAVASCRIPT,
  createSurfaceEffect: createOverlayEffect,
});
