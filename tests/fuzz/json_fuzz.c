// json_fuzz.c: any bytes as a JSON text, and any bytes as a string inside one.
// Promises: it fits into the memory that was asked for; what was read, written and read again is the same; a text that
// is cut short is refused; a refusal leaves the arena as it was.
// SPDX-License-Identifier: MIT
#include "codec/json.h"

#include "domain/limits.h"
#include "fuzz.h"

enum { MAX_TEXT = 4096, MAX_WRITTEN = 8 * MAX_TEXT, MAX_CUTS = 200 };

static _Alignas(8) char memory[1 << 20];

// json.h's own arithmetic: each comma and bracket counts as a value.
static size_t count_values(rt_bytes text) {
  size_t values = 1;
  for (size_t i = 0; i < text.length; i++) values += memchr(",[{", text.data[i], 3) != NULL;
  return values;
}

static void write_value(rt_json_out *out, rt_json value, bool is_utf8, int depth) {
  rt_bytes text = RT_BYTES_NONE;
  int64_t number = 0;
  bool is_true = false;
  MUST(depth <= RT_MAX_JSON_DEPTH, "nothing is nested deeper than RT_MAX_JSON_DEPTH");
  MUST(!rt_json_get_integer(value, &number) || (number >= -(1LL << 53) && number <= 1LL << 53), "integers are exact");
  size_t count = 0;
  switch (rt_json_kind_of(value)) {
    case RT_JSON_ABSENT:
      MUST(false, "what was parsed has a kind");
      break;
    case RT_JSON_NULL:
      rt_json_put_null(out);
      break;
    case RT_JSON_BOOLEAN:
      MUST(rt_json_get_boolean(value, &is_true), "a boolean is one");
      rt_json_put_boolean(out, is_true);
      break;
    case RT_JSON_NUMBER:
      if (rt_json_get_integer(value, &number)) {
        rt_json_put_integer(out, number);
      } else {
        rt_json_put_null(out);  // the API has integers only
      }
      break;
    case RT_JSON_STRING:
      MUST(rt_json_get_string(value, &text), "a string is one");
      MUST(!is_utf8 || rt_bytes_are_utf8(text), "strings of a well-formed text are well-formed");
      rt_json_put_string(out, text);
      break;
    case RT_JSON_ARRAY:
      rt_json_begin_array(out);
      for (rt_json at = rt_json_first(value); at.node != NULL; at = rt_json_next(at), count++) {
        MUST(rt_json_name(at).length == 0, "an element has no name");
        write_value(out, at, is_utf8, depth + 1);
      }
      MUST(count == rt_json_count(value), "all elements are counted");
      rt_json_end_array(out);
      break;
    case RT_JSON_OBJECT:
      rt_json_begin_object(out);
      for (rt_json at = rt_json_first(value); at.node != NULL; at = rt_json_next(at), count++) {
        const rt_bytes name = rt_json_name(at);
        MUST(!is_utf8 || rt_bytes_are_utf8(name), "names of a well-formed text are well-formed");
        const rt_json found = rt_json_member(value, name.data);
        MUST(found.node != NULL && rt_bytes_equal(rt_json_name(found), name), "a member is found by its name");
        rt_json_key(out, name.data);
        write_value(out, at, is_utf8, depth + 1);
      }
      MUST(count == rt_json_count(value), "all members are counted");
      rt_json_end_object(out);
      break;
  }
}

static rt_bytes written(rt_json root, bool is_utf8, char *room) {
  rt_writer writer = rt_writer_over(room, MAX_WRITTEN);
  rt_json_out out = rt_json_out_over(&writer);
  write_value(&out, root, is_utf8, 0);
  MUST(!writer.is_overflowed, "a text does not grow more than sixfold");
  return rt_written(&writer);
}

// What was read is written, read and written once more.
static void round_trip(rt_json root, bool is_utf8) {
  static char once[MAX_WRITTEN], twice[MAX_WRITTEN];
  static _Alignas(8) char more[1 << 21];
  rt_arena arena = rt_arena_over(more, sizeof more);
  const rt_bytes first = written(root, is_utf8, once);
  rt_json again;
  MUST(rt_json_parse(first, &arena, &again) == RT_OK, "what was written can be read");
  MUST(rt_bytes_equal(written(again, is_utf8, twice), first), "what is read again is the same");
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// A text that ends before its last bracket or quote is not a text.
static void cut_short(rt_bytes text, rt_json_kind kind) {
  if (kind != RT_JSON_OBJECT && kind != RT_JSON_ARRAY && kind != RT_JSON_STRING) return;
  while (text.length > 0 && is_blank(text.data[text.length - 1])) text.length--;
  const size_t step = text.length / MAX_CUTS + 1;
  for (size_t length = 0; length < text.length; length += step) {
    const rt_bytes part = exact_copy(rt_bytes_take(text, length));
    rt_arena arena = rt_arena_over(memory, sizeof memory);
    rt_json root;
    MUST(rt_json_parse(part, &arena, &root) == RT_BAD_JSON, "a text that is cut short is refused");
    MUST(root.node == NULL && arena.used == 0, "a refusal leaves nothing behind");
    free((char *)part.data);
  }
}

static void as_text(rt_bytes text) {
  const size_t room = rt_json_memory_needed(text.length, count_values(text));
  MUST(room <= sizeof memory, "memory is linear in the text");
  char *tight = exact_memory(room);
  rt_arena arena = rt_arena_over(tight, room), wide = rt_arena_over(memory, sizeof memory);
  rt_json root, same;
  const rt_status status = rt_json_parse(text, &arena, &root);
  MUST(status == rt_json_parse(text, &wide, &same), "more memory than needed changes nothing");
  MUST(status == RT_OK || status == RT_BAD_JSON, "a text of this size is read or is none");
  if (status == RT_OK) {
    MUST(arena.used <= room, "it fits into the memory it needs");
    const bool is_utf8 = rt_bytes_are_utf8(text);
    round_trip(root, is_utf8);
    cut_short(text, rt_json_kind_of(root));
  } else {
    MUST(root.node == NULL && arena.used == 0, "a refusal leaves nothing behind");
  }
  if (text.length > 0) {
    arena = rt_arena_over(tight, room - 1);
    MUST(rt_json_parse(text, &arena, &root) == RT_TOO_LARGE, "less memory than needed is refused");
  }
  free(tight);
}

// A string comes back as it was written, up to its first zero.
static void as_string(rt_bytes text) {
  static char room[MAX_WRITTEN];
  rt_writer writer = rt_writer_over(room, sizeof room);
  rt_json_out out = rt_json_out_over(&writer);
  rt_json_begin_object(&out);
  rt_json_put_member(&out, "text", text);
  rt_json_end_object(&out);
  MUST(!writer.is_overflowed, "a string does not grow more than sixfold");
  rt_arena arena = rt_arena_over(memory, sizeof memory);
  rt_json root;
  rt_bytes back = RT_BYTES_NONE;
  MUST(rt_json_parse(rt_written(&writer), &arena, &root) == RT_OK, "a string that was written can be read");
  MUST(rt_json_get_string(rt_json_member(root, "text"), &back), "a string that was written is one");
  MUST(rt_bytes_equal(back, rt_bytes_take(text, rt_bytes_find(text, '\0'))), "a string comes back as it was written");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > MAX_TEXT) return 0;
  const rt_bytes text = exact_copy((rt_bytes){(const char *)data, size});
  as_text(text);
  as_string(text);
  free((char *)text.data);
  return 0;
}
