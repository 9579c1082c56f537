// scenario.c: finds heading, reason and fences of a page, and compares tapes line by line.
// SPDX-License-Identifier: MIT
#include "sim/scenario.h"

#include <stdio.h>
#include <string.h>

#include "sim/tape.h"

// ---------------------------------------------------------------- pages

typedef struct {
  rt_bytes page;
  size_t at;        // where the next line begins
  rt_bytes line;    // the last one, without its end
  uint32_t number;  // its number
} lines;

static rt_bytes without_return(rt_bytes line) {
  const bool has_return = line.length > 0 && line.data[line.length - 1] == '\r';
  return rt_bytes_take(line, line.length - has_return);
}

static bool next_line(lines *of) {
  const rt_bytes rest = rt_bytes_skip(of->page, of->at);
  if (rest.length == 0) return false;
  const size_t end = rt_bytes_find(rest, '\n');
  of->line = without_return(rt_bytes_take(rest, end));
  of->at += end < rest.length ? end + 1 : end;
  of->number++;
  return true;
}

// A fence, as far as its opening line, or the whole of it.
typedef struct {
  rt_bytes mark;  // behind the backticks
  rt_bytes inside;
  uint32_t line;  // the opening one
  size_t end;     // of the page, behind the closing line
} fence;

static bool is_fence(rt_bytes line) { return rt_bytes_start_with(line, RT_BYTES("```")); }

// Reads the fence whose opening line is at hand. False: it is never closed.
static bool read_fence(lines *of, fence *read) {
  const size_t start = of->at;
  size_t end = start;
  const rt_bytes marks = of->line;
  size_t ticks = 0;
  while (ticks < marks.length && marks.data[ticks] == '`') ticks++;
  *read = (fence){.mark = rt_bytes_trimmed(rt_bytes_skip(marks, ticks)), .line = of->number};
  while (next_line(of)) {
    const rt_bytes closing = rt_bytes_trimmed(of->line);
    size_t closing_ticks = 0;
    while (closing_ticks < closing.length && closing.data[closing_ticks] == '`') closing_ticks++;
    if (closing_ticks >= ticks && closing_ticks == closing.length) {
      read->inside = (rt_bytes){of->page.data + start, end - start};
      read->end = of->at;
      return true;
    }
    end = of->at;
  }
  return false;
}

static bool complain(rt_story_fault *fault, uint32_t line, const char *sentence) {
  *fault = (rt_story_fault){.line = line, .column = 1};
  snprintf(fault->sentence, sizeof fault->sentence, "%s", sentence);
  return false;
}

// A tape that a later program wrote is not to be taken for a wrong one, nor replaced by one of ours.
static bool is_form_known(rt_bytes tape) {
  const rt_bytes opening = RT_BYTES("retarget tape ");
  uint64_t form = 0;
  if (!rt_bytes_start_with(tape, opening)) return true;
  const rt_bytes rest = rt_bytes_skip(tape, opening.length);
  const rt_bytes number = without_return(rt_bytes_take(rest, rt_bytes_find(rest, '\n')));
  return !rt_bytes_to_u64(number, &form) || form <= RT_TAPE_VERSION;
}

static bool take_tape(rt_scenario *scenario, const fence *found, rt_story_fault *fault) {
  if (scenario->has_tape) return complain(fault, found->line, "a page has one tape");
  if (!is_form_known(found->inside)) {
    return complain(fault, found->line + 1, "this form of tape is newer than this program; play it with a newer one");
  }
  scenario->has_tape = true;
  scenario->tape = found->inside;
  scenario->tape_line = found->line + 1;
  return true;
}

typedef struct {
  bool has_heading, has_reason, has_story;
} seen;

static bool take_story(rt_scenario *scenario, const seen *before, const fence *found, rt_story_fault *fault) {
  if (before->has_story) return complain(fault, found->line, "a page tells one story; begin another page");
  if (!before->has_reason) {
    return complain(fault, found->line, "between the heading and the story stands a sentence that says why it is told");
  }
  scenario->tape = (rt_bytes){scenario->page.data + found->end, 0};
  return rt_story_read(found->inside, found->line + 1, &scenario->story, fault);
}

bool rt_scenario_read(rt_bytes page, rt_scenario *scenario, rt_story_fault *fault) {
  lines of = {.page = page};
  seen before = {0};
  scenario->page = page;
  scenario->has_tape = false;
  while (next_line(&of)) {
    if (rt_bytes_trimmed(of.line).length == 0) continue;
    if (!before.has_heading) {
      before.has_heading = rt_bytes_start_with(of.line, RT_BYTES("# ")) && rt_bytes_trimmed(of.line).length > 2;
      if (!before.has_heading)
        return complain(fault, of.number, "a page begins with a heading, as in: # What it shows");
      continue;
    }
    if (!is_fence(of.line)) {
      before.has_reason |= of.line.data[0] != '#';
      continue;
    }
    fence found;
    const uint32_t opened_at = of.number;
    if (!read_fence(&of, &found)) return complain(fault, opened_at, "this fence is never closed by a line of ```");
    if (rt_bytes_equal(found.mark, RT_BYTES("story"))) {
      if (!take_story(scenario, &before, &found, fault)) return false;
      before.has_story = true;
    } else if (rt_bytes_equal(found.mark, RT_BYTES("tape"))) {
      if (!before.has_story) return complain(fault, found.line, "the tape stands behind the story");
      if (!take_tape(scenario, &found, fault)) return false;
    }
  }
  if (before.has_story) return true;
  return complain(fault, of.number + 1,
                  before.has_heading ? "the page tells no story: a fence that opens with ```story"
                                     : "a page begins with a heading, as in: # What it shows");
}

// ---------------------------------------------------------------- tapes

// The part of a line around `column`, in printable characters.
static void show(rt_bytes line, size_t column, char *shown) {
  enum { BEFORE = 60, AFTER = 90 };
  rt_writer writer = rt_writer_over(shown, RT_SCENARIO_SHOWN_LENGTH - 1);
  const size_t start = column > BEFORE ? column - BEFORE : 0;
  const size_t end = column + AFTER < line.length ? column + AFTER : line.length;
  if (start > 0) rt_write_text(&writer, "…");
  for (size_t i = start; i < end; i++)
    rt_write_char(&writer, line.data[i] >= ' ' && line.data[i] <= '~' ? line.data[i] : '?');
  if (end < line.length) rt_write_text(&writer, "…");
  shown[writer.length] = '\0';
}

bool rt_scenario_is_as_written(const rt_scenario *scenario, rt_bytes played, rt_scenario_difference *difference) {
  lines tape = {.page = scenario->tape}, widget = {.page = played};
  for (;;) {
    const bool has_tape = next_line(&tape), has_widget = next_line(&widget);
    if (!has_tape && !has_widget) return true;
    const rt_bytes a = has_tape ? tape.line : RT_BYTES_NONE, b = has_widget ? widget.line : RT_BYTES_NONE;
    if (has_tape == has_widget && rt_bytes_equal(a, b)) continue;
    size_t column = 0;
    while (column < a.length && column < b.length && a.data[column] == b.data[column]) column++;
    difference->line = scenario->tape_line + (has_tape ? tape.number - 1 : tape.number);
    difference->column = column + 1;
    show(a, column, difference->tape);
    show(b, column, difference->widget);
    return false;
  }
}

rt_scenario_runs rt_scenario_blessed(const rt_scenario *scenario, rt_bytes tape) {
  const size_t before = (size_t)(scenario->tape.data - scenario->page.data);
  const rt_bytes after = rt_bytes_skip(scenario->page, before + scenario->tape.length);
  const bool is_line_open = before > 0 && scenario->page.data[before - 1] != '\n';  // the story's fence ends the file
  rt_scenario_runs runs = {{rt_bytes_take(scenario->page, before), RT_BYTES_NONE, tape, RT_BYTES_NONE, after}};
  if (!scenario->has_tape) {
    runs.all[1] = is_line_open ? RT_BYTES("\n\n```tape\n") : RT_BYTES("\n```tape\n");
    runs.all[3] = RT_BYTES("```\n");
  }
  return runs;
}
