// contrast.c: relative luminance, and the ratio of two.
// SPDX-License-Identifier: MIT
#include "contrast.h"

#include <math.h>

// https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
static double channel(uint32_t value) {
  const double c = value / 255.0;
  return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double luminance(uint32_t rgb) {
  return 0.2126 * channel(rgb >> 16 & 255) + 0.7152 * channel(rgb >> 8 & 255) + 0.0722 * channel(rgb & 255);
}

double rt_contrast(uint32_t ink, uint32_t ground) {
  const double x = luminance(ink), y = luminance(ground);
  return ((x > y ? x : y) + 0.05) / ((x > y ? y : x) + 0.05);
}
