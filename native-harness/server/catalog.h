// catalog.h: websites and offers as the service reads them, in memory.
// A catalog is filled once and then only read; a change in the store means a new catalog. Knows no SQL.
// SPDX-License-Identifier: MIT
#ifndef RT_SERVER_CATALOG_H
#define RT_SERVER_CATALOG_H

#include "base/status.h"
#include "domain/geo_rule.h"
#include "domain/money.h"
#include "domain/reason.h"
#include "server/identity.h"

enum {
  RT_MAX_DEV_ORIGINS = 8,     // a developer's machine, a tunnel, a preview or two
  RT_MAX_RATES = 251,         // every country of ISO 3166-1, and "*"
  RT_SECRET_HASH_BYTES = 32,  // BLAKE2b-256
};

typedef struct {
  int64_t number;  // the store's own; never on the wire
  rt_id public_key;
  rt_id website_key;
  unsigned char secret_hash[RT_SECRET_HASH_BYTES];
  rt_bytes domain;                      // lower case, punycode
  rt_bytes support_label, support_url;  // empty: none
  rt_bytes dev_origins[RT_MAX_DEV_ORIGINS];
  size_t dev_origin_count;
  rt_verticals accepted;
  rt_reason default_reason;
  rt_geo_rule geo_rule;
  bool are_subdomains_allowed;
  bool is_enabled;
  bool is_trigger_enabled;
} rt_website;

typedef struct {
  rt_id id;
  rt_bytes brand, headline, cta, image, landing;  // image may be empty
  rt_vertical vertical;
  rt_model model;
  const rt_rate *rates;
  size_t rate_count;
  bool is_premium;
  bool is_live;
  bool is_local;  // its landing URL is plain http on this machine: served only with `serve --dev`
} rt_catalog_offer;

typedef struct rt_catalog rt_catalog;

rt_catalog *rt_catalog_open(void);  // NULL: no memory
void rt_catalog_close(rt_catalog *catalog);

// Adds a copy, slices and rates included. RT_NO_SPACE: no memory.
rt_status rt_catalog_add_website(rt_catalog *catalog, const rt_website *website);
rt_status rt_catalog_add_offer(rt_catalog *catalog, const rt_catalog_offer *offer);

// Each NULL when there is none. What is found lives as long as the catalog.
const rt_website *rt_catalog_website_by_key(const rt_catalog *catalog, const rt_id *website_key);
const rt_website *rt_catalog_website_by_number(const rt_catalog *catalog, int64_t number);
const rt_website *rt_catalog_website_by_secret(const rt_catalog *catalog, const unsigned char *secret_hash);
const rt_catalog_offer *rt_catalog_offer_by_id(const rt_catalog *catalog, const rt_id *id);

size_t rt_catalog_offer_count(const rt_catalog *catalog);
const rt_catalog_offer *rt_catalog_offer_at(const rt_catalog *catalog, size_t index);

#endif
