// place.c: the table of places and the ways through it.
// SPDX-License-Identifier: MIT
#include "domain/place.h"

#include <string.h>

#include "base/letters.h"

enum { LETTERS = 26, COUNTRY_CODES = LETTERS * LETTERS };

typedef struct {
  char country[RT_MAX_COUNTRY_LENGTH];
  char region[RT_MAX_REGION_LENGTH];  // padded with zeros; a country has none
  uint16_t parent;
} place_row;

#define PLACE(country, region, parent, long_code, name) {country, region, parent},
static const place_row places[] = {
#include "domain/places.inc"
};
#undef PLACE

// Only people read these: they stand apart from what every decision reads.
#define PLACE(country, region, parent, long_code, name) {long_code, name},
static const struct {
  char long_code[4];
  const char *name;
} names[] = {
#include "domain/places.inc"
};
#undef PLACE

#define PLACE_COUNT (sizeof places / sizeof places[0])
_Static_assert(PLACE_COUNT <= RT_MAX_PLACES, "iso-codes has grown: raise RT_MAX_PLACES");

size_t rt_place_count(void) { return PLACE_COUNT; }

// The places of a country are firsts[its letters] up to the next: so that which country it is takes one step.
#define FIRST_PLACE(number) number,
static const uint16_t firsts[COUNTRY_CODES + 1] = {
#include "domain/places.inc"
};
#undef FIRST_PLACE

// A region as a number that is in the same order.
static uint32_t order_of(const char *region) {
  const unsigned char *letters = (const unsigned char *)region;
  return (uint32_t)letters[0] << 16 | (uint32_t)letters[1] << 8 | letters[2];
}

// Halves the places of the country until one is left: eight times at most, and without a branch to be guessed.
static bool find(const rt_location *location, rt_place *place) {
  const uint32_t letters = (uint32_t)(location->country[0] - 'A') * LETTERS + (uint32_t)(location->country[1] - 'A');
  if (letters >= COUNTRY_CODES) return false;
  const uint32_t wanted = order_of(location->region);
  uint32_t first = firsts[letters], count = firsts[letters + 1] - first;
  if (count == 0) return false;
  while (count > 1) {
    const uint32_t half = count / 2;
    first += order_of(places[first + half].region) <= wanted ? half : 0;
    count -= half;
  }
  place->number = (uint16_t)first;
  return order_of(places[first].region) == wanted &&
         memcmp(places[first].country, location->country, RT_MAX_COUNTRY_LENGTH) == 0;
}

static rt_location country_alone(const rt_location *location) {
  rt_location country = *location;
  memset(country.region, 0, sizeof country.region);
  return country;
}

bool rt_place_of(const rt_location *location, rt_place *place) {
  if (find(location, place)) return true;
  const rt_location country = country_alone(location);
  return find(&country, place);
}

rt_status rt_place_parse(rt_bytes code, rt_place *place, rt_place *country) {
  rt_location location;
  const size_t hyphen = rt_bytes_find(code, '-');
  if (!rt_location_set_country(&location, rt_bytes_take(code, hyphen))) return RT_BAD_FIELD;
  if (hyphen < code.length && !rt_location_set_region(&location, rt_bytes_skip(code, hyphen + 1))) return RT_BAD_FIELD;
  const rt_location whole = country_alone(&location);
  *country = (rt_place){RT_MAX_PLACES};
  if (!find(&whole, country)) return RT_NOT_FOUND;
  return find(&location, place) ? RT_OK : RT_NOT_FOUND;
}

rt_place rt_place_parent(rt_place place) { return (rt_place){places[place.number].parent}; }

rt_place rt_place_country(rt_place place) {
  while (places[place.number].region[0] != '\0') place = rt_place_parent(place);
  return place;
}

rt_location rt_place_location(rt_place place) {
  rt_location location = {0};
  memcpy(location.country, places[place.number].country, RT_MAX_COUNTRY_LENGTH);
  memcpy(location.region, places[place.number].region, RT_MAX_REGION_LENGTH);
  return location;
}

rt_place_code rt_place_to_code(rt_place place) {
  const rt_location location = rt_place_location(place);
  rt_place_code code = {0};
  rt_writer writer = rt_writer_over(code.text, RT_MAX_PLACE_CODE_LENGTH);
  rt_write_text(&writer, location.country);
  if (location.region[0] != '\0') rt_write_char(&writer, '-');
  rt_write_text(&writer, location.region);
  return code;
}

const char *rt_place_name(rt_place place) { return names[place.number].name; }

bool rt_place_named(const rt_location *location, rt_bytes name, rt_place *place) {
  const rt_location country = country_alone(location);
  rt_place each;
  if (name.length == 0 || !find(&country, &each)) return false;
  for (each.number++; each.number < PLACE_COUNT && places[each.number].region[0] != '\0'; each.number++) {
    if (!rt_bytes_equal_ignoring_case(rt_bytes_of(names[each.number].name), name)) continue;
    *place = each;
    return true;
  }
  return false;
}

// How far `text` is from what a place is called, by whichever of its names is nearest.
static uint32_t distance(rt_bytes text, rt_place place) {
  const rt_location location = rt_place_location(place);
  const char *code = location.region[0] != '\0' ? location.region : location.country;
  const char *const called[] = {code, names[place.number].name, names[place.number].long_code};
  uint32_t least = RT_MANY_LETTERS;
  for (size_t i = 0; i < sizeof called / sizeof called[0]; i++) {
    const uint32_t apart = rt_letters_apart(text, rt_bytes_of(called[i]));
    if (apart < least && called[i][0] != '\0') least = apart;
  }
  return least;
}

bool rt_place_guess(rt_bytes text, const rt_place *country, rt_place *place) {
  uint32_t least = RT_MANY_LETTERS;
  for (rt_place each = {0}; each.number < PLACE_COUNT; each.number++) {
    const bool is_country = places[each.number].region[0] == '\0';
    if (country == NULL ? !is_country : is_country || rt_place_country(each).number != country->number) continue;
    const uint32_t apart = distance(text, each);
    if (apart >= least) continue;
    least = apart;
    *place = each;
  }
  return rt_letters_are_near(least, text);
}
