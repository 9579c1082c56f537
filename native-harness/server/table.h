// table.h: records of one size, found by id, bounded in number.
// Grows by doubling up to its maximum. Knows nothing of what it holds; whoever sweeps decides what is dead.
// SPDX-License-Identifier: MIT
#ifndef RT_SERVER_TABLE_H
#define RT_SERVER_TABLE_H

#include <stdint.h>

#include "server/identity.h"

typedef struct rt_table rt_table;

// An empty table; `maximum` records at most. NULL when there is no memory.
rt_table *rt_table_open(size_t record_size, uint32_t maximum);
void rt_table_close(rt_table *table);

// The record of `id`, or NULL. Good until the next insert or remove.
void *rt_table_find(const rt_table *table, const rt_id *id);

// A zeroed record for an id that is not in the table; NULL when the table is full or there is no memory.
void *rt_table_insert(rt_table *table, const rt_id *id);

void rt_table_remove(rt_table *table, const rt_id *id);
uint32_t rt_table_count(const rt_table *table);

// How many steps of the hand visit every place once.
uint32_t rt_table_places(const rt_table *table);

// Moves a hand one place on and gives the record there, NULL if the place is empty; all places are visited in turn.
// Two steps per insert keep a table free of dead records at a fixed cost.
void *rt_table_sweep(rt_table *table, rt_id *id);

// Every record in turn: start with a cursor of 0 and go on until NULL. Nothing may be inserted or removed meanwhile.
void *rt_table_next(const rt_table *table, uint32_t *cursor, rt_id *id);

#endif
