// disk_vfs_test.c: the real database on the disk that forgets: whatever was reported as done is there after a power cut
// at any moment, and the database is whole.
// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/admin.h"
#include "server/store_sqlite.h"
#include "sim/disk.h"
#include "unit.h"

static const rt_wall noon = {1772366400000};  // 2026-03-01T12:00:00Z

static void fill_seeded(void *self, void *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) ((unsigned char *)bytes)[i] = (unsigned char)rt_prng_next(self).value;
}

// A database on a disk, and what was reported as done.
typedef struct {
  rt_disk *disk;
  rt_prng chance;
  rt_entropy entropy;
  rt_database_file file;
  rt_store_sqlite *store;
  rt_store door;
  bool has_site, has_offer;
  rt_site site;
  rt_new_offer offer;
  uint32_t done;  // sessions 1..done
} desk;

static void begin(desk *d, uint64_t seed) {
  memset(d, 0, sizeof *d);
  d->chance = rt_prng_from_seed(seed);
  d->entropy = (rt_entropy){.self = &d->chance, .fill = fill_seeded};
  d->disk = rt_disk_open(rt_prng_from_seed(seed));
  assert_non_null(d->disk);
  rt_disk_set_wall(d->disk, noon);
  d->file = (rt_database_file){"retarget.db", rt_disk_name(d->disk), d->entropy};
}

static void end(desk *d) {
  if (d->store != NULL) rt_store_sqlite_close(d->store);
  rt_disk_close(d->disk);
}

// The installation: a database, a website, an offer. False: it stopped somewhere.
static bool install(desk *d) {
  rt_sentence why;
  rt_new_secret secret;
  sqlite3 *database = rt_database_open(&d->file, &why);
  if (database == NULL) return false;
  snprintf(d->site.domain, sizeof d->site.domain, "shop.example");
  d->has_site = rt_site_add(database, &d->entropy, &d->site, &secret, noon, &why);
  d->offer.rates[0] = (rt_rate){"*", {450000}};
  d->offer.offer = (rt_catalog_offer){
      .brand = RT_BYTES("Bank"), .landing = RT_BYTES("https://ads.example/"), .rates = d->offer.rates, .rate_count = 1};
  if (d->has_site && rt_sql_execute(database, "BEGIN IMMEDIATE"))
    d->has_offer = rt_offer_add(database, &d->entropy, &d->offer, noon, &why) && rt_sql_execute(database, "COMMIT");
  rt_database_close(database);
  return d->has_offer;
}

static void open_store(desk *d) {
  rt_sentence why = {""};
  d->store = rt_store_sqlite_open(&d->file, &why);
  if (d->store == NULL) fail_msg("%s", why.text);
  d->door = rt_store_sqlite_interface(d->store);
}

// One batch with one session. True: it is reported as durable.
static bool commit(desk *d) {
  rt_sentence why;
  rt_change change = {.kind = RT_CHANGE_SESSION};
  const uint32_t number = d->done + 1;
  change.as.session = (rt_session){.website = d->site.number, .created_at = {noon.ms + number}};
  memcpy(change.as.session.id.bytes, &number, sizeof number);
  if (d->door.append(d->door.self, &change, 1) == 0) return false;
  if (!rt_store_sqlite_wait(d->store, rt_ms(0)) || rt_store_sqlite_commit(d->store, &why) == 0) return false;
  d->done = number;
  return true;
}

static void restart(desk *d, rt_disk_loss loss) {
  rt_disk_cut_after(d->disk, 0);
  if (d->store != NULL) rt_store_sqlite_close(d->store);
  d->store = NULL;
  assert_true(rt_disk_restart(d->disk, loss));
}

static void assert_whole_by(sqlite3 *database) {
  sqlite3_stmt *row = rt_sql(database, "PRAGMA integrity_check");
  assert_int_equal(sqlite3_step(row), SQLITE_ROW);
  assert_string_equal((const char *)sqlite3_column_text(row, 0), "ok");
  sqlite3_finalize(row);
}

static sqlite3 *open_database(const desk *d) {
  rt_sentence why = {""};
  sqlite3 *database = rt_database_open(&d->file, &why);
  if (database == NULL) fail_msg("%s", why.text);
  return database;
}

static void assert_whole(const desk *d) {
  sqlite3 *database = open_database(d);
  assert_whole_by(database);
  rt_database_close(database);
}

// The sessions 1..n are there for some n, and n is `done` or, when the last one was on its way, one more.
static uint32_t count_sessions(desk *d) {
  static rt_session page[64];
  int64_t cursor = 0;
  uint32_t total = 0, highest = 0;
  for (size_t count = 1; count > 0; total += (uint32_t)count) {
    assert_int_equal(d->door.load_sessions(d->door.self, noon, &cursor, page, 64, &count), RT_OK);
    for (size_t i = 0; i < count; i++) {
      const uint32_t number = (uint32_t)(page[i].created_at.ms - noon.ms);
      if (number > highest) highest = number;
    }
  }
  assert_int_equal(total, highest);
  return total;
}

// What was reported before the power went is there, and the rest whole or not at all.
static void assert_installed_as_reported(const desk *d) {
  rt_sentence why;
  rt_site found;
  sqlite3 *database = open_database(d);
  assert_whole_by(database);
  const bool has_site = rt_site_find(database, RT_BYTES("shop.example"), &found, &why);
  assert_true(has_site || !d->has_site);
  if (d->has_site) assert_memory_equal(&found.website_key, &d->site.website_key, sizeof found.website_key);
  rt_catalog *catalog = rt_catalog_open();
  assert_true(rt_admin_load_catalog(database, catalog));
  assert_true(rt_catalog_offer_count(catalog) == 1 || !d->has_offer);
  if (rt_catalog_offer_count(catalog) == 1) assert_int_equal(rt_catalog_offer_at(catalog, 0)->rate_count, 1);
  rt_catalog_close(catalog);
  rt_database_close(database);
}

static void an_installation_that_loses_power_anywhere_can_be_gone_on_with(void **state) {
  (void)state;
  desk d;
  begin(&d, 0);
  assert_true(install(&d));
  const uint32_t changes = (uint32_t)rt_disk_change_count(d.disk);
  end(&d);
  assert_true(changes > 20);
  for (uint32_t cut = 1; cut <= changes; cut++) {
    const rt_disk_loss tried[] = {RT_LOSS_ANY, cut % 2 == 0 ? RT_LOSS_LATEST : RT_LOSS_ALL};
    for (size_t i = 0; i < 2; i++) {
      begin(&d, cut);
      rt_disk_cut_after(d.disk, cut);
      install(&d);
      restart(&d, tried[i]);
      assert_installed_as_reported(&d);
      end(&d);
    }
  }
}

static void a_batch_is_there_after_a_power_cut_whole_if_it_was_reported_and_whole_or_not_at_all_if_not(void **state) {
  (void)state;
  int came_through = 0, lost = 0;
  for (uint64_t seed = 0; seed < 60; seed++) {
    desk d;
    begin(&d, seed);
    assert_true(install(&d));
    open_store(&d);
    for (int life = 0; life < 4; life++) {
      rt_disk_cut_after(d.disk, 1 + rt_draw_below(rt_prng_next(&d.chance), 200));
      while (commit(&d)) continue;
      restart(&d, (rt_disk_loss)rt_draw_below(rt_prng_next(&d.chance), 4));
      if (life % 2 == 0) assert_whole(&d);
      open_store(&d);
      const uint32_t count = count_sessions(&d);
      assert_true(count == d.done || count == d.done + 1);
      came_through += count > d.done;
      lost += count == d.done;
      d.done = count;
    }
    end(&d);
  }
  assert_true(came_through > 3 && lost > 50);
}

// A log of 1000 pages is copied into the database now and then: this one is smaller, so that it happens often.
static void no_power_cut_while_the_log_is_copied_into_the_database_harms_it(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 16; seed++) {
    desk d;
    rt_sentence why;
    begin(&d, seed);
    assert_true(install(&d));
    for (int life = 0; life < 6; life++) {
      open_store(&d);
      const uint32_t count = count_sessions(&d);
      assert_true(count == d.done || count == d.done + 1);
      d.done = count;
      rt_disk_cut_after(d.disk, 1 + rt_draw_below(rt_prng_next(&d.chance), 300));
      for (int i = 0; commit(&d); i++) {
        if (i % 7 != 6) continue;
        sqlite3 *database = rt_database_open(&d.file, &why);
        if (database != NULL) rt_sql_execute(database, "PRAGMA wal_checkpoint(TRUNCATE)");
        rt_database_close(database);
      }
      restart(&d, (rt_disk_loss)rt_draw_below(rt_prng_next(&d.chance), 4));
      assert_whole(&d);
    }
    end(&d);
  }
}

static void a_commit_without_a_sync_is_lost_now_and_then(void **state) {
  (void)state;
  int lost = 0;
  for (uint64_t seed = 0; seed < 30; seed++) {
    desk d;
    rt_sentence why;
    begin(&d, seed);
    assert_true(install(&d));
    sqlite3 *database = rt_database_open(&d.file, &why);
    assert_true(rt_sql_execute(database, "PRAGMA synchronous = NORMAL"));
    assert_true(rt_sql_execute(database, "INSERT INTO organizations VALUES (2, 'second', 0)"));
    rt_disk_cut_after(d.disk, 0);
    rt_database_close(database);
    assert_true(rt_disk_restart(d.disk, RT_LOSS_ANY));
    database = rt_database_open(&d.file, &why);
    sqlite3_stmt *row = rt_sql(database, "SELECT count(*) FROM organizations");
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    lost += sqlite3_column_int(row, 0) == 1;
    sqlite3_finalize(row);
    rt_database_close(database);
    end(&d);
  }
  assert_true(lost > 10);
}

// A process that dies in its trouble, another one that goes on, and a power cut. How often a batch was lost.
static int count_losses_after_trouble(rt_disk_trouble trouble, bool is_forgotten) {
  int lost = 0;
  for (uint64_t seed = 0; seed < 24; seed++) {
    desk d;
    begin(&d, seed);
    assert_true(install(&d));
    open_store(&d);
    assert_true(commit(&d));
    rt_disk_set_trouble(d.disk, trouble);
    assert_false(commit(&d));
    restart(&d, RT_LOSS_NONE);
    rt_disk_set_trouble(d.disk, RT_DISK_SOUND);
    if (is_forgotten) assert_true(rt_disk_settle(d.disk, "retarget.db-wal"));
    open_store(&d);
    d.done = count_sessions(&d);
    assert_true(commit(&d));
    restart(&d, RT_LOSS_ANY);
    assert_whole(&d);
    open_store(&d);
    lost += count_sessions(&d) < d.done;
    end(&d);
  }
  return lost;
}

static void what_a_failed_sync_gave_up_would_take_later_batches_with_it_and_is_forgotten(void **state) {
  (void)state;
  assert_int_equal(count_losses_after_trouble(RT_DISK_FULL, false), 0);
  assert_int_equal(count_losses_after_trouble(RT_DISK_UNWRITABLE, false), 0);
  assert_true(count_losses_after_trouble(RT_DISK_UNSYNCABLE, false) > 4);
  assert_int_equal(count_losses_after_trouble(RT_DISK_UNSYNCABLE, true), 0);
}

static void a_disk_in_trouble_refuses_batches_and_loses_none_that_it_took(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 12; seed++) {
    desk d;
    rt_sentence why;
    begin(&d, seed);
    assert_true(install(&d));
    open_store(&d);
    for (int i = 0; i < 20; i++) {
      assert_true(commit(&d));
      if (rt_draw_below(rt_prng_next(&d.chance), 3) > 0) continue;
      const rt_disk_trouble trouble = RT_DISK_FULL + rt_draw_below(rt_prng_next(&d.chance), 3);
      rt_disk_set_trouble(d.disk, trouble);
      assert_false(commit(&d));
      assert_int_equal(rt_store_sqlite_commit(d.store, &why), 0);
      if (rt_draw_below(rt_prng_next(&d.chance), 2) == 0) {  // the process is started again, and nothing else
        restart(&d, RT_LOSS_NONE);
        rt_disk_set_trouble(d.disk, RT_DISK_SOUND);
        assert_true(rt_disk_settle(d.disk, "retarget.db-wal"));
        open_store(&d);
        d.done = count_sessions(&d);
        assert_true(commit(&d));
        restart(&d, (rt_disk_loss)rt_draw_below(rt_prng_next(&d.chance), 4));
        assert_whole(&d);
        open_store(&d);
        assert_int_equal(count_sessions(&d), d.done);
      } else {
        rt_disk_set_trouble(d.disk, RT_DISK_SOUND);
        assert_int_not_equal(rt_store_sqlite_commit(d.store, &why), 0);
        d.done++;
      }
    }
    restart(&d, RT_LOSS_ANY);
    open_store(&d);
    assert_int_equal(count_sessions(&d), d.done);
    end(&d);
  }
}

static uint64_t print_of(uint64_t seed) {
  desk d;
  begin(&d, seed);
  assert_true(install(&d));
  open_store(&d);
  for (int i = 0; i < 5; i++) assert_true(commit(&d));
  restart(&d, RT_LOSS_ANY);
  open_store(&d);
  for (int i = 0; i < 5; i++) assert_true(commit(&d));
  const uint64_t print = rt_disk_fingerprint(d.disk);
  end(&d);
  return print;
}

static void the_same_seed_makes_the_same_database_byte_for_byte(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 5; seed++) {
    assert_int_equal(print_of(seed), print_of(seed));
    assert_int_not_equal(print_of(seed), print_of(seed + 1));
  }
}

RUN_TESTS(cmocka_unit_test(an_installation_that_loses_power_anywhere_can_be_gone_on_with),
          cmocka_unit_test(a_batch_is_there_after_a_power_cut_whole_if_it_was_reported_and_whole_or_not_at_all_if_not),
          cmocka_unit_test(no_power_cut_while_the_log_is_copied_into_the_database_harms_it),
          cmocka_unit_test(a_commit_without_a_sync_is_lost_now_and_then),
          cmocka_unit_test(what_a_failed_sync_gave_up_would_take_later_batches_with_it_and_is_forgotten),
          cmocka_unit_test(a_disk_in_trouble_refuses_batches_and_loses_none_that_it_took),
          cmocka_unit_test(the_same_seed_makes_the_same_database_byte_for_byte))
