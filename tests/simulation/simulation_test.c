// simulation_test.c: a sample of random worlds, the same ones every time: no promise is broken in any, and between them
// they get everywhere.
// A failure names the seed; `retarget simulate --seed N` shows that world.
// SPDX-License-Identifier: MIT
#include "sim/world.h"

#include <stdio.h>
#include <string.h>

#include "sim/coverage.h"
#include "unit.h"

enum {
  SAMPLE = 400,              // worlds: so many reach every change of state
  DISK_SAMPLE = 60,          // worlds more, whose API keeps its sessions in the real database
  RECORDED_TRANSITIONS = 41  // of 42; raise it when the sample reaches more, never lower it
};

static rt_world_result result, again;
static rt_world_counts sum;
static uint32_t played;

static void play(const rt_world_options *options) {
  rt_world_run(options, NULL, &result);
  if (result.trouble[0] != '\0') fail_msg("seed %llu: %s", (unsigned long long)options->seed, result.trouble);
  if (result.violation.is_there) {
    fail_msg("%s: %s\n%s\nAgain: build/dev/bin/retarget simulate --seed %llu --store %s --shrink",
             rt_invariant_name(result.violation.invariant), result.violation.what, result.violation.tail,
             (unsigned long long)options->seed, options->store == RT_STORE_SQLITE ? "sqlite" : "memory");
  }
  rt_world_counts_add(&sum, &result.counts);
}

static void no_world_breaks_a_promise(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= SAMPLE; seed++) {
    const rt_world_options options = rt_world_options_of(seed);
    play(&options);
    played++;
  }
}

// Each seed's own faults, and on top of them those of the machine that the database is on.
static void no_world_with_the_real_database_breaks_a_promise(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= DISK_SAMPLE; seed++) {
    rt_world_options options = rt_world_options_of(seed);
    options.store = RT_STORE_SQLITE;
    options.faults.bits |= rt_only_fault(RT_FAULT_CRASH).bits | rt_only_fault(RT_FAULT_POWER_CUT).bits;
    if (seed % 2 == 0) options.faults.bits |= rt_only_fault(RT_FAULT_BROKEN_DISK).bits;
    play(&options);
  }
}

// What follows asks what the sample came by; it says nothing of a sample that was not played to its end.
static void needs_the_sample(void) {
  if (played != SAMPLE) fail_msg("only %u of %d worlds were played", played, SAMPLE);
}

static void every_fault_strikes(void **state) {
  (void)state;
  needs_the_sample();
  for (rt_world_fault fault = 0; fault < RT_FAULT_COUNT; fault++) {
    if (sum.faults[fault] == 0) fail_msg("%s never struck", rt_fault_name(fault));
  }
}

static void every_event_and_command_occurs(void **state) {
  (void)state;
  needs_the_sample();
  for (rt_event_kind kind = 0; kind < RT_EVENT_COUNT; kind++) {
    if (sum.events[kind] == 0) fail_msg("the event %s never occurred", rt_world_event_name(kind));
  }
  for (rt_command_kind kind = 0; kind < RT_COMMAND_COUNT; kind++) {
    if (sum.commands[kind] == 0) fail_msg("the command %s was never given", rt_world_command_name(kind));
  }
}

static void every_invariant_is_checked_often(void **state) {
  (void)state;
  needs_the_sample();
  for (rt_invariant invariant = 0; invariant < RT_INVARIANT_COUNT; invariant++) {
    uint32_t often = SAMPLE;
    if (invariant == RT_INVARIANT_SOUND_DATABASE) often = DISK_SAMPLE;
    if (invariant == RT_INVARIANT_BLOCKED_SEES) often = SAMPLE / 2;  // owed to few: when the faults are over
    if (sum.checks[invariant] < often)
      fail_msg("%s was checked %llu times only", rt_invariant_name(invariant),
               (unsigned long long)sum.checks[invariant]);
  }
}

static void the_flows_take_nearly_every_change_of_state(void **state) {
  (void)state;
  needs_the_sample();
  uint32_t reached = 0;
  for (rt_flow flow = 0; flow < RT_FLOW_COUNT; flow++) {
    const rt_coverage coverage = rt_coverage_of(&sum, flow);
    reached += coverage.reached;
    if (coverage.unknown > 0)
      fail_msg("%u changes of the %s flow are not in native-harness/sim/transitions.def", coverage.unknown,
               rt_flow_name(flow));
  }
  for (size_t i = 0; reached < RECORDED_TRANSITIONS && i < rt_transition_total(); i++) {
    const rt_transition change = rt_transition_at(i);
    if (rt_transition_count(&sum, change) == 0)
      print_message("not reached: %s %s to %s\n", rt_flow_name(change.flow),
                    rt_flow_state_name(change.flow, change.from), rt_flow_state_name(change.flow, change.to));
  }
  assert_in_range(reached, RECORDED_TRANSITIONS, rt_transition_total());
}

static void overlays_follow_triggers_and_crashes_happen(void **state) {
  (void)state;
  needs_the_sample();
  uint64_t waits = 0;
  for (uint32_t i = 0; i < RT_REPORT_WAITS; i++) waits += sum.waits[i];
  const uint64_t shown = sum.surfaces_shown[RT_EMBED_DECLINE];
  assert_true(shown > 5 * SAMPLE);
  assert_int_equal(waits, shown);  // an overlay without an accepted trigger would have no wait
  assert_true(sum.triggers_accepted > shown);
  assert_true(sum.triggers_refused > SAMPLE);
  assert_true(sum.crashes > SAMPLE);
}

static void visitors_are_served_and_not_and_see_overlays_and_sections(void **state) {
  (void)state;
  needs_the_sample();
  for (rt_embed_kind kind = 0; kind < RT_EMBED_KIND_COUNT; kind++) assert_true(sum.pages_of[kind] > SAMPLE);
  assert_true(sum.visitors_served > SAMPLE && sum.visitors_blocked > SAMPLE);
  assert_true(sum.surfaces_shown[RT_EMBED_GEO] > SAMPLE && sum.surfaces_shown[RT_EMBED_SECTION] > SAMPLE);
}

static void the_same_options_make_the_same_world(void **state) {
  (void)state;
  for (uint64_t seed = 1000; seed < 1010; seed++) {
    rt_world_options options = rt_world_options_of(seed);
    rt_world_run(&options, NULL, &result);
    rt_world_run(&options, NULL, &again);
    assert_memory_equal(&result.counts, &again.counts, sizeof result.counts);
    options.seed++;
    rt_world_run(&options, NULL, &again);
    assert_int_not_equal(result.counts.fingerprint, again.counts.fingerprint);
  }
}

static void without_faults_every_declined_visitor_sees_the_overlay_soon(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 20; seed++) {
    rt_world_options options = rt_world_options_of(seed);
    options.faults = RT_NO_FAULTS;
    rt_world_run(&options, NULL, &result);
    assert_false(result.violation.is_there);
    for (uint32_t i = 0; i < RT_REPORT_WAITS; i++) {
      if (rt_wait_column_bound(i).ms > 3000) assert_int_equal(result.counts.waits[i], 0);
    }
    for (uint32_t i = 0; i < RT_FAULT_COUNT; i++) assert_int_equal(result.counts.faults[i], 0);
    assert_int_equal(result.counts.crashes, 0);
  }
}

RUN_TESTS(cmocka_unit_test(no_world_breaks_a_promise),
          cmocka_unit_test(no_world_with_the_real_database_breaks_a_promise), cmocka_unit_test(every_fault_strikes),
          cmocka_unit_test(every_event_and_command_occurs), cmocka_unit_test(every_invariant_is_checked_often),
          cmocka_unit_test(the_flows_take_nearly_every_change_of_state),
          cmocka_unit_test(overlays_follow_triggers_and_crashes_happen),
          cmocka_unit_test(visitors_are_served_and_not_and_see_overlays_and_sections),
          cmocka_unit_test(the_same_options_make_the_same_world),
          cmocka_unit_test(without_faults_every_declined_visitor_sees_the_overlay_soon))
