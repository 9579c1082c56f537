// text_metrics_test.c: reading the table, measuring, and breaking lines.
// SPDX-License-Identifier: MIT
#include "surface/text_metrics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/prng.h"
#include "sample_offers.h"
#include "unit.h"

enum { FONT_PX = 20 };  // a square letter is 10 px wide

static rt_text_metrics square(void) { return rt_text_metrics_read(RT_SQUARE_METRICS); }

static int32_t width_of(const rt_text_metrics *metrics, rt_bytes text) {
  return rt_text_measure(metrics, FONT_PX, text, 1000).width_px;
}

static void what_a_table_lacks_repeats_the_width_before(void **state) {
  (void)state;
  const struct {
    rt_bytes text;
    uint16_t widths[4];  // of the first three characters and the last
  } rows[] = {
      {RT_BYTES("250 300 500"), {250, 300, 500, 500}}, {RT_BYTES("500"), {500, 500, 500, 500}},
      {RT_BYTES("500 x 600"), {500, 500, 600, 600}},   {RT_BYTES("500 -1 70000 "), {500, 500, 500, 500}},
      {RT_BYTES("500  600"), {500, 500, 600, 600}},    {RT_BYTES("{\"a\":1}"), {530, 530, 530, 530}},
      {RT_BYTES("50\xff"), {530, 530, 530, 530}},      {RT_BYTES_NONE, {530, 530, 530, 530}},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const rt_text_metrics metrics = rt_text_metrics_read(rows[i].text);
    for (size_t j = 0; j < 3; j++) assert_int_equal(metrics.widths_permille[j], rows[i].widths[j]);
    assert_int_equal(metrics.widths_permille[RT_ASCII_WIDTHS - 1], rows[i].widths[3]);
    assert_int_equal(metrics.font_px, RT_USUAL_FONT_PX);
  }
}

static void a_whole_table_is_read_to_its_end_and_no_further(void **state) {
  (void)state;
  char text[4 * (RT_ASCII_WIDTHS + 1)];
  for (size_t i = 0; i <= RT_ASCII_WIDTHS; i++) {
    char number[5];
    snprintf(number, sizeof number, "%03zu ", 100 + i);
    memcpy(text + 4 * i, number, 4);
  }
  const rt_text_metrics metrics = rt_text_metrics_read((rt_bytes){text, sizeof text});
  for (size_t i = 0; i < RT_ASCII_WIDTHS; i++) assert_int_equal(metrics.widths_permille[i], 100 + i);
  assert_int_equal(metrics.font_px, 100 + RT_ASCII_WIDTHS);
}

static void widths_add_up(void **state) {
  (void)state;
  const rt_text_metrics metrics = rt_text_metrics_read(RT_BYTES("500"));
  assert_int_equal(width_of(&metrics, RT_BYTES("")), 0);
  assert_int_equal(width_of(&metrics, RT_BYTES("four")), 40);
  assert_int_equal(rt_text_measure(&metrics, 13, RT_BYTES("a"), 1000).width_px, 7);  // 6.5, rounded up
}

static void marks_and_joiners_have_no_width(void **state) {
  (void)state;
  const rt_text_metrics metrics = square();
  assert_int_equal(width_of(&metrics, RT_BYTES("e\xcc\x81")), 10);  // e + U+0301
  assert_int_equal(width_of(&metrics, RT_BYTES("a\xe2\x80\x8b\xe2\x80\x8d"
                                               "b\xef\xb8\x8f")),
                   20);  // ZWSP ZWJ VS16
}

static void letters_are_as_wide_as_a_or_n_and_ideographs_as_high(void **state) {
  (void)state;
  rt_text_metrics metrics = square();
  metrics.widths_permille['a' - ' '] = 600;
  metrics.widths_permille['n' - ' '] = 650;
  enum { AS_A = 12, AS_N = 13, AS_HIGH = 20 };
  const struct {
    rt_bytes text;
    int32_t width_px;
  } rows[] = {
      {RT_BYTES("\xc3\xa9"), AS_A},             // é
      {RT_BYTES("\xce\xa9"), AS_A},             // omega
      {RT_BYTES("\xd0\x96"), AS_N},             // Cyrillic Zhe
      {RT_BYTES("\xe1\xba\xbf"), AS_A},         // Vietnamese
      {RT_BYTES("\xd7\x90"), AS_A},             // alef
      {RT_BYTES("\xd8\xb9"), AS_A},             // ain
      {RT_BYTES("\xe3\x81\x82"), AS_HIGH},      // hiragana a
      {RT_BYTES("\xe6\x9d\xb1"), AS_HIGH},      // east
      {RT_BYTES("\xed\x95\x9c"), AS_HIGH},      // Hangul han
      {RT_BYTES("\xf0\xa0\x80\x80"), AS_HIGH},  // U+20000
      {RT_BYTES("\xf0\x9f\x98\x80"), AS_HIGH},  // grinning face
      {RT_BYTES("\xe0\xb8\x81"), AS_A},         // Thai ko kai
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    assert_int_equal(width_of(&metrics, rows[i].text), rows[i].width_px);
  }
}

static void what_is_not_utf_8_is_measured_somehow(void **state) {
  (void)state;
  const rt_text_metrics metrics = square();
  const rt_bytes bad[] = {RT_BYTES("\xff"), RT_BYTES("\xe2\x82"), RT_BYTES("\x80\x80"), RT_BYTES("\xf0"),
                          RT_BYTES("a\xf4\xff\xff\xff")};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    char *copy = malloc(bad[i].length);  // exactly as long, so that a sanitizer sees what is read behind it
    assert_non_null(copy);
    memcpy(copy, bad[i].data, bad[i].length);
    assert_in_range(width_of(&metrics, (rt_bytes){copy, bad[i].length}), 0, 60);
    free(copy);
  }
}

static void lines_break_where_a_browser_breaks_them(void **state) {
  (void)state;
  const rt_text_metrics metrics = square();
  const struct {
    rt_bytes text;
    int32_t width_px, lines;  // 10 px a character, and 1 % slack
  } rows[] = {
      {RT_BYTES(""), 100, 1},
      {RT_BYTES("one two"), 72, 1},
      {RT_BYTES("one two"), 70, 2},        // 7 characters fill 70 px exactly: that is what the slack is for
      {RT_BYTES("one two three"), 72, 2},  // one two / three
      {RT_BYTES("one      two"), 62, 2},   // spaces hang over the end of a line
      {RT_BYTES("one      "), 31, 1},
      {RT_BYTES("abcdefghij"), 52, 2},  // a word alone on its line is broken
      {RT_BYTES("abcdefghijk"), 52, 3},
      {RT_BYTES("ab cdefghij"), 52, 3},  // it moves to its own line first: ab / cdefg / hij
      {RT_BYTES("well-known"), 62, 2},   // after the hyphen
      {RT_BYTES("\xe6\x9d\xb1\xe4\xba\xac\xe9\x83\xbd\xe5\xba\x81"), 41, 2},  // between ideographs
      {RT_BYTES("ab\xe6\x9d\xb1"
                "cd"),
       41, 2},                              // ab + ideograph / cd
      {RT_BYTES("가나 다라 마바"), 71, 3},  // not inside words of Korean
      {RT_BYTES("가나다라"), 41, 2},        // unless they are alone on their line
      {RT_BYTES("aaaa"), 1, 4},             // narrower than a character: one a line, and an end
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const int32_t lines = rt_text_measure(&metrics, FONT_PX, rows[i].text, rows[i].width_px).lines;
    if (lines != rows[i].lines) fail_msg("'%s' at %d px: %d lines", rows[i].text.data, rows[i].width_px, lines);
  }
}

static uint32_t below(rt_prng *prng, uint32_t count) { return rt_draw_below(rt_prng_next(prng), count); }

static void the_lines_that_are_taken_are_those_that_were_counted(void **state) {
  (void)state;
  static const char *const pieces[] = {"a", "i", " ", " ", "-", "–", "東", "한", "e\xcc\x81", "Ж", "word", "😀"};
  const rt_text_metrics metrics = rt_text_metrics_read(RT_BYTES("250 500 300"));
  rt_prng prng = rt_prng_from_seed(7);
  for (int round = 0; round < 20000; round++) {
    char room[128];
    rt_writer writer = rt_writer_over(room, sizeof room);
    for (uint32_t i = 1 + below(&prng, 16); i > 0; i--) {
      rt_write_text(&writer, pieces[below(&prng, sizeof pieces / sizeof *pieces)]);
    }
    const rt_bytes text = rt_written(&writer);
    const int32_t width_px = (int32_t)below(&prng, 120);
    rt_bytes rest = text;
    int32_t lines = 0;
    while (!rt_bytes_is_empty(rest)) {
      const rt_bytes before = rest;
      const rt_bytes line = rt_text_take_line(&metrics, FONT_PX, width_px, &rest);
      assert_true(rest.length < before.length);
      assert_true(rt_bytes_start_with(before, line) && line.length <= before.length - rest.length);
      lines++;
    }
    const int32_t counted = rt_text_measure(&metrics, FONT_PX, text, width_px).lines;
    if (lines != counted)
      fail_msg("'%.*s' at %d px: %d lines, not %d", (int)text.length, text.data, width_px, lines, counted);
  }
}

static void a_line_ends_where_its_last_word_does(void **state) {
  (void)state;
  const rt_text_metrics metrics = square();
  rt_bytes text = RT_BYTES("one two  well-known 東京");
  static const char *const lines[] = {"one two", "well-", "known 東", "京"};
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    assert_bytes_equal(rt_text_take_line(&metrics, FONT_PX, 82, &text), lines[i]);
  }
  assert_int_equal(text.length, 0);
}

static void a_font_without_width_takes_one_line(void **state) {
  (void)state;
  const rt_text_metrics metrics = rt_text_metrics_read(RT_BYTES("0"));
  assert_int_equal(rt_text_measure(&metrics, FONT_PX, RT_BYTES("one two three"), 1).lines, 1);
  assert_int_equal(width_of(&metrics, RT_BYTES("one two three")), 0);
}

static void an_initial_keeps_its_marks(void **state) {
  (void)state;
  const struct {
    rt_bytes text, initial;
  } rows[] = {
      {RT_BYTES("Harbour"), RT_BYTES("H")},
      {RT_BYTES(" \tlumen"), RT_BYTES("l")},
      {RT_BYTES("\xc3\x96sterreich"), RT_BYTES("\xc3\x96")},
      {RT_BYTES("e\xcc\x81"
                "cole"),
       RT_BYTES("e\xcc\x81")},
      {RT_BYTES("  "), RT_BYTES_NONE},
      {RT_BYTES_NONE, RT_BYTES_NONE},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    assert_true(rt_bytes_equal(rt_text_initial(rows[i].text), rows[i].initial));
  }
}

RUN_TESTS(cmocka_unit_test(what_a_table_lacks_repeats_the_width_before),
          cmocka_unit_test(a_whole_table_is_read_to_its_end_and_no_further), cmocka_unit_test(widths_add_up),
          cmocka_unit_test(marks_and_joiners_have_no_width),
          cmocka_unit_test(letters_are_as_wide_as_a_or_n_and_ideographs_as_high),
          cmocka_unit_test(what_is_not_utf_8_is_measured_somehow),
          cmocka_unit_test(lines_break_where_a_browser_breaks_them),
          cmocka_unit_test(the_lines_that_are_taken_are_those_that_were_counted),
          cmocka_unit_test(a_line_ends_where_its_last_word_does), cmocka_unit_test(a_font_without_width_takes_one_line),
          cmocka_unit_test(an_initial_keeps_its_marks))
