// section_test.c: the offers inside a page: their tree, and what holds for their boxes in every container.
// SPDX-License-Identifier: MIT
#include "sample_offers.h"
#include "surface/layout.h"
#include "unit.h"

static rt_view section_of(const rt_offers_content *content, int32_t width_px, int32_t most_cards) {
  rt_view view;
  rt_offers_section_build(
      content, &(rt_container){.width_px = width_px, .most_cards = most_cards, .metrics = RT_SQUARE_METRICS}, &view);
  return view;
}

static size_t count_of(const rt_view *view, rt_role role) {
  size_t count = 0;
  while (rt_view_find(view, role, count) != NULL) count++;
  return count;
}

static void a_section_is_labelled_and_has_nothing_to_close(void **state) {
  (void)state;
  rt_offers_content content = rt_sample_content(3);
  content.support_url = RT_BYTES("https://shop.example/help");
  const rt_view view = section_of(&content, 728, 4);
  assert_int_equal(view.nodes[0].role, RT_ROLE_PANEL);
  assert_int_equal(view.nodes[0].parent, -1);
  assert_bytes_equal(view.nodes[0].text, "en");
  assert_bytes_equal(rt_view_find(&view, RT_ROLE_SPONSORED, 0)->text, "Sponsored");
  assert_bytes_equal(rt_view_find(&view, RT_ROLE_SUPPORT, 0)->text, "Contact support");
  assert_int_equal(rt_view_find(&view, RT_ROLE_SPONSORED, 0)->parent, 0);
  for (size_t i = 0; i < view.count; i++) {
    const int32_t role = view.nodes[i].role;
    assert_true(role != RT_ROLE_OVERLAY && role != RT_ROLE_CLOSE && role != RT_ROLE_TITLE && role != RT_ROLE_INTRO);
  }
}

static void it_shows_the_first_offers_and_no_more_than_it_may(void **state) {
  (void)state;
  const rt_offers_content content = rt_sample_content(RT_MAX_OFFERS);
  for (int32_t most = 1; most <= RT_MAX_OFFERS; most++) {
    const rt_view view = section_of(&content, 728, most);
    assert_int_equal(count_of(&view, RT_ROLE_CARD), most);
    const rt_node *last = rt_view_find(&view, RT_ROLE_BRAND, (size_t)most - 1);
    assert_true(rt_bytes_equal(last->text, content.offers[most - 1].brand));
  }
  const rt_offers_content few = rt_sample_content(2);
  const rt_view view = section_of(&few, 728, INT32_MAX);
  assert_int_equal(count_of(&view, RT_ROLE_CARD), 2);
}

// ---------------------------------------------------------------- boxes

static bool is_inside(const rt_node *inner, const rt_node *outer) {
  return inner->x >= outer->x && inner->y >= outer->y && inner->x + inner->width <= outer->x + outer->width &&
         inner->y + inner->height <= outer->y + outer->height;
}

static bool do_overlap(const rt_node *a, const rt_node *b) {
  return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height && b->y < a->y + a->height;
}

// Cards keep a pixel from the edge of the container: their own edge is drawn around them.
static void check_boxes(const rt_view *view, int32_t width_px) {
  const rt_node *root = &view->nodes[0];
  assert_int_equal(root->x, 0);
  assert_int_equal(root->y, 0);
  assert_int_equal(root->width, width_px);
  for (size_t i = 1; i < view->count; i++) {
    const rt_node *node = &view->nodes[i];
    const int32_t edge = node->role == RT_ROLE_CARD;
    assert_true(node->width > 0 && node->height > 0);
    if (!is_inside(node, &view->nodes[node->parent])) fail_msg("node %zu is outside of its parent at %d", i, width_px);
    assert_true(node->x >= edge && node->x + node->width <= width_px - edge);
    assert_true(node->y + node->height <= root->height - edge);
    for (size_t j = 1; j < i; j++) {
      const bool are_siblings = view->nodes[j].parent == node->parent;
      if (are_siblings && do_overlap(&view->nodes[j], node)) fail_msg("%zu and %zu overlap at %d", j, i, width_px);
    }
  }
}

static void in_every_container_boxes_nest_and_never_overlap(void **state) {
  (void)state;
  static rt_sample sample;
  static const char *const words[] = {"light", "support", "long", "arabic"};
  for (int32_t width_px = RT_MIN_VIEWPORT_PX; width_px < 2600; width_px += width_px < 700 ? 1 : 37) {
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
      rt_sample_open(&sample, 1 + (size_t)width_px % RT_MAX_OFFERS);
      assert_true(rt_sample_apply(&sample, rt_bytes_of(words[i])));
      const rt_view view = section_of(&sample.content, width_px, RT_MAX_OFFERS);
      check_boxes(&view, width_px);
    }
  }
}

static void from_right_to_left_it_is_the_mirror_image(void **state) {
  (void)state;
  rt_offers_content content = rt_sample_content(5);
  for (int32_t width_px = 200; width_px < 1500; width_px += 13) {
    content.is_right_to_left = false;
    const rt_view left = section_of(&content, width_px, 5);
    content.is_right_to_left = true;
    const rt_view right = section_of(&content, width_px, 5);
    for (size_t i = 0; i < left.count; i++) {
      const rt_node *a = &left.nodes[i], *b = &right.nodes[i];
      assert_int_equal(b->x, width_px - a->x - a->width);
      assert_true(a->y == b->y && a->width == b->width && a->height == b->height);
    }
  }
}

static void a_narrow_container_has_pictures_beside_the_words_and_a_wide_one_on_top(void **state) {
  (void)state;
  const rt_offers_content content = rt_sample_content(4);
  const rt_view narrow = section_of(&content, 320, 4), wide = section_of(&content, 1200, 4);
  const rt_node *picture = rt_view_find(&narrow, RT_ROLE_PICTURE, 0), *brand = rt_view_find(&narrow, RT_ROLE_BRAND, 0);
  assert_true(picture->x + picture->width < brand->x);
  picture = rt_view_find(&wide, RT_ROLE_PICTURE, 0);
  brand = rt_view_find(&wide, RT_ROLE_BRAND, 0);
  assert_true(picture->y + picture->height < brand->y);
  assert_int_equal(rt_view_find(&wide, RT_ROLE_CARD, 0)->y, rt_view_find(&wide, RT_ROLE_CARD, 3)->y);  // in one row
}

static void a_container_beyond_the_limits_is_the_limit(void **state) {
  (void)state;
  const rt_offers_content content = rt_sample_content(4);
  const rt_view none = section_of(&content, -5, 4), huge = section_of(&content, INT32_MAX, 4);
  check_boxes(&none, RT_MIN_VIEWPORT_PX);
  check_boxes(&huge, RT_MAX_VIEWPORT_PX);
}

RUN_TESTS(cmocka_unit_test(a_section_is_labelled_and_has_nothing_to_close),
          cmocka_unit_test(it_shows_the_first_offers_and_no_more_than_it_may),
          cmocka_unit_test(in_every_container_boxes_nest_and_never_overlap),
          cmocka_unit_test(from_right_to_left_it_is_the_mirror_image),
          cmocka_unit_test(a_narrow_container_has_pictures_beside_the_words_and_a_wide_one_on_top),
          cmocka_unit_test(a_container_beyond_the_limits_is_the_limit))
