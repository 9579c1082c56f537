// simulate_report.c: what came of the worlds, as one page that needs nothing else: no script, no network.
// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/report_css.h"
#include "cli/simulate.h"
#include "cli/simulate_charts.h"

static const char *commas(uint64_t number) {
  static rt_number_text texts[8];  // so many in one printf
  static uint32_t next;
  rt_number_text *text = &texts[next++ % 8];
  *text = rt_number_with_commas(number);
  return text->text;
}

static const char *one_or_many(uint64_t number, const char *one, const char *many) { return number == 1 ? one : many; }

static uint64_t sum_of(const uint64_t *numbers, size_t count) {
  uint64_t sum = 0;
  for (size_t i = 0; i < count; i++) sum += numbers[i];
  return sum;
}

// ---------------------------------------------------------------- the top of the page

static void write_head(FILE *file, const rt_tally *all) {
  const rt_simulation *simulation = all->simulation;
  fprintf(file,
          "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<title>retarget simulate: seed %" PRIu64 ", %s %s</title>\n<style>\n%s</style>\n<body>\n",
          simulation->seed, commas(simulation->runs), one_or_many(simulation->runs, "world", "worlds"), rt_report_css);
}

static void write_lead(FILE *file, const rt_tally *all) {
  const rt_simulation *simulation = all->simulation;
  const rt_world_counts *counts = &all->counts;
  uint32_t kinds = 0;
  for (uint32_t i = 0; i < RT_FAULT_COUNT; i++) kinds += counts->faults[i] > 0;
  fprintf(file, "<h1>%s simulated %s</h1>\n<p class=\"lead\">", commas(counts->worlds),
          one_or_many(counts->worlds, "world", "worlds"));
  if (simulation->runs > 1) {
    fprintf(file, "%s of the seeds %" PRIu64 " to %" PRIu64 ": ",
            all->ended == simulation->runs ? "The worlds" : "The first of the worlds", simulation->seed,
            simulation->seed + simulation->runs - 1);
  } else {
    fprintf(file, "The world of the seed %" PRIu64 ": ", simulation->seed);
  }
  fprintf(file,
          "%s pages, %s with a decline widget and %s that ask where their visitor is, %s of these for a section, lived "
          "through %s hours of virtual time among visitors, publishers’ servers, a "
          "network and the API itself, while %" PRIu32 " kinds of trouble struck %s times%s.",
          commas(counts->pages), commas(counts->pages_of[RT_EMBED_DECLINE]),
          commas(counts->pages - counts->pages_of[RT_EMBED_DECLINE]), commas(counts->pages_of[RT_EMBED_SECTION]),
          commas(counts->widget_ms / 3600000), kinds, commas(sum_of(counts->faults, RT_FAULT_COUNT)),
          all->failure == NULL ? "" : ", until a promise was broken");
  if (all->ended == simulation->runs) fputs(" Then the trouble ended, and everything owed had to happen.", file);
  if (all->interrupted != 0) fputs(" It was interrupted: this is what was reached until then.", file);
  fputs("</p>\n", file);
}

static void write_line(FILE *file, void (*print)(FILE *, const void *), const void *what) {
  char *line = NULL;
  size_t length;
  FILE *memory = open_memstream(&line, &length);
  if (memory == NULL) return;
  print(memory, what);
  fclose(memory);
  fputs("<pre class=\"wrapped\">", file);
  rt_write_escaped(file, line);
  fputs("</pre>\n", file);
  free(line);
}

static void print_simulation(FILE *file, const void *simulation) { rt_simulation_print(file, simulation); }
static void print_world(FILE *file, const void *world) { rt_world_print(file, world); }

static void write_verdict(FILE *file, const rt_tally *all) {
  const uint64_t checks = sum_of(all->counts.checks, RT_INVARIANT_COUNT);
  if (all->failure == NULL) {
    fprintf(file, "<section class=\"verdict\"><b>✓</b> Every promise was kept: %s checks of %d invariants.</section>\n",
            commas(checks), RT_INVARIANT_COUNT);
    return;
  }
  const rt_played *failure = all->failure;
  const rt_violation *violation = &failure->result.violation;
  fprintf(file,
          "<section class=\"verdict failed\"><b>✗</b> The world of the seed %" PRIu64
          " broke a promise: %s.</section>\n",
          failure->options.seed, rt_failure_name(failure));
  fputs("<section class=\"long\"><h2>What went wrong</h2>\n<dl><dt>promised</dt><dd>", file);
  rt_write_escaped(file, rt_failure_claim(failure));
  fputs("</dd><dt>happened</dt><dd>", file);
  if (failure->is_crash) {
    fprintf(file, "The process that played the world %s", failure->death);
  } else {
    rt_write_escaped(file, violation->what);
  }
  if (violation->page != RT_NO_PAGE) fprintf(file, "</dd><dt>on page</dt><dd>%" PRIu32, violation->page);
  if (!failure->is_crash) {
    fprintf(file, "</dd><dt>after</dt><dd>%lld min %02lld.%03lld s of the world", (long long)violation->at.ms / 60000,
            (long long)violation->at.ms / 1000 % 60, (long long)violation->at.ms % 1000);
  }
  fputs("</dd></dl>\n", file);
  if (violation->tail[0] != '\0') {
    fputs("<p class=\"soft\">The last lines of the page’s tape:</p>\n<pre>", file);
    rt_write_escaped(file, violation->tail);
    fputs("</pre>\n", file);
  }
  fputs("<p class=\"soft\">Exactly this world again:</p>\n", file);
  write_line(file, print_world, &failure->options);
  fputs("</section>\n", file);
}

static void write_figure(FILE *file, const char *number, const char *name) {
  fprintf(file, "<div><b>%s</b><span>%s</span></div>\n", number, name);
}

static void write_figures(FILE *file, const rt_tally *all) {
  const rt_world_counts *counts = &all->counts;
  uint32_t half;
  fputs("<section class=\"figures\">\n", file);
  write_figure(file, commas(counts->widget_ms / 3600000), "widget-hours");
  write_figure(file, commas(counts->sessions), "sessions");
  write_figure(file, commas(counts->triggers_accepted), "triggers accepted");
  write_figure(file, commas(counts->surfaces_shown[RT_EMBED_DECLINE]), "overlays after a trigger");
  if (rt_wait_percentile(counts, 500, &half))
    write_figure(file, rt_duration_text(rt_wait_column_bound(half)).text, "from trigger to overlay, median");
  write_figure(file, commas(counts->visitors_served), "visitors served");
  write_figure(file, commas(counts->visitors_blocked), "visitors not served");
  write_figure(file, commas(counts->surfaces_shown[RT_EMBED_GEO]), "overlays for them");
  write_figure(file, commas(counts->surfaces_shown[RT_EMBED_SECTION]), "sections for them");
  write_figure(file, commas(sum_of(counts->faults, RT_FAULT_COUNT)), "faults struck");
  write_figure(file, commas(counts->crashes), "crashes of the API");
  write_figure(file, commas(sum_of(counts->checks, RT_INVARIANT_COUNT)), "checks of invariants");
  fputs("</section>\n", file);
}

// ---------------------------------------------------------------- charts

static void add_word(rt_chart_word *words, uint32_t *count, double at, const char *text) {
  if (*count == RT_MOST_CHART_WORDS) return;
  words[*count].at = at;
  snprintf(words[(*count)++].text, sizeof words->text, "%s", text);
}

static int64_t wait_before(uint32_t column) { return column == 0 ? 0 : rt_wait_column_bound(column - 1).ms; }

// Where on the axis of waits a time lies.
static double place_of_wait(int64_t ms) {
  uint32_t column = 0;
  while (column + 1 < RT_REPORT_WAITS && rt_wait_column_bound(column).ms < ms) column++;
  const int64_t from = wait_before(column), to = rt_wait_column_bound(column).ms;
  return column + (double)(ms - from) / (double)(to - from);
}

static void title_of_wait(void *self, uint32_t column, char *text, size_t capacity) {
  (void)self;
  if (column + 1 == RT_REPORT_WAITS) {
    snprintf(text, capacity, "longer than %s", rt_duration_text(rt_ms(wait_before(column))).text);
  } else {
    snprintf(text, capacity, "up to %s", rt_duration_text(rt_wait_column_bound(column)).text);
  }
}

static void write_waits(FILE *file, const rt_tally *all) {
  static const struct {
    int64_t ms;
    const char *text;
    bool is_minor;
  } ticks[] = {{10, "10 ms", false},    {30, "30 ms", true},     {100, "100 ms", false}, {300, "300 ms", true},
               {1000, "1 s", false},    {3000, "3 s", true},     {10000, "10 s", false}, {30000, "30 s", true},
               {60000, "1 min", false}, {300000, "5 min", false}};
  const rt_world_counts *counts = &all->counts;
  uint32_t first, last, half, most;
  fputs(
      "<section><h2>From trigger to overlay</h2>\n"
      "<p>From the moment at which the API has accepted the trigger for good, or the page can be seen and reached "
      "again, to the moment at which the visitor sees the overlay of a decline widget. Each column is about a fifth "
      "wider than the one "
      "before; the line is the share of all that had it by then.</p>\n",
      file);
  if (rt_chart_range(counts->waits, RT_REPORT_WAITS, &first, &last)) {
    rt_chart chart = {.name = "Distribution of the time from trigger to overlay",
                      .styles = "shares",
                      .has_shares = true,
                      .values = counts->waits,
                      .first = first,
                      .count = last - first + 1,
                      .title = title_of_wait};
    for (size_t i = 0; i < sizeof ticks / sizeof ticks[0]; i++) {
      const double at = place_of_wait(ticks[i].ms);
      if (at < first || at > last + 0.5 || chart.tick_count == RT_MOST_CHART_WORDS) continue;
      add_word(chart.ticks, &chart.tick_count, at, ticks[i].text);
      chart.ticks[chart.tick_count - 1].is_minor = ticks[i].is_minor;
    }
    rt_wait_percentile(counts, 500, &half);
    rt_wait_percentile(counts, 950, &most);
    add_word(chart.marks, &chart.mark_count, half + 1, "half");
    if (most > half) add_word(chart.marks, &chart.mark_count, most + 1, "95 %");
    rt_chart_write(file, &chart);
    fputs("<p class=\"axis\">sessions, by their wait</p>\n", file);
  } else {
    fputs("<p>No overlay was shown after a trigger.</p>\n", file);
  }
  fputs("</section>\n", file);
}

static void title_of_requests(void *self, uint32_t column, char *text, size_t capacity) {
  (void)self;
  if (column + 1 == RT_REPORT_REQUESTS) {
    snprintf(text, capacity, "%u requests or more", column * 10);
  } else {
    snprintf(text, capacity, "%u to %u requests", column * 10, column * 10 + 9);
  }
}

static void write_requests(FILE *file, const rt_tally *all) {
  uint32_t first, last;
  if (!rt_chart_range(all->counts.requests, RT_REPORT_REQUESTS, &first, &last)) return;
  rt_chart chart = {.name = "Distribution of requests of a page",
                    .styles = "requests",
                    .values = all->counts.requests,
                    .count = last + 1,
                    .title = title_of_requests};
  const uint32_t step = last < 12 ? 2 : last < 30 ? 5 : 10;
  for (uint32_t at = 0; at <= last; at += step) {
    char text[16];
    snprintf(text, sizeof text, "%u", at * 10);
    add_word(chart.ticks, &chart.tick_count, at, text);
  }
  fputs(
      "<section><h2>Requests of a page</h2>\n"
      "<p>All that a widget asked the API in its life: its session and polls or its decision, offers, reports. Long "
      "polls "
      "need few, "
      "an API without them one every two seconds.</p>\n",
      file);
  rt_chart_write(file, &chart);
  fputs("<p class=\"axis\">pages, by their requests</p>\n</section>\n", file);
}

static void title_of_time(void *self, uint32_t column, char *text, size_t capacity) {
  const uint32_t minutes = *(const uint32_t *)self;
  if (minutes == 1) {
    snprintf(text, capacity, "minute %u", column + 1);
  } else {
    snprintf(text, capacity, "minutes %u to %u", column * minutes + 1, (column + 1) * minutes);
  }
}

static void write_over_time(FILE *file, const rt_tally *all) {
  const rt_world_counts *counts = &all->counts;
  static const uint32_t steps[] = {5, 10, 15, 30, 60, 120, 300, 600, 1440, 2880, 7200, 14400};
  uint32_t minutes = all->minutes_a_column, first, last, step = 0;
  if (!rt_chart_range(counts->requests_over_time, RT_REPORT_TIMES, &first, &last)) return;
  while (step + 1 < sizeof steps / sizeof steps[0] && (last + 1) * minutes / steps[step] > 7) step++;
  rt_chart chart = {.count = last + 1, .title = title_of_time, .self = &minutes};
  for (uint32_t at = 0; at <= (last + 1) * minutes; at += steps[step]) {
    char text[24];
    snprintf(text, sizeof text, "%u min", at);
    add_word(chart.ticks, &chart.tick_count, (double)at / minutes, text);
  }
  const bool is_one_length = all->simulation->runs == 1 || all->simulation->minutes.is_given;
  const rt_world_options world = rt_simulation_world(all->simulation, 0);
  if (is_one_length)
    add_word(chart.marks, &chart.mark_count, (double)world.fault_phase.ms / 60000 / minutes, "the healing begins");
  fprintf(file, "<section><h2>Over time</h2>\n<p>%s</p>\n",
          is_one_length ? "Things go wrong until the healing begins; then what is owed has to happen."
                        : "Each world has its own length: things go wrong for some minutes, and then nothing does.");
  chart.name = "Faults over time";
  chart.styles = "faults low";
  chart.values = counts->faults_over_time;
  rt_chart_write(file, &chart);
  fputs("<p class=\"axis\">faults that struck</p>\n", file);
  chart.name = "Requests over time";
  chart.styles = "low";
  chart.values = counts->requests_over_time;
  chart.mark_count = 0;
  rt_chart_write(file, &chart);
  fputs("<p class=\"axis\">requests that pages, visitors and publishers sent</p>\n</section>\n", file);
}

// ---------------------------------------------------------------- tables

static void write_faults(FILE *file, const rt_tally *all) {
  const uint64_t *faults = all->counts.faults;
  uint64_t most = 1;
  for (uint32_t i = 0; i < RT_FAULT_COUNT; i++) most = faults[i] > most ? faults[i] : most;
  fputs(
      "<section class=\"long\"><h2>What went wrong on purpose</h2>\n<p>How often each fault struck.</p>\n"
      "<table class=\"told\"><thead><tr><th>fault<th>what happens<th><th class=\"number\">times</thead>\n<tbody>\n",
      file);
  for (uint32_t i = 0; i < RT_FAULT_COUNT; i++) {
    fprintf(file, "<tr%s><th>%s<td class=\"told\">", faults[i] == 0 ? " class=\"never\"" : "",
            rt_fault_name((rt_world_fault)i));
    rt_write_escaped(file, rt_fault_sentence((rt_world_fault)i));
    fprintf(file, "<td class=\"bar\"><i style=\"width:%.1f%%\"></i><td class=\"number\">%s\n",
            (double)faults[i] * 100 / (double)most, commas(faults[i]));
  }
  fputs("</table></section>\n", file);
}

static void write_invariants(FILE *file, const rt_tally *all) {
  const rt_played *failure = all->failure;
  fputs(
      "<section class=\"long\"><h2>What must always hold</h2>\n"
      "<p>Each invariant is checked whenever something happens that could break it.</p>\n"
      "<table class=\"told\"><thead><tr><th>invariant<th>promise<th class=\"number\">checks</thead>\n<tbody>\n",
      file);
  for (uint32_t i = 0; i < RT_INVARIANT_COUNT; i++) {
    const bool is_broken =
        failure != NULL && !failure->is_crash && failure->result.violation.invariant == (rt_invariant)i;
    fprintf(file, "<tr%s><th>%s<td class=\"told\">", all->counts.checks[i] == 0 ? " class=\"never\"" : "",
            rt_invariant_name((rt_invariant)i));
    rt_write_escaped(file, rt_invariant_claim((rt_invariant)i));
    fprintf(file, "<td class=\"number%s\">%s%s\n", is_broken ? " broken" : "", is_broken ? "✗ " : "",
            commas(all->counts.checks[i]));
  }
  fputs("</table></section>\n", file);
}

static bool is_listed(rt_transition wanted) {
  for (size_t i = 0; i < rt_transition_total(); i++) {
    const rt_transition at = rt_transition_at(i);
    if (at.flow == wanted.flow && at.from == wanted.from && at.to == wanted.to) return true;
  }
  return false;
}

// Counts span many powers of ten: how long a number is says more than the number.
static uint32_t bits_of(uint64_t number) {
  uint32_t bits = 0;
  for (; number > 0; number /= 2) bits++;
  return bits;
}

// 12345 as "12k": a cell is small.
static void write_cell_number(FILE *file, uint64_t number) {
  if (number < 1000) {
    fprintf(file, "%" PRIu64, number);
  } else if (number < 1000000) {
    fprintf(file, number < 10000 ? "%.1fk" : "%.0fk", (double)number / 1e3);
  } else {
    fprintf(file, number < 10000000 ? "%.1fM" : "%.0fM", (double)number / 1e6);
  }
}

static void write_cell(FILE *file, const rt_tally *all, rt_transition change, uint64_t most) {
  const uint64_t number = rt_transition_count(&all->counts, change);
  const char *from = rt_flow_state_name(change.flow, change.from), *to = rt_flow_state_name(change.flow, change.to);
  if (number == 0 && !is_listed(change)) {
    fputs("<td>", file);
  } else if (number == 0) {
    fprintf(file, "<td class=\"missing\" title=\"%s to %s: never\">0", from, to);
  } else {
    const double heat = 0.1 + 0.5 * bits_of(number) / bits_of(most);
    fprintf(file, "<td class=\"%s\" style=\"background:rgba(var(--heat),%.2f)\" title=\"%s to %s: %s\">",
            is_listed(change) ? "seen" : "unlisted", heat, from, to, commas(number));
    write_cell_number(file, number);
  }
}

static void write_flow(FILE *file, const rt_tally *all, rt_flow flow) {
  const rt_coverage coverage = rt_coverage_of(&all->counts, flow);
  uint32_t states = 0;
  uint64_t most = 1;
  while (states < RT_REPORT_STATES && rt_flow_state_name(flow, states) != NULL) states++;
  for (uint32_t i = 0; i < RT_REPORT_STATES * RT_REPORT_STATES; i++) {
    const uint64_t number = all->counts.moves[flow][i / RT_REPORT_STATES][i % RT_REPORT_STATES];
    if (number > most) most = number;
  }
  fprintf(file,
          "<section><h2>%s flow: %" PRIu32 " of %" PRIu32
          " changes of state</h2>\n"
          "<p>From the state on the left to the one above. A dashed cell is possible and did not happen.%s</p>\n"
          "<div class=\"scroll\"><table class=\"matrix\"><thead><tr><th>",
          flow == RT_FLOW_TRIGGER ? "Trigger" : "Offers", coverage.reached, coverage.known,
          coverage.unknown > 0 ? " A framed one happened and is not in native-harness/sim/transitions.def." : "");
  for (uint32_t to = 1; to < states; to++) fprintf(file, "<th><span>%s</span>", rt_flow_state_name(flow, to));
  fputs("</thead><tbody>\n", file);
  for (uint32_t from = 0; from < states; from++) {
    bool is_end = true;  // no change leads away from it: it needs no row
    for (uint32_t to = 0; to < states; to++) {
      const rt_transition change = {flow, from, to};
      is_end &= !is_listed(change) && rt_transition_count(&all->counts, change) == 0;
    }
    if (is_end) continue;
    fprintf(file, "<tr><th>%s", rt_flow_state_name(flow, from));
    for (uint32_t to = 1; to < states; to++) write_cell(file, all, (rt_transition){flow, from, to}, most);
    fputc('\n', file);
  }
  fputs("</table></div></section>\n", file);
}

static void write_list(FILE *file, const char *title, const char *what, const char *(*name)(uint32_t),
                       const uint64_t *numbers, uint32_t count) {
  fprintf(file, "<section><h2>%s</h2>\n<p>%s</p>\n<table><tbody>\n", title, what);
  for (uint32_t i = 0; i < count; i++) {
    fprintf(file, "<tr%s><th>%s<td class=\"number\">%s\n", numbers[i] == 0 ? " class=\"never\"" : "", name(i),
            commas(numbers[i]));
  }
  fputs("</table></section>\n", file);
}

static const char *event_name(uint32_t kind) { return rt_world_event_name((rt_event_kind)kind); }
static const char *command_name(uint32_t kind) { return rt_world_command_name((rt_command_kind)kind); }

static void write_page(FILE *file, const rt_tally *all) {
  const rt_world_counts *counts = &all->counts;
  write_head(file, all);
  write_lead(file, all);
  write_line(file, print_simulation, all->simulation);
  write_verdict(file, all);
  write_figures(file, all);
  write_waits(file, all);
  write_over_time(file, all);
  write_requests(file, all);
  write_faults(file, all);
  write_invariants(file, all);
  fputs("<div class=\"pair\">\n", file);
  for (rt_flow flow = 0; flow < RT_FLOW_COUNT; flow++) write_flow(file, all, flow);
  fputs("</div>\n<div class=\"pair\">\n", file);
  write_list(file, "Events", "What happened to the widgets.", event_name, counts->events, RT_EVENT_COUNT);
  write_list(file, "Commands", "What the widgets asked for.", command_name, counts->commands, RT_COMMAND_COUNT);
  fprintf(file,
          "</div>\n<p class=\"soft\" style=\"margin-top:1.25rem\">Took %.1f s. Fingerprint %016" PRIx64
          ": the same worlds have the same one, on every machine.</p>\n</html>\n",
          all->seconds, counts->fingerprint);
}

// ---------------------------------------------------------------- the file

// The file to write and the one to write first: the same when it is no ordinary file (a terminal, a pipe), which cannot
// be replaced.
typedef struct {
  char target[PATH_MAX], part[PATH_MAX + 8];
  bool is_replaced;
} destination;

static bool find_destination(const char *path, destination *where) {
  struct stat status;
  const bool is_there = stat(path, &status) == 0;
  if (strlen(path) >= sizeof where->target) {
    errno = ENAMETOOLONG;
    return false;
  }
  if (is_there && S_ISDIR(status.st_mode)) {
    errno = EISDIR;
    return false;
  }
  // Through a link to the file itself: it is the file that is to be replaced.
  if (!is_there || realpath(path, where->target) == NULL) snprintf(where->target, sizeof where->target, "%s", path);
  where->is_replaced = !is_there || S_ISREG(status.st_mode);
  snprintf(where->part, sizeof where->part, "%s%s", where->target, where->is_replaced ? ".part" : "");
  return true;
}

static bool refuse(const char *path) {
  rt_fail(0, "The report cannot be written to %.200s: %s.", path, strerror(errno));
  return false;
}

bool rt_report_can_be_written(const char *path) {
  destination where;
  if (!find_destination(path, &where)) return refuse(path);
  if (!where.is_replaced) return access(where.part, W_OK) == 0 || refuse(path);
  if (access(where.target, F_OK) == 0 && access(where.target, W_OK) != 0) return refuse(path);
  FILE *file = fopen(where.part, "w");
  if (file == NULL) return refuse(path);
  fclose(file);
  unlink(where.part);
  return true;
}

bool rt_report_write(const char *path, const rt_tally *all) {
  destination where;
  if (!find_destination(path, &where)) return refuse(path);
  FILE *file = fopen(where.part, "w");
  if (file == NULL) return refuse(path);
  write_page(file, all);
  fflush(file);
  const bool is_written = ferror(file) == 0;
  const int trouble = errno;
  const bool is_closed = fclose(file) == 0;
  if (is_written && is_closed && (!where.is_replaced || rename(where.part, where.target) == 0)) return true;
  if (!is_written) errno = trouble;
  const int why = errno;
  if (where.is_replaced) unlink(where.part);
  errno = why;
  return refuse(path);
}
