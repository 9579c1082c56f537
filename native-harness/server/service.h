// service.h: the API as a pure function: a request and the time in, an answer out.
// No clock, no socket, no file, no thread: time comes with the request, chance from the entropy and memory beyond this
// process from the store handed in. The HTTP host and the simulator run this very code.
// SPDX-License-Identifier: MIT
#ifndef RT_SERVER_SERVICE_H
#define RT_SERVER_SERVICE_H

#include "base/arena.h"
#include "base/instant.h"
#include "domain/brand.h"
#include "server/address.h"
#include "server/entropy.h"
#include "server/locator.h"
#include "server/rate_limit.h"
#include "server/store.h"

enum {
  RT_MAX_REQUEST_BODY = 64 * 1024,  // see web/docs/api.md; the largest honest body is under 2 KiB
  RT_MAX_RESPONSE_HEADERS = 12,
  RT_SERVICE_SCRATCH = 512 * 1024,  // one call: a hostile body of 64 KiB, parsed, and the answer
  RT_MAX_OWN_NETWORKS = 16,
  RT_MAX_WAIT_SECONDS = 25,          // a long poll; proxies commonly cut silence at 30 or 60 s
  RT_MAX_SESSIONS = 1 << 20,         // in memory at once: 230 new ones a second for 75 minutes
  RT_MAX_CACHED_REQUESTS = 1 << 15,  // a request that is not cached is read from the store
  RT_MAX_RECENT_CLICKS = 1 << 17,    // of the last 30 minutes, to know a duplicate by
};

#define RT_READY_LIFE (rt_seconds(900))     // a triggered session stays ready this long
#define RT_EXPIRED_LIFE (rt_seconds(3600))  // an expired one says so this long, then it is unknown
#define RT_REQUEST_LIFE (rt_seconds(3600))  // offers may be asked for
#define RT_CLICK_BILLABLE_LIFE (rt_seconds(7200))
#define RT_CLICK_REDIRECT_LIFE (rt_seconds(86400))
#define RT_FRAME_LIFE (rt_seconds(7200))  // a frame may call; then the page around it is loaded anew
#define RT_DUPLICATE_LIFE (rt_seconds(1800))
#define RT_HOLD_TIME (rt_seconds(10))  // how long a host holds an answer for its batch; then rt_service_give_up
#define RT_OWED_TIME (rt_ms(300))      // the same for one that is owed anyway: then it goes out

typedef enum { RT_METHOD_GET, RT_METHOD_HEAD, RT_METHOD_POST, RT_METHOD_OPTIONS, RT_METHOD_OTHER } rt_method;

// Slices are borrowed for the call. An absent header is the absent slice; an Origin that came more than once is the
// empty one.
typedef struct {
  rt_method method;
  rt_bytes target;  // path and query as they came, still percent-encoded
  rt_bytes body;
  rt_bytes origin, referer, user_agent, content_type;
  rt_bytes authorization, integration_secret;
  rt_bytes purpose;                  // Sec-Purpose, or the older Purpose or X-Moz
  rt_bytes destination;              // Sec-Fetch-Dest: what the browser wants it for
  rt_forwarded forwarded;            // the one header that the operator named
  rt_bytes geo_country, geo_region;  // the headers by which a proxy says where the visitor is
  rt_address peer;
  rt_instant now;
  rt_wall wall;
  bool is_target_too_long;  // over RT_MAX_URL_LENGTH; `target` is empty
  bool is_body_too_large;   // the host stopped reading; `body` is empty
  bool is_last_answer;      // the wait is over, or the host has no room for waiting: answer at once
  bool is_store_stuck;      // nothing has become durable for longer than a sound disk needs
  bool is_repeated;         // the same request handed in once more: not counted against its rate again
} rt_http_request;

// Both zero-terminated.
typedef struct {
  const char *name, *value;
} rt_http_header;

// Lives in the scratch arena of the call.
typedef struct {
  int status;
  rt_bytes body;
  rt_http_header headers[RT_MAX_RESPONSE_HEADERS];
  size_t header_count;
} rt_http_response;

typedef enum {
  RT_RESPOND_NOW,
  RT_RESPOND_WHEN_DURABLE,  // hold the response until batch `batch` is durable
  RT_WAIT_FOR_SESSION,      // no response yet: ask again when `session` is ready or at `until`
} rt_outcome_kind;

typedef struct {
  rt_outcome_kind kind;
  rt_http_response response;
  uint64_t batch;
  bool is_owed_anyway;  // the response goes out even if the batch does not become durable: after a short while
  rt_id session;
  rt_instant until;
} rt_outcome;

typedef struct {
  rt_bytes public_url;  // of this API, without trailing slash; click URLs start with it. Copied
  rt_brand_id brand;    // of the embeds that a frame loads when its address names none
  rt_rate_policy rate;
  rt_network own_networks[RT_MAX_OWN_NETWORKS];  // clicks from here are the operator's own
  size_t own_network_count;
  rt_network trusted_proxies[RT_MAX_OWN_NETWORKS];  // whose headers about the visitor are believed
  size_t trusted_proxy_count;
  rt_locator locator;     // where addresses are; what it points at outlives the service
  uint32_t max_sessions;  // in memory at once; 0: RT_MAX_SESSIONS
  bool is_development;    // plain http on this machine counts as https for landing and image URLs
} rt_service_config;

typedef struct rt_service rt_service;

// Reads catalog and sessions from the store. `store` and `entropy` are copied; what they point at outlives the service.
// RT_NO_SPACE: no memory; anything else: the store's refusal. `*service` is then NULL.
rt_status rt_service_open(const rt_service_config *config, const rt_keys *keys, const rt_store *store,
                          const rt_entropy *entropy, rt_instant now, rt_wall wall, rt_service **service);
void rt_service_close(rt_service *service);

// Forgets visitors whose time is over, once a minute at most. Every request does so; a host that may be without requests
// for long calls it by itself, under the lock under which it handles requests.
void rt_service_forget(rt_service *service, rt_instant now);

// Answers one request. `scratch` holds the answer until it is reset; it needs RT_SERVICE_SCRATCH bytes.
void rt_service_handle(rt_service *service, const rt_http_request *request, rt_arena *scratch, rt_outcome *outcome);

// The answer to a request that could not be kept waiting any longer for its batch: 503.
void rt_service_give_up(const rt_http_request *request, rt_arena *scratch, rt_outcome *outcome);

// The answer to a request whose body need not be read to know that it is too large: 413.
void rt_service_refuse_body(const rt_http_request *request, rt_arena *scratch, rt_outcome *outcome);

// Every batch up to `batch` is durable: what it holds is visible from now on.
void rt_service_batch_durable(rt_service *service, uint64_t batch);

// The sessions that became ready by it, one by one; false when there are no more.
bool rt_service_next_ready(rt_service *service, rt_id *session);

#endif
