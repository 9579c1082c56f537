// replay_test.c: a tape replays as written, and whatever is changed in it is noticed.
// SPDX-License-Identifier: MIT
#include "sim/replay.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "embed_rig.h"
#include "pages.h"
#include "tape_text.h"
#include "unit.h"

static rt_replay replay;
static char text[1 << 16];

static rt_replay_outcome run(rt_bytes tape, size_t chunk) {
  tape_text source = {tape, chunk};
  return rt_replay_run(&replay, tape_text_source(&source));
}

static void keep(void *self, rt_bytes bytes) { rt_write_bytes(self, bytes); }

typedef struct {
  rt_tape_writer tape;
  rt_writer text;
  embed_rig *rig;
} recorder;

static void record(recorder *to, rt_event event) {
  event.now = rt_instant_after(to->rig->now, rt_ms(40));
  rt_tape_write_event(&to->tape, &event);
  const rt_status status = embed_rig_step(to->rig, 40, event);
  if (status != RT_OK) rt_tape_write_refusal(&to->tape, status);
  for (size_t i = 0; i < to->rig->command_count; i++) {
    rt_tape_write_command(&to->tape, &to->rig->commands[i], rt_embed_surface(to->rig->embed));
  }
  rt_tape_write_state(&to->tape, to->rig->embed);
}

static void record_answer(recorder *to, int32_t request, const char *body) {
  record(to, (rt_event){.kind = RT_EVENT_HTTP_DONE, .request = request, .status = 200, .body = rt_bytes_of(body)});
}

// A whole visit, from the start to an event after the end.
static rt_bytes visit(void) {
  static embed_rig rig;
  rt_config config = embed_rig_config();
  recorder to = {.text = rt_writer_over(text, sizeof text), .rig = &rig};
  config.seed = 42;
  rt_tape_begin(&to.tape, (rt_tape_sink){&to.text, keep}, &config, RT_BYTES("600"));
  rig.scratch = rt_arena_over(rig.scratch_memory, sizeof rig.scratch_memory);
  rig.now = (rt_instant){0};
  assert_int_equal(rt_embed_open((rt_memory){rig.memory, sizeof rig.memory}, &config, &rig.embed), RT_OK);
  record(&to, (rt_event){.kind = RT_EVENT_STARTED});
  record_answer(&to, 1, "{\"sessionId\":\"dcl_1\",\"maxWait\":25}");
  record_answer(&to, 2, "{\"status\":\"ready\",\"requestId\":\"req_1\"}");
  record_answer(
      &to, 3,
      "{\"offers\":[{\"id\":\"off_a\",\"brand\":\"Asp\xC3\xA9n\",\"headline\":\"An account\",\"cta\":\"Open\","
      "\"clickUrl\":\"https://api.example/v1/r?t=a\"}]}");
  record(&to, (rt_event){.kind = RT_EVENT_VIEWPORT, .width_px = 390, .height_px = 844, .metrics = RT_BYTES("600")});
  record(&to, (rt_event){.kind = RT_EVENT_SURFACE_SHOWN});
  record(&to, (rt_event){.kind = RT_EVENT_DISMISSED, .reason = 1});
  record(&to, (rt_event){.kind = RT_EVENT_ENDED});
  record(&to, (rt_event){.kind = RT_EVENT_WOKE});
  rt_tape_end(&to.tape);
  assert_false(to.text.is_overflowed);
  return rt_written(&to.text);
}

static void a_tape_replays_as_it_was_written_at_any_chunk_size(void **state) {
  (void)state;
  const rt_bytes tape = visit();
  for (size_t chunk = 0; chunk < 9; chunk++) {
    assert_int_equal(run(tape, chunk), RT_REPLAY_EQUAL);
    assert_int_equal(replay.event_count, 9);
    assert_true(replay.command_count >= 8);
    assert_true(replay.has_sum);
    assert_string_equal(rt_embed_state(replay.embed), "ended");
  }
}

static void one_changed_byte_anywhere_is_noticed(void **state) {
  (void)state;
  const rt_bytes tape = visit();
  for (size_t i = 0; i < tape.length; i++) {
    for (int bit = 0; bit < 8; bit += 3) {
      text[i] ^= (char)(1 << bit);
      if (run(tape, 0) == RT_REPLAY_EQUAL) fail_msg("byte %zu, bit %d: replays as if nothing were wrong", i, bit);
      text[i] ^= (char)(1 << bit);
    }
  }
  assert_int_equal(run(tape, 0), RT_REPLAY_EQUAL);
}

static void one_missing_byte_anywhere_is_noticed(void **state) {
  (void)state;
  const rt_bytes tape = visit();
  static char shorter[sizeof text];
  for (size_t i = 0; i < tape.length; i++) {
    if (i + 1 < tape.length && tape.data[i] == tape.data[i + 1]) continue;  // the same text without its neighbour
    memcpy(shorter, tape.data, i);
    memcpy(shorter + i, tape.data + i + 1, tape.length - i - 1);
    if (run((rt_bytes){shorter, tape.length - 1}, 0) == RT_REPLAY_EQUAL) fail_msg("byte %zu can go", i);
  }
}

// The tape up to the line feed that ends the line which begins with `start`.
static size_t end_of_line(rt_bytes tape, const char *start) {
  const char *found = strstr(tape.data, start);
  assert_non_null(found);
  return (size_t)(strchr(found, '\n') - tape.data) + 1;
}

static void a_tape_without_its_last_line_replays_and_is_known_to_lack_it(void **state) {
  (void)state;
  const rt_bytes tape = visit();
  const size_t end = tape.length - (sizeof "end 12345678\n" - 1);
  assert_int_equal(run(rt_bytes_take(tape, end), 0), RT_REPLAY_EQUAL);
  assert_false(replay.has_sum);
}

static void a_stopped_tape_may_lack_the_rest_of_its_last_step(void **state) {
  (void)state;
  static char cut[sizeof text];
  const rt_bytes tape = visit();
  static const char *const lasts[] = {"2 80 > ", "  < announce_session", "  < show_surface", "    overlay", "3 120 > "};
  for (size_t i = 0; i < sizeof lasts / sizeof lasts[0]; i++) {
    const size_t length = end_of_line(tape, lasts[i]);
    int more = snprintf(cut, sizeof cut, "%.*sstopped: enough\n", (int)length, tape.data);
    assert_int_equal(run(rt_bytes_of(cut), 0), RT_REPLAY_EQUAL);
    assert_false(replay.has_sum);
    snprintf(cut + more, sizeof cut - (size_t)more, "end %08x\n",
             (unsigned)rt_tape_sum(RT_TAPE_SUM_OF_NOTHING, rt_bytes_of(cut)));
    assert_int_equal(run(rt_bytes_of(cut), 0), RT_REPLAY_EQUAL);
    assert_true(replay.has_sum);
    strcat(cut, "10 2000 > woke\n");
    assert_int_equal(run(rt_bytes_of(cut), 0), RT_REPLAY_UNREADABLE);
    // Without the mark the same is a tape that says less than the embed does.
    cut[length] = '\0';
    assert_int_equal(run(rt_bytes_of(cut), 0), RT_REPLAY_DIFFERENT);
  }
}

static void the_first_difference_is_shown_with_the_lines_before(void **state) {
  (void)state;
  char memory[4096];
  rt_writer report = rt_writer_over(memory, sizeof memory);
  static const char tape[] =
      "retarget tape 1\n"
      "config kind=decline brand=retarget seed=0000000000000000 page_host=\"\" page_language=\"\"\n"
      "1 0 > visibility state=0\n"
      "  = starting\n"
      "2 7 > started\n"
      "  < notify_page name=\"retarget:error\" detail=\"\"\n";
  assert_int_equal(run(RT_BYTES(tape), 0), RT_REPLAY_DIFFERENT);
  rt_replay_report(&replay, "some.tape", &report);
  assert_bytes_equal(rt_written(&report),
                     "some.tape:6:5: the embed does something else at event 2 (7 ms)\n"
                     "         1 0 > visibility state=0\n"
                     "           = starting\n"
                     "         2 7 > started\n"
                     "  tape:    < notify_page name=\"retarget:error\" detail=\"\"\n"
                     "  embed:   < log level=2 code=\"missing_keys\" message=\"data-pub is missing on the script tag; "
                     "`retarget site list` shows it\"\n");
}

static void a_difference_far_to_the_right_is_shown_too_and_no_terminal_obeys_it(void **state) {
  (void)state;
  static char tape[2000];
  rt_bytes whole = visit();
  char *found = strstr(text, "\\\"website\\\"");
  assert_non_null(found);
  memcpy(found, "\033[2J", 4);
  assert_int_equal(run(whole, 0), RT_REPLAY_DIFFERENT);
  rt_writer report = rt_writer_over(tape, sizeof tape);
  rt_replay_report(&replay, "x", &report);
  tape[report.length] = '\0';
  assert_null(strchr(tape, '\033'));
  assert_non_null(strstr(tape, "?[2J"));
  assert_non_null(strstr(tape, "\\\"website\\\""));
}

static void a_tape_that_says_more_or_less_than_the_embed_does_is_different(void **state) {
  (void)state;
  static char changed[sizeof text];
  const rt_bytes tape = visit();
  const size_t end = end_of_line(tape, "  = waiting");
  snprintf(changed, sizeof changed, "%.*s  < hide_surface\n%s", (int)end, tape.data, tape.data + end);
  assert_int_equal(run(rt_bytes_of(changed), 0), RT_REPLAY_DIFFERENT);
  assert_int_equal(replay.difference.embed.length, 0);
  assert_bytes_equal(rt_written(&replay.difference.tape), "  < hide_surface");
  assert_int_equal(replay.difference.event, 2);

  const size_t before = end_of_line(tape, "2 80 > ");
  snprintf(changed, sizeof changed, "%.*s", (int)before, tape.data);
  assert_int_equal(run(rt_bytes_of(changed), 0), RT_REPLAY_DIFFERENT);
  assert_int_equal(replay.difference.tape.length, 0);

  const size_t header = end_of_line(tape, "metrics ");
  snprintf(changed, sizeof changed, "%.*s  = starting\n", (int)header, tape.data);
  assert_int_equal(run(rt_bytes_of(changed), 0), RT_REPLAY_DIFFERENT);
  assert_int_equal(replay.difference.event, 0);
}

// Calls `use` with each tape of tests/tapes, held in `text`.
static void for_each_kept_tape(void (*use)(const char *name, rt_bytes tape)) {
  int count = 0;
  DIR *folder = opendir(RT_SOURCE_DIR "/tests/tapes");
  assert_non_null(folder);
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    if (!rt_bytes_end_with(rt_bytes_of(entry->d_name), RT_BYTES(".tape"))) continue;
    char path[600];
    snprintf(path, sizeof path, RT_SOURCE_DIR "/tests/tapes/%s", entry->d_name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    const size_t length = fread(text, 1, sizeof text, file);
    assert_true(length < sizeof text);
    fclose(file);
    use(entry->d_name, (rt_bytes){text, length});
    count++;
  }
  closedir(folder);
  assert_true(count >= 5);
}

static void replay_one(const char *name, rt_bytes tape) {
  const rt_replay_outcome outcome = run(tape, 0);
  if (outcome == RT_REPLAY_EQUAL && replay.has_sum) return;
  char memory[4096] = "it has no sum, or is malformed";
  rt_writer report = rt_writer_over(memory, sizeof memory - 1);
  if (outcome == RT_REPLAY_DIFFERENT) rt_replay_report(&replay, name, &report);
  fail_msg("%s does not replay: %s\nAgain: build/dev/bin/retarget replay tests/tapes/%s", name, memory, name);
}

static void the_kept_tapes_replay(void **state) {
  (void)state;
  for_each_kept_tape(replay_one);
}

// Every byte in one tape would be enough; a few hundred in each show that no tape has a blind spot.
static void change_one(const char *name, rt_bytes tape) {
  for (size_t i = 0; i < tape.length; i += 1 + tape.length / 499) {
    text[i] ^= 1;
    if (run(tape, 0) == RT_REPLAY_EQUAL) fail_msg("%s: byte %zu can be changed", name, i);
    text[i] ^= 1;
  }
}

static void one_changed_byte_in_a_kept_tape_is_noticed(void **state) {
  (void)state;
  for_each_kept_tape(change_one);
}

static void the_tape_that_describes_the_form_replays(void **state) {
  (void)state;
  static char page[sizeof text];
  FILE *file = fopen(RT_SOURCE_DIR "/tests/tapes/FORMAT.md", "rb");
  assert_non_null(file);
  const size_t length = fread(page, 1, sizeof page, file);
  fclose(file);
  rt_bytes tape;
  assert_true(page_fence((rt_bytes){page, length}, "tape", &tape));
  replay_one("FORMAT.md", tape);
}

RUN_TESTS(cmocka_unit_test(a_tape_replays_as_it_was_written_at_any_chunk_size),
          cmocka_unit_test(one_changed_byte_anywhere_is_noticed),
          cmocka_unit_test(one_missing_byte_anywhere_is_noticed),
          cmocka_unit_test(a_tape_without_its_last_line_replays_and_is_known_to_lack_it),
          cmocka_unit_test(a_stopped_tape_may_lack_the_rest_of_its_last_step),
          cmocka_unit_test(the_first_difference_is_shown_with_the_lines_before),
          cmocka_unit_test(a_difference_far_to_the_right_is_shown_too_and_no_terminal_obeys_it),
          cmocka_unit_test(a_tape_that_says_more_or_less_than_the_embed_does_is_different),
          cmocka_unit_test(the_kept_tapes_replay), cmocka_unit_test(one_changed_byte_in_a_kept_tape_is_noticed),
          cmocka_unit_test(the_tape_that_describes_the_form_replays))
