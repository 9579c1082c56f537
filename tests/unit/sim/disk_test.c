// disk_test.c: what a power cut leaves on the disk: of files, of names, and of databases on it.
// SPDX-License-Identifier: MIT
#include "sim/disk.h"

#include <sqlite3.h>
#include <string.h>

#include "server/database.h"
#include "unit.h"

enum { LARGE = 8 * RT_DISK_SECTOR };

// A file opened on a disk as SQLite would.
typedef struct {
  rt_disk *disk;
  sqlite3_vfs *vfs;
  union {
    sqlite3_file base;
    char room[512];
  } file;
} desk;

static void begin(desk *d, uint64_t seed) {
  d->disk = rt_disk_open(rt_prng_from_seed(seed));
  assert_non_null(d->disk);
  d->vfs = sqlite3_vfs_find(rt_disk_name(d->disk));
  assert_true(d->vfs != NULL && (size_t)d->vfs->szOsFile <= sizeof d->file);
}

static void open_file(desk *d, const char *name, int kind) {
  const int flags = kind | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  assert_int_equal(d->vfs->xOpen(d->vfs, name, &d->file.base, flags, NULL), SQLITE_OK);
}

static void close_file(desk *d) { d->file.base.pMethods->xClose(&d->file.base); }

static int write_at(desk *d, int64_t offset, const void *bytes, size_t length) {
  return d->file.base.pMethods->xWrite(&d->file.base, bytes, (int)length, offset);
}

static int sync_file(desk *d) { return d->file.base.pMethods->xSync(&d->file.base, SQLITE_SYNC_NORMAL); }

static int64_t length_of(desk *d) {
  sqlite3_int64 length;
  d->file.base.pMethods->xFileSize(&d->file.base, &length);
  return length;
}

// How many bytes from `offset` on, of those read, are `letter`.
static size_t count_at(desk *d, int64_t offset, size_t length, char letter) {
  char bytes[LARGE];
  size_t count = 0;
  d->file.base.pMethods->xRead(&d->file.base, bytes, (int)length, offset);
  for (size_t i = 0; i < length; i++) count += bytes[i] == letter;
  return count;
}

static void lose_power(desk *d, const char *name, rt_disk_loss loss) {
  rt_disk_cut_after(d->disk, 0);
  close_file(d);
  assert_true(rt_disk_restart(d->disk, loss));
  if (name != NULL) open_file(d, name, SQLITE_OPEN_WAL);
}

// A file of LARGE bytes 'a', durable with its name.
static void begin_with_file(desk *d, uint64_t seed) {
  char bytes[LARGE];
  memset(bytes, 'a', sizeof bytes);
  begin(d, seed);
  open_file(d, "log", SQLITE_OPEN_WAL);
  assert_int_equal(write_at(d, 0, bytes, LARGE), SQLITE_OK);
  assert_int_equal(sync_file(d), SQLITE_OK);
}

static void end(desk *d) {
  close_file(d);
  rt_disk_close(d->disk);
}

static const rt_disk_loss losses[] = {RT_LOSS_NONE, RT_LOSS_ALL, RT_LOSS_LATEST, RT_LOSS_ANY};

static void what_was_synced_survives_every_power_cut(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 200; seed++) {
    desk d;
    begin_with_file(&d, seed);
    lose_power(&d, "log", losses[seed % 4]);
    assert_int_equal(length_of(&d), LARGE);
    assert_int_equal(count_at(&d, 0, LARGE, 'a'), LARGE);
    end(&d);
  }
}

static void what_was_not_synced_is_kept_lost_or_torn_at_a_sector(void **state) {
  (void)state;
  int kept = 0, lost = 0, torn = 0;
  char bytes[LARGE];
  memset(bytes, 'b', sizeof bytes);
  for (uint64_t seed = 0; seed < 400; seed++) {
    desk d;
    begin_with_file(&d, seed);
    assert_int_equal(write_at(&d, 0, bytes, LARGE), SQLITE_OK);
    assert_int_equal(count_at(&d, 0, LARGE, 'b'), LARGE);
    lose_power(&d, "log", seed % 2 == 0 ? RT_LOSS_LATEST : RT_LOSS_ANY);
    const size_t count = count_at(&d, 0, LARGE, 'b');
    assert_int_equal(count % RT_DISK_SECTOR, 0);
    assert_int_equal(count_at(&d, 0, LARGE, 'a'), LARGE - count);
    kept += count == LARGE;
    lost += count == 0;
    torn += count > 0 && count < LARGE;
    end(&d);
  }
  assert_true(kept > 20 && lost > 20 && torn > 20);
}

static void a_write_touches_no_byte_beside_it(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 100; seed++) {
    desk d;
    begin_with_file(&d, seed);
    assert_int_equal(write_at(&d, 100, "bbbbbbbb", 8), SQLITE_OK);
    lose_power(&d, "log", RT_LOSS_ANY);
    const size_t count = count_at(&d, 100, 8, 'b');
    assert_true(count == 0 || count == 8);
    assert_int_equal(count_at(&d, 0, LARGE, 'a'), LARGE - count);
    end(&d);
  }
}

// Two writes: what of them is there, by loss.
static void count_orders(rt_disk_loss loss, int orders[2][2]) {
  memset(orders, 0, 4 * sizeof orders[0][0]);
  for (uint64_t seed = 0; seed < 400; seed++) {
    desk d;
    begin_with_file(&d, seed);
    assert_int_equal(write_at(&d, 0, "b", 1), SQLITE_OK);
    assert_int_equal(write_at(&d, 2048, "b", 1), SQLITE_OK);
    lose_power(&d, "log", loss);
    orders[count_at(&d, 0, 1, 'b')][count_at(&d, 2048, 1, 'b')]++;
    end(&d);
  }
}

static void a_later_write_may_be_kept_without_an_earlier_one_unless_they_went_in_order(void **state) {
  (void)state;
  int any[2][2], latest[2][2], all[2][2], none[2][2];
  count_orders(RT_LOSS_ANY, any);
  assert_true(any[0][0] > 20 && any[0][1] > 20 && any[1][0] > 20 && any[1][1] > 20);
  count_orders(RT_LOSS_LATEST, latest);
  assert_true(latest[0][0] > 20 && latest[0][1] == 0 && latest[1][0] > 20 && latest[1][1] > 20);
  count_orders(RT_LOSS_ALL, all);
  assert_int_equal(all[0][0], 400);
  count_orders(RT_LOSS_NONE, none);
  assert_int_equal(none[1][1], 400);
}

static void a_process_that_dies_leaves_what_it_wrote_and_a_later_power_cut_may_still_take_it(void **state) {
  (void)state;
  desk d;
  begin_with_file(&d, 1);
  assert_int_equal(write_at(&d, 0, "b", 1), SQLITE_OK);
  lose_power(&d, "log", RT_LOSS_NONE);
  assert_int_equal(count_at(&d, 0, 1, 'b'), 1);
  lose_power(&d, "log", RT_LOSS_ALL);
  assert_int_equal(count_at(&d, 0, 1, 'b'), 0);
  end(&d);
}

static void a_file_may_have_grown_without_what_it_grew_for(void **state) {
  (void)state;
  int grown = 0, noise = 0;
  char bytes[LARGE];
  memset(bytes, 'b', sizeof bytes);
  for (uint64_t seed = 0; seed < 400; seed++) {
    desk d;
    begin_with_file(&d, seed);
    assert_int_equal(write_at(&d, LARGE, bytes, LARGE), SQLITE_OK);
    lose_power(&d, "log", RT_LOSS_ANY);
    const size_t count = count_at(&d, LARGE, LARGE, 'b');
    assert_int_equal(count_at(&d, 0, LARGE, 'a'), LARGE);
    if (length_of(&d) == 2 * LARGE && count < LARGE / 2) {
      grown++;
      noise += count_at(&d, LARGE, LARGE, 0) < LARGE / 2;
    }
    end(&d);
  }
  assert_true(grown > 20 && noise > 5 && noise < grown);
}

static void names_are_durable_with_their_directory_only(void **state) {
  (void)state;
  int made = 0, back = 0;
  for (uint64_t seed = 0; seed < 100; seed++) {
    desk d;
    int is_there;
    begin(&d, seed);
    open_file(&d, "plain", SQLITE_OPEN_MAIN_DB);  // its sync is not one of the directory
    assert_int_equal(write_at(&d, 0, "x", 1), SQLITE_OK);
    assert_int_equal(sync_file(&d), SQLITE_OK);
    lose_power(&d, NULL, RT_LOSS_ANY);
    assert_int_equal(d.vfs->xAccess(d.vfs, "plain", SQLITE_ACCESS_EXISTS, &is_there), SQLITE_OK);
    made += is_there;
    open_file(&d, "journal", SQLITE_OPEN_MAIN_JOURNAL);
    assert_int_equal(write_at(&d, 0, "x", 1), SQLITE_OK);
    assert_int_equal(sync_file(&d), SQLITE_OK);  // the first one of a journal is
    assert_int_equal(d.vfs->xDelete(d.vfs, "journal", 0), SQLITE_OK);
    lose_power(&d, NULL, RT_LOSS_ANY);
    assert_int_equal(d.vfs->xAccess(d.vfs, "journal", SQLITE_ACCESS_EXISTS, &is_there), SQLITE_OK);
    back += is_there;
    open_file(&d, "journal", SQLITE_OPEN_MAIN_JOURNAL);
    assert_int_equal(count_at(&d, 0, 1, 'x'), is_there);
    assert_int_equal(d.vfs->xDelete(d.vfs, "journal", 1), SQLITE_OK);
    lose_power(&d, NULL, RT_LOSS_ANY);
    assert_int_equal(d.vfs->xAccess(d.vfs, "journal", SQLITE_ACCESS_EXISTS, &is_there), SQLITE_OK);
    assert_false(is_there);
    rt_disk_close(d.disk);
  }
  assert_true(made > 20 && made < 80 && back > 20 && back < 80);
}

static void after_the_cut_nothing_works_and_nothing_changes(void **state) {
  (void)state;
  desk d;
  begin_with_file(&d, 1);
  const uint64_t print = rt_disk_fingerprint(d.disk);
  rt_disk_cut_after(d.disk, 2);
  assert_int_equal(write_at(&d, 0, "b", 1), SQLITE_OK);
  assert_int_equal(write_at(&d, 1, "b", 1), SQLITE_OK);
  assert_false(rt_disk_is_cut(d.disk));
  assert_int_equal(sync_file(&d), SQLITE_IOERR_FSYNC);
  assert_true(rt_disk_is_cut(d.disk));
  assert_int_equal(write_at(&d, 2, "b", 1), SQLITE_IOERR_WRITE);
  assert_int_equal(d.vfs->xDelete(d.vfs, "log", 1), SQLITE_IOERR_DELETE);
  assert_int_equal(rt_disk_fingerprint(d.disk), print);
  lose_power(&d, "log", RT_LOSS_LATEST);
  assert_int_equal(count_at(&d, 2, 1, 'b'), 0);
  end(&d);
}

static void trouble_ends_and_what_a_failed_sync_gave_up_stays_lost(void **state) {
  (void)state;
  char bytes[LARGE];
  int lost = 0;
  memset(bytes, 'b', sizeof bytes);
  for (uint64_t seed = 0; seed < 100; seed++) {
    desk d;
    begin_with_file(&d, seed);
    rt_disk_set_trouble(d.disk, RT_DISK_FULL);
    assert_int_equal(write_at(&d, 0, bytes, LARGE), SQLITE_FULL);
    assert_true(count_at(&d, 0, LARGE, 'b') < LARGE);
    rt_disk_set_trouble(d.disk, RT_DISK_UNWRITABLE);
    assert_int_equal(write_at(&d, 0, bytes, LARGE), SQLITE_IOERR_WRITE);
    rt_disk_set_trouble(d.disk, RT_DISK_SOUND);
    assert_int_equal(write_at(&d, 0, bytes, LARGE), SQLITE_OK);
    rt_disk_set_trouble(d.disk, RT_DISK_UNSYNCABLE);
    assert_int_equal(sync_file(&d), SQLITE_IOERR_FSYNC);
    rt_disk_set_trouble(d.disk, RT_DISK_SOUND);
    assert_int_equal(sync_file(&d), SQLITE_OK);  // says nothing of what the one before gave up
    assert_int_equal(count_at(&d, 0, LARGE, 'b'), LARGE);
    lose_power(&d, "log", RT_LOSS_ALL);
    lost += count_at(&d, 0, LARGE, 'b') < LARGE;
    end(&d);
  }
  assert_true(lost > 20 && lost < 80);
}

static void what_is_settled_reads_as_it_is(void **state) {
  (void)state;
  char bytes[LARGE];
  int whole = 0, torn = 0, refused = 0;
  memset(bytes, 'b', sizeof bytes);
  for (uint64_t seed = 0; seed < 100; seed++) {
    desk d;
    begin_with_file(&d, seed);
    assert_int_equal(write_at(&d, 0, bytes, LARGE), SQLITE_OK);
    rt_disk_set_trouble(d.disk, RT_DISK_UNSYNCABLE);
    assert_int_equal(sync_file(&d), SQLITE_IOERR_FSYNC);
    if (!rt_disk_settle(d.disk, "log")) refused++;
    rt_disk_set_trouble(d.disk, RT_DISK_SOUND);
    assert_true(rt_disk_settle(d.disk, "log"));
    const size_t count = count_at(&d, 0, LARGE, 'b');
    assert_int_equal(count_at(&d, 0, LARGE, 'a'), LARGE - count);
    whole += count == LARGE;
    torn += count > 0 && count < LARGE;
    lose_power(&d, "log", RT_LOSS_ALL);
    assert_int_equal(count_at(&d, 0, LARGE, 'b'), count);
    end(&d);
  }
  assert_true(whole > 10 && torn > 10 && refused > 5);
}

static uint64_t print_after(uint64_t seed, rt_disk_loss loss) {
  desk d;
  char bytes[LARGE];
  begin_with_file(&d, seed);
  for (int i = 0; i < 20; i++) {
    memset(bytes, 'b' + i, sizeof bytes);
    assert_int_equal(write_at(&d, i * 700, bytes, LARGE), SQLITE_OK);
  }
  lose_power(&d, "log", loss);
  const uint64_t print = rt_disk_fingerprint(d.disk);
  end(&d);
  return print;
}

static void the_same_seed_tears_alike(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 20; seed++) {
    assert_int_equal(print_after(seed, RT_LOSS_ANY), print_after(seed, RT_LOSS_ANY));
    assert_int_equal(print_after(seed, RT_LOSS_LATEST), print_after(seed, RT_LOSS_LATEST));
    assert_int_not_equal(print_after(seed, RT_LOSS_ANY), print_after(seed + 1, RT_LOSS_ANY));
  }
}

RUN_TESTS(cmocka_unit_test(what_was_synced_survives_every_power_cut),
          cmocka_unit_test(what_was_not_synced_is_kept_lost_or_torn_at_a_sector),
          cmocka_unit_test(a_write_touches_no_byte_beside_it),
          cmocka_unit_test(a_later_write_may_be_kept_without_an_earlier_one_unless_they_went_in_order),
          cmocka_unit_test(a_process_that_dies_leaves_what_it_wrote_and_a_later_power_cut_may_still_take_it),
          cmocka_unit_test(a_file_may_have_grown_without_what_it_grew_for),
          cmocka_unit_test(names_are_durable_with_their_directory_only),
          cmocka_unit_test(after_the_cut_nothing_works_and_nothing_changes),
          cmocka_unit_test(trouble_ends_and_what_a_failed_sync_gave_up_stays_lost),
          cmocka_unit_test(what_is_settled_reads_as_it_is), cmocka_unit_test(the_same_seed_tears_alike))
