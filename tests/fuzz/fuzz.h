// fuzz.h: what every target of this folder needs: the entry point, promises that stop it, and exact copies.
// A target is built twice: with libFuzzer by the preset fuzz, and with replay.c everywhere else, where the files of its
// corpus are its tests.
// SPDX-License-Identifier: MIT
#ifndef RT_TESTS_FUZZ_FUZZ_H
#define RT_TESTS_FUZZ_FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Stops with the promise that did not hold.
#define MUST(claim, promise)                                                            \
  do {                                                                                  \
    if (!(claim)) {                                                                     \
      fprintf(stderr, "%s:%d: broken: %s (%s)\n", __FILE__, __LINE__, promise, #claim); \
      abort();                                                                          \
    }                                                                                   \
  } while (0)

// Memory of exactly `length` bytes, so that the sanitizers see a step beyond it; the caller frees it. Never NULL.
static inline char *exact_memory(size_t length) {
  char *memory = malloc(length > 0 ? length : 1);
  MUST(memory != NULL, "there is memory");
  return memory;
}

// A copy of `bytes` in exact memory.
static inline rt_bytes exact_copy(rt_bytes bytes) {
  char *memory = exact_memory(bytes.length);
  if (bytes.length > 0) memcpy(memory, bytes.data, bytes.length);
  return (rt_bytes){memory, bytes.length};
}

// The first line of `rest`, which goes on behind it.
static inline rt_bytes next_line(rt_bytes *rest) {
  const size_t end = rt_bytes_find(*rest, '\n');
  const rt_bytes line = rt_bytes_take(*rest, end);
  *rest = end < rest->length ? rt_bytes_skip(*rest, end + 1) : RT_BYTES_NONE;
  return line;
}

#endif
