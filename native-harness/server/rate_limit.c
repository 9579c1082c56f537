// rate_limit.c: token buckets, four to a set; the fullest of a set gives way to a newcomer.
// SPDX-License-Identifier: MIT
#include "server/rate_limit.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { SETS = 8192, WAYS = 4, MILLI = 1000 };

typedef struct {
  uint64_t client;       // 0: free
  int64_t milli_tokens;  // thousandths of a request, so that slow refills are not lost
  rt_instant at;
} bucket;

struct rt_rate_limit {
  rt_rate_policy policy;
  unsigned char hash_key[crypto_shorthash_KEYBYTES];
  bucket buckets[SETS][WAYS];
};

rt_rate_limit *rt_rate_limit_open(const rt_rate_policy *policy, const rt_entropy *entropy) {
  rt_rate_limit *limit = calloc(1, sizeof *limit);
  if (limit == NULL) return NULL;
  limit->policy = *policy;
  entropy->fill(entropy->self, limit->hash_key, sizeof limit->hash_key);
  return limit;
}

void rt_rate_limit_close(rt_rate_limit *limit) { free(limit); }

static int64_t filled(const rt_rate_limit *limit, const bucket *at, rt_instant now) {
  const int64_t full = (int64_t)limit->policy.burst * MILLI;
  const int64_t elapsed = rt_instant_between(at->at, now).ms;
  if (elapsed > full) return full;  // also keeps the product small
  const int64_t tokens = at->milli_tokens + elapsed * limit->policy.per_second;
  return tokens > full ? full : tokens;
}

static bucket *bucket_of(rt_rate_limit *limit, uint64_t client, rt_instant now) {
  bucket *set = limit->buckets[client % SETS], *fullest = &set[0];
  for (size_t i = 0; i < WAYS; i++) {
    if (set[i].client == client) return &set[i];
    if (set[i].client == 0) {
      fullest = &set[i];
      break;
    }
    if (filled(limit, &set[i], now) > filled(limit, fullest, now)) fullest = &set[i];
  }
  *fullest = (bucket){.client = client, .milli_tokens = (int64_t)limit->policy.burst * MILLI, .at = now};
  return fullest;
}

rt_rate_verdict rt_rate_limit_take(rt_rate_limit *limit, const rt_id *key, const rt_address *address, rt_instant now) {
  const rt_rate_policy *policy = &limit->policy;
  if (policy->per_second == 0) return (rt_rate_verdict){0};
  if (!policy->is_loopback_counted && rt_address_is_loopback(address)) return (rt_rate_verdict){0};
  struct {
    rt_id key;
    rt_address class;
  } client = {*key, rt_address_class(address)};
  uint64_t hash = 0;
  crypto_shorthash((unsigned char *)&hash, (const unsigned char *)&client, sizeof client, limit->hash_key);
  bucket *at = bucket_of(limit, hash | 1u, now);
  at->milli_tokens = filled(limit, at, now);
  at->at = now;
  if (at->milli_tokens >= MILLI) {
    at->milli_tokens -= MILLI;
    return (rt_rate_verdict){0};
  }
  const int64_t missing_ms = (MILLI - at->milli_tokens) / policy->per_second;
  return (rt_rate_verdict){true, policy->burst, (uint32_t)(missing_ms / 1000 + 1)};
}
