// http.c: libmicrohttpd's callbacks.
// SPDX-License-Identifier: MIT
#include "server/http.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "server/http_parts.h"

static int64_t clock_ms(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

rt_instant rt_clock_now(void) { return (rt_instant){clock_ms(CLOCK_MONOTONIC)}; }
rt_wall rt_clock_wall(void) { return (rt_wall){clock_ms(CLOCK_REALTIME)}; }

static rt_connection *connection_of(struct MHD_Connection *mhd) {
  return MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static void begin_reading(rt_connection *connection) {
  connection->phase = RT_PHASE_READING;
  connection->deadline = rt_instant_after(rt_clock_now(), RT_READ_TIME);
  connection->is_request_begun = false;
  connection->is_body_too_large = false;
  connection->body_length = 0;
}

static void on_connection(void *cls, struct MHD_Connection *mhd, void **socket_context,
                          enum MHD_ConnectionNotificationCode code) {
  rt_http *http = cls;
  rt_connection *connection = *socket_context;
  pthread_mutex_lock(&http->mutex);
  if (code == MHD_CONNECTION_NOTIFY_STARTED) {
    connection = calloc(1, sizeof *connection);
    if (connection != NULL) {
      connection->mhd = mhd;
      connection->socket = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
      begin_reading(connection);
      connection->deadline = rt_instant_after(rt_clock_now(), RT_FIRST_TIME);
      connection->next = http->connections;
      if (connection->next != NULL) connection->next->previous = connection;
      http->connections = connection;
    }
    *socket_context = connection;
  } else if (connection != NULL) {
    rt_http_forget(http, connection);
    if (connection->previous != NULL) connection->previous->next = connection->next;
    if (connection->next != NULL) connection->next->previous = connection->previous;
    if (http->connections == connection) http->connections = connection->next;
    free(connection->body);
    free(connection);
    *socket_context = NULL;
  }
  pthread_mutex_unlock(&http->mutex);
}

// The target as it came; libmicrohttpd decodes its own copy in place afterwards.
static void *on_target(void *cls, const char *target, struct MHD_Connection *mhd) {
  rt_http *http = cls;
  rt_connection *connection = connection_of(mhd);
  if (connection == NULL) return NULL;
  if (!connection->has_begun) {  // it is not silent: from here on it has as long as any other
    pthread_mutex_lock(&http->mutex);
    connection->has_begun = true;
    connection->deadline = rt_instant_after(rt_clock_now(), RT_READ_TIME);
    pthread_mutex_unlock(&http->mutex);
  }
  connection->target_length = strlen(target);
  const size_t kept = connection->target_length > RT_MAX_TARGET ? 0 : connection->target_length;
  memcpy(connection->target, target, kept);
  connection->target[kept] = '\0';
  return NULL;
}

static void on_completed(void *cls, struct MHD_Connection *mhd, void **request, enum MHD_RequestTerminationCode code) {
  rt_http *http = cls;
  rt_connection *connection = connection_of(mhd);
  (void)request;
  (void)code;
  if (connection == NULL) return;
  pthread_mutex_lock(&http->mutex);
  rt_http_forget(http, connection);
  if (connection->answer != NULL) MHD_destroy_response(connection->answer);
  connection->answer = NULL;
  free(connection->body);
  connection->body = NULL;
  connection->body_capacity = 0;
  begin_reading(connection);
  pthread_mutex_unlock(&http->mutex);
}

static rt_bytes header(struct MHD_Connection *mhd, const char *name) {
  const char *value = NULL;
  size_t length = 0;
  if (MHD_lookup_connection_value_n(mhd, MHD_HEADER_KIND, name, strlen(name), &value, &length) != MHD_YES) {
    return RT_BYTES_NONE;
  }
  return value == NULL ? RT_BYTES("") : (rt_bytes){value, length};
}

// The lines of one header.
typedef struct {
  const char *name;
  rt_forwarded lines;
} header_lines;

static enum MHD_Result add_line(void *self, enum MHD_ValueKind kind, const char *name, const char *value) {
  header_lines *wanted = self;
  (void)kind;
  if (rt_bytes_equal_ignoring_case(rt_bytes_of(name), rt_bytes_of(wanted->name))) {
    rt_forwarded_add(&wanted->lines, rt_bytes_of(value));
  }
  return MHD_YES;
}

static rt_forwarded lines_of(struct MHD_Connection *mhd, const char *name) {
  header_lines wanted = {.name = name};
  MHD_get_connection_values(mhd, MHD_HEADER_KIND, add_line, &wanted);
  return wanted.lines;
}

// The value of a header that comes once. Of several none is believed: empty is nobody's.
static rt_bytes only_line(struct MHD_Connection *mhd, const char *name) {
  const rt_forwarded found = name == NULL ? (rt_forwarded){.count = 0} : lines_of(mhd, name);
  if (found.count == 0) return RT_BYTES_NONE;
  return found.count == 1 ? found.lines[0] : RT_BYTES("");
}

static rt_forwarded forwarded_of(struct MHD_Connection *mhd, const char *name) {
  rt_forwarded forwarded = lines_of(mhd, name);
  forwarded.is_rfc7239 = rt_bytes_equal_ignoring_case(rt_bytes_of(name), RT_BYTES("Forwarded"));
  return forwarded;
}

static rt_method method_of(const char *name) {
  static const struct {
    const char *name;
    rt_method method;
  } methods[] = {
      {"GET", RT_METHOD_GET}, {"HEAD", RT_METHOD_HEAD}, {"POST", RT_METHOD_POST}, {"OPTIONS", RT_METHOD_OPTIONS}};
  for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
    if (strcmp(name, methods[i].name) == 0) return methods[i].method;
  }
  return RT_METHOD_OTHER;
}

static rt_address peer_of(struct MHD_Connection *mhd) {
  const struct sockaddr *peer = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
  rt_address address = {{0}};
  if (peer->sa_family == AF_INET) {
    unsigned char four[4];
    memcpy(four, &((const struct sockaddr_in *)(const void *)peer)->sin_addr, sizeof four);
    return rt_address_from_ipv4(four);
  }
  if (peer->sa_family == AF_INET6) {
    memcpy(address.bytes, &((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr, sizeof address.bytes);
  }
  return address;
}

void rt_http_describe(const rt_http *http, const rt_connection *connection, rt_http_request *request) {
  struct MHD_Connection *mhd = connection->mhd;
  *request = (rt_http_request){
      .target = rt_bytes_of(connection->target),
      .body = {connection->body, connection->body_length},
      .origin = only_line(mhd, "Origin"),
      .referer = header(mhd, "Referer"),
      .user_agent = header(mhd, "User-Agent"),
      .content_type = header(mhd, "Content-Type"),
      .authorization = header(mhd, "Authorization"),
      .integration_secret = header(mhd, "x-integration-secret"),
      .purpose = header(mhd, "Sec-Purpose"),
      .destination = header(mhd, "Sec-Fetch-Dest"),
      .forwarded = forwarded_of(mhd, http->config.proxy_header),
      .geo_country = only_line(mhd, http->config.geo_header),
      .geo_region = only_line(mhd, http->config.geo_region_header),
      .peer = peer_of(mhd),
      .now = rt_clock_now(),
      .wall = rt_clock_wall(),
      .is_target_too_long = connection->target_length > RT_MAX_TARGET,
      .is_body_too_large = connection->is_body_too_large,
  };
  if (request->purpose.data == NULL) request->purpose = header(mhd, "Purpose");
  if (request->purpose.data == NULL) request->purpose = header(mhd, "X-Moz");
}

struct MHD_Response *rt_http_response_of(const rt_http_response *response) {
  struct MHD_Response *made =
      MHD_create_response_from_buffer(response->body.length, (void *)(uintptr_t)response->body.data,
                                      response->body.length > 0 ? MHD_RESPMEM_MUST_COPY : MHD_RESPMEM_PERSISTENT);
  if (made == NULL) return NULL;
  for (size_t i = 0; i < response->header_count; i++) {
    MHD_add_response_header(made, response->headers[i].name, response->headers[i].value);
  }
  return made;
}

static enum MHD_Result send_answer(const rt_http *http, rt_connection *connection, unsigned status,
                                   struct MHD_Response *answer) {
  connection->phase = RT_PHASE_WRITING;
  connection->deadline = rt_instant_after(rt_clock_now(), RT_WRITE_TIME);
  if (answer == NULL) return MHD_NO;
  if (http->is_draining) MHD_add_response_header(answer, "Connection", "close");
  const enum MHD_Result result = MHD_queue_response(connection->mhd, status, answer);
  MHD_destroy_response(answer);
  return result;
}

static bool is_store_stuck(const rt_http *http, rt_instant now) {
  return http->awaited_batch != 0 && rt_instant_reached(now, rt_instant_after(http->awaited_since, RT_STUCK_TIME));
}

// Hands the request to the service and does what comes back.
static enum MHD_Result ask_service(rt_http *http, rt_connection *connection, rt_method method, bool has_waited) {
  rt_http_request request;
  rt_outcome outcome;
  rt_http_describe(http, connection, &request);
  request.method = method;
  request.is_last_answer = has_waited;
  request.is_store_stuck = is_store_stuck(http, request.now);
  request.is_repeated = has_waited;
  rt_arena_reset(&http->arena, 0);
  rt_service_handle(http->service, &request, &http->arena, &outcome);
  if (outcome.kind == RT_WAIT_FOR_SESSION) {
    if (rt_http_wait(http, connection, &outcome)) return MHD_YES;
    request.is_last_answer = request.is_repeated = true;
    rt_arena_reset(&http->arena, 0);
    rt_service_handle(http->service, &request, &http->arena, &outcome);
  }
  if (outcome.kind == RT_RESPOND_WHEN_DURABLE && http->awaited_batch == 0) {
    http->awaited_batch = outcome.batch;
    http->awaited_since = request.now;
  }
  if (outcome.kind == RT_RESPOND_WHEN_DURABLE && http->is_stopping) {  // the writer has ended
    outcome.kind = RT_RESPOND_NOW;
    if (!outcome.is_owed_anyway) {
      rt_arena_reset(&http->arena, 0);
      rt_service_give_up(&request, &http->arena, &outcome);
    }
  }
  struct MHD_Response *answer = rt_http_response_of(&outcome.response);
  if (answer == NULL) return MHD_NO;
  if (outcome.kind == RT_RESPOND_NOW) return send_answer(http, connection, (unsigned)outcome.response.status, answer);
  connection->answer = answer;
  connection->answer_status = (unsigned)outcome.response.status;
  rt_http_hold(http, connection, &outcome);
  return MHD_YES;
}

// True when a client already has `etag`: If-None-Match is * or a list of tags, compared weakly (RFC 9110 13.1.2).
static bool is_etag_known(rt_bytes list, rt_bytes etag) {
  while (list.length > 0) {
    const size_t comma = rt_bytes_find(list, ',');
    rt_bytes tag = rt_bytes_trimmed(rt_bytes_take(list, comma));
    if (rt_bytes_start_with(tag, RT_BYTES("W/"))) tag = rt_bytes_skip(tag, 2);
    if (rt_bytes_equal(tag, etag) || rt_bytes_equal(tag, RT_BYTES("*"))) return true;
    list = comma < list.length ? rt_bytes_skip(list, comma + 1) : RT_BYTES_NONE;
  }
  return false;
}

// For how long a file may be kept. One of a version never changes. Others are good for five minutes, and for a day more
// if whoever has one looks for a newer one meanwhile: so nobody waits for us, and who was here yesterday has today's file
// from the second page on. Whoever develops wants the build of a moment ago.
static const char *lifetime_of(const rt_http *http, const rt_static_file *file) {
  if (http->config.is_development) return "no-cache";
  return file->is_versioned ? "public, max-age=31536000, immutable"
                            : "public, max-age=300, stale-while-revalidate=86400";
}

static enum MHD_Result send_file(const rt_http *http, rt_connection *connection, const rt_static_file *file) {
  const bool is_known = is_etag_known(header(connection->mhd, "If-None-Match"), rt_bytes_of(file->etag));
  rt_http_response response = {
      .body = is_known ? RT_BYTES_NONE : file->content,
      .headers = {{"Content-Type", file->type},
                  {"ETag", file->etag},
                  {"Cache-Control", lifetime_of(http, file)},
                  {"Vary", "Accept-Encoding"},
                  {"Access-Control-Allow-Origin", "*"},
                  {"Cross-Origin-Resource-Policy", "cross-origin"},
                  {"X-Content-Type-Options", "nosniff"}},
      .header_count = 7,
  };
  if (!is_known && file->coding != RT_CODING_IDENTITY) {
    response.headers[response.header_count++] = (rt_http_header){"Content-Encoding", rt_coding_name(file->coding)};
  }
  return send_answer(http, connection, is_known ? 304 : 200, rt_http_response_of(&response));
}

static enum MHD_Result answer_request(rt_http *http, rt_connection *connection, const char *method_name) {
  const rt_method method = method_of(method_name);
  if (connection->phase == RT_PHASE_RELEASED) {
    struct MHD_Response *answer = connection->answer;
    connection->answer = NULL;
    return send_answer(http, connection, connection->answer_status, answer);
  }
  const rt_bytes target = rt_bytes_of(connection->target);
  if (method == RT_METHOD_GET || method == RT_METHOD_HEAD) {
    const rt_codings codings = rt_codings_of(header(connection->mhd, "Accept-Encoding"));
    const rt_bytes path = rt_bytes_take(target, rt_bytes_find(target, '?'));
    const rt_static_file *file = rt_static_files_find(http->files, path, &codings);
    if (file != NULL) return send_file(http, connection, file);
  }
  return ask_service(http, connection, method, connection->phase == RT_PHASE_WOKEN);
}

// Collects a body up to its limit and counts on beyond it. False: cut the connection.
static bool collect(rt_connection *connection, const char *data, size_t length) {
  if (connection->body_length + length > RT_MAX_REQUEST_BODY || connection->is_body_too_large) {
    connection->is_body_too_large = true;
    connection->body_capacity += length;  // what was thrown away
    free(connection->body);
    connection->body = NULL;
    connection->body_length = 0;
    return connection->body_capacity <= RT_MAX_DISCARDED;
  }
  if (connection->body_length + length > connection->body_capacity) {
    size_t capacity = connection->body_capacity == 0 ? 1024 : connection->body_capacity;
    while (capacity < connection->body_length + length) capacity *= 2;
    char *body = realloc(connection->body, capacity);
    if (body == NULL) return false;
    connection->body = body;
    connection->body_capacity = capacity;
  }
  memcpy(connection->body + connection->body_length, data, length);
  connection->body_length += length;
  return true;
}

// True when a body that was announced is better refused than read: it is more than would be read and thrown away, or
// the client asked before sending it. A smaller one is read to its end first, because a client that is still writing when
// the connection closes may lose the answer.
static bool is_body_unwanted(struct MHD_Connection *mhd) {
  uint64_t length;
  const rt_bytes announced = header(mhd, "Content-Length");
  if (announced.data == NULL) return false;
  if (!rt_bytes_to_u64(announced, &length)) return true;  // beyond 64 bits; libmicrohttpd refuses what is no number
  return length > RT_MAX_DISCARDED || (length > RT_MAX_REQUEST_BODY && header(mhd, "Expect").data != NULL);
}

static enum MHD_Result refuse_body(rt_http *http, rt_connection *connection) {
  rt_http_request request;
  rt_outcome outcome;
  pthread_mutex_lock(&http->mutex);
  rt_http_describe(http, connection, &request);
  rt_arena_reset(&http->arena, 0);
  rt_service_refuse_body(&request, &http->arena, &outcome);
  struct MHD_Response *answer = rt_http_response_of(&outcome.response);
  const enum MHD_Result result = send_answer(http, connection, (unsigned)outcome.response.status, answer);
  pthread_mutex_unlock(&http->mutex);
  return result;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
                                  const char *version, const char *upload_data, size_t *upload_data_size,
                                  void **request) {
  rt_http *http = cls;
  rt_connection *connection = connection_of(mhd);
  (void)url;
  (void)version;
  if (connection == NULL) return MHD_NO;
  *request = connection;
  if (!connection->is_request_begun) {
    connection->is_request_begun = true;
    return is_body_unwanted(mhd) ? refuse_body(http, connection) : MHD_YES;
  }
  if (*upload_data_size > 0) {
    const bool is_good = collect(connection, upload_data, *upload_data_size);
    *upload_data_size = 0;
    return is_good ? MHD_YES : MHD_NO;
  }
  pthread_mutex_lock(&http->mutex);
  const enum MHD_Result result = answer_request(http, connection, method);
  pthread_mutex_unlock(&http->mutex);
  return result;
}

static void *watch(void *cls) {
  rt_http *http = cls;
  pthread_mutex_lock(&http->mutex);
  while (!http->is_stopping) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += RT_WATCH_EVERY.ms * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_cond_timedwait(&http->is_stopped, &http->mutex, &until);
    rt_http_watch(http);
    rt_service_forget(http->service, rt_clock_now());
  }
  pthread_mutex_unlock(&http->mutex);
  return NULL;
}

// As many connections as the limit of open files leaves beside the database.
static unsigned connection_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 512;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t spare = 64;
  if (limit.rlim_cur <= 2 * spare) return (unsigned)spare;
  return limit.rlim_cur - spare > RT_MAX_CONNECTIONS ? RT_MAX_CONNECTIONS : (unsigned)(limit.rlim_cur - spare);
}

static struct MHD_Daemon *start_daemon(rt_http *http) {
  return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO, 0, NULL, NULL,
                          on_request, http, MHD_OPTION_LISTEN_SOCKET, http->config.listen_socket,
                          MHD_OPTION_CONNECTION_LIMIT, connection_limit(), MHD_OPTION_PER_IP_CONNECTION_LIMIT,
                          http->config.is_behind_proxy ? 0U : (unsigned)RT_MAX_PER_ADDRESS,
                          MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)RT_CONNECTION_MEMORY,
                          MHD_OPTION_NOTIFY_CONNECTION, on_connection, http, MHD_OPTION_NOTIFY_COMPLETED, on_completed,
                          http, MHD_OPTION_URI_LOG_CALLBACK, on_target, http, MHD_OPTION_END);
}

static void destroy(rt_http *http) {
  pthread_cond_destroy(&http->is_stopped);
  pthread_mutex_destroy(&http->mutex);
  rt_table_close(http->waiters);
  free(http->scratch);
  free(http);
}

rt_http *rt_http_open(const rt_http_config *config, rt_service *service, rt_static_files *files) {
  rt_http *http = calloc(1, sizeof *http);
  if (http == NULL) return NULL;
  http->config = *config;
  http->quiesced_socket = -1;
  http->service = service;
  http->files = files;
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(&http->is_stopped, &attributes);
  pthread_condattr_destroy(&attributes);
  pthread_mutex_init(&http->mutex, NULL);
  http->waiters = rt_table_open(sizeof(rt_connection *), RT_MAX_WAITERS);
  http->scratch = malloc(RT_SERVICE_SCRATCH);
  if (http->waiters == NULL || http->scratch == NULL || pthread_create(&http->watcher, NULL, watch, http) != 0) {
    destroy(http);
    return NULL;
  }
  http->arena = rt_arena_over(http->scratch, RT_SERVICE_SCRATCH);
  http->daemon = start_daemon(http);
  if (http->daemon == NULL) {
    rt_http_close(http);
    return NULL;
  }
  return http;
}

static bool is_busy(rt_http *http) {
  bool is_found = false;
  pthread_mutex_lock(&http->mutex);
  for (const rt_connection *at = http->connections; at != NULL && !is_found; at = at->next) {
    is_found = at->phase != RT_PHASE_READING || at->is_request_begun;
  }
  pthread_mutex_unlock(&http->mutex);
  return is_found;
}

static void await_answers(rt_http *http, rt_millis at_most) {
  const rt_instant until = rt_instant_after(rt_clock_now(), at_most);
  while (is_busy(http) && !rt_instant_reached(rt_clock_now(), until)) {
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
  }
}

void rt_http_drain(rt_http *http) {
  http->quiesced_socket = MHD_quiesce_daemon(http->daemon);
  pthread_mutex_lock(&http->mutex);
  http->is_draining = true;
  rt_http_wake_all(http);
  pthread_mutex_unlock(&http->mutex);
  await_answers(http, rt_seconds(3));
}

// Whatever still waits must be resumed before libmicrohttpd lets go of it, and nothing may be suspended from now on,
// though requests keep coming on connections that are open.
static void resume_rest(rt_http *http) {
  pthread_mutex_lock(&http->mutex);
  http->is_draining = http->is_stopping = true;
  rt_http_wake_all(http);
  for (rt_connection *at = http->connections; at != NULL; at = at->next) {
    if (at->phase == RT_PHASE_HELD) at->deadline = rt_clock_now();
  }
  rt_http_watch(http);
  pthread_cond_signal(&http->is_stopped);
  pthread_mutex_unlock(&http->mutex);
}

void rt_http_close(rt_http *http) {
  resume_rest(http);
  pthread_join(http->watcher, NULL);
  await_answers(http, rt_seconds(1));
  if (http->daemon != NULL) MHD_stop_daemon(http->daemon);
  if (http->quiesced_socket >= 0) close(http->quiesced_socket);  // no longer the daemon's
  destroy(http);
}
