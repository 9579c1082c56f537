// trigger_flow.c: create, announce, poll, end.
// SPDX-License-Identifier: MIT
#include "flow/trigger_flow.h"

#include "domain/limits.h"

// Session creation is tried for as long as a session would live (web/docs/polling.md).
#define CREATION_PATIENCE RT_SESSION_LIFE

// A trigger accepted before expiry keeps the session ready for another life (web/docs/api.md): while the API fails, the
// last question is repeated that long, because the answer may still be "ready".
#define LAST_CALL_PATIENCE RT_SESSION_LIFE

rt_trigger_flow rt_trigger_flow_make(const rt_backoff_policy *policy, rt_prng chance) {
  return (rt_trigger_flow){.state = RT_TRIGGER_IDLE,
                           .policy = policy,
                           .chance = chance,
                           .presence = {.is_visible = true, .is_online = true},
                           .wake_at = RT_NEVER,
                           .give_up_at = RT_NEVER,
                           .expires_at = RT_NEVER};
}

static void enter(rt_trigger_flow *flow, rt_trigger_state state, rt_instant wake_at) {
  flow->state = state;
  flow->wake_at = wake_at;
}

static rt_intents create(rt_trigger_flow *flow) {
  enter(flow, RT_TRIGGER_CREATING, RT_NEVER);
  return rt_only(RT_CREATE);
}

// Seconds the server may hold a poll: what it offers, but not past the session's end.
static int32_t wait_seconds(const rt_trigger_flow *flow, rt_instant now) {
  if (flow->is_last_call) return 0;
  const int64_t left_s = (rt_instant_between(now, flow->expires_at).ms + 999) / 1000;
  return left_s < flow->max_wait_s ? (int32_t)left_s : flow->max_wait_s;
}

static rt_intents poll(rt_trigger_flow *flow, rt_instant now) {
  flow->is_last_call = rt_instant_reached(now, flow->expires_at);
  flow->poll_started_at = now;
  flow->has_polled = true;
  enter(flow, RT_TRIGGER_POLLING, RT_NEVER);
  flow->wait_s = wait_seconds(flow, now);
  return rt_only(RT_POLL);
}

// Polls at `at`, or as soon afterwards as the spacing between two polls allows.
static rt_intents poll_at(rt_trigger_flow *flow, rt_instant at, rt_instant now) {
  if (flow->has_polled)
    at = rt_instant_later(at, rt_instant_after(flow->poll_started_at, rt_backoff_spacing(flow->policy)));
  if (rt_instant_reached(now, at)) return poll(flow, now);
  enter(flow, RT_TRIGGER_POLL_WAITING, at);
  return RT_NO_INTENTS;
}

// The next poll of a healthy session: a plain poller waits its interval, a long poller only keeps its spacing. A poll
// due after the session's end is made at its end.
static rt_intents poll_again(rt_trigger_flow *flow, rt_instant now) {
  const rt_draw draw = rt_prng_next(&flow->chance);
  const rt_instant at = flow->max_wait_s > 0 ? now : rt_instant_after(now, rt_backoff_steady(flow->policy, draw));
  return poll_at(flow, rt_instant_earlier(at, rt_instant_later(flow->expires_at, now)), now);
}

static rt_intents expire(rt_trigger_flow *flow) {
  enter(flow, RT_TRIGGER_EXPIRED, RT_NEVER);
  return rt_only(RT_EXPIRE);
}

static rt_intents fail(rt_trigger_flow *flow) {
  enter(flow, RT_TRIGGER_FAILED, RT_NEVER);
  return rt_only(RT_FAIL);
}

rt_intents rt_trigger_flow_begin(rt_trigger_flow *flow, rt_instant now) {
  if (flow->state != RT_TRIGGER_IDLE) return RT_NO_INTENTS;
  flow->give_up_at = rt_instant_after(now, CREATION_PATIENCE);
  return create(flow);
}

rt_intents rt_trigger_flow_woke(rt_trigger_flow *flow, rt_instant now) {
  if (!rt_instant_reached(now, flow->wake_at)) return RT_NO_INTENTS;
  if (flow->state == RT_TRIGGER_CREATE_WAITING) return create(flow);
  if (flow->state == RT_TRIGGER_POLL_WAITING) return poll(flow, now);
  return RT_NO_INTENTS;
}

rt_intents rt_trigger_flow_presence(rt_trigger_flow *flow, rt_presence presence, rt_instant now) {
  flow->presence = presence;
  const bool is_awake = rt_presence_is_awake(presence);
  if (flow->state == RT_TRIGGER_CREATE_WAITING && !presence.is_online) {
    enter(flow, RT_TRIGGER_CREATE_OFFLINE, RT_NEVER);
  } else if (flow->state == RT_TRIGGER_CREATE_OFFLINE && presence.is_online) {
    return create(flow);
  } else if (flow->state == RT_TRIGGER_POLLING && !is_awake) {
    enter(flow, RT_TRIGGER_PAUSED, RT_NEVER);
    return rt_only(RT_CANCEL);
  } else if (flow->state == RT_TRIGGER_POLL_WAITING && !is_awake) {
    enter(flow, RT_TRIGGER_PAUSED, RT_NEVER);
  } else if (flow->state == RT_TRIGGER_PAUSED && is_awake) {
    return poll_at(flow, now, now);
  }
  return RT_NO_INTENTS;
}

rt_intents rt_trigger_flow_created(rt_trigger_flow *flow, rt_millis life, int32_t max_wait_s, rt_instant now) {
  if (flow->state != RT_TRIGGER_CREATING) return RT_NO_INTENTS;
  flow->failures.count = 0;
  flow->max_wait_s = max_wait_s;
  flow->expires_at = rt_instant_after(now, life);
  if (rt_presence_is_awake(flow->presence)) return rt_both(rt_only(RT_ANNOUNCE), poll_again(flow, now));
  enter(flow, RT_TRIGGER_PAUSED, RT_NEVER);
  return rt_only(RT_ANNOUNCE);
}

rt_intents rt_trigger_flow_pending(rt_trigger_flow *flow, rt_instant now) {
  if (flow->state != RT_TRIGGER_POLLING) return RT_NO_INTENTS;
  flow->failures.count = 0;
  return flow->is_last_call ? expire(flow) : poll_again(flow, now);
}

rt_intents rt_trigger_flow_ready(rt_trigger_flow *flow) {
  if (flow->state != RT_TRIGGER_POLLING) return RT_NO_INTENTS;
  enter(flow, RT_TRIGGER_READY, RT_NEVER);
  return rt_only(RT_READY);
}

rt_intents rt_trigger_flow_expired(rt_trigger_flow *flow) {
  return flow->state == RT_TRIGGER_POLLING ? expire(flow) : RT_NO_INTENTS;
}

static rt_intents creation_trouble(rt_trigger_flow *flow, const rt_trouble *trouble, rt_instant now) {
  if (trouble->kind != RT_TROUBLE_PASSING) return fail(flow);
  const rt_instant at = rt_trouble_over(trouble, flow->policy, flow->failures, &flow->chance, now);
  if (at.ms > flow->give_up_at.ms) return fail(flow);
  if (flow->presence.is_online) {
    enter(flow, RT_TRIGGER_CREATE_WAITING, at);
  } else {
    enter(flow, RT_TRIGGER_CREATE_OFFLINE, RT_NEVER);
  }
  return RT_NO_INTENTS;
}

static rt_intents poll_trouble(rt_trigger_flow *flow, const rt_trouble *trouble, rt_instant now) {
  if (trouble->kind == RT_TROUBLE_GONE) return expire(flow);
  if (trouble->kind == RT_TROUBLE_FINAL) return fail(flow);
  const rt_instant at = rt_trouble_over(trouble, flow->policy, flow->failures, &flow->chance, now);
  if (at.ms > rt_instant_after(flow->expires_at, LAST_CALL_PATIENCE).ms) return expire(flow);
  return poll_at(flow, at, now);
}

rt_intents rt_trigger_flow_trouble(rt_trigger_flow *flow, const rt_trouble *trouble, rt_instant now) {
  const bool is_creating = flow->state == RT_TRIGGER_CREATING;
  if (!is_creating && flow->state != RT_TRIGGER_POLLING) return RT_NO_INTENTS;
  flow->failures.count++;
  return is_creating ? creation_trouble(flow, trouble, now) : poll_trouble(flow, trouble, now);
}
