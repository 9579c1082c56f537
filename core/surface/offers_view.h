// offers_view.h: offers and texts to a tree, and the tree to boxes.
// SPDX-License-Identifier: MIT
#ifndef RT_SURFACE_OFFERS_VIEW_H
#define RT_SURFACE_OFFERS_VIEW_H

#include "base/status.h"
#include "domain/offer.h"
#include "domain/texts.h"
#include "surface/colour.h"
#include "surface/view.h"

typedef enum { RT_THEME_AUTO, RT_THEME_LIGHT, RT_THEME_DARK } rt_theme;

// What is to be shown. Everything is borrowed and must live as long as the view.
typedef struct {
  const rt_offer *offers;  // in the order to show them
  size_t offer_count;      // 1..RT_MAX_OFFERS
  rt_texts texts;
  bool is_right_to_left;
  rt_theme theme;
  bool has_accent;
  uint32_t accent;         // 0xRRGGBB, when has_accent
  rt_bytes support_label;  // the site's own contact; both empty when it has none
  rt_bytes support_url;
} rt_offers_content;

// Where it is shown.
typedef struct {
  int32_t width_px, height_px;  // CSS pixels
  rt_bytes metrics;             // see surface/text_metrics.h; empty or unreadable: the built-in average widths
} rt_viewport;

// Builds the whole overlay into `view`: tree, look and boxes. Never fails: what does not fit is cut to fewer lines, a
// viewport outside of RT_MIN_VIEWPORT_PX..RT_MAX_VIEWPORT_PX is laid out as the nearest inside, and what is higher than
// the viewport scrolls.
void rt_offers_view_build(const rt_offers_content *content, const rt_viewport *viewport, rt_view *view);

// Where a section stands.
typedef struct {
  int32_t width_px;    // of the publisher's container, CSS pixels
  int32_t height_px;   // that the container has without the section; 0 or less: none is reserved
  int32_t most_cards;  // at least 1; of the offers the first so many are shown
  rt_bytes metrics;    // as of a viewport
} rt_container;

// Builds the offers inside a page into `view`: the label, the cards, a contact; no heading and nothing to close, because
// nothing is in the way. The root is the panel, and its `text` the language. Of the cards no more than the reserved height
// takes, so that nothing below moves; where it takes none, all, and the container grows. Never fails, like the overlay.
void rt_offers_section_build(const rt_offers_content *content, const rt_container *container, rt_view *view);

#endif
