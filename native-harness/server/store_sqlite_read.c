// store_sqlite_read.c: rows to records.
// SPDX-License-Identifier: MIT
#include <string.h>

#include "codec/url.h"
#include "server/catalog.h"
#include "server/store_sqlite_parts.h"

bool rt_sql_reader_open(rt_sql_reader *reader, sqlite3 *database) {
  *reader = (rt_sql_reader){.database = database, .seen_data_version = -1, .seen_revision = -1};
  reader->data_version = rt_sql(database, "PRAGMA data_version");
  reader->revision = rt_sql(database, "SELECT revision FROM catalog_revision");
  reader->request = rt_sql(database, "SELECT * FROM requests WHERE id = ?1");
  reader->pairs =
      rt_sql(database,
             "SELECT s.offer, s.model, s.price, s.rendered_at, s.viewable_at, c.event_at, c.followed_at, "
             "c.follow, c.is_origin_proven FROM served_offers s LEFT JOIN clicks c "
             "ON c.request = s.request AND c.position = s.position WHERE s.request = ?1 ORDER BY s.position");
  reader->sessions = rt_sql(database,
                            "SELECT *, rowid FROM sessions WHERE rowid < ?1 AND +created_at >= ?2 ORDER BY rowid DESC "
                            "LIMIT ?3");
  return reader->data_version != NULL && reader->revision != NULL && reader->request != NULL && reader->pairs != NULL &&
         reader->sessions != NULL;
}

void rt_sql_reader_close(rt_sql_reader *reader) {
  sqlite3_finalize(reader->data_version);
  sqlite3_finalize(reader->revision);
  sqlite3_finalize(reader->request);
  sqlite3_finalize(reader->pairs);
  sqlite3_finalize(reader->sessions);
  rt_database_close(reader->database);
}

// Steps to the next row. False: there is none, with RT_OK in `status` after the last one and RT_FAILED after an error.
static bool next_row(sqlite3_stmt *statement, rt_status *status) {
  const int step = sqlite3_step(statement);
  *status = step == SQLITE_ROW || step == SQLITE_DONE ? RT_OK : RT_FAILED;
  return step == SQLITE_ROW;
}

// The one number a statement gives; -1 after an error.
static int64_t number_from(sqlite3_stmt *statement) {
  const int64_t number = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
  sqlite3_reset(statement);
  return number;
}

// The file's version moves with every commit of another connection, our own writer's included; the revision only with
// websites and offers.
bool rt_sql_reader_is_catalog_changed(rt_sql_reader *reader) {
  const int64_t version = number_from(reader->data_version);
  if (version == reader->seen_data_version) return false;
  const int64_t revision = number_from(reader->revision);
  if (revision == -1) return false;
  reader->seen_data_version = version;  // only now: what could not be read is asked for again
  return revision != reader->seen_revision;
}

static rt_location location_from(sqlite3_stmt *statement, int column) {
  rt_location location;
  if (rt_location_set_country(&location, rt_sql_text(statement, column))) {
    rt_location_set_region(&location, rt_sql_text(statement, column + 1));
  }
  return location;
}

static rt_status read_dev_origins(sqlite3_stmt *origins, rt_website *website, rt_writer *room) {
  rt_status status;
  rt_sql_bind_number(origins, 1, website->number);
  while (next_row(origins, &status)) {
    if (website->dev_origin_count == RT_MAX_DEV_ORIGINS) continue;
    const rt_bytes origin = rt_sql_text(origins, 0);
    const size_t start = room->length;
    rt_write_bytes(room, origin);
    if (!room->is_overflowed)
      website->dev_origins[website->dev_origin_count++] = (rt_bytes){room->data + start, origin.length};
  }
  sqlite3_reset(origins);
  return status;
}

// A code that this build's table of places does not know is passed over: databases outlive tables.
static rt_status read_places(sqlite3_stmt *rows, rt_website *website) {
  rt_status status;
  rt_sql_bind_number(rows, 1, website->number);
  while (next_row(rows, &status)) {
    rt_place place, country;
    if (rt_place_parse(rt_sql_text(rows, 0), &place, &country) == RT_OK) rt_geo_rule_list(&website->geo_rule, place);
  }
  sqlite3_reset(rows);
  return status;
}

static rt_status load_websites(sqlite3 *database, rt_catalog *catalog) {
  sqlite3_stmt *rows = rt_sql(database,
                              "SELECT id, domain, public_key, website_key, secret_hash, accepted, default_reason, "
                              "support_label, support_url, are_subdomains_allowed, is_enabled, is_trigger_enabled, "
                              "geo_mode FROM websites ORDER BY id");
  sqlite3_stmt *origins = rt_sql(database, "SELECT origin FROM website_dev_origins WHERE website = ?1 ORDER BY origin");
  sqlite3_stmt *places = rt_sql(database, "SELECT code FROM website_places WHERE website = ?1");
  rt_status status = rows != NULL && origins != NULL && places != NULL ? RT_OK : RT_FAILED;
  while (status == RT_OK && next_row(rows, &status)) {
    char room[RT_MAX_DEV_ORIGINS * RT_MAX_API_BASE_LENGTH];
    rt_writer writer = rt_writer_over(room, sizeof room);
    rt_website website = {
        .number = sqlite3_column_int64(rows, 0),
        .domain = rt_sql_text(rows, 1),
        .accepted = {(uint32_t)sqlite3_column_int64(rows, 5)},
        .default_reason = (rt_reason)sqlite3_column_int(rows, 6),
        .support_label = rt_sql_text(rows, 7),
        .support_url = rt_sql_text(rows, 8),
        .are_subdomains_allowed = sqlite3_column_int(rows, 9) != 0,
        .is_enabled = sqlite3_column_int(rows, 10) != 0,
        .is_trigger_enabled = sqlite3_column_int(rows, 11) != 0,
        .geo_rule = rt_geo_rule_of((rt_geo_mode)sqlite3_column_int(rows, 12)),
    };
    const bool is_whole = rt_sql_blob(rows, 2, website.public_key.bytes, RT_ID_BYTES) &&
                          rt_sql_blob(rows, 3, website.website_key.bytes, RT_ID_BYTES) &&
                          rt_sql_blob(rows, 4, website.secret_hash, RT_SECRET_HASH_BYTES) &&
                          website.default_reason < RT_REASON_COUNT && website.geo_rule.mode <= RT_GEO_BLOCK;
    if (!is_whole) continue;
    status = read_dev_origins(origins, &website, &writer);
    if (status == RT_OK) status = read_places(places, &website);
    if (status == RT_OK) status = rt_catalog_add_website(catalog, &website);
  }
  sqlite3_finalize(rows);
  sqlite3_finalize(origins);
  sqlite3_finalize(places);
  return status;
}

// Into `rates`, which the offer points at.
static rt_status read_rates(sqlite3_stmt *rows, rt_catalog_offer *offer, rt_rate *rates) {
  rt_status status;
  rt_sql_bind_blob(rows, 1, offer->id.bytes, RT_ID_BYTES);
  while (next_row(rows, &status)) {
    const rt_bytes country = rt_sql_text(rows, 0);
    if (country.length == 0 || country.length > RT_MAX_COUNTRY_LENGTH || offer->rate_count == RT_MAX_RATES) continue;
    rt_rate *rate = &rates[offer->rate_count++];
    *rate = (rt_rate){.amount = {sqlite3_column_int64(rows, 1)}};
    memcpy(rate->country, country.data, country.length);
  }
  sqlite3_reset(rows);
  return status;
}

static bool is_plain_http(rt_bytes landing) {
  rt_url url;
  return rt_url_parse(landing, &url) != RT_OK || !url.is_https;
}

static rt_status load_offers(sqlite3 *database, rt_catalog *catalog) {
  sqlite3_stmt *rows = rt_sql(database,
                              "SELECT id, brand, headline, cta, image, landing, vertical, model, is_premium, is_live "
                              "FROM offers ORDER BY id");
  sqlite3_stmt *rate_rows = rt_sql(database, "SELECT country, micros FROM offer_rates WHERE offer = ?1");
  rt_status status = rows != NULL && rate_rows != NULL ? RT_OK : RT_FAILED;
  while (status == RT_OK && next_row(rows, &status)) {
    rt_rate rates[RT_MAX_RATES];
    rt_catalog_offer offer = {
        .brand = rt_sql_text(rows, 1),
        .headline = rt_sql_text(rows, 2),
        .cta = rt_sql_text(rows, 3),
        .image = rt_sql_text(rows, 4),
        .landing = rt_sql_text(rows, 5),
        .vertical = (rt_vertical)sqlite3_column_int(rows, 6),
        .model = sqlite3_column_int(rows, 7) == RT_MODEL_CPA ? RT_MODEL_CPA : RT_MODEL_CPC,
        .rates = rates,
        .is_premium = sqlite3_column_int(rows, 8) != 0,
        .is_live = sqlite3_column_int(rows, 9) != 0,
    };
    if (!rt_sql_blob(rows, 0, offer.id.bytes, RT_ID_BYTES) || offer.vertical >= RT_VERTICAL_COUNT) continue;
    offer.is_local = is_plain_http(offer.landing);
    status = read_rates(rate_rows, &offer, rates);
    if (status == RT_OK) status = rt_catalog_add_offer(catalog, &offer);
  }
  sqlite3_finalize(rows);
  sqlite3_finalize(rate_rows);
  return status;
}

// One read transaction, so that websites, offers and the revision are of one moment.
rt_status rt_sql_reader_load_catalog(rt_sql_reader *reader, rt_catalog *catalog) {
  if (!rt_sql_execute(reader->database, "BEGIN")) return RT_FAILED;
  const int64_t revision = number_from(reader->revision);
  rt_status status = revision == -1 ? RT_FAILED : load_websites(reader->database, catalog);
  if (status == RT_OK) status = load_offers(reader->database, catalog);
  rt_sql_execute(reader->database, "COMMIT");
  if (status == RT_OK) {
    reader->seen_revision = revision;
  } else {
    reader->seen_data_version = -1;  // asked again soon
  }
  return status;
}

rt_status rt_sql_reader_load_sessions(rt_sql_reader *reader, rt_wall since, int64_t *cursor, rt_session *sessions,
                                      size_t capacity, size_t *count) {
  sqlite3_stmt *rows = reader->sessions;
  rt_status status;
  *count = 0;
  rt_sql_bind_number(rows, 1, *cursor == 0 ? INT64_MAX : *cursor);
  rt_sql_bind_number(rows, 2, since.ms);
  rt_sql_bind_number(rows, 3, (int64_t)capacity);
  while (next_row(rows, &status)) {
    rt_session *session = &sessions[(*count)++];
    *session = (rt_session){
        .website = sqlite3_column_int64(rows, 1),
        .created_at = {sqlite3_column_int64(rows, 2)},
        .triggered_at = {sqlite3_column_int64(rows, 3)},
        .location = location_from(rows, 5),
        .reason = (rt_reason)sqlite3_column_int(rows, 7),
        .is_test = sqlite3_column_int(rows, 8) != 0,
    };
    rt_sql_blob(rows, 0, session->id.bytes, RT_ID_BYTES);
    rt_sql_blob(rows, 4, session->request.bytes, RT_ID_BYTES);
    *cursor = sqlite3_column_int64(rows, 9);
  }
  sqlite3_reset(rows);
  return status;
}

static rt_status read_pairs(sqlite3_stmt *rows, rt_request *request) {
  rt_status status;
  rt_sql_bind_blob(rows, 1, request->id.bytes, RT_ID_BYTES);
  while (next_row(rows, &status)) {
    if (request->offer_count == RT_MAX_OFFERS) continue;
    rt_pair *pair = &request->offers[request->offer_count++];
    *pair = (rt_pair){
        .model = sqlite3_column_int(rows, 1) == RT_MODEL_CPA ? RT_MODEL_CPA : RT_MODEL_CPC,
        .price = {sqlite3_column_int64(rows, 2)},
        .rendered_at = {sqlite3_column_int64(rows, 3)},
        .viewable_at = {sqlite3_column_int64(rows, 4)},
        .event_at = {sqlite3_column_int64(rows, 5)},
        .followed_at = {sqlite3_column_int64(rows, 6)},
        .follow = (rt_click_class)sqlite3_column_int(rows, 7),
        .is_origin_proven = sqlite3_column_int(rows, 8) != 0,
    };
    rt_sql_blob(rows, 0, pair->offer.bytes, RT_ID_BYTES);
  }
  sqlite3_reset(rows);
  return status;
}

rt_status rt_sql_reader_find_request(rt_sql_reader *reader, const rt_id *id, rt_request *request) {
  sqlite3_stmt *row = reader->request;
  rt_sql_bind_blob(row, 1, id->bytes, RT_ID_BYTES);
  rt_status status;
  const bool is_found = next_row(row, &status);
  if (is_found) {
    *request = (rt_request){
        .id = *id,
        .website = sqlite3_column_int64(row, 1),
        .created_at = {sqlite3_column_int64(row, 2)},
        .served_at = {sqlite3_column_int64(row, 3)},
        .location = location_from(row, 4),
        .barred = {(uint32_t)sqlite3_column_int64(row, 6)},
        .is_allowed = sqlite3_column_int(row, 7) != 0,
        .is_test = sqlite3_column_int(row, 8) != 0,
    };
  }
  sqlite3_reset(row);
  if (is_found) return read_pairs(reader->pairs, request);
  return status == RT_OK ? RT_NOT_FOUND : status;
}
