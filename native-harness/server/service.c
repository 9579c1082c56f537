// service.c: routing, and what the service remembers.
// SPDX-License-Identifier: MIT
#include "server/service.h"

#include <stdlib.h>
#include <string.h>

#include "server/call.h"

static void close_parts(rt_service *service) {
  rt_catalog_close(service->catalog);
  rt_table_close(service->sessions);
  rt_table_close(service->session_counts);
  rt_table_close(service->requests);
  rt_visits_close(service->visits);
  rt_rate_limit_close(service->rate);
  free(service->ready);
  free(service->ranking);
}

void rt_service_close(rt_service *service) {
  if (service == NULL) return;
  close_parts(service);
  free(service);
}

rt_instant rt_instant_of(rt_wall at, rt_instant now, rt_wall wall) {
  const int64_t age = wall.ms > at.ms ? wall.ms - at.ms : 0;
  return (rt_instant){now.ms - age};
}

// Makes room to rank as many offers as the catalog has.
static rt_status make_ranking_room(rt_service *service, size_t count) {
  if (count <= service->ranking_capacity) return RT_OK;
  rt_rank_entry *ranking = realloc(service->ranking, count * sizeof *ranking);
  if (ranking == NULL) return RT_NO_SPACE;
  service->ranking = ranking;
  service->ranking_capacity = count;
  return RT_OK;
}

static rt_status load_catalog(rt_service *service) {
  rt_catalog *catalog = rt_catalog_open();
  if (catalog == NULL) return RT_NO_SPACE;
  rt_status status = service->store.load_catalog(service->store.self, catalog);
  if (status == RT_OK) status = make_ranking_room(service, rt_catalog_offer_count(catalog));
  if (status != RT_OK) {
    rt_catalog_close(catalog);
    return status;
  }
  rt_catalog_close(service->catalog);
  service->catalog = catalog;
  return RT_OK;
}

void rt_service_refresh(rt_service *service) {
  const bool is_changed = service->store.is_catalog_changed(service->store.self);
  if (is_changed || service->is_catalog_stale) service->is_catalog_stale = load_catalog(service) != RT_OK;
}

void rt_service_refresh_now_and_then(rt_service *service, rt_instant now) {
  if (now.ms != service->refreshed_at.ms) rt_service_refresh(service);
  service->refreshed_at = now;
}

rt_status rt_service_open(const rt_service_config *config, const rt_keys *keys, const rt_store *store,
                          const rt_entropy *entropy, rt_instant now, rt_wall wall, rt_service **opened) {
  *opened = NULL;
  if (config->public_url.length > RT_MAX_API_BASE_LENGTH) return RT_TOO_LARGE;
  rt_service *service = calloc(1, sizeof *service);
  if (service == NULL) return RT_NO_SPACE;
  service->config = *config;
  memcpy(service->public_url, config->public_url.data, config->public_url.length);
  service->config.public_url = rt_bytes_of(service->public_url);
  service->keys = *keys;
  service->store = *store;
  service->entropy = *entropy;
  service->max_sessions = config->max_sessions != 0 ? config->max_sessions : RT_MAX_SESSIONS;
  service->sessions = rt_table_open(sizeof(rt_session_entry), service->max_sessions);
  service->session_counts = rt_table_open(sizeof(rt_session_count), RT_MAX_SESSIONS);
  service->requests = rt_table_open(sizeof(rt_request_entry), RT_MAX_CACHED_REQUESTS);
  service->visits = rt_visits_open(entropy, now);
  service->rate = rt_rate_limit_open(&config->rate, entropy);
  const bool has_parts = service->sessions != NULL && service->session_counts != NULL && service->requests != NULL &&
                         service->visits != NULL && service->rate != NULL;
  rt_status status = has_parts ? load_catalog(service) : RT_NO_SPACE;
  if (status == RT_OK) status = rt_service_load_sessions(service, now, wall);
  if (status != RT_OK) {
    rt_service_close(service);
    return status;
  }
  *opened = service;
  return RT_OK;
}

// A request leaves the cache when it is old or the cache is full, but never before it is durable.
static void sweep_requests(rt_service *service, rt_instant now) {
  enum { STEPS = 2, STEPS_WHEN_FULL = 4096 };
  for (int i = 0; i < STEPS_WHEN_FULL; i++) {
    rt_id id;
    const bool is_full = rt_table_count(service->requests) >= RT_MAX_CACHED_REQUESTS;
    if (i >= STEPS && !is_full) return;
    const rt_request_entry *entry = rt_table_sweep(service->requests, &id);
    if (entry == NULL || entry->batch > service->durable) continue;
    const bool is_old = rt_instant_reached(now, rt_instant_after(entry->created_at, RT_CLICK_BILLABLE_LIFE));
    if (is_full || is_old) rt_table_remove(service->requests, &id);
  }
}

rt_request_entry *rt_service_new_request(rt_service *service, const rt_request *kept, rt_instant now) {
  sweep_requests(service, now);
  const rt_id id = rt_id_draw(&service->entropy);
  rt_request_entry *entry = rt_table_insert(service->requests, &id);
  if (entry == NULL) return NULL;
  entry->kept = *kept;
  entry->kept.id = id;
  entry->created_at = now;
  return entry;
}

rt_status rt_service_find_request(rt_service *service, const rt_id *id, rt_instant now, rt_wall wall,
                                  rt_request_entry **found) {
  *found = rt_table_find(service->requests, id);
  if (*found != NULL) return RT_OK;
  rt_request kept;
  const rt_status status = service->store.find_request(service->store.self, id, &kept);
  if (status != RT_OK) return status;
  sweep_requests(service, now);
  *found = rt_table_insert(service->requests, id);
  if (*found == NULL) return RT_NO_SPACE;
  (*found)->kept = kept;
  (*found)->created_at = rt_instant_of(kept.created_at, now, wall);
  return RT_OK;
}

bool rt_service_note_ready(rt_service *service, const rt_id *session, uint64_t batch) {
  if (service->ready_count == service->ready_capacity) {
    const size_t capacity = service->ready_capacity == 0 ? 64 : service->ready_capacity * 2;
    rt_ready_note *grown = realloc(service->ready, capacity * sizeof *grown);
    if (grown == NULL) return false;
    service->ready = grown;
    service->ready_capacity = capacity;
  }
  service->ready[service->ready_count++] = (rt_ready_note){*session, batch};
  return true;
}

void rt_service_batch_durable(rt_service *service, uint64_t batch) {
  if (batch > service->durable) service->durable = batch;
}

bool rt_service_next_ready(rt_service *service, rt_id *session) {
  if (service->ready_first == service->ready_count || service->ready[service->ready_first].batch > service->durable) {
    const size_t rest = service->ready_count - service->ready_first;
    if (rest > 0 && service->ready_first > 0) {
      memmove(service->ready, service->ready + service->ready_first, rest * sizeof *service->ready);
    }
    service->ready_first = 0;
    service->ready_count = rest;
    return false;
  }
  *session = service->ready[service->ready_first++].session;
  return true;
}

static void call_health(rt_call *call) {
  if (call->request->is_store_stuck) {
    rt_call_refuse(call, 503, RT_CODE_UNAVAILABLE, RT_BYTES("The database cannot be written."));
    return;
  }
  rt_writer body = rt_call_begin(call);
  rt_write_text(&body, "{\"status\":\"ok\"}");
  rt_call_respond_json(call, &body);
}

typedef struct {
  const char *path;
  bool has_rest;  // matches what lies below the path, not the path itself
  rt_method method;
  void (*answer)(rt_call *call);
  bool is_cors;  // what pages call
  bool is_page;  // what people see
} route;

static const route routes[] = {
    {RT_API_SESSION "/", true, RT_METHOD_GET, rt_call_session_poll, .is_cors = true},
    {RT_API_SESSION, false, RT_METHOD_POST, rt_call_session_create, .is_cors = true},
    {RT_API_DECISION, false, RT_METHOD_GET, rt_call_decision, .is_cors = true},
    {RT_API_OFFERS, false, RT_METHOD_GET, rt_call_offers, .is_cors = true},
    {RT_API_IMPRESSION, false, RT_METHOD_POST, rt_call_impression, .is_cors = true},
    {RT_API_CLICK, false, RT_METHOD_POST, rt_call_click, .is_cors = true},
    {RT_API_SNIPPET_PING, false, RT_METHOD_POST, rt_call_snippet_ping, .is_cors = true},
    {RT_API_TRIGGER, false, RT_METHOD_POST, rt_call_trigger, .is_cors = false},
    {RT_API_REDIRECT, false, RT_METHOD_GET, rt_call_redirect, .is_cors = false},
    {RT_API_EMBED, false, RT_METHOD_GET, rt_call_embed, .is_page = true},
    {"/healthz", false, RT_METHOD_GET, call_health, .is_cors = false},
};

static const route *find_route(rt_bytes path) {
  for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
    const rt_bytes known = rt_bytes_of(routes[i].path);
    const bool is_match = routes[i].has_rest ? rt_bytes_start_with(path, known) && path.length > known.length
                                             : rt_bytes_equal(path, known);
    if (is_match) return &routes[i];
  }
  return NULL;
}

static void answer_preflight(rt_call *call, const route *at) {
  rt_call_respond_empty(call, 204);
  rt_call_header(call, "Access-Control-Allow-Origin", "*");
  rt_call_header(call, "Access-Control-Allow-Methods", at->method == RT_METHOD_POST ? "POST" : "GET");
  rt_call_header(call, "Access-Control-Allow-Headers", "Content-Type");
  rt_call_header(call, "Access-Control-Max-Age", "86400");
}

static const char *allowed_methods(const route *at) {
  if (at->method == RT_METHOD_POST) return at->is_cors ? "POST, OPTIONS" : "POST";
  return at->is_cors ? "GET, OPTIONS" : "GET, HEAD";
}

// application/json or text/plain, whatever parameters follow; a missing type is taken as text.
static bool is_body_type_known(rt_bytes content_type) {
  const rt_bytes type = rt_bytes_trimmed(rt_bytes_take(content_type, rt_bytes_find(content_type, ';')));
  return rt_bytes_is_empty(type) || rt_bytes_equal_ignoring_case(type, RT_BYTES("application/json")) ||
         rt_bytes_equal_ignoring_case(type, RT_BYTES("text/plain"));
}

static void refuse_body(rt_call *call) {
  rt_call_refuse(call, 413, RT_CODE_TOO_LARGE, RT_BYTES("A body may have 64 KiB."));
}

bool rt_call_read_body(rt_call *call) {
  if (call->request->is_body_too_large) {
    refuse_body(call);
    return false;
  }
  if (!rt_bytes_is_empty(call->request->body) && !is_body_type_known(call->request->content_type)) {
    rt_call_refuse(call, 415, RT_CODE_UNSUPPORTED_MEDIA_TYPE, RT_BYTES("Send JSON as application/json or text/plain."));
    return false;
  }
  const rt_fault fault = rt_api_read_body(call->request->body, call->arena, &call->body);
  if (fault.status == RT_OK) return true;
  char sentence[160];
  rt_writer detail = rt_writer_over(sentence, sizeof sentence);
  rt_write_text(&detail, "At \"");
  rt_write_text(&detail, fault.where);
  rt_write_text(&detail, "\": ");
  rt_write_text(&detail, rt_status_sentence(fault.status));
  rt_write_char(&detail, '.');
  rt_call_refuse(call, 400, RT_CODE_BAD_REQUEST, rt_written(&detail));
  return false;
}

static void answer(rt_call *call) {
  const route *at = find_route(call->path);
  if (at != NULL && !at->is_cors && call->frame_token.data != NULL) at = NULL;  // a frame's own calls are a page's
  const rt_method method = call->request->method;
  if (call->request->is_target_too_long) {
    call->is_cors = true;
    rt_call_refuse(call, 400, RT_CODE_BAD_REQUEST, RT_BYTES("An address may have 2048 bytes."));
    return;
  }
  if (at == NULL) {
    call->is_cors = true;
    const bool is_versioned = rt_bytes_start_with(call->path, RT_BYTES("/v/"));
    rt_call_refuse(
        call, 404, RT_CODE_NOT_FOUND,
        is_versioned ? RT_BYTES("This version is not kept here, or has no such file; /manifest.json names the newest.")
                     : RT_BYTES("No endpoint has this path; the paths begin with /v1/."));
    return;
  }
  call->is_cors = at->is_cors;
  call->is_page = at->is_page;
  if (method == RT_METHOD_OPTIONS && at->is_cors) {
    answer_preflight(call, at);
    return;
  }
  const bool is_head_of_get = method == RT_METHOD_HEAD && at->method == RT_METHOD_GET && !at->is_cors;
  if (method != at->method && !is_head_of_get) {
    rt_call_refuse(call, 405, RT_CODE_METHOD_NOT_ALLOWED, RT_BYTES("The header Allow names the methods of this path."));
    rt_call_header(call, "Allow", allowed_methods(at));
    return;
  }
  if (at->method == RT_METHOD_POST && at->is_cors && !rt_call_read_body(call)) return;
  at->answer(call);
}

void rt_service_forget(rt_service *service, rt_instant now) {
  if (!rt_instant_reached(now, service->forget_at)) return;
  rt_visits_forget(service->visits, now);
  service->forget_at = rt_instant_after(now, rt_seconds(60));
}

void rt_service_handle(rt_service *service, const rt_http_request *request, rt_arena *scratch, rt_outcome *outcome) {
  const size_t path_length = rt_bytes_find(request->target, '?');
  const rt_networks trusted = {service->config.trusted_proxies, service->config.trusted_proxy_count};
  *outcome = (rt_outcome){.kind = RT_RESPOND_NOW};
  rt_call call = {
      .service = service,
      .client = rt_client_address(&request->peer, &request->forwarded, trusted),
      .request = request,
      .arena = scratch,
      .outcome = outcome,
      .path = rt_bytes_take(request->target, path_length),
      .query = path_length < request->target.length ? rt_bytes_skip(request->target, path_length + 1) : RT_BYTES_NONE,
  };
  rt_service_forget(service, request->now);
  rt_call_take_frame_token(&call);
  answer(&call);
}

void rt_service_give_up(const rt_http_request *request, rt_arena *scratch, rt_outcome *outcome) {
  *outcome = (rt_outcome){.kind = RT_RESPOND_NOW};
  rt_call call = {.request = request, .arena = scratch, .outcome = outcome, .is_cors = true};
  rt_call_refuse(&call, 503, RT_CODE_UNAVAILABLE,
                 RT_BYTES("The database did not confirm in time; asking again does no harm."));
}

void rt_service_refuse_body(const rt_http_request *request, rt_arena *scratch, rt_outcome *outcome) {
  *outcome = (rt_outcome){.kind = RT_RESPOND_NOW};
  rt_call call = {.request = request, .arena = scratch, .outcome = outcome, .is_cors = true};
  refuse_body(&call);
}
