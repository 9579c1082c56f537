// visitor_test.c: country and region codes, and the rule of whom nothing is offered to wager on.
// SPDX-License-Identifier: MIT
#include "domain/visitor.h"

#include "domain/reason.h"
#include "unit.h"

static void countries_are_two_letters_and_the_united_kingdom_is_gb(void **state) {
  (void)state;
  const struct {
    const char *given, *kept;  // "": refused
  } rows[] = {{"DE", "DE"}, {"de", "DE"}, {"UK", "GB"}, {"uk", "GB"}, {"", ""},   {"D", ""},
              {"DEU", ""},  {"D1", ""},   {"ß", ""},    {"1D", ""},   {"{a", ""}, {"a[", ""}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    rt_location location;
    assert_int_equal(rt_location_set_country(&location, rt_bytes_of(rows[i].given)), rows[i].kept[0] != '\0');
    assert_string_equal(location.country, rows[i].kept);
  }
}

static void a_region_needs_a_country_and_has_up_to_three_characters(void **state) {
  (void)state;
  rt_location location = {0};
  assert_false(rt_location_set_region(&location, RT_BYTES("NJ")));
  assert_true(rt_location_set_country(&location, RT_BYTES("US")));
  assert_true(rt_location_set_region(&location, RT_BYTES("nj")));
  assert_string_equal(location.region, "NJ");
  assert_false(rt_location_set_region(&location, RT_BYTES("N-J")));
  assert_string_equal(location.region, "");
  assert_true(rt_location_set_region(&location, RT_BYTES("7Z")));
  assert_false(rt_location_set_region(&location, RT_BYTES("[")));
  assert_false(rt_location_set_region(&location, RT_BYTES("ABCD")));
  assert_false(rt_location_set_region(&location, RT_BYTES("")));
}

static void exactly_age_and_self_exclusion_bar_exactly_the_wagers(void **state) {
  (void)state;
  for (int reason = 0; reason < RT_REASON_COUNT; reason++) {
    const bool bars = reason == RT_REASON_AGE || reason == RT_REASON_SELF_EXCLUDED;
    for (int vertical = 0; vertical < RT_VERTICAL_COUNT; vertical++) {
      const bool is_wager =
          vertical == RT_VERTICAL_IGAMING || vertical == RT_VERTICAL_SPORTS || vertical == RT_VERTICAL_CRYPTO;
      assert_int_equal(rt_verticals_have(rt_reason_bars((rt_reason)reason), (rt_vertical)vertical), bars && is_wager);
    }
  }
}

static void every_name_finds_its_number(void **state) {
  (void)state;
  for (int i = 0; i < RT_REASON_COUNT; i++) {
    rt_reason found;
    assert_true(rt_reason_find(rt_bytes_of(rt_reason_name((rt_reason)i)), &found));
    assert_int_equal(found, i);
  }
  for (int i = 0; i < RT_VERTICAL_COUNT; i++) {
    rt_vertical found;
    assert_true(rt_vertical_find(rt_bytes_of(rt_vertical_name((rt_vertical)i)), &found));
    assert_int_equal(found, i);
  }
}

static void names_nobody_has_find_nothing(void **state) {
  (void)state;
  rt_vertical vertical = RT_VERTICAL_SPORTS;
  assert_false(rt_vertical_find(RT_BYTES("Finance"), &vertical));
  assert_false(rt_vertical_find(RT_BYTES(""), &vertical));
  assert_int_equal(vertical, RT_VERTICAL_SPORTS);
}

static void verticals_are_listed_in_their_order(void **state) {
  (void)state;
  char room[100];
  rt_writer writer = rt_writer_over(room, sizeof room);
  rt_write_verticals(&writer, (rt_verticals){0});
  assert_bytes_equal(rt_written(&writer), "");
  const rt_verticals some = {rt_verticals_of(RT_VERTICAL_STREAMING).bits | rt_verticals_of(RT_VERTICAL_FINANCE).bits};
  rt_write_verticals(&writer, some);
  assert_bytes_equal(rt_written(&writer), "finance,streaming");
}

RUN_TESTS(cmocka_unit_test(names_nobody_has_find_nothing), cmocka_unit_test(verticals_are_listed_in_their_order),
          cmocka_unit_test(countries_are_two_letters_and_the_united_kingdom_is_gb),
          cmocka_unit_test(a_region_needs_a_country_and_has_up_to_three_characters),
          cmocka_unit_test(exactly_age_and_self_exclusion_bar_exactly_the_wagers),
          cmocka_unit_test(every_name_finds_its_number))
