// led_world.h: a world that is led by hand: one page, one publisher, the API and a sound network in which nothing is left
// to chance. A story says what happens in it, and what its widget did is a tape.
// What the API says is true, with the exceptions that a story makes, and the invariants of every other world are watched
// here, too.
// SPDX-License-Identifier: MIT
#ifndef RT_SIM_LED_WORLD_H
#define RT_SIM_LED_WORLD_H

#include "base/status.h"
#include "sim/story.h"

// Memory of the widget, in bytes, at most what rt_led_memory_whole() gives, which is what a page has.
typedef struct {
  size_t embed, scratch;
} rt_led_memory;

rt_led_memory rt_led_memory_whole(void);

typedef enum {
  RT_LED_PLAYED,
  RT_LED_FAILED,   // something was not as the story says: `line` and `sentence`
  RT_LED_BROKEN,   // an invariant, after what `line` says: `sentence`
  RT_LED_REFUSED,  // the embed would not be opened in this memory, or not take its first event: `status`
  RT_LED_TROUBLE,  // of this machine, which has no memory: `sentence`
} rt_led_outcome;

typedef struct {
  rt_led_outcome outcome;
  rt_status status;
  uint32_t line;       // of the page, from 1
  char sentence[400];  // goes on after "file:line: "
  char *tape;          // without the line `end`; the result's, as far as the story came
  size_t tape_length;
  uint64_t requests;  // of the widget
  char state[16];     // of the widget at the end, empty before the page was loaded
} rt_led_result;

// Plays a story to its end, or to the line at which it fails. `result` is overwritten; give it back with
// rt_led_result_free.
void rt_led_world_play(const rt_story *story, rt_led_memory memory, rt_led_result *result);
void rt_led_result_free(rt_led_result *result);

#endif
