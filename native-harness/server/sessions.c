// sessions.c: a page gets a session, asks after it, and the publisher's server triggers it.
// SPDX-License-Identifier: MIT
#include "server/call.h"

rt_instant rt_session_expiry(const rt_session_entry *entry) {
  return entry->kept.triggered_at.ms != 0 ? rt_instant_after(entry->triggered_at, RT_READY_LIFE)
                                          : rt_instant_after(entry->created_at, RT_SESSION_LIFE);
}

rt_session_state rt_session_state_at(const rt_service *service, const rt_session_entry *entry, rt_instant now,
                                     bool is_durable_only) {
  const rt_instant expiry = rt_session_expiry(entry);
  if (!rt_instant_reached(now, expiry)) {
    const bool is_hidden = is_durable_only && entry->trigger_batch > service->durable;
    return entry->kept.triggered_at.ms != 0 && !is_hidden ? RT_STATE_READY : RT_STATE_PENDING;
  }
  return rt_instant_reached(now, rt_instant_after(expiry, RT_EXPIRED_LIFE)) ? RT_STATE_GONE : RT_STATE_EXPIRED;
}

static void sweep_sessions(rt_service *service, rt_instant now) {
  for (int i = 0; i < 2; i++) {
    rt_id id;
    const rt_session_entry *entry = rt_table_sweep(service->sessions, &id);
    if (entry != NULL && rt_session_state_at(service, entry, now, false) == RT_STATE_GONE) {
      rt_service_remove_session(service, &id);
    }
  }
}

static bool is_trigger_on(rt_call *call, const rt_website *website) {
  if (website->is_trigger_enabled) return true;
  rt_call_refuse(call, 403, RT_CODE_WIDGET_DISABLED,
                 RT_BYTES("The trigger widget is off for this website; `retarget site set --trigger` turns it on."));
  return false;
}

void rt_call_session_create(rt_call *call) {
  const rt_http_request *request = call->request;
  rt_location location;
  if (!rt_call_admit(call, RT_ADMIT_PAGES) || !is_trigger_on(call, call->website)) return;
  if (!rt_call_location(call, &location)) return;
  sweep_sessions(call->service, request->now);
  const rt_change change = {
      .kind = RT_CHANGE_SESSION,
      .at = request->wall,
      .as.session = {.id = rt_id_draw(&call->service->entropy),
                     .website = call->website->number,
                     .created_at = request->wall,
                     .location = location,
                     .is_test = call->origin == RT_ORIGIN_DEVELOPMENT},
  };
  const rt_id *id = &change.as.session.id;
  rt_session_entry *entry = rt_service_new_session(call->service, &change.as.session, request->now);
  if (entry == NULL) {
    rt_call_refuse(call, 503, RT_CODE_UNAVAILABLE, RT_BYTES("Too many sessions are open; try again in two seconds."));
    return;
  }
  uint64_t batch;
  if (!rt_call_keep(call, &change, 1, &batch)) {
    rt_service_remove_session(call->service, id);
    return;
  }
  entry->created_at = request->now;
  const rt_id_text text = rt_id_to_text(RT_ID_SESSION, id);
  const rt_api_session answer = {.session_id = rt_bytes_of(text.text),
                                 .expires_at = {request->wall.ms + RT_SESSION_LIFE.ms},
                                 .expires_in_seconds = RT_SESSION_LIFE.ms / 1000,
                                 .max_wait_seconds = RT_MAX_WAIT_SECONDS};
  rt_writer body = rt_call_begin(call);
  rt_api_write_session(&body, &answer);
  rt_call_respond_json(call, &body);
  rt_call_hold(call, batch);
}

// The entry of a session of `website`. NULL: refused with the one answer that tells unknown and foreign apart for
// nobody.
static rt_session_entry *find_session(rt_call *call, rt_bytes text, const rt_website *website, bool is_durable_only) {
  rt_id id;
  if (rt_id_read(text, RT_ID_SESSION, &id)) {
    rt_session_entry *entry = rt_table_find(call->service->sessions, &id);
    if (entry != NULL && entry->kept.website == website->number &&
        rt_session_state_at(call->service, entry, call->request->now, is_durable_only) != RT_STATE_GONE) {
      return entry;
    }
  }
  rt_call_refuse(call, 404, RT_CODE_SESSION_NOT_FOUND,
                 RT_BYTES("No session of this website has this id; the page gets a new one when it is loaded again."));
  return NULL;
}

static void respond_state(rt_call *call, const rt_session_entry *entry, rt_session_state state) {
  rt_api_poll answer = {.location = &entry->kept.location};
  rt_id_text request = {{0}};
  switch (state) {
    case RT_STATE_READY:
      answer.status = RT_SESSION_READY;
      request = rt_id_to_text(RT_ID_REQUEST, &entry->kept.request);
      answer.request_id = rt_bytes_of(request.text);
      break;
    case RT_STATE_EXPIRED:
    case RT_STATE_GONE:
      answer.status = RT_SESSION_EXPIRED;
      break;
    case RT_STATE_PENDING:
      answer.status = RT_SESSION_PENDING;
      break;
  }
  rt_writer body = rt_call_begin(call);
  rt_api_write_poll(&body, &answer);
  rt_call_respond_json(call, &body);
}

void rt_call_session_poll(rt_call *call) {
  const rt_http_request *request = call->request;
  const rt_bytes id = rt_bytes_skip(call->path, sizeof RT_API_SESSION);
  uint64_t wait = 0;
  if (!rt_call_admit(call, RT_ADMIT_POLL) || !is_trigger_on(call, call->website)) return;
  if (!rt_call_number(call, RT_NAME_WAIT, (rt_range){0, RT_MAX_WAIT_SECONDS, .is_clipped = true}, &wait)) return;
  const rt_session_entry *entry = find_session(call, id, call->website, true);
  if (entry == NULL) return;
  const rt_session_state state = rt_session_state_at(call->service, entry, request->now, true);
  if (state == RT_STATE_PENDING && wait > 0 && !request->is_last_answer) {
    const rt_instant until = rt_instant_after(request->now, rt_seconds((int64_t)wait));
    call->outcome->kind = RT_WAIT_FOR_SESSION;
    call->outcome->session = entry->kept.id;
    call->outcome->until = rt_instant_earlier(until, rt_session_expiry(entry));
    return;
  }
  respond_state(call, entry, state);
}

// The first trigger: the session becomes ready and gets its request.
static void trigger_first(rt_call *call, rt_session_entry *entry, rt_reason reason) {
  rt_service *service = call->service;
  const rt_http_request *request = call->request;
  const rt_request wanted = {.website = entry->kept.website,
                             .created_at = request->wall,
                             .location = entry->kept.location,
                             .barred = rt_reason_bars(reason),
                             .is_test = entry->kept.is_test};
  rt_request_entry *made = rt_service_new_request(service, &wanted, request->now);
  if (made == NULL) {
    rt_call_refuse(call, 503, RT_CODE_UNAVAILABLE, RT_BYTES("No room for another request; try again in two seconds."));
    return;
  }
  rt_change changes[2] = {{.kind = RT_CHANGE_REQUEST, .at = request->wall, .as.request = made->kept},
                          {.kind = RT_CHANGE_SESSION, .at = request->wall, .as.session = entry->kept}};
  changes[1].as.session.triggered_at = request->wall;
  changes[1].as.session.request = made->kept.id;
  changes[1].as.session.reason = reason;
  uint64_t batch;
  if (!rt_call_keep(call, changes, 2, &batch)) {
    rt_table_remove(service->requests, &changes[0].as.request.id);
    return;
  }
  made->batch = batch;
  entry->kept = changes[1].as.session;
  entry->triggered_at = request->now;
  entry->trigger_batch = batch;
  (void)rt_service_note_ready(service, &entry->kept.id, batch);  // without memory a waiting poll ends at its own time
  rt_writer body = rt_call_begin(call);
  rt_api_write_triggered(&body, false);
  rt_call_respond_json(call, &body);
  rt_call_hold(call, batch);
}

// A repeated trigger may bar more, also from offers that were fixed before; it never allows anything.
static void trigger_again(rt_call *call, const rt_session_entry *entry, rt_reason reason) {
  const rt_http_request *request = call->request;
  rt_request_entry *made;
  const rt_status status = rt_call_read_request(call, &entry->kept.request, &made);
  if (status == RT_NOT_FOUND) {  // not to be told as done: a stricter reason would be lost
    rt_call_refuse(call, 503, RT_CODE_UNAVAILABLE, RT_BYTES("The session's request is gone; open a new session."));
  }
  if (status != RT_OK) return;
  const rt_verticals barred = {made->kept.barred.bits | rt_reason_bars(reason).bits};
  if (barred.bits != made->kept.barred.bits) {
    rt_change change = {.kind = RT_CHANGE_REQUEST, .at = request->wall, .as.request = made->kept};
    change.as.request.barred = barred;
    if (!rt_call_keep(call, &change, 1, &made->batch)) return;
    made->kept.barred = barred;
  }
  const uint64_t batch = made->batch > entry->trigger_batch ? made->batch : entry->trigger_batch;
  rt_writer body = rt_call_begin(call);
  rt_api_write_triggered(&body, true);
  rt_call_respond_json(call, &body);
  rt_call_hold(call, batch);
}

static bool read_reason(rt_call *call, rt_reason *reason) {
  if (call->body.reason.data == NULL || rt_reason_find(call->body.reason, reason)) return true;
  rt_call_refuse(call, 400, RT_CODE_BAD_REQUEST, RT_BYTES("\"reason\" is one of " RT_REASON_LIST "; or leave it out."));
  return false;
}

// The website whose integration secret came with the request; NULL: refused.
static const rt_website *authenticate(rt_call *call) {
  const rt_http_request *request = call->request;
  const rt_bytes secret = rt_secret_presented(request->authorization, request->integration_secret);
  rt_service_refresh(call->service);
  const rt_website *website = rt_secret_owner(call->service->catalog, &call->service->keys, secret);
  const rt_id nobody = {{0}};
  const rt_rate_verdict verdict = rt_rate_limit_take(
      call->service->rate, website == NULL ? &nobody : &website->website_key, &call->client, request->now);
  if (verdict.is_refused) {
    rt_call_refuse_rate(call, &verdict);
    return NULL;
  }
  if (website == NULL) {
    rt_call_refuse(call, 401, RT_CODE_BAD_SECRET,
                   RT_BYTES("Send the website's integration secret as \"Authorization: Bearer its_…\" or in "
                            "\"x-integration-secret\"; `retarget site rotate` makes a new one."));
  }
  return website;
}

void rt_call_trigger(rt_call *call) {
  const rt_website *website = authenticate(call);
  if (website == NULL || !rt_call_read_body(call)) return;
  if (!website->is_enabled) {
    rt_call_refuse(call, 403, RT_CODE_WIDGET_DISABLED,
                   RT_BYTES("This website is disabled; `retarget site enable` turns it on again."));
    return;
  }
  if (!is_trigger_on(call, website)) return;
  if (call->body.session_id.data == NULL) {
    rt_call_refuse(call, 400, RT_CODE_BAD_REQUEST,
                   RT_BYTES("\"sessionId\" is missing; it is the id the page was given."));
    return;
  }
  rt_reason reason = website->default_reason;
  if (!read_reason(call, &reason)) return;
  rt_session_entry *entry = find_session(call, call->body.session_id, website, false);
  if (entry == NULL) return;
  switch (rt_session_state_at(call->service, entry, call->request->now, false)) {
    case RT_STATE_PENDING:
      trigger_first(call, entry, reason);
      break;
    case RT_STATE_READY:
      trigger_again(call, entry, reason);
      break;
    case RT_STATE_EXPIRED:
    case RT_STATE_GONE:
      rt_call_refuse(call, 410, RT_CODE_SESSION_EXPIRED,
                     RT_BYTES("A session lives 15 minutes; the page gets a new one when it is loaded again."));
      break;
  }
}
