// world_state.h: the inside of a world, shared by the files of this room and by nobody else.
// One file an actor: network.c carries messages, api.c is the API, page.c a tab with its widget, publisher.c a website's
// own server, invariants.c watches, world.c lets time pass.
// SPDX-License-Identifier: MIT
#ifndef RT_SIM_WORLD_STATE_H
#define RT_SIM_WORLD_STATE_H

#include "base/prng.h"
#include "domain/place.h"
#include "host/host_loop.h"
#include "server/auth.h"
#include "server/service.h"
#include "server/table.h"
#include "sim/api_store.h"
#include "sim/event_queue.h"
#include "sim/led_world.h"
#include "sim/replay.h"
#include "sim/tape.h"
#include "sim/world.h"

enum { RT_SITES = 4, RT_SITE_PLACES = 32, RT_MARK_BYTES = 8 };

// Actors of RT_DUE_CRASH: the crashes that come by themselves, and one that was meant for a moment.
enum { RT_ANY_MOMENT, RT_BAD_MOMENT };

#define RT_NOBODY UINT32_MAX  // no page, no site, no message

// A publisher: a website, its keys and its server's secret.
typedef struct {
  rt_brand_id brand;
  char domain[32], origin[40];
  char pub[RT_ID_TEXT_CAPACITY], website[RT_ID_TEXT_CAPACITY], secret[RT_SECRET_TEXT_CAPACITY];
  int64_t number;
  rt_geo_mode geo_mode;
  rt_place places[RT_SITE_PLACES];  // of the geo rule, as its operator wrote them
  uint32_t place_count;
} rt_site;

typedef enum { RT_ASKER_EMBED, RT_ASKER_VISITOR, RT_ASKER_PUBLISHER } rt_asker;

// What a message is about, read off its URL once.
typedef enum {
  RT_ROUTE_SESSION,
  RT_ROUTE_POLL,
  RT_ROUTE_DECISION,
  RT_ROUTE_OFFERS,
  RT_ROUTE_IMPRESSION,
  RT_ROUTE_CLICK,
  RT_ROUTE_SNIPPET_PING,
  RT_ROUTE_REDIRECT,
  RT_ROUTE_TRIGGER,
  RT_ROUTE_COUNT
} rt_route;

// A request and its answer. Places are used again; a generation tells two tenants apart.
typedef struct {
  uint32_t generation;
  uint32_t next;   // in the free list, in a page's list of requests, or NOBODY
  uint32_t after;  // in a list of the API's: waiting for a session, or held for a batch
  rt_asker asker;
  rt_route route;
  uint32_t owner;  // page
  uint32_t site;   // whose secret a trigger carries; RT_NOBODY: nobody's
  int32_t number;  // the embed's, or how often the publisher tried
  bool is_post, is_used, is_cancelled, is_echo, is_at_api, is_waiting, is_held;
  bool is_owed_anyway;  // held, but answered after a while whatever its batch does
  bool is_damaged;      // the answer is not what the API said
  char *bytes;          // URL and body, then the answer's body
  size_t capacity, url_length, body_length;
  char *answer;
  size_t answer_capacity, answer_length;
  uint32_t order;  // what a story wants done to it, NOBODY: nothing
  int status;      // 0: no answer, a network error
  char retry_after[40];
  uint64_t batch;
  rt_instant sent_at;
} rt_message;

// What really happened to a session, known to the world and to nobody in it.
typedef struct {
  uint32_t page;
  uint32_t site;
  bool is_taken;         // a trigger with the site's own secret was carried out; a crash may undo that
  uint32_t taken_life;   // of the API
  uint64_t taken_batch;  // in which it becomes durable
  bool is_accepted;      // a trigger with the site's own secret was carried out and is durable
  bool is_strict;        // its reason bars some verticals
  bool is_acknowledged;  // and its publisher was told so
  rt_instant created_at, taken_at, accepted_at;
} rt_truth;

typedef enum {
  RT_PLAN_NEVER,
  RT_PLAN_ONCE,
  RT_PLAN_TWICE,
  RT_PLAN_LATE,
  RT_PLAN_LAST_SECOND,
  RT_PLAN_WRONG_SECRET,
  RT_PLAN_FOREIGN_SECRET
} rt_trigger_plan;

// The publisher's dealings with one page.
typedef struct {
  rt_trigger_plan plan;
  uint32_t left;       // triggers still to be sent
  const char *reason;  // NULL: none is said
  uint32_t tries;      // of the one under way
  rt_millis delay;     // from hearing of the session to the decline
} rt_dealing;

typedef struct {
  int32_t x, y, width, height;
} rt_box;

typedef struct {
  int32_t width_px, height_px;
} rt_window;

// What a section stands in.
typedef struct {
  bool is_there;
  bool is_fluid;                // as wide as the window
  bool is_missing;              // for good
  int32_t width_px, height_px;  // of its inside; the height is what the page reserves, 0: nothing
} rt_room;

// A surface on a page, for as long as it is shown and as its events are checked.
typedef struct {
  uint32_t card_count;
  int32_t scroll_px;
  bool was_looked_at, are_ids_known;
  rt_box cards[RT_MAX_OFFERS];
  int32_t ratios[RT_MAX_OFFERS];  // permille in view, as told last
  char links[RT_MAX_OFFERS][160];
  char offers[RT_MAX_OFFERS][RT_ID_TEXT_CAPACITY];  // ids in the order of the cards, as first reported
} rt_shown;

// What the API said of a visitor, as the page heard it.
typedef enum { RT_VERDICT_NONE, RT_VERDICT_ALLOWED, RT_VERDICT_BLOCKED } rt_verdict;

// What the watcher remembers of a page; see invariants.c. Times are the page's own.
typedef struct {
  bool is_shown, was_closed, is_ready, is_over, is_ending, was_refused, was_refused_surface, has_expired, is_flush_due,
      is_poll, was_offered_nothing, is_to_show;
  rt_instant woken_at;  // world time of the last `woke`, and how many came at that moment
  uint32_t wakes;
  int32_t trigger_number;                 // the latest request for a session or its state
  uint32_t failures;                      // in a row, of session and poll
  rt_instant poll_sent_at;                // RT_NEVER: none yet
  rt_instant earliest_next, latest_next;  // of the next session or poll request; RT_NEVER: no bound
  uint32_t activations, clicks, requests;
  int32_t flying_number;                      // the impression under way
  uint32_t flying_rendered, flying_viewable;  // bits of cards
  uint32_t delivered_rendered, delivered_viewable, in_view, seen;
  rt_instant seen_since[RT_MAX_OFFERS];
  rt_verdict verdict;
  int32_t decision_number;  // under way, 0: none
  uint32_t pings;
  int32_t reserved_px;                  // of the container, as the embed was told before it showed anything
  uint32_t settled_cards;               // of a section
  bool is_show_due, is_drawn;           // in this step: the container was told
  bool had_container;                   // since the embed wanted to know of it
  rt_instant found_no_container_since;  // page time; RT_NEVER: it was there
  rt_instant shown_at, over_at;         // world time; RT_NEVER: not yet
  uint8_t states[RT_FLOW_COUNT];        // where the flows stood after the step before
  uint64_t fingerprint;
} rt_watch;

typedef enum { RT_TAB_UNOPENED, RT_TAB_OPEN, RT_TAB_CLOSED } rt_tab;

// A tab on a publisher's page, its visitor and its widget.
typedef struct {
  struct rt_world *world;
  rt_host host;
  rt_prng chance, network_chance, visitor_chance, geo_chance;
  uint32_t index, site;
  rt_tab tab;
  rt_page_state state;
  bool is_online, is_frozen, is_late_comer, is_ended, has_other_overlay;
  bool has_own_request;                     // its request is the session's, not one of a decision's of its own
  int32_t lost[RT_MAX_REQUESTS_IN_FLIGHT];  // requests whose answers a frozen page will not get
  uint32_t lost_count;
  int32_t drift_ppm;
  rt_instant visible_since;  // world time since when it is visible and online
  rt_instant opened_at;      // world time at which its clock stood at 0
  rt_instant wake_at;        // page time, as the embed wants it
  rt_instant stuck_until;    // world time before which no timer goes off
  rt_instant wake_entry_at;  // world time of the earliest entry in the queue, RT_NEVER: none
  uint32_t requests;         // first message under way, or NOBODY
  int32_t width_px, height_px;
  rt_embed_kind kind;
  rt_bytes max_ads;      // of a section, as its script element has it
  rt_location location;  // of the visitor, as the API's database has it
  rt_room container;
  bool is_looking;     // for the container, since the embed wanted to know of it
  rt_shown *prepared;  // of a section: it waits for the next frame in which somebody sees the page. NULL: nothing does
  rt_shown *shown;     // NULL: nothing is
  char session[RT_ID_TEXT_CAPACITY], request[RT_ID_TEXT_CAPACITY];
  rt_id session_id;
  rt_dealing dealing;
  rt_watch watch;
  rt_tape_writer *tape;  // NULL: none is kept
  struct rt_kept_text *kept;
  void *memory;  // of the embed, with a mark behind its end
} rt_page;

// A tape, or the last of one, in memory.
typedef struct rt_kept_text {
  char *text;
  size_t length, capacity;
  bool is_cut;  // there was no memory for all of it
} rt_kept_text;

typedef struct {
  rt_service *service;  // NULL while it is down
  rt_api_store *store;
  rt_prng entropy, chance;
  rt_arena scratch;
  void *scratch_memory;
  rt_table *waiting;  // session -> first message that waits for it
  uint32_t held;      // first message held for a batch
  uint64_t durable;   // latest durable batch
  bool is_commit_due, has_commit_failed, is_disk_broken;
  uint32_t life;          // how often it came up: a stale commit entry is of an earlier life
  rt_instant clock_skew;  // the process's monotonic clock began elsewhere
} rt_api;

// What a story wants done to the next request of a route.
typedef enum { RT_ORDER_ANSWER, RT_ORDER_LOSE, RT_ORDER_LOSE_ANSWER, RT_ORDER_STALL, RT_ORDER_CUT_SHORT } rt_order_kind;

typedef struct {
  rt_order_kind kind;
  rt_route route;
  bool is_taken;  // by a request
  int status;
  rt_bytes retry_after, body;
} rt_order;

// How a world is that is led by hand. Texts are slices of its story.
typedef struct {
  uint64_t seed;
  rt_embed_kind kind;
  rt_brand_id brand;
  rt_geo_mode geo_mode;
  rt_bytes places, visitor_place;  // codes, as a story has them
  rt_room container;
  rt_bytes page_host, page_language;
  char origin[80];
  rt_bytes attributes[RT_ATTRIBUTE_COUNT];
  bool is_attribute_told[RT_ATTRIBUTE_COUNT];
  rt_window window;
  rt_millis latency;  // one way
  uint32_t offers;
  bool never_says[RT_STORY_FIELD_COUNT];
  bool has_other_overlay;
  rt_order orders[RT_STORY_SENTENCES];
  uint32_t order_count;
  int edge_status;       // what answers in front of the API, 0: nothing does
  int publisher_status;  // of its latest trigger's answer, 0: there was none
  bool has_lied;  // an answer of the story's own was a success: what the API knows is no longer what the page knows
  rt_led_memory memory;  // of the page's embed
  rt_status opened;      // what the embed said
  char why[320];         // a sentence could not be carried out
} rt_led;

typedef struct rt_world {
  rt_world_options options;
  const rt_world_listener *listener;  // NULL: nobody listens
  rt_world_result *result;
  rt_instant now;
  rt_millis wall_offset;
  bool is_healing;  // faults are over
  bool is_down;     // an outage of the network
  rt_led *led;      // by hand, so that nothing is left to chance; NULL: everything is
  rt_event_queue queue;
  rt_prng chance;
  rt_site sites[RT_SITES];
  rt_page *pages;
  uint32_t page_count, page_capacity;
  rt_message *messages;
  uint32_t message_count, message_capacity, free_message;
  rt_table *truths;
  rt_replay *replay;  // NULL until a tape is played again
  rt_api api;
  rt_arena scratch;  // of the embeds
  void *scratch_memory;
} rt_world;

// world.c
// A world of the pages and faults of `options`, in which nothing is due yet. `led`: by whom, NULL: by chance. rt_world_end
// is owed also when it is false: there is no memory, which `result` says.
bool rt_world_begin(rt_world *world, const rt_world_options *options, rt_led *led, rt_world_result *result);
void rt_world_pass(rt_world *world, rt_instant end);  // `end` itself included
void rt_world_end(rt_world *world);
bool rt_world_is_over(const rt_world *world);  // a violation or trouble ended it
void rt_world_trouble(rt_world *world, const char *sentence);
void rt_world_expect(rt_world *world, rt_millis after, rt_due_kind kind, uint32_t actor, uint32_t generation);
void rt_world_count_fault(rt_world *world, rt_world_fault fault);
// A fault that may strike now: allowed, before the healing, and drawn with the world's harshness.
bool rt_world_strikes(rt_world *world, rt_world_fault fault, rt_prng *chance);
bool rt_world_allows(const rt_world *world, rt_world_fault fault);  // the same without the draw
bool rt_world_tapes(const rt_world *world, const rt_page *page);
void rt_kept_text_add(rt_kept_text *kept, rt_bytes text);
rt_millis rt_draw_between(rt_prng *chance, int64_t least_ms, int64_t most_ms);
bool rt_draw_permille(rt_prng *chance, uint32_t permille);
rt_wall rt_world_wall(const rt_world *world);
rt_instant rt_world_heals_at(const rt_world *world);
rt_truth *rt_world_truth(const rt_world *world, rt_bytes session);  // NULL: no such session
uint32_t rt_time_column(const rt_world *world);                     // of now
uint32_t rt_wait_column(rt_millis wait);

// network.c: `request` is borrowed for the call.
typedef struct {
  rt_asker asker;
  uint32_t owner, site;
  int32_t number;
  bool is_post;
  rt_bytes url, body;
} rt_sending;
rt_route rt_route_of(rt_bytes url, bool is_post);
void rt_network_send(rt_world *world, const rt_sending *sending);
void rt_network_cancel(rt_world *world, rt_page *page, int32_t number);
void rt_network_break(rt_world *world, uint32_t message);  // what waits at the API fails a moment later
bool rt_network_knows(rt_bytes url);                       // it is the API's
void rt_network_drop_all(rt_world *world, rt_page *page, bool are_failures_told);
void rt_network_request_arrives(rt_world *world, uint32_t message);
void rt_network_answer_arrives(rt_world *world, uint32_t message);
// The API answers; slices are borrowed. Status 0: the connection broke.
void rt_network_answer(rt_world *world, uint32_t message, int status, rt_bytes retry_after, rt_bytes body);
void rt_network_close(rt_world *world);

// api.c
bool rt_api_add_catalog(rt_world *world);
// Where the visitors are, for the service.
rt_locator rt_api_locator(rt_world *world);
bool rt_api_is_development(const rt_world *world);  // the page of a world that is led by hand is one under development
// Answers everything that waited for a batch up to `batch`, and for the sessions that became ready by it.
void rt_api_release(rt_world *world, uint64_t batch);
// Asks the service outside of all networks; the answer lives until the next call.
rt_bytes rt_api_poll_directly(rt_world *world, uint32_t page, rt_bytes session);
void rt_api_take(rt_world *world, uint32_t message);
void rt_api_wait_over(rt_world *world, uint32_t message);
void rt_api_forget(rt_world *world, uint32_t message);  // whoever asked has gone

// api_life.c
rt_instant rt_api_now(const rt_world *world);
bool rt_api_open(rt_world *world);
void rt_api_close(rt_world *world);
void rt_api_expect_commit(rt_world *world, bool is_trigger);
void rt_api_commit(rt_world *world, uint32_t life);
void rt_api_crash(rt_world *world);
void rt_api_restart(rt_world *world);  // tries again later while its disk does not let it
void rt_api_turn_disk(rt_world *world);
void rt_api_heals(rt_world *world);
void rt_api_end(rt_world *world);  // a last look at what it kept

// page.c
void rt_page_make(rt_world *world, uint32_t index);
void rt_page_open(rt_world *world, rt_page *page);
// Loads the page in the state it is in, with a network or without one.
void rt_page_loads(rt_world *world, rt_page *page, const rt_config *config);
void rt_page_is_told(rt_page *page, rt_event event);
void rt_page_becomes(rt_page *page, rt_page_state state);
void rt_page_connects(rt_world *world, rt_page *page, bool is_online);
void rt_page_freezes(rt_world *world, rt_page *page);
void rt_page_thaws(rt_world *world, rt_page *page);
void rt_page_resizes(rt_page *page, rt_window window);
// The section's element comes or goes, or another width and height are given to it.
void rt_page_has_container(rt_world *world, rt_page *page, rt_room container);
void rt_page_moves_container(rt_world *world, rt_page *page);  // which comes or goes
void rt_page_draws(rt_world *world, rt_page *page);            // a frame
void rt_page_leaves(rt_world *world, rt_page *page);
int32_t rt_page_scroll_end(const rt_page *page);  // how far down the surface goes; it must be shown
void rt_page_scrolls(rt_page *page, int32_t to_px);
void rt_page_expect_change(rt_world *world, rt_page *page);
void rt_page_follows(rt_world *world, rt_page *page, uint32_t card);
void rt_page_looks(rt_page *page);
void rt_page_expect_look(rt_world *world, const rt_page *page);  // in the next frame
bool rt_page_is_memory_sound(const rt_page *page);
void rt_page_has_body(rt_world *world, rt_page *page);
void rt_page_wakes(rt_world *world, rt_page *page);
void rt_page_changes(rt_world *world, rt_page *page);
void rt_page_visitor_acts(rt_world *world, rt_page *page);
void rt_page_heals(rt_world *world, rt_page *page);
void rt_page_answered(rt_world *world, rt_page *page, const rt_message *message);
void rt_page_close(rt_page *page);
rt_instant rt_page_now(const rt_world *world, const rt_page *page);

// publisher.c
// One call for the page's session with the secret of `site`, RT_NOBODY: of nobody.
void rt_publisher_triggers(rt_world *world, rt_page *page, uint32_t site, rt_bytes reason);
void rt_publisher_told(rt_world *world, rt_page *page);
void rt_publisher_acts(rt_world *world, rt_page *page);
void rt_publisher_answered(rt_world *world, rt_page *page, const rt_message *message);

// led_sentences.c: a setting has `set`, which is called before the world is there; everything else `act`, which says in
// led->why what is not so or cannot be done, and is false then.
typedef struct {
  void (*set)(rt_led *led, const rt_sentence *said);
  bool (*act)(rt_world *world, const rt_sentence *said);
} rt_led_doing;
const rt_led_doing *rt_led_doing_of(rt_sentence_kind kind);

// led_world.c: in a world that is led by hand, the network asks it what is to be done to a request or an answer.
bool rt_led_lets_go(rt_world *world, uint32_t message);     // false: it never arrives
bool rt_led_intercepts(rt_world *world, uint32_t message);  // true: it does not come to the API, and all is done
void rt_led_spoils(rt_world *world, uint32_t message);      // its answer

// invariants.c
void rt_watch_begin(rt_page *page);
void rt_watch_failed(rt_watch *watch, rt_instant now, rt_bytes retry_after);
void rt_watch_publisher(rt_world *world, rt_page *page, const rt_message *answer);
void rt_watch_event(rt_world *world, rt_page *page, const rt_event *event);
void rt_watch_command(rt_world *world, rt_page *page, const rt_command *command, const rt_view *view);
void rt_watch_rudeness(rt_world *world, rt_page *page, bool is_dead);  // after the embed was ended
void rt_watch_memory(rt_world *world, rt_page *page);
void rt_watch_stepped(rt_world *world, rt_page *page);
void rt_watch_wake(rt_world *world, rt_page *page);
void rt_watch_delivery(rt_world *world, rt_page *page, const rt_message *message);
void rt_watch_created(rt_world *world, const rt_message *message, rt_bytes answer);
void rt_watch_taken(rt_world *world, const rt_message *trigger, uint64_t batch);
void rt_watch_accepted(rt_world *world, const rt_message *trigger);
void rt_watch_restart(rt_world *world);
void rt_watch_database(rt_world *world, bool is_sound, const char *why);
void rt_watch_end(rt_world *world);
void rt_watch_tape(rt_world *world, rt_page *page);  // replays it; keeps its last lines if a violation is this page's
void rt_world_violate(rt_world *world, rt_invariant invariant, const rt_page *page, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
