// api_store.h: where the simulated API keeps what outlives it: in tables, or in the real database on a disk that forgets.
// Both take a website, become durable, refuse and lose what was not durable when their world says so, so that api.c does
// not ask which it has. The service sees either through rt_store.
// SPDX-License-Identifier: MIT
#ifndef RT_SIM_API_STORE_H
#define RT_SIM_API_STORE_H

#include "base/prng.h"
#include "server/auth.h"
#include "sim/world.h"

typedef struct rt_api_store rt_api_store;

// An empty installation with its keys, nobody's process yet. What is unguessable is drawn from `entropy`, what becomes of
// things unsynced from `chance`. NULL: no memory.
rt_api_store *rt_api_store_make(rt_store_kind kind, rt_entropy entropy, rt_prng chance, rt_wall wall);
void rt_api_store_free(rt_api_store *store);

// The operator's work, before the API starts. A website's number and keys are filled in, its bytes are borrowed for the
// store's life. False: no memory.
bool rt_api_store_add_website(rt_api_store *store, rt_website *website, char secret[RT_SECRET_TEXT_CAPACITY]);
bool rt_api_store_add_offer(rt_api_store *store, const rt_catalog_offer *offer);

// A process starts. False: the database cannot be opened, `why` says why; it may be tried again.
typedef struct {
  char text[200];
} rt_api_store_reason;
bool rt_api_store_open(rt_api_store *store, rt_wall wall, rt_api_store_reason *why);

// While it is open.
rt_store rt_api_store_interface(rt_api_store *store);
const rt_keys *rt_api_store_keys(const rt_api_store *store);

typedef enum {
  RT_COMMIT_NOTHING,  // nothing was handed in
  RT_COMMIT_DONE,
  RT_COMMIT_FAILED,  // and is to be tried again
} rt_commit_result;

// Makes the open batch durable, or what failed before.
rt_commit_result rt_api_store_commit(rt_api_store *store, rt_wall wall, uint64_t *batch);

// The same, and the power goes at some moment of it, or right after. A crash is due.
rt_commit_result rt_api_store_commit_in_the_dark(rt_api_store *store, rt_wall wall, uint64_t *batch);

// The process dies, and the machine with it or not: what was not durable is lost, or not. False: no memory.
bool rt_api_store_crash(rt_api_store *store);

// From now on the disk cannot be written, synced or read, in a way that is drawn; or can again.
void rt_api_store_break(rt_api_store *store);
void rt_api_store_mend(rt_api_store *store);

// Whether what lies on the disk is a whole database; tables always are. It must be open. `why` says what is wrong.
bool rt_api_store_is_sound(rt_api_store *store, rt_api_store_reason *why);
bool rt_api_store_is_checked(rt_api_store *store);  // a draw: not every start needs such a long look

#endif
