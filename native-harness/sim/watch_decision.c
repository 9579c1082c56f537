// watch_decision.c: watches the embeds that ask where the visitor is: what they ask, to whom they show something, and how
// much of it.
// Where a visitor is served it finds out by itself, place by place along the website's list, and not by the rule's bits.
// SPDX-License-Identifier: MIT
#include "sim/expect.h"

enum {
  CONTAINER_MS = 10000,           // that a page may take to bring it
  DEFAULT_CARDS = 4,              // where data-max-ads says nothing
  LAST_TROUBLE_MS = 120000,       // a request sent before the healing, or a machine that slept until then
  OWED_TO_LATE_COMERS_MS = 6000,  // a decision and the offers, each over a sound network
};

static bool is_section(const rt_page *page) { return page->kind == RT_EMBED_SECTION; }
static bool is_decline(const rt_page *page) { return page->kind == RT_EMBED_DECLINE; }

// ---------------------------------------------------------------- what is asked

void rt_watch_question(rt_world *world, rt_page *page, rt_route route, int32_t number) {
  rt_watch *watch = &page->watch;
  const bool is_of_session = route == RT_ROUTE_SESSION || route == RT_ROUTE_POLL;
  EXPECT(OWN_QUESTIONS, is_decline(page) ? route != RT_ROUTE_SNIPPET_PING : !is_of_session, page,
         "A %s widget asks what another one does.", rt_embed_kind_name(page->kind));
  if (route == RT_ROUTE_DECISION) {
    EXPECT(ONE_DECISION, watch->decision_number == 0 && watch->verdict == RT_VERDICT_NONE, page,
           "A decision is asked for while request %d is under way, or after it was made.", watch->decision_number);
    watch->decision_number = number;
  } else if (route == RT_ROUTE_OFFERS && !is_decline(page)) {
    EXPECT(SERVED_IN_PEACE, watch->verdict == RT_VERDICT_BLOCKED, page,
           "Offers are asked for, and no decision says that the visitor is not served.");
  } else if (route == RT_ROUTE_SNIPPET_PING) {
    watch->pings++;
  }
}

void rt_watch_question_dropped(rt_page *page, int32_t number) {
  if (page->watch.decision_number == number) page->watch.decision_number = 0;
}

// ---------------------------------------------------------------- what is decided

// An entry means itself and all that is part of it.
static bool is_listed(const rt_site *site, rt_place place) {
  for (;;) {
    for (uint32_t i = 0; i < site->place_count; i++) {
      if (site->places[i].number == place.number) return true;
    }
    const rt_place whole = rt_place_parent(place);
    if (whole.number == place.number) return false;
    place = whole;
  }
}

static bool is_served(const rt_site *site, const rt_location *location) {
  rt_place place;
  if (site->geo_mode == RT_GEO_NO_RULE) return true;
  const bool is_in_list = rt_place_of(location, &place) && is_listed(site, place);
  return is_in_list == (site->geo_mode == RT_GEO_ALLOW);
}

// Where the visitor is for the API: on a page under development where that page says.
static rt_location location_of(const rt_world *world, const rt_page *page, const rt_message *message) {
  const rt_bytes url = {message->bytes, message->url_length};
  const rt_bytes country = rt_text_between(url, RT_BYTES("&dev-country="), '&');
  const rt_bytes region = rt_text_between(url, RT_BYTES("&dev-region="), '&');
  rt_location location = {0};
  if (country.length == 0 || !rt_api_is_development(world)) return page->location;
  if (rt_location_set_country(&location, country)) (void)rt_location_set_region(&location, region);
  return location;
}

void rt_watch_decided(rt_world *world, rt_page *page, const rt_message *message) {
  rt_watch *watch = &page->watch;
  const rt_bytes body = {message->answer, message->answer_length};
  const bool is_allowed = rt_text_find(body, RT_BYTES("\"allowed\":true")) < body.length;
  const rt_location location = location_of(world, page, message);
  const bool is_due = is_served(&world->sites[page->site], &location);
  EXPECT(DECIDED_BY_RULE, is_allowed == is_due, page, "A visitor from %s%s%s is %s.",
         location.country[0] == '\0' ? "nowhere known" : location.country, location.region[0] == '\0' ? "" : "-",
         location.region, is_allowed ? "served, and should not be" : "not served, and should be");
  watch->verdict = is_allowed ? RT_VERDICT_ALLOWED : RT_VERDICT_BLOCKED;
  if (is_decline(page)) return;
  if (is_allowed) world->result->counts.visitors_served++;
  if (!is_allowed) world->result->counts.visitors_blocked++;
}

void rt_watch_served(rt_world *world, rt_page *page) {
  const rt_watch *watch = &page->watch;
  const bool is_allowed = !is_decline(page) && watch->verdict == RT_VERDICT_ALLOWED;
  EXPECT(SERVED_IN_PEACE, watch->pings == is_allowed, page,
         "%u reports that the snippet is there, of a visitor who is %s.", watch->pings, is_allowed ? "served" : "not");
}

// ---------------------------------------------------------------- what is shown

void rt_watch_find(rt_page *page) {
  rt_watch *watch = &page->watch;
  watch->found_no_container_since = page->container.is_there ? RT_NEVER : rt_page_now(page->world, page);
  watch->had_container = page->container.is_there;
}

void rt_watch_container(rt_page *page, const rt_event *viewport) {
  rt_watch *watch = &page->watch;
  watch->had_container = true;
  watch->is_show_due = is_section(page) && !watch->is_over;
  watch->is_drawn = false;
  if (rt_instant_is_never(watch->shown_at)) watch->reserved_px = viewport->height_px;
}

// Its brand's event `…:error` with the code container_missing.
void rt_watch_missing(rt_world *world, rt_page *page, rt_bytes detail) {
  rt_watch *watch = &page->watch;
  if (rt_text_find(detail, RT_BYTES("\"container_missing\"")) == detail.length) return;
  watch->was_refused_surface = true;
  const int64_t waited = rt_page_now(world, page).ms - watch->found_no_container_since.ms;
  EXPECT(CONTAINER_PATIENCE, is_section(page) && !watch->had_container && waited >= CONTAINER_MS, page,
         "The container is called missing after %lld ms, and was %s.", (long long)waited,
         watch->had_container ? "there" : "not there");
}

// A number outside of 1..12 counts as the nearest inside, what is none as none.
static uint32_t most_cards(const rt_page *page) {
  const rt_bytes text = rt_bytes_trimmed(page->max_ads);
  const bool is_negative = text.length > 1 && text.data[0] == '-';
  uint64_t number = 0;
  if (!rt_bytes_to_u64(rt_bytes_skip(text, is_negative), &number)) return DEFAULT_CARDS;
  if (is_negative || number == 0) return 1;
  return number < RT_MAX_OFFERS ? (uint32_t)number : RT_MAX_OFFERS;
}

static const rt_node *last_card(const rt_view *view, uint32_t *count) {
  const rt_node *last = NULL;
  *count = 0;
  for (size_t i = 0; i < view->count; i++) {
    if (view->nodes[i].role != RT_ROLE_CARD) continue;
    last = &view->nodes[i];
    ++*count;
  }
  return last;
}

void rt_watch_container_used(rt_world *world, rt_page *page) {
  rt_watch *watch = &page->watch;
  if (!watch->is_show_due) return;
  watch->is_show_due = false;
  EXPECT(CONTAINER_PATIENCE, watch->is_drawn, page, "The container is there, and nothing is drawn for it.");
}

void rt_watch_section(rt_world *world, rt_page *page, const rt_view *view) {
  rt_watch *watch = &page->watch;
  watch->is_drawn = true;
  uint32_t count;
  const rt_node *last = last_card(view, &count);
  if (!is_section(page) || last == NULL) return;
  EXPECT(SECTION_FITS, count <= most_cards(page), page, "%u cards, and the page wants %u.", count, most_cards(page));
  const bool is_first = rt_instant_is_never(watch->shown_at);
  if (is_first) watch->settled_cards = count;
  EXPECT(SECTION_FITS, count == watch->settled_cards, page, "%u cards where there were %u.", count,
         watch->settled_cards);
  if (!is_first || watch->reserved_px <= 0) return;
  const int32_t height = view->nodes[0].height, below = height - last->y - last->height;
  const rt_node *first = rt_view_find(view, RT_ROLE_CARD, 0);
  EXPECT(SECTION_FITS, height <= watch->reserved_px || first->y + first->height + below > watch->reserved_px, page,
         "%d px of a section where %d are reserved and a row fits.", height, watch->reserved_px);
}

// ---------------------------------------------------------------- in the end

// Whether offers were owed to a visitor who is not served, and from when on.
static bool is_owed(const rt_world *world, const rt_page *page, rt_instant *from) {
  const rt_watch *watch = &page->watch;
  const rt_instant healed = rt_world_heals_at(world);
  if (page->tab != RT_TAB_OPEN || page->is_ended || watch->was_refused || watch->was_offered_nothing) return false;
  if (is_decline(page) || is_served(&world->sites[page->site], &page->location)) return false;
  *from = rt_instant_later(healed, page->visible_since);
  if (!rt_instant_is_never(watch->shown_at)) return watch->shown_at.ms >= from->ms;
  const bool was_trouble = watch->is_over && watch->over_at.ms < healed.ms + LAST_TROUBLE_MS && !page->is_late_comer;
  return !was_trouble && !watch->was_refused_surface && page->container.is_there;
}

void rt_watch_blocked_end(rt_world *world, rt_page *page) {
  const rt_watch *watch = &page->watch;
  rt_instant from;
  if (!is_owed(world, page, &from)) return;
  const bool is_shown = !rt_instant_is_never(watch->shown_at);
  const int64_t bound = page->is_late_comer ? OWED_TO_LATE_COMERS_MS : LAST_TROUBLE_MS;
  const int64_t took = (is_shown ? watch->shown_at.ms : world->now.ms) - from.ms;
  if (!is_shown && took <= bound) return;  // there is still time
  EXPECT(BLOCKED_SEES, is_shown && took <= bound, page, "%lld ms later the surface is %s (state: %s).", (long long)took,
         is_shown ? "shown, too late" : "not there", rt_embed_state(page->host.embed));
}
