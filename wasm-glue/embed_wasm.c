// embed_wasm.c: the C side of the border: one embed in one instance, spoken to in numbers and UTF-8.
// Knows no event and no command by name: a setter or getter takes the position of a field in kinds.def. One function
// per event and one getter per field would read nicer here, but the tape speaks about events and commands in the same
// generic way, a new kind needs no line in this file, and the page loads fewer bytes. JavaScript never sees a struct:
// it writes bytes into `input`, names a field, and reads back numbers and runs of bytes. Every pointer handed out lives
// until the next `step`. A position out of range, and a call in the wrong order, is a mistake of core_client.mjs: a
// trap.
// SPDX-License-Identifier: MIT
#include <math.h>

#include "base/check.h"
#include "embed/embed.h"

// An answer of the largest size and, beside it, the short texts of its event; before that, once, the attributes.
enum { INPUT_CAPACITY = RT_MAX_BODY_LENGTH + 2 * RT_MAX_GIVEN_LENGTH };
_Static_assert((RT_ATTRIBUTE_COUNT + 2) * RT_MAX_GIVEN_LENGTH <= INPUT_CAPACITY, "the attributes do not fit");

static char input[INPUT_CAPACITY];
static _Alignas(8) char memory_of_embed[RT_EMBED_MEMORY];
static _Alignas(8) char memory_of_scratch[RT_SCRATCH_MEMORY];

static rt_config config;
static rt_embed *embed;
static rt_event event;
static rt_command command;
static size_t last_length;

// Offset of each field, by its position in kinds.def.
typedef uint8_t offset;
_Static_assert(sizeof(rt_event) < 256 && sizeof(rt_command) < 256 && sizeof(rt_node) < 256, "an offset is one byte");

#define RT_EVENT_NUMBER(upper, lower) offsetof(rt_event, lower),
static const offset event_numbers[] = {
#include "embed/kinds.def"
};
#define RT_EVENT_TEXT(upper, lower) offsetof(rt_event, lower),
static const offset event_texts[] = {
#include "embed/kinds.def"
};
#define RT_COMMAND_NUMBER(upper, lower) offsetof(rt_command, lower),
static const offset command_numbers[] = {
#include "embed/kinds.def"
};
#define RT_COMMAND_TEXT(upper, lower) offsetof(rt_command, lower),
static const offset command_texts[] = {
#include "embed/kinds.def"
};
#define RT_NODE_NUMBER(upper, lower) offsetof(rt_node, lower),
static const offset node_numbers[] = {
#include "embed/kinds.def"
};
#define RT_NODE_TEXT(upper, lower) offsetof(rt_node, lower),
static const offset node_texts[] = {
#include "embed/kinds.def"
};

// The field at `position` of `table`, inside `record`.
#define FIELD(record, table, position) field_of(record, table, sizeof(table), position)
static const void *field_of(const void *record, const offset *table, size_t count, uint32_t position) {
  RT_CHECK(record != NULL && position < count);
  return (const char *)record + table[position];
}

// `length` bytes of the input buffer from `start`.
static rt_bytes input_slice(uint32_t start, uint32_t length) {
  RT_CHECK(start <= INPUT_CAPACITY && length <= INPUT_CAPACITY - start);
  return (rt_bytes){input + start, length};
}

// Hands `bytes` out: the address now, the length with text_length().
static const char *text_out(rt_bytes bytes) {
  last_length = bytes.length;
  return bytes.data;
}

// ---------------------------------------------------------------- in

char *input_address(void) { return input; }

uint32_t input_capacity(void) { return INPUT_CAPACITY; }

// Gives open_embed a text: the attribute `position`, or after the attributes the page's host and its language.
// An attribute that was never given is absent; one of length 0 is present without a value.
void config_text(uint32_t position, uint32_t start, uint32_t length) {
  RT_CHECK(embed == NULL && position < RT_ATTRIBUTE_COUNT + 2);
  rt_bytes *page_text = position == RT_ATTRIBUTE_COUNT ? &config.page_host : &config.page_language;
  *(position < RT_ATTRIBUTE_COUNT ? &config.attributes[position] : page_text) = input_slice(start, length);
}

// Opens the one embed of this instance.
void open_embed(uint32_t brand, uint32_t kind, uint32_t seed_low, uint32_t seed_high) {
  RT_CHECK(embed == NULL);
  config.brand = (rt_brand_id)brand;
  config.kind = (rt_embed_kind)kind;
  config.seed = (uint64_t)seed_high << 32 | seed_low;
  rt_memory memory = {memory_of_embed, sizeof memory_of_embed};
  RT_CHECK(rt_embed_open(memory, &config, &embed) == RT_OK);
}

// Sets a field of the event that the next step feeds.
void event_number(uint32_t position, int32_t number) { *(int32_t *)FIELD(&event, event_numbers, position) = number; }

void event_text(uint32_t position, uint32_t start, uint32_t length) {
  *(rt_bytes *)FIELD(&event, event_texts, position) = input_slice(start, length);
}

// Feeds the event. Times here and below are milliseconds of the page's monotonic clock. Returns the rt_status; drain
// the commands next.
int32_t step(uint32_t kind, double now) {
  RT_CHECK(embed != NULL && kind < RT_EVENT_COUNT);
  event.kind = (rt_event_kind)kind;
  event.now = (rt_instant){(int64_t)now};
  rt_arena scratch = rt_arena_over(memory_of_scratch, sizeof memory_of_scratch);
  return (int32_t)rt_embed_step(embed, &event, &scratch);
}

// ---------------------------------------------------------------- out

// Makes the next command the current one and returns its kind; -1 when there is none left.
int32_t next_command(void) { return rt_embed_next_command(embed, &command) ? (int32_t)command.kind : -1; }

int32_t command_number(uint32_t position) { return *(const int32_t *)FIELD(&command, command_numbers, position); }

const char *command_text(uint32_t position) {
  return text_out(*(const rt_bytes *)FIELD(&command, command_texts, position));
}

// Bytes of the text that the call before returned.
uint32_t text_length(void) { return (uint32_t)last_length; }

// When a `woke` event is wanted; infinity: no timer.
double wake_at(void) {
  rt_instant at = rt_embed_wake_at(embed);
  return rt_instant_is_never(at) ? (double)INFINITY : (double)at.ms;
}

const char *state_text(void) { return text_out(rt_bytes_of(rt_embed_state(embed))); }

// Nodes of the surface that show_surface asks to draw; 0 when there is none.
uint32_t node_count(void) {
  const rt_view *view = rt_embed_surface(embed);
  return view == NULL ? 0 : (uint32_t)view->count;
}

static const rt_node *node_at(uint32_t index) {
  RT_CHECK(index < node_count());
  return &rt_embed_surface(embed)->nodes[index];
}

int32_t node_number(uint32_t index, uint32_t position) {
  return *(const int32_t *)FIELD(node_at(index), node_numbers, position);
}

const char *node_text(uint32_t index, uint32_t position) {
  return text_out(*(const rt_bytes *)FIELD(node_at(index), node_texts, position));
}

int32_t look_number(uint32_t position) {
  const rt_view *view = rt_embed_surface(embed);
  RT_CHECK(view != NULL && position < RT_LOOK_COUNT);
  return *(const int32_t *)((const char *)&view->look + position * sizeof(int32_t));
}
