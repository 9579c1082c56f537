// status.h: how a call of the core can end.
// Knows nothing of what was called; a status is only ever a refusal of input or a lack of room.
// SPDX-License-Identifier: MIT
#ifndef RT_BASE_STATUS_H
#define RT_BASE_STATUS_H

typedef enum {
#define RT_STATUS(number, name, sentence) RT_##name = (number),
#include "base/status.def"
#undef RT_STATUS
} rt_status;

// What was refused and where. `where` is a field name or a place in the input; a literal, never freed; NULL when RT_OK.
typedef struct {
  rt_status status;
  const char *where;
} rt_fault;

// The name without its prefix ("BAD_JSON"), for logs and tests. Never NULL.
const char *rt_status_name(rt_status status);

// One sentence fragment that a person can read. Never NULL.
const char *rt_status_sentence(rt_status status);

#endif
