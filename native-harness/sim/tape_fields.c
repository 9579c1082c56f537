// tape_fields.c: expands the lists. Nothing in here needs to change when a list grows.
// SPDX-License-Identifier: MIT
#include "sim/tape_fields.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])
#define ROW(name, structure, member) \
  { RT_BYTES_INIT(name), offsetof(structure, member) }

static const rt_tape_field event_numbers[] = {
#define RT_EVENT_NUMBER(upper, lower) ROW(#lower, rt_event, lower),
#include "embed/kinds.def"
};
static const rt_tape_field event_texts[] = {
#define RT_EVENT_TEXT(upper, lower) ROW(#lower, rt_event, lower),
#include "embed/kinds.def"
};
static const rt_tape_field command_numbers[] = {
#define RT_COMMAND_NUMBER(upper, lower) ROW(#lower, rt_command, lower),
#include "embed/kinds.def"
};
static const rt_tape_field command_texts[] = {
#define RT_COMMAND_TEXT(upper, lower) ROW(#lower, rt_command, lower),
#include "embed/kinds.def"
};
const rt_tape_fields rt_tape_event_fields = {event_numbers, event_texts, COUNT(event_numbers), COUNT(event_texts)};
const rt_tape_fields rt_tape_command_fields = {command_numbers, command_texts, COUNT(command_numbers),
                                               COUNT(command_texts)};

const rt_tape_field rt_tape_node_numbers[] = {
#define RT_NODE_NUMBER(upper, lower) ROW(#lower, rt_node, lower),
#include "embed/kinds.def"
};
const size_t rt_tape_node_number_count = COUNT(rt_tape_node_numbers);

// Positions of the fields. Those of events and of commands share names, so each list has a prefix of its own.
enum {
#define RT_EVENT_NUMBER(upper, lower) EVENT_NUMBER_##upper,
#include "embed/kinds.def"
};
enum {
#define RT_EVENT_TEXT(upper, lower) EVENT_TEXT_##upper,
#include "embed/kinds.def"
};
enum {
#define RT_COMMAND_NUMBER(upper, lower) COMMAND_NUMBER_##upper,
#include "embed/kinds.def"
};
enum {
#define RT_COMMAND_TEXT(upper, lower) COMMAND_TEXT_##upper,
#include "embed/kinds.def"
};

#define KIND(name, mask) \
  { RT_BYTES_INIT(name), (mask)&0xFFFFu, (mask) >> 16 }

#define RT_HAS(upper) 1u << EVENT_NUMBER_##upper
#define RT_HAS_TEXT(upper) 1u << (16 + EVENT_TEXT_##upper)
const rt_tape_kind rt_tape_events[RT_EVENT_COUNT] = {
#define RT_EVENT(upper, lower, fields) KIND(#lower, fields),
#include "embed/kinds.def"
};
#undef RT_HAS
#undef RT_HAS_TEXT
#define RT_HAS(upper) 1u << COMMAND_NUMBER_##upper
#define RT_HAS_TEXT(upper) 1u << (16 + COMMAND_TEXT_##upper)
const rt_tape_kind rt_tape_commands[RT_COMMAND_COUNT] = {
#define RT_COMMAND(upper, lower, fields) KIND(#lower, fields),
#include "embed/kinds.def"
};

const rt_bytes rt_tape_roles[RT_ROLE_COUNT] = {
#define RT_ROLE(upper, lower) RT_BYTES_INIT(#lower),
#include "surface/roles.def"
#undef RT_ROLE
};

const rt_bytes rt_tape_attributes[RT_ATTRIBUTE_COUNT] = {
#define RT_ATTRIBUTE(upper, attribute) RT_BYTES_INIT(attribute),
#include "embed/kinds.def"
};

const rt_bytes rt_tape_embed_kinds[RT_EMBED_KIND_COUNT] = {
#define RT_EMBED_KIND(upper, name) RT_BYTES_INIT(name),
#include "embed/kinds.def"
};
