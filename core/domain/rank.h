// rank.h: the one order in which offers stand, for the server that chooses and the embed that shows.
// Knows nothing of money: a score is any number, larger is better.
// SPDX-License-Identifier: MIT
#ifndef RT_DOMAIN_RANK_H
#define RT_DOMAIN_RANK_H

#include "base/bytes.h"

// What the order depends on. `index` is the caller's own and only carried along.
typedef struct {
  rt_bytes id;     // ends every comparison: ids are unique, so the order is total
  rt_bytes brand;  // equal brands are kept apart
  int64_t score;
  bool is_premium;
  uint32_t index;
} rt_rank_entry;

// Orders `entries` in place: premium first, then by score descending, then by id ascending; and for the first `places`
// of them, inside each of the two groups, an entry whose brand equals its predecessor's gives way to the best entry of
// another brand, as long as what is left of the group can still be kept apart. Where a group has too many of one brand,
// those stand together at its end only as far as they must. The same set gives the same order whatever order it came
// in. About n^1.3 comparisons (Shell sort) and for each of the places a few per entry. No memory beyond
// the entries.
void rt_rank_order(rt_rank_entry *entries, size_t count, size_t places);

#endif
