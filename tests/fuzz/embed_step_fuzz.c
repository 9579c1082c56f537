// embed_step_fuzz.c: any events in any order, from a page that keeps to nothing. The embed keeps its promises
// (tests/support/embed_witness.h), touches no byte it was not given, keeps no byte it was lent, and does the same again.
//
// Input: lines `@NAME=VALUE` configure (an attribute of the script element, page_host, page_language, kind, brand, seed), then
// one letter for each event, some with one or two more; blanks between them mean nothing, `#` starts a comment:
//
//     s      started                         w      woken when it asked to be
//     tN     time passes: 0..9 of spans[]    qN     the next answer is for the request before the last by N
//     aX     an answer: X of answers[]       bN...  an answer with status N of statuses[]; the rest of the line is the body
//     f      no answer                       hT...  the next answers' Retry-After is the rest of the line
//     vN     viewport: N of viewports[]      mT...  the font's metrics are the rest of the line
//     pN     page visible, hidden, prerendered: 0..2         oN  offline, online: 0, 1
//     u      the surface is shown            nN     it is refused, for reason N
//     cCR    card C is R tenths in view      kC     card C is followed
//     dN     dismissed, for reason N         z      ended
//
// SPDX-License-Identifier: MIT
#include "embed/embed.h"
#include "embed_witness.h"
#include "fuzz.h"
#include "sim/tape.h"

enum { MAX_INPUT = 8192, MAX_EVENTS = 500 };

static const int64_t spans[] = {1, 100, 700, 1000, 1800, 5000, 30000, 60000, 900000, 3600000};
static const int32_t statuses[] = {200, 202, 204, 302, 403, 404, 410, 429, 500, 503};
static const int32_t viewports[][2] = {{390, 844}, {1280, 800}, {320, 480}, {844, 390}, {3840, 2160},
                                       {0, 0},     {-1, -1},    {1, 30000}, {30000, 1}, {INT32_MAX, INT32_MAX}};

#define OFFER(id, more) "{\"id\":\"" id "\",\"brand\":\"B\",\"clickUrl\":\"https://a.example/" id "\"" more "}"
static const struct {
  char letter;
  int32_t status;
  const char *body;
} answers[] = {
    {'c', 200, "{\"sessionId\":\"dcl_1\",\"expiresIn\":900,\"maxWait\":25}"},
    {'s', 200, "{\"sessionId\":\"dcl_1\",\"expiresIn\":3}"},
    {'p', 200, "{\"status\":\"pending\"}"},
    {'r', 200, "{\"status\":\"ready\",\"requestId\":\"req_1\"}"},
    {'R', 200, "{\"status\":\"ready\"}"},
    {'x', 200, "{\"status\":\"expired\"}"},
    {'d', 200, "{\"allowed\":false,\"requestId\":\"req_2\"}"},
    {'D', 200, "{\"allowed\":true,\"requestId\":\"req_3\",\"country\":\"DE\",\"region\":null}"},
    {'o', 200, "{\"offers\":[" OFFER("a", ",\"premium\":true") "," OFFER("b", ",\"rankScore\":7") "],\"dir\":\"rtl\"}"},
    {'O', 200,
     "{\"offers\":[" OFFER("a", "") "," OFFER("b", "") "," OFFER("c", "") "," OFFER("d", "") "," OFFER("e", "") "," OFFER(
         "f",
         "") "," OFFER("g",
                       "") "," OFFER("h",
                                     "") "," OFFER("i",
                                                   "") "," OFFER("j",
                                                                 "") "," OFFER("k",
                                                                               "") "," OFFER("l",
                                                                                             "") "," OFFER("m",
                                                                                                           "") "]}"},
    {'e', 200, "{\"offers\":[]}"},
    {'k', 202, "{\"ok\":true}"},
    {'h', 200, "<html>not the API</html>"},
    {'u', 403, "{\"code\":\"unknown_keys\"}"},
    {'g', 404, "{\"code\":\"session_not_found\"}"},
    {'l', 429, "{\"code\":\"rate_limited\"}"},
    {'5', 503, ""},
};

// The page.
typedef struct {
  rt_bytes rest;  // of the input
  rt_config config;
  rt_embed *embed;
  rt_instant now;
  int32_t last_request, back;
  rt_bytes metrics, retry_after;
  char *memory, *scratch_memory;
  rt_arena scratch;
  embed_witness witness;
  rt_tape_writer tape;
} page;

static void ignore(void *self, rt_bytes text) {
  (void)self;
  (void)text;
}

// ---------------------------------------------------------------- reading

static char next_char(page *p) {
  if (p->rest.length == 0) return '\0';
  const char c = p->rest.data[0];
  p->rest = rt_bytes_skip(p->rest, 1);
  return c;
}

static int32_t next_number(page *p) { return next_char(p) - '0'; }

// An index below `count` from the next character, whatever it is.
static size_t next_index(page *p, size_t count) { return (unsigned char)(next_char(p) - '0') % count; }

static void configure(page *p) {
  static const char *const attributes[RT_ATTRIBUTE_COUNT] = {
#define RT_ATTRIBUTE(upper, attribute) attribute,
#include "embed/kinds.def"
  };
  const rt_bytes line = next_line(&p->rest);
  const size_t end = rt_bytes_find(line, '=');
  const rt_bytes name = rt_bytes_skip(rt_bytes_take(line, end), 1);
  const rt_bytes value = end < line.length ? rt_bytes_skip(line, end + 1) : RT_BYTES_NONE;
  for (size_t i = 0; i < RT_ATTRIBUTE_COUNT; i++) {
    if (rt_bytes_equal(name, rt_bytes_of(attributes[i]))) p->config.attributes[i] = value;
  }
  if (rt_bytes_equal(name, RT_BYTES("page_host"))) p->config.page_host = value;
  if (rt_bytes_equal(name, RT_BYTES("page_language"))) p->config.page_language = value;
  for (rt_embed_kind kind = 0; kind < RT_EMBED_KIND_COUNT; kind++) {
    const bool is_meant = rt_bytes_equal(name, RT_BYTES("kind"));
    if (is_meant && rt_bytes_equal(value, rt_bytes_of(rt_embed_kind_name(kind)))) p->config.kind = kind;
  }
  if (rt_bytes_equal(name, RT_BYTES("brand"))) (void)rt_brand_find(value, &p->config.brand);
  if (rt_bytes_equal(name, RT_BYTES("seed"))) (void)rt_bytes_to_u64(value, &p->config.seed);
}

static void read_answer(page *p, rt_event *event, char letter) {
  event->kind = RT_EVENT_HTTP_DONE;
  event->request = p->last_request - p->back;
  event->retry_after = p->retry_after;
  p->back = 0;
  if (letter == 'b') {
    event->status = statuses[next_index(p, sizeof statuses / sizeof statuses[0])];
    event->body = next_line(&p->rest);
    return;
  }
  const char wanted = next_char(p);
  for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
    if (answers[i].letter != wanted) continue;
    event->status = answers[i].status;
    event->body = rt_bytes_of(answers[i].body);
  }
}

// What is on the page's mind, without being told to the embed. False: it is an event.
static bool read_setting(page *p, char letter) {
  const rt_instant wake_at = rt_embed_wake_at(p->embed);
  switch (letter) {
    case 't':
      p->now = rt_instant_after(p->now, rt_ms(spans[next_index(p, sizeof spans / sizeof spans[0])]));
      return true;
    case 'w':
      if (!rt_instant_is_never(wake_at)) p->now = rt_instant_later(p->now, wake_at);
      return false;
    case 'q':
      p->back = next_number(p);
      return true;
    case 'h':
      p->retry_after = next_line(&p->rest);
      return true;
    case 'm':
      p->metrics = next_line(&p->rest);
      return true;
    case '#':
      (void)next_line(&p->rest);
      return true;
    default:
      return strchr("sabfvpounckdz", letter) == NULL || letter == '\0';
  }
}

static rt_event read_event(page *p, char letter) {
  static const struct {
    char letter;
    rt_event_kind kind;
  } kinds[] = {{'s', RT_EVENT_STARTED},       {'w', RT_EVENT_WOKE},
               {'f', RT_EVENT_HTTP_FAILED},   {'v', RT_EVENT_VIEWPORT},
               {'p', RT_EVENT_VISIBILITY},    {'o', RT_EVENT_CONNECTIVITY},
               {'u', RT_EVENT_SURFACE_SHOWN}, {'n', RT_EVENT_SURFACE_REFUSED},
               {'c', RT_EVENT_CARD_VIEW},     {'k', RT_EVENT_ACTIVATED},
               {'d', RT_EVENT_DISMISSED},     {'z', RT_EVENT_ENDED}};
  rt_event event = {.kind = RT_EVENT_WOKE};
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
    if (kinds[i].letter == letter) event.kind = kinds[i].kind;
  }
  if (letter == 'a' || letter == 'b') read_answer(p, &event, letter);
  if (letter == 'f') event.request = p->last_request - p->back;
  if (letter == 'p' || letter == 'o') event.state = next_number(p);
  if (letter == 'n' || letter == 'd') event.reason = next_number(p);
  if (letter == 'c' || letter == 'k') event.card = next_number(p);
  if (letter == 'c') event.ratio_permille = 100 * next_number(p);
  if (letter == 'v') {
    const size_t i = next_index(p, sizeof viewports / sizeof viewports[0]);
    event.width_px = viewports[i][0];
    event.height_px = viewports[i][1];
    event.metrics = p->metrics;
  }
  event.now = p->now;
  return event;
}

// ---------------------------------------------------------------- living

static void open_embed(page *p) {
  rt_config lent = p->config;
  lent.page_host = exact_copy(lent.page_host);
  lent.page_language = exact_copy(lent.page_language);
  for (size_t i = 0; i < RT_ATTRIBUTE_COUNT; i++) {
    if (lent.attributes[i].data != NULL) lent.attributes[i] = exact_copy(lent.attributes[i]);
  }
  MUST(rt_embed_open((rt_memory){p->memory, RT_EMBED_MEMORY}, &lent, &p->embed) == RT_OK, "an embed opens");
  rt_tape_begin(&p->tape, (rt_tape_sink){NULL, ignore}, &lent, RT_BYTES_NONE);
  free((char *)lent.page_host.data);
  free((char *)lent.page_language.data);
  for (size_t i = 0; i < RT_ATTRIBUTE_COUNT; i++) free((char *)lent.attributes[i].data);
  embed_witness_begin(&p->witness, p->embed, p->config.kind);
}

static void step(page *p, rt_event event) {
  rt_tape_write_event(&p->tape, &event);
  embed_witness_event(&p->witness, &event);
  const rt_bytes lent[] = {exact_copy(event.body), exact_copy(event.retry_after), exact_copy(event.metrics)};
  event.body = lent[0];
  event.retry_after = lent[1];
  event.metrics = lent[2];
  const rt_status status = rt_embed_step(p->embed, &event, &p->scratch);
  for (size_t i = 0; i < 3; i++) free((char *)lent[i].data);
  embed_witness_stepped(&p->witness, status);
  if (status != RT_OK) rt_tape_write_refusal(&p->tape, status);
  rt_command command;
  while (rt_embed_next_command(p->embed, &command)) {
    const rt_view *view = command.kind == RT_COMMAND_SHOW_SURFACE ? rt_embed_surface(p->embed) : NULL;
    rt_tape_write_command(&p->tape, &command, view);
    embed_witness_command(&p->witness, &command, view);
    if (command.kind == RT_COMMAND_SEND_HTTP) p->last_request = command.request;
  }
  rt_tape_write_state(&p->tape, p->embed);
  embed_witness_drained(&p->witness, p->embed);
  MUST(p->witness.broken == NULL, p->witness.broken);
}

// A whole life in memory that was full of `filler`; returns the sum of its tape.
static uint32_t live(rt_bytes input, int filler) {
  page p = {.rest = input, .now = {1}};
  p.config = (rt_config){.seed = 1, .page_host = RT_BYTES("shop.example"), .page_language = RT_BYTES("en")};
  p.config.attributes[RT_ATTRIBUTE_PUB] = RT_BYTES("pk_test");
  p.config.attributes[RT_ATTRIBUTE_WEBSITE] = RT_BYTES("web_test");
  p.config.attributes[RT_ATTRIBUTE_API] = RT_BYTES("https://api.example");
  while (p.rest.length > 0 && p.rest.data[0] == '@') configure(&p);
  p.memory = memset(exact_memory(RT_EMBED_MEMORY), filler, RT_EMBED_MEMORY);
  p.scratch_memory = memset(exact_memory(RT_SCRATCH_MEMORY), filler, RT_SCRATCH_MEMORY);
  p.scratch = rt_arena_over(p.scratch_memory, RT_SCRATCH_MEMORY);
  open_embed(&p);
  for (int i = 0; i < MAX_EVENTS && p.rest.length > 0;) {
    const char letter = next_char(&p);
    if (read_setting(&p, letter)) continue;
    step(&p, read_event(&p, letter));
    i++;
  }
  free(p.memory);
  free(p.scratch_memory);
  return p.tape.sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > MAX_INPUT) return 0;
  const rt_bytes input = {(const char *)data, size};
  MUST(live(input, 0) == live(input, 0xA5), "the same events lead to the same commands, whatever lay in the memory");
  return 0;
}
