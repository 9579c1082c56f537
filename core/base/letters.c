// letters.c: Levenshtein's distance, one row at a time.
// SPDX-License-Identifier: MIT
#include "base/letters.h"

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

uint32_t rt_letters_apart(rt_bytes a, rt_bytes b) {
  uint32_t costs[RT_MANY_LETTERS + 1];
  if (a.length > RT_MANY_LETTERS || b.length > RT_MANY_LETTERS) return RT_MANY_LETTERS;
  for (size_t i = 0; i <= b.length; i++) costs[i] = (uint32_t)i;
  for (size_t k = 0; k < a.length; k++) {
    uint32_t diagonal = costs[0]++;
    for (size_t i = 1; i <= b.length; i++) {
      uint32_t least = diagonal + (lower(a.data[k]) != lower(b.data[i - 1]));
      if (costs[i] + 1 < least) least = costs[i] + 1;
      if (costs[i - 1] + 1 < least) least = costs[i - 1] + 1;
      diagonal = costs[i];
      costs[i] = least;
    }
  }
  return costs[b.length];
}
