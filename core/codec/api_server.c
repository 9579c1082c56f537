// api_server.c: bodies in, answers out.
// SPDX-License-Identifier: MIT
#include "codec/api_server.h"

#include "codec/api_names.h"
#include "codec/json.h"

// Where a code is explained; the fragment is the code.
#define DOCS "https://retarget.gg/docs/errors#"

typedef struct {
  const char *name;
  rt_bytes *text;
} text_member;

typedef struct {
  const char *name;
  rt_bytes *texts;
  size_t *count;
} list_member;

// False: there, but not an array of at most RT_MAX_OFFERS strings.
static bool read_list(rt_json object, const list_member *member) {
  const rt_json list = rt_json_member(object, member->name);
  const rt_json_kind kind = rt_json_kind_of(list);
  if (kind == RT_JSON_ABSENT || kind == RT_JSON_NULL) return true;
  if (kind != RT_JSON_ARRAY || rt_json_count(list) > RT_MAX_OFFERS) return false;
  for (rt_json at = rt_json_first(list); at.node != NULL; at = rt_json_next(at)) {
    if (!rt_json_get_string(at, &member->texts[*member->count])) return false;
    *member->count += 1;
  }
  return true;
}

// Whether any text in it has a zero, raw or escaped: the parser would end the text there, and ids that differ behind it
// would be one.
static bool has_zero(rt_bytes text) {
  for (size_t i = 0; i < text.length; i++) {
    if (text.data[i] == '\0') return true;
    if (text.data[i] != '\\') continue;
    i++;  // what is escaped, a backslash too
    if (rt_bytes_start_with(rt_bytes_skip(text, i < text.length ? i : text.length), RT_BYTES("u0000"))) return true;
  }
  return false;
}

rt_fault rt_api_read_body(rt_bytes text, rt_arena *arena, rt_api_body *body) {
  *body = (rt_api_body){0};
  if (rt_bytes_is_empty(text)) return (rt_fault){RT_OK, NULL};
  if (has_zero(text)) return (rt_fault){RT_BAD_JSON, "body"};
  rt_json root;
  const rt_status status = rt_bytes_are_utf8(text) ? rt_json_parse(text, arena, &root) : RT_BAD_UTF8;
  if (status != RT_OK) return (rt_fault){status, "body"};
  if (rt_json_kind_of(root) != RT_JSON_OBJECT) return (rt_fault){RT_BAD_FIELD, "body"};
  const text_member texts[] = {
      {RT_NAME_PUB, &body->pub},       {RT_NAME_WEBSITE, &body->website},       {RT_NAME_SESSION_ID, &body->session_id},
      {RT_NAME_REASON, &body->reason}, {RT_NAME_REQUEST_ID, &body->request_id}, {RT_NAME_OFFER_ID, &body->offer_id},
      {RT_NAME_EMBED, &body->embed},   {RT_NAME_VERSION, &body->version},
  };
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    const rt_json member = rt_json_member(root, texts[i].name);
    const rt_json_kind kind = rt_json_kind_of(member);
    if (kind == RT_JSON_ABSENT || kind == RT_JSON_NULL) continue;
    if (!rt_json_get_string(member, texts[i].text)) return (rt_fault){RT_BAD_FIELD, texts[i].name};
  }
  const list_member lists[] = {
      {RT_NAME_OFFER_IDS, body->offer_ids, &body->offer_id_count},
      {RT_NAME_VIEWABLE_IDS, body->viewable_ids, &body->viewable_id_count},
  };
  for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
    if (!read_list(root, &lists[i])) return (rt_fault){RT_BAD_FIELD, lists[i].name};
  }
  return (rt_fault){RT_OK, NULL};
}

void rt_api_write_problem(rt_writer *writer, const rt_api_problem *problem) {
  rt_json_out out = rt_json_out_over(writer);
  rt_json_begin_object(&out);
  rt_json_key(&out, RT_NAME_TYPE);
  rt_write_text(writer, "\"" DOCS);
  rt_write_text(writer, problem->code);
  rt_write_char(writer, '"');
  out.needs_comma = true;
  rt_json_put_member(&out, RT_NAME_TITLE, rt_bytes_of(problem->title));
  rt_json_key(&out, RT_NAME_STATUS);
  rt_json_put_integer(&out, problem->status);
  if (!rt_bytes_is_empty(problem->detail)) rt_json_put_member(&out, RT_NAME_DETAIL, problem->detail);
  rt_json_put_member(&out, RT_NAME_CODE, rt_bytes_of(problem->code));
  if (!rt_bytes_is_empty(problem->request)) rt_json_put_member(&out, "request", problem->request);
  rt_json_end_object(&out);
}

void rt_api_write_ok(rt_writer *writer) { rt_api_write_triggered(writer, false); }

void rt_api_write_triggered(rt_writer *writer, bool was_triggered_before) {
  rt_json_out out = rt_json_out_over(writer);
  rt_json_begin_object(&out);
  rt_json_key(&out, RT_NAME_OK);
  rt_json_put_boolean(&out, true);
  if (was_triggered_before) {
    rt_json_key(&out, RT_NAME_ALREADY_TRIGGERED);
    rt_json_put_boolean(&out, true);
  }
  rt_json_end_object(&out);
}

void rt_api_write_session(rt_writer *writer, const rt_api_session *session) {
  rt_json_out out = rt_json_out_over(writer);
  rt_json_begin_object(&out);
  rt_json_put_member(&out, RT_NAME_SESSION_ID, session->session_id);
  rt_json_key(&out, RT_NAME_EXPIRES_AT);
  rt_write_char(writer, '"');
  rt_write_iso8601(writer, session->expires_at);
  rt_write_char(writer, '"');
  out.needs_comma = true;
  rt_json_key(&out, RT_NAME_EXPIRES_IN);
  rt_json_put_integer(&out, session->expires_in_seconds);
  rt_json_key(&out, RT_NAME_MAX_WAIT);
  rt_json_put_integer(&out, session->max_wait_seconds);
  rt_json_end_object(&out);
}

static void put_location(rt_json_out *out, const rt_location *location) {
  rt_json_key(out, RT_NAME_COUNTRY);
  rt_json_put_string_or_null(out, rt_bytes_of(location->country));
  rt_json_key(out, RT_NAME_REGION);
  rt_json_put_string_or_null(out, rt_bytes_of(location->region));
}

static void put_support(rt_json_out *out, const rt_api_support *support) {
  if (rt_bytes_is_empty(support->label)) return;
  rt_json_key(out, RT_NAME_SUPPORT);
  rt_json_begin_object(out);
  rt_json_put_member(out, RT_NAME_LABEL, support->label);
  rt_json_put_member(out, RT_NAME_URL, support->url);
  rt_json_end_object(out);
}

void rt_api_write_poll(rt_writer *writer, const rt_api_poll *poll) {
  rt_json_out out = rt_json_out_over(writer);
  rt_json_begin_object(&out);
  rt_json_put_member(&out, RT_NAME_STATUS, rt_bytes_of(poll->status));
  if (!rt_bytes_is_empty(poll->request_id)) {
    rt_json_put_member(&out, RT_NAME_REQUEST_ID, poll->request_id);
    put_location(&out, poll->location);
  }
  rt_json_end_object(&out);
}

void rt_api_write_decision(rt_writer *writer, const rt_api_decision *decision) {
  rt_json_out out = rt_json_out_over(writer);
  rt_json_begin_object(&out);
  rt_json_key(&out, RT_NAME_ALLOWED);
  rt_json_put_boolean(&out, decision->is_allowed);
  rt_json_put_member(&out, RT_NAME_REQUEST_ID, decision->request_id);
  put_location(&out, decision->location);
  if (!decision->is_allowed) put_support(&out, &decision->support);
  rt_json_end_object(&out);
}

static void put_offer(rt_json_out *out, const rt_offer *offer) {
  rt_json_begin_object(out);
  rt_json_put_member(out, RT_NAME_ID, offer->id);
  rt_json_put_member(out, RT_NAME_VERTICAL, offer->vertical);
  rt_json_key(out, RT_NAME_PREMIUM);
  rt_json_put_boolean(out, offer->is_premium);
  rt_json_put_member(out, RT_NAME_BRAND, offer->brand);
  rt_json_put_member(out, RT_NAME_HEADLINE, offer->headline);
  rt_json_key(out, RT_NAME_IMAGE);
  rt_json_put_string_or_null(out, offer->image);
  rt_json_put_member(out, RT_NAME_CTA, offer->cta);
  rt_json_put_member(out, RT_NAME_CLICK_URL, offer->click_url);
  rt_json_key(out, RT_NAME_RANK_SCORE);
  rt_json_put_integer(out, offer->rank_score);
  rt_json_end_object(out);
}

static void put_texts(rt_json_out *out, const rt_texts *texts) {
  rt_json_key(out, RT_NAME_TEXTS);
  rt_json_begin_object(out);
  rt_json_put_member(out, RT_NAME_TITLE, texts->title);
  rt_json_put_member(out, RT_NAME_INTRO, texts->intro);
  rt_json_put_member(out, RT_NAME_SPONSORED, texts->sponsored);
  rt_json_put_member(out, RT_NAME_CLOSE, texts->close);
  rt_json_put_member(out, RT_NAME_PREMIUM, texts->premium);
  rt_json_put_member(out, RT_NAME_SUPPORT, texts->support);
  rt_json_put_member(out, RT_NAME_LANG, texts->language);
  rt_json_end_object(out);
}

void rt_api_write_offers(rt_writer *writer, const rt_api_offers *offers) {
  rt_json_out out = rt_json_out_over(writer);
  rt_json_begin_object(&out);
  rt_json_put_member(&out, RT_NAME_REQUEST_ID, offers->request_id);
  rt_json_key(&out, RT_NAME_OFFERS);
  rt_json_begin_array(&out);
  for (size_t i = 0; i < offers->offer_count; i++) put_offer(&out, &offers->offers[i]);
  rt_json_end_array(&out);
  put_texts(&out, offers->texts);
  rt_json_put_member(&out, RT_NAME_DIR, rt_bytes_of(offers->direction));
  put_support(&out, &offers->support);
  rt_json_end_object(&out);
}

static void write_padded(rt_writer *writer, int64_t number, int width) {
  int64_t limit = 10;
  for (int digits = 1; digits < width; digits++, limit *= 10) {
    if (number < limit) rt_write_char(writer, '0');
  }
  rt_write_i64(writer, number);
}

// Days since 1970 to a date of the Gregorian calendar (Howard Hinnant, "chrono-compatible low-level date algorithms").
void rt_write_iso8601(rt_writer *writer, rt_wall at) {
  const int64_t ms_per_day = 86400000, days = at.ms / ms_per_day, ms = at.ms % ms_per_day;
  const int64_t shifted = days + 719468;  // from 1 March of year 0, so that leap days end a year
  const int64_t era = shifted / 146097, day_of_era = shifted % 146097;
  const int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  write_padded(writer, year_of_era + era * 400 + (month <= 2 ? 1 : 0), 4);
  rt_write_char(writer, '-');
  write_padded(writer, month, 2);
  rt_write_char(writer, '-');
  write_padded(writer, day_of_year - (153 * month_from_march + 2) / 5 + 1, 2);
  rt_write_char(writer, 'T');
  write_padded(writer, ms / 3600000, 2);
  rt_write_char(writer, ':');
  write_padded(writer, ms / 60000 % 60, 2);
  rt_write_char(writer, ':');
  write_padded(writer, ms / 1000 % 60, 2);
  rt_write_char(writer, '.');
  write_padded(writer, ms % 1000, 3);
  rt_write_char(writer, 'Z');
}
