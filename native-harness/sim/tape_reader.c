// tape_reader.c: lines out of a stream, and the grammar of FORMAT.md over them.
// SPDX-License-Identifier: MIT
#include "sim/tape_reader.h"

#include <stdio.h>
#include <string.h>

#include "sim/tape.h"
#include "sim/tape_fields.h"

// ---------------------------------------------------------------- faults

static bool fail_at(rt_tape_reader *reader, size_t column, const char *sentence) {
  if (reader->has_failed) return false;  // the first fault is the one that is said
  reader->has_failed = true;
  reader->fault.line = reader->line_number;
  reader->fault.column = column;
  snprintf(reader->fault.sentence, sizeof reader->fault.sentence, "%s", sentence);
  return false;
}

void rt_tape_reader_complain(rt_tape_reader *reader, const char *sentence) { fail_at(reader, 1, sentence); }

// ---------------------------------------------------------------- lines

// Makes room behind what is there and reads on. False: nothing more comes.
static bool fill(rt_tape_reader *reader) {
  if (reader->is_at_end) return false;
  memmove(reader->buffer, reader->buffer + reader->first, reader->filled - reader->first);
  reader->filled -= reader->first;
  reader->first = 0;
  const char *why = "it cannot be read";
  const ptrdiff_t count = reader->source.read(reader->source.self, reader->buffer + reader->filled,
                                              sizeof reader->buffer - reader->filled, &why);
  if (count < 0) return fail_at(reader, 1, why);
  if (count == 0) reader->is_at_end = true;
  reader->filled += (size_t)count;
  return count > 0;
}

// Where the next line ends; NULL at the end of the tape, or after a fault.
static const char *find_line_feed(rt_tape_reader *reader) {
  for (size_t seen = 0;;) {
    const size_t there = reader->filled - reader->first;
    const char *feed = memchr(reader->buffer + reader->first + seen, '\n', there - seen);
    if (feed != NULL) return feed;
    if (there > RT_TAPE_MAX_LINE) {
      fail_at(reader, RT_TAPE_MAX_LINE, "no line of a tape is as long as this");
      return NULL;
    }
    seen = there;
    if (fill(reader)) continue;
    if (there > 0) fail_at(reader, there + 1, "the tape is cut here: a line feed was expected");
    return NULL;
  }
}

bool rt_tape_reader_next(rt_tape_reader *reader, rt_bytes *line) {
  if (reader->has_failed) return false;
  if (!reader->is_kept) {
    const bool has_line = reader->line.data != NULL;
    if (has_line) reader->sum = rt_tape_sum(reader->sum, (rt_bytes){reader->line.data, reader->line.length + 1});
    if (has_line || reader->line_number == 0) reader->line_number++;  // asked again at the end it stays
    reader->line = RT_BYTES_NONE;
    const char *feed = find_line_feed(reader);
    if (feed == NULL) return false;
    const char *start = reader->buffer + reader->first;
    reader->line = (rt_bytes){start, (size_t)(feed - start)};
    reader->first += reader->line.length + 1;
  }
  reader->is_kept = false;
  *line = reader->line;
  return true;
}

void rt_tape_reader_keep(rt_tape_reader *reader) { reader->is_kept = true; }

// ---------------------------------------------------------------- words of a line

// Where we are in the line last handed out, and where its texts go.
typedef struct {
  rt_tape_reader *reader;
  rt_bytes rest;
  rt_writer texts;
} cursor;

static cursor read_line(rt_tape_reader *reader, char *texts, size_t capacity) {
  return (cursor){reader, reader->line, rt_writer_over(texts, capacity)};
}

static bool wrong(cursor *at, const char *sentence) {
  return fail_at(at->reader, at->reader->line.length - at->rest.length + 1, sentence);
}

static bool wrong_expected(cursor *at, rt_bytes expected) {
  char sentence[100];
  snprintf(sentence, sizeof sentence, "\"%.*s\" was expected here", (int)expected.length, expected.data);
  return wrong(at, sentence);
}

static bool take(cursor *at, rt_bytes expected) {
  if (!rt_bytes_start_with(at->rest, expected)) return false;
  at->rest = rt_bytes_skip(at->rest, expected.length);
  return true;
}

static bool expect(cursor *at, rt_bytes expected) { return take(at, expected) || wrong_expected(at, expected); }

static bool expect_end(cursor *at) { return at->rest.length == 0 || wrong(at, "the line should end here"); }

// " name="
static bool take_name(cursor *at, rt_bytes name) {
  const rt_bytes before = at->rest;
  if (take(at, RT_BYTES(" ")) && take(at, name) && take(at, RT_BYTES("="))) return true;
  at->rest = before;
  return false;
}

static bool expect_name(cursor *at, rt_bytes name) {
  if (take_name(at, name)) return true;
  char sentence[100];
  snprintf(sentence, sizeof sentence, "\" %.*s=\" was expected here", (int)name.length, name.data);
  return wrong(at, sentence);
}

// Decimal digits as they are written: no sign, no zero in front. At most 2^53 - 1, which every host counts to.
static bool read_natural(cursor *at, int64_t high, int64_t *number, const char *sentence) {
  size_t length = 0;
  while (length < at->rest.length && at->rest.data[length] >= '0' && at->rest.data[length] <= '9') length++;
  uint64_t value = 0;
  const bool is_number = rt_bytes_to_u64(rt_bytes_take(at->rest, length), &value) && value <= (uint64_t)high;
  if (!is_number || (length > 1 && at->rest.data[0] == '0')) return wrong(at, sentence);
  at->rest = rt_bytes_skip(at->rest, length);
  *number = (int64_t)value;
  return true;
}

enum { WHOLE_NUMBER_BITS = 53 };
#define LARGEST_WHOLE_NUMBER (((int64_t)1 << WHOLE_NUMBER_BITS) - 1)

static bool read_integer(cursor *at, int32_t *number) {
  static const char sentence[] = "a whole number of 32 bits was expected here";
  int64_t value = 0;
  const bool is_negative = take(at, RT_BYTES("-"));
  const int64_t high = is_negative ? -(int64_t)INT32_MIN : INT32_MAX;
  if (!read_natural(at, high, &value, sentence) || (is_negative && value == 0)) return wrong(at, sentence);
  *number = (int32_t)(is_negative ? -value : value);
  return true;
}

static int hex_digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

static bool read_hex(cursor *at, size_t count, uint64_t *number) {
  char sentence[100];
  snprintf(sentence, sizeof sentence, "%zu hexadecimal digits (0-9, a-f) were expected here", count);
  if (at->rest.length < count) return wrong(at, sentence);
  *number = 0;
  for (size_t i = 0; i < count; i++) {
    const int digit = hex_digit(at->rest.data[i]);
    if (digit < 0) return wrong(at, sentence);
    *number = *number << 4 | (uint64_t)digit;
  }
  at->rest = rt_bytes_skip(at->rest, count);
  return true;
}

static bool is_plain(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

// What stands behind a backslash. Of two ways to write a byte only that of tape.c is read.
static bool read_escape(cursor *at, char *c) {
  static const char sentence[] =
      "an escape was expected here: \\\", \\\\, \\n, or \\x and two digits for any byte not printable";
  cursor start = *at;
  at->rest = rt_bytes_skip(at->rest, 1);
  if (at->rest.length == 0) return wrong(&start, sentence);
  *c = at->rest.data[0];
  at->rest = rt_bytes_skip(at->rest, 1);
  if (*c == '"' || *c == '\\') return true;
  if (*c == 'n') {
    *c = '\n';
    return true;
  }
  uint64_t code = 0;
  if (*c != 'x') return wrong(&start, sentence);
  if (!read_hex(at, 2, &code)) return false;
  *c = (char)code;
  return (!is_plain(*c) && *c != '"' && *c != '\\' && *c != '\n') || wrong(&start, sentence);
}

// A text in quotes of at most `limit` bytes.
static bool read_quoted(cursor *at, size_t limit, rt_bytes *text) {
  if (!expect(at, RT_BYTES("\""))) return false;
  const size_t start = at->texts.length;
  for (;;) {
    size_t plain = 0;
    while (plain < at->rest.length && is_plain(at->rest.data[plain])) plain++;
    rt_write_bytes(&at->texts, rt_bytes_take(at->rest, plain));
    at->rest = rt_bytes_skip(at->rest, plain);
    if (at->texts.is_overflowed || at->texts.length - start > limit) {
      return wrong(at, "this text is longer than any that a host hands in");
    }
    if (at->rest.length == 0 || (at->rest.data[0] != '"' && at->rest.data[0] != '\\')) {
      return wrong(at, "a printable character or a closing quote was expected here");
    }
    if (take(at, RT_BYTES("\""))) break;
    char c = 0;
    if (!read_escape(at, &c)) return false;
    rt_write_char(&at->texts, c);
  }
  *text = (rt_bytes){at->texts.data + start, at->texts.length - start};
  return true;
}

// The index of the word that stands here, `count` when it is none of `words`.
static size_t take_word(cursor *at, const rt_bytes *words, size_t count) {
  const size_t end = rt_bytes_find(at->rest, ' ');
  for (size_t i = 0; i < count; i++) {
    if (!rt_bytes_equal(rt_bytes_take(at->rest, end), words[i])) continue;
    at->rest = rt_bytes_skip(at->rest, end);
    return i;
  }
  return count;
}

// ---------------------------------------------------------------- header

static bool read_version(rt_tape_reader *reader) {
  rt_bytes line;
  if (!rt_tape_reader_next(reader, &line)) return fail_at(reader, 1, "this is empty, not a tape");
  cursor at = read_line(reader, NULL, 0);
  int64_t version = 0;
  if (!take(&at, RT_BYTES("retarget tape ")))
    return wrong(&at, "this is not a tape: the first line is not \"retarget tape 1\"");
  if (!read_natural(&at, LARGEST_WHOLE_NUMBER, &version, "a version number was expected here")) return false;
  if (version == RT_TAPE_VERSION) return expect_end(&at);
  char sentence[100];
  snprintf(sentence, sizeof sentence, "the tape has form %lld and this program reads form %d; take a newer program",
           (long long)version, RT_TAPE_VERSION);
  return fail_at(reader, sizeof "retarget tape ", sentence);
}

static bool read_brand(cursor *at, rt_brand_id *brand) {
  const size_t end = rt_bytes_find(at->rest, ' ');
  if (!rt_brand_find(rt_bytes_take(at->rest, end), brand)) return wrong(at, "the name of a brand was expected here");
  at->rest = rt_bytes_skip(at->rest, end);
  return true;
}

static bool read_config(rt_tape_reader *reader, cursor *at) {
  rt_config *config = &reader->config;
  if (!expect(at, RT_BYTES("config kind="))) return false;
  const size_t kind = take_word(at, rt_tape_embed_kinds, RT_EMBED_KIND_COUNT);
  if (kind == RT_EMBED_KIND_COUNT) return wrong(at, "a kind of embed was expected here, such as decline");
  config->kind = (rt_embed_kind)kind;
  return expect_name(at, RT_BYTES("brand")) && read_brand(at, &config->brand) && expect_name(at, RT_BYTES("seed")) &&
         read_hex(at, 16, &config->seed) && expect_name(at, RT_BYTES("page_host")) &&
         read_quoted(at, RT_MAX_GIVEN_LENGTH, &config->page_host) && expect_name(at, RT_BYTES("page_language")) &&
         read_quoted(at, RT_MAX_GIVEN_LENGTH, &config->page_language) && expect_end(at);
}

// `next`: the first attribute that may still come; they stand in the order of kinds.def.
static bool read_attribute(rt_tape_reader *reader, cursor *at, size_t *next) {
  const size_t attribute = take_word(at, rt_tape_attributes, RT_ATTRIBUTE_COUNT);
  if (attribute == RT_ATTRIBUTE_COUNT) return wrong(at, "the name of an attribute was expected here");
  if (attribute < *next) return fail_at(reader, sizeof "attribute ", "this attribute should stand further up");
  *next = attribute + 1;
  return expect(at, RT_BYTES(" ")) && read_quoted(at, RT_MAX_GIVEN_LENGTH, &reader->config.attributes[attribute]) &&
         expect_end(at);
}

static bool read_metrics(rt_tape_reader *reader, cursor *at) {
  if (!read_quoted(at, RT_MAX_GIVEN_LENGTH, &reader->metrics)) return false;
  return (reader->metrics.length > 0 || wrong(at, "empty metrics have no line")) && expect_end(at);
}

bool rt_tape_reader_open(rt_tape_reader *reader, rt_tape_source source) {
  reader->source = source;
  reader->has_failed = reader->is_kept = reader->is_at_end = false;
  reader->line_number = reader->last_event = 0;
  reader->sum = RT_TAPE_SUM_OF_NOTHING;
  reader->line = reader->metrics = RT_BYTES_NONE;
  reader->last_ms = 0;
  reader->config = (rt_config){0};
  reader->first = reader->filled = 0;
  rt_bytes line;
  if (!read_version(reader)) return false;
  if (!rt_tape_reader_next(reader, &line))
    return fail_at(reader, 1, "a line that begins with \"config\" was expected here");
  cursor at = read_line(reader, reader->header_texts, sizeof reader->header_texts);
  if (!read_config(reader, &at)) return false;
  size_t next_attribute = 0;
  while (rt_tape_reader_next(reader, &line)) {
    at.rest = line;
    if (take(&at, RT_BYTES("attribute "))) {
      if (reader->metrics.length > 0) return fail_at(reader, 1, "attributes stand above the metrics");
      if (!read_attribute(reader, &at, &next_attribute)) return false;
    } else if (reader->metrics.length == 0 && take(&at, RT_BYTES("metrics "))) {
      if (!read_metrics(reader, &at)) return false;
    } else {
      rt_tape_reader_keep(reader);
      break;
    }
  }
  return !reader->has_failed;
}

// ---------------------------------------------------------------- events

bool rt_tape_line_is_event(rt_bytes line) { return line.length > 0 && line.data[0] >= '0' && line.data[0] <= '9'; }

static bool read_number_and_time(rt_tape_reader *reader, cursor *at, rt_event *event) {
  char sentence[120];
  int64_t number = 0;
  if (!read_natural(at, LARGEST_WHOLE_NUMBER, &number, "the number of an event was expected here")) return false;
  if (number != (int64_t)reader->last_event + 1) {
    snprintf(sentence, sizeof sentence, "event %llu was expected here", (unsigned long long)reader->last_event + 1);
    return fail_at(reader, 1, sentence);
  }
  reader->last_event++;
  if (!expect(at, RT_BYTES(" "))) return false;
  cursor start = *at;
  if (!read_natural(at, LARGEST_WHOLE_NUMBER, &event->now.ms, "a time in whole milliseconds was expected here"))
    return false;
  if (event->now.ms < reader->last_ms) {
    snprintf(sentence, sizeof sentence, "time goes back: the event before was at %lld ms", (long long)reader->last_ms);
    return wrong(&start, sentence);
  }
  reader->last_ms = event->now.ms;
  return expect(at, RT_BYTES(" > "));
}

static bool read_kind(cursor *at, rt_event *event) {
  const rt_bytes word = rt_bytes_take(at->rest, rt_bytes_find(at->rest, ' '));
  for (size_t i = 0; i < RT_EVENT_COUNT; i++) {
    if (!rt_bytes_equal(word, rt_tape_events[i].name)) continue;
    event->kind = (rt_event_kind)i;
    at->rest = rt_bytes_skip(at->rest, word.length);
    return true;
  }
  return wrong(at, "the name of an event was expected here");
}

static bool read_numbers(cursor *at, rt_event *event) {
  const rt_tape_fields *fields = &rt_tape_event_fields;
  for (size_t i = 0; i < fields->number_count; i++) {
    if ((rt_tape_events[event->kind].numbers >> i & 1u) == 0) continue;
    int32_t number = 0;
    if (!expect_name(at, fields->numbers[i].name) || !read_integer(at, &number)) return false;
    memcpy((char *)event + fields->numbers[i].offset, &number, sizeof number);
  }
  return true;
}

static bool read_texts(cursor *at, rt_event *event) {
  const rt_tape_fields *fields = &rt_tape_event_fields;
  for (size_t i = 0; i < fields->text_count; i++) {
    if ((rt_tape_events[event->kind].texts >> i & 1u) == 0 || !take_name(at, fields->texts[i].name)) continue;
    const bool is_body = fields->texts[i].offset == offsetof(rt_event, body);
    rt_bytes text;
    if (!read_quoted(at, is_body ? RT_MAX_BODY_LENGTH : RT_MAX_GIVEN_LENGTH, &text)) return false;
    memcpy((char *)event + fields->texts[i].offset, &text, sizeof text);
  }
  return true;
}

bool rt_tape_reader_event(rt_tape_reader *reader, rt_event *event) {
  cursor at = read_line(reader, reader->event_texts, sizeof reader->event_texts);
  *event = (rt_event){.kind = RT_EVENT_COUNT};
  if (!read_number_and_time(reader, &at, event) || !read_kind(&at, event)) return false;
  if (event->kind == RT_EVENT_VIEWPORT) event->metrics = reader->metrics;
  return read_numbers(&at, event) && read_texts(&at, event) && expect_end(&at);
}

bool rt_tape_reader_end(rt_tape_reader *reader) {
  cursor at = read_line(reader, NULL, 0);
  uint64_t sum = 0;
  if (!expect(&at, RT_BYTES("end ")) || !read_hex(&at, 8, &sum) || !expect_end(&at)) return false;
  if (sum != reader->sum) {
    return fail_at(reader, sizeof "end ", "the sum is another: the tape was changed after it was written");
  }
  rt_bytes line;
  if (!rt_tape_reader_next(reader, &line)) return !reader->has_failed;
  return fail_at(reader, 1, "nothing stands behind the line \"end\"");
}
