// story.c: reads sentences. A line is cut into words, a word is compared with a word of a pattern, and whoever writes
// what no pattern says is told the pattern that comes closest.
// SPDX-License-Identifier: MIT
#include "sim/story.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/letters.h"
#include "sim/story_words.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static const rt_sentence_row rows[RT_SENTENCE_COUNT] = {
#define RT_SENTENCE(group, name, pattern, meaning) {RT_SENTENCE_##group, pattern, meaning},
#include "sim/sentences.def"
};

const rt_sentence_row *rt_sentence_row_of(rt_sentence_kind kind) { return &rows[kind]; }

// Says what is wrong; the result is false for whoever returns it.
static bool complain(rt_story_fault *fault, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool complain(rt_story_fault *fault, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(fault->sentence, sizeof fault->sentence, format, arguments);
  va_end(arguments);
  return false;
}

// ---------------------------------------------------------------- patterns

enum {
  COST_OF_A_WORD = 4,   // that is missing, too much, or another one
  COST_OF_A_VALUE = 3,  // that is none
  COST_OF_A_SLOT = 1,   // most words would do as a host or a reason, which says little
};

// The words of a pattern. Their number.
static size_t split(const char *pattern, rt_bytes *words) {
  size_t count = 0;
  for (rt_bytes rest = rt_bytes_of(pattern); rest.length > 0; count++) {
    const size_t end = rt_bytes_find(rest, ' ');
    words[count] = rt_bytes_take(rest, end);
    rest = rt_bytes_skip(rest, end < rest.length ? end + 1 : end);
  }
  return count;
}

static bool fits(const rt_story_word *word, rt_bytes pattern) {
  rt_sentence ignored = {0};
  if (rt_story_slot(pattern) != NULL) return rt_story_value(word, pattern, &ignored);
  return rt_story_word_is(word, pattern);
}

static uint32_t cost_of(const rt_story_word *word, rt_bytes pattern) {
  if (rt_story_slot(pattern) != NULL) return fits(word, pattern) ? COST_OF_A_SLOT : COST_OF_A_VALUE;
  if (rt_story_word_is(word, pattern)) return 0;
  const uint32_t distance = rt_letters_apart(word->text, pattern);
  return distance < COST_OF_A_WORD ? distance : COST_OF_A_WORD;
}

// How far a line is from a pattern: what it costs to turn one into the other, word by word.
static uint32_t distance(const rt_story_line *line, const char *pattern) {
  rt_bytes words[RT_STORY_WORDS];
  uint32_t costs[RT_STORY_WORDS + 1];
  const size_t count = split(pattern, words);
  for (size_t i = 0; i <= count; i++) costs[i] = (uint32_t)i * COST_OF_A_WORD;
  for (size_t w = 0; w < line->count; w++) {
    uint32_t diagonal = costs[0];
    costs[0] += COST_OF_A_WORD;
    for (size_t i = 1; i <= count; i++) {
      uint32_t least = diagonal + cost_of(&line->words[w], words[i - 1]);
      if (costs[i] + COST_OF_A_WORD < least) least = costs[i] + COST_OF_A_WORD;
      if (costs[i - 1] + COST_OF_A_WORD < least) least = costs[i - 1] + COST_OF_A_WORD;
      diagonal = costs[i];
      costs[i] = least;
    }
  }
  return costs[count];
}

// Says where the line first leaves the pattern that is closest to it.
static bool advise(const rt_story_line *line, rt_story_fault *fault) {
  uint32_t least = UINT32_MAX;
  const char *closest = NULL;
  for (size_t i = 0; i < RT_SENTENCE_COUNT; i++) {
    const uint32_t apart = distance(line, rows[i].pattern);
    if (apart < least) closest = rows[i].pattern;
    if (apart < least) least = apart;
  }
  rt_bytes words[RT_STORY_WORDS];
  const size_t count = split(closest, words);
  size_t at = 0;
  while (at < line->count && at < count && fits(&line->words[at], words[at])) at++;
  fault->column = at < line->count ? line->words[at].column : line->end_column;
  const rt_bytes found = at < line->count ? rt_bytes_cut(line->words[at].text, 40) : RT_BYTES_NONE;
  const rt_bytes wanted = at < count ? words[at] : RT_BYTES_NONE;
  if (at == line->count) {
    return complain(fault, "the line ends where %.*s is expected, as in: %s", (int)wanted.length, wanted.data, closest);
  }
  if (at == count) {
    return complain(fault, "\"%.*s\" is too much, the sentence is: %s", (int)found.length, found.data, closest);
  }
  const char *slot = rt_story_slot(wanted);
  if (slot == NULL) {
    return complain(fault, "\"%.*s\" where \"%.*s\" is expected, as in: %s", (int)found.length, found.data,
                    (int)wanted.length, wanted.data, closest);
  }
  return complain(fault, "\"%.*s\" is no %.*s (%s), as in: %s", (int)found.length, found.data, (int)wanted.length,
                  wanted.data, slot, closest);
}

// Reads a line as the pattern of `kind`. False: it is none of its.
static bool read_as(const rt_story_line *line, rt_sentence_kind kind, rt_sentence *sentence, rt_instant *until) {
  rt_bytes words[RT_STORY_WORDS];
  if (split(rows[kind].pattern, words) != line->count) return false;
  *sentence = (rt_sentence){.kind = kind};
  for (size_t i = 0; i < line->count; i++) {
    const rt_instant before = sentence->at;
    if (rt_story_slot(words[i]) == NULL) {
      if (!rt_story_word_is(&line->words[i], words[i])) return false;
    } else if (!rt_story_value(&line->words[i], words[i], sentence)) {
      return false;
    }
    if (rows[kind].group == RT_SENTENCE_SPAN && i == 3) {  // from TIME to TIME
      *until = sentence->at;
      sentence->at = before;
    }
  }
  return true;
}

// ---------------------------------------------------------------- stories

typedef struct {
  rt_story *story;
  rt_story_fault *fault;
  rt_instant last;  // of the line before
  bool has_acts, is_over, is_loaded;
} reader;

// Puts a sentence behind those of its time or, when it ends a span, in front of them.
static bool insert(reader *r, const rt_sentence *sentence) {
  rt_story *story = r->story;
  if (story->count == RT_STORY_SENTENCES) {
    return complain(r->fault, "a story has at most %d sentences; tell two", RT_STORY_SENTENCES);
  }
  uint32_t place = story->count++;
  for (; place > 0; place--) {
    const rt_sentence *before = &story->sentences[place - 1];
    const bool is_setting = rows[before->kind].group == RT_SENTENCE_SETTING;
    if (is_setting || before->at.ms < sentence->at.ms) break;
    if (before->at.ms == sentence->at.ms && !sentence->is_end) break;
    story->sentences[place] = *before;
  }
  story->sentences[place] = *sentence;
  return true;
}

static bool is_loading(rt_sentence_kind kind) {
  return kind == RT_SENTENCE_page_loads || kind == RT_SENTENCE_page_loads_hidden ||
         kind == RT_SENTENCE_page_loads_prerendered || kind == RT_SENTENCE_page_loads_offline;
}

// What no sentence can know of itself: its place among the others.
static bool is_in_place(reader *r, const rt_sentence *sentence, const rt_story_line *line, rt_instant until) {
  const rt_sentence_group group = rows[sentence->kind].group;
  if (r->is_over) return complain(r->fault, "the story is over: this stands behind its line until TIME");
  if (group == RT_SENTENCE_SETTING) {
    return !r->has_acts || complain(r->fault, "how things are stands in front of what happens: move this line up");
  }
  r->fault->column = line->words[1].column;
  if (sentence->at.ms < r->last.ms)
    return complain(r->fault, "this is before the time of the line above; tell it in order");
  if (group == RT_SENTENCE_SPAN && until.ms <= sentence->at.ms) {
    r->fault->column = line->words[3].column;
    return complain(r->fault, "this is not after the time at which it begins");
  }
  r->fault->column = line->words[0].column;
  if (is_loading(sentence->kind) && r->is_loaded)
    return complain(r->fault, "the page loads once in a story; tell another one");
  return true;
}

static bool take_line(reader *r, const rt_story_line *line) {
  rt_sentence sentence;
  rt_instant until = {0};
  rt_sentence_kind kind = 0;
  while (kind < RT_SENTENCE_COUNT && !read_as(line, kind, &sentence, &until)) kind++;
  if (kind == RT_SENTENCE_COUNT) return advise(line, r->fault);
  sentence.line = r->fault->line;
  r->fault->column = line->words[0].column;
  if (!is_in_place(r, &sentence, line, until)) return false;
  r->has_acts |= rows[kind].group != RT_SENTENCE_SETTING;
  r->is_over |= rows[kind].group == RT_SENTENCE_END;
  r->is_loaded |= is_loading(kind);
  if (r->has_acts) r->last = sentence.at;
  if (!insert(r, &sentence)) return false;
  if (rows[kind].group != RT_SENTENCE_SPAN) return true;
  sentence.is_end = true;
  sentence.at = until;
  return insert(r, &sentence);
}

bool rt_story_read(rt_bytes text, uint32_t first_line, rt_story *story, rt_story_fault *fault) {
  reader r = {.story = story, .fault = fault};
  story->count = 0;
  *fault = (rt_story_fault){.line = first_line, .column = 1};
  for (; text.length > 0; fault->line++) {
    const size_t end = rt_bytes_find(text, '\n');
    rt_story_line line;
    if (!rt_story_line_split(rt_bytes_take(text, end), &line)) {
      fault->column = line.end_column;
      return complain(fault, "%s", line.fault);
    }
    if (line.count > 0 && !take_line(&r, &line)) return false;
    text = rt_bytes_skip(text, end < text.length ? end + 1 : end);
  }
  fault->column = 1;
  if (!r.is_loaded)
    return complain(fault, "the story is over and the page was never loaded, as in: at 0 s the page loads");
  if (!r.is_over) return complain(fault, "the story does not say when it is over, as in: until 60 s");
  return true;
}
