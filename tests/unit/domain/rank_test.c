// rank_test.c: the one order of offers.
// SPDX-License-Identifier: MIT
#include "domain/rank.h"

#include <string.h>

#include "base/prng.h"
#include "unit.h"

// "P9a/x": premium, score 9, id "a", brand "x"; "-" instead of P: not premium.
static size_t read_row(const char *row, rt_rank_entry *entries) {
  size_t count = 0;
  for (const char *at = row; *at != '\0';) {
    const char *id = at + 2, *slash = strchr(at, '/'), *end = slash + strcspn(slash, " ");
    entries[count] = (rt_rank_entry){.is_premium = at[0] == 'P',
                                     .score = at[1] - '0',
                                     .id = {id, (size_t)(slash - id)},
                                     .brand = {slash + 1, (size_t)(end - slash - 1)},
                                     .index = (uint32_t)count};
    count++;
    at = *end == ' ' ? end + 1 : end;
  }
  return count;
}

static void expect_order(const char *row, const char *expected) {
  rt_rank_entry entries[16];
  const size_t count = read_row(row, entries);
  // Whatever order they came in: try every rotation.
  for (size_t turn = 0; turn < count; turn++) {
    rt_rank_entry turned[16];
    for (size_t i = 0; i < count; i++) turned[i] = entries[(i + turn) % count];
    rt_rank_order(turned, count, count);
    char ids[64];
    rt_writer writer = rt_writer_over(ids, sizeof ids);
    for (size_t i = 0; i < count; i++) rt_write_bytes(&writer, turned[i].id);
    assert_bytes_equal(rt_written(&writer), expected);
  }
}

static void the_order_is_premium_then_score_then_id(void **state) {
  (void)state;
  expect_order("", "");
  expect_order("-1a/x", "a");
  expect_order("-1a/x -2b/y -3c/z", "cba");
  expect_order("-9a/x P1b/y -5c/z P2d/w", "dbac");
  expect_order("-5c/x -5a/y -5b/z", "abc");
}

static void equal_brands_are_kept_apart_where_the_group_allows(void **state) {
  (void)state;
  expect_order("-9a/x -8b/x -1c/y", "acb");
  expect_order("-9a/y -8b/x -7c/x", "bac");                              // y first would leave x next to x
  expect_order("-9a/x -8b/x -7c/x -1d/y", "adbc");                       // too many of one brand: as good as it gets
  expect_order("-9a/x -8b/x -7c/x", "abc");                              // nothing to put between
  expect_order("-9a/a -8b/b -7c/c -6d/d -5e/e -4f/e -3g/e", "abecfdg");  // the last brand must start early
  expect_order("P9a/x P8b/x -7c/y", "abc");                              // another group's offers do not help
}

static void no_set_that_can_be_kept_apart_has_neighbours_of_one_brand(void **state) {
  (void)state;
  static const char *const brands[] = {"a", "b", "c", "d"};
  static const char ids[] = "0123456789ABCDEF";
  rt_prng prng = rt_prng_from_seed(5);
  for (int round = 0; round < 20000; round++) {
    rt_rank_entry entries[12];
    const size_t count = 1 + rt_draw_below(rt_prng_next(&prng), 12);
    size_t per_brand[4] = {0}, most = 0;
    for (size_t i = 0; i < count; i++) {
      const uint32_t brand = rt_draw_below(rt_prng_next(&prng), 4);
      if (++per_brand[brand] > most) most = per_brand[brand];
      entries[i] = (rt_rank_entry){.id = {&ids[i], 1},
                                   .brand = rt_bytes_of(brands[brand]),
                                   .score = (int64_t)rt_draw_below(rt_prng_next(&prng), 5)};
    }
    rt_rank_order(entries, count, count);
    size_t neighbours = 0;
    for (size_t i = 1; i < count; i++) neighbours += rt_bytes_equal(entries[i].brand, entries[i - 1].brand);
    // A brand with more than half of the places has this many neighbours at best.
    const size_t unavoidable = 2 * most > count + 1 ? 2 * most - count - 1 : 0;
    if (neighbours != unavoidable)
      fail_msg("round %d: %zu neighbours, %zu are unavoidable", round, neighbours, unavoidable);
  }
}

static void a_thousand_offers_come_out_sorted(void **state) {
  (void)state;
  static rt_rank_entry entries[1000];
  static char ids[1000][4];
  rt_prng prng = rt_prng_from_seed(6);
  for (size_t i = 0; i < 1000; i++) {
    for (size_t digit = 0, rest = i; digit < 4; digit++, rest /= 10) ids[i][3 - digit] = (char)('0' + rest % 10);
    entries[i] = (rt_rank_entry){
        .id = {ids[i], 4}, .brand = {ids[i], 4}, .score = (int64_t)rt_draw_below(rt_prng_next(&prng), 300)};
  }
  rt_rank_order(entries, 1000, 12);
  for (size_t i = 1; i < 1000; i++) {
    const rt_rank_entry *a = &entries[i - 1], *b = &entries[i];
    assert_true(a->score > b->score || (a->score == b->score && rt_bytes_compare(a->id, b->id) < 0));
  }
}

RUN_TESTS(cmocka_unit_test(the_order_is_premium_then_score_then_id),
          cmocka_unit_test(equal_brands_are_kept_apart_where_the_group_allows),
          cmocka_unit_test(no_set_that_can_be_kept_apart_has_neighbours_of_one_brand),
          cmocka_unit_test(a_thousand_offers_come_out_sorted))
