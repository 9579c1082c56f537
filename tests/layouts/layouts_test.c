// layouts_test.c: every page of tests/layouts: a view and a viewport go in, a drawing and boxes come out.
// The font is square (every character half as wide as high), so the pages do not depend on any machine's fonts.
//
// A fence marked `view` holds lines of: viewport WIDTHxHEIGHT for an overlay or container WIDTH for a section, cards COUNT,
// text PX for a visitor who reads in another size than the usual, and options as support/sample_offers.h takes them. In the
// drawing a character is 8 to 32 px wide and twice as high: the scale stands above it.
// SPDX-License-Identifier: MIT
#include <string.h>

#include "pages.h"
#include "sample_offers.h"
#include "surface/text_metrics.h"
#include "unit.h"

enum { MAX_COLUMNS = 120, MAX_LINES = 400, CELL_WIDTH_PX = 8 };

// ---------------------------------------------------------------- reading

typedef struct {
  rt_sample sample;
  rt_viewport viewport;
  rt_container container;  // no width: an overlay
  char metrics[RT_ASCII_WIDTHS * 4 + 8];
} request;

static int32_t number_in(rt_bytes text) {
  uint64_t number = 0;
  return rt_bytes_to_u64(text, &number) && number <= RT_MAX_BODY_LENGTH ? (int32_t)number : 0;
}

// The square font, and a visitor who reads in another size than the usual.
static void set_text_size(request *wanted, rt_bytes px) {
  rt_writer out = rt_writer_over(wanted->metrics, sizeof wanted->metrics);
  for (int i = 0; i < RT_ASCII_WIDTHS; i++) rt_write_text(&out, "500 ");
  rt_write_bytes(&out, px);
  wanted->viewport.metrics = rt_written(&out);
}

static bool read_line(request *wanted, rt_bytes line) {
  const size_t space = rt_bytes_find(line, ' ');
  const rt_bytes word = rt_bytes_take(line, space);
  const rt_bytes value = rt_bytes_skip(line, space < line.length ? space + 1 : space);
  if (rt_bytes_equal(word, RT_BYTES("viewport"))) {
    const size_t cross = rt_bytes_find(value, 'x');
    if (cross == value.length) return false;
    wanted->viewport.width_px = number_in(rt_bytes_take(value, cross));
    wanted->viewport.height_px = number_in(rt_bytes_skip(value, cross + 1));
    return true;
  }
  if (rt_bytes_equal(word, RT_BYTES("container"))) {
    wanted->container.width_px = number_in(value);
    return wanted->container.width_px > 0;
  }
  if (rt_bytes_equal(word, RT_BYTES("text"))) {
    set_text_size(wanted, value);
    return true;
  }
  if (rt_bytes_equal(word, RT_BYTES("cards"))) {
    wanted->sample.content.offer_count = (size_t)number_in(value);
    return wanted->sample.content.offer_count >= 1 && wanted->sample.content.offer_count <= RT_MAX_OFFERS;
  }
  return rt_sample_apply(&wanted->sample, line);
}

// ---------------------------------------------------------------- drawing

typedef struct {
  int32_t cell_width, cell_height, columns, lines;
  char cells[MAX_LINES][MAX_COLUMNS];
} canvas;

static int32_t column_of(const canvas *c, int32_t x) { return x / c->cell_width; }
static int32_t line_of(const canvas *c, int32_t y) { return y / c->cell_height; }

static void put(canvas *c, int32_t column, int32_t line, char ink) {
  if (column >= 0 && column < c->columns && line >= 0 && line < c->lines) c->cells[line][column] = ink;
}

// The outline, between the cells in which the first and the last pixel lie.
static void draw_box(canvas *c, const rt_node *node) {
  const int32_t left = column_of(c, node->x), right = column_of(c, node->x + node->width - 1);
  const int32_t top = line_of(c, node->y), bottom = line_of(c, node->y + node->height - 1);
  for (int32_t column = left; column <= right; column++) {
    put(c, column, top, '-');
    put(c, column, bottom, '-');
  }
  for (int32_t line = top; line <= bottom; line++) {
    put(c, left, line, line == top || line == bottom ? '+' : '|');
    put(c, right, line, line == top || line == bottom ? '+' : '|');
  }
}

static void fill_box(canvas *c, const rt_node *node, char ink) {
  for (int32_t line = line_of(c, node->y); line <= line_of(c, node->y + node->height - 1); line++) {
    for (int32_t column = column_of(c, node->x); column <= column_of(c, node->x + node->width - 1); column++) {
      put(c, column, line, ink);
    }
  }
}

// The words from the box's upper left corner, as many as fit; what is not ASCII shows as '*'.
static void draw_words(canvas *c, const rt_node *node) {
  const int32_t left = column_of(c, node->x), width = node->width / c->cell_width;
  int32_t column = 0, line = line_of(c, node->y + node->height / node->lines / 2);
  const int32_t last = line + node->lines - 1;
  for (size_t i = 0; i < node->text.length && line <= last; i++) {
    const unsigned char byte = (unsigned char)node->text.data[i];
    if ((byte & 0xC0) == 0x80) continue;  // the rest of a character that is already there
    put(c, left + column, line, byte < 0x80 ? (char)byte : '*');
    if (++column < width) continue;
    column = 0;
    line++;
  }
}

static void draw_node(canvas *c, const rt_node *node) {
  switch ((rt_role)node->role) {
    case RT_ROLE_PANEL:
    case RT_ROLE_CARD:
      draw_box(c, node);
      break;
    case RT_ROLE_CLOSE:
      fill_box(c, node, 'x');
      break;
    case RT_ROLE_PICTURE:
      fill_box(c, node, ':');
      break;
    case RT_ROLE_CTA:
      fill_box(c, node, '=');
      draw_words(c, node);
      break;
    case RT_ROLE_TITLE:
    case RT_ROLE_INTRO:
    case RT_ROLE_SPONSORED:
    case RT_ROLE_PREMIUM:
    case RT_ROLE_BRAND:
    case RT_ROLE_HEADLINE:
    case RT_ROLE_SUPPORT:
      draw_words(c, node);
      break;
    case RT_ROLE_OVERLAY:
    case RT_ROLE_GRID:
    case RT_ROLE_COUNT:
      break;
  }
}

static void draw(const rt_view *view, rt_writer *out) {
  static canvas c;
  const rt_node *overlay = &view->nodes[0];
  c.cell_width = CELL_WIDTH_PX;
  while ((overlay->width + c.cell_width - 1) / c.cell_width > MAX_COLUMNS) c.cell_width += CELL_WIDTH_PX;
  c.cell_height = 2 * c.cell_width;
  c.columns = (overlay->width + c.cell_width - 1) / c.cell_width;
  c.lines = (overlay->height + c.cell_height - 1) / c.cell_height;
  assert_true(c.lines <= MAX_LINES);
  memset(c.cells, '.', sizeof c.cells);
  for (size_t i = 0; i < view->count; i++) {
    if (view->nodes[i].role == RT_ROLE_PANEL || view->nodes[i].role == RT_ROLE_CARD) fill_box(&c, &view->nodes[i], ' ');
    draw_node(&c, &view->nodes[i]);
  }
  rt_write_text(out, "a character is ");
  rt_write_i64(out, c.cell_width);
  rt_write_text(out, "x");
  rt_write_i64(out, c.cell_height);
  rt_write_text(out, " px\n\n");
  for (int32_t line = 0; line < c.lines; line++) {
    size_t end = (size_t)c.columns;
    while (end > 0 && c.cells[line][end - 1] == ' ') end--;
    rt_write_bytes(out, (rt_bytes){c.cells[line], end});
    rt_write_char(out, '\n');
  }
}

// ---------------------------------------------------------------- boxes

static const char *const role_names[] = {
#define RT_ROLE(upper, lower) #lower,
#include "surface/roles.def"
#undef RT_ROLE
};

static void print_boxes(const rt_view *view, rt_writer *out) {
  for (size_t i = 0; i < view->count; i++) {
    const rt_node *node = &view->nodes[i];
    for (int32_t above = node->parent; above >= 0; above = view->nodes[above].parent) rt_write_text(out, "  ");
    rt_write_text(out, role_names[node->role]);
    const int32_t numbers[] = {node->x, node->y, node->width, node->height};
    const char *const separators[] = {" ", ",", " ", "x"};
    for (size_t j = 0; j < 4; j++) {
      rt_write_text(out, separators[j]);
      rt_write_i64(out, numbers[j]);
    }
    if (node->lines > 1) {
      rt_write_text(out, " lines ");
      rt_write_i64(out, node->lines);
    }
    rt_write_char(out, '\n');
  }
}

static bool lay_out(rt_bytes input, rt_writer *output) {
  static request wanted;
  static rt_view view;
  rt_sample_open(&wanted.sample, 1);
  wanted.viewport = (rt_viewport){.metrics = RT_SQUARE_METRICS};
  wanted.container = (rt_container){.most_cards = RT_DEFAULT_SECTION_CARDS, .metrics = RT_SQUARE_METRICS};
  while (!rt_bytes_is_empty(input)) {
    const size_t end = rt_bytes_find(input, '\n');
    const rt_bytes line = rt_bytes_take(input, end);
    input = rt_bytes_skip(input, end < input.length ? end + 1 : end);
    if (read_line(&wanted, line)) continue;
    rt_write_text(output, "cannot read: ");
    rt_write_bytes(output, line);
    return false;
  }
  if (wanted.container.width_px > 0) {
    rt_offers_section_build(&wanted.sample.content, &wanted.container, &view);
  } else {
    rt_offers_view_build(&wanted.sample.content, &wanted.viewport, &view);
  }
  draw(&view, output);
  rt_write_char(output, '\n');
  print_boxes(&view, output);
  return true;
}

int main(void) { return run_pages("layouts", (page_marks){.input = "view", .output = "layout"}, lay_out); }
