// tape_player.c: reads, filters, steps, watches.
// SPDX-License-Identifier: MIT
#include "tape_player.h"

#include <stdio.h>
#include <string.h>

#include "sim/tape_reader.h"
#include "tape_text.h"
#include "unit.h"

enum { PATTERN = 0xA5 };

static _Alignas(8) char memory[RT_EMBED_MEMORY];
static _Alignas(8) char scratch_memory[RT_SCRATCH_MEMORY];

// ---------------------------------------------------------------- what a page would do

static bool is_under_way(const embed_witness *witness, int32_t number) {
  for (witness_call call = 0; call < WITNESS_CALLS; call++) {
    if (number != 0 && witness->under_way[call] == number) return true;
  }
  return false;
}

static bool can_happen(const played *of, const rt_event *event) {
  const embed_witness *witness = &of->witness;
  switch (event->kind) {
    case RT_EVENT_HTTP_DONE:
    case RT_EVENT_HTTP_FAILED:
      return is_under_way(witness, event->request);
    case RT_EVENT_VIEWPORT:
      return witness->measured > 0;
    case RT_EVENT_SURFACE_SHOWN:
    case RT_EVENT_SURFACE_REFUSED:
      return witness->is_shown;
    case RT_EVENT_CARD_VIEW:
    case RT_EVENT_ACTIVATED:
      return witness->is_open && (uint32_t)event->card < witness->card_count;
    case RT_EVENT_DISMISSED:
      return witness->is_shown;
    case RT_EVENT_STARTED:
    case RT_EVENT_WOKE:
    case RT_EVENT_VISIBILITY:
    case RT_EVENT_CONNECTIVITY:
    case RT_EVENT_ENDED:
    case RT_EVENT_COUNT:
      break;
  }
  return true;
}

// ---------------------------------------------------------------- what it sees

static void keep_cards(played *result, const rt_view *view) {
  result->shown++;
  result->card_count = 0;
  rt_writer writer = {0};
  for (size_t i = 0; i < view->count; i++) {
    const rt_node *node = &view->nodes[i];
    if (node->role == RT_ROLE_CARD) {
      char *room = result->cards[result->card_count++].text;
      writer = rt_writer_over(room, sizeof result->cards[0].text - 1);
      memset(room, 0, sizeof result->cards[0].text);
      rt_write_bytes(&writer, node->href);
    }
    if (node->role == RT_ROLE_BRAND || node->role == RT_ROLE_HEADLINE || node->role == RT_ROLE_CTA) {
      rt_write_char(&writer, '|');
      rt_write_bytes(&writer, node->text);
    }
  }
}

static size_t written_to(const char *bytes, size_t length) {
  while (length > 0 && (unsigned char)bytes[length - 1] == PATTERN) length--;
  return length;
}

static void step(rt_embed *embed, const rt_event *event, played *result) {
  rt_arena scratch = rt_arena_over(scratch_memory, sizeof scratch_memory);
  embed_witness_event(&result->witness, event);
  embed_witness_stepped(&result->witness, rt_embed_step(embed, event, &scratch));
  rt_command command;
  uint32_t commands = 0;
  while (rt_embed_next_command(embed, &command)) {
    const rt_view *view = command.kind == RT_COMMAND_SHOW_SURFACE ? rt_embed_surface(embed) : NULL;
    commands++;
    if (view != NULL) keep_cards(result, view);
    if (command.kind == RT_COMMAND_NOTIFY_PAGE) {
      snprintf(result->last_event, sizeof result->last_event, "%.*s", (int)command.name.length, command.name.data);
    }
    embed_witness_command(&result->witness, &command, view);
  }
  embed_witness_drained(&result->witness, embed);
  if (commands > result->most_commands) result->most_commands = commands;
}

void tape_play(rt_bytes tape, size_t offer_texts, played *result) {
  static rt_tape_reader reader;
  tape_text source = {tape, 0};
  rt_embed *embed = NULL;
  rt_bytes line;
  memset(result, 0, sizeof *result);
  if (!rt_tape_reader_open(&reader, tape_text_source(&source))) {
    fail_msg("%llu:%zu: %s", (unsigned long long)reader.fault.line, reader.fault.column, reader.fault.sentence);
  }
  assert_int_equal(rt_embed_open((rt_memory){memory, sizeof memory}, &reader.config, &embed), RT_OK);
  memset(embed->offer_text, PATTERN, sizeof embed->offer_text);
  embed->offer_texts.capacity = offer_texts;
  memset(scratch_memory, PATTERN, sizeof scratch_memory);
  embed_witness_begin(&result->witness, embed, reader.config.kind);
  while (rt_tape_reader_next(&reader, &line)) {
    rt_event event;
    if (!rt_tape_line_is_event(line)) continue;
    assert_true(rt_tape_reader_event(&reader, &event));
    // As high as all cards need: a card that does not fit must not make room for the next one.
    if (event.kind == RT_EVENT_VIEWPORT && reader.config.kind == RT_EMBED_SECTION) event.height_px = 0;
    if (can_happen(result, &event)) step(embed, &event, result);
  }
  result->offer_texts = written_to(embed->offer_text, sizeof embed->offer_text);
  result->is_overrun = result->offer_texts > offer_texts;
  result->most_scratch = written_to(scratch_memory, sizeof scratch_memory);
  snprintf(result->state, sizeof result->state, "%s", rt_embed_state(embed));
}
