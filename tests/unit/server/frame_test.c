// frame_test.c: the page for iframes, who may show it, and what its calls may do for how long.
// SPDX-License-Identifier: MIT
#include <string.h>

#include "server/service_state.h"
#include "service_rig.h"

#define OWN "https://api.example"
#define DEVELOPMENT "http://localhost:4000"

static int load(service_rig *rig, const char *more, const char *referer) {
  const rig_line target = rig_format("/embed?%s%s", rig->shop_keys, more);
  return rig_ask(rig, &(rig_request){.target = target.text, .referer = referer, .destination = "iframe"});
}

// What stands before /v1 in the calls of a page around which is `referer`.
static rig_text prefix(service_rig *rig, const char *referer) {
  static const char start[] = "data-api=\"" OWN;
  rig_text path = {{0}};
  assert_int_equal(load(rig, "", referer), 200);
  const char *at = strstr(rig_body(rig), start);
  assert_non_null(at);
  at += strlen(start);
  memcpy(path.text, at, strcspn(at, "\""));
  assert_int_equal(strlen(path.text), strlen("/frame/") + RT_FRAME_TOKEN_LENGTH);
  return path;
}

static int decide(service_rig *rig, const char *before, const char *origin, const char *more) {
  const rig_line target = rig_format("%s/v1/decision?%s%s", before, rig->shop_keys, more);
  return rig_ask(rig, &(rig_request){.target = target.text, .origin = origin});
}

static void assert_refused(const service_rig *rig, const char *why) {
  assert_int_equal(rig->outcome.response.status, 403);
  assert_string_equal(rig_member(rig, "code").text, "origin_not_allowed");
  if (strstr(rig_body(rig), why) == NULL) fail_msg("%s: %s", why, rig_body(rig));
}

static void assert_page_has(const service_rig *rig, const char *text) {
  if (strstr(rig_body(rig), text) == NULL) fail_msg("not in the page: %s\n%s", text, rig_body(rig));
}

static void assert_page_lacks(const service_rig *rig, const char *text) {
  if (strstr(rig_body(rig), text) != NULL) fail_msg("in the page: %s\n%s", text, rig_body(rig));
}

static void the_page_loads_the_embed_that_was_asked_for(void **state) {
  service_rig *rig = *state;
  assert_int_equal(load(rig, "", SHOP "/"), 200);
  assert_string_equal(rig_header(rig, "Content-Type"), "text/html; charset=utf-8");
  assert_page_has(rig, "<html>");
  assert_page_has(rig, "<script src=\"retarget/frame.js\" data-brand=\"retarget\" data-parents=");
  assert_page_has(rig, "<script src=\"retarget/widget.js\" data-pub=\"pk_");
  assert_page_lacks(rig, "data-container");
  assert_page_lacks(rig, "data-allow-localhost");
  assert_int_equal(
      load(rig, "&mode=section&brand=affilfinder&height=fixed&max-ads=3&lang=de&theme=dark&accent=0a7", NULL), 200);
  assert_page_has(rig, "<html lang=\"de\">");
  assert_page_has(rig, "<div id=\"offers\"></div>");
  assert_page_has(
      rig, "<script src=\"affilfinder/frame.js\" data-brand=\"affilfinder\" data-height=\"fixed\" data-parents=");
  assert_page_has(rig, "<script src=\"affilfinder/widget-section.js\"");
  assert_page_has(
      rig, " data-container=\"offers\" data-lang=\"de\" data-theme=\"dark\" data-accent=\"#0a7\" data-max-ads=\"3\">");
  assert_int_equal(load(rig, "&mode=overlay&accent=%230a7&max-ads=3", NULL), 200);
  assert_page_has(rig, " data-accent=\"#0a7\"></script>");
  rig->config.brand = RT_BRAND_AFFILFINDER;
  rig_restart(rig);
  assert_int_equal(load(rig, "", NULL), 200);
  assert_page_has(rig, "affilfinder/widget.js");
}

static void what_the_address_holds_is_text_in_the_page(void **state) {
  service_rig *rig = *state;
  assert_int_equal(load(rig, "&lang=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&theme=%26amp;&accent=%27x", NULL), 200);
  assert_page_has(rig, "data-lang=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\"");
  assert_page_has(rig, "<html lang=\"&quot;&gt;&lt;script");
  assert_page_has(rig, "data-theme=\"&amp;amp;\"");
  assert_page_has(rig, "data-accent=\"#&#39;x\"");
  assert_page_lacks(rig, "<script>");
}

static void only_the_websites_pages_may_show_it(void **state) {
  service_rig *rig = *state;
  static const char rest[] =
      "default-src 'none'; script-src 'self' " OWN " 'wasm-unsafe-eval'; connect-src 'self' " OWN
      "; img-src https:; base-uri 'none'; "
      "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors ";
  const struct {
    const char *referer, *ancestors;
  } rows[] = {
      {SHOP "/", "https://shop.example https://www.shop.example"},
      {"https://www.shop.example/offers", "https://shop.example https://www.shop.example"},
      {NULL, "https://shop.example https://www.shop.example"},
      {"", "https://shop.example https://www.shop.example"},
      {DEVELOPMENT "/", "https://shop.example https://www.shop.example " DEVELOPMENT},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    assert_int_equal(load(rig, "", rows[i].referer), 200);
    assert_string_equal(rig_header(rig, "Content-Security-Policy"), rig_format("%s%s", rest, rows[i].ancestors).text);
    assert_page_has(rig, rig_format(" data-parents=\"%s\"", rows[i].ancestors).text);
    assert_string_equal(rig_header(rig, "Cache-Control"), "no-store");
    assert_string_equal(rig_header(rig, "Referrer-Policy"), "strict-origin");
    assert_string_equal(rig_header(rig, "X-Content-Type-Options"), "nosniff");
  }
  rig->shop->are_subdomains_allowed = true;
  rig->config.is_development = true;
  rig_restart(rig);
  assert_int_equal(load(rig, "", "https://a.b.shop.example/"), 200);
  assert_non_null(strstr(rig_header(rig, "Content-Security-Policy"), "img-src https: http:; "));
  assert_non_null(
      strstr(rig_header(rig, "Content-Security-Policy"), "ancestors https://shop.example https://*.shop.example"));
}

static void what_cannot_be_shown_is_a_page_that_says_why(void **state) {
  service_rig *rig = *state;
  const rig_line good = rig_format("/embed?%s", rig->shop_keys),
                 foreign_pair = rig_format("/embed?%.*s%s", (int)strcspn(rig->shop_keys, "&"), rig->shop_keys,
                                           strchr(rig->other_keys, '&'));
  const struct {
    const char *target, *more, *referer, *destination;
    int status;
    const char *says;
  } rows[] = {
      {"/embed", "", NULL, NULL, 400, "&quot;pub&quot; is missing or no public key"},
      {"/embed?pub=%3Cb%3E&website=x", "", NULL, NULL, 400, "&quot;pub&quot; is missing"},
      {"/embed?pub=%zz", "", NULL, NULL, 400, "not valid percent-encoded UTF-8"},
      {foreign_pair.text, "", NULL, NULL, 403, "No website has this pair of keys"},
      {good.text, "&mode=popup%3Cb%3E", NULL, NULL, 400,
       "&quot;mode&quot; is &quot;overlay&quot; or &quot;section&quot; or left out."},
      {good.text, "&height=%3Cb%3E", NULL, NULL, 400, "&quot;height&quot; is &quot;auto&quot; or &quot;fixed&quot;"},
      {good.text, "&brand=%3Cb%3E", NULL, NULL, 400, "&quot;brand&quot; is &quot;retarget&quot; or"},
      {good.text, "&lang=%ff", NULL, NULL, 400, "not valid percent-encoded UTF-8"},
      {good.text, "", NULL, "document", 400, "for the src of an &lt;iframe&gt;"},
      {good.text, "", "https://evil.example/", "iframe", 403, "The page around this frame is not"},
      {good.text, "", "http://shop.example/", "iframe", 403, "registered domain over https"},
      {good.text, "", "http://localhost:4001/", "iframe", 403, "--dev-origin"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const rig_line target = rig_format("%s%s", rows[i].target, rows[i].more);
    const rig_request asked = {.target = target.text, .referer = rows[i].referer, .destination = rows[i].destination};
    assert_int_equal(rig_ask(rig, &asked), rows[i].status);
    assert_string_equal(rig_header(rig, "Content-Type"), "text/html; charset=utf-8");
    assert_string_equal(rig_header(rig, "Content-Security-Policy"), "default-src 'none'");
    assert_string_equal(rig_header(rig, "Cache-Control"), "no-store");
    assert_null(rig_header(rig, "Access-Control-Allow-Origin"));
    assert_page_has(rig, rows[i].says);
    assert_page_lacks(rig, "<b>");
    assert_page_lacks(rig, "frame/");
  }
  assert_int_equal(rig_ask(rig, &(rig_request){.method = RT_METHOD_POST, .target = good.text}), 405);
  assert_string_equal(rig_header(rig, "Allow"), "GET, HEAD");
  assert_int_equal(rig_ask(rig, &(rig_request){.target = good.text, .origin = "https://evil.example"}), 403);
  rig->shop->is_enabled = false;
  rig_touch(rig);
  assert_int_equal(load(rig, "", SHOP "/"), 403);
  assert_page_has(rig, "This website is disabled");
}

static void too_many_pages_are_refused_with_one_that_says_when_to_come_back(void **state) {
  service_rig *rig = *state;
  rig->config.rate = (rt_rate_policy){.per_second = 2, .burst = 1};
  rig_restart(rig);
  assert_int_equal(load(rig, "", SHOP "/"), 200);
  assert_int_equal(load(rig, "", SHOP "/"), 429);
  assert_string_equal(rig_header(rig, "Content-Type"), "text/html; charset=utf-8");
  assert_string_equal(rig_header(rig, "Retry-After"), "1");
}

static void our_own_origin_is_somebodys_only_with_a_token(void **state) {
  service_rig *rig = *state;
  const rig_text framed = prefix(rig, SHOP "/");
  assert_int_equal(decide(rig, "", OWN, ""), 403);
  assert_int_equal(decide(rig, framed.text, OWN, ""), 200);
  assert_string_equal(rig_header(rig, "Access-Control-Allow-Origin"), OWN);
  assert_int_equal(decide(rig, framed.text, NULL, ""), 200);
  assert_null(rig_header(rig, "Access-Control-Allow-Origin"));
  assert_int_equal(decide(rig, framed.text, SHOP, ""), 200);
  const char *wrong[] = {"https://evil.example", "http://api.example", "https://api.example:8443",
                         "https://api.example/", ""};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    decide(rig, framed.text, wrong[i], "");
    assert_refused(rig, "registered domain");
  }
  decide(rig, framed.text, "null", "");
  assert_refused(rig, "allow-same-origin");
}

static void a_token_is_the_websites_alone_and_unaltered(void **state) {
  service_rig *rig = *state;
  const rig_text framed = prefix(rig, SHOP "/");
  for (size_t i = strlen("/frame/"); framed.text[i] != '\0'; i++) {
    rig_text altered = framed;
    altered.text[i] = altered.text[i] == 'A' ? 'B' : 'A';
    decide(rig, altered.text, OWN, "");
    assert_refused(rig, "not this website's");
  }
  const char *wrong[] = {"/frame/", "/frame/A", "/frame/%00"};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    decide(rig, wrong[i], OWN, "");
    assert_refused(rig, "not this website's");
  }
  decide(rig, rig_format("%sA", framed.text).text, OWN, "");
  assert_refused(rig, "not this website's");
  const rig_line foreign = rig_format("%s/v1/decision?%s", framed.text, rig->other_keys);
  rig_ask(rig, &(rig_request){.target = foreign.text, .origin = OWN});
  assert_refused(rig, "not this website's");
  rig_restart(rig);
  assert_int_equal(decide(rig, framed.text, OWN, ""), 200);
  memset(rig->keys.token, 2, sizeof rig->keys.token);  // another installation
  rig_restart(rig);
  decide(rig, framed.text, OWN, "");
  assert_refused(rig, "not this website's");
}

static void a_token_is_good_for_two_hours(void **state) {
  service_rig *rig = *state;
  rig_pass(rig, rt_ms(300));
  const rig_text framed = prefix(rig, SHOP "/");
  rig_pass(rig, rt_ms(7199600));
  assert_int_equal(decide(rig, framed.text, OWN, ""), 200);
  rig_pass(rig, rt_ms(100));
  decide(rig, framed.text, OWN, "");
  assert_refused(rig, "expired, two hours");
  decide(rig, framed.text, NULL, "");
  assert_refused(rig, "expired, two hours");
  rig->wall.ms -= 5 * 7200000;  // the clock was set right
  decide(rig, framed.text, OWN, "");
  assert_refused(rig, "expired, two hours");
  rig->wall.ms += 4 * 7200000 + 1000;
  assert_int_equal(decide(rig, framed.text, OWN, ""), 200);
}

static void only_what_pages_call_has_a_path_for_frames(void **state) {
  service_rig *rig = *state;
  const rig_text framed = prefix(rig, SHOP "/");
  const struct {
    rt_method method;
    const char *path;
  } rows[] = {{RT_METHOD_POST, "/v1/widget-decline/trigger"},
              {RT_METHOD_GET, "/v1/r?t=x"},
              {RT_METHOD_GET, "/embed"},
              {RT_METHOD_GET, "/healthz"},
              {RT_METHOD_GET, "/v1/"},
              {RT_METHOD_GET, ""},
              {RT_METHOD_GET, "/"}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const rig_line target = rig_format("%s%s", framed.text, rows[i].path);
    assert_int_equal(rig_ask(rig, &(rig_request){.method = rows[i].method, .target = target.text, .origin = OWN}), 404);
  }
  const rig_line twice = rig_format("%s%s/v1/decision?%s", framed.text, framed.text, rig->shop_keys);
  assert_int_equal(rig_ask(rig, &(rig_request){.target = twice.text, .origin = OWN}), 404);
}

static void a_place_is_simulated_only_on_a_page_under_development(void **state) {
  service_rig *rig = *state;
  const char *more = "&dev-country=DE&dev-region=BY&mode=section";
  assert_int_equal(load(rig, more, DEVELOPMENT "/"), 200);
  assert_page_has(rig, "data-allow-localhost=\"true\" data-dev-country=\"DE\" data-dev-region=\"BY\"");
  assert_int_equal(load(rig, more, SHOP "/"), 200);
  assert_page_lacks(rig, "data-dev");
  const rig_text live = prefix(rig, SHOP "/"), silent = prefix(rig, NULL), local = prefix(rig, DEVELOPMENT "/");
  assert_int_equal(decide(rig, local.text, OWN, more), 200);
  assert_string_equal(rig_member(rig, "country").text, "DE");
  assert_string_equal(rig_member(rig, "region").text, "BY");
  assert_int_equal(decide(rig, local.text, OWN, "&dev-country=nowhere"), 400);
  for (int i = 0; i < 2; i++) {
    assert_int_equal(decide(rig, i == 0 ? live.text : silent.text, OWN, more), 200);
    assert_string_equal(rig_member(rig, "country").text, "");
  }
}

// A decision in a frame, its offers and a report, as the embed makes them.
typedef struct {
  rig_text framed, request, offer, click;
  rt_id id;
} framed_offers;

static framed_offers serve(service_rig *rig, const char *around) {
  framed_offers what = {.framed = prefix(rig, around)};
  assert_int_equal(decide(rig, what.framed.text, NULL, ""), 200);
  what.request = rig_member(rig, "requestId");
  const rig_line offers =
      rig_format("%s/v1/offers?%s&requestId=%s", what.framed.text, rig->shop_keys, what.request.text);
  assert_int_equal(rig_ask(rig, &(rig_request){.target = offers.text}), 200);
  what.offer = rig_member(rig, "id");
  what.click = rig_member(rig, "clickUrl");
  assert_int_equal(strncmp(what.click.text, OWN "/v1/r?t=", strlen(OWN "/v1/r?t=")), 0);
  memmove(what.click.text, what.click.text + strlen(OWN), strlen(what.click.text + strlen(OWN)) + 1);
  assert_true(rt_id_read(rt_bytes_of(what.request.text), RT_ID_REQUEST, &what.id));
  return what;
}

static int report(service_rig *rig, const framed_offers *what, const char *path) {
  const rig_line target = rig_format("%s%s", what->framed.text, path);
  const rig_line body = rig_format(
      "{\"pub\":\"%s\",\"website\":\"%s\",\"requestId\":\"%s\",\"offerIds\":[\"%s\"],\"offerId\":\"%s\","
      "\"embed\":\"section\",\"version\":\"1\"}",
      rt_id_to_text(RT_ID_PUBLIC_KEY, &rig->shop->public_key).text,
      rt_id_to_text(RT_ID_WEBSITE_KEY, &rig->shop->website_key).text, what->request.text, what->offer.text,
      what->offer.text);
  return rig_ask(rig, &(rig_request){RT_METHOD_POST, target.text, body.text, OWN, .content_type = "text/plain"});
}

static void assert_class(const service_rig *rig, const framed_offers *what, rt_click_class class) {
  const rt_pair *pair = &rt_store_memory_request(rig->store, &what->id)->offers[0];
  assert_string_equal(rt_click_class_name(rt_pair_class(pair)), rt_click_class_name(class));
}

// Inside a frame the Referer of a click is our own origin, which proves nothing; the page's event does.
static void a_click_in_a_frame_is_proven_by_its_event(void **state) {
  service_rig *rig = *state;
  for (int is_event_first = 0; is_event_first < 2; is_event_first++) {
    const framed_offers what = serve(rig, SHOP "/");
    assert_int_equal(report(rig, &what, "/v1/snippet-ping"), 204);
    assert_int_equal(report(rig, &what, "/v1/events/impression"), 202);
    if (is_event_first) assert_int_equal(report(rig, &what, "/v1/events/click"), 202);
    const rig_line visitor = rig_format("198.51.100.%d", 1 + is_event_first);
    const rig_request click = {.target = what.click.text, .referer = OWN "/", .peer = visitor.text};
    assert_int_equal(rig_ask(rig, &click), 302);
    if (!is_event_first) {
      assert_class(rig, &what, RT_CLICK_WRONG_ORIGIN);
      assert_int_equal(report(rig, &what, "/v1/events/click"), 202);
    }
    assert_class(rig, &what, RT_CLICK_BILLABLE);
    assert_false(rt_store_memory_request(rig->store, &what.id)->is_test);
    assert_true(rt_store_memory_request(rig->store, &what.id)->offers[0].rendered_at.ms != 0);
  }
}

static void a_frame_on_a_page_under_development_is_test_traffic(void **state) {
  service_rig *rig = *state;
  const framed_offers what = serve(rig, DEVELOPMENT "/");
  assert_true(rt_store_memory_request(rig->store, &what.id)->is_test);
  assert_int_equal(report(rig, &what, "/v1/events/impression"), 202);
  assert_int_equal(report(rig, &what, "/v1/events/click"), 202);
  assert_int_equal(rig_ask(rig, &(rig_request){.target = what.click.text, .referer = OWN "/"}), 302);
  assert_class(rig, &what, RT_CLICK_TEST);
}

static void an_address_that_leaves_no_room_for_a_token_says_so(void **state) {
  service_rig *rig = *state;
  static char url[RT_MAX_API_BASE_LENGTH + 1];
  memset(url, 'a', RT_MAX_API_BASE_LENGTH);
  memcpy(url, OWN "/", strlen(OWN "/"));
  rig->config.public_url = (rt_bytes){url, RT_MAX_API_BASE_LENGTH - strlen("/frame/") - RT_FRAME_TOKEN_LENGTH};
  rig_restart(rig);
  assert_int_equal(load(rig, "", SHOP "/"), 200);
  rig->config.public_url.length++;
  rig_restart(rig);
  assert_int_equal(load(rig, "", SHOP "/"), 500);
  assert_page_has(rig, "--public-url is too long");
}

RUN_TESTS(RIG_TEST(the_page_loads_the_embed_that_was_asked_for), RIG_TEST(what_the_address_holds_is_text_in_the_page),
          RIG_TEST(only_the_websites_pages_may_show_it), RIG_TEST(what_cannot_be_shown_is_a_page_that_says_why),
          RIG_TEST(too_many_pages_are_refused_with_one_that_says_when_to_come_back),
          RIG_TEST(our_own_origin_is_somebodys_only_with_a_token),
          RIG_TEST(a_token_is_the_websites_alone_and_unaltered), RIG_TEST(a_token_is_good_for_two_hours),
          RIG_TEST(only_what_pages_call_has_a_path_for_frames),
          RIG_TEST(a_place_is_simulated_only_on_a_page_under_development),
          RIG_TEST(a_click_in_a_frame_is_proven_by_its_event),
          RIG_TEST(a_frame_on_a_page_under_development_is_test_traffic),
          RIG_TEST(an_address_that_leaves_no_room_for_a_token_says_so))
