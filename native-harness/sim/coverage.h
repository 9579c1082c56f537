// coverage.h: what the counts of a world are counts of, by name, and which changes of state it has seen.
// Knows the vocabulary; counts nothing itself.
// SPDX-License-Identifier: MIT
#ifndef RT_SIM_COVERAGE_H
#define RT_SIM_COVERAGE_H

#include "sim/world.h"

// As in embed/kinds.def: "http_done", "send_http". Literals.
const char *rt_world_event_name(rt_event_kind kind);
const char *rt_world_command_name(rt_command_kind kind);

// A change of state of a flow: from state to state, by the numbers of embed.h.
typedef struct {
  rt_flow flow;
  uint32_t from, to;
} rt_transition;

// Every change there is, by its place in sim/transitions.def: tests/exhaustive found them by trying every order of events.
size_t rt_transition_total(void);
rt_transition rt_transition_at(size_t place);

uint64_t rt_transition_count(const rt_world_counts *counts, rt_transition transition);

// Of the changes of one flow, how many there are, how many were seen at least once, and how many were seen that are not
// among those there are.
typedef struct {
  uint32_t known, reached, unknown;
} rt_coverage;
rt_coverage rt_coverage_of(const rt_world_counts *counts, rt_flow flow);

#endif
