// limits.h: every maximum of the core, each with its reason. Hitting one is a status with a test.
// SPDX-License-Identifier: MIT
#ifndef RT_DOMAIN_LIMITS_H
#define RT_DOMAIN_LIMITS_H

#include "base/instant.h"

enum {
  RT_MAX_OFFERS = 12,             // cards one surface shows; the API's `limit` ends here too
  RT_MAX_BRAND_LENGTH = 160,      // 40 characters of at most 4 bytes each
  RT_MAX_HEADLINE_LENGTH = 360,   // 90 characters
  RT_MAX_CTA_LENGTH = 96,         // 24 characters
  RT_MAX_ID_LENGTH = 64,          // prefix and 128 random bits take 26; the rest is room for foreign servers
  RT_MAX_URL_LENGTH = 2048,       // what every browser, proxy and log line takes without cutting
  RT_MAX_KEY_LENGTH = 64,         // `pk_…` and `web_…`
  RT_MAX_API_BASE_LENGTH = 256,   // scheme, a host of at most 253, a path
  RT_MAX_LANGUAGE_LENGTH = 35,    // RFC 5646 section 4.4.1: every language tag in practice fits
  RT_MAX_CONTAINER_LENGTH = 128,  // the id of an element; a longer one nobody wrote by hand
  RT_DEFAULT_SECTION_CARDS = 4,   // what a section shows where the page does not say how many
  RT_MAX_TEXT_LENGTH = 400,       // a title or an explanation: three lines on a phone
  RT_MAX_COUNTRY_LENGTH = 2,      // ISO 3166-1 alpha-2
  RT_MAX_REGION_LENGTH = 3,       // the part of ISO 3166-2 after the hyphen
  RT_MAX_PLACES = 6144,           // countries and regions: ISO 3166 has 5,377 of them; a multiple of 64

  RT_MAX_BODY_LENGTH = 32 * 1024,  // an API answer: a dozen offers have 5 KiB; our server serves no more than fit
  RT_MAX_GIVEN_LENGTH = 2048,      // any other text that a host hands in, which it cuts here: no meaning is that long
  RT_MAX_JSON_VALUES = 16384,      // values in one text: an operator's file of a thousand offers; an answer has 130
  RT_MAX_JSON_DEPTH = 32,          // also CJSON_NESTING_LIMIT: bounds the parser's recursion
  RT_EMBED_MEMORY = 14 * 1024,     // one embed, everything it keeps
  RT_SCRATCH_MEMORY = 48 * 1024,   // one step: parsed answer, request being written; shared by all embeds of a thread
  RT_MAX_REQUESTS_IN_FLIGHT = 6,   // one of the flow, the rest events; a browser opens six connections per host
  RT_MAX_COMMANDS = 16,            // the most that one step asks for is 8; see tests/capacity
  RT_MAX_NODES = 96,               // 12 cards of 7 nodes, and 9 of the frame around them
};

// A decline session's life when the API does not say: 15 minutes.
#define RT_SESSION_LIFE (rt_seconds(900))

#endif
