// embed.c: the switchboard: every event to the flow it concerns, every intent to the hands that carry it out.
// SPDX-License-Identifier: MIT
#include "embed/embed.h"

#include <string.h>

#include "base/check.h"
#include "embed/embed_state.h"

const char *rt_version(void) { return "1.0.0"; }

size_t rt_embed_memory_needed(void) { return RT_EMBED_MEMORY; }

rt_status rt_embed_open(rt_memory memory, const rt_config *config, rt_instant now, rt_embed **opened) {
  (void)now;
  if (memory.length < RT_EMBED_MEMORY) return RT_NO_SPACE;
  RT_CHECK(((uintptr_t)memory.bytes & 7u) == 0);
  rt_embed *embed = memory.bytes;
  memset(embed, 0, sizeof *embed);
  embed->brand = rt_brand_of(config->brand);
  embed->is_online = true;
  embed->config_texts = rt_arena_over(embed->config_text, sizeof embed->config_text);
  embed->offer_texts = rt_arena_over(embed->offer_text, sizeof embed->offer_text);
  const rt_prng chance = rt_prng_from_seed(config->seed);
  const rt_backoff_policy policy = rt_backoff_policy_default();
  embed->trigger = rt_trigger_flow_make(policy, rt_prng_fork(&chance, RT_BYTES("trigger")));
  embed->offers_flow = rt_offers_flow_make(policy, rt_prng_fork(&chance, RT_BYTES("offers")));
  embed->impressions = rt_impressions_make(policy, rt_prng_fork(&chance, RT_BYTES("impressions")));
  *opened = embed;
  return rt_embed_configure(embed, config);
}

// What the developer is told when a flow ended in failure: the API's own refusal where it gave one.
static void report_failure(rt_embed *embed, rt_diagnostic otherwise) {
  if (!embed->has_final_diagnostic) {
    rt_embed_report_error(embed, otherwise, embed->caller.api_base);
  } else if (embed->final_diagnostic == RT_DIAGNOSTIC_ORIGIN_NOT_ALLOWED) {
    rt_embed_report_error(embed, embed->final_diagnostic, embed->page_host);
  } else if (embed->final_diagnostic == RT_DIAGNOSTIC_REFUSED) {
    char digits[12];
    rt_writer status = rt_writer_over(digits, sizeof digits);
    rt_write_i64(&status, embed->final_status);
    rt_embed_report_error(embed, RT_DIAGNOSTIC_REFUSED, rt_written(&status));
  } else {
    rt_embed_report_error(embed, embed->final_diagnostic, embed->caller.api_base);
  }
}

void rt_embed_apply_offers(rt_embed *embed, rt_offers_intent intent, rt_instant now) {
  if (intent.cancels) {
    rt_embed_cancel(embed, RT_FOR_DECISION);
    rt_embed_cancel(embed, RT_FOR_OFFERS);
  }
  if (intent.asks == RT_ASK_DECISION) rt_embed_ask(embed, RT_FOR_DECISION, 0, now);
  if (intent.asks == RT_ASK_OFFERS) rt_embed_ask(embed, RT_FOR_OFFERS, 0, now);
  if (intent.shows) rt_command_queue_add(&embed->queue, RT_COMMAND_MEASURE_VIEWPORT);
  if (intent.is_empty) rt_embed_notify_empty(embed);
  if (intent.is_failed) report_failure(embed, RT_DIAGNOSTIC_OFFERS_FAILED);
}

void rt_embed_apply_trigger(rt_embed *embed, rt_trigger_intent intent, rt_instant now) {
  if (intent.cancels) rt_embed_cancel(embed, RT_FOR_POLL);
  if (intent.announces) rt_embed_announce(embed);
  if (intent.asks == RT_ASK_CREATE) rt_embed_ask(embed, RT_FOR_SESSION, 0, now);
  if (intent.asks == RT_ASK_POLL) rt_embed_ask(embed, RT_FOR_POLL, intent.wait_s, now);
  if (intent.is_expired) rt_embed_notify_expired(embed);
  if (intent.is_failed) report_failure(embed, RT_DIAGNOSTIC_SESSION_FAILED);
  if (intent.is_ready) {
    rt_embed_say(embed, RT_DIAGNOSTIC_SESSION_READY, rt_id_bytes(&embed->request_id));
    rt_embed_apply_offers(embed, rt_offers_flow_begin(&embed->offers_flow, embed->request_id.length > 0, now), now);
  }
}

// Begins once the page asks for it and is visited: a prerendered page waits for its activation.
static void begin_if_due(rt_embed *embed, rt_instant now) {
  if (embed->life != RT_LIFE_NEW || !embed->is_started || embed->page_state == RT_PAGE_PRERENDERED) return;
  if (embed->has_refusal) {
    embed->life = RT_LIFE_REFUSED;
    rt_embed_report_error(embed, embed->refusal, embed->refusal_detail);
    return;
  }
  embed->life = RT_LIFE_RUNNING;
  for (uint32_t i = 0; i < embed->warning_count; i++) {
    rt_embed_say(embed, embed->warnings[i].diagnostic, embed->warnings[i].detail);
  }
  rt_embed_apply_trigger(embed, rt_trigger_flow_begin(&embed->trigger, now), now);
}

static void tell_presence(rt_embed *embed, rt_instant now) {
  const rt_presence presence = {.is_visible = embed->page_state == RT_PAGE_VISIBLE, .is_online = embed->is_online};
  rt_embed_apply_trigger(embed, rt_trigger_flow_presence(&embed->trigger, presence, now), now);
  rt_embed_apply_offers(embed, rt_offers_flow_presence(&embed->offers_flow, presence, now), now);
  rt_embed_send_impressions(embed, rt_impressions_presence(&embed->impressions, presence, now), now);
}

static void shown(rt_embed *embed, rt_instant now) {
  if (!rt_offers_flow_shown(&embed->offers_flow)) return;
  rt_embed_notify_open(embed);
  const uint32_t count = (uint32_t)embed->content.offer_count;
  rt_embed_send_impressions(embed, rt_impressions_rendered(&embed->impressions, count, now), now);
}

static void refused(rt_embed *embed, int32_t reason) {
  if (!rt_offers_flow_not_shown(&embed->offers_flow)) return;
  const bool is_busy = reason == RT_REFUSAL_BUSY;
  rt_embed_report_error(embed, is_busy ? RT_DIAGNOSTIC_OVERLAY_BUSY : RT_DIAGNOSTIC_OVERLAY_FAILED, RT_BYTES_NONE);
}

static void activated(rt_embed *embed, int32_t card) {
  const bool is_card = card >= 0 && (size_t)card < embed->content.offer_count;
  if (!is_card || embed->offers_flow.state != RT_OFFERS_OPEN) return;
  rt_embed_send_click(embed, (uint32_t)card);
  rt_embed_notify_click(embed, (uint32_t)card);
}

static void dismissed(rt_embed *embed, int32_t reason, rt_instant now) {
  const bool was_open = embed->offers_flow.state == RT_OFFERS_OPEN;
  if (!rt_offers_flow_closed(&embed->offers_flow)) return;
  rt_embed_send_impressions(embed, rt_impressions_close(&embed->impressions, now), now);
  rt_command_queue_add(&embed->queue, RT_COMMAND_HIDE_SURFACE);
  const bool is_known = reason >= RT_CLOSE_BUTTON && reason <= RT_CLOSE_API;
  if (was_open) rt_embed_notify_close(embed, is_known ? (rt_close_reason)reason : RT_CLOSE_API);
}

static void end(rt_embed *embed) {
  for (rt_purpose purpose = 0; purpose < RT_PURPOSE_COUNT; purpose++) rt_embed_cancel(embed, purpose);
  if (rt_offers_flow_closed(&embed->offers_flow)) rt_command_queue_add(&embed->queue, RT_COMMAND_HIDE_SURFACE);
  embed->life = RT_LIFE_ENDED;
}

// Whatever is due by now.
static void pass_time(rt_embed *embed, rt_instant now) {
  rt_embed_check_deadlines(embed, now);
  rt_embed_apply_trigger(embed, rt_trigger_flow_woke(&embed->trigger, now), now);
  rt_embed_apply_offers(embed, rt_offers_flow_woke(&embed->offers_flow, now), now);
  rt_embed_send_impressions(embed, rt_impressions_woke(&embed->impressions, now), now);
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

rt_status rt_embed_step(rt_embed *embed, const rt_event *event, rt_arena *scratch) {
  if (scratch->capacity < RT_SCRATCH_MEMORY) return RT_NO_SPACE;
  rt_command_queue_clear(&embed->queue);
  embed->view = NULL;
  if (embed->life == RT_LIFE_ENDED) return RT_FAILED;
  rt_arena_reset(scratch, 0);
  embed->scratch = scratch;
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
  rt_instant at = rt_instant_earlier(embed->trigger.wake_at, embed->offers_flow.wake_at);
  at = rt_instant_earlier(at, rt_impressions_wake_at(&embed->impressions));
  return rt_instant_earlier(at, rt_embed_next_deadline(embed));
}

const rt_view *rt_embed_surface(const rt_embed *embed) { return embed->view; }

static const char *offers_state(rt_offers_state state) {
  switch (state) {
    case RT_OFFERS_IDLE:
    case RT_OFFERS_DECIDING:
    case RT_OFFERS_FETCHING:
    case RT_OFFERS_WAITING:
    case RT_OFFERS_SHOWING:
      return "fetching";
    case RT_OFFERS_PAUSED:
      return "paused";
    case RT_OFFERS_OPEN:
      return "open";
    case RT_OFFERS_CLOSED:
      return "closed";
    case RT_OFFERS_EMPTY:
      return "empty";
    case RT_OFFERS_FAILED:
      return "failed";
  }
  return "failed";
}

const char *rt_embed_state(const rt_embed *embed) {
  if (embed->life == RT_LIFE_ENDED) return "ended";
  if (embed->life == RT_LIFE_REFUSED) return "failed";
  switch (embed->trigger.state) {
    case RT_TRIGGER_IDLE:
    case RT_TRIGGER_CREATING:
    case RT_TRIGGER_CREATE_WAITING:
    case RT_TRIGGER_CREATE_OFFLINE:
      return "starting";
    case RT_TRIGGER_POLLING:
    case RT_TRIGGER_POLL_WAITING:
      return "waiting";
    case RT_TRIGGER_PAUSED:
      return "paused";
    case RT_TRIGGER_READY:
      return offers_state(embed->offers_flow.state);
    case RT_TRIGGER_EXPIRED:
      return "expired";
    case RT_TRIGGER_FAILED:
      return "failed";
  }
  return "failed";
}
