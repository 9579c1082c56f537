// offers_view.c: the trees of the overlay and of the section. Boxes come from layout.c.
// SPDX-License-Identifier: MIT
#include "surface/offers_view.h"

#include <string.h>

#include "base/check.h"
#include "surface/layout.h"

// Quiet on white and on near-black, and no bank, casino or shop owns it. White on it has 5.6:1.
enum { CALM_ACCENT = 0x3B5BDB };

static rt_look look_of(const rt_offers_content *content) {
  const uint32_t accent = content->has_accent ? content->accent & 0xFFFFFF : CALM_ACCENT;
  return (rt_look){
      .theme = (int32_t)content->theme,
      .is_right_to_left = content->is_right_to_left,
      .accent = (int32_t)accent,
      .on_accent = (int32_t)rt_text_colour_on(accent),
  };
}

// Nodes start as zeroes, all of them here: to fill the few bytes of one takes a WebAssembly engine about as long.
static void begin(rt_view *view, const rt_offers_content *content) {
  memset(view, 0, sizeof *view);
  view->look = look_of(content);
}

// Appends a node, to the card its parent belongs to, and returns it; the caller fills in what its role carries besides.
static rt_node *append(rt_view *view, rt_role role, int32_t parent, const rt_bytes *text) {
  RT_CHECK(view->count < RT_MAX_NODES);
  rt_node *node = &view->nodes[view->count++];
  node->role = (int32_t)role;
  node->parent = parent;
  node->card = parent < 0 ? -1 : view->nodes[parent].card;
  if (text != NULL) node->text = *text;
  return node;
}

static void append_card(rt_view *view, int32_t grid, int32_t card, const rt_offer *offer, const rt_texts *texts) {
  const int32_t parent = (int32_t)view->count;
  rt_node *link = append(view, RT_ROLE_CARD, grid, NULL);
  link->card = card;
  link->href = offer->click_url;
  const rt_bytes initial = rt_text_initial(offer->brand);
  append(view, RT_ROLE_PICTURE, parent, &initial)->image = offer->image;
  if (offer->is_premium) append(view, RT_ROLE_PREMIUM, parent, &texts->premium);
  append(view, RT_ROLE_BRAND, parent, &offer->brand);
  append(view, RT_ROLE_HEADLINE, parent, &offer->headline);
  append(view, RT_ROLE_CTA, parent, &offer->cta);
}

// What an overlay and a section have in common: the label, `count` cards, a contact.
static void append_offers(rt_view *view, int32_t panel, const rt_offers_content *content, size_t count) {
  const rt_texts *texts = &content->texts;
  view->cards = (int32_t)count;
  append(view, RT_ROLE_SPONSORED, panel, &texts->sponsored);
  const int32_t grid = (int32_t)view->count;
  append(view, RT_ROLE_GRID, panel, NULL);
  for (size_t i = 0; i < count; i++) append_card(view, grid, (int32_t)i, &content->offers[i], texts);
  if (!rt_bytes_is_empty(content->support_url)) {
    const bool is_labelled = !rt_bytes_is_empty(content->support_label);
    append(view, RT_ROLE_SUPPORT, panel, is_labelled ? &content->support_label : &texts->support)->href =
        content->support_url;
  }
}

static void append_overlay(rt_view *view, const rt_offers_content *content) {
  const rt_texts *texts = &content->texts;
  append(view, RT_ROLE_OVERLAY, -1, &texts->language);
  append(view, RT_ROLE_PANEL, 0, NULL);
  const int32_t panel = 1;
  append(view, RT_ROLE_CLOSE, panel, &texts->close);
  append(view, RT_ROLE_TITLE, panel, &texts->title);
  append(view, RT_ROLE_INTRO, panel, &texts->intro);
  append_offers(view, panel, content, content->offer_count);
}

void rt_offers_view_build(const rt_offers_content *content, const rt_viewport *viewport, rt_view *view) {
  RT_CHECK(content->offer_count >= 1 && content->offer_count <= RT_MAX_OFFERS);
  begin(view, content);
  append_overlay(view, content);
  const rt_text_metrics metrics = rt_text_metrics_read(viewport->metrics);
  rt_layout_overlay(view, (rt_size){viewport->width_px, viewport->height_px}, &metrics);
}

static void build_section(rt_view *view, const rt_offers_content *content, size_t count, int32_t width_px,
                          const rt_text_metrics *metrics) {
  begin(view, content);
  append(view, RT_ROLE_PANEL, -1, &content->texts.language);
  append_offers(view, 0, content, count);
  rt_layout_section(view, width_px, metrics);
}

void rt_offers_section_build(const rt_offers_content *content, const rt_container *container, rt_view *view) {
  RT_CHECK(content->offer_count >= 1 && content->offer_count <= RT_MAX_OFFERS && container->most_cards >= 1);
  const rt_text_metrics metrics = rt_text_metrics_read(container->metrics);
  const size_t most = (size_t)container->most_cards;
  const size_t all = content->offer_count < most ? content->offer_count : most;
  for (size_t count = all; count > 0; count--) {
    build_section(view, content, count, container->width_px, &metrics);
    if (container->height_px <= 0 || view->nodes[0].height <= container->height_px) return;
  }
  build_section(view, content, all, container->width_px, &metrics);
}
