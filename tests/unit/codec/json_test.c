// json_test.c: parsing into an arena, and writing.
// SPDX-License-Identifier: MIT
#include "codec/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/prng.h"
#include "codec/decimal.h"
#include "domain/limits.h"
#include "unit.h"

static _Alignas(8) char memory[RT_SCRATCH_MEMORY];

static rt_status parse(rt_bytes text, rt_json *root) {
  rt_arena arena = rt_arena_over(memory, sizeof memory);
  const rt_status status = rt_json_parse(text, &arena, root);
  if (status != RT_OK) assert_int_equal(arena.used, 0);
  return status;
}

static void values_come_back_as_they_were_written(void **state) {
  (void)state;
  rt_json root;
  assert_int_equal(
      parse(RT_BYTES("\xEF\xBB\xBF {\"text\":\"a\\u20ac\\n\",\"number\":-12,\"yes\":true,\"no\":false,\"nothing\":null,"
                     "\"list\":[1,2,3],\"object\":{\"text\":\"inner\"},\"text\":\"second\"} \n"),
            &root),
      RT_OK);
  rt_bytes text;
  int64_t number;
  bool is_true;
  assert_true(rt_json_get_string(rt_json_member(root, "text"), &text));
  assert_bytes_equal(text, "a\xE2\x82\xAC\n");
  assert_true(rt_json_get_integer(rt_json_member(root, "number"), &number));
  assert_int_equal(number, -12);
  assert_true(rt_json_get_boolean(rt_json_member(root, "yes"), &is_true) && is_true);
  assert_true(rt_json_get_boolean(rt_json_member(root, "no"), &is_true) && !is_true);
  assert_int_equal(rt_json_kind_of(rt_json_member(root, "nothing")), RT_JSON_NULL);
  assert_int_equal(rt_json_kind_of(rt_json_member(root, "Text")), RT_JSON_ABSENT);
  assert_int_equal(rt_json_count(rt_json_member(root, "list")), 3);
  assert_true(rt_json_get_string(rt_json_member(rt_json_member(root, "object"), "text"), &text));
  assert_bytes_equal(text, "inner");
  assert_false(rt_json_get_string(rt_json_member(root, "number"), &text));
  assert_false(rt_json_get_integer(rt_json_member(root, "text"), &number));
}

static void what_is_not_json_is_refused_with_its_reason(void **state) {
  (void)state;
  static const struct {
    const char *text;
    rt_status status;
  } rows[] = {
      {"", RT_BAD_JSON},
      {" ", RT_BAD_JSON},
      {"<!doctype html>", RT_BAD_JSON},
      {"{\"a\":1", RT_BAD_JSON},
      {"{\"a\":1} x", RT_BAD_JSON},
      {"{\"a\":1}{", RT_BAD_JSON},
      {"[1,]", RT_BAD_JSON},
      {"{'a':1}", RT_BAD_JSON},
      {"\"a", RT_BAD_JSON},
      {"\"\\ud800\"", RT_BAD_JSON},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    rt_json root;
    const rt_status status = parse(rt_bytes_of(rows[i].text), &root);
    if (status != rows[i].status) fail_msg("%s: got %s", rows[i].text, rt_status_name(status));
    assert_int_equal(rt_json_kind_of(root), RT_JSON_ABSENT);
  }
}

static void ten_thousand_levels_are_refused_and_nothing_overflows(void **state) {
  (void)state;
  static char text[20001];
  rt_json root;
  memset(text, '[', 10000);
  memset(text + 10000, ']', 10000);
  assert_int_not_equal(parse((rt_bytes){text, 20000}, &root), RT_OK);
  memset(text, '[', RT_MAX_JSON_DEPTH + 1);
  memset(text + RT_MAX_JSON_DEPTH + 1, ']', RT_MAX_JSON_DEPTH + 1);
  assert_int_equal(parse((rt_bytes){text, 2 * (RT_MAX_JSON_DEPTH + 1)}, &root), RT_BAD_JSON);
}

static void every_prefix_of_a_text_is_refused_without_harm(void **state) {
  (void)state;
  const rt_bytes whole = RT_BYTES("{\"a\":[1,2.5e3,\"x\\\"\\u00e9\"],\"b\":{\"c\":null}}");
  for (size_t length = 0; length < whole.length; length++) {
    char *copy = malloc(length + 1);  // exactly as long, so that a read past the end is seen
    memcpy(copy, whole.data, length);
    rt_json root;
    assert_int_not_equal(parse((rt_bytes){copy, length}, &root), RT_OK);
    free(copy);
  }
}

static void whatever_the_arithmetic_admits_fits(void **state) {
  (void)state;
  static char text[4096];
  static _Alignas(8) char small[4096];
  // Names and strings of every length, so that rounding is at its worst.
  for (size_t values = 1; values < 30; values++) {
    rt_writer writer = rt_writer_over(text, sizeof text);
    rt_json_out out = rt_json_out_over(&writer);
    rt_json_begin_object(&out);
    for (size_t i = 0; i < values; i++) {
      const rt_bytes name = rt_bytes_take(RT_BYTES("nnnnnnnnnnnnnnnn"), i % 16);
      rt_json_put_string(&out, name);
      rt_write_char(&writer, ':');
      out.needs_comma = false;
      rt_json_put_string(&out, rt_bytes_take(RT_BYTES("vvvvvvvvvvvvvvvv"), (i * 7) % 16));
    }
    rt_json_end_object(&out);
    const size_t needed = rt_json_memory_needed(writer.length, values + 1);
    if (needed > sizeof small) break;
    rt_arena arena = rt_arena_over(small, needed);
    rt_json root;
    assert_int_equal(rt_json_parse(rt_written(&writer), &arena, &root), RT_OK);
    arena = rt_arena_over(small, needed - 1);
    assert_int_equal(rt_json_parse(rt_written(&writer), &arena, &root), RT_TOO_LARGE);
  }
}

static void integers_have_no_fraction_and_a_range(void **state) {
  (void)state;
  static const struct {
    const char *text;
    bool is_integer;
    int64_t value;
  } rows[] = {{"0", true, 0},     {"-0", true, 0},     {"1e3", true, 1000},
              {"1.5", false, 0},  {"1e400", false, 0}, {"9007199254740992", true, 9007199254740992},
              {"1e17", false, 0}, {"12.0", true, 12},  {"1767225600000", true, 1767225600000}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    rt_json root;
    int64_t value = 0;
    assert_int_equal(parse(rt_bytes_of(rows[i].text), &root), RT_OK);
    assert_int_equal(rt_json_get_integer(root, &value), rows[i].is_integer);
    assert_true(value == rows[i].value);
  }
}

static void the_decimal_parser_equals_strtod_on_its_exact_range(void **state) {
  (void)state;
  rt_prng prng = rt_prng_from_seed(9);
  for (int round = 0; round < 200000; round++) {
    char text[64];
    const uint64_t digits = ((uint64_t)rt_prng_next(&prng).value << 20 ^ rt_prng_next(&prng).value) % 1000000000000000u;
    const int shift = (int)rt_draw_below(rt_prng_next(&prng), 30) - 22;
    const bool is_negative = (rt_prng_next(&prng).value & 1) != 0;
    snprintf(text, sizeof text, "%s%llue%d", is_negative ? "-" : "", (unsigned long long)digits, shift);
    char *end = NULL;
    const double got = rt_decimal_strtod(text, &end), expected = strtod(text, NULL);
    if (memcmp(&got, &expected, sizeof got) != 0 || *end != '\0') fail_msg("%s: %.17g, not %.17g", text, got, expected);
  }
}

static void the_decimal_parser_stays_close_beyond_it(void **state) {
  (void)state;
  static const char *const rows[] = {"3.141592653589793238462643383279", "0.1",
                                     "123456789012345678901234567890",   "2.2250738585072014e-308",
                                     "1.7976931348623157e308",           "0.000000000000000000000000000001"};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const double got = rt_decimal_strtod(rows[i], NULL), expected = strtod(rows[i], NULL);
    assert_true(fabs(got - expected) <= fabs(expected) * 4e-15);
  }
  assert_true(isinf(rt_decimal_strtod("1e400", NULL)));
  assert_true(rt_decimal_strtod("1e-400", NULL) == 0.0);
  assert_true(rt_decimal_strtod("0e99999999999", NULL) == 0.0);
  char *end = NULL;
  const char *none = "abc";
  rt_decimal_strtod(none, &end);
  assert_ptr_equal(end, none);
}

static void a_text_written_is_read_back(void **state) {
  (void)state;
  char text[256];
  rt_writer writer = rt_writer_over(text, sizeof text);
  rt_json_out out = rt_json_out_over(&writer);
  rt_json_begin_object(&out);
  rt_json_put_member(&out, "quote", RT_BYTES("a\"b\\c\x01\n\xE2\x82\xAC"));
  rt_json_key(&out, "list");
  rt_json_begin_array(&out);
  rt_json_put_integer(&out, -5);
  rt_json_put_boolean(&out, true);
  rt_json_put_null(&out);
  rt_json_put_string_or_null(&out, RT_BYTES_NONE);
  rt_json_begin_object(&out);
  rt_json_end_object(&out);
  rt_json_end_array(&out);
  rt_json_end_object(&out);
  assert_bytes_equal(rt_written(&writer),
                     "{\"quote\":\"a\\\"b\\\\c\\u0001\\u000a\xE2\x82\xAC\",\"list\":[-5,true,null,null,{}]}");
  rt_json root;
  rt_bytes quote;
  assert_int_equal(parse(rt_written(&writer), &root), RT_OK);
  assert_true(rt_json_get_string(rt_json_member(root, "quote"), &quote));
  assert_bytes_equal(quote, "a\"b\\c\x01\n\xE2\x82\xAC");
}

RUN_TESTS(cmocka_unit_test(values_come_back_as_they_were_written),
          cmocka_unit_test(what_is_not_json_is_refused_with_its_reason),
          cmocka_unit_test(ten_thousand_levels_are_refused_and_nothing_overflows),
          cmocka_unit_test(every_prefix_of_a_text_is_refused_without_harm),
          cmocka_unit_test(whatever_the_arithmetic_admits_fits),
          cmocka_unit_test(integers_have_no_fraction_and_a_range),
          cmocka_unit_test(the_decimal_parser_equals_strtod_on_its_exact_range),
          cmocka_unit_test(the_decimal_parser_stays_close_beyond_it), cmocka_unit_test(a_text_written_is_read_back))
