// simulate_progress.c: how far the worlds are, on a terminal; silent in a pipe.
// SPDX-License-Identifier: MIT
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "cli/simulate.h"

enum { USUAL_WIDTH = 80, BAR_WIDTH = 24 };

static const double redraw_after = 0.1;  // seconds: fast enough to be seen moving

double rt_seconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

rt_progress_bar rt_progress_begin(void) { return (rt_progress_bar){.is_shown = isatty(STDERR_FILENO) == 1}; }

static size_t terminal_width(void) {
  struct winsize size;
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return USUAL_WIDTH;
  return size.ws_col;
}

// "3 min 20 s" of so many seconds.
static void write_time(char *text, size_t capacity, double seconds) {
  const unsigned long whole = (unsigned long)(seconds + 0.5);
  if (whole < 60) {
    snprintf(text, capacity, "%lu s", whole);
  } else if (whole < 3600) {
    snprintf(text, capacity, "%lu min %02lu s", whole / 60, whole % 60);
  } else {
    snprintf(text, capacity, "%lu h %02lu min", whole / 3600, whole / 60 % 60);
  }
}

static void write_rate(char *text, size_t capacity, const rt_tally *all, rt_under_way under_way) {
  const double seconds = all->seconds > 0.001 ? all->seconds : 0.001;
  if (all->ended > 0) {
    const double hours = (double)all->counts.widget_ms / 3600000;
    snprintf(text, capacity, "%s widget-hours/s", rt_number_with_commas((uint64_t)(hours / seconds)).text);
  } else {  // how long its widgets were there a world knows at its end
    snprintf(text, capacity, "%s events/s", rt_number_with_commas((uint64_t)((double)under_way.events / seconds)).text);
  }
}

void rt_progress_show(rt_progress_bar *bar, const rt_tally *all, rt_under_way under_way) {
  if (!bar->is_shown || rt_seconds_now() - bar->shown_at < redraw_after) return;
  bar->shown_at = rt_seconds_now();
  const double total = (double)all->simulation->runs;
  const double share = ((double)all->ended + (double)under_way.permilles / 1000) / total;
  char line[160], rate[64], left[32] = "?", full[3 * BAR_WIDTH + 1] = "";
  for (size_t i = 0; i < BAR_WIDTH; i++) strcat(full, (double)i < share * BAR_WIDTH ? "█" : "░");
  write_rate(rate, sizeof rate, all, under_way);
  if (share > 0.001) write_time(left, sizeof left, all->seconds * (1 - share) / share);
  const int length =
      snprintf(line, sizeof line, " %3.0f %%  %s of %s worlds  %s  %s left", share * 100,
               rt_number_with_commas(all->ended).text, rt_number_with_commas(all->simulation->runs).text, rate, left);
  const bool is_wide = terminal_width() > (size_t)length + BAR_WIDTH;
  fprintf(stderr, "\r\033[K%s%.*s", is_wide ? full : "", (int)terminal_width() - 1, line);
  fflush(stderr);
}

void rt_progress_end(rt_progress_bar *bar) {
  if (bar->is_shown && bar->shown_at > 0) fputs("\r\033[K", stderr);
  bar->shown_at = 0;
}
