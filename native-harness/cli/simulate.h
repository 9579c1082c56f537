// simulate.h: what the files of `retarget simulate` share: what was asked for, worlds in processes of their own, and
// how it is told.
// simulate.c leads; simulate_options.c reads and writes command lines, simulate_jobs.c plays worlds, simulate_progress.c,
// simulate_text.c and simulate_report.c tell of them, simulate_shrink.c looks for a smaller one.
// SPDX-License-Identifier: MIT
#ifndef RT_CLI_SIMULATE_H
#define RT_CLI_SIMULATE_H

#include <stdio.h>

#include "sim/coverage.h"
#include "sim/world.h"

// ---------------------------------------------------------------- what was asked for

// A number from the command line; without it each world takes what its seed stands for.
typedef struct {
  bool is_given;
  uint32_t value;
} rt_chosen;

typedef struct {
  uint64_t seed, runs;
  uint32_t jobs;
  rt_chosen widgets, minutes, healing, harshness, declined, geo;
  bool are_faults_given, shrinks;
  rt_faults faults;
  rt_store_kind store;
  char **pages;  // files
  int page_count;
  const char *report, *tapes;  // paths; NULL: not wanted
} rt_simulation;

typedef enum { RT_ASKED_FOR_WORLDS, RT_ASKED_FOR_PAGES, RT_ASKED_FOR_HELP, RT_ASKED_WRONGLY } rt_asked;

// Reads the command line of `retarget simulate`. RT_ASKED_WRONGLY has said what is wrong; a missing seed is drawn.
rt_asked rt_simulation_read(rt_simulation *simulation, int argc, char **argv);

// The world of run number `run`, from 0.
rt_world_options rt_simulation_world(const rt_simulation *simulation, uint64_t run);

// The line that asks for the same again, as one would type it, with its end of line.
void rt_simulation_print(FILE *file, const rt_simulation *simulation);

// The line that plays exactly this world: whatever its seed would choose is written out.
void rt_world_print(FILE *file, const rt_world_options *options);

// ---------------------------------------------------------------- worlds, each in a process of its own

// So that a world that takes the program down (a check in the core, a sanitizer) takes only its own process down.
typedef struct rt_jobs rt_jobs;

// A world that was played.
typedef struct {
  uint64_t run;
  rt_world_options options;
  rt_world_result result;  // of a crash what there was until then
  bool is_crash;
  char death[80];  // of a crash: how the process ended, "was ended by signal 4 (Illegal instruction)"
} rt_played;

// Room for `count` worlds at once. `tapes`: a folder for the tapes of taped pages, or NULL. NULL: no memory.
rt_jobs *rt_jobs_open(uint32_t count, const char *tapes);
void rt_jobs_close(rt_jobs *jobs);  // ends what is still playing

bool rt_jobs_is_full(const rt_jobs *jobs);
bool rt_jobs_is_idle(const rt_jobs *jobs);

// Begins a world; there must be room. False: the machine would not; errno says why.
bool rt_jobs_begin(rt_jobs *jobs, uint64_t run, const rt_world_options *options);

// Waits for a world to be over, at most `patience`. False: none is. Sets `interrupted` to the signal with which
// somebody asked for an end (SIGINT, SIGTERM), if one did.
bool rt_jobs_wait(rt_jobs *jobs, rt_millis patience, rt_played *played, int *interrupted);

// Asks all worlds to stop where they are; each is then over soon.
void rt_jobs_stop(rt_jobs *jobs);

// Ends worlds of runs later than `run`; they will not be heard of.
void rt_jobs_drop_after(rt_jobs *jobs, uint64_t run);

// The worlds being played, in thousandths of a world, and the steps their widgets took so far.
typedef struct {
  uint64_t permilles, events;
} rt_under_way;
rt_under_way rt_jobs_under_way(const rt_jobs *jobs);

// Names the seeds of the worlds that are still being played.
void rt_jobs_name_busy(const rt_jobs *jobs, FILE *file);

// Plays one world, and once more with a tape of the page whose step crashed, if one did. Writes no tapes to files. False:
// the machine would not; errno says why.
bool rt_jobs_play_one(rt_jobs *jobs, const rt_world_options *options, rt_played *played, int *interrupted);

// ---------------------------------------------------------------- telling

// All worlds together.
typedef struct {
  const rt_simulation *simulation;
  rt_world_counts counts;
  uint64_t ended;   // worlds that were over by themselves
  double seconds;   // that it took
  int interrupted;  // a signal, or 0
  uint32_t minutes_a_column;
  const rt_played *failure;  // NULL: none
} rt_tally;

// A bar with rate and time left, on a terminal only.
typedef struct {
  bool is_shown;
  double shown_at;
} rt_progress_bar;
rt_progress_bar rt_progress_begin(void);
void rt_progress_show(rt_progress_bar *bar, const rt_tally *all, rt_under_way under_way);
void rt_progress_end(rt_progress_bar *bar);
double rt_seconds_now(void);  // of a clock that only goes forward

// Whether it failed as `played` did: the same invariant, or a crash.
bool rt_is_same_failure(const rt_played *a, const rt_played *b);
bool rt_is_failure(const rt_played *played);

// What a world's failure is called: an invariant's name, or "crash".
const char *rt_failure_name(const rt_played *played);
const char *rt_failure_claim(const rt_played *played);

// Column of a distribution below which `permille` of all lie; false: there are none.
bool rt_wait_percentile(const rt_world_counts *counts, uint32_t permille, uint32_t *column);

// 12345 as "12,345"; the text lives in `room`.
typedef struct {
  char text[32];
} rt_number_text;
rt_number_text rt_number_with_commas(uint64_t number);
rt_number_text rt_duration_text(rt_millis span);  // "190 ms", "12 s", "3 min"

void rt_print_counts(FILE *file, const rt_tally *all);
void rt_print_failure(FILE *file, const rt_played *failure);

// Whether the report could be written now, so that nobody waits for hours to hear that it cannot. False: it has said why.
bool rt_report_can_be_written(const char *path);

// Writes the page. False: it has said why not, and whatever was there before is still there.
bool rt_report_write(const char *path, const rt_tally *all);

// Looks for a smaller world that fails like `failure`, prints each that it finds, and leaves the smallest in `failure`.
void rt_shrink(rt_jobs *jobs, rt_played *failure, int *interrupted);

#endif
