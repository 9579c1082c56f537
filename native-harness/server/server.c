// server.c: starting and stopping, and the writer's thread.
// SPDX-License-Identifier: MIT
#include "server/server.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "codec/url.h"
#include "server/geo_database.h"
#include "server/http.h"
#include "server/listen.h"
#include "server/store_sqlite.h"

struct rt_server {
  rt_listener listener;
  rt_store_sqlite *store;
  rt_geo_database *geo;  // NULL: none
  rt_service *service;
  rt_static_files *files;
  rt_http *http;
  pthread_t writer;
  pthread_mutex_t mutex;
  bool is_stopping;
};

static bool is_stopping(rt_server *server) {
  pthread_mutex_lock(&server->mutex);
  const bool answer = server->is_stopping;
  pthread_mutex_unlock(&server->mutex);
  return answer;
}

// Commits the closed batch. Tries for ever, because what is in it may be on its way to a caller, until the server stops.
// False: it could not be written, and the server stops; nobody was told that what is in it happened.
static bool commit(rt_server *server) {
  bool is_reported = false;
  for (;;) {
    rt_sentence why;
    const uint64_t batch = rt_store_sqlite_commit(server->store, &why);
    if (batch != 0) {
      if (is_reported) fprintf(stderr, "retarget: the database can be written again\n");
      rt_http_batch_durable(server->http, batch);
      return true;
    }
    if (!is_reported) fprintf(stderr, "retarget: the database cannot be written (%s); trying again\n", why.text);
    is_reported = true;
    if (is_stopping(server)) {
      fprintf(stderr, "retarget: stopped while the database could not be written\n");
      return false;
    }
    nanosleep(&(struct timespec){.tv_nsec = 250000000}, NULL);
  }
}

static void *write_batches(void *self) {
  rt_server *server = self;
  rt_instant prune_at = rt_clock_now();
  int64_t pause_ms = 60000;  // how long to wait for a batch; shorter while there is something left to prune
  for (;;) {
    if (rt_store_sqlite_wait(server->store, rt_ms(pause_ms))) {
      if (!commit(server)) return NULL;
    } else if (is_stopping(server)) {
      return NULL;
    }
    if (is_stopping(server) || !rt_instant_reached(rt_clock_now(), prune_at)) continue;
    const bool is_more = rt_store_sqlite_prune(server->store, rt_clock_wall());
    pause_ms = is_more ? 20 : 60000;
    prune_at = rt_instant_after(rt_clock_now(), is_more ? rt_ms(pause_ms) : rt_seconds(3600));
  }
}

static void destroy(rt_server *server) {
  rt_static_files_close(server->files);
  rt_service_close(server->service);
  rt_geo_database_close(server->geo);
  if (server->store != NULL) rt_store_sqlite_close(server->store);
  pthread_mutex_destroy(&server->mutex);
  free(server);
}

static bool open_service(rt_server *server, const rt_server_config *config, rt_sentence *why) {
  const rt_store store = rt_store_sqlite_interface(server->store);
  const rt_entropy entropy = rt_system_entropy();
  rt_bytes public_url = rt_bytes_of(config->public_url != NULL ? config->public_url : server->listener.url);
  while (rt_bytes_end_with(public_url, RT_BYTES("/"))) public_url.length--;
  rt_url parsed;
  if (rt_url_parse(public_url, &parsed) != RT_OK) {
    snprintf(why->text, sizeof why->text,
             "--public-url takes an http or https URL, for example https://api.example.com.");
    return false;
  }
  rt_service_config service = {.public_url = public_url,
                               .brand = config->brand,
                               .rate = config->rate,
                               .own_network_count = config->own_network_count,
                               .trusted_proxy_count = config->trusted_proxy_count,
                               .is_development = config->is_development};
  if (server->geo != NULL) service.locator = rt_geo_database_locator(server->geo);
  memcpy(service.own_networks, config->own_networks, sizeof service.own_networks);
  memcpy(service.trusted_proxies, config->trusted_proxies, sizeof service.trusted_proxies);
  const rt_status status = rt_service_open(&service, rt_store_sqlite_keys(server->store), &store, &entropy,
                                           rt_clock_now(), rt_clock_wall(), &server->service);
  if (status == RT_OK) return true;
  snprintf(why->text, sizeof why->text, "The database could not be read: %s.", rt_status_sentence(status));
  return false;
}

static bool open_parts(rt_server *server, const rt_server_config *config, rt_sentence *why) {
  snprintf(why->text, sizeof why->text, "There is not enough memory to start.");
  const rt_database_file file = rt_system_file(config->database);
  server->store = rt_store_sqlite_open(&file, why);
  if (server->store == NULL) return false;
  if (config->geo_database != NULL) {
    server->geo = rt_geo_database_open(config->geo_database, why);
    if (server->geo == NULL) return false;
  }
  if (!open_service(server, config, why)) return false;
  server->files = rt_static_files_open(config->embeds, config->brand);
  if (server->files == NULL) return false;
  const rt_http_config http = {.listen_socket = server->listener.socket,
                               .is_development = config->is_development,
                               .proxy_header = config->proxy_header,
                               .geo_header = config->geo_header,
                               .geo_region_header = config->geo_region_header,
                               .is_behind_proxy = server->listener.is_loopback || config->trusted_proxy_count > 0};
  server->http = rt_http_open(&http, server->service, server->files);
  return server->http != NULL;
}

rt_server *rt_server_open(const rt_server_config *config, rt_sentence *why) {
  rt_server *server = calloc(1, sizeof *server);
  if (server == NULL || sodium_init() < 0) {
    snprintf(why->text, sizeof why->text, "There is not enough memory to start.");
    free(server);
    return NULL;
  }
  pthread_mutex_init(&server->mutex, NULL);
  if (!rt_listen(config->listen, &server->listener, why)) {
    destroy(server);
    return NULL;
  }
  if (config->is_development && !server->listener.is_loopback) {
    snprintf(why->text, sizeof why->text,
             "--dev is for this machine only and is refused on a public address; listen on 127.0.0.1.");
  } else if (open_parts(server, config, why)) {
    if (pthread_create(&server->writer, NULL, write_batches, server) == 0) return server;
    rt_http_close(server->http);
    destroy(server);
    return NULL;
  }
  close(server->listener.socket);
  destroy(server);
  return NULL;
}

const char *rt_server_url(const rt_server *server) { return server->listener.url; }

bool rt_server_reload_geo(rt_server *server, rt_sentence *said) {
  rt_sentence why;
  if (server->geo == NULL) {
    snprintf(said->text, sizeof said->text, "There is no location database to read again; --geo-db names one.");
    return false;
  }
  const bool is_new = rt_geo_database_reload(server->geo, &why);
  const rt_sentence used = rt_geo_database_describe(server->geo);
  if (is_new) {
    snprintf(said->text, sizeof said->text, "The location database is now %.100s.", used.text);
  } else {
    snprintf(said->text, sizeof said->text, "%.380s The old one, %.80s, stays in use.", why.text, used.text);
  }
  return is_new;
}

void rt_server_close(rt_server *server) {
  rt_http_drain(server->http);
  pthread_mutex_lock(&server->mutex);
  server->is_stopping = true;
  pthread_mutex_unlock(&server->mutex);
  rt_store_sqlite_stop(server->store);
  pthread_join(server->writer, NULL);
  rt_http_close(server->http);
  destroy(server);
}
