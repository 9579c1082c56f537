// pages_test.c: every page of tests/scenarios once more, in less and less memory. A widget that has too little says so and
// does nothing; one whose offers do not fit shows fewer whole cards, or none and says that. What is inside of an embed is
// made smaller through embed/embed_state.h; how much it needs, tests/capacity/limits_test.c says.
// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "pages.h"
#include "sim/scenario.h"
#include "tape_player.h"

enum { STEP = 8 };  // bytes: an arena rounds up to this

static rt_scenario scenario;

static uint64_t plays, pages_with_cards;
static uint32_t most_commands;
static size_t most_scratch, enough;  // for the offers of every page

static void read_scenario(const char *path) {
  rt_story_fault fault;
  if (!rt_scenario_read(read_page(path), &scenario, &fault)) {
    fail_msg("%s:%u:%zu: %s", path, fault.line, fault.column, fault.sentence);
  }
}

// ---------------------------------------------------------------- the memory of a host

static void expect_refusal(const char *path, rt_led_memory memory) {
  rt_led_result result;
  rt_led_world_play(&scenario.story, memory, &result);
  plays++;
  if (result.outcome != RT_LED_REFUSED || result.status != RT_NO_SPACE) {
    fail_msg("%s with %zu and %zu bytes: outcome %d, status %s", path, memory.embed, memory.scratch,
             (int)result.outcome, rt_status_name(result.status));
  }
  if (result.requests != 0) fail_msg("%s: a widget that was refused asks something", path);
  rt_led_result_free(&result);
}

// Any less than what a page gives is refused, whole.
static void shrink_host(const char *path) {
  const rt_led_memory whole = rt_led_memory_whole();
  const size_t embeds[] = {whole.embed - 1, whole.embed - 8, whole.embed / 2, 64, 1, 0};
  const size_t scratches[] = {whole.scratch - 1, whole.scratch - 8, whole.scratch / 2, 64, 1, 0};
  for (size_t i = 0; i < sizeof embeds / sizeof embeds[0]; i++) {
    expect_refusal(path, (rt_led_memory){embeds[i], whole.scratch});
  }
  for (size_t i = 0; i < sizeof scratches / sizeof scratches[0]; i++) {
    expect_refusal(path, (rt_led_memory){whole.embed, scratches[i]});
  }
}

// ---------------------------------------------------------------- the memory of the offers

// Each card of `few` is a card of `all`, in the same order.
static bool are_among(const played *few, const played *all) {
  uint32_t at = 0;
  for (uint32_t i = 0; i < few->card_count; i++, at++) {
    while (at < all->card_count && strcmp(few->cards[i].text, all->cards[at].text) != 0) at++;
    if (at == all->card_count) return false;
  }
  return true;
}

static void check_smaller(const char *path, size_t bytes, const played *less, const played *whole) {
  if (less->witness.broken != NULL) fail_msg("%s with %zu bytes for offers: %s", path, bytes, less->witness.broken);
  if (less->is_overrun) fail_msg("%s: more than %zu bytes for offers were written", path, bytes);
  if (!are_among(less, whole)) fail_msg("%s with %zu bytes for offers: half a card, or another order", path, bytes);
  const bool is_told = less->shown > 0 || strstr(less->last_event, ":empty") != NULL;
  if (whole->shown > 0 && !is_told) fail_msg("%s with %zu bytes for offers: nothing is shown or said", path, bytes);
}

static void shrink_offers(const char *path) {
  static played whole, less;
  tape_play(scenario.tape, RT_OFFER_TEXT_MEMORY, &whole);
  if (whole.witness.broken != NULL) fail_msg("%s: %s", path, whole.witness.broken);
  if (whole.most_commands > most_commands) most_commands = whole.most_commands;
  if (whole.most_scratch > most_scratch) most_scratch = whole.most_scratch;
  if (whole.shown == 0) return;
  pages_with_cards++;
  size_t fewer_below = 0;
  // Down from the most that is needed: with more than that nothing changes.
  for (size_t bytes = (whole.offer_texts + STEP) / STEP * STEP; bytes >= STEP;) {
    bytes -= STEP;
    tape_play(scenario.tape, bytes, &less);
    plays++;
    check_smaller(path, bytes, &less, &whole);
    if (less.card_count < whole.card_count && fewer_below == 0) fewer_below = bytes;
  }
  assert_int_equal(less.shown, 0);  // nothing fits into nothing
  if (fewer_below > enough) enough = fewer_below;
}

static void holds_in_less_memory(void **state) {
  read_scenario(*state);
  shrink_host(*state);
  shrink_offers(*state);
}

static void some_pages_have_offers_that_run_out(void **state) {
  (void)state;
  assert_true(pages_with_cards >= 3);
  print_message(
      "%llu plays in less memory; offers of these pages need up to %zu bytes of %d; the largest step has %u "
      "commands and writes to %zu bytes of scratch\n",
      (unsigned long long)plays, enough + STEP, RT_OFFER_TEXT_MEMORY, most_commands, most_scratch);
}

int main(void) {
  static struct CMUnitTest tests[MAX_PAGES + 1];
  const size_t count = list_pages("scenarios", holds_in_less_memory, tests);
  if (count == 0) return 1;
  tests[count] = (struct CMUnitTest)cmocka_unit_test(some_pages_have_offers_that_run_out);
  return _cmocka_run_group_tests("capacity", tests, count + 1, NULL, NULL);
}
