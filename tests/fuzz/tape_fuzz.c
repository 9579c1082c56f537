// tape_fuzz.c: any bytes as a tape. It is replayed or refused, with a place and a sentence, and always the same,
// however small the pieces in which it comes; a line of an event that was read is the line the writer would write.
// SPDX-License-Identifier: MIT
#include "fuzz.h"
#include "sim/replay.h"
#include "tape_text.h"

enum { MAX_INPUT = 64 * 1024, MAX_REPORT = 8192 };

static const size_t chunks[] = {0, 1, 3, 1000, 4096};  // 0: all at once

// Half a megabyte each, and nothing in them needs to be set: the second starts as the first one's last run left it.
static rt_replay replay, again;

static bool is_printable(rt_bytes text) {
  for (size_t i = 0; i < text.length; i++) {
    if (text.data[i] != '\n' && (text.data[i] < ' ' || text.data[i] > '~')) return false;
  }
  return true;
}

static rt_bytes line_at(rt_bytes text, uint64_t number) {
  while (--number > 0) (void)next_line(&text);
  return next_line(&text);
}

static uint64_t count_lines(rt_bytes text) {
  uint64_t lines = 1;
  for (size_t i = 0; i < text.length; i++) lines += text.data[i] == '\n';
  return lines;
}

static void check_fault(const rt_tape_fault *fault, rt_bytes tape) {
  const rt_bytes sentence = rt_bytes_of(fault->sentence);
  MUST(sentence.length > 0 && sentence.length < sizeof fault->sentence - 1, "a fault has a whole sentence");
  MUST(is_printable(sentence), "a sentence holds nothing that a terminal obeys");
  MUST(fault->line >= 1 && fault->line <= count_lines(tape), "a fault lies in a line of the tape");
  MUST(fault->column >= 1 && fault->column <= line_at(tape, fault->line).length + 1, "a fault lies in its line");
}

static bool is_event(const rt_writer *line) { return rt_tape_line_is_event(rt_written(line)); }

static void check_difference(const rt_replay_difference *difference, rt_bytes tape) {
  static char text[MAX_REPORT];
  MUST(difference->line >= 1 && difference->line <= count_lines(tape), "a difference lies in a line of the tape");
  MUST(difference->column > RT_REPLAY_SHOWN_LENGTH / 2 || !is_event(&difference->tape) || !is_event(&difference->embed),
       "an event that was read is written as it was");
  rt_writer report = rt_writer_over(text, sizeof text);
  rt_replay_report(&replay, "a.tape", &report);
  MUST(!report.is_overflowed && is_printable(rt_bytes_take(rt_written(&report), 20)), "a difference can be told");
}

static rt_replay_outcome run(rt_replay *where, rt_bytes tape, size_t chunk) {
  tape_text text = {tape, chunk};
  return rt_replay_run(where, tape_text_source(&text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > MAX_INPUT) return 0;
  const rt_bytes tape = exact_copy((rt_bytes){(const char *)data, size});
  const rt_replay_outcome outcome = run(&replay, tape, 0);
  if (outcome == RT_REPLAY_UNREADABLE) check_fault(&replay.reader.fault, tape);
  if (outcome == RT_REPLAY_DIFFERENT) check_difference(&replay.difference, tape);
  for (size_t i = 1; i < sizeof chunks / sizeof chunks[0]; i++) {
    MUST(run(&again, tape, chunks[i]) == outcome, "pieces change no outcome");
    const rt_tape_fault *one = &replay.reader.fault, *other = &again.reader.fault;
    MUST(outcome != RT_REPLAY_UNREADABLE ||
             (one->line == other->line && one->column == other->column && strcmp(one->sentence, other->sentence) == 0),
         "pieces change no fault");
    MUST(outcome != RT_REPLAY_DIFFERENT ||
             (replay.difference.line == again.difference.line && replay.difference.column == again.difference.column),
         "pieces change no difference");
    MUST(replay.event_count == again.event_count && replay.command_count == again.command_count,
         "pieces change no event");
  }
  free((char *)tape.data);
  return 0;
}
