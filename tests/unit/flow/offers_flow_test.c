// offers_flow_test.c: from a trigger to the visitor's last look, fact by fact.
// SPDX-License-Identifier: MIT
#include "flow/offers_flow.h"

#include "unit.h"

static const rt_presence awake = {.is_visible = true, .is_online = true};
static const rt_presence hidden = {.is_visible = false, .is_online = true};
static const rt_trouble passing = {.kind = RT_TROUBLE_PASSING};

static bool is_only(rt_intents intents, rt_intent one) { return intents.bits == (uint32_t)one; }
static rt_instant at(int64_t ms) { return (rt_instant){ms}; }
static rt_offers_flow made(void) { return rt_offers_flow_make(&rt_backoff_policy_default, rt_prng_from_seed(4)); }

static void offers_are_fetched_shown_and_closed_once(void **state) {
  (void)state;
  rt_offers_flow flow = made();
  assert_true(is_only(rt_offers_flow_begin(&flow, true, at(0)), RT_FETCH));
  assert_true(is_only(rt_offers_flow_fetched(&flow, 3), RT_SHOW));
  assert_true(rt_offers_flow_shown(&flow));
  assert_false(rt_offers_flow_shown(&flow));
  assert_true(rt_offers_flow_closed(&flow));
  assert_false(rt_offers_flow_closed(&flow));
  assert_true(is_only(rt_offers_flow_begin(&flow, true, at(9)), 0));  // closed stays closed
}

static void a_missing_request_id_is_asked_for_first(void **state) {
  (void)state;
  rt_offers_flow flow = made();
  assert_true(is_only(rt_offers_flow_begin(&flow, false, at(0)), RT_DECIDE));
  assert_true(is_only(rt_offers_flow_decided(&flow, false, at(10)), RT_FETCH));
}

static void no_offers_end_it_without_a_surface(void **state) {
  (void)state;
  rt_offers_flow flow = made();
  rt_offers_flow_begin(&flow, true, at(0));
  assert_true(is_only(rt_offers_flow_fetched(&flow, 0), RT_EMPTY));
  assert_false(rt_offers_flow_shown(&flow));
}

static void trying_ends_after_thirty_seconds_even_with_an_answer_under_way(void **state) {
  (void)state;
  rt_offers_flow flow = made();
  rt_offers_flow_begin(&flow, true, at(1000));
  assert_int_equal(flow.wake_at.ms, 31000);
  assert_true(is_only(rt_offers_flow_woke(&flow, at(30999)), 0));
  assert_int_equal(rt_offers_flow_woke(&flow, at(31000)).bits, RT_CANCEL | RT_FAIL);
}

static void time_that_the_machine_slept_is_no_patience(void **state) {
  (void)state;
  rt_offers_flow flow = made();
  rt_offers_flow_begin(&flow, true, at(0));
  rt_offers_flow_trouble(&flow, &passing, at(100));
  const int64_t due = flow.wake_at.ms;
  rt_offers_flow_overslept(&flow, rt_ms(3600000));
  assert_true(is_only(rt_offers_flow_woke(&flow, at(due + 3600000)), RT_FETCH));
  assert_int_equal(flow.wake_at.ms, 30000 + 3600000);  // what was left is left
  rt_offers_flow_overslept(&flow, rt_ms(500));         // and with a question under way
  assert_true(is_only(rt_offers_flow_woke(&flow, at(30000 + 3600000)), 0));
  assert_int_equal(rt_offers_flow_woke(&flow, at(30500 + 3600000)).bits, RT_CANCEL | RT_FAIL);
}

static void nothing_is_asked_once_the_patience_is_over(void **state) {
  (void)state;
  rt_offers_flow flow = made();
  rt_offers_flow_begin(&flow, false, at(0));
  rt_offers_flow late = flow;  // of two ways to be late
  assert_true(is_only(rt_offers_flow_decided(&late, false, at(30000)), RT_FAIL));
  rt_offers_flow_trouble(&flow, &passing, at(10));
  assert_true(is_only(rt_offers_flow_woke(&flow, at(30000)), RT_FAIL));
}

static void hidden_time_does_not_count_and_asks_nothing(void **state) {
  (void)state;
  rt_offers_flow flow = made();
  rt_offers_flow_begin(&flow, true, at(0));
  assert_true(is_only(rt_offers_flow_presence(&flow, hidden, at(10000)), RT_CANCEL));
  assert_true(rt_instant_is_never(flow.wake_at));
  assert_true(is_only(rt_offers_flow_presence(&flow, awake, at(900000)), RT_FETCH));
  assert_int_equal(flow.wake_at.ms, 920000);
}

static void a_trigger_that_comes_while_hidden_waits_for_the_visitor(void **state) {
  (void)state;
  rt_offers_flow flow = made();
  rt_offers_flow_presence(&flow, hidden, at(0));
  assert_true(is_only(rt_offers_flow_begin(&flow, true, at(10)), 0));
  assert_true(is_only(rt_offers_flow_presence(&flow, awake, at(50000)), RT_FETCH));
}

static void a_failure_is_tried_again_while_there_is_time(void **state) {
  (void)state;
  rt_offers_flow flow = made();
  rt_offers_flow_begin(&flow, true, at(0));
  int64_t now = 100;
  int attempts = 1;
  while (!is_only(rt_offers_flow_trouble(&flow, &passing, at(now)), RT_FAIL)) {
    now = flow.wake_at.ms;
    assert_true(now < 30000);
    assert_true(is_only(rt_offers_flow_woke(&flow, at(now)), RT_FETCH));
    attempts++;
  }
  assert_in_range(attempts, 3, 12);
}

static void a_refusal_is_final(void **state) {
  (void)state;
  static const rt_trouble_kind kinds[] = {RT_TROUBLE_FINAL, RT_TROUBLE_GONE};
  for (size_t i = 0; i < 2; i++) {
    rt_offers_flow flow = made();
    rt_offers_flow_begin(&flow, true, at(0));
    assert_true(is_only(rt_offers_flow_trouble(&flow, &(rt_trouble){.kind = kinds[i]}, at(10)), RT_FAIL));
  }
}

static void who_is_served_here_is_asked_nothing_more(void **state) {
  (void)state;
  rt_offers_flow flow = made();
  rt_offers_flow_begin(&flow, false, at(0));
  assert_true(is_only(rt_offers_flow_decided(&flow, true, at(10)), RT_ALLOW));
  assert_int_equal(flow.state, RT_OFFERS_ALLOWED);
  assert_true(rt_instant_is_never(flow.wake_at));
  assert_false(rt_offers_flow_closed(&flow));
}

RUN_TESTS(cmocka_unit_test(who_is_served_here_is_asked_nothing_more),
          cmocka_unit_test(offers_are_fetched_shown_and_closed_once),
          cmocka_unit_test(a_missing_request_id_is_asked_for_first),
          cmocka_unit_test(no_offers_end_it_without_a_surface),
          cmocka_unit_test(trying_ends_after_thirty_seconds_even_with_an_answer_under_way),
          cmocka_unit_test(time_that_the_machine_slept_is_no_patience),
          cmocka_unit_test(nothing_is_asked_once_the_patience_is_over),
          cmocka_unit_test(hidden_time_does_not_count_and_asks_nothing),
          cmocka_unit_test(a_trigger_that_comes_while_hidden_waits_for_the_visitor),
          cmocka_unit_test(a_failure_is_tried_again_while_there_is_time), cmocka_unit_test(a_refusal_is_final))
