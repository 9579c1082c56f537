// call.c: admission, parameters and answers.
// SPDX-License-Identifier: MIT
#include "server/call.h"

#include <string.h>

#include "codec/url.h"

static const char *title_of(int status) {
  switch (status) {
    case 400:
      return "The request cannot be understood";
    case 401:
      return "The integration secret is missing or wrong";
    case 403:
      return "This is not allowed";
    case 404:
      return "There is no such thing";
    case 405:
      return "This method is not for this address";
    case 410:
      return "It was there and has expired";
    case 413:
      return "The body is too large";
    case 415:
      return "The body is of the wrong type";
    case 429:
      return "Too many requests";
    case 503:
      return "The service is not available right now";
    default:
      return "Something went wrong on our side";
  }
}

void rt_call_header(rt_call *call, const char *name, const char *value) {
  rt_http_response *response = &call->outcome->response;
  if (response->header_count == RT_MAX_RESPONSE_HEADERS) return;
  response->headers[response->header_count++] = (rt_http_header){name, value};
}

static const char *number_text(rt_call *call, uint64_t number) {
  char digits[20];
  rt_writer writer = rt_writer_over(digits, sizeof digits);
  rt_bytes copy;
  rt_write_u64(&writer, number);
  return rt_arena_copy(call->arena, rt_written(&writer), &copy) == RT_OK ? copy.data : "1";
}

// CORS as web/docs/api.md describes it: a matching origin is echoed; a refusal that holds no visitor state may be read by everybody.
static void add_cors(rt_call *call, bool is_readable_by_all) {
  const bool is_matching = call->origin == RT_ORIGIN_REGISTERED || call->origin == RT_ORIGIN_DEVELOPMENT;
  rt_bytes echo;
  if (!call->is_cors) return;
  rt_call_header(call, "Vary", "Origin");
  if (is_readable_by_all) {
    rt_call_header(call, "Access-Control-Allow-Origin", "*");
    // Only refusals say when to come back.
    rt_call_header(call, "Access-Control-Expose-Headers",
                   "Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset");
  } else if (is_matching && call->request->origin.data != NULL &&
             rt_arena_copy(call->arena, call->request->origin, &echo) == RT_OK) {
    rt_call_header(call, "Access-Control-Allow-Origin", echo.data);
  }
}

static void begin_response(rt_call *call, int status) {
  call->outcome->kind = RT_RESPOND_NOW;
  call->outcome->response = (rt_http_response){.status = status};
  rt_call_header(call, "Cache-Control", "no-store");
}

rt_writer rt_call_begin(const rt_call *call) {
  const size_t room_for_headers = 4096;
  rt_writer body = rt_arena_writer(call->arena);
  body.capacity = body.capacity > room_for_headers ? body.capacity - room_for_headers : 0;
  return body;
}

// False: it did not fit.
static bool keep_body(rt_call *call, const rt_writer *body) {
  if (body->is_overflowed) return false;
  call->outcome->response.body = rt_arena_keep(call->arena, body);
  return true;
}

void rt_call_respond_json(rt_call *call, const rt_writer *body) {
  const bool is_event = rt_bytes_start_with(call->path, RT_BYTES("/v1/events/"));
  begin_response(call, is_event ? 202 : 200);
  if (!keep_body(call, body)) {
    rt_call_refuse(call, 500, RT_CODE_INTERNAL, RT_BYTES_NONE);
    return;
  }
  rt_call_header(call, "Content-Type", "application/json");
  add_cors(call, false);
}

void rt_call_respond_empty(rt_call *call, int status) {
  begin_response(call, status);
  add_cors(call, false);
}

void rt_write_html(rt_writer *writer, rt_bytes text) {
  static const char special[] = "&<>\"'";
  static const char *const written[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
  for (size_t i = 0; i < text.length; i++) {
    const size_t at = rt_bytes_find(RT_BYTES(special), text.data[i]);
    if (at < sizeof special - 1) {
      rt_write_text(writer, written[at]);
    } else {
      rt_write_char(writer, text.data[i]);
    }
  }
}

void rt_call_respond_page(rt_call *call, const rt_writer *body, const char *policy) {
  begin_response(call, 200);
  if (!keep_body(call, body)) {
    rt_call_refuse(call, 500, RT_CODE_INTERNAL, RT_BYTES_NONE);
    return;
  }
  rt_call_header(call, "Content-Type", "text/html; charset=utf-8");
  rt_call_header(call, "X-Content-Type-Options", "nosniff");
  rt_call_header(call, "Content-Security-Policy", policy);
}

void rt_call_respond_html(rt_call *call, int status, const char *title, rt_bytes sentence) {
  rt_writer body = rt_call_begin(call);
  rt_write_text(&body, "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"");
  rt_write_text(&body, "width=device-width\"><meta name=\"color-scheme\" content=\"light dark\"><title>");
  rt_write_text(&body, title);
  rt_write_text(&body, "</title><main><h1>");
  rt_write_text(&body, title);
  rt_write_text(&body, "</h1><p>");
  rt_write_html(&body, sentence);
  rt_write_text(&body, "</p></main></html>\n");
  rt_call_respond_page(call, &body, "default-src 'none'");
  call->outcome->response.status = status;
}

static void refuse_with_problem(rt_call *call, int status, const char *code, rt_bytes detail) {
  begin_response(call, status);
  rt_id_text number = {{0}};
  if (status == 500) {
    const rt_id id = rt_id_draw(&call->service->entropy);
    number = rt_id_to_text(RT_ID_REQUEST, &id);
  }
  const rt_api_problem problem = {status, code, title_of(status), detail, rt_bytes_of(number.text)};
  rt_writer body = rt_call_begin(call);
  rt_api_write_problem(&body, &problem);
  keep_body(call, &body);
  rt_call_header(call, "Content-Type", "application/problem+json");
  if (status == 401) rt_call_header(call, "WWW-Authenticate", "Bearer");
  const bool holds_visitor_state = strcmp(code, RT_CODE_SESSION_NOT_FOUND) == 0 ||
                                   strcmp(code, RT_CODE_REQUEST_NOT_FOUND) == 0 || status == 410 || status == 401;
  add_cors(call, !holds_visitor_state);
}

void rt_call_refuse(rt_call *call, int status, const char *code, rt_bytes detail) {
  if (call->is_page) {
    rt_call_respond_html(call, status, title_of(status), detail);
  } else {
    refuse_with_problem(call, status, code, detail);
  }
  if (status == 503) rt_call_header(call, "Retry-After", "2");
}

void rt_call_hold(rt_call *call, uint64_t batch) {
  if (batch <= call->service->durable) return;
  call->outcome->kind = RT_RESPOND_WHEN_DURABLE;
  call->outcome->batch = batch;
}

bool rt_call_keep(rt_call *call, const rt_change *changes, size_t count, uint64_t *batch) {
  *batch = call->service->store.append(call->service->store.self, changes, count);
  if (*batch != 0) return true;
  rt_call_refuse(call, 503, RT_CODE_UNAVAILABLE, RT_BYTES("The database is busy or full; try again in two seconds."));
  return false;
}

bool rt_call_parameter(rt_call *call, const char *name, rt_bytes *value) {
  rt_bytes raw;
  *value = RT_BYTES_NONE;
  if (!rt_query_find(call->query, name, &raw)) return true;
  char *room = rt_arena_take(call->arena, raw.length);
  rt_writer writer = rt_writer_over(room, room == NULL ? 0 : raw.length);
  if (rt_write_url_decoded(&writer, raw) != RT_OK || writer.is_overflowed || !rt_bytes_are_utf8(rt_written(&writer))) {
    rt_call_refuse(call, 400, RT_CODE_BAD_REQUEST, RT_BYTES("A query parameter is not valid percent-encoded UTF-8."));
    return false;
  }
  *value = rt_written(&writer);
  return true;
}

// A whole number, UINT64_MAX for one that is larger. False: it is none.
static bool read_number(rt_bytes text, uint64_t *number) {
  for (size_t i = 0; i < text.length; i++) {
    if (text.data[i] < '0' || text.data[i] > '9') return false;
  }
  if (!rt_bytes_to_u64(text, number)) *number = UINT64_MAX;
  return text.length > 0;
}

bool rt_call_number(rt_call *call, const char *name, rt_range range, uint64_t *number) {
  rt_bytes text;
  uint64_t given;
  if (!rt_call_parameter(call, name, &text)) return false;
  if (text.data == NULL) return true;
  if (read_number(text, &given) && given >= range.minimum && (given <= range.maximum || range.is_clipped)) {
    *number = given < range.maximum ? given : range.maximum;
    return true;
  }
  char sentence[96];
  rt_writer detail = rt_writer_over(sentence, sizeof sentence);
  rt_write_text(&detail, "The parameter \"");
  rt_write_text(&detail, name);
  rt_write_text(&detail, "\" is a whole number from ");
  rt_write_u64(&detail, range.minimum);
  rt_write_text(&detail, " to ");
  rt_write_u64(&detail, range.maximum);
  rt_write_char(&detail, '.');
  rt_call_refuse(call, 400, RT_CODE_BAD_REQUEST, rt_written(&detail));
  return false;
}

// Where a trusted proxy says the visitor is. False: it says nothing; codes that are no place's are an unknown location.
static bool location_from_proxy(const rt_call *call, rt_location *location) {
  const rt_networks trusted = {call->service->config.trusted_proxies, call->service->config.trusted_proxy_count};
  const rt_http_request *request = call->request;
  rt_place place;
  if (rt_bytes_is_empty(request->geo_country) || !rt_networks_have(trusted, &request->peer)) return false;
  if (!rt_location_set_country(location, request->geo_country) || !rt_place_of(location, &place)) {
    *location = (rt_location){0};
  } else if (rt_location_set_region(location, request->geo_region) && rt_place_of(location, &place)) {
    *location = rt_place_location(place);  // without the region where it is none of ISO 3166-2
  }
  return true;
}

// What a page under development simulates. False: it simulates nothing; or it is refused, and `is_refused` set.
static bool location_from_page(rt_call *call, rt_location *location, bool *is_refused) {
  rt_bytes country, region;
  rt_place place;
  *is_refused =
      !rt_call_parameter(call, RT_NAME_DEV_COUNTRY, &country) || !rt_call_parameter(call, RT_NAME_DEV_REGION, &region);
  if (*is_refused || (rt_bytes_is_empty(country) && rt_bytes_is_empty(region))) return false;
  bool is_good = rt_location_set_country(location, country) && rt_place_of(location, &place);
  if (is_good && !rt_bytes_is_empty(region)) {
    is_good = rt_location_set_region(location, region) && rt_place_of(location, &place) &&
              memcmp(rt_place_location(place).region, location->region, sizeof location->region) == 0;
  }
  if (is_good) return true;
  *is_refused = true;
  rt_call_refuse(call, 400, RT_CODE_BAD_REQUEST,
                 RT_BYTES("dev-country is a country of ISO 3166-1 (DE), dev-region the part of a code of ISO 3166-2 "
                          "after the hyphen (BY) and needs its dev-country."));
  return false;
}

bool rt_call_location(rt_call *call, rt_location *location) {
  const rt_locator *locator = &call->service->config.locator;
  bool is_refused = false;
  *location = (rt_location){0};
  // A client's word about its place decides nothing, but for pages under development, which are never billed.
  if (call->origin == RT_ORIGIN_DEVELOPMENT && location_from_page(call, location, &is_refused)) return true;
  if (is_refused) return false;
  if (!location_from_proxy(call, location) && locator->find != NULL) {
    *location = locator->find(locator->self, &call->client);
  }
  return true;
}

bool rt_call_is_development(const rt_call *call) {
  if (call->origin != RT_ORIGIN_ABSENT) return call->origin == RT_ORIGIN_DEVELOPMENT;
  return rt_referer_classify(call->website, call->request->referer) == RT_ORIGIN_DEVELOPMENT;
}

bool rt_call_note_development(const rt_call *call, rt_request *request) {
  const bool is_news = !request->is_test && rt_call_is_development(call);
  request->is_test = request->is_test || is_news;
  return is_news;
}

// Keys from the query or, in a POST, from the body. False: refused.
static bool read_keys(rt_call *call, rt_id *public_key, rt_id *website_key) {
  rt_bytes pub, website;
  if (!rt_call_parameter(call, RT_NAME_PUB, &pub)) return false;
  if (!rt_call_parameter(call, RT_NAME_WEBSITE, &website)) return false;
  if (rt_bytes_is_empty(pub)) pub = call->body.pub;
  if (rt_bytes_is_empty(website)) website = call->body.website;
  const bool is_public_good = rt_id_read(pub, RT_ID_PUBLIC_KEY, public_key);
  const bool is_website_good = rt_id_read(website, RT_ID_WEBSITE_KEY, website_key);
  if (is_public_good && is_website_good) return true;
  rt_call_refuse(call, 400, RT_CODE_MISSING_KEYS,
                 is_public_good ? RT_BYTES("\"website\" is missing or no website key; it looks like web_… and is "
                                           "printed by `retarget site add`.")
                                : RT_BYTES("\"pub\" is missing or no public key; it looks like pk_… and is printed by "
                                           "`retarget site add`."));
  return false;
}

void rt_call_refuse_rate(rt_call *call, const rt_rate_verdict *verdict) {
  rt_call_refuse(call, 429, RT_CODE_RATE_LIMITED, RT_BYTES("Wait for as long as Retry-After says, then go on slower."));
  const char *seconds = number_text(call, verdict->retry_after_seconds);
  rt_call_header(call, "Retry-After", seconds);
  rt_call_header(call, "RateLimit-Limit", number_text(call, verdict->limit));
  rt_call_header(call, "RateLimit-Remaining", "0");
  rt_call_header(call, "RateLimit-Reset", seconds);
}

static bool is_within_rate(rt_call *call, const rt_id *key) {
  if (call->request->is_repeated) return true;  // counted when it came
  const rt_rate_verdict verdict = rt_rate_limit_take(call->service->rate, key, &call->client, call->request->now);
  if (!verdict.is_refused) return true;
  rt_call_refuse_rate(call, &verdict);
  return false;
}

static bool is_origin_admitted(const rt_call *call, rt_admission admission) {
  switch (call->origin) {
    case RT_ORIGIN_REGISTERED:
    case RT_ORIGIN_DEVELOPMENT:
      return true;
    case RT_ORIGIN_ABSENT:
      return admission != RT_ADMIT_PAGES;
    case RT_ORIGIN_FOREIGN:
      break;
  }
  return false;
}

static void refuse_origin(rt_call *call) {
  const bool is_sandboxed = rt_bytes_equal(call->request->origin, RT_BYTES("null"));
  rt_call_refuse(
      call, 403, RT_CODE_ORIGIN_NOT_ALLOWED,
      is_sandboxed ? RT_BYTES("The page's Origin is \"null\", as in a sandboxed frame or a file: add allow-same-origin "
                              "to the frame's sandbox, or serve the page from its registered domain.")
                   : RT_BYTES("The page's Origin is not the website's registered domain over https. For development, "
                              "register the origin with `retarget site set --dev-origin`."));
}

bool rt_call_admit(rt_call *call, rt_admission admission) {
  rt_id public_key, website_key;
  if (!read_keys(call, &public_key, &website_key)) return false;
  if (admission == RT_ADMIT_POLL) {
    rt_service_refresh_now_and_then(call->service, call->request->now);
  } else {
    rt_service_refresh(call->service);
  }
  const rt_website *website = rt_catalog_website_by_key(call->service->catalog, &website_key);
  const bool is_known = website != NULL && rt_id_equal(&website->public_key, &public_key);
  if (!is_within_rate(call, is_known ? &website_key : &(rt_id){{0}})) return false;
  if (!is_known) {
    rt_call_refuse(call, 403, RT_CODE_UNKNOWN_KEYS,
                   RT_BYTES("No website has this pair of keys; `retarget site list` shows those that exist."));
    return false;
  }
  if (!rt_call_classify_origin(call, website)) return false;
  if (!is_origin_admitted(call, admission)) {
    refuse_origin(call);
    return false;
  }
  if (!website->is_enabled) {
    rt_call_refuse(call, 403, RT_CODE_WIDGET_DISABLED,
                   RT_BYTES("This website is disabled; `retarget site enable` turns it on again."));
    return false;
  }
  call->website = website;
  return true;
}
