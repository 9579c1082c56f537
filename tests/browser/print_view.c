// print_view.c: builds one overlay or section natively and prints it as JSON, for the browser test to draw and compare.
// Usage: print_view WIDTH HEIGHT COUNT [OPTION...], options as rt_sample_apply takes them (support/sample_offers.h), or
// "section" for one in a container of that width, whatever the height.
// The text metrics come on standard input; empty: the built-in ones. Prints {"look": [...], "nodes": [{…}, …]} as
// look() and nodes() of wasm-glue/core_client.mjs give them.
// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sample_offers.h"

static void print_number(const char *separator, const char *name, int32_t number) {
  printf("%s\"%s\":%d", separator, name, number);
}

// The samples hold no character that JSON would escape.
static void print_text(const char *name, rt_bytes text) {
  printf(",\"%s\":\"%.*s\"", name, (int)text.length, text.length == 0 ? "" : text.data);
}

static void print_view(const rt_view *view) {
  const char *separator = "{\"look\":[";
#define RT_LOOK_NUMBER(upper, lower) printf("%s%d", separator, view->look.lower), separator = ",";
#include "surface/look.def"
#undef RT_LOOK_NUMBER
  printf("],\"nodes\":[");
  for (size_t i = 0; i < view->count; i++) {
    const rt_node *node = &view->nodes[i];
    print_number(i == 0 ? "{" : ",{", "role", node->role);
    print_number(",", "parent", node->parent);
    print_number(",", "card", node->card);
    print_number(",", "x", node->x);
    print_number(",", "y", node->y);
    print_number(",", "width", node->width);
    print_number(",", "height", node->height);
    print_number(",", "lines", node->lines);
    print_number(",", "fontPx", node->font_px);
    print_text("text", node->text);
    print_text("href", node->href);
    print_text("image", node->image);
    printf("}");
  }
  printf("]}\n");
}

int main(int count, char **arguments) {
  static rt_sample sample;
  static rt_view view;
  static char metrics[4096];
  const int offer_count = count < 4 ? 0 : atoi(arguments[3]);
  if (offer_count < 1 || offer_count > RT_MAX_OFFERS) return 2;
  rt_sample_open(&sample, (size_t)offer_count);
  bool is_section = false;
  for (int i = 4; i < count; i++) {
    if (strcmp(arguments[i], "section") == 0) {
      is_section = true;
    } else if (!rt_sample_apply(&sample, rt_bytes_of(arguments[i]))) {
      return 2;
    }
  }
  const size_t length = fread(metrics, 1, sizeof metrics, stdin);
  const rt_viewport viewport = {atoi(arguments[1]), atoi(arguments[2]), {metrics, length}};
  const rt_container container = {
      .width_px = viewport.width_px, .most_cards = offer_count, .metrics = viewport.metrics};
  if (is_section) {
    rt_offers_section_build(&sample.content, &container, &view);
  } else {
    rt_offers_view_build(&sample.content, &viewport, &view);
  }
  print_view(&view);
  return 0;
}
