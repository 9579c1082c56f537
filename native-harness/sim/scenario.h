// scenario.h: a scenario page: Markdown with a heading, a sentence why, a fence marked `story` and, behind it, one marked
// `tape`: what happens, and what the widget does. web/docs/scenarios.md is how to write one.
// Knows no file.
// SPDX-License-Identifier: MIT
#ifndef RT_SIM_SCENARIO_H
#define RT_SIM_SCENARIO_H

#include "sim/led_world.h"

// Slices of the page, which outlives it.
typedef struct {
  rt_story story;
  bool has_tape;
  rt_bytes tape;       // inside of its fence; without one an empty slice where it would be
  uint32_t tape_line;  // its first line
  rt_bytes page;
} rt_scenario;

// False: a fault.
bool rt_scenario_read(rt_bytes page, rt_scenario *scenario, rt_story_fault *fault);

enum { RT_SCENARIO_SHOWN_LENGTH = 160 };  // of a line: more does not fit a screen

// Where a page's tape and what the widget did first differ. Both texts show the same part of the line, and are empty where
// that one is over.
typedef struct {
  uint32_t line;  // of the page
  size_t column;  // both from 1
  char tape[RT_SCENARIO_SHOWN_LENGTH], widget[RT_SCENARIO_SHOWN_LENGTH];
} rt_scenario_difference;

// Compares the page's tape with what the widget did, as rt_led_world_play gave it. False: they differ.
bool rt_scenario_is_as_written(const rt_scenario *scenario, rt_bytes played, rt_scenario_difference *difference);

// The page with another tape in it, as runs to be written one behind the other.
enum { RT_SCENARIO_RUNS = 5 };
typedef struct {
  rt_bytes all[RT_SCENARIO_RUNS];
} rt_scenario_runs;
rt_scenario_runs rt_scenario_blessed(const rt_scenario *scenario, rt_bytes tape);

#endif
