// link_template.h: landing URLs with {clickId}, {websiteKey}, {country} and {region} in them.
// Knows nothing of redirects; only which placeholders exist and how they are filled.
// SPDX-License-Identifier: MIT
#ifndef RT_DOMAIN_LINK_TEMPLATE_H
#define RT_DOMAIN_LINK_TEMPLATE_H

#include "base/bytes.h"
#include "base/status.h"

enum {
  RT_LINK_ID_LENGTH = 26,  // a click id or website key of our server, which percent-encoding leaves as it is
};

// What the placeholders stand for; an empty slice fills in nothing.
typedef struct {
  rt_bytes click_id;
  rt_bytes website_key;
  rt_bytes country;
  rt_bytes region;
} rt_link_values;

// Refuses with RT_BAD_FIELD a template with an unknown placeholder, a brace without its partner, or a placeholder
// before the path (a value must never choose the host). `*culprit` is then the offending part, otherwise absent.
// RT_TOO_LARGE: with the longest values it would have more than RT_MAX_URL_LENGTH bytes.
rt_status rt_link_template_check(rt_bytes template, rt_bytes *culprit);

// Writes the template with every placeholder replaced by its percent-encoded value. `template` must have passed the
// check above; room is the writer's to judge.
void rt_write_link(rt_writer *writer, rt_bytes template, const rt_link_values *values);

#endif
