// events.c: what a page reports: cards shown, cards viewable, clicks, and that the snippet is there.
// Each counts once per request and offer, however often it comes.
// SPDX-License-Identifier: MIT
#include <string.h>

#include "server/call.h"

rt_status rt_call_read_request(rt_call *call, const rt_id *id, rt_request_entry **entry) {
  const rt_http_request *request = call->request;
  const rt_status status = rt_service_find_request(call->service, id, request->now, request->wall, entry);
  if (status != RT_OK && status != RT_NOT_FOUND) {
    rt_call_refuse(call, 503, RT_CODE_UNAVAILABLE, RT_BYTES("The database cannot be read; try again in two seconds."));
  }
  return status;
}

rt_request_entry *rt_call_find_request(rt_call *call, const rt_id *id, rt_millis life) {
  const rt_http_request *request = call->request;
  rt_request_entry *entry = NULL;
  const rt_status status = id == NULL ? RT_NOT_FOUND : rt_call_read_request(call, id, &entry);
  if (status != RT_OK && status != RT_NOT_FOUND) return NULL;
  if (entry != NULL && entry->kept.website == call->website->number &&
      !rt_instant_reached(request->now, rt_instant_after(entry->created_at, life))) {
    return entry;
  }
  rt_call_refuse(call, 404, RT_CODE_REQUEST_NOT_FOUND,
                 RT_BYTES("No live request of this website has this id; a new decision gives a new one."));
  return NULL;
}

// The request that the body names; NULL: refused.
static rt_request_entry *find_reported(rt_call *call) {
  rt_id id;
  if (call->body.request_id.data == NULL) {
    rt_call_refuse(call, 400, RT_CODE_BAD_REQUEST, RT_BYTES("\"requestId\" is missing."));
    return NULL;
  }
  const bool is_id = rt_id_read(call->body.request_id, RT_ID_REQUEST, &id);
  return rt_call_find_request(call, is_id ? &id : NULL, RT_CLICK_REDIRECT_LIFE);
}

// The place of an offer among those served; RT_MAX_OFFERS: it was not.
static uint32_t position_of(const rt_request *request, rt_bytes text) {
  rt_id id;
  if (!rt_id_read(text, RT_ID_OFFER, &id)) return RT_MAX_OFFERS;
  for (uint32_t i = 0; i < request->offer_count; i++) {
    if (rt_id_equal(&request->offers[i].offer, &id)) return i;
  }
  return RT_MAX_OFFERS;
}

static void refuse_offer(rt_call *call) {
  rt_call_refuse(call, 400, RT_CODE_BAD_REQUEST,
                 RT_BYTES("An offer id is missing or was not served for this request."));
}

rt_change rt_pair_change(const rt_call *call, const rt_request *request, uint32_t position) {
  const rt_click_target target = {request->id, position};
  return (rt_change){
      .kind = RT_CHANGE_PAIR,
      .at = call->request->wall,
      .as.pair = {request->id, rt_click_id_of(&call->service->keys, &target), position, request->offers[position]},
  };
}

static rt_change request_change(const rt_call *call, const rt_request *request) {
  return (rt_change){.kind = RT_CHANGE_REQUEST, .at = call->request->wall, .as.request = *request};
}

static void respond_accepted(rt_call *call, uint64_t batch) {
  rt_writer body = rt_call_begin(call);
  rt_api_write_ok(&body);
  rt_call_respond_json(call, &body);
  rt_call_hold(call, batch);
}

void rt_call_impression(rt_call *call) {
  const rt_api_body *body = &call->body;
  rt_wall rendered[RT_MAX_OFFERS] = {{0}}, viewable[RT_MAX_OFFERS] = {{0}};
  if (!rt_call_admit(call, RT_ADMIT_PAGES)) return;
  rt_request_entry *entry = find_reported(call);
  if (entry == NULL) return;
  for (size_t i = 0; i < body->offer_id_count + body->viewable_id_count; i++) {
    const bool is_viewable = i >= body->offer_id_count;
    const rt_bytes id = is_viewable ? body->viewable_ids[i - body->offer_id_count] : body->offer_ids[i];
    const uint32_t position = position_of(&entry->kept, id);
    if (position == RT_MAX_OFFERS) {
      refuse_offer(call);
      return;
    }
    rendered[position] = call->request->wall;  // what was viewable was rendered
    if (is_viewable) viewable[position] = call->request->wall;
  }
  rt_request changed = entry->kept;
  rt_change changes[1 + RT_MAX_OFFERS];
  size_t count = 0;
  if (rt_call_note_development(call, &changed)) changes[count++] = request_change(call, &changed);
  for (uint32_t i = 0; i < changed.offer_count; i++) {
    rt_pair *pair = &changed.offers[i];
    const bool is_news =
        (rendered[i].ms != 0 && pair->rendered_at.ms == 0) || (viewable[i].ms != 0 && pair->viewable_at.ms == 0);
    if (!is_news) continue;
    if (pair->rendered_at.ms == 0) pair->rendered_at = rendered[i];
    if (pair->viewable_at.ms == 0) pair->viewable_at = viewable[i];
    changes[count++] = rt_pair_change(call, &changed, i);
  }
  if (count > 0) {
    if (!rt_call_keep(call, changes, count, &entry->batch)) return;
    entry->kept = changed;
  }
  respond_accepted(call, entry->batch);
}

void rt_call_click(rt_call *call) {
  if (!rt_call_admit(call, RT_ADMIT_PAGES)) return;
  rt_request_entry *entry = find_reported(call);
  if (entry == NULL) return;
  const uint32_t position = position_of(&entry->kept, call->body.offer_id);
  if (position == RT_MAX_OFFERS) {
    refuse_offer(call);
    return;
  }
  rt_request changed = entry->kept;
  rt_pair *pair = &changed.offers[position];
  rt_change changes[2];
  size_t count = 0;
  if (rt_call_note_development(call, &changed)) changes[count++] = request_change(call, &changed);
  if (pair->event_at.ms == 0) {
    // Only the registered domain proves where; what was followed without a proof must not become billable here.
    if (changed.is_test && rt_pair_class(pair) == RT_CLICK_WRONG_ORIGIN) pair->follow = RT_CLICK_TEST;
    pair->event_at = call->request->wall;
    changes[count++] = rt_pair_change(call, &changed, position);
  }
  if (count > 0) {
    if (!rt_call_keep(call, changes, count, &entry->batch)) return;
    entry->kept = changed;
  }
  respond_accepted(call, entry->batch);
}

// A short word for a table; anything else than letters, digits, dots and hyphens ends it.
static void copy_word(char *word, size_t capacity, rt_bytes text) {
  size_t length = 0;
  for (; length < text.length && length + 1 < capacity; length++) {
    const char c = text.data[length];
    const bool is_good =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+';
    if (!is_good) break;
    word[length] = c;
  }
  word[length] = '\0';
}

// The answer does not wait: a lost sighting is repeated by the next page view.
void rt_call_snippet_ping(rt_call *call) {
  if (!rt_call_admit(call, RT_ADMIT_PAGES)) return;
  rt_change change = {.kind = RT_CHANGE_PING, .at = call->request->wall};
  change.as.ping.website = call->website->number;
  copy_word(change.as.ping.embed, sizeof change.as.ping.embed, call->body.embed);
  copy_word(change.as.ping.version, sizeof change.as.ping.version, call->body.version);
  if (change.as.ping.embed[0] == '\0') {
    rt_call_refuse(call, 400, RT_CODE_BAD_REQUEST,
                   RT_BYTES("\"embed\" is missing; it names the embed, \"decline\" say."));
    return;
  }
  uint64_t batch;
  if (!rt_call_keep(call, &change, 1, &batch)) return;
  rt_call_respond_empty(call, 204);
}
