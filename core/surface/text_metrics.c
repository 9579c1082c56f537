// text_metrics.c: the table of widths, classes of characters, and the breaking of lines.
// SPDX-License-Identifier: MIT
#include "surface/text_metrics.h"

enum {
  FORMAT_VERSION = 1,
  MAX_WIDTH_PERMILLE = 9999,  // ten times the font size: wider is no character
  SLACK_PERMILLE = 10,
  MAX_AVAILABLE = 1 << 28,  // of a line, in permille of the font size; sums of any text of the API stay far below it
};

// ---------------------------------------------------------------- the table

// Helvetica, Arial and Liberation Sans agree on these; system-ui fonts are within a few percent. In units of 1 % of the
// font size, from space to tilde, then the scripts.
static const uint8_t average_percent[RT_ASCII_WIDTHS + RT_SCRIPT_COUNT] = {
    28, 28, 36, 56, 56, 89, 67, 19,  33, 33, 39, 58, 28, 33, 28, 28, 56, 56, 56, 56, 56, 56, 56,  56,  56,
    56, 28, 28, 58, 58, 58, 56, 102, 67, 67, 72, 72, 67, 61, 78, 72, 28, 50, 67, 56, 83, 72, 78,  67,  78,
    72, 67, 61, 72, 67, 94, 67, 67,  61, 28, 28, 28, 47, 56, 33, 56, 56, 50, 56, 56, 28, 56, 56,  22,  22,
    50, 22, 83, 56, 56, 56, 56, 33,  50, 28, 56, 50, 72, 50, 50, 50, 33, 26, 33, 58, 58, 55, 100, 125, 65};

static rt_text_metrics average_metrics(void) {
  rt_text_metrics metrics = {.bold_permille = 1070};
  for (size_t i = 0; i < RT_ASCII_WIDTHS + RT_SCRIPT_COUNT; i++) {
    metrics.widths_permille[i] = (uint16_t)(average_percent[i] * 10);
  }
  return metrics;
}

// Reads a number and the space behind it. False at the end of `text`, at anything else and at a number out of range.
static bool take_number(rt_bytes *text, uint16_t *number) {
  uint32_t value = 0;
  size_t length = 0;
  for (; length < text->length && text->data[length] >= '0' && text->data[length] <= '9'; length++) {
    value = value * 10 + (uint32_t)(text->data[length] - '0');
    if (value > MAX_WIDTH_PERMILLE) return false;
  }
  if (length == 0 || (length < text->length && text->data[length] != ' ')) return false;
  *number = (uint16_t)value;
  *text = rt_bytes_skip(*text, length < text->length ? length + 1 : length);
  return true;
}

rt_text_metrics rt_text_metrics_read(rt_bytes text) {
  enum { ALL = RT_ASCII_WIDTHS + RT_SCRIPT_COUNT };
  rt_text_metrics metrics = average_metrics();
  uint16_t version, width = 0;
  size_t count = 0;
  if (take_number(&text, &version) && version == FORMAT_VERSION && take_number(&text, &metrics.bold_permille)) {
    while (count < ALL && take_number(&text, &width)) metrics.widths_permille[count++] = width;
  }
  if (count == 0 || !rt_bytes_is_empty(text)) return average_metrics();
  if (count == RT_ASCII_WIDTHS) return metrics;
  while (count < ALL) metrics.widths_permille[count++] = width;
  return metrics;
}

// ---------------------------------------------------------------- characters

enum { NO_WIDTH = RT_SCRIPT_COUNT };

// Runs of code points, each up to and including `last`, from U+0080 on (Unicode 15 blocks, coarsely: a wrong class
// costs a few pixels of an estimate).
static const struct {
  uint32_t last : 24, script : 8;
} runs[] = {
    {0x02FF, RT_SCRIPT_EUROPEAN}, {0x036F, NO_WIDTH},           {0x0590, RT_SCRIPT_EUROPEAN},
    {0x05BD, NO_WIDTH},           {0x064A, RT_SCRIPT_SEMITIC},  {0x065F, NO_WIDTH},
    {0x08FF, RT_SCRIPT_SEMITIC},  {0x10FF, RT_SCRIPT_OTHER},    {0x115F, RT_SCRIPT_WIDE},
    {0x11FF, NO_WIDTH},           {0x1DFF, RT_SCRIPT_OTHER},    {0x200A, RT_SCRIPT_EUROPEAN},
    {0x200F, NO_WIDTH},           {0x2029, RT_SCRIPT_EUROPEAN}, {0x202E, NO_WIDTH},
    {0x205F, RT_SCRIPT_EUROPEAN}, {0x206F, NO_WIDTH},           {0x20CF, RT_SCRIPT_EUROPEAN},
    {0x20FF, NO_WIDTH},           {0x25FF, RT_SCRIPT_OTHER},    {0x27BF, RT_SCRIPT_EMOJI},
    {0x2E7F, RT_SCRIPT_OTHER},    {0xA4CF, RT_SCRIPT_WIDE},     {0xABFF, RT_SCRIPT_OTHER},
    {0xD7A3, RT_SCRIPT_WIDE},     {0xF8FF, RT_SCRIPT_OTHER},    {0xFAFF, RT_SCRIPT_WIDE},
    {0xFB1C, RT_SCRIPT_EUROPEAN}, {0xFDFF, RT_SCRIPT_SEMITIC},  {0xFE0F, NO_WIDTH},
    {0xFE1F, RT_SCRIPT_WIDE},     {0xFE2F, NO_WIDTH},           {0xFE6F, RT_SCRIPT_WIDE},
    {0xFEFE, RT_SCRIPT_SEMITIC},  {0xFEFF, NO_WIDTH},           {0xFF60, RT_SCRIPT_WIDE},
    {0x1EFFF, RT_SCRIPT_OTHER},   {0x1F3FA, RT_SCRIPT_EMOJI},   {0x1F3FF, NO_WIDTH},
    {0x1FAFF, RT_SCRIPT_EMOJI},   {0x1FFFF, RT_SCRIPT_OTHER},   {0x3FFFF, RT_SCRIPT_WIDE},
    {0x10FFFF, NO_WIDTH},
};

static uint32_t script_of(uint32_t code_point) {
  size_t i = 0;
  while (code_point > runs[i].last) i++;
  return runs[i].script;
}

// A character of a text.
typedef struct {
  uint32_t code_point;
  size_t length;  // bytes
} character;

// The one at the start of `text`, which is not empty. Anything that is not a whole sequence is one byte long and counts
// as a European letter.
static inline character character_at(rt_bytes text) {
  const unsigned char *at = (const unsigned char *)text.data;
  const size_t length = at[0] < 0x80   ? 1
                        : at[0] < 0xC2 ? 0
                        : at[0] < 0xE0 ? 2
                        : at[0] < 0xF0 ? 3
                        : at[0] < 0xF5 ? 4
                                       : 0;
  if (length == 1) return (character){at[0], 1};
  if (length == 0 || length > text.length) return (character){0xFF, 1};
  uint32_t code_point = at[0] & (0x7Fu >> length);
  for (size_t i = 1; i < length; i++) {
    if ((at[i] & 0xC0) != 0x80) return (character){0xFF, 1};
    code_point = code_point << 6 | (at[i] & 0x3F);
  }
  return (character){code_point <= 0x10FFFF ? code_point : 0xFF, length};
}

static inline int32_t width_permille(const rt_text_metrics *metrics, uint32_t code_point) {
  if (code_point < 0x80) return code_point < ' ' || code_point > '~' ? 0 : metrics->widths_permille[code_point - ' '];
  const uint32_t script = script_of(code_point);
  return script == NO_WIDTH ? 0 : metrics->widths_permille[RT_ASCII_WIDTHS + script];
}

// ---------------------------------------------------------------- lines

static int64_t em_permille(const rt_text_metrics *metrics, rt_font font) {
  return (int64_t)font.size_px * (font.is_bold ? metrics->bold_permille : 1000);
}

int32_t rt_text_width(const rt_text_metrics *metrics, rt_font font, rt_bytes text) {
  int32_t width = 0;
  while (!rt_bytes_is_empty(text)) {
    const character next = character_at(text);
    width += width_permille(metrics, next.code_point);
    text = rt_bytes_skip(text, next.length);
  }
  return (int32_t)((width * em_permille(metrics, font) + 999999) / 1000000);
}

static inline bool breaks_around(uint32_t code_point) {
  return code_point >= 0x1100 && script_of(code_point) == RT_SCRIPT_WIDE;
}

static inline bool breaks_after(uint32_t code_point) {
  return code_point == '-' || (code_point >= 0x2010 && code_point <= 0x2014) || breaks_around(code_point);
}

int32_t rt_text_lines(const rt_text_metrics *metrics, rt_font font, rt_bytes text, int32_t width_px) {
  const int64_t em = em_permille(metrics, font);
  const int64_t exact = em == 0 ? MAX_AVAILABLE : (int64_t)width_px * (1000 - SLACK_PERMILLE) * 1000 / em;
  const int32_t available = exact < MAX_AVAILABLE ? (int32_t)exact : MAX_AVAILABLE;
  int32_t line = 0, word = 0;  // width of what stands on this line for good, and of the word behind it
  int32_t lines = 1;
  while (!rt_bytes_is_empty(text)) {
    const character next = character_at(text);
    const int32_t width = width_permille(metrics, next.code_point);
    text = rt_bytes_skip(text, next.length);
    if (next.code_point == ' ') {  // spaces hang over the end of a line and never start one
      line += word + width;
      word = 0;
      continue;
    }
    if (breaks_around(next.code_point)) {
      line += word;
      word = 0;
    }
    word += width;
    if (line + word > available && line > 0) {
      lines++;
      line = 0;
    }
    if (word > available && word > width) {
      lines++;
      word = width;
    }
    if (breaks_after(next.code_point)) {
      line += word;
      word = 0;
    }
  }
  return lines;
}

rt_bytes rt_text_initial(rt_bytes text) {
  while (!rt_bytes_is_empty(text) && text.data[0] >= 0 && text.data[0] <= ' ') text = rt_bytes_skip(text, 1);
  size_t length = 0;
  while (length < text.length) {
    const character next = character_at(rt_bytes_skip(text, length));
    if (length > 0 && (next.code_point < 0x300 || script_of(next.code_point) != NO_WIDTH)) break;
    length += next.length;
  }
  return rt_bytes_take(text, length);
}
