// api.c: the API itself: the real service on a store whose batches become durable when the world says so, and which can
// die and come up again. What it must not lose is checked by invariants.c.
// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "sim/world_state.h"

static void fill_seeded(void *self, void *bytes, size_t length) {
  rt_prng *entropy = self;
  for (size_t i = 0; i < length; i++) ((unsigned char *)bytes)[i] = (unsigned char)rt_prng_next(entropy).value;
}

// ---------------------------------------------------------------- the catalog

static bool add_site(rt_world *world, uint32_t index) {
  static const char *const domains[RT_SITES] = {"shop.example", "bank.example", "play.example", "travel.example"};
  rt_site *site = &world->sites[index];
  site->brand = (rt_brand_id)(index % RT_BRAND_COUNT);
  site->number = (int64_t)index + 1;
  snprintf(site->domain, sizeof site->domain, "%s", domains[index]);
  snprintf(site->origin, sizeof site->origin, "https://%s", domains[index]);
  rt_website website = {
      .number = site->number,
      .domain = rt_bytes_of(site->domain),
      .dev_origins = {RT_BYTES_INIT("http://localhost:4000"), RT_BYTES_INIT("https://preview.example")},
      .dev_origin_count = 2,
      .accepted = {(1u << RT_VERTICAL_COUNT) - 1},
      .is_enabled = true,
      .is_trigger_enabled = true};
  if (index == 2) website.accepted.bits = 1u << RT_VERTICAL_IGAMING | 1u << RT_VERTICAL_SPORTS;
  if (index == 1) {
    website.support_label = RT_BYTES("Write to us");
    website.support_url = RT_BYTES("https://bank.example/help");
  }
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

// ---------------------------------------------------------------- living and dying

static rt_instant api_now(const rt_world *world) {
  return rt_instant_after(world->now, rt_ms(world->api.clock_skew.ms));
}

static bool start(rt_world *world) {
  rt_api *api = &world->api;
  rt_api_store_reason why = {""};
  const rt_service_config config = {.public_url = RT_BYTES("https://api.example"), .rate = rt_rate_policy_default};
  const rt_entropy entropy = {.self = &api->entropy, .fill = fill_seeded};
  api->life++;
  api->is_commit_due = false;
  api->durable = 0;
  api->clock_skew.ms = rt_draw_between(&api->chance, 1000, 90000000).ms - world->now.ms;
  if (!rt_api_store_open(api->store, rt_world_wall(world), &why)) {
    rt_world_trouble(world, why.text);
    return false;
  }
  const rt_store store = rt_api_store_interface(api->store);
  const rt_status status = rt_service_open(&config, rt_api_store_keys(api->store), &store, &entropy, api_now(world),
                                           rt_world_wall(world), &api->service);
  if (status != RT_OK) rt_world_trouble(world, "The service of this world could not be opened.");
  return status == RT_OK;
}

bool rt_api_open(rt_world *world) {
  rt_api *api = &world->api;
  api->entropy = rt_prng_fork(&world->chance, RT_BYTES("entropy"));
  api->chance = rt_prng_fork(&world->chance, RT_BYTES("api"));
  api->held = RT_NOBODY;
  api->store = rt_api_store_make(world->options.store, (rt_entropy){&api->entropy, fill_seeded},
                                 rt_prng_fork(&world->chance, RT_BYTES("store")), rt_world_wall(world));
  api->waiting = rt_table_open(sizeof(uint32_t), 1u << 20);
  api->scratch_memory = malloc(RT_SERVICE_SCRATCH);
  if (api->store == NULL || api->waiting == NULL || api->scratch_memory == NULL) return false;
  api->scratch = rt_arena_over(api->scratch_memory, RT_SERVICE_SCRATCH);
  for (uint32_t i = 0; i < RT_SITES; i++) {
    if (!add_site(world, i)) return false;
  }
  return add_offers(world, world->led != NULL ? world->led->offers : 8) && start(world);
}

void rt_api_close(rt_world *world) {
  rt_api *api = &world->api;
  if (api->service != NULL) rt_service_close(api->service);
  rt_table_close(api->waiting);
  rt_api_store_free(api->store);
  free(api->scratch_memory);
}

void rt_api_crash(rt_world *world) {
  rt_api *api = &world->api;
  if (api->service == NULL) return;
  world->result->counts.crashes++;
  rt_service_close(api->service);
  api->service = NULL;
  api->held = RT_NOBODY;
  rt_api_store_crash(api->store);
  rt_table_close(api->waiting);
  api->waiting = rt_table_open(sizeof(uint32_t), 1u << 20);
  for (uint32_t i = 0; i < world->message_count; i++) {  // every connection breaks
    if (world->messages[i].is_used && world->messages[i].is_at_api)
      rt_network_answer(world, i, 0, RT_BYTES_NONE, RT_BYTES_NONE);
  }
}

void rt_api_restart(rt_world *world) {
  if (world->api.service != NULL || !start(world)) return;
  rt_watch_restart(world);
}

// ---------------------------------------------------------------- answering

static rt_bytes header_of(const rt_http_response *response, const char *name) {
  for (size_t i = 0; i < response->header_count; i++) {
    if (strcmp(response->headers[i].name, name) == 0) return rt_bytes_of(response->headers[i].value);
  }
  return RT_BYTES_NONE;
}

// Of all moments to die in, those around the commit of a trigger are the worst.
static void expect_bad_moment(rt_world *world, rt_millis commit) {
  rt_api *api = &world->api;
  if (world->led != NULL || !rt_world_allows(world, RT_FAULT_CRASH)) return;
  if (!rt_draw_permille(&api->chance, world->options.harshness_permille)) return;
  rt_world_expect(world, rt_draw_between(&api->chance, 0, 2 * commit.ms), RT_DUE_CRASH, RT_BAD_MOMENT, api->life);
}

static void expect_commit(rt_world *world, bool is_trigger) {
  rt_api *api = &world->api;
  if (api->is_commit_due) return;
  api->is_commit_due = true;
  const bool is_slow = rt_world_strikes(world, RT_FAULT_SLOW_DISK, &api->chance);
  rt_millis after = is_slow ? rt_draw_between(&api->chance, 500, 4000) : rt_draw_between(&api->chance, 1, 12);
  if (world->led != NULL) after = rt_ms(2);
  rt_world_expect(world, after, RT_DUE_COMMIT, 0, api->life);
  if (is_trigger) expect_bad_moment(world, after);
}

// The page behind a request, as its address: each has one of its own in 10.0.0.0/8.
static rt_address address_of(uint32_t page) {
  const unsigned char bytes[4] = {10, (unsigned char)(page >> 16), (unsigned char)(page >> 8), (unsigned char)page};
  return rt_address_from_ipv4(bytes);
}

static void ask(rt_world *world, uint32_t place, bool is_last_answer, rt_outcome *outcome) {
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
  const rt_http_request request = {
      .method = message->is_post ? RT_METHOD_POST : RT_METHOD_GET,
      .target = rt_bytes_skip((rt_bytes){message->bytes, message->url_length}, base.length),
      .body = {message->bytes + message->url_length, message->body_length},
      .origin = message->asker == RT_ASKER_EMBED ? origin : RT_BYTES_NONE,
      .referer = message->asker == RT_ASKER_VISITOR ? origin : RT_BYTES_NONE,
      .user_agent = RT_BYTES("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
      .content_type = message->is_post ? RT_BYTES("text/plain;charset=UTF-8") : RT_BYTES_NONE,
      .integration_secret = secret,
      .peer = address_of(message->owner),
      .now = api_now(world),
      .wall = rt_world_wall(world),
      .is_last_answer = is_last_answer};
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
                                   .now = api_now(world),
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
  const rt_millis left = rt_instant_between(api_now(world), outcome->until);
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

static void carry_out(rt_world *world, uint32_t place, bool is_last_answer) {
  rt_api *api = &world->api;
  rt_outcome outcome;
  ask(world, place, is_last_answer, &outcome);
  rt_message *message = &world->messages[place];
  if (message->is_post || message->route == RT_ROUTE_REDIRECT || outcome.kind == RT_RESPOND_WHEN_DURABLE)
    expect_commit(world, message->route == RT_ROUTE_TRIGGER);
  if (outcome.kind == RT_WAIT_FOR_SESSION) {
    wait_for_session(world, place, &outcome);
  } else if (outcome.kind == RT_RESPOND_WHEN_DURABLE && outcome.batch > api->durable) {
    // The answer is written again when its time has come: it is the same, and need not be kept until then.
    message->batch = outcome.batch;
    message->status = outcome.response.status;
    const rt_http_response *response = &outcome.response;
    char *kept = realloc(message->answer, response->body.length + 1);
    if (kept == NULL) {
      rt_world_trouble(world, "There is not enough memory for the answers of this world.");
      return;
    }
    message->answer = kept;
    message->answer_capacity = response->body.length + 1;
    message->answer_length = response->body.length;
    if (response->body.length > 0) memcpy(kept, response->body.data, response->body.length);
    message->after = api->held;
    api->held = place;
  } else {
    answer(world, place, &outcome.response);
  }
}

void rt_api_take(rt_world *world, uint32_t place) { carry_out(world, place, false); }

void rt_api_wait_over(rt_world *world, uint32_t place) {
  if (!world->messages[place].is_waiting) return;
  rt_api_forget(world, place);
  world->messages[place].is_waiting = false;
  carry_out(world, place, true);
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

// Answers everything that waited for a batch up to `batch`, in the order in which it came.
static void release(rt_world *world, uint64_t batch) {
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
  while (ready != RT_NOBODY) {
    rt_message *message = &world->messages[ready];
    const uint32_t place = ready;
    ready = message->after;
    char *body = message->answer;  // rt_network_answer writes where it lies
    tell_watch(world, place, message->status, (rt_bytes){body, message->answer_length});
    message->answer = NULL;
    message->answer_capacity = 0;
    rt_network_answer(world, place, message->status, RT_BYTES_NONE, (rt_bytes){body, message->answer_length});
    free(body);
  }
}

void rt_api_commit(rt_world *world, uint32_t life) {
  rt_api *api = &world->api;
  if (api->service == NULL || life != api->life) return;
  api->is_commit_due = false;
  uint64_t batch;
  if (rt_api_store_commit(api->store, rt_world_wall(world), &batch) != RT_COMMIT_DONE) return;
  api->durable = batch;
  rt_service_batch_durable(api->service, batch);
  release(world, batch);
  for (rt_id session; rt_service_next_ready(api->service, &session);) wake_waiting(world, &session);
}
