// replay.c: reads, steps, writes, compares; line by line, so that a tape may be as long as it likes.
// SPDX-License-Identifier: MIT
#include "sim/replay.h"

#include <string.h>

// ---------------------------------------------------------------- comparing

static void remember(rt_replay *replay, rt_bytes line) {
  rt_replay_line *kept = &replay->context[replay->context_count++ % RT_REPLAY_CONTEXT_LINES];
  kept->is_cut = line.length > sizeof kept->text;
  kept->length = kept->is_cut ? sizeof kept->text : line.length;
  memcpy(kept->text, line.data, kept->length);
}

// The part of `line` around `column` that fits, nothing in it that a terminal would obey.
static rt_writer show(char *text, size_t capacity, rt_bytes line, size_t column) {
  rt_writer shown = rt_writer_over(text, capacity - 3);
  const size_t before = capacity / 2;
  if (column > before && line.length > capacity - 4) {
    rt_write_text(&shown, "...");
    line = rt_bytes_skip(line, column - before < line.length ? column - before : line.length);
  }
  for (size_t i = 0; i < line.length && !shown.is_overflowed; i++) {
    rt_write_char(&shown, line.data[i] >= ' ' && line.data[i] <= '~' ? line.data[i] : '?');
  }
  shown.capacity = capacity;
  if (shown.is_overflowed) {
    shown.is_overflowed = false;
    rt_write_text(&shown, "...");
  }
  return shown;
}

static void differ(rt_replay *replay, rt_bytes tape, rt_bytes embed) {
  rt_replay_difference *difference = &replay->difference;
  size_t same = 0;
  while (same < tape.length && same < embed.length && tape.data[same] == embed.data[same]) same++;
  replay->is_different = true;
  difference->line = replay->reader.line_number;
  difference->column = same + 1;
  difference->event = replay->event_count;
  difference->at = replay->event.now;
  difference->tape = show(difference->tape_text, sizeof difference->tape_text, tape, same);
  difference->embed = show(difference->embed_text, sizeof difference->embed_text, embed, same);
}

static bool is_stop(rt_bytes line) { return rt_bytes_start_with(line, RT_BYTES("stopped: ")); }

// The embed's line against the next one of the tape. A tape that was stopped may lack the rest of its last step.
static void compare(rt_replay *replay, rt_bytes embed) {
  rt_bytes tape;
  if (!rt_tape_reader_next(&replay->reader, &tape)) {
    if (!replay->reader.has_failed) differ(replay, RT_BYTES_NONE, embed);
  } else if (rt_bytes_equal(tape, embed)) {
    remember(replay, tape);
  } else if (is_stop(tape)) {
    replay->is_stopped = true;
    rt_tape_reader_keep(&replay->reader);
  } else {
    differ(replay, tape, embed);
  }
}

static bool is_over(const rt_replay *replay) {
  return replay->is_different || replay->is_stopped || replay->reader.has_failed;
}

// The sink of the writer: gathers lines.
static void take(void *self, rt_bytes text) {
  rt_replay *replay = self;
  while (text.length > 0 && !is_over(replay)) {
    const size_t end = rt_bytes_find(text, '\n');
    rt_write_bytes(&replay->written, rt_bytes_take(text, end));
    if (end == text.length) return;
    compare(replay, rt_written(&replay->written));
    replay->written = rt_writer_over(replay->line, sizeof replay->line);
    text = rt_bytes_skip(text, end + 1);
  }
}

// ---------------------------------------------------------------- running

static void take_nothing(void *self, rt_bytes text) {
  (void)self;
  (void)text;
}

static bool open(rt_replay *replay, rt_tape_source source) {
  replay->is_different = replay->is_stopped = replay->has_sum = false;
  replay->event_count = replay->command_count = replay->context_count = 0;
  replay->event = (rt_event){.kind = RT_EVENT_COUNT};
  replay->embed = NULL;
  replay->written = rt_writer_over(replay->line, sizeof replay->line);
  if (!rt_tape_reader_open(&replay->reader, source)) return false;
  // Of a header the reader takes only what the writer writes: there is nothing to compare.
  const rt_config *config = &replay->reader.config;
  rt_tape_begin(&replay->writer, (rt_tape_sink){NULL, take_nothing}, config, replay->reader.metrics);
  replay->writer.sink = (rt_tape_sink){replay, take};
  const rt_memory memory = {replay->memory, sizeof replay->memory};
  return rt_embed_open(memory, config, &replay->embed) == RT_OK;
}

static void step(rt_replay *replay) {
  rt_arena scratch = rt_arena_over(replay->scratch_memory, sizeof replay->scratch_memory);
  replay->event_count++;
  rt_tape_write_event(&replay->writer, &replay->event);
  const rt_status status = rt_embed_step(replay->embed, &replay->event, &scratch);
  if (status != RT_OK) rt_tape_write_refusal(&replay->writer, status);
  rt_command command;
  while (rt_embed_next_command(replay->embed, &command)) {
    replay->command_count++;
    rt_tape_write_command(&replay->writer, &command, rt_embed_surface(replay->embed));
  }
  rt_tape_write_state(&replay->writer, replay->embed);
}

// The lines behind the last event.
static void finish(rt_replay *replay, rt_bytes line) {
  rt_tape_reader *reader = &replay->reader;
  if (is_stop(line)) {
    replay->is_stopped = true;
    if (!rt_tape_reader_next(reader, &line)) return;
  }
  if (!rt_bytes_start_with(line, RT_BYTES("end "))) {
    rt_tape_reader_complain(reader, "the number of an event, \"stopped: \" or \"end \" was expected here");
  } else if (rt_tape_reader_end(reader)) {
    replay->has_sum = true;
  }
}

rt_replay_outcome rt_replay_run(rt_replay *replay, rt_tape_source source) {
  rt_bytes line;
  if (!open(replay, source)) return RT_REPLAY_UNREADABLE;
  while (!replay->is_different && rt_tape_reader_next(&replay->reader, &line)) {
    if (rt_bytes_start_with(line, RT_BYTES("  "))) {
      differ(replay, line, RT_BYTES_NONE);  // the tape goes on where the embed does no more
      break;
    }
    if (!rt_tape_line_is_event(line)) {
      finish(replay, line);
      break;
    }
    if (!rt_tape_reader_event(&replay->reader, &replay->event)) break;
    rt_tape_reader_keep(&replay->reader);  // to be compared with what the writer makes of it
    step(replay);
  }
  if (replay->reader.has_failed) return RT_REPLAY_UNREADABLE;
  return replay->is_different ? RT_REPLAY_DIFFERENT : RT_REPLAY_EQUAL;
}

// ---------------------------------------------------------------- reporting

static void write_context(const rt_replay *replay, rt_writer *report) {
  const uint64_t count = replay->context_count;
  const uint64_t first = count < RT_REPLAY_CONTEXT_LINES ? 0 : count - RT_REPLAY_CONTEXT_LINES;
  for (uint64_t i = first; i < count; i++) {
    const rt_replay_line *line = &replay->context[i % RT_REPLAY_CONTEXT_LINES];
    rt_write_text(report, "         ");
    rt_write_bytes(report, (rt_bytes){line->text, line->length});
    rt_write_text(report, line->is_cut ? "...\n" : "\n");
  }
}

static void write_side(rt_writer *report, const char *who, const rt_writer *shown, const char *otherwise) {
  rt_write_text(report, who);
  if (shown->length > 0) {
    rt_write_bytes(report, rt_written(shown));
  } else {
    rt_write_text(report, otherwise);
  }
  rt_write_char(report, '\n');
}

void rt_replay_report(const rt_replay *replay, const char *name, rt_writer *report) {
  const rt_replay_difference *difference = &replay->difference;
  rt_write_text(report, name);
  rt_write_char(report, ':');
  rt_write_u64(report, difference->line);
  rt_write_char(report, ':');
  rt_write_u64(report, difference->column);
  if (difference->event == 0) {
    rt_write_text(report, ": something happens before the first event\n");
  } else {
    rt_write_text(report, ": the embed does something else at event ");
    rt_write_u64(report, difference->event);
    rt_write_text(report, " (");
    rt_write_i64(report, difference->at.ms);
    rt_write_text(report, " ms)\n");
  }
  write_context(replay, report);
  write_side(report, "  tape:  ", &difference->tape, "(nothing more: the tape ends here)");
  write_side(report, "  embed: ", &difference->embed, "(does no more)");
}
