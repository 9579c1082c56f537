// sim_bench.c: what a simulated widget costs: its time, its memory, and how both grow with their number. Run by ./dev bench.
// Every widget polls plainly every two seconds and is never triggered, so nothing is cheap; the API behind is the real
// service. Each world runs in a process of its own, whose memory the system then tells.
// SPDX-License-Identifier: MIT
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/world.h"

typedef struct {
  double seconds;
  uint64_t widget_seconds, polls, peak_bytes;
} cost;

static rt_world_result result;

static cost play(uint32_t widgets, int64_t seconds, uint32_t runs) {
  cost sum = {0};
  for (uint32_t run = 0; run < runs; run++) {
    const rt_world_options options = {.seed = 1 + run,
                                      .widgets = widgets,
                                      .fault_phase = rt_seconds(20),
                                      .healing_phase = rt_seconds(seconds),
                                      .faults = rt_only_fault(RT_FAULT_OLD_API)};
    rt_world_run(&options, NULL, &result);
    if (result.violation.is_there || result.trouble[0] != '\0') {
      fprintf(stderr, "sim_bench: %s%s\n", result.violation.what, result.trouble);
      _exit(1);
    }
    sum.widget_seconds += result.counts.widget_ms / 1000;
    sum.polls += result.counts.commands[RT_COMMAND_SEND_HTTP] - result.counts.sessions;
  }
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  sum.seconds = (double)used.ru_utime.tv_sec + (double)used.ru_utime.tv_usec / 1e6 + (double)used.ru_stime.tv_sec +
                (double)used.ru_stime.tv_usec / 1e6;
  sum.peak_bytes = (uint64_t)used.ru_maxrss * 1024;
  return sum;
}

static cost play_apart(uint32_t widgets, int64_t seconds, uint32_t runs) {
  int ends[2];
  cost told = {0};
  if (pipe(ends) != 0) exit(1);
  const pid_t child = fork();
  if (child == 0) {
    told = play(widgets, seconds, runs);
    _exit(write(ends[1], &told, sizeof told) == (ssize_t)sizeof told ? 0 : 1);
  }
  close(ends[1]);
  if (child < 0 || read(ends[0], &told, sizeof told) != (ssize_t)sizeof told) {
    fprintf(stderr, "sim_bench: a world came to no end\n");
    exit(1);
  }
  close(ends[0]);
  waitpid(child, NULL, 0);
  return told;
}

int main(void) {
  if (sodium_init() < 0) return 1;
  const cost empty = play_apart(1, 60, 1), few = play_apart(100, 600, 20), some = play_apart(1000, 600, 3),
             many = play_apart(100000, 60, 1);
  const double few_round = few.seconds / (double)few.polls * 1e6, many_round = many.seconds / (double)many.polls * 1e6;
  printf("simulator, plain polling every 2 s, one core\n");
  printf("  1,000 widgets               %9.0f widget-seconds a second   (at least 400,000)\n",
         (double)some.widget_seconds / some.seconds);
  printf("  a poll round, 100 widgets   %9.2f us, embed, network, API and watcher\n", few_round);
  printf("  a poll round, 100,000       %9.2f us: %.2f times as much     (at most 3)\n", many_round,
         many_round / few_round);
  printf("  a waiting widget            %9.0f bytes of memory            (at most 16,384)\n",
         (double)(many.peak_bytes - empty.peak_bytes) / 125000);
  return 0;
}
