// visitor.c: country and region codes.
// SPDX-License-Identifier: MIT
#include "domain/visitor.h"

#include <string.h>

static bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static char upper(char c) { return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c; }

bool rt_location_set_country(rt_location *location, rt_bytes code) {
  *location = (rt_location){0};
  if (code.length != RT_MAX_COUNTRY_LENGTH) return false;
  const char first = upper(code.data[0]), second = upper(code.data[1]);
  if (!is_letter(first) || !is_letter(second)) return false;
  location->country[0] = first;
  location->country[1] = second;
  if (memcmp(location->country, "UK", 2) == 0) memcpy(location->country, "GB", 2);
  return true;
}

bool rt_location_set_region(rt_location *location, rt_bytes code) {
  memset(location->region, 0, sizeof location->region);
  if (!rt_location_is_known(location) || code.length == 0 || code.length > RT_MAX_REGION_LENGTH) return false;
  for (size_t i = 0; i < code.length; i++) {
    const char c = upper(code.data[i]);
    if (!is_letter(c) && !is_digit(c)) {
      memset(location->region, 0, sizeof location->region);
      return false;
    }
    location->region[i] = c;
  }
  return true;
}
