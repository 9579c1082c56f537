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
// Each box lies inside its parent's, siblings do not overlap, and the cards of a row are of one size: as high as the one
// with the most words needs, with their calls to action in one line. Where everything fits on the screen like that, a card
// has its picture on top, and up to four stand side by side; elsewhere the picture stands beside the words, so that fewer
// visitors have to scroll. On a phone, upright or not, the panel is a sheet that rises from the lower edge.
//
// A visitor with text of twice the usual size is shown what one at a zoom of 200 % is shown, as far as a viewport of
// RT_MIN_VIEWPORT_PX is left.
void rt_layout_overlay(rt_view *view, rt_size viewport, const rt_text_metrics *metrics);

// The same for the offers inside a page, in a container of `width_px`: the tree's root is its panel, as wide as that and as
// high as its content. Columns and cards by the rules above; in a container as narrow as a phone the picture stands beside
// the words.
void rt_layout_section(rt_view *view, int32_t width_px, const rt_text_metrics *metrics);

#endif
