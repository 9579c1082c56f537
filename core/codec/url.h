// url.h: the little of RFC 3986 that API addresses and queries need.
// Allocates nothing: parts are slices of the text. Knows nothing of routes.
// SPDX-License-Identifier: MIT
#ifndef RT_CODEC_URL_H
#define RT_CODEC_URL_H

#include "base/bytes.h"
#include "base/status.h"

// An absolute http or https URL. Slices point into the parsed text.
typedef struct {
  bool is_https;
  rt_bytes host;  // as written: a name, an IPv4 address or an IPv6 address in brackets
  uint16_t port;  // 80 or 443 when none is written
  rt_bytes rest;  // path, query and fragment; empty, or starts with '/', '?' or '#'
} rt_url;

// Refuses with RT_BAD_URL: other schemes, user info, an empty or impossible host, a port outside 1..65535, spaces and
// control characters anywhere. RT_TOO_LARGE over RT_MAX_URL_LENGTH.
rt_status rt_url_parse(rt_bytes text, rt_url *url);

// True for a text that starts like an absolute http or https URL and is within RT_MAX_URL_LENGTH: the test for what is
// only handed on to a browser, which parses it for itself. What is decided by its parts needs rt_url_parse.
bool rt_url_is_web(rt_bytes text);

// True for localhost, names below .localhost, 127.0.0.1 and ::1 (with or without brackets).
bool rt_host_is_loopback(rt_bytes host);

// Decodes %XX and, for queries, '+' as a space. RT_BAD_URL for a broken escape; then what was written is of no use.
rt_status rt_write_url_decoded(rt_writer *writer, rt_bytes text);

// The raw (still encoded) value of the first `name` in a query string without its '?'. False when there is none.
bool rt_query_find(rt_bytes query, const char *name, rt_bytes *raw);

#endif
