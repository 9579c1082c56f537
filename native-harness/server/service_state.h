// service_state.h: what the service remembers, for the files that answer calls and for tests; nobody else includes it.
// SPDX-License-Identifier: MIT
#ifndef RT_SERVER_SERVICE_STATE_H
#define RT_SERVER_SERVICE_STATE_H

#include "domain/rank.h"
#include "server/auth.h"
#include "server/catalog.h"
#include "server/service.h"
#include "server/table.h"
#include "server/visits.h"

typedef struct {
  rt_session kept;
  rt_instant created_at, triggered_at;  // the same moments on the monotonic clock
  uint64_t trigger_batch;               // ready once this is durable; 0: not triggered
} rt_session_entry;

// How many sessions a website has.
typedef struct {
  uint32_t count;
} rt_session_count;

typedef struct {
  rt_request kept;
  rt_instant created_at;
  uint64_t batch;  // of the last change; an answer that tells of it waits for this one
} rt_request_entry;

typedef struct {
  rt_id session;
  uint64_t batch;
} rt_ready_note;

struct rt_service {
  rt_service_config config;
  char public_url[RT_MAX_API_BASE_LENGTH + 1];
  rt_keys keys;
  rt_store store;
  rt_entropy entropy;
  rt_catalog *catalog;
  bool is_catalog_stale;  // it changed and could not be loaded; the old one serves until it can
  rt_instant refreshed_at, forget_at;
  rt_table *sessions;        // rt_session_entry, at most `max_sessions`
  rt_table *session_counts;  // rt_session_count
  uint32_t max_sessions;
  rt_table *requests;  // rt_request_entry
  rt_visits *visits;
  rt_rate_limit *rate;
  uint64_t durable;

  rt_ready_note *ready;  // triggered, not yet reported; in order of batch
  size_t ready_first, ready_count, ready_capacity;

  rt_rank_entry *ranking;  // one per offer of the catalog
  size_t ranking_capacity;
};

// What a session says of itself.
typedef enum { RT_STATE_PENDING, RT_STATE_READY, RT_STATE_EXPIRED, RT_STATE_GONE } rt_session_state;

// `is_durable_only`: a trigger that is not durable yet does not count.
rt_session_state rt_session_state_at(const rt_service *service, const rt_session_entry *entry, rt_instant now,
                                     bool is_durable_only);

// When it stops being pending or ready.
rt_instant rt_session_expiry(const rt_session_entry *entry);

// Room for a session, filled in by the caller. When all is taken an expired session goes, or the oldest untriggered one
// the search meets; when a website has three quarters of the room, one of its own. NULL: none may go.
rt_session_entry *rt_service_new_session(rt_service *service, const rt_session *kept, rt_instant now);
void rt_service_remove_session(rt_service *service, const rt_id *id);

// The sessions of the store that are still worth something, as many as there is room for. Not RT_OK: they could not be
// read.
rt_status rt_service_load_sessions(rt_service *service, rt_instant now, rt_wall wall);

// A wall-clock moment of the past on the monotonic clock.
rt_instant rt_instant_of(rt_wall at, rt_instant now, rt_wall wall);

// Brings the catalog up to date with the store.
void rt_service_refresh(rt_service *service);

// The same, but at most once a millisecond: for polls, of which there are many and which decide nothing.
void rt_service_refresh_now_and_then(rt_service *service, rt_instant now);

// Draws an id and enters a request for it, not yet handed to the store. NULL: no room.
rt_request_entry *rt_service_new_request(rt_service *service, const rt_request *kept, rt_instant now);

// From memory or from the store. RT_NOT_FOUND: there is none; anything else: it could not be read now. `*found` is then
// NULL.
rt_status rt_service_find_request(rt_service *service, const rt_id *id, rt_instant now, rt_wall wall,
                                  rt_request_entry **found);

// Remembers that `session` becomes ready with `batch`. False: no memory.
bool rt_service_note_ready(rt_service *service, const rt_id *session, uint64_t batch);

#endif
