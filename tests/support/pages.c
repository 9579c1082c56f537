// pages.c: finds the pages, plays them, compares, blesses.
// SPDX-License-Identifier: MIT
#include "pages.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PAGE = 1 << 20 };

// cmocka hands a test one pointer, the page's path; the rest is the same for all pages of a program.
static const char *suite_of_pages;
static page_marks marks_of_pages;
static page_play play_of_pages;

rt_bytes read_page(const char *path) {
  static char text[MAX_PAGE];
  FILE *file = fopen(path, "rb");
  if (file == NULL) fail_msg("%s cannot be opened", path);
  const size_t length = fread(text, 1, sizeof text, file);
  fclose(file);
  return (rt_bytes){text, length};
}

void bless_page(const char *path, rt_bytes page, rt_bytes old, rt_bytes text) {
  static char blessed[2 * MAX_PAGE];
  const size_t before = (size_t)(old.data - page.data);
  rt_writer writer = rt_writer_over(blessed, sizeof blessed);
  rt_write_bytes(&writer, rt_bytes_take(page, before));
  rt_write_bytes(&writer, text);
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
      "%s, line %zu of what comes out\nexpected: %.*s\ngot:      %.*s\nIf it is meant: RT_BLESS=1 "
      "build/dev/tests/%s_%s",
      path, line, (int)rt_bytes_find(expected_line, '\n'), expected_line.data, (int)rt_bytes_find(got_line, '\n'),
      got_line.data, suite_of_pages, suite_of_pages);
}

bool page_fence(rt_bytes page, const char *mark, rt_bytes *inside) {
  bool is_inside = false;
  size_t start = 0;
  for (size_t at = 0; at < page.length;) {
    const rt_bytes rest = rt_bytes_skip(page, at);
    const size_t end = rt_bytes_find(rest, '\n');
    const rt_bytes line = rt_bytes_take(rest, end);
    if (is_inside && rt_bytes_equal(line, RT_BYTES("```"))) {
      *inside = (rt_bytes){page.data + start, at - start};
      return true;
    }
    at += end < rest.length ? end + 1 : end;
    if (rt_bytes_start_with(line, RT_BYTES("```")) && rt_bytes_equal(rt_bytes_skip(line, 3), rt_bytes_of(mark))) {
      is_inside = true;
      start = at;
    }
  }
  return false;
}

static void plays_as_written(void **state) {
  const char *path = *state;
  static char memory[MAX_PAGE];
  rt_bytes input = RT_BYTES_NONE, expected = RT_BYTES_NONE;
  const rt_bytes page = read_page(path);
  if (!page_fence(page, marks_of_pages.input, &input) || !page_fence(page, marks_of_pages.output, &expected)) {
    fail_msg("%s needs a fence marked %s and one marked %s", path, marks_of_pages.input, marks_of_pages.output);
  }
  rt_writer output = rt_writer_over(memory, sizeof memory);
  if (!play_of_pages(input, &output)) fail_msg("%s: %.*s", path, (int)output.length, output.data);
  assert_false(output.is_overflowed);
  const rt_bytes got = rt_written(&output);
  if (rt_bytes_equal(got, expected)) return;
  if (getenv("RT_BLESS") != NULL) {
    bless_page(path, page, expected, got);
  } else {
    complain(path, got, expected);
  }
}

static int by_name(const void *a, const void *b) {
  return strcmp(((const struct CMUnitTest *)a)->name, ((const struct CMUnitTest *)b)->name);
}

size_t list_pages(const char *suite, CMUnitTestFunction test, struct CMUnitTest tests[MAX_PAGES]) {
  static char paths[MAX_PAGES][512];
  size_t count = 0;
  char folder[512];
  snprintf(folder, sizeof folder, RT_SOURCE_DIR "/tests/%s", suite);
  DIR *directory = opendir(folder);
  for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
    const rt_bytes name = rt_bytes_of(entry->d_name);
    if (!rt_bytes_end_with(name, RT_BYTES(".md")) || count == MAX_PAGES) continue;
    snprintf(paths[count], sizeof paths[count], RT_SOURCE_DIR "/tests/%s/%s", suite, entry->d_name);
    tests[count] = (struct CMUnitTest){.name = paths[count], .test_func = test, .initial_state = paths[count]};
    count++;
  }
  if (directory != NULL) closedir(directory);
  qsort(tests, count, sizeof tests[0], by_name);
  return count;
}

int run_pages(const char *suite, page_marks marks, page_play play) {
  static struct CMUnitTest tests[MAX_PAGES];
  suite_of_pages = suite;
  marks_of_pages = marks;
  play_of_pages = play;
  const size_t count = list_pages(suite, plays_as_written, tests);
  if (count == 0) return 1;
  return _cmocka_run_group_tests(suite, tests, count, NULL, NULL);
}
