// scenarios_test.c: every page of tests/scenarios, its story played natively and its tape compared.
// RT_BLESS=1 rewrites the tapes; the diff is what a reviewer reads. tests/wasm plays the same pages through the wasm
// build. SPDX-License-Identifier: MIT
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario.h"
#include "unit.h"

enum { MAX_PAGES = 100, MAX_PAGE = 1 << 20 };

static rt_bytes read_file(const char *path) {
  static char text[MAX_PAGE];
  FILE *file = fopen(path, "rb");
  if (file == NULL) fail_msg("%s cannot be opened", path);
  const size_t length = fread(text, 1, sizeof text, file);
  fclose(file);
  return (rt_bytes){text, length};
}

static void bless(const char *path, rt_bytes page, rt_bytes old, rt_bytes tape) {
  static char blessed[2 * MAX_PAGE];
  const size_t before = (size_t)(old.data - page.data);
  rt_writer writer = rt_writer_over(blessed, sizeof blessed);
  rt_write_bytes(&writer, rt_bytes_take(page, before));
  rt_write_bytes(&writer, tape);
  rt_write_bytes(&writer, rt_bytes_skip(page, before + old.length));
  FILE *file = fopen(path, "wb");
  if (file == NULL || fwrite(blessed, 1, writer.length, file) != writer.length || fclose(file) != 0) {
    fail_msg("%s cannot be written", path);
  }
}

// Prints the first line that differs.
static void complain(const char *path, rt_bytes got, rt_bytes expected) {
  size_t line = 1, start = 0, at = 0;
  for (; at < got.length && at < expected.length && got.data[at] == expected.data[at]; at++) {
    if (got.data[at] == '\n') {
      line++;
      start = at + 1;
    }
  }
  const rt_bytes got_line = rt_bytes_skip(got, start < got.length ? start : got.length);
  const rt_bytes expected_line = rt_bytes_skip(expected, start < expected.length ? start : expected.length);
  fail_msg(
      "%s, line %zu of the tape\nexpected: %.*s\ngot:      %.*s\nIf it is meant: RT_BLESS=1 "
      "build/dev/tests/scenarios_scenarios",
      path, line, (int)rt_bytes_find(expected_line, '\n'), expected_line.data, (int)rt_bytes_find(got_line, '\n'),
      got_line.data);
}

static void plays_as_written(void **state) {
  const char *path = *state;
  static char memory[MAX_PAGE];
  rt_bytes story = RT_BYTES_NONE, expected = RT_BYTES_NONE;
  const rt_bytes page = read_file(path);
  if (!scenario_fence(page, "story", &story) || !scenario_fence(page, "tape", &expected)) {
    fail_msg("%s needs a fence marked story and one marked tape", path);
  }
  rt_writer tape = rt_writer_over(memory, sizeof memory);
  if (!scenario_play(story, &tape)) fail_msg("%s: %.*s", path, (int)tape.length, tape.data);
  assert_false(tape.is_overflowed);
  const rt_bytes got = rt_written(&tape);
  if (rt_bytes_equal(got, expected)) return;
  if (getenv("RT_BLESS") != NULL) {
    bless(path, page, expected, got);
  } else {
    complain(path, got, expected);
  }
}

static int by_name(const void *a, const void *b) {
  return strcmp(((const struct CMUnitTest *)a)->name, ((const struct CMUnitTest *)b)->name);
}

int main(void) {
  static char paths[MAX_PAGES][512];
  static struct CMUnitTest tests[MAX_PAGES];
  size_t count = 0;
  DIR *directory = opendir(RT_SOURCE_DIR "/tests/scenarios");
  for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
    const rt_bytes name = rt_bytes_of(entry->d_name);
    if (!rt_bytes_end_with(name, RT_BYTES(".md")) || count == MAX_PAGES) continue;
    snprintf(paths[count], sizeof paths[count], RT_SOURCE_DIR "/tests/scenarios/%s", entry->d_name);
    tests[count] =
        (struct CMUnitTest){.name = paths[count], .test_func = plays_as_written, .initial_state = paths[count]};
    count++;
  }
  if (directory != NULL) closedir(directory);
  if (count == 0) return 1;
  qsort(tests, count, sizeof tests[0], by_name);
  return _cmocka_run_group_tests("scenarios", tests, count, NULL, NULL);
}
