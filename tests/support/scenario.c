// scenario.c: reads a story and drives an embed with it; sim/tape.c writes the tape.
// SPDX-License-Identifier: MIT
#include "scenario.h"

#include <string.h>

#include "embed/embed.h"
#include "sim/tape.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

typedef struct {
  const char *name;
  size_t offset;
} field_row;

static const field_row event_numbers[] = {
#define RT_EVENT_NUMBER(upper, lower) {#lower, offsetof(rt_event, lower)},
#include "embed/kinds.def"
};
static const field_row event_texts[] = {
#define RT_EVENT_TEXT(upper, lower) {#lower, offsetof(rt_event, lower)},
#include "embed/kinds.def"
};
static const char *const event_names[] = {
#define RT_EVENT(upper, lower, fields) #lower,
#include "embed/kinds.def"
};
static const char *const attribute_names[] = {
#define RT_ATTRIBUTE(upper, attribute) attribute,
#include "embed/kinds.def"
};

// One embed and what it was told.
typedef struct {
  rt_config config;
  rt_embed *embed;
  rt_instant now;
  rt_tape_writer tape;
  rt_writer *text;  // of the tape
  rt_arena scratch;
  _Alignas(8) char memory[RT_EMBED_MEMORY];
  _Alignas(8) char scratch_memory[RT_SCRATCH_MEMORY];
} player;

static void keep(void *self, rt_bytes text) { rt_write_bytes(self, text); }

// At the first line that is no configuration.
static bool open(player *p) {
  if (p->embed != NULL) return true;
  rt_tape_begin(&p->tape, (rt_tape_sink){p->text, keep}, &p->config, RT_BYTES_NONE);
  return rt_embed_open((rt_memory){p->memory, sizeof p->memory}, &p->config, &p->embed) == RT_OK;
}

static void step(player *p, rt_event *event) {
  event->now = p->now;
  rt_tape_write_event(&p->tape, event);
  const rt_status status = rt_embed_step(p->embed, event, &p->scratch);
  if (status != RT_OK) rt_tape_write_refusal(&p->tape, status);
  rt_command command;
  while (rt_embed_next_command(p->embed, &command)) {
    rt_tape_write_command(&p->tape, &command, rt_embed_surface(p->embed));
  }
  rt_tape_write_state(&p->tape, p->embed);
}

// Wakes the embed as often as it asks for before (or, for the last line, at) `until`.
static void run_timers(player *p, rt_instant until, bool is_inclusive) {
  for (;;) {
    const rt_instant at = rt_embed_wake_at(p->embed);
    if (rt_instant_is_never(at) || at.ms > until.ms || (at.ms == until.ms && !is_inclusive)) break;
    p->now = rt_instant_later(p->now, at);
    rt_event woke = {.kind = RT_EVENT_WOKE};
    step(p, &woke);
  }
  p->now = rt_instant_later(p->now, until);
}

// Splits off the first word.
static rt_bytes next_word(rt_bytes *rest) {
  *rest = rt_bytes_trimmed(*rest);
  const size_t end = rt_bytes_find(*rest, ' ');
  const rt_bytes word = rt_bytes_take(*rest, end);
  *rest = rt_bytes_skip(*rest, end);
  return word;
}

static bool read_signed(rt_bytes word, int64_t *number) {
  const bool is_negative = word.length > 0 && word.data[0] == '-';
  uint64_t value = 0;
  if (!rt_bytes_to_u64(rt_bytes_skip(word, is_negative ? 1 : 0), &value) || value > INT32_MAX) return false;
  *number = is_negative ? -(int64_t)value : (int64_t)value;
  return true;
}

// `name=value` into its place; `body` and `metrics` take the rest of the line.
static bool read_field(rt_event *event, rt_bytes *rest) {
  const size_t equals = rt_bytes_find(*rest, '=');
  if (equals == rest->length) return false;
  const rt_bytes name = rt_bytes_take(*rest, equals);
  *rest = rt_bytes_skip(*rest, equals + 1);
  for (size_t i = 0; i < COUNT(event_texts); i++) {
    if (!rt_bytes_equal(name, rt_bytes_of(event_texts[i].name))) continue;
    const bool is_last = !rt_bytes_equal(name, RT_BYTES("retry_after"));
    const rt_bytes value = is_last ? *rest : next_word(rest);
    if (is_last) *rest = RT_BYTES_NONE;
    memcpy((char *)event + event_texts[i].offset, &value, sizeof value);
    return true;
  }
  for (size_t i = 0; i < COUNT(event_numbers); i++) {
    int64_t number;
    if (!rt_bytes_equal(name, rt_bytes_of(event_numbers[i].name)) || !read_signed(next_word(rest), &number)) continue;
    const int32_t value = (int32_t)number;
    memcpy((char *)event + event_numbers[i].offset, &value, sizeof value);
    return true;
  }
  return false;
}

static bool play_at(player *p, rt_bytes rest) {
  int64_t at = 0;
  if (!read_signed(next_word(&rest), &at)) return false;
  const rt_bytes name = next_word(&rest);
  rt_event event = {.kind = RT_EVENT_COUNT};
  for (size_t i = 0; i < COUNT(event_names); i++) {
    if (rt_bytes_equal(name, rt_bytes_of(event_names[i]))) event.kind = (rt_event_kind)i;
  }
  if (event.kind == RT_EVENT_COUNT) return false;
  for (rest = rt_bytes_trimmed(rest); rest.length > 0; rest = rt_bytes_trimmed(rest)) {
    if (!read_field(&event, &rest)) return false;
  }
  if (!open(p)) return false;
  run_timers(p, (rt_instant){at}, false);
  step(p, &event);
  return true;
}

static bool configure(player *p, rt_bytes word, rt_bytes rest) {
  rest = rt_bytes_trimmed(rest);
  if (rt_bytes_equal(word, RT_BYTES("seed"))) return rt_bytes_to_u64(rest, &p->config.seed);
  if (rt_bytes_equal(word, RT_BYTES("brand"))) return rt_brand_find(rest, &p->config.brand);
  if (rt_bytes_equal(word, RT_BYTES("page_host"))) {
    p->config.page_host = rest;
  } else if (rt_bytes_equal(word, RT_BYTES("page_language"))) {
    p->config.page_language = rest;
  } else if (rt_bytes_equal(word, RT_BYTES("attribute"))) {
    const rt_bytes name = next_word(&rest);
    for (size_t i = 0; i < COUNT(attribute_names); i++) {
      if (!rt_bytes_equal(name, rt_bytes_of(attribute_names[i]))) continue;
      p->config.attributes[i] = rt_bytes_trimmed(rest);
      return true;
    }
    return false;
  } else {
    return false;
  }
  return true;
}

static bool play_line(player *p, rt_bytes line) {
  rt_bytes rest = line;
  const rt_bytes word = next_word(&rest);
  if (word.length == 0 || word.data[0] == '#') return true;
  if (rt_bytes_equal(word, RT_BYTES("at"))) return play_at(p, rest);
  if (rt_bytes_equal(word, RT_BYTES("until"))) {
    int64_t until = 0;
    if (p->embed == NULL || !read_signed(next_word(&rest), &until)) return false;
    run_timers(p, (rt_instant){until}, true);
    return true;
  }
  return p->embed == NULL && configure(p, word, rest);
}

bool scenario_play(rt_bytes story, rt_writer *tape) {
  static player p;
  p = (player){.text = tape, .config = {.page_host = RT_BYTES("shop.example"), .page_language = RT_BYTES("en")}};
  p.scratch = rt_arena_over(p.scratch_memory, sizeof p.scratch_memory);
  while (story.length > 0) {
    const size_t end = rt_bytes_find(story, '\n');
    const rt_bytes line = rt_bytes_take(story, end);
    if (!play_line(&p, line)) {
      tape->length = 0;
      rt_write_text(tape, "this line of the story cannot be read: ");
      rt_write_bytes(tape, line);
      return false;
    }
    story = rt_bytes_skip(story, end < story.length ? end + 1 : end);
  }
  return true;
}
