// http_parts.h: a connection and the host around it, for http.c and http_waiting.c alone.
// SPDX-License-Identifier: MIT
#ifndef RT_SERVER_HTTP_PARTS_H
#define RT_SERVER_HTTP_PARTS_H

#include <microhttpd.h>
#include <pthread.h>

#include "server/http.h"
#include "server/table.h"

enum {
  RT_MAX_TARGET = RT_MAX_URL_LENGTH,
  RT_MAX_CONNECTIONS = 16384,       // a bare waiting one costs about 8 KiB
  RT_MAX_PER_ADDRESS = 512,         // a company or a mobile network behind one address; 32 of them fill the server
  RT_CONNECTION_MEMORY = 8 * 1024,  // a request's head and an answer's; libmicrohttpd clears it at every request
  RT_MAX_WAITERS = 12288,           // the rest stays free for requests that end at once
  RT_MAX_WAITERS_PER_SESSION = 8,   // one page polls once; a few more whose client has gone without a word
  RT_MAX_DISCARDED = 1 << 20,       // of a body that is too large; then the connection is cut
};

#define RT_FIRST_TIME (rt_seconds(5))   // from the connection's start to the first request's first line
#define RT_READ_TIME (rt_seconds(20))   // from one answer (or the connection's start) to the whole next request
#define RT_WRITE_TIME (rt_seconds(60))  // for a slow reader
#define RT_STUCK_TIME (rt_seconds(3))   // a batch that is open for longer means that the disk is stuck
#define RT_WATCH_EVERY (rt_ms(100))

typedef enum {
  RT_PHASE_READING,   // between requests or inside one
  RT_PHASE_HELD,      // suspended: has its answer, waits for a batch
  RT_PHASE_WAITING,   // suspended: a long poll
  RT_PHASE_WOKEN,     // resumed, to be asked again
  RT_PHASE_RELEASED,  // resumed, to send the answer it has
  RT_PHASE_WRITING,
} rt_phase;

typedef struct rt_connection rt_connection;
struct rt_connection {
  rt_connection *previous, *next;  // all connections
  rt_connection *next_waiter;      // of the same session
  rt_connection *next_held;
  struct MHD_Connection *mhd;
  int socket;
  rt_phase phase;
  rt_instant deadline;  // of the phase
  bool is_cut;          // shut down already
  bool has_begun;       // the first line of its first request came
  bool is_request_begun;
  char target[RT_MAX_TARGET + 1];
  size_t target_length;  // more than RT_MAX_TARGET: too long
  char *body;
  size_t body_length, body_capacity;
  bool is_body_too_large;
  struct MHD_Response *answer;  // while held
  unsigned answer_status;
  uint64_t batch;
  bool is_owed_anyway;  // see rt_outcome
  rt_id session;
};

struct rt_http {
  rt_http_config config;
  rt_service *service;
  rt_static_files *files;
  struct MHD_Daemon *daemon;
  int quiesced_socket;  // -1: the daemon still listens
  pthread_t watcher;
  pthread_mutex_t mutex;  // guards everything below, and the service
  pthread_cond_t is_stopped;
  rt_connection *connections, *held;
  rt_table *waiters;  // by session: the first rt_connection *
  size_t waiter_count;
  uint64_t awaited_batch;  // the oldest that an answer waited for and that is not durable; 0: none
  rt_instant awaited_since;
  bool is_draining;  // no poll waits any more
  bool is_stopping;  // nothing waits any more
  void *scratch;     // RT_SERVICE_SCRATCH
  rt_arena arena;
};

// All with the mutex held.
void rt_http_hold(rt_http *http, rt_connection *connection, const rt_outcome *outcome);
bool rt_http_wait(rt_http *http, rt_connection *connection, const rt_outcome *outcome);  // false: no room
void rt_http_forget(rt_http *http, rt_connection *connection);  // it is gone: out of every list
void rt_http_watch(rt_http *http);                              // deadlines
void rt_http_wake_all(rt_http *http);

// The response of an outcome, for MHD to own. NULL: no memory.
struct MHD_Response *rt_http_response_of(const rt_http_response *response);
void rt_http_describe(const rt_http *http, const rt_connection *connection, rt_http_request *request);

#endif
