// service_fuzz.c: any conversation with the service. It may refuse whatever it likes, but with a documented status, a
// body that is JSON where it says so, and without touching a byte it should not; a session is ready only by its own
// website's secret; a trigger that was acknowledged is ready after a crash; no redirect leads where no offer does.
//
// Input: requests as HTTP writes them, a line `---` between two of them. $K and $k stand for the keys of two websites, $S
// and $s for their secrets, $D for the latest sessionId of an answer, $R for the latest requestId, $O for the first
// offer's id, $C for its click path and $F for what the calls of the latest frame begin with. Lines instead of a request line: `pass N` (seconds), `commit` (what is open
// becomes durable), `hold` and `release` (commits wait for `commit`), `crash`.
// SPDX-License-Identifier: MIT
#include "codec/json.h"
#include "fuzz.h"
#include "support/service_rig.h"

enum { MAX_INPUT = 8192, MAX_REQUESTS = 40, MAX_FACT = 512, MAX_PASS_S = 100000, SURELY_READY_MS = 14 * 60 * 1000 };

// A text the service gave out, for the requests that follow.
typedef struct {
  char text[MAX_FACT];
} fact;

typedef struct {
  service_rig *rig;
  bool is_held;
  fact session, request, offer, click, frame;
  bool is_triggered[2];  // by the secret of shop.example, of other.example

  // The first trigger that was acknowledged.
  fact acknowledged;
  bool is_of_other;
  rt_wall acknowledged_at;
} conversation;

static bool contains(rt_bytes text, const char *part) {
  return text.length > 0 && memmem(text.data, text.length, part, strlen(part)) != NULL;
}

static void learn_after(rt_bytes body, const char *start, fact *known) {
  const size_t length = strlen(start);
  const char *at = body.length > 0 ? memmem(body.data, body.length, start, length) : NULL;
  if (at == NULL) return;
  const rt_bytes rest = rt_bytes_skip(body, (size_t)(at - body.data) + length);
  const rt_bytes value = rt_bytes_take(rest, rt_bytes_find(rest, '"'));
  if (value.length < MAX_FACT) snprintf(known->text, MAX_FACT, "%.*s", (int)value.length, value.data);
}

static void learn(rt_bytes body, const char *name, fact *known) {
  char start[64];
  snprintf(start, sizeof start, "\"%s\":\"", name);
  learn_after(body, start, known);
}

// A copy of `text` with what the signs stand for, in exact memory.
static rt_bytes filled(const conversation *talk, rt_bytes text) {
  const service_rig *rig = talk->rig;
  const char *const click = strstr(talk->click.text, "/v1/");
  const struct {
    char sign;
    const char *text;
  } signs[] = {
      {'K', rig->shop_keys},     {'k', rig->other_keys},    {'S', rig->shop_secret}, {'s', rig->other_secret},
      {'D', talk->session.text}, {'R', talk->request.text}, {'O', talk->offer.text}, {'C', click == NULL ? "" : click},
      {'F', talk->frame.text}};
  const size_t capacity = text.length / 2 * MAX_FACT + text.length;
  char *room = exact_memory(capacity);
  rt_writer writer = rt_writer_over(room, capacity);
  for (size_t i = 0; i < text.length; i++) {
    const char next = i + 1 < text.length ? text.data[i + 1] : '\0';
    const char *stands_for = NULL;
    for (size_t n = 0; n < sizeof signs / sizeof signs[0] && text.data[i] == '$'; n++) {
      if (signs[n].sign == next) stands_for = signs[n].text;
    }
    if (stands_for == NULL) {
      rt_write_char(&writer, text.data[i]);
    } else {
      rt_write_text(&writer, stands_for);
      i++;
    }
  }
  const rt_bytes copy = exact_copy(rt_written(&writer));
  free(room);
  return copy;
}

// ---------------------------------------------------------------- requests

static rt_method method_of(rt_bytes word) {
  static const char *const words[] = {"GET", "HEAD", "POST", "OPTIONS"};
  rt_method method = RT_METHOD_GET;
  while (method < RT_METHOD_OTHER && !rt_bytes_equal(word, rt_bytes_of(words[method]))) method++;
  return method;
}

// `Name: value` into its place.
static void read_header(rt_http_request *request, rt_bytes line) {
  const size_t colon = rt_bytes_find(line, ':');
  if (colon == line.length) return;
  const rt_bytes name = rt_bytes_take(line, colon), value = rt_bytes_trimmed(rt_bytes_skip(line, colon + 1));
  const struct {
    const char *name;
    rt_bytes *value;
  } rows[] = {{"Origin", &request->origin},
              {"Referer", &request->referer},
              {"User-Agent", &request->user_agent},
              {"Content-Type", &request->content_type},
              {"Authorization", &request->authorization},
              {"x-integration-secret", &request->integration_secret},
              {"Sec-Purpose", &request->purpose},
              {"Sec-Fetch-Dest", &request->destination},
              {"CF-IPCountry", &request->geo_country},
              {"CF-Region-Code", &request->geo_region}};
  if (rt_bytes_equal_ignoring_case(name, RT_BYTES("X-Forwarded-For"))) rt_forwarded_add(&request->forwarded, value);
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    if (rt_bytes_equal_ignoring_case(name, rt_bytes_of(rows[i].name))) *rows[i].value = value;
  }
}

static rt_http_request read_request(const conversation *talk, rt_bytes text) {
  rt_network peer = {0};
  MUST(rt_network_read(RT_BYTES("203.0.113.9"), &peer), "an address is read");
  rt_http_request request = {.peer = peer.base, .now = talk->rig->now, .wall = talk->rig->wall};
  rt_bytes line = next_line(&text);
  const size_t blank = rt_bytes_find(line, ' ');
  request.method = method_of(rt_bytes_take(line, blank));
  request.target = rt_bytes_trimmed(rt_bytes_skip(line, blank));
  while ((line = next_line(&text)).length > 0) read_header(&request, line);
  request.body = text;
  return request;
}

// ---------------------------------------------------------------- answers

static const char *header_of(const rt_http_response *response, const char *name) {
  for (size_t i = 0; i < response->header_count; i++) {
    if (strcmp(response->headers[i].name, name) == 0) return response->headers[i].value;
  }
  return NULL;
}

static void check_headers(const rt_http_request *request, const rt_http_response *response) {
  MUST(response->header_count <= RT_MAX_RESPONSE_HEADERS, "there are no more headers than fit");
  for (size_t i = 0; i < response->header_count; i++) {
    MUST(strpbrk(response->headers[i].value, "\r\n") == NULL, "no header goes on in a second line");
  }
  const char *allowed = header_of(response, "Access-Control-Allow-Origin");
  if (allowed == NULL || strcmp(allowed, "*") == 0) return;
  MUST(rt_bytes_equal(rt_bytes_of(allowed), request->origin), "an origin is allowed for itself only");
  MUST(header_of(response, "Vary") != NULL, "an answer for one origin says that it is");
}

static void check_body(const rt_http_response *response) {
  const char *type = header_of(response, "Content-Type");
  const bool is_json = type != NULL && strstr(type, "json") != NULL;
  static _Alignas(8) char memory[256 * 1024];
  rt_arena arena = rt_arena_over(memory, sizeof memory);
  rt_json root;
  if (!is_json || response->body.length == 0) return;
  MUST(rt_bytes_are_utf8(response->body), "JSON is UTF-8");
  MUST(rt_json_parse(response->body, &arena, &root) == RT_OK, "what is called JSON is JSON");
  if (response->status < 400) return;
  MUST(strcmp(type, "application/problem+json") == 0, "a refusal is a problem document");
  MUST(rt_json_kind_of(rt_json_member(root, "code")) == RT_JSON_STRING, "a refusal has a code");
}

// Whatever an address holds, a page has no more elements than ours.
static void check_page(const rt_http_response *response) {
  enum { MOST_TAGS = 15 };
  const char *type = header_of(response, "Content-Type");
  size_t tags = 0;
  if (type == NULL || strstr(type, "html") == NULL) return;
  for (size_t i = 0; i < response->body.length; i++) tags += response->body.data[i] == '<';
  MUST(rt_bytes_are_utf8(response->body), "a page is UTF-8");
  MUST(tags <= MOST_TAGS, "no page has a tag that is not ours");
  MUST(header_of(response, "Content-Security-Policy") != NULL, "a page has a policy");
}

static void check_answer(const conversation *talk, const rt_http_request *request) {
  static const int known[] = {200, 202, 204, 302, 400, 401, 403, 404, 405, 410, 413, 415, 429, 503};
  const rt_http_response *response = &talk->rig->outcome.response;
  bool is_known = false;
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) is_known = is_known || response->status == known[i];
  MUST(is_known, "a status is one of the docs'");
  check_headers(request, response);
  check_body(response);
  check_page(response);
  const char *const secrets[] = {talk->rig->shop_secret, talk->rig->other_secret};
  for (size_t i = 0; i < 2; i++) {  // a page shows what its own address says
    MUST(!contains(response->body, secrets[i]) || contains(request->target, secrets[i]), "no answer holds a secret");
  }
  if (response->status != 302) return;
  const char *location = header_of(response, "Location");
  MUST(location != NULL && rt_bytes_start_with(rt_bytes_of(location), RT_BYTES("https://ads.example/")),
       "a redirect leads to an offer's landing page");
}

// Whose secret a request carries; -1: nobody's.
static int secret_of(const conversation *talk, const rt_http_request *request) {
  const rt_bytes both[] = {request->authorization, request->integration_secret};
  for (size_t i = 0; i < 2; i++) {
    if (both[i].length > 0 && contains(both[i], talk->rig->shop_secret)) return 0;
    if (both[i].length > 0 && contains(both[i], talk->rig->other_secret)) return 1;
  }
  return -1;
}

static bool is_delivered(const conversation *talk) {
  const rt_outcome *outcome = &talk->rig->outcome;
  return outcome->kind == RT_RESPOND_NOW || (outcome->kind == RT_RESPOND_WHEN_DURABLE && !talk->is_held);
}

static void check_trigger(conversation *talk, const rt_http_request *request) {
  const rt_http_response *response = &talk->rig->outcome.response;
  if (rt_bytes_start_with(request->target, RT_BYTES("/v1/widget-decline/trigger")) && response->status == 200) {
    const int site = secret_of(talk, request);
    MUST(site >= 0, "nobody triggers without a secret");
    talk->is_triggered[site] = true;
    if (talk->acknowledged.text[0] == '\0' && is_delivered(talk)) {
      learn(request->body, "sessionId", &talk->acknowledged);
      talk->is_of_other = site == 1;
      talk->acknowledged_at = talk->rig->wall;
    }
  }
  if (!contains(response->body, "\"status\":\"ready\"")) return;
  const bool is_of_other = contains(request->target, talk->rig->other_keys);
  const bool is_of_shop = contains(request->target, talk->rig->shop_keys);
  MUST((talk->is_triggered[0] && !is_of_other) || (talk->is_triggered[1] && !is_of_shop) ||
           (talk->is_triggered[0] && talk->is_triggered[1]),
       "a session is ready by its own website's secret only");
}

static void ask(conversation *talk, rt_bytes text) {
  service_rig *rig = talk->rig;
  const rt_bytes lent = filled(talk, text);
  rt_http_request request = read_request(talk, lent);
  rt_arena_reset(&rig->scratch, 0);
  rt_service_handle(rig->service, &request, &rig->scratch, &rig->outcome);
  if (rig->outcome.kind == RT_WAIT_FOR_SESSION) {
    MUST(contains(request.target, "wait="), "only who offers to wait is kept waiting");
    MUST(rig->outcome.until.ms - rig->now.ms <= RT_MAX_WAIT_SECONDS * 1000, "no poll is held longer than 25 s");
    request.is_last_answer = request.is_repeated = true;
    rt_arena_reset(&rig->scratch, 0);
    rt_service_handle(rig->service, &request, &rig->scratch, &rig->outcome);
    MUST(rig->outcome.kind != RT_WAIT_FOR_SESSION, "a last answer is one");
  }
  if (!talk->is_held) rig_commit(rig);
  check_answer(talk, &request);
  check_trigger(talk, &request);
  const rt_bytes body = rig->outcome.response.body;
  if (is_delivered(talk)) {
    learn(body, "sessionId", &talk->session);
    learn(body, "requestId", &talk->request);
    learn(body, "clickUrl", &talk->click);
    learn(body, "id", &talk->offer);
    learn_after(body, "data-api=\"https://api.example", &talk->frame);
  }
  rt_id session;
  while (rt_service_next_ready(rig->service, &session)) continue;
  free((char *)lent.data);
}

// ---------------------------------------------------------------- conversations

static bool is_told(conversation *talk, rt_bytes part) {
  rt_bytes rest = part;
  const rt_bytes line = rt_bytes_trimmed(next_line(&rest));
  uint64_t seconds = 0;
  if (rt_bytes_equal(line, RT_BYTES("commit"))) {
    rig_commit(talk->rig);
  } else if (rt_bytes_equal(line, RT_BYTES("hold"))) {
    talk->is_held = true;
  } else if (rt_bytes_equal(line, RT_BYTES("release"))) {
    talk->is_held = false;
    rig_commit(talk->rig);
  } else if (rt_bytes_equal(line, RT_BYTES("crash"))) {
    rig_restart(talk->rig);
  } else if (rt_bytes_start_with(line, RT_BYTES("pass ")) && rt_bytes_to_u64(rt_bytes_skip(line, 5), &seconds)) {
    rig_pass(talk->rig, rt_seconds((int64_t)(seconds < MAX_PASS_S ? seconds : MAX_PASS_S)));
  } else {
    return false;
  }
  return true;
}

// What was acknowledged is there after a crash.
static void come_back(conversation *talk) {
  const int64_t passed_ms = talk->rig->wall.ms - talk->acknowledged_at.ms;
  if (talk->acknowledged.text[0] == '\0' || passed_ms > SURELY_READY_MS) return;
  rig_restart(talk->rig);
  char target[MAX_FACT + 256];
  snprintf(target, sizeof target, "/v1/widget-decline/session/%s?%s", talk->acknowledged.text,
           talk->is_of_other ? talk->rig->other_keys : talk->rig->shop_keys);
  rt_http_request request = {.target = rt_bytes_of(target),
                             .origin = talk->is_of_other ? RT_BYTES("https://other.example") : RT_BYTES(SHOP),
                             .now = talk->rig->now,
                             .wall = talk->rig->wall};
  rt_arena_reset(&talk->rig->scratch, 0);
  rt_service_handle(talk->rig->service, &request, &talk->rig->scratch, &talk->rig->outcome);
  MUST(contains(talk->rig->outcome.response.body, "\"status\":\"ready\""),
       "a trigger that was acknowledged is ready after a crash");
}

// The part before the next line `---`.
static rt_bytes next_part(rt_bytes *rest) {
  const char *from = rest->data;
  size_t length = 0;
  while (rest->length > 0) {
    const rt_bytes line = next_line(rest);
    if (rt_bytes_equal(line, RT_BYTES("---"))) break;
    length = (size_t)(line.data + line.length - from);
  }
  return (rt_bytes){from, length};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0 || size > MAX_INPUT) return 0;
  void *state;
  service_rig_open(&state);
  conversation talk = {.rig = state};
  rt_bytes rest = {(const char *)data, size};
  for (int i = 0; i < MAX_REQUESTS && rest.length > 0; i++) {
    const rt_bytes part = next_part(&rest);
    if (!is_told(&talk, part)) ask(&talk, part);
  }
  come_back(&talk);
  service_rig_close(&state);
  return 0;
}
