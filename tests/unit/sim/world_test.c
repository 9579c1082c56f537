// world_test.c: what whoever runs a world learns of it while it passes, and what its counts are called.
// SPDX-License-Identifier: MIT
#include "sim/world.h"

#include <string.h>

#include "sim/coverage.h"
#include "unit.h"

static rt_world_result result, other;
static char text[1 << 20];
static rt_writer tape;
static uint32_t told, largest, tapes;

static bool go_on(void *self, uint32_t done_permille) {
  told++;
  if (done_permille > largest) largest = done_permille;
  return self == NULL;  // a listener with something in hand has heard enough
}

static void keep_first(void *self, uint32_t page, rt_bytes run) {
  (void)self;
  tapes |= 1u << page;
  if (page == 0) rt_write_bytes(&tape, run);
}

static rt_world_options small_world(void) {
  rt_world_options options = rt_world_options_of(7);
  options.widgets = 8;
  options.fault_phase = rt_ms(20 * 60000);
  options.faults = RT_NO_FAULTS;
  return options;
}

static void a_listener_hears_of_the_whole_world_and_changes_nothing_in_it(void **state) {
  (void)state;
  const rt_world_options options = small_world();
  told = largest = tapes = 0;
  tape = rt_writer_over(text, sizeof text);
  rt_world_run(&options, NULL, &other);
  rt_world_run(&options, &(rt_world_listener){.tell = go_on, .tape = keep_first}, &result);
  assert_false(result.is_stopped);
  assert_true(told > 0 && largest > 0 && largest <= 1000);
  assert_int_equal(result.counts.fingerprint, other.counts.fingerprint);
  assert_int_equal(tapes, 3);  // of the first two pages
  assert_false(tape.is_overflowed);
  assert_true(rt_bytes_start_with(rt_written(&tape), RT_BYTES("retarget tape 1\n")));
  const rt_bytes last = rt_bytes_skip(rt_written(&tape), tape.length - 20);
  assert_true(memmem(last.data, last.length, "\nend ", 5) != NULL);
}

static void a_listener_can_stop_a_world(void **state) {
  (void)state;
  rt_world_options options = small_world();
  told = 0;
  rt_world_run(&options, &(rt_world_listener){.self = &told, .tell = go_on}, &result);
  assert_true(result.is_stopped);
  assert_false(result.violation.is_there);
  assert_int_equal(told, 1);
  assert_true(result.counts.pages > 0);
  assert_true(result.counts.widget_ms < other.counts.widget_ms);
}

static void a_column_over_time_is_a_minute_unless_there_are_too_few(void **state) {
  (void)state;
  rt_world_options options = small_world();
  assert_int_equal(rt_world_length(&options).ms, 32 * 60000);
  assert_int_equal(rt_world_minutes_a_column(&options), 1);
  options.fault_phase = rt_ms(108 * 60000);
  assert_int_equal(rt_world_minutes_a_column(&options), 1);
  options.fault_phase = rt_ms(109 * 60000);
  assert_int_equal(rt_world_minutes_a_column(&options), 2);

  options.widgets = 2;
  options.fault_phase = rt_ms(1000 * 60000);
  rt_world_run(&options, NULL, &result);
  uint64_t last_half = 0;
  for (uint32_t i = RT_REPORT_TIMES / 2; i < RT_REPORT_TIMES; i++) last_half += result.counts.requests_over_time[i];
  assert_true(last_half > 0);  // those who come when the faults are over
  assert_int_equal(result.counts.requests_over_time[RT_REPORT_TIMES - 1], 0);  // 1012 minutes are 113 columns of 9
}

static void coverage_counts_changes_of_state(void **state) {
  (void)state;
  static rt_world_counts counts;
  const rt_transition first = rt_transition_at(0);
  rt_coverage coverage = rt_coverage_of(&counts, first.flow);
  const uint32_t known = coverage.known;
  assert_true(known > 10);
  assert_int_equal(coverage.reached + coverage.unknown, 0);
  counts.moves[first.flow][first.from][first.to] = 4;
  counts.moves[first.flow][first.to][first.from] = 1;  // back to the start: no flow does that
  coverage = rt_coverage_of(&counts, first.flow);
  assert_int_equal(coverage.known, known);
  assert_int_equal(coverage.reached, 1);
  assert_int_equal(coverage.unknown, 1);
  assert_int_equal(rt_transition_count(&counts, first), 4);
}

static void every_count_has_a_name(void **state) {
  (void)state;
  assert_string_equal(rt_world_event_name(RT_EVENT_HTTP_DONE), "http_done");
  assert_string_equal(rt_world_command_name(RT_COMMAND_SEND_HTTP), "send_http");
  for (size_t i = 0; i < rt_transition_total(); i++) {
    const rt_transition transition = rt_transition_at(i);
    assert_non_null(rt_flow_state_name(transition.flow, transition.from));
    assert_int_not_equal(transition.from, transition.to);
  }
}

RUN_TESTS(cmocka_unit_test(a_listener_hears_of_the_whole_world_and_changes_nothing_in_it),
          cmocka_unit_test(a_listener_can_stop_a_world),
          cmocka_unit_test(a_column_over_time_is_a_minute_unless_there_are_too_few),
          cmocka_unit_test(coverage_counts_changes_of_state), cmocka_unit_test(every_count_has_a_name))
