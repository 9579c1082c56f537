// plan.h: what is timed of the core alone, natively and in WebAssembly: an overlay laid out, a thousand offers ranked.
// Holds no clock: whoever calls looks at one.
// SPDX-License-Identifier: MIT
#ifndef RT_BENCH_PLAN_H
#define RT_BENCH_PLAN_H

#include <stdint.h>

// Builds the overlay of twelve cards `times` times: tree, metrics of text, boxes. The viewport is another each time.
// Returns a sum over the boxes, so that no compiler leaves the work out.
uint32_t bench_plan(uint32_t times);

// Orders a thousand offers `times` times for a surface of twelve, from another order each time. Returns a sum.
uint32_t bench_rank(uint32_t times);

// The same without the ordering: what has to be taken off.
uint32_t bench_shuffle(uint32_t times);

#endif
