// database.c: the database file.
// SPDX-License-Identifier: MIT
#include "server/database.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/schema_2_sql.h"
#include "server/schema_sql.h"

enum { SCHEMA_VERSION = 2, BUSY_TIMEOUT_MS = 5000 };

sqlite3_stmt *rt_sql(sqlite3 *database, const char *text) {
  sqlite3_stmt *statement = NULL;
  return sqlite3_prepare_v3(database, text, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) == SQLITE_OK ? statement
                                                                                                          : NULL;
}

void rt_sql_bind_number(sqlite3_stmt *statement, int place, int64_t number) {
  sqlite3_bind_int64(statement, place, number);
}

void rt_sql_bind_text(sqlite3_stmt *statement, int place, rt_bytes text) {
  sqlite3_bind_text(statement, place, text.length == 0 ? "" : text.data, (int)text.length, SQLITE_STATIC);
}

void rt_sql_bind_blob(sqlite3_stmt *statement, int place, const void *bytes, size_t length) {
  sqlite3_bind_blob(statement, place, bytes, (int)length, SQLITE_STATIC);
}

rt_bytes rt_sql_text(sqlite3_stmt *statement, int column) {
  const char *text = (const char *)sqlite3_column_text(statement, column);
  return text == NULL ? RT_BYTES_NONE : (rt_bytes){text, (size_t)sqlite3_column_bytes(statement, column)};
}

bool rt_sql_blob(sqlite3_stmt *statement, int column, void *bytes, size_t length) {
  const void *blob = sqlite3_column_blob(statement, column);
  if (blob == NULL || (size_t)sqlite3_column_bytes(statement, column) != length) {
    memset(bytes, 0, length);
    return false;
  }
  memcpy(bytes, blob, length);
  return true;
}

bool rt_sql_run(sqlite3_stmt *statement) {
  const int code = sqlite3_step(statement);
  sqlite3_reset(statement);
  return code == SQLITE_DONE || code == SQLITE_ROW;
}

bool rt_sql_execute(sqlite3 *database, const char *text) {
  return sqlite3_exec(database, text, NULL, NULL, NULL) == SQLITE_OK;
}

// The one number a query gives; -1: it failed.
static int64_t number_of(sqlite3 *database, const char *query) {
  int64_t number = -1;
  sqlite3_stmt *statement = rt_sql(database, query);
  if (statement != NULL && sqlite3_step(statement) == SQLITE_ROW) number = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return number;
}

static int64_t schema_version(sqlite3 *database) { return number_of(database, "PRAGMA user_version"); }

static bool make_keys(sqlite3 *database, const rt_entropy *entropy) {
  static const char *const names[] = {"secret", "token", "click"};
  sqlite3_stmt *statement = rt_sql(database, "INSERT INTO server_keys VALUES (?1, ?2)");
  bool is_done = statement != NULL;
  for (size_t i = 0; is_done && i < sizeof names / sizeof names[0]; i++) {
    unsigned char bytes[32];
    entropy->fill(entropy->self, bytes, sizeof bytes);
    rt_sql_bind_text(statement, 1, rt_bytes_of(names[i]));
    rt_sql_bind_blob(statement, 2, bytes, sizeof bytes);
    is_done = rt_sql_run(statement);
    sodium_memzero(bytes, sizeof bytes);
  }
  sqlite3_finalize(statement);
  return is_done;
}

// Makes the schema of a new file, or brings an older one up to date: every version's addition in its turn, all or
// nothing. Two processes may start on one file at once: the second finds the first one's work inside its transaction.
// False: `why` is the reason, without a sentence around it.
static bool make_schema(sqlite3 *database, const rt_entropy *entropy, rt_sentence *why) {
  char version[48];
  bool is_made = rt_sql_execute(database, "BEGIN IMMEDIATE");
  const int64_t found = schema_version(database);
  if (is_made && found >= SCHEMA_VERSION) return rt_sql_execute(database, "COMMIT");
  if (is_made && found == 0 && number_of(database, "SELECT count(*) FROM sqlite_schema") > 0) {
    snprintf(why->text, sizeof why->text, "it belongs to another program");
    rt_sql_execute(database, "ROLLBACK");
    return false;
  }
  snprintf(version, sizeof version, "PRAGMA user_version = %d", SCHEMA_VERSION);
  if (found < 1) is_made = is_made && rt_sql_execute(database, rt_schema_sql) && make_keys(database, entropy);
  if (found < 2) is_made = is_made && rt_sql_execute(database, rt_schema_2_sql);
  is_made = is_made && rt_sql_execute(database, version) && rt_sql_execute(database, "COMMIT");
  if (is_made) return true;
  snprintf(why->text, sizeof why->text, "%.200s",
           sqlite3_errmsg(database));  // before rolling back makes it "not an error"
  rt_sql_execute(database, "ROLLBACK");
  return false;
}

// It holds keys: for its owner alone. SQLite gives the files beside it the same mode. A file that is there keeps its own.
static void create_private(const char *path) {
  const int made = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (made >= 0) close(made);  // if it could not be made, opening it says why
}

// A process that starts recovers from the log whatever it reads there. It has to be on the disk: what is committed behind
// a part that is not would be lost with it at the next power cut. So it is synced first; and because Linux goes on showing
// what a failed sync has given up (https://lwn.net/Articles/752063/), that is forgotten, and the log reads as it is.
static bool settle_log(sqlite3 *database) {
  const char *path = sqlite3_db_filename(database, "main");
  const int log = path == NULL ? -1 : open(sqlite3_filename_wal(path), O_RDONLY | O_CLOEXEC);
  if (log < 0) return true;  // there is none, or opening the database says what is wrong
  (void)fdatasync(log);      // may fail for what was given up before; the second one may not
  (void)posix_fadvise(log, 0, 0, POSIX_FADV_DONTNEED);
  const bool is_settled = fdatasync(log) == 0;
  close(log);
  return is_settled;
}

static bool configure(sqlite3 *database) {
  sqlite3_busy_timeout(database, BUSY_TIMEOUT_MS);
  return rt_sql_execute(database, "PRAGMA journal_mode = WAL") &&
         rt_sql_execute(database, "PRAGMA synchronous = FULL") && rt_sql_execute(database, "PRAGMA foreign_keys = ON");
}

rt_database_file rt_system_file(const char *path) {
  return (rt_database_file){.path = path, .entropy = rt_system_entropy()};
}

sqlite3 *rt_database_open(const rt_database_file *file, rt_sentence *why) {
  const char *path = file->path;
  sqlite3 *database = NULL;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (file->vfs == NULL) create_private(path);
  const bool is_open = sqlite3_open_v2(path, &database, flags, file->vfs) == SQLITE_OK;
  const bool is_settled = is_open && (file->vfs != NULL || settle_log(database));
  if (!is_settled || !configure(database)) {
    const char *reason = database == NULL ? "no memory" : sqlite3_errmsg(database);
    snprintf(why->text, sizeof why->text, "The database %s cannot be opened: %s.", path,
             is_open && !is_settled ? "its log cannot be written to the disk" : reason);
    sqlite3_close(database);
    return NULL;
  }
  rt_sentence reason;
  int64_t version = schema_version(database);
  snprintf(reason.text, sizeof reason.text, "%.200s", sqlite3_errmsg(database));
  if (version >= 0 && version < SCHEMA_VERSION && make_schema(database, &file->entropy, &reason)) {
    version = schema_version(database);
  }
  if (version == SCHEMA_VERSION) return database;
  if (version > SCHEMA_VERSION) {
    snprintf(why->text, sizeof why->text,
             "The database %s was made by a newer version of retarget (schema %lld, this program knows %d).", path,
             (long long)version, SCHEMA_VERSION);
  } else {
    snprintf(why->text, sizeof why->text, "The database %s cannot be used: %.200s.", path, reason.text);
  }
  sqlite3_close(database);
  return NULL;
}

void rt_database_close(sqlite3 *database) { sqlite3_close(database); }

bool rt_database_keys(sqlite3 *database, rt_keys *keys) {
  bool has_secret = false, has_token = false, has_click = false;
  sqlite3_stmt *statement = rt_sql(database, "SELECT name, bytes FROM server_keys");
  while (statement != NULL && sqlite3_step(statement) == SQLITE_ROW) {
    const rt_bytes name = rt_sql_text(statement, 0);
    if (rt_bytes_equal(name, RT_BYTES("secret"))) has_secret = rt_sql_blob(statement, 1, keys->secret, 32);
    if (rt_bytes_equal(name, RT_BYTES("token"))) has_token = rt_sql_blob(statement, 1, keys->token, 32);
    if (rt_bytes_equal(name, RT_BYTES("click"))) has_click = rt_sql_blob(statement, 1, keys->click, 32);
  }
  sqlite3_finalize(statement);
  return has_secret && has_token && has_click;
}
