// database.h: opening the one database file, and the few SQLite idioms every user of it needs.
// WAL, synchronous=FULL, foreign keys. Knows no table but the server's keys.
// SPDX-License-Identifier: MIT
#ifndef RT_SERVER_DATABASE_H
#define RT_SERVER_DATABASE_H

#include <sqlite3.h>

#include "base/bytes.h"
#include "server/entropy.h"
#include "server/sentence.h"
#include "server/store.h"

// Where a database is, and what the keys of a new one are drawn from.
typedef struct {
  const char *path;
  const char *vfs;  // SQLite's name for the file system it is on; NULL: this machine's own
  rt_entropy entropy;
} rt_database_file;

// A file of this machine; keys come from the system.
rt_database_file rt_system_file(const char *path);

// Opens the file, creating it, its schema and its keys where there are none. One connection is for one thread.
// NULL: it cannot be opened, is no database, or was made by a newer version; `why` says so.
sqlite3 *rt_database_open(const rt_database_file *file, rt_sentence *why);
void rt_database_close(sqlite3 *database);

// The keys that were made with the database.
bool rt_database_keys(sqlite3 *database, rt_keys *keys);

// A compiled statement; NULL after an error (sqlite3_errmsg tells it). Finalize it with sqlite3_finalize.
sqlite3_stmt *rt_sql(sqlite3 *database, const char *text);

// Parameters, numbered from 1. Bytes are borrowed until the statement is stepped and reset.
void rt_sql_bind_number(sqlite3_stmt *statement, int place, int64_t number);
void rt_sql_bind_text(sqlite3_stmt *statement, int place, rt_bytes text);
void rt_sql_bind_blob(sqlite3_stmt *statement, int place, const void *bytes, size_t length);

// Columns, numbered from 0, borrowed until the next step. A blob of another length gives false and zeros.
rt_bytes rt_sql_text(sqlite3_stmt *statement, int column);
bool rt_sql_blob(sqlite3_stmt *statement, int column, void *bytes, size_t length);

// Steps a statement that gives no rows, and resets it. False: it failed.
bool rt_sql_run(sqlite3_stmt *statement);

// Runs SQL without parameters.
bool rt_sql_execute(sqlite3 *database, const char *text);

#endif
