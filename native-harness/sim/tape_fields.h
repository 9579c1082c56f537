// tape_fields.h: the vocabulary of the border as tables: what tape.c writes and tape_reader.c reads, generated from
// the lists the core is compiled from. Of this room only.
// SPDX-License-Identifier: MIT
#ifndef RT_SIM_TAPE_FIELDS_H
#define RT_SIM_TAPE_FIELDS_H

#include "embed/embed.h"

typedef struct {
  rt_bytes name;
  size_t offset;  // inside rt_event, rt_command or rt_node
} rt_tape_field;

typedef struct {
  const rt_tape_field *numbers, *texts;
  size_t number_count, text_count;
} rt_tape_fields;

// A kind of event or command: which fields it carries, one bit for each.
typedef struct {
  rt_bytes name;
  uint32_t numbers, texts;
} rt_tape_kind;

extern const rt_tape_fields rt_tape_event_fields, rt_tape_command_fields;
extern const rt_tape_kind rt_tape_events[RT_EVENT_COUNT], rt_tape_commands[RT_COMMAND_COUNT];
extern const rt_tape_field rt_tape_node_numbers[];
extern const size_t rt_tape_node_number_count;
extern const rt_bytes rt_tape_roles[RT_ROLE_COUNT];
extern const rt_bytes rt_tape_attributes[RT_ATTRIBUTE_COUNT];

extern const rt_bytes rt_tape_embed_kinds[RT_EMBED_KIND_COUNT];

#endif
