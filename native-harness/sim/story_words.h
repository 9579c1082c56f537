// story_words.h: the words of a line of a story, and the values that some of them are. Of this room only.
// SPDX-License-Identifier: MIT
#ifndef RT_SIM_STORY_WORDS_H
#define RT_SIM_STORY_WORDS_H

#include "sim/story.h"

// A word: what stands between blanks, or between two backticks, or a time with its units ("3 m 20 s").
typedef struct {
  rt_bytes text;  // without the backticks
  size_t column;
  bool is_quoted, is_time;
  rt_instant time;
} rt_story_word;

typedef struct {
  size_t count;  // 0: nothing is said
  rt_story_word words[RT_STORY_WORDS];
  size_t end_column;  // behind the last word; of a fault: where it is
  const char *fault;
} rt_story_line;

// Cuts a line into words. False: line->fault says why that is impossible.
bool rt_story_line_split(rt_bytes text, rt_story_line *line);

// The word of a pattern that is no slot. Capitals do not matter.
bool rt_story_word_is(const rt_story_word *word, rt_bytes wanted);

// Reads a word as the value of a slot. False: it is none.
bool rt_story_value(const rt_story_word *word, rt_bytes slot, rt_sentence *sentence);

#endif
