// colour_test.c: contrasts, held against the exact formulas of WCAG 2.2 in floating point.
// SPDX-License-Identifier: MIT
#include "surface/colour.h"

#include "contrast.h"
#include "unit.h"

static void text_on_any_accent_has_at_least_4_5(void **state) {
  (void)state;
  for (uint32_t red = 0; red < 256; red += 3) {
    for (uint32_t green = 0; green < 256; green++) {
      for (uint32_t blue = 0; blue < 256; blue += 5) {
        const uint32_t rgb = red << 16 | green << 8 | blue;
        const uint32_t text = rt_text_colour_on(rgb);
        if (text != 0x000000 && text != 0xFFFFFF) fail_msg("text on #%06x is #%06x", rgb, text);
        if (rt_contrast(text, rgb) < 4.5) fail_msg("#%06x on #%06x: %.3f", text, rgb, rt_contrast(text, rgb));
      }
    }
  }
}

static void every_grey_gets_the_better_of_black_and_white(void **state) {
  (void)state;
  for (uint32_t grey = 0; grey < 256; grey++) {
    const uint32_t rgb = grey * 0x010101;
    const uint32_t better = rt_contrast(0x000000, rgb) > rt_contrast(0xFFFFFF, rgb) ? 0x000000 : 0xFFFFFF;
    assert_int_equal(rt_text_colour_on(rgb), better);
  }
}

RUN_TESTS(cmocka_unit_test(text_on_any_accent_has_at_least_4_5),
          cmocka_unit_test(every_grey_gets_the_better_of_black_and_white))
