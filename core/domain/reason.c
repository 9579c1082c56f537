// reason.c: names of reasons and the responsible-offers rule.
// SPDX-License-Identifier: MIT
#include "domain/reason.h"

static const char *const names[RT_REASON_COUNT] = {
    [RT_REASON_OTHER] = "other",     [RT_REASON_KYC] = "kyc",
    [RT_REASON_DEPOSIT] = "deposit", [RT_REASON_SIGNUP] = "signup",
    [RT_REASON_RISK] = "risk",       [RT_REASON_GEO] = "geo",
    [RT_REASON_AGE] = "age",         [RT_REASON_SELF_EXCLUDED] = "self_excluded",
};

// Nobody who is too young or has excluded himself from gambling is shown a way to gamble or to speculate.
#define WAGERS ((1u << RT_VERTICAL_IGAMING) | (1u << RT_VERTICAL_SPORTS) | (1u << RT_VERTICAL_CRYPTO))

static const rt_verticals bars[RT_REASON_COUNT] = {
    [RT_REASON_AGE] = {WAGERS},
    [RT_REASON_SELF_EXCLUDED] = {WAGERS},
};

const char *rt_reason_name(rt_reason reason) { return names[reason]; }

bool rt_reason_find(rt_bytes name, rt_reason *reason) {
  for (int i = 0; i < RT_REASON_COUNT; i++) {
    if (rt_bytes_equal(name, rt_bytes_of(names[i]))) {
      *reason = (rt_reason)i;
      return true;
    }
  }
  return false;
}

rt_verticals rt_reason_bars(rt_reason reason) { return bars[reason]; }
