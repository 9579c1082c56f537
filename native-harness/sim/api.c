// api.c: how the API answers: the real service, handed the messages that reach it, and a host that lets them wait for a
// session or for their batch. When it lives and what is durable is api_life.c's business.
// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "sim/world_state.h"

// ---------------------------------------------------------------- the catalog

// A list of codes; a story's was read when the story was.
static void take_rule(rt_site *site, rt_geo_mode mode, rt_bytes places) {
  site->geo_mode = mode;
  for (rt_bytes rest = places; rest.length > 0 && site->place_count < RT_SITE_PLACES;) {
    const size_t end = rt_bytes_find(rest, ',');
    rt_place country;
    if (rt_place_parse(rt_bytes_take(rest, end), &site->places[site->place_count], &country) == RT_OK) {
      site->place_count++;
    }
    rest = rt_bytes_skip(rest, end < rest.length ? end + 1 : end);
  }
}

#define DEV_ORIGIN "http://localhost:4000"
#define DEV_PREVIEW "https://preview.example"

bool rt_api_is_development(const rt_world *world) {
  const rt_bytes origin = world->led == NULL ? RT_BYTES_NONE : rt_bytes_of(world->led->origin);
  return rt_bytes_equal(origin, RT_BYTES(DEV_ORIGIN)) || rt_bytes_equal(origin, RT_BYTES(DEV_PREVIEW));
}

// Of a world that is left to chance: each way to read a list, regions and parts of regions among countries, and none.
static void draw_rule(rt_site *site, uint32_t index) {
  static const struct {
    rt_geo_mode mode;
    const char *places;
  } rules[RT_SITES] = {{RT_GEO_ALLOW, "GB,MT,US-NJ"},
                       {RT_GEO_BLOCK, "DE-BY,FR,US"},
                       {RT_GEO_ALLOW, "DE,GB-ENG,US-NJ"},
                       {RT_GEO_NO_RULE, ""}};
  take_rule(site, rules[index].mode, rt_bytes_of(rules[index].places));
}

static bool add_site(rt_world *world, uint32_t index) {
  static const char *const domains[RT_SITES] = {"shop.example", "bank.example", "play.example", "travel.example"};
  rt_site *site = &world->sites[index];
  site->brand = (rt_brand_id)(index % RT_BRAND_COUNT);
  site->number = (int64_t)index + 1;
  snprintf(site->domain, sizeof site->domain, "%s", domains[index]);
  snprintf(site->origin, sizeof site->origin, "https://%s", domains[index]);
  rt_website website = {.number = site->number,
                        .domain = rt_bytes_of(site->domain),
                        .dev_origins = {RT_BYTES_INIT(DEV_ORIGIN), RT_BYTES_INIT(DEV_PREVIEW)},
                        .dev_origin_count = 2,
                        .accepted = {(1u << RT_VERTICAL_COUNT) - 1},
                        .is_enabled = true,
                        .is_trigger_enabled = true};
  if (index == 2) website.accepted.bits = 1u << RT_VERTICAL_IGAMING | 1u << RT_VERTICAL_SPORTS;
  if (index == 1) {
    website.support_label = RT_BYTES("Write to us");
    website.support_url = RT_BYTES("https://bank.example/help");
  }
  if (world->led == NULL) draw_rule(site, index);
  if (world->led != NULL && index == 0) take_rule(site, world->led->geo_mode, world->led->places);
  website.geo_rule = rt_geo_rule_of(site->geo_mode);
  for (uint32_t i = 0; i < site->place_count; i++) rt_geo_rule_list(&website.geo_rule, site->places[i]);
  if (!rt_api_store_add_website(world->api.store, &website, site->secret)) return false;
  memcpy(site->pub, rt_id_to_text(RT_ID_PUBLIC_KEY, &website.public_key).text, sizeof site->pub);
  memcpy(site->website, rt_id_to_text(RT_ID_WEBSITE_KEY, &website.website_key).text, sizeof site->website);
  return true;
}

// The first eight are those of a world left to chance.
static bool add_offers(rt_world *world, size_t count) {
  static const rt_rate everywhere[] = {{"DE", {900000}}, {"*", {200000}}};
  static const rt_rate action[] = {{"*", {30000000}}};
  static const struct {
    rt_bytes brand, headline, cta;
    rt_vertical vertical;
    bool is_premium, is_action;
  } rows[] = {
      {RT_BYTES_INIT("Aspen Bank"), RT_BYTES_INIT("An account in ten minutes"), RT_BYTES_INIT("Open account"),
       RT_VERTICAL_FINANCE, true, false},
      {RT_BYTES_INIT("Birch Pay"), RT_BYTES_INIT("A card that asks little"), RT_BYTES_INIT("See the card"),
       RT_VERTICAL_FINANCE, false, true},
      {RT_BYTES_INIT("Cedar Play"), RT_BYTES_INIT("Twenty spins to begin with"), RT_BYTES_INIT("Play"),
       RT_VERTICAL_IGAMING, false, false},
      {RT_BYTES_INIT("Derby Sports"),
       RT_BYTES_INIT("Odds on every match of the season, and what the papers say about them"),
       RT_BYTES_INIT("To the odds"), RT_VERTICAL_SPORTS, false, false},
      {RT_BYTES_INIT("Elm Coin"), RT_BYTES_INIT("Buy your first coin"), RT_BYTES_INIT("Start"), RT_VERTICAL_CRYPTO,
       true, false},
      {RT_BYTES_INIT("Fir Films"), RT_BYTES_INIT("A month of films for nothing"), RT_BYTES_INIT("Watch"),
       RT_VERTICAL_STREAMING, false, false},
      {RT_BYTES_INIT("Ginkgo Shop"), RT_BYTES_INIT("Ten euros off"), RT_BYTES_INIT("Shop"), RT_VERTICAL_ECOMMERCE,
       false, true},
      {RT_BYTES_INIT("Aspen Bank"), RT_BYTES_INIT("Savings at a good rate"), RT_BYTES_INIT("Save"), RT_VERTICAL_FINANCE,
       false, false},
      {RT_BYTES_INIT("Hazel Loans"), RT_BYTES_INIT("A small loan by tomorrow"), RT_BYTES_INIT("Ask for one"),
       RT_VERTICAL_FINANCE, false, false},
      {RT_BYTES_INIT("Ivy Spins"), RT_BYTES_INIT("A table for every evening"), RT_BYTES_INIT("Take a seat"),
       RT_VERTICAL_IGAMING, false, false},
      {RT_BYTES_INIT("Juniper Live"), RT_BYTES_INIT("Every league in one place"), RT_BYTES_INIT("Watch live"),
       RT_VERTICAL_STREAMING, false, false},
      {RT_BYTES_INIT("Kapok Goods"), RT_BYTES_INIT("Delivered today"), RT_BYTES_INIT("To the shop"),
       RT_VERTICAL_ECOMMERCE, false, false},
  };
  RT_CHECK(count <= sizeof rows / sizeof rows[0]);
  for (size_t i = 0; i < count; i++) {
    const rt_catalog_offer offer = {
        .brand = rows[i].brand,
        .headline = rows[i].headline,
        .cta = rows[i].cta,
        .image = RT_BYTES("https://cdn.example/i.png"),
        .landing = RT_BYTES("https://ads.example/?c={clickId}&w={websiteKey}&l={country}-{region}"),
        .vertical = rows[i].vertical,
        .model = rows[i].is_action ? RT_MODEL_CPA : RT_MODEL_CPC,
        .rates = rows[i].is_action ? action : everywhere,
        .rate_count = rows[i].is_action ? 1 : 2,
        .is_premium = rows[i].is_premium,
        .is_live = true};
    if (!rt_api_store_add_offer(world->api.store, &offer)) return false;
  }
  return true;
}

bool rt_api_add_catalog(rt_world *world) {
  for (uint32_t i = 0; i < RT_SITES; i++) {
    if (!add_site(world, i)) return false;
  }
  return add_offers(world, world->led != NULL ? world->led->offers : 8);
}

// ---------------------------------------------------------------- answering

static rt_bytes header_of(const rt_http_response *response, const char *name) {
  for (size_t i = 0; i < response->header_count; i++) {
    if (strcmp(response->headers[i].name, name) == 0) return rt_bytes_of(response->headers[i].value);
  }
  return RT_BYTES_NONE;
}

// The page behind a request, as its address: each has one of its own in 10.0.0.0/8.
static rt_address address_of(uint32_t page) {
  const unsigned char bytes[4] = {10, (unsigned char)(page >> 16), (unsigned char)(page >> 8), (unsigned char)page};
  return rt_address_from_ipv4(bytes);
}

static rt_location find_visitor(void *self, const rt_address *address) {
  const rt_world *world = self;
  const unsigned char *last = address->bytes + sizeof address->bytes - 3;
  const uint32_t page = (uint32_t)last[0] << 16 | (uint32_t)last[1] << 8 | last[2];
  return page < world->page_count ? world->pages[page].location : (rt_location){0};
}

rt_locator rt_api_locator(rt_world *world) { return (rt_locator){.self = world, .find = find_visitor}; }

static rt_http_request describe(const rt_world *world, uint32_t place, bool is_last_answer) {
  const rt_message *message = &world->messages[place];
  const rt_site *own = &world->sites[world->pages[message->owner].site];
  const rt_bytes origin = rt_bytes_of(world->led != NULL ? world->led->origin : own->origin);
  const bool is_publisher = message->asker == RT_ASKER_PUBLISHER;
  const rt_bytes base = RT_BYTES("https://api.example");
  rt_bytes secret = RT_BYTES_NONE;
  if (is_publisher) {
    secret = message->site == RT_NOBODY ? RT_BYTES("its_0000000000000000000000000000000000000000000")
                                        : rt_bytes_of(world->sites[message->site].secret);
  }
  return (rt_http_request){
      .method = message->is_post ? RT_METHOD_POST : RT_METHOD_GET,
      .target = rt_bytes_skip((rt_bytes){message->bytes, message->url_length}, base.length),
      .body = {message->bytes + message->url_length, message->body_length},
      .origin = message->asker == RT_ASKER_EMBED ? origin : RT_BYTES_NONE,
      .referer = message->asker == RT_ASKER_VISITOR ? origin : RT_BYTES_NONE,
      .user_agent = RT_BYTES("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
      .content_type = message->is_post ? RT_BYTES("text/plain;charset=UTF-8") : RT_BYTES_NONE,
      .integration_secret = secret,
      .peer = address_of(message->owner),
      .now = rt_api_now(world),
      .wall = rt_world_wall(world),
      .is_last_answer = is_last_answer,
      .is_repeated = is_last_answer};
}

static void ask(rt_world *world, uint32_t place, bool is_last_answer, rt_outcome *outcome) {
  const rt_http_request request = describe(world, place, is_last_answer);
  rt_arena_reset(&world->api.scratch, 0);
  rt_service_handle(world->api.service, &request, &world->api.scratch, outcome);
}

rt_bytes rt_api_poll_directly(rt_world *world, uint32_t page, rt_bytes session) {
  static char target[256];
  const rt_site *site = &world->sites[world->pages[page].site];
  const int length = snprintf(target, sizeof target, "/v1/widget-decline/session/%.*s?pub=%s&website=%s",
                              (int)session.length, session.data, site->pub, site->website);
  const rt_http_request request = {.method = RT_METHOD_GET,
                                   .target = {target, (size_t)length},
                                   .peer = address_of(page),
                                   .now = rt_api_now(world),
                                   .wall = rt_world_wall(world)};
  static rt_outcome outcome;
  rt_arena_reset(&world->api.scratch, 0);
  rt_service_handle(world->api.service, &request, &world->api.scratch, &outcome);
  return outcome.response.body;
}

static void wait_for_session(rt_world *world, uint32_t place, const rt_outcome *outcome) {
  rt_api *api = &world->api;
  rt_message *message = &world->messages[place];
  uint32_t *first = rt_table_find(api->waiting, &outcome->session);
  if (first == NULL) {
    first = rt_table_insert(api->waiting, &outcome->session);
    if (first == NULL) {
      rt_world_trouble(world, "There is not enough memory for the waiting polls of this world.");
      return;
    }
    *first = RT_NOBODY;
  }
  message->after = *first;
  *first = place;
  message->is_waiting = true;
  const rt_millis left = rt_instant_between(rt_api_now(world), outcome->until);
  rt_world_expect(world, rt_ms(left.ms > 0 ? left.ms : 0), RT_DUE_WAIT_OVER, place, message->generation);
}

static rt_id session_of(const rt_message *message) {
  rt_id id = {{0}};
  const rt_bytes url = {message->bytes, message->url_length};
  const size_t start = sizeof "https://api.example/v1/widget-decline/session/" - 1;
  if (url.length <= start) return id;
  const rt_bytes rest = rt_bytes_skip(url, start);
  (void)rt_id_read(rt_bytes_take(rest, rt_bytes_find(rest, '?')), RT_ID_SESSION, &id);
  return id;
}

void rt_api_forget(rt_world *world, uint32_t place) {
  const rt_id session = session_of(&world->messages[place]);
  uint32_t *link = rt_table_find(world->api.waiting, &session);
  if (link == NULL) return;
  uint32_t *first = link;
  while (*link != RT_NOBODY && *link != place) link = &world->messages[*link].after;
  if (*link == place) *link = world->messages[place].after;
  if (*first == RT_NOBODY) rt_table_remove(world->api.waiting, &session);
}

// What the world learns of a success, at the moment in which it can be known outside.
static void tell_watch(rt_world *world, uint32_t place, int status, rt_bytes body) {
  const rt_message *message = &world->messages[place];
  if (status != 200) return;
  if (message->route == RT_ROUTE_TRIGGER) rt_watch_accepted(world, message);
  if (message->route == RT_ROUTE_SESSION) rt_watch_created(world, message, body);
}

static void answer(rt_world *world, uint32_t place, const rt_http_response *response) {
  const rt_message *message = &world->messages[place];
  const bool is_readable =
      message->asker != RT_ASKER_EMBED || !rt_bytes_is_empty(header_of(response, "Access-Control-Allow-Origin"));
  tell_watch(world, place, response->status, response->body);
  rt_network_answer(world, place, is_readable ? response->status : 0, header_of(response, "Retry-After"),
                    response->body);
}

// The answer waits for its batch, and not for ever.
static void hold(rt_world *world, uint32_t place, const rt_outcome *outcome) {
  rt_api *api = &world->api;
  rt_message *message = &world->messages[place];
  const rt_http_response *response = &outcome->response;
  char *kept = realloc(message->answer, response->body.length + 1);
  if (kept == NULL) {
    rt_world_trouble(world, "There is not enough memory for the answers of this world.");
    return;
  }
  message->batch = outcome->batch;
  message->status = response->status;
  message->answer = kept;
  message->answer_capacity = response->body.length + 1;
  message->answer_length = response->body.length;
  if (response->body.length > 0) memcpy(kept, response->body.data, response->body.length);
  message->is_held = true;
  message->is_owed_anyway = outcome->is_owed_anyway;
  message->after = api->held;
  api->held = place;
  rt_world_expect(world, outcome->is_owed_anyway ? RT_OWED_TIME : RT_HOLD_TIME, RT_DUE_WAIT_OVER, place,
                  message->generation);
}

static void carry_out(rt_world *world, uint32_t place, bool is_last_answer) {
  rt_outcome outcome;
  ask(world, place, is_last_answer, &outcome);
  const rt_message *message = &world->messages[place];
  if (message->is_post || message->route == RT_ROUTE_REDIRECT || outcome.kind == RT_RESPOND_WHEN_DURABLE)
    rt_api_expect_commit(world, message->route == RT_ROUTE_TRIGGER);
  if (message->route == RT_ROUTE_TRIGGER && outcome.response.status == 200)
    rt_watch_taken(world, message, outcome.batch);
  if (outcome.kind == RT_WAIT_FOR_SESSION) {
    wait_for_session(world, place, &outcome);
  } else if (outcome.kind == RT_RESPOND_WHEN_DURABLE && outcome.batch > world->api.durable) {
    hold(world, place, &outcome);
  } else {
    answer(world, place, &outcome.response);
  }
}

void rt_api_take(rt_world *world, uint32_t place) { carry_out(world, place, false); }

// What was held goes out as it is.
static void let_go(rt_world *world, uint32_t place) {
  rt_message *message = &world->messages[place];
  const size_t length = message->answer_length;
  char *body = message->answer;  // rt_network_answer writes where it lies
  tell_watch(world, place, message->status, (rt_bytes){body, length});
  message->answer = NULL;
  message->answer_capacity = 0;
  rt_network_answer(world, place, message->status, RT_BYTES_NONE, (rt_bytes){body, length});
  free(body);
}

// The disk did not confirm in time.
static void give_up(rt_world *world, uint32_t place) {
  rt_message *message = &world->messages[place];
  uint32_t *link = &world->api.held;
  while (*link != place) link = &world->messages[*link].after;
  *link = message->after;
  message->is_held = false;
  if (message->is_owed_anyway) {
    let_go(world, place);
    return;
  }
  const rt_http_request request = describe(world, place, true);
  rt_outcome outcome;
  rt_arena_reset(&world->api.scratch, 0);
  rt_service_give_up(&request, &world->api.scratch, &outcome);
  answer(world, place, &outcome.response);
}

void rt_api_wait_over(rt_world *world, uint32_t place) {
  if (world->messages[place].is_held) {
    give_up(world, place);
  } else if (world->messages[place].is_waiting) {
    rt_api_forget(world, place);
    world->messages[place].is_waiting = false;
    carry_out(world, place, true);
  }
}

// Everybody who waited for a session that is ready now asks once more.
static void wake_waiting(rt_world *world, const rt_id *session) {
  const uint32_t *first = rt_table_find(world->api.waiting, session);
  if (first == NULL) return;
  uint32_t place = *first;
  rt_table_remove(world->api.waiting, session);
  while (place != RT_NOBODY) {
    const uint32_t after = world->messages[place].after;
    world->messages[place].is_waiting = false;
    carry_out(world, place, true);
    place = after;
  }
}

void rt_api_release(rt_world *world, uint64_t batch) {
  rt_api *api = &world->api;
  uint32_t ready = RT_NOBODY;
  for (uint32_t *link = &api->held; *link != RT_NOBODY;) {
    rt_message *message = &world->messages[*link];
    if (message->batch > batch) {
      link = &message->after;
      continue;
    }
    const uint32_t place = *link;
    *link = message->after;
    message->after = ready;
    ready = place;
  }
  while (ready != RT_NOBODY) {  // in the order in which they came
    const uint32_t place = ready;
    ready = world->messages[place].after;
    world->messages[place].is_held = false;
    let_go(world, place);
  }
  for (rt_id session; rt_service_next_ready(api->service, &session);) wake_waiting(world, &session);
}
