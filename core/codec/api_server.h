// api_server.h: the server's half of the API's bytes: reads requests, writes answers.
// The mirror image of api_client.h. Knows no time, no session and no reason why; ids are opaque text here.
// SPDX-License-Identifier: MIT
#ifndef RT_CODEC_API_SERVER_H
#define RT_CODEC_API_SERVER_H

#include "base/arena.h"
#include "base/instant.h"
#include "base/status.h"
#include "domain/limits.h"
#include "domain/offer.h"
#include "domain/texts.h"
#include "domain/visitor.h"

// A POST body, whichever call it is for. Members the body does not have are absent; slices live as long as the arena.
typedef struct {
  rt_bytes pub, website;
  rt_bytes session_id, reason;
  rt_bytes request_id, offer_id;
  rt_bytes offer_ids[RT_MAX_OFFERS];
  size_t offer_id_count;
  rt_bytes viewable_ids[RT_MAX_OFFERS];
  size_t viewable_id_count;
  rt_bytes embed, version;
} rt_api_body;

// Reads a body of one JSON object. Unknown members are ignored; a known one of the wrong type or an array of more than
// RT_MAX_OFFERS is RT_BAD_FIELD, named in `where`. An empty body is an empty object.
rt_fault rt_api_read_body(rt_bytes text, rt_arena *arena, rt_api_body *body);

// RFC 9457. Every text is written as it is; `request` may be empty.
typedef struct {
  int status;
  const char *code;
  const char *title;
  rt_bytes detail;   // what to do about it
  rt_bytes request;  // the number under which the server's log knows it; only for 500
} rt_api_problem;

// An optional link to the publisher's own help; no label, no link.
typedef struct {
  rt_bytes label, url;
} rt_api_support;

typedef struct {
  rt_bytes session_id;
  rt_wall expires_at;
  int64_t expires_in_seconds;
  int64_t max_wait_seconds;
} rt_api_session;

typedef struct {
  const char *status;   // RT_SESSION_PENDING and so on
  rt_bytes request_id;  // with RT_SESSION_READY only
  const rt_location *location;
} rt_api_poll;

typedef struct {
  bool is_allowed;
  rt_bytes request_id;
  const rt_location *location;
  rt_api_support support;
} rt_api_decision;

typedef struct {
  rt_bytes request_id;
  const rt_offer *offers;
  size_t offer_count;
  const rt_texts *texts;  // in the visitor's language, or the nearest there is
  const char *direction;  // "ltr", "rtl"
  rt_api_support support;
} rt_api_offers;

void rt_api_write_problem(rt_writer *writer, const rt_api_problem *problem);
void rt_api_write_ok(rt_writer *writer);
void rt_api_write_triggered(rt_writer *writer, bool was_triggered_before);
void rt_api_write_session(rt_writer *writer, const rt_api_session *session);
void rt_api_write_poll(rt_writer *writer, const rt_api_poll *poll);
void rt_api_write_decision(rt_writer *writer, const rt_api_decision *decision);
void rt_api_write_offers(rt_writer *writer, const rt_api_offers *offers);

// "2026-03-01T12:00:00.000Z"; years 1970 to 9999.
void rt_write_iso8601(rt_writer *writer, rt_wall at);

#endif
