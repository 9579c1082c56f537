// offers_view_test.c: the tree, and what holds for its boxes in every viewport.
// SPDX-License-Identifier: MIT
#include "surface/offers_view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sample_offers.h"
#include "surface/text_metrics.h"

static void the_tree_says_everything_a_visitor_must_know(void **state) {
  (void)state;
  rt_offers_content content = rt_sample_content(3);
  content.support_label = RT_BYTES("Ask us");
  content.support_url = RT_BYTES("https://shop.example/help");
  rt_view view;
  rt_offers_view_build(&content, &(rt_viewport){1280, 800, RT_SQUARE_METRICS}, &view);
  assert_int_equal(view.nodes[0].role, RT_ROLE_OVERLAY);
  assert_int_equal(view.nodes[0].parent, -1);
  assert_true(rt_bytes_equal(rt_view_find(&view, RT_ROLE_TITLE, 0)->text, content.texts.title));
  assert_true(rt_bytes_equal(rt_view_find(&view, RT_ROLE_SPONSORED, 0)->text, RT_BYTES("Sponsored")));
  assert_true(rt_bytes_equal(rt_view_find(&view, RT_ROLE_CLOSE, 0)->text, RT_BYTES("Close")));
  assert_true(rt_bytes_equal(rt_view_find(&view, RT_ROLE_SUPPORT, 0)->text, RT_BYTES("Ask us")));
  assert_true(rt_bytes_equal(rt_view_find(&view, RT_ROLE_SUPPORT, 0)->href, content.support_url));
  assert_true(rt_bytes_equal(rt_view_find(&view, RT_ROLE_CARD, 1)->href, content.offers[1].click_url));
  assert_true(rt_bytes_equal(rt_view_find(&view, RT_ROLE_HEADLINE, 2)->text, content.offers[2].headline));
  assert_int_equal(rt_view_find(&view, RT_ROLE_HEADLINE, 2)->card, 2);
  assert_non_null(rt_view_find(&view, RT_ROLE_PREMIUM, 1));
  assert_null(rt_view_find(&view, RT_ROLE_PREMIUM, 2));
  for (size_t i = 1; i < view.count; i++) assert_in_range(view.nodes[i].parent, 0, i - 1);
}

static void without_a_label_the_support_link_uses_the_text(void **state) {
  (void)state;
  rt_offers_content content = rt_sample_content(1);
  content.support_url = RT_BYTES("mailto:help@shop.example");
  rt_view view;
  rt_offers_view_build(&content, &(rt_viewport){390, 844, RT_BYTES_NONE}, &view);
  assert_true(rt_bytes_equal(rt_view_find(&view, RT_ROLE_SUPPORT, 0)->text, RT_BYTES("Contact support")));
}

static void twelve_premium_cards_with_support_fit_the_view(void **state) {
  (void)state;
  rt_offer offers[RT_MAX_OFFERS];
  for (size_t i = 0; i < RT_MAX_OFFERS; i++) offers[i] = *rt_sample_offer_without_spaces();
  rt_offers_content content = rt_sample_content(RT_MAX_OFFERS);
  content.offers = offers;
  content.support_url = RT_BYTES("https://shop.example/help");
  rt_view view;
  rt_offers_view_build(&content, &(rt_viewport){1280, 800, RT_BYTES_NONE}, &view);
  assert_int_equal(view.count, 8 + 6 * RT_MAX_OFFERS);
  assert_true(view.count <= RT_MAX_NODES);
}

static void an_accent_brings_its_text_colour(void **state) {
  (void)state;
  rt_offers_content content = rt_sample_content(1);
  rt_view view;
  rt_offers_view_build(&content, &(rt_viewport){1280, 800, RT_BYTES_NONE}, &view);
  assert_int_equal(view.look.on_accent, 0xFFFFFF);
  content.has_accent = true;
  content.accent = 0xFFD400;
  rt_offers_view_build(&content, &(rt_viewport){1280, 800, RT_BYTES_NONE}, &view);
  assert_int_equal(view.look.accent, 0xFFD400);
  assert_int_equal(view.look.on_accent, 0x000000);
}

// ---------------------------------------------------------------- boxes

static bool is_inside(const rt_node *inner, const rt_node *outer) {
  return inner->x >= outer->x && inner->y >= outer->y && inner->x + inner->width <= outer->x + outer->width &&
         inner->y + inner->height <= outer->y + outer->height;
}

static bool do_overlap(const rt_node *a, const rt_node *b) {
  return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height && b->y < a->y + a->height;
}

static void fail_at(const rt_view *view, const char *what, size_t node) {
  const rt_node *n = &view->nodes[node];
  fail_msg("%s: node %zu (role %d, card %d) at %d,%d %dx%d in %dx%d", what, node, n->role, n->card, n->x, n->y,
           n->width, n->height, view->nodes[0].width, view->nodes[0].height);
}

static int32_t columns_of(const rt_view *view) {
  const rt_node *first = rt_view_find(view, RT_ROLE_CARD, 0);
  int32_t columns = 0;
  for (size_t i = 0; i < view->count; i++) {
    columns += view->nodes[i].role == RT_ROLE_CARD && view->nodes[i].y == first->y;
  }
  return columns;
}

// The card beside it, else itself.
static const rt_node *neighbour_of(const rt_view *view, const rt_node *card) {
  for (size_t i = 0; i < view->count; i++) {
    const rt_node *node = &view->nodes[i];
    if (node->role == RT_ROLE_CARD && node->y == card->y && node != card) return node;
  }
  return card;
}

static void check_boxes(const rt_view *view) {
  for (size_t i = 0; i < view->count; i++) {
    const rt_node *node = &view->nodes[i];
    if (node->width <= 0 || node->height <= 0) fail_at(view, "empty", i);
    if (node->x < 0 || node->x + node->width > view->nodes[0].width) fail_at(view, "wider than the viewport", i);
    if (node->parent >= 0 && !is_inside(node, &view->nodes[node->parent])) fail_at(view, "outside of its parent", i);
    if (node->role == RT_ROLE_CARD && node->height != neighbour_of(view, node)->height) fail_at(view, "uneven", i);
    for (size_t j = 0; j < i; j++) {
      if (view->nodes[j].parent == node->parent && do_overlap(&view->nodes[j], node)) fail_at(view, "overlap", i);
    }
  }
  assert_in_range(columns_of(view), 1, 4);
}

static const int32_t widths[] = {200,  240,  279,  280,  319,  320,  359,  360,  390,  412, 479,
                                 540,  599,  639,  640,  667,  700,  768,  844,  899,  900, 932,
                                 1000, 1024, 1180, 1280, 1366, 1440, 1680, 1920, 2560, 3840};
static const int32_t heights[] = {200, 320, 360, 390, 479, 480, 559, 560, 640, 800, 844, 1080, 2160};

#define FOR_EACH_VIEWPORT(viewport)                                  \
  for (size_t w_ = 0; w_ < sizeof widths / sizeof *widths; w_++)     \
    for (size_t h_ = 0; h_ < sizeof heights / sizeof *heights; h_++) \
      for (rt_viewport viewport = {widths[w_], heights[h_], RT_BYTES_NONE}, *once_ = &viewport; once_; once_ = NULL)

static void in_every_viewport_boxes_nest_and_never_overlap(void **state) {
  (void)state;
  rt_view view;
  FOR_EACH_VIEWPORT(viewport) {
    for (size_t count = 1; count <= RT_MAX_OFFERS; count++) {
      rt_offers_content content = rt_sample_content(count);
      if (count % 2 == 0) content.support_url = RT_BYTES("https://shop.example/help");
      content.is_right_to_left = count % 3 == 0;
      rt_offers_view_build(&content, &viewport, &view);
      check_boxes(&view);
    }
  }
}

static void words_that_never_end_change_nothing_about_that(void **state) {
  (void)state;
  char long_text[RT_MAX_TEXT_LENGTH];
  memset(long_text, 'W', sizeof long_text);
  rt_offer offers[RT_MAX_OFFERS];
  for (size_t i = 0; i < RT_MAX_OFFERS; i++) offers[i] = *rt_sample_offer_without_spaces();
  rt_offers_content content = rt_sample_content(RT_MAX_OFFERS);
  content.offers = offers;
  const rt_bytes endless = {long_text, sizeof long_text};
  content.texts = (rt_texts){{endless, endless, endless, endless, endless, endless, RT_BYTES("en")}};
  content.support_url = RT_BYTES("https://shop.example/help");
  rt_view view;
  FOR_EACH_VIEWPORT(viewport) {
    for (content.offer_count = 1; content.offer_count <= RT_MAX_OFFERS; content.offer_count++) {
      rt_offers_view_build(&content, &viewport, &view);
      check_boxes(&view);
    }
  }
}

static void no_words_at_all_change_nothing_either(void **state) {
  (void)state;
  const rt_offer offers[2] = {{.is_premium = true}, {.is_premium = false}};
  rt_offers_content content = rt_sample_content(2);
  content.offers = offers;
  content.texts.premium = RT_BYTES("P");
  rt_view view;
  FOR_EACH_VIEWPORT(viewport) {
    rt_offers_view_build(&content, &viewport, &view);
    check_boxes(&view);
  }
}

static void viewports_beyond_the_limits_are_the_limits(void **state) {
  (void)state;
  const rt_offers_content content = rt_sample_content(4);
  rt_view a, b;
  rt_offers_view_build(&content, &(rt_viewport){-5, 0, RT_BYTES_NONE}, &a);
  rt_offers_view_build(&content, &(rt_viewport){200, 200, RT_BYTES_NONE}, &b);
  assert_int_equal(a.count, b.count);
  for (size_t i = 0; i < a.count; i++) {
    assert_int_equal(a.nodes[i].x, b.nodes[i].x);
    assert_int_equal(a.nodes[i].y, b.nodes[i].y);
    assert_int_equal(a.nodes[i].width, b.nodes[i].width);
    assert_int_equal(a.nodes[i].height, b.nodes[i].height);
  }
  rt_offers_view_build(&content, &(rt_viewport){INT32_MAX, INT32_MAX, RT_BYTES_NONE}, &a);
  check_boxes(&a);
}

static void right_to_left_is_the_mirror_image(void **state) {
  (void)state;
  rt_offers_content content = rt_sample_content(5);
  rt_view left, right;
  FOR_EACH_VIEWPORT(viewport) {
    content.is_right_to_left = false;
    rt_offers_view_build(&content, &viewport, &left);
    content.is_right_to_left = true;
    rt_offers_view_build(&content, &viewport, &right);
    for (size_t i = 0; i < left.count; i++) {
      const rt_node *a = &left.nodes[i], *b = &right.nodes[i];
      assert_int_equal(b->x, left.nodes[0].width - a->x - a->width);
      assert_int_equal(b->y, a->y);
      assert_int_equal(b->width, a->width);
      assert_int_equal(b->height, a->height);
    }
  }
}

static void rows_are_as_even_as_the_columns_allow(void **state) {
  (void)state;
  const int32_t columns_on_a_desktop[RT_MAX_OFFERS] = {1, 2, 3, 4, 3, 3, 4, 4, 3, 4, 4, 4};
  rt_view view;
  for (size_t count = 1; count <= RT_MAX_OFFERS; count++) {
    const rt_offers_content content = rt_sample_content(count);
    rt_offers_view_build(&content, &(rt_viewport){1440, 900, RT_BYTES_NONE}, &view);
    assert_int_equal(columns_of(&view), columns_on_a_desktop[count - 1]);
  }
}

static bool is_stacked(const rt_view *view) {
  const rt_node *picture = rt_view_find(view, RT_ROLE_PICTURE, 0), *brand = rt_view_find(view, RT_ROLE_BRAND, 0);
  return brand->y >= picture->y + picture->height;
}

static void pictures_stand_on_top_where_everything_fits_like_that(void **state) {
  (void)state;
  const struct {
    int32_t width_px, height_px;
    size_t most;  // so many cards at most have their picture on top
  } rows[] = {{1280, 800, 4}, {1920, 1080, 8}, {3840, 2160, 12}, {768, 1024, 4},
              {390, 844, 1},  {844, 390, 0},   {240, 320, 0}};
  rt_view view;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    for (size_t count = 1; count <= RT_MAX_OFFERS; count++) {
      const rt_offers_content content = rt_sample_content(count);
      rt_offers_view_build(&content, &(rt_viewport){rows[i].width_px, rows[i].height_px, RT_SQUARE_METRICS}, &view);
      assert_int_equal(is_stacked(&view), count <= rows[i].most);
      if (is_stacked(&view)) assert_int_equal(view.nodes[0].height, rows[i].height_px);
    }
  }
}

static void a_row_is_as_high_as_its_longest_headline_needs(void **state) {
  (void)state;
  rt_offer offers[4];
  memcpy(offers, rt_sample_offers(), sizeof offers);
  for (size_t i = 0; i < 4; i++) offers[i].headline = RT_BYTES("Short");
  offers[1].headline =
      RT_BYTES("So many words that they need more lines than one in a card of this width, whatever it is");
  rt_offers_content content = rt_sample_content(4);
  content.offers = offers;
  rt_view view;
  rt_offers_view_build(&content, &(rt_viewport){900, 500, RT_SQUARE_METRICS}, &view);
  assert_int_equal(columns_of(&view), 2);
  const rt_node *cards[4], *calls[4], *headlines[4];
  for (size_t i = 0; i < 4; i++) {
    cards[i] = rt_view_find(&view, RT_ROLE_CARD, i);
    calls[i] = rt_view_find(&view, RT_ROLE_CTA, i);
    headlines[i] = rt_view_find(&view, RT_ROLE_HEADLINE, i);
  }
  assert_true(headlines[1]->lines > 1);
  assert_int_equal(headlines[0]->lines, headlines[1]->lines);
  assert_int_equal(calls[0]->y, calls[1]->y);
  assert_int_equal(headlines[2]->lines, 1);
  assert_true(cards[2]->height < cards[0]->height);
  assert_int_equal(cards[3]->height, cards[2]->height);
}

// The widths of square metrics, and the size of text.
static rt_bytes metrics_with(char *text, size_t size, int32_t font_px) {
  size_t length = 0;
  for (int i = 0; i < RT_ASCII_WIDTHS; i++) length += (size_t)snprintf(text + length, size - length, "500 ");
  length += (size_t)snprintf(text + length, size - length, "%d", font_px);
  return (rt_bytes){text, length};
}

static void text_of_twice_the_size_is_what_a_zoom_of_two_shows(void **state) {
  (void)state;
  char text[512];
  const rt_offers_content content = rt_sample_content(5);
  rt_view large, plain;
  FOR_EACH_VIEWPORT(viewport) {
    viewport.width_px *= 2;
    viewport.height_px *= 2;
    viewport.metrics = metrics_with(text, sizeof text, 32);
    const rt_bytes usual = {text, viewport.metrics.length - 3};
    rt_offers_view_build(&content, &viewport, &large);
    rt_offers_view_build(&content, &(rt_viewport){viewport.width_px / 2, viewport.height_px / 2, usual}, &plain);
    for (size_t i = 0; i < plain.count; i++) {
      const rt_node *a = &plain.nodes[i], *b = &large.nodes[i];
      assert_int_equal(b->x, 2 * a->x);
      assert_int_equal(b->y, 2 * a->y);
      assert_int_equal(b->width, 2 * a->width);
      assert_int_equal(b->height, 2 * a->height);
      assert_int_equal(b->font_px, 2 * a->font_px);
      assert_int_equal(b->lines, a->lines);
    }
  }
}

static void any_size_of_text_keeps_boxes_inside_and_apart(void **state) {
  (void)state;
  const int32_t sizes[] = {0, 9, 16, 17, 20, 24, 27, 32, 40, 72, 9999};
  char text[512];
  rt_offers_content content = rt_sample_content(7);
  content.support_url = RT_BYTES("https://shop.example/help");
  rt_view view, usual;
  FOR_EACH_VIEWPORT(viewport) {
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
      viewport.metrics = metrics_with(text, sizeof text, sizes[i]);
      rt_offers_view_build(&content, &viewport, &view);
      check_boxes(&view);
      content.is_right_to_left = !content.is_right_to_left;
      const rt_node *title = rt_view_find(&view, RT_ROLE_TITLE, 0);
      if (i == 0) usual = view;
      if (sizes[i] <= 16) assert_int_equal(title->font_px, rt_view_find(&usual, RT_ROLE_TITLE, 0)->font_px);
      if (sizes[i] == 32 && viewport.width_px >= 400) assert_in_range(title->font_px, 40, 48);
    }
  }
}

static void on_the_narrowest_screens_headline_and_call_have_the_whole_card(void **state) {
  (void)state;
  const rt_offers_content content = rt_sample_content(2);
  rt_view view;
  rt_offers_view_build(&content, &(rt_viewport){240, 320, RT_SQUARE_METRICS}, &view);
  const rt_node *card = rt_view_find(&view, RT_ROLE_CARD, 0), *brand = rt_view_find(&view, RT_ROLE_BRAND, 0);
  const rt_node *badge = rt_view_find(&view, RT_ROLE_PREMIUM, 0), *picture = rt_view_find(&view, RT_ROLE_PICTURE, 0);
  const rt_node *headline = rt_view_find(&view, RT_ROLE_HEADLINE, 0);
  assert_true(headline->width > card->width * 4 / 5);
  assert_true(headline->y >= picture->y + picture->height);
  assert_int_equal(brand->x, badge->x);
  assert_true(badge->y >= brand->y + brand->height);
}

static void a_phone_shows_at_least_four_cards_at_once(void **state) {
  (void)state;
  const rt_offers_content content = rt_sample_content(RT_MAX_OFFERS);
  rt_view view;
  rt_offers_view_build(&content, &(rt_viewport){390, 844, RT_SQUARE_METRICS}, &view);
  const rt_node *fourth = rt_view_find(&view, RT_ROLE_CARD, 3);
  assert_true(fourth->y + fourth->height <= 844);
}

static void up_to_four_cards_need_no_scrolling_on_a_laptop(void **state) {
  (void)state;
  rt_view view;
  for (size_t count = 1; count <= 4; count++) {
    const rt_offers_content content = rt_sample_content(count);
    rt_offers_view_build(&content, &(rt_viewport){1280, 720, RT_BYTES_NONE}, &view);
    assert_int_equal(view.nodes[0].height, 720);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_tree_says_everything_a_visitor_must_know),
      cmocka_unit_test(without_a_label_the_support_link_uses_the_text),
      cmocka_unit_test(twelve_premium_cards_with_support_fit_the_view),
      cmocka_unit_test(an_accent_brings_its_text_colour),
      cmocka_unit_test(in_every_viewport_boxes_nest_and_never_overlap),
      cmocka_unit_test(words_that_never_end_change_nothing_about_that),
      cmocka_unit_test(no_words_at_all_change_nothing_either),
      cmocka_unit_test(viewports_beyond_the_limits_are_the_limits),
      cmocka_unit_test(right_to_left_is_the_mirror_image),
      cmocka_unit_test(rows_are_as_even_as_the_columns_allow),
      cmocka_unit_test(pictures_stand_on_top_where_everything_fits_like_that),
      cmocka_unit_test(a_row_is_as_high_as_its_longest_headline_needs),
      cmocka_unit_test(text_of_twice_the_size_is_what_a_zoom_of_two_shows),
      cmocka_unit_test(any_size_of_text_keeps_boxes_inside_and_apart),
      cmocka_unit_test(on_the_narrowest_screens_headline_and_call_have_the_whole_card),
      cmocka_unit_test(a_phone_shows_at_least_four_cards_at_once),
      cmocka_unit_test(up_to_four_cards_need_no_scrolling_on_a_laptop),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
