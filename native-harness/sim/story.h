// story.h: what happens on a page, told in English, one sentence a line; blank lines and lines that begin with # say
// nothing. Which sentences there are stands in sim/sentences.def and, for people, in web/docs/scenarios.md.
// Knows the words, not the world: sim/led_world.c does what a story says.
// SPDX-License-Identifier: MIT
#ifndef RT_SIM_STORY_H
#define RT_SIM_STORY_H

#include "base/bytes.h"
#include "base/instant.h"

typedef enum {
#define RT_SENTENCE(group, name, pattern, meaning) RT_SENTENCE_##name,
#include "sim/sentences.def"
  RT_SENTENCE_COUNT
} rt_sentence_kind;

typedef enum { RT_SENTENCE_SETTING, RT_SENTENCE_ACT, RT_SENTENCE_SPAN, RT_SENTENCE_END } rt_sentence_group;

typedef enum {
#define RT_STORY_REQUEST(upper, lower) RT_STORY_REQUEST_##upper,
#include "sim/sentences.def"
  RT_STORY_REQUEST_COUNT
} rt_story_request;

typedef enum {
#define RT_STORY_FIELD(request, name) RT_STORY_FIELD_##name,
#include "sim/sentences.def"
  RT_STORY_FIELD_COUNT
} rt_story_field;

// For help and docs. Literals; a pattern's words in capitals that rt_story_slot knows are places for values.
typedef struct {
  rt_sentence_group group;
  const char *pattern, *meaning;
} rt_sentence_row;

const rt_sentence_row *rt_sentence_row_of(rt_sentence_kind kind);
const char *rt_story_slot(rt_bytes name);  // what stands in its place; NULL: there is no such slot

enum {
  RT_STORY_SENTENCES = 128,        // of one story; the longest of tests/scenarios has 20
  RT_STORY_PLACES = 32,            // in one list of them
  RT_STORY_WORDS = 24,             // of one sentence; the longest has 16
  RT_STORY_LONGEST_MS = 86400000,  // a day: a session lives for a quarter of an hour
};

// A sentence that was read; it has what its pattern has. Texts are slices of the story.
typedef struct {
  rt_sentence_kind kind;
  bool is_end;      // of a span, which is told as two sentences
  uint32_t line;    // of the page
  rt_instant at;    // TIME; a setting's is a span of time
  uint64_t value;   // SEED, COUNT, CARD or STATUS
  uint32_t choice;  // BRAND, KIND, ATTRIBUTE, FIELD or REQUEST, as a number of its list
  int32_t width_px, height_px;
  rt_bytes text;  // HOST, LANGUAGE, PLACE, PLACES, VALUE, REASON, WHEN or STATE
  rt_bytes body;
} rt_sentence;

// Settings first, then by time; of the same time the end of a span first, then by line.
typedef struct {
  uint32_t count;
  rt_sentence sentences[RT_STORY_SENTENCES];
} rt_story;

// What is wrong with a page. `sentence` goes on after "file:line:column: ".
typedef struct {
  uint32_t line;
  size_t column;  // both from 1; a column is a character
  char sentence[320];
} rt_story_fault;

// Reads a story, whose first line is line `first_line` of its page; the text outlives it. False: a fault.
bool rt_story_read(rt_bytes text, uint32_t first_line, rt_story *story, rt_story_fault *fault);

#endif
