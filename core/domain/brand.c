// brand.c: the rows.
// SPDX-License-Identifier: MIT
#include "domain/brand.h"

#include "base/check.h"

static const rt_brand brands[RT_BRAND_COUNT] = {
    [RT_BRAND_RETARGET] = {.slug = "retarget", .api_base = "https://api.retarget.gg"},
    [RT_BRAND_AFFILFINDER] = {.slug = "affilfinder", .api_base = "https://api.affilfinder.com"},
};

static const rt_brand_page pages[RT_BRAND_COUNT] = {
    [RT_BRAND_RETARGET] = {.session_global = "__RETARGET_DECLINE_SESSION_ID",
                           .script_object = "RetargetWidget",
                           .root_id = "retarget-root"},
    [RT_BRAND_AFFILFINDER] = {.session_global = "__AFFILFINDER_DECLINE_SESSION_ID",
                              .script_object = "AffilFinderWidget",
                              .root_id = "affilfinder-root"},
};

const rt_brand *rt_brand_of(rt_brand_id id) {
  RT_CHECK(id < RT_BRAND_COUNT);
  return &brands[id];
}

const rt_brand_page *rt_brand_page_of(rt_brand_id id) {
  RT_CHECK(id < RT_BRAND_COUNT);
  return &pages[id];
}

// Not in the table above: only a section asks, and the other embeds do without the words.
const char *rt_brand_container(rt_brand_id id) {
  static const char *const containers[RT_BRAND_COUNT] = {
      [RT_BRAND_RETARGET] = "retarget-ads", [RT_BRAND_AFFILFINDER] = "affilfinder-ads"};
  RT_CHECK(id < RT_BRAND_COUNT);
  return containers[id];
}

bool rt_brand_find(rt_bytes slug, rt_brand_id *id) {
  for (rt_brand_id i = 0; i < RT_BRAND_COUNT; i++) {
    if (rt_bytes_equal(slug, rt_bytes_of(brands[i].slug))) {
      *id = i;
      return true;
    }
  }
  return false;
}
