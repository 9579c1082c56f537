// offers_test.c: which offers are served, in which order, and for how long.
// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "codec/api_client.h"
#include "service_rig.h"

static int ask_offers(service_rig *rig, const char *request, const char *more) {
  const rig_line target = rig_format("/v1/offers?%s&requestId=%s%s", rig->shop_keys, request, more);
  return rig_ask(rig, &(rig_request){.target = target.text, .origin = SHOP});
}

// The brands of the last answer in their order, as "Gold Casino".
static rig_line brands(const service_rig *rig) {
  rig_line line = {{0}};
  const char *mark = "\"brand\":\"";
  for (const char *at = rig_body(rig); (at = strstr(at, mark)) != NULL;) {
    at += strlen(mark);
    if (line.text[0] != '\0') strcat(line.text, " ");
    strncat(line.text, at, strcspn(at, "\""));
  }
  return line;
}

static void assert_brands(service_rig *rig, const char *request, const char *more, const char *expected) {
  assert_int_equal(ask_offers(rig, request, more), 200);
  assert_string_equal(brands(rig).text, expected);
}

// A request from a development origin that says it is in `country`.
static rig_text request_from(service_rig *rig, const char *country) {
  const rig_line target = rig_format("/v1/decision?%s&dev-country=%s", rig->shop_keys, country);
  assert_int_equal(rig_ask(rig, &(rig_request){.target = target.text, .origin = "http://localhost:4000"}), 200);
  return rig_member(rig, "requestId");
}

// Gold is premium. Bank: 30 $ * 1 % * 5 % = 15000 per thousand; Casino and Goal: 0.20 $ * 1 % = 2000; Coin and Film
// have no rate where the visitor is.
static void premium_stands_first_then_expected_income(void **state) {
  service_rig *rig = *state;
  const rig_text request = rig_ready_request(rig, NULL);
  assert_int_equal(ask_offers(rig, request.text, ""), 200);
  const rig_line all = brands(rig);
  assert_int_equal(strncmp(all.text, "Gold Bank ", 10), 0);
  assert_int_equal(strlen(all.text), strlen("Gold Bank Casino Goal"));
  assert_non_null(strstr(rig_body(rig), "\"rankScore\":12"));
  assert_string_equal(rig_member(rig, "dir").text, "ltr");
  assert_string_equal(rig_member(rig, "sponsored").text, "Sponsored");
  assert_string_equal(rig_member(rig, "image").text, "https://cdn.example/i.png");
}

// A dozen offers with everything as long as an operator can make it, of `character` over and over; the others are paused.
static void add_long_offers(service_rig *rig, rt_bytes character) {
  static char headline[RT_MAX_HEADLINE_LENGTH], image[RT_MAX_URL_LENGTH];
  for (size_t i = 0; i < sizeof headline; i++) headline[i] = character.data[i % character.length];
  memset(image, 'i', sizeof image);
  memcpy(image, "https://cdn.example/", 20);
  for (unsigned char n = 0; n < RT_MAX_OFFERS; n++) {
    rt_catalog_offer offer = *rig->offers[0];
    offer.id.bytes[0] = n;
    offer.brand = (rt_bytes){headline, 40 * character.length};
    offer.headline = (rt_bytes){headline, 90 * character.length};
    offer.cta = (rt_bytes){headline, 24 * character.length};
    offer.image = (rt_bytes){image, sizeof image};
    assert_non_null(rt_store_memory_add_offer(rig->store, &offer));
  }
  for (size_t i = 0; i < RIG_OFFERS; i++) rig->offers[i]->is_live = false;
  rig_touch(rig);
}

// Twelve would be too many for a widget, which would then show none.
static void an_answer_has_only_as_many_offers_as_a_widget_reads(void **state) {
  (void)state;
  static const struct {
    rt_bytes character;
    uint32_t count;
  } rows[] = {{RT_BYTES_INIT("x"), 12}, {RT_BYTES_INIT("\xF0\x9F\x92\xB3"), 11}, {RT_BYTES_INIT(","), 2}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    void *own;
    service_rig_open(&own);
    service_rig *rig = own;
    add_long_offers(rig, rows[i].character);
    assert_int_equal(ask_offers(rig, rig_ready_request(rig, NULL).text, ""), 200);
    static _Alignas(8) char memory[RT_SCRATCH_MEMORY];
    rt_arena arena = rt_arena_over(memory, sizeof memory);
    rt_api_answer answer;
    assert_int_equal(rt_api_read_answer(rig->outcome.response.body, RT_CALL_OFFERS, &arena, &answer), RT_OK);
    assert_int_equal(answer.offer_count, rows[i].count);
    service_rig_close(&own);
  }
}

static void a_country_has_its_own_offers_and_rates(void **state) {
  service_rig *rig = *state;
  assert_int_equal(ask_offers(rig, request_from(rig, "DE").text, ""), 200);
  assert_non_null(strstr(rig_body(rig), "\"Coin\""));
  assert_non_null(strstr(rig_body(rig), "\"Film\""));
  rt_id id;
  assert_true(rt_id_read(rt_bytes_of(rig_member(rig, "requestId").text), RT_ID_REQUEST, &id));
  const rt_request *kept = rt_store_memory_request(rig->store, &id);
  assert_int_equal(kept->offers[0].price.value, 900000);  // Gold's rate for DE
  assert_true(kept->is_test);
}

static void age_and_self_exclusion_bar_wagers_whatever_they_bid(void **state) {
  service_rig *rig = *state;
  assert_brands(rig, rig_ready_request(rig, "age").text, "", "Gold Bank");
  assert_brands(rig, rig_ready_request(rig, "self_excluded").text, "", "Gold Bank");
}

static void the_reason_never_leaves_the_server(void **state) {
  service_rig *rig = *state;
  const rig_text session = rig_session(rig);
  assert_int_equal(rig_trigger(rig, session.text, "self_excluded"), 200);
  const rig_line poll = rig_format("/v1/widget-decline/session/%s?%s", session.text, rig->shop_keys);
  assert_int_equal(rig_ask(rig, &(rig_request){.target = poll.text, .origin = SHOP}), 200);
  assert_null(strstr(rig_body(rig), "excl"));
}

static void the_default_reason_applies_when_none_is_sent(void **state) {
  service_rig *rig = *state;
  rig->shop->default_reason = RT_REASON_AGE;
  rig_touch(rig);
  assert_brands(rig, rig_ready_request(rig, NULL).text, "", "Gold Bank");
}

static rig_text request_triggered_twice(service_rig *rig, const char *first, const char *second) {
  const rig_text session = rig_session(rig);
  assert_int_equal(rig_trigger(rig, session.text, first), 200);
  assert_int_equal(rig_trigger(rig, session.text, second), 200);
  const rig_line poll = rig_format("/v1/widget-decline/session/%s?%s", session.text, rig->shop_keys);
  assert_int_equal(rig_ask(rig, &(rig_request){.target = poll.text, .origin = SHOP}), 200);
  return rig_member(rig, "requestId");
}

static void a_repeated_trigger_tightens_and_never_loosens(void **state) {
  service_rig *rig = *state;
  assert_brands(rig, request_triggered_twice(rig, "kyc", "age").text, "", "Gold Bank");
  assert_brands(rig, request_triggered_twice(rig, "age", "kyc").text, "", "Gold Bank");
}

static void a_reason_that_comes_after_the_first_cards_still_bars(void **state) {
  service_rig *rig = *state;
  const rig_text session = rig_session(rig);
  assert_int_equal(rig_trigger(rig, session.text, NULL), 200);
  const rig_line poll = rig_format("/v1/widget-decline/session/%s?%s", session.text, rig->shop_keys);
  assert_int_equal(rig_ask(rig, &(rig_request){.target = poll.text, .origin = SHOP}), 200);
  const rig_text request = rig_member(rig, "requestId");
  assert_brands(rig, request.text, "&limit=1", "Gold");
  assert_int_equal(rig_trigger(rig, session.text, "self_excluded"), 200);
  assert_brands(rig, request.text, "", "Gold Bank");
  rig_restart(rig);
  assert_brands(rig, request.text, "", "Gold Bank");
}

static void a_website_shows_only_verticals_it_accepts(void **state) {
  service_rig *rig = *state;
  rig->shop->accepted = rt_verticals_of(RT_VERTICAL_SPORTS);
  rig_touch(rig);
  assert_brands(rig, rig_ready_request(rig, NULL).text, "", "Goal");
}

static void no_offer_is_an_empty_list(void **state) {
  service_rig *rig = *state;
  rig->shop->accepted = rt_verticals_of(RT_VERTICAL_CRYPTO);
  rig_touch(rig);
  assert_int_equal(ask_offers(rig, rig_ready_request(rig, NULL).text, ""), 200);
  assert_non_null(strstr(rig_body(rig), "\"offers\":[]"));
}

static void what_was_served_stays_what_it_was(void **state) {
  service_rig *rig = *state;
  const rig_text request = rig_ready_request(rig, NULL);
  assert_brands(rig, request.text, "&limit=1", "Gold");
  const rig_text url = rig_member(rig, "clickUrl");
  static const rt_rate cheaper[] = {{"*", {20000}}};
  rig->offers[0]->rates = cheaper;
  rig->offers[0]->rate_count = 1;
  rig_touch(rig);
  assert_int_equal(ask_offers(rig, request.text, "&limit=2"), 200);
  assert_string_equal(brands(rig).text, "Gold Bank");
  assert_string_equal(rig_member(rig, "clickUrl").text, url.text);  // one token per request and offer
  rt_id id;
  assert_true(rt_id_read(rt_bytes_of(request.text), RT_ID_REQUEST, &id));
  assert_int_equal(rt_store_memory_request(rig->store, &id)->offers[0].price.value, 200000);
}

static void a_paused_offer_is_gone_at_once(void **state) {
  service_rig *rig = *state;
  const rig_text request = rig_ready_request(rig, NULL);
  assert_brands(rig, request.text, "&limit=2", "Gold Bank");
  rig->offers[0]->is_live = false;
  rig_touch(rig);
  assert_brands(rig, request.text, "&limit=1", "Bank");
  assert_brands(rig, rig_ready_request(rig, NULL).text, "&limit=1", "Bank");
}

static void a_request_is_live_for_an_hour_and_only_for_its_website(void **state) {
  service_rig *rig = *state;
  const rig_text request = rig_ready_request(rig, NULL);
  const rig_line foreign = rig_format("/v1/offers?%s&requestId=%s", rig->other_keys, request.text);
  assert_int_equal(rig_ask(rig, &(rig_request){.target = foreign.text}), 404);
  assert_string_equal(rig_member(rig, "code").text, "request_not_found");
  rig_pass(rig, rt_ms(3599999));
  rig_restart(rig);
  assert_int_equal(ask_offers(rig, request.text, ""), 200);
  rig_pass(rig, rt_ms(1));
  assert_int_equal(ask_offers(rig, request.text, ""), 404);
  assert_int_equal(ask_offers(rig, "req_AAAAAAAAAAAAAAAAAAAAAA", ""), 404);
  assert_int_equal(ask_offers(rig, "nonsense", ""), 404);
  const rig_line without = rig_format("/v1/offers?%s", rig->shop_keys);
  assert_int_equal(rig_ask(rig, &(rig_request){.target = without.text}), 400);
}

static void a_limit_is_a_number_from_1_to_12(void **state) {
  service_rig *rig = *state;
  const rig_text request = rig_ready_request(rig, NULL);
  const char *wrong[] = {"&limit=0", "&limit=13", "&limit=x", "&limit=", "&limit=99999999999999999999"};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    assert_int_equal(ask_offers(rig, request.text, wrong[i]), 400);
    assert_string_equal(rig_member(rig, "code").text, "bad_request");
  }
  assert_int_equal(ask_offers(rig, request.text, "&limit=12"), 200);
}

static void local_landings_and_images_are_served_only_with_dev(void **state) {
  service_rig *rig = *state;
  rig->offers[0]->is_local = true;
  rig->offers[1]->image = RT_BYTES("http://localhost:5000/i.png");
  rig_touch(rig);
  assert_brands(rig, rig_ready_request(rig, NULL).text, "&limit=1", "Bank");
  assert_non_null(strstr(rig_body(rig), "\"image\":null"));
  rig->config.is_development = true;
  rig_restart(rig);
  assert_brands(rig, rig_ready_request(rig, NULL).text, "&limit=2", "Gold Bank");
  assert_non_null(strstr(rig_body(rig), "http://localhost:5000/i.png"));
}

static void the_websites_own_help_comes_with_the_offers(void **state) {
  service_rig *rig = *state;
  rig->shop->support_label = RT_BYTES("Ask \"us\"");
  rig->shop->support_url = RT_BYTES("https://shop.example/help");
  rig_touch(rig);
  assert_int_equal(ask_offers(rig, rig_ready_request(rig, NULL).text, ""), 200);
  assert_non_null(
      strstr(rig_body(rig), "\"support\":{\"label\":\"Ask \\\"us\\\"\",\"url\":\"https://shop.example/help\"}"));
}

// An unknown language is no mistake of a page's, an unreadable parameter is one.
static void the_texts_are_in_the_language_that_is_asked_for(void **state) {
  service_rig *rig = *state;
  static const struct {
    const char *asked, *language, *direction, *sponsored;
  } rows[] = {
      {"", "en", "ltr", "Sponsored"},          {"&lang=", "en", "ltr", "Sponsored"},
      {"&lang=de-AT", "de", "ltr", "Anzeige"}, {"&lang=DE_at", "de", "ltr", "Anzeige"},
      {"&lang=ar-EG", "ar", "rtl", "إعلان"},   {"&lang=zh%2DTW", "zh-Hant", "ltr", "廣告"},
      {"&lang=tlh", "en", "ltr", "Sponsored"}, {"&lang=%22%7D", "en", "ltr", "Sponsored"},
  };
  const rig_text request = rig_ready_request(rig, NULL);
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    assert_int_equal(ask_offers(rig, request.text, rows[i].asked), 200);
    assert_string_equal(rig_member(rig, "lang").text, rows[i].language);
    assert_string_equal(rig_member(rig, "dir").text, rows[i].direction);
    assert_string_equal(rig_member(rig, "sponsored").text, rows[i].sponsored);
  }
  assert_int_equal(ask_offers(rig, request.text, "&lang=%zz"), 400);
  assert_int_equal(ask_offers(rig, request.text, "&lang=%ff"), 400);
}

RUN_TESTS(RIG_TEST(an_answer_has_only_as_many_offers_as_a_widget_reads),
          RIG_TEST(premium_stands_first_then_expected_income), RIG_TEST(a_country_has_its_own_offers_and_rates),
          RIG_TEST(age_and_self_exclusion_bar_wagers_whatever_they_bid), RIG_TEST(the_reason_never_leaves_the_server),
          RIG_TEST(the_default_reason_applies_when_none_is_sent),
          RIG_TEST(a_repeated_trigger_tightens_and_never_loosens),
          RIG_TEST(a_reason_that_comes_after_the_first_cards_still_bars),
          RIG_TEST(a_website_shows_only_verticals_it_accepts), RIG_TEST(no_offer_is_an_empty_list),
          RIG_TEST(what_was_served_stays_what_it_was), RIG_TEST(a_paused_offer_is_gone_at_once),
          RIG_TEST(a_request_is_live_for_an_hour_and_only_for_its_website), RIG_TEST(a_limit_is_a_number_from_1_to_12),
          RIG_TEST(local_landings_and_images_are_served_only_with_dev),
          RIG_TEST(the_websites_own_help_comes_with_the_offers),
          RIG_TEST(the_texts_are_in_the_language_that_is_asked_for))
