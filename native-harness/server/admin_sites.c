// admin_sites.c: websites in the database.
// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "server/admin.h"

bool rt_admin_fail(sqlite3 *database, rt_sentence *why) {
  snprintf(why->text, sizeof why->text, "The database refused the change: %s.", sqlite3_errmsg(database));
  if (sqlite3_get_autocommit(database) == 0) rt_sql_execute(database, "ROLLBACK");
  return false;
}

bool rt_admin_set_text(char *member, size_t capacity, rt_bytes text) {
  if (text.length >= capacity || !rt_bytes_are_utf8(text)) return false;
  for (size_t i = 0; i < text.length; i++) {
    if ((unsigned char)text.data[i] < 0x20 || text.data[i] == 0x7F) return false;
  }
  if (text.length > 0) memcpy(member, text.data, text.length);
  member[text.length] = '\0';
  return true;
}

static void bind_settings(sqlite3_stmt *statement, const rt_site *site) {
  rt_sql_bind_text(statement, 1, rt_bytes_of(site->domain));
  rt_sql_bind_text(statement, 2, rt_bytes_of(site->name));
  rt_sql_bind_number(statement, 3, site->vertical);
  rt_sql_bind_number(statement, 4, site->accepted.bits);
  rt_sql_bind_number(statement, 5, site->default_reason);
  rt_sql_bind_text(statement, 6, rt_bytes_of(site->support_label));
  rt_sql_bind_text(statement, 7, rt_bytes_of(site->support_url));
  rt_sql_bind_number(statement, 8, site->are_subdomains_allowed);
  rt_sql_bind_number(statement, 9, site->is_enabled);
  rt_sql_bind_number(statement, 10, site->is_trigger_enabled);
}

static bool save_dev_origins(sqlite3 *database, const rt_site *site) {
  sqlite3_stmt *removal = rt_sql(database, "DELETE FROM website_dev_origins WHERE website = ?1");
  sqlite3_stmt *addition = rt_sql(database, "INSERT OR IGNORE INTO website_dev_origins VALUES (?1, ?2)");
  bool is_done = removal != NULL && addition != NULL;
  if (is_done) {
    rt_sql_bind_number(removal, 1, site->number);
    is_done = rt_sql_run(removal);
  }
  for (size_t i = 0; is_done && i < site->dev_origin_count; i++) {
    rt_sql_bind_number(addition, 1, site->number);
    rt_sql_bind_text(addition, 2, rt_bytes_of(site->dev_origins[i]));
    is_done = rt_sql_run(addition);
  }
  sqlite3_finalize(removal);
  sqlite3_finalize(addition);
  return is_done;
}

static bool insert_site(sqlite3 *database, rt_site *site, const unsigned char *hash, rt_wall now) {
  sqlite3_stmt *statement = rt_sql(
      database,
      "INSERT INTO websites (organization, domain, name, vertical, accepted, default_reason, support_label, "
      "support_url, are_subdomains_allowed, is_enabled, is_trigger_enabled, public_key, website_key, secret_hash, "
      "created_at) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)");
  if (statement == NULL) return false;
  bind_settings(statement, site);
  rt_sql_bind_blob(statement, 11, site->public_key.bytes, RT_ID_BYTES);
  rt_sql_bind_blob(statement, 12, site->website_key.bytes, RT_ID_BYTES);
  rt_sql_bind_blob(statement, 13, hash, RT_SECRET_HASH_BYTES);
  rt_sql_bind_number(statement, 14, now.ms);
  const bool is_done = rt_sql_run(statement);
  site->number = sqlite3_last_insert_rowid(database);
  sqlite3_finalize(statement);
  return is_done;
}

bool rt_site_add(sqlite3 *database, const rt_entropy *entropy, rt_site *site, rt_new_secret *secret, rt_wall now,
                 rt_sentence *why) {
  unsigned char hash[RT_SECRET_HASH_BYTES];
  rt_keys keys;
  rt_site existing;
  rt_sentence ignored;
  if (!rt_database_keys(database, &keys)) return rt_admin_fail(database, why);
  if (rt_site_find(database, rt_bytes_of(site->domain), &existing, &ignored)) {
    snprintf(why->text, sizeof why->text, "%s is registered already; change it with `retarget site set`.",
             site->domain);
    return false;
  }
  site->public_key = rt_id_draw(entropy);
  site->website_key = rt_id_draw(entropy);
  rt_secret_draw(entropy, &keys, secret->text, hash);
  if (rt_sql_execute(database, "BEGIN IMMEDIATE") && insert_site(database, site, hash, now) &&
      save_dev_origins(database, site) && rt_sql_execute(database, "COMMIT")) {
    return true;
  }
  return rt_admin_fail(database, why);
}

bool rt_site_save(sqlite3 *database, const rt_site *site, rt_sentence *why) {
  sqlite3_stmt *statement =
      rt_sql(database,
             "UPDATE websites SET domain = ?1, name = ?2, vertical = ?3, accepted = ?4, default_reason = ?5, "
             "support_label = ?6, support_url = ?7, are_subdomains_allowed = ?8, is_enabled = ?9, "
             "is_trigger_enabled = ?10 WHERE id = ?11");
  bool is_done = statement != NULL && rt_sql_execute(database, "BEGIN IMMEDIATE");
  if (is_done) {
    bind_settings(statement, site);
    rt_sql_bind_number(statement, 11, site->number);
    is_done = rt_sql_run(statement);
  }
  sqlite3_finalize(statement);
  if (is_done && save_dev_origins(database, site) && rt_sql_execute(database, "COMMIT")) return true;
  return rt_admin_fail(database, why);
}

bool rt_site_rotate(sqlite3 *database, const rt_entropy *entropy, const rt_site *site, rt_new_secret *secret,
                    rt_sentence *why) {
  unsigned char hash[RT_SECRET_HASH_BYTES];
  rt_keys keys;
  if (!rt_database_keys(database, &keys)) return rt_admin_fail(database, why);
  rt_secret_draw(entropy, &keys, secret->text, hash);
  sqlite3_stmt *statement = rt_sql(database, "UPDATE websites SET secret_hash = ?1 WHERE id = ?2");
  bool is_done = statement != NULL;
  if (is_done) {
    rt_sql_bind_blob(statement, 1, hash, sizeof hash);
    rt_sql_bind_number(statement, 2, site->number);
    is_done = rt_sql_run(statement);
  }
  sqlite3_finalize(statement);
  return is_done || rt_admin_fail(database, why);
}

static const char columns[] =
    "SELECT id, domain, name, vertical, accepted, default_reason, support_label, support_url, are_subdomains_allowed, "
    "is_enabled, is_trigger_enabled, public_key, website_key FROM websites ";

static void read_dev_origins(sqlite3 *database, rt_site *site) {
  sqlite3_stmt *rows = rt_sql(database, "SELECT origin FROM website_dev_origins WHERE website = ?1 ORDER BY origin");
  if (rows == NULL) return;
  rt_sql_bind_number(rows, 1, site->number);
  while (sqlite3_step(rows) == SQLITE_ROW && site->dev_origin_count < RT_MAX_DEV_ORIGINS) {
    if (rt_admin_set_text(site->dev_origins[site->dev_origin_count], sizeof site->dev_origins[0],
                          rt_sql_text(rows, 0))) {
      site->dev_origin_count++;
    }
  }
  sqlite3_finalize(rows);
}

// Reads the one row the statement gives, and finalizes it.
static bool read_site(sqlite3 *database, sqlite3_stmt *row, rt_site *site) {
  const bool is_found = row != NULL && sqlite3_step(row) == SQLITE_ROW;
  if (is_found) {
    *site = (rt_site){
        .number = sqlite3_column_int64(row, 0),
        .vertical = (rt_vertical)sqlite3_column_int(row, 3),
        .accepted = {(uint32_t)sqlite3_column_int64(row, 4)},
        .default_reason = (rt_reason)sqlite3_column_int(row, 5),
        .are_subdomains_allowed = sqlite3_column_int(row, 8) != 0,
        .is_enabled = sqlite3_column_int(row, 9) != 0,
        .is_trigger_enabled = sqlite3_column_int(row, 10) != 0,
    };
    rt_admin_set_text(site->domain, sizeof site->domain, rt_sql_text(row, 1));
    rt_admin_set_text(site->name, sizeof site->name, rt_sql_text(row, 2));
    rt_admin_set_text(site->support_label, sizeof site->support_label, rt_sql_text(row, 6));
    rt_admin_set_text(site->support_url, sizeof site->support_url, rt_sql_text(row, 7));
    rt_sql_blob(row, 11, site->public_key.bytes, RT_ID_BYTES);
    rt_sql_blob(row, 12, site->website_key.bytes, RT_ID_BYTES);
  }
  sqlite3_finalize(row);
  if (is_found) read_dev_origins(database, site);
  return is_found;
}

bool rt_site_find(sqlite3 *database, rt_bytes domain, rt_site *site, rt_sentence *why) {
  char text[sizeof columns + 32];
  snprintf(text, sizeof text, "%sWHERE domain = ?1", columns);
  sqlite3_stmt *row = rt_sql(database, text);
  if (row != NULL) rt_sql_bind_text(row, 1, domain);
  if (read_site(database, row, site)) return true;
  snprintf(why->text, sizeof why->text, "No website is registered for %.*s; `retarget site list` shows those that are.",
           (int)domain.length, domain.data);
  return false;
}

bool rt_site_next(sqlite3 *database, int64_t after, rt_site *site) {
  char text[sizeof columns + 48];
  snprintf(text, sizeof text, "%sWHERE id > ?1 ORDER BY id LIMIT 1", columns);
  sqlite3_stmt *row = rt_sql(database, text);
  if (row != NULL) rt_sql_bind_number(row, 1, after);
  return read_site(database, row, site);
}
