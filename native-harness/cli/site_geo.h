// site_geo.h: retarget site geo: the rule that says who is served the product and who offers.
// SPDX-License-Identifier: MIT
#ifndef RT_CLI_SITE_GEO_H
#define RT_CLI_SITE_GEO_H

#include "server/admin.h"

// What is asked for; exactly one of them, and --json beside it.
typedef struct {
  const char *allow, *block, *test;  // NULL: not given
  bool is_cleared, is_shown, is_json;
} rt_geo_task;

// Does it for a website and says what was done, or what is wrong. Returns an exit code.
int rt_site_geo(sqlite3 *database, const rt_site *site, const rt_geo_task *task);

#endif
