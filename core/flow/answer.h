// answer.h: what both flows need to know of a page and of an answer: facts without bytes.
// SPDX-License-Identifier: MIT
#ifndef RT_FLOW_ANSWER_H
#define RT_FLOW_ANSWER_H

#include "flow/backoff.h"

// Whether anybody is there to see something. Requests other than those at load wait until both hold.
typedef struct {
  bool is_visible;
  bool is_online;
} rt_presence;

static inline bool rt_presence_is_awake(rt_presence presence) { return presence.is_visible && presence.is_online; }

// How a request ended when it did not succeed.
typedef enum {
  RT_TROUBLE_PASSING,  // network, time-out, 408, 425, 429, 5xx, or a success that does not parse: worth another try
  RT_TROUBLE_GONE,     // 404 or 410: what was asked for is no longer there
  RT_TROUBLE_FINAL,    // any other refusal: asking again would be refused again
} rt_trouble_kind;

typedef struct {
  rt_trouble_kind kind;
  bool has_retry_after;
  rt_millis retry_after;  // as the server asked, when has_retry_after
} rt_trouble;

// When to try again after `failures` in a row: as the server asked, or by the policy. Draws once from `chance`.
rt_instant rt_trouble_over(const rt_trouble *trouble, const rt_backoff_policy *policy, rt_failures failures,
                           rt_prng *chance, rt_instant now);

#endif
