// tape_text.h: a tape in memory, handed out in chunks of any size.
// SPDX-License-Identifier: MIT
#ifndef RT_TESTS_SUPPORT_TAPE_TEXT_H
#define RT_TESTS_SUPPORT_TAPE_TEXT_H

#include "sim/tape_reader.h"

typedef struct {
  rt_bytes rest;
  size_t chunk;  // 0: as much as there is room for
} tape_text;

// Reads `text`, which must outlive the source.
rt_tape_source tape_text_source(tape_text *text);

#endif
