// api_server_test.c: bodies read member by member, and moments written.
// SPDX-License-Identifier: MIT
#include "codec/api_server.h"

#include <stdalign.h>
#include <string.h>

#include "unit.h"

static alignas(8) char memory[32 * 1024];

static rt_fault read(const char *text, rt_api_body *body) {
  rt_arena arena = rt_arena_over(memory, sizeof memory);
  return rt_api_read_body(rt_bytes_of(text), &arena, body);
}

static void members_are_found_and_others_ignored(void **state) {
  (void)state;
  rt_api_body body;
  const rt_fault fault = read("{\"x\":{},\"requestId\":\"r\",\"offerIds\":[\"a\",\"b\"],\"viewableIds\":null}", &body);
  assert_int_equal(fault.status, RT_OK);
  assert_bytes_equal(body.request_id, "r");
  assert_int_equal(body.offer_id_count, 2);
  assert_bytes_equal(body.offer_ids[1], "b");
  assert_int_equal(body.viewable_id_count, 0);
  assert_null(body.session_id.data);
  assert_int_equal(read("", &body).status, RT_OK);
}

static void a_member_of_the_wrong_type_is_named(void **state) {
  (void)state;
  const struct {
    const char *text, *where;
  } rows[] = {{"{\"sessionId\":1}", "sessionId"},
              {"{\"offerIds\":\"a\"}", "offerIds"},
              {"{\"offerIds\":[1]}", "offerIds"},
              {"{\"viewableIds\":[1,1,1,1,1,1,1,1,1,1,1,1,1]}", "viewableIds"},
              {"[]", "body"},
              {"{", "body"}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    rt_api_body body;
    const rt_fault fault = read(rows[i].text, &body);
    assert_int_not_equal(fault.status, RT_OK);
    assert_string_equal(fault.where, rows[i].where);
  }
}

static void a_zero_ends_no_text_early(void **state) {
  (void)state;
  rt_api_body body;
  char room[1024];
  const char *wrong[] = {"{\"requestId\":\"r\\u0000x\"}", "{\"requestId\":\"\\\\\\u0000\"}",
                         "{\"offerIds\":[\"o\\u0000\"]}", "{\"request\\u0000Id\":\"r\"}"};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    const rt_fault fault = read(wrong[i], &body);
    assert_int_equal(fault.status, RT_BAD_JSON);
    assert_string_equal(fault.where, "body");
  }
  rt_arena arena = rt_arena_over(room, sizeof room);
  const rt_bytes raw = {"{\"requestId\":\"r\0x\"}", sizeof "{\"requestId\":\"r\0x\"}" - 1};
  assert_int_equal(rt_api_read_body(raw, &arena, &body).status, RT_BAD_JSON);
  const rt_bytes behind = {"{}\0", 3};
  assert_int_equal(rt_api_read_body(behind, &arena, &body).status, RT_BAD_JSON);
  assert_int_equal(read("{\"requestId\":\"\\\\u0000\"}", &body).status, RT_OK);  // an escaped backslash, then letters
  assert_bytes_equal(body.request_id, "\\u0000");
  assert_int_equal(read("{\"requestId\":\"\\", &body).status, RT_BAD_JSON);
}

static void moments_are_written_as_iso_8601(void **state) {
  (void)state;
  const struct {
    int64_t ms;
    const char *text;
  } rows[] = {{0, "1970-01-01T00:00:00.000Z"},
              {951782399999, "2000-02-28T23:59:59.999Z"},
              {951782400000, "2000-02-29T00:00:00.000Z"},
              {1772366400001, "2026-03-01T12:00:00.001Z"},
              {4107542399000, "2100-02-28T23:59:59.000Z"},
              {4107542400000, "2100-03-01T00:00:00.000Z"},
              {253402300799999, "9999-12-31T23:59:59.999Z"}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char room[32];
    rt_writer writer = rt_writer_over(room, sizeof room);
    rt_write_iso8601(&writer, (rt_wall){rows[i].ms});
    assert_bytes_equal(rt_written(&writer), rows[i].text);
  }
}

RUN_TESTS(cmocka_unit_test(members_are_found_and_others_ignored), cmocka_unit_test(a_member_of_the_wrong_type_is_named),
          cmocka_unit_test(a_zero_ends_no_text_early), cmocka_unit_test(moments_are_written_as_iso_8601))
