// rate_limit.h: how fast one client may ask under one key.
// Token buckets in a table of fixed size; a client is a keyed hash of key and address class, and the hash's key lives
// in memory only, so no address can be read back. A caller that keeps to the protocol never meets the limit.
// SPDX-License-Identifier: MIT
#ifndef RT_SERVER_RATE_LIMIT_H
#define RT_SERVER_RATE_LIMIT_H

#include "base/instant.h"
#include "server/address.h"
#include "server/entropy.h"
#include "server/identity.h"

typedef struct rt_rate_limit rt_rate_limit;

typedef struct {
  uint32_t per_second;  // sustained; 0: no limit. Default 50: a hundred visitors behind one address who poll plainly
  uint32_t burst;       // saved up while idle. Default 300
  bool is_loopback_counted;  // default false: from this machine come a reverse proxy's visitors, all as one address
} rt_rate_policy;

static const rt_rate_policy rt_rate_policy_default = {.per_second = 50, .burst = 300, .is_loopback_counted = false};

// What to tell a client that came too often; all 0 when it did not.
typedef struct {
  bool is_refused;
  uint32_t limit;                // the burst
  uint32_t retry_after_seconds;  // at least 1
} rt_rate_verdict;

rt_rate_limit *rt_rate_limit_open(const rt_rate_policy *policy, const rt_entropy *entropy);  // NULL: no memory
void rt_rate_limit_close(rt_rate_limit *limit);

// Counts one request. `key` is the website's key, or zero for callers that have shown none.
rt_rate_verdict rt_rate_limit_take(rt_rate_limit *limit, const rt_id *key, const rt_address *address, rt_instant now);

#endif
