// tape_reader_test.c: what the reader of tapes takes, and what it says about the rest.
// SPDX-License-Identifier: MIT
#include "sim/tape_reader.h"

#include <stdio.h>
#include <string.h>

#include "sim/tape.h"
#include "tape_text.h"
#include "unit.h"

static rt_tape_reader reader;

#define HEADER \
  "retarget tape 1\nconfig kind=decline brand=retarget seed=000000000000002a page_host=\"\" page_language=\"\"\n"

// Reads all of `text` as header and events. False: reader.fault says why.
static bool read_all(const char *text, size_t chunk) {
  tape_text source = {rt_bytes_of(text), chunk};
  rt_bytes line;
  rt_event event;
  if (!rt_tape_reader_open(&reader, tape_text_source(&source))) return false;
  while (rt_tape_reader_next(&reader, &line)) {
    if (rt_bytes_start_with(line, RT_BYTES("end "))) return rt_tape_reader_end(&reader);
    if (rt_tape_line_is_event(line) && !rt_tape_reader_event(&reader, &event)) return false;
  }
  return !reader.has_failed;
}

static void a_header_is_what_the_embed_was_opened_with(void **state) {
  (void)state;
  tape_text source = {RT_BYTES("retarget tape 1\n"
                               "config kind=decline brand=affilfinder seed=fedcba9876543210 page_host=\"shop.example\" "
                               "page_language=\"de\"\n"
                               "attribute data-pub \"pk_1\"\n"
                               "attribute data-debug \"\"\n"
                               "attribute data-lang \"\\x00\\xff\\n\\\"\\\\\"\n"
                               "metrics \"600 500\"\n"
                               "1 0 > started\n"),
                      0};
  assert_true(rt_tape_reader_open(&reader, tape_text_source(&source)));
  const rt_config *config = &reader.config;
  assert_int_equal(config->kind, RT_EMBED_DECLINE);
  assert_int_equal(config->brand, RT_BRAND_AFFILFINDER);
  assert_true(config->seed == 0xFEDCBA9876543210u);
  assert_bytes_equal(config->page_host, "shop.example");
  assert_bytes_equal(config->page_language, "de");
  assert_bytes_equal(config->attributes[RT_ATTRIBUTE_PUB], "pk_1");
  assert_null(config->attributes[RT_ATTRIBUTE_WEBSITE].data);
  assert_non_null(config->attributes[RT_ATTRIBUTE_DEBUG].data);
  assert_int_equal(config->attributes[RT_ATTRIBUTE_DEBUG].length, 0);
  assert_int_equal(config->attributes[RT_ATTRIBUTE_LANG].length, 5);
  assert_memory_equal(config->attributes[RT_ATTRIBUTE_LANG].data, "\0\xff\n\"\\", 5);
  assert_bytes_equal(reader.metrics, "600 500");
}

static void keep(void *self, rt_bytes run) { rt_write_bytes(self, run); }

// Everything of `got` that `kind` carries is that of `event`.
static void assert_events_equal(const rt_event *got, const rt_event *event) {
  assert_int_equal(got->kind, event->kind);
  assert_true(got->now.ms == event->now.ms);
  static char text[2][1 << 18];
  for (int i = 0; i < 2; i++) {
    const rt_config config = {.kind = RT_EMBED_DECLINE};
    rt_writer writer = rt_writer_over(text[i], sizeof text[i] - 1);
    rt_tape_writer tape;
    rt_tape_begin(&tape, (rt_tape_sink){&writer, keep}, &config, RT_BYTES_NONE);
    rt_tape_write_event(&tape, i == 0 ? got : event);
    text[i][writer.length] = '\0';
  }
  assert_string_equal(text[0], text[1]);
}

static void every_event_is_read_as_it_was_written_at_any_chunk_size(void **state) {
  (void)state;
  static char text[1 << 18], body[RT_MAX_BODY_LENGTH];
  for (size_t i = 0; i < sizeof body; i++) body[i] = (char)(i * 7);
  rt_event events[RT_EVENT_COUNT];
  const rt_config config = {.kind = RT_EMBED_DECLINE};
  rt_writer writer = rt_writer_over(text, sizeof text);
  rt_tape_writer tape;
  rt_tape_begin(&tape, (rt_tape_sink){&writer, keep}, &config, RT_BYTES("600"));
  for (int i = 0; i < RT_EVENT_COUNT; i++) {
    events[i] = (rt_event){.kind = (rt_event_kind)i,
                           .now = {i / 2},
                           .request = INT32_MAX,
                           .status = 200,
                           .state = 1,
                           .width_px = 390,
                           .height_px = -1,
                           .card = INT32_MIN,
                           .ratio_permille = 1000,
                           .reason = 3,
                           .retry_after = RT_BYTES("3"),
                           .body = {body, sizeof body},
                           .metrics = RT_BYTES("600")};
    rt_tape_write_event(&tape, &events[i]);
  }
  rt_tape_end(&tape);
  assert_false(writer.is_overflowed);
  static const size_t chunks[] = {0, 1, 7, 4096};
  for (size_t c = 0; c < sizeof chunks / sizeof chunks[0]; c++) {
    tape_text source = {rt_written(&writer), chunks[c]};
    rt_bytes line;
    assert_true(rt_tape_reader_open(&reader, tape_text_source(&source)));
    for (int i = 0; i < RT_EVENT_COUNT; i++) {
      rt_event event;
      assert_true(rt_tape_reader_next(&reader, &line) && rt_tape_line_is_event(line));
      assert_true(rt_tape_reader_event(&reader, &event));
      assert_events_equal(&event, &events[i]);
    }
    assert_true(rt_tape_reader_next(&reader, &line) && rt_tape_reader_end(&reader));
  }
}

static void a_viewport_has_the_metrics_of_the_header_unless_it_says_otherwise(void **state) {
  (void)state;
  tape_text source = {RT_BYTES(HEADER "metrics \"600\"\n"
                                      "1 0 > viewport width_px=1 height_px=2\n"
                                      "2 0 > viewport width_px=1 height_px=2 metrics=\"500\"\n"
                                      "3 0 > viewport width_px=1 height_px=2 metrics=\"\"\n"),
                      0};
  static const char *const expected[] = {"600", "500", ""};
  rt_bytes line;
  rt_event event;
  assert_true(rt_tape_reader_open(&reader, tape_text_source(&source)));
  for (int i = 0; i < 3; i++) {
    assert_true(rt_tape_reader_next(&reader, &line) && rt_tape_reader_event(&reader, &event));
    assert_bytes_equal(event.metrics, expected[i]);
  }
}

static const struct {
  const char *text;
  unsigned line, column;
  const char *sentence;  // how it begins
} malformed[] = {
    {"", 1, 1, "this is empty"},
    {"\n", 1, 1, "this is not a tape"},
    {"<!doctype html>\n", 1, 1, "this is not a tape"},
    {"retarget tape 1", 1, 16, "the tape is cut here"},
    {"retarget tape 1\n", 2, 1, "a line that begins with \"config\""},
    {"retarget tape 1\r\n", 1, 16, "the line should end here"},
    {"retarget tape 2\nanything\n", 1, 15, "the tape has form 2 and this program reads form 1"},
    {"retarget tape \n", 1, 15, "a version number"},
    {"retarget tape 01\n", 1, 15, "a version number"},
    {"retarget tape 1\nconfig kind=overlay\n", 2, 13, "a kind of embed"},
    {"retarget tape 1\nconfig kind=decline brand=acme\n", 2, 27, "the name of a brand"},
    {"retarget tape 1\nconfig kind=decline  brand=retarget\n", 2, 20, "\" brand=\" was expected"},
    {"retarget tape 1\nconfig kind=decline brand=retarget seed=2a\n", 2, 41, "16 hexadecimal digits"},
    {"retarget tape 1\nconfig kind=decline brand=retarget seed=000000000000002A page_host=\"\"\n", 2, 41,
     "16 hexadecimal digits"},
    {"retarget tape 1\nconfig kind=decline brand=retarget seed=000000000000002a page_host=x\n", 2, 68, "\"\"\" was"},
    {HEADER "attribute data-colour \"red\"\n", 3, 11, "the name of an attribute"},
    {HEADER "attribute data-pub pk_1\n", 3, 20, "\"\"\" was expected"},
    {HEADER "attribute data-debug \"\"\nattribute data-pub \"pk_1\"\n", 4, 11,
     "this attribute should stand further up"},
    {HEADER "attribute data-pub \"a\"\nattribute data-pub \"b\"\n", 4, 11, "this attribute should stand further up"},
    {HEADER "metrics \"\"\n", 3, 11, "empty metrics have no line"},
    {HEADER "metrics \"600\"\nattribute data-pub \"a\"\n", 4, 1, "attributes stand above the metrics"},
    {HEADER "1 0 > started", 3, 14, "the tape is cut here"},
    {HEADER "1 0 > started \n", 3, 14, "the line should end here"},
    {HEADER "1 0 < started\n", 3, 4, "\" > \" was expected"},
    {HEADER "1 0 > begun\n", 3, 7, "the name of an event"},
    {HEADER "1 -1 > started\n", 3, 3, "a time in whole milliseconds"},
    {HEADER "1 1.5 > started\n", 3, 4, "\" > \" was expected"},
    {HEADER "1 9007199254740992 > started\n", 3, 3, "a time in whole milliseconds"},
    {HEADER "0 0 > started\n", 3, 1, "event 1 was expected"},
    {HEADER "1 0 > started\n3 0 > woke\n", 4, 1, "event 2 was expected"},
    {HEADER "1 5 > started\n2 4 > woke\n", 4, 3, "time goes back: the event before was at 5 ms"},
    {HEADER "1 0 > visibility\n", 3, 17, "\" state=\" was expected"},
    {HEADER "1 0 > visibility state=\n", 3, 24, "a whole number of 32 bits"},
    {HEADER "1 0 > visibility state=2147483648\n", 3, 24, "a whole number of 32 bits"},
    {HEADER "1 0 > visibility state=-2147483649\n", 3, 25, "a whole number of 32 bits"},
    {HEADER "1 0 > visibility state=-0\n", 3, 26, "a whole number of 32 bits"},
    {HEADER "1 0 > visibility state=01\n", 3, 24, "a whole number of 32 bits"},
    {HEADER "1 0 > visibility state=1 card=2\n", 3, 25, "the line should end here"},
    {HEADER "1 0 > http_done status=200 request=1\n", 3, 16, "\" request=\" was expected"},
    {HEADER "1 0 > http_done request=1 status=200 body=x\n", 3, 43, "\"\"\" was expected"},
    {HEADER "1 0 > http_done request=1 status=200 body=\"x\n", 3, 45, "a printable character or a closing quote"},
    {HEADER "1 0 > http_done request=1 status=200 body=\"\xC3\xA9\"\n", 3, 44, "a printable character"},
    {HEADER "1 0 > http_done request=1 status=200 body=\"\\t\"\n", 3, 44, "an escape was expected"},
    {HEADER "1 0 > http_done request=1 status=200 body=\"\\xC3\"\n", 3, 46, "2 hexadecimal digits"},
    {HEADER "1 0 > http_done request=1 status=200 body=\"\\x41\"\n", 3, 44, "an escape was expected"},
    {HEADER "1 0 > http_done request=1 status=200 body=\"\\x0a\"\n", 3, 44, "an escape was expected"},
    {HEADER "1 0 > http_done request=1 status=200 body=\"a\" retry_after=\"3\"\n", 3, 46, "the line should end here"},
    {HEADER "1 0 > started\nend 1234567\n", 4, 5, "8 hexadecimal digits"},
    {HEADER "1 0 > started\nend 12345678\n", 4, 5, "the sum is another"},
};

static void what_is_malformed_is_said_with_line_and_column(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
    for (size_t chunk = 0; chunk < 2; chunk++) {
      const bool is_read = read_all(malformed[i].text, chunk);
      const rt_tape_fault *fault = &reader.fault;
      const bool is_right = !is_read && fault->line == malformed[i].line && fault->column == malformed[i].column &&
                            strncmp(fault->sentence, malformed[i].sentence, strlen(malformed[i].sentence)) == 0;
      if (!is_right) {
        fail_msg("row %zu, %s\nexpected %u:%u: %s\ngot      %llu:%zu: %s", i, malformed[i].text, malformed[i].line,
                 malformed[i].column, malformed[i].sentence, is_read ? 0 : (unsigned long long)fault->line,
                 fault->column, is_read ? "no fault" : fault->sentence);
      }
    }
  }
}

static void a_text_is_as_long_as_a_host_hands_in_and_no_longer(void **state) {
  (void)state;
  static char text[RT_MAX_BODY_LENGTH + 1000];
  const struct {
    const char *before;
    int limit;
  } rows[] = {{HEADER "1 0 > http_done request=1 status=200 body=\"", RT_MAX_BODY_LENGTH},
              {HEADER "1 0 > http_done request=1 status=200 retry_after=\"", RT_MAX_GIVEN_LENGTH},
              {HEADER "1 0 > viewport width_px=1 height_px=1 metrics=\"", RT_MAX_GIVEN_LENGTH},
              {HEADER "attribute data-api \"", RT_MAX_GIVEN_LENGTH}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    for (int more = 0; more < 2; more++) {
      const int length = snprintf(text, sizeof text, "%s", rows[i].before);
      const int letters = rows[i].limit + more;
      memset(text + length, 'x', (size_t)letters);
      snprintf(text + length + letters, 4, "\"\n");
      assert_int_equal(read_all(text, 0), !more);
    }
    assert_string_equal(reader.fault.sentence, "this text is longer than any that a host hands in");
  }
}

static void a_line_without_end_is_refused_and_not_gathered(void **state) {
  (void)state;
  static char text[RT_TAPE_MAX_LINE + 2 * RT_TAPE_READ_AHEAD];
  memset(text, 'x', sizeof text - 1);
  memcpy(text, HEADER, sizeof HEADER - 1);
  assert_false(read_all(text, 0));
  assert_int_equal(reader.fault.line, 3);
  assert_string_equal(reader.fault.sentence, "no line of a tape is as long as this");
}

static void nothing_stands_behind_the_end(void **state) {
  (void)state;
  char text[400];
  const uint32_t sum = rt_tape_sum(RT_TAPE_SUM_OF_NOTHING, RT_BYTES(HEADER "1 0 > started\n"));
  snprintf(text, sizeof text, HEADER "1 0 > started\nend %08x\n", (unsigned)sum);
  assert_true(read_all(text, 1));
  strcat(text, "\n");
  assert_false(read_all(text, 1));
  assert_int_equal(reader.fault.line, 5);
}

static ptrdiff_t fail_to_read(void *self, char *bytes, size_t room, const char **why) {
  (void)self;
  (void)bytes;
  (void)room;
  *why = "the disk is gone";
  return -1;
}

static void a_source_that_fails_is_a_fault_and_not_an_end(void **state) {
  (void)state;
  assert_false(rt_tape_reader_open(&reader, (rt_tape_source){NULL, fail_to_read}));
  assert_string_equal(reader.fault.sentence, "the disk is gone");
}

RUN_TESTS(cmocka_unit_test(a_header_is_what_the_embed_was_opened_with),
          cmocka_unit_test(every_event_is_read_as_it_was_written_at_any_chunk_size),
          cmocka_unit_test(a_viewport_has_the_metrics_of_the_header_unless_it_says_otherwise),
          cmocka_unit_test(what_is_malformed_is_said_with_line_and_column),
          cmocka_unit_test(a_text_is_as_long_as_a_host_hands_in_and_no_longer),
          cmocka_unit_test(a_line_without_end_is_refused_and_not_gathered),
          cmocka_unit_test(nothing_stands_behind_the_end),
          cmocka_unit_test(a_source_that_fails_is_a_fault_and_not_an_end))
