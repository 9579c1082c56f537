// coverage.c: the lists of names, expanded, and sums over them.
// SPDX-License-Identifier: MIT
#include "sim/coverage.h"

#include <string.h>

#include "base/check.h"

static const char *const events[RT_EVENT_COUNT] = {
#define RT_EVENT(upper, lower, fields) #lower,
#include "embed/kinds.def"
};
static const char *const commands[RT_COMMAND_COUNT] = {
#define RT_COMMAND(upper, lower, fields) #lower,
#include "embed/kinds.def"
};
static const struct {
  rt_flow flow;
  const char *from, *to;
} transitions[] = {
#define RT_TRANSITION(flow, from, to) {RT_FLOW_##flow, #from, #to},
#include "sim/transitions.def"
};

const char *rt_world_event_name(rt_event_kind kind) { return events[kind]; }
const char *rt_world_command_name(rt_command_kind kind) { return commands[kind]; }

static uint32_t state_of(rt_flow flow, const char *name) {
  for (uint32_t state = 0;; state++) {
    const char *candidate = rt_flow_state_name(flow, state);
    RT_CHECK(candidate != NULL);  // transitions.def is of another core
    if (strcmp(candidate, name) == 0) return state;
  }
}

size_t rt_transition_total(void) { return sizeof transitions / sizeof transitions[0]; }

rt_transition rt_transition_at(size_t place) {
  const rt_flow flow = transitions[place].flow;
  return (rt_transition){flow, state_of(flow, transitions[place].from), state_of(flow, transitions[place].to)};
}

uint64_t rt_transition_count(const rt_world_counts *counts, rt_transition transition) {
  return counts->moves[transition.flow][transition.from][transition.to];
}

rt_coverage rt_coverage_of(const rt_world_counts *counts, rt_flow flow) {
  rt_coverage coverage = {0};
  uint32_t seen = 0;
  for (uint32_t from = 0; from < RT_REPORT_STATES; from++) {
    for (uint32_t to = 0; to < RT_REPORT_STATES; to++) seen += counts->moves[flow][from][to] > 0;
  }
  for (size_t i = 0; i < rt_transition_total(); i++) {
    const rt_transition transition = rt_transition_at(i);
    if (transition.flow != flow) continue;
    coverage.known++;
    coverage.reached += rt_transition_count(counts, transition) > 0;
  }
  coverage.unknown = seen - coverage.reached;
  return coverage;
}
