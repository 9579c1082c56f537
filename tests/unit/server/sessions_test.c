// sessions_test.c: a session's life as page and publisher see it. The clock is the test's.
// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "service_rig.h"

static int poll(service_rig *rig, const char *session, const char *more) {
  const rig_line target = rig_format("/v1/widget-decline/session/%s?%s%s", session, rig->shop_keys, more);
  return rig_ask(rig, &(rig_request){.target = target.text, .origin = SHOP});
}

static void assert_status(service_rig *rig, const char *session, const char *status) {
  assert_int_equal(poll(rig, session, ""), 200);
  assert_string_equal(rig_member(rig, "status").text, status);
}

static void a_session_tells_its_life_and_how_long_it_can_wait(void **state) {
  service_rig *rig = *state;
  const rig_text session = rig_session(rig);
  assert_int_equal(strncmp(session.text, "dcl_", 4), 0);
  assert_int_equal(strlen(session.text), 26);
  assert_string_equal(rig_member(rig, "expiresAt").text, "2026-03-01T12:15:00.000Z");
  assert_non_null(strstr(rig_body(rig), "\"expiresIn\":900,\"maxWait\":25"));
  assert_string_equal(rig_header(rig, "Access-Control-Allow-Origin"), SHOP);
  assert_string_equal(rig_header(rig, "Cache-Control"), "no-store");
  assert_string_equal(rig_header(rig, "Vary"), "Origin");
}

static void pending_becomes_expired_after_fifteen_minutes_and_unknown_an_hour_later(void **state) {
  service_rig *rig = *state;
  const rig_text session = rig_session(rig);
  assert_status(rig, session.text, "pending");
  rig_pass(rig, rt_ms(899999));
  assert_status(rig, session.text, "pending");
  rig_pass(rig, rt_ms(1));
  assert_status(rig, session.text, "expired");
  rig_pass(rig, rt_ms(3599999));
  assert_status(rig, session.text, "expired");
  rig_pass(rig, rt_ms(1));
  assert_int_equal(poll(rig, session.text, ""), 404);
  assert_string_equal(rig_member(rig, "code").text, "session_not_found");
}

static void a_trigger_keeps_the_session_ready_fifteen_minutes_from_then_on(void **state) {
  service_rig *rig = *state;
  const rig_text session = rig_session(rig);
  rig_pass(rig, rt_ms(899999));
  assert_int_equal(rig_trigger(rig, session.text, NULL), 200);
  assert_string_equal(rig_body(rig), "{\"ok\":true}");
  assert_status(rig, session.text, "ready");
  assert_int_equal(strncmp(rig_member(rig, "requestId").text, "req_", 4), 0);
  assert_non_null(strstr(rig_body(rig), "\"country\":null,\"region\":null"));
  rig_pass(rig, rt_ms(899999));
  assert_status(rig, session.text, "ready");
  rig_pass(rig, rt_ms(1));
  assert_status(rig, session.text, "expired");
}

static void a_second_trigger_says_so_and_keeps_the_request(void **state) {
  service_rig *rig = *state;
  const rig_text session = rig_session(rig);
  assert_int_equal(rig_trigger(rig, session.text, "kyc"), 200);
  assert_status(rig, session.text, "ready");
  const rig_text request = rig_member(rig, "requestId");
  assert_int_equal(rig_trigger(rig, session.text, NULL), 200);
  assert_string_equal(rig_body(rig), "{\"ok\":true,\"alreadyTriggered\":true}");
  assert_status(rig, session.text, "ready");
  assert_string_equal(rig_member(rig, "requestId").text, request.text);
}

static void a_trigger_after_expiry_is_410(void **state) {
  service_rig *rig = *state;
  const rig_text session = rig_session(rig);
  rig_pass(rig, rt_seconds(900));
  assert_int_equal(rig_trigger(rig, session.text, NULL), 410);
  assert_string_equal(rig_member(rig, "code").text, "session_expired");
  assert_status(rig, session.text, "expired");
}

static void the_trigger_is_seen_by_a_poll_only_once_it_is_durable(void **state) {
  service_rig *rig = *state;
  const rig_text session = rig_session(rig);
  rig->is_commit_withheld = true;
  assert_int_equal(rig_trigger(rig, session.text, NULL), 200);
  assert_int_equal(rig->outcome.kind, RT_RESPOND_WHEN_DURABLE);
  assert_status(rig, session.text, "pending");
  assert_int_equal(rig_trigger(rig, session.text, NULL), 200);  // a repetition waits for the same batch
  assert_int_equal(rig->outcome.kind, RT_RESPOND_WHEN_DURABLE);
  rt_id ready;
  assert_false(rt_service_next_ready(rig->service, &ready));
  rig_commit(rig);
  assert_true(rt_service_next_ready(rig->service, &ready));
  assert_string_equal(rt_id_to_text(RT_ID_SESSION, &ready).text, session.text);
  assert_false(rt_service_next_ready(rig->service, &ready));
  assert_status(rig, session.text, "ready");
}

static void a_crash_before_the_commit_leaves_a_session_that_can_be_triggered(void **state) {
  service_rig *rig = *state;
  const rig_text session = rig_session(rig);
  rig->is_commit_withheld = true;
  assert_int_equal(rig_trigger(rig, session.text, NULL), 200);
  rig_restart(rig);
  rig->is_commit_withheld = false;
  assert_status(rig, session.text, "pending");
  assert_int_equal(rig_trigger(rig, session.text, NULL), 200);
  assert_string_equal(rig_body(rig), "{\"ok\":true}");
  assert_status(rig, session.text, "ready");
}

static void a_crash_after_the_commit_loses_nothing_and_the_clock_goes_on(void **state) {
  service_rig *rig = *state;
  const rig_text session = rig_session(rig), pending = rig_session(rig);
  assert_int_equal(rig_trigger(rig, session.text, NULL), 200);
  assert_status(rig, session.text, "ready");
  const rig_text request = rig_member(rig, "requestId");
  rig_pass(rig, rt_seconds(600));
  rig_restart(rig);
  assert_status(rig, session.text, "ready");
  assert_string_equal(rig_member(rig, "requestId").text, request.text);
  assert_status(rig, pending.text, "pending");
  rig_pass(rig, rt_seconds(300));
  assert_status(rig, session.text, "expired");
  assert_status(rig, pending.text, "expired");
}

static void a_poll_with_wait_is_told_which_session_and_until_when(void **state) {
  service_rig *rig = *state;
  const rig_text session = rig_session(rig);
  assert_int_equal(poll(rig, session.text, "&wait=25"), 0);
  assert_string_equal(rt_id_to_text(RT_ID_SESSION, &rig->outcome.session).text, session.text);
  assert_int_equal(rig->outcome.until.ms, rig->now.ms + 25000);
  rig_pass(rig, rt_seconds(890));
  assert_int_equal(poll(rig, session.text, "&wait=25"), 0);
  assert_int_equal(rig->outcome.until.ms, rig->now.ms + 10000);  // no longer than the session lives
  const rig_line target = rig_format("/v1/widget-decline/session/%s?%s&wait=25", session.text, rig->shop_keys);
  assert_int_equal(rig_ask(rig, &(rig_request){.target = target.text, .origin = SHOP, .is_last_answer = true}), 200);
  assert_string_equal(rig_body(rig), "{\"status\":\"pending\"}");
}

static void a_longer_wait_is_one_of_25_and_no_number_is_400(void **state) {
  service_rig *rig = *state;
  const rig_text session = rig_session(rig);
  const char *longer[] = {"&wait=26", "&wait=60", "&wait=99999999999999999999999"};
  const char *wrong[] = {"&wait=-1", "&wait=", "&wait=x", "&wait=2.5", "&wait=99999999999999999999999x"};
  for (size_t i = 0; i < sizeof longer / sizeof longer[0]; i++) {
    assert_int_equal(poll(rig, session.text, longer[i]), 0);
    assert_int_equal(rig->outcome.until.ms, rig->now.ms + 25000);
  }
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    assert_int_equal(poll(rig, session.text, wrong[i]), 400);
    assert_string_equal(rig_member(rig, "code").text, "bad_request");
  }
  assert_int_equal(poll(rig, session.text, "&wait=0"), 200);
}

static void another_websites_session_cannot_be_told_from_an_unknown_one(void **state) {
  service_rig *rig = *state;
  const rig_text session = rig_session(rig);
  const rig_line target = rig_format("/v1/widget-decline/session/%s?%s", session.text, rig->other_keys);
  assert_int_equal(rig_ask(rig, &(rig_request){.target = target.text, .origin = "https://other.example"}), 404);
  const rig_line foreign = rig_format("%s", rig_body(rig));
  const rig_line unknown = rig_format("/v1/widget-decline/session/dcl_AAAAAAAAAAAAAAAAAAAAAA?%s", rig->other_keys);
  assert_int_equal(rig_ask(rig, &(rig_request){.target = unknown.text, .origin = "https://other.example"}), 404);
  assert_string_equal(rig_body(rig), foreign.text);

  const rig_line body = rig_format("{\"sessionId\":\"%s\"}", session.text);
  const rig_request trigger = {RT_METHOD_POST, "/v1/widget-decline/trigger", body.text, .secret = rig->other_secret};
  assert_int_equal(rig_ask(rig, &trigger), 404);
  assert_string_equal(rig_body(rig), foreign.text);
  assert_status(rig, session.text, "pending");
}

static void a_wrong_secret_is_401_before_the_body_is_looked_at(void **state) {
  service_rig *rig = *state;
  const char *secrets[] = {NULL, "", "its_", "its_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "x"};
  for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
    const rig_request trigger = {RT_METHOD_POST, "/v1/widget-decline/trigger", "not json", .secret = secrets[i]};
    assert_int_equal(rig_ask(rig, &trigger), 401);
    assert_string_equal(rig_member(rig, "code").text, "bad_secret");
    assert_string_equal(rig_header(rig, "WWW-Authenticate"), "Bearer");
    assert_null(rig_header(rig, "Access-Control-Allow-Origin"));
  }
}

static void the_secret_is_taken_as_bearer_or_header(void **state) {
  service_rig *rig = *state;
  char bearer[64];
  snprintf(bearer, sizeof bearer, "bearer  %s ", rig->shop_secret);
  assert_bytes_equal(rt_secret_presented(rt_bytes_of(bearer), RT_BYTES_NONE), rig->shop_secret);
  assert_bytes_equal(rt_secret_presented(RT_BYTES("Basic x"), rt_bytes_of(rig->shop_secret)), rig->shop_secret);
  assert_true(rt_bytes_is_empty(rt_secret_presented(RT_BYTES("Bearer "), RT_BYTES_NONE)));
}

static void an_unknown_reason_is_400_with_the_list(void **state) {
  service_rig *rig = *state;
  const rig_text session = rig_session(rig);
  assert_int_equal(rig_trigger(rig, session.text, "whim"), 400);
  assert_string_equal(rig_member(rig, "code").text, "bad_request");
  assert_non_null(strstr(rig_body(rig), "kyc, deposit, signup, risk, geo, age, self_excluded, other"));
  assert_status(rig, session.text, "pending");
}

static void a_page_without_a_registered_origin_gets_no_session(void **state) {
  service_rig *rig = *state;
  const char *origins[] = {NULL,
                           "null",
                           "https://evil.example",
                           "http://shop.example",
                           "https://shop.example:8443",
                           "https://a.shop.example",
                           "https://shop.example.evil.example",
                           "https://xshop.example",
                           "https://shop.example/",
                           "https://api.example"};
  const rig_line target = rig_format("/v1/widget-decline/session?%s", rig->shop_keys);
  for (size_t i = 0; i < sizeof origins / sizeof origins[0]; i++) {
    assert_int_equal(rig_ask(rig, &(rig_request){RT_METHOD_POST, target.text, .origin = origins[i]}), 403);
    assert_string_equal(rig_member(rig, "code").text, "origin_not_allowed");
    assert_string_equal(rig_header(rig, "Access-Control-Allow-Origin"), "*");
  }
  assert_int_equal(rig_ask(rig, &(rig_request){RT_METHOD_POST, target.text, .origin = "https://www.shop.example"}),
                   200);
  rig->shop->are_subdomains_allowed = true;
  rig_touch(rig);
  assert_int_equal(rig_ask(rig, &(rig_request){RT_METHOD_POST, target.text, .origin = "https://a.shop.example"}), 200);
}

static void a_location_is_simulated_only_from_a_development_origin(void **state) {
  service_rig *rig = *state;
  const rig_line target = rig_format("/v1/widget-decline/session?%s&dev-country=uk&dev-region=sct", rig->shop_keys);
  const struct {
    const char *origin, *seen;
  } rows[] = {{SHOP, "\"country\":null,\"region\":null"},
              {"http://localhost:4000", "\"country\":\"GB\",\"region\":\"SCT\""}};
  for (size_t i = 0; i < 2; i++) {
    assert_int_equal(rig_ask(rig, &(rig_request){RT_METHOD_POST, target.text, .origin = rows[i].origin}), 200);
    const rig_text session = rig_member(rig, "sessionId");
    assert_int_equal(rig_trigger(rig, session.text, NULL), 200);
    assert_status(rig, session.text, "ready");
    assert_non_null(strstr(rig_body(rig), rows[i].seen));
  }
  const rig_line wrong = rig_format("/v1/widget-decline/session?%s&dev-country=Germany", rig->shop_keys);
  assert_int_equal(rig_ask(rig, &(rig_request){RT_METHOD_POST, wrong.text, .origin = "http://localhost:4000"}), 400);
}

static void keys_may_come_in_the_body(void **state) {
  service_rig *rig = *state;
  const rig_line body =
      rig_format("{\"pub\":\"%s\",\"website\":\"%s\"}", rt_id_to_text(RT_ID_PUBLIC_KEY, &rig->shop->public_key).text,
                 rt_id_to_text(RT_ID_WEBSITE_KEY, &rig->shop->website_key).text);
  const rig_request request = {RT_METHOD_POST, "/v1/widget-decline/session", body.text, SHOP,
                               .content_type = "text/plain;charset=UTF-8"};
  assert_int_equal(rig_ask(rig, &request), 200);
}

static void missing_malformed_and_unknown_keys_are_told_apart(void **state) {
  service_rig *rig = *state;
  const rig_line swapped =
      rig_format("pub=%s&website=%s", rt_id_to_text(RT_ID_PUBLIC_KEY, &rig->other->public_key).text,
                 rt_id_to_text(RT_ID_WEBSITE_KEY, &rig->shop->website_key).text);
  const struct {
    const char *keys;
    int status;
    const char *code;
  } rows[] = {
      {"", 400, "missing_keys"},
      {"pub=&website=", 400, "missing_keys"},
      {"pub=pk_x&website=web_y", 400, "missing_keys"},
      {"pub=%ZZ&website=web_y", 400, "bad_request"},
      {"pub=pk_AAAAAAAAAAAAAAAAAAAAAA&website=web_AAAAAAAAAAAAAAAAAAAAAA", 403, "unknown_keys"},
      {swapped.text, 403, "unknown_keys"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const rig_line target = rig_format("/v1/widget-decline/session?%s", rows[i].keys);
    assert_int_equal(rig_ask(rig, &(rig_request){RT_METHOD_POST, target.text, .origin = SHOP}), rows[i].status);
    assert_string_equal(rig_member(rig, "code").text, rows[i].code);
    assert_string_equal(rig_header(rig, "Access-Control-Allow-Origin"), "*");
  }
}

static void a_website_or_its_trigger_switched_off_is_403_at_once(void **state) {
  service_rig *rig = *state;
  const rig_text session = rig_session(rig);
  rig->shop->is_trigger_enabled = false;
  rig_touch(rig);
  assert_int_equal(poll(rig, session.text, ""), 403);
  assert_string_equal(rig_member(rig, "code").text, "widget_disabled");
  assert_int_equal(rig_trigger(rig, session.text, NULL), 403);
  const rig_line decision = rig_format("/v1/decision?%s", rig->shop_keys);
  assert_int_equal(rig_ask(rig, &(rig_request){.target = decision.text}), 200);
  rig->shop->is_enabled = false;
  rig_touch(rig);
  assert_int_equal(rig_ask(rig, &(rig_request){.target = decision.text}), 403);
  assert_string_equal(rig_member(rig, "code").text, "widget_disabled");
}

static void a_store_without_room_is_503_and_nothing_is_half_done(void **state) {
  service_rig *rig = *state;
  const rig_text session = rig_session(rig);
  rt_store_memory_set_room(rig->store, 0);
  assert_int_equal(rig_trigger(rig, session.text, NULL), 503);
  assert_string_equal(rig_member(rig, "code").text, "unavailable");
  assert_string_equal(rig_header(rig, "Retry-After"), "2");
  assert_status(rig, session.text, "pending");
  rt_store_memory_set_room(rig->store, 100);
  assert_int_equal(rig_trigger(rig, session.text, NULL), 200);
  assert_string_equal(rig_body(rig), "{\"ok\":true}");
}

static rig_text session_of_other(service_rig *rig) {
  const rig_line target = rig_format("/v1/widget-decline/session?%s", rig->other_keys);
  const rig_request request = {RT_METHOD_POST, target.text, .origin = "https://other.example"};
  assert_int_equal(rig_ask(rig, &request), 200);
  return rig_member(rig, "sessionId");
}

static int poll_other(service_rig *rig, const char *session) {
  const rig_line target = rig_format("/v1/widget-decline/session/%s?%s", session, rig->other_keys);
  return rig_ask(rig, &(rig_request){.target = target.text, .origin = "https://other.example"});
}

static void a_flood_of_one_websites_sessions_takes_only_its_own_and_never_a_triggered_one(void **state) {
  service_rig *rig = *state;
  rig->config.max_sessions = 16;
  rig_restart(rig);
  const rig_text triggered = rig_session(rig), others = session_of_other(rig);
  assert_int_equal(rig_trigger(rig, triggered.text, NULL), 200);
  rig_text newest = {{0}};
  for (int i = 0; i < 100; i++) {
    rig_pass(rig, rt_ms(1));
    newest = rig_session(rig);
  }
  for (int is_restarted = 0; is_restarted < 2; is_restarted++) {
    assert_status(rig, newest.text, "pending");
    assert_status(rig, triggered.text, "ready");
    rig_restart(rig);  // a hundred rows and more are young, and it starts
  }
  assert_int_equal(poll_other(rig, others.text), 200);
}

static void an_expired_session_goes_before_a_pending_one(void **state) {
  service_rig *rig = *state;
  rig->config.max_sessions = 16;
  rig_restart(rig);
  const rig_text expired = rig_session(rig);
  rig_pass(rig, rt_seconds(890));
  rig_text pending[11];
  for (int i = 0; i < 11; i++) pending[i] = rig_session(rig);
  rig_pass(rig, rt_seconds(10));
  assert_status(rig, expired.text, "expired");
  const rig_text newest = rig_session(rig);  // the thirteenth of twelve
  assert_int_equal(poll(rig, expired.text, ""), 404);
  for (int i = 0; i < 11; i++) assert_status(rig, pending[i].text, "pending");
  assert_status(rig, newest.text, "pending");
}

static void when_every_session_is_triggered_there_is_no_room(void **state) {
  service_rig *rig = *state;
  rig->config.max_sessions = 16;
  rig_restart(rig);
  for (int i = 0; i < 12; i++) assert_int_equal(rig_trigger(rig, rig_session(rig).text, NULL), 200);
  const rig_line target = rig_format("/v1/widget-decline/session?%s", rig->shop_keys);
  assert_int_equal(rig_ask(rig, &(rig_request){RT_METHOD_POST, target.text, .origin = SHOP}), 503);
  assert_string_equal(rig_member(rig, "code").text, "unavailable");
  session_of_other(rig);  // the last quarter
  rig_pass(rig, rt_seconds(900));
  rig_session(rig);
}

RUN_TESTS(RIG_TEST(a_session_tells_its_life_and_how_long_it_can_wait),
          RIG_TEST(pending_becomes_expired_after_fifteen_minutes_and_unknown_an_hour_later),
          RIG_TEST(a_trigger_keeps_the_session_ready_fifteen_minutes_from_then_on),
          RIG_TEST(a_second_trigger_says_so_and_keeps_the_request), RIG_TEST(a_trigger_after_expiry_is_410),
          RIG_TEST(the_trigger_is_seen_by_a_poll_only_once_it_is_durable),
          RIG_TEST(a_crash_before_the_commit_leaves_a_session_that_can_be_triggered),
          RIG_TEST(a_crash_after_the_commit_loses_nothing_and_the_clock_goes_on),
          RIG_TEST(a_poll_with_wait_is_told_which_session_and_until_when),
          RIG_TEST(a_longer_wait_is_one_of_25_and_no_number_is_400),
          RIG_TEST(another_websites_session_cannot_be_told_from_an_unknown_one),
          RIG_TEST(a_wrong_secret_is_401_before_the_body_is_looked_at),
          RIG_TEST(the_secret_is_taken_as_bearer_or_header), RIG_TEST(an_unknown_reason_is_400_with_the_list),
          RIG_TEST(a_page_without_a_registered_origin_gets_no_session),
          RIG_TEST(a_location_is_simulated_only_from_a_development_origin), RIG_TEST(keys_may_come_in_the_body),
          RIG_TEST(missing_malformed_and_unknown_keys_are_told_apart),
          RIG_TEST(a_website_or_its_trigger_switched_off_is_403_at_once),
          RIG_TEST(a_flood_of_one_websites_sessions_takes_only_its_own_and_never_a_triggered_one),
          RIG_TEST(an_expired_session_goes_before_a_pending_one),
          RIG_TEST(when_every_session_is_triggered_there_is_no_room),
          RIG_TEST(a_store_without_room_is_503_and_nothing_is_half_done))
