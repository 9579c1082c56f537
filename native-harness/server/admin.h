// admin.h: websites and offers as an operator manages them, in the database.
// A running server notices every change by itself. Knows no option and prints nothing.
// SPDX-License-Identifier: MIT
#ifndef RT_SERVER_ADMIN_H
#define RT_SERVER_ADMIN_H

#include "domain/geo_rule.h"
#include "server/auth.h"
#include "server/catalog.h"
#include "server/database.h"

enum {
  RT_MAX_DOMAIN_LENGTH = 253,         // RFC 1035, without the root's dot
  RT_MAX_NAME_LENGTH = 120,           // of a website, for people
  RT_MAX_SUPPORT_LABEL_LENGTH = 160,  // 40 characters
  RT_BRAND_CHARACTERS = 40,           // what a card has room for; see web/docs/self-hosting.md
  RT_HEADLINE_CHARACTERS = 90,
  RT_CTA_CHARACTERS = 24,
};

// A website with all its settings; texts are zero-terminated.
typedef struct {
  int64_t number;
  char domain[RT_MAX_DOMAIN_LENGTH + 1];
  char name[RT_MAX_NAME_LENGTH + 1];
  char support_label[RT_MAX_SUPPORT_LABEL_LENGTH + 1];
  char support_url[RT_MAX_URL_LENGTH + 1];
  char dev_origins[RT_MAX_DEV_ORIGINS][RT_MAX_API_BASE_LENGTH + 1];
  size_t dev_origin_count;
  rt_vertical vertical;
  rt_verticals accepted;
  rt_reason default_reason;
  bool are_subdomains_allowed, is_enabled, is_trigger_enabled;
  rt_id public_key, website_key;
} rt_site;

// A new integration secret, shown once.
typedef struct {
  char text[RT_SECRET_TEXT_CAPACITY];
} rt_new_secret;

// Each answers false with the reason in `why`, and has then changed nothing. New keys and ids come from `entropy`.
bool rt_site_add(sqlite3 *database, const rt_entropy *entropy, rt_site *site, rt_new_secret *secret, rt_wall now,
                 rt_sentence *why);
bool rt_site_save(sqlite3 *database, const rt_site *site, rt_sentence *why);  // everything but the keys
bool rt_site_rotate(sqlite3 *database, const rt_entropy *entropy, const rt_site *site, rt_new_secret *secret,
                    rt_sentence *why);
bool rt_site_find(sqlite3 *database, rt_bytes domain, rt_site *site, rt_sentence *why);

// The next website after the one numbered `after` (0: the first). False: there is none.
bool rt_site_next(sqlite3 *database, int64_t after, rt_site *site);

// A website's geo rule as its operator wrote it: places in the order of their codes, each once.
typedef struct {
  rt_geo_mode mode;
  size_t count;
  rt_place places[RT_MAX_PLACES];
} rt_geo_list;

// Answer as above. A code in the database that ISO 3166 no longer knows is left out.
bool rt_site_save_geo(sqlite3 *database, const rt_site *site, const rt_geo_list *list, rt_sentence *why);
bool rt_site_load_geo(sqlite3 *database, const rt_site *site, rt_geo_list *list, rt_sentence *why);

// For the above: says what the database says, ends an open transaction without its changes and gives false.
bool rt_admin_fail(sqlite3 *database, rt_sentence *why);

// Sets a text member from `text`. False: it is too long, not UTF-8 or has control characters.
bool rt_admin_set_text(char *member, size_t capacity, rt_bytes text);

// An offer as it is written in a file; slices are the file's.
typedef struct {
  rt_id id;  // drawn by rt_offer_add
  rt_catalog_offer offer;
  rt_rate rates[RT_MAX_RATES];
} rt_new_offer;

bool rt_offer_add(sqlite3 *database, const rt_entropy *entropy, rt_new_offer *offer, rt_wall now, rt_sentence *why);
bool rt_offer_set_live(sqlite3 *database, const rt_id *id, bool is_live, rt_sentence *why);

// The whole catalog, as the server reads it.
bool rt_admin_load_catalog(sqlite3 *database, rt_catalog *catalog);

#endif
