// replay.h: feeds the events of a tape to an embed and compares what it does with what the tape says it did.
// Compares text: the tape is written once more, by tape.c, while the original is read, and the two must be the same byte
// for byte. So there is no second idea of what equal means. Knows no file.
// SPDX-License-Identifier: MIT
#ifndef RT_SIM_REPLAY_H
#define RT_SIM_REPLAY_H

#include "sim/tape.h"
#include "sim/tape_reader.h"

typedef enum {
  RT_REPLAY_EQUAL,
  RT_REPLAY_DIFFERENT,   // the embed did something else: replay->difference
  RT_REPLAY_UNREADABLE,  // not a tape, or a broken one: replay->reader.fault
} rt_replay_outcome;

enum {
  RT_REPLAY_CONTEXT_LINES = 6,
  RT_REPLAY_SHOWN_LENGTH = 160,  // of a line: more does not fit a screen
};

// The beginning of a line of the tape, for the report.
typedef struct {
  char text[RT_REPLAY_SHOWN_LENGTH];
  size_t length;
  bool is_cut;
} rt_replay_line;

// Where the two first differ. `tape` and `embed` show the same part of the line, printable characters only; one of them
// is empty where the tape is over, or the embed does no more.
typedef struct {
  uint64_t line;
  size_t column;  // both from 1
  uint64_t event;
  rt_instant at;
  rt_writer tape, embed;
  char tape_text[RT_REPLAY_SHOWN_LENGTH], embed_text[RT_REPLAY_SHOWN_LENGTH];
} rt_replay_difference;

// Memory of the caller, 707 KiB; nothing needs to be set.
typedef struct {
  rt_tape_reader reader;
  rt_tape_writer writer;
  rt_embed *embed;
  rt_event event;  // the last one
  uint64_t event_count, command_count;
  bool is_different;
  bool is_stopped;  // the writer of the tape gave up before the run was over
  bool has_sum;     // the tape ends with its sum: it is whole
  rt_replay_difference difference;
  rt_replay_line context[RT_REPLAY_CONTEXT_LINES];  // the lines before, a ring
  uint64_t context_count;
  rt_writer written;  // the line being written
  char line[RT_TAPE_MAX_LINE + 1];
  _Alignas(8) char memory[RT_EMBED_MEMORY];
  _Alignas(8) char scratch_memory[RT_SCRATCH_MEMORY];
} rt_replay;

rt_replay_outcome rt_replay_run(rt_replay *replay, rt_tape_source source);

// Says where and how the two differ, with the lines before, as text for people: "file:line:column: …". `name` of the
// tape.
void rt_replay_report(const rt_replay *replay, const char *name, rt_writer *report);

#endif
