// story_words.c: blanks, backticks, units and values.
// SPDX-License-Identifier: MIT
#include "sim/story_words.h"

#include "domain/place.h"
#include "embed/embed.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

// ---------------------------------------------------------------- words

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Characters of well-formed UTF-8; bytes that begin none count as none.
static size_t characters(rt_bytes text) {
  size_t count = 0;
  for (size_t i = 0; i < text.length; i++) count += ((unsigned char)text.data[i] & 0xC0) != 0x80;
  return count;
}

// Takes the next word off `rest`. False: a backtick has no second one.
static bool next_word(rt_bytes *rest, rt_story_word *word) {
  *word = (rt_story_word){.is_quoted = rest->data[0] == '`'};
  size_t length = 0;
  if (word->is_quoted) {
    *rest = rt_bytes_skip(*rest, 1);
    length = rt_bytes_find(*rest, '`');
    if (length == rest->length) return false;
    word->text = rt_bytes_take(*rest, length);
    *rest = rt_bytes_skip(*rest, length + 1);
    return true;
  }
  while (length < rest->length && !is_blank(rest->data[length])) length++;
  word->text = rt_bytes_take(*rest, length);
  *rest = rt_bytes_skip(*rest, length);
  return true;
}

// ---------------------------------------------------------------- times

// Milliseconds of a number of units: "3.5" with 1000. Digits that are less than a millisecond are refused.
static bool read_amount(rt_bytes text, int64_t unit_ms, int64_t *ms) {
  const size_t point = rt_bytes_find(text, '.');
  uint64_t whole = 0;
  if (!rt_bytes_to_u64(rt_bytes_take(text, point), &whole) || whole > RT_STORY_LONGEST_MS) return false;
  *ms = (int64_t)whole * unit_ms;
  if (point == text.length) return true;
  const rt_bytes digits = rt_bytes_skip(text, point + 1);
  int64_t part = unit_ms;
  for (size_t i = 0; i < digits.length; i++) {
    if (!is_digit(digits.data[i]) || part % 10 != 0) return false;
    part /= 10;
    *ms += part * (digits.data[i] - '0');
  }
  return digits.length > 0;
}

// Length of the unit in milliseconds; 0: it is none.
static int64_t unit_of(rt_bytes word) {
  if (rt_bytes_equal(word, RT_BYTES("m"))) return 60000;
  if (rt_bytes_equal(word, RT_BYTES("s"))) return 1000;
  return rt_bytes_equal(word, RT_BYTES("ms")) ? 1 : 0;
}

// One number with its unit, in one word or in two. Takes what it reads off `rest`.
static bool read_part(rt_bytes *rest, int64_t *ms, int64_t *unit_ms) {
  rt_bytes after = rt_bytes_trimmed(*rest);
  size_t length = 0;
  while (length < after.length && (is_digit(after.data[length]) || after.data[length] == '.')) length++;
  const rt_bytes amount = rt_bytes_take(after, length);
  after = rt_bytes_trimmed(rt_bytes_skip(after, length));
  for (length = 0; length < after.length && !is_blank(after.data[length]);) length++;
  *unit_ms = unit_of(rt_bytes_take(after, length));
  if (amount.length == 0 || *unit_ms == 0 || !read_amount(amount, *unit_ms, ms)) return false;
  *rest = rt_bytes_skip(after, length);
  return true;
}

// Reads "14 m 59.5 s" off `rest`, larger units first. False: nothing is taken.
static bool read_time(rt_bytes *rest, rt_story_word *word) {
  rt_bytes after = *rest;
  int64_t sum = 0, part = 0, unit_before = INT64_MAX, unit = 0;
  size_t parts = 0;
  for (rt_bytes tried = after; read_part(&tried, &part, &unit) && unit < unit_before; after = tried) {
    sum += part;
    unit_before = unit;
    parts++;
  }
  if (parts == 0 || sum > RT_STORY_LONGEST_MS) return false;
  *word = (rt_story_word){.text = rt_bytes_take(*rest, rest->length - after.length), .is_time = true, .time = {sum}};
  *rest = after;
  return true;
}

// What a terminal would obey when a fault is told; well-formed UTF-8 has U+0080 to U+009F as two bytes.
static size_t find_control(rt_bytes text) {
  for (size_t i = 0; i < text.length; i++) {
    const unsigned char c = (unsigned char)text.data[i],
                        next = i + 1 < text.length ? (unsigned char)text.data[i + 1] : 0;
    if ((c < ' ' && !is_blank((char)c)) || c == 0x7F || (c == 0xC2 && next < 0xA0)) return i;
  }
  return text.length;
}

bool rt_story_line_split(rt_bytes text, rt_story_line *line) {
  line->count = 0;
  line->end_column = 1;
  if (!rt_bytes_are_utf8(text)) {
    line->fault = "the line is not UTF-8";
    return false;
  }
  const size_t control = find_control(text);
  if (control < text.length) {
    line->fault = "there is a control character";
    line->end_column = characters(rt_bytes_take(text, control)) + 1;
    return false;
  }
  for (rt_bytes rest = text;;) {
    while (rest.length > 0 && is_blank(rest.data[0])) rest = rt_bytes_skip(rest, 1);
    if (rest.length == 0 || (line->count == 0 && rest.data[0] == '#')) return true;
    const size_t column = characters(rt_bytes_take(text, text.length - rest.length)) + 1;
    if (line->count == RT_STORY_WORDS) {
      line->fault = "no sentence is that long";
      line->end_column = column;
      return false;
    }
    rt_story_word *word = &line->words[line->count++];
    if (!read_time(&rest, word) && !next_word(&rest, word)) {
      line->fault = "this backtick has no second one in the line";
      line->end_column = column;
      return false;
    }
    word->column = column;
    line->end_column = characters(rt_bytes_take(text, text.length - rest.length)) + 1;
  }
}

bool rt_story_word_is(const rt_story_word *word, rt_bytes wanted) {
  return !word->is_quoted && !word->is_time && rt_bytes_equal_ignoring_case(word->text, wanted);
}

// ---------------------------------------------------------------- values

static const char *const requests[] = {
#define RT_STORY_REQUEST(upper, lower) #lower,
#include "sim/sentences.def"
};
static const char *const fields[] = {
#define RT_STORY_FIELD(request, name) #name,
#include "sim/sentences.def"
};
static const char *const attributes[] = {
#define RT_ATTRIBUTE(upper, attribute) attribute,
#include "embed/kinds.def"
};

static const char *const kinds[] = {
#define RT_EMBED_KIND(upper, name) name,
#include "embed/kinds.def"
};

static bool choose(rt_bytes text, const char *const *list, size_t count, rt_sentence *sentence) {
  for (size_t i = 0; i < count; i++) {
    if (!rt_bytes_equal(text, rt_bytes_of(list[i]))) continue;
    sentence->choice = (uint32_t)i;
    return true;
  }
  return false;
}

typedef struct {
  uint64_t least, most;
} range;

static bool read_number(rt_bytes text, range allowed, rt_sentence *sentence) {
  return rt_bytes_to_u64(text, &sentence->value) && sentence->value >= allowed.least && sentence->value <= allowed.most;
}

// A text of letters, digits and whatever is in `others`.
static bool read_text(rt_bytes text, size_t most, const char *others, rt_sentence *sentence) {
  for (size_t i = 0; i < text.length; i++) {
    const char c = text.data[i];
    const bool is_plain = is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const rt_bytes allowed = rt_bytes_of(others);
    if (!is_plain && rt_bytes_find(allowed, c) == allowed.length) return false;
  }
  sentence->text = text;
  return text.length > 0 && text.length <= most;
}

static bool slot_time(const rt_story_word *word, rt_sentence *sentence) {
  sentence->at = word->time;
  return word->is_time;
}

static bool slot_seed(const rt_story_word *word, rt_sentence *sentence) {
  return read_number(word->text, (range){0, UINT64_MAX}, sentence);
}

static bool slot_count(const rt_story_word *word, rt_sentence *sentence) {
  return read_number(word->text, (range){0, RT_MAX_OFFERS}, sentence);
}

static bool slot_card(const rt_story_word *word, rt_sentence *sentence) {
  return read_number(word->text, (range){1, RT_MAX_OFFERS}, sentence);
}

static bool slot_status(const rt_story_word *word, rt_sentence *sentence) {
  return read_number(word->text, (range){200, 599}, sentence);
}

static bool slot_host(const rt_story_word *word, rt_sentence *sentence) {
  const size_t colon = rt_bytes_find(word->text, ':');
  if (!read_text(rt_bytes_take(word->text, colon), 63, ".-", sentence)) return false;
  const rt_bytes port = rt_bytes_skip(word->text, colon);
  uint64_t number = 0;
  sentence->text = word->text;
  return port.length == 0 || (rt_bytes_to_u64(rt_bytes_skip(port, 1), &number) && number > 0 && number < 65536);
}

static bool slot_language(const rt_story_word *word, rt_sentence *sentence) {
  return read_text(word->text, 35, "-", sentence);
}

static bool slot_reason(const rt_story_word *word, rt_sentence *sentence) {
  return read_text(word->text, 40, "_", sentence);
}

static bool slot_state(const rt_story_word *word, rt_sentence *sentence) {
  return read_text(word->text, 20, "", sentence);
}

static bool slot_value(const rt_story_word *word, rt_sentence *sentence) {
  sentence->text = word->text;
  return true;
}

static bool slot_when(const rt_story_word *word, rt_sentence *sentence) { return slot_value(word, sentence); }

static bool slot_body(const rt_story_word *word, rt_sentence *sentence) {
  sentence->body = word->text;
  return word->is_quoted;
}

static bool slot_kind(const rt_story_word *word, rt_sentence *sentence) {
  return choose(word->text, kinds, COUNT(kinds), sentence);
}

static bool slot_place(const rt_story_word *word, rt_sentence *sentence) {
  rt_place place, country;
  sentence->text = word->text;
  return rt_place_parse(word->text, &place, &country) == RT_OK;
}

static bool slot_places(const rt_story_word *word, rt_sentence *sentence) {
  rt_sentence one;
  sentence->text = word->text;
  sentence->value = 0;
  for (rt_bytes rest = word->text;; sentence->value++) {
    const size_t end = rt_bytes_find(rest, ',');
    const rt_story_word code = {.text = rt_bytes_take(rest, end)};
    if (sentence->value == RT_STORY_PLACES || !slot_place(&code, &one)) return false;
    if (end == rest.length) return true;
    rest = rt_bytes_skip(rest, end + 1);
  }
}

static bool slot_brand(const rt_story_word *word, rt_sentence *sentence) {
  rt_brand_id brand;
  if (!rt_brand_find(word->text, &brand)) return false;
  sentence->choice = (uint32_t)brand;
  return true;
}

// "390x844"
static bool read_size(rt_bytes text, int32_t least_height, rt_sentence *sentence) {
  const size_t cross = rt_bytes_find(text, 'x');
  uint64_t width = 0, height = 0;
  if (cross == text.length || !rt_bytes_to_u64(rt_bytes_take(text, cross), &width) ||
      !rt_bytes_to_u64(rt_bytes_skip(text, cross + 1), &height)) {
    return false;
  }
  if (width < 1 || width > INT16_MAX || height > INT16_MAX) return false;
  sentence->width_px = (int32_t)width;
  sentence->height_px = (int32_t)height;
  return sentence->height_px >= least_height;
}

static bool slot_size(const rt_story_word *word, rt_sentence *sentence) { return read_size(word->text, 1, sentence); }

static bool slot_room(const rt_story_word *word, rt_sentence *sentence) { return read_size(word->text, 0, sentence); }

static bool slot_attribute(const rt_story_word *word, rt_sentence *sentence) {
  return choose(word->text, attributes, COUNT(attributes), sentence);
}

static bool slot_request(const rt_story_word *word, rt_sentence *sentence) {
  return choose(word->text, requests, COUNT(requests), sentence);
}

static bool slot_field(const rt_story_word *word, rt_sentence *sentence) {
  return choose(word->text, fields, COUNT(fields), sentence);
}

static const struct {
  const char *name, *what;
  bool (*read)(const rt_story_word *word, rt_sentence *sentence);
} slots[] = {
#define RT_SLOT(upper, lower, what) {#upper, what, slot_##lower},
#include "sim/sentences.def"
};

const char *rt_story_slot(rt_bytes name) {
  for (size_t i = 0; i < COUNT(slots); i++) {
    if (rt_bytes_equal(name, rt_bytes_of(slots[i].name))) return slots[i].what;
  }
  return NULL;
}

bool rt_story_value(const rt_story_word *word, rt_bytes slot, rt_sentence *sentence) {
  for (size_t i = 0; i < COUNT(slots); i++) {
    if (rt_bytes_equal(slot, rt_bytes_of(slots[i].name))) return slots[i].read(word, sentence);
  }
  return false;
}
