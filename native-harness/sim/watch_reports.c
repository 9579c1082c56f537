// watch_reports.c: watches which cards a visitor sees and for how long, and what of it a page reports.
// Shares no arithmetic with core/flow/impressions.c: the rules are those of web/docs/polling.md, written anew.
// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "sim/expect.h"

enum {
  SECOND_MS = 1000,        // in view
  LARGE_AREA_PX = 242500,  // from here on 30 % of a card are enough
};

// ---------------------------------------------------------------- seconds in view

static bool is_enough(const rt_page *page, const rt_event *view) {
  if (page->shown == NULL || (uint32_t)view->card >= page->shown->card_count) return false;
  const rt_box *box = &page->shown->cards[view->card];
  return view->ratio_permille >= ((int64_t)box->width * box->height >= LARGE_AREA_PX ? 300 : 500);
}

static void collect_seen(rt_watch *watch, rt_instant now) {
  for (uint32_t card = 0; card < RT_MAX_OFFERS; card++) {
    const rt_instant since = watch->seen_since[card];
    if (!rt_instant_is_never(since) && now.ms - since.ms >= SECOND_MS) watch->seen |= 1u << card;
  }
}

// Which cards' seconds run from now on: those with enough in view on a visible page.
void rt_watch_views(rt_page *page, const rt_event *event) {
  rt_watch *watch = &page->watch;
  collect_seen(watch, event->now);
  if (event->kind == RT_EVENT_CARD_VIEW && event->card >= 0 && event->card < RT_MAX_OFFERS) {
    const uint32_t bit = 1u << (uint32_t)event->card;
    watch->in_view &= ~bit;
    if (is_enough(page, event)) watch->in_view |= bit;
  }
  for (uint32_t card = 0; card < RT_MAX_OFFERS; card++) {
    const bool runs = (watch->in_view >> card & 1u) != 0 && page->state == RT_PAGE_VISIBLE && watch->is_shown;
    if (!runs) {
      watch->seen_since[card] = RT_NEVER;
    } else if (rt_instant_is_never(watch->seen_since[card])) {
      watch->seen_since[card] = event->now;
    }
  }
}

// ---------------------------------------------------------------- what is reported

// Bits of the cards whose ids stand in the array `name` of an impression's body. The first report of a surface names all
// its cards in their order, and so teaches which is which.
static uint32_t cards_in(rt_page *page, rt_bytes body, rt_bytes name) {
  rt_bytes list = rt_text_between(body, name, ']');
  rt_shown *shown = page->shown;
  uint32_t bits = 0;
  if (shown == NULL) return 0;
  for (uint32_t position = 0; list.length > 0; position++) {
    const size_t quote = rt_bytes_find(list, '"');
    if (quote == list.length) break;
    list = rt_bytes_skip(list, quote + 1);
    const rt_bytes id = rt_bytes_take(list, rt_bytes_find(list, '"'));
    list = rt_bytes_skip(list, id.length + 1);
    if (!shown->are_ids_known && position < RT_MAX_OFFERS) {
      snprintf(shown->offers[position], sizeof shown->offers[0], "%.*s", (int)id.length, id.data);
    }
    for (uint32_t card = 0; card < shown->card_count; card++) {
      if (rt_bytes_equal(id, rt_bytes_of(shown->offers[card]))) bits |= 1u << card;
    }
  }
  shown->are_ids_known = true;
  return bits;
}

void rt_watch_impression(rt_world *world, rt_page *page, const rt_command *command) {
  rt_watch *watch = &page->watch;
  const uint32_t rendered = cards_in(page, command->body, RT_BYTES("\"offerIds\":["));
  const uint32_t viewable = cards_in(page, command->body, RT_BYTES("\"viewableIds\":["));
  EXPECT(IMPRESSION_ONCE, (rendered & watch->delivered_rendered) == 0 && (viewable & watch->delivered_viewable) == 0,
         page, "Cards %#x and %#x are reported, of which %#x and %#x were.", rendered, viewable,
         watch->delivered_rendered, watch->delivered_viewable);
  EXPECT(SEEN_FOR_A_SECOND, (viewable & ~watch->seen) == 0, page,
         "Cards %#x are called viewable; those in view for a second are %#x.", viewable, watch->seen);
  watch->flying_number = command->request;
  watch->flying_rendered = rendered;
  watch->flying_viewable = viewable;
}
