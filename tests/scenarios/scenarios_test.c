// scenarios_test.c: every page of tests/scenarios is played and its tape compared, as `retarget simulate` does it, and
// web/docs/scenarios.md lists all the sentences there are, each with a page that tells it.
// tests/wasm replays the tapes through the wasm build.
// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pages.h"
#include "sim/scenario.h"

#define DOCS RT_SOURCE_DIR "/web/docs/scenarios.md"
#define BLESS_COMMAND "RT_BLESS=1 build/dev/tests/scenarios_scenarios"

static struct CMUnitTest tests[MAX_PAGES];
static size_t page_count;

// What the docs say of a page, and which page shows a sentence best: the shortest that has it.
typedef struct {
  char name[64], heading[120];
  uint32_t length;
} page_facts;
static page_facts facts[MAX_PAGES];
static const page_facts *shown_in[RT_SENTENCE_COUNT];

static bool is_blessing(void) { return getenv("RT_BLESS") != NULL; }

static void learn(const char *path, rt_bytes page, const rt_scenario *scenario) {
  size_t number = 0;
  while (tests[number].initial_state != path) number++;
  page_facts *of = &facts[number];
  const rt_bytes heading = rt_bytes_skip(page, 2);
  snprintf(of->name, sizeof of->name, "%s", strrchr(path, '/') + 1);
  snprintf(of->heading, sizeof of->heading, "%.*s", (int)rt_bytes_find(heading, '\n'), heading.data);
  of->length = scenario->story.count;
  for (uint32_t i = 0; i < scenario->story.count; i++) {
    const page_facts **shown = &shown_in[scenario->story.sentences[i].kind];
    if (*shown == NULL || of->length < (*shown)->length) *shown = of;
  }
}

static void plays_as_written(void **state) {
  const char *path = *state;
  static rt_scenario scenario;
  rt_story_fault fault;
  rt_led_result result;
  const rt_bytes page = read_page(path);
  if (!rt_scenario_read(page, &scenario, &fault)) {
    fail_msg("%s:%u:%zu: %s", path, fault.line, fault.column, fault.sentence);
  }
  learn(path, page, &scenario);
  rt_led_world_play(&scenario.story, rt_led_memory_whole(), &result);
  if (result.outcome != RT_LED_PLAYED) fail_msg("%s:%u: %s", path, result.line, result.sentence);
  const rt_bytes played = {result.tape, result.tape_length};
  rt_scenario_difference difference;
  const bool is_same = scenario.has_tape && rt_scenario_is_as_written(&scenario, played, &difference);
  if (!is_same && is_blessing() && scenario.has_tape) {
    bless_page(path, page, scenario.tape, played);
  } else if (!is_same) {
    fail_msg("%s:%u:%zu\nthe tape: %s\nit does:  %s\nIf it is meant: RT_BLESS=1 build/dev/bin/retarget simulate %s",
             path, scenario.has_tape ? difference.line : 1, scenario.has_tape ? difference.column : 1,
             scenario.has_tape ? difference.tape : "(none yet)", scenario.has_tape ? difference.widget : "", path);
  }
  rt_led_result_free(&result);
}

static void every_sentence_is_told_by_a_page(void **state) {
  (void)state;
  for (rt_sentence_kind kind = 0; kind < RT_SENTENCE_COUNT; kind++) {
    if (shown_in[kind] == NULL) fail_msg("no page of tests/scenarios says: %s", rt_sentence_row_of(kind)->pattern);
  }
}

// ---------------------------------------------------------------- the docs

static void write_sentences(rt_writer *writer, rt_sentence_group group) {
  rt_write_text(writer, "\n| sentence | | for example in |\n|---|---|---|\n");
  for (rt_sentence_kind kind = 0; kind < RT_SENTENCE_COUNT; kind++) {
    const rt_sentence_row *row = rt_sentence_row_of(kind);
    if (row->group != group || shown_in[kind] == NULL) continue;
    const char *name = shown_in[kind]->name;
    char line[600];
    snprintf(line, sizeof line, "| `%s` | %s | [%.*s](../../tests/scenarios/%s) |\n", row->pattern, row->meaning,
             (int)(strlen(name) - 3), name, name);
    rt_write_text(writer, line);
  }
  rt_write_char(writer, '\n');
}

static void write_settings(rt_writer *writer) { write_sentences(writer, RT_SENTENCE_SETTING); }
static void write_acts(rt_writer *writer) { write_sentences(writer, RT_SENTENCE_ACT); }
static void write_spans(rt_writer *writer) { write_sentences(writer, RT_SENTENCE_SPAN); }
static void write_ends(rt_writer *writer) { write_sentences(writer, RT_SENTENCE_END); }

static void write_values(rt_writer *writer) {
  static const char *const slots[] = {
#define RT_SLOT(upper, lower, what) #upper,
#include "sim/sentences.def"
  };
  rt_write_text(writer, "\n| in place of | stands |\n|---|---|\n");
  for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++) {
    char line[300];
    snprintf(line, sizeof line, "| `%s` | %s |\n", slots[i], rt_story_slot(rt_bytes_of(slots[i])));
    rt_write_text(writer, line);
  }
  rt_write_char(writer, '\n');
}

static void write_pages(rt_writer *writer) {
  rt_write_text(writer, "\n");
  for (size_t i = 0; i < page_count; i++) {
    char line[400];
    snprintf(line, sizeof line, "- [%s](../../tests/scenarios/%s)\n", facts[i].heading, facts[i].name);
    rt_write_text(writer, line);
  }
  rt_write_char(writer, '\n');
}

// A part of the docs stands between a line that names it and one that ends it.
static void expect_part(const char *name, void (*write)(rt_writer *writer)) {
  static char text[1 << 15];
  char start[128], end[64];
  snprintf(start, sizeof start, "<!-- %s, written by: " BLESS_COMMAND " -->\n", name);
  snprintf(end, sizeof end, "<!-- end of %s -->\n", name);
  const rt_bytes page = read_page(DOCS);
  const char *from = memmem(page.data, page.length, start, strlen(start));
  const char *to = memmem(page.data, page.length, end, strlen(end));
  if (from == NULL || to == NULL || to < from) {
    fail_msg(DOCS " needs these two lines, in this order:\n%s%s", start, end);
    return;
  }
  from += strlen(start);
  rt_writer writer = rt_writer_over(text, sizeof text);
  write(&writer);
  assert_false(writer.is_overflowed);
  const rt_bytes old = {from, (size_t)(to - from)};
  if (rt_bytes_equal(old, rt_written(&writer))) return;
  if (!is_blessing()) fail_msg("the %s in " DOCS " are stale. Write them again: " BLESS_COMMAND, name);
  bless_page(DOCS, page, old, rt_written(&writer));
}

static void the_docs_list_every_sentence_value_and_page(void **state) {
  (void)state;
  expect_part("settings", write_settings);
  expect_part("acts", write_acts);
  expect_part("spans", write_spans);
  expect_part("ends", write_ends);
  expect_part("values", write_values);
  expect_part("pages", write_pages);
}

static void the_example_in_the_docs_is_a_page_that_is_true(void **state) {
  (void)state;
  static rt_scenario scenario;
  rt_story_fault fault;
  rt_led_result result;
  rt_bytes page;
  const rt_bytes docs = read_page(DOCS);
  const char *start = memmem(docs.data, docs.length, "````markdown\n", 13);
  assert_non_null(start);
  page = rt_bytes_skip(docs, (size_t)(start - docs.data) + 13);
  const char *end = memmem(page.data, page.length, "\n````\n", 6);
  assert_non_null(end);
  page = rt_bytes_take(page, (size_t)(end - page.data) + 1);
  if (!rt_scenario_read(page, &scenario, &fault)) fail_msg("line %u: %s", fault.line, fault.sentence);
  rt_led_world_play(&scenario.story, rt_led_memory_whole(), &result);
  if (result.outcome != RT_LED_PLAYED) fail_msg("line %u: %s", result.line, result.sentence);
  rt_led_result_free(&result);
}

int main(void) {
  page_count = list_pages("scenarios", plays_as_written, tests);
  if (page_count == 0) return 1;
  static struct CMUnitTest all[MAX_PAGES + 3];
  memcpy(all, tests, page_count * sizeof tests[0]);
  size_t count = page_count;
  all[count++] = (struct CMUnitTest)cmocka_unit_test(every_sentence_is_told_by_a_page);
  all[count++] = (struct CMUnitTest)cmocka_unit_test(the_docs_list_every_sentence_value_and_page);
  all[count++] = (struct CMUnitTest)cmocka_unit_test(the_example_in_the_docs_is_a_page_that_is_true);
  return _cmocka_run_group_tests("scenarios", all, count, NULL, NULL);
}
