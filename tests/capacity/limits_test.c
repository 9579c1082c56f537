// limits_test.c: the largest of everything at once: a configuration, an API's answer, a step. All of it fits, is cut, or is
// left out whole; nothing is written behind what it has.
// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "embed_rig.h"
#include "tape_player.h"
#include "unit.h"

enum { PATTERN = 0xA5, MANY = 2048 };

static embed_rig rig;

static rt_bytes repeated(char *room, const char *start, char c, size_t length) {
  memset(room, c, length);
  memcpy(room, start, strlen(start));
  return (rt_bytes){room, length};
}

// ---------------------------------------------------------------- configurations

static char texts[RT_ATTRIBUTE_COUNT + 1][MANY + 1];

// As long as each may be, and on localhost, where a location may be simulated. A section reads two attributes more.
static rt_config largest_config(void) {
  rt_config config = embed_rig_config();
  config.kind = RT_EMBED_SECTION;
  config.page_host = RT_BYTES("localhost");
  config.page_language = repeated(texts[RT_ATTRIBUTE_COUNT], "", 'l', RT_MAX_LANGUAGE_LENGTH);
  const struct {
    rt_attribute attribute;
    const char *start;
    size_t length;
  } rows[] = {{RT_ATTRIBUTE_PUB, "pk_", RT_MAX_KEY_LENGTH},
              {RT_ATTRIBUTE_WEBSITE, "web_", RT_MAX_KEY_LENGTH},
              {RT_ATTRIBUTE_API, "https://", RT_MAX_API_BASE_LENGTH},
              {RT_ATTRIBUTE_DEV_COUNTRY, "DE", 2},
              {RT_ATTRIBUTE_DEV_REGION, "BER", 3},
              {RT_ATTRIBUTE_LANG, "de-", RT_MAX_LANGUAGE_LENGTH},
              {RT_ATTRIBUTE_CONTAINER, "", RT_MAX_CONTAINER_LENGTH},
              {RT_ATTRIBUTE_MAX_ADS, "", RT_MAX_ID_LENGTH}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    config.attributes[rows[i].attribute] = repeated(texts[rows[i].attribute], rows[i].start, 'x', rows[i].length);
  }
  return config;
}

static void the_largest_configuration_fits_and_leaves_room(void **state) {
  (void)state;
  const rt_config config = largest_config();
  embed_rig_start(&rig, &config);
  assert_non_null(embed_rig_find(&rig, RT_COMMAND_SEND_HTTP));
  assert_in_range(rig.embed->config_texts.used, 600, RT_CONFIG_TEXT_MEMORY * 3 / 4);
}

// Longer values are refused or cut; whichever they are, there is room for what is kept.
static void no_value_of_any_length_fills_the_memory_of_the_configuration(void **state) {
  (void)state;
  for (rt_attribute attribute = 0; attribute <= RT_ATTRIBUTE_COUNT; attribute++) {
    for (size_t length = 0; length <= MANY; length += length < 300 ? 1 : 97) {
      rt_config config = largest_config();
      static char room[MANY];
      const bool is_attribute = attribute < RT_ATTRIBUTE_COUNT;
      const char *start = attribute == RT_ATTRIBUTE_API && length > 8 ? "https://" : "";
      const rt_bytes value = repeated(room, start, 'x', length);
      if (is_attribute) config.attributes[attribute] = value;
      if (!is_attribute) config.attributes[RT_ATTRIBUTE_LANG] = RT_BYTES_NONE;
      if (!is_attribute) config.page_language = value;
      embed_rig_start(&rig, &config);
      assert_true(rig.embed->config_texts.used <= RT_CONFIG_TEXT_MEMORY * 3 / 4);
    }
  }
}

static void the_start_with_the_most_to_say_has_six_commands_and_of_a_section_eight(void **state) {
  (void)state;
  rt_config config = embed_rig_config();
  config.attributes[RT_ATTRIBUTE_LANG] = RT_BYTES("no language");
  config.attributes[RT_ATTRIBUTE_THEME] = RT_BYTES("pink");
  config.attributes[RT_ATTRIBUTE_ACCENT] = RT_BYTES("teal");
  config.attributes[RT_ATTRIBUTE_DEV_COUNTRY] = RT_BYTES("DE");
  config.attributes[RT_ATTRIBUTE_DEV_REGION] = RT_BYTES("BE");
  embed_rig_start(&rig, &config);
  assert_int_equal(rig.command_count, 6);
  assert_int_equal(rig.commands[5].kind, RT_COMMAND_SEND_HTTP);
  config.kind = RT_EMBED_SECTION;
  config.attributes[RT_ATTRIBUTE_CONTAINER] = RT_BYTES("no id");
  config.attributes[RT_ATTRIBUTE_MAX_ADS] = RT_BYTES("many");
  embed_rig_start(&rig, &config);
  assert_int_equal(rig.command_count, 8);
  assert_int_equal(rig.commands[7].kind, RT_COMMAND_SEND_HTTP);
}

// ---------------------------------------------------------------- answers

// How long the texts of an answer's offers are, each of `unit` over and over as JSON spells it.
typedef struct {
  const char *unit;
  size_t id, brand, headline, cta, image;  // in units
} offer_size;

static char body[4 * RT_MAX_BODY_LENGTH];

static void put(rt_writer *writer, const char *unit, size_t count) {
  while (count-- > 0) rt_write_text(writer, unit);
}

static void put_offer(rt_writer *writer, const offer_size *size, uint32_t number) {
  rt_write_text(writer, number > 0 ? ",{\"id\":\"" : "{\"id\":\"");
  rt_write_char(writer, (char)('a' + number));
  put(writer, size->unit, size->id - 1);
  rt_write_text(writer, "\",\"premium\":true,\"brand\":\"");
  put(writer, size->unit, size->brand);
  rt_write_text(writer, "\",\"headline\":\"");
  put(writer, size->unit, size->headline);
  rt_write_text(writer, "\",\"cta\":\"");
  put(writer, size->unit, size->cta);
  rt_write_text(writer, "\",\"image\":\"https://i.example/");
  put(writer, "i", size->image);
  rt_write_text(writer, "\",\"clickUrl\":\"https://a.example/");
  rt_write_char(writer, (char)('a' + number));
  rt_write_text(writer, "\"}");
}

static const char *answer_with(const offer_size *size, uint32_t count, const char *more) {
  rt_writer writer = rt_writer_over(body, sizeof body - 1);
  rt_write_text(&writer, "{\"offers\":[");
  for (uint32_t i = 0; i < count; i++) put_offer(&writer, size, i);
  rt_write_text(&writer, "]");
  rt_write_text(&writer, more);
  rt_write_text(&writer, "}");
  assert_false(writer.is_overflowed);
  body[writer.length] = '\0';
  return body;
}

static void trigger(const rt_config *config, const char *session, const char *poll) {
  embed_rig_start(&rig, config);
  embed_rig_answer(&rig, 10, session);
  embed_rig_answer(&rig, 10, poll);
}

static size_t show_in(int32_t width_px, int32_t height_px) {
  embed_rig_step(&rig, 1, (rt_event){.kind = RT_EVENT_VIEWPORT, .width_px = width_px, .height_px = height_px});
  size_t cards = 0;
  const rt_view *view = rt_embed_surface(rig.embed);
  assert_non_null(view);
  for (size_t i = 0; i < view->count; i++) cards += view->nodes[i].role == RT_ROLE_CARD;
  return cards;
}

static size_t show(void) { return show_in(390, 844); }

static void what_does_not_fit_is_left_out_whole(void **state) {
  (void)state;
  static const struct {
    offer_size size;
    size_t cards;
  } rows[] = {{{"x", 2, 1, 1, 1, 1}, 12},        // a dozen of the shortest
              {{"x", 26, 30, 80, 20, 60}, 12},   // of the usual
              {{"x", 26, 40, 90, 24, 120}, 12},  // of the longest a visitor can read in Latin letters
              {{"\xF0\x9F\x92\xB3", 16, 40, 90, 24, 100}, 9},
              {{"x", 64, 160, 360, 96, 700}, 5}};
  const rt_config config = embed_rig_config();
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    trigger(&config, "{\"sessionId\":\"dcl_1\",\"maxWait\":25}", "{\"status\":\"ready\",\"requestId\":\"r\"}");
    embed_rig_answer(&rig, 10, answer_with(&rows[i].size, RT_MAX_OFFERS, ""));
    const size_t cards = show();
    if (cards != rows[i].cards) fail_msg("row %zu has %zu cards", i, cards);
  }
}

static void thirteen_offers_are_twelve_cards(void **state) {
  (void)state;
  const rt_config config = embed_rig_config();
  const offer_size shortest = {"x", 2, 1, 1, 1, 1};
  trigger(&config, "{\"sessionId\":\"dcl_1\",\"maxWait\":25}", "{\"status\":\"ready\",\"requestId\":\"r\"}");
  embed_rig_answer(&rig, 10, answer_with(&shortest, RT_MAX_OFFERS + 1, ""));
  assert_int_equal(show(), RT_MAX_OFFERS);
}

// An API with so many words that no offer fits beside them: that is as if there were none.
static void offers_that_find_no_room_at_all_are_none(void **state) {
  (void)state;
  static char more[RT_MAX_BODY_LENGTH];
  rt_writer writer = rt_writer_over(more, sizeof more - 1);
  static const char *const names[] = {"title", "intro", "sponsored", "close", "premium", "support"};
  rt_write_text(&writer, ",\"texts\":{");
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    rt_write_text(&writer, i > 0 ? ",\"" : "\"");
    rt_write_text(&writer, names[i]);
    rt_write_text(&writer, "\":\"");
    put(&writer, "w", RT_MAX_TEXT_LENGTH);
    rt_write_char(&writer, '"');
  }
  rt_write_text(&writer, "},\"support\":{\"label\":\"L\",\"url\":\"https://s.example/");
  put(&writer, "s", 2000);
  rt_write_text(&writer, "\"}");
  more[writer.length] = '\0';
  const rt_config config = embed_rig_config();
  const offer_size longest = {"x", 64, 160, 360, 96, 2000};
  trigger(&config, "{\"sessionId\":\"dcl_1\",\"maxWait\":25}", "{\"status\":\"ready\",\"requestId\":\"r\"}");
  const char *whole = answer_with(&longest, 1, more);
  embed_rig_answer(&rig, 10, whole);
  assert_int_equal(show(), 1);  // one of them fits even beside these
  trigger(&config, "{\"sessionId\":\"dcl_1\",\"maxWait\":25}", "{\"status\":\"ready\",\"requestId\":\"r\"}");
  rig.embed->offer_texts.capacity = RT_OFFER_TEXT_MEMORY / 2;
  embed_rig_answer(&rig, 10, whole);
  assert_bytes_equal(embed_rig_find(&rig, RT_COMMAND_NOTIFY_PAGE)->name, "retarget:empty");
  assert_null(embed_rig_find(&rig, RT_COMMAND_MEASURE_VIEWPORT));
}

static void words_that_find_no_room_are_the_built_in_ones(void **state) {
  (void)state;
  static char more[1024];
  rt_writer writer = rt_writer_over(more, sizeof more - 1);
  rt_write_text(&writer, ",\"texts\":{\"title\":\"");
  put(&writer, "t", RT_MAX_TEXT_LENGTH);
  rt_write_text(&writer, "\",\"intro\":\"");
  put(&writer, "i", RT_MAX_TEXT_LENGTH);
  rt_write_text(&writer, "\",\"sponsored\":\"Werbung\"}");
  more[writer.length] = '\0';
  const rt_config config = embed_rig_config();
  const offer_size shortest = {"x", 2, 1, 1, 1, 1};
  trigger(&config, "{\"sessionId\":\"dcl_1\",\"maxWait\":25}", "{\"status\":\"ready\",\"requestId\":\"r\"}");
  rig.embed->offer_texts.capacity = 600;  // for the title, not for the introduction, too
  embed_rig_answer(&rig, 10, answer_with(&shortest, 1, more));
  assert_int_equal(show(), 1);
  const rt_view *view = rt_embed_surface(rig.embed);
  assert_int_equal(rt_view_find(view, RT_ROLE_TITLE, 0)->text.length, RT_MAX_TEXT_LENGTH);
  assert_true(rt_bytes_equal(rt_view_find(view, RT_ROLE_INTRO, 0)->text, rt_texts_english.intro));
  assert_bytes_equal(rt_view_find(view, RT_ROLE_SPONSORED, 0)->text, "Werbung");
}

// A decision whose place is longer than any, and a section of offers that do not all fit into the memory of their texts.
static void a_section_of_less_memory_has_fewer_whole_cards(void **state) {
  (void)state;
  rt_config config = largest_config();
  config.attributes[RT_ATTRIBUTE_MAX_ADS] = RT_BYTES("12");
  const offer_size usual = {"x", 26, 30, 80, 20, 60};
  size_t before = RT_MAX_OFFERS;
  for (size_t memory = RT_OFFER_TEXT_MEMORY; memory > 0; memory -= 512) {
    embed_rig_start(&rig, &config);
    embed_rig_answer(&rig, 10,
                     "{\"allowed\":false,\"requestId\":\"r\",\"country\":\"DEUTSCHLAND\",\"region\":\"BAVARIA\"}");
    rig.embed->offer_texts.capacity = memory;
    embed_rig_answer(&rig, 10, answer_with(&usual, RT_MAX_OFFERS, ""));
    const bool is_empty = embed_rig_find(&rig, RT_COMMAND_FIND_CONTAINER) == NULL;
    if (is_empty) assert_bytes_equal(embed_rig_find(&rig, RT_COMMAND_NOTIFY_PAGE)->name, "retarget:empty");
    const size_t cards = is_empty ? 0 : show_in(640, 0);
    assert_true(cards <= before);
    before = cards;
  }
  assert_true(before <= 1);
}

// Where there is no memory for the place of a visitor who is served, it is told as unknown.
static void a_place_that_finds_no_room_is_not_known(void **state) {
  (void)state;
  rt_config config = embed_rig_config();
  config.kind = RT_EMBED_GEO;
  embed_rig_start(&rig, &config);
  rig.embed->offer_texts.capacity = 0;
  embed_rig_answer(&rig, 10, "{\"allowed\":true,\"requestId\":\"r\",\"country\":\"DE\",\"region\":\"BY\"}");
  assert_bytes_equal(embed_rig_find(&rig, RT_COMMAND_NOTIFY_PAGE)->detail, "{\"country\":null,\"region\":null}");
}

static void a_body_over_the_limit_is_a_failure_that_is_tried_again(void **state) {
  (void)state;
  const rt_config config = embed_rig_config();
  const offer_size large = {"x", 2, 1, 1, 1, 2000};
  trigger(&config, "{\"sessionId\":\"dcl_1\",\"maxWait\":25}", "{\"status\":\"ready\",\"requestId\":\"r\"}");
  static char more[RT_MAX_BODY_LENGTH];
  snprintf(more, sizeof more, ",\"more\":\"%*s\"", 10000, "");
  embed_rig_answer(&rig, 10, answer_with(&large, RT_MAX_OFFERS, more));
  assert_bytes_equal(embed_rig_find(&rig, RT_COMMAND_LOG)->code, "api_not_json");
  assert_false(rt_instant_is_never(rt_embed_wake_at(rig.embed)));
}

// ---------------------------------------------------------------- a step's scratch

static size_t most_scratch;

static void scratch_step(int64_t later_ms, rt_event event) {
  memset(rig.scratch_memory, PATTERN, sizeof rig.scratch_memory);
  embed_rig_step(&rig, later_ms, event);
  size_t used = sizeof rig.scratch_memory;
  while (used > 0 && (unsigned char)rig.scratch_memory[used - 1] == PATTERN) used--;
  if (used > most_scratch) most_scratch = used;
}

static void scratch_answer(const char *text) {
  const int32_t request = embed_rig_find(&rig, RT_COMMAND_SEND_HTTP)->request;
  scratch_step(10,
               (rt_event){.kind = RT_EVENT_HTTP_DONE, .request = request, .status = 200, .body = rt_bytes_of(text)});
}

// Every id as long as it may be, of bytes that take six characters in JSON, and a report of all cards twice over.
static void the_step_that_writes_most_stays_within_its_scratch(void **state) {
  (void)state;
  static char session[1024], poll[1024];
  rt_writer writer = rt_writer_over(session, sizeof session - 1);
  rt_write_text(&writer, "{\"maxWait\":25,\"sessionId\":\"");
  put(&writer, "\\u0001", RT_MAX_ID_LENGTH);
  rt_write_text(&writer, "\"}");
  writer = rt_writer_over(poll, sizeof poll - 1);
  rt_write_text(&writer, "{\"status\":\"ready\",\"requestId\":\"");
  put(&writer, "\\u0001", RT_MAX_ID_LENGTH);
  rt_write_text(&writer, "\"}");
  rt_config config = largest_config();
  config.kind = RT_EMBED_DECLINE;
  config.attributes[RT_ATTRIBUTE_DEBUG] = RT_BYTES("");
  embed_rig_start(&rig, &config);
  scratch_answer(session);
  scratch_answer(poll);
  const offer_size worst = {"\\u0001", RT_MAX_ID_LENGTH, 10, 10, 4, 1};
  scratch_answer(answer_with(&worst, RT_MAX_OFFERS, ""));
  scratch_step(1, (rt_event){.kind = RT_EVENT_VIEWPORT, .width_px = 390, .height_px = 844});
  scratch_step(1, (rt_event){.kind = RT_EVENT_SURFACE_SHOWN});
  const int32_t report = embed_rig_find(&rig, RT_COMMAND_SEND_HTTP)->request;
  for (int32_t card = 0; card < RT_MAX_OFFERS; card++) {
    scratch_step(1, (rt_event){.kind = RT_EVENT_CARD_VIEW, .card = card, .ratio_permille = 1000});
  }
  scratch_step(1500, (rt_event){.kind = RT_EVENT_WOKE});
  scratch_step(1, (rt_event){.kind = RT_EVENT_HTTP_FAILED, .request = report});
  // Late: a resize, and with it the report of twelve cards rendered and seen.
  scratch_step(60000, (rt_event){.kind = RT_EVENT_VIEWPORT, .width_px = 1280, .height_px = 800});
  const rt_command *sent = embed_rig_find(&rig, RT_COMMAND_SEND_HTTP);
  assert_non_null(sent);
  assert_true(sent->body.length > 2 * RT_MAX_OFFERS * 6 * (RT_MAX_ID_LENGTH - 1));
  assert_non_null(rt_embed_surface(rig.embed));
  assert_true(most_scratch < RT_SCRATCH_MEMORY);
  print_message("the most that was written to scratch: %zu bytes of %d\n", most_scratch, RT_SCRATCH_MEMORY);
}

RUN_TESTS(cmocka_unit_test(the_largest_configuration_fits_and_leaves_room),
          cmocka_unit_test(no_value_of_any_length_fills_the_memory_of_the_configuration),
          cmocka_unit_test(the_start_with_the_most_to_say_has_six_commands_and_of_a_section_eight),
          cmocka_unit_test(what_does_not_fit_is_left_out_whole), cmocka_unit_test(thirteen_offers_are_twelve_cards),
          cmocka_unit_test(offers_that_find_no_room_at_all_are_none),
          cmocka_unit_test(words_that_find_no_room_are_the_built_in_ones),
          cmocka_unit_test(a_section_of_less_memory_has_fewer_whole_cards),
          cmocka_unit_test(a_place_that_finds_no_room_is_not_known),
          cmocka_unit_test(a_body_over_the_limit_is_a_failure_that_is_tried_again),
          cmocka_unit_test(the_step_that_writes_most_stays_within_its_scratch))
