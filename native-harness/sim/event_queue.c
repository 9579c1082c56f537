// event_queue.c: a wheel in front of a heap.
// SPDX-License-Identifier: MIT
#include "sim/event_queue.h"

#include <stdlib.h>

enum { CHILDREN = 4 };

static const uint32_t nothing = UINT32_MAX;

void rt_event_queue_close(rt_event_queue *queue) {
  free(queue->places);
  free(queue->slots);
  free(queue->far);
  *queue = (rt_event_queue){0};
}

static bool open_slots(rt_event_queue *queue) {
  if (queue->slots != NULL) return true;
  queue->slots = malloc(RT_NEAR_MS * sizeof *queue->slots);
  if (queue->slots == NULL) return false;
  for (uint32_t i = 0; i < RT_NEAR_MS; i++) queue->slots[i].first = queue->slots[i].last = nothing;
  queue->free_place = nothing;
  return true;
}

// Twice as much memory for an array of `size`-byte elements. NULL: there is none, and the array is as it was.
static void *grow(void *array, size_t *capacity, size_t size) {
  const size_t wanted = *capacity == 0 ? 256 : *capacity * 2;
  void *grown = realloc(array, wanted * size);
  if (grown != NULL) *capacity = wanted;
  return grown;
}

static uint32_t take_place(rt_event_queue *queue) {
  uint32_t place = queue->free_place;
  if (place != nothing) {
    queue->free_place = queue->places[place].next;
    return place;
  }
  if (queue->place_count == queue->place_capacity) {
    rt_due_place *places = grow(queue->places, &queue->place_capacity, sizeof *places);
    if (places == NULL) return nothing;
    queue->places = places;
  }
  return (uint32_t)queue->place_count++;
}

// ---------------------------------------------------------------- what lies behind the wheel

static bool is_before(const rt_event_queue *queue, uint32_t a, uint32_t b) {
  const rt_due_place *one = &queue->places[a], *other = &queue->places[b];
  return one->due.at.ms != other->due.at.ms ? one->due.at.ms < other->due.at.ms : one->sequence < other->sequence;
}

static bool add_far(rt_event_queue *queue, uint32_t place) {
  if (queue->far_count == queue->far_capacity) {
    uint32_t *far = grow(queue->far, &queue->far_capacity, sizeof *far);
    if (far == NULL) return false;
    queue->far = far;
  }
  size_t at = queue->far_count++;
  while (at > 0) {
    const size_t parent = (at - 1) / CHILDREN;
    if (!is_before(queue, place, queue->far[parent])) break;
    queue->far[at] = queue->far[parent];
    at = parent;
  }
  queue->far[at] = place;
  return true;
}

static uint32_t take_far(rt_event_queue *queue) {
  const uint32_t taken = queue->far[0], last = queue->far[--queue->far_count];
  size_t at = 0;
  for (;;) {
    const size_t first = at * CHILDREN + 1;
    if (first >= queue->far_count) break;
    const size_t end = first + CHILDREN < queue->far_count ? first + CHILDREN : queue->far_count;
    size_t least = first;
    for (size_t child = first + 1; child < end; child++) {
      if (is_before(queue, queue->far[child], queue->far[least])) least = child;
    }
    if (!is_before(queue, queue->far[least], last)) break;
    queue->far[at] = queue->far[least];
    at = least;
  }
  queue->far[at] = last;
  return taken;
}

// ---------------------------------------------------------------- the wheel

static void add_near(rt_event_queue *queue, uint32_t place) {
  const int64_t at = queue->places[place].due.at.ms;
  const size_t slot = (size_t)(at % RT_NEAR_MS);
  if (at < queue->empty_until) queue->empty_until = at;
  queue->places[place].next = nothing;
  if (queue->slots[slot].first == nothing) {
    queue->slots[slot].first = place;
  } else {
    queue->places[queue->slots[slot].last].next = place;
  }
  queue->slots[slot].last = place;
}

static bool is_near(const rt_event_queue *queue, int64_t at) { return at < queue->near_from + RT_NEAR_MS; }

// Moves the wheel on, and into it what has come near: before anything can be added for the same millisecond, so that a
// slot's order stays that of the sequence.
static void turn_to(rt_event_queue *queue, int64_t at) {
  queue->near_from = queue->empty_until = at;
  while (queue->far_count > 0 && is_near(queue, queue->places[queue->far[0]].due.at.ms))
    add_near(queue, take_far(queue));
}

// Moves `empty_until` on to the first slot that holds something. False: none does.
static bool find_near(rt_event_queue *queue) {
  const int64_t end = queue->near_from + RT_NEAR_MS;
  while (queue->empty_until < end && queue->slots[queue->empty_until % RT_NEAR_MS].first == nothing)
    queue->empty_until++;
  return queue->empty_until < end;
}

bool rt_event_queue_add(rt_event_queue *queue, const rt_due *due) {
  if (!open_slots(queue)) return false;
  const uint32_t place = take_place(queue);
  if (place == nothing) return false;
  queue->places[place] = (rt_due_place){.due = *due, .sequence = queue->sequence++};
  if (is_near(queue, due->at.ms)) {
    add_near(queue, place);
  } else if (!add_far(queue, place)) {
    return false;
  }
  queue->count++;
  return true;
}

bool rt_event_queue_peek(rt_event_queue *queue, rt_due *due) {
  if (queue->count == 0) return false;
  const uint32_t place = find_near(queue) ? queue->slots[queue->empty_until % RT_NEAR_MS].first : queue->far[0];
  *due = queue->places[place].due;
  return true;
}

bool rt_event_queue_take(rt_event_queue *queue, rt_due *due) {
  if (!rt_event_queue_peek(queue, due)) return false;
  turn_to(queue, due->at.ms);
  const size_t slot = (size_t)(due->at.ms % RT_NEAR_MS);
  const uint32_t place = queue->slots[slot].first;
  queue->slots[slot].first = queue->places[place].next;
  queue->places[place].next = queue->free_place;
  queue->free_place = place;
  queue->count--;
  return true;
}

const rt_due *rt_event_queue_ahead(const rt_event_queue *queue, uint32_t places) {
  uint32_t place = queue->slots[queue->near_from % RT_NEAR_MS].first;
  for (; place != nothing && places > 1; places--) place = queue->places[place].next;
  return place == nothing ? NULL : &queue->places[place].due;
}
