// url_test.c: absolute URLs, encoding, queries.
// SPDX-License-Identifier: MIT
#include "codec/url.h"

#include <string.h>

#include "domain/limits.h"
#include "unit.h"

static void urls_are_split_or_refused(void **state) {
  (void)state;
  static const struct {
    const char *text;
    rt_status status;
    const char *host;
    int port;
    const char *rest;
  } rows[] = {
      {"https://api.example.com", RT_OK, "api.example.com", 443, ""},
      {"HTTP://Example.com:8080/a?b#c", RT_OK, "Example.com", 8080, "/a?b#c"},
      {"http://[::1]:3000/x", RT_OK, "[::1]", 3000, "/x"},
      {"http://[::1]", RT_OK, "[::1]", 80, ""},
      {"https://a.example?x=1", RT_OK, "a.example", 443, "?x=1"},
      {"", RT_BAD_URL, "", 0, ""},
      {"example.com", RT_BAD_URL, "", 0, ""},
      {"//example.com", RT_BAD_URL, "", 0, ""},
      {"ftp://example.com", RT_BAD_URL, "", 0, ""},
      {"javascript:alert(1)//", RT_BAD_URL, "", 0, ""},
      {"https://", RT_BAD_URL, "", 0, ""},
      {"https://user@example.com", RT_BAD_URL, "", 0, ""},
      {"https://example.com:0", RT_BAD_URL, "", 0, ""},
      {"https://example.com:65536", RT_BAD_URL, "", 0, ""},
      {"https://example.com:", RT_BAD_URL, "", 0, ""},
      {"https://exa mple.com", RT_BAD_URL, "", 0, ""},
      {"https://example.com/\x01", RT_BAD_URL, "", 0, ""},
      {"https://example.com\\@evil.example", RT_BAD_URL, "", 0, ""},
      {"https://[::1", RT_BAD_URL, "", 0, ""},
      {"https://.example.com", RT_BAD_URL, "", 0, ""},
      {"https://-a.example", RT_BAD_URL, "", 0, ""},
      {"https://a-b_c.9.example#x", RT_OK, "a-b_c.9.example", 443, "#x"},
      {"https://[::ffff:10.0.0.1]:8443", RT_OK, "[::ffff:10.0.0.1]", 8443, ""},
      {"https://[::g]", RT_BAD_URL, "", 0, ""},
      {"https://[]", RT_BAD_URL, "", 0, ""},
      {"https://[::1]x", RT_BAD_URL, "", 0, ""},
      {"https://a.example:44a", RT_BAD_URL, "", 0, ""},
      {"https://a.example:1", RT_OK, "a.example", 1, ""},
      {"https://a.example/\x7F", RT_BAD_URL, "", 0, ""},
      {"https://a.example/\"", RT_BAD_URL, "", 0, ""},
      {"https://a.example/<", RT_BAD_URL, "", 0, ""},
      {"https://a.example/>", RT_BAD_URL, "", 0, ""},
      {"https:/a.example", RT_BAD_URL, "", 0, ""},
      {"https://\xC3\xA9.example", RT_BAD_URL, "", 0, ""},  // a browser sends its punycode
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    rt_url url;
    const rt_status status = rt_url_parse(rt_bytes_of(rows[i].text), &url);
    if (status != rows[i].status) fail_msg("%s: got %s", rows[i].text, rt_status_name(status));
    if (status != RT_OK) continue;
    assert_bytes_equal(url.host, rows[i].host);
    assert_int_equal(url.port, rows[i].port);
    assert_bytes_equal(url.rest, rows[i].rest);
  }
}

static void what_is_too_long_is_said_to_be(void **state) {
  (void)state;
  static char text[RT_MAX_URL_LENGTH + 1];
  memset(text, 'a', sizeof text);
  memcpy(text, "https://a/", 10);
  rt_url url;
  assert_int_equal(rt_url_parse((rt_bytes){text, RT_MAX_URL_LENGTH}, &url), RT_OK);
  assert_int_equal(rt_url_parse((rt_bytes){text, RT_MAX_URL_LENGTH + 1}, &url), RT_TOO_LARGE);
  assert_true(rt_url_is_web((rt_bytes){text, RT_MAX_URL_LENGTH}));
  assert_false(rt_url_is_web((rt_bytes){text, RT_MAX_URL_LENGTH + 1}));
  text[9] = 'a';  // a host may have 253 characters
  assert_int_equal(rt_url_parse((rt_bytes){text, 8 + 253}, &url), RT_OK);
  assert_int_equal(rt_url_parse((rt_bytes){text, 8 + 254}, &url), RT_BAD_URL);
}

static void what_a_browser_would_take_for_the_web_is(void **state) {
  (void)state;
  static const struct {
    const char *text;
    bool is_web;
  } rows[] = {{"https://a", true},   {"http://a", true},    {"HTTPS://A", true},       {"https://", false},
              {"https:///a", false}, {"httpss://a", false}, {"javascript://a", false}, {"", false},
              {"http", false},       {"http:/a", false},    {"https://\xC3\xA9", true}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    if (rt_url_is_web(rt_bytes_of(rows[i].text)) != rows[i].is_web) fail_msg("%s", rows[i].text);
  }
}

static void loopback_is_what_the_contract_lists(void **state) {
  (void)state;
  static const char *const yes[] = {"localhost", "LOCALHOST", "shop.localhost", "127.0.0.1", "[::1]", "::1"};
  static const char *const no[] = {"",         ".localhost", "localhost.example", "notlocalhost", "127.0.0.2",
                                   "10.0.0.1", "[::2]"};
  for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) assert_true(rt_host_is_loopback(rt_bytes_of(yes[i])));
  for (size_t i = 0; i < sizeof no / sizeof no[0]; i++) assert_false(rt_host_is_loopback(rt_bytes_of(no[i])));
}

static void what_is_encoded_is_decoded(void **state) {
  (void)state;
  char encoded[64], decoded[64];
  rt_writer writer = rt_writer_over(encoded, sizeof encoded);
  rt_write_url_encoded(&writer, RT_BYTES("a b&c=\xC3\xA9/~%"));
  assert_bytes_equal(rt_written(&writer), "a%20b%26c%3D%C3%A9%2F~%25");
  rt_writer back = rt_writer_over(decoded, sizeof decoded);
  assert_int_equal(rt_write_url_decoded(&back, rt_written(&writer)), RT_OK);
  assert_bytes_equal(rt_written(&back), "a b&c=\xC3\xA9/~%");
  back = rt_writer_over(decoded, sizeof decoded);
  assert_int_equal(rt_write_url_decoded(&back, RT_BYTES("a+b%2b%2F%aA")), RT_OK);
  assert_bytes_equal(rt_written(&back), "a b+/\xAA");
  static const char *const broken[] = {"%", "%4", "%zz", "a%g0", "%/0", "%:0", "%@0", "%`0", "%0G"};
  for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
    rt_writer nothing = rt_writer_over(decoded, sizeof decoded);
    assert_int_equal(rt_write_url_decoded(&nothing, rt_bytes_of(broken[i])), RT_BAD_URL);
  }
}

static void a_query_is_searched_by_whole_names(void **state) {
  (void)state;
  const rt_bytes query = RT_BYTES("apub=1&pub=2&pub=3&empty=&flag&&x=y=z");
  rt_bytes raw;
  assert_true(rt_query_find(query, "pub", &raw));
  assert_bytes_equal(raw, "2");
  assert_true(rt_query_find(query, "empty", &raw));
  assert_bytes_equal(raw, "");
  assert_true(rt_query_find(query, "flag", &raw));
  assert_int_equal(raw.length, 0);
  assert_true(rt_query_find(query, "x", &raw));
  assert_bytes_equal(raw, "y=z");
  assert_false(rt_query_find(query, "pu", &raw));
}

RUN_TESTS(cmocka_unit_test(what_is_too_long_is_said_to_be), cmocka_unit_test(what_a_browser_would_take_for_the_web_is),
          cmocka_unit_test(urls_are_split_or_refused), cmocka_unit_test(loopback_is_what_the_contract_lists),
          cmocka_unit_test(what_is_encoded_is_decoded), cmocka_unit_test(a_query_is_searched_by_whole_names))
