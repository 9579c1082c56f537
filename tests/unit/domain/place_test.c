// place_test.c: the table of countries and regions, and what a code means.
// SPDX-License-Identifier: MIT
#include "domain/place.h"

#include <string.h>

#include "unit.h"

static rt_status parse(const char *code, rt_place *place, rt_place *country) {
  return rt_place_parse(rt_bytes_of(code), place, country);
}

static void a_code_in_any_case_is_the_place_it_names(void **state) {
  (void)state;
  const struct {
    const char *code, *kept, *name;
  } rows[] = {{"DE", "DE", "Germany"},          {"de", "DE", "Germany"},          {"UK", "GB", "United Kingdom"},
              {"US-NJ", "US-NJ", "New Jersey"}, {"us-nj", "US-NJ", "New Jersey"}, {"uk-eng", "GB-ENG", "England"},
              {"DE-BY", "DE-BY", "Bayern"},     {"XK", "XK", "Kosovo"},           {"AT-9", "AT-9", "Wien"}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    rt_place place, country;
    assert_int_equal(parse(rows[i].code, &place, &country), RT_OK);
    assert_string_equal(rt_place_to_code(place).text, rows[i].kept);
    assert_string_equal(rt_place_name(place), rows[i].name);
    assert_int_equal(rt_place_country(place).number, country.number);
  }
}

static void what_is_no_code_is_told_from_a_place_that_is_not_there(void **state) {
  (void)state;
  const struct {
    const char *code;
    rt_status status;
  } rows[] = {{"", RT_BAD_FIELD},       {"D", RT_BAD_FIELD},    {"DEU", RT_BAD_FIELD},        {"D1", RT_BAD_FIELD},
              {"US-", RT_BAD_FIELD},    {"-NJ", RT_BAD_FIELD},  {"US-NJERSEY", RT_BAD_FIELD}, {"US_NJ", RT_BAD_FIELD},
              {"US-N-J", RT_BAD_FIELD}, {"ZZ", RT_NOT_FOUND},   {"EN", RT_NOT_FOUND},         {"US-ZZ", RT_NOT_FOUND},
              {"ZZ-NJ", RT_NOT_FOUND},  {"DE-NJ", RT_NOT_FOUND}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    rt_place place, country;
    assert_int_equal(parse(rows[i].code, &place, &country), rows[i].status);
  }
}

static void every_place_is_found_by_its_code_and_by_its_location_and_lies_in_its_country(void **state) {
  (void)state;
  assert_in_range(rt_place_count(), 249 + 5000, RT_MAX_PLACES);  // ISO 3166-1 has 249 countries
  for (rt_place each = {0}; each.number < rt_place_count(); each.number++) {
    const rt_place_code code = rt_place_to_code(each);
    const rt_location location = rt_place_location(each);
    rt_place by_code, by_location, country;
    assert_int_equal(parse(code.text, &by_code, &country), RT_OK);
    assert_true(rt_place_of(&location, &by_location));
    assert_int_equal(by_code.number, each.number);
    assert_int_equal(by_location.number, each.number);
    assert_int_equal(rt_place_country(each).number, country.number);
    assert_int_equal(rt_place_parent(country).number, country.number);
    assert_int_not_equal(rt_place_name(each)[0], '\0');
  }
}

static void a_slip_of_the_pen_a_name_and_a_long_code_are_understood(void **state) {
  (void)state;
  const struct {
    const char *country, *text, *meant;  // "": nothing is near
  } rows[] = {{NULL, "USA", "US"},           {NULL, "DEU", "DE"},          {NULL, "Germany", "DE"},
              {NULL, "germny", "DE"},        {NULL, "Swedn", "SE"},        {NULL, "Wonderland", ""},
              {"US", "New Jersey", "US-NJ"}, {"US", "NewJersey", "US-NJ"}, {"DE", "bayern", "DE-BY"},
              {"DE", "BYY", "DE-BY"},        {"US", "Atlantis9", ""}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    rt_place country, place, ignored;
    if (rows[i].country != NULL) assert_int_equal(parse(rows[i].country, &country, &ignored), RT_OK);
    const bool is_near = rt_place_guess(rt_bytes_of(rows[i].text), rows[i].country == NULL ? NULL : &country, &place);
    assert_string_equal(is_near ? rt_place_to_code(place).text : "", rows[i].meant);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_code_in_any_case_is_the_place_it_names),
      cmocka_unit_test(what_is_no_code_is_told_from_a_place_that_is_not_there),
      cmocka_unit_test(every_place_is_found_by_its_code_and_by_its_location_and_lies_in_its_country),
      cmocka_unit_test(a_slip_of_the_pen_a_name_and_a_long_code_are_understood),
  };
  return cmocka_run_group_tests_name("place", tests, NULL, NULL);
}
