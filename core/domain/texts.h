// texts.h: the words of a surface that are not the advertiser's.
// English is built in, for the embed and for the API alike; the API sends the visitor's language.
// SPDX-License-Identifier: MIT
#ifndef RT_DOMAIN_TEXTS_H
#define RT_DOMAIN_TEXTS_H

#include "base/bytes.h"

// UTF-8, borrowed. None but the language is empty once rt_texts_english was the start.
enum { RT_TEXT_COUNT = 7 };
typedef union {
  struct {
    rt_bytes title, intro, sponsored, close, premium, support;
    rt_bytes language;  // the others are written in, BCP 47
  };
  rt_bytes all[RT_TEXT_COUNT];  // the same, in this order
} rt_texts;

// Literals.
extern const rt_texts rt_texts_english;

#endif
