// impressions_test.c: what was rendered and seen is reported once.
// SPDX-License-Identifier: MIT
#include "flow/impressions.h"

#include "unit.h"

static const rt_presence awake = {.is_visible = true, .is_online = true};
static const rt_presence hidden = {.is_visible = false, .is_online = true};
static const rt_presence offline = {.is_visible = true, .is_online = false};
static const rt_trouble passing = {.kind = RT_TROUBLE_PASSING};

static rt_instant at(int64_t ms) { return (rt_instant){ms}; }

// What the report that is to be sent names.
static void expect_report(const rt_impressions *seen, uint32_t rendered, uint32_t viewable) {
  assert_int_equal(seen->flying_rendered.bits, rendered);
  assert_int_equal(seen->flying_viewable.bits, viewable);
}

// Three cards on the page since 0, their rendering delivered.
static rt_impressions shown(void) {
  rt_impressions made = rt_impressions_make(&rt_backoff_policy_default, rt_prng_from_seed(5));
  assert_true(rt_impressions_rendered(&made, 3, at(0)));
  expect_report(&made, 7, 0);
  rt_impressions_delivered(&made);
  return made;
}

static void a_card_is_seen_after_one_whole_second(void **state) {
  (void)state;
  rt_impressions seen = shown();
  rt_impressions_view(&seen, 1, 500, at(100));
  assert_int_equal(rt_impressions_wake_at(&seen).ms, 1100);
  rt_impressions_woke(&seen, at(1099));
  assert_int_equal(seen.viewable.bits, 0);
  rt_impressions_woke(&seen, at(1100));
  assert_int_equal(seen.viewable.bits, 2);
  assert_true(rt_impressions_woke(&seen, at(rt_impressions_wake_at(&seen).ms)));
  expect_report(&seen, 0, 2);
}

static void half_a_card_is_needed_or_a_third_of_a_large_one(void **state) {
  (void)state;
  static const struct {
    int64_t area_px;
    int32_t ratio_permille;
    bool is_seen;
  } rows[] = {{10000, 499, false}, {10000, 500, true}, {242499, 300, false}, {242500, 299, false}, {242500, 300, true}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    rt_impressions seen = shown();
    rt_impressions_sized(&seen, 0, rows[i].area_px);
    rt_impressions_view(&seen, 0, rows[i].ratio_permille, at(0));
    rt_impressions_woke(&seen, at(1000));
    if ((seen.viewable.bits == 1) != rows[i].is_seen) fail_msg("row %zu", i);
  }
}

static void an_interrupted_second_starts_again(void **state) {
  (void)state;
  rt_impressions seen = shown();
  rt_impressions_view(&seen, 0, 1000, at(0));
  rt_impressions_view(&seen, 0, 100, at(900));  // scrolled away
  rt_impressions_view(&seen, 0, 1000, at(950));
  rt_impressions_presence(&seen, hidden, at(1900));  // switched tab
  rt_impressions_presence(&seen, awake, at(5000));
  rt_impressions_woke(&seen, at(5999));
  assert_int_equal(seen.viewable.bits, 0);
  rt_impressions_woke(&seen, at(6000));
  assert_int_equal(seen.viewable.bits, 1);
}

static void going_hidden_flushes_once_and_then_nothing_goes_out(void **state) {
  (void)state;
  rt_impressions seen = shown();
  rt_impressions_view(&seen, 0, 1000, at(0));
  rt_impressions_woke(&seen, at(1000));
  assert_true(rt_impressions_presence(&seen, hidden, at(1001)));
  expect_report(&seen, 0, 1);
  rt_impressions_trouble(&seen, &passing, at(1100));
  assert_true(rt_instant_is_never(rt_impressions_wake_at(&seen)));
  assert_false(rt_impressions_woke(&seen, at(99999)));
  assert_true(rt_impressions_presence(&seen, awake, at(100000)));
  expect_report(&seen, 0, 1);
}

static void offline_reports_wait_for_the_network(void **state) {
  (void)state;
  rt_impressions seen = shown();
  rt_impressions_view(&seen, 0, 1000, at(0));
  assert_false(rt_impressions_presence(&seen, offline, at(500)));
  assert_false(rt_impressions_woke(&seen, at(1000)));
  assert_false(rt_impressions_woke(&seen, at(5000)));
  assert_true(rt_impressions_presence(&seen, awake, at(6000)));
  expect_report(&seen, 0, 1);
}

static void a_batch_is_tried_three_times_and_then_dropped(void **state) {
  (void)state;
  rt_impressions seen = rt_impressions_make(&rt_backoff_policy_default, rt_prng_from_seed(5));
  assert_true(rt_impressions_rendered(&seen, 2, at(0)));
  expect_report(&seen, 3, 0);
  int64_t now = 0;
  for (int attempt = 1; attempt < 3; attempt++) {
    rt_impressions_trouble(&seen, &passing, at(now));
    now = rt_impressions_wake_at(&seen).ms;
    assert_true(rt_impressions_woke(&seen, at(now)));
    expect_report(&seen, 3, 0);
  }
  rt_impressions_trouble(&seen, &passing, at(now));
  assert_true(rt_instant_is_never(rt_impressions_wake_at(&seen)));
}

static void what_is_seen_while_a_report_travels_goes_with_the_next(void **state) {
  (void)state;
  rt_impressions seen = rt_impressions_make(&rt_backoff_policy_default, rt_prng_from_seed(5));
  rt_impressions_rendered(&seen, 1, at(0));
  rt_impressions_view(&seen, 0, 1000, at(0));
  assert_false(rt_impressions_woke(&seen, at(9000)));
  rt_impressions_delivered(&seen);
  assert_true(rt_impressions_woke(&seen, at(9500)));
  expect_report(&seen, 0, 1);
}

static void closing_reports_what_was_seen_and_ends_it(void **state) {
  (void)state;
  rt_impressions seen = shown();
  rt_impressions_view(&seen, 2, 1000, at(0));
  rt_impressions_view(&seen, 1, 1000, at(800));
  assert_true(rt_impressions_close(&seen, at(1000)));
  expect_report(&seen, 0, 4);
  rt_impressions_trouble(&seen, &passing, at(1100));
  rt_impressions_view(&seen, 1, 1000, at(1200));
  assert_false(rt_impressions_woke(&seen, at(99999)));
  assert_true(rt_instant_is_never(rt_impressions_wake_at(&seen)));
}

static void cards_that_do_not_exist_are_ignored(void **state) {
  (void)state;
  rt_impressions seen = rt_impressions_make(&rt_backoff_policy_default, rt_prng_from_seed(5));
  rt_impressions_view(&seen, 0, 1000, at(0));  // nothing is on the page yet
  assert_int_equal(seen.in_view.bits, 0);
  seen = shown();
  rt_impressions_view(&seen, 3, 1000, at(0));
  rt_impressions_view(&seen, RT_MAX_OFFERS, 1000, at(0));
  rt_impressions_view(&seen, UINT32_MAX, 1000, at(0));
  assert_int_equal(seen.in_view.bits, 0);
}

static void closing_reports_what_came_after_the_report_under_way(void **state) {
  (void)state;
  rt_impressions seen = rt_impressions_make(&rt_backoff_policy_default, rt_prng_from_seed(4));
  assert_true(rt_impressions_rendered(&seen, 2, at(0)));
  rt_impressions_view(&seen, 1, 1000, at(0));
  assert_true(rt_impressions_close(&seen, at(1000)));
  assert_int_equal(seen.flying_rendered.bits, 0);
  assert_int_equal(seen.flying_viewable.bits, 2);
  assert_false(rt_impressions_close(&seen, at(1001)));
}

RUN_TESTS(cmocka_unit_test(closing_reports_what_came_after_the_report_under_way),
          cmocka_unit_test(a_card_is_seen_after_one_whole_second),
          cmocka_unit_test(half_a_card_is_needed_or_a_third_of_a_large_one),
          cmocka_unit_test(an_interrupted_second_starts_again),
          cmocka_unit_test(going_hidden_flushes_once_and_then_nothing_goes_out),
          cmocka_unit_test(offline_reports_wait_for_the_network),
          cmocka_unit_test(a_batch_is_tried_three_times_and_then_dropped),
          cmocka_unit_test(what_is_seen_while_a_report_travels_goes_with_the_next),
          cmocka_unit_test(closing_reports_what_was_seen_and_ends_it),
          cmocka_unit_test(cards_that_do_not_exist_are_ignored))
