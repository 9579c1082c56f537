// contrast.h: how well one colour can be read on another, by the exact formulas of WCAG 2.2 in floating point.
// SPDX-License-Identifier: MIT
#ifndef RT_TESTS_SUPPORT_CONTRAST_H
#define RT_TESTS_SUPPORT_CONTRAST_H

#include <stdint.h>

// 1 to 21, of two colours 0xRRGGBB in any order.
double rt_contrast(uint32_t ink, uint32_t ground);

#endif
