// command.h: what the host must do, as one flat value. Which fields a kind carries stands in kinds.def.
// SPDX-License-Identifier: MIT
#ifndef RT_EMBED_COMMAND_H
#define RT_EMBED_COMMAND_H

#include "base/bytes.h"

typedef enum {
#define RT_COMMAND(upper, lower, fields) RT_COMMAND_##upper,
#include "embed/kinds.def"
  RT_COMMAND_COUNT
} rt_command_kind;

typedef enum { RT_HTTP_GET, RT_HTTP_POST } rt_http_method;

typedef enum { RT_LOG_DEBUG, RT_LOG_WARNING, RT_LOG_ERROR } rt_log_level;

// Bytes live until the next step of the same embed. Fields that the kind does not carry are zero.
typedef struct {
  rt_command_kind kind;
#define RT_COMMAND_NUMBER(upper, lower) int32_t lower;
#include "embed/kinds.def"
#define RT_COMMAND_TEXT(upper, lower) rt_bytes lower;
#include "embed/kinds.def"
} rt_command;

#endif
