// render.c: retarget render.
// SPDX-License-Identifier: MIT
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/render_offers.h"
#include "draw/picture.h"
#include "draw/png.h"
#include "server/languages.h"

static const char help[] =
    "retarget render: draws the overlay, or a section, as a visitor sees it, without a browser\n"
    "\n"
    "  retarget render --offers FILE --viewport 390x844 > overlay.svg\n"
    "\n"
    "  --offers FILE       offers as `retarget offer add` takes them, or an answer of GET /v1/offers; \"-\" is "
    "standard "
    "input\n"
    "  --viewport WxH      the browser's window in CSS pixels, each side from 200 to 8192\n"
    "  --lang TAG          whose words, as data-lang says it: de, pt-BR, … (default en, or as the answer has them)\n"
    "  --dir ltr|rtl       from left to right or from right to left (default as the language is written)\n"
    "  --theme light|dark  (default light)\n"
    "  --accent #rrggbb    background of the calls to action, as data-accent says it\n"
    "  --section           the offers inside a page instead of over it, as wide as the window but for a margin of 16\n"
    "  --max-ads N         as many cards at most, 1 to 12 (default 12; of a section 4)\n"
    "  --support           with the link that a site's support contact gets\n"
    "  --images DIR        pictures by the last part of their address: https://…/bank.png is DIR/bank.png; what is "
    "not\n"
    "                      there has the initial of its brand, as in the page while it loads\n"
    "  -o FILE             writes to FILE.svg or FILE.png instead of standard output; PNG takes librsvg2-bin\n"
    "\n"
    "Boxes, lines and order are the embed's own; paused offers are left out. A list has no scores, so its order "
    "stands\n"
    "but for premium offers, which come first, and equal brands, which are kept apart. Widths of letters are those of\n"
    "Noto Sans (fonts-noto-core); another font on the machine that shows the SVG changes words, not boxes.\n";

enum { OFFERS, VIEWPORT, LANGUAGE, DIRECTION, THEME, ACCENT, SECTION, MAX_ADS, SUPPORT, IMAGES, OUTPUT };

static const rt_option options[] = {
    [OFFERS] = {"--offers", true},    [VIEWPORT] = {"--viewport", true}, [LANGUAGE] = {"--lang", true},
    [DIRECTION] = {"--dir", true},    [THEME] = {"--theme", true},       [ACCENT] = {"--accent", true},
    [SECTION] = {"--section", false}, [MAX_ADS] = {"--max-ads", true},   [SUPPORT] = {"--support", false},
    [IMAGES] = {"--images", true},    [OUTPUT] = {"-o", true},           {NULL, false},
};

enum { LARGEST_VIEWPORT_PX = 8192 };  // twice 4K; a PNG of it has 256 MiB of pixels

typedef struct {
  const char *offers, *language, *images, *output;
  const char *direction;  // NULL: the language's
  size_t most;            // 0: not said
  bool has_support, is_png;
  rt_drawing drawing;
} job;

static bool read_side(rt_bytes text, int32_t *side_px) {
  uint64_t number;
  if (!rt_bytes_to_u64(text, &number) || number < RT_MIN_VIEWPORT_PX || number > LARGEST_VIEWPORT_PX) return false;
  *side_px = (int32_t)number;
  return true;
}

static bool read_viewport(const char *value, rt_size *size) {
  const rt_bytes text = rt_bytes_of(value);
  const size_t cross = rt_bytes_find(text, 'x');
  return cross < text.length && read_side(rt_bytes_take(text, cross), &size->width_px) &&
         read_side(rt_bytes_skip(text, cross + 1), &size->height_px);
}

// `#rgb` or `#rrggbb`.
static bool read_accent(const char *value, rt_offers_content *content) {
  const size_t length = strlen(value);
  if (value[0] != '#' || (length != 4 && length != 7) || strspn(value + 1, "0123456789abcdefABCDEF") != length - 1) {
    return false;
  }
  const uint32_t number = (uint32_t)strtoul(value + 1, NULL, 16);
  content->has_accent = true;
  content->accent =
      length == 7 ? number : (number >> 8) * 0x110000 + (number >> 4 & 15) * 0x1100 + (number & 15) * 0x11;
  return true;
}

static bool read_theme(const char *value, rt_theme *theme) {
  *theme = strcmp(value, "dark") == 0 ? RT_THEME_DARK : RT_THEME_LIGHT;
  return *theme == RT_THEME_DARK || strcmp(value, "light") == 0;
}

static bool read_most(const char *value, size_t *most) {
  uint64_t number;
  if (!rt_bytes_to_u64(rt_bytes_of(value), &number) || number < 1 || number > RT_MAX_OFFERS) return false;
  *most = (size_t)number;
  return true;
}

static bool is_file_kind(const char *path, const char *end) {
  return rt_bytes_end_with(rt_bytes_of(path), rt_bytes_of(end)) && strlen(path) > strlen(end);
}

// False: it has said what is wrong.
static bool take_option(job *work, int found, const char *value) {
  rt_offers_content *content = &work->drawing.content;
  switch (found) {
    case OFFERS:
      work->offers = value;
      return true;
    case VIEWPORT:
      if (read_viewport(value, &work->drawing.viewport)) return true;
      rt_fail(0, "--viewport is WIDTHxHEIGHT in CSS pixels, each from %d to %d, like 390x844; \"%.40s\" is not.",
              RT_MIN_VIEWPORT_PX, LARGEST_VIEWPORT_PX, value);
      return false;
    case LANGUAGE:
      work->language = value;
      return true;
    case DIRECTION:
      work->direction = value;
      if (strcmp(value, "ltr") == 0 || strcmp(value, "rtl") == 0) return true;
      rt_fail(0, "--dir is ltr or rtl, not \"%.40s\".", value);
      return false;
    case THEME:
      if (read_theme(value, &content->theme)) return true;
      rt_fail(0, "--theme is light or dark, not \"%.40s\".", value);
      return false;
    case ACCENT:
      if (read_accent(value, content)) return true;
      rt_fail(0, "--accent is #rgb or #rrggbb, not \"%.40s\".", value);
      return false;
    case SECTION:
      work->drawing.is_section = true;
      return true;
    case MAX_ADS:
      if (read_most(value, &work->most)) return true;
      rt_fail(0, "--max-ads is a number from 1 to %d, not \"%.40s\".", RT_MAX_OFFERS, value);
      return false;
    case SUPPORT:
      work->has_support = true;
      return true;
    case IMAGES:
      work->images = value;
      return true;
    case OUTPUT:
      work->output = value;
      work->is_png = is_file_kind(value, ".png");
      if (work->is_png || is_file_kind(value, ".svg")) return true;
      rt_fail(0, "-o is a file that ends in .svg or .png; \"%.200s\" does not.", value);
      return false;
    default:
      rt_fail(0, "\"%.40s\" is one argument too many; the file comes after --offers.", value);
      return false;
  }
}

// What a tag says first: en of en-GB and of en_GB.
static rt_bytes primary_subtag(rt_bytes tag) {
  const rt_bytes start = rt_bytes_take(tag, rt_bytes_find(tag, '-'));
  return rt_bytes_take(start, rt_bytes_find(start, '_'));
}

// What stands in the file gives way to what was asked for.
static void apply_language(const job *work, rt_offers_content *content) {
  if (work->language != NULL) {
    const rt_bytes tag = rt_bytes_of(work->language);
    const rt_language *language = rt_language_lookup(tag), *english = rt_language_at(0);
    content->texts = *language->texts;
    content->is_right_to_left = strcmp(language->direction, "rtl") == 0;
    if (language == english && !rt_bytes_equal_ignoring_case(primary_subtag(tag), english->texts->language)) {
      rt_fail(0, "There are no words in \"%.40s\"; it is drawn in English, which is what the API answers.",
              work->language);
    }
  }
  if (work->direction != NULL) content->is_right_to_left = strcmp(work->direction, "rtl") == 0;
  if (work->has_support && rt_bytes_is_empty(content->support_url)) content->support_url = RT_BYTES("https://support");
}

static int write_out(const job *work, rt_bytes svg) {
  char why[600];
  if (work->is_png) {
    return rt_png_write(svg, work->output, why, sizeof why) ? RT_EXIT_DONE : rt_fail(RT_EXIT_FAILED, "%s", why);
  }
  FILE *out = work->output == NULL ? stdout : fopen(work->output, "wb");
  const bool is_written = out != NULL && fwrite(svg.data, 1, svg.length, out) == svg.length && fflush(out) == 0;
  const int error = errno;
  const bool is_closed = out == NULL || out == stdout || fclose(out) == 0;
  if (is_written && is_closed) return RT_EXIT_DONE;
  return rt_fail(RT_EXIT_FAILED, "%.200s cannot be written: %s.",
                 work->output == NULL ? "Standard output" : work->output, strerror(error));
}

static int draw(const job *work) {
  char *text = NULL;
  size_t length = 0;
  FILE *svg = open_memstream(&text, &length);
  if (svg == NULL) return rt_fail(RT_EXIT_FAILED, "There is no memory left.");
  rt_draw_surface(&work->drawing, svg);
  const bool is_whole = fclose(svg) == 0;
  const int code =
      is_whole ? write_out(work, (rt_bytes){text, length}) : rt_fail(RT_EXIT_FAILED, "There is no memory left.");
  free(text);
  return code;
}

static int render(job *work) {
  rt_sentence why;
  rt_rendered_offers offers;
  rt_offers_content *content = &work->drawing.content;
  content->texts = rt_texts_english;
  if (!rt_rendered_offers_open(work->offers, work->most, &offers, content, &why)) {
    return rt_fail(RT_EXIT_FAILED, "%s", why.text);
  }
  if (offers.found_count > RT_MAX_OFFERS) {
    rt_fail(0, "%.200s has %zu offers; here are the first %zu.", work->offers, offers.found_count,
            content->offer_count);
  }
  apply_language(work, content);
  for (size_t i = 0; i < content->offer_count && work->images != NULL; i++) {
    work->drawing.pictures[i] = rt_picture_find(work->images, content->offers[i].image);
  }
  const int code = draw(work);
  for (size_t i = 0; i < RT_MAX_OFFERS; i++) rt_picture_free(&work->drawing.pictures[i]);
  rt_rendered_offers_close(&offers);
  return code;
}

int rt_cli_render(int argc, char **argv) {
  job work = {.drawing.content.theme = RT_THEME_LIGHT};
  rt_arguments arguments = {.argc = argc, .argv = argv, .options = options, .help = help};
  for (int found; (found = rt_arguments_next(&arguments)) != RT_OPTION_END;) {
    if (found < 0 && found != RT_OPTION_PLAIN) return rt_arguments_exit(found);
    if (!take_option(&work, found, arguments.value)) return RT_EXIT_USAGE;
  }
  if (work.offers == NULL) {
    return rt_fail(RT_EXIT_USAGE, "Which offers? retarget render --offers FILE --viewport 390x844; --help says more.");
  }
  if (work.drawing.viewport.width_px == 0) {
    return rt_fail(RT_EXIT_USAGE, "How large is the window? --viewport 390x844 is a phone, 1280x800 a laptop.");
  }
  if (work.most == 0) work.most = work.drawing.is_section ? RT_DEFAULT_SECTION_CARDS : RT_MAX_OFFERS;
  return render(&work);
}
