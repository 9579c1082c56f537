// palette_test.c: the palette can be read, on a light and on a dark theme.
// SPDX-License-Identifier: MIT
#include "contrast.h"
#include "unit.h"

typedef enum {
#define RT_COLOUR(upper, lower, light, dark) upper,
#include "surface/palette.def"
  COLOUR_COUNT
} colour;

typedef struct {
  const char *name;
  uint32_t themes[2];  // light, dark
} row;
#define RT_COLOUR(upper, lower, light, dark) {#lower, {light, dark}},
static const row rows[COLOUR_COUNT] = {
#include "surface/palette.def"
};

#define RT_INK_ON(ink, ground) {ink, ground},
static const struct {
  colour ink, ground;
} pairs[] = {
#include "surface/palette.def"
};

enum { PAIRS = sizeof pairs / sizeof *pairs };

static void every_text_has_at_least_4_5_on_its_ground_on_both_themes(void **state) {
  (void)state;
  for (size_t i = 0; i < PAIRS; i++) {
    const row *ink = &rows[pairs[i].ink], *ground = &rows[pairs[i].ground];
    for (size_t theme = 0; theme < 2; theme++) {
      const double contrast = rt_contrast(ink->themes[theme], ground->themes[theme]);
      if (contrast >= 4.5) continue;
      fail_msg("%s #%06x on %s #%06x: %.2f", ink->name, ink->themes[theme], ground->name, ground->themes[theme],
               contrast);
    }
  }
}

static void every_colour_but_that_of_lines_is_in_a_pair(void **state) {
  (void)state;
  bool is_paired[COLOUR_COUNT] = {[LINE] = true};
  for (size_t i = 0; i < PAIRS; i++) is_paired[pairs[i].ink] = is_paired[pairs[i].ground] = true;
  for (size_t i = 0; i < COLOUR_COUNT; i++) {
    if (!is_paired[i]) fail_msg("%s: no RT_INK_ON says what stands on it, or on what it stands", rows[i].name);
  }
}

static void the_light_theme_is_light_and_the_dark_one_dark(void **state) {
  (void)state;
  assert_true(rt_contrast(rows[SHEET].themes[0], 0x000000) > 12);
  assert_true(rt_contrast(rows[SHEET].themes[1], 0xFFFFFF) > 12);
}

RUN_TESTS(cmocka_unit_test(every_text_has_at_least_4_5_on_its_ground_on_both_themes),
          cmocka_unit_test(every_colour_but_that_of_lines_is_in_a_pair),
          cmocka_unit_test(the_light_theme_is_light_and_the_dark_one_dark))
