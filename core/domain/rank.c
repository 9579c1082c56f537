// rank.c: sort, then keep equal brands apart.
// SPDX-License-Identifier: MIT
#include "domain/rank.h"

static bool is_ranked_before(const rt_rank_entry *a, const rt_rank_entry *b) {
  if (a->is_premium != b->is_premium) return a->is_premium;
  if (a->score != b->score) return a->score > b->score;
  return rt_bytes_compare(a->id, b->id) < 0;
}

static void swap(rt_rank_entry *a, rt_rank_entry *b) {
  const rt_rank_entry moving = *a;
  *a = *b;
  *b = moving;
}

// Shell sort, each gap half of the one before: in place, no recursion, half a dozen lines of wasm.
static void sort(rt_rank_entry *entries, size_t count) {
  for (size_t gap = count / 2; gap > 0; gap /= 2) {
    for (size_t i = gap; i < count; i++) {
      for (size_t at = i; at >= gap && is_ranked_before(&entries[at], &entries[at - gap]); at -= gap) {
        swap(&entries[at], &entries[at - gap]);
      }
    }
  }
}

// The entry of the brand that more than half of `entries` have (Boyer and Moore 1981); `count` when there is none.
static size_t find_majority(const rt_rank_entry *entries, size_t count) {
  size_t candidate = 0, lead = 0, votes = 0;
  for (size_t i = 0; i < count; i++) {
    if (lead == 0) candidate = i;
    if (rt_bytes_equal(entries[i].brand, entries[candidate].brand)) {
      lead++;
    } else {
      lead--;
    }
  }
  for (size_t i = 0; i < count; i++) votes += rt_bytes_equal(entries[i].brand, entries[candidate].brand);
  return 2 * votes > count ? candidate : count;
}

// Which of the entries left of a group comes next. They can be kept apart as long as no brand has more than half of
// what is left after the choice, rounded up: a brand with a majority now would pass that mark, so it is its turn.
// Otherwise the best entry of another brand than the last one's.
static size_t choose(const rt_rank_entry *left, size_t count, const rt_rank_entry *last) {
  const size_t majority = find_majority(left, count);
  const bool is_its_turn = majority < count && (last == NULL || !rt_bytes_equal(left[majority].brand, last->brand));
  if (!is_its_turn && last == NULL) return 0;
  const rt_bytes brand = is_its_turn ? left[majority].brand : last->brand;
  for (size_t i = 0; i < count; i++) {
    if (rt_bytes_equal(left[i].brand, brand) == is_its_turn) return i;
  }
  return 0;
}

void rt_rank_order(rt_rank_entry *entries, size_t count, size_t places) {
  sort(entries, count);
  size_t end = 0;  // of the group at hand
  const rt_rank_entry *last = NULL;
  for (size_t at = 0; at < count && at < places; at++) {
    if (at == end) {
      while (end < count && entries[end].is_premium == entries[at].is_premium) end++;
      last = NULL;
    }
    for (size_t from = at + choose(entries + at, end - at, last); from > at; from--) {
      swap(&entries[from], &entries[from - 1]);
    }
    last = &entries[at];
  }
}
