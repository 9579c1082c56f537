// bytes.h: borrowed slices and a bounded writer.
// Slices never own memory and need no terminating zero. A writer never writes past its end: it remembers that it
// overflowed, and the caller asks once, at the end.
// SPDX-License-Identifier: MIT
#ifndef RT_BASE_BYTES_H
#define RT_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A borrowed run of bytes. `data` may be NULL only when `length` is 0 ("absent").
typedef struct {
  const char *data;
  size_t length;
} rt_bytes;

// A slice over a string literal.
#define RT_BYTES(literal) ((rt_bytes){(literal), sizeof(literal) - 1})
// The same as an initializer, for constants with static storage.
#define RT_BYTES_INIT(literal) \
  { (literal), sizeof(literal) - 1 }
#define RT_BYTES_NONE ((rt_bytes){NULL, 0})

// A slice over a zero-terminated string; NULL gives the absent slice. The string must outlive the slice.
rt_bytes rt_bytes_of(const char *text);

static inline bool rt_bytes_is_empty(rt_bytes bytes) { return bytes.length == 0; }
bool rt_bytes_equal(rt_bytes a, rt_bytes b);
bool rt_bytes_equal_ignoring_case(rt_bytes a, rt_bytes b);  // ASCII letters only

// Unsigned byte order, a shorter prefix first: < 0, 0 or > 0.
int rt_bytes_compare(rt_bytes a, rt_bytes b);

bool rt_bytes_start_with(rt_bytes bytes, rt_bytes prefix);
bool rt_bytes_end_with(rt_bytes bytes, rt_bytes suffix);

// Index of the first `c`, or bytes.length.
size_t rt_bytes_find(rt_bytes bytes, char c);

// The part after the first `count` bytes, and the first `count` bytes. `count` must be <= length.
rt_bytes rt_bytes_skip(rt_bytes bytes, size_t count);
rt_bytes rt_bytes_take(rt_bytes bytes, size_t count);

// Without spaces and tabs at both ends.
rt_bytes rt_bytes_trimmed(rt_bytes bytes);

// True for well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
bool rt_bytes_are_utf8(rt_bytes bytes);

// The longest start of at most `limit` bytes that does not cut a character of well-formed UTF-8 in two.
rt_bytes rt_bytes_cut(rt_bytes bytes, size_t limit);

// Decimal digits only, whole slice, at most UINT64_MAX. False: `number` untouched.
bool rt_bytes_to_u64(rt_bytes bytes, uint64_t *number);

// Writes into memory of the caller. Start from rt_writer_over.
typedef struct {
  char *data;
  size_t capacity;
  size_t length;
  bool is_overflowed;  // something did not fit; what was written before stays, the rest was dropped whole
} rt_writer;

rt_writer rt_writer_over(char *data, size_t capacity);

// Each appends whole or not at all; after the first overflow nothing more is appended.
void rt_write_bytes(rt_writer *writer, rt_bytes bytes);
void rt_write_text(rt_writer *writer, const char *text);
void rt_write_char(rt_writer *writer, char c);
void rt_write_u64(rt_writer *writer, uint64_t number);
void rt_write_i64(rt_writer *writer, int64_t number);

// Percent-encodes everything but RFC 3986's unreserved characters.
void rt_write_url_encoded(rt_writer *writer, rt_bytes text);

// What was written, borrowed from the writer's memory.
static inline rt_bytes rt_written(const rt_writer *writer) { return (rt_bytes){writer->data, writer->length}; }

#endif
