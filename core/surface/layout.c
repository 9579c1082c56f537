// layout.c: boxes, decided from the outside in: columns, cards, words, panel; then every node's place.
// Every length of the design that moves a box stands here once; the page takes them from the nodes.
// SPDX-License-Identifier: MIT
#include "surface/layout.h"

enum {
  // Viewports. Below NARROW wide or SHORT high the panel is as wide as the screen, as sheets on phones are.
  NARROW = 640,
  SHORT = 480,

  MARGIN = 24,  // around a panel that is not as wide as the screen
  PADDING = 28,
  PADDING_ON_PHONES = 16,

  MOST_COLUMNS = 4,
  GAP = 16,  // between cards
  CARD_PADDING = 12,
  SMALLEST_PICTURE = 48,  // beside the words, where it is a quarter of the card's width
  LARGEST_PICTURE = 96,
  NARROW_WORDS = 150,  // narrower than this beside the picture, headline and call stand under it
  BADGE_PADDING = 8,   // at both ends of "Premium"

  INTRO_MAX_WIDTH = 720,  // about 90 characters: the usual one sentence stays on one line where there is room

  CLOSE_SIZE = 44,  // WCAG 2.2, 2.5.5; the support link is no narrower
  CLOSE_INSET = 12,
};

// Widths of cards keep 20 to 45 characters of headline on a line.
typedef struct {
  int32_t min_width, max_width;
} card_form;
static const card_form stacked = {232, 360};  // the picture on top
static const card_form beside = {300, 440};   // the picture beside the words

// Words by role: size of the font, height of a line, most lines.
static const struct {
  uint8_t font_px, leading, most_lines;
} types[RT_ROLE_COUNT] = {
    [RT_ROLE_CLOSE] = {30, 0, 1},      [RT_ROLE_TITLE] = {24, 32, 4}, [RT_ROLE_INTRO] = {15, 22, 8},
    [RT_ROLE_SPONSORED] = {12, 18, 1}, [RT_ROLE_BRAND] = {13, 18, 1}, [RT_ROLE_PREMIUM] = {12, 18, 1},
    [RT_ROLE_HEADLINE] = {16, 22, 5},  [RT_ROLE_CTA] = {14, 20, 2},   [RT_ROLE_SUPPORT] = {14, 22, 2},
};

typedef struct {
  int32_t x, y, width, height, lines;
  int32_t words_width;  // on one line
} box;

// What is worked out on the way.
typedef struct {
  rt_view *view;
  const rt_text_metrics *metrics;
  int32_t font_px;  // what the visitor reads in; all else is in pixels as they are at RT_USUAL_FONT_PX
  rt_size viewport;
  bool is_full;  // the panel is as wide as the screen
  bool is_stacked;
  int32_t margin, padding;
  int32_t columns, rows;
  rt_node *first, *end;      // whose words count: all, and while a row is decided those of its cards
  box boxes[RT_ROLE_COUNT];  // from the parent's left when left to right, and its top; of cards those of the row
} layout;

// Calls, because in place they are 50 bytes more of the embed.
__attribute__((noinline)) static int32_t smaller(int32_t a, int32_t b) { return a < b ? a : b; }
__attribute__((noinline)) static int32_t larger(int32_t a, int32_t b) { return a > b ? a : b; }
__attribute__((noinline)) static int32_t clamped(int32_t value, int32_t low, int32_t high) {
  return smaller(larger(value, low), high);
}
static int32_t divided_up(int32_t a, int32_t b) { return (a + b - 1) / b; }

static int32_t enlarged(const layout *l, int32_t length_px) { return length_px * l->font_px / RT_USUAL_FONT_PX; }

// The title is the only word that is smaller on a phone: most titles fit on one line then.
static int32_t font_of(const layout *l, rt_role role) {
  return types[role].font_px - (role == RT_ROLE_TITLE && l->is_full ? 4 : 0);
}

// Gives the words of a role their box, with lines for the longest of its texts; returns where it ends. What can be pressed
// is two lines high with one in it, too.
static int32_t put_words(layout *l, rt_role role, int32_t x, int32_t y, int32_t width) {
  int32_t lines = 1, words_width = 0;
  const int32_t size = font_of(l, role) - (role == RT_ROLE_INTRO);  // in regular weight, so narrower than measured
  for (const rt_node *node = l->first; node < l->end; node++) {
    if (node->role != (int32_t)role) continue;
    const rt_text_extent extent = rt_text_measure(l->metrics, size, node->text, width);
    words_width = larger(words_width, extent.width_px);
    lines = larger(lines, extent.lines);
  }
  lines = smaller(lines, types[role].most_lines);
  const int32_t height = (role >= RT_ROLE_CTA ? 2 : lines) * types[role].leading;
  l->boxes[role] = (box){x, y, width, height, lines, words_width};
  return y + height;
}

// As few rows as the width allows, then as few columns as give those rows: five cards stand 3 + 2, not 4 + 1.
static void choose_columns(layout *l) {
  const card_form *form = l->is_stacked ? &stacked : &beside;
  const int32_t count = l->view->cards;
  const int32_t available = l->viewport.width_px - 2 * (l->margin + l->padding) + GAP;
  l->rows = divided_up(count, clamped(available / (form->min_width + GAP), 1, MOST_COLUMNS));
  l->columns = divided_up(count, l->rows);
  l->boxes[RT_ROLE_CARD].width = smaller(available / l->columns - GAP, form->max_width);
}

// The cards of the row, from their top down.
static void choose_card(layout *l) {
  box *card = &l->boxes[RT_ROLE_CARD];
  box *picture = &l->boxes[RT_ROLE_PICTURE];
  const int32_t inner_width = card->width - 2 * CARD_PADDING;
  const int32_t size = clamped(card->width / 4, SMALLEST_PICTURE, LARGEST_PICTURE);
  int32_t x = CARD_PADDING, y = CARD_PADDING;
  *picture = (box){x, y, size, size, 1, 0};
  if (l->is_stacked) {
    picture->width = inner_width;
    picture->height = inner_width * 9 / 16;
    y += picture->height + CARD_PADDING;
  } else {
    x += size + CARD_PADDING;
  }
  int32_t width = card->width - CARD_PADDING - x;
  box *badge = &l->boxes[RT_ROLE_PREMIUM];
  put_words(l, RT_ROLE_PREMIUM, x, y, width);
  badge->width = smaller(badge->words_width + 2 * BADGE_PADDING, width * 2 / 3);
  y = put_words(l, RT_ROLE_BRAND, x, y, width);
  if (width < NARROW_WORDS) {
    badge->y = y + 4;
    y = larger(badge->y + badge->height, CARD_PADDING + size);
    x = CARD_PADDING;
    width = inner_width;
  } else {
    badge->x = x + width - badge->width;
  }
  y = put_words(l, RT_ROLE_HEADLINE, x, y + 4, width);
  y = put_words(l, RT_ROLE_CTA, x, y + CARD_PADDING, width);
  card->height = y + CARD_PADDING;
}

// Gives a node its box, as large as the visitor's text is: edges that met meet again.
static void place(const layout *l, rt_node *node) {
  const box *place = &l->boxes[node->role], *premium = &l->boxes[RT_ROLE_PREMIUM];
  int32_t x = place->x, width = place->width;
  if (node->role == RT_ROLE_CARD) x = node->card % l->columns * (width + GAP);
  if (node->role == RT_ROLE_BRAND && node[-1].role == RT_ROLE_PREMIUM && premium->y == place->y) {
    width -= premium->width + BADGE_PADDING;
  }
  node->x = enlarged(l, x);
  node->y = enlarged(l, place->y);
  node->width = enlarged(l, x + width) - node->x;
  node->height = enlarged(l, place->y + place->height) - node->y;
  node->lines = larger(place->lines, 1);
  node->font_px = enlarged(l, node->role == RT_ROLE_PICTURE ? place->height * 2 / 5 : font_of(l, (rt_role)node->role));
}

// Every card, from its parent's corner. Those of a row are as high as the one with the most words needs. The nodes above
// and below the cards go with the first row and the last: place_all puts them where they belong.
static void choose_grid(layout *l) {
  box *card = &l->boxes[RT_ROLE_CARD];
  card->y = 0;
  rt_node *const last = l->end;
  for (int32_t next_card = l->columns; l->first < last; next_card += l->columns) {
    for (l->end = l->first; l->end < last && l->end->card < next_card;) l->end++;
    choose_card(l);
    for (; l->first < l->end; l->first++) place(l, l->first);
    card->y += card->height + GAP;
  }
  l->first = l->view->nodes;
  l->boxes[RT_ROLE_GRID].width = l->columns * (card->width + GAP) - GAP;
  l->boxes[RT_ROLE_GRID].height = card->y - GAP;
}

// The support link, as wide as its words; returns where it ends, 0 where there is none.
static int32_t put_support(layout *l, int32_t x, int32_t y, int32_t width) {
  const int32_t below = put_words(l, RT_ROLE_SUPPORT, x, y, width);
  box *support = &l->boxes[RT_ROLE_SUPPORT];
  support->width = clamped(support->words_width + 2, CLOSE_SIZE, width);
  return support->words_width > 0 ? below : 0;
}

// From the top of the panel down. Where cards are few the heading, not they, gives the height.
static void choose_panel(layout *l) {
  box *panel = &l->boxes[RT_ROLE_PANEL];
  box *grid = &l->boxes[RT_ROLE_GRID];
  const int32_t width = grid->width;
  panel->width = l->is_full ? l->viewport.width_px : width + 2 * l->padding;
  const int32_t x = (panel->width - width) / 2;
  const int32_t close_x = panel->width - CLOSE_INSET - CLOSE_SIZE;
  l->boxes[RT_ROLE_CLOSE] = (box){close_x, CLOSE_INSET, CLOSE_SIZE, CLOSE_SIZE, 1, 0};
  int32_t y = put_words(l, RT_ROLE_TITLE, x, l->padding + 2, smaller(width, close_x - x));
  y = put_words(l, RT_ROLE_INTRO, x, y + 6, smaller(width, INTRO_MAX_WIDTH));
  grid->x = x;
  grid->y = put_words(l, RT_ROLE_SPONSORED, x, y + 16, width) + 8;
  y = grid->y + grid->height;
  const int32_t below = put_support(l, x, y + 8, width);
  panel->height = below > 0 ? below + 8 : y + l->padding;

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
    if (node->card < 0) place(l, node);
    if (node->parent < 0) continue;
    const rt_node *parent = &nodes[node->parent];
    if (l->view->look.is_right_to_left) node->x = parent->width - node->x - node->width;
    node->x += parent->x;
    node->y += parent->y;
  }
}

// Makes the viewport as large as it is at the usual size of text.
static void choose_viewport(layout *l, rt_size viewport) {
  const int32_t width = clamped(viewport.width_px, RT_MIN_VIEWPORT_PX, RT_MAX_VIEWPORT_PX);
  const int32_t height = clamped(viewport.height_px, RT_MIN_VIEWPORT_PX, RT_MAX_VIEWPORT_PX);
  const int32_t most = width * RT_USUAL_FONT_PX / RT_MIN_VIEWPORT_PX;
  l->font_px = clamped(l->metrics->font_px, RT_USUAL_FONT_PX, most);
  l->viewport = (rt_size){width * RT_USUAL_FONT_PX / l->font_px, height * RT_USUAL_FONT_PX / l->font_px};
}

// Whether the cards are higher than the screen with no more than a line in each text: most that do not fit are found out
// without a word being measured.
static bool is_too_high(layout *l) {
  rt_node *const end = l->end;
  l->end = l->first;
  choose_card(l);
  l->end = end;
  return l->rows * l->boxes[RT_ROLE_CARD].height > l->viewport.height_px;
}

void rt_layout_overlay(rt_view *view, rt_size viewport, const rt_text_metrics *metrics) {
  layout l = {
      .view = view, .metrics = metrics, .first = view->nodes, .end = view->nodes + view->count, .is_stacked = true};
  choose_viewport(&l, viewport);
  l.is_full = l.viewport.width_px < NARROW || l.viewport.height_px < SHORT;
  l.margin = l.is_full ? 0 : MARGIN;
  l.padding = l.is_full ? PADDING_ON_PHONES : PADDING;
  for (l.is_stacked = true;; l.is_stacked = false) {  // the pictures may make it higher than the screen
    choose_columns(&l);
    if (l.is_stacked && is_too_high(&l)) continue;
    choose_grid(&l);
    choose_panel(&l);
    if (!l.is_stacked || l.boxes[RT_ROLE_OVERLAY].height <= l.viewport.height_px) break;
  }
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
  const int32_t below = put_support(l, x, end + 8, width);
  l->boxes[RT_ROLE_PANEL] = (box){0, 0, l->viewport.width_px, larger(below, end), 1, 0};
}

void rt_layout_section(rt_view *view, int32_t width_px, const rt_text_metrics *metrics) {
  layout l = {.view = view, .metrics = metrics, .first = view->nodes, .end = view->nodes + view->count, .padding = 1};
  choose_viewport(&l, (rt_size){width_px, RT_MIN_VIEWPORT_PX});
  l.is_stacked = l.viewport.width_px >= NARROW;
  choose_columns(&l);
  choose_grid(&l);
  choose_section(&l);
  place_all(&l);
}
