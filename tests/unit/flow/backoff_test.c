// backoff_test.c: the arithmetic of waiting.
// SPDX-License-Identifier: MIT
#include "flow/backoff.h"

#include "unit.h"

static const rt_draw lowest = {0}, highest = {UINT32_MAX};

static void a_healthy_poller_waits_between_1800_and_2000_ms(void **state) {
  (void)state;
  const rt_backoff_policy policy = rt_backoff_policy_default;
  assert_int_equal(rt_backoff_steady(&policy, lowest).ms, 1800);
  assert_int_equal(rt_backoff_steady(&policy, highest).ms, 2000);
  assert_int_equal(rt_backoff_spacing(&policy).ms, 1800);
}

static void waits_after_failures_double_up_to_the_cap(void **state) {
  (void)state;
  static const struct {
    uint32_t failures;
    int64_t longest_ms;
  } rows[] = {{1, 2000}, {2, 4000}, {3, 8000}, {4, 16000}, {5, 30000}, {6, 30000}, {1000, 30000}, {UINT32_MAX, 30000}};
  const rt_backoff_policy policy = rt_backoff_policy_default;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const rt_failures failures = {rows[i].failures};
    assert_int_equal(rt_backoff_wait(&policy, failures, lowest).ms, 1000);
    assert_int_equal(rt_backoff_wait(&policy, failures, highest).ms, rows[i].longest_ms);
  }
}

static void a_poller_cannot_be_made_to_spin(void **state) {
  (void)state;
  rt_backoff_policy policy = rt_backoff_policy_default;
  policy.steady = rt_ms(0);
  assert_int_equal(rt_backoff_wait(&policy, (rt_failures){1}, highest).ms, 1000);
  assert_int_equal(rt_backoff_asked(&policy, rt_ms(0), lowest).ms, 1000);
}

static void an_asked_wait_is_never_cut_short_and_never_over_five_minutes(void **state) {
  (void)state;
  const rt_backoff_policy policy = rt_backoff_policy_default;
  assert_int_equal(rt_backoff_asked(&policy, rt_seconds(7), lowest).ms, 7000);
  assert_int_equal(rt_backoff_asked(&policy, rt_seconds(7), highest).ms, 7700);
  assert_int_equal(rt_backoff_asked(&policy, rt_seconds(290), highest).ms, 300000);
  assert_int_equal(rt_backoff_asked(&policy, rt_seconds(100000), lowest).ms, 300000);
}

RUN_TESTS(cmocka_unit_test(a_healthy_poller_waits_between_1800_and_2000_ms),
          cmocka_unit_test(waits_after_failures_double_up_to_the_cap),
          cmocka_unit_test(a_poller_cannot_be_made_to_spin),
          cmocka_unit_test(an_asked_wait_is_never_cut_short_and_never_over_five_minutes))
