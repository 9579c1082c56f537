// admin_geo.c: a website's geo rule in the database.
// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "server/admin.h"

static bool save_mode(sqlite3 *database, const rt_site *site, rt_geo_mode mode) {
  sqlite3_stmt *statement = rt_sql(database, "UPDATE websites SET geo_mode = ?1 WHERE id = ?2");
  if (statement == NULL) return false;
  rt_sql_bind_number(statement, 1, mode);
  rt_sql_bind_number(statement, 2, site->number);
  const bool is_done = rt_sql_run(statement);
  sqlite3_finalize(statement);
  return is_done;
}

static bool save_places(sqlite3 *database, const rt_site *site, const rt_geo_list *list) {
  sqlite3_stmt *removal = rt_sql(database, "DELETE FROM website_places WHERE website = ?1");
  sqlite3_stmt *addition = rt_sql(database, "INSERT INTO website_places VALUES (?1, ?2)");
  bool is_done = removal != NULL && addition != NULL;
  if (is_done) {
    rt_sql_bind_number(removal, 1, site->number);
    is_done = rt_sql_run(removal);
  }
  for (size_t i = 0; is_done && i < list->count; i++) {
    const rt_place_code code = rt_place_to_code(list->places[i]);
    rt_sql_bind_number(addition, 1, site->number);
    rt_sql_bind_text(addition, 2, rt_bytes_of(code.text));
    is_done = rt_sql_run(addition);
  }
  sqlite3_finalize(removal);
  sqlite3_finalize(addition);
  return is_done;
}

bool rt_site_save_geo(sqlite3 *database, const rt_site *site, const rt_geo_list *list, rt_sentence *why) {
  if (rt_sql_execute(database, "BEGIN IMMEDIATE") && save_mode(database, site, list->mode) &&
      save_places(database, site, list) && rt_sql_execute(database, "COMMIT")) {
    return true;
  }
  return rt_admin_fail(database, why);
}

bool rt_site_load_geo(sqlite3 *database, const rt_site *site, rt_geo_list *list, rt_sentence *why) {
  sqlite3_stmt *mode = rt_sql(database, "SELECT geo_mode FROM websites WHERE id = ?1");
  sqlite3_stmt *rows = rt_sql(database, "SELECT code FROM website_places WHERE website = ?1 ORDER BY code");
  bool is_read = mode != NULL && rows != NULL;
  if (is_read) {
    rt_sql_bind_number(mode, 1, site->number);
    rt_sql_bind_number(rows, 1, site->number);
    is_read = sqlite3_step(mode) == SQLITE_ROW;
    *list = (rt_geo_list){.mode = (rt_geo_mode)sqlite3_column_int(mode, 0)};
  }
  while (is_read && sqlite3_step(rows) == SQLITE_ROW && list->count < RT_MAX_PLACES) {
    rt_place country;
    if (rt_place_parse(rt_sql_text(rows, 0), &list->places[list->count], &country) == RT_OK) list->count++;
  }
  sqlite3_finalize(mode);
  sqlite3_finalize(rows);
  return is_read || rt_admin_fail(database, why);
}
