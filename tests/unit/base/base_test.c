// base_test.c: slices, writer, arena, chance.
// SPDX-License-Identifier: MIT
#include "base/arena.h"
#include "base/prng.h"
#include "base/status.h"
#include "unit.h"

static void well_formed_utf8_is_told_from_every_kind_of_broken(void **state) {
  (void)state;
  static const struct {
    const char *text;
    bool is_good;
  } rows[] = {
      {"", true},
      {"plain", true},
      {"\xC3\xA9", true},
      {"\xE2\x82\xAC", true},
      {"\xF0\x9F\x98\x80", true},
      {"\xED\x9F\xBF", true},
      {"\xF4\x8F\xBF\xBF", true},
      {"\x80", false},              // a tail alone
      {"\xC0\xAF", false},          // overlong
      {"\xE0\x80\xAF", false},      // overlong
      {"\xF0\x80\x80\xAF", false},  // overlong
      {"\xED\xA0\x80", false},      // a surrogate
      {"\xF4\x90\x80\x80", false},  // above U+10FFFF
      {"\xC3", false},              // cut short
      {"\xE2\x82", false},
      {"\xF0\x9F\x98", false},
      {"a\xFF", false},
      {"\xE2\x82\x41", false},  // a letter in place of the last byte
      {"\xF0\x9F\x41\x80", false},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    if (rt_bytes_are_utf8(rt_bytes_of(rows[i].text)) != rows[i].is_good) fail_msg("row %zu is judged wrongly", i);
  }
}

static void a_cut_never_splits_a_character(void **state) {
  (void)state;
  const rt_bytes text = rt_bytes_of(
      "a\xE2\x82\xAC"
      "b");
  assert_bytes_equal(rt_bytes_cut(text, 0), "");
  assert_bytes_equal(rt_bytes_cut(text, 1), "a");
  assert_bytes_equal(rt_bytes_cut(text, 2), "a");
  assert_bytes_equal(rt_bytes_cut(text, 3), "a");
  assert_bytes_equal(rt_bytes_cut(text, 4), "a\xE2\x82\xAC");
  assert_bytes_equal(rt_bytes_cut(text, 99),
                     "a\xE2\x82\xAC"
                     "b");
}

static void numbers_are_read_whole_or_not_at_all(void **state) {
  (void)state;
  uint64_t number = 7;
  assert_false(rt_bytes_to_u64(RT_BYTES(""), &number));
  assert_false(rt_bytes_to_u64(RT_BYTES("12a"), &number));
  assert_false(rt_bytes_to_u64(RT_BYTES("-1"), &number));
  assert_false(rt_bytes_to_u64(RT_BYTES("18446744073709551616"), &number));
  assert_int_equal(number, 7);
  assert_true(rt_bytes_to_u64(RT_BYTES("18446744073709551615"), &number));
  assert_true(number == UINT64_MAX);
}

static void a_writer_keeps_what_fitted_and_remembers_what_did_not(void **state) {
  (void)state;
  char memory[8];
  rt_writer writer = rt_writer_over(memory, sizeof memory);
  rt_write_text(&writer, "abc");
  rt_write_i64(&writer, -42);
  assert_bytes_equal(rt_written(&writer), "abc-42");
  rt_write_text(&writer, "xyz");
  assert_true(writer.is_overflowed);
  rt_write_char(&writer, '!');
  assert_bytes_equal(rt_written(&writer), "abc-42");
}

static void the_smallest_number_is_written_right(void **state) {
  (void)state;
  char memory[32];
  rt_writer writer = rt_writer_over(memory, sizeof memory);
  rt_write_i64(&writer, INT64_MIN);
  assert_bytes_equal(rt_written(&writer), "-9223372036854775808");
}

static void an_arena_ends_where_it_ends(void **state) {
  (void)state;
  _Alignas(8) char memory[64];
  rt_arena arena = rt_arena_over(memory, sizeof memory);
  assert_non_null(rt_arena_take(&arena, 1));
  char *second = rt_arena_take(&arena, 8);
  assert_int_equal(second - memory, 8);
  assert_null(rt_arena_take(&arena, 49));
  assert_null(rt_arena_take(&arena, SIZE_MAX));
  rt_bytes nothing;
  assert_int_equal(rt_arena_copy(&arena, (rt_bytes){memory, SIZE_MAX}, &nothing), RT_NO_SPACE);  // and a zero behind it
  const size_t mark = rt_arena_mark(&arena);
  rt_bytes copy;
  assert_int_equal(rt_arena_copy(&arena, RT_BYTES("hello"), &copy), RT_OK);
  assert_string_equal(copy.data, "hello");
  rt_arena_reset(&arena, mark);
  assert_int_equal(rt_arena_copy(&arena, (rt_bytes){memory, 48}, &copy), RT_NO_SPACE);
  assert_null(copy.data);
}

static void forks_depend_on_their_label_and_leave_the_parent_alone(void **state) {
  (void)state;
  rt_prng parent = rt_prng_from_seed(1), untouched = rt_prng_from_seed(1);
  rt_prng a = rt_prng_fork(&parent, RT_BYTES("a")), again = rt_prng_fork(&parent, RT_BYTES("a"));
  rt_prng b = rt_prng_fork(&parent, RT_BYTES("b"));
  uint32_t equal = 0;
  for (int i = 0; i < 100; i++) {
    const rt_draw draw = rt_prng_next(&a);
    assert_int_equal(draw.value, rt_prng_next(&again).value);
    equal += draw.value == rt_prng_next(&b).value;
  }
  assert_int_equal(equal, 0);
  assert_int_equal(rt_prng_next(&parent).value, rt_prng_next(&untouched).value);
}

static void draws_stay_below_their_bound_and_reach_every_value(void **state) {
  (void)state;
  rt_prng prng = rt_prng_from_seed(42);
  uint32_t seen = 0;
  for (int i = 0; i < 1000; i++) {
    const uint32_t value = rt_draw_below(rt_prng_next(&prng), 10);
    assert_true(value < 10);
    seen |= 1u << value;
  }
  assert_int_equal(seen, 1023);
  assert_int_equal(rt_draw_below((rt_draw){UINT32_MAX}, 1), 0);
}

static void every_status_has_a_name_and_a_sentence(void **state) {
  (void)state;
  assert_string_equal(rt_status_name(RT_BAD_JSON), "BAD_JSON");
  assert_string_equal(rt_status_sentence(RT_BAD_JSON), "the text is not valid JSON");
  for (int one = RT_OK; one <= RT_FAILED; one++) {
    assert_string_not_equal(rt_status_name((rt_status)one), "UNKNOWN");
    for (int other = RT_OK; other < one; other++) {
      assert_string_not_equal(rt_status_name((rt_status)one), rt_status_name((rt_status)other));
      assert_string_not_equal(rt_status_sentence((rt_status)one), rt_status_sentence((rt_status)other));
    }
  }
  assert_string_equal(rt_status_name((rt_status)(RT_FAILED + 1)), "UNKNOWN");
  assert_string_equal(rt_status_sentence((rt_status)(RT_FAILED + 1)), "an unknown status");
}

static void slices_have_one_order(void **state) {
  (void)state;
  static const char *const sorted[] = {"", "B", "Ba", "a", "ab", "b", "\xC3"};
  const int count = sizeof sorted / sizeof sorted[0];
  for (int i = 0; i < count; i++) {
    for (int n = 0; n < count; n++) {
      const int order = rt_bytes_compare(rt_bytes_of(sorted[i]), rt_bytes_of(sorted[n]));
      assert_int_equal((order > 0) - (order < 0), (i > n) - (i < n));
    }
  }
}

static void case_is_ignored_in_letters_only(void **state) {
  (void)state;
  static const struct {
    const char *a, *b;
    bool is_equal;
  } rows[] = {{"", "", true},    {"aZ", "Az", true}, {"a", "ab", false}, {"a", "b", false},
              {"@", "`", false}, {"[", "{", false},  {"1", "1", true},   {"\xC3\x84", "\xC3\xA4", false}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    if (rt_bytes_equal_ignoring_case(rt_bytes_of(rows[i].a), rt_bytes_of(rows[i].b)) != rows[i].is_equal)
      fail_msg("row %zu", i);
  }
}

RUN_TESTS(cmocka_unit_test(well_formed_utf8_is_told_from_every_kind_of_broken),
          cmocka_unit_test(a_cut_never_splits_a_character), cmocka_unit_test(numbers_are_read_whole_or_not_at_all),
          cmocka_unit_test(a_writer_keeps_what_fitted_and_remembers_what_did_not),
          cmocka_unit_test(the_smallest_number_is_written_right), cmocka_unit_test(an_arena_ends_where_it_ends),
          cmocka_unit_test(forks_depend_on_their_label_and_leave_the_parent_alone),
          cmocka_unit_test(draws_stay_below_their_bound_and_reach_every_value), cmocka_unit_test(slices_have_one_order),
          cmocka_unit_test(case_is_ignored_in_letters_only), cmocka_unit_test(every_status_has_a_name_and_a_sentence))
