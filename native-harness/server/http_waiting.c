// http_waiting.c: connections that wait: for a batch, for a session, or too long.
// Resuming one connection makes libmicrohttpd look at all suspended ones, so everything that a batch releases is
// resumed in one go, under one lock, before its thread runs.
// SPDX-License-Identifier: MIT
#include <sys/socket.h>

#include "server/http_parts.h"

static void resume(rt_connection *connection, rt_phase phase) {
  connection->phase = phase;
  connection->deadline = rt_instant_after(rt_clock_now(), RT_WRITE_TIME);
  MHD_resume_connection(connection->mhd);
}

void rt_http_hold(rt_http *http, rt_connection *connection, const rt_outcome *outcome) {
  connection->phase = RT_PHASE_HELD;
  connection->batch = outcome->batch;
  connection->is_owed_anyway = outcome->is_owed_anyway;
  connection->deadline = rt_instant_after(rt_clock_now(), outcome->is_owed_anyway ? RT_OWED_TIME : RT_HOLD_TIME);
  connection->next_held = http->held;
  http->held = connection;
  MHD_suspend_connection(connection->mhd);
}

// Makes room among the waiters of one session, newest first: a client that asks again has mostly left the oldest behind.
static void answer_oldest(rt_http *http, rt_connection *newest) {
  rt_connection *last_kept = newest;
  for (int kept = 1; kept < RT_MAX_WAITERS_PER_SESSION - 1 && last_kept != NULL; kept++) {
    last_kept = last_kept->next_waiter;
  }
  if (last_kept == NULL || last_kept->next_waiter == NULL) return;
  rt_connection *oldest = last_kept->next_waiter;
  last_kept->next_waiter = NULL;
  http->waiter_count--;
  resume(oldest, RT_PHASE_WOKEN);
}

bool rt_http_wait(rt_http *http, rt_connection *connection, const rt_outcome *outcome) {
  if (http->is_draining || http->waiter_count >= RT_MAX_WAITERS) return false;
  rt_connection **first = rt_table_find(http->waiters, &outcome->session);
  if (first == NULL) first = rt_table_insert(http->waiters, &outcome->session);
  if (first == NULL) return false;
  answer_oldest(http, *first);
  connection->phase = RT_PHASE_WAITING;
  connection->session = outcome->session;
  connection->deadline = outcome->until;
  connection->next_waiter = *first;
  *first = connection;
  http->waiter_count++;
  MHD_suspend_connection(connection->mhd);
  return true;
}

static void stop_waiting(rt_http *http, rt_connection *connection) {
  rt_connection **first = rt_table_find(http->waiters, &connection->session);
  for (rt_connection **link = first; link != NULL && *link != NULL; link = &(*link)->next_waiter) {
    if (*link != connection) continue;
    *link = connection->next_waiter;
    http->waiter_count--;
    break;
  }
  if (first != NULL && *first == NULL) rt_table_remove(http->waiters, &connection->session);
}

static void stop_holding(rt_http *http, const rt_connection *connection) {
  rt_connection **link = &http->held;
  while (*link != NULL && *link != connection) link = &(*link)->next_held;
  if (*link != NULL) *link = connection->next_held;
}

void rt_http_forget(rt_http *http, rt_connection *connection) {
  if (connection->phase == RT_PHASE_WAITING) stop_waiting(http, connection);
  if (connection->phase == RT_PHASE_HELD) stop_holding(http, connection);
}

static void wake_session(rt_http *http, const rt_id *session) {
  rt_connection **first = rt_table_find(http->waiters, session);
  if (first == NULL) return;
  for (rt_connection *at = *first; at != NULL; at = at->next_waiter) {
    http->waiter_count--;
    resume(at, RT_PHASE_WOKEN);
  }
  rt_table_remove(http->waiters, session);
}

void rt_http_batch_durable(rt_http *http, uint64_t batch) {
  rt_id session;
  pthread_mutex_lock(&http->mutex);
  rt_service_batch_durable(http->service, batch);
  if (http->awaited_batch <= batch) http->awaited_batch = 0;
  for (rt_connection **link = &http->held; *link != NULL;) {
    rt_connection *at = *link;
    if (at->batch > batch) {
      link = &at->next_held;
      continue;
    }
    *link = at->next_held;
    resume(at, RT_PHASE_RELEASED);
  }
  while (rt_service_next_ready(http->service, &session)) wake_session(http, &session);
  pthread_mutex_unlock(&http->mutex);
}

void rt_http_wake_all(rt_http *http) {
  for (rt_connection *at = http->connections; at != NULL; at = at->next) {
    if (at->phase != RT_PHASE_WAITING) continue;
    stop_waiting(http, at);
    resume(at, RT_PHASE_WOKEN);
  }
}

// The disk did not confirm in time: the answer that was held is replaced by "try again", unless it is owed anyway.
static void give_up(rt_http *http, rt_connection *connection) {
  rt_http_request request;
  rt_outcome outcome;
  stop_holding(http, connection);
  if (connection->is_owed_anyway) {
    resume(connection, RT_PHASE_RELEASED);
    return;
  }
  rt_http_describe(http, connection, &request);
  rt_arena_reset(&http->arena, 0);
  rt_service_give_up(&request, &http->arena, &outcome);
  struct MHD_Response *answer = rt_http_response_of(&outcome.response);
  MHD_destroy_response(connection->answer);
  connection->answer = answer;  // without memory there is none, and the connection ends
  connection->answer_status = (unsigned)outcome.response.status;
  resume(connection, RT_PHASE_RELEASED);
}

void rt_http_watch(rt_http *http) {
  const rt_instant now = rt_clock_now();
  for (rt_connection *at = http->connections; at != NULL; at = at->next) {
    if (!rt_instant_reached(now, at->deadline)) continue;
    switch (at->phase) {
      case RT_PHASE_WAITING:
        stop_waiting(http, at);
        resume(at, RT_PHASE_WOKEN);
        break;
      case RT_PHASE_HELD:
        give_up(http, at);
        break;
      case RT_PHASE_READING:
      case RT_PHASE_WOKEN:
      case RT_PHASE_RELEASED:
      case RT_PHASE_WRITING:
        // MHD closes it when it sees the end; its own time-out counts only silence, which one byte a second breaks.
        if (!at->is_cut) shutdown(at->socket, SHUT_RDWR);
        at->is_cut = true;
        break;
    }
  }
}
