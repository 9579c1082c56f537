// world.c: lets time pass in a world, and says what a seed means.
// SPDX-License-Identifier: MIT
#include "sim/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/world_state.h"

enum { HEALING_S = 720, LATE_COMERS_WITHIN_MS = 60000 };
enum { TOLD_EVERY = 256 };  // a fraction of a millisecond: whoever listens may want to stop

static const int64_t first_day_ms = 1772366400000;  // 2026-03-01T12:00:00Z

static const struct {
  const char *name, *sentence;
} rows[RT_FAULT_COUNT] = {
#define RT_FAULT(upper, lower, sentence) {lower, sentence},
#include "sim/faults.def"
};

const char *rt_fault_name(rt_world_fault fault) { return rows[fault].name; }
const char *rt_fault_sentence(rt_world_fault fault) { return rows[fault].sentence; }

bool rt_fault_find(rt_bytes name, rt_world_fault *fault) {
  for (rt_world_fault i = 0; i < RT_FAULT_COUNT; i++) {
    if (!rt_bytes_equal(name, rt_bytes_of(rows[i].name))) continue;
    *fault = i;
    return true;
  }
  return false;
}

// ---------------------------------------------------------------- chance

rt_millis rt_draw_between(rt_prng *chance, int64_t least_ms, int64_t most_ms) {
  return rt_ms(least_ms + (int64_t)rt_draw_below(rt_prng_next(chance), (uint32_t)(most_ms - least_ms + 1)));
}

bool rt_draw_permille(rt_prng *chance, uint32_t permille) {
  return rt_draw_below(rt_prng_next(chance), 1000) < permille;
}

bool rt_world_allows(const rt_world *world, rt_world_fault fault) {
  return !world->is_healing && rt_has_fault(world->options.faults, fault);
}

bool rt_world_strikes(rt_world *world, rt_world_fault fault, rt_prng *chance) {
  if (!rt_world_allows(world, fault) || !rt_draw_permille(chance, world->options.harshness_permille)) return false;
  rt_world_count_fault(world, fault);
  return true;
}

rt_world_options rt_world_options_of(uint64_t seed) {
  static const uint32_t harshness[] = {3, 10, 40, 100, 250};
  const rt_prng all = rt_prng_from_seed(seed);
  rt_prng chance = rt_prng_fork(&all, RT_BYTES("options"));
  rt_world_options options = {.seed = seed,
                              .healing_phase = rt_seconds(HEALING_S),
                              .declined_permille = 800,
                              .geo_permille = 400,
                              .taped_pages = 2};
  options.widgets = (uint32_t)rt_draw_between(&chance, 1, 40).ms;
  options.fault_phase = rt_ms(rt_draw_between(&chance, 5, 40).ms * 60000);
  options.harshness_permille = harshness[rt_draw_between(&chance, 0, 4).ms];
  for (rt_world_fault fault = 0; fault < RT_FAULT_COUNT; fault++) {
    if (rt_draw_permille(&chance, 500)) options.faults.bits |= rt_only_fault(fault).bits;
  }
  // Few worlds without what makes all the others hard to read.
  if (!rt_draw_permille(&chance, 200)) options.faults.bits &= ~rt_only_fault(RT_FAULT_OLD_API).bits;
  return options;
}

// ---------------------------------------------------------------- what the actors ask of the world

bool rt_world_is_over(const rt_world *world) {
  return world->result->violation.is_there || world->result->trouble[0] != '\0';
}

void rt_world_trouble(rt_world *world, const char *sentence) {
  if (world->result->trouble[0] != '\0') return;
  snprintf(world->result->trouble, sizeof world->result->trouble, "%s", sentence);
}

void rt_world_expect(rt_world *world, rt_millis after, rt_due_kind kind, uint32_t actor, uint32_t generation) {
  const rt_due due = {
      .at = rt_instant_after(world->now, after), .kind = kind, .actor = actor, .generation = generation};
  if (!rt_event_queue_add(&world->queue, &due))
    rt_world_trouble(world, "There is not enough memory for what is due in this world.");
}

rt_millis rt_world_length(const rt_world_options *options) {
  return rt_ms(options->fault_phase.ms + options->healing_phase.ms);
}

uint32_t rt_world_minutes_a_column(const rt_world_options *options) {
  const int64_t minutes = (rt_world_length(options).ms + 59999) / 60000;
  return minutes <= RT_REPORT_TIMES ? 1 : (uint32_t)((minutes + RT_REPORT_TIMES - 1) / RT_REPORT_TIMES);
}

uint32_t rt_time_column(const rt_world *world) {
  const int64_t column = world->now.ms / 60000 / rt_world_minutes_a_column(&world->options);
  return column < RT_REPORT_TIMES ? (uint32_t)column : RT_REPORT_TIMES - 1;  // the very last millisecond
}

void rt_world_count_fault(rt_world *world, rt_world_fault fault) {
  world->result->counts.faults[fault]++;
  world->result->counts.faults_over_time[rt_time_column(world)]++;
}

rt_wall rt_world_wall(const rt_world *world) { return (rt_wall){first_day_ms + world->now.ms + world->wall_offset.ms}; }

rt_instant rt_world_heals_at(const rt_world *world) { return (rt_instant){world->options.fault_phase.ms}; }

rt_truth *rt_world_truth(const rt_world *world, rt_bytes session) {
  rt_id id;
  return rt_id_read(session, RT_ID_SESSION, &id) ? rt_table_find(world->truths, &id) : NULL;
}

bool rt_world_tapes(const rt_world *world, const rt_page *page) {
  return page->index < world->options.taped_pages || page->index + 1 == world->options.also_taped;
}

void rt_kept_text_add(rt_kept_text *kept, rt_bytes text) {
  if (kept->length + text.length > kept->capacity) {
    const size_t capacity = (kept->length + text.length) * 2;
    char *grown = realloc(kept->text, capacity);
    kept->is_cut |= grown == NULL;
    if (grown == NULL) return;
    kept->text = grown;
    kept->capacity = capacity;
  }
  memcpy(kept->text + kept->length, text.data, text.length);
  kept->length += text.length;
}

rt_millis rt_wait_column_bound(uint32_t column) {
  int64_t bound = 8 << (column / 4);
  return rt_ms(bound + bound * (column % 4) / 4);
}

uint32_t rt_wait_column(rt_millis wait) {
  uint32_t column = 0;
  while (column + 1 < RT_REPORT_WAITS && rt_wait_column_bound(column).ms < wait.ms) column++;
  return column;
}

// ---------------------------------------------------------------- what happens to everybody

static void turn_outage(rt_world *world) {
  world->is_down = !world->is_down && rt_world_allows(world, RT_FAULT_OUTAGE);
  if (world->is_down) rt_world_count_fault(world, RT_FAULT_OUTAGE);
  const rt_millis after =
      world->is_down ? rt_draw_between(&world->chance, 3000, 240000) : rt_draw_between(&world->chance, 30000, 600000);
  rt_world_expect(world, after, RT_DUE_OUTAGE, 0, 0);
}

static void turn_crash(rt_world *world) {
  if (world->api.service == NULL) {
    rt_api_restart(world);
  } else if (rt_world_allows(world, RT_FAULT_CRASH)) {
    rt_world_count_fault(world, RT_FAULT_CRASH);
    rt_api_crash(world);
  }
  const bool is_up = world->api.service != NULL;
  rt_world_expect(world,
                  is_up ? rt_draw_between(&world->chance, 5000, 400000) : rt_draw_between(&world->chance, 200, 20000),
                  RT_DUE_CRASH, RT_ANY_MOMENT, 0);
}

// Crashes the life it was meant for, and what it left down comes up again.
static void turn_bad_moment(rt_world *world, uint32_t life) {
  if (world->api.service == NULL) {
    rt_api_restart(world);
  } else if (life == world->api.life && rt_world_allows(world, RT_FAULT_CRASH)) {
    rt_world_count_fault(world, RT_FAULT_CRASH);
    rt_api_crash(world);
    rt_world_expect(world, rt_draw_between(&world->chance, 200, 20000), RT_DUE_CRASH, RT_BAD_MOMENT, life);
  }
}

// A process that stays up keeps its own time, so its calendar may say anything; one that comes up again knows the age
// of what it kept by the calendar alone, so there the jumps are those of a clock that is being set right.
static void jump_wall(rt_world *world) {
  if (!rt_world_allows(world, RT_FAULT_WALL_JUMP)) return;
  rt_world_count_fault(world, RT_FAULT_WALL_JUMP);
  const bool may_restart =
      rt_has_fault(world->options.faults, RT_FAULT_CRASH) || rt_has_fault(world->options.faults, RT_FAULT_POWER_CUT);
  const int64_t most = may_restart ? 2000 : 7200000;
  world->wall_offset = rt_draw_between(&world->chance, -most, most);
  rt_world_expect(world, rt_draw_between(&world->chance, 20000, 400000), RT_DUE_WALL_JUMP, 0, 0);
}

static void heal(rt_world *world) {
  world->is_healing = true;
  world->is_down = false;
  rt_api_heals(world);
  for (uint32_t i = 0; i < world->page_count; i++) rt_page_heals(world, &world->pages[i]);
}

static bool is_current(const rt_world *world, const rt_due *due) {
  const rt_message *message = &world->messages[due->actor];
  return message->is_used && message->generation == due->generation;
}

static void take_due(rt_world *world, const rt_due *due) {
  switch (due->kind) {
    case RT_DUE_PAGE_OPENS:
      rt_page_open(world, &world->pages[due->actor]);
      break;
    case RT_DUE_PAGE_WAKES:
      rt_page_wakes(world, &world->pages[due->actor]);
      break;
    case RT_DUE_PAGE_CHANGES:
      rt_page_changes(world, &world->pages[due->actor]);
      break;
    case RT_DUE_VISITOR:
      rt_page_visitor_acts(world, &world->pages[due->actor]);
      break;
    case RT_DUE_PAGE_HAS_BODY:
      rt_page_has_body(world, &world->pages[due->actor]);
      break;
    case RT_DUE_VISITOR_LOOKS:
      rt_page_looks(&world->pages[due->actor]);
      break;
    case RT_DUE_PAGE_DRAWS:
      rt_page_draws(world, &world->pages[due->actor]);
      break;
    case RT_DUE_CONTAINER:
      rt_page_moves_container(world, &world->pages[due->actor]);
      break;
    case RT_DUE_PUBLISHER:
      rt_publisher_acts(world, &world->pages[due->actor]);
      break;
    case RT_DUE_REQUEST:
      if (is_current(world, due)) rt_network_request_arrives(world, due->actor);
      break;
    case RT_DUE_ANSWER:
      if (is_current(world, due)) rt_network_answer_arrives(world, due->actor);
      break;
    case RT_DUE_WAIT_OVER:
      if (is_current(world, due)) rt_api_wait_over(world, due->actor);
      break;
    case RT_DUE_COMMIT:
      rt_api_commit(world, due->generation);
      break;
    case RT_DUE_OUTAGE:
      turn_outage(world);
      break;
    case RT_DUE_CRASH:
      if (due->actor == RT_BAD_MOMENT) {
        turn_bad_moment(world, due->generation);
      } else {
        turn_crash(world);
      }
      break;
    case RT_DUE_RESTART:
      rt_api_restart(world);
      break;
    case RT_DUE_DISK:
      rt_api_turn_disk(world);
      break;
    case RT_DUE_WALL_JUMP:
      jump_wall(world);
      break;
    case RT_DUE_HEALING:
      heal(world);
      break;
  }
}

// ---------------------------------------------------------------- a whole world

bool rt_world_begin(rt_world *world, const rt_world_options *options, rt_led *led, rt_world_result *result) {
  *world = (rt_world){.options = *options,
                      .led = led,
                      .result = result,
                      .free_message = RT_NOBODY,
                      .chance = rt_prng_from_seed(options->seed)};
  world->page_count = options->widgets + (options->widgets + 3) / 4;
  world->pages = calloc(world->page_count, sizeof *world->pages);
  world->truths = rt_table_open(sizeof(rt_truth), 1u << 22);
  world->scratch_memory = malloc(RT_SCRATCH_MEMORY);
  if (world->pages == NULL || world->truths == NULL || world->scratch_memory == NULL || !rt_api_open(world)) {
    rt_world_trouble(world, "There is not enough memory for this world.");
    return false;
  }
  world->scratch = rt_arena_over(world->scratch_memory, RT_SCRATCH_MEMORY);
  return true;
}

void rt_world_end(rt_world *world) {
  for (uint32_t i = 0; world->pages != NULL && i < world->page_count; i++) rt_page_close(&world->pages[i]);
  rt_api_close(world);
  rt_network_close(world);
  rt_event_queue_close(&world->queue);
  rt_table_close(world->truths);
  free(world->pages);
  free(world->replay);
  free(world->scratch_memory);
}

static void expect_everything(rt_world *world) {
  const rt_world_options *options = &world->options;
  for (uint32_t i = 0; i < world->page_count; i++) {
    rt_page_make(world, i);
    rt_page *page = &world->pages[i];
    page->is_late_comer = i >= options->widgets;
    const int64_t opens = page->is_late_comer
                              ? options->fault_phase.ms + rt_draw_between(&page->chance, 0, LATE_COMERS_WITHIN_MS).ms
                              : rt_draw_between(&page->chance, 0, options->fault_phase.ms / 2).ms;
    rt_world_expect(world, rt_ms(opens), RT_DUE_PAGE_OPENS, i, 0);
  }
  if (rt_has_fault(options->faults, RT_FAULT_OUTAGE))
    rt_world_expect(world, rt_draw_between(&world->chance, 0, 300000), RT_DUE_OUTAGE, 0, 0);
  if (rt_has_fault(options->faults, RT_FAULT_CRASH))
    rt_world_expect(world, rt_draw_between(&world->chance, 0, 300000), RT_DUE_CRASH, RT_ANY_MOMENT, 0);
  if (rt_has_fault(options->faults, RT_FAULT_BROKEN_DISK))
    rt_world_expect(world, rt_draw_between(&world->chance, 0, 300000), RT_DUE_DISK, 0, 0);
  if (rt_has_fault(options->faults, RT_FAULT_WALL_JUMP))
    rt_world_expect(world, rt_draw_between(&world->chance, 0, 300000), RT_DUE_WALL_JUMP, 0, 0);
  rt_world_expect(world, options->fault_phase, RT_DUE_HEALING, 0, 0);
}

// Whether the world is to go on.
static bool tell(const rt_world *world, rt_instant end) {
  const rt_world_listener *listener = world->listener;
  if (listener == NULL || listener->tell == NULL) return true;
  return listener->tell(listener->self, (uint32_t)(world->now.ms * 1000 / end.ms));
}

enum { LINE = 64, AHEAD = 3, HOT_EMBED = 768 };

static void fetch(const void *memory, size_t length) {
  for (size_t at = 0; at < length; at += LINE) __builtin_prefetch((const char *)memory + at);
}

// Of a hundred thousand widgets none is in the processor's cache when its turn comes. What the entries behind this one
// concern is fetched meanwhile: first where it lies, then what is in it.
static void fetch_ahead(const rt_world *world) {
  const rt_due *far = rt_event_queue_ahead(&world->queue, 2 * AHEAD),
               *near = rt_event_queue_ahead(&world->queue, AHEAD);
  if (far != NULL && far->kind >= RT_DUE_FIRST_OF_MESSAGE && far->kind <= RT_DUE_LAST_OF_MESSAGE) {
    fetch(&world->messages[far->actor], sizeof(rt_message));
  } else if (far != NULL && far->kind <= RT_DUE_LAST_OF_PAGE) {
    fetch(&world->pages[far->actor], sizeof(rt_page));
  }
  if (near == NULL) return;
  if (near->kind >= RT_DUE_FIRST_OF_MESSAGE && near->kind <= RT_DUE_LAST_OF_MESSAGE) {
    const rt_message *message = &world->messages[near->actor];
    fetch(message->bytes, message->url_length);
    fetch(&world->pages[message->owner], sizeof(rt_page));
    fetch(world->pages[message->owner].memory, near->kind == RT_DUE_ANSWER ? HOT_EMBED : 0);
  } else if (near->kind <= RT_DUE_LAST_OF_PAGE) {
    fetch(world->pages[near->actor].memory, HOT_EMBED);
  }
}

void rt_world_pass(rt_world *world, rt_instant end) {
  uint32_t passed = 0;
  for (rt_due due; !rt_world_is_over(world) && rt_event_queue_peek(&world->queue, &due) && due.at.ms <= end.ms;) {
    rt_event_queue_take(&world->queue, &due);
    world->now = due.at;
    fetch_ahead(world);
    take_due(world, &due);
    if (++passed % TOLD_EVERY == 0 && !tell(world, end)) {
      world->result->is_stopped = true;
      return;
    }
  }
  if (!rt_world_is_over(world)) world->now = end;
}

// Adds up the pages.
static void count_pages(rt_world *world) {
  rt_world_counts *counts = &world->result->counts;
  counts->worlds = 1;
  for (uint32_t i = 0; i < world->page_count; i++) {
    const rt_page *page = &world->pages[i];
    if (page->tab == RT_TAB_UNOPENED) continue;
    counts->fingerprint = (counts->fingerprint ^ page->watch.fingerprint) * 1099511628211u;
    const uint32_t column = page->watch.requests / 10;
    counts->requests[column < RT_REPORT_REQUESTS ? column : RT_REPORT_REQUESTS - 1]++;
  }
}

// What is over and went well is a whole tape; any other stays open at its end.
static void end_tapes(rt_world *world) {
  for (uint32_t i = 0; i < world->page_count; i++) {
    if (world->pages[i].tape != NULL) rt_tape_end(world->pages[i].tape);
  }
}

static void play(const rt_world_options *options, const rt_world_listener *listener, rt_world_result *result) {
  memset(result, 0, sizeof *result);
  result->page = RT_NO_PAGE;
  rt_world *world = malloc(sizeof *world);
  if (world == NULL) {
    snprintf(result->trouble, sizeof result->trouble, "There is not enough memory for this world.");
    return;
  }
  if (rt_world_begin(world, options, NULL, result)) {
    world->listener = listener;
    expect_everything(world);
    rt_world_pass(world, (rt_instant){rt_world_length(options).ms});
    if (!rt_world_is_over(world) && !result->is_stopped) rt_api_end(world);
    if (!rt_world_is_over(world) && !result->is_stopped) rt_watch_end(world);
    if (!rt_world_is_over(world)) end_tapes(world);
    for (uint32_t i = 0; i < world->page_count; i++) rt_watch_tape(world, &world->pages[i]);
    count_pages(world);
  }
  rt_world_end(world);
  free(world);
}

void rt_world_run(const rt_world_options *options, const rt_world_listener *listener, rt_world_result *result) {
  play(options, listener, result);
  const rt_violation found = result->violation;
  if (!found.is_there || found.tail[0] != '\0' || found.page == RT_NOBODY) return;
  // The same world once more, with a tape of the page it happened to.
  rt_world_options again = *options;
  again.also_taped = found.page + 1;
  play(&again, NULL, result);
}

void rt_world_counts_add(rt_world_counts *sum, const rt_world_counts *more) {
  uint64_t *to = (uint64_t *)sum;
  const uint64_t *from = (const uint64_t *)more;
  for (size_t i = 0; i < sizeof *sum / sizeof *to; i++) to[i] += from[i];
}
