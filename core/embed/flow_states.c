// flow_states.c: where the flows stand, for tests and for the simulator; a file of its own, so that no page loads it.
// SPDX-License-Identifier: MIT
#include "base/check.h"
#include "embed/embed_state.h"

static const char *const trigger_names[] = {
#define RT_TRIGGER_STATE(name, meaning) #name,
#include "flow/states.def"
};
static const char *const offers_names[] = {
#define RT_OFFERS_STATE(name, meaning) #name,
#include "flow/states.def"
};

uint32_t rt_embed_flow_state(const rt_embed *embed, rt_flow flow) {
  RT_CHECK(flow < RT_FLOW_COUNT);
  return flow == RT_FLOW_TRIGGER ? (uint32_t)embed->trigger.state : (uint32_t)embed->offers_flow.state;
}

const char *rt_flow_name(rt_flow flow) {
  static const char *const names[RT_FLOW_COUNT] = {"TRIGGER", "OFFERS"};
  RT_CHECK(flow < RT_FLOW_COUNT);
  return names[flow];
}

const char *rt_flow_state_name(rt_flow flow, uint32_t state) {
  const bool is_trigger = flow == RT_FLOW_TRIGGER;
  const uint32_t count = is_trigger ? (uint32_t)RT_TRIGGER_STATE_COUNT : (uint32_t)RT_OFFERS_STATE_COUNT;
  if (state >= count) return NULL;
  return is_trigger ? trigger_names[state] : offers_names[state];
}
