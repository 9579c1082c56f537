// tape_player.h: plays the events of a tape to an embed whose memory a test has made smaller, as a page that still does
// only what it is asked: it measures, shows and answers what the embed wants now, not what it wanted when it was taped.
// Promises are watched; what stands behind the smaller memory is not touched.
// SPDX-License-Identifier: MIT
#ifndef RT_TESTS_CAPACITY_TAPE_PLAYER_H
#define RT_TESTS_CAPACITY_TAPE_PLAYER_H

#include "embed/embed_state.h"
#include "embed_witness.h"

// The words and the link of a card, joined; enough to know it again.
typedef struct {
  char text[RT_MAX_BRAND_LENGTH + RT_MAX_HEADLINE_LENGTH + RT_MAX_CTA_LENGTH + RT_MAX_URL_LENGTH + 8];
} player_card;

typedef struct {
  embed_witness witness;
  bool is_overrun;      // something was written behind the memory it had
  size_t offer_texts;   // bytes of it that were written to
  uint32_t shown;       // surfaces
  uint32_t card_count;  // of the last one
  player_card cards[RT_MAX_OFFERS];
  uint32_t most_commands;  // of one step
  size_t most_scratch;     // bytes of it that one step wrote to
  char state[16];
  char last_event[64];  // the name of the last one the page was told: "retarget:empty"
} played;

// How much memory for the texts of the offers. RT_OFFER_TEXT_MEMORY is what every embed has.
void tape_play(rt_bytes tape, size_t offer_texts, played *result);

#endif
