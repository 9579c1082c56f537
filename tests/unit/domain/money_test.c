// money_test.c: dollars in and out, and what an offer pays where.
// SPDX-License-Identifier: MIT
#include "domain/money.h"

#include "unit.h"

static void dollars_are_read_exactly_or_refused(void **state) {
  (void)state;
  const struct {
    const char *text;
    int64_t micros;  // -1: refused
  } rows[] = {{"0.45", 450000},   {"12", 12000000},  {"0", 0},
              {"0.000001", 1},    {"1.10", 1100000}, {"1000000000", 1000000000000000},
              {"0.0000001", -1},  {"", -1},          {".5", -1},
              {"1.", -1},         {"-1", -1},        {"1e3", -1},
              {"1,5", -1},        {" 1", -1},        {"1.2.3", -1},
              {"1000000001", -1}, {"$1", -1}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    rt_micros amount = {-1};
    const rt_status status = rt_micros_from_dollars(rt_bytes_of(rows[i].text), &amount);
    assert_int_equal(status, rows[i].micros < 0 ? RT_BAD_FIELD : RT_OK);
    assert_int_equal(amount.value, rows[i].micros);
  }
}

static void dollars_are_written_with_two_decimals_or_as_many_as_it_takes(void **state) {
  (void)state;
  const struct {
    int64_t micros;
    const char *text;
  } rows[] = {{0, "0.00"},
              {450000, "0.45"},
              {12000000, "12.00"},
              {1, "0.000001"},
              {1234500, "1.2345"},
              {-1500000, "-1.50"},
              {INT64_MIN, "-9223372036854.775808"}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char room[40];
    rt_writer writer = rt_writer_over(room, sizeof room);
    rt_write_dollars(&writer, (rt_micros){rows[i].micros});
    assert_bytes_equal(rt_written(&writer), rows[i].text);
  }
}

static void a_countrys_rate_comes_before_the_rate_of_anywhere_else(void **state) {
  (void)state;
  const rt_rate rates[] = {{"*", {1}}, {"DE", {2}}, {"GB", {3}}};
  const struct {
    const char *country;
    size_t count;
    int64_t micros;  // 0: none
  } rows[] = {{"DE", 3, 2}, {"uk", 3, 3}, {"FR", 3, 1}, {"", 3, 1}, {"DE", 1, 1}, {"DE", 0, 0}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    rt_location location = {0};
    rt_micros amount = {0};
    rt_location_set_country(&location, rt_bytes_of(rows[i].country));
    assert_int_equal(rt_rate_at(rates, rows[i].count, &location, &amount), rows[i].micros != 0);
    assert_int_equal(amount.value, rows[i].micros);
  }
}

static void an_unknown_location_has_no_rate_of_a_country(void **state) {
  (void)state;
  const rt_rate rates[] = {{"DE", {2}}};
  rt_micros amount = {0};
  assert_false(rt_rate_at(rates, 1, &(rt_location){0}, &amount));
}

static void a_click_and_an_action_have_bounds_of_their_own(void **state) {
  (void)state;
  assert_int_equal(rt_rate_minimum(RT_MODEL_CPC).value, 10000);   // a cent
  assert_int_equal(rt_rate_minimum(RT_MODEL_CPA).value, 100000);  // ten
  assert_int_equal(rt_rate_maximum(RT_MODEL_CPC).value, 1000000000);
  assert_int_equal(rt_rate_maximum(RT_MODEL_CPA).value, 100000000000);
}

static void a_model_is_found_by_its_name_alone(void **state) {
  (void)state;
  rt_model model = RT_MODEL_CPA;
  assert_true(rt_model_find(rt_bytes_of(rt_model_name(RT_MODEL_CPC)), &model));
  assert_int_equal(model, RT_MODEL_CPC);
  assert_true(rt_model_find(rt_bytes_of(rt_model_name(RT_MODEL_CPA)), &model));
  assert_int_equal(model, RT_MODEL_CPA);
  assert_false(rt_model_find(RT_BYTES("cpm"), &model));
  assert_false(rt_model_find(RT_BYTES("CPC"), &model));
  assert_int_equal(model, RT_MODEL_CPA);
}

RUN_TESTS(cmocka_unit_test(a_click_and_an_action_have_bounds_of_their_own),
          cmocka_unit_test(a_model_is_found_by_its_name_alone), cmocka_unit_test(dollars_are_read_exactly_or_refused),
          cmocka_unit_test(dollars_are_written_with_two_decimals_or_as_many_as_it_takes),
          cmocka_unit_test(a_countrys_rate_comes_before_the_rate_of_anywhere_else),
          cmocka_unit_test(an_unknown_location_has_no_rate_of_a_country))
