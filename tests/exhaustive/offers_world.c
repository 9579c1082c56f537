// offers_world.c: what can happen to an offers flow, and what it promises (web/docs/polling.md).
// SPDX-License-Identifier: MIT
#include "flow/offers_flow.h"
#include "worlds.h"

static const char *const states[] = {
#define RT_OFFERS_STATE(name, meaning) #name,
#include "flow/states.def"
};
static const char *const meanings[] = {
#define RT_OFFERS_STATE(name, meaning) meaning,
#include "flow/states.def"
};

enum {
  BEGIN,
  BEGIN_BARE,
  WOKE,
  AWAKE,
  HIDDEN,
  OFFLINE,
  BOTH,
  ALLOWED,
  DECIDED,
  FETCHED,
  FETCHED_NONE,
  TROUBLE,
  TOLD_TO_WAIT,
  GONE,
  REFUSED,
  SHOWN,
  NOT_SHOWN,
  CLOSED,
};
static const char *const facts[] = {"begin",
                                    "begin without requestId",
                                    "woke",
                                    "page awake",
                                    "page hidden",
                                    "page offline",
                                    "page hidden and offline",
                                    "allowed",
                                    "decided",
                                    "offers",
                                    "no offers",
                                    "passing trouble",
                                    "trouble with Retry-After",
                                    "404 or 410",
                                    "refused",
                                    "shown",
                                    "not shown",
                                    "closed"};
static const rt_presence presences[] = {{true, true}, {false, true}, {true, false}, {false, false}};

enum { AT_ONCE, BEFORE_WAKE, AT_WAKE, SOON, LATE };
static const char *const moments[] = {"at once", "1 ms before it asked to be woken", "when it asked to be woken",
                                      "0.7 s later", "31 s later"};

static const char *const wishes[] = {"cancel", "announce", "create", "poll",   "ready", "decide",
                                     "fetch",  "show",     "empty",  "expire", "fail",  "allow"};

enum { ASKED_WAIT_S = 7, PATIENCE_MS = 30000 };

typedef enum { NOTHING, DECISION, OFFERS } request;

typedef struct {
  rt_offers_flow flow;
  rt_instant now;
  // What a witness remembers.
  request under_way;
  bool has_begun;
  int64_t tried_ms;  // awake time since the offers were asked for
  uint32_t shows, ends;
  uint32_t failures;  // in a row
} situation;

_Static_assert(sizeof(situation) <= MAX_SITUATION, "MAX_SITUATION is too small");

static void begin(void *memory, uint64_t seed) {
  *(situation *)memory =
      (situation){.flow = rt_offers_flow_make(&rt_backoff_policy_default, rt_prng_from_seed(seed)), .now = {1000000}};
}

static size_t key(const void *memory, char *bytes) {
  const situation *s = memory;
  const rt_offers_flow *flow = &s->flow;
  key_writer made = {.bytes = bytes};
  put_number(&made, flow->state);
  put_presence(&made, flow->presence);
  put_chance(&made, flow->chance);
  put_number(&made, flow->failures.count);
  put_number(&made, flow->has_request_id);
  put_number(&made, flow->patience.ms);
  put_moment(&made, flow->wake_at, s->now);
  put_moment(&made, flow->give_up_at, s->now);
  put_number(&made, s->under_way);
  put_number(&made, s->has_begun);
  put_number(&made, s->tried_ms);
  put_number(&made, s->shows * 8 + s->ends);
  put_number(&made, s->failures);
  return made.length;
}

static bool is_trying(rt_offers_state state) {
  return state == RT_OFFERS_DECIDING || state == RT_OFFERS_FETCHING || state == RT_OFFERS_WAITING;
}

// False when there is no such moment. Who is woken late tells the flow by how much before anything else, and that time
// counts for nothing.
static bool move_clock(situation *s, uint32_t moment) {
  const rt_instant wake_at = s->flow.wake_at, before = s->now;
  const bool is_awaited = !rt_instant_is_never(wake_at) && wake_at.ms > s->now.ms;
  if (moment == AT_WAKE || moment == BEFORE_WAKE) {
    if (!is_awaited) return false;
    s->now = rt_instant_after(wake_at, rt_ms(moment == AT_WAKE ? 0 : -1));
  }
  if (moment == SOON) s->now = rt_instant_after(s->now, rt_ms(700));
  if (moment == LATE) s->now = rt_instant_after(s->now, rt_ms(PATIENCE_MS + 1000));
  const rt_instant due = rt_instant_later(before, rt_instant_earlier(wake_at, s->now));
  if (is_trying(s->flow.state)) s->tried_ms += rt_instant_between(before, due).ms;
  if (due.ms < s->now.ms) rt_offers_flow_overslept(&s->flow, rt_instant_between(due, s->now));
  return true;
}

static rt_intents tell(situation *s, uint32_t fact, bool *changes) {
  static const rt_trouble troubles[] = {
      {.kind = RT_TROUBLE_PASSING},
      {.kind = RT_TROUBLE_PASSING, .has_retry_after = true, .retry_after = {ASKED_WAIT_S * 1000}},
      {.kind = RT_TROUBLE_GONE},
      {.kind = RT_TROUBLE_FINAL}};
  rt_offers_flow *flow = &s->flow;
  *changes = false;
  if (fact <= BEGIN_BARE) return rt_offers_flow_begin(flow, fact == BEGIN, s->now);
  if (fact == WOKE) return rt_offers_flow_woke(flow, s->now);
  if (fact <= BOTH) return rt_offers_flow_presence(flow, presences[fact - AWAKE], s->now);
  if (fact <= DECIDED) return rt_offers_flow_decided(flow, fact == ALLOWED, s->now);
  if (fact <= FETCHED_NONE) return rt_offers_flow_fetched(flow, fact == FETCHED ? 3 : 0);
  if (fact <= REFUSED) return rt_offers_flow_trouble(flow, &troubles[fact - TROUBLE], s->now);
  *changes = fact == SHOWN       ? rt_offers_flow_shown(flow)
             : fact == NOT_SHOWN ? rt_offers_flow_not_shown(flow)
                                 : rt_offers_flow_closed(flow);
  return RT_NO_INTENTS;
}

static bool is_answer(uint32_t fact) { return fact >= ALLOWED && fact <= REFUSED; }

// Whether a request is under way that could be answered so.
static bool is_awaited(const situation *s, uint32_t fact) {
  if (fact >= TROUBLE) return s->under_way != NOTHING;
  return s->under_way == (fact <= DECIDED ? DECISION : OFFERS);
}

static bool is_final(rt_offers_state state) {
  return state == RT_OFFERS_CLOSED || state == RT_OFFERS_ALLOWED || state == RT_OFFERS_EMPTY ||
         state == RT_OFFERS_FAILED;
}

static bool is_same(const rt_offers_flow *a, const rt_offers_flow *b) {
  situation one = {.flow = *a}, other = {.flow = *b};
  char some[MAX_KEY], more[MAX_KEY];
  const size_t length = key(&one, some);
  return length == key(&other, more) && memcmp(some, more, length) == 0;
}

static const char *watch_requests(situation *s, const situation *before, uint32_t fact, rt_intents wants) {
  const bool decides = rt_wants(wants, RT_DECIDE), fetches = rt_wants(wants, RT_FETCH);
  if (is_answer(fact) && is_awaited(before, fact)) s->under_way = NOTHING;
  if (rt_wants(wants, RT_CANCEL)) {
    if (s->under_way == NOTHING) return "only a request under way is aborted";
    s->under_way = NOTHING;
  }
  if (!decides && !fetches) return NULL;
  if (decides && fetches) return "at most one request is under way";
  if (s->under_way != NOTHING) return "at most one request is under way";
  if (!rt_presence_is_awake(s->flow.presence)) return "no request while hidden or offline";
  if (s->tried_ms >= PATIENCE_MS) return "nothing is asked once the offers were tried for 30 s of awake time";
  if (fetches && !s->flow.has_request_id) return "offers are those of a requestId";
  if (decides && s->flow.has_request_id) return "a requestId that is there is not asked for";
  s->under_way = decides ? DECISION : OFFERS;
  return NULL;
}

// How long it waits after what happened.
static const char *watch_waits(situation *s, const situation *before, uint32_t fact) {
  const bool is_heard = is_answer(fact) && is_awaited(before, fact);
  if (is_heard) s->failures = fact >= TROUBLE ? s->failures + 1 : 0;
  const bool is_timed = !rt_instant_is_never(s->flow.wake_at);
  if (is_timed != is_trying(s->flow.state)) return "it wants to be woken while, and only while, it tries";
  if (!is_timed) return NULL;
  const int64_t wait = s->flow.wake_at.ms - s->now.ms;
  if (wait <= 0 && (fact == WOKE || is_heard)) return "a flow never asks to be woken at once";
  if (wait > PATIENCE_MS - s->tried_ms && s->tried_ms < PATIENCE_MS) return "trying ends after 30 s of awake time";
  if (!is_heard || s->flow.state != RT_OFFERS_WAITING) return NULL;
  int64_t longest = 2000;
  for (uint32_t n = 1; n < s->failures && longest < 30000; n++) longest *= 2;
  if (fact == TOLD_TO_WAIT && wait < ASKED_WAIT_S * 1000) return "Retry-After is obeyed";
  if (fact == TROUBLE && (wait < 1000 || wait > longest)) return "waits after failures are those of the policy";
  return NULL;
}

static const char *watch_state(situation *s, const situation *before, uint32_t fact, rt_intents wants, bool changes) {
  const rt_offers_state state = s->flow.state, was = before->flow.state;
  const bool is_awake = rt_presence_is_awake(s->flow.presence);
  if (rt_wants(wants, RT_SHOW)) s->shows++;
  if (rt_wants(wants, RT_ALLOW) || rt_wants(wants, RT_EMPTY) || rt_wants(wants, RT_FAIL)) s->ends++;
  if (s->shows > 1) return "offers are shown once";
  if (s->ends > 1 || (s->ends == 1 && s->shows == 1)) return "it ends once";
  if (rt_wants(wants, RT_SHOW) && fact != FETCHED) return "only offers are shown";
  if ((state == RT_OFFERS_ALLOWED) != (was == RT_OFFERS_ALLOWED || rt_wants(wants, RT_ALLOW)))
    return "who is served here is told so";
  if (rt_wants(wants, RT_ALLOW) && fact != ALLOWED) return "only the decision allows";
  if (state == RT_OFFERS_OPEN && s->shows == 0) return "nothing opens that was not asked to be shown";
  if (is_final(was) && (state != was || wants.bits != 0 || changes)) return "a final state is never left";
  if (is_final(state) && s->under_way != NOTHING) return "a flow that is over has no request under way";
  if ((state == RT_OFFERS_DECIDING) != (s->under_way == DECISION)) return "DECIDING is a decision under way";
  if ((state == RT_OFFERS_FETCHING) != (s->under_way == OFFERS)) return "FETCHING is offers under way";
  if (state == RT_OFFERS_PAUSED && is_awake) return "on return it goes on";
  if (is_trying(state) && !is_awake) return "nothing is planned while hidden or offline";
  if (changes != (fact >= SHOWN && state != was)) return "the caller is told whether the state changed";
  if (fact == CLOSED && (state == RT_OFFERS_OPEN || state == RT_OFFERS_SHOWING)) return "closing closes at once";
  const bool fits = !(fact <= BEGIN_BARE && before->has_begun) && !(is_answer(fact) && !is_awaited(before, fact));
  if (!fits && (wants.bits != 0 || !is_same(&s->flow, &before->flow))) return "a late answer changes nothing";
  return NULL;
}

static outcome happen(void *memory, occurrence what) {
  situation *s = memory;
  if (!move_clock(s, what.moment)) return (outcome){.can_happen = false};
  const situation before = *s;
  bool changes;
  const rt_intents wants = tell(s, what.fact, &changes);
  if (what.fact <= BEGIN_BARE) s->has_begun = true;
  const char *broken = watch_requests(s, &before, what.fact, wants);
  if (broken == NULL) broken = watch_waits(s, &before, what.fact);
  if (broken == NULL) broken = watch_state(s, &before, what.fact, wants, changes);
  // A trigger is heard of by a poll, and a page polls while it is awake; who asks for a decision first may begin any time.
  const bool is_begun_awake = what.fact != BEGIN || rt_presence_is_awake(s->flow.presence);
  return (outcome){.can_happen = true,
                   .is_told = is_begun_awake && (!is_answer(what.fact) || is_awaited(&before, what.fact)),
                   .from = (uint32_t)before.flow.state,
                   .to = (uint32_t)s->flow.state,
                   .wants = wants.bits,
                   .page = page_of(s->flow.presence),
                   .broken = broken};
}

const flow_world offers_world = {.name = "offers_flow",
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
