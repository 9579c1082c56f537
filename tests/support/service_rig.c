// service_rig.c: see service_rig.h.
// SPDX-License-Identifier: MIT
#include "service_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/address.h"

static void fill_seeded(void *self, void *bytes, size_t length) {
  service_rig *rig = self;
  for (size_t i = 0; i < length; i++) ((unsigned char *)bytes)[i] = (unsigned char)rt_prng_next(&rig->prng).value;
}

rig_line rig_format(const char *format, ...) {
  rig_line line;
  va_list arguments;
  va_start(arguments, format);
  const int length = vsnprintf(line.text, sizeof line.text, format, arguments);
  va_end(arguments);
  assert_in_range(length, 0, sizeof line.text - 1);
  return line;
}

static const rt_rate rate_everywhere[] = {{"DE", {900000}}, {"*", {200000}}};
static const rt_rate rate_of_action[] = {{"*", {30000000}}};
static const rt_rate rate_in_germany[] = {{"DE", {500000}}};

static rt_entropy entropy_of(service_rig *rig) { return (rt_entropy){.self = rig, .fill = fill_seeded}; }

static rt_website *add_website(service_rig *rig, rt_bytes domain, char *keys, char *secret) {
  const rt_entropy entropy = entropy_of(rig);
  rt_website website = {.number = domain.data[0],
                        .public_key = rt_id_draw(&entropy),
                        .website_key = rt_id_draw(&entropy),
                        .domain = domain,
                        .dev_origins = {RT_BYTES("http://localhost:4000")},
                        .dev_origin_count = 1,
                        .accepted = {(1u << RT_VERTICAL_COUNT) - 1},
                        .is_enabled = true,
                        .is_trigger_enabled = true};
  rt_secret_draw(&entropy, &rig->keys, secret, website.secret_hash);
  snprintf(keys, 128, "pub=%s&website=%s", rt_id_to_text(RT_ID_PUBLIC_KEY, &website.public_key).text,
           rt_id_to_text(RT_ID_WEBSITE_KEY, &website.website_key).text);
  return rt_store_memory_add_website(rig->store, &website);
}

static void add_offers(service_rig *rig) {
  const rt_entropy entropy = entropy_of(rig);
  const rt_catalog_offer offers[RIG_OFFERS] = {
      {.brand = RT_BYTES("Gold"),
       .vertical = RT_VERTICAL_FINANCE,
       .rates = rate_everywhere,
       .rate_count = 2,
       .is_premium = true},
      {.brand = RT_BYTES("Bank"),
       .vertical = RT_VERTICAL_FINANCE,
       .model = RT_MODEL_CPA,
       .rates = rate_of_action,
       .rate_count = 1},
      {.brand = RT_BYTES("Casino"), .vertical = RT_VERTICAL_IGAMING, .rates = rate_everywhere, .rate_count = 2},
      {.brand = RT_BYTES("Goal"), .vertical = RT_VERTICAL_SPORTS, .rates = rate_everywhere, .rate_count = 2},
      {.brand = RT_BYTES("Coin"), .vertical = RT_VERTICAL_CRYPTO, .rates = rate_in_germany, .rate_count = 1},
      {.brand = RT_BYTES("Film"), .vertical = RT_VERTICAL_STREAMING, .rates = rate_in_germany, .rate_count = 1},
  };
  for (size_t i = 0; i < RIG_OFFERS; i++) {
    rt_catalog_offer offer = offers[i];
    offer.id = rt_id_draw(&entropy);
    offer.headline = RT_BYTES("A headline");
    offer.cta = RT_BYTES("Go");
    offer.image = RT_BYTES("https://cdn.example/i.png");
    offer.landing = RT_BYTES("https://ads.example/?c={clickId}&w={websiteKey}&l={country}-{region}");
    offer.is_live = true;
    rig->offers[i] = rt_store_memory_add_offer(rig->store, &offer);
  }
}

static void start(service_rig *rig) {
  const rt_store store = rt_store_memory_interface(rig->store);
  const rt_entropy entropy = entropy_of(rig);
  assert_int_equal(rt_service_open(&rig->config, &rig->keys, &store, &entropy, rig->now, rig->wall, &rig->service),
                   RT_OK);
}

int service_rig_open(void **state) {
  service_rig *rig = calloc(1, sizeof *rig);
  rig->prng = rt_prng_from_seed(7);
  rig->store = rt_store_memory_open();
  rig->now = (rt_instant){1000000};
  rig->wall = (rt_wall){1772366400000};  // 2026-03-01T12:00:00Z
  rig->memory = calloc(1, RT_SERVICE_SCRATCH);
  rig->scratch = rt_arena_over(rig->memory, RT_SERVICE_SCRATCH);
  memset(&rig->keys, 1, sizeof rig->keys);
  rig->shop = add_website(rig, RT_BYTES("shop.example"), rig->shop_keys, rig->shop_secret);
  rig->other = add_website(rig, RT_BYTES("other.example"), rig->other_keys, rig->other_secret);
  rig->other->dev_origin_count = 0;
  add_offers(rig);
  rig->config = (rt_service_config){.public_url = RT_BYTES("https://api.example"), .rate = {.per_second = 0}};
  start(rig);
  *state = rig;
  return 0;
}

int service_rig_close(void **state) {
  service_rig *rig = *state;
  rt_service_close(rig->service);
  rt_store_memory_close(rig->store);
  free(rig->memory);
  free(rig);
  return 0;
}

void rig_restart(service_rig *rig) {
  rt_service_close(rig->service);
  rt_store_memory_crash(rig->store);
  rig->now.ms += 12345;  // another monotonic clock
  start(rig);
}

void rig_pass(service_rig *rig, rt_millis span) {
  rig->now = rt_instant_after(rig->now, span);
  rig->wall.ms += span.ms;
}

void rig_touch(service_rig *rig) {
  rt_store_memory_touch(rig->store);
  rig_pass(rig, rt_ms(1));
}

void rig_commit(service_rig *rig) {
  const uint64_t batch = rt_store_memory_commit(rig->store);
  if (batch != 0) rt_service_batch_durable(rig->service, batch);
}

static rt_bytes slice(const char *text) { return rt_bytes_of(text); }

static rt_forwarded forwarded_by(const char *line) {
  rt_forwarded forwarded = {.count = 0};
  if (line != NULL) rt_forwarded_add(&forwarded, rt_bytes_of(line));
  return forwarded;
}

int rig_ask(service_rig *rig, const rig_request *asked) {
  rt_network peer;
  assert_true(rt_network_read(slice(asked->peer != NULL ? asked->peer : "203.0.113.9"), &peer));
  const char *agent = asked->user_agent != NULL ? asked->user_agent : "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0";
  const rt_http_request request = {.method = asked->method,
                                   .target = slice(asked->target),
                                   .body = slice(asked->body),
                                   .origin = slice(asked->origin),
                                   .referer = slice(asked->referer),
                                   .user_agent = slice(agent),
                                   .content_type = slice(asked->content_type),
                                   .integration_secret = slice(asked->secret),
                                   .purpose = slice(asked->purpose),
                                   .destination = slice(asked->destination),
                                   .forwarded = forwarded_by(asked->forwarded_for),
                                   .geo_country = slice(asked->geo_country),
                                   .geo_region = slice(asked->geo_region),
                                   .peer = peer.base,
                                   .now = rig->now,
                                   .wall = rig->wall,
                                   .is_last_answer = asked->is_last_answer};
  rt_arena_reset(&rig->scratch, 0);
  rt_service_handle(rig->service, &request, &rig->scratch, &rig->outcome);
  if (rig->outcome.kind == RT_WAIT_FOR_SESSION) return 0;
  if (rig->outcome.kind == RT_RESPOND_WHEN_DURABLE && !rig->is_commit_withheld) rig_commit(rig);
  rt_bytes copy;
  assert_int_equal(rt_arena_copy(&rig->scratch, rig->outcome.response.body, &copy), RT_OK);
  rig->outcome.response.body = copy;
  return rig->outcome.response.status;
}

const char *rig_body(const service_rig *rig) { return rig->outcome.response.body.data; }

const char *rig_header(const service_rig *rig, const char *name) {
  const rt_http_response *response = &rig->outcome.response;
  for (size_t i = 0; i < response->header_count; i++) {
    if (strcmp(response->headers[i].name, name) == 0) return response->headers[i].value;
  }
  return NULL;
}

rig_text rig_member(const service_rig *rig, const char *name) {
  rig_text value = {{0}};
  const rig_line wanted = rig_format("\"%s\":\"", name);
  const char *at = strstr(rig_body(rig), wanted.text);
  if (at == NULL) return value;
  at += strlen(wanted.text);
  const size_t length = strcspn(at, "\"");
  assert_in_range(length, 0, sizeof value.text - 1);
  memcpy(value.text, at, length);
  return value;
}

rig_text rig_session(service_rig *rig) {
  const rig_line target = rig_format("/v1/widget-decline/session?%s", rig->shop_keys);
  assert_int_equal(rig_ask(rig, &(rig_request){.method = RT_METHOD_POST, .target = target.text, .origin = SHOP}), 200);
  return rig_member(rig, "sessionId");
}

int rig_trigger(service_rig *rig, const char *session, const char *reason) {
  const rig_line body = reason == NULL ? rig_format("{\"sessionId\":\"%s\"}", session)
                                       : rig_format("{\"sessionId\":\"%s\",\"reason\":\"%s\"}", session, reason);
  return rig_ask(rig, &(rig_request){.method = RT_METHOD_POST,
                                     .target = "/v1/widget-decline/trigger",
                                     .secret = rig->shop_secret,
                                     .body = body.text});
}

rig_text rig_ready_request(service_rig *rig, const char *reason) {
  const rig_text session = rig_session(rig);
  assert_int_equal(rig_trigger(rig, session.text, reason), 200);
  const rig_line poll = rig_format("/v1/widget-decline/session/%s?%s", session.text, rig->shop_keys);
  assert_int_equal(rig_ask(rig, &(rig_request){.target = poll.text, .origin = SHOP}), 200);
  return rig_member(rig, "requestId");
}

rig_text rig_first_click(service_rig *rig, const char *request) {
  const rig_line target = rig_format("/v1/offers?%s&requestId=%s", rig->shop_keys, request);
  assert_int_equal(rig_ask(rig, &(rig_request){.target = target.text, .origin = SHOP}), 200);
  rig_text url = rig_member(rig, "clickUrl");
  const size_t base = strlen("https://api.example");
  memmove(url.text, url.text + base, strlen(url.text + base) + 1);
  return url;
}
