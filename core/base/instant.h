// instant.h: three kinds of time that do not mix.
// A monotonic moment, a calendar moment and a span are distinct structs, so that adding a wall clock to a timer does
// not compile. Reads no clock.
// SPDX-License-Identifier: MIT
#ifndef RT_BASE_INSTANT_H
#define RT_BASE_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

// A moment on a monotonic clock, in milliseconds from an arbitrary start. Only differences mean something.
typedef struct {
  int64_t ms;
} rt_instant;

// A calendar moment: milliseconds since 1970-01-01T00:00:00Z, UTC. Shown, stored, never used for a timer of the embed.
typedef struct {
  int64_t ms;
} rt_wall;

// A span of time in milliseconds.
typedef struct {
  int64_t ms;
} rt_millis;

// Later than every moment: "no timer wanted".
#define RT_NEVER ((rt_instant){INT64_MAX})

static inline rt_millis rt_ms(int64_t ms) { return (rt_millis){ms}; }
static inline rt_millis rt_seconds(int64_t seconds) { return (rt_millis){seconds * 1000}; }

static inline bool rt_instant_is_never(rt_instant at) { return at.ms == INT64_MAX; }

// `at` + `span`; RT_NEVER stays RT_NEVER.
static inline rt_instant rt_instant_after(rt_instant at, rt_millis span) {
  return rt_instant_is_never(at) ? at : (rt_instant){at.ms + span.ms};
}

static inline rt_instant rt_instant_earlier(rt_instant a, rt_instant b) { return a.ms <= b.ms ? a : b; }
static inline rt_instant rt_instant_later(rt_instant a, rt_instant b) { return a.ms >= b.ms ? a : b; }

// True when `now` has come to or passed `at`.
static inline bool rt_instant_reached(rt_instant now, rt_instant at) { return now.ms >= at.ms; }

// `to` - `from`; neither may be RT_NEVER.
static inline rt_millis rt_instant_between(rt_instant from, rt_instant to) { return (rt_millis){to.ms - from.ms}; }

#endif
