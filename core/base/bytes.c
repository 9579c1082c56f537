// bytes.c: slices, UTF-8 and the bounded writer.
// SPDX-License-Identifier: MIT
#include "base/bytes.h"

#include <string.h>

// Without strlen: the C library's reads whole words, which is four times the code in core.wasm.
rt_bytes rt_bytes_of(const char *text) {
  size_t length = 0;
  while (text != NULL && text[length] != '\0') length++;
  return (rt_bytes){text, length};
}

bool rt_bytes_equal(rt_bytes a, rt_bytes b) {
  return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

bool rt_bytes_equal_ignoring_case(rt_bytes a, rt_bytes b) {
  if (a.length != b.length) return false;
  for (size_t i = 0; i < a.length; i++) {
    if (lower(a.data[i]) != lower(b.data[i])) return false;
  }
  return true;
}

int rt_bytes_compare(rt_bytes a, rt_bytes b) {
  const size_t shared = a.length < b.length ? a.length : b.length;
  const int order = shared == 0 ? 0 : memcmp(a.data, b.data, shared);
  if (order != 0) return order;
  return a.length < b.length ? -1 : a.length > b.length ? 1 : 0;
}

bool rt_bytes_start_with(rt_bytes bytes, rt_bytes prefix) {
  return bytes.length >= prefix.length && rt_bytes_equal(rt_bytes_take(bytes, prefix.length), prefix);
}

bool rt_bytes_end_with(rt_bytes bytes, rt_bytes suffix) {
  return bytes.length >= suffix.length && rt_bytes_equal(rt_bytes_skip(bytes, bytes.length - suffix.length), suffix);
}

size_t rt_bytes_find(rt_bytes bytes, char c) {
  for (size_t i = 0; i < bytes.length; i++) {
    if (bytes.data[i] == c) return i;
  }
  return bytes.length;
}

rt_bytes rt_bytes_skip(rt_bytes bytes, size_t count) {
  return count == 0 ? bytes : (rt_bytes){bytes.data + count, bytes.length - count};
}

rt_bytes rt_bytes_take(rt_bytes bytes, size_t count) { return (rt_bytes){bytes.data, count}; }

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

rt_bytes rt_bytes_trimmed(rt_bytes bytes) {
  while (bytes.length > 0 && is_blank(bytes.data[0])) bytes = rt_bytes_skip(bytes, 1);
  while (bytes.length > 0 && is_blank(bytes.data[bytes.length - 1])) bytes.length--;
  return bytes;
}

// Length of the well-formed sequence at `at` (Unicode 15, table 3-7), 0 when there is none.
static size_t utf8_sequence(const unsigned char *at, size_t left) {
  const unsigned char lead = at[0];
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (left < length) return 0;
  unsigned char low = 0x80, high = 0xBF;  // range of the second byte; the others are always 80..BF
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  if (at[1] < low || at[1] > high) return 0;
  for (size_t i = 2; i < length; i++) {
    if ((at[i] & 0xC0) != 0x80) return 0;
  }
  return length;
}

bool rt_bytes_are_utf8(rt_bytes bytes) {
  for (size_t i = 0; i < bytes.length;) {
    const size_t length = utf8_sequence((const unsigned char *)bytes.data + i, bytes.length - i);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

rt_bytes rt_bytes_cut(rt_bytes bytes, size_t limit) {
  if (bytes.length <= limit) return bytes;
  while (limit > 0 && ((unsigned char)bytes.data[limit] & 0xC0) == 0x80) limit--;
  return rt_bytes_take(bytes, limit);
}

bool rt_bytes_to_u64(rt_bytes bytes, uint64_t *number) {
  if (bytes.length == 0) return false;
  uint64_t value = 0;
  for (size_t i = 0; i < bytes.length; i++) {
    const char c = bytes.data[i];
    if (c < '0' || c > '9') return false;
    const uint64_t digit = (uint64_t)(c - '0');
    if (value > (UINT64_MAX - digit) / 10) return false;
    value = value * 10 + digit;
  }
  *number = value;
  return true;
}

rt_writer rt_writer_over(char *data, size_t capacity) {
  return (rt_writer){.data = data, .capacity = capacity, .length = 0, .is_overflowed = false};
}

void rt_write_bytes(rt_writer *writer, rt_bytes bytes) {
  if (writer->is_overflowed || bytes.length > writer->capacity - writer->length) {
    writer->is_overflowed = true;
    return;
  }
  if (bytes.length > 0) memcpy(writer->data + writer->length, bytes.data, bytes.length);
  writer->length += bytes.length;
}

void rt_write_text(rt_writer *writer, const char *text) { rt_write_bytes(writer, rt_bytes_of(text)); }

void rt_write_char(rt_writer *writer, char c) { rt_write_bytes(writer, (rt_bytes){&c, 1}); }

void rt_write_u64(rt_writer *writer, uint64_t number) {
  char digits[20];
  size_t first = sizeof digits;
  do {
    digits[--first] = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  rt_write_bytes(writer, (rt_bytes){digits + first, sizeof digits - first});
}

void rt_write_i64(rt_writer *writer, int64_t number) {
  if (number < 0) {
    rt_write_char(writer, '-');
    rt_write_u64(writer, (uint64_t)0 - (uint64_t)number);
  } else {
    rt_write_u64(writer, (uint64_t)number);
  }
}

static bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

void rt_write_url_encoded(rt_writer *writer, rt_bytes text) {
  static const char hex[] = "0123456789ABCDEF";
  for (size_t i = 0; i < text.length; i++) {
    const char c = text.data[i];
    if (is_unreserved(c)) {
      rt_write_char(writer, c);
    } else {
      const unsigned char code = (unsigned char)c;
      rt_write_char(writer, '%');
      rt_write_char(writer, hex[code >> 4]);
      rt_write_char(writer, hex[code & 15]);
    }
  }
}
