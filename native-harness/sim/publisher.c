// publisher.c: a website's own server: it hears of a session and declines its user, once, twice, late or not at all.
// Keeps asking until the API has answered, as the docs tell integrators to.
// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "sim/world_state.h"

enum { MOST_TRIES = 12 };

static rt_trigger_plan draw_plan(rt_world *world, rt_page *page) {
  rt_prng *chance = &page->chance;
  if (!rt_draw_permille(chance, world->options.declined_permille)) return RT_PLAN_NEVER;
  static const struct {
    rt_world_fault fault;
    rt_trigger_plan plan;
  } rows[] = {{RT_FAULT_TRIGGER_TWICE, RT_PLAN_TWICE},
              {RT_FAULT_TRIGGER_LATE, RT_PLAN_LATE},
              {RT_FAULT_TRIGGER_LATE, RT_PLAN_LAST_SECOND},
              {RT_FAULT_WRONG_SECRET, RT_PLAN_WRONG_SECRET},
              {RT_FAULT_FOREIGN_SECRET, RT_PLAN_FOREIGN_SECRET}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    if (!rt_world_allows(world, rows[i].fault) || !rt_draw_permille(chance, 180)) continue;
    rt_world_count_fault(world, rows[i].fault);
    return rows[i].plan;
  }
  return RT_PLAN_ONCE;
}

static rt_millis draw_delay(rt_page *page, rt_trigger_plan plan) {
  rt_prng *chance = &page->chance;
  if (plan == RT_PLAN_LAST_SECOND) return rt_draw_between(chance, 898500, 900000);
  if (plan == RT_PLAN_LATE) return rt_draw_between(chance, 900100, 1000000);
  if (rt_draw_permille(chance, 250)) return rt_draw_between(chance, 0, 600);
  return rt_draw_permille(chance, 250) ? rt_draw_between(chance, 60000, 880000) : rt_draw_between(chance, 600, 200000);
}

static const char *draw_reason(rt_page *page) {
  static const char *const reasons[] = {NULL, "kyc", "deposit", "age", "self_excluded", "other"};
  return reasons[rt_draw_between(&page->chance, 0, 5).ms];
}

void rt_publisher_told(rt_world *world, rt_page *page) {
  if (world->led != NULL) return;  // its story says when
  rt_dealing *dealing = &page->dealing;
  dealing->plan = draw_plan(world, page);
  dealing->reason = draw_reason(page);
  dealing->left = dealing->plan == RT_PLAN_NEVER ? 0 : dealing->plan == RT_PLAN_TWICE ? 2 : 1;
  if (dealing->left == 0) return;
  const rt_millis after =
      page->is_late_comer ? rt_draw_between(&page->chance, 0, 120000) : draw_delay(page, dealing->plan);
  rt_world_expect(world, after, RT_DUE_PUBLISHER, page->index, 0);
}

void rt_publisher_triggers(rt_world *world, rt_page *page, uint32_t site, rt_bytes reason) {
  char body[160];
  const int length = reason.length == 0 ? snprintf(body, sizeof body, "{\"sessionId\":\"%s\"}", page->session)
                                        : snprintf(body, sizeof body, "{\"sessionId\":\"%s\",\"reason\":\"%.*s\"}",
                                                   page->session, (int)reason.length, reason.data);
  page->dealing.tries++;
  rt_network_send(world, &(rt_sending){.asker = RT_ASKER_PUBLISHER,
                                       .owner = page->index,
                                       .site = site,
                                       .number = (int32_t)page->dealing.tries,
                                       .is_post = true,
                                       .url = RT_BYTES("https://api.example/v1/widget-decline/trigger"),
                                       .body = {body, (size_t)length}});
}

void rt_publisher_acts(rt_world *world, rt_page *page) {
  const rt_dealing *dealing = &page->dealing;
  uint32_t site = page->site;
  if (dealing->plan == RT_PLAN_WRONG_SECRET) site = RT_NOBODY;
  if (dealing->plan == RT_PLAN_FOREIGN_SECRET) site = (page->site + 1) % RT_SITES;
  rt_publisher_triggers(world, page, site, rt_bytes_of(dealing->reason));
}

// The next thing of an honest publisher after one who was not.
static void go_on(rt_world *world, rt_page *page) {
  rt_dealing *dealing = &page->dealing;
  dealing->tries = 0;
  const bool was_dishonest = dealing->plan == RT_PLAN_WRONG_SECRET || dealing->plan == RT_PLAN_FOREIGN_SECRET;
  if (was_dishonest && rt_draw_permille(&page->chance, 500)) {
    dealing->plan = RT_PLAN_ONCE;
  } else if (--dealing->left == 0) {
    return;
  }
  rt_world_expect(world, rt_draw_between(&page->chance, 10, 60000), RT_DUE_PUBLISHER, page->index, 0);
}

void rt_publisher_answered(rt_world *world, rt_page *page, const rt_message *message) {
  const int status = message->status;
  rt_watch_publisher(world, page, message);
  if (world->led != NULL) {
    world->led->publisher_status = status;
    return;
  }
  const bool is_passing = status == 0 || status == 408 || status == 425 || status == 429 || status >= 500;
  if (!is_passing) {
    go_on(world, page);
  } else if (page->dealing.tries < MOST_TRIES) {
    rt_world_expect(world, rt_draw_between(&page->chance, 500, 15000), RT_DUE_PUBLISHER, page->index, 0);
  }
}
