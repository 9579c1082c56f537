// http.h: the service behind a real socket: libmicrohttpd, one thread for requests and one for deadlines.
// Decides nothing: it hands requests to the service and keeps what has to wait. The writer's thread tells it what is
// durable.
// SPDX-License-Identifier: MIT
#ifndef RT_SERVER_HTTP_H
#define RT_SERVER_HTTP_H

#include "server/service.h"
#include "server/static_files.h"

typedef struct rt_http rt_http;

typedef struct {
  int listen_socket;  // owned by the host once it is open
  bool is_development;
  // Names of the headers by which proxies say whom they heard and where that is; the latter may be NULL.
  const char *proxy_header, *geo_header, *geo_region_header;
  bool is_behind_proxy;  // many clients share an address: no limit of connections per address
} rt_http_config;

// Starts answering. `service` and `files` outlive the host and are used by its threads alone. NULL: it could not start.
rt_http *rt_http_open(const rt_http_config *config, rt_service *service, rt_static_files *files);

// Batches up to `batch` are durable: held answers go out, and polls of sessions that became ready are answered, all
// with one wake-up. Any thread.
void rt_http_batch_durable(rt_http *http, uint64_t batch);

// Takes no new connections, answers waiting polls, and returns when every request has its answer or a few seconds have
// passed; the writer must still be running.
void rt_http_drain(rt_http *http);
void rt_http_close(rt_http *http);

rt_instant rt_clock_now(void);
rt_wall rt_clock_wall(void);

#endif
