// host_loop.h: take an event, step, carry out each command, sleep until wake_at. Nothing else.
// Decides nothing: what an event means is the core's business, how a command is carried out that of the effects.
// web/host/host_loop.mjs has the same shape, line for line.
// SPDX-License-Identifier: MIT
#ifndef RT_HOST_HOST_LOOP_H
#define RT_HOST_HOST_LOOP_H

#include "embed/embed.h"

// Events that may wait while another is being carried out: an effect answers at once at most with a measured viewport
// and with how showing the surface went.
enum { RT_HOST_QUEUE = 4 };

// What acts in the world; one table for any number of loops, each called with its loop's `self`.
typedef struct {
  rt_instant (*now)(void *self);

  // Carries out one command, whose bytes live until the next step. `view`: what show_surface draws, otherwise NULL.
  void (*perform)(void *self, const rt_command *command, const rt_view *view);

  // A `woke` event is wanted at `at`, and no earlier one; RT_NEVER: none.
  void (*sleep_until)(void *self, rt_instant at);

  // Called once, after the event `ended` is carried out. From then on events change nothing.
  void (*end)(void *self);

  // For whoever keeps a record; both may be NULL. Around every step: before it, and when its commands are carried out.
  void (*stepping)(void *self, const rt_event *event);
  void (*stepped)(void *self);
} rt_host_effects;

typedef struct {
  rt_embed *embed;
  const rt_host_effects *effects;
  void *self;
  rt_arena *scratch;  // RT_SCRATCH_MEMORY bytes, shared by all loops of a thread
  rt_event queue[RT_HOST_QUEUE];
  uint32_t queued;
  bool is_running, is_over;
} rt_host;

// A loop around an opened embed. Everything it is given outlives it.
rt_host rt_host_make(rt_embed *embed, rt_arena *scratch, const rt_host_effects *effects, void *self);

// Feeds an event; its time is taken from the effects. May be called by an effect: such an event waits until the commands
// before it are carried out, and its bytes have to live that long.
void rt_host_feed(rt_host *host, const rt_event *event);

#endif
