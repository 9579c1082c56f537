// geo_rule.h: may a visitor from here be served the product?
// Knows places, not how they were found out; nothing of offers. The server decides by it, and the simulator's publisher.
// SPDX-License-Identifier: MIT
#ifndef RT_DOMAIN_GEO_RULE_H
#define RT_DOMAIN_GEO_RULE_H

#include "domain/place.h"

// How the list of a website is read. Stored: never renumber.
typedef enum {
  RT_GEO_NO_RULE,  // everybody is served the product
  RT_GEO_ALLOW,    // who is listed is served the product, everybody else offers
  RT_GEO_BLOCK,    // who is listed is served offers, everybody else the product
} rt_geo_mode;

// A rule. Start from rt_geo_rule_of, then list places.
typedef struct {
  rt_geo_mode mode;
  uint64_t listed[RT_MAX_PLACES / 64];  // bit n: place n is listed, itself or within what is
} rt_geo_rule;

// Why a rule decided as it did.
typedef enum {
  RT_GEO_WHY_NO_RULE,
  RT_GEO_WHY_LISTED,      // the visitor's region, one it is part of, or the country is in the list
  RT_GEO_WHY_NOT_LISTED,  // none of them is
  RT_GEO_WHY_UNKNOWN,     // nobody knows where the visitor is: that matches nothing
} rt_geo_why;

typedef struct {
  bool is_allowed;
  rt_geo_why why;
} rt_geo_verdict;

// A rule that lists nothing yet.
rt_geo_rule rt_geo_rule_of(rt_geo_mode mode);

// Lists a place and all that is part of it. Twice is as good as once.
void rt_geo_rule_list(rt_geo_rule *rule, rt_place place);

// Decides. However long the list is, this takes the same time. A region that ISO 3166-2 does not know counts as its
// country; a country that ISO 3166-1 does not know is an unknown location.
rt_geo_verdict rt_geo_rule_decide(const rt_geo_rule *rule, const rt_location *location);

#endif
