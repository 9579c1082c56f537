// pages.h: tests that are Markdown pages: a heading, a sentence why, a fence with what goes in, a fence with what comes
// out. RT_BLESS=1 rewrites the second; the diff is what a reviewer reads. Knows nothing of what is tested.
// SPDX-License-Identifier: MIT
#ifndef RT_TESTS_SUPPORT_PAGES_H
#define RT_TESTS_SUPPORT_PAGES_H

#include "unit.h"

// Writes what comes out for what goes in. False: `output` holds a sentence about the line that cannot be read.
typedef bool (*page_play)(rt_bytes input, rt_writer *output);

// What goes in and what comes out, by the marks of their fences.
typedef struct {
  const char *input, *output;
} page_marks;

// Runs every page of tests/<suite> as a test of its own; the result of main().
int run_pages(const char *suite, page_marks marks, page_play play);

// For a suite whose pages have a reader of their own: the pages of tests/<suite>, by name, as tests that get the path as
// their state. Their number.
enum { MAX_PAGES = 100 };
size_t list_pages(const char *suite, CMUnitTestFunction test, struct CMUnitTest tests[MAX_PAGES]);

// The whole of a file, until the next one is read; a failed test when there is none.
rt_bytes read_page(const char *path);

// Writes the page anew with `text` in place of `old`, a slice of it.
void bless_page(const char *path, rt_bytes page, rt_bytes old, rt_bytes text);

// The inside of the fence marked `mark`; false when the page has none.
bool page_fence(rt_bytes page, const char *mark, rt_bytes *inside);

#endif
