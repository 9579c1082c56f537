// text_metrics.c: the table of widths, classes of characters, and the breaking of lines.
// SPDX-License-Identifier: MIT
#include "surface/text_metrics.h"

enum {
  AVERAGE_PERMILLE = 530,
  MAX_WIDTH_PERMILLE = 9999,  // ten times the font size: wider is no character
  WITHOUT_SLACK_PERMILLE = 990,
};

rt_text_metrics rt_text_metrics_read(rt_bytes text) {
  rt_text_metrics metrics;
  uint32_t width = AVERAGE_PERMILLE;
  const char *at = text.data, *const end = at + text.length;
  for (size_t i = 0; i <= RT_ASCII_WIDTHS; i++) {
    const char *const start = at;
    uint32_t number = 0;
    if (i == RT_ASCII_WIDTHS) width = RT_USUAL_FONT_PX;
    for (; at < end && *at != ' '; at++) {
      const uint32_t digit = (unsigned char)*at - (uint32_t)'0';
      number = digit <= 9 && number <= MAX_WIDTH_PERMILLE ? number * 10 + digit : MAX_WIDTH_PERMILLE + 1;
    }
    if (at > start && number <= MAX_WIDTH_PERMILLE) width = number;
    metrics.numbers[i] = (uint16_t)width;
    if (at < end) at++;
  }
  return metrics;
}

// ---------------------------------------------------------------- characters

// What a character is to a line: a mark without width, a letter, a syllable of Korean, which is as wide as an ideograph and
// stays in its word (surface.css), or an ideograph with a place to break on both sides.
typedef enum { MARK, LETTER, SYLLABLE, WIDE } character_class;

// Where the next run of code points begins, and the class of the run before (Unicode 15 blocks, coarsely).
static const struct {
  uint16_t end;
  uint8_t class;
} runs[] = {
    {0x0300, LETTER}, {0x0370, MARK},   {0x1100, LETTER}, {0x1200, SYLLABLE}, {0x200B, LETTER},
    {0x2010, MARK},   {0x2600, LETTER}, {0xAC00, WIDE},   {0xD800, SYLLABLE}, {0xFB00, WIDE},
    {0xFE00, LETTER}, {0xFE10, MARK},   {0xFE70, WIDE},   {0xFF00, LETTER},
};

static character_class class_of(uint32_t code_point) {
  for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
    if (code_point < runs[i].end) return (character_class)runs[i].class;
  }
  return WIDE;
}

// Takes the first character off `text`, which is not empty, and returns its code point.
static uint32_t take_character(rt_bytes *text) {
  const unsigned char *at = (const unsigned char *)text->data;
  const size_t length = at[0] < 0xC0 ? 1 : at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : 4;
  uint32_t code_point = length == 1 ? at[0] : at[0] & (0x7FU >> length);
  size_t i = 1;
  for (; i < length && i < text->length; i++) code_point = code_point << 6 | (at[i] & 0x3FU);
  *text = rt_bytes_skip(*text, i);
  return code_point;
}

static int32_t width_permille(const rt_text_metrics *metrics, uint32_t code_point) {
  const character_class class = class_of(code_point);
  if (class == MARK || code_point < ' ') return 0;
  if (class >= SYLLABLE) return 1000;
  const bool is_cyrillic = code_point >= 0x400 && code_point < 0x530;
  return metrics->widths_permille[(code_point <= '~' ? code_point : is_cyrillic ? 'n' : 'a') - ' '];
}

// ---------------------------------------------------------------- lines

// Whether this is a letter, a digit or a sign of ASCII, and no line can end at it.
static bool is_plain(char c) { return c > '-' && c <= '~'; }

rt_text_extent rt_text_measure(const rt_text_metrics *metrics, int32_t font_px, rt_bytes text, int32_t width_px) {
  const int32_t available = width_px * WITHOUT_SLACK_PERMILLE / font_px;
  const char *at = text.data, *const end = at + text.length;
  int32_t whole = 0;           // width of all up to here
  int32_t line = 0, word = 0;  // what of it lies before this line, and before this word
  int32_t lines = 1;
  for (;;) {
    for (; at < end && is_plain(*at); at++) {  // nearly all there are
      const int32_t longer = whole + metrics->widths_permille[*at - ' '];
      if (longer - word > available) break;
      whole = longer;
    }
    if (whole > word && word > line && whole - line > available) {
      lines++;
      line = word;
    }
    if (at == end) break;
    if (*at == ' ') {  // spaces hang over the end of a line and never start one
      whole += metrics->widths_permille[0];
      word = whole;
      at++;
      continue;
    }
    rt_bytes rest = {at, (size_t)(end - at)};
    const uint32_t code_point = take_character(&rest);
    at = rest.data;
    const int32_t width = width_permille(metrics, code_point);
    const bool is_wide = class_of(code_point) == WIDE;
    if (is_wide) word = whole;
    whole += width;
    if (word > line && whole - line > available) {
      lines++;
      line = word;
    }
    if (whole - word > available && whole - word > width) {
      lines++;
      line = word = whole - width;
    }
    if (is_wide || code_point == '-' || (code_point >= 0x2010 && code_point <= 0x2014)) word = whole;
  }
  return (rt_text_extent){(whole * font_px + 999) / 1000, lines};
}

// The same rules as above, for who wants the lines themselves: no page does, whose browser breaks them, so that this is not
// in its module, where one function for both would be larger. A test holds the two together.
rt_bytes rt_text_take_line(const rt_text_metrics *metrics, int32_t font_px, int32_t width_px, rt_bytes *text) {
  const int32_t available = width_px * WITHOUT_SLACK_PERMILLE / font_px;
  const rt_bytes whole = *text;
  rt_bytes rest = whole, next = whole;  // `next`: behind the last place to break at
  int32_t line = 0, word = 0;
  while (!rt_bytes_is_empty(rest)) {
    const rt_bytes here = rest;
    const uint32_t code_point = take_character(&rest);
    const int32_t width = width_permille(metrics, code_point);
    const bool is_wide = class_of(code_point) == WIDE, is_space = code_point == ' ';
    if (is_wide || is_space) {
      line += word;
      word = 0;
      next = here;
    }
    if (is_space) {
      line += width;
      next = rest;
      continue;
    }
    word += width;
    if (line + word > available && line > 0) break;
    if (word > available && word > width) {
      next = here;
      break;
    }
    if (is_wide || code_point == '-' || (code_point >= 0x2010 && code_point <= 0x2014)) {
      line += word;
      word = 0;
      next = rest;
    }
    if (rt_bytes_is_empty(rest)) next = rest;
  }
  *text = next;
  rt_bytes taken = rt_bytes_take(whole, whole.length - next.length);
  while (taken.length > 0 && taken.data[taken.length - 1] == ' ') taken.length--;
  return taken;
}

rt_bytes rt_text_initial(rt_bytes text) {
  text = rt_bytes_trimmed(text);
  rt_bytes rest = text;
  size_t length = 0;
  while (!rt_bytes_is_empty(rest)) {
    if (class_of(take_character(&rest)) != MARK && length > 0) break;
    length = text.length - rest.length;
  }
  return rt_bytes_take(text, length);
}
