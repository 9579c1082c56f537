// orders.h: every order of up to so many events through one flow, and a table of what each event led to.
// Two orders that leave a flow, its clock and its witness in the same situation have the same future, because a flow is
// a pure function: such a situation is gone on from once, and counted as often as there are orders that lead to it.
// Knows no flow: a flow_world says what can happen and which promise was broken.
// SPDX-License-Identifier: MIT
#ifndef RT_TESTS_EXHAUSTIVE_ORDERS_H
#define RT_TESTS_EXHAUSTIVE_ORDERS_H

#include "flow/answer.h"

enum { MAX_SITUATION = 512, MAX_KEY = 512, MAX_ROWS = 256, MAX_EVENTS = 16 };

// How the page stands, as a bit of a set.
typedef enum { PAGE_AWAKE = 1, PAGE_HIDDEN = 2, PAGE_OFFLINE = 4, PAGE_HIDDEN_AND_OFFLINE = 8, ANY_PAGE = 15 } page;

page page_of(rt_presence presence);

// What happens: one fact at one moment.
typedef struct {
  uint32_t fact, moment;
} occurrence;

typedef struct {
  bool can_happen;     // false: there is no such moment, or the fact makes no sense here; the situation is not used
  bool is_told;        // an embed could tell its flow this fact here: the answer to a request under way, and so on
  uint32_t from, to;   // states
  uint32_t wants;      // bits of `wishes`
  page page;           // afterwards
  const char *broken;  // the promise that did not hold; NULL: all held
} outcome;

// A flow as this test sees it. A situation holds the flow, the clock and what a witness has to remember.
typedef struct {
  const char *name;
  const char *const *states, *const *meanings;  // of each state, in words
  const char *const *facts, *const *moments, *const *wishes;
  uint32_t state_count, fact_count, moment_count, wish_count;
  size_t situation_size;  // at most MAX_SITUATION
  void (*begin)(void *situation, uint64_t seed);
  outcome (*happen)(void *situation, occurrence what);
  // What tells two situations apart, times counted from now; returns its length, at most MAX_KEY.
  size_t (*key)(const void *situation, char *key);
} flow_world;

// One line of the table: in `from`, `fact` led to `to` and to `wants`, on these pages.
typedef struct {
  uint32_t from, fact, to, wants, pages;
  bool is_told;
} table_row;

typedef struct {
  uint64_t orders;      // of 1 to `events` events, all different
  uint64_t situations;  // in which each fact was tried at each moment
  table_row rows[MAX_ROWS];
  size_t row_count;
  const char *broken;            // the first promise that did not hold; NULL: all held
  occurrence order[MAX_EVENTS];  // a shortest order of events that broke it
  uint32_t order_length;
} findings;

// Goes through all orders of up to `events` <= MAX_EVENTS events; adds to `found`. Stops at the first broken promise.
void try_all_orders(const flow_world *world, uint64_t seed, uint32_t events, findings *found);

#endif
