// worlds.h: the flows as orders.h tries them: what can happen to each, and what it promises.
// SPDX-License-Identifier: MIT
#ifndef RT_TESTS_EXHAUSTIVE_WORLDS_H
#define RT_TESTS_EXHAUSTIVE_WORLDS_H

#include <string.h>

#include "orders.h"

extern const flow_world trigger_world, offers_world, impressions_world;

#define COUNT_OF(array) ((uint32_t)(sizeof(array) / sizeof(array)[0]))

// Writes a key: numbers one after another.
typedef struct {
  char *bytes;
  size_t length;
} key_writer;

static inline void put_number(key_writer *key, int64_t number) {
  memcpy(key->bytes + key->length, &number, sizeof number);
  key->length += sizeof number;
}

// A moment as seen from `now`; RT_NEVER stays apart from every other.
static inline void put_moment(key_writer *key, rt_instant at, rt_instant now) {
  put_number(key, rt_instant_is_never(at) ? INT64_MIN : at.ms - now.ms);
}

static inline void put_presence(key_writer *key, rt_presence presence) {
  put_number(key, presence.is_visible * 2 + presence.is_online);
}

static inline void put_chance(key_writer *key, rt_prng chance) {
  put_number(key, (int64_t)chance.state);
  put_number(key, (int64_t)chance.increment);
}

#endif
