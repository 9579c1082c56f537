// link_template_test.c: placeholders of landing URLs.
// SPDX-License-Identifier: MIT
#include "domain/link_template.h"

#include <string.h>

#include "domain/limits.h"
#include "unit.h"

static void templates_with_other_placeholders_are_refused_and_the_part_named(void **state) {
  (void)state;
  const struct {
    const char *template, *culprit;  // NULL: good
  } rows[] = {
      {"https://a.example/", NULL},
      {"https://a.example/?c={clickId}&w={websiteKey}&l={country}-{region}", NULL},
      {"https://a.example/{clickId}/{clickId}", NULL},
      {"https://a.example?c={clickId}", NULL},
      {"https://a.example/?c={clickid}", "{clickid}"},
      {"https://a.example/?c={}", "{}"},
      {"https://a.example/?c={clickId", "{clickId"},
      {"https://a.example/?c=clickId}", "}"},
      {"https://a.example/?c={{clickId}}", "{{clickId}"},
      {"https://{country}.example/", "{country}"},
      {"https://a.example{region}/", "{region}"},
      {"https://a.example#{clickId}", NULL},
      {"{clickId}", "{clickId}"},
      {"a:", NULL},  // too short for a host; whether it is a URL is not asked here
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    rt_bytes culprit;
    const rt_status status = rt_link_template_check(rt_bytes_of(rows[i].template), &culprit);
    assert_int_equal(status, rows[i].culprit == NULL ? RT_OK : RT_BAD_FIELD);
    assert_bytes_equal(culprit, rows[i].culprit == NULL ? "" : rows[i].culprit);
  }
}

static void a_template_has_room_for_its_values(void **state) {
  (void)state;
  char text[RT_MAX_URL_LENGTH + 1] = "https://a.example/", room[RT_MAX_URL_LENGTH];
  rt_bytes culprit;
  while (strlen(text) + 9 <= RT_MAX_URL_LENGTH) strcat(text, "{clickId}");
  assert_int_equal(rt_link_template_check(rt_bytes_of(text), &culprit), RT_TOO_LARGE);
  strcpy(text, "https://a.example/");
  for (int i = 0; i < 70; i++) strcat(text, "{clickId}");
  for (int i = 0; i < 10; i++) strcat(text, "{region}");
  while (strlen(text) < RT_MAX_URL_LENGTH - 70 * (RT_LINK_ID_LENGTH - 9) + 10 * (8 - RT_MAX_REGION_LENGTH))
    strcat(text, "x");
  assert_int_equal(rt_link_template_check(rt_bytes_of(text), &culprit), RT_OK);
  rt_writer writer = rt_writer_over(room, sizeof room);
  const rt_link_values values = {.click_id = RT_BYTES("clk_-_-_-_-_-_-_-_-_-_-_-_"), .region = RT_BYTES("SCT")};
  rt_write_link(&writer, rt_bytes_of(text), &values);
  assert_false(writer.is_overflowed);
  assert_int_equal(writer.length, RT_MAX_URL_LENGTH);
  strcat(text, "x");
  assert_int_equal(rt_link_template_check(rt_bytes_of(text), &culprit), RT_TOO_LARGE);
}

static void each_placeholder_is_given_the_room_of_its_longest_value(void **state) {
  (void)state;
  static const struct {
    const char *placeholder;
    size_t room;
  } rows[] = {{"{clickId}", 26}, {"{websiteKey}", 26}, {"{country}", 2}, {"{region}", 3}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char text[RT_MAX_URL_LENGTH + 20] = "https://a.example/";
    rt_bytes culprit;
    while (strlen(text) < RT_MAX_URL_LENGTH - rows[i].room) strcat(text, "x");
    strcat(text, rows[i].placeholder);
    assert_int_equal(rt_link_template_check(rt_bytes_of(text), &culprit), RT_OK);
    strcat(text, "x");
    assert_int_equal(rt_link_template_check(rt_bytes_of(text), &culprit), RT_TOO_LARGE);
  }
}

static void values_are_percent_encoded(void **state) {
  (void)state;
  char room[200];
  rt_writer writer = rt_writer_over(room, sizeof room);
  const rt_link_values values = {.click_id = RT_BYTES("a b&c=d/e?#%"), .country = RT_BYTES("DE")};
  rt_write_link(&writer, RT_BYTES("https://a.example/?c={clickId}&w={websiteKey}&l={country}-{region}#x"), &values);
  assert_bytes_equal(rt_written(&writer), "https://a.example/?c=a%20b%26c%3Dd%2Fe%3F%23%25&w=&l=DE-#x");
}

RUN_TESTS(cmocka_unit_test(templates_with_other_placeholders_are_refused_and_the_part_named),
          cmocka_unit_test(each_placeholder_is_given_the_room_of_its_longest_value),
          cmocka_unit_test(a_template_has_room_for_its_values), cmocka_unit_test(values_are_percent_encoded))
