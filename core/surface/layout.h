// layout.h: a tree and a viewport to boxes, in whole pixels.
// Knows roles and widths of text; not what an offer is, and no colour.
// SPDX-License-Identifier: MIT
#ifndef RT_SURFACE_LAYOUT_H
#define RT_SURFACE_LAYOUT_H

#include "surface/text_metrics.h"
#include "surface/view.h"

enum {
  RT_MIN_VIEWPORT_PX = 200,    // narrower is laid out as if it were 200: no word fits any more
  RT_MAX_VIEWPORT_PX = 32767,  // every product of two lengths fits in 32 bits
};

typedef struct {
  int32_t width_px, height_px;
} rt_size;

// Decides every node's box, lines and size of font. The tree stands in `view`; of the look,
// is_right_to_left is read. The same input gives the same boxes on every machine.
//
// Each box lies inside its parent's, siblings do not overlap, and cards of one surface are all of one size. In a wide
// viewport a card has its picture on top and up to four stand side by side, in as few rows as fit and as evenly as that
// allows; on a phone, upright or not, the picture stands beside the words, so that several cards fit on a screen, and
// the panel is a sheet that rises from the lower edge.
void rt_layout_overlay(rt_view *view, rt_size viewport, const rt_text_metrics *metrics);

// The same for the offers inside a page, in a container of `width_px`: the tree's root is its panel, as wide as that and as
// high as its content. Columns and cards by the rules above; in a container as narrow as a phone the picture stands beside
// the words.
void rt_layout_section(rt_view *view, int32_t width_px, const rt_text_metrics *metrics);

#endif
