// font.h: the font that surfaces are drawn with where no browser measures one: Noto Sans, which Debian's browsers take for
// sans-serif, and which ./dev installs for them (fonts-noto-core). Its widths are data: nothing here opens a font.
// SPDX-License-Identifier: MIT
#ifndef RT_DRAW_FONT_H
#define RT_DRAW_FONT_H

#include "surface/text_metrics.h"

// As an attribute of SVG has it. Arabic and Hebrew are its sisters, which browsers find by themselves; the rest stands in
// where these are missing.
#define RT_FONT_FAMILY "'Noto Sans', 'Noto Sans Arabic', 'Noto Sans Hebrew', system-ui, sans-serif"

// How heavy the letters are, as CSS counts it.
typedef enum { RT_WEIGHT_NORMAL = 400, RT_WEIGHT_BOLD = 600 } rt_font_weight;

// The table of widths of rt_text_metrics_read, static. The bold one is what the page would hand to the core with this
// font: a browser without a semi-bold face of it takes the bold one.
rt_bytes rt_font_widths(rt_font_weight weight);

// Where the letters stand in a line of `leading_px`: pixels from its top to the baseline, as browsers place it.
int32_t rt_font_baseline(int32_t font_px, int32_t leading_px);

#endif
