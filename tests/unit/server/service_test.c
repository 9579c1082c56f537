// service_test.c: paths, methods, bodies, preflights and rates: what every endpoint has in common.
// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service_rig.h"

static void unknown_paths_are_404_and_wrong_methods_405(void **state) {
  service_rig *rig = *state;
  const struct {
    rt_method method;
    const char *target;
    int status;
    const char *allow;
  } rows[] = {
      {RT_METHOD_GET, "/", 404, NULL},
      {RT_METHOD_GET, "/v1", 404, NULL},
      {RT_METHOD_GET, "/v1/decision/", 404, NULL},
      {RT_METHOD_GET, "/v1/../v1/decision", 404, NULL},
      {RT_METHOD_GET, "/v1/widget-decline/session/", 404, NULL},
      {RT_METHOD_POST, "/v2/decision", 404, NULL},
      {RT_METHOD_POST, "/v1/decision", 405, "GET, OPTIONS"},
      {RT_METHOD_HEAD, "/v1/decision", 405, "GET, OPTIONS"},
      {RT_METHOD_GET, "/v1/widget-decline/session", 405, "POST, OPTIONS"},
      {RT_METHOD_GET, "/v1/widget-decline/trigger", 405, "POST"},
      {RT_METHOD_OPTIONS, "/v1/widget-decline/trigger", 405, "POST"},
      {RT_METHOD_OTHER, "/v1/r", 405, "GET, HEAD"},
      {RT_METHOD_POST, "/healthz", 405, "GET, HEAD"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    assert_int_equal(rig_ask(rig, &(rig_request){.method = rows[i].method, .target = rows[i].target}), rows[i].status);
    assert_string_equal(rig_header(rig, "Content-Type"), "application/problem+json");
    assert_string_equal(rig_member(rig, "code").text, rows[i].status == 404 ? "not_found" : "method_not_allowed");
    assert_int_equal(strncmp(rig_member(rig, "type").text, "https://", 8), 0);
    if (rows[i].allow != NULL) assert_string_equal(rig_header(rig, "Allow"), rows[i].allow);
  }
}

static void health_is_200(void **state) {
  service_rig *rig = *state;
  assert_int_equal(rig_ask(rig, &(rig_request){.target = "/healthz"}), 200);
  assert_int_equal(rig_ask(rig, &(rig_request){.method = RT_METHOD_HEAD, .target = "/healthz"}), 200);
}

static void a_preflight_is_204_for_pages_endpoints(void **state) {
  service_rig *rig = *state;
  const char *targets[] = {"/v1/decision",
                           "/v1/offers",
                           "/v1/events/impression",
                           "/v1/events/click",
                           "/v1/snippet-ping",
                           "/v1/widget-decline/session",
                           "/v1/widget-decline/session/dcl_AAAAAAAAAAAAAAAAAAAAAA"};
  for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
    assert_int_equal(rig_ask(rig, &(rig_request){RT_METHOD_OPTIONS, targets[i], .origin = SHOP}), 204);
    assert_string_equal(rig_header(rig, "Access-Control-Allow-Origin"), "*");
    assert_string_equal(rig_header(rig, "Access-Control-Max-Age"), "86400");
    assert_string_equal(rig_header(rig, "Access-Control-Allow-Headers"), "Content-Type");
    assert_null(rig_header(rig, "Access-Control-Allow-Credentials"));
  }
}

static int trigger_with(service_rig *rig, const char *body, const char *type) {
  return rig_ask(rig, &(rig_request){RT_METHOD_POST, "/v1/widget-decline/trigger", body, .secret = rig->shop_secret,
                                     .content_type = type});
}

static void bodies_that_are_not_what_was_asked_for_are_400(void **state) {
  service_rig *rig = *state;
  static char nested[20002];
  memset(nested, '[', 10000);
  memset(nested + 10000, ']', 10000);
  static char many[60000];
  memset(many, '0', sizeof many - 1);
  for (size_t i = 1; i < sizeof many - 1; i += 2) many[i] = ',';
  many[0] = '[';
  many[sizeof many - 2] = ']';
  const char *bodies[] = {"",
                          "{",
                          "[]",
                          "\"x\"",
                          "{\"sessionId\":1}",
                          "{}",
                          "sessionId=x",
                          nested,
                          many,
                          "{\"sessionId\":\"\xC3\x28\"}",
                          "{} {}",
                          "\xFF\xFE{",
                          "{\"a\":\"\\u0000\"}",
                          "{\"sessionId\":null}"};
  for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
    assert_int_equal(trigger_with(rig, bodies[i], "application/json"), 400);
    assert_string_equal(rig_member(rig, "code").text, "bad_request");
    assert_non_null(strstr(rig_body(rig), "\"detail\":\""));
  }
}

static void other_types_are_415_and_long_bodies_413(void **state) {
  service_rig *rig = *state;
  assert_int_equal(trigger_with(rig, "a=b", "application/x-www-form-urlencoded"), 415);
  assert_string_equal(rig_member(rig, "code").text, "unsupported_media_type");
  const rt_http_request request = {.method = RT_METHOD_POST,
                                   .target = RT_BYTES("/v1/events/click"),
                                   .origin = RT_BYTES(SHOP),
                                   .is_body_too_large = true};
  rt_arena_reset(&rig->scratch, 0);
  rt_service_handle(rig->service, &request, &rig->scratch, &rig->outcome);
  assert_int_equal(rig->outcome.response.status, 413);
  assert_string_equal(rig_header(rig, "Access-Control-Allow-Origin"), "*");
}

static void unknown_members_are_ignored(void **state) {
  service_rig *rig = *state;
  const rig_text session = rig_session(rig);
  const rig_line body = rig_format("{\"later\":[{\"x\":1}],\"sessionId\":\"%s\",\"reason\":null}", session.text);
  assert_int_equal(trigger_with(rig, body.text, NULL), 200);
}

static int decide(service_rig *rig, const char *peer) {
  const rig_line target = rig_format("/v1/decision?%s", rig->shop_keys);
  return rig_ask(rig, &(rig_request){.target = target.text, .peer = peer});
}

static void too_many_requests_are_429_with_when_to_come_back(void **state) {
  service_rig *rig = *state;
  rig->config.rate = (rt_rate_policy){.per_second = 2, .burst = 5};
  rig_restart(rig);
  for (int i = 0; i < 5; i++) assert_int_equal(decide(rig, "203.0.113.9"), 200);
  assert_int_equal(decide(rig, "203.0.113.9"), 429);
  assert_string_equal(rig_member(rig, "code").text, "rate_limited");
  assert_string_equal(rig_header(rig, "Retry-After"), "1");
  assert_string_equal(rig_header(rig, "RateLimit-Limit"), "5");
  assert_string_equal(rig_header(rig, "RateLimit-Remaining"), "0");
  assert_string_equal(rig_header(rig, "RateLimit-Reset"), "1");
  assert_non_null(strstr(rig_header(rig, "Access-Control-Expose-Headers"), "Retry-After, RateLimit-Limit"));
  assert_string_equal(rig_header(rig, "Access-Control-Allow-Origin"), "*");
  assert_int_equal(decide(rig, "203.0.113.10"), 200);  // another address
  assert_int_equal(decide(rig, "127.0.0.1"), 200);     // a reverse proxy on this machine
  rig_pass(rig, rt_ms(499));
  assert_int_equal(decide(rig, "203.0.113.9"), 429);
  rig_pass(rig, rt_ms(1));
  assert_int_equal(decide(rig, "203.0.113.9"), 200);
  assert_int_equal(decide(rig, "203.0.113.9"), 429);
}

static void an_honest_poller_never_meets_the_limit(void **state) {
  service_rig *rig = *state;
  rig->config.rate = rt_rate_policy_default;
  rig_restart(rig);
  for (int second = 0; second < 120; second++) {
    for (int visitor = 0; visitor < 50; visitor++) assert_int_equal(decide(rig, "203.0.113.9"), 200);
    rig_pass(rig, rt_seconds(1));
  }
}

static void addresses_of_one_ipv6_network_share_a_rate(void **state) {
  service_rig *rig = *state;
  rig->config.rate = (rt_rate_policy){.per_second = 1, .burst = 1};
  rig_restart(rig);
  assert_int_equal(decide(rig, "2001:db8::1"), 200);
  assert_int_equal(decide(rig, "2001:db8::2"), 429);
  assert_int_equal(decide(rig, "2001:db8:0:1::2"), 200);
}

static void a_store_that_cannot_be_read_is_503_and_never_404(void **state) {
  service_rig *rig = *state;
  const rig_text session = rig_session(rig);
  assert_int_equal(rig_trigger(rig, session.text, NULL), 200);
  const rig_line poll = rig_format("/v1/widget-decline/session/%s?%s", session.text, rig->shop_keys);
  assert_int_equal(rig_ask(rig, &(rig_request){.target = poll.text, .origin = SHOP}), 200);
  const rig_text request = rig_member(rig, "requestId"), click = rig_first_click(rig, request.text);
  const rig_line offers = rig_format("/v1/offers?%s&requestId=%s", rig->shop_keys, request.text);
  rig_restart(rig);  // nothing is cached
  rt_store_memory_set_readable(rig->store, false);
  assert_int_equal(rig_ask(rig, &(rig_request){.target = offers.text, .origin = SHOP}), 503);
  assert_int_equal(rig_ask(rig, &(rig_request){.target = click.text}), 503);
  assert_string_equal(rig_header(rig, "Retry-After"), "2");
  assert_int_equal(rig_trigger(rig, session.text, "self_excluded"), 503);  // what was asked for has not happened
  rt_store_memory_set_readable(rig->store, true);
  assert_int_equal(rig_trigger(rig, session.text, "self_excluded"), 200);
  assert_int_equal(rig_ask(rig, &(rig_request){.target = offers.text, .origin = SHOP}), 200);
  assert_null(strstr(rig_body(rig), "igaming"));
  assert_int_equal(rig_ask(rig, &(rig_request){.target = click.text}), 302);
}

static void a_catalog_that_could_not_be_loaded_is_loaded_when_it_can(void **state) {
  service_rig *rig = *state;
  rt_store_memory_set_readable(rig->store, false);
  rig->shop->is_enabled = false;
  rig_touch(rig);
  assert_int_equal(decide(rig, "203.0.113.9"), 200);  // the old one serves
  rt_store_memory_set_readable(rig->store, true);
  assert_int_equal(decide(rig, "203.0.113.9"), 403);
}

static void giving_up_is_503_that_may_be_repeated(void **state) {
  service_rig *rig = *state;
  const rt_http_request request = {.target = RT_BYTES("/v1/decision")};
  rt_arena_reset(&rig->scratch, 0);
  rt_service_give_up(&request, &rig->scratch, &rig->outcome);
  assert_int_equal(rig->outcome.response.status, 503);
  assert_string_equal(rig_header(rig, "Retry-After"), "2");
}

RUN_TESTS(RIG_TEST(unknown_paths_are_404_and_wrong_methods_405), RIG_TEST(health_is_200),
          RIG_TEST(a_preflight_is_204_for_pages_endpoints), RIG_TEST(bodies_that_are_not_what_was_asked_for_are_400),
          RIG_TEST(other_types_are_415_and_long_bodies_413), RIG_TEST(unknown_members_are_ignored),
          RIG_TEST(too_many_requests_are_429_with_when_to_come_back), RIG_TEST(an_honest_poller_never_meets_the_limit),
          RIG_TEST(addresses_of_one_ipv6_network_share_a_rate),
          RIG_TEST(a_store_that_cannot_be_read_is_503_and_never_404),
          RIG_TEST(a_catalog_that_could_not_be_loaded_is_loaded_when_it_can),
          RIG_TEST(giving_up_is_503_that_may_be_repeated))
