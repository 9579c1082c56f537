// url.c: parsing, encoding and query lookup.
// SPDX-License-Identifier: MIT
#include "codec/url.h"

#include "domain/limits.h"

static bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

static bool is_host(rt_bytes host) {
  if (host.length == 0 || host.length > 253) return false;
  if (host.data[0] == '[') {
    if (host.length < 4 || host.data[host.length - 1] != ']') return false;
    for (size_t i = 1; i + 1 < host.length; i++) {
      if (!is_hex(host.data[i]) && host.data[i] != ':' && host.data[i] != '.') return false;
    }
    return true;
  }
  if (host.data[0] == '.' || host.data[0] == '-') return false;
  for (size_t i = 0; i < host.length; i++) {
    const char c = host.data[i];
    if (!is_letter_or_digit(c) && c != '-' && c != '.' && c != '_') return false;
  }
  return true;
}

// Splits "host[:port]"; brackets keep the colons of an IPv6 address together.
static rt_status read_authority(rt_bytes authority, rt_url *url) {
  size_t end = 0;
  if (authority.length > 0 && authority.data[0] == '[') end = rt_bytes_find(authority, ']');
  const size_t colon = end + rt_bytes_find(rt_bytes_skip(authority, end < authority.length ? end : 0), ':');
  const size_t host_length = colon < authority.length ? colon : authority.length;
  url->host = rt_bytes_take(authority, host_length);
  if (!is_host(url->host)) return RT_BAD_URL;
  if (host_length == authority.length) return RT_OK;
  uint64_t port = 0;
  if (!rt_bytes_to_u64(rt_bytes_skip(authority, host_length + 1), &port) || port < 1 || port > 65535) return RT_BAD_URL;
  url->port = (uint16_t)port;
  return RT_OK;
}

rt_status rt_url_parse(rt_bytes text, rt_url *url) {
  if (text.length > RT_MAX_URL_LENGTH) return RT_TOO_LARGE;
  for (size_t i = 0; i < text.length; i++) {
    const unsigned char c = (unsigned char)text.data[i];
    if (c <= ' ' || c == 0x7F || c == '"' || c == '<' || c == '>' || c == '\\') return RT_BAD_URL;
  }
  const rt_bytes secure = RT_BYTES("https://"), plain = RT_BYTES("http://");
  const size_t scheme_length = rt_bytes_find(text, '/') + 2;
  if (scheme_length > text.length) return RT_BAD_URL;
  const rt_bytes scheme = rt_bytes_take(text, scheme_length);
  *url = (rt_url){.is_https = rt_bytes_equal_ignoring_case(scheme, secure)};
  if (!url->is_https && !rt_bytes_equal_ignoring_case(scheme, plain)) return RT_BAD_URL;
  url->port = url->is_https ? 443 : 80;
  const rt_bytes after = rt_bytes_skip(text, scheme_length);
  size_t end = 0;
  while (end < after.length && after.data[end] != '/' && after.data[end] != '?' && after.data[end] != '#') end++;
  url->rest = rt_bytes_skip(after, end);
  return read_authority(rt_bytes_take(after, end), url);
}

bool rt_url_is_web(rt_bytes text) {
  static const char start[] = "https://";
  size_t at = 0;
  for (size_t i = 0; start[i] != '\0'; i++) {
    if (at < text.length && (text.data[at] | 32) == (start[i] | 32)) {
      at++;
    } else if (start[i] != 's') {
      return false;
    }
  }
  return text.length > at && text.data[at] != '/' && text.length <= RT_MAX_URL_LENGTH;
}

bool rt_host_is_loopback(rt_bytes host) {
  if (rt_bytes_equal_ignoring_case(host, RT_BYTES("localhost")) || rt_bytes_equal(host, RT_BYTES("127.0.0.1")))
    return true;
  if (rt_bytes_equal(host, RT_BYTES("::1")) || rt_bytes_equal(host, RT_BYTES("[::1]"))) return true;
  const rt_bytes below = RT_BYTES(".localhost");
  if (host.length <= below.length) return false;
  return rt_bytes_equal_ignoring_case(rt_bytes_skip(host, host.length - below.length), below);
}

static int hex_value(char c) { return c <= '9' ? c - '0' : (c | 32) - 'a' + 10; }

rt_status rt_write_url_decoded(rt_writer *writer, rt_bytes text) {
  for (size_t i = 0; i < text.length; i++) {
    char c = text.data[i];
    if (c == '%') {
      if (text.length - i < 3 || !is_hex(text.data[i + 1]) || !is_hex(text.data[i + 2])) return RT_BAD_URL;
      c = (char)(hex_value(text.data[i + 1]) * 16 + hex_value(text.data[i + 2]));
      i += 2;
    } else if (c == '+') {
      c = ' ';
    }
    rt_write_char(writer, c);
  }
  return RT_OK;
}

bool rt_query_find(rt_bytes query, const char *name, rt_bytes *raw) {
  const rt_bytes wanted = rt_bytes_of(name);
  while (query.length > 0) {
    const size_t end = rt_bytes_find(query, '&');
    const rt_bytes pair = rt_bytes_take(query, end);
    const size_t equals = rt_bytes_find(pair, '=');
    if (rt_bytes_equal(rt_bytes_take(pair, equals), wanted)) {
      *raw = equals < pair.length ? rt_bytes_skip(pair, equals + 1) : RT_BYTES_NONE;
      return true;
    }
    query = end < query.length ? rt_bytes_skip(query, end + 1) : RT_BYTES_NONE;
  }
  return false;
}
