// visitor.h: what is known about where a visitor is.
// Knows no address and no database of places; a location is only ever what somebody trusted said.
// SPDX-License-Identifier: MIT
#ifndef RT_DOMAIN_VISITOR_H
#define RT_DOMAIN_VISITOR_H

#include "base/bytes.h"
#include "domain/limits.h"

// A country (ISO 3166-1 alpha-2) and perhaps a region of it (the part of ISO 3166-2 after the hyphen), upper case,
// zero-terminated. An empty country is an unknown location; then the region is empty too.
typedef struct {
  char country[RT_MAX_COUNTRY_LENGTH + 1];
  char region[RT_MAX_REGION_LENGTH + 1];
} rt_location;

// Takes a country code of two letters in any case; UK is taken as GB. False, and `location` unknown, for anything else.
// The region starts out empty.
bool rt_location_set_country(rt_location *location, rt_bytes code);

// Takes one to three letters or digits as the region of a known country. False, and no region, for anything else.
bool rt_location_set_region(rt_location *location, rt_bytes code);

static inline bool rt_location_is_known(const rt_location *location) { return location->country[0] != '\0'; }

#endif
