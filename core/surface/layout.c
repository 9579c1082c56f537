// layout.c: the plan, decided from the outside in: panel, columns, words, heights; then the boxes that follow from it.
// Every design length stands here once; the stylesheet takes them from the plan.
// SPDX-License-Identifier: MIT
#include "surface/layout.h"

#include "base/check.h"

enum {
  // Viewports. Below NARROW wide or SHORT high the panel fills the screen, as sheets on phones do.
  NARROW = 640,
  SHORT = 480,
  TINY = 360,
  LOW_FOR_STACKED = 560,  // less high than this, a card with its picture on top does not fit under the heading
  PANEL_MARGIN = 24,
  PANEL_RADIUS = 24,
  MIN_SCRIM = 96,  // on a phone: less of the page than this is not worth showing
  FEW = 3,         // so few large cards may fit on a phone, and a nearly empty screen looks broken

  // Cards. Widths keep 20 to 45 characters of headline on a line.
  ROW_MIN_WIDTH = 300,
  ROW_MAX_WIDTH = 600,
  STACKED_MIN_WIDTH = 232,
  MAX_COLUMNS = 4,
  BADGE_PADDING = 8,  // at both ends of "Premium"

  INTRO_MAX_WIDTH = 680,  // about 85 characters: the usual one sentence stays on one line where there is room
  TITLE_MAX_LINES = 4,
  INTRO_MAX_LINES = 8,

  CLOSE_SIZE = 44,  // WCAG 2.2, 2.5.5
  CLOSE_INSET = 8,
  SUPPORT_HEIGHT = 44,
};

// Widest stacked card by number of columns: few cards are large, but never a banner.
static const int32_t stacked_max_width[MAX_COLUMNS + 1] = {0, 440, 340, 316, 280};

// What is worked out on the way.
typedef struct {
  rt_view *view;
  rt_plan *plan;
  const rt_text_metrics *metrics;
  rt_size viewport;
  int32_t card_count, rows;
  int32_t padding;  // between the panel's edge and its content
  bool is_full;     // the panel fills the screen
  bool is_row;      // cards have their picture beside the words
  bool has_support;
  int32_t card_padding;
} layout;

static int32_t smaller(int32_t a, int32_t b) { return a < b ? a : b; }
static int32_t larger(int32_t a, int32_t b) { return a > b ? a : b; }
static int32_t clamped(int32_t value, int32_t low, int32_t high) { return smaller(larger(value, low), high); }
static int32_t divided_up(int32_t a, int32_t b) { return (a + b - 1) / b; }

// ---------------------------------------------------------------- text

static rt_font title_font(const rt_plan *plan) { return (rt_font){plan->title_size, true}; }
static rt_font intro_font(const rt_plan *plan) { return (rt_font){plan->intro_size, false}; }
static rt_font small_font(const rt_plan *plan) { return (rt_font){plan->small_size, true}; }
static rt_font headline_font(const rt_plan *plan) { return (rt_font){plan->headline_size, true}; }
static rt_font cta_font(const rt_plan *plan) { return (rt_font){plan->cta_size, true}; }

// The widest of all texts of one role.
static int32_t widest(const layout *l, rt_role role, rt_font font) {
  int32_t width = 0;
  for (size_t i = 0; i < l->view->count; i++) {
    const rt_node *node = &l->view->nodes[i];
    if (node->role == (int32_t)role) width = larger(width, rt_text_width(l->metrics, font, node->text));
  }
  return width;
}

// The most lines that any text of one role takes, 1..limit.
static int32_t most_lines(const layout *l, rt_role role, rt_font font, int32_t width, int32_t limit) {
  int32_t lines = 1;
  for (size_t i = 0; i < l->view->count && lines < limit; i++) {
    const rt_node *node = &l->view->nodes[i];
    if (node->role == (int32_t)role) lines = larger(lines, rt_text_lines(l->metrics, font, node->text, width));
  }
  return smaller(lines, limit);
}

// ---------------------------------------------------------------- panel and columns

static void choose_sizes(layout *l) {
  rt_plan *plan = l->plan;
  const bool is_narrow = l->viewport.width_px < NARROW;
  l->is_full = is_narrow || l->viewport.height_px < SHORT;
  l->padding = l->viewport.width_px < TINY ? 16 : l->is_full ? 20 : l->viewport.width_px < 900 ? 28 : 36;
  plan->viewport_width = l->viewport.width_px;
  plan->viewport_height = l->viewport.height_px;
  plan->close_size = CLOSE_SIZE;
  plan->close_inset = l->is_full ? CLOSE_INSET : 2 * CLOSE_INSET;
  plan->title_size = l->is_full ? 22 : 28;
  plan->title_leading = l->is_full ? 28 : 36;
  plan->intro_size = l->is_full ? 15 : 16;
  plan->intro_leading = l->is_full ? 22 : 24;
  plan->small_size = 12;
  plan->small_leading = 18;
  plan->cta_size = 14;
  plan->support_height = SUPPORT_HEIGHT;
}

// As few rows as `most` columns allow, then as few columns as give those rows: five cards stand 3 + 2, not 4 + 1.
static void choose_columns(layout *l, int32_t most) {
  l->rows = divided_up(l->card_count, larger(most, 1));
  l->plan->columns = divided_up(l->card_count, l->rows);
}

static void choose_stacked(layout *l, int32_t available) {
  rt_plan *plan = l->plan;
  l->is_row = false;
  plan->gap = 20;
  choose_columns(l, smaller((available + plan->gap) / (STACKED_MIN_WIDTH + plan->gap), MAX_COLUMNS));
  const int32_t width = (available - (plan->columns - 1) * plan->gap) / plan->columns;
  plan->card_width = smaller(width, stacked_max_width[plan->columns]);
  l->card_padding = 18;
  plan->picture_inset = 0;
  plan->picture_width = plan->card_width;
  plan->picture_height = plan->card_width * 9 / 16;
  plan->text_x = l->card_padding;
  plan->headline_size = 16;
  plan->headline_leading = 22;
  plan->cta_height = 40;
}

static void choose_row(layout *l, int32_t available) {
  rt_plan *plan = l->plan;
  const bool is_tiny = l->viewport.width_px < TINY;
  l->is_row = true;
  plan->gap = 12;
  choose_columns(l, smaller((available + plan->gap) / (ROW_MIN_WIDTH + plan->gap), MAX_COLUMNS - 1));
  const int32_t width = (available - (plan->columns - 1) * plan->gap) / plan->columns;
  plan->card_width = smaller(width, ROW_MAX_WIDTH);
  l->card_padding = is_tiny ? 12 : 14;
  plan->picture_inset = l->card_padding;
  plan->picture_width = plan->picture_height = l->viewport.width_px < 280 ? 36 : is_tiny ? 48 : 72;
  plan->text_x = plan->picture_inset + plan->picture_width + l->card_padding;
  plan->headline_size = 15;
  plan->headline_leading = 20;
  plan->cta_height = 34;
}

// ---------------------------------------------------------------- heights

// From the top of a card down; needs columns and widths.
static void choose_card(layout *l) {
  rt_plan *plan = l->plan;
  plan->text_width = plan->card_width - plan->text_x - l->card_padding;
  plan->headline_lines = most_lines(l, RT_ROLE_HEADLINE, headline_font(plan), plan->text_width, l->is_row ? 4 : 5);
  const int32_t cta_width = widest(l, RT_ROLE_CTA, cta_font(plan)) + 2 * l->card_padding;
  plan->cta_width = l->is_row ? smaller(larger(cta_width, 2 * CLOSE_SIZE), plan->text_width) : plan->text_width;
  const int32_t premium_width = widest(l, RT_ROLE_PREMIUM, small_font(plan));
  plan->premium_width = premium_width == 0 ? 0 : smaller(premium_width + 2 * BADGE_PADDING, plan->text_width / 2);
  plan->premium_x = plan->text_x + plan->text_width - plan->premium_width;
  plan->brand_width = plan->premium_x - BADGE_PADDING - plan->text_x;
  plan->brand_y = l->is_row ? l->card_padding - 2 : plan->picture_height + 14;
  plan->headline_y = plan->brand_y + plan->small_leading + (l->is_row ? 2 : 4);
  plan->headline_height = plan->headline_lines * plan->headline_leading;
  plan->cta_y = plan->headline_y + plan->headline_height + (l->is_row ? 10 : 14);
  plan->card_height = plan->cta_y + plan->cta_height + l->card_padding;
}

// From the top of the panel down; needs the card's size. Where cards are few the heading, not they, gives the width.
static void choose_panel(layout *l) {
  rt_plan *plan = l->plan;
  plan->content_width = plan->columns * (plan->card_width + plan->gap) - plan->gap;
  plan->panel_width = l->is_full ? l->viewport.width_px : plan->content_width + 2 * l->padding;
  plan->content_x = (plan->panel_width - plan->content_width) / 2;
  plan->close_x = plan->panel_width - plan->close_inset - plan->close_size;
  plan->title_width = smaller(plan->content_width, plan->close_x - CLOSE_INSET - plan->content_x);
  plan->intro_width = smaller(plan->content_width, INTRO_MAX_WIDTH);
  plan->title_lines = most_lines(l, RT_ROLE_TITLE, title_font(plan), plan->title_width, TITLE_MAX_LINES);
  plan->intro_lines = most_lines(l, RT_ROLE_INTRO, intro_font(plan), plan->intro_width, INTRO_MAX_LINES);

  plan->title_height = plan->title_lines * plan->title_leading;
  plan->intro_height = plan->intro_lines * plan->intro_leading;
  plan->grid_height = l->rows * (plan->card_height + plan->gap) - plan->gap;

  plan->title_y = larger(l->padding - 4, plan->close_inset + (CLOSE_SIZE - plan->title_leading) / 2);
  plan->intro_y = plan->title_y + plan->title_height + (l->is_full ? 6 : 8);
  if (plan->intro_y < plan->close_inset + CLOSE_SIZE) plan->intro_y = plan->close_inset + CLOSE_SIZE;
  plan->sponsored_y = plan->intro_y + plan->intro_height + (l->is_full ? 14 : 20);
  plan->grid_y = plan->sponsored_y + plan->small_leading + 8;
  int32_t bottom = plan->grid_y + plan->grid_height;
  if (l->has_support) {
    plan->support_y = bottom + 8;
    plan->support_width = smaller(widest(l, RT_ROLE_SUPPORT, (rt_font){plan->cta_size, true}) + 2, plan->content_width);
    bottom = plan->support_y + SUPPORT_HEIGHT - l->padding / 2;
  }
  plan->panel_height = bottom + l->padding;
}

// How much higher than the viewport the panel is; negative when there is room left.
static int32_t overflow(const layout *l) {
  return l->plan->panel_height + (l->is_full ? 0 : 2 * PANEL_MARGIN) - l->viewport.height_px;
}

// Pictures give up to a third of their height when that is what saves the visitor from scrolling.
static void fit_height(layout *l) {
  rt_plan *plan = l->plan;
  const int32_t too_high = overflow(l);
  if (l->is_row || too_high <= 0) return;
  const int32_t each = divided_up(too_high, l->rows);
  if (each > plan->picture_height / 3) return;
  plan->picture_height -= each;
  choose_card(l);
  choose_panel(l);
}

static void choose_cards(layout *l) {
  const int32_t available = l->viewport.width_px - 2 * l->padding - (l->is_full ? 0 : 2 * PANEL_MARGIN);
  const bool is_phone = l->viewport.width_px < NARROW || l->viewport.height_px < LOW_FOR_STACKED;
  if (!is_phone || l->card_count <= FEW) {
    choose_stacked(l, available);
    choose_card(l);
    choose_panel(l);
    fit_height(l);
    if (!is_phone || overflow(l) <= 0) return;
  }
  choose_row(l, available);
  choose_card(l);
  choose_panel(l);
}

// The panel's place: in the middle, a little above it where there is much room, as the eye expects. On a phone it fills
// the screen, or rises from the lower edge when it has so little to say that much of the screen would be empty.
static void place_panel(layout *l) {
  rt_plan *plan = l->plan;
  plan->panel_x = (l->viewport.width_px - plan->panel_width) / 2;
  const int32_t room = l->viewport.height_px - plan->panel_height;
  if (!l->is_full) {
    plan->panel_y = larger(PANEL_MARGIN, room * 9 / 20);
    plan->panel_below = PANEL_MARGIN;
    plan->panel_radius = plan->panel_foot_radius = PANEL_RADIUS;
  } else if (room >= MIN_SCRIM) {
    plan->panel_y = room;
    plan->panel_radius = PANEL_RADIUS;
  } else {
    plan->panel_height += larger(room, 0);
  }
}

// ---------------------------------------------------------------- boxes

// Which numbers of the plan are the box of a role, from its parent's inline start and top, and its lines. Of the two
// that are not in it, the overlay is the viewport, and cards stand in a row or a grid.
static const struct {
  uint8_t x, y, width, height, lines;
} places[RT_ROLE_COUNT] = {
#define PLACE(x, y, width, height) \
  { RT_PLAN_##x, RT_PLAN_##y, RT_PLAN_##width, RT_PLAN_##height, 0 }
#define LINES(x, y, width, height, lines) \
  { RT_PLAN_##x, RT_PLAN_##y, RT_PLAN_##width, RT_PLAN_##height, RT_PLAN_##lines }
    [RT_ROLE_PANEL] = PLACE(PANEL_X, PANEL_Y, PANEL_WIDTH, PANEL_HEIGHT),
    [RT_ROLE_CLOSE] = PLACE(CLOSE_X, CLOSE_INSET, CLOSE_SIZE, CLOSE_SIZE),
    [RT_ROLE_TITLE] = LINES(CONTENT_X, TITLE_Y, TITLE_WIDTH, TITLE_HEIGHT, TITLE_LINES),
    [RT_ROLE_INTRO] = LINES(CONTENT_X, INTRO_Y, INTRO_WIDTH, INTRO_HEIGHT, INTRO_LINES),
    [RT_ROLE_SPONSORED] = PLACE(CONTENT_X, SPONSORED_Y, CONTENT_WIDTH, SMALL_LEADING),
    [RT_ROLE_GRID] = PLACE(CONTENT_X, GRID_Y, CONTENT_WIDTH, GRID_HEIGHT),
    [RT_ROLE_PICTURE] = PLACE(PICTURE_INSET, PICTURE_INSET, PICTURE_WIDTH, PICTURE_HEIGHT),
    [RT_ROLE_PREMIUM] = PLACE(PREMIUM_X, BRAND_Y, PREMIUM_WIDTH, SMALL_LEADING),
    [RT_ROLE_BRAND] = PLACE(TEXT_X, BRAND_Y, TEXT_WIDTH, SMALL_LEADING),
    [RT_ROLE_HEADLINE] = LINES(TEXT_X, HEADLINE_Y, TEXT_WIDTH, HEADLINE_HEIGHT, HEADLINE_LINES),
    [RT_ROLE_CTA] = PLACE(TEXT_X, CTA_Y, CTA_WIDTH, CTA_HEIGHT),
    [RT_ROLE_SUPPORT] = PLACE(CONTENT_X, SUPPORT_Y, SUPPORT_WIDTH, SUPPORT_HEIGHT),
#undef PLACE
#undef LINES
};

static int32_t number_of(const rt_plan *plan, uint8_t position) {
  return *(const int32_t *)((const char *)plan + position * sizeof(int32_t));
}

// The box relative to the parent's inline start and top.
static void place_node(const rt_plan *plan, rt_node *node) {
  const rt_role role = (rt_role)node->role;
  node->x = number_of(plan, places[role].x);
  node->y = number_of(plan, places[role].y);
  node->width = number_of(plan, places[role].width);
  node->height = number_of(plan, places[role].height);
  node->lines = places[role].lines == 0 ? 1 : number_of(plan, places[role].lines);
  if (role == RT_ROLE_OVERLAY) {
    node->x = node->y = 0;
    node->width = plan->viewport_width;
    node->height = larger(plan->viewport_height, plan->panel_y + plan->panel_height + plan->panel_below);
  } else if (role == RT_ROLE_CARD) {
    node->x = node->card % plan->columns * (plan->card_width + plan->gap);
    node->y = node->card / plan->columns * (plan->card_height + plan->gap);
    node->width = plan->card_width;
    node->height = plan->card_height;
  } else if (role == RT_ROLE_BRAND && node[-1].role == RT_ROLE_PREMIUM) {
    node->width = plan->brand_width;
  }
}

// Boxes from the surface's top left corner. Parents stand before their children, so one pass is enough.
static void place_all(const layout *l) {
  rt_node *nodes = l->view->nodes;
  for (size_t i = 0; i < l->view->count; i++) {
    rt_node *node = &nodes[i];
    place_node(l->plan, node);
    if (node->parent < 0) continue;
    const rt_node *parent = &nodes[node->parent];
    if (l->plan->is_right_to_left) node->x = parent->width - node->x - node->width;
    node->x += parent->x;
    node->y += parent->y;
  }
}

void rt_layout_overlay(rt_view *view, rt_size viewport, const rt_text_metrics *metrics) {
  layout l = {.view = view, .plan = &view->plan, .metrics = metrics};
  l.viewport.width_px = clamped(viewport.width_px, RT_MIN_VIEWPORT_PX, RT_MAX_VIEWPORT_PX);
  l.viewport.height_px = clamped(viewport.height_px, RT_MIN_VIEWPORT_PX, RT_MAX_VIEWPORT_PX);
  for (size_t i = 0; i < view->count; i++) {
    l.card_count += view->nodes[i].role == RT_ROLE_CARD;
    l.has_support |= view->nodes[i].role == RT_ROLE_SUPPORT;
  }
  RT_CHECK(l.card_count > 0 && view->nodes[0].role == RT_ROLE_OVERLAY);
  choose_sizes(&l);
  choose_cards(&l);
  place_panel(&l);
  place_all(&l);
}
