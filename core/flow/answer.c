// answer.c: how long a trouble keeps a flow waiting.
// SPDX-License-Identifier: MIT
#include "flow/answer.h"

rt_instant rt_trouble_over(const rt_trouble *trouble, const rt_backoff_policy *policy, rt_failures failures,
                           rt_prng *chance, rt_instant now) {
  const rt_draw draw = rt_prng_next(chance);
  return rt_instant_after(now, trouble->has_retry_after ? rt_backoff_asked(policy, trouble->retry_after, draw)
                                                        : rt_backoff_wait(policy, failures, draw));
}
