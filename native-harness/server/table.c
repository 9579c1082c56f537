// table.c: chained hashing over slots that are reused.
// Ids are random or keyed hashes, so their first bytes serve as the hash.
// SPDX-License-Identifier: MIT
#include "server/table.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 64 };
#define NONE UINT32_MAX

// In front of each record.
typedef struct {
  rt_id id;
  uint32_t next;  // in the chain, or in the list of free slots
  bool is_used;
} slot;

struct rt_table {
  size_t record_size, stride;
  uint32_t maximum, capacity, count, free, hand;
  uint32_t *chains;  // `capacity` of them, a power of two
  char *slots;
};

static const size_t head = (sizeof(slot) + 7) & ~(size_t)7;

static slot *slot_at(const rt_table *table, uint32_t index) {
  return (slot *)(void *)(table->slots + (size_t)index * table->stride);
}

static void *record_of(slot *at) { return (char *)at + head; }

static uint32_t *chain_of(const rt_table *table, const rt_id *id) {
  uint32_t hash;
  memcpy(&hash, id->bytes, sizeof hash);
  return &table->chains[hash & (table->capacity - 1)];
}

rt_table *rt_table_open(size_t record_size, uint32_t maximum) {
  rt_table *table = calloc(1, sizeof *table);
  if (table == NULL) return NULL;
  table->record_size = record_size;
  table->stride = head + ((record_size + 7) & ~(size_t)7);
  table->maximum = maximum;
  table->free = NONE;
  return table;
}

void rt_table_close(rt_table *table) {
  if (table == NULL) return;
  free(table->chains);
  free(table->slots);
  free(table);
}

// Doubles the room and hangs every used slot into its new chain.
static bool grow(rt_table *table) {
  const uint32_t capacity = table->capacity == 0 ? FIRST_CAPACITY : table->capacity * 2;
  if (table->capacity > UINT32_MAX / 4) return false;
  char *slots = realloc(table->slots, (size_t)capacity * table->stride);
  if (slots == NULL) return false;
  table->slots = slots;
  uint32_t *chains = realloc(table->chains, (size_t)capacity * sizeof *chains);
  if (chains == NULL) return false;
  table->chains = chains;
  memset(chains, 0xFF, (size_t)capacity * sizeof *chains);
  const uint32_t first_new = table->capacity;
  table->capacity = capacity;
  for (uint32_t i = 0; i < first_new; i++) {
    slot *at = slot_at(table, i);
    if (!at->is_used) continue;
    uint32_t *chain = chain_of(table, &at->id);
    at->next = *chain;
    *chain = i;
  }
  for (uint32_t i = capacity; i-- > first_new;) {
    slot *at = slot_at(table, i);
    *at = (slot){.next = table->free};
    table->free = i;
  }
  return true;
}

static uint32_t *find_link(const rt_table *table, const rt_id *id) {
  if (table->capacity == 0) return NULL;
  uint32_t *link = chain_of(table, id);
  while (*link != NONE && !rt_id_equal(&slot_at(table, *link)->id, id)) link = &slot_at(table, *link)->next;
  return *link == NONE ? NULL : link;
}

void *rt_table_find(const rt_table *table, const rt_id *id) {
  const uint32_t *link = find_link(table, id);
  return link == NULL ? NULL : record_of(slot_at(table, *link));
}

void *rt_table_insert(rt_table *table, const rt_id *id) {
  if (table->count >= table->maximum) return NULL;
  if (table->free == NONE && !grow(table)) return NULL;
  const uint32_t index = table->free;
  slot *at = slot_at(table, index);
  table->free = at->next;
  uint32_t *chain = chain_of(table, id);
  *at = (slot){.id = *id, .next = *chain, .is_used = true};
  *chain = index;
  table->count++;
  memset(record_of(at), 0, table->record_size);
  return record_of(at);
}

void rt_table_remove(rt_table *table, const rt_id *id) {
  uint32_t *link = find_link(table, id);
  if (link == NULL) return;
  const uint32_t index = *link;
  slot *at = slot_at(table, index);
  *link = at->next;
  *at = (slot){.next = table->free};
  table->free = index;
  table->count--;
}

uint32_t rt_table_count(const rt_table *table) { return table->count; }

uint32_t rt_table_places(const rt_table *table) { return table->capacity; }

void *rt_table_sweep(rt_table *table, rt_id *id) {
  if (table->capacity == 0) return NULL;
  table->hand = (table->hand + 1) & (table->capacity - 1);
  slot *at = slot_at(table, table->hand);
  if (!at->is_used) return NULL;
  *id = at->id;
  return record_of(at);
}

void *rt_table_next(const rt_table *table, uint32_t *cursor, rt_id *id) {
  while (*cursor < table->capacity) {
    slot *at = slot_at(table, (*cursor)++);
    if (!at->is_used) continue;
    *id = at->id;
    return record_of(at);
  }
  return NULL;
}
