// letters_test.c: how alike two words are.
// SPDX-License-Identifier: MIT
#include "base/letters.h"

#include "unit.h"

static void each_letter_put_in_taken_out_or_changed_counts_one_and_capitals_none(void **state) {
  (void)state;
  const struct {
    const char *a, *b;
    uint32_t apart;
  } rows[] = {{"", "", 0},           {"", "abc", 3},       {"delay", "delay", 0},  {"delay", "DELAY", 0},
              {"dalay", "delay", 1}, {"dlay", "delay", 1}, {"delayy", "delay", 1}, {"kitten", "sitting", 3}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    assert_int_equal(rt_letters_apart(rt_bytes_of(rows[i].a), rt_bytes_of(rows[i].b)), rows[i].apart);
    assert_int_equal(rt_letters_apart(rt_bytes_of(rows[i].b), rt_bytes_of(rows[i].a)), rows[i].apart);
  }
}

static void a_word_too_long_to_compare_is_far_from_everything(void **state) {
  (void)state;
  const rt_bytes longest = RT_BYTES("abcdefghijklmnopqrstuvwxyz012345"),
                 longer = RT_BYTES("abcdefghijklmnopqrstuvwxyz0123456");
  assert_int_equal(rt_letters_apart(longest, longest), 0);
  assert_int_equal(rt_letters_apart(longest, longer), RT_MANY_LETTERS);
  assert_int_equal(rt_letters_apart(longer, longer), RT_MANY_LETTERS);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_letter_put_in_taken_out_or_changed_counts_one_and_capitals_none),
      cmocka_unit_test(a_word_too_long_to_compare_is_far_from_everything),
  };
  return cmocka_run_group_tests_name("letters", tests, NULL, NULL);
}
