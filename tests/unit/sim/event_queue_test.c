// event_queue_test.c: whatever is added when, it comes out by time, and of the same millisecond by who came first.
// SPDX-License-Identifier: MIT
#include "sim/event_queue.h"

#include "base/prng.h"
#include "unit.h"

static void add(rt_event_queue *queue, int64_t at, uint32_t actor) {
  assert_true(rt_event_queue_add(queue, &(rt_due){.at = {at}, .kind = RT_DUE_VISITOR, .actor = actor}));
}

static void expect(rt_event_queue *queue, int64_t at, uint32_t actor) {
  rt_due seen, taken;
  assert_true(rt_event_queue_peek(queue, &seen));
  assert_true(rt_event_queue_take(queue, &taken));
  assert_int_equal(seen.actor, taken.actor);
  assert_int_equal(taken.at.ms, at);
  assert_int_equal(taken.actor, actor);
}

static void an_empty_queue_gives_nothing(void **state) {
  (void)state;
  rt_event_queue queue = {0};
  rt_due due;
  assert_false(rt_event_queue_peek(&queue, &due));
  assert_false(rt_event_queue_take(&queue, &due));
  rt_event_queue_close(&queue);
}

static void the_same_millisecond_keeps_the_order_of_coming(void **state) {
  (void)state;
  rt_event_queue queue = {0};
  add(&queue, 5, 1);
  add(&queue, 3, 2);
  add(&queue, 5, 3);
  add(&queue, 5, 4);
  expect(&queue, 3, 2);
  expect(&queue, 5, 1);
  expect(&queue, 5, 3);
  expect(&queue, 5, 4);
  rt_event_queue_close(&queue);
}

// The first two were far away when they were added, the third was near.
static void what_was_far_comes_before_what_was_added_near_it_later(void **state) {
  (void)state;
  rt_event_queue queue = {0};
  const int64_t at = RT_NEAR_MS + 100;
  add(&queue, at, 1);
  add(&queue, at, 2);
  add(&queue, 200, 3);
  expect(&queue, 200, 3);
  add(&queue, at, 4);
  expect(&queue, at, 1);
  expect(&queue, at, 2);
  expect(&queue, at, 4);
  rt_event_queue_close(&queue);
}

static void looking_at_what_is_late_does_not_keep_anybody_from_coming_earlier(void **state) {
  (void)state;
  rt_event_queue queue = {0};
  rt_due due;
  add(&queue, 10 * (int64_t)RT_NEAR_MS, 1);
  assert_true(rt_event_queue_peek(&queue, &due));
  add(&queue, 9000, 2);
  assert_true(rt_event_queue_peek(&queue, &due));
  add(&queue, 7, 3);
  expect(&queue, 7, 3);
  expect(&queue, 9000, 2);
  expect(&queue, 10 * (int64_t)RT_NEAR_MS, 1);
  rt_event_queue_close(&queue);
}

// Against the plainest queue there is: an array that is searched.
static void it_gives_what_a_search_through_all_would_give(void **state) {
  (void)state;
  enum { ADDED = 4000, SPANS = 4 };
  static const uint32_t spans[SPANS] = {1, 40, RT_NEAR_MS + 2, 20 * RT_NEAR_MS};
  static int64_t times[ADDED];
  static bool is_taken[ADDED];
  rt_event_queue queue = {0};
  rt_prng chance = rt_prng_from_seed(3);
  int64_t now = 0;
  uint32_t added = 0, taken = 0;
  while (taken < ADDED) {
    const bool is_adding = added < ADDED && (added == taken || rt_draw_below(rt_prng_next(&chance), 100) < 52);
    if (is_adding) {
      const uint32_t span = spans[rt_draw_below(rt_prng_next(&chance), SPANS)];
      times[added] = now + rt_draw_below(rt_prng_next(&chance), span);
      add(&queue, times[added], added);
      added++;
      continue;
    }
    uint32_t first = added;
    for (uint32_t i = 0; i < added; i++) {
      if (!is_taken[i] && (first == added || times[i] < times[first])) first = i;
    }
    expect(&queue, times[first], first);
    is_taken[first] = true;
    now = times[first];
    taken++;
  }
  rt_event_queue_close(&queue);
}

RUN_TESTS(cmocka_unit_test(an_empty_queue_gives_nothing),
          cmocka_unit_test(the_same_millisecond_keeps_the_order_of_coming),
          cmocka_unit_test(what_was_far_comes_before_what_was_added_near_it_later),
          cmocka_unit_test(looking_at_what_is_late_does_not_keep_anybody_from_coming_earlier),
          cmocka_unit_test(it_gives_what_a_search_through_all_would_give))
