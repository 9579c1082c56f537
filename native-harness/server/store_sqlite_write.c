// store_sqlite_write.c: changes to rows.
// Every statement may be run twice with the same effect: a batch whose commit failed is tried again whole.
// SPDX-License-Identifier: MIT
#include <string.h>

#include "server/store_sqlite_parts.h"

bool rt_sql_writer_open(rt_sql_writer *writer, sqlite3 *database) {
  *writer = (rt_sql_writer){.database = database};
  writer->session =
      rt_sql(database,
             "INSERT INTO sessions VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO UPDATE "
             "SET triggered_at = excluded.triggered_at, request = excluded.request, "
             "reason = excluded.reason");
  writer->request =
      rt_sql(database,
             "INSERT INTO requests VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO UPDATE "
             "SET served_at = excluded.served_at, barred = excluded.barred, is_test = excluded.is_test");
  writer->served = rt_sql(database,
                          "INSERT INTO served_offers VALUES (?1, ?2, ?3, ?4, ?5, 0, 0) "
                          "ON CONFLICT (request, position) DO NOTHING");
  writer->impression = rt_sql(database,
                              "UPDATE served_offers SET rendered_at = ?3, viewable_at = ?4 "
                              "WHERE request = ?1 AND position = ?2");
  writer->click = rt_sql(database,
                         "INSERT INTO clicks VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO UPDATE "
                         "SET event_at = excluded.event_at, followed_at = excluded.followed_at, "
                         "follow = excluded.follow, is_origin_proven = excluded.is_origin_proven, "
                         "class = excluded.class");
  writer->ping = rt_sql(database,
                        "INSERT INTO snippet_sightings VALUES (?1, ?2, ?3, ?4) ON CONFLICT (website, embed) DO UPDATE "
                        "SET version = excluded.version, seen_at = excluded.seen_at");
  return writer->session != NULL && writer->request != NULL && writer->served != NULL && writer->impression != NULL &&
         writer->click != NULL && writer->ping != NULL;
}

void rt_sql_writer_close(rt_sql_writer *writer) {
  sqlite3_finalize(writer->session);
  sqlite3_finalize(writer->request);
  sqlite3_finalize(writer->served);
  sqlite3_finalize(writer->impression);
  sqlite3_finalize(writer->click);
  sqlite3_finalize(writer->ping);
  rt_database_close(writer->database);
}

static bool write_session(sqlite3_stmt *statement, const rt_session *session) {
  rt_sql_bind_blob(statement, 1, session->id.bytes, RT_ID_BYTES);
  rt_sql_bind_number(statement, 2, session->website);
  rt_sql_bind_number(statement, 3, session->created_at.ms);
  rt_sql_bind_number(statement, 4, session->triggered_at.ms);
  if (rt_id_is_zero(&session->request)) {
    sqlite3_bind_null(statement, 5);
  } else {
    rt_sql_bind_blob(statement, 5, session->request.bytes, RT_ID_BYTES);
  }
  rt_sql_bind_text(statement, 6, rt_bytes_of(session->location.country));
  rt_sql_bind_text(statement, 7, rt_bytes_of(session->location.region));
  rt_sql_bind_number(statement, 8, session->reason);
  rt_sql_bind_number(statement, 9, session->is_test);
  return rt_sql_run(statement);
}

static bool write_served(sqlite3_stmt *statement, const rt_request *request) {
  for (uint32_t i = 0; i < request->offer_count; i++) {
    const rt_pair *pair = &request->offers[i];
    rt_sql_bind_blob(statement, 1, request->id.bytes, RT_ID_BYTES);
    rt_sql_bind_number(statement, 2, i);
    rt_sql_bind_blob(statement, 3, pair->offer.bytes, RT_ID_BYTES);
    rt_sql_bind_number(statement, 4, pair->model);
    rt_sql_bind_number(statement, 5, pair->price.value);
    if (!rt_sql_run(statement)) return false;
  }
  return true;
}

static bool write_request(const rt_sql_writer *writer, const rt_request *request) {
  sqlite3_stmt *statement = writer->request;
  rt_sql_bind_blob(statement, 1, request->id.bytes, RT_ID_BYTES);
  rt_sql_bind_number(statement, 2, request->website);
  rt_sql_bind_number(statement, 3, request->created_at.ms);
  rt_sql_bind_number(statement, 4, request->served_at.ms);
  rt_sql_bind_text(statement, 5, rt_bytes_of(request->location.country));
  rt_sql_bind_text(statement, 6, rt_bytes_of(request->location.region));
  rt_sql_bind_number(statement, 7, request->barred.bits);
  rt_sql_bind_number(statement, 8, request->is_allowed);
  rt_sql_bind_number(statement, 9, request->is_test);
  return rt_sql_run(statement) && write_served(writer->served, request);
}

static bool write_pair(const rt_sql_writer *writer, const rt_change *change) {
  const rt_pair *pair = &change->as.pair.pair;
  sqlite3_stmt *impression = writer->impression, *click = writer->click;
  rt_sql_bind_blob(impression, 1, change->as.pair.request.bytes, RT_ID_BYTES);
  rt_sql_bind_number(impression, 2, change->as.pair.position);
  rt_sql_bind_number(impression, 3, pair->rendered_at.ms);
  rt_sql_bind_number(impression, 4, pair->viewable_at.ms);
  if (!rt_sql_run(impression)) return false;
  if (pair->event_at.ms == 0 && pair->followed_at.ms == 0) return true;
  rt_sql_bind_blob(click, 1, change->as.pair.click.bytes, RT_ID_BYTES);
  rt_sql_bind_blob(click, 2, change->as.pair.request.bytes, RT_ID_BYTES);
  rt_sql_bind_number(click, 3, change->as.pair.position);
  rt_sql_bind_number(click, 4, pair->event_at.ms);
  rt_sql_bind_number(click, 5, pair->followed_at.ms);
  rt_sql_bind_number(click, 6, pair->follow);
  rt_sql_bind_number(click, 7, pair->is_origin_proven);
  rt_sql_bind_text(click, 8, rt_bytes_of(rt_click_class_name(rt_pair_class(pair))));
  return rt_sql_run(click);
}

static bool write_ping(sqlite3_stmt *statement, const rt_change *change) {
  rt_sql_bind_number(statement, 1, change->as.ping.website);
  rt_sql_bind_text(statement, 2, rt_bytes_of(change->as.ping.embed));
  rt_sql_bind_text(statement, 3, rt_bytes_of(change->as.ping.version));
  rt_sql_bind_number(statement, 4, change->at.ms);
  return rt_sql_run(statement);
}

static bool write_change(const rt_sql_writer *writer, const rt_change *change) {
  switch (change->kind) {
    case RT_CHANGE_SESSION:
      return write_session(writer->session, &change->as.session);
    case RT_CHANGE_REQUEST:
      return write_request(writer, &change->as.request);
    case RT_CHANGE_PAIR:
      return write_pair(writer, change);
    case RT_CHANGE_PING:
      return write_ping(writer->ping, change);
  }
  return false;
}

// A row that the tables refuse (its website was deleted by hand, say) would be refused for ever: it is left out, so
// that it does not hold up everybody else's.
static bool is_refused_for_good(const rt_sql_writer *writer) {
  return sqlite3_errcode(writer->database) == SQLITE_CONSTRAINT && sqlite3_get_autocommit(writer->database) == 0;
}

bool rt_sql_writer_commit(rt_sql_writer *writer, const rt_change *changes, size_t count) {
  if (!rt_sql_execute(writer->database, "BEGIN IMMEDIATE")) return false;
  bool is_good = true;
  for (size_t i = 0; is_good && i < count; i++)
    is_good = write_change(writer, &changes[i]) || is_refused_for_good(writer);
  if (is_good && rt_sql_execute(writer->database, "COMMIT")) return true;
  if (sqlite3_get_autocommit(writer->database) == 0) rt_sql_execute(writer->database, "ROLLBACK");
  return false;
}

// Requests of one part, added up by day before they go.
static const char count_part[] =
    "INSERT INTO daily_counts "
    "SELECT r.created_at / 86400000, r.website, s.offer, "
    "CASE k.kind WHEN 'click' THEN 'click:' || c.class ELSE k.kind END, r.is_test, count(*) "
    "FROM part p JOIN requests r ON r.id = p.id JOIN served_offers s ON s.request = r.id "
    "LEFT JOIN clicks c ON c.request = s.request AND c.position = s.position "
    "JOIN (SELECT 'served' AS kind UNION ALL SELECT 'rendered' UNION ALL SELECT 'viewable' UNION ALL SELECT 'click') k "
    "ON k.kind = 'served' OR (k.kind = 'rendered' AND s.rendered_at > 0) OR "
    "   (k.kind = 'viewable' AND s.viewable_at > 0) OR (k.kind = 'click' AND c.class IS NOT NULL) "
    "GROUP BY 1, 2, 3, 4, 5 "
    "ON CONFLICT (day, website, offer, kind, is_test) DO UPDATE SET count = count + excluded.count";

bool rt_sql_writer_prune(rt_sql_writer *writer, rt_wall now) {
  enum { PART = 500 };  // a few milliseconds of work, so that no batch waits long behind it
  const int64_t day = 86400000;
  sqlite3 *database = writer->database;
  char sessions[160], part[200];
  sqlite3_snprintf(sizeof sessions, sessions,
                   "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE created_at < %lld LIMIT %d)",
                   (long long)(now.ms - day), PART);
  sqlite3_snprintf(sizeof part, part,
                   "CREATE TEMP TABLE part AS SELECT id FROM requests WHERE created_at < %lld LIMIT %d",
                   (long long)(now.ms - 30 * day), PART);
  rt_sql_execute(database, "DROP TABLE IF EXISTS temp.part");
  if (!rt_sql_execute(database, part) || !rt_sql_execute(database, "BEGIN IMMEDIATE")) return false;
  int removed = 0;
  bool is_good = rt_sql_execute(database, sessions);
  if (is_good) removed = sqlite3_changes(database);
  is_good = is_good && rt_sql_execute(database, count_part);
  is_good = is_good && rt_sql_execute(database, "DELETE FROM requests WHERE id IN (SELECT id FROM part)");
  if (is_good && sqlite3_changes(database) > removed) removed = sqlite3_changes(database);
  if (is_good && rt_sql_execute(database, "COMMIT")) return removed == PART;
  rt_sql_execute(database, "ROLLBACK");
  return false;
}
