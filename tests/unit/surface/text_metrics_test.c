// text_metrics_test.c: reading the table, measuring, and breaking lines.
// SPDX-License-Identifier: MIT
#include "surface/text_metrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sample_offers.h"

static const rt_font regular = {.size_px = 20};  // a square character is 10 px wide
static const rt_font bold = {.size_px = 20, .is_bold = true};

static rt_text_metrics square(void) { return rt_text_metrics_read(RT_SQUARE_METRICS); }

static void a_short_table_repeats_its_last_width(void **state) {
  (void)state;
  const rt_text_metrics metrics = rt_text_metrics_read(RT_BYTES("1 1100 250 300 500"));
  assert_int_equal(metrics.bold_permille, 1100);
  assert_int_equal(metrics.widths_permille[0], 250);
  assert_int_equal(metrics.widths_permille[1], 300);
  assert_int_equal(metrics.widths_permille[2], 500);
  assert_int_equal(metrics.widths_permille[RT_ASCII_WIDTHS + RT_SCRIPT_OTHER], 500);
}

static void a_table_of_ascii_alone_leaves_the_other_scripts_built_in(void **state) {
  (void)state;
  char text[8 + 4 * RT_ASCII_WIDTHS] = "1 1000";
  size_t length = 6;
  for (size_t i = 0; i < RT_ASCII_WIDTHS; i++, length += 4) memcpy(text + length, " 400", 4);
  const rt_text_metrics metrics = rt_text_metrics_read((rt_bytes){text, length});
  assert_int_equal(metrics.widths_permille[RT_ASCII_WIDTHS - 1], 400);
  assert_int_equal(metrics.widths_permille[RT_ASCII_WIDTHS + RT_SCRIPT_WIDE], 1000);
  assert_int_equal(metrics.widths_permille[RT_ASCII_WIDTHS + RT_SCRIPT_EMOJI], 1250);
  const rt_text_metrics shorter = rt_text_metrics_read((rt_bytes){text, length - 4});
  assert_int_equal(shorter.widths_permille[RT_ASCII_WIDTHS + RT_SCRIPT_WIDE], 400);
}

static void what_is_not_a_table_gives_the_built_in_widths(void **state) {
  (void)state;
  const rt_text_metrics built_in = rt_text_metrics_read(RT_BYTES_NONE);
  const rt_bytes bad[] = {RT_BYTES("2 1000 500"),       RT_BYTES("1"),
                          RT_BYTES("1 1000"),           RT_BYTES("1 1000 x"),
                          RT_BYTES("1 1000 500 -1"),    RT_BYTES("1 1000 70000"),
                          RT_BYTES("1 1000 500  500"),  RT_BYTES("{\"a\":1}"),
                          RT_BYTES("1 1000 500 50\xff")};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    const rt_text_metrics metrics = rt_text_metrics_read(bad[i]);
    assert_memory_equal(&metrics, &built_in, sizeof metrics);
  }
  assert_true(built_in.bold_permille > 1000);
  assert_int_equal(built_in.widths_permille['W' - ' '], 940);
  assert_int_equal(built_in.widths_permille['~' - ' '], 580);
  assert_int_equal(built_in.widths_permille[RT_ASCII_WIDTHS + RT_SCRIPT_WIDE], 1000);
}

static void widths_add_up_and_bold_is_wider(void **state) {
  (void)state;
  const rt_text_metrics metrics = rt_text_metrics_read(RT_BYTES("1 1200 500"));
  assert_int_equal(rt_text_width(&metrics, regular, RT_BYTES("")), 0);
  assert_int_equal(rt_text_width(&metrics, regular, RT_BYTES("four")), 40);
  assert_int_equal(rt_text_width(&metrics, bold, RT_BYTES("four")), 48);
  assert_int_equal(rt_text_width(&metrics, (rt_font){.size_px = 13}, RT_BYTES("a")), 7);  // 6.5, rounded up
}

static void marks_and_joiners_have_no_width(void **state) {
  (void)state;
  const rt_text_metrics metrics = square();
  assert_int_equal(rt_text_width(&metrics, regular, RT_BYTES("e\xcc\x81")), 10);                         // e + U+0301
  assert_int_equal(rt_text_width(&metrics, regular, RT_BYTES("\xd9\x83\xd9\x90")), 10);                  // kaf + kasra
  assert_int_equal(rt_text_width(&metrics, regular, RT_BYTES("\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd")), 10);  // thumb + skin
  assert_int_equal(rt_text_width(&metrics, regular,
                                 RT_BYTES("a\xe2\x80\x8b\xe2\x80\x8d"
                                          "b\xef\xb8\x8f")),
                   20);  // ZWSP ZWJ VS16
}

static void scripts_have_their_own_widths(void **state) {
  (void)state;
  rt_text_metrics metrics = square();
  for (uint16_t i = 0; i < RT_SCRIPT_COUNT; i++)
    metrics.widths_permille[RT_ASCII_WIDTHS + i] = (uint16_t)(1000 + 100 * i);
  const struct {
    rt_bytes text;
    rt_script script;
  } rows[] = {
      {RT_BYTES("\xc3\xa9"), RT_SCRIPT_EUROPEAN},       // é
      {RT_BYTES("\xd0\x96"), RT_SCRIPT_EUROPEAN},       // Cyrillic Zhe
      {RT_BYTES("\xe1\xba\xbf"), RT_SCRIPT_EUROPEAN},   // Vietnamese
      {RT_BYTES("\xd7\x90"), RT_SCRIPT_SEMITIC},        // alef
      {RT_BYTES("\xd8\xb9"), RT_SCRIPT_SEMITIC},        // ain
      {RT_BYTES("\xe3\x81\x82"), RT_SCRIPT_WIDE},       // hiragana a
      {RT_BYTES("\xe6\x9d\xb1"), RT_SCRIPT_WIDE},       // east
      {RT_BYTES("\xed\x95\x9c"), RT_SCRIPT_WIDE},       // Hangul han
      {RT_BYTES("\xf0\xa0\x80\x80"), RT_SCRIPT_WIDE},   // U+20000
      {RT_BYTES("\xf0\x9f\x98\x80"), RT_SCRIPT_EMOJI},  // grinning face
      {RT_BYTES("\xe0\xb8\x81"), RT_SCRIPT_OTHER},      // Thai ko kai
      {RT_BYTES("\xff"), RT_SCRIPT_EUROPEAN},           // malformed
      {RT_BYTES("\xe2\x82"), RT_SCRIPT_COUNT},          // cut: two malformed bytes
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const int32_t expected = rows[i].script == RT_SCRIPT_COUNT ? 40 : 20 + 2 * (int32_t)rows[i].script;
    assert_int_equal(rt_text_width(&metrics, regular, rows[i].text), expected);
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
      {RT_BYTES("\xe6\x9d\xb1\xe4\xba\xac\xe9\x83\xbd\xe5\xba\x81"), 21, 2},  // between ideographs
      {RT_BYTES("ab\xe6\x9d\xb1"
                "cd"),
       31, 2},                   // ab + ideograph / cd
      {RT_BYTES("aaaa"), 1, 4},  // narrower than a character: one a line, and an end
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const int32_t lines = rt_text_lines(&metrics, regular, rows[i].text, rows[i].width_px);
    if (lines != rows[i].lines) fail_msg("'%s' at %d px: %d lines", rows[i].text.data, rows[i].width_px, lines);
  }
}

static void a_font_without_width_takes_one_line(void **state) {
  (void)state;
  const rt_text_metrics metrics = rt_text_metrics_read(RT_BYTES("1 0 0"));
  assert_int_equal(rt_text_lines(&metrics, bold, RT_BYTES("one two three"), 1), 1);
  assert_int_equal(rt_text_width(&metrics, bold, RT_BYTES("one two three")), 0);
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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_short_table_repeats_its_last_width),
      cmocka_unit_test(a_table_of_ascii_alone_leaves_the_other_scripts_built_in),
      cmocka_unit_test(what_is_not_a_table_gives_the_built_in_widths),
      cmocka_unit_test(widths_add_up_and_bold_is_wider),
      cmocka_unit_test(marks_and_joiners_have_no_width),
      cmocka_unit_test(scripts_have_their_own_widths),
      cmocka_unit_test(lines_break_where_a_browser_breaks_them),
      cmocka_unit_test(a_font_without_width_takes_one_line),
      cmocka_unit_test(an_initial_keeps_its_marks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
