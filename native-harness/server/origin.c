// origin.c: origins against registered domains.
// SPDX-License-Identifier: MIT
#include "server/origin.h"

#include "codec/url.h"

// The domain itself, www. in front of it, or anything in front of it where subdomains are allowed.
static bool is_host_of(const rt_website *website, rt_bytes host) {
  if (rt_bytes_equal(host, website->domain)) return true;
  if (host.length <= website->domain.length + 1 || !rt_bytes_end_with(host, website->domain)) return false;
  const rt_bytes front = rt_bytes_take(host, host.length - website->domain.length);
  if (front.data[front.length - 1] != '.') return false;
  return website->are_subdomains_allowed || rt_bytes_equal(front, RT_BYTES("www."));
}

// scheme://host[:port] of a URL, as a slice of it.
static rt_bytes origin_part(rt_bytes text, const rt_url *url) {
  return rt_bytes_take(text, text.length - url->rest.length);
}

static rt_origin_class classify(const rt_website *website, rt_bytes text, bool is_path_allowed) {
  rt_url url;
  if (text.data == NULL) return RT_ORIGIN_ABSENT;
  if (rt_url_parse(text, &url) != RT_OK) return RT_ORIGIN_FOREIGN;
  if (!is_path_allowed && url.rest.length > 0) return RT_ORIGIN_FOREIGN;
  const rt_bytes origin = origin_part(text, &url);
  for (size_t i = 0; i < website->dev_origin_count; i++) {
    if (rt_bytes_equal(origin, website->dev_origins[i])) return RT_ORIGIN_DEVELOPMENT;
  }
  if (url.is_https && url.port == 443 && is_host_of(website, url.host)) return RT_ORIGIN_REGISTERED;
  return RT_ORIGIN_FOREIGN;
}

rt_origin_class rt_origin_classify(const rt_website *website, rt_bytes origin) {
  return classify(website, origin, false);
}

rt_origin_class rt_referer_classify(const rt_website *website, rt_bytes referer) {
  return classify(website, rt_bytes_is_empty(referer) ? RT_BYTES_NONE : referer, true);
}

static bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

static bool is_label(rt_bytes label) {
  if (label.length == 0 || label.length > 63 || label.data[0] == '-' || label.data[label.length - 1] == '-')
    return false;
  for (size_t i = 0; i < label.length; i++) {
    if (!is_lower_or_digit(label.data[i]) && label.data[i] != '-') return false;
  }
  return true;
}

bool rt_domain_is_valid(rt_bytes domain) {
  if (domain.length > 253 || rt_host_is_loopback(domain)) return false;
  size_t labels = 0;
  rt_bytes rest = domain, label = RT_BYTES_NONE;
  for (;;) {
    const size_t dot = rt_bytes_find(rest, '.');
    label = rt_bytes_take(rest, dot);
    if (!is_label(label)) return false;
    labels++;
    if (dot == rest.length) break;
    rest = rt_bytes_skip(rest, dot + 1);
  }
  // A last label of digits would be an IPv4 address (WHATWG URL, "ends in a number").
  uint64_t number;
  return labels >= 2 && !rt_bytes_to_u64(label, &number);
}

bool rt_origin_is_valid(rt_bytes origin) {
  rt_url url;
  if (rt_url_parse(origin, &url) != RT_OK || url.rest.length > 0) return false;
  for (size_t i = 0; i < origin.length; i++) {
    if (origin.data[i] >= 'A' && origin.data[i] <= 'Z') return false;
  }
  // A browser never writes a default port, so such an origin could not match.
  const rt_bytes written_port = url.is_https ? RT_BYTES(":443") : RT_BYTES(":80");
  return !rt_bytes_end_with(origin, written_port) || url.port != (url.is_https ? 443 : 80);
}
