// simulate_charts.h: bars over a line, as SVG that stretches with the page and words that do not.
// Knows no simulation: columns, ticks and marks are handed in.
// SPDX-License-Identifier: MIT
#ifndef RT_CLI_SIMULATE_CHARTS_H
#define RT_CLI_SIMULATE_CHARTS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

// A word at a place of the x axis, which is measured in columns: 0 is the left end of the first.
typedef struct {
  double at;
  char text[48];
  bool is_minor;  // left out where there is little room
} rt_chart_word;

enum { RT_MOST_CHART_WORDS = 16 };

typedef struct {
  const char *name;    // said to whoever cannot see it
  const char *styles;  // classes of report.css
  const uint64_t *values;
  uint32_t first, count;  // the columns that are drawn
  bool has_shares;        // also a line of the share of all that lies in a column or before it
  // What a column says when it is pointed at, without its number.
  void (*title)(void *self, uint32_t column, char *text, size_t capacity);
  void *self;
  rt_chart_word ticks[RT_MOST_CHART_WORDS], marks[RT_MOST_CHART_WORDS];
  uint32_t tick_count, mark_count;
} rt_chart;

void rt_chart_write(FILE *file, const rt_chart *chart);

// The first and the last column that are not 0. False: all are.
bool rt_chart_range(const uint64_t *values, uint32_t count, uint32_t *first, uint32_t *last);

// Writes text so that a browser shows it as it is.
void rt_write_escaped(FILE *file, const char *text);

#endif
