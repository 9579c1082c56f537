// api_client.c: requests and answers of the embed.
// SPDX-License-Identifier: MIT
#include "codec/api_client.h"

#include "codec/api_names.h"
#include "codec/url.h"

enum {
  LONGEST_WAIT_S = 25,         // what the API's `wait` allows
  RETRY_AFTER_DATE_S = 30,     // PROTOCOL 3.2
  LONGEST_LIFE_S = 24 * 3600,  // sessions are kept for a day; more is a mistake
  MANY_SECONDS = 1000000,      // beyond this the exact number of seconds no longer matters
};

static void write_parameter(rt_writer *url, const char *name, rt_bytes value) {
  rt_write_char(url, '&');
  rt_write_text(url, name);
  rt_write_char(url, '=');
  rt_write_url_encoded(url, value);
}

static void write_route(rt_writer *url, const rt_api_caller *caller, const char *route) {
  rt_write_bytes(url, caller->api_base);
  rt_write_text(url, route);
}

static void write_keys(rt_writer *url, const rt_api_caller *caller) {
  rt_write_text(url, "?" RT_NAME_PUB "=");
  rt_write_url_encoded(url, caller->public_key);
  write_parameter(url, RT_NAME_WEBSITE, caller->website_key);
}

static void write_dev_location(rt_writer *url, const rt_api_caller *caller) {
  if (!rt_bytes_is_empty(caller->dev_country)) write_parameter(url, RT_NAME_DEV_COUNTRY, caller->dev_country);
  if (!rt_bytes_is_empty(caller->dev_region)) write_parameter(url, RT_NAME_DEV_REGION, caller->dev_region);
}

void rt_api_write_session_url(rt_writer *url, const rt_api_caller *caller) {
  write_route(url, caller, RT_API_SESSION);
  write_keys(url, caller);
  write_dev_location(url, caller);
}

void rt_api_write_poll_url(rt_writer *url, const rt_api_caller *caller, rt_bytes session_id, int32_t wait_s) {
  write_route(url, caller, RT_API_SESSION "/");
  rt_write_url_encoded(url, session_id);
  write_keys(url, caller);
  if (wait_s <= 0) return;
  rt_write_text(url, "&" RT_NAME_WAIT "=");
  rt_write_i64(url, wait_s);
}

void rt_api_write_decision_url(rt_writer *url, const rt_api_caller *caller) {
  write_route(url, caller, RT_API_DECISION);
  write_keys(url, caller);
  write_dev_location(url, caller);
}

void rt_api_write_offers_url(rt_writer *url, const rt_api_caller *caller, rt_bytes request_id) {
  write_route(url, caller, RT_API_OFFERS);
  write_keys(url, caller);
  write_parameter(url, RT_NAME_REQUEST_ID, request_id);
  if (!rt_bytes_is_empty(caller->language)) write_parameter(url, RT_NAME_LANG, caller->language);
  write_dev_location(url, caller);
}

void rt_api_write_impression_url(rt_writer *url, const rt_api_caller *caller) {
  write_route(url, caller, RT_API_IMPRESSION);
}

void rt_api_write_click_url(rt_writer *url, const rt_api_caller *caller) { write_route(url, caller, RT_API_CLICK); }

static rt_json_out begin_body(rt_writer *body, const rt_api_caller *caller) {
  rt_json_out out = rt_json_out_over(body);
  rt_json_begin_object(&out);
  rt_json_put_member(&out, RT_NAME_PUB, caller->public_key);
  rt_json_put_member(&out, RT_NAME_WEBSITE, caller->website_key);
  return out;
}

void rt_api_write_session_body(rt_writer *body, const rt_api_caller *caller) {
  rt_json_out out = begin_body(body, caller);
  rt_json_end_object(&out);
}

void rt_api_write_click_body(rt_writer *body, const rt_api_caller *caller, rt_bytes request_id, rt_bytes offer_id) {
  rt_json_out out = begin_body(body, caller);
  rt_json_put_member(&out, RT_NAME_REQUEST_ID, request_id);
  rt_json_put_member(&out, RT_NAME_OFFER_ID, offer_id);
  rt_json_end_object(&out);
}

static void put_ids(rt_json_out *out, const char *name, const rt_offer *offers, uint32_t bits) {
  rt_json_key(out, name);
  rt_json_begin_array(out);
  for (uint32_t i = 0; i < RT_MAX_OFFERS; i++) {
    if ((bits >> i & 1u) != 0) rt_json_put_string(out, offers[i].id);
  }
  rt_json_end_array(out);
}

void rt_api_write_impression_body(rt_writer *body, const rt_api_caller *caller, rt_bytes request_id,
                                  const rt_offer *offers, uint32_t rendered_bits, uint32_t viewable_bits) {
  rt_json_out out = begin_body(body, caller);
  rt_json_put_member(&out, RT_NAME_REQUEST_ID, request_id);
  put_ids(&out, RT_NAME_OFFER_IDS, offers, rendered_bits);
  if (viewable_bits != 0) put_ids(&out, RT_NAME_VIEWABLE_IDS, offers, viewable_bits);
  rt_json_end_object(&out);
}

static rt_status read_body(rt_bytes body, rt_arena *scratch, rt_json *root) {
  return body.length > RT_MAX_BODY_LENGTH ? RT_TOO_LARGE : rt_json_parse(body, scratch, root);
}

// A string member cut to `limit` bytes; empty when it is absent or no string.
static rt_bytes text_of(rt_json object, const char *name, size_t limit) {
  rt_bytes text = RT_BYTES_NONE;
  rt_json_get_string(rt_json_member(object, name), &text);
  return rt_bytes_cut(text, limit);
}

// An id is never cut: half an id is another id.
static rt_status read_id(rt_json object, const char *name, rt_bytes *id) {
  *id = RT_BYTES_NONE;
  const rt_json member = rt_json_member(object, name);
  if (rt_json_kind_of(member) == RT_JSON_ABSENT || rt_json_kind_of(member) == RT_JSON_NULL) return RT_MISSING_FIELD;
  if (!rt_json_get_string(member, id) || id->length > RT_MAX_ID_LENGTH) {
    *id = RT_BYTES_NONE;
    return RT_BAD_FIELD;
  }
  return rt_bytes_is_empty(*id) ? RT_MISSING_FIELD : RT_OK;
}

static int64_t integer_of(rt_json object, const char *name, int64_t low, int64_t high, int64_t otherwise) {
  int64_t number = otherwise;
  if (!rt_json_get_integer(rt_json_member(object, name), &number) || number < low) return otherwise;
  return number > high ? high : number;
}

rt_status rt_api_read_session(rt_bytes body, rt_arena *scratch, rt_session_answer *answer) {
  rt_json root;
  const rt_status status = read_body(body, scratch, &root);
  if (status != RT_OK) return status;
  const int64_t usual_s = RT_SESSION_LIFE.ms / 1000;
  answer->life = rt_seconds(integer_of(root, RT_NAME_EXPIRES_IN, 1, LONGEST_LIFE_S, usual_s));
  answer->max_wait_s = (int32_t)integer_of(root, RT_NAME_MAX_WAIT, 0, LONGEST_WAIT_S, 0);
  return read_id(root, RT_NAME_SESSION_ID, &answer->session_id);
}

rt_status rt_api_read_poll(rt_bytes body, rt_arena *scratch, rt_poll_answer *answer) {
  rt_json root;
  const rt_status status = read_body(body, scratch, &root);
  if (status != RT_OK) return status;
  *answer = (rt_poll_answer){.status = RT_POLL_PENDING};
  rt_bytes word;
  if (!rt_json_get_string(rt_json_member(root, RT_NAME_STATUS), &word)) return RT_MISSING_FIELD;
  if (rt_bytes_equal(word, RT_BYTES(RT_SESSION_PENDING))) return RT_OK;
  if (rt_bytes_equal(word, RT_BYTES(RT_SESSION_EXPIRED))) {
    answer->status = RT_POLL_EXPIRED;
    return RT_OK;
  }
  if (!rt_bytes_equal(word, RT_BYTES(RT_SESSION_READY))) return RT_BAD_FIELD;
  answer->status = RT_POLL_READY;
  read_id(root, RT_NAME_REQUEST_ID, &answer->request_id);  // without one the decision supplies it
  return RT_OK;
}

// A URL member that is absolute http(s); empty otherwise.
static rt_bytes url_of(rt_json object, const char *name) {
  rt_bytes text = RT_BYTES_NONE;
  rt_url url;
  if (!rt_json_get_string(rt_json_member(object, name), &text) || rt_url_parse(text, &url) != RT_OK)
    return RT_BYTES_NONE;
  return text;
}

static void read_support(rt_json root, rt_bytes *label, rt_bytes *url) {
  const rt_json support = rt_json_member(root, RT_NAME_SUPPORT);
  *label = text_of(support, RT_NAME_LABEL, RT_MAX_TEXT_LENGTH);
  *url = url_of(support, RT_NAME_URL);
  if (rt_bytes_is_empty(*label) || rt_bytes_is_empty(*url)) *label = *url = RT_BYTES_NONE;
}

rt_status rt_api_read_decision(rt_bytes body, rt_arena *scratch, rt_decision_answer *answer) {
  rt_json root;
  const rt_status status = read_body(body, scratch, &root);
  if (status != RT_OK) return status;
  if (!rt_json_get_boolean(rt_json_member(root, RT_NAME_ALLOWED), &answer->is_allowed)) return RT_MISSING_FIELD;
  read_support(root, &answer->support_label, &answer->support_url);
  return read_id(root, RT_NAME_REQUEST_ID, &answer->request_id);
}

// False: not an offer that can be shown. `has_score` tells whether the API scored it.
static bool read_offer(rt_json entry, rt_offer *offer, bool *has_score) {
  *offer = (rt_offer){.vertical = text_of(entry, RT_NAME_VERTICAL, RT_MAX_ID_LENGTH),
                      .brand = text_of(entry, RT_NAME_BRAND, RT_MAX_BRAND_LENGTH),
                      .headline = text_of(entry, RT_NAME_HEADLINE, RT_MAX_HEADLINE_LENGTH),
                      .cta = text_of(entry, RT_NAME_CTA, RT_MAX_CTA_LENGTH),
                      .image = url_of(entry, RT_NAME_IMAGE),
                      .click_url = url_of(entry, RT_NAME_CLICK_URL)};
  rt_json_get_boolean(rt_json_member(entry, RT_NAME_PREMIUM), &offer->is_premium);
  *has_score = rt_json_get_integer(rt_json_member(entry, RT_NAME_RANK_SCORE), &offer->rank_score);
  return read_id(entry, RT_NAME_ID, &offer->id) == RT_OK && !rt_bytes_is_empty(offer->click_url);
}

static bool is_known(const rt_offers_answer *answer, rt_bytes id) {
  for (uint32_t i = 0; i < answer->offer_count; i++) {
    if (rt_bytes_equal(answer->offers[i].id, id)) return true;
  }
  return false;
}

static void read_texts(rt_json texts, rt_offers_answer *answer) {
  answer->title = text_of(texts, RT_NAME_TITLE, RT_MAX_TEXT_LENGTH);
  answer->intro = text_of(texts, RT_NAME_INTRO, RT_MAX_TEXT_LENGTH);
  answer->sponsored = text_of(texts, RT_NAME_SPONSORED, RT_MAX_CTA_LENGTH);
  answer->close = text_of(texts, RT_NAME_CLOSE, RT_MAX_CTA_LENGTH);
  answer->premium = text_of(texts, RT_NAME_PREMIUM, RT_MAX_CTA_LENGTH);
  answer->support = text_of(texts, RT_NAME_SUPPORT, RT_MAX_TEXT_LENGTH);
}

rt_status rt_api_read_offers(rt_bytes body, rt_arena *scratch, rt_offers_answer *answer) {
  rt_json root;
  const rt_status status = read_body(body, scratch, &root);
  if (status != RT_OK) return status;
  *answer = (rt_offers_answer){.offer_count = 0};
  const rt_json entries = rt_json_member(root, RT_NAME_OFFERS);
  if (rt_json_kind_of(entries) == RT_JSON_ABSENT) return RT_MISSING_FIELD;
  if (rt_json_kind_of(entries) != RT_JSON_ARRAY) return RT_BAD_FIELD;
  bool all_scored = true;
  for (rt_json entry = rt_json_first(entries); entry.node != NULL && answer->offer_count < RT_MAX_OFFERS;
       entry = rt_json_next(entry)) {
    bool has_score = false;
    rt_offer *offer = &answer->offers[answer->offer_count];
    if (!read_offer(entry, offer, &has_score) || is_known(answer, offer->id)) continue;
    all_scored = all_scored && has_score;
    answer->offer_count++;
  }
  for (uint32_t i = 0; i < answer->offer_count && !all_scored; i++) answer->offers[i].rank_score = -(int64_t)i;
  rt_bytes direction = text_of(root, RT_NAME_DIR, 3);
  answer->is_right_to_left = rt_bytes_equal(direction, RT_BYTES("rtl"));
  read_texts(rt_json_member(root, RT_NAME_TEXTS), answer);
  read_support(root, &answer->support_label, &answer->support_url);
  return RT_OK;
}

rt_bytes rt_api_read_problem_code(rt_bytes body, rt_arena *scratch) {
  rt_json root;
  if (read_body(body, scratch, &root) != RT_OK) return RT_BYTES_NONE;
  return text_of(root, RT_NAME_CODE, RT_MAX_ID_LENGTH);
}

bool rt_api_read_retry_after(rt_bytes value, rt_millis *wait) {
  value = rt_bytes_trimmed(value);
  if (rt_bytes_is_empty(value)) return false;
  uint64_t seconds = 0;
  if (!rt_bytes_to_u64(value, &seconds)) seconds = RETRY_AFTER_DATE_S;
  *wait = rt_seconds((int64_t)(seconds < MANY_SECONDS ? seconds : MANY_SECONDS));
  return true;
}
