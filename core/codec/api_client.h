// api_client.h: the embed's half of the HTTP API: writes requests, reads answers.
// Bytes in, bytes out; knows no time, no retry and no pixel. Answers are read leniently: unknown members are ignored,
// and what the public documentation of the platform does not promise may be absent.
// SPDX-License-Identifier: MIT
#ifndef RT_CODEC_API_CLIENT_H
#define RT_CODEC_API_CLIENT_H

#include "base/arena.h"
#include "base/instant.h"
#include "domain/limits.h"
#include "domain/offer.h"
#include "domain/texts.h"

// The calls an embed makes.
typedef enum {
  RT_CALL_SESSION,  // create a decline session
  RT_CALL_POLL,     // ask how it stands
  RT_CALL_DECISION,
  RT_CALL_OFFERS,
  RT_CALL_IMPRESSION,
  RT_CALL_CLICK,
  RT_CALL_COUNT
} rt_call;

// Who asks. Slices are raw (unencoded) and borrowed.
enum { RT_CALLER_WORD_COUNT = 5 };
typedef struct {
  rt_bytes api_base;  // no trailing slash
  union {
    struct {
      rt_bytes public_key, website_key;
      rt_bytes dev_country, dev_region;  // empty unless a location is simulated
      rt_bytes language;                 // BCP 47; empty: the API's choice
    };
    rt_bytes words[RT_CALLER_WORD_COUNT];  // the same, in this order
  };
} rt_api_caller;

// Appends the absolute URL of a call. `id`: the session of a poll, the request of an offers call; else ignored.
// `wait_s`: seconds the server may hold a poll; 0 leaves it out.
void rt_api_write_url(rt_writer *url, const rt_api_caller *caller, rt_call call, rt_bytes id, int32_t wait_s);

// Appends what a section's decision and offers calls have in addition: the mode, and how many offers to send at most.
void rt_api_write_section(rt_writer *url, rt_call call, uint32_t most_ads);

// Append URL and JSON body of the POST that tells the API that the snippet is on the page; `embed`: which one it is. No
// call of rt_call, as what a section adds is no part of the calls above: embeds that need neither do not load the words.
void rt_api_write_ping_url(rt_writer *url, const rt_api_caller *caller);
void rt_api_write_ping_body(rt_writer *body, const rt_api_caller *caller, rt_bytes embed);

// Appends the JSON body of a POST. Bit n of a set stands for offers[n]: `rendered` and `viewable` of an impression; of
// a click, the one offer in `rendered`. A session's body carries the keys alone.
typedef struct {
  rt_bytes request_id;
  const rt_offer *offers;  // RT_MAX_OFFERS of them
  uint32_t rendered, viewable;
} rt_api_report;
void rt_api_write_body(rt_writer *body, const rt_api_caller *caller, rt_call call, const rt_api_report *report);

typedef enum { RT_POLL_PENDING, RT_POLL_READY, RT_POLL_EXPIRED } rt_poll_status;

// What a successful answer said; only the fields of its call mean something. Slices point into the arena it was read
// into.
typedef struct {
  rt_bytes id;         // session: sessionId; poll: requestId, empty when `ready` came without one; decision: requestId
  rt_millis life;      // session: RT_SESSION_LIFE when the API does not say
  int32_t max_wait_s;  // session: 0 when the API offers no long poll; at most 25
  rt_poll_status status;     // poll
  bool is_allowed;           // decision
  rt_bytes country, region;  // decision; empty where unknown
  // Offers in the API's order. An entry without id or with a clickUrl that is no http(s) URL is left out, an image that
  // is none counts as absent, texts over their limit are cut, and where one offer has no rankScore all are scored by
  // position.
  uint32_t offer_count;
  rt_offer offers[RT_MAX_OFFERS];
  rt_texts texts;  // empty where the API sends none
  bool is_right_to_left;
  rt_bytes support_label, support_url;
} rt_api_answer;

// Reads a 2xx body. RT_TOO_LARGE over RT_MAX_BODY_LENGTH; RT_BAD_JSON; RT_MISSING_FIELD and RT_BAD_FIELD: not the
// answer to this call. Impressions and clicks are answered by their status alone.
rt_status rt_api_read_answer(rt_bytes body, rt_call call, rt_arena *arena, rt_api_answer *answer);

// The stable code of a problem document; empty when the body is none.
rt_bytes rt_api_read_problem_code(rt_bytes body, rt_arena *arena);

// A Retry-After header: delta-seconds as they are, an HTTP date as 30 s (the page's clock is not to be trusted). False
// without a value.
bool rt_api_read_retry_after(rt_bytes value, rt_millis *wait);

#endif
