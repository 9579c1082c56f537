// offers.c: which offers, in which order, at which price; fixed when they are first served.
// SPDX-License-Identifier: MIT
#include "codec/json.h"
#include "codec/url.h"
#include "server/call.h"
#include "server/languages.h"

// Until an offer has a history, every click is as likely as any other and every conversion as likely after a click:
// 1 in 100 views is clicked, 1 in 20 clicks converts.
enum { PRIOR_CTR_PERMILLE = 10, PRIOR_CVR_PERMILLE = 50 };

// Expected micros per thousand views.
static int64_t score_of(const rt_catalog_offer *offer, rt_micros rate) {
  const int64_t per_thousand = rate.value * PRIOR_CTR_PERMILLE;
  return offer->model == RT_MODEL_CPC ? per_thousand : per_thousand * PRIOR_CVR_PERMILLE / 1000;
}

static bool is_eligible(const rt_call *call, const rt_request *request, const rt_catalog_offer *offer) {
  if (!offer->is_live || (offer->is_local && !call->service->config.is_development)) return false;
  return rt_verticals_have(call->website->accepted, offer->vertical) &&
         !rt_verticals_have(request->barred, offer->vertical);
}

// Ranks what is eligible and writes the best of it, with prices, into `request`.
static void choose(const rt_call *call, rt_request *request) {
  rt_service *service = call->service;
  rt_rank_entry *ranking = service->ranking;
  size_t count = 0;
  for (size_t i = 0; i < rt_catalog_offer_count(service->catalog); i++) {
    const rt_catalog_offer *offer = rt_catalog_offer_at(service->catalog, i);
    rt_micros rate;
    if (!is_eligible(call, request, offer)) continue;
    if (!rt_rate_at(offer->rates, offer->rate_count, &request->location, &rate)) continue;
    ranking[count++] = (rt_rank_entry){.id = {(const char *)offer->id.bytes, sizeof offer->id.bytes},
                                       .brand = offer->brand,
                                       .score = score_of(offer, rate),
                                       .is_premium = offer->is_premium,
                                       .index = (uint32_t)i};
  }
  rt_rank_order(ranking, count, RT_MAX_OFFERS);
  request->offer_count = count < RT_MAX_OFFERS ? (uint32_t)count : RT_MAX_OFFERS;
  for (uint32_t i = 0; i < request->offer_count; i++) {
    const rt_catalog_offer *offer = rt_catalog_offer_at(service->catalog, ranking[i].index);
    request->offers[i] = (rt_pair){.offer = offer->id, .model = offer->model};
    rt_rate_at(offer->rates, offer->rate_count, &request->location, &request->offers[i].price);
  }
}

// An image that a page may load: https, or this machine's while developing; otherwise none.
static rt_bytes image_of(const rt_call *call, rt_bytes image) {
  rt_url url;
  if (rt_url_parse(image, &url) != RT_OK) return RT_BYTES_NONE;
  const bool is_allowed = url.is_https || (call->service->config.is_development && rt_host_is_loopback(url.host));
  return is_allowed ? image : RT_BYTES_NONE;
}

static rt_bytes in_arena(rt_call *call, const rt_writer *writer) {
  rt_bytes copy;
  return !writer->is_overflowed && rt_arena_copy(call->arena, rt_written(writer), &copy) == RT_OK ? copy
                                                                                                  : RT_BYTES_NONE;
}

static rt_bytes click_url_of(rt_call *call, const rt_click_target *target) {
  char room[RT_MAX_API_BASE_LENGTH + sizeof RT_API_REDIRECT + RT_TOKEN_TEXT_LENGTH + 8];
  rt_writer writer = rt_writer_over(room, sizeof room);
  rt_write_bytes(&writer, call->service->config.public_url);
  rt_write_text(&writer, RT_API_REDIRECT "?" RT_NAME_TOKEN "=");
  rt_write_click_token(&writer, &call->service->keys, target);
  return in_arena(call, &writer);
}

static rt_bytes offer_id_text(rt_call *call, const rt_id *id) {
  char room[RT_ID_TEXT_CAPACITY];
  rt_writer writer = rt_writer_over(room, sizeof room);
  rt_write_id(&writer, RT_ID_OFFER, id);
  return in_arena(call, &writer);
}

// The served offers as the page sees them; one that was paused meanwhile is left out.
static size_t describe(rt_call *call, const rt_request *request, size_t limit, rt_offer *offers) {
  size_t count = 0;
  for (uint32_t i = 0; i < request->offer_count && count < limit; i++) {
    const rt_catalog_offer *offer = rt_catalog_offer_by_id(call->service->catalog, &request->offers[i].offer);
    if (offer == NULL || !is_eligible(call, request, offer)) continue;
    offers[count++] = (rt_offer){
        .id = offer_id_text(call, &offer->id),
        .vertical = rt_bytes_of(rt_vertical_name(offer->vertical)),
        .brand = offer->brand,
        .headline = offer->headline,
        .cta = offer->cta,
        .image = image_of(call, offer->image),
        .click_url = click_url_of(call, &(rt_click_target){request->id, i}),
        .rank_score = RT_MAX_OFFERS - (int64_t)i,  // the place, not the bid: ordering by it gives the same order
        .is_premium = offer->is_premium,
    };
  }
  return count;
}

// Writes as many of the offers, the first ones, as a widget reads in one answer: of a larger one it would show none.
static rt_writer write_readable(const rt_call *call, rt_api_offers *answer) {
  for (;; answer->offer_count--) {
    rt_writer body = rt_call_begin(call);
    rt_api_write_offers(&body, answer);
    const bool is_readable =
        body.length <= RT_MAX_BODY_LENGTH && rt_json_memory_for(rt_written(&body)) <= RT_SCRATCH_MEMORY;
    if (is_readable || answer->offer_count == 0) return body;
  }
}

// The request that a query names, if it is this website's and young enough; NULL: refused.
static rt_request_entry *find_request(rt_call *call) {
  rt_bytes text;
  rt_id id;
  if (!rt_call_parameter(call, RT_NAME_REQUEST_ID, &text)) return NULL;
  if (text.data == NULL) {
    rt_call_refuse(call, 400, RT_CODE_BAD_REQUEST,
                   RT_BYTES("\"requestId\" is missing; a decision or a ready session gives one."));
    return NULL;
  }
  return rt_id_read(text, RT_ID_REQUEST, &id) ? rt_call_find_request(call, &id, RT_REQUEST_LIFE)
                                              : rt_call_find_request(call, NULL, RT_REQUEST_LIFE);
}

void rt_call_offers(rt_call *call) {
  const rt_http_request *request = call->request;
  uint64_t limit = RT_MAX_OFFERS;
  rt_bytes asked;
  if (!rt_call_admit(call, RT_ADMIT_WITHOUT_ORIGIN)) return;
  if (!rt_call_number(call, RT_NAME_LIMIT, (rt_range){.minimum = 1, .maximum = RT_MAX_OFFERS}, &limit)) return;
  if (!rt_call_parameter(call, RT_NAME_LANG, &asked)) return;
  rt_request_entry *entry = find_request(call);
  if (entry == NULL) return;
  rt_change change = {.kind = RT_CHANGE_REQUEST, .at = request->wall, .as.request = entry->kept};
  bool is_news = rt_call_note_development(call, &change.as.request);
  if (entry->kept.offer_count == 0) {
    choose(call, &change.as.request);
    if (change.as.request.offer_count > 0) {
      change.as.request.served_at = request->wall;
      is_news = true;
    }
  }
  if (is_news) {
    if (!rt_call_keep(call, &change, 1, &entry->batch)) return;
    entry->kept = change.as.request;
  }
  rt_offer offers[RT_MAX_OFFERS];
  const rt_id_text id = rt_id_to_text(RT_ID_REQUEST, &entry->kept.id);
  const rt_language *language = rt_language_lookup(asked);
  rt_api_offers answer = {
      .request_id = rt_bytes_of(id.text),
      .offers = offers,
      .offer_count = describe(call, &entry->kept, (size_t)limit, offers),
      .texts = language->texts,
      .direction = language->direction,
      .support = {call->website->support_label, call->website->support_url},
  };
  const rt_writer body = write_readable(call, &answer);
  rt_call_respond_json(call, &body);
  rt_call_hold(call, entry->batch);
}
