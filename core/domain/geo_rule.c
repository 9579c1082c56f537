// geo_rule.c: a list of places as a set of bits, so that a decision is one look.
// SPDX-License-Identifier: MIT
#include "domain/geo_rule.h"

enum { BITS = 64 };

static bool is_listed(const rt_geo_rule *rule, rt_place place) {
  return (rule->listed[place.number / BITS] >> place.number % BITS & 1) != 0;
}

rt_geo_rule rt_geo_rule_of(rt_geo_mode mode) { return (rt_geo_rule){.mode = mode}; }

// The parts of a country follow it in the table; those of a region lie anywhere among them, and parts of parts too.
void rt_geo_rule_list(rt_geo_rule *rule, rt_place place) {
  const rt_place country = rt_place_country(place);
  for (rt_place part = country; part.number < rt_place_count(); part.number++) {
    if (rt_place_country(part).number != country.number) break;
    rt_place whole = part;
    while (whole.number != place.number && whole.number != country.number) whole = rt_place_parent(whole);
    if (whole.number == place.number) rule->listed[part.number / BITS] |= UINT64_C(1) << part.number % BITS;
  }
}

rt_geo_verdict rt_geo_rule_decide(const rt_geo_rule *rule, const rt_location *location) {
  rt_place place;
  if (rule->mode == RT_GEO_NO_RULE) return (rt_geo_verdict){true, RT_GEO_WHY_NO_RULE};
  const bool is_block = rule->mode == RT_GEO_BLOCK;
  if (!rt_place_of(location, &place)) return (rt_geo_verdict){is_block, RT_GEO_WHY_UNKNOWN};
  if (is_listed(rule, place)) return (rt_geo_verdict){!is_block, RT_GEO_WHY_LISTED};
  return (rt_geo_verdict){is_block, RT_GEO_WHY_NOT_LISTED};
}
