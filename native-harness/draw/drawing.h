// drawing.h: a surface as an SVG document, without a browser: the core's own boxes, the palette, the words.
// Shapes letters and orders them from right to left not at all: who shows the SVG does, as a browser does for the page.
// SPDX-License-Identifier: MIT
#ifndef RT_DRAW_DRAWING_H
#define RT_DRAW_DRAWING_H

#include <stdio.h>

#include "surface/layout.h"
#include "surface/offers_view.h"

// A picture in a file.
typedef struct {
  const char *type;  // "image/png"; NULL: there is none, and the card has its initial
  rt_bytes content;
} rt_picture;

enum { RT_DRAWN_PAGE_MARGIN_PX = 16 };  // on both sides of a section, whose container is the rest of the viewport

typedef struct {
  rt_offers_content content;           // its theme is light or dark; RT_THEME_AUTO is drawn light
  bool is_section;                     // inside a page, not over it
  rt_size viewport;                    // what is higher than this is cut, as on a screen
  rt_picture pictures[RT_MAX_OFFERS];  // of content.offers
} rt_drawing;

// Writes the whole document; the same drawing gives the same bytes on every machine. Every text is in a box of its own
// that clips it, on the lines that the core decided, broken where the widths of the font say (draw/font.h), with an
// ellipsis where some is left.
void rt_draw_surface(const rt_drawing *drawing, FILE *svg);

#endif
