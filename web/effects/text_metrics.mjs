// text_metrics.mjs: the widths of the page's font, see core/surface/text_metrics.h; empty means the built-in average.
// SPDX-License-Identifier: MIT
export const measureText = () => '';
