// simulate_charts.c: bars over a line, as SVG.
// SPDX-License-Identifier: MIT
#include <stdbool.h>

#include "cli/simulate.h"
#include "cli/simulate_charts.h"

enum { HEIGHT = 100 };  // of the drawing, in its own units; the page stretches it

static const double least_height = 1.2;  // what is there at all is seen

void rt_write_escaped(FILE *file, const char *text) {
  for (; *text != '\0'; text++) {
    switch (*text) {
      case '&':
        fputs("&amp;", file);
        break;
      case '<':
        fputs("&lt;", file);
        break;
      case '>':
        fputs("&gt;", file);
        break;
      case '"':
        fputs("&quot;", file);
        break;
      default:
        fputc(*text, file);
    }
  }
}

bool rt_chart_range(const uint64_t *values, uint32_t count, uint32_t *first, uint32_t *last) {
  *first = count;
  *last = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (values[i] == 0) continue;
    if (*first == count) *first = i;
    *last = i;
  }
  return *first < count;
}

// The end of the y axis: the next number that is easily halved.
static uint64_t round_up(uint64_t number) {
  static const uint64_t steps[] = {1, 2, 4, 6, 8};
  for (uint64_t power = 1; power < UINT64_MAX / 100; power *= 10) {
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
      if (steps[i] * power >= number) return steps[i] * power;
    }
  }
  return number;
}

// 2500000 as "2.5 M".
static void write_short(FILE *file, uint64_t number) {
  if (number >= 1000000) {
    fprintf(file, "%g M", (double)number / 1e6);
  } else if (number >= 10000) {
    fprintf(file, "%g k", (double)number / 1e3);
  } else {
    fputs(rt_number_with_commas(number).text, file);
  }
}

static void write_bars(FILE *file, const rt_chart *chart, uint64_t top) {
  for (uint32_t i = chart->first; i < chart->first + chart->count; i++) {
    if (chart->values[i] == 0) continue;
    char title[80] = "";
    double height = (double)chart->values[i] * HEIGHT / (double)top;
    if (height < least_height) height = least_height;
    chart->title(chart->self, i, title, sizeof title);
    fprintf(file, "<rect x=\"%.2f\" y=\"%.2f\" width=\".84\" height=\"%.2f\"><title>", i - chart->first + 0.08,
            HEIGHT - height, height);
    rt_write_escaped(file, title);
    fprintf(file, ": %s</title></rect>", rt_number_with_commas(chart->values[i]).text);
  }
}

static void write_shares(FILE *file, const rt_chart *chart) {
  uint64_t all = 0, below = 0;
  for (uint32_t i = chart->first; i < chart->first + chart->count; i++) all += chart->values[i];
  fprintf(file, "<polyline points=\"0,%d", HEIGHT);
  for (uint32_t i = chart->first; i < chart->first + chart->count; i++) {
    below += chart->values[i];
    fprintf(file, " %u,%.2f", i - chart->first + 1, HEIGHT - (double)below * HEIGHT / (double)all);
  }
  fputs("\"/>", file);
}

static double percent_of(const rt_chart *chart, double at) {
  const double percent = (at - chart->first) * 100 / chart->count;
  return percent < 0 ? 0 : percent > 100 ? 100 : percent;
}

void rt_chart_write(FILE *file, const rt_chart *chart) {
  uint64_t most = 1;
  for (uint32_t i = chart->first; i < chart->first + chart->count; i++) {
    if (chart->values[i] > most) most = chart->values[i];
  }
  const uint64_t top = round_up(most);
  fprintf(file, "<div class=\"chart %s\" role=\"img\" aria-label=\"", chart->styles);
  rt_write_escaped(file, chart->name);
  fprintf(file, "\"><svg viewBox=\"0 0 %u %d\" preserveAspectRatio=\"none\">", chart->count, HEIGHT);
  for (int quarter = 0; quarter < 4; quarter += top % 4 == 0 ? 1 : 2) {
    fprintf(file, "<line x1=\"0\" x2=\"%u\" y1=\"%d\" y2=\"%d\"/>", chart->count, quarter * HEIGHT / 4,
            quarter * HEIGHT / 4);
  }
  write_bars(file, chart, top);
  fprintf(file, "<line class=\"base\" x1=\"0\" x2=\"%u\" y1=\"%d\" y2=\"%d\"/>", chart->count, HEIGHT, HEIGHT);
  if (chart->has_shares) write_shares(file, chart);
  for (uint32_t i = 0; i < chart->mark_count; i++) {
    const double at = chart->marks[i].at - chart->first;
    fprintf(file, "<line class=\"mark\" x1=\"%.2f\" x2=\"%.2f\" y1=\"-8\" y2=\"%d\"/>", at, at, HEIGHT);
  }
  fputs("</svg><span class=\"y\" style=\"top:0\">", file);
  write_short(file, top);
  fputs("</span><span class=\"y\" style=\"top:100%\">0</span>", file);
  if (chart->has_shares) {
    fputs(
        "<span class=\"share\" style=\"top:0\">100 %</span>"
        "<span class=\"share\" style=\"top:50%\">50 %</span>",
        file);
  }
  for (uint32_t i = 0; i < chart->tick_count; i++) {
    fprintf(file, "<span class=\"x%s%s\" style=\"left:%.2f%%\">", chart->ticks[i].at <= chart->first ? " first" : "",
            chart->ticks[i].is_minor ? " minor" : "", percent_of(chart, chart->ticks[i].at));
    rt_write_escaped(file, chart->ticks[i].text);
    fputs("</span>", file);
  }
  for (uint32_t i = 0; i < chart->mark_count; i++) {
    const double percent = percent_of(chart, chart->marks[i].at);
    fprintf(file, "<span class=\"mark%s\" style=\"left:%.2f%%\">", percent > 60 ? " left" : "", percent);
    rt_write_escaped(file, chart->marks[i].text);
    fputs("</span>", file);
  }
  fputs("</div>\n", file);
}
