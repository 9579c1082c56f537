// layout.c: boxes, decided from the outside in: columns, cards, words, panel; then every node's place.
// Every length of the design that moves a box stands here once; the page takes them from the nodes.
// SPDX-License-Identifier: MIT
#include "surface/layout.h"

enum {
  // Viewports. Below NARROW wide or SHORT high the panel is as wide as the screen, as sheets on phones are.
  NARROW = 640,
  SHORT = 480,
  LOW_FOR_STACKED = 560,  // less high than this, a card with its picture on top does not fit under the heading

  MARGIN = 24,  // around a panel that is not as wide as the screen
  PADDING = 28,
  PADDING_ON_PHONES = 16,

  CARD_PADDING = 12,
  PICTURE_BESIDE_WORDS = 72,
  BADGE_PADDING = 8,  // at both ends of "Premium"

  INTRO_MAX_WIDTH = 720,  // about 90 characters: the usual one sentence stays on one line where there is room

  CLOSE_SIZE = 44,  // WCAG 2.2, 2.5.5; the support link is no narrower
  CLOSE_INSET = 12,
};

// Widths of cards keep 20 to 45 characters of headline on a line.
typedef struct {
  int32_t min_width, max_width, most_columns, gap;
} card_form;
static const card_form stacked = {232, 340, 4, 20};  // the picture on top
static const card_form beside = {300, 600, 3, 12};   // the picture beside the words

// Words by role: size of the font, height of a line, most lines.
static const struct {
  uint8_t font_px, leading, most_lines;
} types[RT_ROLE_COUNT] = {
    [RT_ROLE_TITLE] = {24, 32, 4},    [RT_ROLE_INTRO] = {16, 24, 8}, [RT_ROLE_SPONSORED] = {12, 18, 1},
    [RT_ROLE_PICTURE] = {28, 0, 1},   [RT_ROLE_BRAND] = {12, 18, 1}, [RT_ROLE_PREMIUM] = {12, 18, 1},
    [RT_ROLE_HEADLINE] = {16, 22, 5}, [RT_ROLE_CTA] = {14, 40, 1},   [RT_ROLE_SUPPORT] = {14, 44, 1},
};

typedef struct {
  int32_t x, y, width, height, lines;
} box;

// What is worked out on the way.
typedef struct {
  rt_view *view;
  const rt_text_metrics *metrics;
  rt_size viewport;
  bool is_full;  // the panel is as wide as the screen
  bool is_stacked;
  int32_t margin, padding;
  int32_t columns, rows, gap;
  box boxes[RT_ROLE_COUNT];  // from the parent's left when left to right, and its top; of cards the first
} layout;

static int32_t smaller(int32_t a, int32_t b) { return a < b ? a : b; }
static int32_t larger(int32_t a, int32_t b) { return a > b ? a : b; }
static int32_t clamped(int32_t value, int32_t low, int32_t high) { return smaller(larger(value, low), high); }
static int32_t divided_up(int32_t a, int32_t b) { return (a + b - 1) / b; }

// The most room that any text of a role needs when its lines are `width_px` wide.
static rt_text_extent room_for(const layout *l, rt_role role, int32_t width_px) {
  rt_text_extent most = {0, 1};
  for (size_t i = 0; i < l->view->count; i++) {
    const rt_node *node = &l->view->nodes[i];
    if (node->role != (int32_t)role) continue;
    const int32_t size = types[role].font_px - (role == RT_ROLE_INTRO);  // in regular weight, so narrower than measured
    const rt_text_extent extent = rt_text_measure(l->metrics, size, node->text, width_px);
    most.width_px = larger(most.width_px, extent.width_px);
    most.lines = larger(most.lines, extent.lines);
  }
  return most;
}

// Gives the words of a role their box; returns where it ends.
static int32_t put_words(layout *l, rt_role role, int32_t x, int32_t y, int32_t width) {
  const int32_t lines = smaller(room_for(l, role, width).lines, types[role].most_lines);
  const int32_t height = lines * types[role].leading;
  l->boxes[role] = (box){x, y, width, height, lines};
  return y + height;
}

// As few rows as the width allows, then as few columns as give those rows: five cards stand 3 + 2, not 4 + 1.
static void choose_columns(layout *l) {
  const card_form *form = l->is_stacked ? &stacked : &beside;
  int32_t count = 0;
  for (size_t i = 0; i < l->view->count; i++) count = larger(count, l->view->nodes[i].card + 1);
  const int32_t available = l->viewport.width_px - 2 * (l->margin + l->padding) + form->gap;
  l->gap = form->gap;
  l->rows = divided_up(count, clamped(available / (form->min_width + form->gap), 1, form->most_columns));
  l->columns = divided_up(count, l->rows);
  l->boxes[RT_ROLE_CARD].width = smaller(available / l->columns - form->gap, form->max_width);
}

// From the top of a card down.
static void choose_card(layout *l) {
  box *card = &l->boxes[RT_ROLE_CARD];
  box *picture = &l->boxes[RT_ROLE_PICTURE];
  const int32_t inner_width = card->width - 2 * CARD_PADDING;
  int32_t x = CARD_PADDING, y = CARD_PADDING;
  *picture = (box){x, y, PICTURE_BESIDE_WORDS, PICTURE_BESIDE_WORDS, 1};
  if (l->is_stacked) {
    picture->width = inner_width;
    picture->height = inner_width * 9 / 16;
    y += picture->height + CARD_PADDING;
  } else {
    x += PICTURE_BESIDE_WORDS + CARD_PADDING;
  }
  const int32_t width = card->width - CARD_PADDING - x;
  const int32_t badge = room_for(l, RT_ROLE_PREMIUM, width).width_px + 2 * BADGE_PADDING;
  const int32_t badge_width = smaller(badge, width / 2);
  put_words(l, RT_ROLE_PREMIUM, x + width - badge_width, y, badge_width);
  y = put_words(l, RT_ROLE_BRAND, x, y, width);
  y = put_words(l, RT_ROLE_HEADLINE, x, y + 4, width);
  y = put_words(l, RT_ROLE_CTA, x, y + CARD_PADDING, width);
  card->height = y + CARD_PADDING;
}

static void choose_grid(layout *l) {
  const box *card = &l->boxes[RT_ROLE_CARD];
  box *grid = &l->boxes[RT_ROLE_GRID];
  choose_card(l);
  grid->width = l->columns * (card->width + l->gap) - l->gap;
  grid->height = l->rows * (card->height + l->gap) - l->gap;
}

// From the top of the panel down. Where cards are few the heading, not they, gives the height.
static void choose_panel(layout *l) {
  box *panel = &l->boxes[RT_ROLE_PANEL];
  box *grid = &l->boxes[RT_ROLE_GRID];
  const int32_t width = grid->width;
  panel->width = l->is_full ? l->viewport.width_px : width + 2 * l->padding;
  const int32_t x = (panel->width - width) / 2;
  const int32_t close_x = panel->width - CLOSE_INSET - CLOSE_SIZE;
  l->boxes[RT_ROLE_CLOSE] = (box){close_x, CLOSE_INSET, CLOSE_SIZE, CLOSE_SIZE, 1};
  int32_t y = put_words(l, RT_ROLE_TITLE, x, l->padding + 2, smaller(width, close_x - x));
  y = put_words(l, RT_ROLE_INTRO, x, y + 6, smaller(width, INTRO_MAX_WIDTH));
  grid->x = x;
  grid->y = put_words(l, RT_ROLE_SPONSORED, x, y + 16, width) + 8;
  y = grid->y + grid->height;
  const int32_t support_width = room_for(l, RT_ROLE_SUPPORT, width).width_px;
  const int32_t below = put_words(l, RT_ROLE_SUPPORT, x, y + 8, clamped(support_width + 2, CLOSE_SIZE, width));
  panel->height = support_width > 0 ? below + 8 : y + l->padding;

  // In the middle; on a phone it rises from the lower edge.
  const int32_t room = l->viewport.height_px - panel->height;
  panel->x = (l->viewport.width_px - panel->width) / 2;
  panel->y = larger(l->margin, l->is_full ? room : room / 2);
  l->boxes[RT_ROLE_OVERLAY].width = l->viewport.width_px;
  l->boxes[RT_ROLE_OVERLAY].height = larger(l->viewport.height_px, panel->y + panel->height + l->margin);
}

// Boxes from the surface's top left corner. Parents stand before their children, so one pass is enough.
static void place_all(const layout *l) {
  rt_node *nodes = l->view->nodes;
  for (size_t i = 0; i < l->view->count; i++) {
    rt_node *node = &nodes[i];
    box place = l->boxes[node->role];
    if (node->role == RT_ROLE_CARD) {
      place.x = node->card % l->columns * (place.width + l->gap);
      place.y = node->card / l->columns * (place.height + l->gap);
    } else if (node->role == RT_ROLE_BRAND && node[-1].role == RT_ROLE_PREMIUM) {
      place.width -= node[-1].width + BADGE_PADDING;
    }
    if (node->parent >= 0) {
      const rt_node *parent = &nodes[node->parent];
      if (l->view->look.is_right_to_left) place.x = parent->width - place.x - place.width;
      place.x += parent->x;
      place.y += parent->y;
    }
    node->x = place.x;
    node->y = place.y;
    node->width = place.width;
    node->height = place.height;
    node->lines = larger(place.lines, 1);
    node->font_px = types[node->role].font_px;
  }
}

void rt_layout_overlay(rt_view *view, rt_size viewport, const rt_text_metrics *metrics) {
  layout l = {.view = view, .metrics = metrics};
  l.viewport.width_px = clamped(viewport.width_px, RT_MIN_VIEWPORT_PX, RT_MAX_VIEWPORT_PX);
  l.viewport.height_px = clamped(viewport.height_px, RT_MIN_VIEWPORT_PX, RT_MAX_VIEWPORT_PX);
  l.is_full = l.viewport.width_px < NARROW || l.viewport.height_px < SHORT;
  l.is_stacked = !l.is_full && l.viewport.height_px >= LOW_FOR_STACKED;
  l.margin = l.is_full ? 0 : MARGIN;
  l.padding = l.is_full ? PADDING_ON_PHONES : PADDING;
  choose_columns(&l);
  choose_grid(&l);
  choose_panel(&l);
  place_all(&l);
}

// ---------------------------------------------------------------- the section

// From its top down: no heading, no close, and around the cards only the pixel of their edges.
static void choose_section(layout *l) {
  box *grid = &l->boxes[RT_ROLE_GRID];
  const int32_t x = l->padding, width = l->viewport.width_px - 2 * x;
  grid->x = x;
  grid->y = put_words(l, RT_ROLE_SPONSORED, x, x, width) + 8;
  const int32_t end = grid->y + grid->height + x;
  const int32_t support_width = room_for(l, RT_ROLE_SUPPORT, width).width_px;
  const int32_t below = put_words(l, RT_ROLE_SUPPORT, x, end + 8, smaller(support_width + 2, width));
  l->boxes[RT_ROLE_PANEL] = (box){0, 0, l->viewport.width_px, support_width > 0 ? below : end, 1};
}

void rt_layout_section(rt_view *view, int32_t width_px, const rt_text_metrics *metrics) {
  layout l = {.view = view, .metrics = metrics, .padding = 1};
  l.viewport.width_px = clamped(width_px, RT_MIN_VIEWPORT_PX, RT_MAX_VIEWPORT_PX);
  l.is_stacked = l.viewport.width_px >= NARROW;
  choose_columns(&l);
  choose_grid(&l);
  choose_section(&l);
  place_all(&l);
}
