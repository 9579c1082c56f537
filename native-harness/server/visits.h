// visits.h: is this click a repetition, a machine, or the operator himself?
// Visitors are told apart by a hash of address and User-Agent under a key that lives in memory and is replaced daily;
// a hash is kept for thirty minutes.
// SPDX-License-Identifier: MIT
#ifndef RT_SERVER_VISITS_H
#define RT_SERVER_VISITS_H

#include "base/instant.h"
#include "server/address.h"
#include "server/auth.h"
#include "server/entropy.h"

typedef struct rt_visits rt_visits;

rt_visits *rt_visits_open(const rt_entropy *entropy, rt_instant now);  // NULL: no memory
void rt_visits_close(rt_visits *visits);

// One followed click.
typedef struct {
  rt_address address;
  rt_bytes user_agent;
  int64_t website;
  rt_id offer;
  rt_click_target pair;
} rt_visit;

// Forgets what is older than thirty minutes, and the key when its day is over. Asked every now and then, so that a quiet
// server forgets too.
void rt_visits_forget(rt_visits *visits, rt_instant now);

// How many hashes are remembered.
uint32_t rt_visits_count(const rt_visits *visits);

// True when the same visitor followed another pair of the same website and offer within the last thirty minutes;
// otherwise remembers this one.
bool rt_visits_is_duplicate(rt_visits *visits, const rt_visit *visit, rt_instant now);

// True for programs that say so and for a missing User-Agent.
bool rt_user_agent_is_bot(rt_bytes user_agent);

#endif
