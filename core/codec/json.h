// json.h: reading a JSON text into memory of the caller, and writing one.
// The only door to cJSON; no cJSON type leaves json.c. Knows nothing of the API's field names.
// SPDX-License-Identifier: MIT
#ifndef RT_CODEC_JSON_H
#define RT_CODEC_JSON_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/status.h"

// A value inside a parsed text, or nothing ("absent"). Lives as long as the arena it was parsed into.
typedef struct {
  const void *node;
} rt_json;

typedef enum {
  RT_JSON_ABSENT,
  RT_JSON_NULL,
  RT_JSON_BOOLEAN,
  RT_JSON_NUMBER,
  RT_JSON_STRING,
  RT_JSON_ARRAY,
  RT_JSON_OBJECT
} rt_json_kind;

// Parses one JSON text (RFC 8259) into `arena`; a byte order mark is skipped (before two characters and more), anything
// but blanks behind the text is refused. Strings are unescaped; a string ends at \u0000, as a C string does. Does not check that the text is UTF-8:
// who decides by it asks rt_bytes_are_utf8 first. Refuses: RT_BAD_JSON (also nesting over RT_MAX_JSON_DEPTH);
// RT_TOO_LARGE (over RT_MAX_JSON_VALUES values or an arena in which the text might not fit, judged by the same
// arithmetic on every platform: each comma and bracket counts as a value). On refusal the arena is as before.
rt_status rt_json_parse(rt_bytes text, rt_arena *arena, rt_json *root);

// Bytes of arena that `values` values in a text of `length` bytes can need, the same number on every platform.
size_t rt_json_memory_needed(size_t length, size_t values);

// Bytes of arena that rt_json_parse wants free for this text, so that who writes one can see whether it will be read.
size_t rt_json_memory_for(rt_bytes text);

rt_json_kind rt_json_kind_of(rt_json value);
bool rt_json_is_array(rt_json value);

// The member called `name` (exact case; the first of equals), absent when there is none or `object` is no object.
rt_json rt_json_member(rt_json object, const char *name);

// The first element or member, and the one after; absent at the end. Any value may be asked.
rt_json rt_json_first(rt_json container);
rt_json rt_json_next(rt_json element);

// Number of elements or members; 0 for anything else.
size_t rt_json_count(rt_json container);

// The name of a member, empty for an array's element.
rt_bytes rt_json_name(rt_json member);

// Each answers false and leaves the output untouched when the value is of another kind. An integer is a number without
// fraction within ±2^53.
bool rt_json_get_string(rt_json value, rt_bytes *text);
bool rt_json_get_integer(rt_json value, int64_t *number);
bool rt_json_get_boolean(rt_json value, bool *is_true);

// Writes JSON into a bounded writer, commas by itself. Start from rt_json_out_over. Whether all of it fitted is asked
// of the writer.
typedef struct {
  rt_writer *writer;
  bool needs_comma;
} rt_json_out;

rt_json_out rt_json_out_over(rt_writer *writer);
void rt_json_begin_object(rt_json_out *out);
void rt_json_end_object(rt_json_out *out);
void rt_json_begin_array(rt_json_out *out);
void rt_json_end_array(rt_json_out *out);

// A member's name; the value follows with one of the calls below or a begin.
void rt_json_key(rt_json_out *out, const char *name);

// A string: quotes, backslashes and control characters escaped, everything else as it is (must be UTF-8).
// rt_json_put_string_or_null writes null for an empty slice.
void rt_json_put_string(rt_json_out *out, rt_bytes text);
void rt_json_put_string_or_null(rt_json_out *out, rt_bytes text);
void rt_json_put_integer(rt_json_out *out, int64_t number);
void rt_json_put_boolean(rt_json_out *out, bool is_true);
void rt_json_put_null(rt_json_out *out);

// Name and value in one call.
void rt_json_put_member(rt_json_out *out, const char *name, rt_bytes text);

#endif
