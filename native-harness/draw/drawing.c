// drawing.c: what each role looks like, as web/effects/surface.css and overlay.css say it for the page, and the document around it.
// SPDX-License-Identifier: MIT
#include "draw/drawing.h"

#include "draw/font.h"
#include "draw/svg.h"

// ---------------------------------------------------------------- looks

typedef enum {
#define RT_COLOUR(upper, lower, light, dark) upper,
#include "surface/palette.def"
  ACCENT,  // the look's own
  ON_ACCENT,
  NOTHING
} colour;

static const uint32_t palette[][2] = {
#define RT_COLOUR(upper, lower, light, dark) {light, dark},
#include "surface/palette.def"
};

enum { LEFT = 0, CENTRED = 1, BALANCED = 2, UNDERLINED = 4 };  // how words stand; LEFT is right from right to left

typedef struct {
  uint8_t ground, ink;  // of type colour
  uint8_t radius_px;
  bool is_outlined;
  uint16_t weight;  // 0: it shows no words
  uint8_t words;    // of the enum above
} look;

static const look looks[RT_ROLE_COUNT] = {
    [RT_ROLE_OVERLAY] = {NOTHING, NOTHING, 0, false, 0, 0},
    [RT_ROLE_PANEL] = {SHEET, NOTHING, 24, true, 0, 0},
    [RT_ROLE_CLOSE] = {CARD, INK, 22, false, 0, 0},
    [RT_ROLE_TITLE] = {NOTHING, INK, 0, false, RT_WEIGHT_BOLD, BALANCED},
    [RT_ROLE_INTRO] = {NOTHING, MUTED, 0, false, RT_WEIGHT_NORMAL, LEFT},
    [RT_ROLE_SPONSORED] = {NOTHING, MUTED, 0, false, RT_WEIGHT_NORMAL, LEFT},
    [RT_ROLE_GRID] = {NOTHING, NOTHING, 0, false, 0, 0},
    [RT_ROLE_CARD] = {CARD, NOTHING, 16, true, 0, 0},
    [RT_ROLE_PICTURE] = {PLACEHOLDER_1, PLACEHOLDER_INK, 8, false, RT_WEIGHT_BOLD, CENTRED},
    [RT_ROLE_PREMIUM] = {BADGE, BADGE_INK, 9, false, RT_WEIGHT_BOLD, CENTRED},
    [RT_ROLE_BRAND] = {NOTHING, MUTED, 0, false, RT_WEIGHT_BOLD, LEFT},
    [RT_ROLE_HEADLINE] = {NOTHING, INK, 0, false, RT_WEIGHT_BOLD, BALANCED},
    [RT_ROLE_CTA] = {ACCENT, ON_ACCENT, 9, false, RT_WEIGHT_BOLD, CENTRED},
    [RT_ROLE_SUPPORT] = {NOTHING, INK, 0, false, RT_WEIGHT_NORMAL, UNDERLINED},
};

static const char *const role_names[RT_ROLE_COUNT] = {
#define RT_ROLE(upper, lower) #lower,
#include "surface/roles.def"
#undef RT_ROLE
};

// ---------------------------------------------------------------- the pen

typedef struct {
  FILE *svg;
  const rt_drawing *drawing;
  const rt_view *view;
  rt_text_metrics normal, bold;
} pen;

static uint32_t rgb_of(const pen *p, colour which) {
  if (which == ACCENT) return (uint32_t)p->view->look.accent;
  if (which == ON_ACCENT) return (uint32_t)p->view->look.on_accent;
  return palette[which][p->view->look.theme == RT_THEME_DARK];
}

// Cards without a picture take turns.
static colour ground_of(const rt_node *node) {
  if (node->role != RT_ROLE_PICTURE) return looks[node->role].ground;
  if (node->card % 3 == 2) return PLACEHOLDER_3;
  return node->card % 2 == 1 ? PLACEHOLDER_2 : PLACEHOLDER_1;
}

static void open_element(const pen *p, const char *name, const rt_node *node) {
  fprintf(p->svg, "<%s class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"", name, role_names[node->role],
          node->x, node->y, node->width, node->height);
}

static void draw_rectangle(const pen *p, const rt_node *node, int32_t around_px, uint32_t rgb) {
  // A panel as wide as the screen is a sheet on its lower edge, and round above only.
  const bool is_sheet = node->role == RT_ROLE_PANEL && node->width == p->view->nodes[0].width;
  const int32_t radius = looks[node->role].radius_px;
  rt_node grown = *node;
  grown.x -= around_px;
  grown.y -= around_px;
  grown.width += 2 * around_px;
  grown.height += 2 * around_px + (is_sheet ? radius : 0);
  open_element(p, "rect", &grown);
  fprintf(p->svg, " rx=\"%d\"", radius + around_px);
  rt_svg_colour(p->svg, "fill", rgb);
  fputs("/>\n", p->svg);
}

// The edge lies around the box: it is what a larger one below leaves to be seen.
static void draw_box(const pen *p, const rt_node *node) {
  if (looks[node->role].is_outlined) draw_rectangle(p, node, 1, rgb_of(p, LINE));
  draw_rectangle(p, node, 0, rgb_of(p, ground_of(node)));
}

// Over the placeholder, as in the page: a picture that its viewer cannot read gives way to it.
static void draw_picture(const pen *p, const rt_node *node) {
  const rt_picture *picture = &p->drawing->pictures[node->card];
  if (picture->type == NULL) return;
  fprintf(p->svg,
          "<clipPath id=\"picture-%d\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\"/></clipPath>\n",
          node->card, node->x, node->y, node->width, node->height, looks[node->role].radius_px);
  open_element(p, "image", node);
  fprintf(p->svg, " preserveAspectRatio=\"xMidYMid slice\" clip-path=\"url(#picture-%d)\" href=\"", node->card);
  rt_svg_data_url(p->svg, picture->type, picture->content);
  fputs("\"/>\n", p->svg);
}

// Two strokes of 16 px, crossed.
static void draw_cross(const pen *p, const rt_node *node) {
  const int32_t x = node->x + node->width / 2, y = node->y + node->height / 2;
  fprintf(p->svg, "<path class=\"close\" d=\"M%d.34 %d.34l11.32 11.32m0 -11.32l-11.32 11.32\" stroke-width=\"2\"",
          x - 6, y - 6);
  rt_svg_colour(p->svg, "stroke", rgb_of(p, INK));
  fputs("/>\n", p->svg);
}

// ---------------------------------------------------------------- words

static rt_bytes without_last_character(rt_bytes text) {
  do text.length--;
  while (text.length > 0 && ((unsigned char)text.data[text.length] & 0xC0) == 0x80);
  return text;
}

// As much of `line` as leaves room for an ellipsis.
static rt_bytes cut_for_ellipsis(const rt_text_metrics *metrics, const rt_node *node, rt_bytes line) {
  const int32_t room = node->width - rt_text_measure(metrics, node->font_px, RT_BYTES("…"), node->width).width_px;
  while (line.length > 0 && rt_text_measure(metrics, node->font_px, line, node->width).width_px > room) {
    line = without_last_character(line);
  }
  return line;
}

// Lines are counted with 1 % less than there is, because fonts differ. Here the font is known.
static int32_t whole_width(const rt_node *node) { return (node->width * 100 + 98) / 99; }

// The narrowest width in which the words take no more lines than in the whole: `text-wrap: balance`.
static int32_t balanced_width(const rt_text_metrics *metrics, const rt_node *node) {
  int32_t narrow = 0, wide = whole_width(node);
  const int32_t lines = rt_text_measure(metrics, node->font_px, node->text, wide).lines;
  while (lines <= node->lines && wide - narrow > 1) {
    const int32_t middle = narrow + (wide - narrow) / 2;
    if (rt_text_measure(metrics, node->font_px, node->text, middle).lines <= lines) {
      wide = middle;
    } else {
      narrow = middle;
    }
  }
  return wide;
}

// Takes the first character off well-formed UTF-8.
static uint32_t take_character(rt_bytes *text) {
  const unsigned char first = (unsigned char)text->data[0];
  const size_t length = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  uint32_t character = length == 1 ? first : first & (0x7FU >> length);
  for (size_t i = 1; i < length && i < text->length; i++) {
    character = character << 6 | ((unsigned char)text->data[i] & 0x3FU);
  }
  *text = rt_bytes_skip(*text, length < text->length ? length : text->length);
  return character;
}

// The order that words have by themselves, whatever the overlay's: that of their first letter (UAX 9, rules P2 and P3, by
// blocks), as `unicode-bidi: plaintext` has it.
static bool is_right_to_left(rt_bytes text) {
  while (!rt_bytes_is_empty(text)) {
    const uint32_t c = take_character(&text);
    if ((c >= 0x590 && c < 0x900) || (c >= 0xFB1D && c < 0xFE00) || (c >= 0xFE70 && c < 0xFF00)) return true;
    const bool is_ascii_letter = (c | 32) >= 'a' && (c | 32) <= 'z';
    const bool is_symbol = (c >= 0x2000 && c < 0x2C00) || (c >= 0x3000 && c < 0x3005) || c >= 0x1F000;
    if (is_ascii_letter || (c >= 0xC0 && !is_symbol)) return false;
  }
  return false;
}

static void draw_words(const pen *p, const rt_node *node) {
  const look *style = &looks[node->role];
  const rt_text_metrics *metrics = style->weight == RT_WEIGHT_BOLD ? &p->bold : &p->normal;
  open_element(p, "svg", node);
  fprintf(p->svg, " font-size=\"%d\" font-weight=\"%d\"", node->font_px, style->weight);
  rt_svg_colour(p->svg, "fill", rgb_of(p, style->ink));
  const bool is_turned = is_right_to_left(node->text) != (p->view->look.is_right_to_left != 0);
  if (is_turned) fprintf(p->svg, " direction=\"%s\"", p->view->look.is_right_to_left ? "ltr" : "rtl");
  if (style->words & CENTRED) {
    fputs(" text-anchor=\"middle\"", p->svg);
  } else if (is_turned) {
    fputs(" text-anchor=\"end\"", p->svg);  // aligned with the rest nonetheless
  }
  fputs(">\n", p->svg);
  const int32_t leading = node->height / node->lines;
  const int32_t start = p->view->look.is_right_to_left ? node->width : 0;
  const int32_t x = style->words & CENTRED ? node->width / 2 : start;
  const int32_t width = style->words & BALANCED ? balanced_width(metrics, node) : whole_width(node);
  rt_bytes rest = node->text;
  for (int32_t i = 0; i < node->lines && !rt_bytes_is_empty(rest); i++) {
    rt_bytes line = rt_text_take_line(metrics, node->font_px, width, &rest);
    const bool is_cut = i == node->lines - 1 && !rt_bytes_is_empty(rest);
    if (is_cut) line = cut_for_ellipsis(metrics, node, line);
    fprintf(p->svg, "  <text x=\"%d\" y=\"%d\"%s>", x, i * leading + rt_font_baseline(node->font_px, leading),
            style->words & UNDERLINED ? " text-decoration=\"underline\"" : "");
    rt_svg_text(p->svg, line);
    fputs(is_cut ? "…</text>\n" : "</text>\n", p->svg);
  }
  fputs("</svg>\n", p->svg);
}

// ---------------------------------------------------------------- the document

static void draw_node(const pen *p, const rt_node *node) {
  if (looks[node->role].ground != NOTHING) draw_box(p, node);
  if (node->role == RT_ROLE_CLOSE) draw_cross(p, node);
  if (looks[node->role].weight != 0 && !rt_bytes_is_empty(node->text)) draw_words(p, node);
  if (node->role == RT_ROLE_PICTURE) draw_picture(p, node);
}

// A column of text in the middle of some page: between the margins, from one y to another.
typedef struct {
  int32_t margin, from, to;
  bool has_heading;
} page_text;

// As many lines as fit, in the theme's own colours.
static void draw_page_text(const pen *p, page_text text) {
  static const int32_t lengths_percent[] = {100, 93, 97, 55, 0};  // of a paragraph and the gap behind it
  const int32_t width = p->drawing->viewport.width_px - 2 * text.margin;
  int32_t height = text.has_heading ? 24 : 10;
  int32_t y = text.from;
  for (size_t i = text.has_heading ? 3 : 0; y + height <= text.to; i++, y += height + 14, height = 10) {
    const int32_t length = width * lengths_percent[i % 5] / 100;
    const int32_t indent = p->view->look.is_right_to_left ? width - length : 0;
    if (length == 0) continue;
    fprintf(p->svg, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"3\"", text.margin + indent, y, length,
            height);
    rt_svg_colour(p->svg, "fill", rgb_of(p, LINE));
    fputs("/>\n", p->svg);
  }
}

static void open_page(const pen *p) {
  fprintf(p->svg, "<g class=\"page\">\n<rect width=\"%d\" height=\"%d\"", p->drawing->viewport.width_px,
          p->drawing->viewport.height_px);
  rt_svg_colour(p->svg, "fill", rgb_of(p, SHEET));
  fputs("/>\n", p->svg);
}

static void open_document(const pen *p) {
  const rt_size size = p->drawing->viewport;
  fprintf(p->svg,
          "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" direction=\"%s\" "
          "font-family=\"" RT_FONT_FAMILY "\"",
          size.width_px, size.height_px, size.width_px, size.height_px, p->view->look.is_right_to_left ? "rtl" : "ltr");
  if (!rt_bytes_is_empty(p->view->nodes[0].text)) {
    fputs(" xml:lang=\"", p->svg);
    rt_svg_text(p->svg, p->view->nodes[0].text);
    fputs("\"", p->svg);
  }
  fputs(">\n<title>", p->svg);
  rt_svg_text(p->svg, p->drawing->content.texts.title);
  fputs("</title>\n", p->svg);
}

static void draw_overlay(pen *p, rt_view *view) {
  const rt_size size = p->drawing->viewport;
  const rt_viewport viewport = {size.width_px, size.height_px, rt_font_widths(RT_WEIGHT_BOLD)};
  rt_offers_view_build(&p->drawing->content, &viewport, view);
  open_document(p);
  open_page(p);
  draw_page_text(p, (page_text){size.width_px / 12, 32, 32 + size.height_px, true});  // the window ends in it
  fprintf(p->svg, "</g>\n<rect class=\"backdrop\" width=\"%d\" height=\"%d\"", size.width_px, size.height_px);
#define RT_BACKDROP(rgb, alpha)       \
  rt_svg_colour(p->svg, "fill", rgb); \
  fprintf(p->svg, " fill-opacity=\"0.%03d\"/>\n", (alpha)*1000 / 255);
#include "surface/palette.def"
  for (size_t i = 0; i < view->count; i++) draw_node(p, &view->nodes[i]);
}

// Between two parts of a page's text, as wide as that.
static void draw_section(pen *p, rt_view *view) {
  enum { ABOVE = 156, BETWEEN = 24 };
  const rt_size size = p->drawing->viewport;
  const int32_t most = (size.width_px - RT_MIN_VIEWPORT_PX) / 2;  // that a container can be laid out in
  const int32_t margin = most < RT_DRAWN_PAGE_MARGIN_PX ? most : RT_DRAWN_PAGE_MARGIN_PX;
  const rt_container container = {
      .width_px = size.width_px - 2 * margin, .most_cards = RT_MAX_OFFERS, .metrics = rt_font_widths(RT_WEIGHT_BOLD)};
  rt_offers_section_build(&p->drawing->content, &container, view);
  open_document(p);
  open_page(p);
  draw_page_text(p, (page_text){margin, 24, ABOVE - BETWEEN, true});
  draw_page_text(p, (page_text){margin, ABOVE + view->nodes[0].height + BETWEEN, size.height_px, false});
  fprintf(p->svg, "</g>\n<g class=\"section\" transform=\"translate(%d %d)\">\n", margin, ABOVE);
  for (size_t i = 1; i < view->count; i++) draw_node(p, &view->nodes[i]);
  fputs("</g>\n", p->svg);
}

void rt_draw_surface(const rt_drawing *drawing, FILE *svg) {
  rt_view view;
  pen p = {svg, drawing, &view, rt_text_metrics_read(rt_font_widths(RT_WEIGHT_NORMAL)),
           rt_text_metrics_read(rt_font_widths(RT_WEIGHT_BOLD))};
  if (drawing->is_section) {
    draw_section(&p, &view);
  } else {
    draw_overlay(&p, &view);
  }
  fputs("</svg>\n", svg);
}
