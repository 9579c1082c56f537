// orders.c: breadth first, one length after another, each situation once.
// SPDX-License-Identifier: MIT
#include "orders.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

#define NOBODY UINT32_MAX

typedef struct {
  uint64_t orders;  // how many lead here
  uint32_t before;  // the situation of the length before
  occurrence last;  // what happened there
  size_t key_at;    // its key in the level's keys
  uint32_t key_length;
} node;

// All situations after so many events.
typedef struct {
  node *nodes;
  char *situations, *keys;
  uint32_t *index;  // hash table of node numbers
  size_t count, capacity, keys_length, keys_capacity, index_size;
} level;

page page_of(rt_presence presence) {
  if (rt_presence_is_awake(presence)) return PAGE_AWAKE;
  if (presence.is_online) return PAGE_HIDDEN;
  return presence.is_visible ? PAGE_OFFLINE : PAGE_HIDDEN_AND_OFFLINE;
}

static void *grown(void *memory, size_t size) {
  void *larger = realloc(memory, size);
  if (larger == NULL) fail_msg("no memory for %zu bytes of situations", size);
  return larger;
}

// FNV-1a, 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/).
static uint64_t hash_of(const char *key, size_t length) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)key[i]) * 0x100000001b3u;
  return hash ^ hash >> 32;
}

// Where `key` stands in the index, or the free place where it belongs.
static size_t place_of(const level *in, const char *key, size_t length) {
  size_t place = hash_of(key, length) & (in->index_size - 1);
  for (; in->index[place] != NOBODY; place = (place + 1) & (in->index_size - 1)) {
    const node *known = &in->nodes[in->index[place]];
    if (known->key_length == length && memcmp(in->keys + known->key_at, key, length) == 0) break;
  }
  return place;
}

static void make_room(level *in, size_t situation_size) {
  if (in->count == in->capacity) {
    in->capacity = in->capacity == 0 ? 1024 : in->capacity * 2;
    in->nodes = grown(in->nodes, in->capacity * sizeof(node));
    in->situations = grown(in->situations, in->capacity * situation_size);
  }
  if (in->keys_capacity - in->keys_length < MAX_KEY) {
    in->keys_capacity = in->keys_capacity * 2 + 1024 * MAX_KEY;
    in->keys = grown(in->keys, in->keys_capacity);
  }
  if (in->index_size > in->count * 2) return;
  in->index_size = in->index_size == 0 ? 4096 : in->index_size * 2;
  in->index = grown(in->index, in->index_size * sizeof *in->index);
  memset(in->index, 0xff, in->index_size * sizeof *in->index);
  for (uint32_t i = 0; i < in->count; i++) {
    in->index[place_of(in, in->keys + in->nodes[i].key_at, in->nodes[i].key_length)] = i;
  }
}

static void add(level *in, const flow_world *world, const void *situation, node made) {
  make_room(in, world->situation_size);
  char *key = in->keys + in->keys_length;
  const size_t length = world->key(situation, key);
  if (length > MAX_KEY) fail_msg("a key of %s has %zu bytes", world->name, length);
  const size_t place = place_of(in, key, length);
  if (in->index[place] != NOBODY) {
    in->nodes[in->index[place]].orders += made.orders;
    return;
  }
  made.key_at = in->keys_length;
  made.key_length = (uint32_t)length;
  in->keys_length += length;
  in->index[place] = (uint32_t)in->count;
  in->nodes[in->count] = made;
  memcpy(in->situations + in->count * world->situation_size, situation, world->situation_size);
  in->count++;
}

static void forget(level *which) {
  free(which->nodes);
  free(which->situations);
  free(which->keys);
  free(which->index);
}

// Remembers which order of events led to what broke a promise.
static void note_broken(const level *levels, uint32_t length, uint32_t at, occurrence last, findings *found) {
  found->order_length = length + 1;
  found->order[length] = last;
  for (uint32_t i = length; i > 0; i--) {
    found->order[i - 1] = levels[i].nodes[at].last;
    at = levels[i].nodes[at].before;
  }
}

static void note(findings *found, occurrence what, const outcome *seen) {
  if (seen->from == seen->to && seen->wants == 0) return;
  for (size_t i = 0; i < found->row_count; i++) {
    table_row *row = &found->rows[i];
    if (row->from != seen->from || row->fact != what.fact || row->to != seen->to || row->wants != seen->wants) continue;
    row->pages |= seen->page;
    row->is_told = row->is_told || seen->is_told;
    return;
  }
  assert_true(found->row_count < MAX_ROWS);
  found->rows[found->row_count++] =
      (table_row){seen->from, what.fact, seen->to, seen->wants, seen->page, seen->is_told};
}

// Lets everything happen to each situation of one length; what it leads to is kept only if it is to be gone on from.
static void go_on(const flow_world *world, level *levels, uint32_t length, bool is_last, findings *found) {
  const level *here = &levels[length];
  found->situations += here->count;
  _Alignas(8) char situation[MAX_SITUATION];
  for (uint32_t at = 0; at < here->count; at++) {
    for (occurrence what = {0}; what.fact < world->fact_count; what.fact++) {
      for (what.moment = 0; what.moment < world->moment_count; what.moment++) {
        memcpy(situation, here->situations + at * world->situation_size, world->situation_size);
        const outcome seen = world->happen(situation, what);
        if (!seen.can_happen) continue;
        if (seen.broken != NULL) {
          found->broken = seen.broken;
          note_broken(levels, length, at, what, found);
          return;
        }
        note(found, what, &seen);
        found->orders += here->nodes[at].orders;
        if (is_last) continue;
        add(&levels[length + 1], world, situation,
            (node){.orders = here->nodes[at].orders, .before = at, .last = what});
      }
    }
  }
}

void try_all_orders(const flow_world *world, uint64_t seed, uint32_t events, findings *found) {
  assert_true(events <= MAX_EVENTS && world->situation_size <= MAX_SITUATION);
  level levels[MAX_EVENTS + 1] = {0};
  _Alignas(8) char situation[MAX_SITUATION] = {0};
  world->begin(situation, seed);
  add(&levels[0], world, situation, (node){.orders = 1});
  for (uint32_t length = 0; length < events && found->broken == NULL; length++) {
    go_on(world, levels, length, length + 1 == events, found);
  }
  for (uint32_t length = 0; length <= events; length++) forget(&levels[length]);
}
