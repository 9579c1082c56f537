// page.c: a tab with its widget, and the visitor in front of it: the effects of web/effects, played.
// Decides what the world does to a page, never what a widget does: that is the core's.
// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "sim/world_state.h"

static const rt_host_effects effects_of_page;

static void expect_visitor(rt_world *world, rt_page *page);

// A font whose every letter is half as wide as high.
static const rt_bytes square_metrics = RT_BYTES_INIT("500");

enum { FRAME_MS = 16 };

// What stands behind an embed's memory, and must stand there afterwards.
static const unsigned char mark[RT_MARK_BYTES] = {0x5a, 0xa5, 0x3c, 0xc3, 0x0f, 0xf0, 0x96, 0x69};

// ---------------------------------------------------------------- a page's own clock

rt_instant rt_page_now(const rt_world *world, const rt_page *page) {
  const int64_t real = world->now.ms - page->opened_at.ms;
  return (rt_instant){real + real * page->drift_ppm / 1000000};
}

// The first millisecond of the world at which the page's clock has reached `at`.
static rt_instant world_time(const rt_page *page, rt_instant at) {
  int64_t real = at.ms * 1000000 / (1000000 + page->drift_ppm);
  while (real + real * page->drift_ppm / 1000000 < at.ms) real++;
  return (rt_instant){page->opened_at.ms + real};
}

// ---------------------------------------------------------------- coming and going

// An embed that was taken away does nothing, also when its host is too rude to know.
static void feed_rudely(rt_page *page, rt_event event) {
  rt_command command;
  event.now = rt_page_now(page->world, page);
  page->world->result->page = page->index;
  const rt_status status = rt_embed_step(page->host.embed, &event, &page->world->scratch);
  rt_watch_rudeness(page->world, page, status == RT_FAILED && !rt_embed_next_command(page->host.embed, &command));
}

void rt_page_is_told(rt_page *page, rt_event event) {
  if (page->tab != RT_TAB_OPEN || page->is_frozen) return;
  if (page->is_ended) {
    feed_rudely(page, event);
  } else {
    rt_host_feed(&page->host, &event);
  }
}

static void expect_frame(const rt_page *page) {
  if (page->prepared != NULL) rt_world_expect(page->world, rt_ms(FRAME_MS), RT_DUE_PAGE_DRAWS, page->index, 0);
}

void rt_page_becomes(rt_page *page, rt_page_state state) {
  if (page->state == state) return;
  page->state = state;
  page->visible_since = page->world->now;
  expect_frame(page);
  rt_page_is_told(page, (rt_event){.kind = RT_EVENT_VISIBILITY, .state = (int32_t)state});
}

void rt_page_connects(rt_world *world, rt_page *page, bool is_online) {
  if (page->is_online == is_online) return;
  page->is_online = is_online;
  page->visible_since = world->now;
  for (uint32_t at = page->requests; !is_online && at != RT_NOBODY; at = world->messages[at].next) {
    if (world->messages[at].is_waiting) rt_network_break(world, at);
  }
  rt_page_is_told(page, (rt_event){.kind = RT_EVENT_CONNECTIVITY, .state = is_online});
}

void rt_page_make(rt_world *world, uint32_t index) {
  rt_page *page = &world->pages[index];
  const rt_prng all = rt_prng_fork(&world->chance, RT_BYTES("pages"));
  const rt_prng own = rt_prng_fork(&all, (rt_bytes){(const char *)&index, sizeof index});
  *page = (rt_page){.world = world,
                    .chance = rt_prng_fork(&own, RT_BYTES("page")),
                    .network_chance = rt_prng_fork(&own, RT_BYTES("network")),
                    .visitor_chance = rt_prng_fork(&own, RT_BYTES("visitor")),
                    .geo_chance = rt_prng_fork(&own, RT_BYTES("geo")),
                    .index = index,
                    .site = index % RT_SITES,
                    .is_online = true,
                    .state = RT_PAGE_VISIBLE,
                    .wake_at = RT_NEVER,
                    .wake_entry_at = RT_NEVER,
                    .requests = RT_NOBODY,
                    .width_px = 390,
                    .height_px = 844,
                    .container = {.is_there = true, .is_fluid = true, .width_px = 390}};
  rt_watch_begin(page);
}

// Where its visitor is, which embed it has and whether there is a network are drawn from a stream of their own.
static void draw_kind(rt_world *world, rt_page *page) {
  static const char *const places[] = {"",       "",      "DE",    "DE-BY", "GB", "GB-SCT",
                                       "GB-LND", "US-NJ", "US-NY", "US-CA", "FR", "MT"};
  rt_prng *chance = &page->geo_chance;
  const size_t count = sizeof places / sizeof places[0];
  rt_place place, country;
  const char *code = places[rt_draw_between(chance, 0, (int64_t)count - 1).ms];
  if (rt_place_parse(rt_bytes_of(code), &place, &country) == RT_OK) page->location = rt_place_location(place);
  page->is_online = !rt_world_allows(world, RT_FAULT_OFFLINE) || !rt_draw_permille(chance, 80);
  if (!page->is_online) rt_world_count_fault(world, RT_FAULT_OFFLINE);
  page->kind = RT_EMBED_DECLINE;
  if (!rt_draw_permille(chance, world->options.geo_permille)) return;
  page->kind = rt_draw_permille(chance, 500) ? RT_EMBED_GEO : RT_EMBED_SECTION;
}

static void draw_container_size(rt_page *page) {
  rt_prng *chance = &page->geo_chance;
  rt_room *container = &page->container;
  container->is_fluid = rt_draw_permille(chance, 500);
  container->width_px = container->is_fluid ? page->width_px : (int32_t)rt_draw_between(chance, 120, 1200).ms;
  container->height_px = rt_draw_permille(chance, 500) ? (int32_t)rt_draw_between(chance, 40, 1500).ms : 0;
}

static void draw_container(rt_world *world, rt_page *page) {
  rt_prng *chance = &page->geo_chance;
  draw_container_size(page);
  page->container.is_there = !rt_world_allows(world, RT_FAULT_LATE_CONTAINER) || !rt_draw_permille(chance, 400);
  if (page->container.is_there) {
    rt_world_expect(world, rt_draw_between(chance, 500, 60000), RT_DUE_CONTAINER, page->index, 0);
    return;
  }
  rt_world_count_fault(world, RT_FAULT_LATE_CONTAINER);
  page->container.is_missing = rt_draw_permille(chance, 200);
  if (!page->container.is_missing) {
    rt_world_expect(world, rt_draw_between(chance, 0, 20000), RT_DUE_CONTAINER, page->index, 0);
  }
}

static rt_bytes draw_max_ads(rt_page *page) {
  static const char *const values[] = {NULL, NULL, NULL, "1", "2", "3", "5", "12", "99", "0", "-2", "many", "", " 2 "};
  const char *value = values[rt_draw_between(&page->geo_chance, 0, (int64_t)(sizeof values / sizeof values[0]) - 1).ms];
  return value == NULL ? RT_BYTES_NONE : rt_bytes_of(value);
}

static void draw_birth(rt_world *world, rt_page *page) {
  static const int32_t sizes[][2] = {{390, 844}, {320, 568}, {1280, 720}, {768, 1024}, {1920, 1080}, {844, 390}};
  rt_prng *chance = &page->chance;
  const int64_t size = rt_draw_between(chance, 0, 5).ms;
  page->width_px = sizes[size][0];
  page->height_px = sizes[size][1];
  draw_kind(world, page);
  if (page->kind == RT_EMBED_SECTION) draw_container(world, page);
  page->visible_since = world->now;
  page->opened_at.ms = world->now.ms - rt_draw_between(chance, 0, 400).ms;
  if (rt_has_fault(world->options.faults, RT_FAULT_DRIFT)) {
    page->drift_ppm = (int32_t)rt_draw_between(chance, -300, 300).ms;
    rt_world_count_fault(world, RT_FAULT_DRIFT);
  }
  if (rt_world_allows(world, RT_FAULT_BORN_HIDDEN) && rt_draw_permille(chance, 150)) {
    rt_world_count_fault(world, RT_FAULT_BORN_HIDDEN);
    page->state = RT_PAGE_HIDDEN;
  } else if (rt_world_allows(world, RT_FAULT_PRERENDERED) && rt_draw_permille(chance, 150)) {
    rt_world_count_fault(world, RT_FAULT_PRERENDERED);
    page->state = RT_PAGE_PRERENDERED;
  }
}

// Kept for the end of the world, and told to whoever listens.
static void write_tape(void *self, rt_bytes text) {
  const rt_page *page = self;
  const rt_world_listener *listener = page->world->listener;
  rt_kept_text_add(page->kept, text);
  if (listener != NULL && listener->tape != NULL) listener->tape(listener->self, page->index, text);
}

static bool start_tape(rt_world *world, rt_page *page, const rt_config *config) {
  if (!rt_world_tapes(world, page)) return true;
  page->kept = calloc(1, sizeof *page->kept);
  page->tape = calloc(1, sizeof *page->tape);
  if (page->kept == NULL || page->tape == NULL) return false;
  rt_tape_begin(page->tape, (rt_tape_sink){.self = page, .write = write_tape}, config, square_metrics);
  return true;
}

// Visitors read what they read: two languages of the API, one of them from right to left, one that it has not, and none.
static rt_bytes language_of(const rt_page *page) {
  static const char *const languages[] = {"en", "de-AT", "ar", "tlh", ""};
  return rt_bytes_of(languages[page->index % (sizeof languages / sizeof languages[0])]);
}

static rt_config config_of(rt_world *world, rt_page *page) {
  const rt_site *site = &world->sites[page->site];
  rt_config config = {.kind = page->kind,
                      .brand = site->brand,
                      .seed = (uint64_t)rt_prng_next(&page->chance).value << 32 | rt_prng_next(&page->chance).value,
                      .page_host = rt_bytes_of(site->domain),
                      .page_language = language_of(page)};
  config.attributes[RT_ATTRIBUTE_PUB] = rt_bytes_of(site->pub);
  config.attributes[RT_ATTRIBUTE_WEBSITE] = rt_bytes_of(site->website);
  config.attributes[RT_ATTRIBUTE_API] = RT_BYTES("https://api.example");
  if (page->kind == RT_EMBED_SECTION) config.attributes[RT_ATTRIBUTE_MAX_ADS] = draw_max_ads(page);
  if (rt_draw_permille(&page->chance, 125)) config.attributes[RT_ATTRIBUTE_DEBUG] = RT_BYTES("");
  return config;
}

// A world led by hand may give less memory than an embed needs, to see it refused.
static rt_status open_embed(rt_page *page, const rt_config *config, rt_embed **embed) {
  const rt_led *led = page->world->led;
  if (led == NULL) return rt_embed_open((rt_memory){page->memory, RT_EMBED_MEMORY}, config, embed);
  const rt_status opened = rt_embed_open((rt_memory){page->memory, led->memory.embed}, config, embed);
  if (opened != RT_OK || led->memory.scratch >= RT_SCRATCH_MEMORY) return opened;
  const rt_event first = {.kind = RT_EVENT_VISIBILITY, .state = (int32_t)page->state};
  const rt_status stepped = rt_embed_step(*embed, &first, &page->world->scratch);
  RT_CHECK(stepped != RT_OK);
  return stepped;
}

void rt_page_loads(rt_world *world, rt_page *page, const rt_config *config) {
  page->memory = malloc(RT_EMBED_MEMORY + sizeof mark);
  rt_embed *embed = NULL;
  if (page->memory == NULL || !start_tape(world, page, config)) {
    rt_world_trouble(world, "There is not enough memory for the pages of this world.");
    return;
  }
  memcpy((char *)page->memory + RT_EMBED_MEMORY, mark, sizeof mark);
  const rt_status status = open_embed(page, config, &embed);
  if (world->led != NULL) world->led->opened = status;
  if (status != RT_OK) {
    rt_world_trouble(world, "An embed of this world was not opened.");
    return;
  }
  page->kind = config->kind;
  page->max_ads = config->attributes[RT_ATTRIBUTE_MAX_ADS];
  page->host = rt_host_make(embed, &world->scratch, &effects_of_page, page);
  page->tab = RT_TAB_OPEN;
  world->result->counts.pages++;
  world->result->counts.pages_of[page->kind]++;
  rt_page_is_told(page, (rt_event){.kind = RT_EVENT_VISIBILITY, .state = (int32_t)page->state});
  rt_page_is_told(page, (rt_event){.kind = RT_EVENT_CONNECTIVITY, .state = page->is_online});
  rt_page_is_told(page, (rt_event){.kind = RT_EVENT_STARTED});
}

void rt_page_open(rt_world *world, rt_page *page) {
  draw_birth(world, page);
  const rt_config config = config_of(world, page);
  rt_page_loads(world, page, &config);
  if (page->tab == RT_TAB_OPEN && !page->is_late_comer) rt_page_expect_change(world, page);
}

bool rt_page_is_memory_sound(const rt_page *page) {
  return memcmp((const char *)page->memory + RT_EMBED_MEMORY, mark, sizeof mark) == 0;
}

void rt_page_leaves(rt_world *world, rt_page *page) {
  const int64_t end = rt_instant_earlier(world->now, page->watch.over_at).ms;  // what is over costs nothing
  world->result->counts.widget_ms += (uint64_t)(end - page->opened_at.ms);
  rt_watch_memory(world, page);
  rt_network_drop_all(world, page, false);
  page->tab = RT_TAB_CLOSED;
}

void rt_page_close(rt_page *page) {
  if (page->tab == RT_TAB_OPEN) rt_page_leaves(page->world, page);
  free(page->memory);
  free(page->prepared);
  free(page->shown);
  free(page->tape);
  if (page->kept != NULL) free(page->kept->text);
  free(page->kept);
}

// ---------------------------------------------------------------- what a page goes through

void rt_page_expect_change(rt_world *world, rt_page *page) {
  const bool is_away = page->state != RT_PAGE_VISIBLE || !page->is_online || page->is_frozen;
  // Mostly short absences; one in six is as long as a lunch.
  const bool is_long = rt_draw_permille(&page->chance, 160);
  const rt_millis after = is_away && !is_long ? rt_draw_between(&page->chance, 5, 25000)
                          : is_long           ? rt_draw_between(&page->chance, 60000, 1200000)
                                              : rt_draw_between(&page->chance, 500, 90000);
  rt_world_expect(world, after, RT_DUE_PAGE_CHANGES, page->index, 0);
}

void rt_page_freezes(rt_world *world, rt_page *page) {
  rt_page_becomes(page, RT_PAGE_HIDDEN);
  page->lost_count = 0;
  for (uint32_t at = page->requests; at != RT_NOBODY; at = world->messages[at].next) {
    if (page->lost_count < RT_MAX_REQUESTS_IN_FLIGHT) page->lost[page->lost_count++] = world->messages[at].number;
  }
  rt_network_drop_all(world, page, false);
  page->is_frozen = true;
}

void rt_page_thaws(rt_world *world, rt_page *page) {
  page->is_frozen = false;
  for (uint32_t i = 0; i < page->lost_count; i++) {
    const rt_message failed = {.owner = page->index, .number = page->lost[i]};
    rt_page_answered(world, page, &failed);
  }
  page->lost_count = 0;
  rt_page_becomes(page, RT_PAGE_VISIBLE);
}

void rt_page_resizes(rt_page *page, rt_window window) {
  page->width_px = window.width_px;
  page->height_px = window.height_px;
  if (page->kind == RT_EMBED_SECTION) {  // its world is its container
    rt_room container = page->container;
    if (container.is_fluid) container.width_px = window.width_px;
    rt_page_has_container(page->world, page, container);
  } else if (page->shown != NULL) {  // the host listens only while it shows something
    rt_page_is_told(page, (rt_event){.kind = RT_EVENT_VIEWPORT,
                                     .width_px = page->width_px,
                                     .height_px = page->height_px,
                                     .metrics = square_metrics});
  }
}

// How much is reserved, nobody asks who has taken it.
static rt_event view_of_container(const rt_page *page) {
  return (rt_event){.kind = RT_EVENT_VIEWPORT,
                    .width_px = page->container.width_px,
                    .height_px = page->shown == NULL ? page->container.height_px : 0,
                    .metrics = square_metrics};
}

void rt_page_has_container(rt_world *world, rt_page *page, rt_room container) {
  const rt_room before = page->container;
  page->container = container;
  const bool is_news = container.is_there && (!before.is_there || container.width_px != before.width_px);
  if (page->is_looking && is_news) rt_page_is_told(page, view_of_container(page));
  expect_frame(page);
  if (page->shown != NULL) rt_page_expect_look(world, page);
}

// In the fault phase what is there may go, for up to 15 s; after it nothing goes any more.
void rt_page_moves_container(rt_world *world, rt_page *page) {
  rt_prng *chance = &page->geo_chance;
  if (page->tab != RT_TAB_OPEN) return;
  if (page->is_frozen) {  // so is what would move it
    rt_world_expect(world, rt_draw_between(chance, 1000, 6000), RT_DUE_CONTAINER, page->index, 0);
    return;
  }
  rt_room container = page->container;
  if (!container.is_there) {
    container.is_there = true;
    rt_page_has_container(world, page, container);
  } else if (rt_world_allows(world, RT_FAULT_MOVED_CONTAINER) && rt_draw_permille(chance, 500)) {
    rt_world_count_fault(world, RT_FAULT_MOVED_CONTAINER);
    container.is_there = false;
    rt_page_has_container(world, page, container);
    draw_container_size(page);
  } else if (world->is_healing || page->watch.is_over) {
    return;
  }
  const int64_t most = page->container.is_there ? 60000 : 15000;
  rt_world_expect(world, rt_draw_between(chance, 10, most), RT_DUE_CONTAINER, page->index, 0);
}

void rt_page_draws(rt_world *world, rt_page *page) {
  const bool is_seen = page->tab == RT_TAB_OPEN && page->state == RT_PAGE_VISIBLE && !page->is_frozen;
  if (page->prepared == NULL || !is_seen || !page->container.is_there) return;
  page->shown = page->prepared;
  page->prepared = NULL;
  rt_page_is_told(page, (rt_event){.kind = RT_EVENT_SURFACE_SHOWN});
  expect_visitor(world, page);
}

static rt_window draw_window(rt_page *page) {
  const int32_t width_px = (int32_t)rt_draw_between(&page->chance, 240, 2000).ms;
  return (rt_window){width_px, (int32_t)rt_draw_between(&page->chance, 240, 1400).ms};
}

static void close_tab(rt_world *world, rt_page *page) {
  if (rt_draw_permille(&page->chance, 700)) rt_page_becomes(page, RT_PAGE_HIDDEN);  // else it crashed
  rt_page_leaves(world, page);
}

static void suffer(rt_world *world, rt_page *page, rt_world_fault fault) {
  if (!rt_world_allows(world, fault)) return;
  rt_world_count_fault(world, fault);
  if (fault == RT_FAULT_HIDDEN) rt_page_becomes(page, RT_PAGE_HIDDEN);
  if (fault == RT_FAULT_OFFLINE) rt_page_connects(world, page, false);
  if (fault == RT_FAULT_FROZEN) rt_page_freezes(world, page);
  if (fault == RT_FAULT_RESIZED) rt_page_resizes(page, draw_window(page));
  if (fault == RT_FAULT_CLOSED) close_tab(world, page);
  if (fault == RT_FAULT_DESTROYED) rt_page_is_told(page, (rt_event){.kind = RT_EVENT_ENDED});
}

void rt_page_changes(rt_world *world, rt_page *page) {
  static const rt_world_fault choices[] = {RT_FAULT_HIDDEN,  RT_FAULT_HIDDEN,   RT_FAULT_HIDDEN, RT_FAULT_OFFLINE,
                                           RT_FAULT_OFFLINE, RT_FAULT_RESIZED,  RT_FAULT_FROZEN, RT_FAULT_RESIZED,
                                           RT_FAULT_CLOSED,  RT_FAULT_DESTROYED};
  if (page->tab != RT_TAB_OPEN || world->is_healing) return;
  if (page->is_frozen) {
    rt_page_thaws(world, page);
  } else if (page->state != RT_PAGE_VISIBLE) {
    rt_page_becomes(page, RT_PAGE_VISIBLE);
  } else if (!page->is_online) {
    rt_page_connects(world, page, true);
  } else {
    const size_t count = sizeof choices / sizeof choices[0];
    const rt_world_fault fault = choices[rt_draw_between(&page->chance, 0, (int64_t)count - 1).ms];
    const bool is_final = fault == RT_FAULT_CLOSED || fault == RT_FAULT_DESTROYED;
    if (!is_final || rt_draw_permille(&page->chance, 300)) suffer(world, page, fault);
  }
  if (page->tab == RT_TAB_OPEN) rt_page_expect_change(world, page);
}

void rt_page_heals(rt_world *world, rt_page *page) {
  if (page->tab != RT_TAB_OPEN || page->is_ended) return;
  if (page->is_frozen) rt_page_thaws(world, page);
  rt_page_connects(world, page, true);
  rt_page_becomes(page, RT_PAGE_VISIBLE);
}

void rt_page_has_body(rt_world *world, rt_page *page) {
  if (page->is_frozen) {  // so is its parser
    rt_world_expect(world, rt_draw_between(&page->visitor_chance, 1000, 6000), RT_DUE_PAGE_HAS_BODY, page->index, 0);
    return;
  }
  if (rt_draw_permille(&page->visitor_chance, 300)) {
    rt_page_is_told(page, (rt_event){.kind = RT_EVENT_DISMISSED, .reason = RT_CLOSE_API});
  }
  rt_page_is_told(page, (rt_event){.kind = RT_EVENT_VIEWPORT,
                                   .width_px = page->width_px,
                                   .height_px = page->height_px,
                                   .metrics = square_metrics});
}

// No timer goes off before `until`.
static void stick(rt_world *world, rt_page *page, rt_instant until) {
  page->stuck_until = until;
  page->watch.latest_next = RT_NEVER;
  rt_world_expect(world, rt_instant_between(world->now, until), RT_DUE_PAGE_WAKES, page->index, 0);
}

void rt_page_wakes(rt_world *world, rt_page *page) {
  if (page->wake_entry_at.ms <= world->now.ms) page->wake_entry_at = RT_NEVER;
  if (page->tab != RT_TAB_OPEN || page->is_frozen || !rt_instant_reached(world->now, page->stuck_until)) return;
  if (!rt_instant_reached(rt_page_now(world, page), page->wake_at)) {
    effects_of_page.sleep_until(page, page->wake_at);
  } else if (!page->is_ended && rt_world_strikes(world, RT_FAULT_LATE_TIMER, &page->chance)) {
    stick(world, page, rt_instant_after(world->now, rt_draw_between(&page->chance, 20, 70000)));
  } else {
    rt_watch_wake(world, page);
    rt_page_is_told(page, (rt_event){.kind = RT_EVENT_WOKE});
  }
}

void rt_page_answered(rt_world *world, rt_page *page, const rt_message *message) {
  if (page->tab != RT_TAB_OPEN || page->is_frozen) return;
  rt_watch_delivery(world, page, message);
  const bool is_failed = message->status == 0 || message->answer_length > RT_MAX_BODY_LENGTH;
  rt_page_is_told(page, (rt_event){.kind = is_failed ? RT_EVENT_HTTP_FAILED : RT_EVENT_HTTP_DONE,
                                   .request = message->number,
                                   .status = message->status,
                                   .retry_after = is_failed ? RT_BYTES_NONE : rt_bytes_of(message->retry_after),
                                   .body = {message->answer, message->answer_length}});
}

// ---------------------------------------------------------------- the visitor

// Tells which part of each card is in view, where that changed.
static void look(rt_page *page) {
  rt_shown *shown = page->shown;
  for (uint32_t card = 0; page->shown == shown && card < shown->card_count; card++) {
    const rt_box *box = &shown->cards[card];
    const int32_t top = box->y > shown->scroll_px ? box->y : shown->scroll_px;
    const int32_t end = shown->scroll_px + page->height_px;
    const int32_t bottom = box->y + box->height < end ? box->y + box->height : end;
    const int32_t seen = bottom > top ? bottom - top : 0;
    const bool is_gone = page->kind == RT_EMBED_SECTION && !page->container.is_there;
    const int32_t ratio = box->height > 0 && !is_gone ? seen * 1000 / box->height : 0;
    if (ratio == shown->ratios[card]) continue;
    shown->ratios[card] = ratio;
    rt_page_is_told(page, (rt_event){.kind = RT_EVENT_CARD_VIEW, .card = (int32_t)card, .ratio_permille = ratio});
  }
}

int32_t rt_page_scroll_end(const rt_page *page) {
  const rt_box *last = &page->shown->cards[page->shown->card_count - 1];
  const int32_t most = last->y + last->height - page->height_px;
  return most > 0 ? most : 0;
}

void rt_page_scrolls(rt_page *page, int32_t to_px) {
  page->shown->scroll_px = to_px;
  look(page);
}

void rt_page_follows(rt_world *world, rt_page *page, uint32_t card) {
  if (page->shown == NULL || card >= page->shown->card_count) return;
  rt_network_send(world, &(rt_sending){.asker = RT_ASKER_VISITOR,
                                       .owner = page->index,
                                       .site = RT_NOBODY,
                                       .url = rt_bytes_of(page->shown->links[card])});
  rt_page_is_told(page, (rt_event){.kind = RT_EVENT_ACTIVATED, .card = (int32_t)card});
}

void rt_page_visitor_acts(rt_world *world, rt_page *page) {
  if (page->shown == NULL || page->tab != RT_TAB_OPEN || page->is_ended) return;
  rt_prng *chance = &page->visitor_chance;
  if (page->state != RT_PAGE_VISIBLE || page->is_frozen) {
    rt_world_expect(world, rt_draw_between(chance, 500, 5000), RT_DUE_VISITOR, page->index, 0);
    return;
  }
  const int64_t act = rt_draw_between(chance, 0, 9).ms;
  const bool is_first_look = !page->shown->was_looked_at;
  page->shown->was_looked_at = true;
  if (is_first_look || act < 3) {
    look(page);
  } else if (act < 6) {
    const int32_t most = rt_page_scroll_end(page);
    rt_page_scrolls(page, most > 0 ? (int32_t)rt_draw_between(chance, 0, most).ms : 0);
  } else if (act < 8) {
    rt_page_follows(world, page, (uint32_t)rt_draw_between(chance, 0, page->shown->card_count - 1).ms);
  } else if (rt_draw_permille(chance, 500)) {
    const int32_t reason = (int32_t)rt_draw_between(chance, 0, 3).ms;  // a section is closed by its page alone
    rt_page_is_told(
        page, (rt_event){.kind = RT_EVENT_DISMISSED, .reason = page->kind == RT_EMBED_SECTION ? RT_CLOSE_API : reason});
  }
  rt_world_expect(world, rt_draw_between(chance, 80, 6000), RT_DUE_VISITOR, page->index, 0);
}

// ---------------------------------------------------------------- effects

static rt_instant now_of(void *self) {
  const rt_page *page = self;
  return rt_page_now(page->world, page);
}

static void sleep_until(void *self, rt_instant at) {
  rt_page *page = self;
  page->wake_at = at;
  if (rt_instant_is_never(at)) return;
  const rt_instant due = rt_instant_later(world_time(page, at), page->world->now);
  if (due.ms >= page->wake_entry_at.ms) return;
  page->wake_entry_at = due;
  rt_world_expect(page->world, rt_instant_between(page->world->now, due), RT_DUE_PAGE_WAKES, page->index, 0);
}

static void announce(rt_page *page, rt_bytes session) {
  snprintf(page->session, sizeof page->session, "%.*s", (int)session.length, session.data);
  (void)rt_id_read(session, RT_ID_SESSION, &page->session_id);
  rt_publisher_told(page->world, page);
}

static void place_cards(rt_shown *shown, const rt_view *view) {
  shown->card_count = 0;
  for (size_t i = 0; i < view->count; i++) {
    const rt_node *node = &view->nodes[i];
    if (node->role != RT_ROLE_CARD || node->card < 0 || node->card >= RT_MAX_OFFERS) continue;
    shown->cards[node->card] = (rt_box){node->x, node->y, node->width, node->height};
    snprintf(shown->links[node->card], sizeof shown->links[0], "%.*s", (int)node->href.length, node->href.data);
    if ((uint32_t)node->card >= shown->card_count) shown->card_count = (uint32_t)node->card + 1;
  }
}

static void expect_visitor(rt_world *world, rt_page *page) {
  if (world->led != NULL) {
    rt_page_expect_look(world, page);
  } else {
    rt_world_expect(world, rt_draw_between(&page->visitor_chance, 16, 200), RT_DUE_VISITOR, page->index, 0);
  }
}

// A section is seen with the next frame, which comes when somebody sees the page.
static void prepare(rt_page *page, const rt_view *view) {
  if (page->prepared == NULL) page->prepared = calloc(1, sizeof *page->prepared);
  if (page->prepared == NULL) {
    rt_world_trouble(page->world, "There is not enough memory for the surfaces of this world.");
    return;
  }
  place_cards(page->prepared, view);
  expect_frame(page);
}

static void take_down(rt_page *page) {
  free(page->prepared);
  free(page->shown);
  page->prepared = page->shown = NULL;
  page->is_looking = false;
}

static void show(rt_page *page, const rt_view *view) {
  rt_world *world = page->world;
  if (page->shown != NULL) {
    place_cards(page->shown, view);
    rt_page_expect_look(world, page);
    return;
  }
  if (page->kind == RT_EMBED_SECTION) {
    if (rt_world_strikes(world, RT_FAULT_NO_SURFACE, &page->visitor_chance)) {
      take_down(page);
      rt_host_feed(&page->host, &(rt_event){.kind = RT_EVENT_SURFACE_REFUSED, .reason = RT_REFUSAL_FAILED});
    } else {
      prepare(page, view);
    }
    return;
  }
  if (rt_world_strikes(world, RT_FAULT_NO_SURFACE, &page->visitor_chance) || page->has_other_overlay) {
    const rt_refusal why =
        page->has_other_overlay || rt_draw_permille(&page->visitor_chance, 500) ? RT_REFUSAL_BUSY : RT_REFUSAL_FAILED;
    rt_host_feed(&page->host, &(rt_event){.kind = RT_EVENT_SURFACE_REFUSED, .reason = (int32_t)why});
    return;
  }
  page->shown = calloc(1, sizeof *page->shown);
  if (page->shown == NULL) {
    rt_world_trouble(world, "There is not enough memory for the surfaces of this world.");
    return;
  }
  place_cards(page->shown, view);
  rt_host_feed(&page->host, &(rt_event){.kind = RT_EVENT_SURFACE_SHOWN});
  expect_visitor(world, page);
}

void rt_page_expect_look(rt_world *world, const rt_page *page) {
  rt_world_expect(world, rt_ms(FRAME_MS), RT_DUE_VISITOR_LOOKS, page->index, 0);
}

void rt_page_looks(rt_page *page) {
  if (page->shown != NULL && page->state == RT_PAGE_VISIBLE) look(page);  // a browser tells nothing of a hidden page
}

static void perform(void *self, const rt_command *command, const rt_view *view) {
  rt_page *page = self;
  rt_world *world = page->world;
  rt_watch_command(world, page, command, view);
  if (page->tape != NULL) rt_tape_write_command(page->tape, command, view);
  switch (command->kind) {
    case RT_COMMAND_SEND_HTTP:
      rt_network_send(world, &(rt_sending){.asker = RT_ASKER_EMBED,
                                           .owner = page->index,
                                           .site = page->site,
                                           .number = command->request,
                                           .is_post = command->method == RT_HTTP_POST,
                                           .url = command->url,
                                           .body = command->body});
      break;
    case RT_COMMAND_CANCEL_HTTP:
      rt_network_cancel(world, page, command->request);
      break;
    case RT_COMMAND_ANNOUNCE_SESSION:
      announce(page, command->session_id);
      break;
    case RT_COMMAND_FIND_CONTAINER:
      page->is_looking = true;
      if (page->container.is_there) {
        const rt_event view_of = view_of_container(page);
        rt_host_feed(&page->host, &view_of);
      }
      break;
    case RT_COMMAND_MEASURE_VIEWPORT:
      if (rt_world_strikes(world, RT_FAULT_LATE_BODY, &page->visitor_chance)) {
        rt_world_expect(world, rt_draw_between(&page->visitor_chance, 1, 6000), RT_DUE_PAGE_HAS_BODY, page->index, 0);
        break;
      }
      rt_host_feed(&page->host, &(rt_event){.kind = RT_EVENT_VIEWPORT,
                                            .width_px = page->width_px,
                                            .height_px = page->height_px,
                                            .metrics = square_metrics});
      break;
    case RT_COMMAND_SHOW_SURFACE:
      show(page, view);
      break;
    case RT_COMMAND_HIDE_SURFACE:
      take_down(page);
      break;
    case RT_COMMAND_NOTIFY_PAGE:
    case RT_COMMAND_LOG:
      break;
    case RT_COMMAND_COUNT:
      RT_CHECK(false);
  }
}

static void stepping(void *self, const rt_event *event) {
  rt_page *page = self;
  page->world->result->page = page->index;
  rt_watch_event(page->world, page, event);
  if (page->tape != NULL) rt_tape_write_event(page->tape, event);
}

static void stepped(void *self) {
  rt_page *page = self;
  rt_watch_stepped(page->world, page);
  if (page->tape != NULL) rt_tape_write_state(page->tape, page->host.embed);
}

static void end(void *self) {
  rt_page *page = self;
  page->is_ended = true;
  rt_network_drop_all(page->world, page, false);
  take_down(page);
}

static const rt_host_effects effects_of_page = {.now = now_of,
                                                .perform = perform,
                                                .sleep_until = sleep_until,
                                                .end = end,
                                                .stepping = stepping,
                                                .stepped = stepped};
