// content_coding_test.c: Accept-Encoding as browsers, command lines and standards write it.
// SPDX-License-Identifier: MIT
#include "server/content_coding.h"

#include <string.h>

#include "unit.h"

// What a client that sends `header` gets, in the order in which it is tried: "br gzip identity".
static const char *wanted(const char *header) {
  static char text[64];
  const rt_codings codings = rt_codings_of(rt_bytes_of(header));
  text[0] = '\0';
  for (size_t i = 0; i < codings.count; i++) {
    if (i > 0) strcat(text, " ");
    strcat(text, rt_coding_name(codings.wanted[i]));
  }
  return text;
}

typedef struct {
  const char *header, *wanted;
} row;

static void check(const row *rows, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(wanted(rows[i].header), rows[i].wanted) != 0) print_message("Accept-Encoding: %s\n", rows[i].header);
    assert_string_equal(wanted(rows[i].header), rows[i].wanted);
  }
}
#define CHECK(rows) check(rows, sizeof(rows) / sizeof(rows)[0])

static void who_says_nothing_gets_the_file_as_it_is(void **state) {
  (void)state;
  const row rows[] = {{NULL, "identity"}, {"", "identity"}, {" ", "identity"}, {",", "identity"}, {"zstd", "identity"}};
  CHECK(rows);
}

static void what_browsers_send_gets_brotli(void **state) {
  (void)state;
  const row rows[] = {
      {"gzip, deflate, br, zstd", "br gzip identity"},
      {"gzip, deflate, br", "br gzip identity"},
      {"gzip, deflate", "gzip identity"},
      {"deflate, gzip, br, zstd", "br gzip identity"},
      {"br;q=1.0, gzip;q=0.8, *;q=0.1", "br gzip identity"},
      {"BR,GZip", "br gzip identity"},
      {"\tgzip\t,  br ", "br gzip identity"},
  };
  CHECK(rows);
}

static void qualities_are_obeyed(void **state) {
  (void)state;
  const row rows[] = {
      {"br;q=0.5, gzip", "gzip br identity"},
      {"br;q=0.5, gzip;q=0.501", "gzip br identity"},
      {"br ; q=0.001 , identity;q=0.002", "identity br"},
      {"br;Q=0.2, gzip;q=0.3", "gzip br identity"},
      {"gzip;q=0, br;q=0.000", "identity"},
      {"br;q=0, gzip", "gzip identity"},
      {"identity, br;q=0.9", "identity br"},
      {"br;x=1;q=0.1, gzip;q=0.2", "gzip br identity"},
      {"gzip;q=1.000, br;q=0.999", "gzip br identity"},
      {"br;q=0.2, br;q=0", "identity"},
  };
  CHECK(rows);
}

static void a_star_stands_for_what_is_not_named(void **state) {
  (void)state;
  const row rows[] = {
      {"*", "br gzip identity"},        {"*;q=0", "identity"},          {"gzip;q=0.5, *;q=0.7", "br identity gzip"},
      {"gzip, *;q=0", "gzip identity"}, {"br;q=0, *", "gzip identity"}, {"identity;q=0.5, *;q=0", "identity"},
  };
  CHECK(rows);
}

static void an_answer_it_refuses_is_better_than_none_but_comes_last(void **state) {
  (void)state;
  const row rows[] = {
      {"identity;q=0", "identity"}, {"identity;q=0, gzip;q=0.1", "gzip identity"}, {"br, *;q=0", "br identity"}};
  CHECK(rows);
}

static void a_quality_that_is_none_is_a_refusal(void **state) {
  (void)state;
  const row rows[] = {
      {"br;q=2, gzip", "gzip identity"},    {"br;q=1.1, gzip", "gzip identity"},
      {"br;q=-1, gzip", "gzip identity"},   {"br;q=, gzip", "gzip identity"},
      {"br;q, gzip", "gzip identity"},      {"br;q=0.1234, gzip", "gzip identity"},
      {"br;q=high, gzip", "gzip identity"}, {"br;q=0,5, gzip", "gzip identity"},
      {"br;q=10, gzip", "gzip identity"},   {"br;q=1., gzip;q=0.", "br identity"},
  };
  CHECK(rows);
}

static void half_a_name_is_another_name(void **state) {
  (void)state;
  const row rows[] = {{"b", "identity"}, {"brotli", "identity"}, {"gzip2, x-br", "identity"}, {"br gzip", "identity"}};
  CHECK(rows);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(who_says_nothing_gets_the_file_as_it_is),
      cmocka_unit_test(what_browsers_send_gets_brotli),
      cmocka_unit_test(qualities_are_obeyed),
      cmocka_unit_test(a_star_stands_for_what_is_not_named),
      cmocka_unit_test(an_answer_it_refuses_is_better_than_none_but_comes_last),
      cmocka_unit_test(a_quality_that_is_none_is_a_refusal),
      cmocka_unit_test(half_a_name_is_another_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
