// tape_reader.h: reads a tape: its header, its lines, and the events among them.
// Streams: holds one line at a time, however long the tape. Strict: whatever tape.c would have written otherwise is
// refused with line, column and what was expected there. Knows no file and no embed; what the other lines should say is
// replay.c's business.
// SPDX-License-Identifier: MIT
#ifndef RT_SIM_TAPE_READER_H
#define RT_SIM_TAPE_READER_H

#include "embed/embed.h"

enum {
  RT_TAPE_MAX_LINE = 256 * 1024,                  // a command's body of 48 KiB, every byte escaped, and some
  RT_TAPE_READ_AHEAD = 64 * 1024,                 // so that a file comes in few reads
  RT_TAPE_HEADER_TEXTS = RT_ATTRIBUTE_COUNT + 3,  // and the page's host, its language, the metrics
};

// Where the bytes come from. `read` fills at most `room` bytes and returns how many; 0: that was all; negative: an error,
// whose sentence it leaves in `why`.
typedef struct {
  void *self;
  ptrdiff_t (*read)(void *self, char *bytes, size_t room, const char **why);
} rt_tape_source;

// What is wrong with a tape. `sentence` goes on after "file:line:column: ".
typedef struct {
  uint64_t line;
  size_t column;  // both from 1
  char sentence[200];
} rt_tape_fault;

// Memory of the caller, 385 KiB. A line lives until the next one is asked for, the texts of an event until the next
// event; config and metrics as long as the reader.
typedef struct {
  rt_tape_source source;
  rt_tape_fault fault;  // says something once a function has returned false
  bool has_failed;
  uint64_t line_number;  // of the line last handed out
  uint32_t sum;          // of the lines handed out before that one
  rt_bytes line;         // the line last handed out, without its line feed
  bool is_kept;          // the line is handed out once more
  uint64_t last_event;
  int64_t last_ms;
  rt_config config;
  rt_bytes metrics;
  bool is_at_end;
  size_t first, filled;  // of `buffer`: where the next line begins, and where what was read ends
  char buffer[RT_TAPE_MAX_LINE + RT_TAPE_READ_AHEAD];
  char header_texts[RT_TAPE_HEADER_TEXTS * RT_MAX_GIVEN_LENGTH];
  char event_texts[RT_MAX_BODY_LENGTH + 2 * RT_MAX_GIVEN_LENGTH];
} rt_tape_reader;

// Reads the header into reader->config and reader->metrics. False: not a tape, or not one of ours.
bool rt_tape_reader_open(rt_tape_reader *reader, rt_tape_source source);

// The next line. False at the end, and with reader->has_failed after a fault.
bool rt_tape_reader_next(rt_tape_reader *reader, rt_bytes *line);

// Hands the same line out again next time.
void rt_tape_reader_keep(rt_tape_reader *reader);

// True when `line` is an event's.
bool rt_tape_line_is_event(rt_bytes line);

// Reads the line last handed out as the event it is. False: a fault.
bool rt_tape_reader_event(rt_tape_reader *reader, rt_event *event);

// Reads the line last handed out as the last one, "end" and the sum of all before. False: a fault.
bool rt_tape_reader_end(rt_tape_reader *reader);

// Says that something else was expected at the start of the line last handed out.
void rt_tape_reader_complain(rt_tape_reader *reader, const char *sentence);

#endif
