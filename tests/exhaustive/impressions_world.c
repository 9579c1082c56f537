// impressions_world.c: what can happen to the cards of a surface, and what their reports promise (web/docs/polling.md).
// SPDX-License-Identifier: MIT
#include "flow/impressions.h"
#include "worlds.h"

// The flow names no states; these are what its table needs to tell apart.
enum { QUIET, WAITING, UNDER_WAY, MORE_WAITING, OVER, OVER_UNDER_WAY };
static const char *const states[] = {"QUIET", "WAITING", "UNDER_WAY", "MORE_WAITING", "OVER", "OVER_UNDER_WAY"};
static const char *const meanings[] = {"nothing to tell, or nothing yet",
                                       "cards to tell of, at wake_at or once the page is awake",
                                       "a report under way",
                                       "a report under way, and cards for the next",
                                       "over: the surface is closed",
                                       "over: closed, the last report under way"};

enum {
  RENDERED,
  HALF_IN_VIEW,
  OUT_OF_VIEW,
  THIRD_IN_VIEW,
  LARGE,
  WOKE,
  AWAKE,
  HIDDEN,
  OFFLINE,
  BOTH,
  DELIVERED,
  TROUBLE,
  TOLD_TO_WAIT,
  REFUSED,
  CLOSED,
};
static const char *const facts[] = {"rendered",
                                    "half of card 0 in view",
                                    "card 0 out of view",
                                    "a third of card 1 in view",
                                    "card 1 becomes large",
                                    "woke",
                                    "page awake",
                                    "page hidden",
                                    "page offline",
                                    "page hidden and offline",
                                    "delivered",
                                    "passing trouble",
                                    "trouble with Retry-After",
                                    "refused",
                                    "closed"};
static const rt_presence presences[] = {{true, true}, {false, true}, {true, false}, {false, false}};

enum { AT_ONCE, BEFORE_WAKE, AT_WAKE, SOON, LATE };
static const char *const moments[] = {"at once", "1 ms before it asked to be woken", "when it asked to be woken",
                                      "0.7 s later", "a minute later"};

enum { REPORT = 1 };
static const char *const wishes[] = {"report"};

enum { CARDS = 2, ASKED_WAIT_S = 7, ATTEMPTS = 3, SECOND_MS = 1000, THIRD = 1000 / 3, HALF = 500 };

// What a witness remembers of a card.
typedef struct {
  bool is_in_view, is_earned, is_seen_told, is_rendered_told;  // told: delivered, or given up
  int64_t watched_ms;                                          // without a break, at most SECOND_MS
} witness;

typedef struct {
  rt_impressions flow;
  rt_instant now;
  witness cards[CARDS];
  bool is_rendered, is_large, is_closed;
  uint32_t failures;  // of reports in a row
} situation;

_Static_assert(sizeof(situation) <= MAX_SITUATION, "MAX_SITUATION is too small");

static void begin(void *memory, uint64_t seed) {
  *(situation *)memory =
      (situation){.flow = rt_impressions_make(&rt_backoff_policy_default, rt_prng_from_seed(seed)), .now = {1000000}};
}

static size_t key(const void *memory, char *bytes) {
  const situation *s = memory;
  const rt_impressions *flow = &s->flow;
  key_writer made = {.bytes = bytes};
  put_presence(&made, flow->presence);
  put_chance(&made, flow->chance);
  put_number(&made, flow->large.bits * 16 + flow->in_view.bits * 4 + flow->viewable.bits);
  put_number(&made, flow->unsent_rendered.bits * 4 + flow->unsent_viewable.bits);
  put_number(&made, flow->flying_rendered.bits * 4 + flow->flying_viewable.bits);
  put_number(&made, flow->count * 4 + flow->is_flying * 2 + flow->is_over);
  put_number(&made, flow->failures.count);
  for (uint32_t card = 0; card < CARDS; card++) put_moment(&made, flow->seen_since[card], s->now);
  put_moment(&made, flow->send_at, s->now);
  for (uint32_t card = 0; card < CARDS; card++) {
    const witness *w = &s->cards[card];
    put_number(&made, w->is_in_view * 8 + w->is_earned * 4 + w->is_seen_told * 2 + w->is_rendered_told);
    put_number(&made, w->watched_ms);
  }
  put_number(&made, s->is_rendered * 4 + s->is_large * 2 + s->is_closed);
  put_number(&made, s->failures);
  return made.length;
}

static uint32_t state_of(const rt_impressions *flow) {
  const bool has_more = (flow->unsent_rendered.bits | flow->unsent_viewable.bits) != 0;
  if (flow->is_over) return flow->is_flying ? OVER_UNDER_WAY : OVER;
  if (flow->is_flying) return has_more ? MORE_WAITING : UNDER_WAY;
  return has_more ? WAITING : QUIET;
}

// Time passes for who looks at the cards. False when there is no such moment.
static bool move_clock(situation *s, uint32_t moment) {
  const rt_instant wake_at = rt_impressions_wake_at(&s->flow), before = s->now;
  const bool is_awaited = !rt_instant_is_never(wake_at) && wake_at.ms > s->now.ms;
  if (moment == AT_WAKE || moment == BEFORE_WAKE) {
    if (!is_awaited) return false;
    s->now = rt_instant_after(wake_at, rt_ms(moment == AT_WAKE ? 0 : -1));
  }
  if (moment == SOON) s->now = rt_instant_after(s->now, rt_ms(700));
  if (moment == LATE) s->now = rt_instant_after(s->now, rt_seconds(60));
  for (uint32_t card = 0; card < CARDS; card++) {
    witness *w = &s->cards[card];
    const bool is_watched = w->is_in_view && s->flow.presence.is_visible && !s->is_closed;
    w->watched_ms = is_watched ? w->watched_ms + rt_instant_between(before, s->now).ms : 0;
    if (w->watched_ms >= SECOND_MS) w->is_earned = true;
    if (w->watched_ms > SECOND_MS) w->watched_ms = SECOND_MS;
  }
  return true;
}

static void view(situation *s, uint32_t card, int32_t ratio_permille) {
  rt_impressions_view(&s->flow, card, ratio_permille, s->now);
  const bool is_enough = card == 1 && s->is_large ? ratio_permille >= 300 : ratio_permille >= 500;
  s->cards[card].is_in_view = is_enough && s->is_rendered;
  if (!s->cards[card].is_in_view) s->cards[card].watched_ms = 0;
}

// Whether a report is to be sent.
static bool tell(situation *s, uint32_t fact) {
  static const rt_trouble troubles[] = {
      {.kind = RT_TROUBLE_PASSING},
      {.kind = RT_TROUBLE_PASSING, .has_retry_after = true, .retry_after = {ASKED_WAIT_S * 1000}},
      {.kind = RT_TROUBLE_FINAL}};
  rt_impressions *flow = &s->flow;
  if (fact == RENDERED) return rt_impressions_rendered(flow, CARDS, s->now);
  if (fact == HALF_IN_VIEW) view(s, 0, HALF);
  if (fact == OUT_OF_VIEW) view(s, 0, HALF - 1);
  if (fact == THIRD_IN_VIEW) view(s, 1, THIRD);
  if (fact == LARGE) rt_impressions_sized(flow, 1, 242500);
  if (fact == WOKE) return rt_impressions_woke(flow, s->now);
  if (fact >= AWAKE && fact <= BOTH) return rt_impressions_presence(flow, presences[fact - AWAKE], s->now);
  if (fact == DELIVERED) rt_impressions_delivered(flow);
  if (fact >= TROUBLE && fact <= REFUSED) rt_impressions_trouble(flow, &troubles[fact - TROUBLE], s->now);
  return fact == CLOSED && rt_impressions_close(flow, s->now);
}

static bool is_answer(uint32_t fact) { return fact >= DELIVERED && fact <= REFUSED; }

static bool has(rt_card_set set, uint32_t card) { return (set.bits >> card & 1u) != 0; }

// What became of the report that was under way.
static void land(situation *s, const situation *before, uint32_t fact) {
  s->failures = fact == DELIVERED ? 0 : s->failures + 1;
  const bool is_tried_again = fact > DELIVERED && fact < REFUSED && s->failures < ATTEMPTS && !s->is_closed;
  if (is_tried_again) return;
  s->failures = 0;
  for (uint32_t card = 0; card < CARDS; card++) {
    if (has(before->flow.flying_rendered, card)) s->cards[card].is_rendered_told = true;
    if (has(before->flow.flying_viewable, card)) s->cards[card].is_seen_told = true;
  }
}

static const char *watch_report(const situation *s, const situation *before, uint32_t fact) {
  const rt_impressions *flow = &s->flow;
  const rt_presence was = before->flow.presence;
  const bool flushes = fact == HIDDEN && rt_presence_is_awake(was);
  if (before->flow.is_flying && fact != CLOSED) return "at most one report is under way, but for the last";
  if (!rt_presence_is_awake(flow->presence) && !flushes) return "no report while hidden or offline but the flush";
  if (before->is_closed) return "nothing is reported after the surface was closed";
  if ((flow->flying_rendered.bits | flow->flying_viewable.bits) == 0) return "no report is empty";
  if ((flow->flying_rendered.bits | flow->flying_viewable.bits) >= 1u << CARDS) return "only cards there are";
  for (uint32_t card = 0; card < CARDS; card++) {
    const witness *w = &s->cards[card];
    if (has(flow->flying_rendered, card) && w->is_rendered_told) return "a card is reported once as rendered";
    if (has(flow->flying_viewable, card) && w->is_seen_told) return "a card is reported once as viewable";
    if (has(flow->flying_viewable, card) && !w->is_earned) return "viewable is one continuous second in view";
  }
  return NULL;
}

static const char *watch_rest(const situation *s, const situation *before, uint32_t fact) {
  const rt_impressions *flow = &s->flow;
  const rt_instant wake_at = rt_impressions_wake_at(flow);
  const bool is_timed = !rt_instant_is_never(wake_at), is_awake = rt_presence_is_awake(flow->presence);
  const bool looks = fact == WOKE || (fact >= AWAKE && fact <= BOTH) || fact == HALF_IN_VIEW || fact == CLOSED;
  for (uint32_t card = 0; card < CARDS && s->is_rendered; card++) {
    const witness *w = &s->cards[card];
    if (looks && !before->is_closed && w->is_earned && !has(flow->viewable, card)) return "a second in view is seen";
    if (!s->is_closed && !w->is_rendered_told && !has(flow->flying_rendered, card) &&
        !has(flow->unsent_rendered, card)) {
      return "a rendered card is reported";
    }
    if (!s->is_closed && has(flow->viewable, card) && !w->is_seen_told && !has(flow->flying_viewable, card) &&
        !has(flow->unsent_viewable, card)) {
      return "a viewable card is reported";
    }
    const bool counts = w->is_in_view && !w->is_earned && flow->presence.is_visible && !s->is_closed;
    if (counts && wake_at.ms > s->now.ms + SECOND_MS - w->watched_ms) return "it is woken when a second is full";
  }
  const bool is_left = (flow->unsent_rendered.bits | flow->unsent_viewable.bits) != 0;
  if (fact == CLOSED && !before->is_closed && is_awake && is_left)
    return "closing a page that is awake leaves nothing unreported";
  const uint32_t state = state_of(flow);
  if (is_timed && (state == OVER || state == OVER_UNDER_WAY)) return "once closed it wants no timer";
  if (is_timed && !flow->presence.is_visible) return "a hidden page wants no timer";
  if (!is_timed && is_awake && state == WAITING) return "what waits on an awake page is sent some time";
  if (is_timed && fact == WOKE && wake_at.ms <= s->now.ms) return "it never asks to be woken at once";
  if (fact == TOLD_TO_WAIT && state == WAITING && flow->send_at.ms < s->now.ms + ASKED_WAIT_S * 1000) {
    return "Retry-After is obeyed";
  }
  if (fact == TROUBLE && state == WAITING && flow->send_at.ms < s->now.ms + 1000) {
    return "the wait after a failure is a second at least";
  }
  return NULL;
}

static outcome happen(void *memory, occurrence what) {
  situation *s = memory;
  const situation before = *s;
  if (what.fact == RENDERED && s->is_rendered) return (outcome){.can_happen = false};
  if (is_answer(what.fact) && !s->flow.is_flying) return (outcome){.can_happen = false};
  if (!move_clock(s, what.moment)) return (outcome){.can_happen = false};
  if (what.fact == RENDERED) s->is_rendered = true;
  if (what.fact == LARGE) s->is_large = true;
  const bool reports = tell(s, what.fact);
  const char *broken = reports ? watch_report(s, &before, what.fact) : NULL;
  if (is_answer(what.fact)) land(s, &before, what.fact);
  if (what.fact == CLOSED) s->is_closed = true;
  if (broken == NULL) broken = watch_rest(s, &before, what.fact);
  return (outcome){.can_happen = true,
                   .from = state_of(&before.flow),
                   .to = state_of(&s->flow),
                   .wants = reports ? REPORT : 0,
                   .page = page_of(s->flow.presence),
                   .broken = broken};
}

const flow_world impressions_world = {.name = "impressions",
                                      .states = states,
                                      .meanings = meanings,
                                      .facts = facts,
                                      .moments = moments,
                                      .wishes = wishes,
                                      .state_count = COUNT_OF(states),
                                      .fact_count = COUNT_OF(facts),
                                      .moment_count = COUNT_OF(moments),
                                      .wish_count = COUNT_OF(wishes),
                                      .situation_size = sizeof(situation),
                                      .begin = begin,
                                      .happen = happen,
                                      .key = key};
