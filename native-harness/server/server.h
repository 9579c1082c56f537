// server.h: one running server: database, service, writer's thread and HTTP host put together.
// SPDX-License-Identifier: MIT
#ifndef RT_SERVER_SERVER_H
#define RT_SERVER_SERVER_H

#include "domain/brand.h"
#include "server/database.h"
#include "server/service.h"

typedef struct {
  const char *listen;      // ADDR:PORT
  const char *database;    // path
  const char *embeds;      // directory of the built embeds
  const char *public_url;  // NULL: the listening address
  rt_brand_id brand;
  rt_rate_policy rate;
  rt_network own_networks[RT_MAX_OWN_NETWORKS];
  size_t own_network_count;
  rt_network trusted_proxies[RT_MAX_OWN_NETWORKS];
  size_t trusted_proxy_count;
  const char *proxy_header;       // by which trusted proxies say whom they heard
  const char *geo_header;         // and the country of whom they heard; NULL: none
  const char *geo_region_header;  // and the region; NULL: none
  const char *geo_database;       // path; NULL: none
  bool is_development;
} rt_server_config;

typedef struct rt_server rt_server;

// Starts everything. NULL: `why` says in one sentence what is wrong.
rt_server *rt_server_open(const rt_server_config *config, rt_sentence *why);

// Reads the location database again. False: the old one stays. `said` is what became of it, in one sentence.
bool rt_server_reload_geo(rt_server *server, rt_sentence *said);

// "http://127.0.0.1:8080", where it listens.
const char *rt_server_url(const rt_server *server);

// Stops taking connections, answers what is under way, commits what is open, lets go of everything.
void rt_server_close(rt_server *server);

#endif
