// rank.c: sort, then keep equal brands apart.
// SPDX-License-Identifier: MIT
#include "domain/rank.h"

typedef bool (*stands_before)(const rt_rank_entry *a, const rt_rank_entry *b);

static bool is_ranked_before(const rt_rank_entry *a, const rt_rank_entry *b) {
  if (a->score != b->score) return a->score > b->score;
  return rt_bytes_compare(a->id, b->id) < 0;
}

static bool is_brand_before(const rt_rank_entry *a, const rt_rank_entry *b) {
  return rt_bytes_compare(a->brand, b->brand) < 0;
}

// Shell sort with Ciura's gaps (2001): in place, no recursion, a dozen lines of wasm.
static void sort(rt_rank_entry *entries, size_t count, stands_before before) {
  static const size_t gaps[] = {1750, 701, 301, 132, 57, 23, 10, 4, 1};
  for (size_t g = 0; g < sizeof gaps / sizeof gaps[0]; g++) {
    for (size_t i = gaps[g]; i < count; i++) {
      const rt_rank_entry moving = entries[i];
      size_t at = i;
      for (; at >= gaps[g] && before(&moving, &entries[at - gaps[g]]); at -= gaps[g])
        entries[at] = entries[at - gaps[g]];
      entries[at] = moving;
    }
  }
}

// Gives equal brands equal numbers, 0 upwards.
static void number_brands(rt_rank_entry *entries, size_t count) {
  sort(entries, count, is_brand_before);
  for (size_t i = 0; i < count; i++) {
    const bool is_new = i > 0 && !rt_bytes_equal(entries[i].brand, entries[i - 1].brand);
    entries[i].brand_number = i == 0 ? 0 : entries[i - 1].brand_number + (is_new ? 1 : 0);
  }
}

// Moves entries[from] to entries[to], to <= from, the ones between one place back. `brand_left` belongs to the place,
// not to the entry: entries[n].brand_left counts what is left of brand number n.
static void bring_forward(rt_rank_entry *entries, size_t from, size_t to) {
  rt_rank_entry moving = entries[from];
  for (size_t i = from; i > to; i--) {
    const uint32_t left = entries[i].brand_left;
    entries[i] = entries[i - 1];
    entries[i].brand_left = left;
  }
  moving.brand_left = entries[to].brand_left;
  entries[to] = moving;
}

static uint32_t most_frequent(const rt_rank_entry *entries, size_t count) {
  uint32_t most = 0;
  for (uint32_t number = 1; number < count; number++) {
    if (entries[number].brand_left > entries[most].brand_left) most = number;
  }
  return most;
}

// The first entry from `at` on whose brand number is (or, when `is_wanted` is false, is not) `number`; `at` when there
// is none.
static size_t find_brand(const rt_rank_entry *entries, size_t count, size_t at, uint32_t number, bool is_wanted) {
  for (size_t i = at; i < count; i++) {
    if ((entries[i].brand_number == number) == is_wanted) return i;
  }
  return at;
}

// One group, sorted, brands numbered. After each choice `rest` entries are left; they can be kept apart as long as no
// brand has more than half of them, rounded up. A brand about to pass that mark is chosen now, otherwise the best entry
// whose brand is not the last one's.
static void keep_brands_apart(rt_rank_entry *entries, size_t count) {
  for (size_t i = 0; i < count; i++) entries[i].brand_left = 0;
  for (size_t i = 0; i < count; i++) entries[entries[i].brand_number].brand_left++;
  size_t look_again_at = count;  // only when `rest` has come down to this can a brand be pressing: counts never grow
  for (size_t at = 0; at < count; at++) {
    const size_t rest = count - at - 1;
    const uint32_t last = at == 0 ? UINT32_MAX : entries[at - 1].brand_number;
    size_t chosen = at;
    if (last != UINT32_MAX) chosen = find_brand(entries, count, at, last, false);
    if (rest <= look_again_at) {
      const uint32_t most = most_frequent(entries, count);
      const uint32_t left = entries[most].brand_left;
      look_again_at = left > 0 ? 2 * (size_t)left - 2 : 0;
      if (rest <= look_again_at && most != last) chosen = find_brand(entries, count, at, most, true);
    }
    entries[entries[chosen].brand_number].brand_left--;
    bring_forward(entries, chosen, at);
  }
}

// One group: numbers its brands, sorts it, keeps its brands apart.
static void order_group(rt_rank_entry *entries, size_t count) {
  number_brands(entries, count);
  sort(entries, count, is_ranked_before);
  keep_brands_apart(entries, count);
}

void rt_rank_order(rt_rank_entry *entries, size_t count) {
  size_t premium = 0;
  for (size_t i = 0; i < count; i++) {
    if (!entries[i].is_premium) continue;
    const rt_rank_entry moving = entries[i];
    entries[i] = entries[premium];
    entries[premium++] = moving;
  }
  order_group(entries, premium);
  order_group(entries + premium, count - premium);
}
