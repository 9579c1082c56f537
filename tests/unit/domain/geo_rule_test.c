// geo_rule_test.c: who is served the product and who offers, row by row as the contract says it, and for every place.
// SPDX-License-Identifier: MIT
#include "domain/geo_rule.h"

#include "base/prng.h"
#include "unit.h"

static rt_geo_rule rule_from(rt_geo_mode mode, const char *list) {
  rt_geo_rule rule = rt_geo_rule_of(mode);
  for (rt_bytes rest = rt_bytes_of(list); rest.length > 0;) {
    const size_t space = rt_bytes_find(rest, ' ');
    rt_place place, country;
    assert_int_equal(rt_place_parse(rt_bytes_take(rest, space), &place, &country), RT_OK);
    rt_geo_rule_list(&rule, place);
    rest = rt_bytes_skip(rest, space < rest.length ? space + 1 : space);
  }
  return rule;
}

// A location as a database or a page says it: "?" is unknown.
static rt_location location_from(rt_bytes code) {
  rt_location location = {0};
  const size_t hyphen = rt_bytes_find(code, '-');
  if (code.data[0] == '?') return location;
  assert_true(rt_location_set_country(&location, rt_bytes_take(code, hyphen)));
  if (hyphen < code.length) assert_true(rt_location_set_region(&location, rt_bytes_skip(code, hyphen + 1)));
  return location;
}

// Each rule, and the visitors who are served the product and those who are served offers.
static const struct {
  rt_geo_mode mode;
  const char *list, *product, *offers;
} rows[] = {
    // No rule: everybody is allowed, whoever and wherever.
    {RT_GEO_NO_RULE, "", "DE DE-BY US US-NJ GB UK CN KP XK ? ZZ", ""},

    // A country means all of it.
    {RT_GEO_ALLOW, "GB", "GB gb UK uk GB-ENG GB-SCT GB-WLS GB-NIR GB-LND UK-ENG", "IE FR US DE IM JE GG GI ?"},
    {RT_GEO_BLOCK, "GB", "IE FR US DE IM JE GG GI ?", "GB gb UK uk GB-ENG GB-SCT GB-WLS GB-NIR GB-LND UK-ENG"},
    {RT_GEO_ALLOW, "UK", "GB UK uk GB-ENG UK-LND", "UA IE ?"},  // UK is taken as GB, not as Ukraine
    {RT_GEO_BLOCK, "uk", "UA IE ?", "GB UK uk GB-ENG"},
    {RT_GEO_ALLOW, "DE", "DE DE-BY DE-BE DE-NW de de-by", "AT CH NL DK ?"},
    {RT_GEO_BLOCK, "DE", "AT CH NL DK ?", "DE DE-BY DE-BE DE-NW de de-by"},

    // A region means that region alone: a visitor of whom only the country is known is not in it.
    {RT_GEO_ALLOW, "US-NJ", "US-NJ us-nj Us-nJ", "US US-NY US-PA US-CA NJ-NJ CA ?"},
    {RT_GEO_BLOCK, "US-NJ", "US US-NY US-PA US-CA CA ?", "US-NJ us-nj Us-nJ"},
    {RT_GEO_ALLOW, "DE-BY", "DE-BY de-by", "DE DE-BW BY BY-BR AT ?"},  // Bavaria, not Belarus
    {RT_GEO_BLOCK, "DE-BY", "DE DE-BW BY BY-BR AT ?", "DE-BY de-by"},
    {RT_GEO_ALLOW, "CA-ON", "CA-ON", "CA CA-QC CA-BC US-CA ?"},  // Canada is not California
    {RT_GEO_BLOCK, "US-CA", "CA CA-ON US US-NV ?", "US-CA"},
    {RT_GEO_ALLOW, "US-DE", "US-DE", "DE DE-BE US ?"},  // Delaware is not Germany

    // Entries in any case.
    {RT_GEO_ALLOW, "gb mt se us-nj", "GB MT SE US-NJ SE-AB", "US US-NY DE ?"},
    {RT_GEO_BLOCK, "Gb mT sE uS-Nj", "US US-NY DE ?", "GB MT SE US-NJ SE-AB"},

    // The rule of the contract's own example, both ways.
    {RT_GEO_ALLOW, "GB MT SE US-NJ", "GB MT SE US-NJ MT-01 GB-SCT", "US US-DE DE FR NO FI ?"},
    {RT_GEO_BLOCK, "GB MT SE US-NJ", "US US-DE DE FR NO FI ?", "GB MT SE US-NJ MT-01 GB-SCT"},

    // A country beside its own region: the country says it all already.
    {RT_GEO_ALLOW, "US US-NJ", "US US-NJ US-NY US-CA", "CA MX PR ?"},
    {RT_GEO_BLOCK, "US US-NJ", "CA MX PR ?", "US US-NJ US-NY US-CA"},
    {RT_GEO_ALLOW, "US-NJ US", "US US-NJ US-NY", "CA ?"},
    {RT_GEO_BLOCK, "DE-BY DE", "AT ?", "DE DE-BY DE-SN"},

    // The same entry twice is as good as once.
    {RT_GEO_ALLOW, "FR FR FR", "FR FR-IDF", "BE ?"},
    {RT_GEO_BLOCK, "US-NJ us-nj", "US US-NY ?", "US-NJ"},

    // Several regions of a country.
    {RT_GEO_ALLOW, "US-NJ US-PA US-MI US-WV", "US-NJ US-PA US-MI US-WV", "US US-NY US-OH US-VA US-MN ?"},
    {RT_GEO_BLOCK, "US-WA US-ID US-UT US-HI", "US US-OR US-NV US-AZ US-AK ?", "US-WA US-ID US-UT US-HI"},

    // What is within a listed region is listed: Paris in Ile-de-France, Westminster in England.
    {RT_GEO_ALLOW, "FR-IDF", "FR-IDF FR-75 FR-92 FR-78", "FR FR-13 FR-PAC BE ?"},
    {RT_GEO_BLOCK, "FR-IDF", "FR FR-13 FR-PAC BE ?", "FR-IDF FR-75 FR-92 FR-78"},
    {RT_GEO_ALLOW, "FR-75", "FR-75", "FR FR-IDF FR-92 ?"},
    {RT_GEO_ALLOW, "GB-ENG", "GB-ENG GB-WSM GB-MAN", "GB GB-SCT GB-EDH GB-WLS GB-BFS ?"},
    {RT_GEO_BLOCK, "GB-NIR", "GB GB-ENG GB-SCT IE ?", "GB-NIR GB-BFS"},
    {RT_GEO_ALLOW, "ES-CT", "ES-CT ES-B ES-GI", "ES ES-M ES-MD ?"},
    {RT_GEO_BLOCK, "IT-21", "IT IT-25 IT-MI ?", "IT-21 IT-TO IT-CN"},
    {RT_GEO_ALLOW, "BE-VLG", "BE-VLG BE-VAN BE-VLI", "BE BE-BRU BE-WAL BE-WLG ?"},

    // A region that ISO 3166-2 does not know counts as its country.
    {RT_GEO_ALLOW, "US", "US-ZZ US-9 US-QQQ", "CA-ZZ"},
    {RT_GEO_BLOCK, "US-NJ", "US-ZZ US-9 US-QQQ", ""},
    {RT_GEO_ALLOW, "US-NJ", "", "US-ZZ US-9 US-QQQ"},

    // A country that ISO 3166-1 does not know is an unknown location, which matches nothing: Tor, "no idea", satellites.
    {RT_GEO_ALLOW, "DE FR GB US", "", "ZZ AA XX EU AP ZZ-ZZ ?"},
    {RT_GEO_BLOCK, "DE FR GB US", "ZZ AA XX EU AP ZZ-ZZ ?", ""},
    {RT_GEO_ALLOW, "XK", "XK", "RS AL ?"},  // Kosovo has no code of ISO's, but a place in every database
    {RT_GEO_BLOCK, "XK", "RS AL ?", "XK"},

    // An empty list lists nobody.
    {RT_GEO_ALLOW, "", "", "DE US US-NJ GB ?"},
    {RT_GEO_BLOCK, "", "DE US US-NJ GB ?", ""},

    // The ends of the table, and neighbours in it.
    {RT_GEO_ALLOW, "AD ZW", "AD AD-08 ZW ZW-MW", "AE ZM AF ?"},
    {RT_GEO_BLOCK, "AD ZW", "AE ZM AF ?", "AD AD-08 ZW ZW-MW"},
    {RT_GEO_ALLOW, "CH AT", "CH AT CH-ZH AT-9", "CI AU AR ?"},

    // Territories have codes of their own: they are not within the country they belong to.
    {RT_GEO_ALLOW, "FR US DK", "FR US DK US-HI", "RE GP MQ PR GU VI GL FO ?"},
    {RT_GEO_BLOCK, "NL", "AW CW SX ?", "NL NL-NH"},
};

static rt_place any_place(rt_prng *prng) {
  return (rt_place){(uint16_t)rt_draw_below(rt_prng_next(prng), (uint32_t)rt_place_count())};
}

// Returns how many visitors there were.
static size_t check(const rt_geo_rule *rule, const char *visitors, bool is_allowed, const char *list) {
  size_t count = 0;
  for (rt_bytes rest = rt_bytes_of(visitors); rest.length > 0; count++) {
    const size_t space = rt_bytes_find(rest, ' ');
    const rt_location location = location_from(rt_bytes_take(rest, space));
    if (rt_geo_rule_decide(rule, &location).is_allowed != is_allowed) {
      fail_msg("%s of \"%s\": %.*s should be served %s", rule->mode == RT_GEO_ALLOW ? "allowlist" : "blocklist", list,
               (int)space, rest.data, is_allowed ? "the product" : "offers");
    }
    rest = rt_bytes_skip(rest, space < rest.length ? space + 1 : space);
  }
  return count;
}

static void every_row_of_the_table_is_decided_as_the_contract_says(void **state) {
  (void)state;
  size_t count = 0;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const rt_geo_rule rule = rule_from(rows[i].mode, rows[i].list);
    count += check(&rule, rows[i].product, true, rows[i].list);
    count += check(&rule, rows[i].offers, false, rows[i].list);
  }
  assert_true(count >= 200);
}

static void a_decision_says_why(void **state) {
  (void)state;
  const struct {
    rt_geo_mode mode;
    const char *list, *visitor;
    rt_geo_why why;
  } reasons[] = {
      {RT_GEO_NO_RULE, "", "DE", RT_GEO_WHY_NO_RULE},    {RT_GEO_NO_RULE, "", "?", RT_GEO_WHY_NO_RULE},
      {RT_GEO_ALLOW, "DE", "DE-BY", RT_GEO_WHY_LISTED},  {RT_GEO_BLOCK, "FR-IDF", "FR-75", RT_GEO_WHY_LISTED},
      {RT_GEO_ALLOW, "DE", "FR", RT_GEO_WHY_NOT_LISTED}, {RT_GEO_BLOCK, "US-NJ", "US", RT_GEO_WHY_NOT_LISTED},
      {RT_GEO_ALLOW, "DE", "?", RT_GEO_WHY_UNKNOWN},     {RT_GEO_BLOCK, "DE", "ZZ", RT_GEO_WHY_UNKNOWN},
      {RT_GEO_ALLOW, "US", "US-ZZ", RT_GEO_WHY_LISTED},
  };
  for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
    const rt_geo_rule rule = rule_from(reasons[i].mode, reasons[i].list);
    const rt_location location = location_from(rt_bytes_of(reasons[i].visitor));
    assert_int_equal(rt_geo_rule_decide(&rule, &location).why, reasons[i].why);
  }
}

// Whatever is listed: who is allowed by an allowlist is not by a blocklist of the same places. Every place is asked
// under many lists, each some places drawn from the table.
static void for_every_known_place_an_allowlist_says_the_opposite_of_a_blocklist(void **state) {
  (void)state;
  rt_prng prng = rt_prng_from_seed(3166);
  for (int list = 0; list < 60; list++) {
    rt_geo_rule allow = rt_geo_rule_of(RT_GEO_ALLOW), block = rt_geo_rule_of(RT_GEO_BLOCK);
    for (int entries = list; entries > 0; entries--) {
      const rt_place place = any_place(&prng);
      rt_geo_rule_list(&allow, place);
      rt_geo_rule_list(&block, place);
    }
    for (rt_place each = {0}; each.number < rt_place_count(); each.number++) {
      const rt_location location = rt_place_location(each);
      assert_int_not_equal(rt_geo_rule_decide(&allow, &location).is_allowed,
                           rt_geo_rule_decide(&block, &location).is_allowed);
    }
  }
}

// Said a second way: listed is who meets a listed place on the way up.
static void a_place_is_listed_exactly_when_it_or_something_around_it_was(void **state) {
  (void)state;
  rt_prng prng = rt_prng_from_seed(7);
  for (int list = 0; list < 200; list++) {
    const rt_place listed = any_place(&prng);
    rt_geo_rule rule = rt_geo_rule_of(RT_GEO_ALLOW);
    rt_geo_rule_list(&rule, listed);
    for (rt_place each = {0}; each.number < rt_place_count(); each.number++) {
      const rt_location location = rt_place_location(each);
      bool is_within = each.number == listed.number;
      for (rt_place at = each; !is_within && rt_place_parent(at).number != at.number;) {
        at = rt_place_parent(at);
        is_within = at.number == listed.number;
      }
      assert_int_equal(rt_geo_rule_decide(&rule, &location).is_allowed, is_within);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_row_of_the_table_is_decided_as_the_contract_says),
      cmocka_unit_test(a_decision_says_why),
      cmocka_unit_test(for_every_known_place_an_allowlist_says_the_opposite_of_a_blocklist),
      cmocka_unit_test(a_place_is_listed_exactly_when_it_or_something_around_it_was),
  };
  return cmocka_run_group_tests_name("geo_rule", tests, NULL, NULL);
}
