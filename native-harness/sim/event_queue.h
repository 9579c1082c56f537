// event_queue.h: what is due in a world, in order: by time, and of the same millisecond by who came first.
// Knows no actor; what an entry means is the world's business.
// SPDX-License-Identifier: MIT
#ifndef RT_SIM_EVENT_QUEUE_H
#define RT_SIM_EVENT_QUEUE_H

#include "base/instant.h"

#include <stddef.h>

typedef enum {
  RT_DUE_PAGE_OPENS,
  RT_DUE_PAGE_WAKES,    // the timer that an embed asked for
  RT_DUE_PAGE_CHANGES,  // hidden, shown, offline, resized, closed, …: the page's next turn
  RT_DUE_PAGE_HAS_BODY,
  RT_DUE_VISITOR,  // looks, scrolls, follows, closes
  RT_DUE_VISITOR_LOOKS,
  RT_DUE_PUBLISHER,  // the publisher's server triggers
  RT_DUE_REQUEST,    // a message comes to the API
  RT_DUE_ANSWER,     // and its answer back
  RT_DUE_WAIT_OVER,  // of a long poll
  RT_DUE_COMMIT,     // the open batch becomes durable
  RT_DUE_OUTAGE,     // begins or ends
  RT_DUE_CRASH,      // the API dies or comes up again
  RT_DUE_WALL_JUMP,
  RT_DUE_HEALING,  // the fault phase is over
} rt_due_kind;

typedef struct {
  rt_instant at;
  uint64_t sequence;  // given by the queue
  rt_due_kind kind;
  uint32_t actor;       // a page or a message
  uint32_t generation;  // of a message: an entry about an earlier one in the same place is stale
} rt_due;

typedef struct {
  rt_due *entries;  // a heap with four children a node
  size_t count, capacity;
  uint64_t sequence;
} rt_event_queue;

// An empty queue is all zero.
void rt_event_queue_close(rt_event_queue *queue);

// False: no memory.
bool rt_event_queue_add(rt_event_queue *queue, const rt_due *due);

// The earliest entry, and taking it. False: there is none.
bool rt_event_queue_peek(const rt_event_queue *queue, rt_due *due);
bool rt_event_queue_take(rt_event_queue *queue, rt_due *due);

#endif
