// store_sqlite_test.c: records through a real database file and back, and what is left of them after a month.
// SPDX-License-Identifier: MIT
#include "server/store_sqlite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/admin.h"
#include "unit.h"

typedef struct {
  char directory[64], path[96];
  rt_store_sqlite *store;
  rt_store door;
  sqlite3 *outside;  // somebody else's connection
  rt_site site;
  rt_new_offer offer;
} fixture;

static const rt_wall noon = {1772366400000};  // 2026-03-01T12:00:00Z
static const int64_t day = 86400000;

static int set_up(void **state) {
  fixture *test = calloc(1, sizeof *test);
  rt_sentence why;
  rt_new_secret secret;
  const rt_entropy entropy = rt_system_entropy();
  snprintf(test->directory, sizeof test->directory, "/tmp/retarget-store-XXXXXX");
  assert_non_null(mkdtemp(test->directory));
  snprintf(test->path, sizeof test->path, "%s/test.db", test->directory);
  const rt_database_file file = rt_system_file(test->path);
  test->store = rt_store_sqlite_open(&file, &why);
  assert_non_null(test->store);
  test->door = rt_store_sqlite_interface(test->store);
  test->outside = rt_database_open(&file, &why);
  assert_non_null(test->outside);
  snprintf(test->site.domain, sizeof test->site.domain, "shop.example");
  test->site.is_enabled = true;
  assert_true(rt_site_add(test->outside, &entropy, &test->site, &secret, noon, &why));
  test->offer.rates[0] = (rt_rate){"*", {450000}};
  test->offer.offer = (rt_catalog_offer){.brand = RT_BYTES("Bank"),
                                         .landing = RT_BYTES("https://ads.example/"),
                                         .rates = test->offer.rates,
                                         .rate_count = 1,
                                         .is_live = true};
  assert_true(rt_offer_add(test->outside, &entropy, &test->offer, noon, &why));
  *state = test;
  return 0;
}

static int tear_down(void **state) {
  fixture *test = *state;
  char command[160];
  rt_store_sqlite_close(test->store);
  rt_database_close(test->outside);
  snprintf(command, sizeof command, "rm -r %s", test->directory);
  assert_int_equal(system(command), 0);
  free(test);
  return 0;
}

static void commit(fixture *test, const rt_change *changes, size_t count) {
  rt_sentence why;
  const uint64_t batch = test->door.append(test->door.self, changes, count);
  assert_int_not_equal(batch, 0);
  assert_true(rt_store_sqlite_wait(test->store, rt_ms(0)));
  assert_int_equal(rt_store_sqlite_commit(test->store, &why), batch);
}

static rt_change request_change(const fixture *test, unsigned char number, rt_wall at) {
  rt_change change = {.kind = RT_CHANGE_REQUEST, .at = at};
  change.as.request = (rt_request){.id = {{number}},
                                   .website = test->site.number,
                                   .created_at = at,
                                   .served_at = at,
                                   .location = {"US", "NJ"},
                                   .barred = {5},
                                   .is_allowed = true,
                                   .offer_count = 2};
  for (size_t i = 0; i < 2; i++) {
    change.as.request.offers[i] =
        (rt_pair){.offer = test->offer.id, .price = {450000 + (int64_t)i}, .model = RT_MODEL_CPA};
  }
  return change;
}

static rt_change pair_change(const rt_request *request, uint32_t position, rt_pair pair) {
  return (rt_change){.kind = RT_CHANGE_PAIR,
                     .as.pair = {request->id, {{request->id.bytes[0], (unsigned char)position, 7}}, position, pair}};
}

static int64_t count_of(const fixture *test, const char *sql) {
  sqlite3_stmt *row = rt_sql(test->outside, sql);
  assert_non_null(row);
  assert_int_equal(sqlite3_step(row), SQLITE_ROW);
  const int64_t count = sqlite3_column_int64(row, 0);
  sqlite3_finalize(row);
  return count;
}

static void a_request_comes_back_as_it_was(void **state) {
  fixture *test = *state;
  const rt_change change = request_change(test, 1, noon);
  rt_pair clicked = change.as.request.offers[1];
  clicked.rendered_at = clicked.event_at = clicked.followed_at = noon;
  clicked.follow = RT_CLICK_DUPLICATE;
  clicked.is_origin_proven = true;
  const rt_change all[] = {change, pair_change(&change.as.request, 1, clicked)};
  commit(test, all, 2);
  commit(test, all, 2);  // twice is once
  rt_request found;
  assert_int_equal(test->door.find_request(test->door.self, &change.as.request.id, &found), RT_OK);
  rt_request expected = change.as.request;
  expected.offers[1] = clicked;
  assert_int_equal(found.offer_count, 2);
  assert_memory_equal(&found.id, &expected.id, sizeof found.id);
  assert_int_equal(found.served_at.ms, noon.ms);
  assert_string_equal(found.location.country, "US");
  assert_string_equal(found.location.region, "NJ");
  assert_int_equal(found.barred.bits, 5);
  assert_int_equal(found.offers[0].price.value, 450000);
  assert_int_equal(found.offers[0].followed_at.ms, 0);
  assert_int_equal(found.offers[1].price.value, 450001);
  assert_int_equal(found.offers[1].model, RT_MODEL_CPA);
  assert_int_equal(rt_pair_class(&found.offers[1]), RT_CLICK_DUPLICATE);
  assert_true(found.offers[1].is_origin_proven);
  rt_change tested = change;
  tested.as.request.is_test = true;
  commit(test, &tested, 1);
  assert_int_equal(test->door.find_request(test->door.self, &change.as.request.id, &found), RT_OK);
  assert_true(found.is_test);
  assert_int_equal(test->door.find_request(test->door.self, &(rt_id){{9}}, &found), RT_NOT_FOUND);
  assert_int_equal(count_of(test, "SELECT count(*) FROM clicks WHERE class = 'duplicate'"), 1);
}

static void sessions_come_back_page_by_page(void **state) {
  fixture *test = *state;
  for (unsigned char i = 1; i <= 7; i++) {
    rt_change change = {.kind = RT_CHANGE_SESSION};
    change.as.session = (rt_session){.id = {{i}}, .website = test->site.number, .created_at = {noon.ms + i}};
    commit(test, &change, 1);
    if (i != 5) continue;
    change.as.session.triggered_at = (rt_wall){noon.ms + 50};
    change.as.session.request = (rt_id){{77}};
    change.as.session.reason = RT_REASON_AGE;
    commit(test, &change, 1);
  }
  rt_session page[3];
  int64_t cursor = 0;
  size_t total = 0;
  bool is_triggered_seen = false;
  for (size_t count = 1; count > 0;) {
    assert_int_equal(test->door.load_sessions(test->door.self, (rt_wall){noon.ms + 3}, &cursor, page, 3, &count),
                     RT_OK);
    for (size_t i = 0; i < count; i++) {
      assert_int_equal(page[i].created_at.ms, noon.ms + 7 - (int64_t)(total + i));  // the newest first
      if (page[i].id.bytes[0] != 5) continue;
      is_triggered_seen =
          page[i].triggered_at.ms == noon.ms + 50 && page[i].request.bytes[0] == 77 && page[i].reason == RT_REASON_AGE;
    }
    total += count;
  }
  assert_int_equal(total, 5);
  assert_true(is_triggered_seen);
}

static void what_cannot_be_read_is_not_taken_for_missing(void **state) {
  fixture *test = *state;
  rt_session page[3];
  int64_t cursor = 0;
  size_t count;
  const rt_change change = request_change(test, 1, noon);
  rt_request found;
  commit(test, &change, 1);
  assert_true(rt_sql_execute(test->outside, "ALTER TABLE served_offers RENAME TO away"));
  assert_int_equal(test->door.find_request(test->door.self, &change.as.request.id, &found), RT_FAILED);
  assert_true(rt_sql_execute(test->outside, "ALTER TABLE requests RENAME TO away_too"));
  assert_int_equal(test->door.find_request(test->door.self, &change.as.request.id, &found), RT_FAILED);
  assert_true(rt_sql_execute(test->outside, "ALTER TABLE sessions RENAME TO gone"));
  assert_int_equal(test->door.load_sessions(test->door.self, noon, &cursor, page, 3, &count), RT_FAILED);
  assert_int_equal(count, 0);
}

static void only_somebody_elses_change_of_websites_or_offers_is_news(void **state) {
  fixture *test = *state;
  rt_sentence why;
  assert_true(test->door.is_catalog_changed(test->door.self));
  rt_catalog *catalog = rt_catalog_open();
  assert_int_equal(test->door.load_catalog(test->door.self, catalog), RT_OK);
  assert_int_equal(rt_catalog_offer_count(catalog), 1);
  assert_non_null(rt_catalog_website_by_key(catalog, &test->site.website_key));
  rt_catalog_close(catalog);
  assert_false(test->door.is_catalog_changed(test->door.self));
  const rt_change change = request_change(test, 1, noon);
  commit(test, &change, 1);
  assert_false(test->door.is_catalog_changed(test->door.self));
  assert_true(rt_offer_set_live(test->outside, &test->offer.id, false, &why));
  assert_true(test->door.is_catalog_changed(test->door.self));
}

static void a_row_that_the_tables_refuse_does_not_hold_up_the_others(void **state) {
  fixture *test = *state;
  rt_change changes[] = {request_change(test, 1, noon), request_change(test, 2, noon)};
  changes[0].as.request.website = 999;  // deleted by hand
  commit(test, changes, 2);
  assert_int_equal(count_of(test, "SELECT count(*) FROM requests"), 1);
}

static void requests_become_daily_counts_after_thirty_days_and_sessions_go_after_one(void **state) {
  fixture *test = *state;
  rt_change changes[] = {request_change(test, 1, noon), request_change(test, 2, (rt_wall){noon.ms + 1}),
                         request_change(test, 3, (rt_wall){noon.ms + day})};
  rt_pair clicked = changes[0].as.request.offers[0];
  clicked.rendered_at = clicked.viewable_at = clicked.event_at = clicked.followed_at = noon;
  clicked.follow = RT_CLICK_BILLABLE;
  commit(test, changes, 3);
  rt_pair duplicate = clicked;
  duplicate.follow = RT_CLICK_DUPLICATE;
  const rt_change clicks[] = {pair_change(&changes[0].as.request, 0, clicked),
                              pair_change(&changes[1].as.request, 1, duplicate)};
  commit(test, clicks, 2);
  rt_change session = {.kind = RT_CHANGE_SESSION};
  session.as.session = (rt_session){.id = {{1}}, .website = test->site.number, .created_at = noon};
  commit(test, &session, 1);

  assert_false(rt_store_sqlite_prune(test->store, (rt_wall){noon.ms + day}));
  assert_int_equal(count_of(test, "SELECT count(*) FROM sessions"), 1);
  assert_false(rt_store_sqlite_prune(test->store, (rt_wall){noon.ms + day + 1}));
  assert_int_equal(count_of(test, "SELECT count(*) FROM sessions"), 0);
  assert_int_equal(count_of(test, "SELECT count(*) FROM requests"), 3);

  assert_false(rt_store_sqlite_prune(test->store, (rt_wall){noon.ms + 30 * day + 2}));
  assert_false(rt_store_sqlite_prune(test->store, (rt_wall){noon.ms + 30 * day + 2}));
  assert_int_equal(count_of(test, "SELECT count(*) FROM requests"), 1);
  assert_int_equal(count_of(test, "SELECT count(*) FROM served_offers"), 2);
  assert_int_equal(count_of(test, "SELECT count(*) FROM clicks"), 0);
  assert_int_equal(count_of(test, "SELECT count FROM daily_counts WHERE kind = 'served'"), 4);
  assert_int_equal(count_of(test, "SELECT count FROM daily_counts WHERE kind = 'rendered'"), 2);
  assert_int_equal(count_of(test, "SELECT count FROM daily_counts WHERE kind = 'viewable'"), 2);
  assert_int_equal(count_of(test, "SELECT count FROM daily_counts WHERE kind = 'click:billable'"), 1);
  assert_int_equal(count_of(test, "SELECT count FROM daily_counts WHERE kind = 'click:duplicate'"), 1);
  assert_int_equal(count_of(test, "SELECT count(*) FROM daily_counts"), 5);
  assert_int_equal(count_of(test, "SELECT min(day) FROM daily_counts"), noon.ms / day);
}

static void fill_with_sevens(void *self, void *bytes, size_t length) {
  (void)self;
  memset(bytes, 7, length);
}

static void keys_and_ids_are_drawn_from_the_entropy_handed_in(void **state) {
  fixture *test = *state;
  const rt_entropy sevens = {.fill = fill_with_sevens};
  char path[112];
  rt_sentence why;
  rt_keys keys, expected;
  rt_new_secret secret;
  memset(&expected, 7, sizeof expected);
  snprintf(path, sizeof path, "%s/another.db", test->directory);
  const rt_database_file file = {.path = path, .entropy = sevens};
  sqlite3 *database = rt_database_open(&file, &why);
  assert_true(rt_database_keys(database, &keys));
  assert_memory_equal(&keys, &expected, sizeof keys);
  rt_site site = test->site;
  assert_true(rt_site_add(database, &sevens, &site, &secret, noon, &why));
  assert_memory_equal(site.public_key.bytes, &expected, RT_ID_BYTES);
  assert_true(rt_offer_add(database, &sevens, &test->offer, noon, &why));
  assert_memory_equal(test->offer.id.bytes, &expected, RT_ID_BYTES);
  rt_database_close(database);
}

static rt_geo_list list_of(rt_geo_mode mode, const char *first, const char *second) {
  rt_geo_list list = {.mode = mode};
  rt_place country;
  if (first != NULL) assert_int_equal(rt_place_parse(rt_bytes_of(first), &list.places[list.count++], &country), RT_OK);
  if (second != NULL)
    assert_int_equal(rt_place_parse(rt_bytes_of(second), &list.places[list.count++], &country), RT_OK);
  return list;
}

// Whether the website in the database serves its product to visitors from a country.
static bool is_served(fixture *test, const char *country) {
  rt_location location;
  rt_catalog *catalog = rt_catalog_open();
  assert_int_equal(test->door.load_catalog(test->door.self, catalog), RT_OK);
  const rt_website *website = rt_catalog_website_by_number(catalog, test->site.number);
  assert_non_null(website);
  rt_location_set_country(&location, rt_bytes_of(country));
  const bool is_allowed = rt_geo_rule_decide(&website->geo_rule, &location).is_allowed;
  rt_catalog_close(catalog);
  return is_allowed;
}

static void a_geo_rule_is_news_comes_back_as_it_was_and_is_replaced_whole(void **state) {
  fixture *test = *state;
  static rt_geo_list list;
  rt_sentence why;
  assert_true(is_served(test, "FR"));
  test->door.is_catalog_changed(test->door.self);
  const rt_geo_list allow = list_of(RT_GEO_ALLOW, "DE", "US-NJ");
  assert_true(rt_site_save_geo(test->outside, &test->site, &allow, &why));
  assert_true(test->door.is_catalog_changed(test->door.self));
  assert_true(is_served(test, "DE"));
  assert_false(is_served(test, "FR"));
  assert_true(rt_site_load_geo(test->outside, &test->site, &list, &why));
  assert_int_equal(list.mode, RT_GEO_ALLOW);
  assert_int_equal(list.count, 2);
  assert_string_equal(rt_place_to_code(list.places[1]).text, "US-NJ");

  const rt_geo_list block = list_of(RT_GEO_BLOCK, "FR", NULL);
  assert_true(rt_site_save_geo(test->outside, &test->site, &block, &why));
  assert_true(test->door.is_catalog_changed(test->door.self));
  assert_true(is_served(test, "DE"));
  assert_false(is_served(test, "FR"));
  // What is set otherwise leaves the rule alone.
  assert_true(rt_site_save(test->outside, &test->site, &why));
  assert_false(is_served(test, "FR"));
}

static void a_database_of_the_first_version_is_brought_up_to_date_with_all_that_is_in_it(void **state) {
  fixture *test = *state;
  rt_sentence why;
  // What version 2 added is taken away again; what is left is what version 1 made.
  assert_true(rt_sql_execute(test->outside,
                             "DROP TABLE website_places; ALTER TABLE websites DROP COLUMN geo_mode; "
                             "PRAGMA user_version = 1"));
  const rt_database_file file = rt_system_file(test->path);
  sqlite3 *first = rt_database_open(&file, &why);
  assert_non_null(first);
  sqlite3 *second = rt_database_open(&file, &why);
  assert_non_null(second);
  rt_site site;
  assert_true(rt_site_find(first, RT_BYTES("shop.example"), &site, &why));
  assert_true(rt_id_equal(&site.website_key, &test->site.website_key));
  const rt_geo_list list = list_of(RT_GEO_BLOCK, "DE", NULL);
  assert_true(rt_site_save_geo(second, &site, &list, &why));
  assert_false(is_served(test, "DE"));
  rt_database_close(first);
  rt_database_close(second);
}

#define FILE_TEST(claim) cmocka_unit_test_setup_teardown(claim, set_up, tear_down)

RUN_TESTS(FILE_TEST(a_request_comes_back_as_it_was), FILE_TEST(sessions_come_back_page_by_page),
          FILE_TEST(what_cannot_be_read_is_not_taken_for_missing),
          FILE_TEST(only_somebody_elses_change_of_websites_or_offers_is_news),
          FILE_TEST(a_row_that_the_tables_refuse_does_not_hold_up_the_others),
          FILE_TEST(keys_and_ids_are_drawn_from_the_entropy_handed_in),
          FILE_TEST(a_geo_rule_is_news_comes_back_as_it_was_and_is_replaced_whole),
          FILE_TEST(a_database_of_the_first_version_is_brought_up_to_date_with_all_that_is_in_it),
          FILE_TEST(requests_become_daily_counts_after_thirty_days_and_sessions_go_after_one))
