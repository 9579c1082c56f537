// api_answer_fuzz.c: any bytes as an answer of the API. Whatever is let in is within the limits that the rest of the
// core counts on, and the same however the bytes are wrapped.
//
// Input: a line that names the call, then the body: "session", "poll", "decision", "offers", "impression", "click";
// "problem" for a refusal's body, "retry-after" for that header's value.
// SPDX-License-Identifier: MIT
#include "codec/api_client.h"
#include "codec/json.h"
#include "codec/url.h"
#include "fuzz.h"

enum { MAX_INPUT = RT_MAX_BODY_LENGTH + 64, LONGEST_LIFE_MS = 24 * 3600 * 1000, LONGEST_RETRY_MS = 1000000000 };

static const char *const calls[RT_CALL_COUNT] = {"session", "poll", "decision", "offers", "impression", "click"};

static bool same(rt_bytes a, rt_bytes b) { return a.length == b.length && rt_bytes_equal(a, b); }

// A text that was let in: no longer than its limit, and a cut leaves whole characters.
static void check_text(rt_bytes text, size_t limit, bool is_utf8) {
  MUST(text.length <= limit, "texts are within their limits");
  MUST(!is_utf8 || rt_bytes_are_utf8(text), "no cut goes through a character");
  MUST(text.length == 0 || text.data != NULL, "only an absent text is NULL");
}

static void check_offers(const rt_api_answer *answer, bool is_utf8) {
  MUST(answer->offer_count <= RT_MAX_OFFERS, "a surface shows RT_MAX_OFFERS at most");
  for (uint32_t i = 0; i < answer->offer_count; i++) {
    const rt_offer *offer = &answer->offers[i];
    MUST(offer->id.length > 0, "an offer has an id");
    check_text(offer->id, RT_MAX_ID_LENGTH, is_utf8);
    check_text(offer->vertical, RT_MAX_ID_LENGTH, is_utf8);
    check_text(offer->brand, RT_MAX_BRAND_LENGTH, is_utf8);
    check_text(offer->headline, RT_MAX_HEADLINE_LENGTH, is_utf8);
    check_text(offer->cta, RT_MAX_CTA_LENGTH, is_utf8);
    check_text(offer->image, RT_MAX_URL_LENGTH, is_utf8);
    check_text(offer->click_url, RT_MAX_URL_LENGTH, is_utf8);
    MUST(rt_url_is_web(offer->click_url), "a link leads to the web");
    MUST(offer->image.length == 0 || rt_url_is_web(offer->image), "a picture is on the web or absent");
    for (uint32_t n = 0; n < i; n++) MUST(!same(offer->id, answer->offers[n].id), "no offer comes twice");
  }
  for (size_t i = 0; i < RT_TEXT_COUNT; i++) check_text(answer->texts.all[i], RT_MAX_TEXT_LENGTH, is_utf8);
  check_text(answer->support_label, RT_MAX_TEXT_LENGTH, is_utf8);
  MUST(answer->support_url.length == 0 || rt_url_is_web(answer->support_url), "support is on the web or absent");
}

static void check_answer(rt_call call, const rt_api_answer *answer, bool is_utf8) {
  check_text(answer->id, RT_MAX_ID_LENGTH, is_utf8);
  if (call == RT_CALL_SESSION) {
    MUST(answer->id.length > 0, "a session has an id");
    MUST(answer->life.ms > 0 && answer->life.ms <= LONGEST_LIFE_MS, "a session lives, for a day at most");
    MUST(answer->max_wait_s >= 0 && answer->max_wait_s <= 25, "no poll is held longer than 25 s");
  }
  if (call == RT_CALL_POLL) MUST(answer->status <= RT_POLL_EXPIRED, "a session is pending, ready or expired");
  if (call == RT_CALL_DECISION) MUST(answer->id.length > 0, "a decision brings a requestId");
  if (call == RT_CALL_OFFERS) check_offers(answer, is_utf8);
}

// The same to all who look at it.
static void check_same(const rt_api_answer *a, const rt_api_answer *b) {
  MUST(same(a->id, b->id) && a->life.ms == b->life.ms && a->max_wait_s == b->max_wait_s && a->status == b->status &&
           a->is_allowed == b->is_allowed && a->offer_count == b->offer_count &&
           a->is_right_to_left == b->is_right_to_left && same(a->support_label, b->support_label) &&
           same(a->support_url, b->support_url),
       "blanks and marks around an answer change nothing");
  for (uint32_t i = 0; i < a->offer_count; i++) {
    MUST(a->offers[i].rank_score == b->offers[i].rank_score && a->offers[i].is_premium == b->offers[i].is_premium,
         "blanks and marks around an answer change no offer");
    for (size_t n = 0; n < RT_OFFER_TEXT_COUNT; n++) {
      MUST(same(a->offers[i].texts[n], b->offers[i].texts[n]), "blanks and marks around an answer change no offer");
    }
  }
}

// Both arenas outlive the call: answers point into them.
typedef struct {
  rt_status status;
  rt_api_answer answer;
  char *memory;
  rt_bytes body;
} reading;

static reading read_in_scratch(rt_bytes body, rt_call call) {
  reading made = {.memory = exact_memory(RT_SCRATCH_MEMORY), .body = exact_copy(body)};
  rt_arena arena = rt_arena_over(made.memory, RT_SCRATCH_MEMORY);
  made.status = rt_api_read_answer(made.body, call, &arena, &made.answer);
  free((char *)made.body.data);  // nothing points into the body
  made.body = RT_BYTES_NONE;
  return made;
}

static void as_answer(rt_bytes body, rt_call call) {
  reading plain = read_in_scratch(body, call);
  MUST(plain.status == RT_OK || plain.status == RT_BAD_JSON || plain.status == RT_TOO_LARGE ||
           plain.status == RT_MISSING_FIELD || plain.status == RT_BAD_FIELD,
       "an answer is refused with one of its documented statuses");
  MUST(body.length <= RT_MAX_BODY_LENGTH || call >= RT_CALL_IMPRESSION || plain.status == RT_TOO_LARGE,
       "a body over its limit is refused");
  if (plain.status == RT_OK) check_answer(call, &plain.answer, rt_bytes_are_utf8(body));
  if (body.length > 0 && body.length < RT_MAX_BODY_LENGTH - 8 && !rt_bytes_start_with(body, RT_BYTES("\xEF\xBB\xBF"))) {
    char *wrapped = exact_memory(body.length + 8);
    rt_writer writer = rt_writer_over(wrapped, body.length + 8);
    rt_write_text(&writer, "\xEF\xBB\xBF \n");
    rt_write_bytes(&writer, body);
    rt_write_text(&writer, "\t\r\n");
    reading again = read_in_scratch(rt_written(&writer), call);
    free(wrapped);
    MUST(again.status == plain.status || again.status == RT_TOO_LARGE,
         "blanks and marks around an answer change nothing");
    if (again.status == RT_OK) check_same(&plain.answer, &again.answer);
    free(again.memory);
  }
  free(plain.memory);
}

static void as_problem(rt_bytes body) {
  char *memory = exact_memory(RT_SCRATCH_MEMORY);
  rt_arena arena = rt_arena_over(memory, RT_SCRATCH_MEMORY);
  const rt_bytes code = rt_api_read_problem_code(body, &arena);
  check_text(code, RT_MAX_ID_LENGTH, rt_bytes_are_utf8(body));
  free(memory);
}

static void as_retry_after(rt_bytes value) {
  rt_millis wait = {-1};
  const bool is_said = rt_api_read_retry_after(value, &wait);
  MUST(is_said == (rt_bytes_trimmed(value).length > 0), "any value asks for a wait");
  MUST(!is_said || (wait.ms >= 0 && wait.ms <= LONGEST_RETRY_MS), "a wait is no more than a number of seconds");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > MAX_INPUT) return 0;
  rt_bytes rest = {(const char *)data, size};
  const rt_bytes word = next_line(&rest), body = exact_copy(rest);
  for (rt_call call = 0; call < RT_CALL_COUNT; call++) {
    if (rt_bytes_equal(word, rt_bytes_of(calls[call]))) as_answer(body, call);
  }
  if (rt_bytes_equal(word, RT_BYTES("problem"))) as_problem(body);
  if (rt_bytes_equal(word, RT_BYTES("retry-after"))) as_retry_after(body);
  free((char *)body.data);
  return 0;
}
