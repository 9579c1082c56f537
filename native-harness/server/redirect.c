// redirect.c: from a card to the advertiser, counted once.
// Whatever is thought of a click, a genuine token leads to its landing page; only the class differs.
// SPDX-License-Identifier: MIT
#include "codec/url.h"
#include "domain/link_template.h"
#include "server/call.h"

// A browser that fetches ahead of a click (or a program that only asks) must not be taken for somebody who clicked.
static bool is_ahead_of_a_click(const rt_http_request *request) {
  if (request->method == RT_METHOD_HEAD) return true;
  return rt_bytes_start_with(request->purpose, RT_BYTES("prefetch")) ||
         rt_bytes_start_with(request->purpose, RT_BYTES("preview"));
}

// How following `request` counts, taken alone.
static rt_click_class classify(rt_call *call, const rt_request *kept, uint32_t position) {
  const rt_http_request *request = call->request;
  const rt_networks own = {call->service->config.own_networks, call->service->config.own_network_count};
  if (kept->is_test) return RT_CLICK_TEST;
  if (rt_user_agent_is_bot(request->user_agent)) return RT_CLICK_BOT;
  if (request->wall.ms - kept->served_at.ms >= RT_CLICK_BILLABLE_LIFE.ms) return RT_CLICK_LATE;
  if (rt_networks_have(own, &call->client)) return RT_CLICK_SELF;
  const rt_visit visit = {.address = call->client,
                          .user_agent = request->user_agent,
                          .website = kept->website,
                          .offer = kept->offers[position].offer,
                          .pair = {kept->id, position}};
  return rt_visits_is_duplicate(call->service->visits, &visit, request->now) ? RT_CLICK_DUPLICATE : RT_CLICK_BILLABLE;
}

// Following counts once. But a machine that came first does not take the click away from the person after it, and
// somebody without a proof not from a visitor of the page.
static bool is_replaceable(const rt_pair *before) {
  const rt_click_class class = rt_pair_class(before);
  return before->followed_at.ms == 0 || class == RT_CLICK_BOT || class == RT_CLICK_WRONG_ORIGIN;
}

static bool replaces(const rt_pair *after, const rt_pair *before) {
  if (before->followed_at.ms == 0) return true;
  if (before->follow == RT_CLICK_BOT) return after->follow != RT_CLICK_BOT;
  return rt_pair_class(after) == RT_CLICK_BILLABLE || after->follow == RT_CLICK_TEST;
}

// Records that the pair was followed. A store without room loses the record, never the visitor.
static void record(rt_call *call, rt_request_entry *entry, uint32_t position, const rt_website *website) {
  const rt_pair *before = &entry->kept.offers[position];
  if (!is_replaceable(before)) return;
  rt_request changed = entry->kept;
  rt_pair *pair = &changed.offers[position];
  rt_change changes[2];
  size_t count = 0;
  pair->followed_at = call->request->wall;
  if (website != NULL) {
    const rt_origin_class referer = rt_referer_classify(website, call->request->referer);
    changed.is_test = changed.is_test || referer == RT_ORIGIN_DEVELOPMENT;
    pair->is_origin_proven = referer == RT_ORIGIN_REGISTERED;
  }
  pair->follow = classify(call, &changed, position);
  if (!replaces(pair, before)) return;
  if (changed.is_test != entry->kept.is_test) {
    changes[count++] = (rt_change){.kind = RT_CHANGE_REQUEST, .at = call->request->wall, .as.request = changed};
  }
  changes[count++] = rt_pair_change(call, &changed, position);
  const uint64_t batch = call->service->store.append(call->service->store.self, changes, count);
  if (batch == 0) return;
  entry->batch = batch;
  entry->kept = changed;
}

static void respond_redirect(rt_call *call, const rt_request *kept, const rt_click_target *target, rt_bytes landing,
                             const rt_website *website) {
  const rt_id click = rt_click_id_of(&call->service->keys, target);
  const rt_id_text click_text = rt_id_to_text(RT_ID_CLICK, &click);
  rt_id_text key_text = {{0}};
  if (website != NULL) key_text = rt_id_to_text(RT_ID_WEBSITE_KEY, &website->website_key);
  const rt_link_values values = {.click_id = rt_bytes_of(click_text.text),
                                 .website_key = rt_bytes_of(key_text.text),
                                 .country = rt_bytes_of(kept->location.country),
                                 .region = rt_bytes_of(kept->location.region)};
  char room[3 * RT_MAX_URL_LENGTH];  // nine bytes of a template become 26 at most
  rt_writer writer = rt_writer_over(room, sizeof room);
  rt_bytes location;
  rt_write_link(&writer, landing, &values);
  if (writer.is_overflowed || rt_arena_copy(call->arena, rt_written(&writer), &location) != RT_OK) {
    rt_call_refuse(call, 500, RT_CODE_INTERNAL, RT_BYTES_NONE);
    return;
  }
  rt_call_respond_empty(call, 302);
  rt_call_header(call, "Location", location.data);
  rt_call_header(call, "Referrer-Policy", "strict-origin-when-cross-origin");
}

void rt_call_redirect(rt_call *call) {
  const rt_http_request *request = call->request;
  rt_click_target target;
  rt_bytes token;
  rt_service_refresh(call->service);
  const rt_rate_verdict verdict = rt_rate_limit_take(call->service->rate, &(rt_id){{0}}, &call->client, request->now);
  if (verdict.is_refused) {
    rt_call_refuse_rate(call, &verdict);
    return;
  }
  if (!rt_query_find(call->query, RT_NAME_TOKEN, &token) ||
      !rt_click_token_read(token, &call->service->keys, &target)) {
    rt_call_respond_html(
        call, 400, "This link is damaged",
        RT_BYTES("It was changed or cut off on its way here. Go back to the page and choose the offer again."));
    return;
  }
  rt_request_entry *entry;
  const rt_status status = rt_service_find_request(call->service, &target.request, request->now, request->wall, &entry);
  if (status != RT_OK && status != RT_NOT_FOUND) {
    rt_call_respond_html(call, 503, "This link does not work right now", RT_BYTES("Try it again in a few seconds."));
    rt_call_header(call, "Retry-After", "2");
    return;
  }
  const rt_catalog_offer *offer = NULL;
  if (entry != NULL && target.position < entry->kept.offer_count &&
      request->wall.ms - entry->kept.served_at.ms < RT_CLICK_REDIRECT_LIFE.ms) {
    offer = rt_catalog_offer_by_id(call->service->catalog, &entry->kept.offers[target.position].offer);
  }
  if (offer == NULL) {
    rt_call_respond_html(call, 410, "This link has expired",
                         RT_BYTES("Links to offers work for a day. Go back to the page to see what is on offer now."));
    return;
  }
  const rt_website *website = rt_catalog_website_by_number(call->service->catalog, entry->kept.website);
  respond_redirect(call, &entry->kept, &target, offer->landing, website);
  if (is_ahead_of_a_click(request)) return;
  record(call, entry, target.position, website);
  rt_call_hold(call, entry->batch);
  call->outcome->is_owed_anyway = true;  // a disk that is stuck costs the click, never the visitor
}
