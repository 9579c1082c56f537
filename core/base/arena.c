// arena.c: bump memory.
// SPDX-License-Identifier: MIT
#include "base/arena.h"

#include <string.h>

#include "base/check.h"

rt_arena rt_arena_over(void *memory, size_t capacity) {
  RT_CHECK(((uintptr_t)memory & 7u) == 0);
  return (rt_arena){.base = memory, .capacity = capacity, .used = 0};
}

void *rt_arena_take(rt_arena *arena, size_t size) {
  const size_t start = (arena->used + 7u) & ~(size_t)7u;
  if (start > arena->capacity || size > arena->capacity - start) return NULL;
  arena->used = start + size;
  return arena->base + start;
}

rt_status rt_arena_copy(rt_arena *arena, rt_bytes bytes, rt_bytes *copy) {
  *copy = RT_BYTES_NONE;
  char *memory = bytes.length == SIZE_MAX ? NULL : rt_arena_take(arena, bytes.length + 1);
  if (memory == NULL) return RT_NO_SPACE;
  if (bytes.length > 0) memcpy(memory, bytes.data, bytes.length);
  memory[bytes.length] = '\0';
  *copy = (rt_bytes){memory, bytes.length};
  return RT_OK;
}

rt_writer rt_arena_writer(rt_arena *arena) { return rt_writer_over(arena->base + arena->used, rt_arena_left(arena)); }

rt_bytes rt_arena_keep(rt_arena *arena, const rt_writer *writer) {
  RT_CHECK(!writer->is_overflowed && writer->data == arena->base + arena->used);
  arena->used += writer->length;
  return rt_written(writer);
}
