// api_store_test.c: the API of a world on either store.
// SPDX-License-Identifier: MIT
#include "sim/api_store.h"

#include "sim/world.h"
#include "unit.h"

static rt_world_result on_tables, on_disk;
static uint64_t refused[2];

static void play(rt_world_options options) {
  options.store = RT_STORE_MEMORY;
  rt_world_run(&options, NULL, &on_tables);
  options.store = RT_STORE_SQLITE;
  rt_world_run(&options, NULL, &on_disk);
  if (on_disk.violation.is_there)
    fail_msg("seed %llu on the disk: %s: %s", (unsigned long long)options.seed,
             rt_invariant_name(on_disk.violation.invariant), on_disk.violation.what);
  assert_string_equal(on_disk.trouble, "");
}

// Tables lose at a crash what was not committed; the database, on a disk that loses what was not synced, the same and
// nothing else. So no widget can tell which of them its API keeps its sessions in.
static void a_world_passes_alike_on_tables_and_on_a_disk_crashes_included(void **state) {
  (void)state;
  uint64_t crashes = 0, blocked = 0;
  for (uint64_t seed = 0; seed < 16; seed++) {
    rt_world_options options = rt_world_options_of(seed);
    options.faults.bits |= rt_only_fault(RT_FAULT_CRASH).bits;
    options.faults.bits &= ~rt_only_fault(RT_FAULT_POWER_CUT).bits;  // the batch it strikes may be there or not
    options.faults.bits &= ~rt_only_fault(RT_FAULT_BROKEN_DISK).bits;
    play(options);
    assert_int_equal(on_disk.counts.fingerprint, on_tables.counts.fingerprint);
    assert_int_equal(on_disk.counts.crashes, on_tables.counts.crashes);
    assert_int_equal(on_disk.counts.visitors_blocked, on_tables.counts.visitors_blocked);  // by the same rules
    crashes += on_disk.counts.crashes;
    blocked += on_disk.counts.visitors_blocked;
  }
  assert_true(crashes > 30 && blocked > 16);
}

// Nothing else goes wrong, so whoever is refused was told 503, and asks again.
static void what_a_broken_disk_cannot_keep_is_refused_and_comes_through_later(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 8; seed++) {
    rt_world_options options = rt_world_options_of(seed);
    options.faults = rt_only_fault(RT_FAULT_BROKEN_DISK);
    options.widgets = 20;
    play(options);
    const rt_world_result *results[] = {&on_tables, &on_disk};
    for (size_t i = 0; i < 2; i++) {
      assert_false(results[i]->violation.is_there);
      assert_true(results[i]->counts.faults[RT_FAULT_BROKEN_DISK] > 0);
      assert_true(results[i]->counts.triggers_accepted > 5);
      assert_int_equal(results[i]->counts.crashes, 0);
      refused[i] += results[i]->counts.triggers_refused;
    }
  }
  assert_true(refused[0] > 0 && refused[1] > 0);
}

RUN_TESTS(cmocka_unit_test(what_a_broken_disk_cannot_keep_is_refused_and_comes_through_later),
          cmocka_unit_test(a_world_passes_alike_on_tables_and_on_a_disk_crashes_included))
