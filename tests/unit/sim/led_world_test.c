// led_world_test.c: what a world does that is led by hand, beyond what the pages of tests/scenarios show: how it says that
// a story is not true, and that it leaves nothing to chance.
// SPDX-License-Identifier: MIT
#include "sim/led_world.h"

#include <stdio.h>
#include <string.h>

#include "embed/embed.h"
#include "unit.h"

static rt_story story;
static rt_led_result result;

static void play_in(const char *text, rt_led_memory memory) {
  rt_story_fault fault;
  if (!rt_story_read(rt_bytes_of(text), 1, &story, &fault))
    fail_msg("%u: %s\nof: %s", fault.line, fault.sentence, text);
  rt_led_world_play(&story, memory, &result);
}

static void play(const char *text) { play_in(text, rt_led_memory_whole()); }

static bool has_tape(const char *part) {
  const size_t length = strlen(part);
  for (size_t at = 0; at + length <= result.tape_length; at++) {
    if (memcmp(result.tape + at, part, length) == 0) return true;
  }
  return false;
}

static int forget(void **state) {
  (void)state;
  rt_led_result_free(&result);
  return 0;
}

// Plays a line between the page's loading and the end.
static void assert_fails(const char *lines, uint32_t line, const char *sentence) {
  char text[600];
  snprintf(text, sizeof text, "at 0 s the page loads\n%s\nuntil 60 s", lines);
  play(text);
  if (result.outcome != RT_LED_FAILED) fail_msg("this is taken for true: %s", lines);
  assert_int_equal(result.line, line);
  assert_string_equal(result.sentence, sentence);
  rt_led_result_free(&result);
}

static void what_is_not_so_is_said_with_its_line(void **state) {
  (void)state;
  assert_fails("at 1 s the widget is open", 2, "the widget is waiting, not open");
  assert_fails("at 1 s the publisher was answered 200", 2, "the publisher was not answered");
  assert_fails("at 1 s the publisher triggers\nat 2 s the publisher was answered 410", 3,
               "the publisher was answered 200, not 410");
  assert_fails("at 1 s the publisher triggers\nat 2 s the publisher was not answered", 3,
               "the publisher was answered 200");
}

static void what_cannot_be_done_is_said_with_its_line(void **state) {
  (void)state;
  assert_fails("at 1 s the visitor presses Escape", 2, "no overlay is on the page, the widget is waiting");
  assert_fails("at 1 s the publisher triggers\nat 2 s the visitor follows card 3", 3, "the overlay has 2 cards");
  assert_fails("at 1 s the publisher triggers\nat 2 s the visitor scrolls to the end", 3,
               "the overlay's end is in view already");
  assert_fails("at 1 s the publisher triggers\nat 2 s the page is hidden\nat 3 s the visitor follows card 1", 4,
               "the page is hidden");
  assert_fails("at 0.001 s the publisher triggers", 2, "the publisher has not been told of a session yet");
  assert_fails("at 1 s the publisher triggers again", 2, "the publisher has not triggered yet");
  assert_fails("at 1 s the page is shown", 2, "the page is shown already");
  assert_fails("at 1 s the page is online", 2, "the page is online already");
  assert_fails("at 1 s the page is thawed", 2, "the page is not frozen");
  assert_fails("at 1 s the page is frozen\nat 2 s the page is shown", 3, "the page is frozen");
  assert_fails("at 1 s the page is closed\nat 2 s the page calls close()", 3, "the page is closed");
  assert_fails("at 1 s the page is closed\nat 2 s the widget is waiting", 3, "the page is closed");
  assert_fails("at 1 s the page calls destroy()\nat 2 s the page calls destroy()", 3,
               "the widget is destroyed already");
  assert_fails("at 1 s the API is back", 2, "the API has not crashed");
  assert_fails("at 1 s the API crashes\nat 2 s the API crashes", 3, "the API has crashed already");
}

static void what_a_section_cannot_do_is_said_with_its_line(void **state) {
  (void)state;
  static const struct {
    const char *lines, *sentence;
  } rows[] = {
      {"at 1 s the container comes", "the container is there already"},
      {"at 1 s the container goes\nat 2 s the container goes", "the page has no container"},
      {"at 1 s the visitor presses Escape", "a section cannot be closed by a visitor"},
      {"at 1 s the visitor follows card 3", "the section has 2 cards"},
      {"at 1 s the page calls close()\nat 2 s the visitor follows card 1",
       "no section is on the page, the widget is closed"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char text[400];
    snprintf(text, sizeof text,
             "the widget is section\nthe website does not serve DE\nthe visitor is in DE\nat 0 s the page loads\n%s\n"
             "until 60 s",
             rows[i].lines);
    play(text);
    assert_int_equal(result.outcome, RT_LED_FAILED);
    assert_string_equal(result.sentence, rows[i].sentence);
    rt_led_result_free(&result);
  }
}

// Where a visitor is for the API: the page's word counts on a development origin and nowhere else.
static void the_rule_sees_the_place_that_the_story_names(void **state) {
  (void)state;
  static const struct {
    const char *settings, *widget;
  } rows[] = {
      {"the visitor is in DE-BY", "allowed"},
      {"the website serves only DE\nthe visitor is in DE-BY", "allowed"},
      {"the website serves only DE-BY\nthe visitor is in DE", "open"},
      {"the website serves only GB-ENG\nthe visitor is in GB-LND", "allowed"},
      {"the website does not serve us-nj\nthe visitor is in US-NJ", "open"},
      {"the website does not serve UK\nthe visitor is in GB", "open"},
      {"the website does not serve DE,GB", "allowed"},
      {"the website does not serve DE\nthe visitor is in DE\nthe page is on localhost:4000\nthe widget has "
       "data-dev-country FR",
       "allowed"},
      {"the website does not serve DE\nthe visitor is in DE\nthe widget has data-dev-country FR\nthe widget has "
       "data-allow-localhost",
       "open"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char text[400];
    snprintf(text, sizeof text, "the widget is geo\n%s\nat 0 s the page loads\nat 1 s the widget is %s\nuntil 1 s",
             rows[i].settings, rows[i].widget);
    play(text);
    if (result.outcome != RT_LED_PLAYED) fail_msg("%s: %s", text, result.sentence);
    rt_led_result_free(&result);
  }
}

static void a_decision_of_a_storys_own_is_no_broken_invariant(void **state) {
  (void)state;
  play(
      "the widget is geo\nat 0 s the next decision request is answered 200 with the body "
      "`{\"allowed\":false,\"requestId\":\"req_1\"}`\nat 0 s the page loads\nuntil 9 s");
  assert_int_equal(result.outcome, RT_LED_PLAYED);
  assert_string_equal(result.state, "failed");  // the API knows no such request
}

static void nothing_can_happen_on_a_page_that_is_not_loaded(void **state) {
  (void)state;
  play("at 1 s the page is hidden\nat 2 s the page loads\nuntil 3 s");
  assert_int_equal(result.outcome, RT_LED_FAILED);
  assert_string_equal(result.sentence, "the page is not loaded yet");
  assert_int_equal(result.tape_length, 0);
}

static void the_tape_of_a_story_that_fails_goes_as_far_as_the_story(void **state) {
  (void)state;
  play("at 0 s the page loads\nat 1 s the widget is open\nat 2 s the page is hidden\nuntil 3 s");
  assert_true(has_tape("> started"));
  assert_false(has_tape("> visibility state=1"));
}

static void the_same_story_gives_the_same_tape(void **state) {
  (void)state;
  static const char text[] =
      "seed 9\nthe API is an old one\nat 0 s the page loads\nfrom 5 s to 50 s the API is down\nat 99 s the publisher "
      "triggers\nuntil 200 s";
  play(text);
  rt_led_result first = result;
  play(text);
  assert_true(first.tape_length > 1000);
  assert_int_equal(first.tape_length, result.tape_length);
  assert_memory_equal(first.tape, result.tape, result.tape_length);
  rt_led_result_free(&first);
}

static void another_seed_is_another_session_and_other_waits(void **state) {
  (void)state;
  static const char text[] = "seed %d\nthe API is an old one\nat 0 s the page loads\nuntil 9 s";
  char one[120], other[120];
  snprintf(one, sizeof one, text, 1);
  snprintf(other, sizeof other, text, 2);
  play(one);
  rt_led_result first = result;
  play(other);
  assert_true(first.tape_length != result.tape_length || memcmp(first.tape, result.tape, result.tape_length) != 0);
  rt_led_result_free(&first);
}

static void the_next_said_twice_is_the_next_two(void **state) {
  (void)state;
  play(
      "at 0 s the next session request is answered 503\nat 0 s the next session request is answered 429\n"
      "at 0 s the page loads\nat 1 s the widget is starting\nat 20 s the widget is waiting\nuntil 20 s");
  assert_int_equal(result.outcome, RT_LED_PLAYED);
  assert_true(has_tape("http_done request=1 status=503"));
  assert_true(has_tape("http_done request=2 status=429"));
  assert_true(has_tape("http_done request=3 status=200"));
}

static void an_answer_that_a_story_makes_up_is_no_broken_invariant(void **state) {
  (void)state;
  play(
      "at 0 s the next poll request is answered 200 with the body `{\"status\":\"ready\",\"requestId\":\"req_1\"}`\n"
      "at 0 s the page loads\nat 1 s the widget is failed\nuntil 9 s");
  if (result.outcome != RT_LED_PLAYED) fail_msg("%u: %s", result.line, result.sentence);
}

static void a_span_that_outlives_the_story_does_no_harm(void **state) {
  (void)state;
  play("at 0 s the page loads\nfrom 5 s to 50 s the API is down\nuntil 10 s");
  assert_int_equal(result.outcome, RT_LED_PLAYED);
  assert_string_equal(result.state, "waiting");
}

static void an_api_elsewhere_is_not_reached(void **state) {
  (void)state;
  play(
      "the widget has data-api https://nowhere.example\nat 0 s the page loads\nat 1 s the widget is starting\nuntil 1 "
      "s");
  assert_int_equal(result.outcome, RT_LED_PLAYED);
  assert_true(has_tape("http_failed request=1"));
}

static void close_before_there_is_an_overlay_changes_nothing(void **state) {
  (void)state;
  play(
      "at 0 s the page loads\nat 0 s the page calls close()\nat 2 s the publisher triggers\nat 3 s the widget is open\n"
      "until 3 s");
  if (result.outcome != RT_LED_PLAYED) fail_msg("%u: %s", result.line, result.sentence);
}

static void less_memory_is_refused_with_a_status(void **state) {
  (void)state;
  static const char text[] = "at 0 s the page loads\nuntil 1 s";
  const rt_led_memory whole = rt_led_memory_whole();
  play_in(text, (rt_led_memory){rt_embed_memory_needed() - 1, whole.scratch});
  assert_int_equal(result.outcome, RT_LED_REFUSED);
  assert_int_equal(result.status, RT_NO_SPACE);
  rt_led_result_free(&result);
  play_in(text, (rt_led_memory){whole.embed, whole.scratch - 1});
  assert_int_equal(result.outcome, RT_LED_REFUSED);
  assert_int_equal(result.status, RT_NO_SPACE);
  rt_led_result_free(&result);
  play_in(text, (rt_led_memory){rt_embed_memory_needed(), whole.scratch});
  assert_int_equal(result.outcome, RT_LED_PLAYED);
}

#define TEST(name) cmocka_unit_test_teardown(name, forget)
RUN_TESTS(TEST(what_is_not_so_is_said_with_its_line), TEST(what_cannot_be_done_is_said_with_its_line),
          TEST(what_a_section_cannot_do_is_said_with_its_line), TEST(the_rule_sees_the_place_that_the_story_names),
          TEST(a_decision_of_a_storys_own_is_no_broken_invariant),
          TEST(nothing_can_happen_on_a_page_that_is_not_loaded),
          TEST(the_tape_of_a_story_that_fails_goes_as_far_as_the_story), TEST(the_same_story_gives_the_same_tape),
          TEST(another_seed_is_another_session_and_other_waits), TEST(the_next_said_twice_is_the_next_two),
          TEST(an_answer_that_a_story_makes_up_is_no_broken_invariant),
          TEST(a_span_that_outlives_the_story_does_no_harm), TEST(an_api_elsewhere_is_not_reached),
          TEST(close_before_there_is_an_overlay_changes_nothing), TEST(less_memory_is_refused_with_a_status))
