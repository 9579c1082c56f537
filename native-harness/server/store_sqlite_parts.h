// store_sqlite_parts.h: the two halves of the SQLite store, for store_sqlite.c alone.
// SPDX-License-Identifier: MIT
#ifndef RT_SERVER_STORE_SQLITE_PARTS_H
#define RT_SERVER_STORE_SQLITE_PARTS_H

#include "server/database.h"
#include "server/store.h"

// The reading half: a connection and its statements.
typedef struct {
  sqlite3 *database;
  sqlite3_stmt *data_version, *revision, *request, *pairs, *sessions;
  int64_t seen_data_version, seen_revision;
} rt_sql_reader;

bool rt_sql_reader_open(rt_sql_reader *reader, sqlite3 *database);
void rt_sql_reader_close(rt_sql_reader *reader);
bool rt_sql_reader_is_catalog_changed(rt_sql_reader *reader);
rt_status rt_sql_reader_load_catalog(rt_sql_reader *reader, rt_catalog *catalog);
rt_status rt_sql_reader_load_sessions(rt_sql_reader *reader, rt_wall since, int64_t *cursor, rt_session *sessions,
                                      size_t capacity, size_t *count);
rt_status rt_sql_reader_find_request(rt_sql_reader *reader, const rt_id *id, rt_request *request);

// The writing half.
typedef struct {
  sqlite3 *database;
  sqlite3_stmt *session, *request, *served, *impression, *click, *ping;
} rt_sql_writer;

bool rt_sql_writer_open(rt_sql_writer *writer, sqlite3 *database);
void rt_sql_writer_close(rt_sql_writer *writer);

// All changes in one transaction, or none.
bool rt_sql_writer_commit(rt_sql_writer *writer, const rt_change *changes, size_t count);
bool rt_sql_writer_prune(rt_sql_writer *writer, rt_wall now);

#endif
