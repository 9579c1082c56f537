// letters.h: how alike two words are, for a message that guesses what was meant.
// Knows no language: a letter is a byte, and only those of ASCII have capitals.
// SPDX-License-Identifier: MIT
#ifndef RT_BASE_LETTERS_H
#define RT_BASE_LETTERS_H

#include "base/bytes.h"

enum { RT_MANY_LETTERS = 32 };  // longer words are not compared

// How many letters must be put in, taken out or changed to turn one word into the other (Levenshtein 1965); capitals do
// not matter. RT_MANY_LETTERS when one of the words is longer than that.
uint32_t rt_letters_apart(rt_bytes a, rt_bytes b);

// True when `apart` letters are few enough for `word` to be a slip of the pen.
static inline bool rt_letters_are_near(uint32_t apart, rt_bytes word) {
  return apart <= 1 + word.length / 4 && apart < word.length;
}

#endif
