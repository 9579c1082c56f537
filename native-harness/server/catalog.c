// catalog.c: an append-only list of websites and offers with an index by key.
// SPDX-License-Identifier: MIT
#include "server/catalog.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "server/table.h"

// Each thing is a block of its own, so that what was found stays where it is while more is added.
typedef struct {
  void **items;
  size_t count, capacity;
} list;

struct rt_catalog {
  list websites, offers;
  rt_table *by_website_key, *by_secret, *by_number, *by_offer;  // records are pointers to items
};

rt_catalog *rt_catalog_open(void) {
  rt_catalog *catalog = calloc(1, sizeof *catalog);
  if (catalog == NULL) return NULL;
  rt_table **indexes[] = {&catalog->by_website_key, &catalog->by_secret, &catalog->by_number, &catalog->by_offer};
  for (size_t i = 0; i < sizeof indexes / sizeof indexes[0]; i++) {
    *indexes[i] = rt_table_open(sizeof(void *), UINT32_MAX);
    if (*indexes[i] == NULL) {
      rt_catalog_close(catalog);
      return NULL;
    }
  }
  return catalog;
}

static void close_list(list *items) {
  for (size_t i = 0; i < items->count; i++) free(items->items[i]);
  free(items->items);
}

void rt_catalog_close(rt_catalog *catalog) {
  if (catalog == NULL) return;
  close_list(&catalog->websites);
  close_list(&catalog->offers);
  rt_table_close(catalog->by_website_key);
  rt_table_close(catalog->by_secret);
  rt_table_close(catalog->by_number);
  rt_table_close(catalog->by_offer);
  free(catalog);
}

// Owns `item` from here on, whatever comes back.
static rt_status keep(list *items, void *item) {
  if (item == NULL) return RT_NO_SPACE;
  if (items->count == items->capacity) {
    const size_t capacity = items->capacity == 0 ? 16 : items->capacity * 2;
    void **grown = realloc(items->items, capacity * sizeof *grown);
    if (grown == NULL) {
      free(item);
      return RT_NO_SPACE;
    }
    items->items = grown;
    items->capacity = capacity;
  }
  items->items[items->count++] = item;
  return RT_OK;
}

static rt_status enter(rt_table *index, const rt_id *id, const void *item) {
  if (rt_table_find(index, id) != NULL) return RT_OK;  // the first of equals stays
  const void **entry = rt_table_insert(index, id);
  if (entry == NULL) return RT_NO_SPACE;
  *entry = item;
  return RT_OK;
}

static const void *look_up(const rt_table *index, const rt_id *id) {
  const void *const *entry = rt_table_find(index, id);
  return entry == NULL ? NULL : *entry;
}

static rt_id id_of_number(int64_t number) {
  rt_id id = {{0}};
  memcpy(id.bytes, &number, sizeof number);
  return id;
}

static rt_id id_of_hash(const unsigned char *hash) {
  rt_id id;
  memcpy(id.bytes, hash, sizeof id.bytes);
  return id;
}

// Moves a slice's bytes to `*room` and the room on.
static void carry(rt_bytes *slice, char **room) {
  if (slice->length > 0) memcpy(*room, slice->data, slice->length);
  slice->data = *room;
  *room += slice->length;
}

rt_status rt_catalog_add_website(rt_catalog *catalog, const rt_website *website) {
  size_t room_needed = website->domain.length + website->support_label.length + website->support_url.length;
  for (size_t i = 0; i < website->dev_origin_count; i++) room_needed += website->dev_origins[i].length;
  rt_website *copy = malloc(sizeof *copy + room_needed);
  if (keep(&catalog->websites, copy) != RT_OK) return RT_NO_SPACE;
  *copy = *website;
  char *room = (char *)(copy + 1);
  carry(&copy->domain, &room);
  carry(&copy->support_label, &room);
  carry(&copy->support_url, &room);
  for (size_t i = 0; i < copy->dev_origin_count; i++) carry(&copy->dev_origins[i], &room);
  const rt_id number = id_of_number(copy->number), secret = id_of_hash(copy->secret_hash);
  rt_status status = enter(catalog->by_website_key, &copy->website_key, copy);
  if (status == RT_OK) status = enter(catalog->by_number, &number, copy);
  if (status == RT_OK) status = enter(catalog->by_secret, &secret, copy);
  return status;
}

rt_status rt_catalog_add_offer(rt_catalog *catalog, const rt_catalog_offer *offer) {
  const size_t rates_size = offer->rate_count * sizeof *offer->rates;
  const size_t room_needed =
      offer->brand.length + offer->headline.length + offer->cta.length + offer->image.length + offer->landing.length;
  rt_catalog_offer *copy = malloc(sizeof *copy + rates_size + room_needed);
  if (keep(&catalog->offers, copy) != RT_OK) return RT_NO_SPACE;
  *copy = *offer;
  rt_rate *rates = (rt_rate *)(void *)(copy + 1);
  if (rates_size > 0) memcpy(rates, offer->rates, rates_size);
  copy->rates = rates;
  char *room = (char *)(rates + offer->rate_count);
  carry(&copy->brand, &room);
  carry(&copy->headline, &room);
  carry(&copy->cta, &room);
  carry(&copy->image, &room);
  carry(&copy->landing, &room);
  return enter(catalog->by_offer, &copy->id, copy);
}

const rt_website *rt_catalog_website_by_key(const rt_catalog *catalog, const rt_id *website_key) {
  return look_up(catalog->by_website_key, website_key);
}

const rt_website *rt_catalog_website_by_number(const rt_catalog *catalog, int64_t number) {
  const rt_id id = id_of_number(number);
  return look_up(catalog->by_number, &id);
}

const rt_website *rt_catalog_website_by_secret(const rt_catalog *catalog, const unsigned char *secret_hash) {
  const rt_id id = id_of_hash(secret_hash);
  const rt_website *website = look_up(catalog->by_secret, &id);
  if (website == NULL || sodium_memcmp(website->secret_hash, secret_hash, RT_SECRET_HASH_BYTES) != 0) return NULL;
  return website;
}

const rt_catalog_offer *rt_catalog_offer_by_id(const rt_catalog *catalog, const rt_id *id) {
  return look_up(catalog->by_offer, id);
}

size_t rt_catalog_offer_count(const rt_catalog *catalog) { return catalog->offers.count; }
const rt_catalog_offer *rt_catalog_offer_at(const rt_catalog *catalog, size_t index) {
  return catalog->offers.items[index];
}
