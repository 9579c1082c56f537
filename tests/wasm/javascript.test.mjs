// javascript.test.mjs: everything that core.test.mjs claims holds for the core as JavaScript, too.
// SPDX-License-Identifier: MIT
process.env.RETARGET_ENGINE = 'javascript'; // before support.mjs reads it
await import('./core.test.mjs');
