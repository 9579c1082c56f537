// store_sqlite.c: the open batch, and the two halves put together.
// SPDX-License-Identifier: MIT
#include "server/store_sqlite.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/store_sqlite_parts.h"

enum { MAX_OPEN_CHANGES = 8192 };  // about a second of a busy disk; beyond it callers are told to come back

typedef struct {
  rt_change *changes;
  size_t count, capacity;
} batch;

struct rt_store_sqlite {
  rt_sql_reader reader;
  rt_sql_writer writer;
  rt_keys keys;
  pthread_mutex_t mutex;  // guards what follows
  pthread_cond_t is_wanted;
  batch open;
  uint64_t open_number;
  bool is_stopping;
  batch closed;  // the writer's own; count 0: none
  uint64_t closed_number;
};

rt_store_sqlite *rt_store_sqlite_open(const rt_database_file *file, rt_sentence *why) {
  rt_store_sqlite *store = calloc(1, sizeof *store);
  if (store == NULL) return NULL;
  sqlite3 *writing = rt_database_open(file, why);
  sqlite3 *reading = writing == NULL ? NULL : rt_database_open(file, why);
  const bool is_open = reading != NULL && rt_sql_writer_open(&store->writer, writing) &&
                       rt_sql_reader_open(&store->reader, reading) && rt_database_keys(reading, &store->keys);
  if (!is_open) {
    if (reading != NULL) {
      rt_bytes message = rt_bytes_of("The database does not have the tables it should have.");
      memcpy(why->text, message.data, message.length + 1);
      rt_sql_reader_close(&store->reader);
      rt_sql_writer_close(&store->writer);
    } else {
      rt_database_close(writing);
    }
    free(store);
    return NULL;
  }
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_mutex_init(&store->mutex, NULL);
  pthread_cond_init(&store->is_wanted, &attributes);
  pthread_condattr_destroy(&attributes);
  store->open_number = 1;
  return store;
}

void rt_store_sqlite_close(rt_store_sqlite *store) {
  rt_sql_reader_close(&store->reader);
  rt_sql_writer_close(&store->writer);
  pthread_cond_destroy(&store->is_wanted);
  pthread_mutex_destroy(&store->mutex);
  free(store->open.changes);
  free(store->closed.changes);
  free(store);
}

const rt_keys *rt_store_sqlite_keys(const rt_store_sqlite *store) { return &store->keys; }

static bool has_room(batch *open, size_t count) {
  if (open->count + count > MAX_OPEN_CHANGES) return false;
  if (open->count + count <= open->capacity) return true;
  size_t capacity = open->capacity == 0 ? 64 : open->capacity;
  while (capacity < open->count + count) capacity *= 2;
  rt_change *changes = realloc(open->changes, capacity * sizeof *changes);
  if (changes == NULL) return false;
  open->changes = changes;
  open->capacity = capacity;
  return true;
}

static uint64_t append(void *self, const rt_change *changes, size_t count) {
  rt_store_sqlite *store = self;
  uint64_t number = 0;
  pthread_mutex_lock(&store->mutex);
  if (has_room(&store->open, count)) {
    memcpy(store->open.changes + store->open.count, changes, count * sizeof *changes);
    store->open.count += count;
    number = store->open_number;
    pthread_cond_signal(&store->is_wanted);
  }
  pthread_mutex_unlock(&store->mutex);
  return number;
}

static bool is_catalog_changed(void *self) {
  return rt_sql_reader_is_catalog_changed(&((rt_store_sqlite *)self)->reader);
}

static rt_status load_catalog(void *self, rt_catalog *catalog) {
  return rt_sql_reader_load_catalog(&((rt_store_sqlite *)self)->reader, catalog);
}

static rt_status load_sessions(void *self, rt_wall since, int64_t *cursor, rt_session *sessions, size_t capacity,
                               size_t *count) {
  return rt_sql_reader_load_sessions(&((rt_store_sqlite *)self)->reader, since, cursor, sessions, capacity, count);
}

static rt_status find_request(void *self, const rt_id *id, rt_request *request) {
  return rt_sql_reader_find_request(&((rt_store_sqlite *)self)->reader, id, request);
}

rt_store rt_store_sqlite_interface(rt_store_sqlite *store) {
  return (rt_store){.self = store,
                    .is_catalog_changed = is_catalog_changed,
                    .load_catalog = load_catalog,
                    .load_sessions = load_sessions,
                    .find_request = find_request,
                    .append = append};
}

bool rt_store_sqlite_wait(rt_store_sqlite *store, rt_millis at_most) {
  struct timespec until;
  if (store->closed.count > 0) return true;  // one that failed is tried again before anything newer
  clock_gettime(CLOCK_MONOTONIC, &until);
  const int64_t ns = until.tv_nsec + at_most.ms % 1000 * 1000000;
  until.tv_sec += at_most.ms / 1000 + ns / 1000000000;
  until.tv_nsec = ns % 1000000000;
  pthread_mutex_lock(&store->mutex);
  while (store->open.count == 0 && !store->is_stopping) {
    if (pthread_cond_timedwait(&store->is_wanted, &store->mutex, &until) != 0) break;
  }
  const bool is_found = store->open.count > 0;
  if (is_found) {
    const batch empty = store->closed;
    store->closed = store->open;
    store->closed_number = store->open_number++;
    store->open = empty;
  }
  pthread_mutex_unlock(&store->mutex);
  return is_found;
}

uint64_t rt_store_sqlite_commit(rt_store_sqlite *store, rt_sentence *why) {
  if (!rt_sql_writer_commit(&store->writer, store->closed.changes, store->closed.count)) {
    sqlite3_snprintf(sizeof why->text, why->text, "%s", sqlite3_errmsg(store->writer.database));
    return 0;
  }
  store->closed.count = 0;
  return store->closed_number;
}

bool rt_store_sqlite_prune(rt_store_sqlite *store, rt_wall now) { return rt_sql_writer_prune(&store->writer, now); }

void rt_store_sqlite_stop(rt_store_sqlite *store) {
  pthread_mutex_lock(&store->mutex);
  store->is_stopping = true;
  pthread_cond_signal(&store->is_wanted);
  pthread_mutex_unlock(&store->mutex);
}
