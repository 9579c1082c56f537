// store_sqlite.h: the store in a database file.
// Two connections: the service's thread reads, the writer's thread commits batches; a mutex guards only the open batch.
// SPDX-License-Identifier: MIT
#ifndef RT_SERVER_STORE_SQLITE_H
#define RT_SERVER_STORE_SQLITE_H

#include "server/database.h"
#include "server/store.h"

typedef struct rt_store_sqlite rt_store_sqlite;

// Opens the file twice. NULL: `why` says why.
rt_store_sqlite *rt_store_sqlite_open(const rt_database_file *file, rt_sentence *why);
void rt_store_sqlite_close(rt_store_sqlite *store);

// The interface for the service; valid until closed.
rt_store rt_store_sqlite_interface(rt_store_sqlite *store);
const rt_keys *rt_store_sqlite_keys(const rt_store_sqlite *store);

// For the writer's thread. Waits until there is something to commit (false: nothing came in `at_most`, or the store is
// stopping and empty), closes the open batch and makes it the one to commit.
bool rt_store_sqlite_wait(rt_store_sqlite *store, rt_millis at_most);

// Commits the closed batch and gives its number; 0: it failed, `why` says why, and the batch stays to be tried again.
uint64_t rt_store_sqlite_commit(rt_store_sqlite *store, rt_sentence *why);

// Removes what is past its retention (native-harness/server/schema.sql), a part at a time. True: there is more. Writer's thread.
bool rt_store_sqlite_prune(rt_store_sqlite *store, rt_wall now);

// Ends waits: from now on rt_store_sqlite_wait returns at once.
void rt_store_sqlite_stop(rt_store_sqlite *store);

#endif
