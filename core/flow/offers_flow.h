// offers_flow.h: from "show offers", or "is the visitor served here?", to the visitor's last look at them: decide, fetch,
// show, close.
// Takes facts, gives intents; what was seen and must be reported is impressions.h's.
// SPDX-License-Identifier: MIT
#ifndef RT_FLOW_OFFERS_FLOW_H
#define RT_FLOW_OFFERS_FLOW_H

#include "flow/answer.h"
#include "flow/backoff.h"
#include "flow/intent.h"

// What each means stands in states.def; which fact leads where, in README.md.
typedef enum {
#define RT_OFFERS_STATE(name, meaning) RT_OFFERS_##name,
#include "flow/states.def"
  RT_OFFERS_STATE_COUNT
} rt_offers_state;

typedef struct {
  rt_offers_state state;
  const rt_backoff_policy *policy;  // borrowed
  rt_prng chance;
  rt_presence presence;
  rt_failures failures;
  rt_instant wake_at;
  bool has_request_id;
  rt_millis patience;     // how long to go on trying from the next moment awake
  rt_instant give_up_at;  // while trying and awake
} rt_offers_flow;

rt_offers_flow rt_offers_flow_make(const rt_backoff_policy *policy, rt_prng chance);

// Facts. `now` never goes back. A fact that does not fit the state changes nothing.
rt_intents rt_offers_flow_begin(rt_offers_flow *flow, bool has_request_id, rt_instant now);
// The decision. `is_allowed`: the visitor is served here, so that there is nothing to offer; it ends there.
rt_intents rt_offers_flow_decided(rt_offers_flow *flow, bool is_allowed, rt_instant now);
rt_intents rt_offers_flow_fetched(rt_offers_flow *flow, uint32_t offer_count);
rt_intents rt_offers_flow_trouble(rt_offers_flow *flow, const rt_trouble *trouble, rt_instant now);
rt_intents rt_offers_flow_presence(rt_offers_flow *flow, rt_presence presence, rt_instant now);
// The host's timer came `late`: the machine slept, or the tab was throttled. Nobody waited for offers meanwhile, so it is
// taken off no patience. Before the fact that the host then brings.
void rt_offers_flow_overslept(rt_offers_flow *flow, rt_millis late);

rt_intents rt_offers_flow_woke(rt_offers_flow *flow, rt_instant now);

// The surface is there, could not be put there, was dismissed. True when that changed the state.
bool rt_offers_flow_shown(rt_offers_flow *flow);
bool rt_offers_flow_not_shown(rt_offers_flow *flow);
bool rt_offers_flow_closed(rt_offers_flow *flow);

#endif
