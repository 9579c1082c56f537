// embed_witness.h: watches one embed through what passes between it and its host, and says which promise it broke.
// Asks the embed nothing but its state, shares no code with it, and trusts no host: answers may come twice, late or
// unasked. Once a host calls a surface shown that nobody asked for, it judges no more: promises about what a visitor sees
// need a host that shows it. What a whole world promises is sim/invariants.def's.
// SPDX-License-Identifier: MIT
#ifndef RT_TESTS_SUPPORT_EMBED_WITNESS_H
#define RT_TESTS_SUPPORT_EMBED_WITNESS_H

#include "embed/embed.h"

typedef enum {
  WITNESS_SESSION,
  WITNESS_POLL,
  WITNESS_DECISION,
  WITNESS_OFFERS,
  WITNESS_IMPRESSION,
  WITNESS_CLICK,
  WITNESS_PING,
  WITNESS_CALLS
} witness_call;

typedef struct {
  const char *broken;  // the first promise that did not hold; NULL: all held

  rt_embed_kind kind;
  bool is_misled;  // by the host: nothing is judged any more

  // What it was told.
  rt_event_kind last_kind;
  rt_instant now;
  rt_page_state page_state;
  bool is_online, was_awake, is_started, is_ended;
  uint32_t trigger_state, offers_state;

  // What it saw.
  int32_t last_request;
  int32_t under_way[WITNESS_CALLS];  // number of the request, 0: none
  rt_instant polled_at;
  bool is_announced, has_polled, is_over, is_shown, is_hidden, is_open, is_closed, are_offers_known;
  bool is_decided, is_allowed;  // as the answer to a decision said
  bool is_told_allowed;
  uint32_t pings;
  rt_instant measured_at;
  uint32_t measured, commands;  // commands of this step

  // Of the surface.
  int32_t reserved_px;                        // of a section, as told before it opened
  uint32_t card_count, large, in_view, seen;  // bits of cards
  rt_instant seen_since[RT_MAX_OFFERS];
  uint32_t delivered_rendered, delivered_viewable, flying_rendered, flying_viewable;
} embed_witness;

// Before the first event.
void embed_witness_begin(embed_witness *witness, const rt_embed *embed, rt_embed_kind kind);

// Around each step: before it; after it, with what it returned; each command of it; once it is drained.
void embed_witness_event(embed_witness *witness, const rt_event *event);
void embed_witness_stepped(embed_witness *witness, rt_status status);
void embed_witness_command(embed_witness *witness, const rt_command *command, const rt_view *view);
void embed_witness_drained(embed_witness *witness, const rt_embed *embed);

#endif
