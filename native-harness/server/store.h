// store.h: what the service keeps beyond its own life, and the door to whoever keeps it.
// Plain records, handed over whole. Knows no SQL and no file; store_sqlite.h and store_memory.h answer it.
// SPDX-License-Identifier: MIT
#ifndef RT_SERVER_STORE_H
#define RT_SERVER_STORE_H

#include "base/instant.h"
#include "base/status.h"
#include "domain/limits.h"
#include "domain/money.h"
#include "domain/reason.h"
#include "domain/visitor.h"
#include "server/identity.h"

typedef struct rt_catalog rt_catalog;

// A decline session as it is kept. Moments are wall time, because they outlive the process.
typedef struct {
  rt_id id;
  int64_t website;
  rt_wall created_at;
  rt_wall triggered_at;  // 0: not triggered
  rt_id request;         // zero until triggered
  rt_location location;
  rt_reason reason;
  bool is_test;
} rt_session;

// How a click counts. `pending` classes are decided again when the other half of the pair arrives. Stored: never
// renumber.
typedef enum {
  RT_CLICK_NONE,          // nothing happened yet
  RT_CLICK_NOT_FOLLOWED,  // the event came, the redirect was never followed
  RT_CLICK_BILLABLE,
  RT_CLICK_DUPLICATE,
  RT_CLICK_BOT,
  RT_CLICK_SELF,
  RT_CLICK_WRONG_ORIGIN,
  RT_CLICK_TEST,
  RT_CLICK_LATE,  // followed more than two hours after it was served
  RT_CLICK_COUNT
} rt_click_class;

// One offer of a request and all that happened to it. Everything happens at most once; 0 is "not yet".
typedef struct {
  rt_id offer;
  rt_micros price;  // fixed when served
  rt_model model;
  rt_wall rendered_at;
  rt_wall viewable_at;
  rt_wall event_at;       // the click event came
  rt_wall followed_at;    // the redirect was followed
  rt_click_class follow;  // how following counted, taken alone
  bool is_origin_proven;  // by the redirect's Referer
} rt_pair;

// One decision and the offers served for it.
typedef struct {
  rt_id id;
  int64_t website;
  rt_wall created_at;
  rt_wall served_at;  // 0: no offers asked for yet
  rt_location location;
  rt_verticals barred;  // by the responsible-offers rule
  bool is_allowed;
  bool is_test;
  uint32_t offer_count;
  rt_pair offers[RT_MAX_OFFERS];
} rt_request;

// The class a pair ends up in, from both its halves.
rt_click_class rt_pair_class(const rt_pair *pair);
const char *rt_click_class_name(rt_click_class class);

typedef enum { RT_CHANGE_SESSION, RT_CHANGE_REQUEST, RT_CHANGE_PAIR, RT_CHANGE_PING } rt_change_kind;

// A record as it is from now on; the same change twice is the same as once.
typedef struct {
  rt_change_kind kind;
  rt_wall at;
  union {
    rt_session session;
    rt_request request;  // with all its pairs
    struct {
      rt_id request;
      rt_id click;
      uint32_t position;
      rt_pair pair;
    } pair;  // one pair of a request that is already kept
    struct {
      int64_t website;
      char embed[16];
      char version[24];
    } ping;
  } as;
} rt_change;

// Keys that are made with the store and never leave the server.
typedef struct {
  unsigned char secret[32];  // hashes integration secrets
  unsigned char token[32];   // signs click tokens
  unsigned char click[32];   // makes click ids
} rt_keys;

// All calls come from one thread at a time.
typedef struct {
  void *self;

  // True once after somebody else changed websites or offers. Cheap: asked before every decision.
  bool (*is_catalog_changed)(void *self);

  // Fills an empty catalog. Not RT_OK: the store could not be read, the old catalog stays.
  rt_status (*load_catalog)(void *self, rt_catalog *catalog);

  // Sessions created since `since`, the newest first, up to `capacity` of them; call again with the same cursor, which
  // starts at 0, until it gives none. RT_FAILED: they could not be read.
  rt_status (*load_sessions)(void *self, rt_wall since, int64_t *cursor, rt_session *sessions, size_t capacity,
                             size_t *count);

  // A request that is durable. RT_NOT_FOUND: there is none. RT_FAILED: it could not be read.
  rt_status (*find_request)(void *self, const rt_id *id, rt_request *request);

  // Adds changes to the open batch, all or none, and gives the batch's number (from 1, rising); 0: no room now.
  uint64_t (*append)(void *self, const rt_change *changes, size_t count);
} rt_store;

#endif
