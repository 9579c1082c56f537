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
  RT_DUE_PAGE_DRAWS,  // the next frame
  RT_DUE_CONTAINER,   // a section's element comes or goes
  RT_DUE_PUBLISHER,   // the publisher's server triggers
  RT_DUE_REQUEST,     // a message comes to the API
  RT_DUE_ANSWER,      // and its answer back
  RT_DUE_WAIT_OVER,   // of a long poll, or for a batch
  RT_DUE_COMMIT,      // the open batch becomes durable
  RT_DUE_OUTAGE,      // begins or ends
  RT_DUE_CRASH,       // the API dies or comes up again
  RT_DUE_RESTART,     // the API's machine has power again
  RT_DUE_DISK,        // the API's disk breaks or is sound again
  RT_DUE_WALL_JUMP,
  RT_DUE_HEALING,  // the fault phase is over

  RT_DUE_LAST_OF_PAGE = RT_DUE_PUBLISHER,  // the actor of these is a page
  RT_DUE_FIRST_OF_MESSAGE = RT_DUE_REQUEST,
  RT_DUE_LAST_OF_MESSAGE = RT_DUE_WAIT_OVER,
} rt_due_kind;

typedef struct {
  rt_instant at;
  rt_due_kind kind;
  uint32_t actor;       // a page or a message
  uint32_t generation;  // of a message: an entry about an earlier one in the same place is stale
} rt_due;

// One entry and the one behind it in its millisecond, or in the list of free places.
typedef struct {
  rt_due due;
  uint64_t sequence;
  uint32_t next;
} rt_due_place;

enum { RT_NEAR_MS = 1 << 14 };

// A wheel of a slot a millisecond for the next 16 seconds, in which nearly everything falls, and a heap for what lies
// behind it: a hundred thousand widgets cost an entry no more than a hundred do.
typedef struct {
  rt_due_place *places;
  size_t place_count, place_capacity;
  uint32_t free_place;
  struct {
    uint32_t first, last;
  } * slots;
  uint32_t *far;  // a heap of places with four children a node
  size_t far_count, far_capacity;
  uint64_t sequence;
  size_t count;
  int64_t near_from;    // what was taken last was due then; the slots hold what is due from here on
  int64_t empty_until;  // before it no slot holds anything
} rt_event_queue;

// An empty queue is all zero.
void rt_event_queue_close(rt_event_queue *queue);

// Nothing may be added that is due before what was taken last. False: no memory.
bool rt_event_queue_add(rt_event_queue *queue, const rt_due *due);

// The earliest entry, and taking it. False: there is none.
bool rt_event_queue_peek(rt_event_queue *queue, rt_due *due);
// The entry so many places behind the one taken last, if it is of the same millisecond: for whoever wants to have at hand
// what it concerns.
const rt_due *rt_event_queue_ahead(const rt_event_queue *queue, uint32_t places);
bool rt_event_queue_take(rt_event_queue *queue, rt_due *due);

#endif
