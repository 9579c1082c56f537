// view.h: what a visitor sees, as a tree of meaning with boxes.
// Knows roles, words and pixels; not why they are shown, and no browser.
// SPDX-License-Identifier: MIT
#ifndef RT_SURFACE_VIEW_H
#define RT_SURFACE_VIEW_H

#include "base/bytes.h"
#include "domain/limits.h"

typedef enum {
#define RT_ROLE(upper, lower) RT_ROLE_##upper,
#include "surface/roles.def"
#undef RT_ROLE
  RT_ROLE_COUNT
} rt_role;

// Positions of the look's numbers.
typedef enum {
#define RT_LOOK_NUMBER(upper, lower) RT_LOOK_##upper,
#include "surface/look.def"
#undef RT_LOOK_NUMBER
  RT_LOOK_COUNT
} rt_look_number;

// A node. Parents stand before their children, siblings in reading order. Slices are borrowed from the offers and
// texts.
typedef struct {
  int32_t role;                 // rt_role
  int32_t parent;               // index, -1 for the root
  int32_t card;                 // index of the card it belongs to, -1 outside of cards
  int32_t x, y, width, height;  // CSS pixels from the surface's top left corner; y grows with the content
  int32_t lines;                // lines of text that the box holds, at least 1; each is height / lines high
  int32_t font_px;              // size of its words, of the cross for CLOSE; 0 where it has none
  rt_bytes text, href, image;
} rt_node;

typedef struct {
#define RT_LOOK_NUMBER(upper, lower) int32_t lower;
#include "surface/look.def"
#undef RT_LOOK_NUMBER
} rt_look;

typedef struct {
  size_t count;  // of nodes
  int32_t cards;
  rt_look look;
  rt_node nodes[RT_MAX_NODES];
} rt_view;

// The node of `role` that has `nth` others of that role before it; NULL when there are not so many. For tests: a host
// draws them all.
static inline const rt_node *rt_view_find(const rt_view *view, rt_role role, size_t nth) {
  for (size_t i = 0; i < view->count; i++) {
    if (view->nodes[i].role == (int32_t)role && nth-- == 0) return &view->nodes[i];
  }
  return NULL;
}

#endif
