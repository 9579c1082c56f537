// trigger_flow.h: a decline session from its creation to its trigger: open, wait, ready or expired.
// Takes facts, gives intents; knows time, but no URL, no JSON and no pixel. The states and their arrows are the table in
// README.md; the rules are web/docs/polling.md.
// SPDX-License-Identifier: MIT
#ifndef RT_FLOW_TRIGGER_FLOW_H
#define RT_FLOW_TRIGGER_FLOW_H

#include "flow/answer.h"
#include "flow/backoff.h"
#include "flow/intent.h"

// What each means stands in states.def; which fact leads where, in README.md.
typedef enum {
#define RT_TRIGGER_STATE(name, meaning) RT_TRIGGER_##name,
#include "flow/states.def"
  RT_TRIGGER_STATE_COUNT
} rt_trigger_state;

typedef struct {
  rt_trigger_state state;
  const rt_backoff_policy *policy;  // borrowed
  rt_prng chance;
  rt_presence presence;
  rt_failures failures;
  int32_t wait_s;              // seconds the server may hold the poll that RT_POLL wants, 0: a plain poll
  int32_t max_wait_s;          // longest long poll the API offers, 0: none
  rt_instant wake_at;          // when the flow wants to be woken
  rt_instant give_up_at;       // creation: no attempt after this
  rt_instant expires_at;       // the session's end by the local monotonic clock
  rt_instant poll_started_at;  // of the latest poll
  bool has_polled;
  bool is_last_call;  // the poll under way was started after expires_at
} rt_trigger_flow;

// `chance` is this flow's own stream.
rt_trigger_flow rt_trigger_flow_make(const rt_backoff_policy *policy, rt_prng chance);

// Facts. `now` never goes back. A fact that does not fit the state (a late answer) changes nothing.
rt_intents rt_trigger_flow_begin(rt_trigger_flow *flow, rt_instant now);
rt_intents rt_trigger_flow_woke(rt_trigger_flow *flow, rt_instant now);
rt_intents rt_trigger_flow_presence(rt_trigger_flow *flow, rt_presence presence, rt_instant now);
// `life`: how long the session lives from now. `max_wait_s` >= 0.
rt_intents rt_trigger_flow_created(rt_trigger_flow *flow, rt_millis life, int32_t max_wait_s, rt_instant now);
rt_intents rt_trigger_flow_pending(rt_trigger_flow *flow, rt_instant now);
rt_intents rt_trigger_flow_ready(rt_trigger_flow *flow);
rt_intents rt_trigger_flow_expired(rt_trigger_flow *flow);
rt_intents rt_trigger_flow_trouble(rt_trigger_flow *flow, const rt_trouble *trouble, rt_instant now);

#endif
