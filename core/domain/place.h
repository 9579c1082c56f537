// place.h: the countries and regions that there are, by ISO 3166-1 and 3166-2, and what is part of what.
// A table made at build time from Debian's iso-codes; knows no visitor and no rule. Kosovo, which ISO leaves out, is in
// it as XK, because every database of locations calls it so.
// SPDX-License-Identifier: MIT
#ifndef RT_DOMAIN_PLACE_H
#define RT_DOMAIN_PLACE_H

#include "base/status.h"
#include "domain/visitor.h"

// A place's position in the table, in the order of codes: a country stands before its regions. Good for one build only;
// what is kept is the code.
typedef struct {
  uint16_t number;
} rt_place;

enum { RT_MAX_PLACE_CODE_LENGTH = RT_MAX_COUNTRY_LENGTH + 1 + RT_MAX_REGION_LENGTH };  // "US-NJ", "BE-BRU"

typedef struct {
  char text[RT_MAX_PLACE_CODE_LENGTH + 1];
} rt_place_code;

// How many places there are; at most RT_MAX_PLACES.
size_t rt_place_count(void);

// The place of a location: its region's or, where that is none of ISO 3166-2, its country's. False: the location is
// unknown or its country is none of ISO 3166-1.
bool rt_place_of(const rt_location *location, rt_place *place);

// Reads a code, "DE" or "US-NJ", in any case, UK being GB. RT_BAD_FIELD: it does not look like one. RT_NOT_FOUND: there
// is no such country, or `country`, which is then set, has no such region.
rt_status rt_place_parse(rt_bytes code, rt_place *place, rt_place *country);

// What a place is part of: a region of a larger region or of its country, a country of itself.
rt_place rt_place_parent(rt_place place);
rt_place rt_place_country(rt_place place);

// The place itself as a location; as a code; and its English or local name, which is static.
rt_location rt_place_location(rt_place place);
rt_place_code rt_place_to_code(rt_place place);
const char *rt_place_name(rt_place place);

// The region of a location's country that is called `name`, letter for letter but for capitals. False: there is none.
bool rt_place_named(const rt_location *location, rt_bytes name, rt_place *place);

// The place a person may have meant by `text`, which is no code: nearest by letters to a code, a name, or the
// three-letter code of a country. Where `country` is given, one of its regions. False: nothing is near.
bool rt_place_guess(rt_bytes text, const rt_place *country, rt_place *place);

#endif
