// api_life.c: the API starts, makes batches durable when the world says so, dies, and comes up again on what its store
// kept. What it must not lose by that is checked by invariants.c; how it answers is api.c's business.
// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>

#include "sim/world_state.h"

enum { RETRY_COMMIT_MS = 250 };  // as the server does

static void fill_seeded(void *self, void *bytes, size_t length) {
  rt_prng *entropy = self;
  for (size_t i = 0; i < length; i++) ((unsigned char *)bytes)[i] = (unsigned char)rt_prng_next(entropy).value;
}

rt_instant rt_api_now(const rt_world *world) { return rt_instant_after(world->now, rt_ms(world->api.clock_skew.ms)); }

static void die(rt_world *world) {
  if (!rt_api_store_crash(world->api.store))
    rt_world_trouble(world, "There is not enough memory for this world's disk.");
}

// ---------------------------------------------------------------- starting

static bool start(rt_world *world, rt_api_store_reason *why) {
  rt_api *api = &world->api;
  const rt_service_config config = {
      .public_url = RT_BYTES("https://api.example"), .rate = rt_rate_policy_default, .locator = rt_api_locator(world)};
  const rt_entropy entropy = {.self = &api->entropy, .fill = fill_seeded};
  api->life++;
  api->is_commit_due = api->has_commit_failed = false;
  api->durable = 0;
  api->clock_skew.ms = rt_draw_between(&api->chance, 1000, 90000000).ms - world->now.ms;
  if (!rt_api_store_open(api->store, rt_world_wall(world), why)) return false;
  const rt_store store = rt_api_store_interface(api->store);
  const rt_status status = rt_service_open(&config, rt_api_store_keys(api->store), &store, &entropy, rt_api_now(world),
                                           rt_world_wall(world), &api->service);
  if (status == RT_OK) return true;
  snprintf(why->text, sizeof why->text, "%s", rt_status_sentence(status));
  die(world);
  return false;
}

bool rt_api_open(rt_world *world) {
  rt_api *api = &world->api;
  rt_api_store_reason why;
  api->entropy = rt_prng_fork(&world->chance, RT_BYTES("entropy"));
  api->chance = rt_prng_fork(&world->chance, RT_BYTES("api"));
  api->held = RT_NOBODY;
  api->store = rt_api_store_make(world->options.store, (rt_entropy){&api->entropy, fill_seeded},
                                 rt_prng_fork(&world->chance, RT_BYTES("store")), rt_world_wall(world));
  api->waiting = rt_table_open(sizeof(uint32_t), 1u << 20);
  api->scratch_memory = malloc(RT_SERVICE_SCRATCH);
  if (api->store == NULL || api->waiting == NULL || api->scratch_memory == NULL) return false;
  api->scratch = rt_arena_over(api->scratch_memory, RT_SERVICE_SCRATCH);
  return rt_api_add_catalog(world) && start(world, &why);
}

void rt_api_close(rt_world *world) {
  rt_api *api = &world->api;
  if (api->service != NULL) rt_service_close(api->service);
  rt_table_close(api->waiting);
  rt_api_store_free(api->store);
  free(api->scratch_memory);
}

// ---------------------------------------------------------------- dying and coming back

void rt_api_crash(rt_world *world) {
  rt_api *api = &world->api;
  if (api->service == NULL) return;
  world->result->counts.crashes++;
  rt_service_close(api->service);
  api->service = NULL;
  api->held = RT_NOBODY;
  die(world);
  rt_table_close(api->waiting);
  api->waiting = rt_table_open(sizeof(uint32_t), 1u << 20);
  for (uint32_t i = 0; i < world->message_count; i++) {  // every connection breaks
    if (world->messages[i].is_used && world->messages[i].is_at_api)
      rt_network_answer(world, i, 0, RT_BYTES_NONE, RT_BYTES_NONE);
  }
}

static void look_at_database(rt_world *world) {
  rt_api *api = &world->api;
  rt_api_store_reason why = {""};
  const bool is_sound = rt_api_store_is_sound(api->store, &why);
  rt_watch_database(world, is_sound, why.text);
}

void rt_api_restart(rt_world *world) {
  rt_api *api = &world->api;
  rt_api_store_reason why = {""};
  if (api->service != NULL) return;
  if (!start(world, &why)) {
    if (!api->is_disk_broken) rt_watch_database(world, false, why.text);
    rt_world_expect(world, rt_draw_between(&api->chance, 1000, 5000), RT_DUE_RESTART, 0, 0);
    return;
  }
  rt_watch_restart(world);
  if (rt_api_store_is_checked(api->store) && !api->is_disk_broken) look_at_database(world);
}

void rt_api_end(rt_world *world) {
  if (world->options.store == RT_STORE_SQLITE && world->api.service != NULL) look_at_database(world);
}

// ---------------------------------------------------------------- the disk

void rt_api_turn_disk(rt_world *world) {
  rt_api *api = &world->api;
  api->is_disk_broken = !api->is_disk_broken && rt_world_allows(world, RT_FAULT_BROKEN_DISK);
  if (api->is_disk_broken) {
    rt_world_count_fault(world, RT_FAULT_BROKEN_DISK);
    rt_api_store_break(api->store);
  } else {
    rt_api_store_mend(api->store);
  }
  const rt_millis after =
      api->is_disk_broken ? rt_draw_between(&api->chance, 500, 60000) : rt_draw_between(&api->chance, 20000, 400000);
  rt_world_expect(world, after, RT_DUE_DISK, 0, 0);
}

void rt_api_heals(rt_world *world) {
  if (world->api.is_disk_broken) rt_api_store_mend(world->api.store);
  world->api.is_disk_broken = false;
  rt_api_restart(world);
}

// Of all moments to die in, those around the commit of a trigger are the worst.
static void expect_bad_moment(rt_world *world, rt_millis commit) {
  rt_api *api = &world->api;
  if (world->led != NULL || !rt_world_allows(world, RT_FAULT_CRASH)) return;
  if (!rt_draw_permille(&api->chance, world->options.harshness_permille)) return;
  rt_world_expect(world, rt_draw_between(&api->chance, 0, 2 * commit.ms), RT_DUE_CRASH, RT_BAD_MOMENT, api->life);
}

void rt_api_expect_commit(rt_world *world, bool is_trigger) {
  rt_api *api = &world->api;
  if (api->is_commit_due) return;
  api->is_commit_due = true;
  const bool is_slow = rt_world_strikes(world, RT_FAULT_SLOW_DISK, &api->chance);
  rt_millis after = is_slow ? rt_draw_between(&api->chance, 500, 4000) : rt_draw_between(&api->chance, 1, 12);
  if (world->led != NULL) after = rt_ms(2);
  rt_world_expect(world, after, RT_DUE_COMMIT, 0, api->life);
  if (is_trigger) expect_bad_moment(world, after);
}

// Batches are many and a restart takes its time, so this strikes more rarely than a fault of one request.
static bool is_power_cut(rt_world *world) {
  rt_prng *chance = &world->api.chance;
  if (!rt_world_allows(world, RT_FAULT_POWER_CUT)) return false;
  if (!rt_draw_permille(chance, 5 + world->options.harshness_permille / 5)) return false;
  rt_world_count_fault(world, RT_FAULT_POWER_CUT);
  return true;
}

void rt_api_commit(rt_world *world, uint32_t life) {
  rt_api *api = &world->api;
  if (api->service == NULL || life != api->life) return;
  const bool is_cut = is_power_cut(world);
  uint64_t batch;
  const rt_commit_result result = is_cut ? rt_api_store_commit_in_the_dark(api->store, rt_world_wall(world), &batch)
                                         : rt_api_store_commit(api->store, rt_world_wall(world), &batch);
  api->is_commit_due = result == RT_COMMIT_FAILED;
  if (result == RT_COMMIT_DONE) {
    api->durable = batch;
    rt_service_batch_durable(api->service, batch);
    rt_api_release(world, batch);
    if (api->has_commit_failed) rt_api_expect_commit(world, false);  // what came in meanwhile
  }
  api->has_commit_failed = result == RT_COMMIT_FAILED;
  if (is_cut) {
    rt_api_crash(world);
    rt_world_expect(world, rt_draw_between(&api->chance, 200, 20000), RT_DUE_RESTART, 0, 0);
  } else if (result == RT_COMMIT_FAILED) {
    rt_world_expect(world, rt_ms(RETRY_COMMIT_MS), RT_DUE_COMMIT, 0, life);
  }
}
