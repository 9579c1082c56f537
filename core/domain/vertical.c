// vertical.c: names of verticals.
// SPDX-License-Identifier: MIT
#include "domain/vertical.h"

static const char *const names[RT_VERTICAL_COUNT] = {
    [RT_VERTICAL_IGAMING] = "igaming", [RT_VERTICAL_FINANCE] = "finance",     [RT_VERTICAL_SPORTS] = "sports",
    [RT_VERTICAL_CRYPTO] = "crypto",   [RT_VERTICAL_ECOMMERCE] = "ecommerce", [RT_VERTICAL_STREAMING] = "streaming",
};

const char *rt_vertical_name(rt_vertical vertical) { return names[vertical]; }

bool rt_vertical_find(rt_bytes name, rt_vertical *vertical) {
  for (int i = 0; i < RT_VERTICAL_COUNT; i++) {
    if (rt_bytes_equal(name, rt_bytes_of(names[i]))) {
      *vertical = (rt_vertical)i;
      return true;
    }
  }
  return false;
}

void rt_write_verticals(rt_writer *writer, rt_verticals set) {
  bool needs_comma = false;
  for (int i = 0; i < RT_VERTICAL_COUNT; i++) {
    if (!rt_verticals_have(set, (rt_vertical)i)) continue;
    if (needs_comma) rt_write_char(writer, ',');
    rt_write_text(writer, names[i]);
    needs_comma = true;
  }
}
