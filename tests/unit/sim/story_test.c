// story_test.c: what the reader of stories understands, and what it says of what it does not.
// SPDX-License-Identifier: MIT
#include "sim/story.h"

#include <stdio.h>
#include <string.h>

#include "embed/embed.h"
#include "unit.h"

static rt_story story;
static rt_story_fault fault;

static void assert_read(const char *text) {
  if (!rt_story_read(rt_bytes_of(text), 1, &story, &fault)) {
    fail_msg("%u:%zu: %s\nof: %s", fault.line, fault.column, fault.sentence, text);
  }
}

// The sentence of a story whose other two lines stand around it, as far as its kind allows.
static const rt_sentence *read_one(const char *line) {
  static char text[400];  // the sentence points into it
  const bool is_setting = strncmp(line, "at ", 3) != 0 && strncmp(line, "from ", 5) != 0;
  snprintf(text, sizeof text,
           is_setting ? "%s\nat 0 s the page loads\nuntil 9 s" : "at 0 s the page loads\n%s\nuntil 9 s", line);
  assert_read(text);
  return &story.sentences[is_setting ? 0 : 1];
}

static void assert_fault(const char *text, uint32_t line, size_t column, const char *sentence) {
  if (rt_story_read(rt_bytes_of(text), 1, &story, &fault)) fail_msg("this is read without a fault: %s", text);
  char expected[500], got[500];
  snprintf(expected, sizeof expected, "%u:%zu: %s", line, column, sentence);
  snprintf(got, sizeof got, "%u:%zu: %s", fault.line, fault.column, fault.sentence);
  assert_string_equal(got, expected);
}

static void a_sentence_is_read_with_all_that_stands_in_it(void **state) {
  (void)state;
  const rt_sentence *read = read_one("seed 18446744073709551615");
  assert_int_equal(read->kind, RT_SENTENCE_seed);
  assert_true(read->value == UINT64_MAX);

  read = read_one("the page is on localhost:4000");
  assert_bytes_equal(read->text, "localhost:4000");
  assert_bytes_equal(read_one("the page's language is pt-BR")->text, "pt-BR");
  assert_int_equal(read_one("the brand is affilfinder")->choice, RT_BRAND_AFFILFINDER);
  assert_int_equal(read_one("the API never says requestId")->choice, RT_STORY_FIELD_requestId);
  assert_int_equal(read_one("the API has 12 offers")->value, 12);

  read = read_one("the widget has data-accent #ff8800");
  assert_int_equal(read->kind, RT_SENTENCE_widget_has);
  assert_int_equal(read->choice, RT_ATTRIBUTE_ACCENT);
  assert_bytes_equal(read->text, "#ff8800");
  assert_int_equal(read_one("the widget has data-debug")->kind, RT_SENTENCE_widget_has_bare);
  assert_bytes_equal(read_one("the widget has data-lang `de  AT`")->text, "de  AT");

  read = read_one("at 2 s the window is resized to 390x844");
  assert_int_equal(read->width_px, 390);
  assert_int_equal(read->height_px, 844);
  assert_int_equal(read->at.ms, 2000);

  assert_int_equal(read_one("the widget is section")->choice, RT_EMBED_SECTION);
  read = read_one("the website serves only GB,uk-sct,US-NJ");
  assert_int_equal(read->kind, RT_SENTENCE_site_serves);
  assert_bytes_equal(read->text, "GB,uk-sct,US-NJ");
  assert_int_equal(read_one("the website does not serve DE")->kind, RT_SENTENCE_site_serves_not);
  assert_bytes_equal(read_one("the visitor is in DE-BY")->text, "DE-BY");
  read = read_one("the container is 640x0");
  assert_int_equal(read->width_px, 640);
  assert_int_equal(read->height_px, 0);
  assert_int_equal(read_one("at 1 s the next snippet-ping request is lost")->choice, RT_STORY_REQUEST_SNIPPET_PING);

  read = read_one("at 4 s the next poll request is answered 429 with Retry-After 30 and the body `{\"a\": \"b c\"}`");
  assert_int_equal(read->kind, RT_SENTENCE_next_answered_both);
  assert_int_equal(read->choice, RT_STORY_REQUEST_POLL);
  assert_int_equal(read->value, 429);
  assert_bytes_equal(read->text, "30");
  assert_bytes_equal(read->body, "{\"a\": \"b c\"}");

  read = read_one("at 4 s the next offers request is answered 200 with the body ``");
  assert_int_equal(read->body.length, 0);
}

static void blanks_comments_and_capitals_do_not_matter(void **state) {
  (void)state;
  assert_read("# A story.\n\n \t seed  7\r\n  # At first:\nAt  0 s the Page\tloads  \r\nuntil 1 s\r\n");
  assert_int_equal(story.count, 3);
  assert_int_equal(story.sentences[0].value, 7);
  assert_int_equal(story.sentences[1].kind, RT_SENTENCE_page_loads);
  assert_int_equal(story.sentences[1].line, 5);
}

static void a_time_has_units(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int64_t ms;
  } rows[] = {{"0 s", 0},
              {"900 ms", 900},
              {"3.5 s", 3500},
              {"3.5s", 3500},
              {"0.001 s", 1},
              {"14 m 59.5 s", 899500},
              {"1 m 1 s 1 ms", 61001},
              {"1.5 m", 90000},
              {"20m 30 s", 1230000},
              {"1440 m", 86400000}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char text[80];
    snprintf(text, sizeof text, "at 0 s the page loads\nuntil %s", rows[i].text);
    assert_read(text);
    assert_int_equal(story.sentences[1].at.ms, rows[i].ms);
  }
}

static void what_is_no_time_is_none(void **state) {
  (void)state;
  static const char *const wrong[] = {
      "3",     "3.5",  "s",    "3 h",   "-1 s",    "3 s 1 m",     "0.0001 s",
      "1 s s", "3. s", ".5 s", "1e3 s", "1 s 1 s", "1440 m 1 ms", "99999999999999999999 s"};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    char text[80];
    snprintf(text, sizeof text, "at 0 s the page loads\nuntil %s", wrong[i]);
    if (rt_story_read(rt_bytes_of(text), 1, &story, &fault)) fail_msg("%s is read as a time", wrong[i]);
    assert_int_equal(fault.line, 2);
  }
}

static void a_span_has_two_ends_and_each_is_in_its_place(void **state) {
  (void)state;
  assert_read(
      "seed 1\nat 0 s the page loads\nfrom 1 s to 5 s the API is down\nfrom 2 s to 4 s the API answers 503\n"
      "at 4 s the page is hidden\nat 5 s the page is shown\nuntil 5 s");
  static const struct {
    rt_sentence_kind kind;
    int64_t at_ms;
    bool is_end;
  } rows[] = {{RT_SENTENCE_seed, 0, false},           {RT_SENTENCE_page_loads, 0, false},
              {RT_SENTENCE_api_is_down, 1000, false}, {RT_SENTENCE_api_answers, 2000, false},
              {RT_SENTENCE_api_answers, 4000, true},  {RT_SENTENCE_page_is_hidden, 4000, false},
              {RT_SENTENCE_api_is_down, 5000, true},  {RT_SENTENCE_page_is_shown, 5000, false},
              {RT_SENTENCE_until, 5000, false}};
  assert_int_equal(story.count, sizeof rows / sizeof rows[0]);
  for (size_t i = 0; i < story.count; i++) {
    assert_int_equal(story.sentences[i].kind, rows[i].kind);
    assert_int_equal(story.sentences[i].is_end, rows[i].is_end);
    if (i > 0) assert_int_equal(story.sentences[i].at.ms, rows[i].at_ms);
  }
}

// Writes a pattern with a value in each slot.
static void write_example(const char *pattern, char *text, size_t capacity) {
  static const struct {
    const char *slot, *value;
  } values[] = {{"TIME", "4 s"},
                {"SEED", "3"},
                {"HOST", "bank.example"},
                {"LANGUAGE", "de"},
                {"KIND", "section"},
                {"PLACE", "DE-BY"},
                {"PLACES", "GB,MT,US-NJ"},
                {"BRAND", "retarget"},
                {"SIZE", "320x568"},
                {"ROOM", "640x0"},
                {"ATTRIBUTE", "data-theme"},
                {"VALUE", "dark"},
                {"COUNT", "3"},
                {"FIELD", "maxWait"},
                {"REASON", "kyc"},
                {"CARD", "1"},
                {"REQUEST", "poll"},
                {"STATUS", "503"},
                {"WHEN", "5"},
                {"BODY", "`{}`"},
                {"STATE", "open"}};
  rt_writer writer = rt_writer_over(text, capacity);
  size_t times = 0;
  for (rt_bytes rest = rt_bytes_of(pattern); rest.length > 0;) {
    const size_t end = rt_bytes_find(rest, ' ');
    const rt_bytes word = rt_bytes_take(rest, end);
    const char *value = NULL;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
      if (rt_bytes_equal(word, rt_bytes_of(values[i].slot))) value = values[i].value;
    }
    if (rt_story_slot(word) != NULL) assert_non_null(value);
    if (rt_bytes_equal(word, RT_BYTES("TIME")) && ++times == 2) value = "5 s";
    if (writer.length > 0) rt_write_char(&writer, ' ');
    value != NULL ? rt_write_text(&writer, value) : rt_write_bytes(&writer, word);
    rest = rt_bytes_skip(rest, end < rest.length ? end + 1 : end);
  }
  rt_write_char(&writer, '\0');
  assert_false(writer.is_overflowed);
}

static void every_pattern_is_read_as_itself(void **state) {
  (void)state;
  for (rt_sentence_kind kind = 0; kind < RT_SENTENCE_COUNT; kind++) {
    const rt_sentence_row *row = rt_sentence_row_of(kind);
    char line[200], text[400];
    write_example(row->pattern, line, sizeof line);
    if (row->group == RT_SENTENCE_SETTING) {
      snprintf(text, sizeof text, "%s\nat 0 s the page loads\nuntil 9 s", line);
    } else if (row->group == RT_SENTENCE_END) {
      snprintf(text, sizeof text, "at 0 s the page loads\n%s", line);
    } else if (strstr(row->pattern, "the page loads") != NULL) {
      snprintf(text, sizeof text, "%s\nuntil 9 s", line);
    } else {
      snprintf(text, sizeof text, "at 0 s the page loads\n%s\nuntil 9 s", line);
    }
    assert_read(text);
    bool is_there = false;
    for (size_t i = 0; i < story.count; i++) is_there |= story.sentences[i].kind == kind;
    if (!is_there) fail_msg("\"%s\" is read as something else", line);
  }
}

static void an_unknown_sentence_is_answered_with_the_closest_one(void **state) {
  (void)state;
  assert_fault("at 0 s the page loads\nat 3.5 s the publisher trigers\n", 2, 24,
               "\"trigers\" where \"triggers\" is expected, as in: at TIME the publisher triggers");
  assert_fault("the page loads", 1, 1, "\"the\" where \"at\" is expected, as in: at TIME the page loads");
  assert_fault("the page is in German", 1, 13, "\"in\" where \"on\" is expected, as in: the page is on HOST");
  assert_fault("at 0 s the page", 1, 16, "the line ends where loads is expected, as in: at TIME the page loads");
  assert_fault("at 0 s the page loads now", 1, 23, "\"now\" is too much, the sentence is: at TIME the page loads");
  assert_fault(
      "at 0 s the visitor follows card 13", 1, 33,
      "\"13\" is no CARD (a number from 1 to 12, in the order in which the cards are shown), as in: at TIME the "
      "visitor follows card CARD");
  assert_fault("at 3 sec the page loads", 1, 4,
               "\"3\" is no TIME (a time in whole milliseconds, at most a day, such as `900 ms`, `3.5 s` or `14 m 59.5 "
               "s`), as in: at TIME the page loads");
  assert_fault(
      "the widget has data-dev-cuntry DE", 1, 16,
      "\"data-dev-cuntry\" is no ATTRIBUTE (an attribute of the script element, such as `data-debug`), as in: the "
      "widget has ATTRIBUTE VALUE");
  assert_fault(
      "at 1 s the next poll request is answered 429 with the body {}", 1, 60,
      "\"{}\" is no BODY (the bytes of the answer, between backticks), as in: at TIME the next REQUEST request is "
      "answered STATUS with the body BODY");
}

static void columns_are_characters(void **state) {
  (void)state;
  assert_fault("the widget has data-lang `größe` x", 1, 34,
               "\"x\" is too much, the sentence is: the widget has ATTRIBUTE VALUE");
}

static void what_is_no_line_of_words_is_refused(void **state) {
  (void)state;
  assert_fault("seed 1\nthe widget has data-lang `de", 2, 26, "this backtick has no second one in the line");
  assert_fault("seed \xff", 1, 1, "the line is not UTF-8");
  assert_fault(
      "s\xc3\xb6"
      "ed \x1b[2J",
      1, 6, "there is a control character");
  assert_fault(
      "seed \xc2\x9b"
      "2J",
      1, 6, "there is a control character");
  assert_fault("a b c d e f g h i j k l m n o p q r s t u v w x y z", 1, 49, "no sentence is that long");
}

static void a_sentence_out_of_place_is_refused(void **state) {
  (void)state;
  assert_fault("at 0 s the page loads\nseed 3\nuntil 1 s", 2, 1,
               "how things are stands in front of what happens: move this line up");
  assert_fault("at 5 s the page loads\nat 4.999 s the page is hidden\nuntil 9 s", 2, 4,
               "this is before the time of the line above; tell it in order");
  assert_fault("at 0 s the page loads\nfrom 5 s to 5 s the API is down\nuntil 9 s", 2, 13,
               "this is not after the time at which it begins");
  assert_fault("at 0 s the page loads\nat 1 s the page loads hidden\nuntil 9 s", 2, 1,
               "the page loads once in a story; tell another one");
  assert_fault("at 0 s the page loads\nuntil 9 s\nat 9 s the page is hidden", 3, 1,
               "the story is over: this stands behind its line until TIME");
  assert_fault("at 0 s the page loads\n", 2, 1, "the story does not say when it is over, as in: until 60 s");
  assert_fault("seed 1\nuntil 9 s", 3, 1,
               "the story is over and the page was never loaded, as in: at 0 s the page loads");
  assert_fault("", 1, 1, "the story is over and the page was never loaded, as in: at 0 s the page loads");
}

static void a_story_that_is_too_long_is_refused(void **state) {
  (void)state;
  static char text[RT_STORY_SENTENCES * 40];
  rt_writer writer = rt_writer_over(text, sizeof text);
  rt_write_text(&writer, "at 0 s the page loads\n");
  for (size_t i = 1; i < RT_STORY_SENTENCES; i++) rt_write_text(&writer, "at 1 s the page is hidden\n");
  rt_write_text(&writer, "until 2 s\n");
  assert_false(rt_story_read(rt_written(&writer), 1, &story, &fault));
  assert_int_equal(fault.line, RT_STORY_SENTENCES + 1);
  assert_string_equal(fault.sentence, "a story has at most 128 sentences; tell two");
}

RUN_TESTS(cmocka_unit_test(a_sentence_is_read_with_all_that_stands_in_it),
          cmocka_unit_test(blanks_comments_and_capitals_do_not_matter), cmocka_unit_test(a_time_has_units),
          cmocka_unit_test(what_is_no_time_is_none), cmocka_unit_test(a_span_has_two_ends_and_each_is_in_its_place),
          cmocka_unit_test(every_pattern_is_read_as_itself),
          cmocka_unit_test(an_unknown_sentence_is_answered_with_the_closest_one),
          cmocka_unit_test(columns_are_characters), cmocka_unit_test(what_is_no_line_of_words_is_refused),
          cmocka_unit_test(a_sentence_out_of_place_is_refused), cmocka_unit_test(a_story_that_is_too_long_is_refused))
