// scenario_test.c: what a scenario page must have, and how its tape is compared and replaced.
// SPDX-License-Identifier: MIT
#include "sim/scenario.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

#define STORY "```story\nat 0 s the page loads\nuntil 1 s\n```\n"

static rt_scenario scenario;
static rt_story_fault fault;

static void assert_read(const char *page) {
  if (!rt_scenario_read(rt_bytes_of(page), &scenario, &fault)) fail_msg("%u: %s", fault.line, fault.sentence);
}

static void a_page_has_a_story_and_a_tape(void **state) {
  (void)state;
  assert_read("\n# What\n\nWhy it is.\n\n```sh\nretarget simulate\n```\n\n" STORY
              "\nMore.\n\n```tape\nA\nB\n```\n\nEnd.\n");
  assert_int_equal(scenario.story.count, 2);
  assert_int_equal(scenario.story.sentences[1].line, 12);
  assert_true(scenario.has_tape);
  assert_bytes_equal(scenario.tape, "A\nB\n");
  assert_int_equal(scenario.tape_line, 18);
}

static void a_page_may_have_no_tape_yet(void **state) {
  (void)state;
  assert_read("# What\nWhy.\n" STORY "End.\n");
  assert_false(scenario.has_tape);
  assert_read("# What\r\nWhy.\r\n```story\r\nat 0 s the page loads\r\nuntil 1 s\r\n```\r\n```tape\r\n```\r\n");
  assert_true(scenario.has_tape);
  assert_int_equal(scenario.tape.length, 0);
}

static void a_fence_that_is_longer_holds_shorter_ones(void **state) {
  (void)state;
  assert_read("# What\nWhy.\n````md\n```story\nnot this one\n```\n````\n" STORY);
  assert_int_equal(scenario.story.sentences[0].line, 9);
}

static void what_a_page_lacks_is_said_with_its_line(void **state) {
  (void)state;
  static const struct {
    const char *page;
    uint32_t line;
    const char *sentence;
  } rows[] = {
      {"", 1, "a page begins with a heading, as in: # What it shows"},
      {"\n\n", 3, "a page begins with a heading, as in: # What it shows"},
      {"What\n" STORY, 1, "a page begins with a heading, as in: # What it shows"},
      {"# \nWhy.\n" STORY, 1, "a page begins with a heading, as in: # What it shows"},
      {"# What\n\n" STORY, 3, "between the heading and the story stands a sentence that says why it is told"},
      {"# What\n## More\n" STORY, 3, "between the heading and the story stands a sentence that says why it is told"},
      {"# What\nWhy.\n", 3, "the page tells no story: a fence that opens with ```story"},
      {"# What\nWhy.\n```\nat 0 s the page loads\n```\n", 6,
       "the page tells no story: a fence that opens with ```story"},
      {"# What\nWhy.\n```story\nat 0 s the page loads\nuntil 1 s\n", 3, "this fence is never closed by a line of ```"},
      {"# What\nWhy.\n" STORY STORY, 7, "a page tells one story; begin another page"},
      {"# What\nWhy.\n" STORY "```tape\n```\n```tape\n```\n", 9, "a page has one tape"},
      {"# What\nWhy.\n```tape\n```\n" STORY, 3, "the tape stands behind the story"},
      {"# What\nWhy.\n" STORY "```tape\nretarget tape 2\n```\n", 8,
       "this form of tape is newer than this program; play it with a newer one"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    if (rt_scenario_read(rt_bytes_of(rows[i].page), &scenario, &fault)) fail_msg("this is read: %s", rows[i].page);
    assert_string_equal(fault.sentence, rows[i].sentence);
    assert_int_equal(fault.line, rows[i].line);
    assert_int_equal(fault.column, 1);
  }
}

static void a_fault_of_the_story_is_told_by_the_pages_lines(void **state) {
  (void)state;
  assert_false(
      rt_scenario_read(RT_BYTES("# What\nWhy.\n\n```story\n\n  at 0 s the page laods\n```\n"), &scenario, &fault));
  assert_int_equal(fault.line, 6);
  assert_int_equal(fault.column, 19);
}

static void a_tape_is_compared_line_by_line(void **state) {
  (void)state;
  rt_scenario_difference difference;
  assert_read("# What\nWhy.\n" STORY "```tape\nfirst\nsecond\n```\n");
  assert_true(rt_scenario_is_as_written(&scenario, RT_BYTES("first\nsecond\n"), &difference));
  static const struct {
    const char *played;
    uint32_t line;
    size_t column;
    const char *tape, *widget;
  } rows[] = {
      {"first\nsecund\n", 9, 4, "second", "secund"},  {"first\n", 9, 1, "second", ""},
      {"first\nsecond\nthird\n", 10, 1, "", "third"}, {"", 8, 1, "first", ""},
      {"first\nsec\n", 9, 4, "second", "sec"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    assert_false(rt_scenario_is_as_written(&scenario, rt_bytes_of(rows[i].played), &difference));
    assert_int_equal(difference.line, rows[i].line);
    assert_int_equal(difference.column, rows[i].column);
    assert_string_equal(difference.tape, rows[i].tape);
    assert_string_equal(difference.widget, rows[i].widget);
  }
}

static void ends_of_lines_do_not_matter(void **state) {
  (void)state;
  rt_scenario_difference difference;
  assert_read("# What\r\nWhy.\r\n```story\r\nat 0 s the page loads\r\nuntil 1 s\r\n```\r\n```tape\r\nfirst\r\n```\r\n");
  assert_true(rt_scenario_is_as_written(&scenario, RT_BYTES("first\n"), &difference));
}

static void of_a_long_line_the_part_that_differs_is_shown(void **state) {
  (void)state;
  static char page[2000], played[1000];
  char line[601];
  memset(line, 'x', sizeof line - 1);
  line[sizeof line - 1] = '\0';
  snprintf(page, sizeof page, "# What\nWhy.\n" STORY "```tape\n%s\n```\n", line);
  line[300] = 'y';
  snprintf(played, sizeof played, "%s\n", line);
  assert_read(page);
  rt_scenario_difference difference;
  assert_false(rt_scenario_is_as_written(&scenario, rt_bytes_of(played), &difference));
  assert_int_equal(difference.column, 301);
  assert_null(strchr(difference.tape, 'y'));
  assert_non_null(strchr(difference.widget, 'y'));
  assert_int_equal(strlen(difference.tape), strlen(difference.widget));
}

static void assert_blessed(const char *page, const char *expected) {
  static char text[1000];
  assert_read(page);
  const rt_scenario_runs runs = rt_scenario_blessed(&scenario, RT_BYTES("new\n"));
  rt_writer writer = rt_writer_over(text, sizeof text);
  for (size_t i = 0; i < RT_SCENARIO_RUNS; i++) rt_write_bytes(&writer, runs.all[i]);
  assert_bytes_equal(rt_written(&writer), expected);
}

static void another_tape_takes_the_place_of_the_old_one(void **state) {
  (void)state;
  assert_blessed("# What\nWhy.\n" STORY "```tape\nold\n```\nEnd.\n",
                 "# What\nWhy.\n" STORY "```tape\nnew\n```\nEnd.\n");
  assert_blessed("# What\nWhy.\n" STORY "```tape\n```\n", "# What\nWhy.\n" STORY "```tape\nnew\n```\n");
}

static void a_page_without_a_tape_gets_one_behind_its_story(void **state) {
  (void)state;
  assert_blessed("# What\nWhy.\n" STORY "End.\n", "# What\nWhy.\n" STORY "\n```tape\nnew\n```\nEnd.\n");
  assert_blessed("# What\nWhy.\n```story\nat 0 s the page loads\nuntil 1 s\n```",
                 "# What\nWhy.\n```story\nat 0 s the page loads\nuntil 1 s\n```\n\n```tape\nnew\n```\n");
}

RUN_TESTS(cmocka_unit_test(a_page_has_a_story_and_a_tape), cmocka_unit_test(a_page_may_have_no_tape_yet),
          cmocka_unit_test(a_fence_that_is_longer_holds_shorter_ones),
          cmocka_unit_test(what_a_page_lacks_is_said_with_its_line),
          cmocka_unit_test(a_fault_of_the_story_is_told_by_the_pages_lines),
          cmocka_unit_test(a_tape_is_compared_line_by_line), cmocka_unit_test(ends_of_lines_do_not_matter),
          cmocka_unit_test(of_a_long_line_the_part_that_differs_is_shown),
          cmocka_unit_test(another_tape_takes_the_place_of_the_old_one),
          cmocka_unit_test(a_page_without_a_tape_gets_one_behind_its_story))
