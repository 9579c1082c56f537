// store_memory.h: the store without a file: for the simulator and for tests, who decide when a batch becomes durable.
// What is committed outlives a service; what is open is lost with it, as in a crash.
// SPDX-License-Identifier: MIT
#ifndef RT_SERVER_STORE_MEMORY_H
#define RT_SERVER_STORE_MEMORY_H

#include "server/catalog.h"
#include "server/store.h"

typedef struct rt_store_memory rt_store_memory;

rt_store_memory *rt_store_memory_open(void);  // NULL: no memory
void rt_store_memory_close(rt_store_memory *store);
rt_store rt_store_memory_interface(rt_store_memory *store);

// Add a copy, slices borrowed for ever; what comes back may be changed later, with a touch after it. NULL: no memory,
// or more than 16 websites or 256 offers.
rt_website *rt_store_memory_add_website(rt_store_memory *store, const rt_website *website);
rt_catalog_offer *rt_store_memory_add_offer(rt_store_memory *store, const rt_catalog_offer *offer);
void rt_store_memory_touch(rt_store_memory *store);

// Makes the open batch durable and gives its number; 0: nothing was open.
uint64_t rt_store_memory_commit(rt_store_memory *store);

// A crash: what was not committed never was.
void rt_store_memory_crash(rt_store_memory *store);

// How many changes an open batch takes (default 1024); 0 is a disk that is full.
void rt_store_memory_set_room(rt_store_memory *store, size_t changes);

// False is a disk that gives read errors: everything the service asks for fails.
void rt_store_memory_set_readable(rt_store_memory *store, bool is_readable);

// What is durable. NULL: nothing of that id.
const rt_session *rt_store_memory_session(const rt_store_memory *store, const rt_id *id);
const rt_request *rt_store_memory_request(const rt_store_memory *store, const rt_id *id);
size_t rt_store_memory_ping_count(const rt_store_memory *store);

#endif
