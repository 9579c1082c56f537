// arena.h: bump memory over a block the caller owns.
// Nothing is freed alone; a mark takes everything after it back at once.
// SPDX-License-Identifier: MIT
#ifndef RT_BASE_ARENA_H
#define RT_BASE_ARENA_H

#include "base/bytes.h"
#include "base/status.h"

typedef struct {
  char *base;
  size_t capacity;
  size_t used;
} rt_arena;

// An arena over `memory`, which the caller owns and keeps for as long as anything taken from it is used.
rt_arena rt_arena_over(void *memory, size_t capacity);

// `size` bytes at an address aligned for any type of at most 8 bytes, contents undefined; NULL when full.
void *rt_arena_take(rt_arena *arena, size_t size);

// A copy of `bytes` in the arena, with a zero behind it. RT_NO_SPACE: `copy` is RT_BYTES_NONE.
rt_status rt_arena_copy(rt_arena *arena, rt_bytes bytes, rt_bytes *copy);

// How much is in use now; give it to rt_arena_reset to take back all that was taken since.
static inline size_t rt_arena_mark(const rt_arena *arena) { return arena->used; }
static inline void rt_arena_reset(rt_arena *arena, size_t mark) { arena->used = mark; }

// How many bytes are left.
static inline size_t rt_arena_left(const rt_arena *arena) { return arena->capacity - arena->used; }

// A text whose length is not known beforehand: write into all that is left, then keep what was written. Take nothing
// else from the arena in between. Keeping a text that did not fit is a programmer's mistake: ask is_overflowed where
// that can happen.
rt_writer rt_arena_writer(rt_arena *arena);
rt_bytes rt_arena_keep(rt_arena *arena, const rt_writer *writer);

#endif
