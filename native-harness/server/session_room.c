// session_room.c: the sessions in memory, and who has to go when there is no room.
// SPDX-License-Identifier: MIT
#include <string.h>

#include "server/service_state.h"

// A website's number as the key of a table.
static rt_id key_of(int64_t website) {
  rt_id key = {{0}};
  memcpy(key.bytes, &website, sizeof website);
  return key;
}

static uint32_t count_of(const rt_service *service, int64_t website) {
  const rt_id key = key_of(website);
  const rt_session_count *found = rt_table_find(service->session_counts, &key);
  return found == NULL ? 0 : found->count;
}

void rt_service_remove_session(rt_service *service, const rt_id *id) {
  const rt_session_entry *entry = rt_table_find(service->sessions, id);
  if (entry == NULL) return;
  const rt_id key = key_of(entry->kept.website);
  rt_session_count *counted = rt_table_find(service->session_counts, &key);
  if (counted != NULL && --counted->count == 0) rt_table_remove(service->session_counts, &key);
  rt_table_remove(service->sessions, id);
}

// Removes one session: the first that has expired, or else the oldest untriggered one. Looks at no more than a few
// places, of which most are taken, because this is asked only when much of the room is. `website` 0: of any.
static bool give_up_one(rt_service *service, int64_t website, rt_instant now) {
  enum { PLACES = 64, PLACES_AT_MOST = 4096 };
  rt_id id, oldest_id = {{0}};
  const rt_session_entry *oldest = NULL;
  for (int i = 0; i < PLACES_AT_MOST && (i < PLACES || oldest == NULL); i++) {
    const rt_session_entry *entry = rt_table_sweep(service->sessions, &id);
    if (entry == NULL || (website != 0 && entry->kept.website != website)) continue;
    const rt_session_state state = rt_session_state_at(service, entry, now, false);
    if (state == RT_STATE_EXPIRED || state == RT_STATE_GONE) {
      rt_service_remove_session(service, &id);
      return true;
    }
    if (state != RT_STATE_PENDING || (oldest != NULL && oldest->created_at.ms <= entry->created_at.ms)) continue;
    oldest = entry;
    oldest_id = id;
  }
  if (oldest == NULL) return false;
  rt_service_remove_session(service, &oldest_id);
  return true;
}

rt_session_entry *rt_service_new_session(rt_service *service, const rt_session *kept, rt_instant now) {
  const uint32_t share = service->max_sessions - service->max_sessions / 4;
  if (count_of(service, kept->website) >= share) {
    if (!give_up_one(service, kept->website, now)) return NULL;
  } else if (rt_table_count(service->sessions) >= service->max_sessions) {
    if (!give_up_one(service, 0, now)) return NULL;
  }
  const rt_id key = key_of(kept->website);
  rt_session_count *counted = rt_table_find(service->session_counts, &key);
  if (counted == NULL) counted = rt_table_insert(service->session_counts, &key);
  rt_session_entry *entry = counted == NULL ? NULL : rt_table_insert(service->sessions, &kept->id);
  if (entry == NULL) return NULL;
  counted->count++;
  entry->kept = *kept;
  return entry;
}

// The newest come first. One that was triggered may take the room of one that was not, but no other takes anybody's.
static void load_session(rt_service *service, const rt_session *kept, rt_instant now, rt_wall wall) {
  const rt_session_entry loaded = {.kept = *kept,
                                   .created_at = rt_instant_of(kept->created_at, now, wall),
                                   .triggered_at = rt_instant_of(kept->triggered_at, now, wall)};
  const uint32_t share = service->max_sessions - service->max_sessions / 4;
  const bool is_full =
      rt_table_count(service->sessions) >= service->max_sessions || count_of(service, kept->website) >= share;
  if (rt_session_state_at(service, &loaded, now, false) == RT_STATE_GONE) return;
  if (is_full && kept->triggered_at.ms == 0) return;
  rt_session_entry *entry = rt_service_new_session(service, kept, now);
  if (entry != NULL) *entry = loaded;
}

rt_status rt_service_load_sessions(rt_service *service, rt_instant now, rt_wall wall) {
  enum { PAGE = 64 };
  const int64_t longest = RT_SESSION_LIFE.ms + RT_READY_LIFE.ms + RT_EXPIRED_LIFE.ms;
  rt_session page[PAGE];
  int64_t cursor = 0;
  for (;;) {
    size_t count;
    const rt_status status =
        service->store.load_sessions(service->store.self, (rt_wall){wall.ms - longest}, &cursor, page, PAGE, &count);
    if (status != RT_OK || count == 0) return status;
    for (size_t i = 0; i < count; i++) load_session(service, &page[i], now, wall);
  }
}
