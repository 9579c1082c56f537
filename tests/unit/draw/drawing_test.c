// drawing_test.c: whatever the window, everything that is drawn lies in the sheet and every line of words in its box.
// SPDX-License-Identifier: MIT
#include "draw/drawing.h"

#include <stdlib.h>
#include <string.h>

#include "draw/font.h"
#include "sample_offers.h"
#include "unit.h"

// ---------------------------------------------------------------- reading a drawing

typedef struct {
  char *text;  // free it
  size_t length;
} document;

static document draw(const rt_drawing *drawing) {
  document made = {0};
  FILE *svg = open_memstream(&made.text, &made.length);
  rt_draw_surface(drawing, svg);
  fclose(svg);
  return made;
}

typedef struct {
  int x, y, width, height;
} box;

static int attribute(const char *tag, const char *name) {
  const char *end = strchr(tag, '>'), *at = strstr(tag, name);
  if (at == NULL || at > end) fail_msg("no %s in %.*s", name, (int)(end - tag), tag);
  return atoi(at + strlen(name));
}

static box box_of(const char *tag) {
  return (box){attribute(tag, " x=\""), attribute(tag, " y=\""), attribute(tag, " width=\""),
               attribute(tag, " height=\"")};
}

static bool is_inside(box inner, box outer) {
  return inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.width <= outer.x + outer.width &&
         inner.y + inner.height <= outer.y + outer.height;
}

// The next `tag` from `at`, NULL at the end.
static const char *next(const char *at, const char *tag) { return at == NULL ? NULL : strstr(at + 1, tag); }

// ---------------------------------------------------------------- what holds for each

// The lines of one box: one below the other, none of them out of it.
static void check_words(const char *words, int right_to_left) {
  const box outer = box_of(words);
  const char *end = strstr(words, "</svg>");
  int last = 0, lines = 0;
  const int font_px = attribute(words, " font-size=\"");
  for (const char *at = next(words, "<text"); at != NULL && at < end; at = next(at, "<text"), lines++) {
    const int x = attribute(at, " x=\""), baseline = attribute(at, " y=\"");
    const char *middle = strstr(words, "text-anchor=\"middle\"");
    const int start = middle != NULL && middle < end ? outer.width / 2 : right_to_left ? outer.width : 0;
    assert_int_equal(x, start);
    if (lines > 0 && baseline - last < font_px) fail_msg("lines %d px apart: %.60s", baseline - last, words);
    if (baseline < font_px * 3 / 4 || baseline > outer.height) fail_msg("a line is out of its box: %.80s", words);
    last = baseline;
  }
  assert_true(lines > 0);
}

static void check(const rt_drawing *drawing) {
  const document made = draw(drawing);
  const char *sheet_tag = next(next(made.text, "<rect class=\"panel\""), "<rect class=\"panel\"");
  assert_non_null(sheet_tag);
  const box sheet = box_of(sheet_tag);
  size_t cards = 0, words = 0;
  for (const char *at = next(sheet_tag, "<"); at != NULL; at = next(at, "<")) {
    const bool is_rect = strncmp(at, "<rect class=", 12) == 0, is_words = strncmp(at, "<svg class=", 11) == 0;
    if (!is_rect && !is_words) continue;
    if (!is_inside(box_of(at), sheet)) fail_msg("%.80s is not inside %.80s", at, sheet_tag);
    cards += strncmp(at, "<rect class=\"card\"", 18) == 0;
    words += is_words;
    if (is_words) check_words(at, drawing->content.is_right_to_left);
  }
  assert_int_equal(cards, 2 * drawing->content.offer_count);  // each with its edge
  assert_true(words >= 3 + 4 * drawing->content.offer_count);
  free(made.text);
}

static void everything_lies_in_the_sheet_and_every_line_in_its_box(void **state) {
  (void)state;
  static const int widths[] = {240, 320, 390, 639, 640, 844, 1280, 1920, 3840}, heights[] = {320, 480, 844, 2160};
  static rt_drawing drawing;
  static rt_sample sample;
  static const char *const words[] = {"support", "long", "arabic", "plain"};
  for (size_t count = 1; count <= RT_MAX_OFFERS; count++) {
    for (size_t i = 0; i < 2 * sizeof words / sizeof *words; i++) {
      rt_sample_open(&sample, count);
      assert_true(rt_sample_apply(&sample, rt_bytes_of(words[i / 2])));
      if (i % 2 == 1) assert_true(rt_sample_apply(&sample, RT_BYTES("rtl")));
      assert_true(rt_sample_apply(&sample, count % 2 == 0 ? RT_BYTES("dark") : RT_BYTES("light")));
      drawing.content = sample.content;
      for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
        for (size_t h = 0; h < sizeof heights / sizeof *heights; h++) {
          drawing.viewport = (rt_size){widths[w], heights[h]};
          check(&drawing);
        }
      }
    }
  }
}

// Behind the page's own text, which ends before.
static void a_section_stands_in_a_page_and_is_no_sheet(void **state) {
  (void)state;
  static const int widths[] = {240, 390, 1024, 3840};
  for (size_t i = 0; i < 2 * sizeof widths / sizeof *widths; i++) {
    rt_drawing drawing = {.content = rt_sample_content(4), .viewport = {widths[i / 2], 2160}, .is_section = true};
    drawing.content.is_right_to_left = i % 2 == 1;
    const document made = draw(&drawing);
    assert_null(strstr(made.text, "class=\"panel\""));
    assert_null(strstr(made.text, "class=\"backdrop\""));
    const char *section = strstr(made.text, "<g class=\"section\"");
    assert_non_null(section);
    const box container = {0, 0, widths[i / 2] - 2 * RT_DRAWN_PAGE_MARGIN_PX, 2160};
    for (const char *at = next(section, "<"); at != NULL; at = next(at, "<")) {
      const bool is_words = strncmp(at, "<svg class=", 11) == 0;
      if (strncmp(at, "<rect class=", 12) != 0 && !is_words) continue;
      if (!is_inside(box_of(at), container)) fail_msg("%.80s is not inside %d", at, container.width);
      if (is_words) check_words(at, drawing.content.is_right_to_left);
    }
    free(made.text);
  }
}

static void the_same_drawing_is_the_same_bytes(void **state) {
  (void)state;
  rt_drawing drawing = {.content = rt_sample_content(5), .viewport = {1024, 768}};
  const document first = draw(&drawing), second = draw(&drawing);
  assert_int_equal(first.length, second.length);
  assert_memory_equal(first.text, second.text, first.length);
  free(first.text);
  free(second.text);
}

// The lines of the node of `role` in a drawing of one offer.
static document words_of(const char *role, rt_offer offer, int width_px) {
  rt_drawing drawing = {.content = rt_sample_content(1), .viewport = {width_px, 700}};
  drawing.content.offers = &offer;
  document made = draw(&drawing);
  char start[32];
  snprintf(start, sizeof start, "<svg class=\"%s\"", role);
  const char *at = strstr(made.text, start);
  assert_non_null(at);
  made.length = (size_t)(strstr(at, "</svg>") - at);
  memmove(made.text, at, made.length);
  made.text[made.length] = '\0';
  return made;
}

static void what_does_not_fit_ends_in_an_ellipsis(void **state) {
  (void)state;
  rt_offer offer = *rt_sample_offer_without_spaces();
  document cut = words_of("brand", offer, 240);
  assert_non_null(strstr(cut.text, "…</text>"));
  free(cut.text);
  offer.brand = RT_BYTES("Go");
  document whole = words_of("brand", offer, 240);
  assert_non_null(strstr(whole.text, ">Go</text>"));
  free(whole.text);
}

static void lines_of_a_headline_are_about_as_long_as_each_other(void **state) {
  (void)state;
  rt_offer offer = *rt_sample_offers();
  offer.headline = RT_BYTES("Weatherproof bags for people who cycle to work");
  document made = words_of("headline", offer, 390);
  assert_non_null(strstr(made.text, ">Weatherproof bags for</text>"));
  assert_non_null(strstr(made.text, ">people who cycle to work</text>"));
  free(made.text);
}

static void words_keep_their_own_order_in_an_overlay_of_another(void **state) {
  (void)state;
  rt_offer offer = *rt_sample_offers();
  const struct {
    rt_bytes headline;
    bool is_overlay_right_to_left;
    const char *expected;  // NULL: as the overlay
  } rows[] = {
      {RT_BYTES("Send money."), true, "direction=\"ltr\" text-anchor=\"end\""},
      {RT_BYTES("5 € (تسوّق الآن)"), false, "direction=\"rtl\" text-anchor=\"end\""},
      {RT_BYTES("תסוק"), true, NULL},
      {RT_BYTES("😀 – Éclair"), false, NULL},
      {RT_BYTES("東京"), true, "direction=\"ltr\""},
      {RT_BYTES("100 %"), true, "direction=\"ltr\""},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    offer.headline = rows[i].headline;
    rt_drawing drawing = {.content = rt_sample_content(1), .viewport = {390, 844}};
    drawing.content.offers = &offer;
    drawing.content.is_right_to_left = rows[i].is_overlay_right_to_left;
    const document made = draw(&drawing);
    char *headline = strstr(made.text, "<svg class=\"headline\"");
    assert_non_null(headline);
    *strchr(headline, '>') = '\0';
    if (rows[i].expected == NULL) assert_null(strstr(headline, "direction"));
    if (rows[i].expected != NULL) assert_non_null(strstr(headline, rows[i].expected));
    free(made.text);
  }
}

static void words_are_escaped_and_a_picture_stands_over_its_placeholder(void **state) {
  (void)state;
  rt_offer offer = *rt_sample_offers();
  offer.brand = RT_BYTES("<b>&\"");
  rt_drawing drawing = {.content = rt_sample_content(1), .viewport = {390, 844}};
  drawing.content.offers = &offer;
  drawing.pictures[0] = (rt_picture){"image/png", RT_BYTES("foo")};
  const document made = draw(&drawing);
  assert_non_null(strstr(made.text, ">&lt;b&gt;&amp;&quot;</text>"));
  const char *placeholder = strstr(made.text, "<rect class=\"picture\"");
  const char *picture = strstr(made.text, "href=\"data:image/png;base64,Zm9v\"");
  assert_non_null(placeholder);
  assert_true(picture > placeholder);
  free(made.text);
}

static void letters_stand_in_the_middle_of_their_line(void **state) {
  (void)state;
  assert_int_equal(rt_font_baseline(16, 22), 17);  // 17 above and 5 below the baseline fill 22
  assert_int_equal(rt_font_baseline(16, 24), 18);
  assert_int_equal(rt_font_baseline(14, 40), 25);
  assert_int_equal(rt_font_baseline(24, 32), 25);  // 33 do not fit into 32
}

RUN_TESTS(cmocka_unit_test(everything_lies_in_the_sheet_and_every_line_in_its_box),
          cmocka_unit_test(a_section_stands_in_a_page_and_is_no_sheet),
          cmocka_unit_test(the_same_drawing_is_the_same_bytes), cmocka_unit_test(what_does_not_fit_ends_in_an_ellipsis),
          cmocka_unit_test(lines_of_a_headline_are_about_as_long_as_each_other),
          cmocka_unit_test(words_keep_their_own_order_in_an_overlay_of_another),
          cmocka_unit_test(words_are_escaped_and_a_picture_stands_over_its_placeholder),
          cmocka_unit_test(letters_stand_in_the_middle_of_their_line))
