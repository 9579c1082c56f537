// embed_surface.c: the API's offers become the visitor's boxes.
// SPDX-License-Identifier: MIT
#include "base/check.h"
#include "domain/rank.h"
#include "embed/embed_state.h"

// Moves each of the slices into the offers' memory. False when one does not fit: then all stay where they were.
static bool keep(rt_embed *embed, rt_bytes **slices, size_t count) {
  const size_t mark = rt_arena_mark(&embed->offer_texts);
  rt_bytes kept[8];
  for (size_t i = 0; i < count; i++) {
    if (rt_arena_copy(&embed->offer_texts, *slices[i], &kept[i]) == RT_OK) continue;
    rt_arena_reset(&embed->offer_texts, mark);
    return false;
  }
  for (size_t i = 0; i < count; i++) *slices[i] = kept[i];
  return true;
}

static bool keep_offer(rt_embed *embed, rt_offer *offer) {
  rt_bytes *slices[] = {&offer->id,  &offer->vertical, &offer->brand,    &offer->headline,
                        &offer->cta, &offer->image,    &offer->click_url};
  return keep(embed, slices, sizeof slices / sizeof slices[0]);
}

// The API's words, the built-in one where it sends none or it does not fit.
static void keep_texts(rt_embed *embed, const rt_api_answer *answer) {
  rt_offers_content *content = &embed->content;
  rt_texts sent = answer->texts;
  content->texts = rt_texts_english();
  rt_bytes *from[] = {&sent.title, &sent.intro, &sent.sponsored, &sent.close, &sent.premium, &sent.support};
  rt_bytes *to[] = {&content->texts.title, &content->texts.intro,   &content->texts.sponsored,
                    &content->texts.close, &content->texts.premium, &content->texts.support};
  for (size_t i = 0; i < sizeof to / sizeof to[0]; i++) {
    if (!rt_bytes_is_empty(*from[i]) && keep(embed, &from[i], 1)) *to[i] = *from[i];
  }
  rt_bytes label = answer->support_label, url = answer->support_url;
  const bool has_support = label.length > 0 && url.length > 0 && keep(embed, (rt_bytes *[]){&label, &url}, 2);
  content->support_label = has_support ? label : RT_BYTES_NONE;
  content->support_url = has_support ? url : RT_BYTES_NONE;
  content->is_right_to_left = answer->is_right_to_left;
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
  rt_rank_order(entries, answer->offer_count);
  embed->content.offer_count = 0;
  embed->content.offers = embed->offers;
  for (uint32_t i = 0; i < answer->offer_count; i++) {
    rt_offer *kept = &embed->offers[embed->content.offer_count];
    *kept = answer->offers[entries[i].index];
    if (keep_offer(embed, kept)) embed->content.offer_count++;
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

void rt_embed_show(rt_embed *embed, const rt_event *event) {
  rt_view *view = rt_arena_take(embed->scratch, sizeof *view);
  RT_CHECK(view != NULL);
  const rt_viewport viewport = {.width_px = event->width_px, .height_px = event->height_px, .metrics = event->metrics};
  rt_offers_view_build(&embed->content, &viewport, view);
  tell_sizes(embed, view);
  embed->view = view;
  rt_command_queue_add(&embed->queue, RT_COMMAND_SHOW_SURFACE);
}
