// simulate_shrink.c: from a world that fails to a smaller one that fails the same way.
// Tries one change after another and keeps what still fails; the same world always shrinks to the same. Smaller means,
// in this order: fewer things that go wrong, fewer widgets, less time, less often.
// SPDX-License-Identifier: MIT
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/simulate.h"

enum { MOST_TRIES = 1000 };

typedef struct {
  rt_jobs *jobs;
  rt_played *smallest;
  rt_played tried;
  int *interrupted;
  uint32_t tries;
  bool has_given_up;
} pursuit;

static bool is_over(const pursuit *search) {
  return search->has_given_up || *search->interrupted != 0 || search->tries == MOST_TRIES;
}

// Whether the world fails as before; then it is the smallest.
static bool still_fails(pursuit *search, const rt_world_options *options) {
  if (is_over(search)) return false;
  search->tries++;
  if (!rt_jobs_play_one(search->jobs, options, &search->tried, search->interrupted)) {
    rt_fail(0, "No process can be had for a smaller world: %s.", strerror(errno));
    search->has_given_up = true;
    return false;
  }
  if (!rt_is_same_failure(&search->tried, search->smallest)) return false;
  memcpy(search->smallest, &search->tried, sizeof search->tried);
  return true;
}

static void say(const pursuit *search, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(const pursuit *search, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  printf("  %4" PRIu32 ". still with ", search->tries);
  vprintf(format, arguments);
  putchar('\n');
  va_end(arguments);
  fflush(stdout);
}

static uint32_t count_faults(rt_faults faults) {
  uint32_t count = 0;
  for (rt_world_fault fault = 0; fault < RT_FAULT_COUNT; fault++) count += rt_has_fault(faults, fault);
  return count;
}

// Leaves out half of what is there, then quarters, …, then each on its own, again and again until nothing can go
// (Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input, 2002).
static bool shrink_faults(pursuit *search) {
  bool is_smaller = false;
  for (uint32_t part = count_faults(search->smallest->options.faults); part > 0; part /= 2) {
    for (uint32_t first = 0; first < count_faults(search->smallest->options.faults);) {
      rt_world_options options = search->smallest->options;
      uint32_t number = 0;
      for (rt_world_fault fault = 0; fault < RT_FAULT_COUNT; fault++) {
        if (!rt_has_fault(search->smallest->options.faults, fault)) continue;
        if (number >= first && number < first + part) options.faults.bits &= ~rt_only_fault(fault).bits;
        number++;
      }
      if (still_fails(search, &options)) {
        is_smaller = true;
        say(search, "%" PRIu32 " of the faults", count_faults(options.faults));
      } else {
        first += part;
      }
    }
  }
  return is_smaller;
}

// Each of these sets one number of the options.
typedef void (*setter)(rt_world_options *options, uint32_t value);
static void set_widgets(rt_world_options *options, uint32_t value) { options->widgets = value; }
static void set_minutes(rt_world_options *options, uint32_t value) {
  options->fault_phase = rt_ms((int64_t)value * 60000);
}

// Towards `least` in steps that begin with all that is left and grow smaller, down to 1.
static bool shrink_number(pursuit *search, const char *name, uint32_t value, uint32_t least, setter set) {
  bool is_smaller = false;
  for (uint32_t step = value - least; step > 0 && !is_over(search);) {
    rt_world_options options = search->smallest->options;
    if (value - least >= step) {
      set(&options, value - step);
      if (still_fails(search, &options)) {
        value -= step;
        is_smaller = true;
        say(search, "%" PRIu32 " %s", value, name);
        continue;
      }
    }
    step /= 2;
  }
  return is_smaller;
}

static bool shrink_harshness(pursuit *search) {
  static const uint32_t levels[] = {0, 3, 10, 40, 100};
  for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
    rt_world_options options = search->smallest->options;
    if (levels[i] >= options.harshness_permille) return false;
    options.harshness_permille = levels[i];
    if (!still_fails(search, &options)) continue;
    say(search, "harshness %" PRIu32, levels[i]);
    return true;
  }
  return false;
}

void rt_shrink(rt_jobs *jobs, rt_played *failure, int *interrupted) {
  static pursuit search;
  search.jobs = jobs;
  search.smallest = failure;
  search.interrupted = interrupted;
  printf("\nLooking for a smaller world that fails the same way (%s), in at most %d tries:\n", rt_failure_name(failure),
         MOST_TRIES);
  for (bool is_smaller = true; is_smaller && !is_over(&search);) {
    is_smaller = shrink_faults(&search);
    is_smaller |= shrink_number(&search, "widgets", failure->options.widgets, 1, set_widgets);
    is_smaller |=
        shrink_number(&search, "minutes", (uint32_t)(failure->options.fault_phase.ms / 60000), 1, set_minutes);
    is_smaller |= shrink_harshness(&search);
  }
  printf("  %4" PRIu32 ". %s\n", search.tries, is_over(&search) ? "that is enough" : "nothing more can go");
}
