// origin_test.c: what may be registered, and addresses in networks.
// SPDX-License-Identifier: MIT
#include "server/origin.h"

#include "server/address.h"
#include "unit.h"

static void domains_are_plain_lower_case_names(void **state) {
  (void)state;
  const char *good[] = {"shop.example", "a.b-c.example", "xn--bcher-kva.example", "1.example", "shop.co.uk"};
  const char *wrong[] = {"",
                         "example",
                         "localhost",
                         "app.localhost",
                         "Shop.example",
                         "https://shop.example",
                         "shop.example/",
                         "shop.example:443",
                         "shop..example",
                         ".shop.example",
                         "shop.example.",
                         "-a.example",
                         "a-.example",
                         "127.0.0.1",
                         "10.1",
                         "bücher.example",
                         "a_b.example",
                         "*.example",
                         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example"};
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) assert_true(rt_domain_is_valid(rt_bytes_of(good[i])));
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) assert_false(rt_domain_is_valid(rt_bytes_of(wrong[i])));
}

static void development_origins_are_what_a_browser_writes(void **state) {
  (void)state;
  const char *good[] = {"http://localhost:3000", "http://localhost", "https://abc.tunnel.example", "http://[::1]:8080"};
  const char *wrong[] = {"",
                         "localhost:3000",
                         "http://localhost:3000/",
                         "http://LOCALHOST",
                         "https://a.example:443",
                         "http://a.example:80",
                         "ftp://a.example",
                         "http://a.example?x",
                         "null"};
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) assert_true(rt_origin_is_valid(rt_bytes_of(good[i])));
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) assert_false(rt_origin_is_valid(rt_bytes_of(wrong[i])));
}

static void an_origin_that_says_nothing_is_not_a_missing_one(void **state) {
  (void)state;
  const rt_website website = {.domain = RT_BYTES("shop.example")};
  assert_int_equal(rt_origin_classify(&website, RT_BYTES("https://shop.example")), RT_ORIGIN_REGISTERED);
  assert_int_equal(rt_origin_classify(&website, RT_BYTES_NONE), RT_ORIGIN_ABSENT);
  const rt_bytes foreign[] = {RT_BYTES(""),
                              RT_BYTES("null"),
                              {"https://shop.example\0", 21},
                              {"https://shop.example\0.", 22},
                              RT_BYTES("https://shop.example, https://shop.example")};
  for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
    assert_int_equal(rt_origin_classify(&website, foreign[i]), RT_ORIGIN_FOREIGN);
  }
  assert_int_equal(rt_referer_classify(&website, RT_BYTES("")), RT_ORIGIN_ABSENT);
}

static void networks_have_the_addresses_they_should(void **state) {
  (void)state;
  const struct {
    const char *network, *address;
    bool has;
  } rows[] = {{"203.0.113.0/24", "203.0.113.255", true},    {"203.0.113.0/24", "203.0.114.0", false},
              {"203.0.113.128/25", "203.0.113.127", false}, {"203.0.113.7", "203.0.113.7", true},
              {"203.0.113.7", "203.0.113.6", false},        {"0.0.0.0/0", "8.8.8.8", true},
              {"0.0.0.0/0", "2001:db8::1", false},          {"2001:db8::/33", "2001:db8:7fff::1", true},
              {"2001:db8::/33", "2001:db8:8000::1", false}, {"::/0", "8.8.8.8", true}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    rt_network network, address;
    assert_true(rt_network_read(rt_bytes_of(rows[i].network), &network));
    assert_true(rt_network_read(rt_bytes_of(rows[i].address), &address));
    assert_int_equal(rt_network_has(&network, &address.base), rows[i].has);
  }
  const char *wrong[] = {
      "", "/24", "203.0.113.0/33", "203.0.113/24", "2001:db8::/129", "203.0.113.0/x", "shop.example"};
  rt_network network;
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    assert_false(rt_network_read(rt_bytes_of(wrong[i]), &network));
  }
}

static void only_trusted_proxies_are_believed(void **state) {
  (void)state;
  const struct {
    const char *peer, *forwarded_for, *client;
  } rows[] = {
      {"198.51.100.7", "203.0.113.9", "198.51.100.7"},
      {"127.0.0.1", "", "127.0.0.1"},
      {"127.0.0.1", "203.0.113.9", "203.0.113.9"},
      {"127.0.0.1", "8.8.8.8, 203.0.113.9", "203.0.113.9"},
      {"127.0.0.1", "203.0.113.9, 10.1.2.3", "203.0.113.9"},
      {"127.0.0.1", "203.0.113.9:4711 , [2001:db8::1]:80", "2001:db8::1"},
      {"127.0.0.1", "203.0.113.9:4711", "203.0.113.9"},
      {"127.0.0.1", "2001:db8::1", "2001:db8::1"},
      {"127.0.0.1", "203.0.113.9, unknown", "127.0.0.1"},
      {"127.0.0.1", "203.0.113.9, 10.0.0.0/8", "127.0.0.1"},
      {"127.0.0.1", ",,", "127.0.0.1"},
      {"127.0.0.1", "10.0.0.1", "10.0.0.1"},
  };
  rt_network trusted[2], peer, client;
  assert_true(rt_network_read(RT_BYTES("127.0.0.1"), &trusted[0]));
  assert_true(rt_network_read(RT_BYTES("10.0.0.0/8"), &trusted[1]));
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    assert_true(rt_network_read(rt_bytes_of(rows[i].peer), &peer));
    assert_true(rt_network_read(rt_bytes_of(rows[i].client), &client));
    rt_forwarded forwarded = {.count = 0};
    rt_forwarded_add(&forwarded, rt_bytes_of(rows[i].forwarded_for));
    const rt_address found = rt_client_address(&peer.base, &forwarded, (rt_networks){trusted, 2});
    assert_memory_equal(&found, &client.base, sizeof found);
  }
}

static void private_and_special_addresses_are_nowhere(void **state) {
  (void)state;
  static const char *const nowhere[] = {"0.0.0.0",    "10.1.2.3",    "100.64.0.1", "127.0.0.1", "169.254.1.1",
                                        "172.31.9.9", "192.168.0.1", "198.19.1.1", "224.0.0.1", "255.255.255.255",
                                        "::",         "::1",         "fd00::1",    "fe80::1",   "ff02::1"};
  static const char *const somewhere[] = {"8.8.8.8",     "100.128.0.1",     "172.32.0.1",
                                          "169.253.0.1", "223.255.255.255", "2001:4860:4860::8888"};
  rt_network network;
  for (size_t i = 0; i < sizeof nowhere / sizeof nowhere[0]; i++) {
    assert_true(rt_network_read(rt_bytes_of(nowhere[i]), &network));
    if (!rt_address_is_nowhere(&network.base)) fail_msg("%s", nowhere[i]);
  }
  for (size_t i = 0; i < sizeof somewhere / sizeof somewhere[0]; i++) {
    assert_true(rt_network_read(rt_bytes_of(somewhere[i]), &network));
    if (rt_address_is_nowhere(&network.base)) fail_msg("%s", somewhere[i]);
  }
}

RUN_TESTS(cmocka_unit_test(domains_are_plain_lower_case_names),
          cmocka_unit_test(development_origins_are_what_a_browser_writes),
          cmocka_unit_test(an_origin_that_says_nothing_is_not_a_missing_one),
          cmocka_unit_test(networks_have_the_addresses_they_should),
          cmocka_unit_test(only_trusted_proxies_are_believed),
          cmocka_unit_test(private_and_special_addresses_are_nowhere))
