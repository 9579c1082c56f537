// led_sentences.c: what each sentence of a story does in its world, or finds there.
// Decides no order and no time: led_world.c goes through the story.
// SPDX-License-Identifier: MIT
#include <stdarg.h>
#include <stdio.h>

#include "base/check.h"
#include "sim/world_state.h"

enum { FOREIGN_SITE = 1 };

// Says why a sentence could not be carried out, or is not true; the result is false for whoever returns it.
static bool object(rt_world *world, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool object(rt_world *world, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(world->led->why, sizeof world->led->why, format, arguments);
  va_end(arguments);
  return false;
}

// ---------------------------------------------------------------- how things are

static void set_seed(rt_led *led, const rt_sentence *said) { led->seed = said->value; }

// http on this machine, https everywhere else: where browsers allow what the widget does.
static void set_page_is_on(rt_led *led, const rt_sentence *said) {
  led->page_host = rt_bytes_take(said->text, rt_bytes_find(said->text, ':'));
  const bool is_local = rt_bytes_equal(led->page_host, RT_BYTES("localhost")) ||
                        rt_bytes_end_with(led->page_host, RT_BYTES(".localhost")) ||
                        rt_bytes_equal(led->page_host, RT_BYTES("127.0.0.1"));
  snprintf(led->origin, sizeof led->origin, "http%s://%.*s", is_local ? "" : "s", (int)said->text.length,
           said->text.data);
}

static void set_language(rt_led *led, const rt_sentence *said) { led->page_language = said->text; }

static void set_widget_kind(rt_led *led, const rt_sentence *said) { led->kind = (rt_embed_kind)said->choice; }

static void set_site_serves(rt_led *led, const rt_sentence *said) {
  led->geo_mode = RT_GEO_ALLOW;
  led->places = said->text;
}

static void set_site_serves_not(rt_led *led, const rt_sentence *said) {
  led->geo_mode = RT_GEO_BLOCK;
  led->places = said->text;
}

static void set_visitor_is_in(rt_led *led, const rt_sentence *said) { led->visitor_place = said->text; }

static void set_brand(rt_led *led, const rt_sentence *said) { led->brand = (rt_brand_id)said->choice; }

static void set_window(rt_led *led, const rt_sentence *said) {
  led->window = (rt_window){said->width_px, said->height_px};
}

static void set_widget_has(rt_led *led, const rt_sentence *said) {
  led->is_attribute_told[said->choice] = true;
  led->attributes[said->choice] = said->text;
}

static void set_widget_has_bare(rt_led *led, const rt_sentence *said) {
  led->is_attribute_told[said->choice] = true;
  led->attributes[said->choice] = RT_BYTES("");
}

static void set_widget_has_no(rt_led *led, const rt_sentence *said) {
  led->is_attribute_told[said->choice] = true;
  led->attributes[said->choice] = RT_BYTES_NONE;
}

static void set_network_takes(rt_led *led, const rt_sentence *said) { led->latency = rt_ms(said->at.ms); }

static void set_api_has(rt_led *led, const rt_sentence *said) { led->offers = (uint32_t)said->value; }

static void set_api_has_none(rt_led *led, const rt_sentence *said) { set_api_has(led, said); }

static void set_api_never_says(rt_led *led, const rt_sentence *said) { led->never_says[said->choice] = true; }

static void set_api_is_old(rt_led *led, const rt_sentence *said) {
  (void)said;
  for (size_t i = 0; i < RT_STORY_FIELD_COUNT; i++) led->never_says[i] = true;
}

static void set_container_is(rt_led *led, const rt_sentence *said) {
  led->container.is_fluid = false;
  led->container.width_px = said->width_px;
  led->container.height_px = said->height_px;
}

static void set_no_container(rt_led *led, const rt_sentence *said) {
  (void)said;
  led->container.is_there = false;
}

static void set_other_overlay(rt_led *led, const rt_sentence *said) {
  (void)said;
  led->has_other_overlay = true;
}

// ---------------------------------------------------------------- the page

static rt_page *the_page(rt_world *world) { return &world->pages[0]; }

static bool load(rt_world *world, rt_page_state state, bool is_online) {
  const rt_led *led = world->led;
  rt_page *page = the_page(world);
  const rt_site *site = &world->sites[page->site];
  rt_config config = {.kind = led->kind,
                      .brand = led->brand,
                      .seed = world->options.seed,
                      .page_host = led->page_host,
                      .page_language = led->page_language};
  config.attributes[RT_ATTRIBUTE_PUB] = rt_bytes_of(site->pub);
  config.attributes[RT_ATTRIBUTE_WEBSITE] = rt_bytes_of(site->website);
  config.attributes[RT_ATTRIBUTE_API] = RT_BYTES("https://api.example");
  for (size_t i = 0; i < RT_ATTRIBUTE_COUNT; i++) {
    if (led->is_attribute_told[i]) config.attributes[i] = led->attributes[i];
  }
  page->state = state;
  page->is_online = is_online;
  page->visible_since = world->now;
  page->has_other_overlay = led->has_other_overlay;
  page->width_px = led->window.width_px;
  page->height_px = led->window.height_px;
  page->container = led->container;
  if (page->container.is_fluid) page->container.width_px = page->width_px;
  rt_place place, country;
  if (rt_place_parse(led->visitor_place, &place, &country) == RT_OK) page->location = rt_place_location(place);
  rt_page_loads(world, page, &config);
  return true;
}

static bool do_page_loads(rt_world *world, const rt_sentence *said) {
  (void)said;
  return load(world, RT_PAGE_VISIBLE, true);
}

static bool do_page_loads_hidden(rt_world *world, const rt_sentence *said) {
  (void)said;
  return load(world, RT_PAGE_HIDDEN, true);
}

static bool do_page_loads_prerendered(rt_world *world, const rt_sentence *said) {
  (void)said;
  return load(world, RT_PAGE_PRERENDERED, true);
}

static bool do_page_loads_offline(rt_world *world, const rt_sentence *said) {
  (void)said;
  return load(world, RT_PAGE_VISIBLE, false);
}

// The page, if something can happen on it; NULL: it has been said why nothing can.
static rt_page *active_page(rt_world *world) {
  rt_page *page = the_page(world);
  if (page->tab == RT_TAB_UNOPENED) object(world, "the page is not loaded yet");
  if (page->tab == RT_TAB_CLOSED) object(world, "the page is closed");
  if (page->is_frozen) object(world, "the page is frozen");
  return page->tab == RT_TAB_OPEN && !page->is_frozen ? page : NULL;
}

static bool do_page_is_hidden(rt_world *world, const rt_sentence *said) {
  (void)said;
  rt_page *page = active_page(world);
  if (page == NULL) return false;
  if (page->state == RT_PAGE_HIDDEN) return object(world, "the page is hidden already");
  rt_page_becomes(page, RT_PAGE_HIDDEN);
  return true;
}

static bool do_page_is_shown(rt_world *world, const rt_sentence *said) {
  (void)said;
  rt_page *page = active_page(world);
  if (page == NULL) return false;
  if (page->state == RT_PAGE_VISIBLE) return object(world, "the page is shown already");
  rt_page_becomes(page, RT_PAGE_VISIBLE);
  rt_page_expect_look(world, page);
  return true;
}

static bool do_page_is_frozen(rt_world *world, const rt_sentence *said) {
  (void)said;
  rt_page *page = active_page(world);
  if (page != NULL) rt_page_freezes(world, page);
  return page != NULL;
}

static bool do_page_is_thawed(rt_world *world, const rt_sentence *said) {
  (void)said;
  rt_page *page = the_page(world);
  if (!page->is_frozen) return object(world, "the page is not frozen");
  rt_page_thaws(world, page);
  rt_page_expect_look(world, page);
  return true;
}

static bool connect(rt_world *world, bool is_online) {
  rt_page *page = active_page(world);
  if (page == NULL) return false;
  if (page->is_online == is_online) return object(world, "the page is %s already", is_online ? "online" : "offline");
  rt_page_connects(world, page, is_online);
  return true;
}

static bool do_page_is_offline(rt_world *world, const rt_sentence *said) {
  (void)said;
  return connect(world, false);
}

static bool do_page_is_online(rt_world *world, const rt_sentence *said) {
  (void)said;
  return connect(world, true);
}

static bool do_page_is_closed(rt_world *world, const rt_sentence *said) {
  (void)said;
  rt_page *page = active_page(world);
  if (page == NULL) return false;
  rt_page_becomes(page, RT_PAGE_HIDDEN);
  rt_page_leaves(world, page);
  return true;
}

static bool do_page_calls_close(rt_world *world, const rt_sentence *said) {
  (void)said;
  rt_page *page = active_page(world);
  if (page != NULL) rt_page_is_told(page, (rt_event){.kind = RT_EVENT_DISMISSED, .reason = RT_CLOSE_API});
  return page != NULL;
}

static bool do_page_calls_destroy(rt_world *world, const rt_sentence *said) {
  (void)said;
  rt_page *page = active_page(world);
  if (page == NULL) return false;
  if (page->is_ended) return object(world, "the widget is destroyed already");
  rt_page_is_told(page, (rt_event){.kind = RT_EVENT_ENDED});
  return true;
}

static bool do_window_resized(rt_world *world, const rt_sentence *said) {
  rt_page *page = active_page(world);
  if (page != NULL) rt_page_resizes(page, (rt_window){said->width_px, said->height_px});
  return page != NULL;
}

static bool do_container_comes(rt_world *world, const rt_sentence *said) {
  (void)said;
  rt_page *page = active_page(world);
  if (page == NULL) return false;
  rt_room container = page->container;
  if (container.is_there) return object(world, "the container is there already");
  container.is_there = true;
  rt_page_has_container(world, page, container);
  return true;
}

static bool do_container_goes(rt_world *world, const rt_sentence *said) {
  (void)said;
  rt_page *page = active_page(world);
  if (page == NULL) return false;
  rt_room container = page->container;
  if (!container.is_there) return object(world, "the page has no container");
  container.is_there = false;
  rt_page_has_container(world, page, container);
  return true;
}

static bool do_container_becomes(rt_world *world, const rt_sentence *said) {
  rt_page *page = active_page(world);
  if (page == NULL) return false;
  const rt_room container = {
      .is_there = page->container.is_there, .width_px = said->width_px, .height_px = said->height_px};
  rt_page_has_container(world, page, container);
  return true;
}

// ---------------------------------------------------------------- the publisher and the visitor

static bool trigger(rt_world *world, uint32_t site, rt_bytes reason) {
  rt_page *page = the_page(world);
  if (page->session[0] == '\0') return object(world, "the publisher has not been told of a session yet");
  world->led->publisher_status = 0;
  rt_publisher_triggers(world, page, site, reason);
  return true;
}

static bool do_publisher_triggers(rt_world *world, const rt_sentence *said) {
  (void)said;
  return trigger(world, the_page(world)->site, RT_BYTES_NONE);
}

static bool do_publisher_triggers_again(rt_world *world, const rt_sentence *said) {
  if (the_page(world)->dealing.tries == 0) return object(world, "the publisher has not triggered yet");
  return do_publisher_triggers(world, said);
}

static bool do_publisher_triggers_for(rt_world *world, const rt_sentence *said) {
  return trigger(world, the_page(world)->site, said->text);
}

static bool do_publisher_is_wrong(rt_world *world, const rt_sentence *said) {
  (void)said;
  return trigger(world, RT_NOBODY, RT_BYTES_NONE);
}

static bool do_publisher_is_foreign(rt_world *world, const rt_sentence *said) {
  (void)said;
  return trigger(world, FOREIGN_SITE, RT_BYTES_NONE);
}

static const char *surface_name(const rt_page *page) { return page->kind == RT_EMBED_SECTION ? "section" : "overlay"; }

// The page, if the visitor has offers in front of him; NULL: it has been said that he has not.
static rt_page *looked_at_page(rt_world *world) {
  rt_page *page = active_page(world);
  if (page == NULL) return NULL;
  if (page->state != RT_PAGE_VISIBLE) {
    object(world, "the page is hidden");
  } else if (page->shown == NULL) {
    object(world, "no %s is on the page, the widget is %s", surface_name(page), rt_embed_state(page->host.embed));
  }
  return page->state == RT_PAGE_VISIBLE && page->shown != NULL ? page : NULL;
}

static bool do_visitor_follows(rt_world *world, const rt_sentence *said) {
  rt_page *page = looked_at_page(world);
  if (page == NULL) return false;
  if (said->value > page->shown->card_count) {
    return object(world, "the %s has %u cards", surface_name(page), page->shown->card_count);
  }
  rt_page_follows(world, page, (uint32_t)said->value - 1);
  return true;
}

static bool do_visitor_scrolls(rt_world *world, const rt_sentence *said) {
  (void)said;
  rt_page *page = looked_at_page(world);
  if (page == NULL) return false;
  const int32_t end = rt_page_scroll_end(page);
  if (end == page->shown->scroll_px) return object(world, "the %s's end is in view already", surface_name(page));
  rt_page_scrolls(page, end);
  return true;
}

static bool dismiss(rt_world *world, rt_close_reason reason) {
  rt_page *page = looked_at_page(world);
  if (page == NULL) return false;
  if (page->kind == RT_EMBED_SECTION) return object(world, "a section cannot be closed by a visitor");
  rt_page_is_told(page, (rt_event){.kind = RT_EVENT_DISMISSED, .reason = (int32_t)reason});
  return true;
}

static bool do_visitor_escapes(rt_world *world, const rt_sentence *said) {
  (void)said;
  return dismiss(world, RT_CLOSE_ESCAPE);
}

static bool do_visitor_closes(rt_world *world, const rt_sentence *said) {
  (void)said;
  return dismiss(world, RT_CLOSE_BUTTON);
}

static bool do_visitor_clicks_beside(rt_world *world, const rt_sentence *said) {
  (void)said;
  return dismiss(world, RT_CLOSE_BACKDROP);
}

// ---------------------------------------------------------------- the API and the network

static bool do_api_crashes(rt_world *world, const rt_sentence *said) {
  (void)said;
  if (world->api.service == NULL) return object(world, "the API has crashed already");
  rt_api_crash(world);
  return true;
}

static bool do_api_is_back(rt_world *world, const rt_sentence *said) {
  (void)said;
  if (world->api.service != NULL) return object(world, "the API has not crashed");
  rt_api_restart(world);
  return true;
}

// What is at the API and has no answer yet gets this one.
static void answer_waiting(rt_world *world, int status) {
  for (uint32_t i = 0; i < world->message_count; i++) {
    const rt_message *message = &world->messages[i];
    if (!message->is_used || !message->is_at_api || !message->is_waiting) continue;
    rt_api_forget(world, i);
    rt_network_answer(world, i, status, RT_BYTES_NONE, RT_BYTES_NONE);
  }
}

static bool do_api_is_down(rt_world *world, const rt_sentence *said) {
  world->is_down = !said->is_end;
  if (world->is_down) answer_waiting(world, 0);
  return true;
}

static bool do_api_answers(rt_world *world, const rt_sentence *said) {
  world->led->edge_status = said->is_end ? 0 : (int)said->value;
  if (!said->is_end) answer_waiting(world, (int)said->value);
  return true;
}

static rt_order *order(rt_world *world, rt_order_kind kind, const rt_sentence *said) {
  static const rt_route routes[RT_STORY_REQUEST_COUNT] = {
#define RT_STORY_REQUEST(upper, lower) RT_ROUTE_##upper,
#include "sim/sentences.def"
  };
  rt_led *led = world->led;
  RT_CHECK(led->order_count < RT_STORY_SENTENCES);
  rt_order *made = &led->orders[led->order_count++];
  *made = (rt_order){.kind = kind, .route = routes[said->choice]};
  return made;
}

static bool do_next_answered_both(rt_world *world, const rt_sentence *said) {
  rt_order *made = order(world, RT_ORDER_ANSWER, said);
  made->status = (int)said->value;
  made->retry_after = said->text;
  made->body = said->body;
  return true;
}

static bool do_next_answered(rt_world *world, const rt_sentence *said) { return do_next_answered_both(world, said); }

static bool do_next_answered_after(rt_world *world, const rt_sentence *said) {
  return do_next_answered_both(world, said);
}

static bool do_next_answered_body(rt_world *world, const rt_sentence *said) {
  return do_next_answered_both(world, said);
}

static bool do_next_lost(rt_world *world, const rt_sentence *said) { return order(world, RT_ORDER_LOSE, said) != NULL; }

static bool do_next_answer_lost(rt_world *world, const rt_sentence *said) {
  return order(world, RT_ORDER_LOSE_ANSWER, said) != NULL;
}

static bool do_next_stalls(rt_world *world, const rt_sentence *said) {
  return order(world, RT_ORDER_STALL, said) != NULL;
}

static bool do_next_cut_short(rt_world *world, const rt_sentence *said) {
  return order(world, RT_ORDER_CUT_SHORT, said) != NULL;
}

// ---------------------------------------------------------------- what must be so

static bool do_widget_is(rt_world *world, const rt_sentence *said) {
  const rt_page *page = the_page(world);
  if (page->tab != RT_TAB_OPEN) return active_page(world) != NULL;
  const char *state = rt_embed_state(page->host.embed);
  if (rt_bytes_equal(said->text, rt_bytes_of(state))) return true;
  return object(world, "the widget is %s, not %.*s", state, (int)said->text.length, said->text.data);
}

static bool do_publisher_was_answered(rt_world *world, const rt_sentence *said) {
  const int status = world->led->publisher_status;
  if (status == (int)said->value) return true;
  if (status == 0) return object(world, "the publisher was not answered");
  return object(world, "the publisher was answered %d, not %d", status, (int)said->value);
}

static bool do_publisher_was_not(rt_world *world, const rt_sentence *said) {
  (void)said;
  const int status = world->led->publisher_status;
  return status == 0 || object(world, "the publisher was answered %d", status);
}

// ---------------------------------------------------------------- all of them

static bool do_until(rt_world *world, const rt_sentence *said) {
  rt_world_pass(world, said->at);
  return true;
}

#define DOING_SETTING(name) .set = set_##name
#define DOING_ACT(name) .act = do_##name
#define DOING_SPAN(name) .act = do_##name
#define DOING_END(name) .act = do_##name
static const rt_led_doing doings[RT_SENTENCE_COUNT] = {
#define RT_SENTENCE(group, name, pattern, meaning) {DOING_##group(name)},
#include "sim/sentences.def"
};

const rt_led_doing *rt_led_doing_of(rt_sentence_kind kind) { return &doings[kind]; }
