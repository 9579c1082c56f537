// intent.h: what a flow wants done, as a set: one word instead of a struct copied through three calls.
// The embed carries a set out in the order of these bits.
// SPDX-License-Identifier: MIT
#ifndef RT_FLOW_INTENT_H
#define RT_FLOW_INTENT_H

#include <stdbool.h>
#include <stdint.h>

typedef enum {
  RT_CANCEL = 1 << 0,    // abort the request under way
  RT_ANNOUNCE = 1 << 1,  // tell the page the session's id
  RT_CREATE = 1 << 2,    // ask for a session
  RT_POLL = 1 << 3,      // ask how it stands; the flow's wait_s says how long the server may hold the question
  RT_READY = 1 << 4,     // triggered: the offers' turn
  RT_DECIDE = 1 << 5,    // ask for a decision, which brings a requestId
  RT_FETCH = 1 << 6,     // ask for the offers
  RT_SHOW = 1 << 7,      // measure the viewport, then show the surface
  RT_EMPTY = 1 << 8,     // over: there are no offers
  RT_EXPIRE = 1 << 9,    // over: nobody triggered
  RT_FAIL = 1 << 10,     // over: it cannot be done
  RT_ALLOW = 1 << 11,    // over: the visitor is served here
} rt_intent;

typedef struct {
  uint32_t bits;
} rt_intents;

#define RT_NO_INTENTS ((rt_intents){0})

static inline rt_intents rt_only(rt_intent intent) { return (rt_intents){(uint32_t)intent}; }
static inline rt_intents rt_both(rt_intents some, rt_intents more) { return (rt_intents){some.bits | more.bits}; }
static inline bool rt_wants(rt_intents set, rt_intent one) { return (set.bits & (uint32_t)one) != 0; }

#endif
