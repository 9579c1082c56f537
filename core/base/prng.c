// prng.c: PCG32 with SplitMix64 seeding and forks named by a label.
// SPDX-License-Identifier: MIT
#include "base/prng.h"

#include "base/check.h"

// SplitMix64's finaliser (Steele, Lea, Flood 2014): spreads every bit of `value` over all others.
static uint64_t mixed(uint64_t value) {
  value += 0x9E3779B97F4A7C15u;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
  return value ^ (value >> 31);
}

static rt_prng from_two(uint64_t state, uint64_t stream) {
  return (rt_prng){.state = mixed(state), .increment = mixed(stream) | 1u};
}

rt_prng rt_prng_from_seed(uint64_t seed) { return from_two(seed, seed ^ 0xDA3E39CB94B95BDBu); }

rt_prng rt_prng_fork(const rt_prng *parent, rt_bytes label) {
  uint64_t hash = 0xCBF29CE484222325u;  // FNV-1a, 64 bits
  for (size_t i = 0; i < label.length; i++) hash = (hash ^ (unsigned char)label.data[i]) * 0x100000001B3u;
  return from_two(parent->state ^ hash, parent->increment + hash);
}

rt_draw rt_prng_next(rt_prng *prng) {
  const uint64_t old = prng->state;
  prng->state = old * 6364136223846793005u + prng->increment;
  const uint32_t shifted = (uint32_t)(((old >> 18) ^ old) >> 27);
  const uint32_t turn = (uint32_t)(old >> 59);
  return (rt_draw){(shifted >> turn) | (shifted << ((32u - turn) & 31u))};
}

uint32_t rt_draw_below(rt_draw draw, uint32_t count) {
  RT_CHECK(count >= 1);
  return (uint32_t)(((uint64_t)draw.value * count) >> 32);
}
