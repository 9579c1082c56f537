// event_queue.c: a heap with four children a node: half as deep as one with two, and a node's children lie together.
// SPDX-License-Identifier: MIT
#include "sim/event_queue.h"

#include <stdlib.h>

enum { CHILDREN = 4 };

void rt_event_queue_close(rt_event_queue *queue) {
  free(queue->entries);
  *queue = (rt_event_queue){0};
}

static bool is_before(const rt_due *a, const rt_due *b) {
  return a->at.ms != b->at.ms ? a->at.ms < b->at.ms : a->sequence < b->sequence;
}

static bool has_room(rt_event_queue *queue) {
  if (queue->count < queue->capacity) return true;
  const size_t capacity = queue->capacity == 0 ? 256 : queue->capacity * 2;
  rt_due *entries = realloc(queue->entries, capacity * sizeof *entries);
  if (entries == NULL) return false;
  queue->entries = entries;
  queue->capacity = capacity;
  return true;
}

bool rt_event_queue_add(rt_event_queue *queue, const rt_due *due) {
  if (!has_room(queue)) return false;
  rt_due added = *due;
  added.sequence = queue->sequence++;
  size_t at = queue->count++;
  while (at > 0) {
    const size_t parent = (at - 1) / CHILDREN;
    if (!is_before(&added, &queue->entries[parent])) break;
    queue->entries[at] = queue->entries[parent];
    at = parent;
  }
  queue->entries[at] = added;
  return true;
}

bool rt_event_queue_peek(const rt_event_queue *queue, rt_due *due) {
  if (queue->count == 0) return false;
  *due = queue->entries[0];
  return true;
}

bool rt_event_queue_take(rt_event_queue *queue, rt_due *due) {
  if (!rt_event_queue_peek(queue, due)) return false;
  const rt_due last = queue->entries[--queue->count];
  size_t at = 0;
  for (;;) {
    const size_t first = at * CHILDREN + 1;
    if (first >= queue->count) break;
    const size_t end = first + CHILDREN < queue->count ? first + CHILDREN : queue->count;
    size_t least = first;
    for (size_t child = first + 1; child < end; child++) {
      if (is_before(&queue->entries[child], &queue->entries[least])) least = child;
    }
    if (!is_before(&queue->entries[least], &last)) break;
    queue->entries[at] = queue->entries[least];
    at = least;
  }
  queue->entries[at] = last;
  return true;
}
