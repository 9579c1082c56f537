// backoff.c: the arithmetic of waiting.
// SPDX-License-Identifier: MIT
#include "flow/backoff.h"

#include "base/check.h"

const rt_backoff_policy rt_backoff_policy_default = {
    .steady = {2000}, .floor = {1000}, .cap = {30000}, .retry_after_cap = {300000}, .steady_jitter_permille = 100};

// Uniform over the whole milliseconds of [low, high]; spans of this file fit in 32 bits.
static rt_millis between(int64_t low, int64_t high, rt_draw draw) {
  return rt_ms(low + (int64_t)rt_draw_below(draw, (uint32_t)(high - low + 1)));
}

rt_millis rt_backoff_spacing(const rt_backoff_policy *policy) {
  return rt_ms(policy->steady.ms - policy->steady.ms * policy->steady_jitter_permille / 1000);
}

rt_millis rt_backoff_steady(const rt_backoff_policy *policy, rt_draw draw) {
  return between(rt_backoff_spacing(policy).ms, policy->steady.ms, draw);
}

rt_millis rt_backoff_wait(const rt_backoff_policy *policy, rt_failures failures, rt_draw draw) {
  RT_CHECK(failures.count >= 1);
  int64_t longest = policy->steady.ms;
  for (uint32_t n = 1; n < failures.count && longest < policy->cap.ms; n++) longest *= 2;
  if (longest > policy->cap.ms) longest = policy->cap.ms;
  if (longest < policy->floor.ms) longest = policy->floor.ms;
  return between(policy->floor.ms, longest, draw);
}

rt_millis rt_backoff_asked(const rt_backoff_policy *policy, rt_millis asked, rt_draw draw) {
  int64_t low = asked.ms;
  if (low < policy->floor.ms) low = policy->floor.ms;
  if (low > policy->retry_after_cap.ms) low = policy->retry_after_cap.ms;
  int64_t high = low + low / 10;
  if (high > policy->retry_after_cap.ms) high = policy->retry_after_cap.ms;
  return between(low, high, draw);
}
