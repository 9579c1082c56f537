// host_loop.c: see host_loop.h.
// SPDX-License-Identifier: MIT
#include "host/host_loop.h"

#include <string.h>

#include "base/check.h"

rt_host rt_host_make(rt_embed *embed, rt_arena *scratch, const rt_host_effects *effects, void *self) {
  return (rt_host){.embed = embed, .scratch = scratch, .effects = effects, .self = self};
}

static void end(rt_host *host) {
  host->is_over = true;
  host->effects->end(host->self);
}

static void take_one(rt_host *host, rt_event *event) {
  const rt_host_effects *effects = host->effects;
  event->now = effects->now(host->self);
  if (effects->stepping != NULL) effects->stepping(host->self, event);
  RT_CHECK(rt_embed_step(host->embed, event, host->scratch) == RT_OK);
  for (rt_command command; rt_embed_next_command(host->embed, &command);) {
    const bool is_drawing = command.kind == RT_COMMAND_SHOW_SURFACE;
    effects->perform(host->self, &command, is_drawing ? rt_embed_surface(host->embed) : NULL);
  }
  if (effects->stepped != NULL) effects->stepped(host->self);
  if (event->kind == RT_EVENT_ENDED) end(host);
}

void rt_host_feed(rt_host *host, const rt_event *event) {
  if (host->is_over) return;
  RT_CHECK(host->queued < RT_HOST_QUEUE);
  host->queue[host->queued++] = *event;
  if (host->is_running) return;
  host->is_running = true;
  while (!host->is_over && host->queued > 0) {
    rt_event first = host->queue[0];
    host->queued--;
    memmove(host->queue, host->queue + 1, host->queued * sizeof host->queue[0]);
    take_one(host, &first);
  }
  if (!host->is_over) host->effects->sleep_until(host->self, rt_embed_wake_at(host->embed));
  host->queued = 0;
  host->is_running = false;
}
