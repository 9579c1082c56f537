// languages.h: the overlay's words in the languages that visitors read, and which of them answers a visitor's tag.
// Knows no visitor and no website; English comes from the core.
// SPDX-License-Identifier: MIT
#ifndef RT_SERVER_LANGUAGES_H
#define RT_SERVER_LANGUAGES_H

#include "domain/texts.h"

// A row of languages.def, which explains the fields. Everything is of static storage.
typedef struct {
  rt_bytes others;
  const char *direction;  // "ltr" or "rtl"
  const rt_texts *texts;  // texts->language is the row's tag
} rt_language;

// The language for a BCP 47 tag, by the lookup of RFC 4647, section 3.4: that of the tag as it is, else of the tag without
// its last subtag, and so on. Capitals mean nothing, and an underscore is a hyphen: <html lang="de_AT"> is what some sites
// write. English where nothing fits: an empty, unknown or malformed tag.
const rt_language *rt_language_lookup(rt_bytes tag);

// All of them, English first; NULL from the end on.
const rt_language *rt_language_at(size_t index);

#endif
