// tape_test.c: what the writer of tapes writes.
// SPDX-License-Identifier: MIT
#include "sim/tape.h"

#include <stdio.h>
#include <string.h>

#include "embed_rig.h"
#include "unit.h"

static char text[1 << 18];

static void keep(void *self, rt_bytes run) { rt_write_bytes(self, run); }

// A writer whose text lands in `text`.
typedef struct {
  rt_writer text;
  rt_tape_writer tape;
} desk;

static void begin(desk *d, const rt_config *config, rt_bytes metrics) {
  d->text = rt_writer_over(text, sizeof text);
  rt_tape_begin(&d->tape, (rt_tape_sink){&d->text, keep}, config, metrics);
}

// A desk with the header out of the way.
static void begin_without_header(desk *d, rt_bytes metrics) {
  const rt_config config = {.page_host = RT_BYTES("shop.example")};
  begin(d, &config, metrics);
  d->text.length = 0;
}

static void assert_written(desk *d, const char *expected) {
  assert_bytes_equal(rt_written(&d->text), expected);
  d->text.length = 0;
}

static void the_header_has_everything_the_embed_was_opened_with(void **state) {
  (void)state;
  desk d;
  rt_config config = {.kind = RT_EMBED_DECLINE,
                      .brand = RT_BRAND_AFFILFINDER,
                      .seed = 0xFEDCBA9876543210u,
                      .page_host = RT_BYTES("shop.example"),
                      .page_language = RT_BYTES("de")};
  config.attributes[RT_ATTRIBUTE_WEBSITE] = RT_BYTES("web_1");
  config.attributes[RT_ATTRIBUTE_PUB] = RT_BYTES("pk_1");
  config.attributes[RT_ATTRIBUTE_DEBUG] = RT_BYTES("");
  begin(&d, &config, RT_BYTES("600 500"));
  assert_written(&d,
                 "retarget tape 1\n"
                 "config kind=decline brand=affilfinder seed=fedcba9876543210 page_host=\"shop.example\" "
                 "page_language=\"de\"\n"
                 "attribute data-pub \"pk_1\"\n"
                 "attribute data-website \"web_1\"\n"
                 "attribute data-debug \"\"\n"
                 "metrics \"600 500\"\n");

  const rt_config nothing = {.kind = RT_EMBED_DECLINE};
  begin(&d, &nothing, RT_BYTES_NONE);
  assert_written(&d,
                 "retarget tape 1\nconfig kind=decline brand=retarget seed=0000000000000000 page_host=\"\" "
                 "page_language=\"\"\n");
}

static void events_are_numbered_and_carry_the_fields_of_their_kind(void **state) {
  (void)state;
  desk d;
  begin_without_header(&d, RT_BYTES_NONE);
  rt_tape_write_event(&d.tape, &(rt_event){.kind = RT_EVENT_STARTED, .now = {7}, .request = 3});
  assert_written(&d, "1 7 > started\n");
  rt_tape_write_event(&d.tape, &(rt_event){.kind = RT_EVENT_HTTP_DONE,
                                           .now = {80},
                                           .request = 1,
                                           .status = 429,
                                           .retry_after = RT_BYTES("3"),
                                           .body = RT_BYTES("{\"a\":1}")});
  assert_written(&d, "2 80 > http_done request=1 status=429 retry_after=\"3\" body=\"{\\\"a\\\":1}\"\n");
  rt_tape_write_event(&d.tape, &(rt_event){.kind = RT_EVENT_HTTP_DONE, .now = {80}, .request = 2, .status = 204});
  assert_written(&d, "3 80 > http_done request=2 status=204\n");
  rt_tape_write_event(&d.tape, &(rt_event){.kind = RT_EVENT_CARD_VIEW, .now = {INT64_MAX - 1}, .card = -1});
  assert_written(&d, "4 9223372036854775806 > card_view card=-1 ratio_permille=0\n");
}

static void a_viewport_carries_its_metrics_only_where_they_are_not_those_of_the_header(void **state) {
  (void)state;
  desk d;
  rt_event viewport = {.kind = RT_EVENT_VIEWPORT, .width_px = 390, .height_px = 844, .metrics = RT_BYTES("600")};
  begin_without_header(&d, RT_BYTES("600"));
  rt_tape_write_event(&d.tape, &viewport);
  assert_written(&d, "1 0 > viewport width_px=390 height_px=844\n");
  viewport.metrics = RT_BYTES("500");
  rt_tape_write_event(&d.tape, &viewport);
  assert_written(&d, "2 0 > viewport width_px=390 height_px=844 metrics=\"500\"\n");
  viewport.metrics = RT_BYTES_NONE;
  rt_tape_write_event(&d.tape, &viewport);
  assert_written(&d, "3 0 > viewport width_px=390 height_px=844 metrics=\"\"\n");
}

static void any_byte_is_written_in_one_way(void **state) {
  (void)state;
  desk d;
  char bytes[256], expected[2048];
  int length = snprintf(expected, sizeof expected, "1 0 > http_done request=0 status=0 body=\"");
  for (int i = 0; i < 256; i++) {
    bytes[i] = (char)i;
    const size_t room = sizeof expected - (size_t)length;
    if (i == '"' || i == '\\') {
      length += snprintf(expected + length, room, "\\%c", i);
    } else if (i == '\n') {
      length += snprintf(expected + length, room, "\\n");
    } else {
      length += snprintf(expected + length, room, i >= 32 && i < 127 ? "%c" : "\\x%02x", i);
    }
  }
  snprintf(expected + length, sizeof expected - (size_t)length, "\"\n");
  begin_without_header(&d, RT_BYTES_NONE);
  rt_tape_write_event(&d.tape, &(rt_event){.kind = RT_EVENT_HTTP_DONE, .body = {bytes, sizeof bytes}});
  assert_written(&d, expected);
}

static void a_text_longer_than_a_run_arrives_whole(void **state) {
  (void)state;
  static char body[40000];
  desk d;
  memset(body, 0xFF, sizeof body);
  begin_without_header(&d, RT_BYTES_NONE);
  rt_tape_write_event(&d.tape, &(rt_event){.kind = RT_EVENT_HTTP_DONE, .body = {body, sizeof body}});
  const rt_bytes written = rt_written(&d.text);
  const rt_bytes start = RT_BYTES("1 0 > http_done request=0 status=0 body=\"");
  assert_true(rt_bytes_start_with(written, start));
  assert_int_equal(written.length, start.length + 4 * sizeof body + 2);
  for (size_t i = 0; i < sizeof body; i++) assert_memory_equal(written.data + start.length + 4 * i, "\\xff", 4);
  assert_true(rt_bytes_end_with(written, RT_BYTES("\"\n")));
}

static void commands_carry_the_fields_of_their_kind(void **state) {
  (void)state;
  desk d;
  begin_without_header(&d, RT_BYTES_NONE);
  rt_tape_write_command(
      &d.tape,
      &(rt_command){.kind = RT_COMMAND_SEND_HTTP, .request = 1, .method = 1, .url = RT_BYTES("https://a.example/")},
      NULL);
  assert_written(&d, "  < send_http request=1 method=1 is_keepalive=0 url=\"https://a.example/\"\n");
  rt_tape_write_command(&d.tape, &(rt_command){.kind = RT_COMMAND_HIDE_SURFACE}, NULL);
  assert_written(&d, "  < hide_surface\n");
  rt_tape_write_refusal(&d.tape, RT_FAILED);
  assert_written(&d, "  ! refused status=9\n");
}

static void a_surface_is_its_words_and_one_number_for_all_boxes(void **state) {
  (void)state;
  desk d;
  rt_view view = {.count = 3, .look = {.accent = 0x3B5BDB}};
  view.nodes[0] = (rt_node){.role = RT_ROLE_OVERLAY, .parent = -1, .card = -1, .width = 390, .lines = 1};
  view.nodes[1] = (rt_node){.role = RT_ROLE_PANEL, .parent = 0, .card = -1, .lines = 1};
  view.nodes[2] = (rt_node){.role = RT_ROLE_TITLE, .parent = 1, .card = -1, .lines = 1, .text = RT_BYTES("F\xC3\xBCr")};
  const rt_command show = {.kind = RT_COMMAND_SHOW_SURFACE};
  begin_without_header(&d, RT_BYTES_NONE);
  rt_tape_write_command(&d.tape, &show, &view);
  assert_written(&d,
                 "  < show_surface boxes=0f2488b2\n"
                 "    overlay \"\"\n"
                 "      panel \"\"\n"
                 "        title \"F\\xc3\\xbcr\"\n");
  view.nodes[2].y = 1;
  rt_tape_write_command(&d.tape, &show, &view);
  assert_false(rt_bytes_start_with(rt_written(&d.text), RT_BYTES("  < show_surface boxes=0f2488b2")));
}

static void a_state_is_written_when_its_word_or_its_wake_up_time_is_another(void **state) {
  (void)state;
  static embed_rig rig;
  desk d;
  const rt_config config = embed_rig_config();
  embed_rig_start(&rig, &config);
  begin_without_header(&d, RT_BYTES_NONE);
  rt_tape_write_state(&d.tape, rig.embed);
  assert_written(&d, "  = starting 10000\n");
  rt_tape_write_state(&d.tape, rig.embed);
  assert_written(&d, "");
  embed_rig_answer(&rig, 100, "{\"sessionId\":\"dcl_1\",\"maxWait\":25}");
  rt_tape_write_state(&d.tape, rig.embed);
  assert_written(&d, "  = waiting 35100\n");
  embed_rig_step(&rig, 0, (rt_event){.kind = RT_EVENT_ENDED});
  rt_tape_write_state(&d.tape, rig.embed);
  assert_written(&d, "  = ended\n");
}

static void the_end_has_the_sum_of_all_text_before(void **state) {
  (void)state;
  desk d;
  const rt_config config = {.page_host = RT_BYTES("shop.example")};
  begin(&d, &config, RT_BYTES_NONE);
  rt_tape_write_event(&d.tape, &(rt_event){.kind = RT_EVENT_STARTED});
  char expected[16];
  const uint32_t sum = rt_tape_sum(RT_TAPE_SUM_OF_NOTHING, rt_written(&d.text));
  snprintf(expected, sizeof expected, "end %08x\n", (unsigned)sum);
  d.text.length = 0;
  rt_tape_end(&d.tape);
  assert_written(&d, expected);
  // The published test vectors of FNV-1a.
  assert_int_equal(rt_tape_sum(RT_TAPE_SUM_OF_NOTHING, RT_BYTES("a")), 0xE40C292C);
  assert_int_equal(rt_tape_sum(RT_TAPE_SUM_OF_NOTHING, RT_BYTES("foobar")), 0xBF9CF968);
}

RUN_TESTS(cmocka_unit_test(the_header_has_everything_the_embed_was_opened_with),
          cmocka_unit_test(events_are_numbered_and_carry_the_fields_of_their_kind),
          cmocka_unit_test(a_viewport_carries_its_metrics_only_where_they_are_not_those_of_the_header),
          cmocka_unit_test(any_byte_is_written_in_one_way), cmocka_unit_test(a_text_longer_than_a_run_arrives_whole),
          cmocka_unit_test(commands_carry_the_fields_of_their_kind),
          cmocka_unit_test(a_surface_is_its_words_and_one_number_for_all_boxes),
          cmocka_unit_test(a_state_is_written_when_its_word_or_its_wake_up_time_is_another),
          cmocka_unit_test(the_end_has_the_sum_of_all_text_before))
