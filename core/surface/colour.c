// colour.c: relative luminance by a cubic.
// SPDX-License-Identifier: MIT
#include "surface/colour.h"

enum {
  BLACK = 0x000000,
  WHITE = 0xFFFFFF,
  BLACK_WINS = 7337124,  // where (L + 0.05)² > 1.05 × 0.05: L > 0.179129, of 40,960,000
};

// Linear light of an sRGB channel in 0..255, scaled to 0..4096: x (0.305306 x² + 0.682171 x + 0.012523), a cubic
// through the curve of IEC 61966-2-1 by Chilliant
// (https://chilliant.blogspot.com/2012/08/srgb-approximations-for-hlsl.html). It needs no table of 256 numbers; a test
// holds it against the exact curve.
static uint32_t linear_light(uint32_t channel) {
  const uint32_t x = channel * 4096 / 255;
  return x * (x * (x * 1251 / 4096 + 2794) / 4096 + 51) / 4096;
}

uint32_t rt_text_colour_on(uint32_t rgb) {
  const uint32_t luminance =
      2126 * linear_light(rgb >> 16 & 255) + 7152 * linear_light(rgb >> 8 & 255) + 722 * linear_light(rgb & 255);
  return luminance > BLACK_WINS ? BLACK : WHITE;
}
