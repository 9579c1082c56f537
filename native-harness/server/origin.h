// origin.h: whose page is calling?
// Compares an Origin header (or a Referer) with what a website has registered. Knows no request and no CORS header.
// SPDX-License-Identifier: MIT
#ifndef RT_SERVER_ORIGIN_H
#define RT_SERVER_ORIGIN_H

#include "server/catalog.h"

typedef enum {
  RT_ORIGIN_ABSENT,       // no header at all
  RT_ORIGIN_FOREIGN,      // somebody else's, "null", or not an origin; an empty one too
  RT_ORIGIN_REGISTERED,   // https://domain, https://www.domain or, where allowed, a subdomain; default port
  RT_ORIGIN_DEVELOPMENT,  // one of the website's development origins
} rt_origin_class;

rt_origin_class rt_origin_classify(const rt_website *website, rt_bytes origin);

// The same question for a Referer header: only its origin counts; an empty one is none.
rt_origin_class rt_referer_classify(const rt_website *website, rt_bytes referer);

// True for a name a website can be registered under: lower case letters, digits and hyphens in at least two labels,
// internationalized names in punycode, no port, no path, not an address and not localhost.
bool rt_domain_is_valid(rt_bytes domain);

// True for scheme://host[:port] of http or https and nothing more, in lower case.
bool rt_origin_is_valid(rt_bytes origin);

#endif
