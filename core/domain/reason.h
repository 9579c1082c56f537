// reason.h: why a publisher declined a visitor, and what may not be offered then.
// The reason never leaves the server; this file is the platform's responsible-offers rule as data.
// SPDX-License-Identifier: MIT
#ifndef RT_DOMAIN_REASON_H
#define RT_DOMAIN_REASON_H

#include "domain/vertical.h"

// Stored in databases: never renumber.
typedef enum {
  RT_REASON_OTHER,
  RT_REASON_KYC,
  RT_REASON_DEPOSIT,
  RT_REASON_SIGNUP,
  RT_REASON_RISK,
  RT_REASON_GEO,
  RT_REASON_AGE,
  RT_REASON_SELF_EXCLUDED,
  RT_REASON_COUNT
} rt_reason;

// Every name, for a message that lists them.
#define RT_REASON_LIST "kyc, deposit, signup, risk, geo, age, self_excluded, other"

const char *rt_reason_name(rt_reason reason);
bool rt_reason_find(rt_bytes name, rt_reason *reason);

// The verticals that must not be offered to somebody declined for `reason`, whatever they bid. Sets only ever grow:
// a later reason adds its bars to those of an earlier one.
rt_verticals rt_reason_bars(rt_reason reason);

#endif
