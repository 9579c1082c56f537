// tape_text.c: reads memory as if it came over a wire.
// SPDX-License-Identifier: MIT
#include "tape_text.h"

#include <string.h>

static ptrdiff_t read_text(void *self, char *bytes, size_t room, const char **why) {
  (void)why;
  tape_text *text = self;
  size_t count = text->chunk == 0 || text->chunk > room ? room : text->chunk;
  if (count > text->rest.length) count = text->rest.length;
  if (count > 0) memcpy(bytes, text->rest.data, count);
  text->rest = rt_bytes_skip(text->rest, count);
  return (ptrdiff_t)count;
}

rt_tape_source tape_text_source(tape_text *text) { return (rt_tape_source){text, read_text}; }
