// impressions.h: which cards were rendered and seen, each to be reported once, in batches.
// Cards are numbers below RT_MAX_OFFERS and sets of them are bits; which offer a card shows is the embed's business.
// Viewable is MRC's rule (Viewable Ad Impression Measurement Guidelines 2.0, section 5): half of the card, from 242,500
// px² up 30 %, in view for one continuous second while the page can be seen.
// SPDX-License-Identifier: MIT
#ifndef RT_FLOW_IMPRESSIONS_H
#define RT_FLOW_IMPRESSIONS_H

#include "domain/limits.h"
#include "flow/answer.h"
#include "flow/backoff.h"

// Bit n is card n.
typedef struct {
  uint32_t bits;
} rt_card_set;

typedef struct {
  const rt_backoff_policy *policy;  // borrowed
  rt_prng chance;
  rt_presence presence;
  uint32_t count;        // cards on the page
  rt_card_set large;     // cards of at least 242,500 px²
  rt_card_set in_view;   // cards of which enough is in view
  rt_card_set viewable;  // cards that were seen, reported or not
  rt_card_set unsent_rendered, unsent_viewable;
  rt_card_set flying_rendered, flying_viewable;  // in the request under way
  bool is_flying;
  bool is_over;  // closed: nothing is reported any more
  rt_failures failures;
  rt_instant seen_since[RT_MAX_OFFERS];  // RT_NEVER unless in view of a visible page
  rt_instant send_at;                    // when the batch is due; RT_NEVER: nothing waits
} rt_impressions;

// Each call that answers a bool answers whether a report is to be sent now: of the cards in flying_rendered and
// flying_viewable.
rt_impressions rt_impressions_make(const rt_backoff_policy *policy, rt_prng chance);

// Cards 0 to `count` - 1 are on the page.
bool rt_impressions_rendered(rt_impressions *impressions, uint32_t count, rt_instant now);

// The size of a card, at each layout.
void rt_impressions_sized(rt_impressions *impressions, uint32_t card, int64_t area_px);

// How much of a card is in view, 0..1000. A card that is not on the page is ignored.
void rt_impressions_view(rt_impressions *impressions, uint32_t card, int32_t ratio_permille, rt_instant now);

// Going to sleep reports what is due so far: the one flush on the way to hidden.
bool rt_impressions_presence(rt_impressions *impressions, rt_presence presence, rt_instant now);
bool rt_impressions_woke(rt_impressions *impressions, rt_instant now);

// The surface is going: what is due so far, and then nothing any more.
bool rt_impressions_close(rt_impressions *impressions, rt_instant now);

// How the request with the last batch ended. A passing trouble is tried twice more, then dropped.
void rt_impressions_delivered(rt_impressions *impressions);
void rt_impressions_trouble(rt_impressions *impressions, const rt_trouble *trouble, rt_instant now);

rt_instant rt_impressions_wake_at(const rt_impressions *impressions);

#endif
