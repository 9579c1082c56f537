// geo_database.c: libmaxminddb, the layouts of several makers, and changing the file under a running server.
// SPDX-License-Identifier: MIT
#include "server/geo_database.h"

#include <errno.h>
#include <fcntl.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "domain/place.h"

enum {
  MOST_BYTES = 1 << 30,     // the largest city databases have a tenth of it
  MOST_SUBDIVISIONS = 4,    // GeoIP2 names two
  MOST_RECORDS_TRIED = 64,  // when looking for one with a country
};

struct rt_geo_database {
  char *path;
  pthread_rwlock_t lock;  // a lookup reads, a change of files writes
  MMDB_s file;
};

// ---------------------------------------------------------------- layouts

// Where makers put the country: GeoIP2 and DB-IP; ip-location-db and IPinfo Lite; IPinfo.
static const char *const country_paths[][5] = {{"country", "iso_code"}, {"country_code"}, {"country"}};

// Codes of regions beside GeoIP2's list of subdivisions, and names, which some have instead of codes.
static const char *const region_code_paths[][5] = {{"region_code"}};
static const char *const region_name_paths[][5] = {
    {"subdivisions", "0", "names", "en"}, {"state1"}, {"region"}, {"region_name"}};

static rt_bytes text_at(MMDB_entry_s *entry, const char *const *path) {
  MMDB_entry_data_s data;
  if (MMDB_aget_value(entry, &data, path) != MMDB_SUCCESS || !data.has_data) return RT_BYTES_NONE;
  if (data.type != MMDB_DATA_TYPE_UTF8_STRING) return RT_BYTES_NONE;
  return (rt_bytes){data.utf8_string, data.data_size};
}

// False: the record has no country of ISO 3166-1.
static bool read_country(MMDB_entry_s *entry, rt_location *location) {
  rt_place place;
  for (size_t i = 0; i < sizeof country_paths / sizeof country_paths[0]; i++) {
    const rt_bytes code = text_at(entry, country_paths[i]);
    if (rt_location_set_country(location, code) && rt_place_of(location, &place)) return true;
  }
  *location = (rt_location){0};
  return false;
}

// Takes a region only if ISO 3166-2 has it.
static bool set_region(rt_location *location, rt_bytes code) {
  rt_place place;
  if (rt_location_set_region(location, code) && rt_place_of(location, &place)) {
    if (strcmp(rt_place_location(place).region, location->region) == 0) return true;
  }
  rt_location_set_region(location, RT_BYTES_NONE);
  return false;
}

// The smallest subdivision that has a code: what is around it is known from the code.
static bool read_subdivisions(MMDB_entry_s *entry, rt_location *location) {
  bool is_found = false;
  for (int i = 0; i < MOST_SUBDIVISIONS; i++) {
    const char index[] = {(char)('0' + i), '\0'};
    const char *const path[] = {"subdivisions", index, "iso_code", NULL};
    const rt_bytes code = text_at(entry, path);
    if (code.data == NULL) break;
    rt_location smaller = *location;
    if (!set_region(&smaller, code)) continue;
    *location = smaller;
    is_found = true;
  }
  return is_found;
}

static void read_region(MMDB_entry_s *entry, rt_location *location) {
  rt_place place;
  if (read_subdivisions(entry, location)) return;
  for (size_t i = 0; i < sizeof region_code_paths / sizeof region_code_paths[0]; i++) {
    if (set_region(location, text_at(entry, region_code_paths[i]))) return;
  }
  for (size_t i = 0; i < sizeof region_name_paths / sizeof region_name_paths[0]; i++) {
    if (!rt_place_named(location, text_at(entry, region_name_paths[i]), &place)) continue;
    *location = rt_place_location(place);
    return;
  }
}

// ---------------------------------------------------------------- files

// The bytes of a file in memory that nobody else can change. -1: errno says why.
static int copy_to_memory(const char *path) {
  struct stat about;
  const int from = open(path, O_RDONLY | O_CLOEXEC);
  if (from < 0) return -1;
  const int copy = memfd_create("geo-database", MFD_CLOEXEC);
  bool is_copied = copy >= 0 && fstat(from, &about) == 0;
  if (is_copied && (!S_ISREG(about.st_mode) || about.st_size > MOST_BYTES)) {
    errno = S_ISDIR(about.st_mode) ? EISDIR : EFBIG;
    is_copied = false;
  }
  static char room[1 << 16];
  for (ssize_t got = 1; is_copied && got > 0;) {
    got = read(from, room, sizeof room);
    is_copied = got >= 0;
    for (ssize_t put = 0; is_copied && put < got;) {
      const ssize_t written = write(copy, room + put, (size_t)(got - put));
      is_copied = written > 0;
      put += written;
    }
  }
  const int error = errno;
  close(from);
  if (!is_copied && copy >= 0) close(copy);
  errno = error;
  return is_copied ? copy : -1;
}

// Whether one of the first records has a country: a database of networks or companies has none.
static bool has_countries(MMDB_s *file) {
  uint32_t open_nodes[130] = {0};  // one for each bit of an address, and the root
  size_t depth = 1;
  int tried = 0;
  while (depth > 0 && tried < MOST_RECORDS_TRIED) {
    MMDB_search_node_s node;
    if (MMDB_read_node(file, open_nodes[--depth], &node) != MMDB_SUCCESS) return false;
    const uint64_t records[] = {node.right_record, node.left_record};
    const uint8_t kinds[] = {node.right_record_type, node.left_record_type};
    MMDB_entry_s *entries[] = {&node.right_record_entry, &node.left_record_entry};
    for (size_t side = 0; side < 2; side++) {
      rt_location location;
      if (kinds[side] == MMDB_RECORD_TYPE_DATA) {
        tried++;
        if (read_country(entries[side], &location)) return true;
      } else if (kinds[side] == MMDB_RECORD_TYPE_SEARCH_NODE && depth < sizeof open_nodes / sizeof open_nodes[0]) {
        open_nodes[depth++] = (uint32_t)records[side];
      }
    }
  }
  return false;
}

static bool open_file(const char *path, MMDB_s *file, rt_sentence *why) {
  const int copy = copy_to_memory(path);
  if (copy < 0) {
    snprintf(why->text, sizeof why->text, "The location database %.200s cannot be read: %s.", path, strerror(errno));
    return false;
  }
  char name[32];
  snprintf(name, sizeof name, "/proc/self/fd/%d", copy);
  const int status = MMDB_open(name, MMDB_MODE_MMAP, file);
  close(copy);
  if (status != MMDB_SUCCESS) {
    snprintf(why->text, sizeof why->text, "%.200s is no database in MaxMind's format, or not all of one: %s.", path,
             MMDB_strerror(status));
    return false;
  }
  if (has_countries(file)) return true;
  snprintf(why->text, sizeof why->text,
           "%.200s (%.60s) has no countries in a layout that is known here; a country or city database is needed.",
           path, file->metadata.database_type);
  MMDB_close(file);
  return false;
}

rt_geo_database *rt_geo_database_open(const char *path, rt_sentence *why) {
  rt_geo_database *database = calloc(1, sizeof *database);
  snprintf(why->text, sizeof why->text, "There is not enough memory for the location database.");
  if (database == NULL) return NULL;
  database->path = strdup(path);
  if (database->path == NULL || !open_file(path, &database->file, why)) {
    free(database->path);
    free(database);
    return NULL;
  }
  pthread_rwlock_init(&database->lock, NULL);
  return database;
}

void rt_geo_database_close(rt_geo_database *database) {
  if (database == NULL) return;
  MMDB_close(&database->file);
  pthread_rwlock_destroy(&database->lock);
  free(database->path);
  free(database);
}

bool rt_geo_database_reload(rt_geo_database *database, rt_sentence *why) {
  MMDB_s file;
  if (!open_file(database->path, &file, why)) return false;
  pthread_rwlock_wrlock(&database->lock);
  MMDB_s old = database->file;
  database->file = file;
  pthread_rwlock_unlock(&database->lock);
  MMDB_close(&old);
  return true;
}

rt_sentence rt_geo_database_describe(rt_geo_database *database) {
  rt_sentence description;
  char date[16] = "";
  struct tm day;
  pthread_rwlock_rdlock(&database->lock);
  const time_t built = (time_t)database->file.metadata.build_epoch;
  if (gmtime_r(&built, &day) != NULL) strftime(date, sizeof date, "%Y-%m-%d", &day);
  snprintf(description.text, sizeof description.text, "%.60s of %s", database->file.metadata.database_type, date);
  pthread_rwlock_unlock(&database->lock);
  return description;
}

// ---------------------------------------------------------------- addresses

static rt_location find(void *self, const rt_address *address) {
  rt_geo_database *database = self;
  rt_location location = {0};
  struct sockaddr_in four = {.sin_family = AF_INET};
  struct sockaddr_in6 six = {.sin6_family = AF_INET6};
  memcpy(&four.sin_addr, address->bytes + 12, 4);
  memcpy(&six.sin6_addr, address->bytes, 16);
  if (rt_address_is_nowhere(address)) return location;
  const void *as_socket = rt_address_is_ipv4(address) ? (const void *)&four : (const void *)&six;
  int error;
  pthread_rwlock_rdlock(&database->lock);
  MMDB_lookup_result_s result = MMDB_lookup_sockaddr(&database->file, as_socket, &error);
  if (error == MMDB_SUCCESS && result.found_entry && read_country(&result.entry, &location)) {
    read_region(&result.entry, &location);
  }
  pthread_rwlock_unlock(&database->lock);
  return location;
}

rt_locator rt_geo_database_locator(rt_geo_database *database) { return (rt_locator){database, find}; }
