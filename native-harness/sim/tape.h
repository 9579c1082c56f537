// tape.h: a run of an embed as text: what it was opened with, every event, every command and state they caused.
// The form is specified in tests/tapes/FORMAT.md; tape.c is the only formatter of the native side. Knows no file: text
// goes into a sink as it arises. A host writes a tape like this:
//
//     rt_tape_begin(&tape, sink, &config, metrics);
//     rt_tape_write_event(&tape, &event);
//     if (rt_embed_step(embed, &event, &scratch) != RT_OK) rt_tape_write_refusal(&tape, status);
//     while (rt_embed_next_command(embed, &command)) {
//       rt_tape_write_command(&tape, &command, rt_embed_surface(embed));
//       carry_out(&command);
//     }
//     rt_tape_write_state(&tape, embed);
//     …
//     rt_tape_end(&tape);
//
// SPDX-License-Identifier: MIT
#ifndef RT_SIM_TAPE_H
#define RT_SIM_TAPE_H

#include "embed/embed.h"

// Of the form, not of the program: raised when a reader of the form before would misunderstand a tape.
enum { RT_TAPE_VERSION = 1 };

// Where the text goes. `write` gets a run of bytes that lives for the call only; a line may come in several runs.
typedef struct {
  void *self;
  void (*write)(void *self, rt_bytes text);
} rt_tape_sink;

// A tape being written. Memory of the caller; nothing in here is for anybody but tape.c.
typedef struct {
  rt_tape_sink sink;
  rt_bytes metrics;     // of the header
  uint64_t last_event;  // its number; the first is 1
  const char *state;    // as last written
  rt_instant wake_at;   // as last written
  uint32_t sum;         // of all text so far
} rt_tape_writer;

// Writes the header. `metrics` is the table of the page's font that viewport events carry unless they say otherwise; it
// must outlive the writer, `config` need not.
void rt_tape_begin(rt_tape_writer *tape, rt_tape_sink sink, const rt_config *config, rt_bytes metrics);

// Writes an event and gives it its number. Before the step: if the core traps, the tape ends with what it was fed.
void rt_tape_write_event(rt_tape_writer *tape, const rt_event *event);

// Writes that the step of the event was refused.
void rt_tape_write_refusal(rt_tape_writer *tape, rt_status status);

// Writes a command. `view` is what rt_embed_surface gives at that moment; needed for show_surface, ignored otherwise.
void rt_tape_write_command(rt_tape_writer *tape, const rt_command *command, const rt_view *view);

// Writes, after the drain, state and wake-up time, if one of them is another than before.
void rt_tape_write_state(rt_tape_writer *tape, const rt_embed *embed);

// Closes the tape with a sum of its text, so that a reader knows it whole and unchanged. A tape without this line is
// still a tape.
void rt_tape_end(rt_tape_writer *tape);

// FNV-1a, 32 bits, continued over `text`. The sum of nothing is RT_TAPE_SUM_OF_NOTHING.
enum { RT_TAPE_SUM_PRIME = 16777619 };
#define RT_TAPE_SUM_OF_NOTHING 2166136261u
uint32_t rt_tape_sum(uint32_t sum, rt_bytes text);

#endif
