// disk_vfs.c: the disk as SQLite's file system: open files, locks, the memory that connections to one file share.
// What SQLite's own VFS for Unix promises and asks for, this one does too: the first sync of a journal or log that was
// opened to be created syncs the directory, a file without bytes does not count as there, a page may be written over
// without harm to its neighbours, and memory that is shared is gone with its last user.
// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/disk_parts.h"

enum { SHM_REGIONS = 256 };

static rt_disk_handle *handle_of(sqlite3_file *file) { return (rt_disk_handle *)file; }

// ---------------------------------------------------------------- bytes

static int read_bytes(sqlite3_file *base, void *bytes, int length, sqlite3_int64 offset) {
  const rt_disk_handle *handle = handle_of(base);
  const rt_disk_bytes *now = &handle->file->now;
  if (handle->disk->is_cut || handle->disk->trouble == RT_DISK_UNREADABLE) return SQLITE_IOERR_READ;
  const size_t there = (size_t)offset < now->length ? now->length - (size_t)offset : 0;
  const size_t taken = there < (size_t)length ? there : (size_t)length;
  if (taken > 0) memcpy(bytes, now->bytes + offset, taken);
  if (taken == (size_t)length) return SQLITE_OK;
  memset((char *)bytes + taken, 0, (size_t)length - taken);
  return SQLITE_IOERR_SHORT_READ;
}

static int write_bytes(sqlite3_file *base, const void *bytes, int length, sqlite3_int64 offset) {
  const rt_disk_handle *handle = handle_of(base);
  rt_disk *disk = handle->disk;
  size_t taken = (size_t)length;
  int code = SQLITE_OK;
  if (!rt_disk_may_change(disk)) return SQLITE_IOERR_WRITE;
  if (disk->trouble == RT_DISK_FULL || disk->trouble == RT_DISK_UNWRITABLE) {
    code = disk->trouble == RT_DISK_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    taken = rt_draw_below(rt_prng_next(&disk->chance), (uint32_t)taken / RT_DISK_SECTOR + 1) * RT_DISK_SECTOR;
    if (taken == (size_t)length) taken = 0;
  }
  if (taken > 0 && !rt_disk_write(disk, handle->file, bytes, (size_t)offset, taken)) return SQLITE_IOERR_NOMEM;
  return code;
}

static int truncate_file(sqlite3_file *base, sqlite3_int64 length) {
  const rt_disk_handle *handle = handle_of(base);
  if (!rt_disk_may_change(handle->disk)) return SQLITE_IOERR_TRUNCATE;
  return rt_disk_truncate(handle->disk, handle->file, (size_t)length) ? SQLITE_OK : SQLITE_IOERR_NOMEM;
}

static int sync_file(sqlite3_file *base, int flags) {
  rt_disk_handle *handle = handle_of(base);
  rt_disk *disk = handle->disk;
  (void)flags;  // full or normal, data only or not: on Linux all of them are the same fdatasync or fsync
  if (!rt_disk_may_change(disk)) return SQLITE_IOERR_FSYNC;
  if (disk->trouble == RT_DISK_UNSYNCABLE)
    return rt_disk_fail_sync(disk, handle->file) ? SQLITE_IOERR_FSYNC : SQLITE_IOERR_NOMEM;
  if (!rt_disk_sync(handle->file)) return SQLITE_IOERR_NOMEM;
  if (handle->is_directory_sync_due) rt_disk_sync_names(disk);
  handle->is_directory_sync_due = false;
  return SQLITE_OK;
}

static int file_size(sqlite3_file *base, sqlite3_int64 *length) {
  *length = (sqlite3_int64)handle_of(base)->file->now.length;
  return SQLITE_OK;
}

// ---------------------------------------------------------------- locks

// The strongest lock that anybody else holds.
static int strongest_other(const rt_disk_handle *handle) {
  int strongest = SQLITE_LOCK_NONE;
  for (const rt_disk_handle *at = handle->file->handles; at != NULL; at = at->next) {
    if (at != handle && at->lock > strongest) strongest = at->lock;
  }
  return strongest;
}

static int lock_file(sqlite3_file *base, int wanted) {
  rt_disk_handle *handle = handle_of(base);
  const int other = strongest_other(handle);
  if (handle->disk->is_cut) return SQLITE_IOERR_LOCK;
  if (handle->lock >= wanted) return SQLITE_OK;
  if (wanted == SQLITE_LOCK_SHARED && other >= SQLITE_LOCK_PENDING) return SQLITE_BUSY;
  if (wanted >= SQLITE_LOCK_RESERVED && other >= SQLITE_LOCK_RESERVED) return SQLITE_BUSY;
  if (wanted == SQLITE_LOCK_EXCLUSIVE && other >= SQLITE_LOCK_SHARED) {
    handle->lock = SQLITE_LOCK_PENDING;  // nobody new may read, so that those who do come to an end
    return SQLITE_BUSY;
  }
  handle->lock = wanted;
  return SQLITE_OK;
}

static int unlock_file(sqlite3_file *base, int wanted) {
  rt_disk_handle *handle = handle_of(base);
  if (handle->lock > wanted) handle->lock = wanted;
  return SQLITE_OK;
}

static int check_reserved_lock(sqlite3_file *base, int *is_reserved) {
  const rt_disk_handle *handle = handle_of(base);
  *is_reserved = handle->lock >= SQLITE_LOCK_RESERVED || strongest_other(handle) >= SQLITE_LOCK_RESERVED;
  return handle->disk->is_cut ? SQLITE_IOERR_CHECKRESERVEDLOCK : SQLITE_OK;
}

// ---------------------------------------------------------------- shared memory of a log

static int map_shm(sqlite3_file *base, int region, int size, int is_extended, void volatile **mapped) {
  rt_disk_handle *handle = handle_of(base);
  rt_disk_file *file = handle->file;
  *mapped = NULL;
  if (handle->disk->is_cut) return SQLITE_IOERR_SHMMAP;
  if (region >= SHM_REGIONS) return SQLITE_IOERR_NOMEM;
  if (!handle->is_shm_mapped) file->shm_users++;
  handle->is_shm_mapped = true;
  if (region >= file->shm_count && !is_extended) return SQLITE_OK;
  if (file->shm == NULL) file->shm = calloc(SHM_REGIONS, sizeof *file->shm);
  while (file->shm != NULL && file->shm_count <= region) {
    char *made = calloc(1, (size_t)size);
    if (made == NULL) return SQLITE_IOERR_NOMEM;
    file->shm[file->shm_count++] = made;
  }
  if (file->shm == NULL) return SQLITE_IOERR_NOMEM;
  *mapped = file->shm[region];
  return SQLITE_OK;
}

static int lock_shm(sqlite3_file *base, int first, int count, int flags) {
  rt_disk_handle *handle = handle_of(base);
  const uint32_t bits = ((1u << count) - 1) << first;
  if ((flags & SQLITE_SHM_UNLOCK) != 0) {
    handle->shm_shared &= ~bits;
    handle->shm_exclusive &= ~bits;
    return SQLITE_OK;
  }
  if (handle->disk->is_cut) return SQLITE_IOERR_SHMLOCK;
  for (const rt_disk_handle *at = handle->file->handles; at != NULL; at = at->next) {
    if (at == handle) continue;
    const bool is_shared = (flags & SQLITE_SHM_SHARED) != 0;
    if ((at->shm_exclusive & bits) != 0 || (!is_shared && (at->shm_shared & bits) != 0)) return SQLITE_BUSY;
  }
  *((flags & SQLITE_SHM_SHARED) != 0 ? &handle->shm_shared : &handle->shm_exclusive) |= bits;
  return SQLITE_OK;
}

static void pass_shm_barrier(sqlite3_file *base) { (void)base; }  // there is one thread

static int unmap_shm(sqlite3_file *base, int is_deleted) {
  rt_disk_handle *handle = handle_of(base);
  (void)is_deleted;  // the next one finds it empty either way, and rebuilds it from the log
  handle->shm_shared = handle->shm_exclusive = 0;
  if (handle->is_shm_mapped && --handle->file->shm_users == 0) rt_disk_free_shm(handle->file);
  handle->is_shm_mapped = false;
  return SQLITE_OK;
}

// ---------------------------------------------------------------- opening and closing

static int control_file(sqlite3_file *base, int operation, void *argument) {
  (void)base;
  (void)operation;
  (void)argument;
  return SQLITE_NOTFOUND;
}

static int sector_size(sqlite3_file *base) {
  (void)base;
  return 4096;  // what the VFS for Unix says of every disk
}

static int device_characteristics(sqlite3_file *base) {
  (void)base;
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int delete_file(sqlite3_vfs *vfs, const char *name, int is_directory_synced) {
  rt_disk *disk = vfs->pAppData;
  if (!disk->is_cut && rt_disk_find(disk, name) == NULL) return SQLITE_IOERR_DELETE_NOENT;
  if (!rt_disk_may_change(disk)) return SQLITE_IOERR_DELETE;
  if (!rt_disk_remove(disk, name)) return SQLITE_IOERR_NOMEM;
  if (is_directory_synced) rt_disk_sync_names(disk);
  return SQLITE_OK;
}

static int close_file(sqlite3_file *base) {
  rt_disk_handle *handle = handle_of(base);
  unmap_shm(base, 0);
  rt_disk_handle **link = &handle->file->handles;
  while (*link != handle) link = &(*link)->next;
  *link = handle->next;
  rt_disk_drop(handle->disk, handle->file);
  if (handle->deleted_on_close[0] != '\0') delete_file(&handle->disk->vfs, handle->deleted_on_close, 0);
  base->pMethods = NULL;
  return SQLITE_OK;
}

static const sqlite3_io_methods methods = {.iVersion = 2,
                                           .xClose = close_file,
                                           .xRead = read_bytes,
                                           .xWrite = write_bytes,
                                           .xTruncate = truncate_file,
                                           .xSync = sync_file,
                                           .xFileSize = file_size,
                                           .xLock = lock_file,
                                           .xUnlock = unlock_file,
                                           .xCheckReservedLock = check_reserved_lock,
                                           .xFileControl = control_file,
                                           .xSectorSize = sector_size,
                                           .xDeviceCharacteristics = device_characteristics,
                                           .xShmMap = map_shm,
                                           .xShmLock = lock_shm,
                                           .xShmBarrier = pass_shm_barrier,
                                           .xShmUnmap = unmap_shm};

static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *flags_out) {
  enum { JOURNALS = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL };
  rt_disk *disk = vfs->pAppData;
  rt_disk_handle *handle = handle_of(base);
  base->pMethods = NULL;
  if (disk->is_cut) return SQLITE_CANTOPEN;
  rt_disk_file *file = name == NULL ? NULL : rt_disk_find(disk, name);
  if (file != NULL && (flags & SQLITE_OPEN_EXCLUSIVE) != 0) return SQLITE_CANTOPEN;
  if (file != NULL) {
    file->users++;
  } else {
    if ((flags & SQLITE_OPEN_CREATE) == 0 || !rt_disk_may_change(disk)) return SQLITE_CANTOPEN;
    file = rt_disk_make(disk, name);
    if (file == NULL) return SQLITE_IOERR_NOMEM;
  }
  *handle = (rt_disk_handle){.base = {&methods}, .disk = disk, .file = file, .next = file->handles};
  file->handles = handle;
  handle->is_directory_sync_due = (flags & SQLITE_OPEN_CREATE) != 0 && (flags & JOURNALS) != 0;
  if (name != NULL && (flags & SQLITE_OPEN_DELETEONCLOSE) != 0)
    snprintf(handle->deleted_on_close, sizeof handle->deleted_on_close, "%s", name);
  if (flags_out != NULL) *flags_out = flags;
  return SQLITE_OK;
}

static int access_file(sqlite3_vfs *vfs, const char *name, int flags, int *is_there) {
  const rt_disk *disk = vfs->pAppData;
  const rt_disk_file *file = rt_disk_find(disk, name);
  *is_there = file != NULL && (flags != SQLITE_ACCESS_EXISTS || file->now.length > 0);
  return disk->is_cut ? SQLITE_IOERR_ACCESS : SQLITE_OK;
}

static int full_name(sqlite3_vfs *vfs, const char *name, int capacity, char *full) {
  (void)vfs;
  return snprintf(full, (size_t)capacity, "%s", name) < capacity ? SQLITE_OK : SQLITE_CANTOPEN;
}

// ---------------------------------------------------------------- the machine

static int fill_randomly(sqlite3_vfs *vfs, int length, char *bytes) {
  rt_disk *disk = vfs->pAppData;
  for (int i = 0; i < length; i++) bytes[i] = (char)rt_prng_next(&disk->randomness).value;
  return length;
}

// Whoever waits for a lock waits for nothing: there is one thread.
static int sleep_not(sqlite3_vfs *vfs, int microseconds) {
  (void)vfs;
  return microseconds;
}

// Milliseconds since noon of 24 November 4714 BC.
static int tell_time_ms(sqlite3_vfs *vfs, sqlite3_int64 *time) {
  *time = 210866760000000 + ((const rt_disk *)vfs->pAppData)->wall.ms;
  return SQLITE_OK;
}

static int tell_time(sqlite3_vfs *vfs, double *days) {
  sqlite3_int64 ms;
  tell_time_ms(vfs, &ms);
  *days = (double)ms / 86400000.0;
  return SQLITE_OK;
}

static int tell_last_error(sqlite3_vfs *vfs, int capacity, char *text) {
  (void)vfs;
  if (capacity > 0) text[0] = '\0';
  return 0;
}

sqlite3_vfs rt_disk_vfs(rt_disk *disk) {
  return (sqlite3_vfs){.iVersion = 2,
                       .szOsFile = sizeof(rt_disk_handle),
                       .mxPathname = RT_DISK_NAME_CAPACITY - 1,
                       .zName = disk->name,
                       .pAppData = disk,
                       .xOpen = open_file,
                       .xDelete = delete_file,
                       .xAccess = access_file,
                       .xFullPathname = full_name,
                       .xRandomness = fill_randomly,
                       .xSleep = sleep_not,
                       .xCurrentTime = tell_time,
                       .xCurrentTimeInt64 = tell_time_ms,
                       .xGetLastError = tell_last_error};
}
