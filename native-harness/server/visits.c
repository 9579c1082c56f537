// visits.c: recent clicks by visitor, and User-Agents of programs.
// SPDX-License-Identifier: MIT
#include "server/visits.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "server/service.h"
#include "server/table.h"

struct rt_visits {
  rt_entropy entropy;
  unsigned char key[crypto_generichash_KEYBYTES];
  rt_instant key_until;
  rt_table *recent;  // recent_click, by hash
};

typedef struct {
  rt_click_target pair;
  rt_instant at;
} recent_click;

static void replace_key(rt_visits *visits, rt_instant now) {
  visits->entropy.fill(visits->entropy.self, visits->key, sizeof visits->key);
  visits->key_until = rt_instant_after(now, rt_seconds(86400));
}

rt_visits *rt_visits_open(const rt_entropy *entropy, rt_instant now) {
  rt_visits *visits = calloc(1, sizeof *visits);
  if (visits == NULL) return NULL;
  visits->entropy = *entropy;
  visits->recent = rt_table_open(sizeof(recent_click), RT_MAX_RECENT_CLICKS);
  if (visits->recent == NULL) {
    free(visits);
    return NULL;
  }
  replace_key(visits, now);
  return visits;
}

void rt_visits_close(rt_visits *visits) {
  if (visits == NULL) return;
  rt_table_close(visits->recent);
  free(visits);
}

static rt_id tag_of(const rt_visits *visits, const rt_visit *visit) {
  const rt_address class = rt_address_class(&visit->address);
  crypto_generichash_state state;
  rt_id tag;
  crypto_generichash_init(&state, visits->key, sizeof visits->key, sizeof tag.bytes);
  crypto_generichash_update(&state, class.bytes, sizeof class.bytes);
  crypto_generichash_update(&state, (const unsigned char *)&visit->website, sizeof visit->website);
  crypto_generichash_update(&state, visit->offer.bytes, sizeof visit->offer.bytes);
  crypto_generichash_update(&state, (const unsigned char *)visit->user_agent.data, visit->user_agent.length);
  crypto_generichash_final(&state, tag.bytes, sizeof tag.bytes);
  return tag;
}

static bool is_over(const recent_click *click, rt_instant now) {
  return rt_instant_reached(now, rt_instant_after(click->at, RT_DUPLICATE_LIFE));
}

// Two steps per click; a full table gives up whatever the hand meets.
static void sweep(rt_visits *visits, rt_instant now) {
  for (int i = 0; i < 2; i++) {
    rt_id tag;
    const recent_click *click = rt_table_sweep(visits->recent, &tag);
    const bool is_full = rt_table_count(visits->recent) >= RT_MAX_RECENT_CLICKS;
    if (click != NULL && (is_full || is_over(click, now))) rt_table_remove(visits->recent, &tag);
  }
}

void rt_visits_forget(rt_visits *visits, rt_instant now) {
  if (rt_instant_reached(now, visits->key_until)) replace_key(visits, now);
  const uint32_t places = rt_table_places(visits->recent);
  for (uint32_t i = 0; i < places && rt_table_count(visits->recent) > 0; i++) {
    rt_id tag;
    const recent_click *click = rt_table_sweep(visits->recent, &tag);
    if (click != NULL && is_over(click, now)) rt_table_remove(visits->recent, &tag);
  }
}

uint32_t rt_visits_count(const rt_visits *visits) { return rt_table_count(visits->recent); }

bool rt_visits_is_duplicate(rt_visits *visits, const rt_visit *visit, rt_instant now) {
  if (rt_instant_reached(now, visits->key_until)) replace_key(visits, now);
  sweep(visits, now);
  const rt_id tag = tag_of(visits, visit);
  recent_click *click = rt_table_find(visits->recent, &tag);
  if (click != NULL && !is_over(click, now)) {
    return !rt_id_equal(&click->pair.request, &visit->pair.request) || click->pair.position != visit->pair.position;
  }
  if (click == NULL) click = rt_table_insert(visits->recent, &tag);
  if (click != NULL) *click = (recent_click){visit->pair, now};
  return false;
}

// Parts of names that programs give themselves; after npm crawler-user-agents, shortened to what covers its entries.
static const char *const bot_marks[] = {
    "bot",        "crawl",   "spider",  "slurp",      "headlesschrome", "facebookexternalhit",
    "preview",    "python-", "curl/",   "wget/",      "go-http-client", "java/",
    "libwww",     "okhttp",  "axios/",  "node-fetch", "undici",         "aiohttp",
    "lighthouse", "pingdom", "uptime",  "monitor",    "scan",           "validator",
    "fetch",      "feed",    "archive", "phantomjs",  "postman",        "apache-httpclient",
};

static bool contains(rt_bytes text, rt_bytes part) {
  for (size_t i = 0; i + part.length <= text.length; i++) {
    if (rt_bytes_equal_ignoring_case((rt_bytes){text.data + i, part.length}, part)) return true;
  }
  return false;
}

bool rt_user_agent_is_bot(rt_bytes user_agent) {
  if (rt_bytes_is_empty(rt_bytes_trimmed(user_agent))) return true;
  if (contains(user_agent, RT_BYTES("cubot"))) return false;  // a maker of telephones
  for (size_t i = 0; i < sizeof bot_marks / sizeof bot_marks[0]; i++) {
    if (contains(user_agent, rt_bytes_of(bot_marks[i]))) return true;
  }
  return false;
}
