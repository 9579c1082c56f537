// offers_flow.c: decide, fetch, show, close.
// SPDX-License-Identifier: MIT
#include "flow/offers_flow.h"

// Offers are tried for 30 s of awake time (web/docs/polling.md): later, an overlay would surprise more than it helps.
#define PATIENCE (rt_seconds(30))

rt_offers_flow rt_offers_flow_make(const rt_backoff_policy *policy, rt_prng chance) {
  return (rt_offers_flow){.state = RT_OFFERS_IDLE,
                          .policy = policy,
                          .chance = chance,
                          .presence = {.is_visible = true, .is_online = true},
                          .wake_at = RT_NEVER,
                          .patience = PATIENCE,
                          .give_up_at = RT_NEVER};
}

static void enter(rt_offers_flow *flow, rt_offers_state state, rt_instant wake_at) {
  flow->state = state;
  flow->wake_at = wake_at;
}

static rt_intents fail(rt_offers_flow *flow) {
  enter(flow, RT_OFFERS_FAILED, RT_NEVER);
  return rt_only(RT_FAIL);
}

// Woken at give_up_at, whatever the answer under way would have been. A host that wakes late may come after it.
static rt_intents ask(rt_offers_flow *flow, rt_instant now) {
  if (rt_instant_reached(now, flow->give_up_at)) return fail(flow);
  enter(flow, flow->has_request_id ? RT_OFFERS_FETCHING : RT_OFFERS_DECIDING, flow->give_up_at);
  return rt_only(flow->has_request_id ? RT_FETCH : RT_DECIDE);
}

static rt_intents begin_awake(rt_offers_flow *flow, rt_instant now) {
  flow->give_up_at = rt_instant_after(now, flow->patience);
  return ask(flow, now);
}

rt_intents rt_offers_flow_begin(rt_offers_flow *flow, bool has_request_id, rt_instant now) {
  if (flow->state != RT_OFFERS_IDLE) return RT_NO_INTENTS;
  flow->has_request_id = has_request_id;
  if (!rt_presence_is_awake(flow->presence)) {
    enter(flow, RT_OFFERS_PAUSED, RT_NEVER);
    return RT_NO_INTENTS;
  }
  return begin_awake(flow, now);
}

rt_intents rt_offers_flow_decided(rt_offers_flow *flow, bool is_allowed, rt_instant now) {
  if (flow->state != RT_OFFERS_DECIDING) return RT_NO_INTENTS;
  if (is_allowed) {
    enter(flow, RT_OFFERS_ALLOWED, RT_NEVER);
    return rt_only(RT_ALLOW);
  }
  flow->failures.count = 0;
  flow->has_request_id = true;
  return ask(flow, now);
}

rt_intents rt_offers_flow_fetched(rt_offers_flow *flow, uint32_t offer_count) {
  if (flow->state != RT_OFFERS_FETCHING) return RT_NO_INTENTS;
  enter(flow, offer_count == 0 ? RT_OFFERS_EMPTY : RT_OFFERS_SHOWING, RT_NEVER);
  return rt_only(offer_count == 0 ? RT_EMPTY : RT_SHOW);
}

static bool is_asking(const rt_offers_flow *flow) {
  return flow->state == RT_OFFERS_DECIDING || flow->state == RT_OFFERS_FETCHING;
}

rt_intents rt_offers_flow_trouble(rt_offers_flow *flow, const rt_trouble *trouble, rt_instant now) {
  if (!is_asking(flow)) return RT_NO_INTENTS;
  if (trouble->kind != RT_TROUBLE_PASSING) return fail(flow);
  flow->failures.count++;
  const rt_instant at = rt_trouble_over(trouble, flow->policy, flow->failures, &flow->chance, now);
  if (rt_instant_reached(at, flow->give_up_at)) return fail(flow);
  enter(flow, RT_OFFERS_WAITING, at);
  return RT_NO_INTENTS;
}

rt_intents rt_offers_flow_presence(rt_offers_flow *flow, rt_presence presence, rt_instant now) {
  flow->presence = presence;
  const bool is_awake = rt_presence_is_awake(presence);
  if (!is_awake && (is_asking(flow) || flow->state == RT_OFFERS_WAITING)) {
    const bool was_asking = is_asking(flow);
    flow->patience = rt_instant_between(now, rt_instant_later(now, flow->give_up_at));
    enter(flow, RT_OFFERS_PAUSED, RT_NEVER);
    return was_asking ? rt_only(RT_CANCEL) : RT_NO_INTENTS;
  }
  if (is_awake && flow->state == RT_OFFERS_PAUSED) return begin_awake(flow, now);
  return RT_NO_INTENTS;
}

void rt_offers_flow_overslept(rt_offers_flow *flow, rt_millis late) {
  flow->give_up_at = rt_instant_after(flow->give_up_at, late);
  if (is_asking(flow)) flow->wake_at = flow->give_up_at;
}

rt_intents rt_offers_flow_woke(rt_offers_flow *flow, rt_instant now) {
  if (!rt_instant_reached(now, flow->wake_at)) return RT_NO_INTENTS;
  if (flow->state == RT_OFFERS_WAITING) return ask(flow, now);
  if (!is_asking(flow)) return RT_NO_INTENTS;
  return rt_both(rt_only(RT_CANCEL), fail(flow));
}

static bool move(rt_offers_flow *flow, rt_offers_state from, rt_offers_state to) {
  if (flow->state != from) return false;
  enter(flow, to, RT_NEVER);
  return true;
}

bool rt_offers_flow_shown(rt_offers_flow *flow) { return move(flow, RT_OFFERS_SHOWING, RT_OFFERS_OPEN); }
bool rt_offers_flow_not_shown(rt_offers_flow *flow) { return move(flow, RT_OFFERS_SHOWING, RT_OFFERS_FAILED); }

bool rt_offers_flow_closed(rt_offers_flow *flow) {
  return move(flow, RT_OFFERS_OPEN, RT_OFFERS_CLOSED) || move(flow, RT_OFFERS_SHOWING, RT_OFFERS_CLOSED);
}
