// api_client.h: the embed's half of the HTTP API: writes requests, reads answers.
// Bytes in, bytes out; knows no time, no retry and no pixel. Answers are read leniently: unknown members are ignored,
// and what the public documentation of the platform does not promise may be absent. SPDX-License-Identifier: MIT
#ifndef RT_CODEC_API_CLIENT_H
#define RT_CODEC_API_CLIENT_H

#include "base/instant.h"
#include "codec/json.h"
#include "domain/limits.h"
#include "domain/offer.h"

// Who asks. Slices are raw (unencoded) and borrowed.
typedef struct {
  rt_bytes api_base;  // no trailing slash
  rt_bytes public_key, website_key;
  rt_bytes dev_country, dev_region;  // empty unless a location is simulated
  rt_bytes language;                 // BCP 47; empty: the API's choice
} rt_api_caller;

// Each appends one absolute URL.
void rt_api_write_session_url(rt_writer *url, const rt_api_caller *caller);
void rt_api_write_poll_url(rt_writer *url, const rt_api_caller *caller, rt_bytes session_id, int32_t wait_s);
void rt_api_write_decision_url(rt_writer *url, const rt_api_caller *caller);
void rt_api_write_offers_url(rt_writer *url, const rt_api_caller *caller, rt_bytes request_id);
void rt_api_write_impression_url(rt_writer *url, const rt_api_caller *caller);
void rt_api_write_click_url(rt_writer *url, const rt_api_caller *caller);

// Each appends one JSON body. Bit n of a set stands for offers[n].
void rt_api_write_session_body(rt_writer *body, const rt_api_caller *caller);
void rt_api_write_click_body(rt_writer *body, const rt_api_caller *caller, rt_bytes request_id, rt_bytes offer_id);
void rt_api_write_impression_body(rt_writer *body, const rt_api_caller *caller, rt_bytes request_id,
                                  const rt_offer *offers, uint32_t rendered_bits, uint32_t viewable_bits);

// Answers. Slices point into `scratch`. RT_BAD_JSON and its kin: not JSON; RT_MISSING_FIELD or RT_BAD_FIELD: not this
// answer.
typedef struct {
  rt_bytes session_id;
  rt_millis life;      // RT_SESSION_LIFE when the API does not say
  int32_t max_wait_s;  // 0 when the API offers no long poll; at most 25
} rt_session_answer;
rt_status rt_api_read_session(rt_bytes body, rt_arena *scratch, rt_session_answer *answer);

typedef enum { RT_POLL_PENDING, RT_POLL_READY, RT_POLL_EXPIRED } rt_poll_status;
typedef struct {
  rt_poll_status status;
  rt_bytes request_id;  // empty when `ready` came without one
} rt_poll_answer;
rt_status rt_api_read_poll(rt_bytes body, rt_arena *scratch, rt_poll_answer *answer);

typedef struct {
  bool is_allowed;
  rt_bytes request_id;
  rt_bytes support_label, support_url;  // both or neither
} rt_decision_answer;
rt_status rt_api_read_decision(rt_bytes body, rt_arena *scratch, rt_decision_answer *answer);

// Offers in the API's order, at most RT_MAX_OFFERS. An entry without id or with a clickUrl that is no http(s) URL is
// left out, an image that is none counts as absent, texts over their limit are cut, and where one offer has no
// rankScore all are scored by position.
typedef struct {
  rt_offer offers[RT_MAX_OFFERS];
  uint32_t offer_count;
  bool is_right_to_left;
  rt_bytes title, intro, sponsored, close, premium, support;  // empty when the API sends none
  rt_bytes support_label, support_url;                        // both or neither
} rt_offers_answer;
rt_status rt_api_read_offers(rt_bytes body, rt_arena *scratch, rt_offers_answer *answer);

// The stable code of a problem document; empty when the body is none.
rt_bytes rt_api_read_problem_code(rt_bytes body, rt_arena *scratch);

// A Retry-After header: delta-seconds as they are, an HTTP date as 30 s (the page's clock is not to be trusted). False
// without a value.
bool rt_api_read_retry_after(rt_bytes value, rt_millis *wait);

#endif
