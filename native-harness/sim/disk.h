// disk.h: a disk in memory that keeps, when the power goes, what was synced and of the rest whatever chance leaves.
// SQLite sees it as a file system of its own (a VFS). What a file reads as and what of it is durable are two things: a
// write is in the first at once and in the second only after a sync, and until then a power cut may keep it, drop it,
// tear it at a sector or keep a later write without an earlier one. Names are the same: a file that was made or removed
// is so for certain only once its directory was synced, which SQLite does with the first sync of a journal or log that
// it opened (its own VFS for Unix, unixSync). Calls come from one thread. Knows no table and no service.
// SPDX-License-Identifier: MIT
#ifndef RT_SIM_DISK_H
#define RT_SIM_DISK_H

#include "base/instant.h"
#include "base/prng.h"

// Written whole or not at all, wherever it lies. SQLite asks for no more (https://www.sqlite.org/psow.html).
enum { RT_DISK_SECTOR = 512 };

typedef struct rt_disk rt_disk;

// An empty disk, known to SQLite under rt_disk_name until it is closed. Seeds SQLite's own generator, which the process
// has one of, so that two disks at a time are seeded by the later one. NULL: no memory.
rt_disk *rt_disk_open(rt_prng chance);
void rt_disk_close(rt_disk *disk);  // after every connection to it
const char *rt_disk_name(const rt_disk *disk);

// What the clock of its machine shows from now on.
void rt_disk_set_wall(rt_disk *disk, rt_wall wall);

// What is wrong with it from now on. What was synced stays as it is.
typedef enum {
  RT_DISK_SOUND,
  RT_DISK_FULL,        // a write gets no further than some of its sectors (SQLITE_FULL)
  RT_DISK_UNWRITABLE,  // the same, with SQLITE_IOERR_WRITE
  // A sync fails with SQLITE_IOERR_FSYNC, and what it was to make durable may be given up for good while it still reads
  // as if it were there, as Linux does (https://lwn.net/Articles/752063/).
  RT_DISK_UNSYNCABLE,
  RT_DISK_UNREADABLE  // SQLITE_IOERR_READ
} rt_disk_trouble;
void rt_disk_set_trouble(rt_disk *disk, rt_disk_trouble trouble);

// The power goes after so many more calls that change something: from then on every call fails, and rt_disk_restart is
// due. Before that, closing its connections changes nothing any more: that is how a process dies on it.
void rt_disk_cut_after(rt_disk *disk, uint32_t changes);
bool rt_disk_is_cut(const rt_disk *disk);

// What reads as being in the file is durable, and what a failed sync gave up no longer reads as if it were there: what
// rt_database_open does with the log of a database on Linux. False: it cannot be synced now, or there is no memory.
bool rt_disk_settle(rt_disk *disk, const char *name);

// What becomes of everything that was not synced.
typedef enum {
  RT_LOSS_NONE,    // only the process died: the system will still write it, some time
  RT_LOSS_ALL,     // nothing of it was written
  RT_LOSS_LATEST,  // it was written in order; the last write that came through may be torn
  RT_LOSS_ANY,     // each write was kept, torn or dropped, in no order; a file may have grown without what it grew for
} rt_disk_loss;

// The machine is up again. No connection may be open. False: no memory.
bool rt_disk_restart(rt_disk *disk, rt_disk_loss loss);

// How many calls have changed something since the disk was opened, and a fingerprint of what a restart would find if the
// power went now and nothing unsynced were kept.
uint64_t rt_disk_change_count(const rt_disk *disk);
uint64_t rt_disk_fingerprint(const rt_disk *disk);

#endif
