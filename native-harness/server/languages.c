// languages.c: the table of languages.def with English before it, and the lookup in it.
// SPDX-License-Identifier: MIT
#include "server/languages.h"

#define LTR "ltr"
#define RTL "rtl"

static const rt_language languages[] = {
    {RT_BYTES_INIT(""), LTR, &rt_texts_english},
#define RT_LANGUAGE(tag, others, name, direction, ...) {RT_BYTES_INIT(others), direction, WORDS(__VA_ARGS__, tag)},
#define WORDS(title, intro, sponsored, close, premium, support, tag)                              \
  &(const rt_texts) {                                                                             \
    {                                                                                             \
      RT_BYTES_INIT(title), RT_BYTES_INIT(intro), RT_BYTES_INIT(sponsored), RT_BYTES_INIT(close), \
          RT_BYTES_INIT(premium), RT_BYTES_INIT(support), RT_BYTES_INIT(tag)                      \
    }                                                                                             \
  }
#include "server/languages.def"
#undef RT_LANGUAGE
#undef WORDS
};

const rt_language *rt_language_at(size_t index) {
  return index < sizeof languages / sizeof languages[0] ? &languages[index] : NULL;
}

static char folded(char c) { return c == '_' ? '-' : c >= 'A' && c <= 'Z' ? (char)(c | 32) : c; }

static bool are_same(rt_bytes a, rt_bytes b) {
  if (a.length != b.length) return false;
  for (size_t i = 0; i < a.length; i++) {
    if (folded(a.data[i]) != folded(b.data[i])) return false;
  }
  return true;
}

static bool answers(const rt_language *language, rt_bytes tag) {
  if (are_same(language->texts->language, tag)) return true;
  rt_bytes others = language->others;
  while (!rt_bytes_is_empty(others)) {
    const size_t end = rt_bytes_find(others, ' ');
    if (are_same(rt_bytes_take(others, end), tag)) return true;
    others = rt_bytes_skip(others, end < others.length ? end + 1 : end);
  }
  return false;
}

// RFC 4647 takes a subtag of one character away together with the one behind it. Nothing in the table ends in one, so that
// taking them away one by one finds the same.
static rt_bytes without_last_subtag(rt_bytes tag) {
  do tag.length--;
  while (tag.length > 0 && folded(tag.data[tag.length]) != '-');
  return tag;
}

const rt_language *rt_language_lookup(rt_bytes tag) {
  for (; !rt_bytes_is_empty(tag); tag = without_last_subtag(tag)) {
    const rt_language *language;
    for (size_t i = 0; (language = rt_language_at(i)) != NULL; i++) {
      if (answers(language, tag)) return language;
    }
  }
  return rt_language_at(0);
}
