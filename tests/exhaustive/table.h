// table.h: what was found, written down: the pages of core/flow/README.md and the simulator's list of transitions.
// SPDX-License-Identifier: MIT
#ifndef RT_TESTS_EXHAUSTIVE_TABLE_H
#define RT_TESTS_EXHAUSTIVE_TABLE_H

#include "base/bytes.h"
#include "orders.h"

#define BLESS_COMMAND "RT_BLESS=1 build/dev/tests/exhaustive_flows"

// Sorts the rows: by state, then by fact, then by what came of it.
void sort_rows(findings *found);

// The states in words and the table, in Markdown.
void write_tables(rt_writer *writer, const flow_world *world, const findings *found);

// RT_TRANSITION(FLOW, FROM, TO) for each change of state that an embed can bring about.
void write_transitions(rt_writer *writer, const char *flow, const flow_world *world, const findings *found);

#endif
