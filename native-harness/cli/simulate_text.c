// simulate_text.c: what came of the worlds, as text for a terminal.
// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <string.h>

#include "cli/simulate.h"

enum { COLUMNS = 3, MOST_ROWS = 64 };

// ---------------------------------------------------------------- numbers and names

rt_number_text rt_number_with_commas(uint64_t number) {
  rt_number_text result;
  char digits[24];
  const int length = snprintf(digits, sizeof digits, "%" PRIu64, number);
  size_t at = 0;
  for (int i = 0; i < length; i++) {
    if (i > 0 && (length - i) % 3 == 0) result.text[at++] = ',';
    result.text[at++] = digits[i];
  }
  result.text[at] = '\0';
  return result;
}

rt_number_text rt_duration_text(rt_millis span) {
  rt_number_text result;
  const long long ms = span.ms;
  if (ms < 1000) {
    snprintf(result.text, sizeof result.text, "%lld ms", ms);
  } else if (ms < 10000) {
    snprintf(result.text, sizeof result.text, "%lld.%lld s", ms / 1000, ms % 1000 / 100);
  } else if (ms < 120000) {
    snprintf(result.text, sizeof result.text, "%lld s", ms / 1000);
  } else {
    snprintf(result.text, sizeof result.text, "%lld min", ms / 60000);
  }
  return result;
}

bool rt_wait_percentile(const rt_world_counts *counts, uint32_t permille, uint32_t *column) {
  uint64_t total = 0, below = 0;
  for (uint32_t i = 0; i < RT_REPORT_WAITS; i++) total += counts->waits[i];
  for (uint32_t i = 0; i < RT_REPORT_WAITS; i++) {
    below += counts->waits[i];
    *column = i;
    if (below * 1000 >= total * permille) break;
  }
  return total > 0;
}

bool rt_is_failure(const rt_played *played) { return played->is_crash || played->result.violation.is_there; }

bool rt_is_same_failure(const rt_played *a, const rt_played *b) {
  if (!rt_is_failure(a) || a->is_crash != b->is_crash) return false;
  return a->is_crash || (rt_is_failure(b) && a->result.violation.invariant == b->result.violation.invariant);
}

const char *rt_failure_name(const rt_played *played) {
  return played->is_crash ? "crash" : rt_invariant_name(played->result.violation.invariant);
}

const char *rt_failure_claim(const rt_played *played) {
  return played->is_crash ? "no world ends the program that plays it"
                          : rt_invariant_claim(played->result.violation.invariant);
}

// ---------------------------------------------------------------- counts

typedef struct {
  const char *name;
  uint64_t number;
} row;

typedef struct {
  row all[MOST_ROWS];
  size_t count;
} rows;

static void add(rows *list, const char *name, uint64_t number) {
  if (list->count < MOST_ROWS) list->all[list->count++] = (row){name, number};
}

// Names with numbers, read down the columns.
static void print_rows(FILE *file, const char *title, const rows *list) {
  const size_t lines = (list->count + COLUMNS - 1) / COLUMNS;
  fprintf(file, "\n%s\n", title);
  for (size_t line = 0; line < lines; line++) {
    for (size_t i = line; i < list->count; i += lines)
      fprintf(file, "  %-20s %12s", list->all[i].name, rt_number_with_commas(list->all[i].number).text);
    fputc('\n', file);
  }
}

static void print_flow(FILE *file, const rt_world_counts *counts, rt_flow flow) {
  const rt_coverage coverage = rt_coverage_of(counts, flow);
  char title[120];
  rows states = {0};
  for (uint32_t state = 0; rt_flow_state_name(flow, state) != NULL && state < RT_REPORT_STATES; state++) {
    if (state > 0 || counts->states[flow][state] > 0)  // in the first one a flow begins
      add(&states, rt_flow_state_name(flow, state), counts->states[flow][state]);
  }
  snprintf(title, sizeof title,
           "%s flow: %" PRIu32 " of %" PRIu32 " changes of state, and how often it came to each state",
           flow == RT_FLOW_TRIGGER ? "trigger" : "offers", coverage.reached, coverage.known);
  print_rows(file, title, &states);
  const char *before = "  missing: ";
  for (size_t i = 0; i < rt_transition_total(); i++) {
    const rt_transition change = rt_transition_at(i);
    if (change.flow != flow || rt_transition_count(counts, change) > 0) continue;
    fprintf(file, "%s%s to %s", before, rt_flow_state_name(flow, change.from), rt_flow_state_name(flow, change.to));
    before = ", ";
  }
  if (coverage.reached < coverage.known) fputc('\n', file);
  if (coverage.unknown > 0)
    fprintf(file, "  and %" PRIu32 " that native-harness/sim/transitions.def does not list\n", coverage.unknown);
}

static void print_waits(FILE *file, const rt_world_counts *counts) {
  uint32_t half, most, all;
  if (!rt_wait_percentile(counts, 500, &half)) return;
  rt_wait_percentile(counts, 950, &most);
  rt_wait_percentile(counts, 1000, &all);
  fprintf(file, "from the accepted trigger to the overlay: half within %s, 95 %% within %s, all within %s\n",
          rt_duration_text(rt_wait_column_bound(half)).text, rt_duration_text(rt_wait_column_bound(most)).text,
          all + 1 < RT_REPORT_WAITS ? rt_duration_text(rt_wait_column_bound(all)).text : "longer than 7 min");
}

static void print_lists(FILE *file, const rt_world_counts *counts) {
  rows events = {0}, commands = {0}, faults = {0}, checks = {0};
  for (uint32_t i = 0; i < RT_EVENT_COUNT; i++) add(&events, rt_world_event_name((rt_event_kind)i), counts->events[i]);
  for (uint32_t i = 0; i < RT_COMMAND_COUNT; i++)
    add(&commands, rt_world_command_name((rt_command_kind)i), counts->commands[i]);
  for (uint32_t i = 0; i < RT_FAULT_COUNT; i++) add(&faults, rt_fault_name((rt_world_fault)i), counts->faults[i]);
  for (uint32_t i = 0; i < RT_INVARIANT_COUNT; i++) add(&checks, rt_invariant_name((rt_invariant)i), counts->checks[i]);
  print_rows(file, "events: what happened to the widgets", &events);
  print_rows(file, "commands: what the widgets asked for", &commands);
  print_rows(file, "faults: how often each struck", &faults);
  print_rows(file, "invariants: how often each was checked", &checks);
}

void rt_print_counts(FILE *file, const rt_tally *all) {
  const rt_world_counts *counts = &all->counts;
  const double hours = (double)counts->widget_ms / 3600000, seconds = all->seconds > 0.001 ? all->seconds : 0.001;
  fprintf(file, "%s %s: %s pages, %s sessions, %.1f widget-hours in %.1f s (%s widget-hours a second)\n",
          rt_number_with_commas(counts->worlds).text, counts->worlds == 1 ? "world" : "worlds",
          rt_number_with_commas(counts->pages).text, rt_number_with_commas(counts->sessions).text, hours, all->seconds,
          rt_number_with_commas((uint64_t)(hours / seconds)).text);
  fprintf(file, "triggers: %s accepted, %s refused; %s overlays shown; %s crashes of the API; %s tapes replayed\n",
          rt_number_with_commas(counts->triggers_accepted).text, rt_number_with_commas(counts->triggers_refused).text,
          rt_number_with_commas(counts->surfaces_shown[RT_EMBED_DECLINE]).text,
          rt_number_with_commas(counts->crashes).text, rt_number_with_commas(counts->replays).text);
  fprintf(file, "decisions: %s visitors served, %s not; %s overlays and %s sections shown\n",
          rt_number_with_commas(counts->visitors_served).text, rt_number_with_commas(counts->visitors_blocked).text,
          rt_number_with_commas(counts->surfaces_shown[RT_EMBED_GEO]).text,
          rt_number_with_commas(counts->surfaces_shown[RT_EMBED_SECTION]).text);
  print_waits(file, counts);
  print_lists(file, counts);
  for (rt_flow flow = 0; flow < RT_FLOW_COUNT; flow++) print_flow(file, counts, flow);
  fprintf(file, "\nfingerprint %016" PRIx64 ": the same for the same worlds\n", counts->fingerprint);
}

// ---------------------------------------------------------------- a failure

void rt_print_failure(FILE *file, const rt_played *failure) {
  const rt_violation *violation = &failure->result.violation;
  fprintf(file, "\nFAILED: %s, seed %" PRIu64, rt_failure_name(failure), failure->options.seed);
  if (violation->page != RT_NO_PAGE) fprintf(file, ", page %" PRIu32, violation->page);
  if (!failure->is_crash)
    fprintf(file, ", after %lld min %02lld.%03lld s of the world", (long long)violation->at.ms / 60000,
            (long long)violation->at.ms / 1000 % 60, (long long)violation->at.ms % 1000);
  fprintf(file, "\n  promised: %s\n", rt_failure_claim(failure));
  if (failure->is_crash) {
    fprintf(file, "  happened: the process that played the world %s\n", failure->death);
  } else {
    fprintf(file, "  happened: %s\n", violation->what);
  }
  if (violation->tail[0] != '\0') fprintf(file, "\nThe last lines of the page's tape:\n%s", violation->tail);
  const size_t length = strlen(violation->tail);
  if (length > 0 && violation->tail[length - 1] != '\n') fputc('\n', file);
  fputs("\nAgain, exactly this world:\n  ", file);
  rt_world_print(file, &failure->options);
}
