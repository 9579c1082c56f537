// table.c: findings as Markdown and as a list for the preprocessor.
// SPDX-License-Identifier: MIT
#include "table.h"

#include <stdlib.h>

static int compare(uint32_t a, uint32_t b) { return (a > b) - (a < b); }

static int by_place(const void *one, const void *other) {
  const table_row *a = one, *b = other;
  int order = compare(a->from, b->from);
  if (order == 0) order = compare(a->fact, b->fact);
  if (order == 0) order = compare(a->to, b->to);
  return order != 0 ? order : compare(a->wants, b->wants);
}

void sort_rows(findings *found) { qsort(found->rows, found->row_count, sizeof found->rows[0], by_place); }

// On which pages a row was seen, as far as that tells it from others of the same state and fact.
static const char *pages_of(const findings *found, const table_row *row) {
  uint32_t all = 0;
  for (size_t i = 0; i < found->row_count; i++) {
    const table_row *other = &found->rows[i];
    if (other->from == row->from && other->fact == row->fact) all |= other->pages;
  }
  if (row->pages == all) return "";
  switch (row->pages) {
    case PAGE_AWAKE:
      return "awake";
    case PAGE_AWAKE | PAGE_HIDDEN:
      return "online";
    case PAGE_OFFLINE | PAGE_HIDDEN_AND_OFFLINE:
      return "offline";
    case PAGE_HIDDEN | PAGE_HIDDEN_AND_OFFLINE:
      return "hidden";
    case PAGE_HIDDEN | PAGE_OFFLINE | PAGE_HIDDEN_AND_OFFLINE:
      return "hidden or offline";
    default:
      return "?";
  }
}

static void write_wishes(rt_writer *writer, const flow_world *world, uint32_t wants) {
  const char *separator = "";
  for (uint32_t i = 0; i < world->wish_count; i++) {
    if ((wants >> i & 1u) == 0) continue;
    rt_write_text(writer, separator);
    rt_write_text(writer, world->wishes[i]);
    separator = ", ";
  }
}

void write_tables(rt_writer *writer, const flow_world *world, const findings *found) {
  rt_write_text(writer, "| state | meaning |\n|---|---|\n");
  for (uint32_t i = 0; i < world->state_count; i++) {
    rt_write_text(writer, "| ");
    rt_write_text(writer, world->states[i]);
    rt_write_text(writer, " | ");
    rt_write_text(writer, world->meanings[i]);
    rt_write_text(writer, " |\n");
  }
  rt_write_text(writer, "\n| in | on | page | becomes | and wants |\n|---|---|---|---|---|\n");
  for (size_t i = 0; i < found->row_count; i++) {
    const table_row *row = &found->rows[i];
    const char *cells[] = {world->states[row->from], world->facts[row->fact], pages_of(found, row),
                           row->to == row->from ? "" : world->states[row->to]};
    for (size_t n = 0; n < 4; n++) {
      rt_write_text(writer, "| ");
      rt_write_text(writer, cells[n]);
      rt_write_char(writer, ' ');
    }
    rt_write_text(writer, "| ");
    write_wishes(writer, world, row->wants);
    rt_write_text(writer, " |\n");
  }
}

void write_transitions(rt_writer *writer, const char *flow, const flow_world *world, const findings *found) {
  for (uint32_t from = 0; from < world->state_count; from++) {
    for (uint32_t to = 0; to < world->state_count; to++) {
      bool is_made = false;
      for (size_t i = 0; i < found->row_count && from != to; i++) {
        const table_row *row = &found->rows[i];
        is_made = is_made || (row->from == from && row->to == to && row->is_told);
      }
      if (!is_made) continue;
      rt_write_text(writer, "RT_TRANSITION(");
      rt_write_text(writer, flow);
      rt_write_text(writer, ", ");
      rt_write_text(writer, world->states[from]);
      rt_write_text(writer, ", ");
      rt_write_text(writer, world->states[to]);
      rt_write_text(writer, ")\n");
    }
  }
}
