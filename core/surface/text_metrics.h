// text_metrics.h: how wide text will be and how many lines it takes, from a table handed in as data.
// Knows characters and a font's widths; draws nothing, and never asks the page back.
//
// The table crosses the border as text, made by the page from the font it really uses (measureText in
// web/effects/text_metrics.mjs), or by a test. Decimal integers with single spaces between them:
//
//     1             version of this format
//     bold          width of bold text in permille of the same text in regular weight
//     95 widths     of U+0020 to U+007E, in permille of the font size
//     5 widths      of a typical character, in permille: other European letters (U+0080 on, Greek, Cyrillic,
//                   Armenian), Hebrew and Arabic, ideographs and kana and Hangul, emoji, everything else
//
// The last five may be left out together: then the built-in ones count. A table that ends anywhere else repeats its
// last width: "1 1000 500" is a font whose every character is half as wide as high, the square metrics of the layout
// tests. Combining marks, joiners and variation selectors have no width.
// SPDX-License-Identifier: MIT
#ifndef RT_SURFACE_TEXT_METRICS_H
#define RT_SURFACE_TEXT_METRICS_H

#include "base/bytes.h"

typedef enum {
  RT_SCRIPT_EUROPEAN,
  RT_SCRIPT_SEMITIC,
  RT_SCRIPT_WIDE,  // lines may break before and after each character
  RT_SCRIPT_EMOJI,
  RT_SCRIPT_OTHER,
  RT_SCRIPT_COUNT
} rt_script;

enum { RT_ASCII_WIDTHS = 95 };

typedef struct {
  uint16_t bold_permille;
  uint16_t widths_permille[RT_ASCII_WIDTHS + RT_SCRIPT_COUNT];  // space to tilde, then by rt_script
} rt_text_metrics;

typedef struct {
  int32_t size_px;
  bool is_bold;
} rt_font;

// The table in `text`; the built-in average of common sans-serif fonts when `text` is empty or not such a table.
rt_text_metrics rt_text_metrics_read(rt_bytes text);

// Width of `text` on one line, rounded up to whole pixels. UTF-8; a malformed byte counts as one character.
int32_t rt_text_width(const rt_text_metrics *metrics, rt_font font, rt_bytes text);

// Lines that `text` takes in boxes of `width_px`, at least 1, broken as browsers break with `overflow-wrap: anywhere`:
// after spaces, hyphens and dashes, around ideographs, and inside a word only when it is alone on its line and still
// too long. Counts with 2 % less than `width_px`: kerning and hinting differ from the table, and an empty line is
// better than a lost one.
int32_t rt_text_lines(const rt_text_metrics *metrics, rt_font font, rt_bytes text, int32_t width_px);

// The first character that shows something, with the marks that belong to it; empty when there is none.
rt_bytes rt_text_initial(rt_bytes text);

#endif
