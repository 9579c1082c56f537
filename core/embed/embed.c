// embed.c: the switchboard: every event to the flow it concerns, every intent to the hands that carry it out.
// SPDX-License-Identifier: MIT
#include "embed/embed.h"

#include <string.h>

#include "base/check.h"
#include "codec/api_names.h"
#include "embed/embed_state.h"

const char *rt_version(void) { return RT_VERSION; }

const char *rt_embed_kind_name(rt_embed_kind kind) {
  static const char *const names[RT_EMBED_KIND_COUNT] = {
#define RT_EMBED_KIND(upper, name) name,
#include "embed/kinds.def"
  };
  RT_CHECK(kind < RT_EMBED_KIND_COUNT);
  return names[kind];
}

size_t rt_embed_memory_needed(void) { return RT_EMBED_MEMORY; }

rt_status rt_embed_open(rt_memory memory, const rt_config *config, rt_embed **opened) {
  if (memory.length < RT_EMBED_MEMORY) return RT_NO_SPACE;
  RT_CHECK(((uintptr_t)memory.bytes & 7u) == 0);
  rt_embed *embed = memory.bytes;
  RT_CHECK((RT_KINDS >> config->kind & 1) != 0);
  memset(embed, 0, sizeof *embed);
  embed->kind = config->kind;
  embed->container_due_at = RT_NEVER;
  embed->brand = rt_brand_of(config->brand);
  embed->is_online = true;
  embed->final_diagnostic = RT_DIAGNOSTIC_NONE;
  embed->config_texts = rt_arena_over(embed->config_text, sizeof embed->config_text);
  embed->offer_texts = rt_arena_over(embed->offer_text, sizeof embed->offer_text);
  const rt_prng chance = rt_prng_from_seed(config->seed);
  const rt_backoff_policy *policy = &rt_backoff_policy_default;
  if (rt_embed_is(embed, RT_EMBED_DECLINE)) {
    embed->trigger = rt_trigger_flow_make(policy, rt_prng_fork(&chance, RT_BYTES("trigger")));
  }
  embed->offers_flow = rt_offers_flow_make(policy, rt_prng_fork(&chance, RT_BYTES("offers")));
  embed->impressions = rt_impressions_make(policy, rt_prng_fork(&chance, RT_BYTES("impressions")));
  rt_embed_configure(embed, config);
  *opened = embed;
  return RT_OK;
}

// What the developer is told when a flow ended in failure: the API's own refusal where it gave one.
static void report_failure(rt_embed *embed) {
  rt_diagnostic diagnostic = embed->final_diagnostic;
  if (diagnostic == RT_DIAGNOSTIC_NONE) {
    diagnostic = RT_DIAGNOSTIC_OFFERS_FAILED;
    if (rt_embed_is(embed, RT_EMBED_DECLINE) && embed->trigger.state != RT_TRIGGER_READY) {
      diagnostic = RT_DIAGNOSTIC_SESSION_FAILED;
    }
  }
  rt_embed_say(embed, diagnostic, embed->caller.api_base);
}

// Something that ended quietly: an event with the id, and a line for the curious.
static void report_end(rt_embed *embed, const char *name, const char *member, const rt_id *id,
                       rt_diagnostic diagnostic) {
  rt_embed_notify(embed, name, member, rt_id_bytes(id));
  rt_embed_say(embed, diagnostic, rt_id_bytes(id));
}

// What only a trigger flow wants. Returns the intents with those of the offers, when it is their turn.
static rt_intents apply_of_trigger(rt_embed *embed, rt_intents intents, rt_instant now) {
  if (rt_wants(intents, RT_ANNOUNCE)) rt_embed_announce(embed);
  if (rt_wants(intents, RT_CREATE)) rt_embed_ask(embed, RT_CALL_SESSION, now);
  if (rt_wants(intents, RT_POLL)) rt_embed_ask(embed, RT_CALL_POLL, now);
  if (rt_wants(intents, RT_EXPIRE)) {
    report_end(embed, "expired", RT_NAME_SESSION_ID, &embed->session_id, RT_DIAGNOSTIC_SESSION_EXPIRED);
  }
  if (!rt_wants(intents, RT_READY)) return intents;
  rt_embed_say(embed, RT_DIAGNOSTIC_SESSION_READY, rt_id_bytes(&embed->request_id));
  return rt_both(intents, rt_offers_flow_begin(&embed->offers_flow, embed->request_id.length > 0, now));
}

// The visitor is served here: the page hears it, and the API that the snippet is where it should be.
static void allowed(rt_embed *embed) {
  rt_embed_notify_allowed(embed);
  rt_embed_say(embed, RT_DIAGNOSTIC_ALLOWED, rt_id_bytes(&embed->request_id));
  rt_embed_send_ping(embed);
}

static void fetch(rt_embed *embed, rt_instant now) {
  if (!rt_embed_is(embed, RT_EMBED_DECLINE) && embed->offers_flow.failures.count == 0) {
    rt_embed_say(embed, RT_DIAGNOSTIC_NOT_ALLOWED, rt_id_bytes(&embed->request_id));
  }
  rt_embed_ask(embed, RT_CALL_OFFERS, now);
}

void rt_embed_apply(rt_embed *embed, rt_intents intents, rt_instant now) {
  if (rt_wants(intents, RT_CANCEL)) {
    for (rt_call call = 0; call < RT_CALL_IMPRESSION; call++) rt_embed_cancel(embed, call);
  }
  if (rt_embed_is(embed, RT_EMBED_DECLINE)) {
    intents = apply_of_trigger(embed, intents, now);
  } else if (rt_wants(intents, RT_ALLOW)) {
    allowed(embed);
  }
  if (rt_wants(intents, RT_DECIDE)) rt_embed_ask(embed, RT_CALL_DECISION, now);
  if (rt_wants(intents, RT_FETCH)) fetch(embed, now);
  if (rt_wants(intents, RT_SHOW)) rt_embed_measure(embed, now);
  if (rt_wants(intents, RT_EMPTY)) {
    report_end(embed, "empty", RT_NAME_REQUEST_ID, &embed->request_id, RT_DIAGNOSTIC_NO_OFFERS);
  }
  if (rt_wants(intents, RT_FAIL)) report_failure(embed);
}

// Says each of the attributes in `set`.
static void warn(rt_embed *embed, rt_diagnostic diagnostic, uint32_t set) {
  for (rt_attribute attribute = 0; attribute < RT_ATTRIBUTE_COUNT; attribute++) {
    if ((set >> attribute & 1u) != 0) rt_embed_say(embed, diagnostic, rt_attribute_name(attribute));
  }
}

static void report_impressions(rt_embed *embed, bool sends, rt_instant now) {
  if (sends) rt_embed_ask(embed, RT_CALL_IMPRESSION, now);
}

// Begins once the page asks for it and is visited: a prerendered page waits for its activation.
static void begin_if_due(rt_embed *embed, rt_instant now) {
  if (embed->life != RT_LIFE_NEW || !embed->is_started || embed->page_state == RT_PAGE_PRERENDERED) return;
  if (embed->refusal != RT_DIAGNOSTIC_NONE) {
    embed->life = RT_LIFE_REFUSED;
    rt_embed_say(embed, embed->refusal, embed->refusal_detail);
    return;
  }
  embed->life = RT_LIFE_RUNNING;
  warn(embed, RT_DIAGNOSTIC_BAD_ATTRIBUTE, embed->misunderstood);
  warn(embed, RT_DIAGNOSTIC_DEV_IGNORED, embed->not_here);
  if (embed->bad_max_ads.length > 0) rt_embed_say(embed, RT_DIAGNOSTIC_BAD_MAX_ADS, embed->bad_max_ads);
  const bool is_decline = rt_embed_is(embed, RT_EMBED_DECLINE);
  rt_embed_apply(
      embed,
      is_decline ? rt_trigger_flow_begin(&embed->trigger, now) : rt_offers_flow_begin(&embed->offers_flow, false, now),
      now);
}

static rt_presence presence_of(const rt_embed *embed) {
  return (rt_presence){.is_visible = embed->page_state == RT_PAGE_VISIBLE, .is_online = embed->is_online};
}

// Whether anybody looks is of no matter to what an embed does at load: decision and offers of a page in the background.
// What failed there is tried again when somebody looks.
static void tell_offers_flow(rt_embed *embed, rt_instant now) {
  rt_presence presence = presence_of(embed);
  const bool is_at_load = !rt_embed_is(embed, RT_EMBED_DECLINE) && embed->offers_flow.failures.count == 0;
  if (is_at_load) presence.is_visible = true;
  rt_embed_apply(embed, rt_offers_flow_presence(&embed->offers_flow, presence, now), now);
}

static void tell_presence(rt_embed *embed, rt_instant now) {
  const rt_presence presence = presence_of(embed);
  if (rt_embed_is(embed, RT_EMBED_DECLINE)) {
    rt_embed_apply(embed, rt_trigger_flow_presence(&embed->trigger, presence, now), now);
  }
  tell_offers_flow(embed, now);
  report_impressions(embed, rt_impressions_presence(&embed->impressions, presence, now), now);
}

static void shown(rt_embed *embed, rt_instant now) {
  if (!rt_offers_flow_shown(&embed->offers_flow)) return;
  rt_embed_notify_open(embed);
  const uint32_t count = (uint32_t)embed->content.offer_count;
  report_impressions(embed, rt_impressions_rendered(&embed->impressions, count, now), now);
}

static void refused(rt_embed *embed, int32_t reason) {
  if (!rt_offers_flow_not_shown(&embed->offers_flow)) return;
  embed->container_due_at = RT_NEVER;
  const bool is_busy = reason == RT_REFUSAL_BUSY;
  rt_embed_say(embed, is_busy ? RT_DIAGNOSTIC_OVERLAY_BUSY : RT_DIAGNOSTIC_OVERLAY_FAILED, RT_BYTES_NONE);
}

static void activated(rt_embed *embed, int32_t card) {
  const bool is_card = card >= 0 && (size_t)card < embed->content.offer_count;
  if (!is_card || embed->offers_flow.state != RT_OFFERS_OPEN) return;
  rt_embed_send_click(embed, (uint32_t)card);
  rt_embed_notify(embed, "click", RT_NAME_OFFER_ID, embed->offers[card].id);
}

static void dismissed(rt_embed *embed, int32_t reason, rt_instant now) {
  static const char *const words[4] = {[RT_CLOSE_BUTTON] = "button",
                                       [RT_CLOSE_ESCAPE] = "escape",
                                       [RT_CLOSE_BACKDROP] = "backdrop",
                                       [RT_CLOSE_API] = "api"};
  const bool was_open = embed->offers_flow.state == RT_OFFERS_OPEN;
  if (!rt_offers_flow_closed(&embed->offers_flow)) return;
  embed->container_due_at = RT_NEVER;
  report_impressions(embed, rt_impressions_close(&embed->impressions, now), now);
  rt_command_queue_add(&embed->queue, RT_COMMAND_HIDE_SURFACE);
  if (was_open) rt_embed_notify(embed, "close", RT_NAME_REASON, rt_bytes_of(words[reason & 3]));
}

static void end(rt_embed *embed) {
  for (rt_call call = 0; call < RT_CALL_CLICK; call++) rt_embed_cancel(embed, call);
  if (rt_offers_flow_closed(&embed->offers_flow)) rt_command_queue_add(&embed->queue, RT_COMMAND_HIDE_SURFACE);
  embed->life = RT_LIFE_ENDED;
}

// The section's element did not come: the page has none, or not on this route.
static void miss_container(rt_embed *embed) {
  embed->container_due_at = RT_NEVER;
  if (!rt_offers_flow_not_shown(&embed->offers_flow)) return;
  rt_command_queue_add(&embed->queue, RT_COMMAND_HIDE_SURFACE);
  rt_embed_say(embed, RT_DIAGNOSTIC_CONTAINER_MISSING, embed->container);
}

// Whatever is due by now.
static void pass_time(rt_embed *embed, rt_instant now) {
  rt_embed_check_deadlines(embed, now);
  if (!rt_embed_is(embed, RT_EMBED_DECLINE)) tell_offers_flow(embed, now);
  if (rt_embed_is(embed, RT_EMBED_SECTION) && rt_instant_reached(now, embed->container_due_at)) miss_container(embed);
  if (rt_embed_is(embed, RT_EMBED_DECLINE)) {
    rt_embed_apply(embed, rt_trigger_flow_woke(&embed->trigger, now), now);
  }
  rt_embed_apply(embed, rt_offers_flow_woke(&embed->offers_flow, now), now);
  report_impressions(embed, rt_impressions_woke(&embed->impressions, now), now);
}

static void take(rt_embed *embed, const rt_event *event) {
  switch (event->kind) {
    case RT_EVENT_STARTED:
      embed->is_started = true;
      break;
    case RT_EVENT_WOKE:
      break;
    case RT_EVENT_HTTP_DONE:
      rt_embed_answer(embed, event);
      break;
    case RT_EVENT_HTTP_FAILED:
      rt_embed_no_answer(embed, event->request, event->now);
      break;
    case RT_EVENT_VIEWPORT:
      if (embed->offers_flow.state == RT_OFFERS_SHOWING || embed->offers_flow.state == RT_OFFERS_OPEN) {
        embed->container_due_at = RT_NEVER;
        rt_embed_show(embed, event);
      }
      break;
    case RT_EVENT_VISIBILITY:
      embed->page_state = (rt_page_state)event->state;
      tell_presence(embed, event->now);
      break;
    case RT_EVENT_CONNECTIVITY:
      embed->is_online = event->state != 0;
      tell_presence(embed, event->now);
      break;
    case RT_EVENT_SURFACE_SHOWN:
      shown(embed, event->now);
      break;
    case RT_EVENT_SURFACE_REFUSED:
      refused(embed, event->reason);
      break;
    case RT_EVENT_CARD_VIEW:
      rt_impressions_view(&embed->impressions, (uint32_t)event->card, event->ratio_permille, event->now);
      break;
    case RT_EVENT_ACTIVATED:
      activated(embed, event->card);
      break;
    case RT_EVENT_DISMISSED:
      dismissed(embed, event->reason, event->now);
      break;
    case RT_EVENT_ENDED:
      end(embed);
      break;
    case RT_EVENT_COUNT:
      RT_CHECK(false);
  }
}

static void notice_lateness(rt_embed *embed, rt_instant now) {
  const rt_instant due = rt_embed_wake_at(embed);
  if (now.ms > due.ms) rt_offers_flow_overslept(&embed->offers_flow, rt_instant_between(due, now));
}

rt_status rt_embed_step(rt_embed *embed, const rt_event *event, rt_arena *scratch) {
  if (scratch->capacity < RT_SCRATCH_MEMORY) return RT_NO_SPACE;
  rt_command_queue_clear(&embed->queue);
  embed->view = NULL;
  if (embed->life == RT_LIFE_ENDED) return RT_FAILED;
  rt_arena_reset(scratch, 0);
  embed->scratch = scratch;
  notice_lateness(embed, event->now);
  take(embed, event);
  begin_if_due(embed, event->now);
  if (embed->life == RT_LIFE_RUNNING) pass_time(embed, event->now);
  embed->scratch = NULL;
  return RT_OK;
}

bool rt_embed_next_command(rt_embed *embed, rt_command *command) {
  return rt_command_queue_take(&embed->queue, command);
}

rt_instant rt_embed_wake_at(const rt_embed *embed) {
  if (embed->life != RT_LIFE_RUNNING) return RT_NEVER;
  rt_instant at = rt_instant_earlier(embed->offers_flow.wake_at, embed->container_due_at);
  if (rt_embed_is(embed, RT_EMBED_DECLINE)) at = rt_instant_earlier(at, embed->trigger.wake_at);
  at = rt_instant_earlier(at, rt_impressions_wake_at(&embed->impressions));
  return rt_instant_earlier(at, rt_embed_next_deadline(embed));
}

const rt_view *rt_embed_surface(const rt_embed *embed) { return embed->view; }

const char *rt_embed_state(const rt_embed *embed) {
  static const char *const trigger_words[] = {"starting", "starting", "starting", "starting", "waiting",
                                              "waiting",  "paused",   "",         "expired",  "failed"};
  static const char *const offers_words[] = {"fetching", "fetching", "fetching", "fetching", "paused", "fetching",
                                             "open",     "closed",   "allowed",  "empty",    "failed"};
  if (embed->life == RT_LIFE_ENDED) return "ended";
  if (embed->life == RT_LIFE_REFUSED) return "failed";
  if (rt_embed_is(embed, RT_EMBED_DECLINE) && embed->trigger.state != RT_TRIGGER_READY) {
    return trigger_words[embed->trigger.state];
  }
  const bool is_new = embed->offers_flow.state == RT_OFFERS_IDLE && !rt_embed_is(embed, RT_EMBED_DECLINE);
  return is_new ? "starting" : offers_words[embed->offers_flow.state];
}
