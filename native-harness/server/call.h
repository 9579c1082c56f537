// call.h: one request on its way to an answer; the tools every endpoint uses.
// Only for the files of the service. Knows HTTP's words, no socket.
// SPDX-License-Identifier: MIT
#ifndef RT_SERVER_CALL_H
#define RT_SERVER_CALL_H

#include "codec/api_names.h"
#include "codec/api_server.h"
#include "server/origin.h"
#include "server/service_state.h"

typedef struct {
  rt_service *service;
  const rt_http_request *request;
  rt_arena *arena;
  rt_outcome *outcome;
  rt_bytes path, query;       // of the target, without what stands before /v1 in a frame's calls
  rt_bytes frame_token;       // which stood there; absent: no frame calls
  rt_api_body body;           // of a POST
  const rt_website *website;  // once rt_call_admit has passed
  rt_origin_class origin;
  rt_address client;  // of the visitor, behind whatever proxies are trusted
  bool is_cors;       // the endpoint answers pages of other origins
  bool is_page;       // it answers with a page that somebody reads, refusals too
} rt_call;

// Reads the body of a POST. False: refused. Pages' calls come read; the trigger reads after it has seen the secret.
bool rt_call_read_body(rt_call *call);

// Who may call an endpoint.
typedef enum {
  RT_ADMIT_WITHOUT_ORIGIN,  // pages, and callers that send no Origin
  RT_ADMIT_PAGES,           // pages only
  RT_ADMIT_POLL,  // as without origin; asked so often that changes of a website may be seen a millisecond late
} rt_admission;

// Checks keys, rate and Origin, and enters the website. False: the refusal is in the outcome.
bool rt_call_admit(rt_call *call, rt_admission admission);

// The decoded value of a query parameter; absent when there is none. False: broken escape or no room; refused.
bool rt_call_parameter(rt_call *call, const char *name, rt_bytes *value);

// A parameter that is a whole number; `number` stays when it is not given. False: refused.
typedef struct {
  uint64_t minimum, maximum;
  bool is_clipped;  // a number above the maximum, however long, counts as the maximum instead of being refused
} rt_range;
bool rt_call_number(rt_call *call, const char *name, rt_range range, uint64_t *number);

// Where the visitor is: what a development origin simulates, or a trusted proxy says, or the address is known for.
// False: refused.
bool rt_call_location(rt_call *call, rt_location *location);

// Hands changes to the store. False: it has no room; refused with 503. Otherwise the batch.
bool rt_call_keep(rt_call *call, const rt_change *changes, size_t count, uint64_t *batch);

// An answer: begin a body in the arena's free rest, write it, respond.
rt_writer rt_call_begin(const rt_call *call);
void rt_call_respond_json(rt_call *call, const rt_writer *body);
void rt_call_respond_html(rt_call *call, int status, const char *title, rt_bytes sentence);
void rt_call_respond_page(rt_call *call, const rt_writer *body, const char *policy);  // HTML, and its CSP
void rt_call_respond_empty(rt_call *call, int status);

// The answer that is in the outcome waits until `batch` is durable, unless it is.
void rt_call_hold(rt_call *call, uint64_t batch);

void rt_call_header(rt_call *call, const char *name, const char *value);

// Text inside an element or a quoted attribute of HTML.
void rt_write_html(rt_writer *writer, rt_bytes text);

// A problem, or a page that says the same. The title follows from the status; `detail` says what to do.
void rt_call_refuse(rt_call *call, int status, const char *code, rt_bytes detail);

void rt_call_refuse_rate(rt_call *call, const rt_rate_verdict *verdict);

// Whether the caller is a page of a development origin, by its Origin or, when it sends none, its Referer.
bool rt_call_is_development(const rt_call *call);

// What a page of a development origin touches is test traffic from then on. True: `request` has become it just now.
bool rt_call_note_development(const rt_call *call, rt_request *request);

// The request of an id. RT_NOT_FOUND: there is none, nothing is answered yet; anything else: refused with 503.
rt_status rt_call_read_request(rt_call *call, const rt_id *id, rt_request_entry **entry);

// The request of that id if it is the calling website's and younger than `life`. NULL: refused; so is a NULL id.
rt_request_entry *rt_call_find_request(rt_call *call, const rt_id *id, rt_millis life);

// The pair at `position` of a request as a change for the store.
rt_change rt_pair_change(const rt_call *call, const rt_request *request, uint32_t position);

// Takes /frame/<token> off the path of a call, if it stands there.
void rt_call_take_frame_token(rt_call *call);

// Whose page calls: by its Origin, or by the frame token, with which this server's own pages call. False: refused,
// because the token is not good, or no longer.
bool rt_call_classify_origin(rt_call *call, const rt_website *website);

// The endpoints. Each leaves an outcome.
void rt_call_embed(rt_call *call);
void rt_call_decision(rt_call *call);
void rt_call_offers(rt_call *call);
void rt_call_impression(rt_call *call);
void rt_call_click(rt_call *call);
void rt_call_redirect(rt_call *call);
void rt_call_session_create(rt_call *call);
void rt_call_session_poll(rt_call *call);
void rt_call_trigger(rt_call *call);
void rt_call_snippet_ping(rt_call *call);

#endif
