// unit.c: assertions on slices.
// SPDX-License-Identifier: MIT
#include "unit.h"

#include <string.h>

void check_bytes_equal(rt_bytes got, const char *expected, const char *file, int line) {
  const size_t length = strlen(expected);
  if (got.length == length && (length == 0 || memcmp(got.data, expected, length) == 0)) return;
  print_error("%s:%d:\nexpected: %s\ngot:      %.*s\n", file, line, expected, (int)got.length,
              got.data == NULL ? "" : got.data);
  fail();
}
