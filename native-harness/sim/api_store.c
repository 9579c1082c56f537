// api_store.c: one interface over tables and the real database.
// SPDX-License-Identifier: MIT
#include "sim/api_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/admin.h"
#include "server/store_memory.h"
#include "server/store_sqlite.h"
#include "sim/disk.h"

enum {
  MOST_CHANGES = 40,             // of the disk, by a batch
  MOST_CHANGES_AFTER_IT = 2500,  // by copying a log of 1000 pages into the database
  PRUNE_EVERY_MS = 3600000       // as the server does
};

static const char path[] = "retarget.db", log_path[] = "retarget.db-wal";

struct rt_api_store {
  rt_store_kind kind;
  rt_entropy entropy;
  rt_prng chance;
  rt_keys keys;
  rt_wall made_at;
  rt_store_memory *memory;
  bool is_broken;
  rt_disk *disk;
  sqlite3 *admin;           // the operator's connection, until the first process starts
  rt_store_sqlite *sqlite;  // NULL: no process
  int64_t prune_at_ms;
};

static rt_database_file file_of(const rt_api_store *store) {
  return (rt_database_file){path, rt_disk_name(store->disk), store->entropy};
}

// A connection of the operator's.
static sqlite3 *open_database(const rt_api_store *store, rt_sentence *why) {
  const rt_database_file file = file_of(store);
  return rt_database_open(&file, why);
}

// ---------------------------------------------------------------- making one

static bool make_memory(rt_api_store *store) {
  store->memory = rt_store_memory_open();
  store->entropy.fill(store->entropy.self, &store->keys, sizeof store->keys);
  return store->memory != NULL;
}

static bool make_database(rt_api_store *store) {
  rt_sentence why;
  store->disk = rt_disk_open(rt_prng_fork(&store->chance, RT_BYTES("disk")));
  if (store->disk == NULL) return false;
  rt_disk_set_wall(store->disk, store->made_at);
  store->admin = open_database(store, &why);
  return store->admin != NULL && rt_database_keys(store->admin, &store->keys);
}

rt_api_store *rt_api_store_make(rt_store_kind kind, rt_entropy entropy, rt_prng chance, rt_wall wall) {
  rt_api_store *store = calloc(1, sizeof *store);
  if (store == NULL) return NULL;
  store->kind = kind;
  store->entropy = entropy;
  store->chance = chance;
  store->made_at = wall;
  if (kind == RT_STORE_SQLITE ? make_database(store) : make_memory(store)) return store;
  rt_api_store_free(store);
  return NULL;
}

void rt_api_store_free(rt_api_store *store) {
  if (store == NULL) return;
  rt_store_memory_close(store->memory);
  rt_database_close(store->admin);
  if (store->sqlite != NULL) rt_store_sqlite_close(store->sqlite);
  rt_disk_close(store->disk);
  free(store);
}

// ---------------------------------------------------------------- the operator's work

static bool add_to_memory(rt_api_store *store, rt_website *website, char secret[RT_SECRET_TEXT_CAPACITY]) {
  website->public_key = rt_id_draw(&store->entropy);
  website->website_key = rt_id_draw(&store->entropy);
  rt_secret_draw(&store->entropy, &store->keys, secret, website->secret_hash);
  const rt_website *added = rt_store_memory_add_website(store->memory, website);
  return added != NULL;
}

static bool is_listed(const rt_geo_rule *rule, rt_place place) {
  return (rule->listed[place.number / 64] >> place.number % 64 & 1) != 0;
}

// The rule as an operator would have written it: what is listed and not part of something that is.
static bool save_rule(rt_api_store *store, const rt_site *site, const rt_geo_rule *rule, rt_sentence *why) {
  rt_geo_list list = {.mode = rule->mode};
  for (rt_place place = {0}; place.number < rt_place_count(); place.number++) {
    const rt_place whole = rt_place_parent(place);
    const bool is_part = whole.number != place.number && is_listed(rule, whole);
    if (is_listed(rule, place) && !is_part) list.places[list.count++] = place;
  }
  return rule->mode == RT_GEO_NO_RULE || rt_site_save_geo(store->admin, site, &list, why);
}

static bool add_to_database(rt_api_store *store, rt_website *website, char secret[RT_SECRET_TEXT_CAPACITY]) {
  rt_sentence why;
  rt_new_secret made;
  rt_site site = {.accepted = website->accepted,
                  .default_reason = website->default_reason,
                  .are_subdomains_allowed = website->are_subdomains_allowed,
                  .is_enabled = website->is_enabled,
                  .is_trigger_enabled = website->is_trigger_enabled,
                  .dev_origin_count = website->dev_origin_count};
  rt_admin_set_text(site.domain, sizeof site.domain, website->domain);
  rt_admin_set_text(site.name, sizeof site.name, website->domain);
  rt_admin_set_text(site.support_label, sizeof site.support_label, website->support_label);
  rt_admin_set_text(site.support_url, sizeof site.support_url, website->support_url);
  for (size_t i = 0; i < website->dev_origin_count; i++)
    rt_admin_set_text(site.dev_origins[i], sizeof site.dev_origins[i], website->dev_origins[i]);
  if (!rt_site_add(store->admin, &store->entropy, &site, &made, store->made_at, &why)) return false;
  if (!save_rule(store, &site, &website->geo_rule, &why)) return false;
  website->number = site.number;
  website->public_key = site.public_key;
  website->website_key = site.website_key;
  memcpy(secret, made.text, sizeof made.text);
  return true;
}

bool rt_api_store_add_website(rt_api_store *store, rt_website *website, char secret[RT_SECRET_TEXT_CAPACITY]) {
  return store->kind == RT_STORE_SQLITE ? add_to_database(store, website, secret)
                                        : add_to_memory(store, website, secret);
}

static bool add_offer_to_memory(rt_api_store *store, const rt_catalog_offer *offer) {
  rt_catalog_offer with_id = *offer;
  with_id.id = rt_id_draw(&store->entropy);
  return rt_store_memory_add_offer(store->memory, &with_id) != NULL;
}

static bool add_offer_to_database(rt_api_store *store, const rt_catalog_offer *offer) {
  rt_sentence why;
  rt_new_offer *added = calloc(1, sizeof *added);
  bool is_added = added != NULL && rt_sql_execute(store->admin, "BEGIN IMMEDIATE");
  if (is_added) {
    added->offer = *offer;
    memcpy(added->rates, offer->rates, offer->rate_count * sizeof offer->rates[0]);
    is_added = rt_offer_add(store->admin, &store->entropy, added, store->made_at, &why) &&
               rt_sql_execute(store->admin, "COMMIT");
  }
  free(added);
  return is_added;
}

bool rt_api_store_add_offer(rt_api_store *store, const rt_catalog_offer *offer) {
  return store->kind == RT_STORE_SQLITE ? add_offer_to_database(store, offer) : add_offer_to_memory(store, offer);
}

// ---------------------------------------------------------------- a process

bool rt_api_store_open(rt_api_store *store, rt_wall wall, rt_api_store_reason *why) {
  if (store->kind == RT_STORE_MEMORY) return true;
  rt_sentence sentence = {"its log cannot be synced"};
  const rt_database_file file = file_of(store);
  rt_database_close(store->admin);
  store->admin = NULL;
  rt_disk_set_wall(store->disk, wall);
  if (rt_disk_settle(store->disk, log_path)) store->sqlite = rt_store_sqlite_open(&file, &sentence);
  store->prune_at_ms = wall.ms;
  if (store->sqlite == NULL) snprintf(why->text, sizeof why->text, "%.190s", sentence.text);
  return store->sqlite != NULL;
}

rt_store rt_api_store_interface(rt_api_store *store) {
  return store->kind == RT_STORE_SQLITE ? rt_store_sqlite_interface(store->sqlite)
                                        : rt_store_memory_interface(store->memory);
}

const rt_keys *rt_api_store_keys(const rt_api_store *store) { return &store->keys; }

static rt_commit_result commit_memory(rt_api_store *store, uint64_t *batch) {
  if (store->is_broken) return RT_COMMIT_FAILED;
  *batch = rt_store_memory_commit(store->memory);
  return *batch == 0 ? RT_COMMIT_NOTHING : RT_COMMIT_DONE;
}

// What the server's writing thread does for one batch.
static rt_commit_result commit_database(rt_api_store *store, rt_wall wall, uint64_t *batch) {
  rt_sentence why;
  rt_disk_set_wall(store->disk, wall);
  if (!rt_store_sqlite_wait(store->sqlite, rt_ms(0))) return RT_COMMIT_NOTHING;
  *batch = rt_store_sqlite_commit(store->sqlite, &why);
  if (*batch == 0) return RT_COMMIT_FAILED;
  if (wall.ms >= store->prune_at_ms) {
    rt_store_sqlite_prune(store->sqlite, wall);
    store->prune_at_ms = wall.ms + PRUNE_EVERY_MS;
  }
  return RT_COMMIT_DONE;
}

rt_commit_result rt_api_store_commit(rt_api_store *store, rt_wall wall, uint64_t *batch) {
  return store->kind == RT_STORE_SQLITE ? commit_database(store, wall, batch) : commit_memory(store, batch);
}

rt_commit_result rt_api_store_commit_in_the_dark(rt_api_store *store, rt_wall wall, uint64_t *batch) {
  const bool is_long = rt_draw_below(rt_prng_next(&store->chance), 8) == 0;
  const uint32_t draw = rt_draw_below(rt_prng_next(&store->chance), is_long ? MOST_CHANGES_AFTER_IT : MOST_CHANGES);
  if (store->kind == RT_STORE_SQLITE) {
    rt_disk_cut_after(store->disk, draw);
    return commit_database(store, wall, batch);
  }
  // Tables are cut before, or between becoming durable and saying so, or after.
  rt_commit_result result = RT_COMMIT_FAILED;
  if (draw % 3 > 0) result = commit_memory(store, batch);
  return draw % 3 == 1 ? RT_COMMIT_FAILED : result;
}

bool rt_api_store_crash(rt_api_store *store) {
  if (store->kind == RT_STORE_MEMORY) {
    rt_store_memory_crash(store->memory);
    return true;
  }
  const uint32_t loss = rt_draw_below(rt_prng_next(&store->chance), RT_LOSS_ANY + 1);
  const bool is_dark = rt_disk_is_cut(store->disk);
  rt_disk_cut_after(store->disk, 0);
  if (store->sqlite != NULL) rt_store_sqlite_close(store->sqlite);
  store->sqlite = NULL;
  return rt_disk_restart(store->disk, is_dark && loss == RT_LOSS_NONE ? RT_LOSS_ALL : (rt_disk_loss)loss);
}

// ---------------------------------------------------------------- the disk's health

void rt_api_store_break(rt_api_store *store) {
  const rt_disk_trouble trouble =
      RT_DISK_FULL + rt_draw_below(rt_prng_next(&store->chance), RT_DISK_UNREADABLE - RT_DISK_FULL + 1);
  store->is_broken = trouble != RT_DISK_UNREADABLE;
  if (store->kind == RT_STORE_SQLITE) {
    rt_disk_set_trouble(store->disk, trouble);
  } else {
    if (trouble == RT_DISK_FULL) rt_store_memory_set_room(store->memory, 0);
    rt_store_memory_set_readable(store->memory, trouble != RT_DISK_UNREADABLE);
  }
}

void rt_api_store_mend(rt_api_store *store) {
  store->is_broken = false;
  if (store->kind == RT_STORE_SQLITE) {
    rt_disk_set_trouble(store->disk, RT_DISK_SOUND);
  } else {
    rt_store_memory_set_room(store->memory, SIZE_MAX);
    rt_store_memory_set_readable(store->memory, true);
  }
}

static bool is_fine(sqlite3 *database, const char *check, const char *fine, rt_api_store_reason *why) {
  sqlite3_stmt *row = rt_sql(database, check);
  const int step = row == NULL ? SQLITE_ERROR : sqlite3_step(row);
  const rt_bytes found = step == SQLITE_ROW ? rt_sql_text(row, 0) : RT_BYTES_NONE;
  const bool is_good = step == SQLITE_DONE || (step == SQLITE_ROW && rt_bytes_equal(found, rt_bytes_of(fine)));
  if (!is_good)
    snprintf(why->text, sizeof why->text, "%s says %.*s (%s)", check, (int)(found.length < 80 ? found.length : 80),
             found.data == NULL ? "" : found.data, sqlite3_errmsg(database));
  sqlite3_finalize(row);
  return is_good;
}

bool rt_api_store_is_sound(rt_api_store *store, rt_api_store_reason *why) {
  if (store->kind == RT_STORE_MEMORY) return true;
  rt_sentence sentence;
  sqlite3 *database = open_database(store, &sentence);
  if (database == NULL) {
    snprintf(why->text, sizeof why->text, "%.190s", sentence.text);
    return false;
  }
  const bool is_sound =
      is_fine(database, "PRAGMA integrity_check", "ok", why) && is_fine(database, "PRAGMA foreign_key_check", "", why);
  rt_database_close(database);
  return is_sound;
}

bool rt_api_store_is_checked(rt_api_store *store) {
  return store->kind == RT_STORE_SQLITE && rt_draw_below(rt_prng_next(&store->chance), 8) == 0;
}
