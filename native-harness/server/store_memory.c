// store_memory.c: tables instead of rows.
// SPDX-License-Identifier: MIT
#include "server/store_memory.h"

#include <stdlib.h>
#include <string.h>

#include "server/table.h"

enum { MAX_WEBSITES = 16, MAX_OFFERS = 256, MAX_CHANGES = 1024, MAX_KEPT = 1 << 20 };

struct rt_store_memory {
  rt_website websites[MAX_WEBSITES];
  rt_catalog_offer offers[MAX_OFFERS];
  size_t website_count, offer_count, ping_count;
  bool is_changed, is_readable;
  rt_table *sessions, *requests;
  rt_id *order;  // of the sessions, the oldest first
  size_t order_capacity;
  rt_change open[MAX_CHANGES];
  size_t open_count, room;
  uint64_t open_number;
};

rt_store_memory *rt_store_memory_open(void) {
  rt_store_memory *store = calloc(1, sizeof *store);
  if (store == NULL) return NULL;
  store->sessions = rt_table_open(sizeof(rt_session), MAX_KEPT);
  store->requests = rt_table_open(sizeof(rt_request), MAX_KEPT);
  store->room = MAX_CHANGES;
  store->open_number = 1;
  store->is_readable = true;
  if (store->sessions != NULL && store->requests != NULL) return store;
  rt_store_memory_close(store);
  return NULL;
}

void rt_store_memory_close(rt_store_memory *store) {
  if (store == NULL) return;
  rt_table_close(store->sessions);
  rt_table_close(store->requests);
  free(store->order);
  free(store);
}

rt_website *rt_store_memory_add_website(rt_store_memory *store, const rt_website *website) {
  if (store->website_count == MAX_WEBSITES) return NULL;
  rt_website *added = &store->websites[store->website_count++];
  *added = *website;
  store->is_changed = true;
  return added;
}

rt_catalog_offer *rt_store_memory_add_offer(rt_store_memory *store, const rt_catalog_offer *offer) {
  if (store->offer_count == MAX_OFFERS) return NULL;
  rt_catalog_offer *added = &store->offers[store->offer_count++];
  *added = *offer;
  store->is_changed = true;
  return added;
}

void rt_store_memory_touch(rt_store_memory *store) { store->is_changed = true; }

static bool is_catalog_changed(void *self) {
  rt_store_memory *store = self;
  const bool is_changed = store->is_changed;
  store->is_changed = false;
  return is_changed;
}

static rt_status load_catalog(void *self, rt_catalog *catalog) {
  rt_store_memory *store = self;
  rt_status status = RT_OK;
  for (size_t i = 0; i < store->website_count && status == RT_OK; i++) {
    status = rt_catalog_add_website(catalog, &store->websites[i]);
  }
  for (size_t i = 0; i < store->offer_count && status == RT_OK; i++) {
    status = rt_catalog_add_offer(catalog, &store->offers[i]);
  }
  store->is_changed = false;
  return store->is_readable ? status : RT_FAILED;
}

static rt_status load_sessions(void *self, rt_wall since, int64_t *cursor, rt_session *sessions, size_t capacity,
                               size_t *count) {
  const rt_store_memory *store = self;
  *count = 0;
  if (!store->is_readable) return RT_FAILED;
  const int64_t kept = rt_table_count(store->sessions);
  for (; *cursor < kept && *count < capacity; *cursor += 1) {
    const rt_session *session = rt_table_find(store->sessions, &store->order[kept - 1 - *cursor]);
    if (session->created_at.ms >= since.ms) sessions[(*count)++] = *session;
  }
  return RT_OK;
}

static rt_status find_request(void *self, const rt_id *id, rt_request *request) {
  const rt_request *found = rt_store_memory_request(self, id);
  if (!((const rt_store_memory *)self)->is_readable) return RT_FAILED;
  if (found == NULL) return RT_NOT_FOUND;
  *request = *found;
  return RT_OK;
}

static uint64_t append(void *self, const rt_change *changes, size_t count) {
  rt_store_memory *store = self;
  if (store->open_count + count > store->room) return 0;
  memcpy(store->open + store->open_count, changes, count * sizeof *changes);
  store->open_count += count;
  return store->open_number;
}

rt_store rt_store_memory_interface(rt_store_memory *store) {
  return (rt_store){.self = store,
                    .is_catalog_changed = is_catalog_changed,
                    .load_catalog = load_catalog,
                    .load_sessions = load_sessions,
                    .find_request = find_request,
                    .append = append};
}

// The record of `id`, made where there is none; NULL without memory, then the change is lost as on a broken disk.
static void *record_for(rt_table *table, const rt_id *id) {
  void *record = rt_table_find(table, id);
  return record != NULL ? record : rt_table_insert(table, id);
}

// The same for a session, which also gets its place in the order.
static rt_session *session_for(rt_store_memory *store, const rt_id *id) {
  rt_session *session = rt_table_find(store->sessions, id);
  const size_t place = rt_table_count(store->sessions);
  if (session != NULL) return session;
  if (place == store->order_capacity) {
    const size_t capacity = place == 0 ? 64 : place * 2;
    rt_id *order = realloc(store->order, capacity * sizeof *order);
    if (order == NULL) return NULL;
    store->order = order;
    store->order_capacity = capacity;
  }
  session = rt_table_insert(store->sessions, id);
  if (session != NULL) store->order[place] = *id;
  return session;
}

static void keep(rt_store_memory *store, const rt_change *change) {
  switch (change->kind) {
    case RT_CHANGE_SESSION: {
      rt_session *session = session_for(store, &change->as.session.id);
      if (session != NULL) *session = change->as.session;
      break;
    }
    case RT_CHANGE_REQUEST: {
      rt_request *request = record_for(store->requests, &change->as.request.id);
      if (request != NULL) *request = change->as.request;
      break;
    }
    case RT_CHANGE_PAIR: {
      rt_request *request = rt_table_find(store->requests, &change->as.pair.request);
      if (request != NULL) request->offers[change->as.pair.position] = change->as.pair.pair;
      break;
    }
    case RT_CHANGE_PING:
      store->ping_count++;
      break;
  }
}

uint64_t rt_store_memory_commit(rt_store_memory *store) {
  if (store->open_count == 0) return 0;
  for (size_t i = 0; i < store->open_count; i++) keep(store, &store->open[i]);
  store->open_count = 0;
  return store->open_number++;
}

void rt_store_memory_crash(rt_store_memory *store) { store->open_count = 0; }

void rt_store_memory_set_room(rt_store_memory *store, size_t changes) {
  store->room = changes < MAX_CHANGES ? changes : MAX_CHANGES;
}

void rt_store_memory_set_readable(rt_store_memory *store, bool is_readable) { store->is_readable = is_readable; }

const rt_session *rt_store_memory_session(const rt_store_memory *store, const rt_id *id) {
  return rt_table_find(store->sessions, id);
}

const rt_request *rt_store_memory_request(const rt_store_memory *store, const rt_id *id) {
  return rt_table_find(store->requests, id);
}

size_t rt_store_memory_ping_count(const rt_store_memory *store) { return store->ping_count; }
