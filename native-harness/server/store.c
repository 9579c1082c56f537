// store.c: what a kept pair means.
// SPDX-License-Identifier: MIT
#include "server/store.h"

rt_click_class rt_pair_class(const rt_pair *pair) {
  if (pair->followed_at.ms == 0) return pair->event_at.ms == 0 ? RT_CLICK_NONE : RT_CLICK_NOT_FOLLOWED;
  if (pair->follow != RT_CLICK_BILLABLE) return pair->follow;
  return pair->is_origin_proven || pair->event_at.ms != 0 ? RT_CLICK_BILLABLE : RT_CLICK_WRONG_ORIGIN;
}

const char *rt_click_class_name(rt_click_class class) {
  static const char *const names[RT_CLICK_COUNT] = {
      [RT_CLICK_NONE] = "none",
      [RT_CLICK_NOT_FOLLOWED] = "not_followed",
      [RT_CLICK_BILLABLE] = "billable",
      [RT_CLICK_DUPLICATE] = "duplicate",
      [RT_CLICK_BOT] = "bot",
      [RT_CLICK_SELF] = "self_click",
      [RT_CLICK_WRONG_ORIGIN] = "wrong_origin",
      [RT_CLICK_TEST] = "test",
      [RT_CLICK_LATE] = "late",
  };
  return names[class];
}
