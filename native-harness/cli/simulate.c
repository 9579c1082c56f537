// simulate.c: retarget simulate.
// SPDX-License-Identifier: MIT
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/simulate.h"
#include "cli/simulate_pages.h"
#include "cli/simulate_tapes.h"

static const rt_millis look_every = {100};  // at the clock, at those who want it to end

// What a simulation is made of while it runs.
typedef struct {
  const rt_simulation *simulation;
  rt_jobs *jobs;
  rt_tally all;
  rt_played played, failure;
  double began_at;
  bool has_failed;
  char trouble[160];  // of this machine
} undertaking;

static bool prepare_tapes(const char *folder) {
  if ((mkdir(folder, 0777) == 0 || errno == EEXIST) && access(folder, W_OK | X_OK) == 0) return true;
  rt_fail(0, "The folder %.200s for the tapes cannot be written: %s.", folder, strerror(errno));
  return false;
}

static void take(undertaking *course) {
  const rt_played *played = &course->played;
  rt_world_counts_add(&course->all.counts, &played->result.counts);
  if (played->is_crash && course->simulation->tapes != NULL)
    rt_tape_files_rescue(course->simulation->tapes, played->options.seed);
  if (played->result.trouble[0] != '\0') {
    memcpy(course->trouble, played->result.trouble, sizeof course->trouble);
  } else if (rt_is_failure(played)) {
    // Of several the one with the smallest seed: whatever ran beside it, the same one is told of.
    if (!course->has_failed || played->run < course->failure.run)
      memcpy(&course->failure, played, sizeof course->failure);
    course->has_failed = true;
    rt_jobs_drop_after(course->jobs, course->failure.run);
  } else if (!played->result.is_stopped) {
    course->all.ended++;
  }
}

// Somebody wants it to end. Worlds stop by themselves; one that does not is left behind when asked a second time.
// False: do not wait for them.
static bool stop_worlds(undertaking *course, int received) {
  if (course->all.interrupted == 0) {
    course->all.interrupted = received;
    rt_jobs_stop(course->jobs);
    return true;
  }
  fputs("retarget: Left behind were the worlds of the seeds", stderr);
  rt_jobs_name_busy(course->jobs, stderr);
  fputs(".\n", stderr);
  return false;
}

static void play_all(undertaking *course) {
  rt_progress_bar bar = rt_progress_begin();
  for (uint64_t next = 0;;) {
    const bool is_enough = course->has_failed || course->trouble[0] != '\0' || course->all.interrupted != 0;
    if (!is_enough && next < course->simulation->runs && !rt_jobs_is_full(course->jobs)) {
      const rt_world_options options = rt_simulation_world(course->simulation, next);
      if (rt_jobs_begin(course->jobs, next++, &options)) continue;
      snprintf(course->trouble, sizeof course->trouble, "No process can be had for a world: %s.", strerror(errno));
    }
    if (rt_jobs_is_idle(course->jobs)) break;
    int received = 0;
    if (rt_jobs_wait(course->jobs, look_every, &course->played, &received)) take(course);
    if (course->trouble[0] != '\0') rt_jobs_stop(course->jobs);
    course->all.seconds = rt_seconds_now() - course->began_at;
    rt_progress_show(&bar, &course->all, rt_jobs_under_way(course->jobs));
    if (received != 0 && !stop_worlds(course, received)) break;
  }
  rt_progress_end(&bar);
}

// A crash leaves no tape behind but that of a page which was taped from the start: once more, then.
static void tape_crash(undertaking *course) {
  if (!course->failure.is_crash) return;
  const rt_world_options options = course->failure.options;
  rt_played *again = &course->played;
  const uint64_t run = course->failure.run;
  if (!rt_jobs_play_one(course->jobs, &options, again, &course->all.interrupted) || !again->is_crash) return;
  memcpy(&course->failure, again, sizeof course->failure);
  course->failure.run = run;
}

static int tell(undertaking *course) {
  const rt_simulation *simulation = course->simulation;
  course->all.failure = course->has_failed ? &course->failure : NULL;
  if (course->all.interrupted != 0) printf("Interrupted; what was reached until then:\n");
  rt_print_counts(stdout, &course->all);
  if (!course->has_failed && course->all.interrupted == 0) printf("No invariant was broken.\n");
  if (course->has_failed) {
    fflush(stdout);
    rt_print_failure(stderr, &course->failure);
    if (simulation->shrinks && course->all.interrupted == 0) {
      rt_shrink(course->jobs, &course->failure, &course->all.interrupted);
      fflush(stdout);
      rt_print_failure(stderr, &course->failure);
    } else if (!simulation->shrinks) {
      fputs("Add --shrink to look for a smaller one.\n", stderr);
    }
  }
  fflush(stdout);
  if (simulation->report != NULL && !rt_report_write(simulation->report, &course->all)) return RT_EXIT_USAGE;
  if (course->has_failed) return RT_EXIT_FAILED;
  return course->all.interrupted != 0 ? 128 + course->all.interrupted : RT_EXIT_DONE;
}

int rt_cli_simulate(int argc, char **argv) {
  rt_simulation simulation;
  const rt_asked asked = rt_simulation_read(&simulation, argc, argv);
  if (asked == RT_ASKED_FOR_PAGES) return rt_cli_simulate_pages(simulation.page_count, simulation.pages);
  if (asked != RT_ASKED_FOR_WORLDS) return asked == RT_ASKED_FOR_HELP ? RT_EXIT_DONE : RT_EXIT_USAGE;
  if (simulation.report != NULL && !rt_report_can_be_written(simulation.report)) return RT_EXIT_USAGE;
  if (simulation.tapes != NULL && !prepare_tapes(simulation.tapes)) return RT_EXIT_USAGE;
  signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a write that fails, not the end
  static undertaking course;
  const rt_world_options first = rt_simulation_world(&simulation, 0);
  course.simulation = &simulation;
  course.all = (rt_tally){.simulation = &simulation, .minutes_a_column = rt_world_minutes_a_column(&first)};
  course.jobs = rt_jobs_open(simulation.jobs, simulation.tapes);
  if (course.jobs == NULL)
    return rt_fail(RT_EXIT_USAGE, "There is not enough memory for %" PRIu32 " jobs.", simulation.jobs);
  rt_simulation_print(stdout, &simulation);
  course.began_at = rt_seconds_now();
  play_all(&course);
  int code = RT_EXIT_USAGE;
  if (course.trouble[0] != '\0') {
    rt_fail(0, "%s", course.trouble);
  } else {
    tape_crash(&course);
    code = tell(&course);
  }
  rt_jobs_close(course.jobs);
  return code;
}
