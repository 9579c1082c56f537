// colour.h: which colours can be read on which, in integers.
// Colours are 0xRRGGBB in sRGB. Knows no theme and no role.
// SPDX-License-Identifier: MIT
#ifndef RT_SURFACE_COLOUR_H
#define RT_SURFACE_COLOUR_H

#include <stdint.h>

// The text colour, 0x000000 or 0xFFFFFF, that has the higher contrast on `rgb` (WCAG 2.2 relative luminance); it is at
// least 4.5:1 for every colour: where the better of the two is 4.58:1, as it always is by the exact formula, the
// integers are off by less than the difference.
uint32_t rt_text_colour_on(uint32_t rgb);

#endif
