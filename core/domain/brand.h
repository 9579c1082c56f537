// brand.h: the two drop-in brands, each a row of data; no other file branches on a brand.
// SPDX-License-Identifier: MIT
#ifndef RT_DOMAIN_BRAND_H
#define RT_DOMAIN_BRAND_H

#include "base/bytes.h"

typedef enum { RT_BRAND_RETARGET, RT_BRAND_AFFILFINDER, RT_BRAND_COUNT } rt_brand_id;

typedef struct {
  const char *slug;      // prefix of events, directory of built files
  const char *api_base;  // default API, no trailing slash
} rt_brand;

// What a page calls what a brand puts on it. A table of its own: nothing in the core asks, so core.wasm does without it.
typedef struct {
  const char *session_global;  // property of window that holds the decline session's id
  const char *script_object;   // property of window that holds the script object
  const char *root_id;         // id of the overlay's root element
} rt_brand_page;

// The row of `id`; static, never NULL for a valid id.
const rt_brand *rt_brand_of(rt_brand_id id);
const rt_brand_page *rt_brand_page_of(rt_brand_id id);

// The id of the element that a section stands in where the page names no other. Literal.
const char *rt_brand_container(rt_brand_id id);

// The brand whose slug is `slug`; false when there is none.
bool rt_brand_find(rt_bytes slug, rt_brand_id *id);

#endif
