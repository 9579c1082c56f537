// listen.h: "ADDR:PORT" to a listening socket.
// Knows no HTTP.
// SPDX-License-Identifier: MIT
#ifndef RT_SERVER_LISTEN_H
#define RT_SERVER_LISTEN_H

#include "server/database.h"

typedef struct {
  int socket;
  bool is_loopback;  // reachable from this machine only
  char url[80];      // "http://127.0.0.1:8080"; a wildcard address is written as this machine's loopback
} rt_listener;

// `address` is ADDR:PORT or [IPV6]:PORT; port 0 picks a free one. False: `why` says what is wrong.
bool rt_listen(const char *address, rt_listener *listener, rt_sentence *why);

#endif
