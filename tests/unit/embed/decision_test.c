// decision_test.c: the embeds that ask where the visitor is, geo and section: what each asks, shows and says.
// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "embed_rig.h"
#include "unit.h"

#define NOT_ALLOWED "{\"allowed\":false,\"requestId\":\"req_1\",\"country\":\"DE\",\"region\":\"BY\"}"

static embed_rig rig;

static rt_config config_of(rt_embed_kind kind) {
  rt_config config = embed_rig_config();
  config.kind = kind;
  return config;
}

static void start(rt_embed_kind kind) {
  const rt_config config = config_of(kind);
  embed_rig_start(&rig, &config);
}

static void start_with(rt_attribute attribute, const char *value) {
  rt_config config = config_of(RT_EMBED_SECTION);
  config.attributes[attribute] = rt_bytes_of(value);
  embed_rig_start(&rig, &config);
}

static const rt_command *sent(void) { return embed_rig_find(&rig, RT_COMMAND_SEND_HTTP); }

static bool contains(rt_bytes text, const char *part) {
  return memmem(text.data, text.length, part, strlen(part)) != NULL;
}

static void step(rt_event event) { embed_rig_step(&rig, 1, event); }

// Answers the offers call with `count` of them.
static void answer_offers(uint32_t count) {
  char body[4096] = "{\"offers\":[";
  for (uint32_t i = 0; i < count; i++) {
    const size_t length = strlen(body);
    snprintf(body + length, sizeof body - length,
             "%s{\"id\":\"off_%u\",\"brand\":\"B\",\"clickUrl\":\"https://a.example\"}", i == 0 ? "" : ",", i);
  }
  strncat(body, "]}", sizeof body - strlen(body) - 1);
  embed_rig_answer(&rig, 10, body);
}

static void until_offers(rt_embed_kind kind, uint32_t count) {
  start(kind);
  embed_rig_answer(&rig, 10, NOT_ALLOWED);
  answer_offers(count);
}

static rt_event container_of(int32_t width_px, int32_t height_px) {
  return (rt_event){
      .kind = RT_EVENT_VIEWPORT, .width_px = width_px, .height_px = height_px, .metrics = RT_BYTES("500")};
}

static size_t cards_shown(void) {
  const rt_view *view = rt_embed_surface(rig.embed);
  size_t count = 0;
  while (view != NULL && rt_view_find(view, RT_ROLE_CARD, count) != NULL) count++;
  return count;
}

static void a_decision_is_asked_for_at_once_and_no_session(void **state) {
  (void)state;
  start(RT_EMBED_GEO);
  assert_non_null(sent());
  assert_bytes_equal(sent()->url, "https://api.example/v1/decision?pub=pk_test&website=web_test");
  assert_int_equal(sent()->method, RT_HTTP_GET);
  assert_string_equal(rt_embed_state(rig.embed), "fetching");
  start(RT_EMBED_SECTION);
  assert_bytes_equal(sent()->url, "https://api.example/v1/decision?pub=pk_test&website=web_test&mode=section");
}

static void who_is_served_here_sees_nothing_and_the_snippet_is_reported(void **state) {
  (void)state;
  start(RT_EMBED_GEO);
  embed_rig_answer(&rig, 10, "{\"allowed\":true,\"requestId\":\"req_1\",\"country\":\"DE\",\"region\":\"BY\"}");
  const rt_command *told = embed_rig_find(&rig, RT_COMMAND_NOTIFY_PAGE);
  assert_bytes_equal(told->name, "retarget:allowed");
  assert_bytes_equal(told->detail, "{\"country\":\"DE\",\"region\":\"BY\"}");
  assert_bytes_equal(sent()->url, "https://api.example/v1/snippet-ping");
  assert_true(sent()->is_keepalive);
  assert_bytes_equal(sent()->body,
                     "{\"pub\":\"pk_test\",\"website\":\"web_test\",\"embed\":\"geo\",\"version\":\"" RT_VERSION "\"}");
  assert_string_equal(rt_embed_state(rig.embed), "allowed");
  assert_true(rt_instant_is_never(rt_embed_wake_at(rig.embed)));
  step((rt_event){.kind = RT_EVENT_VISIBILITY, .state = RT_PAGE_HIDDEN});
  step((rt_event){.kind = RT_EVENT_VISIBILITY, .state = RT_PAGE_VISIBLE});
  assert_int_equal(rig.command_count, 0);
}

static void a_place_that_is_not_known_is_null(void **state) {
  (void)state;
  start(RT_EMBED_SECTION);
  embed_rig_answer(&rig, 10, "{\"allowed\":true,\"requestId\":\"req_1\",\"country\":null,\"region\":null}");
  assert_bytes_equal(embed_rig_find(&rig, RT_COMMAND_NOTIFY_PAGE)->detail, "{\"country\":null,\"region\":null}");
  assert_true(contains(sent()->body, "\"embed\":\"section\""));
}

static void an_api_that_gives_the_required_members_alone_is_enough(void **state) {
  (void)state;
  start(RT_EMBED_GEO);
  embed_rig_answer(&rig, 10, "{\"allowed\":false,\"requestId\":\"req_9\"}");
  assert_true(contains(sent()->url, "/v1/offers?") && contains(sent()->url, "requestId=req_9"));
  start(RT_EMBED_GEO);
  embed_rig_answer(&rig, 10, "{\"requestId\":\"req_9\"}");  // no decision: an answer that does not parse
  assert_null(sent());
  assert_false(rt_instant_is_never(rt_embed_wake_at(rig.embed)));
}

static void a_declined_visitor_is_offered_something_whatever_the_decision_says(void **state) {
  (void)state;
  start(RT_EMBED_DECLINE);
  embed_rig_answer(&rig, 10, "{\"sessionId\":\"dcl_1\",\"maxWait\":25}");
  embed_rig_answer(&rig, 10, "{\"status\":\"ready\"}");
  assert_true(contains(sent()->url, "/v1/decision?"));
  embed_rig_answer(&rig, 10, "{\"allowed\":true,\"requestId\":\"req_1\"}");
  assert_true(contains(sent()->url, "/v1/offers?"));
}

static void a_page_in_the_background_asks_too(void **state) {
  (void)state;
  const rt_config config = config_of(RT_EMBED_GEO);
  embed_rig_start(&rig, &config);
  step((rt_event){.kind = RT_EVENT_VISIBILITY, .state = RT_PAGE_HIDDEN});
  assert_null(embed_rig_find(&rig, RT_COMMAND_CANCEL_HTTP));
  embed_rig_step(&rig, 1,
                 (rt_event){.kind = RT_EVENT_HTTP_DONE, .request = 1, .status = 200, .body = RT_BYTES(NOT_ALLOWED)});
  assert_true(contains(sent()->url, "/v1/offers?"));
  answer_offers(2);
  assert_non_null(embed_rig_find(&rig, RT_COMMAND_MEASURE_VIEWPORT));
}

// Offers are tried for thirty seconds of visible time: an API that is away while nobody looks costs none of it.
static void what_failed_in_the_background_is_tried_again_when_somebody_looks(void **state) {
  (void)state;
  start(RT_EMBED_GEO);
  step((rt_event){.kind = RT_EVENT_VISIBILITY, .state = RT_PAGE_HIDDEN});
  step((rt_event){.kind = RT_EVENT_HTTP_FAILED, .request = 1});
  assert_true(rt_instant_is_never(rt_embed_wake_at(rig.embed)));
  assert_string_equal(rt_embed_state(rig.embed), "paused");
  embed_rig_step(&rig, 3600000, (rt_event){.kind = RT_EVENT_VISIBILITY, .state = RT_PAGE_VISIBLE});
  assert_true(contains(sent()->url, "/v1/decision?"));
  step((rt_event){.kind = RT_EVENT_VISIBILITY, .state = RT_PAGE_HIDDEN});
  assert_non_null(embed_rig_find(&rig, RT_COMMAND_CANCEL_HTTP));
  step((rt_event){.kind = RT_EVENT_VISIBILITY, .state = RT_PAGE_VISIBLE});
  embed_rig_answer(&rig, 10, NOT_ALLOWED);
  step((rt_event){.kind = RT_EVENT_VISIBILITY, .state = RT_PAGE_HIDDEN});
  assert_null(embed_rig_find(&rig, RT_COMMAND_CANCEL_HTTP));  // it has a decision; its offers are those of the load
}

static void offline_it_waits_and_asks_when_the_network_is_back(void **state) {
  (void)state;
  start(RT_EMBED_GEO);
  step((rt_event){.kind = RT_EVENT_CONNECTIVITY, .state = 0});
  assert_non_null(embed_rig_find(&rig, RT_COMMAND_CANCEL_HTTP));
  assert_string_equal(rt_embed_state(rig.embed), "paused");
  step((rt_event){.kind = RT_EVENT_CONNECTIVITY, .state = 1});
  assert_true(contains(sent()->url, "/v1/decision?"));
}

static void without_a_decision_in_time_it_gives_up_and_says_so(void **state) {
  (void)state;
  start(RT_EMBED_GEO);
  int64_t end = 0;
  for (int i = 0; i < 100 && embed_rig_find(&rig, RT_COMMAND_NOTIFY_PAGE) == NULL; i++) {
    if (sent() != NULL) {
      step((rt_event){.kind = RT_EVENT_HTTP_FAILED, .request = sent()->request});
    } else {
      embed_rig_step(&rig, rt_embed_wake_at(rig.embed).ms - rig.now.ms, (rt_event){.kind = RT_EVENT_WOKE});
    }
    end = rig.now.ms;
  }
  assert_true(contains(embed_rig_find(&rig, RT_COMMAND_NOTIFY_PAGE)->detail, "offers_failed"));
  assert_true(end <= 30000);
  assert_true(rt_instant_is_never(rt_embed_wake_at(rig.embed)));
}

static void the_geo_overlay_is_the_overlay_of_a_decline(void **state) {
  (void)state;
  until_offers(RT_EMBED_GEO, 3);
  assert_non_null(embed_rig_find(&rig, RT_COMMAND_MEASURE_VIEWPORT));
  step(container_of(390, 844));
  assert_int_equal(rt_embed_surface(rig.embed)->nodes[0].role, RT_ROLE_OVERLAY);
  step((rt_event){.kind = RT_EVENT_SURFACE_SHOWN});
  assert_string_equal(rt_embed_state(rig.embed), "open");
}

static void a_section_asks_for_as_many_offers_as_it_may_show(void **state) {
  (void)state;
  static const struct {
    const char *value, *limit;
    bool warns;
  } rows[] = {{NULL, "&limit=4", false},    {"1", "&limit=1", false},
              {" 12 ", "&limit=12", false}, {"0", "&limit=1", true},
              {"13", "&limit=12", true},    {"-3", "&limit=1", true},
              {"abc", "&limit=4", true},    {"", "&limit=4", false},
              {"4.5", "&limit=4", true},    {"99999999999999999999999", "&limit=4", true},
              {"-", "&limit=4", true}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    start_with(RT_ATTRIBUTE_MAX_ADS, rows[i].value);
    const rt_command *log = embed_rig_find(&rig, RT_COMMAND_LOG);
    if ((log != NULL) != rows[i].warns) fail_msg("row %zu warns wrongly", i);
    if (log != NULL) assert_bytes_equal(log->code, "bad_max_ads");
    embed_rig_answer(&rig, 10, NOT_ALLOWED);
    if (!rt_bytes_end_with(sent()->url, rt_bytes_of(rows[i].limit)))
      fail_msg("row %zu: %.*s", i, (int)sent()->url.length, sent()->url.data);
  }
}

// Not every API knows a limit.
static void a_section_shows_no_more_than_it_may_however_many_come(void **state) {
  (void)state;
  start_with(RT_ATTRIBUTE_MAX_ADS, "2");
  embed_rig_answer(&rig, 10, NOT_ALLOWED);
  answer_offers(5);
  step(container_of(1000, 0));
  assert_int_equal(cards_shown(), 2);
}

static void a_section_stands_in_the_element_that_the_page_names(void **state) {
  (void)state;
  static const struct {
    const char *value, *container;
    bool warns;
  } rows[] = {{NULL, "retarget-ads", false},       {"offers", "offers", false},
              {" offers ", "offers", false},       {"", "retarget-ads", false},
              {"two words", "retarget-ads", true}, {"Angebote-für-Sie", "Angebote-für-Sie", false}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    start_with(RT_ATTRIBUTE_CONTAINER, rows[i].value);
    if ((embed_rig_find(&rig, RT_COMMAND_LOG) != NULL) != rows[i].warns) fail_msg("row %zu warns wrongly", i);
    embed_rig_answer(&rig, 10, NOT_ALLOWED);
    answer_offers(2);
    const rt_command *find = embed_rig_find(&rig, RT_COMMAND_FIND_CONTAINER);
    assert_non_null(find);
    assert_bytes_equal(find->container, rows[i].container);
  }
}

static void a_container_that_does_not_come_is_waited_for_ten_seconds(void **state) {
  (void)state;
  until_offers(RT_EMBED_SECTION, 2);
  const rt_instant asked = rig.now;
  assert_int_equal(rt_embed_wake_at(rig.embed).ms, asked.ms + 10000);
  embed_rig_step(&rig, 9999, (rt_event){.kind = RT_EVENT_WOKE});
  assert_int_equal(rig.command_count, 0);
  embed_rig_step(&rig, 1, (rt_event){.kind = RT_EVENT_WOKE});
  assert_non_null(embed_rig_find(&rig, RT_COMMAND_HIDE_SURFACE));
  assert_true(contains(embed_rig_find(&rig, RT_COMMAND_NOTIFY_PAGE)->detail, "container_missing"));
  assert_true(contains(embed_rig_find(&rig, RT_COMMAND_LOG)->message, "#retarget-ads"));
  assert_string_equal(rt_embed_state(rig.embed), "failed");
  step(container_of(600, 0));  // too late
  assert_int_equal(rig.command_count, 0);
}

static void a_container_that_comes_late_gets_its_offers(void **state) {
  (void)state;
  until_offers(RT_EMBED_SECTION, 2);
  embed_rig_step(&rig, 9000, container_of(600, 0));
  assert_int_equal(cards_shown(), 2);
  assert_int_equal(rt_embed_surface(rig.embed)->nodes[0].role, RT_ROLE_PANEL);
  assert_int_equal(rt_embed_surface(rig.embed)->nodes[0].width, 600);
  step((rt_event){.kind = RT_EVENT_SURFACE_SHOWN});
  assert_bytes_equal(embed_rig_find(&rig, RT_COMMAND_NOTIFY_PAGE)->name, "retarget:open");
  embed_rig_step(&rig, 60000, (rt_event){.kind = RT_EVENT_WOKE});
  assert_string_equal(rt_embed_state(rig.embed), "open");
}

// Where it is reserved, nothing below the section moves; how many cards there are is settled then.
static void a_section_takes_no_more_than_the_height_that_is_reserved(void **state) {
  (void)state;
  until_offers(RT_EMBED_SECTION, 4);
  step(container_of(1000, 0));
  const int32_t whole = rt_embed_surface(rig.embed)->nodes[0].height;
  until_offers(RT_EMBED_SECTION, 4);
  step(container_of(320, 0));
  const int32_t narrow = rt_embed_surface(rig.embed)->nodes[0].height;
  assert_int_equal(cards_shown(), 4);
  assert_true(narrow > whole);
  until_offers(RT_EMBED_SECTION, 4);
  step(container_of(320, whole));
  assert_in_range(cards_shown(), 1, 3);
  assert_true(rt_embed_surface(rig.embed)->nodes[0].height <= whole);
  const size_t settled = cards_shown();
  step((rt_event){.kind = RT_EVENT_SURFACE_SHOWN});
  assert_true(contains(sent()->body, "\"offerIds\":[\"off_0\""));
  assert_false(contains(sent()->body, "off_3"));
  step(container_of(1000, whole * 4));
  assert_int_equal(cards_shown(), settled);
}

static void what_has_been_shown_does_not_go_when_the_container_gets_lower(void **state) {
  (void)state;
  until_offers(RT_EMBED_SECTION, 4);
  step(container_of(320, 0));
  const int32_t whole = rt_embed_surface(rig.embed)->nodes[0].height;
  step((rt_event){.kind = RT_EVENT_SURFACE_SHOWN});
  for (int32_t height = whole; height > 0; height -= 40) {
    step(container_of(320, height));
    assert_int_equal(cards_shown(), 4);
  }
}

static void a_height_too_low_for_a_single_card_is_no_reservation(void **state) {
  (void)state;
  until_offers(RT_EMBED_SECTION, 3);
  step(container_of(600, 40));
  assert_int_equal(cards_shown(), 3);
}

static void a_section_is_closed_by_the_page_alone(void **state) {
  (void)state;
  until_offers(RT_EMBED_SECTION, 2);
  step(container_of(600, 0));
  step((rt_event){.kind = RT_EVENT_SURFACE_SHOWN});
  step((rt_event){.kind = RT_EVENT_HTTP_DONE, .request = sent()->request, .status = 202});
  step((rt_event){.kind = RT_EVENT_DISMISSED, .reason = RT_CLOSE_API});
  assert_non_null(embed_rig_find(&rig, RT_COMMAND_HIDE_SURFACE));
  assert_string_equal(rt_embed_state(rig.embed), "closed");
  assert_true(rt_instant_is_never(rt_embed_wake_at(rig.embed)));
}

// Closed, or refused by a host that has none: nobody is woken for a container any more.
static void who_waits_for_a_container_and_is_closed_wants_no_timer(void **state) {
  (void)state;
  until_offers(RT_EMBED_SECTION, 2);
  assert_false(rt_instant_is_never(rt_embed_wake_at(rig.embed)));
  step((rt_event){.kind = RT_EVENT_DISMISSED, .reason = RT_CLOSE_API});
  assert_string_equal(rt_embed_state(rig.embed), "closed");
  assert_true(rt_instant_is_never(rt_embed_wake_at(rig.embed)));
  until_offers(RT_EMBED_SECTION, 2);
  step((rt_event){.kind = RT_EVENT_SURFACE_REFUSED, .reason = RT_REFUSAL_FAILED});
  assert_string_equal(rt_embed_state(rig.embed), "failed");
  assert_true(rt_instant_is_never(rt_embed_wake_at(rig.embed)));
}

RUN_TESTS(cmocka_unit_test(who_waits_for_a_container_and_is_closed_wants_no_timer),
          cmocka_unit_test(a_decision_is_asked_for_at_once_and_no_session),
          cmocka_unit_test(who_is_served_here_sees_nothing_and_the_snippet_is_reported),
          cmocka_unit_test(a_place_that_is_not_known_is_null),
          cmocka_unit_test(an_api_that_gives_the_required_members_alone_is_enough),
          cmocka_unit_test(a_declined_visitor_is_offered_something_whatever_the_decision_says),
          cmocka_unit_test(a_page_in_the_background_asks_too),
          cmocka_unit_test(what_failed_in_the_background_is_tried_again_when_somebody_looks),
          cmocka_unit_test(offline_it_waits_and_asks_when_the_network_is_back),
          cmocka_unit_test(without_a_decision_in_time_it_gives_up_and_says_so),
          cmocka_unit_test(the_geo_overlay_is_the_overlay_of_a_decline),
          cmocka_unit_test(a_section_asks_for_as_many_offers_as_it_may_show),
          cmocka_unit_test(a_section_shows_no_more_than_it_may_however_many_come),
          cmocka_unit_test(a_section_stands_in_the_element_that_the_page_names),
          cmocka_unit_test(a_container_that_does_not_come_is_waited_for_ten_seconds),
          cmocka_unit_test(a_container_that_comes_late_gets_its_offers),
          cmocka_unit_test(a_section_takes_no_more_than_the_height_that_is_reserved),
          cmocka_unit_test(what_has_been_shown_does_not_go_when_the_container_gets_lower),
          cmocka_unit_test(a_height_too_low_for_a_single_card_is_no_reservation),
          cmocka_unit_test(a_section_is_closed_by_the_page_alone))
