// api_client_test.c: requests as they go out, answers as they come in, kind or broken.
// SPDX-License-Identifier: MIT
#include "codec/api_client.h"

#include <string.h>

#include "unit.h"

static _Alignas(8) char memory[RT_SCRATCH_MEMORY];
static rt_arena scratch;

static const rt_api_caller caller = {
    .api_base = {"https://api.example", 19}, .public_key = {"pk_a", 4}, .website_key = {"web_b", 5}};

static rt_arena *empty(void) {
  scratch = rt_arena_over(memory, sizeof memory);
  return &scratch;
}

static void values_are_encoded_into_urls(void **state) {
  (void)state;
  char text[512];
  rt_api_caller odd = caller;
  odd.dev_country = RT_BYTES("D&E");
  odd.language = RT_BYTES("zh-Hant");
  rt_writer url = rt_writer_over(text, sizeof text);
  rt_api_write_url(&url, &odd, RT_CALL_OFFERS, RT_BYTES("r/1?x"), 0);
  assert_bytes_equal(
      rt_written(&url),
      "https://api.example/v1/offers?pub=pk_a&website=web_b&requestId=r%2F1%3Fx&lang=zh-Hant&dev-country=D%26E");
  url = rt_writer_over(text, sizeof text);
  rt_api_write_url(&url, &caller, RT_CALL_POLL, RT_BYTES("dcl_../x"), 25);
  assert_bytes_equal(rt_written(&url),
                     "https://api.example/v1/widget-decline/session/dcl_..%2Fx?pub=pk_a&website=web_b&wait=25");
}

static void a_body_names_the_cards_of_its_bits(void **state) {
  (void)state;
  char text[512];
  const rt_offer offers[RT_MAX_OFFERS] = {[0] = {.id = {"a", 1}}, [2] = {.id = {"c\"", 2}}};
  rt_writer body = rt_writer_over(text, sizeof text);
  const rt_api_report report = {RT_BYTES("req"), offers, 5, 1};
  rt_api_write_body(&body, &caller, RT_CALL_IMPRESSION, &report);
  assert_bytes_equal(rt_written(&body),
                     "{\"pub\":\"pk_a\",\"website\":\"web_b\",\"requestId\":\"req\",\"offerIds\":[\"a\",\"c\\\"\"],"
                     "\"viewableIds\":[\"a\"]}");
}

static void a_session_answer_needs_only_its_id(void **state) {
  (void)state;
  static const struct {
    const char *body;
    rt_status status;
    int64_t life_ms;
    int32_t max_wait_s;
  } rows[] = {
      {"{\"sessionId\":\"dcl_1\",\"expiresAt\":\"2026-01-01T00:00:00Z\"}", RT_OK, 900000, 0},
      {"{\"sessionId\":\"dcl_1\",\"expiresAt\":1767225600,\"expiresIn\":60,\"maxWait\":25,\"x\":[]}", RT_OK, 60000, 25},
      {"{\"sessionId\":\"dcl_1\",\"expiresIn\":-5,\"maxWait\":\"25\"}", RT_OK, 900000, 0},
      {"{\"sessionId\":\"dcl_1\",\"expiresIn\":99999999,\"maxWait\":600}", RT_OK, 86400000, 25},
      {"{}", RT_MISSING_FIELD, 0, 0},
      {"{\"sessionId\":\"\"}", RT_MISSING_FIELD, 0, 0},
      {"{\"sessionId\":7}", RT_MISSING_FIELD, 0, 0},
      {"[]", RT_MISSING_FIELD, 0, 0},
      {"oops", RT_BAD_JSON, 0, 0},
      {"{\"sessionId\":\"0123456789012345678901234567890123456789012345678901234567890123x\"}", RT_BAD_FIELD, 0, 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    rt_api_answer answer;
    const rt_status status = rt_api_read_answer(rt_bytes_of(rows[i].body), RT_CALL_SESSION, empty(), &answer);
    if (status != rows[i].status) fail_msg("%s: got %s", rows[i].body, rt_status_name(status));
    if (status != RT_OK) continue;
    assert_bytes_equal(answer.id, "dcl_1");
    assert_int_equal(answer.life.ms, rows[i].life_ms);
    assert_int_equal(answer.max_wait_s, rows[i].max_wait_s);
  }
}

static void a_poll_answer_is_one_of_three_words(void **state) {
  (void)state;
  rt_api_answer answer;
  assert_int_equal(rt_api_read_answer(RT_BYTES("{\"status\":\"pending\"}"), RT_CALL_POLL, empty(), &answer), RT_OK);
  assert_int_equal(answer.status, RT_POLL_PENDING);
  assert_int_equal(rt_api_read_answer(RT_BYTES("{\"status\":\"expired\"}"), RT_CALL_POLL, empty(), &answer), RT_OK);
  assert_int_equal(answer.status, RT_POLL_EXPIRED);
  assert_int_equal(rt_api_read_answer(RT_BYTES("{\"status\":\"ready\"}"), RT_CALL_POLL, empty(), &answer), RT_OK);
  assert_int_equal(answer.status, RT_POLL_READY);
  assert_true(rt_bytes_is_empty(answer.id));
  assert_int_equal(rt_api_read_answer(RT_BYTES("{\"status\":\"soon\"}"), RT_CALL_POLL, empty(), &answer), RT_BAD_FIELD);
  assert_int_equal(rt_api_read_answer(RT_BYTES("{}"), RT_CALL_POLL, empty(), &answer), RT_MISSING_FIELD);
}

static void offers_that_cannot_be_shown_or_would_do_harm_are_left_out(void **state) {
  (void)state;
  rt_api_answer answer;
  const rt_bytes body = RT_BYTES(
      "{\"offers\":["
      "{\"id\":\"script\",\"brand\":\"x\",\"clickUrl\":\"javascript:alert(1)\"},"
      "{\"brand\":\"no id\",\"clickUrl\":\"https://a.example\"},"
      "7,null,[],"
      "{\"id\":\"bare\",\"clickUrl\":\"https://a.example/1\",\"image\":\"data:image/png;base64,AA\",\"rankScore\":9},"
      "{\"id\":\"bare\",\"clickUrl\":\"https://a.example/2\"},"
      "{\"id\":\"good\",\"brand\":\"B\",\"headline\":\"H\",\"cta\":\"C\",\"premium\":true,\"image\":\"https://"
      "i.example/x.png\","
      "\"clickUrl\":\"https://a.example/3\",\"rankScore\":5}]}");
  assert_int_equal(rt_api_read_answer(body, RT_CALL_OFFERS, empty(), &answer), RT_OK);
  assert_int_equal(answer.offer_count, 2);
  assert_bytes_equal(answer.offers[0].id, "bare");
  assert_bytes_equal(answer.offers[0].click_url, "https://a.example/1");
  assert_true(rt_bytes_is_empty(answer.offers[0].image));
  assert_bytes_equal(answer.offers[1].image, "https://i.example/x.png");
  assert_true(answer.offers[1].is_premium);
  assert_int_equal(answer.offers[0].rank_score, 9);
}

static void without_scores_the_apis_order_stands(void **state) {
  (void)state;
  rt_api_answer answer;
  const rt_bytes body = RT_BYTES(
      "{\"offers\":[{\"id\":\"a\",\"clickUrl\":\"https://a.example\",\"rankScore\":1},"
      "{\"id\":\"b\",\"clickUrl\":\"https://a.example\"},{\"id\":\"c\",\"clickUrl\":\"https://"
      "a.example\",\"rankScore\":99}]}");
  assert_int_equal(rt_api_read_answer(body, RT_CALL_OFFERS, empty(), &answer), RT_OK);
  assert_true(answer.offers[0].rank_score > answer.offers[1].rank_score);
  assert_true(answer.offers[1].rank_score > answer.offers[2].rank_score);
}

static void texts_over_their_limit_are_cut_between_characters(void **state) {
  (void)state;
  static char body[4096];
  rt_writer writer = rt_writer_over(body, sizeof body);
  rt_write_text(&writer,
                "{\"dir\":\"rtl\",\"texts\":{\"title\":\"T\",\"lang\":\"ar-EG\"},\"support\":{\"label\":\"Help\","
                "\"url\":\"https://s.example\"},"
                "\"offers\":[{\"id\":\"a\",\"clickUrl\":\"https://a.example\",\"brand\":\"");
  for (int i = 0; i < 100; i++) rt_write_text(&writer, "\xE2\x82\xAC");
  rt_write_text(&writer, "\"}]}");
  rt_api_answer answer;
  assert_int_equal(rt_api_read_answer(rt_written(&writer), RT_CALL_OFFERS, empty(), &answer), RT_OK);
  assert_int_equal(answer.offers[0].brand.length, 159);
  assert_true(answer.is_right_to_left);
  assert_bytes_equal(answer.texts.title, "T");
  assert_bytes_equal(answer.texts.language, "ar-EG");
  assert_true(rt_bytes_is_empty(answer.texts.intro));
  assert_bytes_equal(answer.support_url, "https://s.example");
}

static void a_full_answer_fits_and_a_larger_body_is_refused(void **state) {
  (void)state;
  static char body[RT_MAX_BODY_LENGTH + 1];
  static char filler[2200];
  memset(filler, 'x', sizeof filler);
  rt_writer writer = rt_writer_over(body, sizeof body);
  rt_write_text(&writer, "{\"offers\":[");
  for (int i = 0; i < RT_MAX_OFFERS; i++) {
    if (i > 0) rt_write_char(&writer, ',');
    rt_write_text(&writer, "{\"id\":\"");
    rt_write_i64(&writer, i);
    rt_write_text(&writer, "\",\"vertical\":\"v\",\"premium\":false,\"brand\":\"b\",\"headline\":\"");
    rt_write_bytes(&writer, (rt_bytes){filler, 360});
    rt_write_text(&writer, "\",\"image\":null,\"cta\":\"c\",\"rankScore\":1,\"clickUrl\":\"https://a.example/");
    rt_write_bytes(&writer, (rt_bytes){filler, 2000});
    rt_write_text(&writer, "\"}");
  }
  rt_write_text(&writer, "]}");
  assert_false(writer.is_overflowed);
  rt_api_answer answer;
  assert_int_equal(rt_api_read_answer(rt_written(&writer), RT_CALL_OFFERS, empty(), &answer), RT_OK);
  assert_int_equal(answer.offer_count, RT_MAX_OFFERS);
  memset(body + writer.length, ' ', sizeof body - writer.length);
  assert_int_equal(rt_api_read_answer((rt_bytes){body, sizeof body}, RT_CALL_OFFERS, empty(), &answer), RT_TOO_LARGE);
}

static void retry_after_is_seconds_or_half_a_minute(void **state) {
  (void)state;
  static const struct {
    const char *value;
    bool has;
    int64_t ms;
  } rows[] = {{"", false, 0},
              {"  ", false, 0},
              {"7", true, 7000},
              {" 120 ", true, 120000},
              {"0", true, 0},
              {"-1", true, 30000},
              {"Wed, 21 Oct 2026 07:28:00 GMT", true, 30000},
              {"99999999999999999999", true, 30000},
              {"18446744073709551615", true, 1000000000}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    rt_millis wait = {0};
    assert_int_equal(rt_api_read_retry_after(rt_bytes_of(rows[i].value), &wait), rows[i].has);
    assert_int_equal(wait.ms, rows[i].ms);
  }
}

RUN_TESTS(cmocka_unit_test(values_are_encoded_into_urls), cmocka_unit_test(a_body_names_the_cards_of_its_bits),
          cmocka_unit_test(a_session_answer_needs_only_its_id), cmocka_unit_test(a_poll_answer_is_one_of_three_words),
          cmocka_unit_test(offers_that_cannot_be_shown_or_would_do_harm_are_left_out),
          cmocka_unit_test(without_scores_the_apis_order_stands),
          cmocka_unit_test(texts_over_their_limit_are_cut_between_characters),
          cmocka_unit_test(a_full_answer_fits_and_a_larger_body_is_refused),
          cmocka_unit_test(retry_after_is_seconds_or_half_a_minute))
