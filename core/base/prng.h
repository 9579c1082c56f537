// prng.h: seeded chance, integers only.
// For jitter and simulated worlds. Never for anything that must not be guessed: ids and keys come from injected
// entropy.
// SPDX-License-Identifier: MIT
#ifndef RT_BASE_PRNG_H
#define RT_BASE_PRNG_H

#include "base/bytes.h"

// PCG-XSH-RR 64/32 (O'Neill 2014, https://www.pcg-random.org/paper.html): 64 bits of state, an odd increment.
typedef struct {
  uint64_t state;
  uint64_t increment;
} rt_prng;

// Any 32-bit number from a generator; its own type so that it is not mistaken for a length or a time.
typedef struct {
  uint32_t value;
} rt_draw;

// The same seed gives the same stream for ever.
rt_prng rt_prng_from_seed(uint64_t seed);

// An independent stream named by `label`. Does not advance `parent`, so a new fork moves no other stream.
rt_prng rt_prng_fork(const rt_prng *parent, rt_bytes label);

rt_draw rt_prng_next(rt_prng *prng);

// `draw` scaled to [0, count): draw * count / 2^32 (Lemire 2019, without rejection: the bias is below count / 2^32,
// and one draw gives one number, which keeps streams in step). `count` >= 1.
uint32_t rt_draw_below(rt_draw draw, uint32_t count);

#endif
