// sentence.h: what is said to a person.
// SPDX-License-Identifier: MIT
#ifndef RT_SERVER_SENTENCE_H
#define RT_SERVER_SENTENCE_H

// One sentence or two, without a newline.
typedef struct {
  char text[512];
} rt_sentence;

#endif
