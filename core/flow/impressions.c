// impressions.c: one second of attention, counted once.
// SPDX-License-Identifier: MIT
#include "flow/impressions.h"

#include "base/check.h"

#define SEEN_AFTER (rt_ms(1000))   // MRC: one continuous second
#define BATCH_WINDOW (rt_ms(500))  // cards of one glance travel together
#define LARGE_AREA_PX 242500       // MRC: from here on 30 % is enough
#define SEEN_PERMILLE 500
#define SEEN_PERMILLE_LARGE 300
#define MAX_ATTEMPTS 3

static rt_card_set with(rt_card_set set, rt_card_set more) { return (rt_card_set){set.bits | more.bits}; }
static rt_card_set only(uint32_t card) { return (rt_card_set){1u << card}; }
static bool has(rt_card_set set, uint32_t card) { return (set.bits >> card & 1u) != 0; }

rt_impressions rt_impressions_make(const rt_backoff_policy *policy, rt_prng chance) {
  rt_impressions made = {
      .policy = policy, .chance = chance, .presence = {.is_visible = true, .is_online = true}, .send_at = RT_NEVER};
  for (uint32_t card = 0; card < RT_MAX_OFFERS; card++) made.seen_since[card] = RT_NEVER;
  return made;
}

static bool has_unsent(const rt_impressions *impressions) {
  return (impressions->unsent_rendered.bits | impressions->unsent_viewable.bits) != 0;
}

static void want_sending(rt_impressions *impressions, rt_instant at) {
  impressions->send_at = rt_instant_earlier(impressions->send_at, at);
}

// Everything unsent as one batch, unless one is on its way.
static bool take_off(rt_impressions *impressions) {
  if (impressions->is_flying || impressions->is_over || !has_unsent(impressions)) return false;
  impressions->flying_rendered = impressions->unsent_rendered;
  impressions->flying_viewable = impressions->unsent_viewable;
  impressions->unsent_rendered = impressions->unsent_viewable = (rt_card_set){0};
  impressions->is_flying = true;
  impressions->send_at = RT_NEVER;
  return true;
}

static bool counts(const rt_impressions *impressions, uint32_t card) {
  return has(impressions->in_view, card) && !has(impressions->viewable, card) && impressions->presence.is_visible &&
         !impressions->is_over;
}

// Starts or stops each card's second.
static void restart_seconds(rt_impressions *impressions, rt_instant now) {
  for (uint32_t card = 0; card < RT_MAX_OFFERS; card++) {
    rt_instant *since = &impressions->seen_since[card];
    if (!counts(impressions, card)) {
      *since = RT_NEVER;
    } else if (rt_instant_is_never(*since)) {
      *since = now;
    }
  }
}

// Cards whose second is full.
static void collect_seen(rt_impressions *impressions, rt_instant now) {
  for (uint32_t card = 0; card < RT_MAX_OFFERS; card++) {
    if (!rt_instant_reached(now, rt_instant_after(impressions->seen_since[card], SEEN_AFTER))) continue;
    impressions->seen_since[card] = RT_NEVER;
    impressions->viewable = with(impressions->viewable, only(card));
    impressions->unsent_viewable = with(impressions->unsent_viewable, only(card));
    want_sending(impressions, rt_instant_after(now, BATCH_WINDOW));
  }
}

static bool send_now(rt_impressions *impressions) {
  return rt_presence_is_awake(impressions->presence) && take_off(impressions);
}

static bool send_if_due(rt_impressions *impressions, rt_instant now) {
  return rt_instant_reached(now, impressions->send_at) && send_now(impressions);
}

bool rt_impressions_rendered(rt_impressions *impressions, uint32_t count, rt_instant now) {
  RT_CHECK(count <= RT_MAX_OFFERS);
  impressions->count = count;
  impressions->unsent_rendered = (rt_card_set){(1u << count) - 1u};
  want_sending(impressions, now);
  return send_if_due(impressions, now);
}

void rt_impressions_sized(rt_impressions *impressions, uint32_t card, int64_t area_px) {
  RT_CHECK(card < RT_MAX_OFFERS);
  impressions->large.bits &= ~only(card).bits;
  if (area_px >= LARGE_AREA_PX) impressions->large = with(impressions->large, only(card));
}

void rt_impressions_view(rt_impressions *impressions, uint32_t card, int32_t ratio_permille, rt_instant now) {
  if (card >= impressions->count || impressions->is_over) return;
  collect_seen(impressions, now);
  impressions->in_view.bits &= ~only(card).bits;
  const int32_t enough = has(impressions->large, card) ? SEEN_PERMILLE_LARGE : SEEN_PERMILLE;
  if (ratio_permille >= enough) impressions->in_view = with(impressions->in_view, only(card));
  restart_seconds(impressions, now);
}

bool rt_impressions_presence(rt_impressions *impressions, rt_presence presence, rt_instant now) {
  const bool was_awake = rt_presence_is_awake(impressions->presence);
  collect_seen(impressions, now);
  impressions->presence = presence;
  restart_seconds(impressions, now);
  if (was_awake && presence.is_online && !presence.is_visible) return take_off(impressions);
  return send_if_due(impressions, now);
}

bool rt_impressions_woke(rt_impressions *impressions, rt_instant now) {
  collect_seen(impressions, now);
  return send_if_due(impressions, now);
}

bool rt_impressions_close(rt_impressions *impressions, rt_instant now) {
  collect_seen(impressions, now);
  if (has_unsent(impressions)) impressions->is_flying = false;  // behind the report under way it is now or never
  const bool sends = send_now(impressions);
  impressions->is_over = true;
  impressions->send_at = RT_NEVER;
  restart_seconds(impressions, now);
  return sends;
}

static void land(rt_impressions *impressions) {
  impressions->is_flying = false;
  impressions->flying_rendered = impressions->flying_viewable = (rt_card_set){0};
}

void rt_impressions_delivered(rt_impressions *impressions) {
  impressions->failures.count = 0;
  land(impressions);
}

void rt_impressions_trouble(rt_impressions *impressions, const rt_trouble *trouble, rt_instant now) {
  impressions->failures.count++;
  const bool is_worth_it = trouble->kind == RT_TROUBLE_PASSING && impressions->failures.count < MAX_ATTEMPTS;
  if (is_worth_it && !impressions->is_over) {
    impressions->unsent_rendered = with(impressions->unsent_rendered, impressions->flying_rendered);
    impressions->unsent_viewable = with(impressions->unsent_viewable, impressions->flying_viewable);
    impressions->send_at =
        rt_trouble_over(trouble, impressions->policy, impressions->failures, &impressions->chance, now);
  } else {
    impressions->failures.count = 0;
  }
  land(impressions);
}

rt_instant rt_impressions_wake_at(const rt_impressions *impressions) {
  rt_instant at = RT_NEVER;
  if (impressions->is_over || !impressions->presence.is_visible) return at;
  for (uint32_t card = 0; card < RT_MAX_OFFERS; card++) {
    at = rt_instant_earlier(at, rt_instant_after(impressions->seen_since[card], SEEN_AFTER));
  }
  const bool can_send = impressions->presence.is_online && !impressions->is_flying && has_unsent(impressions);
  return can_send ? rt_instant_earlier(at, impressions->send_at) : at;
}
