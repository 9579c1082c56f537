// decision_test.c: the product or offers, by the website's rule and the visitor's place.
// SPDX-License-Identifier: MIT
#include <string.h>

#include "service_rig.h"

#define DEVELOPMENT "http://localhost:4000"

static void set_rule(service_rig *rig, rt_geo_mode mode, const char *code) {
  rt_place place, country;
  rig->shop->geo_rule = rt_geo_rule_of(mode);
  if (code != NULL) {
    assert_int_equal(rt_place_parse(rt_bytes_of(code), &place, &country), RT_OK);
    rt_geo_rule_list(&rig->shop->geo_rule, place);
  }
  rig_touch(rig);
}

// A decision from an origin (NULL: none), with more in the query. What it says is in the rig.
static int decide(service_rig *rig, const char *origin, const char *more) {
  const rig_line target = rig_format("/v1/decision?%s%s", rig->shop_keys, more);
  return rig_ask(rig, &(rig_request){.target = target.text, .origin = origin});
}

static void assert_decided(service_rig *rig, const char *origin, const char *more, bool is_allowed) {
  assert_int_equal(decide(rig, origin, more), 200);
  if (strstr(rig_body(rig), is_allowed ? "\"allowed\":true" : "\"allowed\":false") == NULL) {
    fail_msg("%s from %s: %s", more, origin == NULL ? "nowhere" : origin, rig_body(rig));
  }
}

static void without_a_rule_everybody_is_allowed_and_has_a_request_that_offers_take(void **state) {
  service_rig *rig = *state;
  assert_decided(rig, NULL, "&mode=section", true);
  assert_non_null(strstr(rig_body(rig), "\"requestId\":\"req_"));
  assert_non_null(strstr(rig_body(rig), "\"country\":null,\"region\":null"));
  assert_null(rig_header(rig, "Access-Control-Allow-Origin"));
  const rig_line offers = rig_format("/v1/offers?%s&requestId=%s", rig->shop_keys, rig_member(rig, "requestId").text);
  assert_int_equal(rig_ask(rig, &(rig_request){.target = offers.text}), 200);
  assert_int_equal(decide(rig, NULL, "&mode=popup"), 400);
}

static void the_rule_is_asked_where_the_visitor_is_and_the_answer_says_where_that_was(void **state) {
  service_rig *rig = *state;
  set_rule(rig, RT_GEO_BLOCK, "DE-BY");
  assert_decided(rig, DEVELOPMENT, "&dev-country=DE&dev-region=BY", false);
  assert_non_null(strstr(rig_body(rig), "\"country\":\"DE\",\"region\":\"BY\""));
  assert_decided(rig, DEVELOPMENT, "&dev-country=de&dev-region=by", false);
  assert_decided(rig, DEVELOPMENT, "&dev-country=DE&dev-region=BE", true);
  assert_decided(rig, DEVELOPMENT, "&dev-country=DE", true);
  set_rule(rig, RT_GEO_ALLOW, "GB");
  assert_decided(rig, DEVELOPMENT, "&dev-country=UK", true);
  assert_non_null(strstr(rig_body(rig), "\"country\":\"GB\",\"region\":null"));
  assert_decided(rig, DEVELOPMENT, "&dev-country=DE&dev-region=BY", false);
}

static void an_unknown_location_matches_nothing(void **state) {
  service_rig *rig = *state;
  set_rule(rig, RT_GEO_ALLOW, "GB");
  assert_decided(rig, SHOP, "", false);
  set_rule(rig, RT_GEO_BLOCK, "GB");
  assert_decided(rig, SHOP, "", true);
  assert_non_null(strstr(rig_body(rig), "\"country\":null,\"region\":null"));
}

// Whatever a page claims, only a development origin simulates; elsewhere its words are not even looked at.
static void what_a_client_says_about_its_place_decides_nothing(void **state) {
  service_rig *rig = *state;
  set_rule(rig, RT_GEO_ALLOW, "GB");
  static const char *const claims[] = {"&dev-country=GB", "&country=GB", "&dev-country=GB&dev-region=ENG",
                                       "&dev-country=nonsense"};
  for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
    assert_decided(rig, SHOP, claims[i], false);
    assert_decided(rig, NULL, claims[i], false);
  }
  assert_decided(rig, DEVELOPMENT, "&country=GB", false);
  assert_int_equal(decide(rig, DEVELOPMENT, "&dev-country=nonsense"), 400);
  assert_int_equal(decide(rig, "null", "&dev-country=GB"), 403);
}

static void the_websites_own_help_comes_to_those_who_are_not_allowed(void **state) {
  service_rig *rig = *state;
  rig->shop->support_label = RT_BYTES("Ask us");
  rig->shop->support_url = RT_BYTES("https://shop.example/help");
  set_rule(rig, RT_GEO_BLOCK, "DE");
  assert_decided(rig, DEVELOPMENT, "&dev-country=DE", false);
  assert_non_null(strstr(rig_body(rig), "\"support\":{\"label\":\"Ask us\",\"url\":\"https://shop.example/help\"}"));
  assert_decided(rig, DEVELOPMENT, "&dev-country=FR", true);
  assert_null(strstr(rig_body(rig), "support"));
}

static void a_saved_rule_is_used_by_the_next_decision(void **state) {
  service_rig *rig = *state;
  for (int round = 0; round < 3; round++) {
    set_rule(rig, RT_GEO_BLOCK, "DE");
    assert_decided(rig, DEVELOPMENT, "&dev-country=DE", false);
    set_rule(rig, RT_GEO_ALLOW, "DE");
    assert_decided(rig, DEVELOPMENT, "&dev-country=DE", true);
    set_rule(rig, RT_GEO_NO_RULE, NULL);
    assert_decided(rig, DEVELOPMENT, "&dev-country=FR", true);
  }
}

RUN_TESTS(RIG_TEST(without_a_rule_everybody_is_allowed_and_has_a_request_that_offers_take),
          RIG_TEST(the_rule_is_asked_where_the_visitor_is_and_the_answer_says_where_that_was),
          RIG_TEST(an_unknown_location_matches_nothing), RIG_TEST(what_a_client_says_about_its_place_decides_nothing),
          RIG_TEST(the_websites_own_help_comes_to_those_who_are_not_allowed),
          RIG_TEST(a_saved_rule_is_used_by_the_next_decision))
