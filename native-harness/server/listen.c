// listen.c: binding.
// SPDX-License-Identifier: MIT
#include "server/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef union {
  struct sockaddr any;
  struct sockaddr_in four;
  struct sockaddr_in6 six;
} socket_address;

static socklen_t length_of(const socket_address *address) {
  return address->any.sa_family == AF_INET6 ? sizeof address->six : sizeof address->four;
}

static bool parse(const char *text, socket_address *address) {
  char host[INET6_ADDRSTRLEN + 1];
  const char *colon = strrchr(text, ':');
  uint64_t port;
  memset(address, 0, sizeof *address);
  if (colon == NULL || !rt_bytes_to_u64(rt_bytes_of(colon + 1), &port) || port > 65535) return false;
  rt_bytes name = {text, (size_t)(colon - text)};
  const bool is_bracketed = name.length >= 2 && name.data[0] == '[' && name.data[name.length - 1] == ']';
  if (is_bracketed) name = (rt_bytes){name.data + 1, name.length - 2};
  if (rt_bytes_equal(name, RT_BYTES("localhost"))) name = RT_BYTES("127.0.0.1");
  if (name.length == 0 || name.length >= sizeof host) return false;
  memcpy(host, name.data, name.length);
  host[name.length] = '\0';
  if (is_bracketed) {
    address->six.sin6_family = AF_INET6;
    address->six.sin6_port = htons((uint16_t)port);
    return inet_pton(AF_INET6, host, &address->six.sin6_addr) == 1;
  }
  address->four.sin_family = AF_INET;
  address->four.sin_port = htons((uint16_t)port);
  return inet_pton(AF_INET, host, &address->four.sin_addr) == 1;
}

static void describe(const socket_address *address, rt_listener *listener) {
  char host[INET6_ADDRSTRLEN];
  if (address->any.sa_family == AF_INET6) {
    const struct in6_addr *six = &address->six.sin6_addr;
    listener->is_loopback = IN6_IS_ADDR_LOOPBACK(six);
    inet_ntop(AF_INET6, IN6_IS_ADDR_UNSPECIFIED(six) ? &in6addr_loopback : six, host, sizeof host);
    snprintf(listener->url, sizeof listener->url, "http://[%s]:%u", host, ntohs(address->six.sin6_port));
  } else {
    struct in_addr four = address->four.sin_addr;
    listener->is_loopback = ntohl(four.s_addr) >> 24 == 127;
    if (four.s_addr == htonl(INADDR_ANY)) four.s_addr = htonl(INADDR_LOOPBACK);
    inet_ntop(AF_INET, &four, host, sizeof host);
    snprintf(listener->url, sizeof listener->url, "http://%s:%u", host, ntohs(address->four.sin_port));
  }
}

bool rt_listen(const char *text, rt_listener *listener, rt_sentence *why) {
  socket_address address;
  if (!parse(text, &address)) {
    snprintf(why->text, sizeof why->text, "--listen takes ADDR:PORT, for example 127.0.0.1:8080, not \"%.80s\".", text);
    return false;
  }
  const int yes = 1;
  const int made = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  socklen_t length = length_of(&address);
  const bool is_listening = made >= 0 && setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
                            bind(made, &address.any, length) == 0 && listen(made, 1024) == 0 &&
                            getsockname(made, &address.any, &length) == 0;
  if (!is_listening) {
    snprintf(why->text, sizeof why->text, "Cannot listen on %.80s: %s.", text, strerror(errno));
    if (made >= 0) close(made);
    return false;
  }
  listener->socket = made;
  describe(&address, listener);
  return true;
}
