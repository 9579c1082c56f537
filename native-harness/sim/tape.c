// tape.c: writes lines. Every field of every kind comes from the lists that the core is compiled from.
// Knows no kind by name but the two whose lines are special: viewport (its metrics stand in the header) and
// show_surface (its nodes stand below it).
// SPDX-License-Identifier: MIT
#include "sim/tape.h"

#include <string.h>

#include "sim/tape_fields.h"

// A line is put together here and handed over in runs of at most this: enough for all but bodies and nodes.
enum { RUN_LENGTH = 1024 };

typedef struct {
  rt_tape_writer *tape;
  size_t length;
  char text[RUN_LENGTH];
} run;

static run begin(rt_tape_writer *tape) {
  run line;  // not zeroed: a kilobyte for each of a million lines
  line.tape = tape;
  line.length = 0;
  return line;
}

uint32_t rt_tape_sum(uint32_t sum, rt_bytes text) {
  for (size_t i = 0; i < text.length; i++) sum = (sum ^ (unsigned char)text.data[i]) * RT_TAPE_SUM_PRIME;
  return sum;
}

static void hand_over(run *line) {
  const rt_bytes text = {line->text, line->length};
  line->tape->sum = rt_tape_sum(line->tape->sum, text);
  line->tape->sink.write(line->tape->sink.self, text);
  line->length = 0;
}

static void put(run *line, rt_bytes text) {
  while (text.length > 0) {
    const size_t room = RUN_LENGTH - line->length;
    const size_t count = text.length < room ? text.length : room;
    memcpy(line->text + line->length, text.data, count);
    line->length += count;
    text = rt_bytes_skip(text, count);
    if (line->length == RUN_LENGTH) hand_over(line);
  }
}

static void put_char(run *line, char c) { put(line, (rt_bytes){&c, 1}); }

static void put_number(run *line, int64_t number) {
  char digits[24];
  rt_writer writer = rt_writer_over(digits, sizeof digits);
  rt_write_i64(&writer, number);
  put(line, rt_written(&writer));
}

// `count` lower-case hexadecimal digits of `number`.
static void put_hex(run *line, uint64_t number, int count) {
  while (count-- > 0) put_char(line, "0123456789abcdef"[number >> (4 * count) & 15]);
}

static bool is_plain(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

static void put_quoted(run *line, rt_bytes text) {
  put_char(line, '"');
  while (text.length > 0) {
    size_t plain = 0;
    while (plain < text.length && is_plain(text.data[plain])) plain++;
    put(line, rt_bytes_take(text, plain));
    text = rt_bytes_skip(text, plain);
    if (text.length == 0) break;
    const char c = text.data[0];
    put_char(line, '\\');
    if (c == '"' || c == '\\') {
      put_char(line, c);
    } else if (c == '\n') {
      put_char(line, 'n');
    } else {
      put_char(line, 'x');
      put_hex(line, (unsigned char)c, 2);
    }
    text = rt_bytes_skip(text, 1);
  }
  put_char(line, '"');
}

static void put_name(run *line, rt_bytes name) {
  put_char(line, ' ');
  put(line, name);
  put_char(line, '=');
}

static void put_text_field(run *line, rt_bytes name, rt_bytes text) {
  put_name(line, name);
  put_quoted(line, text);
}

static void finish(run *line) {
  put_char(line, '\n');
  if (line->length > 0) hand_over(line);
}

static int32_t number_at(const void *record, size_t offset) {
  int32_t number;
  memcpy(&number, (const char *)record + offset, sizeof number);
  return number;
}

static rt_bytes text_at(const void *record, size_t offset) {
  rt_bytes text;
  memcpy(&text, (const char *)record + offset, sizeof text);
  return text;
}

static void put_numbers(run *line, const void *record, const rt_tape_kind *kind, const rt_tape_fields *fields) {
  for (size_t i = 0; i < fields->number_count; i++) {
    if ((kind->numbers >> i & 1u) == 0) continue;
    put_name(line, fields->numbers[i].name);
    put_number(line, number_at(record, fields->numbers[i].offset));
  }
}

// Texts that are empty are left out.
static void put_texts(run *line, const void *record, const rt_tape_kind *kind, const rt_tape_fields *fields) {
  for (size_t i = 0; i < fields->text_count; i++) {
    if ((kind->texts >> i & 1u) == 0) continue;
    const rt_bytes text = text_at(record, fields->texts[i].offset);
    if (text.length > 0) put_text_field(line, fields->texts[i].name, text);
  }
}

void rt_tape_begin(rt_tape_writer *tape, rt_tape_sink sink, const rt_config *config, rt_bytes metrics) {
  *tape = (rt_tape_writer){.sink = sink, .metrics = metrics, .sum = RT_TAPE_SUM_OF_NOTHING};
  run line = begin(tape);
  put(&line, RT_BYTES("retarget tape "));
  put_number(&line, RT_TAPE_VERSION);
  put(&line, RT_BYTES("\nconfig kind="));
  put(&line, rt_tape_embed_kinds[config->kind]);
  put_name(&line, RT_BYTES("brand"));
  put(&line, rt_bytes_of(rt_brand_of(config->brand)->slug));
  put_name(&line, RT_BYTES("seed"));
  put_hex(&line, config->seed, 16);
  put_text_field(&line, RT_BYTES("page_host"), config->page_host);
  put_text_field(&line, RT_BYTES("page_language"), config->page_language);
  for (size_t i = 0; i < RT_ATTRIBUTE_COUNT; i++) {
    if (config->attributes[i].data == NULL) continue;
    put(&line, RT_BYTES("\nattribute "));
    put(&line, rt_tape_attributes[i]);
    put_char(&line, ' ');
    put_quoted(&line, config->attributes[i]);
  }
  if (metrics.length > 0) {
    put(&line, RT_BYTES("\nmetrics "));
    put_quoted(&line, metrics);
  }
  finish(&line);
}

void rt_tape_write_event(rt_tape_writer *tape, const rt_event *event) {
  const rt_tape_kind *kind = &rt_tape_events[event->kind];
  run line = begin(tape);
  put_number(&line, (int64_t)++tape->last_event);
  put_char(&line, ' ');
  put_number(&line, event->now.ms);
  put(&line, RT_BYTES(" > "));
  put(&line, kind->name);
  put_numbers(&line, event, kind, &rt_tape_event_fields);
  if (event->kind != RT_EVENT_VIEWPORT) {
    put_texts(&line, event, kind, &rt_tape_event_fields);
  } else if (!rt_bytes_equal(event->metrics, tape->metrics)) {  // also when it is empty and the header's is not
    put_text_field(&line, RT_BYTES("metrics"), event->metrics);
  }
  finish(&line);
}

void rt_tape_write_refusal(rt_tape_writer *tape, rt_status status) {
  run line = begin(tape);
  put(&line, RT_BYTES("  ! refused status="));
  put_number(&line, (int64_t)status);
  finish(&line);
}

// One number over the look and every number of every node: boxes that differ in one pixel differ in it.
static uint32_t sum_of_boxes(const rt_view *view) {
  uint32_t sum = RT_TAPE_SUM_OF_NOTHING;
  for (size_t i = 0; i < RT_LOOK_COUNT; i++) {
    sum = (sum ^ (uint32_t)number_at(&view->look, i * sizeof(int32_t))) * RT_TAPE_SUM_PRIME;
  }
  for (size_t i = 0; i < view->count; i++) {
    for (size_t k = 0; k < rt_tape_node_number_count; k++) {
      sum = (sum ^ (uint32_t)number_at(&view->nodes[i], rt_tape_node_numbers[k].offset)) * RT_TAPE_SUM_PRIME;
    }
  }
  return sum;
}

// Role and words of each node, indented by its depth.
static void put_nodes(run *line, const rt_view *view) {
  for (size_t i = 0; i < view->count; i++) {
    const rt_node *node = &view->nodes[i];
    put(line, RT_BYTES("\n    "));
    for (int32_t parent = node->parent; parent >= 0; parent = view->nodes[parent].parent) put(line, RT_BYTES("  "));
    put(line, rt_tape_roles[node->role]);
    put_char(line, ' ');
    put_quoted(line, node->text);
  }
}

void rt_tape_write_command(rt_tape_writer *tape, const rt_command *command, const rt_view *view) {
  const rt_tape_kind *kind = &rt_tape_commands[command->kind];
  run line = begin(tape);
  put(&line, RT_BYTES("  < "));
  put(&line, kind->name);
  put_numbers(&line, command, kind, &rt_tape_command_fields);
  put_texts(&line, command, kind, &rt_tape_command_fields);
  if (command->kind == RT_COMMAND_SHOW_SURFACE && view != NULL) {
    put_name(&line, RT_BYTES("boxes"));
    put_hex(&line, sum_of_boxes(view), 8);
    put_nodes(&line, view);
  }
  finish(&line);
}

void rt_tape_write_state(rt_tape_writer *tape, const rt_embed *embed) {
  const char *state = rt_embed_state(embed);
  const rt_instant wake_at = rt_embed_wake_at(embed);
  if (tape->state != NULL && strcmp(tape->state, state) == 0 && tape->wake_at.ms == wake_at.ms) return;
  tape->state = state;
  tape->wake_at = wake_at;
  run line = begin(tape);
  put(&line, RT_BYTES("  = "));
  put(&line, rt_bytes_of(state));
  if (!rt_instant_is_never(wake_at)) {
    put_char(&line, ' ');
    put_number(&line, wake_at.ms);
  }
  finish(&line);
}

void rt_tape_end(rt_tape_writer *tape) {
  run line = begin(tape);
  const uint32_t sum = tape->sum;
  put(&line, RT_BYTES("end "));
  put_hex(&line, sum, 8);
  finish(&line);
}
