// unit.h: what every unit test needs: cmocka with the headers it forgets, and slices that print when they differ.
// SPDX-License-Identifier: MIT
#ifndef RT_TESTS_SUPPORT_UNIT_H
#define RT_TESTS_SUPPORT_UNIT_H

// cmocka.h uses what these declare and does not include them.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/bytes.h"

#define assert_bytes_equal(got, expected) check_bytes_equal((got), (expected), __FILE__, __LINE__)

// Fails with both texts in full.
void check_bytes_equal(rt_bytes got, const char *expected, const char *file, int line);

#define RUN_TESTS(...)                                               \
  int main(void) {                                                   \
    const struct CMUnitTest tests[] = {__VA_ARGS__};                 \
    return cmocka_run_group_tests_name(__FILE__, tests, NULL, NULL); \
  }

#endif
