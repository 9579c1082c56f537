// led_world.c: goes through a story, sentence by sentence, and says where it turns out otherwise; and does to requests and
// answers what a story wants done to them.
// What the actors do when nobody tells them anything is in their own files.
// SPDX-License-Identifier: MIT
#include "sim/led_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/world_state.h"

rt_led_memory rt_led_memory_whole(void) { return (rt_led_memory){RT_EMBED_MEMORY, RT_SCRATCH_MEMORY}; }

// ---------------------------------------------------------------- on the way to the API and back

bool rt_led_lets_go(rt_world *world, uint32_t place) {
  rt_led *led = world->led;
  rt_message *message = &world->messages[place];
  if (!rt_network_knows((rt_bytes){message->bytes, message->url_length})) return false;
  for (uint32_t i = 0; i < led->order_count; i++) {
    if (led->orders[i].is_taken || led->orders[i].route != message->route) continue;
    led->orders[i].is_taken = true;
    message->order = i;
    return led->orders[i].kind != RT_ORDER_LOSE;
  }
  return true;
}

static const rt_order *order_of(const rt_world *world, uint32_t place) {
  const uint32_t number = world->messages[place].order;
  return number == RT_NOBODY ? NULL : &world->led->orders[number];
}

static void answer_instead(rt_world *world, uint32_t place, const rt_order *answer) {
  if (answer->status < 300) world->led->has_lied = true;
  rt_network_answer(world, place, answer->status, answer->retry_after, answer->body);
}

bool rt_led_intercepts(rt_world *world, uint32_t place) {
  const rt_order *ordered = order_of(world, place);
  const rt_order of_edge = {.status = world->led->edge_status};
  if (ordered != NULL && ordered->kind == RT_ORDER_ANSWER) {
    answer_instead(world, place, ordered);
  } else if (of_edge.status != 0) {
    answer_instead(world, place, &of_edge);
  } else if (ordered != NULL && ordered->kind == RT_ORDER_STALL) {
    world->messages[place].is_waiting = true;  // until its sender loses patience
  } else {
    return false;
  }
  return true;
}

void rt_led_spoils(rt_world *world, uint32_t place) {
  const rt_order *ordered = order_of(world, place);
  rt_message *message = &world->messages[place];
  if (ordered == NULL) return;
  if (ordered->kind == RT_ORDER_LOSE_ANSWER) message->status = 0;
  if (ordered->kind == RT_ORDER_CUT_SHORT) {
    message->answer_length /= 2;
    message->is_damaged = true;
  }
}

// ---------------------------------------------------------------- a whole story

static void use_defaults(rt_led *led) {
  const rt_sentence host = {.kind = RT_SENTENCE_page_is_on, .text = RT_BYTES("shop.example")};
  *led = (rt_led){.seed = 1, .page_language = RT_BYTES("en"), .window = {1280, 720}, .latency = rt_ms(20), .offers = 2};
  led->container = (rt_room){.is_there = true, .is_fluid = true};
  rt_led_doing_of(RT_SENTENCE_page_is_on)->set(led, &host);
}

static void fail(rt_led_result *result, rt_led_outcome outcome, const rt_sentence *said, const char *what) {
  result->outcome = outcome;
  result->line = said->line;
  snprintf(result->sentence, sizeof result->sentence, "%s", what);
}

static void fail_by_violation(rt_led_result *result, const rt_sentence *said, const rt_violation *violation) {
  if (!violation->is_there) return;
  char what[400];
  const rt_bytes happened = rt_bytes_of(violation->what);
  const bool has_stop = rt_bytes_end_with(happened, RT_BYTES("."));  // whoever prints it puts one
  snprintf(what, sizeof what, "at %lld ms, after this line: %s (%s). %.*s", (long long)violation->at.ms,
           rt_invariant_name(violation->invariant), rt_invariant_claim(violation->invariant),
           (int)(happened.length - has_stop), happened.data);
  fail(result, RT_LED_BROKEN, said, what);
}

static void go_through(rt_world *world, const rt_story *story, rt_led_result *result) {
  const rt_sentence *said = story->sentences;
  for (uint32_t i = 0; i < story->count && result->outcome == RT_LED_PLAYED && !rt_world_is_over(world); i++) {
    const rt_sentence *next = &story->sentences[i];
    if (rt_led_doing_of(next->kind)->act == NULL) continue;
    if (next->at.ms > 0) rt_world_pass(world, (rt_instant){next->at.ms - 1});
    if (rt_world_is_over(world)) break;
    said = next;
    world->now = next->at;
    if (!rt_led_doing_of(next->kind)->act(world, next)) fail(result, RT_LED_FAILED, next, world->led->why);
    if (rt_sentence_row_of(next->kind)->group == RT_SENTENCE_END) break;  // a span may go on for longer
  }
  rt_watch_tape(world, &world->pages[0]);
  fail_by_violation(result, said, &world->result->violation);
}

static void look_back(rt_world *world, rt_led_result *result) {
  rt_page *page = &world->pages[0];
  result->requests = world->result->counts.commands[RT_COMMAND_SEND_HTTP];
  if (page->host.embed != NULL) snprintf(result->state, sizeof result->state, "%s", rt_embed_state(page->host.embed));
  if (page->kept == NULL) return;
  result->tape = page->kept->text;
  result->tape_length = page->kept->length;
  page->kept->text = NULL;
  page->kept->capacity = page->kept->length = 0;
}

static void lead(rt_world *world, const rt_story *story, rt_led_memory memory, rt_led_result *result) {
  rt_world_result *outcome = world->result;
  rt_led *led = world->led;
  use_defaults(led);
  led->memory = memory;
  for (uint32_t i = 0; i < story->count; i++) {
    const rt_sentence *said = &story->sentences[i];
    const rt_led_doing *doing = rt_led_doing_of(said->kind);
    if (doing->set != NULL) doing->set(led, said);
  }
  const rt_world_options options = {.seed = led->seed, .widgets = 1, .taped_pages = 1};
  if (rt_world_begin(world, &options, led, outcome)) {
    rt_page_make(world, 0);
    world->scratch = rt_arena_over(world->scratch_memory, memory.scratch);
    go_through(world, story, result);
    look_back(world, result);
  }
  if (outcome->trouble[0] != '\0') {
    result->outcome = led->opened == RT_OK ? RT_LED_TROUBLE : RT_LED_REFUSED;
    result->status = led->opened;
    snprintf(result->sentence, sizeof result->sentence, "%s", outcome->trouble);
  }
  rt_world_end(world);
}

void rt_led_world_play(const rt_story *story, rt_led_memory memory, rt_led_result *result) {
  *result = (rt_led_result){.outcome = RT_LED_PLAYED};
  rt_world *world = calloc(1, sizeof *world);
  rt_world_result *outcome = calloc(1, sizeof *outcome);
  rt_led *led = calloc(1, sizeof *led);
  if (world == NULL || outcome == NULL || led == NULL) {
    result->outcome = RT_LED_TROUBLE;
    snprintf(result->sentence, sizeof result->sentence, "There is no memory left.");
  } else {
    world->result = outcome;
    world->led = led;
    lead(world, story, memory, result);
  }
  free(led);
  free(outcome);
  free(world);
}

void rt_led_result_free(rt_led_result *result) {
  free(result->tape);
  *result = (rt_led_result){0};
}
