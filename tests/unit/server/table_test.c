// table_test.c: a table against a plain list of what should be in it, and ids as text.
// SPDX-License-Identifier: MIT
#include "server/table.h"

#include <string.h>

#include "base/prng.h"
#include "unit.h"

enum { IDS = 500, STEPS = 20000 };

static rt_id id_of(uint32_t number) {
  rt_id id = {{0}};
  const uint32_t crowded = number % 7;  // few chains, so that they are long
  memcpy(id.bytes, &crowded, sizeof crowded);
  memcpy(id.bytes + 4, &number, sizeof number);
  return id;
}

static void a_table_holds_what_was_put_in_and_not_taken_out(void **state) {
  (void)state;
  static uint32_t expected[IDS];  // 0: not in the table
  rt_prng prng = rt_prng_from_seed(3);
  rt_table *table = rt_table_open(sizeof(uint32_t), IDS);
  uint32_t count = 0;
  for (uint32_t step = 1; step <= STEPS; step++) {
    const uint32_t number = rt_draw_below(rt_prng_next(&prng), IDS);
    const rt_id id = id_of(number);
    uint32_t *found = rt_table_find(table, &id);
    assert_int_equal(found != NULL, expected[number] != 0);
    if (found != NULL) {
      assert_int_equal(*found, expected[number]);
      rt_table_remove(table, &id);
      expected[number] = 0;
      count--;
    } else {
      uint32_t *record = rt_table_insert(table, &id);
      assert_int_equal(*record, 0);
      *record = expected[number] = step;
      count++;
    }
    assert_int_equal(rt_table_count(table), count);
  }
  uint32_t cursor = 0, seen = 0;
  rt_id id;
  while (rt_table_next(table, &cursor, &id) != NULL) seen++;
  assert_int_equal(seen, count);
  rt_table_close(table);
}

static void a_full_table_takes_nothing_more_until_something_leaves(void **state) {
  (void)state;
  rt_table *table = rt_table_open(1, 3);
  const rt_id ids[] = {id_of(1), id_of(2), id_of(3), id_of(4)};
  for (int i = 0; i < 3; i++) assert_non_null(rt_table_insert(table, &ids[i]));
  assert_null(rt_table_insert(table, &ids[3]));
  rt_table_remove(table, &ids[3]);
  assert_int_equal(rt_table_count(table), 3);
  rt_table_remove(table, &ids[1]);
  assert_non_null(rt_table_insert(table, &ids[3]));
  rt_table_close(table);
}

static void sweeping_visits_every_record(void **state) {
  (void)state;
  rt_table *table = rt_table_open(1, 200);
  rt_id id;
  assert_null(rt_table_sweep(table, &id));
  for (uint32_t i = 0; i < 100; i++) assert_non_null(rt_table_insert(table, &(rt_id){{(unsigned char)(i + 1)}}));
  bool seen[256] = {false};
  for (int i = 0; i < 128; i++) {
    if (rt_table_sweep(table, &id) != NULL) seen[id.bytes[0]] = true;
  }
  for (int i = 1; i <= 100; i++) assert_true(seen[i]);
  rt_table_close(table);
}

static void an_id_has_one_spelling(void **state) {
  (void)state;
  const char *wrong[] = {"",
                         "dcl_",
                         "dcl_AAAAAAAAAAAAAAAAAAAAA",
                         "dcl_AAAAAAAAAAAAAAAAAAAAAAA",
                         "dcl_AAAAAAAAAAAAAAAAAAAAAB",
                         "req_AAAAAAAAAAAAAAAAAAAAAA",
                         "dcl_AAAAAAAAAAAAAAAAAAAAA=",
                         "dcl_AAAAAAAAAAA+AAAAAAAAAA",
                         "DCL_AAAAAAAAAAAAAAAAAAAAAA",
                         " dcl_AAAAAAAAAAAAAAAAAAAAA"};
  rt_id id;
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    assert_false(rt_id_read(rt_bytes_of(wrong[i]), RT_ID_SESSION, &id));
  }
  rt_id drawn = {{1, 2, 3, 250, 251, 252, 253, 254, 255, 9, 8, 7, 6, 5, 4, 3}};
  const rt_id_text text = rt_id_to_text(RT_ID_SESSION, &drawn);
  assert_true(rt_id_read(rt_bytes_of(text.text), RT_ID_SESSION, &id));
  assert_true(rt_id_equal(&id, &drawn));
}

RUN_TESTS(cmocka_unit_test(a_table_holds_what_was_put_in_and_not_taken_out),
          cmocka_unit_test(a_full_table_takes_nothing_more_until_something_leaves),
          cmocka_unit_test(sweeping_visits_every_record), cmocka_unit_test(an_id_has_one_spelling))
