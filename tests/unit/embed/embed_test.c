// embed_test.c: configuration, refusals, limits; whole lives stand in tests/scenarios.
// SPDX-License-Identifier: MIT
#include "embed/embed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/prng.h"
#include "embed_rig.h"
#include "unit.h"

static embed_rig rig;

static void less_memory_than_asked_for_is_refused(void **state) {
  (void)state;
  const rt_config config = embed_rig_config();
  rt_embed *embed = NULL;
  assert_true(rt_embed_memory_needed() <= 14 * 1024);
  assert_int_equal(rt_embed_open((rt_memory){rig.memory, rt_embed_memory_needed() - 1}, &config, &embed), RT_NO_SPACE);
  assert_null(embed);
  embed_rig_start(&rig, &config);
  static _Alignas(8) char small[RT_SCRATCH_MEMORY - 8];
  rt_arena scratch = rt_arena_over(small, sizeof small);
  const rt_event woke = {.kind = RT_EVENT_WOKE};
  assert_int_equal(rt_embed_step(rig.embed, &woke, &scratch), RT_NO_SPACE);
}

static bool contains(rt_bytes text, const char *part) {
  return memmem(text.data, text.length, part, strlen(part)) != NULL;
}

static void a_configuration_that_makes_no_sense_is_said_and_nothing_is_sent(void **state) {
  (void)state;
  static const struct {
    rt_attribute attribute;
    const char *value;
    const char *code;
    const char *part;
  } rows[] = {
      {RT_ATTRIBUTE_PUB, NULL, "missing_keys", "data-pub"},
      {RT_ATTRIBUTE_PUB, "", "missing_keys", "data-pub"},
      {RT_ATTRIBUTE_PUB, "web_x", "bad_keys", "data-pub"},
      {RT_ATTRIBUTE_PUB, "pk_", "bad_keys", "data-pub"},
      {RT_ATTRIBUTE_PUB, "pk_<script>", "bad_keys", "data-pub"},
      {RT_ATTRIBUTE_WEBSITE, NULL, "missing_keys", "data-website"},
      {RT_ATTRIBUTE_WEBSITE, "pk_x", "bad_keys", "data-website"},
      {RT_ATTRIBUTE_API, "", "bad_api", "data-api"},
      {RT_ATTRIBUTE_API, "api.example", "bad_api", "api.example"},
      {RT_ATTRIBUTE_API, "ftp://api.example", "bad_api", "ftp://api.example"},
      {RT_ATTRIBUTE_API, "https://api.example/?x=1", "bad_api", "?x=1"},
      {RT_ATTRIBUTE_API, "https://api.example/#x", "bad_api", "#x"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    rt_config config = embed_rig_config();
    config.attributes[rows[i].attribute] = rt_bytes_of(rows[i].value);
    embed_rig_start(&rig, &config);
    const rt_command *log = embed_rig_find(&rig, RT_COMMAND_LOG);
    const rt_command *notice = embed_rig_find(&rig, RT_COMMAND_NOTIFY_PAGE);
    assert_int_equal(rig.command_count, 2);
    assert_non_null(log);
    assert_bytes_equal(log->code, rows[i].code);
    if (!contains(log->message, rows[i].part)) fail_msg("row %zu does not name %s", i, rows[i].part);
    assert_non_null(notice);
    assert_bytes_equal(notice->name, "retarget:error");
    assert_string_equal(rt_embed_state(rig.embed), "failed");
    assert_true(rt_instant_is_never(rt_embed_wake_at(rig.embed)));
  }
}

static void attributes_that_are_misunderstood_cost_a_warning_not_the_widget(void **state) {
  (void)state;
  static const struct {
    rt_attribute attribute;
    const char *value;
    bool warns;
  } rows[] = {
      {RT_ATTRIBUTE_THEME, "dark", false},     {RT_ATTRIBUTE_THEME, "AUTO", false},
      {RT_ATTRIBUTE_THEME, "pink", true},      {RT_ATTRIBUTE_ACCENT, "#0a7", false},
      {RT_ATTRIBUTE_ACCENT, "#00aA77", false}, {RT_ATTRIBUTE_ACCENT, "#00aa7", true},
      {RT_ATTRIBUTE_ACCENT, "teal", true},     {RT_ATTRIBUTE_ACCENT, "#00aa7g", true},
      {RT_ATTRIBUTE_ACCENT, "00aa771", true},  {RT_ATTRIBUTE_ACCENT, "#-12", true},
      {RT_ATTRIBUTE_DEV_COUNTRY, "DE", true},  // not on localhost
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    rt_config config = embed_rig_config();
    config.attributes[rows[i].attribute] = rt_bytes_of(rows[i].value);
    embed_rig_start(&rig, &config);
    if ((embed_rig_find(&rig, RT_COMMAND_LOG) != NULL) != rows[i].warns) fail_msg("row %zu", i);
    assert_non_null(embed_rig_find(&rig, RT_COMMAND_SEND_HTTP));
  }
}

static void a_simulated_location_is_sent_from_localhost_or_a_tunnel_only(void **state) {
  (void)state;
  static const struct {
    const char *host;
    const char *allow;
    const char *country;
    bool is_sent;
  } rows[] = {
      {"localhost", NULL, "DE", true},        {"127.0.0.1", NULL, "de", true},       {"[::1]", NULL, "DE", true},
      {"a.localhost", NULL, "DE", true},      {"shop.example", NULL, "DE", false},   {"shop.example", "", "DE", true},
      {"shop.example", "false", "DE", false}, {"localhost", NULL, "Germany", false}, {"localhost", NULL, "D&", false}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    rt_config config = embed_rig_config();
    config.page_host = rt_bytes_of(rows[i].host);
    config.attributes[RT_ATTRIBUTE_ALLOW_LOCALHOST] = rt_bytes_of(rows[i].allow);
    config.attributes[RT_ATTRIBUTE_DEV_COUNTRY] = rt_bytes_of(rows[i].country);
    embed_rig_start(&rig, &config);
    const rt_command *sent = embed_rig_find(&rig, RT_COMMAND_SEND_HTTP);
    assert_non_null(sent);
    if (contains(sent->url, "dev-country") != rows[i].is_sent) fail_msg("row %zu", i);
  }
}

static void muted_it_says_nothing_but_still_tells_the_page(void **state) {
  (void)state;
  rt_config config = embed_rig_config();
  config.attributes[RT_ATTRIBUTE_PUB] = RT_BYTES_NONE;
  config.attributes[RT_ATTRIBUTE_COMMENTS] = RT_BYTES("false");
  embed_rig_start(&rig, &config);
  assert_null(embed_rig_find(&rig, RT_COMMAND_LOG));
  assert_non_null(embed_rig_find(&rig, RT_COMMAND_NOTIFY_PAGE));
}

static void expect_api(const rt_config *config, const char *start) {
  embed_rig_start(&rig, config);
  const rt_command *sent = embed_rig_find(&rig, RT_COMMAND_SEND_HTTP);
  assert_non_null(sent);
  assert_bytes_equal(rt_bytes_cut(sent->url, strlen(start)), start);
}

static void a_trailing_slash_of_the_api_is_tolerated_and_each_brand_has_a_default(void **state) {
  (void)state;
  rt_config config = embed_rig_config();
  config.attributes[RT_ATTRIBUTE_API] = RT_BYTES(" https://api.example/base// ");
  expect_api(&config, "https://api.example/base/v1/");
  config.attributes[RT_ATTRIBUTE_API] = RT_BYTES_NONE;
  expect_api(&config, "https://api.retarget.gg/v1/");
  config.brand = RT_BRAND_AFFILFINDER;
  expect_api(&config, "https://api.affilfinder.com/v1/");
}

static void the_other_brand_has_its_own_event(void **state) {
  (void)state;
  rt_config config = embed_rig_config();
  config.brand = RT_BRAND_AFFILFINDER;
  embed_rig_start(&rig, &config);
  embed_rig_answer(&rig, 10, "{\"sessionId\":\"dcl_1\"}");
  assert_bytes_equal(embed_rig_find(&rig, RT_COMMAND_ANNOUNCE_SESSION)->name, "affilfinder:decline-session");
}

static void offers_that_do_not_fit_its_memory_are_left_out_whole(void **state) {
  (void)state;
  static char body[RT_MAX_BODY_LENGTH];
  static char filler[1900];
  memset(filler, 'x', sizeof filler);
  rt_writer writer = rt_writer_over(body, sizeof body);
  rt_write_text(&writer, "{\"offers\":[");
  for (int i = 0; i < RT_MAX_OFFERS; i++) {
    rt_write_text(&writer, i > 0 ? ",{\"id\":\"" : "{\"id\":\"");
    rt_write_i64(&writer, i);
    rt_write_text(&writer, "\",\"brand\":\"b\",\"clickUrl\":\"https://a.example/");
    rt_write_bytes(&writer, (rt_bytes){filler, sizeof filler});
    rt_write_text(&writer, "\"}");
  }
  rt_write_text(&writer, "]}");
  rt_write_char(&writer, '\0');
  const rt_config config = embed_rig_config();
  embed_rig_start(&rig, &config);
  embed_rig_answer(&rig, 10, "{\"sessionId\":\"dcl_1\",\"maxWait\":25}");
  embed_rig_answer(&rig, 10, "{\"status\":\"ready\",\"requestId\":\"r\"}");
  embed_rig_answer(&rig, 10, body);
  assert_non_null(embed_rig_find(&rig, RT_COMMAND_MEASURE_VIEWPORT));
  embed_rig_step(&rig, 1, (rt_event){.kind = RT_EVENT_VIEWPORT, .width_px = 390, .height_px = 844});
  embed_rig_step(&rig, 1, (rt_event){.kind = RT_EVENT_SURFACE_SHOWN});
  assert_bytes_equal(embed_rig_find(&rig, RT_COMMAND_NOTIFY_PAGE)->detail, "{\"requestId\":\"r\",\"offers\":4}");
}

// Up to a session that is triggered.
static void triggered(void) {
  const rt_config config = embed_rig_config();
  embed_rig_start(&rig, &config);
  embed_rig_answer(&rig, 10, "{\"sessionId\":\"dcl_1\",\"maxWait\":25}");
  embed_rig_answer(&rig, 10, "{\"status\":\"ready\",\"requestId\":\"r\"}");
}

// Up to a surface that the host is asked to show; `offers` of the API.
static void shown(const char *offers) {
  triggered();
  embed_rig_answer(&rig, 10, offers);
  embed_rig_step(&rig, 1, (rt_event){.kind = RT_EVENT_VIEWPORT, .width_px = 390, .height_px = 844});
  assert_non_null(embed_rig_find(&rig, RT_COMMAND_SHOW_SURFACE));
}

static const char one_offer[] = "{\"offers\":[{\"id\":\"a\",\"clickUrl\":\"https://a.example\"}]}";

static void a_status_is_a_success_worth_another_try_or_final(void **state) {
  (void)state;
  static const struct {
    int32_t status;
    bool is_final;
  } rows[] = {{100, false}, {302, false}, {399, false}, {400, true},  {401, true},  {403, true},  {404, true},
              {408, false}, {409, true},  {410, true},  {425, false}, {426, true},  {429, false}, {430, true},
              {451, true},  {499, true},  {500, false}, {501, false}, {503, false}, {599, false}, {0, false}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const rt_config config = embed_rig_config();
    embed_rig_start(&rig, &config);
    embed_rig_step(&rig, 10, (rt_event){.kind = RT_EVENT_HTTP_DONE, .request = 1, .status = rows[i].status});
    assert_string_equal(rt_embed_state(rig.embed), rows[i].is_final ? "failed" : "starting");
    assert_int_equal(rt_instant_is_never(rt_embed_wake_at(rig.embed)), rows[i].is_final);
  }
}

// Fails whatever is asked until nothing is asked any more; returns the code of the error that the page is told.
static rt_bytes fail_until_it_gives_up(void) {
  for (int i = 0; i < 2000; i++) {
    const rt_command *sent = embed_rig_find(&rig, RT_COMMAND_SEND_HTTP);
    const rt_command *log = embed_rig_find(&rig, RT_COMMAND_LOG);
    if (embed_rig_find(&rig, RT_COMMAND_NOTIFY_PAGE) != NULL && log != NULL) return log->code;
    const rt_event failed = {.kind = RT_EVENT_HTTP_FAILED, .request = sent == NULL ? 0 : sent->request};
    const rt_event woke = {.kind = RT_EVENT_WOKE};
    const int64_t later = rt_embed_wake_at(rig.embed).ms - rig.now.ms;
    embed_rig_step(&rig, sent == NULL ? later : 1, sent == NULL ? woke : failed);
  }
  return RT_BYTES_NONE;
}

static void out_of_patience_it_says_whether_session_or_offers_failed(void **state) {
  (void)state;
  const rt_config config = embed_rig_config();
  embed_rig_start(&rig, &config);
  assert_bytes_equal(fail_until_it_gives_up(), "session_failed");
  assert_in_range(rig.now.ms, 870000, 900000);
  triggered();
  const int64_t since = rig.now.ms;
  assert_bytes_equal(fail_until_it_gives_up(), "offers_failed");
  assert_true(rig.now.ms - since <= 30000);
}

static void only_what_is_open_is_followed_or_refused(void **state) {
  (void)state;
  shown(one_offer);
  embed_rig_step(&rig, 1, (rt_event){.kind = RT_EVENT_ACTIVATED, .card = 0});  // asked for, not there yet
  assert_int_equal(rig.command_count, 0);
  embed_rig_step(&rig, 1, (rt_event){.kind = RT_EVENT_SURFACE_SHOWN});
  embed_rig_step(&rig, 1, (rt_event){.kind = RT_EVENT_SURFACE_REFUSED, .reason = RT_REFUSAL_BUSY});  // it is there
  assert_int_equal(rig.command_count, 0);
  static const int32_t nobodys[] = {-1, 1, RT_MAX_OFFERS, INT32_MIN, INT32_MAX};
  for (size_t i = 0; i < sizeof nobodys / sizeof nobodys[0]; i++) {
    embed_rig_step(&rig, 1, (rt_event){.kind = RT_EVENT_ACTIVATED, .card = nobodys[i]});
    assert_int_equal(rig.command_count, 0);
  }
  embed_rig_step(&rig, 1, (rt_event){.kind = RT_EVENT_ACTIVATED, .card = 0});
  assert_non_null(embed_rig_find(&rig, RT_COMMAND_SEND_HTTP));
}

// A screen reader that is told the wrong language reads words that nobody understands.
static void the_surface_says_which_language_its_words_are_in(void **state) {
  (void)state;
  static const struct {
    const char *texts, *title, *language;
  } rows[] = {
      {"", "You still have options", "en"},
      {",\"texts\":{}", "You still have options", "en"},
      {",\"texts\":{\"title\":\"Es gibt Alternativen\",\"lang\":\"de\"}", "Es gibt Alternativen", "de"},
      {",\"texts\":{\"title\":\"Es gibt Alternativen\"}", "Es gibt Alternativen", ""},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char body[256];
    snprintf(body, sizeof body, "{\"offers\":[{\"id\":\"a\",\"clickUrl\":\"https://a.example\"}]%s}", rows[i].texts);
    shown(body);
    const rt_view *view = rt_embed_surface(rig.embed);
    assert_bytes_equal(rt_view_find(view, RT_ROLE_OVERLAY, 0)->text, rows[i].language);
    assert_bytes_equal(rt_view_find(view, RT_ROLE_TITLE, 0)->text, rows[i].title);
  }
}

static void a_surface_that_is_open_is_taken_away_with_its_embed(void **state) {
  (void)state;
  shown(one_offer);
  embed_rig_step(&rig, 1, (rt_event){.kind = RT_EVENT_SURFACE_SHOWN});
  embed_rig_step(&rig, 1, (rt_event){.kind = RT_EVENT_ENDED});
  assert_non_null(embed_rig_find(&rig, RT_COMMAND_HIDE_SURFACE));
  assert_non_null(embed_rig_find(&rig, RT_COMMAND_CANCEL_HTTP));  // the report under way
  assert_null(embed_rig_find(&rig, RT_COMMAND_SEND_HTTP));
}

static void where_the_flows_stand_has_a_name(void **state) {
  (void)state;
  const rt_config config = embed_rig_config();
  embed_rig_start(&rig, &config);
  const uint32_t stands = rt_embed_flow_state(rig.embed, RT_FLOW_TRIGGER);
  assert_string_equal(rt_flow_state_name(RT_FLOW_TRIGGER, stands), "CREATING");
  assert_string_equal(rt_flow_state_name(RT_FLOW_OFFERS, rt_embed_flow_state(rig.embed, RT_FLOW_OFFERS)), "IDLE");
  assert_string_equal(rt_flow_name(RT_FLOW_OFFERS), "OFFERS");
  assert_null(rt_flow_state_name(RT_FLOW_TRIGGER, 10));
  assert_null(rt_flow_state_name(RT_FLOW_OFFERS, UINT32_MAX));
}

// What a random life has shown so far.
typedef struct {
  int32_t last_request, opened, taken_down, polls;
  int64_t last_poll_ms;
  bool is_hidden, is_ended;
} witness;

static void watch(witness *seen) {
  for (size_t i = 0; i < rig.command_count; i++) {
    const rt_command *command = &rig.commands[i];
    if (command->kind == RT_COMMAND_HIDE_SURFACE) seen->taken_down++;
    if (command->kind == RT_COMMAND_NOTIFY_PAGE && rt_bytes_end_with(command->name, RT_BYTES(":open"))) seen->opened++;
    if (command->kind != RT_COMMAND_SEND_HTTP) continue;
    assert_int_equal(command->request, seen->last_request + 1);
    seen->last_request = command->request;
    assert_false(seen->is_ended);
    if (!contains(command->url, "/session/")) continue;
    assert_false(seen->is_hidden);
    assert_true(seen->polls++ == 0 || rig.now.ms - seen->last_poll_ms >= 1800);
    seen->last_poll_ms = rig.now.ms;
  }
  assert_true(seen->opened <= 1 && seen->taken_down <= 1);
}

static uint32_t roll(rt_prng *chance, uint32_t count) { return rt_draw_below(rt_prng_next(chance), count); }

static rt_event random_event(rt_prng *chance, const witness *seen) {
  static const char *const bodies[] = {"{\"sessionId\":\"dcl_1\",\"maxWait\":25}",
                                       "{\"sessionId\":\"dcl_1\",\"expiresIn\":3}",
                                       "{\"status\":\"pending\"}",
                                       "{\"status\":\"ready\",\"requestId\":\"r\"}",
                                       "{\"status\":\"ready\"}",
                                       "{\"status\":\"expired\"}",
                                       "{\"allowed\":false,\"requestId\":\"r2\"}",
                                       "{\"offers\":[{\"id\":\"a\",\"clickUrl\":\"https://a.example\"}]}",
                                       "{\"offers\":[]}",
                                       "",
                                       "<html>"};
  static const int32_t statuses[] = {200, 200, 200, 200, 202, 403, 404, 429, 500, 503};
  return (rt_event){.kind = (rt_event_kind)roll(chance, RT_EVENT_COUNT),
                    .request = seen->last_request - (int32_t)roll(chance, 2),
                    .status = statuses[roll(chance, 10)],
                    .body = rt_bytes_of(bodies[roll(chance, 11)]),
                    .state = (int32_t)roll(chance, 2),
                    .card = (int32_t)roll(chance, 14) - 1,
                    .ratio_permille = (int32_t)roll(chance, 1001),
                    .reason = (int32_t)roll(chance, 5),
                    .width_px = 500,
                    .height_px = 500};
}

static void live_randomly(uint64_t seed) {
  rt_prng chance = rt_prng_from_seed(seed);
  rt_config config = embed_rig_config();
  config.seed = seed;
  embed_rig_start(&rig, &config);
  witness seen = {0};
  watch(&seen);
  for (int i = 0; i < 60; i++) {
    const rt_event event = random_event(&chance, &seen);
    if (event.kind == RT_EVENT_ENDED && roll(&chance, 10) > 0) continue;
    if (event.kind == RT_EVENT_VISIBILITY) seen.is_hidden = event.state != 0;
    const rt_instant wake_at = rt_embed_wake_at(rig.embed);
    int64_t later = roll(&chance, 4000);
    if (!rt_instant_is_never(wake_at) && wake_at.ms - rig.now.ms < later) later = wake_at.ms - rig.now.ms;
    assert_int_equal(embed_rig_step(&rig, later > 0 ? later : 0, event), seen.is_ended ? RT_FAILED : RT_OK);
    seen.is_ended = seen.is_ended || event.kind == RT_EVENT_ENDED;
    watch(&seen);
  }
}

static void random_events_never_break_its_promises(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 3000; seed++) live_randomly(seed);
}

RUN_TESTS(cmocka_unit_test(less_memory_than_asked_for_is_refused),
          cmocka_unit_test(a_configuration_that_makes_no_sense_is_said_and_nothing_is_sent),
          cmocka_unit_test(attributes_that_are_misunderstood_cost_a_warning_not_the_widget),
          cmocka_unit_test(a_simulated_location_is_sent_from_localhost_or_a_tunnel_only),
          cmocka_unit_test(muted_it_says_nothing_but_still_tells_the_page),
          cmocka_unit_test(a_trailing_slash_of_the_api_is_tolerated_and_each_brand_has_a_default),
          cmocka_unit_test(the_other_brand_has_its_own_event),
          cmocka_unit_test(offers_that_do_not_fit_its_memory_are_left_out_whole),
          cmocka_unit_test(a_status_is_a_success_worth_another_try_or_final),
          cmocka_unit_test(out_of_patience_it_says_whether_session_or_offers_failed),
          cmocka_unit_test(only_what_is_open_is_followed_or_refused),
          cmocka_unit_test(the_surface_says_which_language_its_words_are_in),
          cmocka_unit_test(a_surface_that_is_open_is_taken_away_with_its_embed),
          cmocka_unit_test(where_the_flows_stand_has_a_name), cmocka_unit_test(random_events_never_break_its_promises))
