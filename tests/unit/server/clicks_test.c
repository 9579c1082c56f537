// clicks_test.c: impressions, click events and redirects, and how a click comes to count.
// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "domain/link_template.h"
#include "server/service_state.h"
#include "service_rig.h"

static int draws;

static void count_draws(void *self, void *bytes, size_t length) {
  (void)self;
  memset(bytes, ++draws, length);
}

// A request whose offers were served, and what the tests need of it.
typedef struct {
  rig_text request, offer, click;
  rt_id id;
} served;

static served serve_from(service_rig *rig, rig_text request) {
  served what = {.request = request};
  what.click = rig_first_click(rig, request.text);
  what.offer = rig_member(rig, "id");
  assert_true(rt_id_read(rt_bytes_of(request.text), RT_ID_REQUEST, &what.id));
  return what;
}

static served serve(service_rig *rig) { return serve_from(rig, rig_ready_request(rig, NULL)); }

static const rt_pair *pair_of(const service_rig *rig, const served *what) {
  return &rt_store_memory_request(rig->store, &what->id)->offers[0];
}

static void assert_class(const service_rig *rig, const served *what, rt_click_class class) {
  assert_string_equal(rt_click_class_name(rt_pair_class(pair_of(rig, what))), rt_click_class_name(class));
}

static int follow(service_rig *rig, const served *what) {
  return rig_ask(rig, &(rig_request){.target = what->click.text, .referer = SHOP "/"});
}

static int post_event(service_rig *rig, const char *path, const char *body) {
  return rig_ask(rig, &(rig_request){RT_METHOD_POST, path, body, SHOP, .content_type = "text/plain"});
}

static rig_line event_body(const service_rig *rig, const char *rest) {
  return rig_format("{\"pub\":\"%s\",\"website\":\"%s\",%s}",
                    rt_id_to_text(RT_ID_PUBLIC_KEY, &rig->shop->public_key).text,
                    rt_id_to_text(RT_ID_WEBSITE_KEY, &rig->shop->website_key).text, rest);
}

static int send_click_event(service_rig *rig, const served *what) {
  const rig_line rest = rig_format("\"requestId\":\"%s\",\"offerId\":\"%s\"", what->request.text, what->offer.text);
  return post_event(rig, "/v1/events/click", event_body(rig, rest.text).text);
}

static void a_redirect_fills_the_placeholders_and_is_billable_with_a_referer(void **state) {
  service_rig *rig = *state;
  const served what = serve(rig);
  assert_int_equal(follow(rig, &what), 302);
  const char *location = rig_header(rig, "Location");
  const rig_line key = rig_format("&w=%s&l=-", rt_id_to_text(RT_ID_WEBSITE_KEY, &rig->shop->website_key).text);
  assert_int_equal(strncmp(location, "https://ads.example/?c=clk_", 27), 0);
  assert_non_null(strstr(location, key.text));
  assert_string_equal(rig_header(rig, "Referrer-Policy"), "strict-origin-when-cross-origin");
  assert_string_equal(rig_header(rig, "Cache-Control"), "no-store");
  assert_class(rig, &what, RT_CLICK_BILLABLE);
}

// An offer that was kept before templates were measured.
static void the_longest_template_still_leads_somewhere(void **state) {
  service_rig *rig = *state;
  static char landing[RT_MAX_URL_LENGTH + 1];
  strcpy(landing, "https://ads.example/");
  while (strlen(landing) + 9 <= RT_MAX_URL_LENGTH) strcat(landing, "{clickId}");
  rig->offers[0]->landing = rt_bytes_of(landing);
  rig_touch(rig);
  const served what = serve(rig);
  assert_int_equal(follow(rig, &what), 302);
  assert_int_equal(strlen(rig_header(rig, "Location")), strlen("https://ads.example/") + 225 * RT_LINK_ID_LENGTH);
}

static void one_pair_has_one_click_id_for_ever(void **state) {
  service_rig *rig = *state;
  const served what = serve(rig);
  assert_int_equal(follow(rig, &what), 302);
  const rig_line first = rig_format("%s", rig_header(rig, "Location"));
  const int64_t followed_at = pair_of(rig, &what)->followed_at.ms;
  rig_pass(rig, rt_seconds(60));
  rig_restart(rig);
  assert_int_equal(follow(rig, &what), 302);
  assert_string_equal(rig_header(rig, "Location"), first.text);
  assert_int_equal(pair_of(rig, &what)->followed_at.ms, followed_at);
  assert_class(rig, &what, RT_CLICK_BILLABLE);
}

static void a_token_is_short_and_any_altered_character_is_refused(void **state) {
  service_rig *rig = *state;
  const served what = serve(rig);
  const size_t start = strlen("/v1/r?t=");
  assert_int_equal(strlen(what.click.text + start), RT_TOKEN_TEXT_LENGTH);
  for (size_t i = start; what.click.text[i] != '\0'; i++) {
    rig_text altered = what.click;
    altered.text[i] = altered.text[i] == 'A' ? 'B' : 'A';
    assert_int_equal(rig_ask(rig, &(rig_request){.target = altered.text}), 400);
    assert_string_equal(rig_header(rig, "Content-Type"), "text/html; charset=utf-8");
    assert_null(rig_header(rig, "Location"));
  }
  const char *wrong[] = {"/v1/r", "/v1/r?t=", "/v1/r?t=%00", "/v1/r?t=https://evil.example", "/v1/r?url=https://evil"};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    assert_int_equal(rig_ask(rig, &(rig_request){.target = wrong[i]}), 400);
  }
  const rig_line longer = rig_format("%sA", what.click.text);
  assert_int_equal(rig_ask(rig, &(rig_request){.target = longer.text}), 400);
  assert_class(rig, &what, RT_CLICK_NONE);
}

static void a_link_is_late_after_two_hours_and_gone_after_a_day(void **state) {
  service_rig *rig = *state;
  const served early = serve(rig), late = serve(rig);
  rig_pass(rig, rt_ms(7199999));
  assert_int_equal(follow(rig, &early), 302);
  assert_class(rig, &early, RT_CLICK_BILLABLE);
  rig_pass(rig, rt_ms(1));
  assert_int_equal(follow(rig, &late), 302);
  assert_class(rig, &late, RT_CLICK_LATE);
  rig_pass(rig, rt_ms(86400000 - 7200001));
  assert_int_equal(follow(rig, &late), 302);
  rig_pass(rig, rt_ms(1));
  assert_int_equal(follow(rig, &late), 410);
  assert_null(rig_header(rig, "Location"));
}

static void programs_and_prefetches_are_redirected_and_leave_the_click_to_the_person(void **state) {
  service_rig *rig = *state;
  const served what = serve(rig);
  const rig_request ahead[] = {{.method = RT_METHOD_HEAD, .target = what.click.text},
                               {.target = what.click.text, .purpose = "prefetch;prerender"},
                               {.target = what.click.text, .purpose = "preview"}};
  for (size_t i = 0; i < sizeof ahead / sizeof ahead[0]; i++) {
    assert_int_equal(rig_ask(rig, &ahead[i]), 302);
    assert_class(rig, &what, RT_CLICK_NONE);
  }
  const rig_request bot = {.target = what.click.text, .user_agent = "Mozilla/5.0 (compatible; Googlebot/2.1)"};
  assert_int_equal(rig_ask(rig, &bot), 302);
  assert_class(rig, &what, RT_CLICK_BOT);
  assert_int_equal(follow(rig, &what), 302);
  assert_class(rig, &what, RT_CLICK_BILLABLE);
  assert_int_equal(rig_ask(rig, &bot), 302);
  assert_class(rig, &what, RT_CLICK_BILLABLE);
}

static void the_event_alone_is_not_followed_and_proves_the_origin_of_a_redirect(void **state) {
  service_rig *rig = *state;
  const served what = serve(rig);
  const rig_request bare = {.target = what.click.text};
  assert_int_equal(send_click_event(rig, &what), 202);
  assert_string_equal(rig_body(rig), "{\"ok\":true}");
  assert_class(rig, &what, RT_CLICK_NOT_FOLLOWED);
  assert_int_equal(rig_ask(rig, &bare), 302);
  assert_class(rig, &what, RT_CLICK_BILLABLE);
}

static void without_a_proof_the_origin_is_wrong_until_the_event_comes(void **state) {
  service_rig *rig = *state;
  const served what = serve(rig);
  const rig_request elsewhere = {.target = what.click.text, .referer = "https://evil.example/"};
  assert_int_equal(rig_ask(rig, &elsewhere), 302);
  assert_class(rig, &what, RT_CLICK_WRONG_ORIGIN);
  assert_int_equal(send_click_event(rig, &what), 202);
  assert_class(rig, &what, RT_CLICK_BILLABLE);
}

static void the_same_visitor_and_offer_within_thirty_minutes_is_a_duplicate(void **state) {
  service_rig *rig = *state;
  const served first = serve(rig), second = serve(rig), stranger = serve(rig), later = serve(rig);
  assert_int_equal(follow(rig, &first), 302);
  rig_pass(rig, rt_ms(1799999));
  assert_int_equal(follow(rig, &second), 302);
  assert_class(rig, &second, RT_CLICK_DUPLICATE);
  const rig_request other = {.target = stranger.click.text, .referer = SHOP "/", .peer = "198.51.100.1"};
  assert_int_equal(rig_ask(rig, &other), 302);
  assert_class(rig, &stranger, RT_CLICK_BILLABLE);
  rig_pass(rig, rt_ms(1));
  assert_int_equal(follow(rig, &later), 302);
  assert_class(rig, &later, RT_CLICK_BILLABLE);
}

static void a_visitor_is_forgotten_without_another_click(void **state) {
  service_rig *rig = *state;
  const rt_entropy entropy = {.self = &rig->prng, .fill = count_draws};
  const rt_visit visit = {.website = 1};
  rt_visits *visits = rt_visits_open(&entropy, rig->now);
  assert_non_null(visits);
  draws = 0;
  assert_false(rt_visits_is_duplicate(visits, &visit, rig->now));
  rt_visits_forget(visits, rt_instant_after(rig->now, rt_ms(1799999)));
  assert_int_equal(rt_visits_count(visits), 1);
  rt_visits_forget(visits, rt_instant_after(rig->now, rt_ms(1800000)));
  assert_int_equal(rt_visits_count(visits), 0);
  assert_int_equal(draws, 0);
  rt_visits_forget(visits, rt_instant_after(rig->now, rt_seconds(86400)));
  assert_int_equal(draws, 1);  // the key of another day
  rt_visits_close(visits);
}

static void any_request_lets_the_service_forget(void **state) {
  service_rig *rig = *state;
  const served what = serve(rig);
  assert_int_equal(follow(rig, &what), 302);
  const rt_visits *visits = rig->service->visits;
  assert_int_equal(rt_visits_count(visits), 1);
  rig_pass(rig, rt_seconds(1800));
  assert_int_equal(rig_ask(rig, &(rig_request){.target = "/healthz"}), 200);
  assert_int_equal(rt_visits_count(visits), 0);
}

static void visitors_of_one_ipv6_network_are_one_visitor(void **state) {
  service_rig *rig = *state;
  const served first = serve(rig), second = serve(rig), third = serve(rig);
  const rig_request one = {.target = first.click.text, .referer = SHOP "/", .peer = "2001:db8:1:2::1"};
  const rig_request two = {.target = second.click.text, .referer = SHOP "/", .peer = "2001:db8:1:2:ffff::9"};
  const rig_request three = {.target = third.click.text, .referer = SHOP "/", .peer = "2001:db8:1:3::1"};
  assert_int_equal(rig_ask(rig, &one), 302);
  assert_int_equal(rig_ask(rig, &two), 302);
  assert_int_equal(rig_ask(rig, &three), 302);
  assert_class(rig, &second, RT_CLICK_DUPLICATE);
  assert_class(rig, &third, RT_CLICK_BILLABLE);
}

static void the_operators_own_network_never_counts(void **state) {
  service_rig *rig = *state;
  assert_true(rt_network_read(RT_BYTES("203.0.113.0/24"), &rig->config.own_networks[0]));
  rig->config.own_network_count = 1;
  rig_restart(rig);
  const served what = serve(rig);
  assert_int_equal(follow(rig, &what), 302);
  assert_class(rig, &what, RT_CLICK_SELF);
}

static void behind_a_trusted_proxy_visitors_are_told_apart(void **state) {
  service_rig *rig = *state;
  assert_true(rt_network_read(RT_BYTES("127.0.0.0/8"), &rig->config.trusted_proxies[0]));
  rig->config.trusted_proxy_count = 1;
  rig_restart(rig);
  const served first = serve(rig), second = serve(rig), third = serve(rig);
  const char *peer = "127.0.0.1";
  const rig_request one = {.target = first.click.text, .referer = SHOP, .peer = peer, .forwarded_for = "198.51.100.1"};
  const rig_request two = {.target = second.click.text, .referer = SHOP, .peer = peer, .forwarded_for = "198.51.100.2"};
  const rig_request again = {
      .target = third.click.text, .referer = SHOP, .peer = peer, .forwarded_for = "8.8.8.8, 198.51.100.1"};
  assert_int_equal(rig_ask(rig, &one), 302);
  assert_int_equal(rig_ask(rig, &two), 302);
  assert_int_equal(rig_ask(rig, &again), 302);
  assert_class(rig, &second, RT_CLICK_BILLABLE);
  assert_class(rig, &third, RT_CLICK_DUPLICATE);
}

static void development_traffic_is_test_traffic(void **state) {
  service_rig *rig = *state;
  const rig_line target = rig_format("/v1/decision?%s", rig->shop_keys);
  assert_int_equal(rig_ask(rig, &(rig_request){.target = target.text, .origin = "http://localhost:4000"}), 200);
  const served what = serve_from(rig, rig_member(rig, "requestId"));
  assert_int_equal(follow(rig, &what), 302);
  assert_class(rig, &what, RT_CLICK_TEST);
}

// Each of a request that was made without an Origin, and of a page of the development origin after that.
static void what_a_development_origin_touches_is_never_billed(void **state) {
  service_rig *rig = *state;
  const char *dev = "http://localhost:4000";
  const rig_line decision = rig_format("/v1/decision?%s", rig->shop_keys);
  assert_int_equal(rig_ask(rig, &(rig_request){.target = decision.text, .referer = "http://localhost:4000/page"}), 200);
  const served from_referer = serve_from(rig, rig_member(rig, "requestId"));
  assert_int_equal(follow(rig, &from_referer), 302);
  assert_class(rig, &from_referer, RT_CLICK_TEST);

  const served offers = serve(rig);
  const rig_line again = rig_format("/v1/offers?%s&requestId=%s", rig->shop_keys, offers.request.text);
  assert_int_equal(rig_ask(rig, &(rig_request){.target = again.text, .origin = dev}), 200);
  rig_restart(rig);
  assert_int_equal(follow(rig, &offers), 302);
  assert_class(rig, &offers, RT_CLICK_TEST);

  const served redirect = serve(rig);
  const rig_request from_dev = {.target = redirect.click.text, .referer = "http://localhost:4000/page"};
  assert_int_equal(rig_ask(rig, &from_dev), 302);
  assert_class(rig, &redirect, RT_CLICK_TEST);
  assert_true(rt_store_memory_request(rig->store, &redirect.id)->is_test);
}

static void an_event_of_a_development_origin_proves_nothing(void **state) {
  service_rig *rig = *state;
  for (int is_followed_first = 0; is_followed_first < 2; is_followed_first++) {
    const served what = serve(rig);
    const rig_request bare = {.target = what.click.text};
    const rig_line rest = rig_format("\"requestId\":\"%s\",\"offerId\":\"%s\"", what.request.text, what.offer.text);
    const rig_line body = event_body(rig, rest.text);
    const rig_request event = {RT_METHOD_POST, "/v1/events/click", body.text, .origin = "http://localhost:4000"};
    assert_int_equal(rig_ask(rig, is_followed_first ? &bare : &event), is_followed_first ? 302 : 202);
    assert_int_equal(rig_ask(rig, is_followed_first ? &event : &bare), is_followed_first ? 202 : 302);
    assert_class(rig, &what, RT_CLICK_TEST);
  }
}

static void a_visitor_of_the_page_still_counts_after_somebody_without_a_proof(void **state) {
  service_rig *rig = *state;
  const served what = serve(rig), other = serve(rig);
  const rig_request elsewhere = {.target = what.click.text, .peer = "198.51.100.1"};
  const rig_request bot = {.target = what.click.text, .referer = SHOP "/", .user_agent = "Googlebot"};
  assert_int_equal(rig_ask(rig, &elsewhere), 302);
  assert_int_equal(rig_ask(rig, &bot), 302);
  assert_class(rig, &what, RT_CLICK_WRONG_ORIGIN);
  rig_pass(rig, rt_seconds(60));
  assert_int_equal(follow(rig, &what), 302);
  assert_class(rig, &what, RT_CLICK_BILLABLE);
  assert_int_equal(pair_of(rig, &what)->followed_at.ms, rig->wall.ms);
  assert_int_equal(rig_ask(rig, &elsewhere), 302);
  assert_class(rig, &what, RT_CLICK_BILLABLE);
  assert_int_equal(follow(rig, &other), 302);  // one visitor, two requests
  assert_class(rig, &other, RT_CLICK_DUPLICATE);
}

static void a_full_store_never_stops_a_visitor(void **state) {
  service_rig *rig = *state;
  const served what = serve(rig);
  rt_store_memory_set_room(rig->store, 0);
  assert_int_equal(follow(rig, &what), 302);
  assert_class(rig, &what, RT_CLICK_NONE);
}

static void impressions_count_once_per_kind(void **state) {
  service_rig *rig = *state;
  const served what = serve(rig);
  const rig_line rest = rig_format("\"requestId\":\"%s\",\"offerIds\":[\"%s\"]", what.request.text, what.offer.text);
  const rig_line rendered = event_body(rig, rest.text);
  assert_int_equal(post_event(rig, "/v1/events/impression", rendered.text), 202);
  const int64_t rendered_at = pair_of(rig, &what)->rendered_at.ms;
  assert_int_equal(rendered_at, rig->wall.ms);
  assert_int_equal(pair_of(rig, &what)->viewable_at.ms, 0);
  rig_pass(rig, rt_seconds(1));
  const rig_line more =
      rig_format("\"requestId\":\"%s\",\"offerIds\":[],\"viewableIds\":[\"%s\"]", what.request.text, what.offer.text);
  assert_int_equal(post_event(rig, "/v1/events/impression", event_body(rig, more.text).text), 202);
  assert_int_equal(pair_of(rig, &what)->viewable_at.ms, rig->wall.ms);
  assert_int_equal(post_event(rig, "/v1/events/impression", rendered.text), 202);
  assert_int_equal(rig->outcome.kind, RT_RESPOND_NOW);  // nothing new to keep
  assert_int_equal(pair_of(rig, &what)->rendered_at.ms, rendered_at);
}

static void an_event_of_an_offer_that_was_not_served_is_refused_whole(void **state) {
  service_rig *rig = *state;
  const served what = serve(rig);
  const rig_line rest = rig_format("\"requestId\":\"%s\",\"offerIds\":[\"%s\",\"off_AAAAAAAAAAAAAAAAAAAAAA\"]",
                                   what.request.text, what.offer.text);
  assert_int_equal(post_event(rig, "/v1/events/impression", event_body(rig, rest.text).text), 400);
  assert_int_equal(pair_of(rig, &what)->rendered_at.ms, 0);
  const rig_line nothing = rig_format("\"requestId\":\"%s\"", what.request.text);
  assert_int_equal(post_event(rig, "/v1/events/click", event_body(rig, nothing.text).text), 400);
  const rig_line unknown = event_body(rig, "\"requestId\":\"req_AAAAAAAAAAAAAAAAAAAAAA\",\"offerId\":\"x\"");
  assert_int_equal(post_event(rig, "/v1/events/click", unknown.text), 404);
  assert_int_equal(post_event(rig, "/v1/events/click", event_body(rig, "\"offerId\":\"x\"").text), 400);
}

// Offers are given out for an hour; what became of them may be told for as long as their links lead somewhere.
static void an_event_needs_a_request_of_its_website_that_is_younger_than_a_day(void **state) {
  service_rig *rig = *state;
  const served what = serve(rig);
  const rig_line rest = rig_format("\"requestId\":\"%s\",\"offerIds\":[\"%s\"],\"offerId\":\"%s\"", what.request.text,
                                   what.offer.text, what.offer.text);
  const rig_line ours = event_body(rig, rest.text);
  const rig_line foreign = rig_format("{\"pub\":\"%s\",\"website\":\"%s\",%s}",
                                      rt_id_to_text(RT_ID_PUBLIC_KEY, &rig->other->public_key).text,
                                      rt_id_to_text(RT_ID_WEBSITE_KEY, &rig->other->website_key).text, rest.text);
  const char *paths[] = {"/v1/events/impression", "/v1/events/click"};
  for (size_t i = 0; i < 2; i++) {
    const rig_request elsewhere = {RT_METHOD_POST, paths[i], foreign.text, .origin = "https://other.example"};
    assert_int_equal(rig_ask(rig, &elsewhere), 404);
    assert_string_equal(rig_member(rig, "code").text, "request_not_found");
    assert_string_equal(rig_header(rig, "Access-Control-Allow-Origin"), "https://other.example");
  }
  assert_int_equal(pair_of(rig, &what)->rendered_at.ms + pair_of(rig, &what)->event_at.ms, 0);
  rig_pass(rig, rt_ms(86400000 - 1));
  for (size_t i = 0; i < 2; i++) assert_int_equal(post_event(rig, paths[i], ours.text), 202);
  rig_pass(rig, rt_ms(1));
  for (size_t i = 0; i < 2; i++) assert_int_equal(post_event(rig, paths[i], ours.text), 404);
}

static void an_event_needs_the_websites_origin(void **state) {
  service_rig *rig = *state;
  const served what = serve(rig);
  const rig_line rest = rig_format("\"requestId\":\"%s\",\"offerId\":\"%s\"", what.request.text, what.offer.text);
  const rig_line body = event_body(rig, rest.text);
  const char *origins[] = {NULL, "null", "https://evil.example"};
  for (size_t i = 0; i < 3; i++) {
    assert_int_equal(rig_ask(rig, &(rig_request){RT_METHOD_POST, "/v1/events/click", body.text, .origin = origins[i]}),
                     403);
  }
  assert_class(rig, &what, RT_CLICK_NONE);
}

static void a_sighting_of_the_snippet_is_204(void **state) {
  service_rig *rig = *state;
  const rig_line body = event_body(rig, "\"embed\":\"decline\",\"version\":\"1.2.3\"");
  assert_int_equal(post_event(rig, "/v1/snippet-ping", body.text), 204);
  assert_string_equal(rig_body(rig), "");
  rig_commit(rig);
  assert_int_equal(rt_store_memory_ping_count(rig->store), 1);
  assert_int_equal(post_event(rig, "/v1/snippet-ping", event_body(rig, "\"embed\":\"\"").text), 400);
}

RUN_TESTS(RIG_TEST(a_redirect_fills_the_placeholders_and_is_billable_with_a_referer),
          RIG_TEST(the_longest_template_still_leads_somewhere), RIG_TEST(one_pair_has_one_click_id_for_ever),
          RIG_TEST(a_token_is_short_and_any_altered_character_is_refused),
          RIG_TEST(a_link_is_late_after_two_hours_and_gone_after_a_day),
          RIG_TEST(programs_and_prefetches_are_redirected_and_leave_the_click_to_the_person),
          RIG_TEST(the_event_alone_is_not_followed_and_proves_the_origin_of_a_redirect),
          RIG_TEST(without_a_proof_the_origin_is_wrong_until_the_event_comes),
          RIG_TEST(the_same_visitor_and_offer_within_thirty_minutes_is_a_duplicate),
          RIG_TEST(a_visitor_is_forgotten_without_another_click), RIG_TEST(any_request_lets_the_service_forget),
          RIG_TEST(visitors_of_one_ipv6_network_are_one_visitor), RIG_TEST(the_operators_own_network_never_counts),
          RIG_TEST(behind_a_trusted_proxy_visitors_are_told_apart), RIG_TEST(development_traffic_is_test_traffic),
          RIG_TEST(what_a_development_origin_touches_is_never_billed),
          RIG_TEST(an_event_of_a_development_origin_proves_nothing),
          RIG_TEST(a_visitor_of_the_page_still_counts_after_somebody_without_a_proof),
          RIG_TEST(a_full_store_never_stops_a_visitor), RIG_TEST(impressions_count_once_per_kind),
          RIG_TEST(an_event_of_an_offer_that_was_not_served_is_refused_whole),
          RIG_TEST(an_event_needs_a_request_of_its_website_that_is_younger_than_a_day),
          RIG_TEST(an_event_needs_the_websites_origin), RIG_TEST(a_sighting_of_the_snippet_is_204))
