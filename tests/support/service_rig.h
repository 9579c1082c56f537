// service_rig.h: the service on a store in memory, with a seeded world and a clock that a test moves.
// SPDX-License-Identifier: MIT
#ifndef RT_TESTS_SUPPORT_SERVICE_RIG_H
#define RT_TESTS_SUPPORT_SERVICE_RIG_H

#include "base/prng.h"
#include "server/auth.h"
#include "server/service.h"
#include "server/store_memory.h"
#include "unit.h"

enum { RIG_OFFERS = 6 };

// Two websites (shop.example, with http://localhost:4000 as development origin, and other.example) and six offers:
// finance premium, finance, igaming, sports, crypto, streaming (the last two for DE only). shop accepts every vertical.
typedef struct {
  rt_store_memory *store;
  rt_service *service;
  rt_keys keys;
  rt_prng prng;
  rt_instant now;
  rt_wall wall;
  rt_website *shop, *other;
  rt_catalog_offer *offers[RIG_OFFERS];
  char shop_keys[128], other_keys[128];  // "pub=…&website=…"
  char shop_secret[RT_SECRET_TEXT_CAPACITY], other_secret[RT_SECRET_TEXT_CAPACITY];
  rt_service_config config;
  void *memory;
  rt_arena scratch;
  rt_outcome outcome;  // of the last call
  bool is_commit_withheld;
} service_rig;

// For cmocka_unit_test_setup_teardown: *state becomes the rig.
int service_rig_open(void **state);
int service_rig_close(void **state);

// The service dies without a word and comes up again on what is durable.
void rig_restart(service_rig *rig);
void rig_pass(service_rig *rig, rt_millis span);

// A change of websites or offers, and the millisecond after which everybody sees it.
void rig_touch(service_rig *rig);

// Makes what is open durable.
void rig_commit(service_rig *rig);

// One request. `origin` NULL: no such header. Every answer that waits for a batch gets it at once, unless the rig
// withholds commits. The body of the answer ends with a zero.
typedef struct {
  rt_method method;
  const char *target, *body, *origin, *secret, *content_type, *user_agent, *referer, *purpose, *peer, *forwarded_for,
      *geo_country, *geo_region, *destination;
  bool is_last_answer;
} rig_request;
int rig_ask(service_rig *rig, const rig_request *request);  // the status; 0: it waits
const char *rig_body(const service_rig *rig);
const char *rig_header(const service_rig *rig, const char *name);  // NULL: none

// The text value of a member of the last answer, as in "name":"value".
typedef struct {
  char text[256];
} rig_text;
rig_text rig_member(const service_rig *rig, const char *name);

#define SHOP "https://shop.example"
typedef struct {
  char text[4096];
} rig_line;
rig_line rig_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

// A session of shop.example, its id; and the same, triggered, giving its requestId.
rig_text rig_session(service_rig *rig);
int rig_trigger(service_rig *rig, const char *session, const char *reason);
rig_text rig_ready_request(service_rig *rig, const char *reason);

// The first click URL's path of the offers of a request.
rig_text rig_first_click(service_rig *rig, const char *request);

#define RIG_TEST(claim) cmocka_unit_test_setup_teardown(claim, service_rig_open, service_rig_close)

#endif
