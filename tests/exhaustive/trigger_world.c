// trigger_world.c: what can happen to a trigger flow, and what it promises (web/docs/polling.md).
// SPDX-License-Identifier: MIT
#include "domain/limits.h"
#include "flow/trigger_flow.h"
#include "worlds.h"

static const char *const states[] = {
#define RT_TRIGGER_STATE(name, meaning) #name,
#include "flow/states.def"
};
static const char *const meanings[] = {
#define RT_TRIGGER_STATE(name, meaning) meaning,
#include "flow/states.def"
};

enum {
  BEGIN,
  WOKE,
  AWAKE,
  HIDDEN,
  OFFLINE,
  BOTH,
  CREATED_LONG,
  CREATED_PLAIN,
  CREATED_SHORT_LONG,
  CREATED_SHORT_PLAIN,
  PENDING,
  READY,
  EXPIRED,
  TROUBLE,
  TOLD_TO_WAIT,
  GONE,
  REFUSED,
};
static const char *const facts[] = {"begin",
                                    "woke",
                                    "page awake",
                                    "page hidden",
                                    "page offline",
                                    "page hidden and offline",
                                    "created (long polls)",
                                    "created (plain polls)",
                                    "created (for 3 s, long polls)",
                                    "created (for 3 s, plain polls)",
                                    "pending",
                                    "ready",
                                    "expired",
                                    "passing trouble",
                                    "trouble with Retry-After",
                                    "404 or 410",
                                    "refused"};
static const rt_presence presences[] = {{true, true}, {false, true}, {true, false}, {false, false}};

enum { AT_ONCE, BEFORE_WAKE, AT_WAKE, SOON, LATER, LATE };
static const char *const moments[] = {
    "at once",         "1 ms before it asked to be woken", "when it asked to be woken", "0.7 s later",
    "2 minutes later", "15 minutes and 1 s later"};

static const char *const wishes[] = {"cancel", "announce", "create", "poll",   "ready", "decide",
                                     "fetch",  "show",     "empty",  "expire", "fail"};

enum { ASKED_WAIT_S = 7, MAX_WAIT_S = 25, SHORT_LIFE_S = 3 };

typedef enum { NOTHING, CREATION, POLL } request;

typedef struct {
  rt_trigger_flow flow;
  rt_instant now;
  // What a witness remembers.
  request under_way;
  bool has_begun, is_announced, is_polled;
  rt_instant begun_at, polled_at, ends_at;
  uint32_t failures;  // in a row
} situation;

_Static_assert(sizeof(situation) <= MAX_SITUATION, "MAX_SITUATION is too small");

static void begin(void *memory, uint64_t seed) {
  *(situation *)memory = (situation){.flow = rt_trigger_flow_make(&rt_backoff_policy_default, rt_prng_from_seed(seed)),
                                     .now = {1000000},
                                     .begun_at = RT_NEVER,
                                     .polled_at = RT_NEVER,
                                     .ends_at = RT_NEVER};
}

static size_t key(const void *memory, char *bytes) {
  const situation *s = memory;
  const rt_trigger_flow *flow = &s->flow;
  key_writer made = {.bytes = bytes};
  put_number(&made, flow->state);
  put_presence(&made, flow->presence);
  put_chance(&made, flow->chance);
  put_number(&made, flow->failures.count);
  put_number(&made, flow->wait_s);
  put_number(&made, flow->max_wait_s);
  put_number(&made, flow->has_polled * 2 + flow->is_last_call);
  put_moment(&made, flow->wake_at, s->now);
  put_moment(&made, flow->give_up_at, s->now);
  put_moment(&made, flow->expires_at, s->now);
  put_moment(&made, flow->has_polled ? flow->poll_started_at : RT_NEVER, s->now);
  put_number(&made, s->under_way);
  put_number(&made, s->has_begun * 4 + s->is_announced * 2 + s->is_polled);
  put_moment(&made, s->begun_at, s->now);
  put_moment(&made, s->polled_at, s->now);
  put_moment(&made, s->ends_at, s->now);
  put_number(&made, s->failures);
  return made.length;
}

// False when there is no such moment.
static bool move_clock(situation *s, uint32_t moment) {
  const rt_instant wake_at = s->flow.wake_at;
  const bool is_awaited = !rt_instant_is_never(wake_at) && wake_at.ms > s->now.ms;
  if (moment == AT_WAKE || moment == BEFORE_WAKE) {
    if (!is_awaited) return false;
    s->now = rt_instant_after(wake_at, rt_ms(moment == AT_WAKE ? 0 : -1));
  }
  if (moment == SOON) s->now = rt_instant_after(s->now, rt_ms(700));
  if (moment == LATER) s->now = rt_instant_after(s->now, rt_seconds(120));
  if (moment == LATE) s->now = rt_instant_after(s->now, rt_ms(RT_SESSION_LIFE.ms + 1000));
  return true;
}

static rt_intents tell(situation *s, uint32_t fact) {
  static const rt_trouble troubles[] = {
      {.kind = RT_TROUBLE_PASSING},
      {.kind = RT_TROUBLE_PASSING, .has_retry_after = true, .retry_after = {ASKED_WAIT_S * 1000}},
      {.kind = RT_TROUBLE_GONE},
      {.kind = RT_TROUBLE_FINAL}};
  rt_trigger_flow *flow = &s->flow;
  if (fact == BEGIN) return rt_trigger_flow_begin(flow, s->now);
  if (fact == WOKE) return rt_trigger_flow_woke(flow, s->now);
  if (fact <= BOTH) return rt_trigger_flow_presence(flow, presences[fact - AWAKE], s->now);
  if (fact <= CREATED_SHORT_PLAIN) {
    const bool is_short = fact >= CREATED_SHORT_LONG, is_long_polled = (fact - CREATED_LONG) % 2 == 0;
    return rt_trigger_flow_created(flow, is_short ? rt_seconds(SHORT_LIFE_S) : RT_SESSION_LIFE,
                                   is_long_polled ? MAX_WAIT_S : 0, s->now);
  }
  if (fact == PENDING) return rt_trigger_flow_pending(flow, s->now);
  if (fact == READY) return rt_trigger_flow_ready(flow);
  if (fact == EXPIRED) return rt_trigger_flow_expired(flow);
  return rt_trigger_flow_trouble(flow, &troubles[fact - TROUBLE], s->now);
}

static bool is_answer(uint32_t fact) { return fact >= CREATED_LONG; }

// Whether a request is under way that could be answered so.
static bool is_awaited(const situation *s, uint32_t fact) {
  if (fact >= TROUBLE) return s->under_way != NOTHING;
  return s->under_way == (fact <= CREATED_SHORT_PLAIN ? CREATION : POLL);
}

static bool is_final(rt_trigger_state state) {
  return state == RT_TRIGGER_READY || state == RT_TRIGGER_EXPIRED || state == RT_TRIGGER_FAILED;
}

static bool is_same(const rt_trigger_flow *a, const rt_trigger_flow *b) {
  situation one = {.flow = *a}, other = {.flow = *b};
  char some[MAX_KEY], more[MAX_KEY];
  const size_t length = key(&one, some);
  return length == key(&other, more) && memcmp(some, more, length) == 0;
}

// The requests: at most one under way, none twice too early, none that nobody may send.
static const char *watch_requests(situation *s, const situation *before, uint32_t fact, rt_intents wants) {
  const bool creates = rt_wants(wants, RT_CREATE), polls = rt_wants(wants, RT_POLL);
  if (is_answer(fact) && is_awaited(before, fact)) s->under_way = NOTHING;
  if (rt_wants(wants, RT_CANCEL)) {
    if (s->under_way != POLL) return "only a poll under way is aborted";
    s->under_way = NOTHING;
  }
  if ((creates || polls) && s->under_way != NOTHING) return "at most one request is under way";
  if (creates && polls) return "at most one request is under way";
  if (creates && s->is_announced) return "a second session is never created";
  if (creates && fact != BEGIN && !s->flow.presence.is_online) return "an offline page puts session creation off";
  if (polls && !rt_presence_is_awake(s->flow.presence)) return "no poll while hidden or offline";
  if (polls && s->is_polled && rt_instant_between(s->polled_at, s->now).ms < 1800) {
    return "two polls never start less than 1.8 s apart";
  }
  if (polls && s->flow.wait_s > 0 && s->flow.wait_s > MAX_WAIT_S) return "wait= is at most what the API offers";
  if (polls && s->flow.wait_s < 0) return "wait= is never negative";
  if (polls && s->flow.wait_s > 0 && rt_instant_after(s->now, rt_seconds(s->flow.wait_s - 1)).ms >= s->ends_at.ms) {
    return "no poll is held past the session's end";
  }
  if (creates) s->under_way = CREATION;
  if (polls) {
    s->under_way = POLL;
    s->is_polled = true;
    s->polled_at = s->now;
  }
  return NULL;
}

// How long it waits after what happened.
static const char *watch_waits(situation *s, const situation *before, uint32_t fact) {
  const bool is_trouble = is_answer(fact) && fact >= TROUBLE && is_awaited(before, fact);
  if (is_trouble) s->failures++;
  if (is_answer(fact) && fact < TROUBLE && is_awaited(before, fact)) s->failures = 0;
  const rt_trigger_state state = s->flow.state;
  const bool waits = state == RT_TRIGGER_CREATE_WAITING || state == RT_TRIGGER_POLL_WAITING;
  if (waits != !rt_instant_is_never(s->flow.wake_at)) return "it wants to be woken when, and only when, it waits";
  if (!waits) return NULL;
  const int64_t wait = s->flow.wake_at.ms - s->now.ms;
  const bool is_heard = is_answer(fact) && is_awaited(before, fact);
  if (state == RT_TRIGGER_CREATE_WAITING && s->flow.wake_at.ms > s->begun_at.ms + RT_SESSION_LIFE.ms) {
    return "session creation is tried for 15 minutes";
  }
  if (wait <= 0 && (fact == WOKE || is_heard)) return "a flow never asks to be woken at once";
  if (!is_heard) return NULL;
  int64_t longest = 2000;
  for (uint32_t n = 1; n < s->failures && longest < 30000; n++) longest *= 2;
  if (longest > 30000) longest = 30000;
  if (fact == TOLD_TO_WAIT && wait < ASKED_WAIT_S * 1000) return "Retry-After is obeyed";
  if (fact == TROUBLE && wait < 1000) return "the wait after a failure is a second at least";
  if (fact == TROUBLE && wait > longest) return "the wait after n failures is at most 2 s * 2^(n-1), 30 s";
  if (fact < TROUBLE && wait > 2000) return "a healthy page polls within 2 s";
  const rt_instant soonest = s->is_polled ? rt_instant_after(s->polled_at, rt_ms(1800)) : s->now;
  if (fact < TROUBLE && s->flow.wake_at.ms > rt_instant_later(s->ends_at, soonest).ms) {
    return "the last poll is made at the session's end";
  }
  return NULL;
}

static const char *watch_end(situation *s, const situation *before, uint32_t fact, rt_intents wants) {
  if (rt_wants(wants, RT_ANNOUNCE)) {
    if (s->is_announced) return "a session is announced once";
    s->is_announced = true;
    s->ends_at = s->flow.expires_at;
  }
  if (fact == BEGIN && before->flow.state == RT_TRIGGER_IDLE) s->begun_at = s->now;
  if (fact == READY && before->under_way == POLL && s->flow.state != RT_TRIGGER_READY) {
    return "a trigger that was heard of is never lost";
  }
  if (before->under_way == POLL && (fact == GONE || fact == EXPIRED) && !rt_wants(wants, RT_EXPIRE)) {
    return "a session that is gone is over";
  }
  if (before->under_way != NOTHING && fact == REFUSED && !rt_wants(wants, RT_FAIL)) return "a refusal is final";
  if (rt_wants(wants, RT_EXPIRE) && fact == PENDING && s->polled_at.ms < s->ends_at.ms) {
    return "it asks once more after the session's end before it stops";
  }
  if (rt_wants(wants, RT_EXPIRE) && fact == TROUBLE && s->now.ms + 30000 + 1800 < s->ends_at.ms + RT_SESSION_LIFE.ms) {
    return "the last question is repeated as long as a trigger would keep the session ready";
  }
  if (rt_wants(wants, RT_FAIL) && fact == TROUBLE && s->now.ms + 30000 < s->begun_at.ms + RT_SESSION_LIFE.ms) {
    return "session creation is tried for 15 minutes";
  }
  if (rt_wants(wants, RT_FAIL) && fact < TROUBLE) return "only trouble fails";
  return NULL;
}

static const char *watch_state(const situation *s, const situation *before, uint32_t fact, rt_intents wants) {
  const rt_trigger_state state = s->flow.state;
  const bool is_awake = rt_presence_is_awake(s->flow.presence);
  if (is_final(before->flow.state) && state != before->flow.state) return "a final state is never left";
  if (is_final(before->flow.state) && wants.bits != 0) return "a final state wants nothing";
  if (is_final(state) && s->under_way != NOTHING) return "a flow that is over has no request under way";
  if ((state == RT_TRIGGER_CREATING) != (s->under_way == CREATION)) return "CREATING is a creation under way";
  if ((state == RT_TRIGGER_POLLING) != (s->under_way == POLL)) return "POLLING is a poll under way";
  if (state == RT_TRIGGER_PAUSED && is_awake) return "on return it goes on";
  if (state == RT_TRIGGER_POLL_WAITING && !is_awake) return "nothing is planned while hidden or offline";
  if (state == RT_TRIGGER_CREATE_OFFLINE && s->flow.presence.is_online) return "on return it goes on";
  if (state == RT_TRIGGER_CREATE_WAITING && !s->flow.presence.is_online) return "nothing is planned while offline";
  const bool fits = !(fact == BEGIN && before->has_begun) && !(is_answer(fact) && !is_awaited(before, fact));
  if (!fits && (wants.bits != 0 || !is_same(&s->flow, &before->flow))) return "a late answer changes nothing";
  return NULL;
}

static outcome happen(void *memory, occurrence what) {
  situation *s = memory;
  const situation before = *s;
  if (!move_clock(s, what.moment)) return (outcome){.can_happen = false};
  const rt_intents wants = tell(s, what.fact);
  if (what.fact == BEGIN) s->has_begun = true;
  const char *broken = watch_requests(s, &before, what.fact, wants);
  if (broken == NULL) broken = watch_end(s, &before, what.fact, wants);
  if (broken == NULL) broken = watch_waits(s, &before, what.fact);
  if (broken == NULL) broken = watch_state(s, &before, what.fact, wants);
  return (outcome){.can_happen = true,
                   .is_told = !is_answer(what.fact) || is_awaited(&before, what.fact),
                   .from = (uint32_t)before.flow.state,
                   .to = (uint32_t)s->flow.state,
                   .wants = wants.bits,
                   .page = page_of(s->flow.presence),
                   .broken = broken};
}

const flow_world trigger_world = {.name = "trigger_flow",
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
