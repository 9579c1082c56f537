// trigger_flow_test.c: a session's life, fact by fact.
// SPDX-License-Identifier: MIT
#include "flow/trigger_flow.h"

#include "unit.h"

static const rt_presence awake = {.is_visible = true, .is_online = true};
static const rt_presence hidden = {.is_visible = false, .is_online = true};
static const rt_presence offline = {.is_visible = true, .is_online = false};
static const rt_trouble passing = {.kind = RT_TROUBLE_PASSING};
static const rt_trouble gone = {.kind = RT_TROUBLE_GONE};

static rt_instant at(int64_t ms) { return (rt_instant){ms}; }

static rt_trigger_flow made(void) { return rt_trigger_flow_make(&rt_backoff_policy_default, rt_prng_from_seed(3)); }

// A flow that long-polls a session of 900 s since 100 ms.
static rt_trigger_flow polling(void) {
  rt_trigger_flow flow = made();
  rt_trigger_flow_begin(&flow, at(0));
  const rt_intents intents = rt_trigger_flow_created(&flow, rt_seconds(900), 25, at(100));
  assert_int_equal(intents.bits, RT_ANNOUNCE | RT_POLL);
  assert_int_equal(flow.wait_s, 25);
  return flow;
}

static bool is_nothing(rt_intents intents) { return intents.bits == 0; }
static bool is_only(rt_intents intents, rt_intent one) { return intents.bits == (uint32_t)one; }

static void a_long_poller_asks_again_at_once_but_keeps_its_spacing(void **state) {
  (void)state;
  rt_trigger_flow flow = polling();
  assert_true(is_only(rt_trigger_flow_pending(&flow, at(25100)), RT_POLL));
  assert_true(is_nothing(rt_trigger_flow_pending(&flow, at(25200))));  // a server that does not hold its polls
  assert_int_equal(flow.wake_at.ms, 25100 + 1800);
  assert_true(is_nothing(rt_trigger_flow_woke(&flow, at(26899))));
  assert_true(is_only(rt_trigger_flow_woke(&flow, at(26900)), RT_POLL));
}

static void a_plain_poller_waits_its_interval_after_each_answer(void **state) {
  (void)state;
  rt_trigger_flow flow = made();
  rt_trigger_flow_begin(&flow, at(0));
  const rt_intents intents = rt_trigger_flow_created(&flow, rt_seconds(900), 0, at(100));
  assert_true(is_only(intents, RT_ANNOUNCE));
  for (int i = 0; i < 100; i++) {
    const int64_t asked_at = flow.wake_at.ms;
    const rt_intents poll = rt_trigger_flow_woke(&flow, at(asked_at));
    assert_true(is_only(poll, RT_POLL) && flow.wait_s == 0);
    assert_true(is_nothing(rt_trigger_flow_pending(&flow, at(asked_at + 50))));
    assert_in_range(flow.wake_at.ms - asked_at - 50, 1800, 2000);
  }
}

static void the_server_holds_no_poll_past_the_sessions_end(void **state) {
  (void)state;
  rt_trigger_flow flow = made();
  rt_trigger_flow_begin(&flow, at(0));
  rt_trigger_flow_created(&flow, rt_seconds(10), 25, at(0));
  assert_int_equal(flow.wait_s, 10);
}

static void the_session_is_asked_for_once_more_at_its_end_and_then_never(void **state) {
  (void)state;
  rt_trigger_flow flow = polling();
  rt_trigger_flow_pending(&flow, at(899000));
  assert_int_equal(flow.state, RT_TRIGGER_POLLING);
  assert_true(is_nothing(rt_trigger_flow_pending(&flow, at(900200))));
  assert_true(is_only(rt_trigger_flow_woke(&flow, at(900800)), RT_POLL));
  assert_true(flow.is_last_call);
  assert_true(is_only(rt_trigger_flow_pending(&flow, at(900850)), RT_EXPIRE));
  assert_true(rt_instant_is_never(flow.wake_at));
  assert_true(is_nothing(rt_trigger_flow_presence(&flow, hidden, at(900900))));
  assert_true(is_nothing(rt_trigger_flow_presence(&flow, awake, at(900950))));
}

static void a_return_long_after_the_end_asks_exactly_once(void **state) {
  (void)state;
  rt_trigger_flow flow = polling();
  assert_true(is_only(rt_trigger_flow_presence(&flow, hidden, at(1000)), RT_CANCEL));
  assert_true(rt_instant_is_never(flow.wake_at));
  const rt_intents back = rt_trigger_flow_presence(&flow, awake, at(5000000));
  assert_true(is_only(back, RT_POLL) && flow.wait_s == 0);
  assert_true(is_only(rt_trigger_flow_pending(&flow, at(5000050)), RT_EXPIRE));
}

static void an_outage_at_the_end_does_not_lose_an_acknowledged_trigger(void **state) {
  (void)state;
  rt_trigger_flow flow = polling();
  rt_trigger_flow_trouble(&flow, &passing, at(899500));
  int64_t now = flow.wake_at.ms;
  for (int i = 0; i < 10; i++) {
    assert_true(is_only(rt_trigger_flow_woke(&flow, at(now)), RT_POLL));
    assert_true(is_nothing(rt_trigger_flow_trouble(&flow, &passing, at(now + 10))));
    now = flow.wake_at.ms;
  }
  rt_trigger_flow_woke(&flow, at(now));
  assert_true(is_only(rt_trigger_flow_ready(&flow), RT_READY));
}

static void an_outage_that_outlives_the_trigger_ends_quietly(void **state) {
  (void)state;
  rt_trigger_flow flow = polling();
  int64_t now = 900500;
  rt_intents intents = rt_trigger_flow_trouble(&flow, &passing, at(now));
  while (!is_only(intents, RT_EXPIRE)) {
    now = flow.wake_at.ms;
    assert_true(now <= 1800100 + 30000);
    rt_trigger_flow_woke(&flow, at(now));
    intents = rt_trigger_flow_trouble(&flow, &passing, at(now + 10));
  }
  assert_true(now > 1700000);
}

static void creation_is_tried_for_a_quarter_of_an_hour(void **state) {
  (void)state;
  rt_trigger_flow flow = made();
  assert_true(is_only(rt_trigger_flow_begin(&flow, at(0)), RT_CREATE));
  int64_t now = 0;
  int attempts = 1;
  while (!is_only(rt_trigger_flow_trouble(&flow, &passing, at(now)), RT_FAIL)) {
    now = flow.wake_at.ms;
    assert_true(is_only(rt_trigger_flow_woke(&flow, at(now)), RT_CREATE));
    attempts++;
  }
  assert_in_range(now, 900000 - 30000, 900000);
  assert_in_range(attempts, 30, 120);
}

static void a_refused_creation_is_final(void **state) {
  (void)state;
  static const rt_trouble_kind kinds[] = {RT_TROUBLE_FINAL, RT_TROUBLE_GONE};
  for (size_t i = 0; i < 2; i++) {
    rt_trigger_flow flow = made();
    rt_trigger_flow_begin(&flow, at(0));
    assert_true(is_only(rt_trigger_flow_trouble(&flow, &(rt_trouble){.kind = kinds[i]}, at(10)), RT_FAIL));
    assert_true(rt_instant_is_never(flow.wake_at));
  }
}

static void a_session_the_server_does_not_know_has_expired(void **state) {
  (void)state;
  rt_trigger_flow flow = polling();
  assert_true(is_only(rt_trigger_flow_trouble(&flow, &gone, at(200)), RT_EXPIRE));
}

static void creation_goes_on_while_hidden_and_waits_while_offline(void **state) {
  (void)state;
  rt_trigger_flow flow = made();
  rt_trigger_flow_presence(&flow, hidden, at(0));
  assert_true(is_only(rt_trigger_flow_begin(&flow, at(0)), RT_CREATE));
  rt_trigger_flow_trouble(&flow, &passing, at(10));
  assert_int_equal(flow.state, RT_TRIGGER_CREATE_WAITING);
  rt_trigger_flow_presence(&flow, offline, at(20));
  assert_true(rt_instant_is_never(flow.wake_at));
  assert_true(is_only(rt_trigger_flow_presence(&flow, awake, at(30)), RT_CREATE));
}

static void a_session_born_hidden_is_announced_and_polled_on_return(void **state) {
  (void)state;
  rt_trigger_flow flow = made();
  rt_trigger_flow_presence(&flow, hidden, at(0));
  rt_trigger_flow_begin(&flow, at(0));
  const rt_intents intents = rt_trigger_flow_created(&flow, rt_seconds(900), 25, at(100));
  assert_true(is_only(intents, RT_ANNOUNCE));
  assert_true(rt_instant_is_never(flow.wake_at));
  assert_true(is_only(rt_trigger_flow_presence(&flow, awake, at(5000)), RT_POLL));
}

static void toggling_the_tab_never_brings_two_polls_closer_than_the_spacing(void **state) {
  (void)state;
  rt_trigger_flow flow = polling();
  int64_t last_poll = 100;
  rt_prng chance = rt_prng_from_seed(11);
  int64_t now = 100;
  for (int i = 0; i < 5000; i++) {
    now += 1 + rt_draw_below(rt_prng_next(&chance), 700);
    const rt_presence presence = (rt_prng_next(&chance).value & 1) != 0 ? awake : hidden;
    const rt_intents told = rt_trigger_flow_presence(&flow, presence, at(now));
    const rt_intents woke = rt_trigger_flow_woke(&flow, at(now));
    if (!rt_wants(rt_both(told, woke), RT_POLL)) continue;
    assert_true(now - last_poll >= 1800);
    last_poll = now;
  }
}

static void answers_that_come_late_change_nothing(void **state) {
  (void)state;
  rt_trigger_flow flow = polling();
  assert_true(is_only(rt_trigger_flow_ready(&flow), RT_READY));
  assert_true(is_nothing(rt_trigger_flow_ready(&flow)));
  assert_true(is_nothing(rt_trigger_flow_pending(&flow, at(300))));
  assert_true(is_nothing(rt_trigger_flow_expired(&flow)));
  assert_true(is_nothing(rt_trigger_flow_trouble(&flow, &passing, at(300))));
  assert_true(is_nothing(rt_trigger_flow_created(&flow, rt_seconds(900), 25, at(300))));
  assert_true(is_nothing(rt_trigger_flow_begin(&flow, at(300))));
  assert_true(is_nothing(rt_trigger_flow_woke(&flow, at(1000000))));
  assert_int_equal(flow.state, RT_TRIGGER_READY);
}

static void a_success_resets_the_waits(void **state) {
  (void)state;
  rt_trigger_flow flow = polling();
  int64_t now = 1000;
  for (int i = 0; i < 6; i++) {
    rt_trigger_flow_trouble(&flow, &passing, at(now));
    now = flow.wake_at.ms;
    rt_trigger_flow_woke(&flow, at(now));
  }
  assert_int_equal(flow.failures.count, 6);
  rt_trigger_flow_pending(&flow, at(now + 5000));
  assert_int_equal(flow.failures.count, 0);
  rt_trigger_flow_trouble(&flow, &passing, at(now + 10000));
  assert_in_range(flow.wake_at.ms - now - 10000, 1000, 2000);
}

RUN_TESTS(cmocka_unit_test(a_long_poller_asks_again_at_once_but_keeps_its_spacing),
          cmocka_unit_test(a_plain_poller_waits_its_interval_after_each_answer),
          cmocka_unit_test(the_server_holds_no_poll_past_the_sessions_end),
          cmocka_unit_test(the_session_is_asked_for_once_more_at_its_end_and_then_never),
          cmocka_unit_test(a_return_long_after_the_end_asks_exactly_once),
          cmocka_unit_test(an_outage_at_the_end_does_not_lose_an_acknowledged_trigger),
          cmocka_unit_test(an_outage_that_outlives_the_trigger_ends_quietly),
          cmocka_unit_test(creation_is_tried_for_a_quarter_of_an_hour), cmocka_unit_test(a_refused_creation_is_final),
          cmocka_unit_test(a_session_the_server_does_not_know_has_expired),
          cmocka_unit_test(creation_goes_on_while_hidden_and_waits_while_offline),
          cmocka_unit_test(a_session_born_hidden_is_announced_and_polled_on_return),
          cmocka_unit_test(toggling_the_tab_never_brings_two_polls_closer_than_the_spacing),
          cmocka_unit_test(answers_that_come_late_change_nothing), cmocka_unit_test(a_success_resets_the_waits))
