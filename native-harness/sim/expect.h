// expect.h: how the files that watch a world say what they expect of it, and find their way in what is said there.
// SPDX-License-Identifier: MIT
#ifndef RT_SIM_EXPECT_H
#define RT_SIM_EXPECT_H

#include "sim/world_state.h"

// Counts the check. False: the claim does not hold, and should.
bool rt_world_check(rt_world *world, rt_invariant invariant, bool claim);

#define EXPECT(invariant, claim, page, ...)                                   \
  do {                                                                        \
    if (!rt_world_check(world, RT_INVARIANT_##invariant, (claim)))            \
      rt_world_violate(world, RT_INVARIANT_##invariant, (page), __VA_ARGS__); \
  } while (0)

// Where `wanted` begins; text.length: nowhere.
size_t rt_text_find(rt_bytes text, rt_bytes wanted);

// What stands between `before` and the next `end`; empty when there is none.
rt_bytes rt_text_between(rt_bytes text, rt_bytes before, char end);

// watch_reports.c: which cards are in view for how long, and which are reported.
void rt_watch_views(rt_page *page, const rt_event *event);
void rt_watch_impression(rt_world *world, rt_page *page, const rt_command *command);
void rt_watch_reports_end(rt_world *world, rt_page *page);

// watch_decision.c: the embeds that ask where the visitor is.
void rt_watch_question(rt_world *world, rt_page *page, rt_route route, int32_t number);  // a request of any embed
void rt_watch_question_dropped(rt_page *page, int32_t number);                           // answered or cancelled
void rt_watch_decided(rt_world *world, rt_page *page, const rt_message *message);
void rt_watch_served(rt_world *world, rt_page *page);  // after each step
void rt_watch_find(rt_page *page);                     // the embed wants to know of its container
void rt_watch_container(rt_page *page, const rt_event *viewport);
void rt_watch_container_used(rt_world *world, rt_page *page);            // after each step
void rt_watch_missing(rt_world *world, rt_page *page, rt_bytes detail);  // of an event `…:error`
void rt_watch_section(rt_world *world, rt_page *page, const rt_view *view);
void rt_watch_blocked_end(rt_world *world, rt_page *page);

#endif
