// core_bench.c: what the core costs: a poll answer, an overlay, and the memory behind both. Run by ./dev bench.
// The embed's own time is made up, so that a session of fifteen minutes passes in a blink; only its work is measured.
// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/prng.h"
#include "domain/geo_rule.h"
#include "domain/limits.h"
#include "embed/embed.h"
#include "plan/plan.h"

enum { SESSIONS = 2000, OVERLAYS = 2000, OFFERS = 12, UNTOUCHED = 0xA5, BATCHES = 501, LOCATIONS = 4096 };

#define SESSION_REPLY \
  "{\"sessionId\":\"dcl_AAECAwQFBgcICQoLDA0ODw\",\"expiresAt\":\"2030-01-01T00:15:00Z\",\"expiresIn\":900}"
#define PENDING_REPLY "{\"status\":\"pending\"}"
#define READY_REPLY \
  "{\"status\":\"ready\",\"requestId\":\"req_AAECAwQFBgcICQoLDA0ODw\",\"country\":\"DE\",\"region\":null}"

static _Alignas(8) unsigned char embed_memory[RT_EMBED_MEMORY];
static _Alignas(8) unsigned char scratch_memory[RT_SCRATCH_MEMORY];
static char offers_reply[RT_MAX_BODY_LENGTH];

typedef struct {
  rt_embed *embed;
  rt_instant now;
  int32_t request;  // number of the request that waits for its answer, 0 without one
  bool is_measuring_wanted, is_shown;
} visit;

static void stop(const char *sentence) {
  fprintf(stderr, "core_bench: %s\n", sentence);
  exit(1);
}

static int64_t nanoseconds_on(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t nanoseconds(void) { return nanoseconds_on(CLOCK_MONOTONIC); }

// One step and the whole drain: what a host does, without the world.
static void step(visit *page, rt_event event) {
  rt_arena scratch = rt_arena_over(scratch_memory, sizeof scratch_memory);
  rt_command command;
  event.now = page->now;
  if (rt_embed_step(page->embed, &event, &scratch) != RT_OK) stop("a step was refused");
  while (rt_embed_next_command(page->embed, &command)) {
    if (command.kind == RT_COMMAND_SEND_HTTP && !command.is_keepalive) page->request = command.request;
    if (command.kind == RT_COMMAND_MEASURE_VIEWPORT) page->is_measuring_wanted = true;
    if (command.kind == RT_COMMAND_SHOW_SURFACE) page->is_shown = true;
    if (command.kind == RT_COMMAND_LOG && command.level == RT_LOG_ERROR) stop("the embed logged an error");
  }
}

static void answer(visit *page, rt_bytes body) {
  int32_t request = page->request;
  if (request == 0) stop("there is no request to answer");
  page->request = 0;
  step(page, (rt_event){.kind = RT_EVENT_HTTP_DONE, .request = request, .status = 200, .body = body});
}

static void wake(visit *page) {
  page->now = rt_embed_wake_at(page->embed);
  if (rt_instant_is_never(page->now)) stop("the embed waits for nothing");
  step(page, (rt_event){.kind = RT_EVENT_WOKE});
}

// A visit up to the first poll, which is then under way.
static visit open_page(void) {
  rt_config config = {.kind = RT_EMBED_DECLINE,
                      .brand = RT_BRAND_RETARGET,
                      .seed = 1,
                      .page_host = RT_BYTES("shop.example"),
                      .page_language = RT_BYTES("en")};
  config.attributes[RT_ATTRIBUTE_PUB] = RT_BYTES("pk_AAECAwQFBgcICQoLDA0ODw");
  config.attributes[RT_ATTRIBUTE_WEBSITE] = RT_BYTES("web_AAECAwQFBgcICQoLDA0ODw");
  visit page = {.now = {1000}};
  rt_memory memory = {embed_memory, sizeof embed_memory};
  if (rt_embed_open(memory, &config, &page.embed) != RT_OK) stop("the embed did not open");
  step(&page, (rt_event){.kind = RT_EVENT_VISIBILITY, .state = RT_PAGE_VISIBLE});
  step(&page, (rt_event){.kind = RT_EVENT_CONNECTIVITY, .state = 1});
  step(&page, (rt_event){.kind = RT_EVENT_STARTED});
  answer(&page, RT_BYTES(SESSION_REPLY));
  for (int i = 0; page.request == 0; i++) {
    if (i == 4) stop("no poll was sent");
    wake(&page);
  }
  return page;
}

// Nanoseconds of one clock reading, to be taken off: an answer is not much longer.
static double clock_cost(void) {
  enum { READINGS = 1000000 };
  int64_t start = nanoseconds();
  for (int i = 0; i < READINGS; i++) nanoseconds();
  return (double)(nanoseconds() - start) / READINGS;
}

static void measure_polls(void) {
  int64_t spent = 0, answers = 0;
  for (int i = 0; i < SESSIONS; i++) {
    visit page = open_page();
    for (int poll = 0; poll < 400; poll++) {
      int64_t start = nanoseconds();
      answer(&page, RT_BYTES(PENDING_REPLY));
      spent += nanoseconds() - start;
      answers++;
      do wake(&page);
      while (page.request == 0);
    }
  }
  printf("core: one poll answer, step and drain: %.2f us (mean of %lld)\n",
         ((double)spent / (double)answers - clock_cost()) / 1000, (long long)answers);
}

static rt_bytes write_offers(void) {
  size_t used =
      (size_t)snprintf(offers_reply, sizeof offers_reply, "{\"requestId\":\"req_AAECAwQFBgcICQoLDA0ODw\",\"offers\":[");
  for (int i = 0; i < OFFERS; i++) {
    used += (size_t)snprintf(
        offers_reply + used, sizeof offers_reply - used,
        "%s{\"id\":\"off_%022d\",\"vertical\":\"finance\",\"premium\":%s,\"brand\":\"Brand number %d\","
        "\"headline\":\"A headline of the length that advertisers use: up to ninety characters, all told\","
        "\"image\":\"https://images.example/%d.svg\",\"cta\":\"Open an account\","
        "\"clickUrl\":\"https://api.retarget.gg/v1/r?t=%0180d\",\"rankScore\":%d}",
        i == 0 ? "" : ",", i, i < 3 ? "true" : "false", i, i, i, 1000 - i);
  }
  used += (size_t)snprintf(offers_reply + used, sizeof offers_reply - used, "]}");
  if (used >= sizeof offers_reply) stop("the offers do not fit into an answer");
  return (rt_bytes){offers_reply, used};
}

static void measure_overlays(void) {
  rt_bytes offers = write_offers();
  int64_t spent = 0;
  for (int i = 0; i < OVERLAYS; i++) {
    visit page = open_page();
    int64_t start = nanoseconds();
    answer(&page, RT_BYTES(READY_REPLY));
    answer(&page, offers);
    if (!page.is_measuring_wanted) stop("offers came and no viewport was asked for");
    step(&page, (rt_event){.kind = RT_EVENT_VIEWPORT, .width_px = 1280, .height_px = 800});
    spent += nanoseconds() - start;
    if (!page.is_shown) stop("nothing was shown");
  }
  printf("core: ready -> %d offers parsed, ranked and laid out: %.1f us (mean of %d)\n", OFFERS,
         ((double)spent / OVERLAYS - clock_cost()) / 1000, OVERLAYS);
}

static int compare(const void *a, const void *b) {
  const double difference = *(const double *)a - *(const double *)b;
  return (difference > 0) - (difference < 0);
}

// Microseconds of one `work`, the median of many batches: of this thread, not of what other programs take.
static double median_of(uint32_t (*work)(uint32_t times), uint32_t times) {
  static volatile uint32_t kept;  // somebody looks at the result, so no compiler leaves the work out
  double batches[BATCHES];
  for (int i = 0; i < BATCHES; i++) {
    int64_t start = nanoseconds_on(CLOCK_THREAD_CPUTIME_ID);
    kept ^= work(times);
    batches[i] = (double)(nanoseconds_on(CLOCK_THREAD_CPUTIME_ID) - start) / times / 1000;
  }
  qsort(batches, BATCHES, sizeof *batches, compare);
  return batches[BATCHES / 2];
}

static void measure_plans(void) {
  printf("core: %d cards laid out: %.2f us (median)\n", OFFERS, median_of(bench_plan, 50));
  printf("core: 1000 offers ranked: %.1f us (median)\n", median_of(bench_rank, 2) - median_of(bench_shuffle, 2));
}

// Decides for visitors from everywhere, by a rule of a thousand entries, in an order that no processor guesses.
static rt_location locations[LOCATIONS];
static rt_geo_rule rule;

static void know_locations(void) {
  rt_prng chance = rt_prng_from_seed(1);
  rule = rt_geo_rule_of(RT_GEO_ALLOW);
  const uint32_t places = (uint32_t)rt_place_count();
  for (int i = 0; i < 1000; i++) {
    rt_geo_rule_list(&rule, (rt_place){(uint16_t)(rt_prng_next(&chance).value % places)});
  }
  for (size_t i = 0; i < LOCATIONS; i++) {
    locations[i] = rt_place_location((rt_place){(uint16_t)(rt_prng_next(&chance).value % places)});
  }
}

static uint32_t decide(uint32_t times) {
  uint32_t allowed = 0;
  for (uint32_t i = 0; i < times; i++) {
    allowed += rt_geo_rule_decide(&rule, &locations[i % LOCATIONS]).is_allowed;
  }
  return allowed;
}

static void measure_decisions(void) {
  know_locations();
  printf("core: a geo rule of 1000 entries decides in %.0f ns (median)\n", median_of(decide, 10000) * 1000);
}

// Bytes up to the last one that was ever written.
static size_t touched(const unsigned char *memory, size_t length) {
  while (length > 0 && memory[length - 1] == UNTOUCHED) length--;
  return length;
}

int main(void) {
  memset(embed_memory, UNTOUCHED, sizeof embed_memory);
  memset(scratch_memory, UNTOUCHED, sizeof scratch_memory);
  measure_overlays();
  measure_polls();
  measure_plans();
  measure_decisions();
  printf("core: an embed uses %zu of its %d bytes, a step with %d offers %zu of the %d bytes of scratch\n",
         touched(embed_memory, sizeof embed_memory), RT_EMBED_MEMORY, OFFERS,
         touched(scratch_memory, sizeof scratch_memory), RT_SCRATCH_MEMORY);
  return 0;
}
