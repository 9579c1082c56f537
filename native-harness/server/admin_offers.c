// admin_offers.c: offers in the database.
// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "server/admin.h"
#include "server/store_sqlite_parts.h"

static bool insert_rates(sqlite3 *database, const rt_new_offer *offer) {
  sqlite3_stmt *statement = rt_sql(database, "INSERT INTO offer_rates VALUES (?1, ?2, ?3)");
  bool is_done = statement != NULL;
  for (size_t i = 0; is_done && i < offer->offer.rate_count; i++) {
    rt_sql_bind_blob(statement, 1, offer->id.bytes, RT_ID_BYTES);
    rt_sql_bind_text(statement, 2, rt_bytes_of(offer->rates[i].country));
    rt_sql_bind_number(statement, 3, offer->rates[i].amount.value);
    is_done = rt_sql_run(statement);
  }
  sqlite3_finalize(statement);
  return is_done;
}

bool rt_offer_add(sqlite3 *database, const rt_entropy *entropy, rt_new_offer *new_offer, rt_wall now,
                  rt_sentence *why) {
  const rt_catalog_offer *offer = &new_offer->offer;
  sqlite3_stmt *statement =
      rt_sql(database, "INSERT INTO offers VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
  if (statement == NULL) return rt_admin_fail(database, why);
  new_offer->id = rt_id_draw(entropy);
  rt_sql_bind_blob(statement, 1, new_offer->id.bytes, RT_ID_BYTES);
  rt_sql_bind_text(statement, 2, offer->brand);
  rt_sql_bind_text(statement, 3, offer->headline);
  rt_sql_bind_text(statement, 4, offer->cta);
  rt_sql_bind_text(statement, 5, offer->image);
  rt_sql_bind_text(statement, 6, offer->landing);
  rt_sql_bind_number(statement, 7, offer->vertical);
  rt_sql_bind_number(statement, 8, offer->model);
  rt_sql_bind_number(statement, 9, offer->is_premium);
  rt_sql_bind_number(statement, 10, offer->is_live);
  rt_sql_bind_number(statement, 11, now.ms);
  const bool is_done = rt_sql_run(statement);
  sqlite3_finalize(statement);
  return (is_done && insert_rates(database, new_offer)) || rt_admin_fail(database, why);
}

bool rt_offer_set_live(sqlite3 *database, const rt_id *id, bool is_live, rt_sentence *why) {
  sqlite3_stmt *statement = rt_sql(database, "UPDATE offers SET is_live = ?2 WHERE id = ?1");
  if (statement == NULL) return rt_admin_fail(database, why);
  rt_sql_bind_blob(statement, 1, id->bytes, RT_ID_BYTES);
  rt_sql_bind_number(statement, 2, is_live);
  const bool is_done = rt_sql_run(statement);
  sqlite3_finalize(statement);
  if (!is_done) return rt_admin_fail(database, why);
  if (sqlite3_changes(database) == 1) return true;
  snprintf(why->text, sizeof why->text, "No offer has the id %s; `retarget offer list` shows those that exist.",
           rt_id_to_text(RT_ID_OFFER, id).text);
  return false;
}

bool rt_admin_load_catalog(sqlite3 *database, rt_catalog *catalog) {
  rt_sql_reader reader;
  const bool is_open = rt_sql_reader_open(&reader, database);
  const bool is_loaded = is_open && rt_sql_reader_load_catalog(&reader, catalog) == RT_OK;
  reader.database = NULL;  // the caller's
  rt_sql_reader_close(&reader);
  return is_loaded;
}
