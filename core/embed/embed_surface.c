// embed_surface.c: the API's offers become the visitor's boxes.
// SPDX-License-Identifier: MIT
#include "base/check.h"
#include "domain/rank.h"
#include "embed/embed_state.h"

// How long a page may take to bring a section's container (web/docs/section.md).
#define CONTAINER_PATIENCE (rt_seconds(10))

// Moves `count` texts into the offers' memory. False when one does not fit: then nothing is taken of it.
static bool keep(rt_embed *embed, rt_bytes *texts, size_t count) {
  const size_t mark = rt_arena_mark(&embed->offer_texts);
  for (size_t i = 0; i < count; i++) {
    if (rt_arena_copy(&embed->offer_texts, texts[i], &texts[i]) == RT_OK) continue;
    rt_arena_reset(&embed->offer_texts, mark);
    return false;
  }
  return true;
}

// The API's words, the built-in one where it sends none or it does not fit.
static void keep_texts(rt_embed *embed, const rt_api_answer *answer) {
  rt_offers_content *content = &embed->content;
  content->texts = rt_texts_english;
  if (answer->texts.title.length > 0) content->texts.language = RT_BYTES_NONE;  // not English, unless the API says so
  for (size_t i = 0; i < RT_TEXT_COUNT; i++) {
    rt_bytes text = answer->texts.all[i];
    if (text.length > 0 && keep(embed, &text, 1)) content->texts.all[i] = text;
  }
  rt_bytes support[2] = {answer->support_label, answer->support_url};
  if (support[0].length == 0 || support[1].length == 0 || !keep(embed, support, 2))
    support[0] = support[1] = RT_BYTES_NONE;
  content->support_label = support[0];
  content->support_url = support[1];
  content->is_right_to_left = answer->is_right_to_left;
}

void rt_embed_keep_place(rt_embed *embed, const rt_api_answer *answer) {
  rt_bytes place[2] = {answer->country, answer->region};
  if (!keep(embed, place, 2)) return;
  embed->country = place[0];
  embed->region = place[1];
}

void rt_embed_keep_offers(rt_embed *embed, const rt_api_answer *answer) {
  rt_arena_reset(&embed->offer_texts, 0);
  keep_texts(embed, answer);
  rt_rank_entry entries[RT_MAX_OFFERS];
  for (uint32_t i = 0; i < answer->offer_count; i++) {
    const rt_offer *offer = &answer->offers[i];
    entries[i] = (rt_rank_entry){.id = offer->id,
                                 .brand = offer->brand,
                                 .score = offer->rank_score,
                                 .is_premium = offer->is_premium,
                                 .index = i};
  }
  rt_rank_order(entries, answer->offer_count, answer->offer_count);
  embed->content.offer_count = 0;
  embed->content.offers = embed->offers;
  for (uint32_t i = 0; i < answer->offer_count; i++) {
    rt_offer *kept = &embed->offers[embed->content.offer_count];
    *kept = answer->offers[entries[i].index];
    if (keep(embed, kept->texts, RT_OFFER_TEXT_COUNT)) embed->content.offer_count++;
  }
}

// What each card's viewable share is measured against.
static void tell_sizes(rt_embed *embed, const rt_view *view) {
  for (size_t i = 0; i < view->count; i++) {
    const rt_node *node = &view->nodes[i];
    if (node->role != RT_ROLE_CARD) continue;
    rt_impressions_sized(&embed->impressions, (uint32_t)node->card, (int64_t)node->width * node->height);
  }
}

// How many cards there are is settled when they are first shown: what has been seen does not go, and nothing new comes.
static void build_section(rt_embed *embed, const rt_event *event, rt_view *view) {
  const bool is_first = embed->offers_flow.state == RT_OFFERS_SHOWING;
  const rt_container container = {.width_px = event->width_px,
                                  .height_px = is_first ? event->height_px : 0,
                                  .most_cards = (int32_t)embed->most_ads,
                                  .metrics = event->metrics};
  rt_offers_section_build(&embed->content, &container, view);
  size_t count = 0;
  for (size_t i = 0; i < view->count; i++) count += view->nodes[i].role == RT_ROLE_CARD;
  embed->content.offer_count = count;
}

// A page need not have a section's container yet, but it will not do without for long.
void rt_embed_measure(rt_embed *embed, rt_instant now) {
  if (rt_embed_is(embed, RT_EMBED_SECTION)) {
    rt_command_queue_add(&embed->queue, RT_COMMAND_FIND_CONTAINER)->container = embed->container;
    embed->container_due_at = rt_instant_after(now, CONTAINER_PATIENCE);
  } else {
    rt_command_queue_add(&embed->queue, RT_COMMAND_MEASURE_VIEWPORT);
  }
}

void rt_embed_show(rt_embed *embed, const rt_event *event) {
  rt_view *view = rt_arena_take(embed->scratch, sizeof *view);
  RT_CHECK(view != NULL);
  if (rt_embed_is(embed, RT_EMBED_SECTION)) {
    build_section(embed, event, view);
  } else {
    const rt_viewport viewport = {event->width_px, event->height_px, event->metrics};
    rt_offers_view_build(&embed->content, &viewport, view);
  }
  tell_sizes(embed, view);
  embed->view = view;
  rt_command_queue_add(&embed->queue, RT_COMMAND_SHOW_SURFACE);
}
