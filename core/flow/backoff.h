// backoff.h: when to ask again.
// Pure arithmetic: no clock, no randomness of its own. Knows nothing of HTTP; the flows decide what counts as a
// failure.
// SPDX-License-Identifier: MIT
#ifndef RT_FLOW_BACKOFF_H
#define RT_FLOW_BACKOFF_H

#include "base/instant.h"
#include "base/prng.h"

// How patient a poller is. Start from rt_backoff_policy_default and change what differs.
typedef struct {
  rt_millis steady;                 // longest wait after a healthy answer. Default 2000 ms.
  rt_millis floor;                  // shortest wait after a failure. Default 1000 ms, never 0: a poller cannot spin.
  rt_millis cap;                    // longest wait after a failure. Must be >= floor. Default 30000 ms.
  rt_millis retry_after_cap;        // longest Retry-After that is obeyed. Default 300000 ms.
  uint32_t steady_jitter_permille;  // how much of `steady` may be shaved off, 0..1000. Default 100; 0 makes it exact.
} rt_backoff_policy;

// The waits of web/docs/polling.md.
extern const rt_backoff_policy rt_backoff_policy_default;

// Failures in a row; a type of its own so that it is not mistaken for a length of time.
typedef struct {
  uint32_t count;
} rt_failures;

// The wait after a healthy answer: uniform in [steady * (1 - jitter), steady].
rt_millis rt_backoff_steady(const rt_backoff_policy *policy, rt_draw draw);

// The shortest that rt_backoff_steady can give: two polls never start closer to each other than this.
rt_millis rt_backoff_spacing(const rt_backoff_policy *policy);

// The wait after `failures.count` >= 1 failures in a row: uniform in [floor, min(cap, steady * 2^(count-1))] ("full
// jitter" with a floor: AWS Architecture Blog, Exponential Backoff And Jitter, 2015). The same draw gives the same
// wait.
rt_millis rt_backoff_wait(const rt_backoff_policy *policy, rt_failures failures, rt_draw draw);

// The wait that a server asked for: uniform in [asked, asked * 1.1], so that thousands of pages told the same number do
// not return in the same second; never below `floor`, never above `retry_after_cap`.
rt_millis rt_backoff_asked(const rt_backoff_policy *policy, rt_millis asked, rt_draw draw);

#endif
