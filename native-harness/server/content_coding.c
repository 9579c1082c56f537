// content_coding.c: qualities of Accept-Encoding.
// SPDX-License-Identifier: MIT
#include "server/content_coding.h"

static const struct {
  const char *name, *ending;
} codings[RT_CODING_COUNT] = {
    [RT_CODING_BROTLI] = {"br", ".br"},
    [RT_CODING_GZIP] = {"gzip", ".gz"},
    [RT_CODING_IDENTITY] = {"identity", ""},
};

const char *rt_coding_name(rt_coding coding) { return codings[coding].name; }
const char *rt_coding_ending(rt_coding coding) { return codings[coding].ending; }

enum { BEST = 1000, LEAST = 1, REFUSED = 0 };  // permille

// The part before `separator`; `rest` is what follows it.
static rt_bytes split(rt_bytes text, char separator, rt_bytes *rest) {
  const size_t at = rt_bytes_find(text, separator);
  *rest = at < text.length ? rt_bytes_skip(text, at + 1) : RT_BYTES_NONE;
  return rt_bytes_trimmed(rt_bytes_take(text, at));
}

// "0.25" is 250. What is no quality counts as a refusal: the client did not clearly ask for it.
static unsigned read_quality(rt_bytes text) {
  if (text.length == 0 || text.length > 5 || (text.data[0] != '0' && text.data[0] != '1')) return REFUSED;
  if (text.length > 1 && text.data[1] != '.') return REFUSED;
  unsigned quality = text.data[0] == '1' ? BEST : 0;
  unsigned place = 100;
  for (size_t i = 2; i < text.length; i++, place /= 10) {
    if (text.data[i] < '0' || text.data[i] > '9') return REFUSED;
    quality += (unsigned)(text.data[i] - '0') * place;
  }
  return quality <= BEST ? quality : REFUSED;
}

static unsigned quality_of(rt_bytes parameters) {
  while (parameters.length > 0) {
    rt_bytes value;
    const rt_bytes name = split(split(parameters, ';', &parameters), '=', &value);
    if (rt_bytes_equal_ignoring_case(name, RT_BYTES("q"))) return read_quality(rt_bytes_trimmed(value));
  }
  return BEST;
}

// The quality of each coding. Of what the header does not name, `*` is the quality; without one, the file as it is may
// come, if nothing better does, and nothing else.
static void read_qualities(rt_bytes header, unsigned qualities[RT_CODING_COUNT]) {
  bool is_named[RT_CODING_COUNT] = {false};
  bool has_any = false;
  unsigned any = REFUSED;
  while (header.length > 0) {
    rt_bytes parameters;
    const rt_bytes name = split(split(header, ',', &header), ';', &parameters);
    const unsigned quality = quality_of(parameters);
    if (rt_bytes_equal(name, RT_BYTES("*"))) {
      has_any = true;
      any = quality;
    }
    for (int i = 0; i < RT_CODING_COUNT; i++) {
      if (!rt_bytes_equal_ignoring_case(name, rt_bytes_of(codings[i].name))) continue;
      is_named[i] = true;
      qualities[i] = quality;
    }
  }
  for (int i = 0; i < RT_CODING_COUNT; i++) {
    if (!is_named[i]) qualities[i] = has_any ? any : i == RT_CODING_IDENTITY ? LEAST : REFUSED;
  }
}

rt_codings rt_codings_of(rt_bytes accept_encoding) {
  unsigned qualities[RT_CODING_COUNT] = {0};
  rt_codings found = {.count = 0};
  if (accept_encoding.data != NULL) read_qualities(accept_encoding, qualities);
  const bool is_plain_refused = qualities[RT_CODING_IDENTITY] == REFUSED;
  for (;;) {
    int best = 0;
    for (int i = 1; i < RT_CODING_COUNT; i++) {
      if (qualities[i] > qualities[best]) best = i;
    }
    if (qualities[best] == REFUSED) break;
    qualities[best] = REFUSED;
    found.wanted[found.count++] = (rt_coding)best;
  }
  if (is_plain_refused) found.wanted[found.count++] = RT_CODING_IDENTITY;
  return found;
}
