// widget-decline.js: the embed for pages that decline a visitor: starts a session and waits for the server's trigger.
// Reads nothing and decides nothing. BRAND, CORE_BINARY and CORE_JAVASCRIPT are put in by build.mjs.
// SPDX-License-Identifier: MIT
import { EMBED_DECLINE } from '../../wasm-glue/core_client.mjs';
import { createOverlayEffect } from '../effects/overlay.mjs';
import { startEmbed } from '../host/start_embed.mjs';

startEmbed({
  page: window,
  brand: BRAND,
  embed: 'widget-decline',
  kind: EMBED_DECLINE,
  binary: CORE_BINARY,
  javascript: CORE_JAVASCRIPT,
  createSurfaceEffect: createOverlayEffect,
});
