// network.c: carries messages to the API and answers back, late, twice, damaged or never.
// What is in a message is its sender's business, but for the few fields that an old API would not have.
// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/world_state.h"

enum { LEAST_LATENCY_MS = 12, MOST_LATENCY_MS = 90, SLOW_MS = 9000 };

static const char api_base[] = "https://api.example";

// ---------------------------------------------------------------- places for messages

static uint32_t take_place(rt_world *world) {
  if (world->free_message != RT_NOBODY) {
    const uint32_t place = world->free_message;
    world->free_message = world->messages[place].next;
    return place;
  }
  if (world->message_count == world->message_capacity) {
    const uint32_t capacity = world->message_capacity == 0 ? 256 : world->message_capacity * 2;
    rt_message *messages = realloc(world->messages, capacity * sizeof *messages);
    if (messages == NULL) {
      rt_world_trouble(world, "There is not enough memory for the messages of this world.");
      return RT_NOBODY;
    }
    memset(messages + world->message_capacity, 0, (capacity - world->message_capacity) * sizeof *messages);
    world->messages = messages;
    world->message_capacity = capacity;
  }
  return world->message_count++;
}

static void give_back(rt_world *world, uint32_t place) {
  rt_message *message = &world->messages[place];
  message->generation++;
  message->is_used = false;
  message->next = world->free_message;
  world->free_message = place;
}

void rt_network_close(rt_world *world) {
  for (uint32_t i = 0; i < world->message_count; i++) {
    free(world->messages[i].bytes);
    free(world->messages[i].answer);
  }
  free(world->messages);
}

// Copies two texts into a buffer that grows. False: no memory.
static bool copy_into(char **buffer, size_t *capacity, rt_bytes first, rt_bytes second) {
  const size_t length = first.length + second.length;
  if (length > *capacity) {
    char *grown = realloc(*buffer, length);
    if (grown == NULL) return false;
    *buffer = grown;
    *capacity = length;
  }
  if (first.length > 0) memcpy(*buffer, first.data, first.length);
  if (second.length > 0) memcpy(*buffer + first.length, second.data, second.length);
  return true;
}

bool rt_network_knows(rt_bytes url) { return rt_bytes_start_with(url, rt_bytes_of(api_base)); }

// What follows the base of a URL. A story may have its widget ask another API, which is not in this world.
static rt_bytes path_of(rt_bytes url) {
  const rt_bytes version = RT_BYTES("/v1/");
  size_t at = rt_network_knows(url) ? sizeof api_base - 1 : 0;
  while (at < url.length && !rt_bytes_start_with(rt_bytes_skip(url, at), version)) at++;
  return rt_bytes_skip(url, at);
}

rt_route rt_route_of(rt_bytes url, bool is_post) {
  static const struct {
    const char *path;
    rt_route get, post;
  } rows[] = {{"/v1/widget-decline/session", RT_ROUTE_POLL, RT_ROUTE_SESSION},
              {"/v1/widget-decline/trigger", RT_ROUTE_TRIGGER, RT_ROUTE_TRIGGER},
              {"/v1/decision", RT_ROUTE_DECISION, RT_ROUTE_DECISION},
              {"/v1/offers", RT_ROUTE_OFFERS, RT_ROUTE_OFFERS},
              {"/v1/events/impression", RT_ROUTE_IMPRESSION, RT_ROUTE_IMPRESSION},
              {"/v1/events/click", RT_ROUTE_CLICK, RT_ROUTE_CLICK},
              {"/v1/snippet-ping", RT_ROUTE_SNIPPET_PING, RT_ROUTE_SNIPPET_PING},
              {"/v1/r?", RT_ROUTE_REDIRECT, RT_ROUTE_REDIRECT}};
  const rt_bytes path = path_of(url);
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    if (rt_bytes_start_with(path, rt_bytes_of(rows[i].path))) return is_post ? rows[i].post : rows[i].get;
  }
  return RT_ROUTE_COUNT;
}

// ---------------------------------------------------------------- on the way out

static rt_prng *chance_of(rt_world *world, const rt_message *message) {
  return &world->pages[message->owner].network_chance;
}

static rt_millis latency(rt_world *world, rt_prng *chance) {
  if (world->led != NULL) return world->led->latency;
  const rt_millis usual = rt_draw_between(chance, LEAST_LATENCY_MS, MOST_LATENCY_MS);
  if (!rt_world_strikes(world, RT_FAULT_LATENCY, chance)) return usual;
  return rt_ms(usual.ms + rt_draw_between(chance, 0, SLOW_MS).ms);
}

static uint32_t make(rt_world *world, const rt_sending *sending) {
  const uint32_t place = take_place(world);
  if (place == RT_NOBODY) return place;
  rt_message *message = &world->messages[place];
  const rt_message old = *message;
  *message = (rt_message){.generation = old.generation,
                          .next = RT_NOBODY,
                          .after = RT_NOBODY,
                          .asker = sending->asker,
                          .route = rt_route_of(sending->url, sending->is_post),
                          .owner = sending->owner,
                          .site = sending->site,
                          .number = sending->number,
                          .is_post = sending->is_post,
                          .order = RT_NOBODY,
                          .is_used = true,
                          .bytes = old.bytes,
                          .capacity = old.capacity,
                          .answer = old.answer,
                          .answer_capacity = old.answer_capacity,
                          .url_length = sending->url.length,
                          .body_length = sending->body.length,
                          .sent_at = world->now};
  if (!copy_into(&message->bytes, &message->capacity, sending->url, sending->body)) {
    rt_world_trouble(world, "There is not enough memory for the messages of this world.");
  }
  return place;
}

static void expect(rt_world *world, uint32_t place, rt_due_kind kind, rt_millis after) {
  rt_world_expect(world, after, kind, place, world->messages[place].generation);
}

// The same request once more; nobody listens to what it is answered.
static void send_echo(rt_world *world, const rt_sending *sending, rt_prng *chance) {
  const uint32_t echo = make(world, sending);
  if (echo == RT_NOBODY) return;
  world->messages[echo].is_echo = true;
  expect(world, echo, RT_DUE_REQUEST, latency(world, chance));
}

void rt_network_send(rt_world *world, const rt_sending *sending) {
  rt_page *page = &world->pages[sending->owner];
  const uint32_t place = make(world, sending);
  if (place == RT_NOBODY) return;
  world->result->counts.requests_over_time[rt_time_column(world)]++;
  rt_prng *chance = &page->network_chance;
  if (sending->asker == RT_ASKER_EMBED) {
    world->messages[place].next = page->requests;
    page->requests = place;
    if (!page->is_online) {
      expect(world, place, RT_DUE_ANSWER, world->led != NULL ? rt_ms(2) : rt_draw_between(chance, 1, 6));
      return;
    }
  }
  if (world->led != NULL && !rt_led_lets_go(world, place)) {
    expect(world, place, RT_DUE_ANSWER, rt_ms(2 * world->led->latency.ms));
    return;
  }
  if (rt_world_strikes(world, RT_FAULT_LOST_REQUEST, chance)) {
    expect(world, place, RT_DUE_ANSWER, rt_draw_between(chance, 50, 5000));
    return;
  }
  const bool is_doubled = rt_world_strikes(world, RT_FAULT_DUPLICATE, chance);
  expect(world, place, RT_DUE_REQUEST, latency(world, chance));
  if (is_doubled) send_echo(world, sending, chance);
}

// Takes a message out of its page's list.
static void unlink_from_page(rt_world *world, uint32_t place) {
  rt_message *message = &world->messages[place];
  if (message->asker != RT_ASKER_EMBED || message->is_echo) return;
  uint32_t *link = &world->pages[message->owner].requests;
  while (*link != RT_NOBODY && *link != place) link = &world->messages[*link].next;
  if (*link == place) *link = message->next;
}

// Its sender no longer listens. What is at the API stays there until the API lets go of it; the rest is stale.
static void abandon(rt_world *world, uint32_t place) {
  rt_message *message = &world->messages[place];
  unlink_from_page(world, place);
  message->is_cancelled = true;
  if (message->is_waiting) {
    rt_api_forget(world, place);
    give_back(world, place);
  }
}

void rt_network_cancel(rt_world *world, rt_page *page, int32_t number) {
  for (uint32_t at = page->requests; at != RT_NOBODY; at = world->messages[at].next) {
    if (world->messages[at].number != number) continue;
    abandon(world, at);
    return;
  }
}

void rt_network_drop_all(rt_world *world, rt_page *page, bool are_failures_told) {
  while (page->requests != RT_NOBODY) {
    const uint32_t place = page->requests;
    const int32_t number = world->messages[place].number;
    abandon(world, place);
    if (!are_failures_told) continue;
    rt_message failed = {.owner = page->index, .number = number, .asker = RT_ASKER_EMBED};
    rt_page_answered(world, page, &failed);
  }
}

void rt_network_break(rt_world *world, uint32_t place) {
  rt_api_forget(world, place);
  world->messages[place].is_waiting = world->messages[place].is_at_api = false;
  world->messages[place].generation++;  // the end of its wait is stale now
  world->messages[place].status = 0;
  expect(world, place, RT_DUE_ANSWER, rt_ms(2));
}

// ---------------------------------------------------------------- faults on the way

// The API's own load balancer speaks instead of it.
static bool strikes_at_the_edge(rt_world *world, uint32_t place) {
  static const int passing[] = {429, 408, 425}, broken[] = {500, 502, 503, 504};
  static const int final[] = {400, 401, 403, 404, 405, 410, 451};
  rt_message *message = &world->messages[place];
  rt_prng *chance = chance_of(world, message);
  const bool is_publisher = message->asker == RT_ASKER_PUBLISHER;
  int status = 0;
  rt_bytes body = RT_BYTES("{\"code\":\"from_the_edge\"}");
  if (!is_publisher && rt_world_strikes(world, RT_FAULT_WRONG_TYPE, chance)) {
    rt_network_answer(world, place, 200, RT_BYTES_NONE,
                      RT_BYTES("<!doctype html><title>Welcome to Hotel Wi-Fi</title>"));
    world->messages[place].is_damaged = true;
    return true;
  }
  if (rt_world_strikes(world, RT_FAULT_SERVER_ERROR, chance)) {
    status = broken[rt_draw_between(chance, 0, 3).ms];
    body = RT_BYTES("<html><body>Bad gateway</body></html>");
  } else if (rt_world_strikes(world, RT_FAULT_RATE_LIMITED, chance)) {
    status = passing[rt_draw_between(chance, 0, 2).ms];
  } else if (message->asker == RT_ASKER_EMBED && rt_world_strikes(world, RT_FAULT_REFUSED, chance)) {
    status = final[rt_draw_between(chance, 0, 6).ms];
  }
  if (status == 0) return false;
  static const char *const when[] = {"", "0", "1", "7", "30", "400", "Wed, 21 Oct 2015 07:28:00 GMT", "-3", "soon"};
  rt_network_answer(world, place, status, rt_bytes_of(when[rt_draw_between(chance, 0, 8).ms]), body);
  return true;
}

void rt_network_request_arrives(rt_world *world, uint32_t place) {
  rt_message *message = &world->messages[place];
  rt_prng *chance = chance_of(world, message);
  if (world->is_down || world->api.service == NULL) {
    rt_network_answer(world, place, 0, RT_BYTES_NONE, RT_BYTES_NONE);
  } else if (message->asker == RT_ASKER_EMBED && !message->is_echo && !message->is_cancelled &&
             rt_world_strikes(world, RT_FAULT_STALL, chance)) {
    message->is_waiting = true;  // until its sender loses patience
  } else if (world->led != NULL && rt_led_intercepts(world, place)) {
    return;
  } else if (!strikes_at_the_edge(world, place)) {
    message->is_at_api = true;
    rt_api_take(world, place);
  }
}

// Where a member's value ends that begins at `at`: at the comma or the bracket behind it.
static size_t end_of_value(const char *text, size_t length, size_t at) {
  bool is_quoted = false;
  for (int depth = 0; at < length; at++) {
    const char c = text[at];
    if (c == '"') is_quoted = !is_quoted;
    if (is_quoted && c == '\\') at++;
    if (is_quoted || c == '"') continue;
    if (depth == 0 && (c == ',' || c == '}' || c == ']')) return at;
    depth += (c == '{' || c == '[') - (c == '}' || c == ']');
  }
  return length;
}

// Takes every member of that name out of its object, in which it is not the first one. False: there is none.
static bool take_out(rt_message *message, const char *name) {
  char wanted[32];
  const size_t length = (size_t)snprintf(wanted, sizeof wanted, ",\"%s\":", name);
  char *answer = message->answer;
  bool is_found = false;
  for (size_t at = 0; at + length < message->answer_length;) {
    if (memcmp(answer + at, wanted, length) != 0) {
      at++;
      continue;
    }
    const size_t end = end_of_value(answer, message->answer_length, at + length);
    memmove(answer + at, answer + end, message->answer_length - end);
    message->answer_length -= end - at;
    is_found = true;
  }
  return is_found;
}

// An API that knows only what is documented, or one of a story that leaves out what it may.
static void make_old(rt_world *world, rt_message *message) {
  static const struct {
    rt_route route;
    const char *name;
  } fields[RT_STORY_FIELD_COUNT] = {
#define RT_STORY_FIELD(request, name) {RT_ROUTE_##request, #name},
#include "sim/sentences.def"
  };
  const bool is_old = rt_has_fault(world->options.faults, RT_FAULT_OLD_API);
  bool is_older = false;
  for (size_t i = 0; i < RT_STORY_FIELD_COUNT; i++) {
    const bool is_left_out = is_old || (world->led != NULL && world->led->never_says[i]);
    if (is_left_out && message->route == fields[i].route) is_older |= take_out(message, fields[i].name);
  }
  if (is_older) rt_world_count_fault(world, RT_FAULT_OLD_API);
}

// Breaks a body so that it can no longer be taken for the answer it was.
static void damage(rt_message *message, rt_prng *chance) {
  message->is_damaged = true;
  static const char *const others[] = {
      "", "null", "[]", "{}", "0", "\"ok\"", "{\"status\":7}", "{\"offers\":{}}", "{\"sessionId\":\"\"}"};
  const int64_t way = rt_draw_between(chance, 0, 11).ms;
  if (way < 9 || message->answer_length < 2) {
    const rt_bytes other = rt_bytes_of(others[way < 9 ? way : 0]);
    message->answer_length = 0;
    if (copy_into(&message->answer, &message->answer_capacity, other, RT_BYTES_NONE))
      message->answer_length = other.length;
  } else if (way == 9) {
    message->answer[0] = '[';
  } else if (way == 10) {
    message->answer[message->answer_length - 1] = '\0';
  } else {
    memset(message->answer + 1, 0xff, 1);
  }
}

static void inflate(rt_message *message) {
  static char large[RT_MAX_BODY_LENGTH + 1];
  memset(large, ' ', sizeof large);
  message->is_damaged = true;
  if (copy_into(&message->answer, &message->answer_capacity, (rt_bytes){large, sizeof large}, RT_BYTES_NONE)) {
    message->answer_length = sizeof large;
  }
}

void rt_network_answer(rt_world *world, uint32_t place, int status, rt_bytes retry_after, rt_bytes body) {
  rt_message *message = &world->messages[place];
  message->is_waiting = message->is_held = message->is_at_api = false;
  if (message->is_cancelled || message->is_echo) {
    give_back(world, place);
    return;
  }
  rt_prng *chance = chance_of(world, message);
  message->status = status;
  message->answer_length = 0;
  snprintf(message->retry_after, sizeof message->retry_after, "%.*s", (int)retry_after.length, retry_after.data);
  if (copy_into(&message->answer, &message->answer_capacity, body, RT_BYTES_NONE)) message->answer_length = body.length;
  make_old(world, message);
  if (world->led != NULL) rt_led_spoils(world, place);
  rt_millis after = latency(world, chance);
  if (rt_world_strikes(world, RT_FAULT_LOST_ANSWER, chance)) {
    message->status = 0;
    after = rt_draw_between(chance, 100, 8000);
  } else if (message->asker == RT_ASKER_EMBED) {
    if (rt_world_strikes(world, RT_FAULT_TRUNCATED, chance) && message->answer_length > 0) {
      message->answer_length = (size_t)rt_draw_between(chance, 0, (int64_t)message->answer_length - 1).ms;
      message->is_damaged = true;
    }
    if (rt_world_strikes(world, RT_FAULT_MALFORMED, chance)) damage(message, chance);
    if (rt_world_strikes(world, RT_FAULT_OVERSIZED, chance)) inflate(message);
  }
  expect(world, place, RT_DUE_ANSWER, after);
}

void rt_network_answer_arrives(rt_world *world, uint32_t place) {
  rt_message message = world->messages[place];
  if (message.is_cancelled || message.is_echo) {
    give_back(world, place);
    return;
  }
  unlink_from_page(world, place);
  rt_page *page = &world->pages[message.owner];
  if (message.asker == RT_ASKER_EMBED) {
    if (!page->is_online) message.status = 0;
    rt_page_answered(world, page, &message);
  } else if (message.asker == RT_ASKER_PUBLISHER) {
    rt_publisher_answered(world, page, &message);
  }
  give_back(world, place);
}
