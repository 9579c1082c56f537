// vertical.h: the lines of business an offer or a website belongs to.
// SPDX-License-Identifier: MIT
#ifndef RT_DOMAIN_VERTICAL_H
#define RT_DOMAIN_VERTICAL_H

#include "base/bytes.h"

typedef enum {
  RT_VERTICAL_IGAMING,
  RT_VERTICAL_FINANCE,
  RT_VERTICAL_SPORTS,
  RT_VERTICAL_CRYPTO,
  RT_VERTICAL_ECOMMERCE,
  RT_VERTICAL_STREAMING,
  RT_VERTICAL_COUNT
} rt_vertical;

// A set of verticals: bit n is vertical n. Stored in databases: never renumber.
typedef struct {
  uint32_t bits;
} rt_verticals;

static inline rt_verticals rt_verticals_of(rt_vertical vertical) { return (rt_verticals){1u << vertical}; }
static inline bool rt_verticals_have(rt_verticals set, rt_vertical vertical) {
  return ((set.bits >> vertical) & 1u) != 0;
}

// The name on the wire; never NULL for a valid vertical.
const char *rt_vertical_name(rt_vertical vertical);
bool rt_vertical_find(rt_bytes name, rt_vertical *vertical);

// Writes the names of the set, comma-separated, in the order of the enum.
void rt_write_verticals(rt_writer *writer, rt_verticals set);

#endif
