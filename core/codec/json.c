// json.c: cJSON over an arena, and a JSON writer.
// cJSON allocates from the arena of the call that is running on this thread, and from nowhere else.
// SPDX-License-Identifier: MIT
#include "codec/json.h"

#include <cJSON.h>

#include "base/check.h"
#include "domain/limits.h"

// cJSON's tree costs at most this per value on any platform: a node (64 bytes on 64 bits), and for its name and its
// string a closing zero and the arena's rounding each.
enum { BYTES_PER_VALUE = 64 + 8 + 2 * 8 };

static _Thread_local rt_arena *current_arena;

// What cJSON is compiled to call instead of malloc, free and realloc (see core/CMakeLists.txt).
void *rt_json_allocate(size_t size);
void rt_json_release(void *memory);
void *rt_json_reallocate(void *memory, size_t size);

void *rt_json_allocate(size_t size) { return current_arena == NULL ? NULL : rt_arena_take(current_arena, size); }

// The arena is taken back as a whole.
void rt_json_release(void *memory) { (void)memory; }

// Only cJSON's printer grows memory, and nothing here prints with it.
void *rt_json_reallocate(void *memory, size_t size) {
  (void)memory;
  (void)size;
  return NULL;
}

// Never fewer values than cJSON will make: a comma inside a string counts too, which costs a little room and no code.
static size_t count_values(rt_bytes text) {
  size_t values = 1;
  for (size_t i = 0; i < text.length; i++) {
    const char c = text.data[i];
    if (c == ',' || c == '[' || c == '{') values++;
  }
  return values;
}

size_t rt_json_memory_needed(size_t length, size_t values) { return length + values * BYTES_PER_VALUE; }

size_t rt_json_memory_for(rt_bytes text) { return rt_json_memory_needed(text.length, count_values(text)); }

rt_status rt_json_parse(rt_bytes text, rt_arena *arena, rt_json *root) {
  root->node = NULL;
  const size_t values = count_values(text);
  if (values > RT_MAX_JSON_VALUES || rt_json_memory_needed(text.length, values) > rt_arena_left(arena))
    return RT_TOO_LARGE;

  const size_t mark = rt_arena_mark(arena);
  current_arena = arena;
  const char *end = NULL;
  const cJSON *node = cJSON_ParseWithLengthOpts(text.data, text.length, &end, 0);
  current_arena = NULL;
  if (node != NULL) {
    for (size_t i = (size_t)(end - text.data); i < text.length; i++) {
      const char c = text.data[i];
      if (c != ' ' && c != '\t' && c != '\n' && c != '\r') node = NULL;
    }
  }
  if (node == NULL) {
    rt_arena_reset(arena, mark);
    return RT_BAD_JSON;
  }
  root->node = node;
  return RT_OK;
}

static const cJSON *node_of(rt_json value) { return value.node; }

rt_json_kind rt_json_kind_of(rt_json value) {
  const cJSON *node = node_of(value);
  if (node == NULL) return RT_JSON_ABSENT;
  static const uint8_t kinds[] = {RT_JSON_ABSENT, RT_JSON_BOOLEAN, RT_JSON_BOOLEAN, RT_JSON_NULL,
                                  RT_JSON_NUMBER, RT_JSON_STRING,  RT_JSON_ARRAY,   RT_JSON_OBJECT};
  // cJSON's types are single bits in this order; the bit above the last kind's would be cJSON_Raw, which no parse
  // makes.
  const int type = node->type & 0x7F;
  return type == 0 ? RT_JSON_ABSENT : (rt_json_kind)kinds[__builtin_ctz((unsigned)type) + 1];
}

// Whether a value is of one of the given types of cJSON's, which are bits.
static bool is_of(rt_json value, int types) { return value.node != NULL && (node_of(value)->type & types) != 0; }

bool rt_json_is_array(rt_json value) { return is_of(value, cJSON_Array); }

// Only an object's children have names.
rt_json rt_json_member(rt_json object, const char *name) {
  const rt_bytes wanted = rt_bytes_of(name);
  rt_json member = rt_json_first(object);
  while (member.node != NULL && !rt_bytes_equal(rt_json_name(member), wanted)) member = rt_json_next(member);
  return member;
}

rt_json rt_json_first(rt_json container) {
  return (rt_json){container.node == NULL ? NULL : node_of(container)->child};
}

rt_json rt_json_next(rt_json element) { return (rt_json){element.node == NULL ? NULL : node_of(element)->next}; }

size_t rt_json_count(rt_json container) {
  size_t count = 0;
  for (rt_json at = rt_json_first(container); at.node != NULL; at = rt_json_next(at)) count++;
  return count;
}

rt_bytes rt_json_name(rt_json member) {
  return member.node == NULL ? RT_BYTES_NONE : rt_bytes_of(node_of(member)->string);
}

bool rt_json_get_string(rt_json value, rt_bytes *text) {
  if (!is_of(value, cJSON_String)) return false;
  *text = rt_bytes_of(node_of(value)->valuestring);
  return true;
}

bool rt_json_get_integer(rt_json value, int64_t *number) {
  if (!is_of(value, cJSON_Number)) return false;
  const double real = node_of(value)->valuedouble;
  if (!(real >= -9007199254740992.0 && real <= 9007199254740992.0)) return false;
  const int64_t whole = (int64_t)real;
  if ((double)whole != real) return false;
  *number = whole;
  return true;
}

bool rt_json_get_boolean(rt_json value, bool *is_true) {
  if (!is_of(value, cJSON_False | cJSON_True)) return false;
  *is_true = is_of(value, cJSON_True);
  return true;
}

rt_json_out rt_json_out_over(rt_writer *writer) { return (rt_json_out){.writer = writer, .needs_comma = false}; }

static void separate(rt_json_out *out) {
  if (out->needs_comma) rt_write_char(out->writer, ',');
  out->needs_comma = true;
}

static void begin(rt_json_out *out, char bracket) {
  separate(out);
  rt_write_char(out->writer, bracket);
  out->needs_comma = false;
}

static void end(rt_json_out *out, char bracket) {
  rt_write_char(out->writer, bracket);
  out->needs_comma = true;
}

void rt_json_begin_object(rt_json_out *out) { begin(out, '{'); }
void rt_json_end_object(rt_json_out *out) { end(out, '}'); }
void rt_json_begin_array(rt_json_out *out) { begin(out, '['); }
void rt_json_end_array(rt_json_out *out) { end(out, ']'); }

static void write_quoted(rt_writer *writer, rt_bytes text) {
  static const char hex[] = "0123456789abcdef";
  rt_write_char(writer, '"');
  for (size_t i = 0; i < text.length; i++) {
    const char c = text.data[i];
    const unsigned char code = (unsigned char)c;
    if (c == '"' || c == '\\') {
      rt_write_char(writer, '\\');
      rt_write_char(writer, c);
    } else if (code < 0x20) {
      rt_write_text(writer, "\\u00");
      rt_write_char(writer, hex[code >> 4]);
      rt_write_char(writer, hex[code & 15]);
    } else {
      rt_write_char(writer, c);
    }
  }
  rt_write_char(writer, '"');
}

void rt_json_key(rt_json_out *out, const char *name) {
  rt_json_put_string(out, rt_bytes_of(name));
  rt_write_char(out->writer, ':');
  out->needs_comma = false;
}

void rt_json_put_string(rt_json_out *out, rt_bytes text) {
  separate(out);
  write_quoted(out->writer, text);
}

void rt_json_put_string_or_null(rt_json_out *out, rt_bytes text) {
  if (rt_bytes_is_empty(text)) {
    rt_json_put_null(out);
  } else {
    rt_json_put_string(out, text);
  }
}

void rt_json_put_integer(rt_json_out *out, int64_t number) {
  separate(out);
  rt_write_i64(out->writer, number);
}

void rt_json_put_boolean(rt_json_out *out, bool is_true) {
  separate(out);
  rt_write_text(out->writer, is_true ? "true" : "false");
}

void rt_json_put_null(rt_json_out *out) {
  separate(out);
  rt_write_text(out->writer, "null");
}

void rt_json_put_member(rt_json_out *out, const char *name, rt_bytes text) {
  rt_json_key(out, name);
  rt_json_put_string(out, text);
}
