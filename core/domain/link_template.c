// link_template.c: find placeholders, fill them.
// SPDX-License-Identifier: MIT
#include "domain/link_template.h"

#include "base/check.h"
#include "domain/limits.h"

typedef enum { CLICK_ID, WEBSITE_KEY, COUNTRY, REGION, UNKNOWN } placeholder;

static placeholder placeholder_of(rt_bytes name) {
  if (rt_bytes_equal(name, RT_BYTES("clickId"))) return CLICK_ID;
  if (rt_bytes_equal(name, RT_BYTES("websiteKey"))) return WEBSITE_KEY;
  if (rt_bytes_equal(name, RT_BYTES("country"))) return COUNTRY;
  if (rt_bytes_equal(name, RT_BYTES("region"))) return REGION;
  return UNKNOWN;
}

static rt_bytes value_of(placeholder which, const rt_link_values *values) {
  switch (which) {
    case CLICK_ID:
      return values->click_id;
    case WEBSITE_KEY:
      return values->website_key;
    case COUNTRY:
      return values->country;
    case REGION:
      return values->region;
    case UNKNOWN:
      break;
  }
  return RT_BYTES_NONE;
}

static size_t longest_value(placeholder which) {
  switch (which) {
    case CLICK_ID:
    case WEBSITE_KEY:
      return RT_LINK_ID_LENGTH;
    case COUNTRY:
      return RT_MAX_COUNTRY_LENGTH;
    case REGION:
      return RT_MAX_REGION_LENGTH;
    case UNKNOWN:
      break;
  }
  return 0;
}

// Where the host of "scheme://host/…" ends: the first of / ? # after it, or the end.
static size_t host_end(rt_bytes url) {
  size_t at = rt_bytes_find(url, ':');
  at = at + 3 <= url.length ? at + 3 : url.length;
  while (at < url.length && url.data[at] != '/' && url.data[at] != '?' && url.data[at] != '#') at++;
  return at;
}

rt_status rt_link_template_check(rt_bytes template, rt_bytes *culprit) {
  const size_t path_at = host_end(template);
  size_t longest = template.length;
  *culprit = RT_BYTES_NONE;
  for (size_t i = 0; i < template.length; i++) {
    const char c = template.data[i];
    if (c != '{' && c != '}') continue;
    const rt_bytes rest = rt_bytes_skip(template, i);
    const size_t close = rt_bytes_find(rest, '}');
    *culprit = rt_bytes_take(rest, close < rest.length ? close + 1 : rest.length);
    if (c == '}' || close == rest.length || i < path_at) return RT_BAD_FIELD;
    const placeholder which = placeholder_of((rt_bytes){rest.data + 1, close - 1});
    if (which == UNKNOWN) return RT_BAD_FIELD;
    longest = longest - (close + 1) + longest_value(which);
    *culprit = RT_BYTES_NONE;
    i += close;
  }
  return longest <= RT_MAX_URL_LENGTH ? RT_OK : RT_TOO_LARGE;
}

void rt_write_link(rt_writer *writer, rt_bytes template, const rt_link_values *values) {
  for (size_t i = 0; i < template.length; i++) {
    if (template.data[i] != '{') {
      rt_write_char(writer, template.data[i]);
      continue;
    }
    const rt_bytes rest = rt_bytes_skip(template, i);
    const size_t close = rt_bytes_find(rest, '}');
    RT_CHECK(close < rest.length);
    rt_write_url_encoded(writer, value_of(placeholder_of((rt_bytes){rest.data + 1, close - 1}), values));
    i += close;
  }
}
