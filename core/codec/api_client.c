// api_client.c: requests and answers of the embed. What is alike is read from tables: bytes count here.
// SPDX-License-Identifier: MIT
#include "codec/api_client.h"

#include <string.h>

#include "base/version.h"
#include "codec/api_names.h"
#include "codec/json.h"
#include "codec/url.h"

enum {
  LONGEST_WAIT_S = 25,         // what the API's `wait` allows
  RETRY_AFTER_DATE_S = 30,     // web/docs/polling.md
  LONGEST_LIFE_S = 24 * 3600,  // sessions are kept for a day; more is a mistake
  MANY_SECONDS = 1000000,      // beyond this the exact number of seconds no longer matters
};

// `lead` is "?name=" or "&name="; an empty value leaves the parameter out.
static void write_parameter(rt_writer *url, const char *lead, rt_bytes value) {
  if (rt_bytes_is_empty(value)) return;
  rt_write_text(url, lead);
  rt_write_url_encoded(url, value);
}

void rt_api_write_url(rt_writer *url, const rt_api_caller *caller, rt_call call, rt_bytes id, int32_t wait_s) {
  static const char *const routes[RT_CALL_COUNT] = {RT_API_SESSION, RT_API_SESSION "/", RT_API_DECISION,
                                                    RT_API_OFFERS,  RT_API_IMPRESSION,  RT_API_CLICK};
  rt_write_bytes(url, caller->api_base);
  rt_write_text(url, routes[call]);
  if (call >= RT_CALL_IMPRESSION) return;
  if (call == RT_CALL_POLL) rt_write_url_encoded(url, id);
  write_parameter(url, "?" RT_NAME_PUB "=", caller->public_key);
  write_parameter(url, "&" RT_NAME_WEBSITE "=", caller->website_key);
  if (call == RT_CALL_POLL) {
    if (wait_s == 0) return;
    rt_write_text(url, "&" RT_NAME_WAIT "=");
    rt_write_u64(url, (uint64_t)wait_s);
    return;
  }
  if (call == RT_CALL_OFFERS) {
    write_parameter(url, "&" RT_NAME_REQUEST_ID "=", id);
    write_parameter(url, "&" RT_NAME_LANG "=", caller->language);
  }
  write_parameter(url, "&" RT_NAME_DEV_COUNTRY "=", caller->dev_country);
  write_parameter(url, "&" RT_NAME_DEV_REGION "=", caller->dev_region);
}

void rt_api_write_section(rt_writer *url, rt_call call, uint32_t most_ads) {
  if (call == RT_CALL_DECISION) rt_write_text(url, "&" RT_NAME_MODE "=section");
  if (call != RT_CALL_OFFERS) return;
  rt_write_text(url, "&" RT_NAME_LIMIT "=");
  rt_write_u64(url, most_ads);
}

void rt_api_write_ping_url(rt_writer *url, const rt_api_caller *caller) {
  rt_write_bytes(url, caller->api_base);
  rt_write_text(url, RT_API_SNIPPET_PING);
}

void rt_api_write_ping_body(rt_writer *body, const rt_api_caller *caller, rt_bytes embed) {
  rt_json_out out = rt_json_out_over(body);
  rt_json_begin_object(&out);
  rt_json_put_member(&out, RT_NAME_PUB, caller->public_key);
  rt_json_put_member(&out, RT_NAME_WEBSITE, caller->website_key);
  rt_json_put_member(&out, RT_NAME_EMBED, embed);
  rt_json_put_member(&out, RT_NAME_VERSION, RT_BYTES(RT_VERSION));
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

void rt_api_write_body(rt_writer *body, const rt_api_caller *caller, rt_call call, const rt_api_report *report) {
  rt_json_out out = rt_json_out_over(body);
  rt_json_begin_object(&out);
  rt_json_put_member(&out, RT_NAME_PUB, caller->public_key);
  rt_json_put_member(&out, RT_NAME_WEBSITE, caller->website_key);
  if (call >= RT_CALL_IMPRESSION) rt_json_put_member(&out, RT_NAME_REQUEST_ID, report->request_id);
  if (call == RT_CALL_IMPRESSION) {
    put_ids(&out, RT_NAME_OFFER_IDS, report->offers, report->rendered);
    if (report->viewable != 0) put_ids(&out, RT_NAME_VIEWABLE_IDS, report->offers, report->viewable);
  } else if (call == RT_CALL_CLICK) {
    rt_json_put_member(&out, RT_NAME_OFFER_ID, report->offers[__builtin_ctz(report->rendered)].id);
  }
  rt_json_end_object(&out);
}

static rt_status read_body(rt_bytes body, rt_arena *arena, rt_json *root) {
  return body.length > RT_MAX_BODY_LENGTH ? RT_TOO_LARGE : rt_json_parse(body, arena, root);
}

// A string member, and how many bytes of it are kept.
typedef struct {
  const char *name;
  size_t limit;
} text_row;

// One text per row; absent, null and other kinds are empty.
static void read_texts(rt_json object, const text_row *rows, size_t count, rt_bytes *texts) {
  for (; count > 0; rows++, texts++, count--) {
    *texts = RT_BYTES_NONE;
    rt_json_get_string(rt_json_member(object, rows->name), texts);
    *texts = rt_bytes_cut(*texts, rows->limit);
  }
}

static rt_bytes read_text(rt_json object, const char *name, size_t limit) {
  rt_bytes text;
  read_texts(object, &(text_row){name, limit}, 1, &text);
  return text;
}

// An id is never cut: half an id is another id.
static rt_status read_id(rt_json object, const char *name, rt_bytes *id) {
  *id = read_text(object, name, SIZE_MAX);
  if (id->length > 0 && id->length <= RT_MAX_ID_LENGTH) return RT_OK;
  const rt_status status = id->length > 0 ? RT_BAD_FIELD : RT_MISSING_FIELD;
  *id = RT_BYTES_NONE;
  return status;
}

static int32_t read_number(rt_json object, const char *name, int32_t high, int32_t otherwise) {
  int64_t number = -1;
  rt_json_get_integer(rt_json_member(object, name), &number);
  if (number < 0) return otherwise;
  return number > high ? high : (int32_t)number;
}

static rt_status read_session(rt_json root, rt_api_answer *answer) {
  const int32_t life_s = read_number(root, RT_NAME_EXPIRES_IN, LONGEST_LIFE_S, 0);
  answer->life = life_s > 0 ? rt_seconds(life_s) : RT_SESSION_LIFE;
  answer->max_wait_s = read_number(root, RT_NAME_MAX_WAIT, LONGEST_WAIT_S, 0);
  return read_id(root, RT_NAME_SESSION_ID, &answer->id);
}

static rt_status read_poll(rt_json root, rt_api_answer *answer) {
  static const char *const words[] = {RT_SESSION_PENDING, RT_SESSION_READY, RT_SESSION_EXPIRED};
  const rt_bytes word = read_text(root, RT_NAME_STATUS, RT_MAX_ID_LENGTH);
  (void)read_id(root, RT_NAME_REQUEST_ID, &answer->id);  // without one the decision supplies it
  for (answer->status = RT_POLL_PENDING; answer->status <= RT_POLL_EXPIRED; answer->status++) {
    if (rt_bytes_equal(word, rt_bytes_of(words[answer->status]))) return RT_OK;
  }
  return rt_bytes_is_empty(word) ? RT_MISSING_FIELD : RT_BAD_FIELD;
}

static rt_status read_decision(rt_json root, rt_api_answer *answer) {
  if (!rt_json_get_boolean(rt_json_member(root, RT_NAME_ALLOWED), &answer->is_allowed)) return RT_MISSING_FIELD;
  answer->country = read_text(root, RT_NAME_COUNTRY, RT_MAX_COUNTRY_LENGTH);
  answer->region = read_text(root, RT_NAME_REGION, RT_MAX_REGION_LENGTH);
  return read_id(root, RT_NAME_REQUEST_ID, &answer->id);
}

// False: not an offer that can be shown. `has_score`: the API scored it.
static bool read_offer(rt_json entry, rt_offer *offer, bool *has_score) {
  static const text_row rows[RT_OFFER_TEXT_COUNT] = {
      {RT_NAME_ID, SIZE_MAX},
      {RT_NAME_VERTICAL, RT_MAX_ID_LENGTH},
      {RT_NAME_BRAND, RT_MAX_BRAND_LENGTH},
      {RT_NAME_HEADLINE, RT_MAX_HEADLINE_LENGTH},
      {RT_NAME_CTA, RT_MAX_CTA_LENGTH},
      {RT_NAME_IMAGE, SIZE_MAX},
      {RT_NAME_CLICK_URL, SIZE_MAX},
  };
  read_texts(entry, rows, RT_OFFER_TEXT_COUNT, offer->texts);
  if (!rt_url_is_web(offer->image)) offer->image = RT_BYTES_NONE;
  offer->is_premium = false;
  rt_json_get_boolean(rt_json_member(entry, RT_NAME_PREMIUM), &offer->is_premium);
  *has_score = rt_json_get_integer(rt_json_member(entry, RT_NAME_RANK_SCORE), &offer->rank_score);
  return offer->id.length > 0 && offer->id.length <= RT_MAX_ID_LENGTH && rt_url_is_web(offer->click_url);
}

// The first of two offers with one id counts.
static bool is_repeated(const rt_api_answer *answer) {
  for (uint32_t i = 0; i < answer->offer_count; i++) {
    if (rt_bytes_equal(answer->offers[i].id, answer->offers[answer->offer_count].id)) return true;
  }
  return false;
}

static rt_status read_offers(rt_json root, rt_api_answer *answer) {
  static const text_row rows[RT_TEXT_COUNT] = {
      {RT_NAME_TITLE, RT_MAX_TEXT_LENGTH},    {RT_NAME_INTRO, RT_MAX_TEXT_LENGTH},
      {RT_NAME_SPONSORED, RT_MAX_CTA_LENGTH}, {RT_NAME_CLOSE, RT_MAX_CTA_LENGTH},
      {RT_NAME_PREMIUM, RT_MAX_CTA_LENGTH},   {RT_NAME_SUPPORT, RT_MAX_TEXT_LENGTH},
      {RT_NAME_LANG, RT_MAX_LANGUAGE_LENGTH},
  };
  const rt_json entries = rt_json_member(root, RT_NAME_OFFERS);
  if (!rt_json_is_array(entries)) return RT_MISSING_FIELD;
  bool is_scored = true;
  rt_json entry = rt_json_first(entries);
  for (; entry.node != NULL && answer->offer_count < RT_MAX_OFFERS; entry = rt_json_next(entry)) {
    bool has_score = false;
    if (!read_offer(entry, &answer->offers[answer->offer_count], &has_score) || is_repeated(answer)) continue;
    is_scored = is_scored && has_score;
    answer->offer_count++;
  }
  for (uint32_t i = 0; i < answer->offer_count && !is_scored; i++) answer->offers[i].rank_score = -(int64_t)i;
  answer->is_right_to_left = rt_bytes_equal(read_text(root, RT_NAME_DIR, 3), RT_BYTES("rtl"));
  read_texts(rt_json_member(root, RT_NAME_TEXTS), rows, RT_TEXT_COUNT, answer->texts.all);
  const rt_json support = rt_json_member(root, RT_NAME_SUPPORT);
  answer->support_label = read_text(support, RT_NAME_LABEL, RT_MAX_TEXT_LENGTH);
  answer->support_url = read_text(support, RT_NAME_URL, SIZE_MAX);
  if (!rt_url_is_web(answer->support_url)) answer->support_url = RT_BYTES_NONE;
  return RT_OK;
}

rt_status rt_api_read_answer(rt_bytes body, rt_call call, rt_arena *arena, rt_api_answer *answer) {
  memset(answer, 0, sizeof *answer);
  if (call >= RT_CALL_IMPRESSION) return RT_OK;
  rt_json root;
  const rt_status status = read_body(body, arena, &root);
  if (status != RT_OK) return status;
  if (call == RT_CALL_SESSION) return read_session(root, answer);
  if (call == RT_CALL_POLL) return read_poll(root, answer);
  return call == RT_CALL_DECISION ? read_decision(root, answer) : read_offers(root, answer);
}

rt_bytes rt_api_read_problem_code(rt_bytes body, rt_arena *arena) {
  rt_json root;
  if (read_body(body, arena, &root) != RT_OK) return RT_BYTES_NONE;
  return read_text(root, RT_NAME_CODE, RT_MAX_ID_LENGTH);
}

bool rt_api_read_retry_after(rt_bytes value, rt_millis *wait) {
  value = rt_bytes_trimmed(value);
  if (rt_bytes_is_empty(value)) return false;
  uint64_t seconds = 0;
  if (!rt_bytes_to_u64(value, &seconds)) seconds = RETRY_AFTER_DATE_S;
  *wait = rt_seconds((int64_t)(seconds < MANY_SECONDS ? seconds : MANY_SECONDS));
  return true;
}
