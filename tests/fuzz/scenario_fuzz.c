// scenario_fuzz.c: any bytes as a scenario page; and, when they begin with the digit 0, as numbers that choose sentences and
// values for a story of their own, so that stories nobody would think of are played.
// Promises: a page is read, or refused with a place in it and a sentence; whatever story is told, the world neither
// breaks nor finds an invariant broken; a page that was given its tape is as written from then on.
// SPDX-License-Identifier: MIT
#include "fuzz.h"
#include "sim/scenario.h"

enum {
  MAX_INPUT = 8192,
  MAX_PAGE = 1 << 20,
  MAX_PLAYED_MS = 1800000,  // longer stories say nothing new, but slowly
  MAX_CHOSEN = 40,
};

static rt_scenario scenario;

static rt_bytes line_at(rt_bytes text, uint32_t number) {
  while (--number > 0) (void)next_line(&text);
  return next_line(&text);
}

static uint32_t count_lines(rt_bytes text) {
  uint32_t lines = 1;
  for (size_t i = 0; i < text.length; i++) lines += text.data[i] == '\n';
  return lines;
}

static void check_fault(const rt_story_fault *fault, rt_bytes page) {
  const rt_bytes sentence = rt_bytes_of(fault->sentence);
  MUST(sentence.length > 0 && sentence.length < sizeof fault->sentence - 1, "a fault has a whole sentence");
  for (size_t i = 0; i < sentence.length; i++) {
    MUST((unsigned char)sentence.data[i] >= ' ' && sentence.data[i] != 0x7F, "a terminal obeys nothing in it");
  }
  MUST(fault->line >= 1 && fault->line <= count_lines(page) + 1,
       "a fault lies in a line of the page, or behind the last");
  MUST(fault->column >= 1 && fault->column <= line_at(page, fault->line).length + 1, "a fault lies in its line");
}

static void check_blessing(rt_bytes page, rt_bytes tape) {
  static char text[MAX_PAGE];
  rt_story_fault fault;
  rt_scenario_difference difference;
  const rt_scenario_runs runs = rt_scenario_blessed(&scenario, tape);
  rt_writer writer = rt_writer_over(text, sizeof text);
  for (size_t i = 0; i < RT_SCENARIO_RUNS; i++) rt_write_bytes(&writer, runs.all[i]);
  if (writer.is_overflowed) return;
  MUST(writer.length >= page.length - scenario.tape.length, "only the tape is replaced");
  MUST(rt_scenario_read(rt_written(&writer), &scenario, &fault), "a page that was given its tape can be read");
  MUST(rt_scenario_is_as_written(&scenario, tape, &difference), "a page that was given its tape is as written");
}

static void play(rt_bytes page) {
  rt_story_fault fault;
  rt_led_result result;
  if (!rt_scenario_read(page, &scenario, &fault)) {
    check_fault(&fault, page);
    return;
  }
  const rt_story *story = &scenario.story;
  for (uint32_t i = 0; i < story->count; i++) {
    const rt_sentence *said = &story->sentences[i];
    if (said->kind == RT_SENTENCE_until && said->at.ms > MAX_PLAYED_MS) return;
    if (said->kind == RT_SENTENCE_network_takes && said->at.ms > MAX_PLAYED_MS) return;
  }
  rt_led_world_play(story, rt_led_memory_whole(), &result);
  if (result.outcome != RT_LED_PLAYED && result.outcome != RT_LED_FAILED) {
    fprintf(stderr, "%.*s\nline %u: %s\n", (int)page.length, page.data, result.line, result.sentence);
  }
  MUST(result.outcome != RT_LED_BROKEN, "no story breaks an invariant");
  MUST(result.outcome == RT_LED_PLAYED || result.outcome == RT_LED_FAILED, "there is memory for a story");
  MUST(result.outcome == RT_LED_PLAYED || (result.line >= 1 && result.line <= count_lines(page)), "it fails at a line");
  if (result.outcome == RT_LED_PLAYED) check_blessing(page, (rt_bytes){result.tape, result.tape_length});
  rt_led_result_free(&result);
}

// ---------------------------------------------------------------- numbers as stories

typedef struct {
  const uint8_t *data;
  size_t left;
} numbers;

static uint32_t draw(numbers *of, uint32_t below) {
  if (of->left == 0) return 0;
  of->left--;
  return *of->data++ % below;
}

static void write_value(rt_writer *page, const char *slot, numbers *of) {
  static const struct {
    const char *slot;
    const char *values[8];
  } rows[] = {
      {"SEED", {"1", "2", "3"}},
      {"HOST", {"shop.example", "localhost:4000", "another.example", "www.shop.example", "preview.example"}},
      {"LANGUAGE", {"de", "ar"}},
      {"KIND", {"geo", "section", "decline"}},
      {"PLACE", {"DE", "DE-BY", "GB-LND", "US-NJ"}},
      {"PLACES", {"DE", "GB,MT,US-NJ", "DE-BY,GB-ENG", "FR"}},
      {"BRAND", {"affilfinder", "retarget"}},
      {"SIZE", {"390x844", "320x568", "1920x1080", "200x200", "32767x1"}},
      {"ROOM", {"640x0", "320x300", "1x1", "32767x32767", "300x40"}},
      {"ATTRIBUTE",
       {"data-dev-country", "data-debug", "data-theme", "data-accent", "data-pub", "data-api", "data-max-ads",
        "data-container"}},
      {"VALUE", {"DE", "dark", "`#fff`", "https://nowhere.example", "x", "1", "99", "-3"}},
      {"COUNT", {"1", "3", "5", "8", "12", "0"}},
      {"FIELD", {"maxWait", "expiresIn", "requestId", "texts", "dir", "rankScore"}},
      {"REASON", {"kyc", "age", "bored"}},
      {"CARD", {"1", "2", "3", "12"}},
      {"REQUEST", {"session", "poll", "decision", "offers", "impression", "click", "trigger", "snippet-ping"}},
      {"STATUS", {"503", "429", "404", "403", "500", "408", "410", "301"}},
      {"WHEN", {"5", "30", "0", "`Wed, 21 Oct 2026 07:28:00 GMT`", "400", "soon"}},
      {"BODY", {"`{}`", "``", "`[]`", "`{\"code\":\"rate_limited\"}`", "`{\"code\":\"unknown_keys\"}`"}},
      {"STATE", {"open", "waiting"}},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    if (strcmp(rows[i].slot, slot) != 0) continue;
    uint32_t count = 0;
    while (count < 8 && rows[i].values[count] != NULL) count++;
    rt_write_text(page, rows[i].values[draw(of, count)]);
    return;
  }
  MUST(false, "every value has examples here");
}

// A time at or after `*now`, which it becomes.
static void write_time(rt_writer *page, int64_t *now, numbers *of) {
  static const uint32_t steps[] = {0, 1, 21, 43, 500, 1000, 1900, 5000, 30000, 240000};
  *now += steps[draw(of, sizeof steps / sizeof steps[0])];
  rt_write_i64(page, *now);
  rt_write_text(page, " ms");
}

static void write_sentence(rt_writer *page, rt_sentence_kind kind, int64_t *now, numbers *of) {
  const rt_sentence_row *row = rt_sentence_row_of(kind);
  int64_t end = 0;
  uint32_t times = 0;
  for (rt_bytes rest = rt_bytes_of(row->pattern); rest.length > 0;) {
    const size_t length = rt_bytes_find(rest, ' ');
    const rt_bytes word = rt_bytes_take(rest, length);
    char slot[32];
    snprintf(slot, sizeof slot, "%.*s", (int)word.length, word.data);
    if (rt_story_slot(word) == NULL) {
      rt_write_bytes(page, word);
    } else if (!rt_bytes_equal(word, RT_BYTES("TIME"))) {
      write_value(page, slot, of);
    } else if (row->group == RT_SENTENCE_SETTING) {
      rt_write_text(page, "300 ms");
    } else if (times++ == 0) {
      write_time(page, now, of);
    } else {
      end = *now + 1;
      write_time(page, &end, of);
    }
    rt_write_char(page, length < rest.length ? ' ' : '\n');
    rest = rt_bytes_skip(rest, length < rest.length ? length + 1 : length);
  }
}

static void write_story(rt_writer *page, numbers *of) {
  int64_t now = 0;
  rt_write_text(page, "# A story of numbers\n\nNobody knows why.\n\n```story\n");
  for (uint32_t settings = draw(of, 4); settings > 0; settings--) {
    write_sentence(page, draw(of, RT_SENTENCE_page_loads), &now, of);
  }
  write_sentence(page, RT_SENTENCE_page_loads + draw(of, 4), &now, of);
  for (uint32_t acts = 0; acts < MAX_CHOSEN && of->left > 0; acts++) {
    const rt_sentence_kind first = RT_SENTENCE_page_loads_offline + 1;
    const rt_sentence_kind kind = first + draw(of, RT_SENTENCE_until - first);
    if (kind != RT_SENTENCE_widget_is && kind != RT_SENTENCE_publisher_was_answered &&
        kind != RT_SENTENCE_publisher_was_not) {
      write_sentence(page, kind, &now, of);
    }
  }
  now += 60000;
  write_sentence(page, RT_SENTENCE_until, &now, of);
  rt_write_text(page, "```\n");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > MAX_INPUT) return 0;
  if (size > 0 && data[0] == '0') {
    static char text[MAX_CHOSEN * 200];
    rt_writer page = rt_writer_over(text, sizeof text);
    numbers of = {data + 1, size - 1};
    write_story(&page, &of);
    if (!page.is_overflowed) play(rt_written(&page));
    return 0;
  }
  const rt_bytes page = exact_copy((rt_bytes){(const char *)data, size});
  play(page);
  free((char *)page.data);
  return 0;
}
