// disk_parts.h: files and names of the disk, for disk.c and disk_vfs.c alone.
// SPDX-License-Identifier: MIT
#ifndef RT_SIM_DISK_PARTS_H
#define RT_SIM_DISK_PARTS_H

#include <sqlite3.h>

#include "sim/disk.h"

enum { RT_DISK_NAME_CAPACITY = 64, RT_DISK_SHM_LOCKS = 8 };

typedef struct {
  char *bytes;
  size_t length, capacity;
} rt_disk_bytes;

// What happened to a file since it was synced last.
typedef struct {
  uint64_t sequence;
  bool is_truncation;
  size_t offset, length;  // of a truncation: `offset` is the new length
  size_t start;           // in `unsynced`
} rt_disk_change;

typedef struct rt_disk_file {
  struct rt_disk_file *next;
  uint32_t users;  // open handles and names, those that a power cut may bring back included
  rt_disk_bytes now, durable, unsynced;
  rt_disk_change *changes;
  size_t change_count, change_capacity;
  bool is_deceptive;               // `now` has what a failed sync gave up
  struct rt_disk_handle *handles;  // the open ones
  char **shm;                      // regions of the memory that its connections share
  int shm_count, shm_users;
} rt_disk_file;

// A name, and which file it stood for since its directory was synced last: the first is durable, the last is now. NULL:
// none.
typedef struct rt_disk_entry {
  struct rt_disk_entry *next;
  char name[RT_DISK_NAME_CAPACITY];
  struct {
    rt_disk_file *file;
    uint64_t sequence;
  } * states;
  size_t state_count, state_capacity;
} rt_disk_entry;

// An open file, as SQLite has it.
typedef struct rt_disk_handle {
  sqlite3_file base;
  rt_disk *disk;
  rt_disk_file *file;
  struct rt_disk_handle *next;  // of the same file
  bool is_directory_sync_due;   // with its first sync
  char deleted_on_close[RT_DISK_NAME_CAPACITY];
  int lock;                            // SQLITE_LOCK_…
  uint32_t shm_shared, shm_exclusive;  // bits of the locks held
  bool is_shm_mapped;
} rt_disk_handle;

struct rt_disk {
  sqlite3_vfs vfs;
  char name[32];
  rt_prng chance, randomness;
  rt_wall wall;
  rt_disk_trouble trouble;
  bool is_cut, is_cut_due;
  uint32_t cut_after;
  uint64_t sequence;
  rt_disk_file *files;
  rt_disk_entry *entries, **last_entry;  // in the order in which they were first made
};

// Counts a call that is about to change something. False: the power is gone.
bool rt_disk_may_change(rt_disk *disk);

// The file of a name now; NULL: none.
rt_disk_file *rt_disk_find(const rt_disk *disk, const char *name);

// Makes a file, under a name or (NULL) under none. It has one user more than its name: the caller. NULL: no memory.
rt_disk_file *rt_disk_make(rt_disk *disk, const char *name);
bool rt_disk_remove(rt_disk *disk, const char *name);  // false: no memory
void rt_disk_drop(rt_disk *disk, rt_disk_file *file);  // a user less

// Each gives false without memory.
bool rt_disk_write(rt_disk *disk, rt_disk_file *file, const void *bytes, size_t offset, size_t length);
bool rt_disk_truncate(rt_disk *disk, rt_disk_file *file, size_t length);
bool rt_disk_sync(rt_disk_file *file);
void rt_disk_sync_names(rt_disk *disk);

// A sync that failed: what it was to write stays to be written, or some or all of it is given up. False: no memory.
bool rt_disk_fail_sync(rt_disk *disk, rt_disk_file *file);

void rt_disk_free_shm(rt_disk_file *file);

// The file system as SQLite wants it, but for its name.
sqlite3_vfs rt_disk_vfs(rt_disk *disk);

#endif
