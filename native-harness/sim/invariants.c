// invariants.c: watches a world from outside and says when something happened that must not happen.
// Judges by what passes between page, network and API, with rules written from web/docs/polling.md and web/docs/api.md
// anew: it asks the core nothing and shares no arithmetic with it.
// SPDX-License-Identifier: MIT
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/expect.h"

enum {
  SPACING_MS = 1800,  // two polls of one embed never start closer to each other
  FLOOR_MS = 1000,    // after a failure
  STEADY_MS = 2000,
  CAP_MS = 30000,
  ASKED_CAP_MS = 300000,                                // the longest Retry-After that is obeyed
  DATE_MS = 30000,                                      // a Retry-After that is a date
  SLACK_MS = 2,                                         // a clock that drifts is read in whole milliseconds
  LIFE_MS = 900000,                                     // of a session, and of a triggered one
  OWED_MS = ASKED_CAP_MS + ASKED_CAP_MS / 10 + 120000,  // a wait begun before the healing, a stalled poll, the offers
  LAST_TROUBLE_MS = 120000,                             // a request sent before, or a machine that slept until then
  OWED_TO_LATE_COMERS_MS = 6000,                        // a poll, a decision, the offers, each over a sound network
};

static const struct {
  const char *name, *claim;
} rows[RT_INVARIANT_COUNT] = {
#define RT_INVARIANT(upper, lower, claim) {lower, claim},
#include "sim/invariants.def"
};

const char *rt_invariant_name(rt_invariant invariant) { return rows[invariant].name; }
const char *rt_invariant_claim(rt_invariant invariant) { return rows[invariant].claim; }

void rt_world_violate(rt_world *world, rt_invariant invariant, const rt_page *page, const char *format, ...) {
  rt_violation *violation = &world->result->violation;
  if (violation->is_there) return;
  violation->is_there = true;
  violation->invariant = invariant;
  violation->page = page == NULL ? RT_NOBODY : page->index;
  violation->at = world->now;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(violation->what, sizeof violation->what, format, arguments);
  va_end(arguments);
}

bool rt_world_check(rt_world *world, rt_invariant invariant, bool claim) {
  world->result->counts.checks[invariant]++;
  return claim || (world->led != NULL && world->led->has_lied);
}

size_t rt_text_find(rt_bytes text, rt_bytes wanted) {
  for (size_t at = 0; at + wanted.length <= text.length; at++) {
    if (memcmp(text.data + at, wanted.data, wanted.length) == 0) return at;
  }
  return text.length;
}

rt_bytes rt_text_between(rt_bytes text, rt_bytes before, char end) {
  const size_t at = rt_text_find(text, before);
  if (at == text.length) return RT_BYTES_NONE;
  const rt_bytes rest = rt_bytes_skip(text, at + before.length);
  return rt_bytes_take(rest, rt_bytes_find(rest, end));
}

void rt_watch_begin(rt_page *page) {
  rt_watch *watch = &page->watch;
  *watch = (rt_watch){.poll_sent_at = RT_NEVER,
                      .earliest_next = {0},
                      .latest_next = RT_NEVER,
                      .shown_at = RT_NEVER,
                      .over_at = RT_NEVER};
  for (uint32_t card = 0; card < RT_MAX_OFFERS; card++) watch->seen_since[card] = RT_NEVER;
}

// FNV-1a over numbers: enough to tell two runs apart.
static void stamp(rt_watch *watch, uint64_t number) {
  watch->fingerprint = (watch->fingerprint ^ number) * 1099511628211u;
}

static bool is_away(const rt_page *page) { return page->state != RT_PAGE_VISIBLE || !page->is_online; }

// ---------------------------------------------------------------- events

void rt_watch_event(rt_world *world, rt_page *page, const rt_event *event) {
  rt_watch *watch = &page->watch;
  world->result->counts.events[event->kind]++;
  stamp(watch, (uint64_t)event->kind << 48 ^ (uint64_t)event->now.ms);
  rt_watch_views(page, event);
  watch->is_flush_due = event->kind == RT_EVENT_VISIBILITY;
  if (event->kind == RT_EVENT_VISIBILITY || event->kind == RT_EVENT_CONNECTIVITY) {
    watch->earliest_next = (rt_instant){0};  // on return one poll at once
    watch->latest_next = RT_NEVER;
  } else if (event->kind == RT_EVENT_ACTIVATED && watch->is_shown && (uint32_t)event->card < page->shown->card_count) {
    watch->activations++;
  } else if (event->kind == RT_EVENT_SURFACE_SHOWN) {
    watch->shown_at = world->now;
    world->result->counts.surfaces_shown[page->kind]++;
    const rt_truth *truth = rt_world_truth(world, rt_bytes_of(page->session));
    if (truth != NULL && truth->is_taken) {
      const rt_instant triggered_at = truth->is_accepted ? truth->accepted_at : truth->taken_at;
      const rt_instant from = rt_instant_later(triggered_at, page->visible_since);
      world->result->counts.waits[rt_wait_column(rt_instant_between(from, world->now))]++;
    }
  } else if (event->kind == RT_EVENT_VIEWPORT) {
    rt_watch_container(page, event);
  } else if (event->kind == RT_EVENT_ENDED || (event->kind == RT_EVENT_DISMISSED && watch->is_to_show)) {
    watch->is_ending = true;
    watch->was_closed |= watch->is_shown;
  }
}

// Two flows and a deadline may fall due one after the other in one moment; an embed that goes on like that would hang a page.
void rt_watch_wake(rt_world *world, rt_page *page) {
  enum { MOST_WAKES = 8 };
  rt_watch *watch = &page->watch;
  watch->wakes = watch->woken_at.ms == world->now.ms ? watch->wakes + 1 : 1;
  watch->woken_at = world->now;
  EXPECT(CALM, watch->wakes <= MOST_WAKES, page, "It was woken %u times in one moment, and asks again.", watch->wakes);
}

// ---------------------------------------------------------------- commands

static void watch_pace(rt_world *world, rt_page *page, rt_route route, rt_instant now) {
  rt_watch *watch = &page->watch;
  if (route != RT_ROUTE_SESSION && route != RT_ROUTE_POLL) return;
  EXPECT(PACE, now.ms >= watch->earliest_next.ms, page, "A request %lld ms before its time.",
         (long long)(watch->earliest_next.ms - now.ms));
  const bool was_stuck = world->now.ms <= page->stuck_until.ms + SLACK_MS;  // the first timer after a long sleep
  EXPECT(PACE, rt_instant_is_never(watch->latest_next) || now.ms <= watch->latest_next.ms + SLACK_MS || was_stuck, page,
         "A request %lld ms after its time.", (long long)(now.ms - watch->latest_next.ms));
  watch->latest_next = RT_NEVER;
  if (route == RT_ROUTE_SESSION) return;
  EXPECT(PACE, rt_instant_is_never(watch->poll_sent_at) || now.ms - watch->poll_sent_at.ms >= SPACING_MS, page,
         "A poll %lld ms after the one before it.", (long long)(now.ms - watch->poll_sent_at.ms));
  watch->poll_sent_at = now;
}

static void watch_belonging(rt_world *world, rt_page *page, rt_route route, rt_bytes url, rt_bytes body) {
  if (route == RT_ROUTE_POLL) {
    const rt_bytes id = rt_text_between(url, RT_BYTES("/session/"), '?');
    EXPECT(NO_CROSSTALK, rt_bytes_equal(id, rt_bytes_of(page->session)), page, "It polls %.*s, which is not its own.",
           (int)id.length, id.data);
  } else if (route == RT_ROUTE_OFFERS || route == RT_ROUTE_IMPRESSION || route == RT_ROUTE_CLICK) {
    const rt_bytes id = route == RT_ROUTE_OFFERS ? rt_text_between(url, RT_BYTES("requestId="), '&')
                                                 : rt_text_between(body, RT_BYTES("\"requestId\":\""), '"');
    EXPECT(NO_CROSSTALK, rt_bytes_equal(id, rt_bytes_of(page->request)), page,
           "It uses the request %.*s; its own is %s.", (int)id.length, id.data, page->request);
  }
}

static void watch_request(rt_world *world, rt_page *page, const rt_command *command) {
  rt_watch *watch = &page->watch;
  const rt_route route = rt_route_of(command->url, command->method == RT_HTTP_POST);
  const rt_instant now = rt_page_now(world, page);
  const bool is_flush = route == RT_ROUTE_IMPRESSION && (watch->is_flush_due || watch->is_ending);
  watch->requests++;
  if (route == RT_ROUTE_CLICK) watch->clicks++;
  EXPECT(SILENT_AFTER_END, !watch->is_over, page, "A request to %.*s after its end.", (int)command->url.length,
         command->url.data);
  if (is_away(page)) {
    const bool is_at_load = page->is_online && page->kind != RT_EMBED_DECLINE &&
                            (route == RT_ROUTE_DECISION || route == RT_ROUTE_OFFERS || route == RT_ROUTE_SNIPPET_PING);
    const bool may = page->state != RT_PAGE_PRERENDERED &&
                     (route == RT_ROUTE_SESSION || route == RT_ROUTE_CLICK || is_at_load || is_flush);
    EXPECT(SILENT_WHILE_AWAY, may, page, "A request to %.*s while nobody is there.", (int)command->url.length,
           command->url.data);
    watch->is_flush_due = false;
  }
  rt_watch_question(world, page, route, command->request);
  watch_pace(world, page, route, now);
  watch_belonging(world, page, route, command->url, command->body);
  if (route == RT_ROUTE_IMPRESSION) rt_watch_impression(world, page, command);
}

// Its trigger was acknowledged, or became durable without that: after its answer was given up, or in a crash.
static bool may_be_ready(const rt_world *world, const rt_truth *truth) {
  if (truth == NULL || !truth->is_taken) return false;
  return truth->is_accepted || truth->taken_life != world->api.life || truth->taken_batch <= world->api.durable;
}

static void watch_surface(rt_world *world, rt_page *page, const rt_view *view) {
  rt_watch *watch = &page->watch;
  const rt_truth *truth = rt_world_truth(world, rt_bytes_of(page->session));
  EXPECT(ONE_SURFACE, !watch->was_closed, page, "A surface is shown again after it was closed.");
  const bool is_due = page->kind == RT_EMBED_DECLINE ? watch->is_ready && may_be_ready(world, truth)
                                                     : watch->verdict == RT_VERDICT_BLOCKED;
  EXPECT(
      NOTHING_BEFORE_READY, is_due, page, "A surface is shown, and %s.",
      page->kind == RT_EMBED_DECLINE ? "nobody triggered the session" : "nobody said that the visitor is not served");
  rt_watch_section(world, page, view);
  watch->is_shown = true;
}

// What is over by a notification: the page was told that nothing more will come.
static bool is_final(rt_bytes name) {
  static const char *const ends[] = {":expired", ":empty", ":error", ":close", ":allowed"};
  for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
    if (rt_bytes_end_with(name, rt_bytes_of(ends[i]))) return true;
  }
  return false;
}

// A poll or a session's creation that the embed gave up on.
static void watch_patience(rt_page *page, int32_t request, rt_instant now) {
  rt_watch *watch = &page->watch;
  const bool is_put_off = is_away(page) && watch->is_poll;  // a poll is taken back when the page goes away
  if (is_put_off || request != watch->trigger_number) return;
  rt_watch_failed(watch, now, RT_BYTES_NONE);
}

void rt_watch_command(rt_world *world, rt_page *page, const rt_command *command, const rt_view *view) {
  rt_watch *watch = &page->watch;
  world->result->counts.commands[command->kind]++;
  stamp(watch, (uint64_t)command->kind << 40 ^ (uint64_t)(uint32_t)command->request);
  if (command->kind == RT_COMMAND_SEND_HTTP) {
    watch_request(world, page, command);
    const rt_route route = rt_route_of(command->url, command->method == RT_HTTP_POST);
    if (route == RT_ROUTE_SESSION || route == RT_ROUTE_POLL) {
      watch->trigger_number = command->request;
      watch->is_poll = route == RT_ROUTE_POLL;
    }
  } else if (command->kind == RT_COMMAND_CANCEL_HTTP) {
    watch_patience(page, command->request, rt_page_now(world, page));
    rt_watch_question_dropped(page, command->request);
  } else if (command->kind == RT_COMMAND_MEASURE_VIEWPORT || command->kind == RT_COMMAND_FIND_CONTAINER) {
    watch->is_to_show = true;
    if (command->kind == RT_COMMAND_FIND_CONTAINER) rt_watch_find(page);
  } else if (command->kind == RT_COMMAND_SHOW_SURFACE) {
    watch_surface(world, page, view);
  } else if (command->kind == RT_COMMAND_HIDE_SURFACE) {
    watch->is_shown = false;
    watch->was_closed = true;
  } else if (command->kind == RT_COMMAND_NOTIFY_PAGE) {
    watch->is_ending |= is_final(command->name);
    if (rt_bytes_end_with(command->name, RT_BYTES(":error"))) {
      watch->was_refused_surface = watch->is_shown;
      rt_watch_missing(world, page, command->detail);
    }
    if (rt_bytes_end_with(command->name, RT_BYTES(":expired"))) watch->has_expired = true;
  }
}

void rt_watch_rudeness(rt_world *world, rt_page *page, bool is_dead) {
  EXPECT(SILENT_AFTER_END, is_dead, page, "An embed that was taken away still takes events.");
}

static void count_moves(rt_world *world, rt_page *page) {
  rt_world_counts *counts = &world->result->counts;
  for (rt_flow flow = 0; flow < RT_FLOW_COUNT; flow++) {
    const uint32_t from = page->watch.states[flow], to = rt_embed_flow_state(page->host.embed, flow);
    if (from == to) continue;
    counts->states[flow][to]++;
    counts->moves[flow][from][to]++;
    page->watch.states[flow] = (uint8_t)to;
  }
}

void rt_watch_memory(rt_world *world, rt_page *page) {
  EXPECT(MEMORY, rt_page_is_memory_sound(page), page, "The bytes behind the embed's memory were written to.");
}

void rt_watch_stepped(rt_world *world, rt_page *page) {
  rt_watch *watch = &page->watch;
  count_moves(world, page);
  watch->is_flush_due = false;
  if (watch->is_ending && !watch->is_over) {
    watch->is_over = true;
    watch->over_at = world->now;
    watch->latest_next = RT_NEVER;
  }
  EXPECT(CLICK_PER_ACTIVATION, watch->clicks == watch->activations, page,
         "%u cards were followed and %u click events sent.", watch->activations, watch->clicks);
  rt_watch_served(world, page);
  rt_watch_container_used(world, page);
  if (page->tape != NULL) rt_watch_memory(world, page);  // of the others in the end: what was overwritten stays so
}

// ---------------------------------------------------------------- answers

// A wait begins: its bounds by the policy, or as the API asked. web/docs/polling.md, "After a failure".
void rt_watch_failed(rt_watch *watch, rt_instant now, rt_bytes retry_after) {
  int64_t least = FLOOR_MS, most = STEADY_MS;
  for (uint32_t n = watch->failures++; n > 0 && most < CAP_MS; n--) most *= 2;
  if (most > CAP_MS) most = CAP_MS;
  if (retry_after.length > 0) {
    uint64_t seconds = 0;
    least = rt_bytes_to_u64(retry_after, &seconds) ? (seconds < 300 ? (int64_t)seconds * 1000 : ASKED_CAP_MS) : DATE_MS;
    if (least < FLOOR_MS) least = FLOOR_MS;
    most = least + least / 10 < ASKED_CAP_MS ? least + least / 10 : ASKED_CAP_MS;
  }
  // A poll keeps its distance from the one before, too.
  if (!rt_instant_is_never(watch->poll_sent_at) && watch->poll_sent_at.ms + SPACING_MS > now.ms + most) {
    most = watch->poll_sent_at.ms + SPACING_MS - now.ms;
  }
  watch->earliest_next = (rt_instant){now.ms + least};
  watch->latest_next = (rt_instant){now.ms + most};
}

static void succeeded(rt_page *page, rt_instant now) {
  rt_watch *watch = &page->watch;
  watch->failures = 0;
  watch->earliest_next = (rt_instant){0};
  watch->latest_next = is_away(page) ? RT_NEVER : (rt_instant){now.ms + STEADY_MS};
}

static bool is_passing(int status) {
  return status == 0 || status == 408 || status == 425 || status == 429 || status >= 500;
}

// The embed hears only that there was no answer, not what stood in its header.
static bool is_unreadable(const rt_message *message) {
  return message->status == 0 || message->answer_length > RT_MAX_BODY_LENGTH;
}

static void deliver_to_trigger_flow(rt_world *world, rt_page *page, const rt_message *message) {
  rt_watch *watch = &page->watch;
  const rt_bytes body = {message->answer, message->answer_length};
  const bool is_good = message->status == 200 && !message->is_damaged;
  if (is_good) {
    succeeded(page, rt_page_now(world, page));
  } else if (is_unreadable(message)) {
    rt_watch_failed(watch, rt_page_now(world, page), RT_BYTES_NONE);
  } else if (is_passing(message->status) || (message->status >= 200 && message->status < 400)) {
    rt_watch_failed(watch, rt_page_now(world, page), rt_bytes_of(message->retry_after));
  }
  if (!is_good || message->route != RT_ROUTE_POLL || rt_text_find(body, RT_BYTES("\"ready\"")) == body.length) return;
  watch->is_ready = true;
  watch->latest_next = RT_NEVER;
  const rt_truth *truth = rt_world_truth(world, rt_bytes_of(page->session));
  EXPECT(OWN_SECRET, may_be_ready(world, truth), page, "%s is called ready, and its publisher did not trigger it.",
         page->session);
}

static void watch_offers(rt_world *world, rt_page *page, const rt_message *message) {
  static const char *const barred[] = {"\"vertical\":\"igaming\"", "\"vertical\":\"sports\"",
                                       "\"vertical\":\"crypto\""};
  const rt_bytes body = {message->answer, message->answer_length};
  const rt_truth *truth = rt_world_truth(world, rt_bytes_of(page->session));
  page->watch.was_offered_nothing = rt_text_find(body, RT_BYTES("\"offers\":[]")) < body.length;
  if (truth == NULL || !truth->is_strict || !page->has_own_request) return;
  for (size_t i = 0; i < sizeof barred / sizeof barred[0]; i++) {
    EXPECT(RESPONSIBLE, rt_text_find(body, rt_bytes_of(barred[i])) == body.length, page, "An offer with %s was served.",
           barred[i]);
  }
}

static void learn_request(rt_page *page, const rt_message *message) {
  const rt_bytes body = {message->answer, message->answer_length};
  const rt_bytes id = rt_text_between(body, RT_BYTES("\"requestId\":\""), '"');
  if (id.length > 0) page->has_own_request = message->route == RT_ROUTE_POLL;
  if (id.length > 0 && id.length < sizeof page->request)
    snprintf(page->request, sizeof page->request, "%.*s", (int)id.length, id.data);
}

void rt_watch_delivery(rt_world *world, rt_page *page, const rt_message *message) {
  rt_watch *watch = &page->watch;
  const bool is_good = message->status >= 200 && message->status < 300 && !message->is_damaged;
  if (message->status >= 400 && !is_passing(message->status) && !is_unreadable(message)) watch->was_refused = true;
  rt_watch_question_dropped(page, message->number);
  if (is_good && message->route == RT_ROUTE_DECISION) rt_watch_decided(world, page, message);
  if (message->number == watch->trigger_number) deliver_to_trigger_flow(world, page, message);
  if (is_good && (message->route == RT_ROUTE_POLL || message->route == RT_ROUTE_DECISION)) learn_request(page, message);
  if (is_good && message->route == RT_ROUTE_OFFERS) watch_offers(world, page, message);
  if (message->number == watch->flying_number) {
    if (is_good) {
      watch->delivered_rendered |= watch->flying_rendered;
      watch->delivered_viewable |= watch->flying_viewable;
    }
    watch->flying_rendered = watch->flying_viewable = 0;
  }
}

// ---------------------------------------------------------------- publishers and the API

static rt_bytes session_of(const rt_message *trigger) {
  return rt_text_between((rt_bytes){trigger->bytes + trigger->url_length, trigger->body_length},
                         RT_BYTES("\"sessionId\":\""), '"');
}

void rt_watch_created(rt_world *world, const rt_message *message, rt_bytes answer) {
  rt_id id;
  rt_page *page = &world->pages[message->owner];
  const rt_bytes text = rt_text_between(answer, RT_BYTES("\"sessionId\":\""), '"');
  const bool is_new = rt_id_read(text, RT_ID_SESSION, &id) && rt_table_find(world->truths, &id) == NULL;
  EXPECT(NO_CROSSTALK, is_new, page, "The API gave %.*s out twice.", (int)text.length, text.data);
  rt_truth *truth = is_new ? rt_table_insert(world->truths, &id) : NULL;
  if (truth == NULL) return;
  *truth = (rt_truth){.page = message->owner, .site = page->site, .created_at = world->now};
  world->result->counts.sessions++;
}

void rt_watch_taken(rt_world *world, const rt_message *trigger, uint64_t batch) {
  rt_truth *truth = rt_world_truth(world, session_of(trigger));
  EXPECT(OWN_SECRET, truth == NULL || trigger->site == truth->site, &world->pages[trigger->owner],
         "A trigger with a foreign secret was carried out.");
  if (truth == NULL || truth->is_taken) return;
  truth->is_taken = true;
  truth->taken_life = world->api.life;
  truth->taken_batch = batch;
  truth->taken_at = world->now;
}

void rt_watch_accepted(rt_world *world, const rt_message *trigger) {
  rt_truth *truth = rt_world_truth(world, session_of(trigger));
  rt_page *page = &world->pages[trigger->owner];
  EXPECT(OWN_SECRET, truth != NULL && trigger->site == truth->site, page,
         "A trigger with a foreign secret was accepted.");
  world->result->counts.triggers_accepted++;
  if (truth == NULL || truth->is_accepted) return;
  truth->is_accepted = true;
  truth->accepted_at = world->now;
  const rt_bytes body = {trigger->bytes + trigger->url_length, trigger->body_length};
  truth->is_strict = rt_text_find(body, RT_BYTES("\"age\"")) < body.length ||
                     rt_text_find(body, RT_BYTES("\"self_excluded\"")) < body.length;
}

void rt_watch_publisher(rt_world *world, rt_page *page, const rt_message *answer) {
  const bool is_honest = answer->site == page->site;
  EXPECT(OWN_SECRET, is_honest || answer->status != 200, page,
         "A publisher with a foreign secret was told that it triggered.");
  if (answer->status != 200) {
    world->result->counts.triggers_refused++;
    return;
  }
  rt_truth *truth = rt_world_truth(world, rt_bytes_of(page->session));
  if (truth != NULL && is_honest) truth->is_acknowledged = true;
}

void rt_watch_restart(rt_world *world) {
  uint32_t cursor = 0;
  rt_id id;
  for (const rt_truth *truth; (truth = rt_table_next(world->truths, &cursor, &id)) != NULL;) {
    // The calendar may have moved by some seconds between two lives.
    const rt_instant since = truth->is_acknowledged ? truth->taken_at : truth->created_at;
    if (world->now.ms - since.ms > LIFE_MS - 60000) continue;
    rt_page *page = &world->pages[truth->page];
    const rt_id_text text = rt_id_to_text(RT_ID_SESSION, &id);
    const rt_bytes body = rt_api_poll_directly(world, truth->page, rt_bytes_of(text.text));
    EXPECT(DURABLE_SESSION, rt_text_find(body, RT_BYTES("\"status\":\"")) < body.length, page,
           "%s was given out before the crash, and after it the API says %.*s.", text.text, (int)body.length,
           body.data);
    if (!truth->is_acknowledged) continue;
    EXPECT(DURABLE_TRIGGER, rt_text_find(body, RT_BYTES("\"ready\"")) < body.length, page,
           "%s was triggered before the crash, and after it the API says %.*s.", text.text, (int)body.length,
           body.data);
  }
}

void rt_watch_database(rt_world *world, bool is_sound, const char *why) {
  EXPECT(SOUND_DATABASE, is_sound, NULL, "%.200s", why);
}

// ---------------------------------------------------------------- in the end

// Whether the overlay was owed to a page, and from when on.
static bool is_owed(const rt_world *world, const rt_page *page, rt_instant *from) {
  const rt_watch *watch = &page->watch;
  const rt_truth *truth = rt_world_truth(world, rt_bytes_of(page->session));
  const rt_instant healed = rt_world_heals_at(world);
  if (page->tab == RT_TAB_UNOPENED || truth == NULL || !truth->is_accepted || watch->was_refused ||
      watch->was_offered_nothing) {
    return false;
  }
  *from = rt_instant_later(truth->accepted_at, healed);
  if (!rt_instant_is_never(watch->shown_at)) return watch->shown_at.ms >= from->ms;
  if (page->tab != RT_TAB_OPEN || page->is_ended) return false;
  // An end before the faults were over, or by a request that was on its way then, was an honest one.
  const bool was_trouble = watch->is_over && !watch->has_expired && watch->over_at.ms < healed.ms + LAST_TROUBLE_MS;
  // So was expiry, unless the trigger had been accepted when the embed asked for the last time.
  const bool was_late = watch->has_expired && (watch->over_at.ms < truth->accepted_at.ms + 15000 ||
                                               watch->over_at.ms > truth->taken_at.ms + LIFE_MS - 60000);
  // A page that was away until the triggered session itself was over has missed it.
  return !was_trouble && !was_late && from->ms - truth->taken_at.ms < LIFE_MS - OWED_MS - 60000;
}

void rt_watch_end(rt_world *world) {
  for (uint32_t i = 0; i < world->page_count; i++) {
    rt_page *page = &world->pages[i];
    const rt_instant shown_at = page->watch.shown_at;
    rt_instant from;
    rt_watch_blocked_end(world, page);
    if (!is_owed(world, page, &from)) continue;
    const int64_t bound = page->is_late_comer ? OWED_TO_LATE_COMERS_MS : OWED_MS;
    const bool is_shown = !rt_instant_is_never(shown_at);
    const int64_t took = (is_shown ? shown_at.ms : world->now.ms) - from.ms;
    if (!is_shown && took <= bound) continue;  // there is still time
    EXPECT(TRIGGER_SHOWS, is_shown && took <= bound, page,
           "%s was triggered, and %lld ms later the overlay is %s (state: %s).", page->session, (long long)took,
           is_shown ? "shown, too late" : "not there", rt_embed_state(page->host.embed));
  }
}

// ---------------------------------------------------------------- the tape

enum { TAIL_LINES = 20 };

// The last lines of a tape, whole ones, as many as there is room for.
static void keep_tail(rt_violation *violation, rt_bytes tape) {
  size_t start = tape.length;
  for (uint32_t lines = 0; start > 0 && tape.length - start < RT_TAIL_CAPACITY - 1; start--) {
    if (tape.data[start - 1] == '\n' && start < tape.length && ++lines == TAIL_LINES) break;
  }
  const rt_bytes tail = rt_bytes_skip(tape, start);
  memcpy(violation->tail, tail.data, tail.length);
  violation->tail[tail.length] = '\0';
}

// What of a kept tape is still to be read.
static ptrdiff_t read_kept(void *self, char *bytes, size_t room, const char **why) {
  rt_bytes *rest = self;
  const size_t length = rest->length < room ? rest->length : room;
  (void)why;
  memcpy(bytes, rest->data, length);
  *rest = rt_bytes_skip(*rest, length);
  return (ptrdiff_t)length;
}

// The first lines of a tape.
static rt_bytes first_lines(rt_bytes tape, uint64_t count) {
  size_t end = 0;
  for (; end < tape.length && count > 0; end++) count -= tape.data[end] == '\n';
  return rt_bytes_take(tape, end);
}

static int length_shown(const rt_writer *side) { return (int)(side->length < 70 ? side->length : 70); }

// Plays the tape to an embed of its own, which must do the same.
static void watch_purity(rt_world *world, rt_page *page, rt_bytes tape) {
  if (world->replay == NULL) world->replay = malloc(sizeof *world->replay);
  if (page->kept->is_cut || world->replay == NULL) {
    rt_world_trouble(world, "There is not enough memory for the tapes of this world.");
    return;
  }
  rt_replay *replay = world->replay;
  rt_bytes rest = tape;
  const rt_replay_outcome outcome = rt_replay_run(replay, (rt_tape_source){&rest, read_kept});
  const rt_replay_difference *at = &replay->difference;
  world->result->counts.replays++;
  EXPECT(PURE, outcome != RT_REPLAY_UNREADABLE, page, "Line %llu of its tape cannot be read: %s.",
         (unsigned long long)replay->reader.fault.line, replay->reader.fault.sentence);
  EXPECT(PURE, outcome != RT_REPLAY_DIFFERENT, page, "Its tape says at event %llu \"%.*s\", played again \"%.*s\".",
         (unsigned long long)at->event, length_shown(&at->tape), at->tape.data, length_shown(&at->embed),
         at->embed.data);
  if (outcome == RT_REPLAY_DIFFERENT) keep_tail(&world->result->violation, first_lines(tape, at->line));
}

void rt_watch_tape(rt_world *world, rt_page *page) {
  if (page->kept == NULL) return;
  const rt_bytes tape = {page->kept->text, page->kept->length};
  rt_violation *violation = &world->result->violation;
  if (violation->is_there && violation->page == page->index && violation->tail[0] == '\0') keep_tail(violation, tape);
  if (!rt_world_is_over(world)) watch_purity(world, page, tape);
}
