// disk.c: what is written, what is durable, and what a power cut leaves of the difference.
// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/disk_parts.h"

// ---------------------------------------------------------------- bytes

static bool reserve(rt_disk_bytes *bytes, size_t length) {
  if (length <= bytes->capacity) return true;
  size_t capacity = bytes->capacity == 0 ? 4096 : bytes->capacity;
  while (capacity < length) capacity *= 2;
  char *grown = realloc(bytes->bytes, capacity);
  if (grown == NULL) return false;
  bytes->bytes = grown;
  bytes->capacity = capacity;
  return true;
}

// A hole reads as zeros.
static bool set_length(rt_disk_bytes *bytes, size_t length) {
  if (!reserve(bytes, length)) return false;
  if (length > bytes->length) memset(bytes->bytes + bytes->length, 0, length - bytes->length);
  bytes->length = length;
  return true;
}

static bool put(rt_disk_bytes *bytes, size_t offset, const void *source, size_t length) {
  if (offset + length > bytes->length && !set_length(bytes, offset + length)) return false;
  if (length > 0) memcpy(bytes->bytes + offset, source, length);
  return true;
}

static bool copy(rt_disk_bytes *to, const rt_disk_bytes *from) {
  to->length = 0;
  return put(to, 0, from->bytes, from->length);
}

// ---------------------------------------------------------------- files

void rt_disk_free_shm(rt_disk_file *file) {
  for (int i = 0; i < file->shm_count; i++) free(file->shm[i]);
  free(file->shm);
  file->shm = NULL;
  file->shm_count = 0;
}

static void free_file(rt_disk_file *file) {
  rt_disk_free_shm(file);
  free(file->now.bytes);
  free(file->durable.bytes);
  free(file->unsynced.bytes);
  free(file->changes);
  free(file);
}

void rt_disk_drop(rt_disk *disk, rt_disk_file *file) {
  if (file == NULL || --file->users > 0) return;
  rt_disk_file **link = &disk->files;
  while (*link != file) link = &(*link)->next;
  *link = file->next;
  free_file(file);
}

bool rt_disk_may_change(rt_disk *disk) {
  if (disk->is_cut_due && disk->cut_after-- == 0) {
    disk->is_cut = true;
    disk->is_cut_due = false;
  }
  if (!disk->is_cut) disk->sequence++;
  return !disk->is_cut;
}

static rt_disk_change *add_change(rt_disk *disk, rt_disk_file *file) {
  if (file->change_count == file->change_capacity) {
    const size_t capacity = file->change_capacity == 0 ? 16 : file->change_capacity * 2;
    rt_disk_change *changes = realloc(file->changes, capacity * sizeof *changes);
    if (changes == NULL) return NULL;
    file->changes = changes;
    file->change_capacity = capacity;
  }
  rt_disk_change *change = &file->changes[file->change_count++];
  *change = (rt_disk_change){.sequence = disk->sequence, .start = file->unsynced.length};
  return change;
}

static void forget_changes(rt_disk_file *file) { file->change_count = file->unsynced.length = 0; }

bool rt_disk_write(rt_disk *disk, rt_disk_file *file, const void *bytes, size_t offset, size_t length) {
  const size_t start = file->unsynced.length;
  if (!put(&file->unsynced, start, bytes, length) || !put(&file->now, offset, bytes, length)) return false;
  rt_disk_change *change = add_change(disk, file);
  if (change == NULL) return false;
  change->start = start;
  change->offset = offset;
  change->length = length;
  return true;
}

bool rt_disk_truncate(rt_disk *disk, rt_disk_file *file, size_t length) {
  rt_disk_change *change = add_change(disk, file);
  if (change == NULL || !set_length(&file->now, length)) return false;
  change->is_truncation = true;
  change->offset = length;
  return true;
}

static bool apply(rt_disk_bytes *to, const rt_disk_file *file, const rt_disk_change *change) {
  if (change->is_truncation) return set_length(to, change->offset);
  return put(to, change->offset, file->unsynced.bytes + change->start, change->length);
}

bool rt_disk_sync(rt_disk_file *file) {
  for (size_t i = 0; i < file->change_count; i++) {
    if (!apply(&file->durable, file, &file->changes[i])) return false;
  }
  forget_changes(file);
  return true;
}

static bool toss(rt_disk *disk) { return rt_draw_below(rt_prng_next(&disk->chance), 2) == 0; }

// The same sector of a file has one fate, however often it was written.
static bool is_sector_written(size_t sector, uint32_t salt) {
  const uint64_t mixed = (sector + salt) * 0x9E3779B97F4A7C15u;
  return (mixed >> 32 & 1u) != 0;
}

static bool write_some_sectors(rt_disk_file *file, const rt_disk_change *change, uint32_t salt) {
  const char *source = file->unsynced.bytes + change->start;
  for (size_t at = 0; at < change->length;) {
    const size_t offset = change->offset + at, sector = offset / RT_DISK_SECTOR;
    size_t length = (sector + 1) * RT_DISK_SECTOR - offset;
    if (length > change->length - at) length = change->length - at;
    if (is_sector_written(sector, salt) && !put(&file->durable, offset, source + at, length)) return false;
    at += length;
  }
  return true;
}

bool rt_disk_fail_sync(rt_disk *disk, rt_disk_file *file) {
  const uint32_t way = rt_draw_below(rt_prng_next(&disk->chance), 3), salt = rt_prng_next(&disk->chance).value;
  if (way == 0 || file->change_count == 0) return true;  // it will be tried again
  for (size_t i = 0; way == 1 && i < file->change_count; i++) {
    const rt_disk_change *change = &file->changes[i];
    const bool is_done =
        change->is_truncation ? set_length(&file->durable, change->offset) : write_some_sectors(file, change, salt);
    if (!is_done) return false;
  }
  forget_changes(file);
  file->is_deceptive = true;
  return true;
}

bool rt_disk_settle(rt_disk *disk, const char *name) {
  rt_disk_file *file = rt_disk_find(disk, name);
  if (file == NULL) return true;
  if (!rt_disk_may_change(disk)) return false;
  if (!(disk->trouble == RT_DISK_UNSYNCABLE ? rt_disk_fail_sync(disk, file) : rt_disk_sync(file))) return false;
  if (file->change_count > 0) return false;
  file->is_deceptive = false;
  return copy(&file->now, &file->durable);
}

// ---------------------------------------------------------------- names

static rt_disk_entry *find_entry(const rt_disk *disk, const char *name) {
  rt_disk_entry *entry = disk->entries;
  while (entry != NULL && strcmp(entry->name, name) != 0) entry = entry->next;
  return entry;
}

static rt_disk_file *file_now(const rt_disk_entry *entry) { return entry->states[entry->state_count - 1].file; }

rt_disk_file *rt_disk_find(const rt_disk *disk, const char *name) {
  const rt_disk_entry *entry = find_entry(disk, name);
  return entry == NULL ? NULL : file_now(entry);
}

// The name stands for `file` from now on. Takes over one user of it.
static bool add_state(rt_disk *disk, rt_disk_entry *entry, rt_disk_file *file) {
  if (entry->state_count == entry->state_capacity) {
    const size_t capacity = entry->state_capacity == 0 ? 4 : entry->state_capacity * 2;
    void *states = realloc(entry->states, capacity * sizeof *entry->states);
    if (states == NULL) return false;
    entry->states = states;
    entry->state_capacity = capacity;
  }
  entry->states[entry->state_count].file = file;
  entry->states[entry->state_count++].sequence = disk->sequence;
  return true;
}

static rt_disk_entry *make_entry(rt_disk *disk, const char *name) {
  rt_disk_entry *entry = calloc(1, sizeof *entry);
  if (entry == NULL || !add_state(disk, entry, NULL)) {
    free(entry);
    return NULL;
  }
  snprintf(entry->name, sizeof entry->name, "%s", name);
  *disk->last_entry = entry;
  disk->last_entry = &entry->next;
  return entry;
}

rt_disk_file *rt_disk_make(rt_disk *disk, const char *name) {
  rt_disk_entry *entry = name == NULL ? NULL : find_entry(disk, name);
  if (name != NULL && entry == NULL) entry = make_entry(disk, name);
  rt_disk_file *file = name == NULL || entry != NULL ? calloc(1, sizeof *file) : NULL;
  if (file == NULL) return NULL;
  if (entry != NULL && !add_state(disk, entry, file)) {
    free(file);
    return NULL;
  }
  file->users = entry == NULL ? 1 : 2;
  file->next = disk->files;
  disk->files = file;
  return file;
}

bool rt_disk_remove(rt_disk *disk, const char *name) {
  rt_disk_entry *entry = find_entry(disk, name);
  return entry != NULL && add_state(disk, entry, NULL);  // the state before keeps its user: it may come back
}

// Of all that the name stood for, one is left.
static void settle_entry(rt_disk *disk, rt_disk_entry *entry, size_t kept) {
  for (size_t i = 0; i < entry->state_count; i++) {
    if (i != kept) rt_disk_drop(disk, entry->states[i].file);
  }
  entry->states[0] = entry->states[kept];
  entry->state_count = 1;
}

void rt_disk_sync_names(rt_disk *disk) {
  for (rt_disk_entry *entry = disk->entries; entry != NULL; entry = entry->next) {
    settle_entry(disk, entry, entry->state_count - 1);
  }
}

// ---------------------------------------------------------------- a power cut

// How much comes through. `until`: of what was done in order.
typedef struct {
  rt_disk_loss loss;
  uint64_t until;
  uint32_t kept_permille, torn_permille;
} fate;

// What was never written where a file has grown: nothing, or what lay on the disk before.
static bool grow(rt_disk *disk, rt_disk_bytes *bytes, size_t length) {
  const size_t from = bytes->length;
  if (from >= length) return true;
  if (!set_length(bytes, length)) return false;
  if (!toss(disk)) return true;
  for (size_t i = from; i < length; i++) bytes->bytes[i] = (char)rt_prng_next(&disk->chance).value;
  return true;
}

// Some of its sectors come through: the first ones, or any.
static bool tear(rt_disk *disk, rt_disk_bytes *to, const rt_disk_file *file, const rt_disk_change *change,
                 bool is_in_order) {
  const char *source = file->unsynced.bytes + change->start;
  const size_t first = change->offset / RT_DISK_SECTOR;
  const uint32_t sectors = (uint32_t)((change->offset + change->length + RT_DISK_SECTOR - 1) / RT_DISK_SECTOR - first);
  const bool is_prefix = is_in_order || toss(disk);
  const uint32_t prefix = rt_draw_below(rt_prng_next(&disk->chance), sectors + 1);
  for (uint32_t i = 0; i < sectors; i++) {
    if (is_prefix ? i >= prefix : toss(disk)) continue;
    size_t from = (first + i) * RT_DISK_SECTOR, end = from + RT_DISK_SECTOR;
    if (from < change->offset) from = change->offset;
    if (end > change->offset + change->length) end = change->offset + change->length;
    if (!grow(disk, to, from) || !put(to, from, source + (from - change->offset), end - from)) return false;
  }
  return true;
}

static bool settle_change(rt_disk *disk, rt_disk_file *file, const rt_disk_change *change, const fate *how) {
  const bool is_write = !change->is_truncation && change->length > 0;
  if (how->loss == RT_LOSS_ALL) return true;
  if (how->loss == RT_LOSS_LATEST) {
    if (change->sequence < how->until) return apply(&file->durable, file, change);
    return change->sequence > how->until || !is_write || tear(disk, &file->durable, file, change, true);
  }
  const uint32_t draw = rt_draw_below(rt_prng_next(&disk->chance), 1000);
  if (draw < how->kept_permille) {
    return (!is_write || grow(disk, &file->durable, change->offset)) && apply(&file->durable, file, change);
  }
  if (!is_write) return true;
  if (draw < how->kept_permille + how->torn_permille) return tear(disk, &file->durable, file, change, false);
  const bool has_grown = rt_draw_below(rt_prng_next(&disk->chance), 4) == 0;
  return !has_grown || grow(disk, &file->durable, change->offset + change->length);
}

static size_t settle_name(rt_disk *disk, const rt_disk_entry *entry, const fate *how) {
  size_t kept = 0;
  if (how->loss == RT_LOSS_ANY) return rt_draw_below(rt_prng_next(&disk->chance), (uint32_t)entry->state_count);
  if (how->loss == RT_LOSS_ALL) return 0;
  while (kept + 1 < entry->state_count && entry->states[kept + 1].sequence < how->until) kept++;
  return kept;
}

static fate draw_fate(rt_disk *disk, rt_disk_loss loss) {
  static const uint32_t kept[] = {50, 300, 700, 950};
  static const uint32_t torn[] = {20, 200, 500};
  uint64_t first = disk->sequence + 1;
  for (const rt_disk_file *file = disk->files; file != NULL; file = file->next) {
    if (file->change_count > 0 && file->changes[0].sequence < first) first = file->changes[0].sequence;
  }
  for (const rt_disk_entry *entry = disk->entries; entry != NULL; entry = entry->next) {
    if (entry->state_count > 1 && entry->states[1].sequence < first) first = entry->states[1].sequence;
  }
  fate how = {.loss = loss};
  how.until = first + rt_draw_below(rt_prng_next(&disk->chance), (uint32_t)(disk->sequence + 2 - first));
  how.kept_permille = kept[rt_draw_below(rt_prng_next(&disk->chance), 4)];
  how.torn_permille = (1000 - how.kept_permille) * torn[rt_draw_below(rt_prng_next(&disk->chance), 3)] / 1000;
  return how;
}

bool rt_disk_restart(rt_disk *disk, rt_disk_loss loss) {
  disk->is_cut = disk->is_cut_due = false;
  if (loss == RT_LOSS_NONE) return true;
  const fate how = draw_fate(disk, loss);
  bool is_done = true;
  for (rt_disk_file *file = disk->files; file != NULL; file = file->next) {
    for (size_t i = 0; i < file->change_count && is_done; i++)
      is_done = settle_change(disk, file, &file->changes[i], &how);
    forget_changes(file);
    is_done = is_done && copy(&file->now, &file->durable);
    file->is_deceptive = false;
  }
  for (rt_disk_entry *entry = disk->entries; entry != NULL; entry = entry->next) {
    settle_entry(disk, entry, settle_name(disk, entry, &how));
  }
  return is_done;
}

// ---------------------------------------------------------------- the disk

rt_disk *rt_disk_open(rt_prng chance) {
  rt_disk *disk = calloc(1, sizeof *disk);
  if (disk == NULL) return NULL;
  disk->chance = rt_prng_fork(&chance, RT_BYTES("losses"));
  disk->randomness = rt_prng_fork(&chance, RT_BYTES("randomness"));
  disk->last_entry = &disk->entries;
  snprintf(disk->name, sizeof disk->name, "disk-%p", (void *)disk);
  disk->vfs = rt_disk_vfs(disk);
  // SQLite's generator (salts of a log, names of temporary files) is seeded by the default file system at its first use
  // after a reset: for a moment that is this one.
  sqlite3_vfs *usual = sqlite3_vfs_find(NULL);
  unsigned char ignored;
  if (usual == NULL || sqlite3_vfs_register(&disk->vfs, 1) != SQLITE_OK) {
    free(disk);
    return NULL;
  }
  sqlite3_randomness(0, NULL);
  sqlite3_randomness(1, &ignored);
  sqlite3_vfs_register(usual, 1);
  return disk;
}

void rt_disk_close(rt_disk *disk) {
  if (disk == NULL) return;
  sqlite3_vfs_unregister(&disk->vfs);
  sqlite3_randomness(0, NULL);  // seeded anew, by the system
  for (rt_disk_entry *entry = disk->entries, *next; entry != NULL; entry = next) {
    next = entry->next;
    settle_entry(disk, entry, 0);
    rt_disk_drop(disk, entry->states[0].file);
    free(entry->states);
    free(entry);
  }
  free(disk);
}

const char *rt_disk_name(const rt_disk *disk) { return disk->name; }
void rt_disk_set_wall(rt_disk *disk, rt_wall wall) { disk->wall = wall; }
void rt_disk_set_trouble(rt_disk *disk, rt_disk_trouble trouble) { disk->trouble = trouble; }

void rt_disk_cut_after(rt_disk *disk, uint32_t changes) {
  disk->is_cut = changes == 0;
  disk->is_cut_due = changes > 0;
  disk->cut_after = changes;
}

bool rt_disk_is_cut(const rt_disk *disk) { return disk->is_cut; }
uint64_t rt_disk_change_count(const rt_disk *disk) { return disk->sequence; }

// FNV-1a.
static uint64_t stamp(uint64_t print, const void *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) print = (print ^ ((const unsigned char *)bytes)[i]) * 1099511628211u;
  return print;
}

uint64_t rt_disk_fingerprint(const rt_disk *disk) {
  uint64_t print = 14695981039346656037u;
  for (const rt_disk_entry *entry = disk->entries; entry != NULL; entry = entry->next) {
    const rt_disk_file *file = entry->states[0].file;
    if (file == NULL) continue;
    print = stamp(print, entry->name, strlen(entry->name) + 1);
    print = stamp(print, file->durable.bytes, file->durable.length);
  }
  return print;
}
