// embed_surface.c: the API's offers become the visitor's boxes.
// SPDX-License-Identifier: MIT
#include "base/check.h"
#include "domain/rank.h"
#include "embed/embed_state.h"

// Copies `text` into the offers' memory; false when it does not fit.
static bool keep(rt_embed *embed, rt_bytes text, rt_bytes *kept) {
  return rt_arena_copy(&embed->offer_texts, text, kept) == RT_OK;
}

static bool keep_offer(rt_embed *embed, const rt_offer *offer, rt_offer *kept) {
  const size_t mark = rt_arena_mark(&embed->offer_texts);
  kept->is_premium = offer->is_premium;
  kept->rank_score = offer->rank_score;
  const bool fits = keep(embed, offer->id, &kept->id) && keep(embed, offer->vertical, &kept->vertical) &&
                    keep(embed, offer->brand, &kept->brand) && keep(embed, offer->headline, &kept->headline) &&
                    keep(embed, offer->cta, &kept->cta) && keep(embed, offer->image, &kept->image) &&
                    keep(embed, offer->click_url, &kept->click_url);
  if (!fits) rt_arena_reset(&embed->offer_texts, mark);
  return fits;
}

// The API's word for one text, the built-in one where it sends none or it does not fit.
static void keep_text(rt_embed *embed, rt_bytes sent, rt_bytes *text) {
  rt_bytes kept;
  if (!rt_bytes_is_empty(sent) && keep(embed, sent, &kept)) *text = kept;
}

static void keep_texts(rt_embed *embed, const rt_offers_answer *answer) {
  rt_offers_content *content = &embed->content;
  content->texts = rt_texts_english();
  keep_text(embed, answer->title, &content->texts.title);
  keep_text(embed, answer->intro, &content->texts.intro);
  keep_text(embed, answer->sponsored, &content->texts.sponsored);
  keep_text(embed, answer->close, &content->texts.close);
  keep_text(embed, answer->premium, &content->texts.premium);
  keep_text(embed, answer->support, &content->texts.support);
  content->is_right_to_left = answer->is_right_to_left;
  content->support_label = content->support_url = RT_BYTES_NONE;
  keep_text(embed, answer->support_label, &content->support_label);
  keep_text(embed, answer->support_url, &content->support_url);
}

void rt_embed_keep_offers(rt_embed *embed, const rt_offers_answer *answer) {
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
    if (keep_offer(embed, &answer->offers[entries[i].index], kept)) embed->content.offer_count++;
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
