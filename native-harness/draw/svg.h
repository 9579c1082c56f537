// svg.h: words and colours into an SVG document. Whatever the words are, the document stays well-formed.
// SPDX-License-Identifier: MIT
#ifndef RT_DRAW_SVG_H
#define RT_DRAW_SVG_H

#include <stdint.h>
#include <stdio.h>

#include "base/bytes.h"

// Well-formed UTF-8 as character data or the value of an attribute. What XML 1.0 has no way to say, control characters
// and two that Unicode keeps unassigned, becomes U+FFFD.
void rt_svg_text(FILE *svg, rt_bytes text);

// ` name="#rrggbb"` of 0xRRGGBB.
void rt_svg_colour(FILE *svg, const char *name, uint32_t rgb);

// A file inside the document: data:TYPE;base64,…
void rt_svg_data_url(FILE *svg, const char *type, rt_bytes content);

#endif
