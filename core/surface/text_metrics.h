// text_metrics.h: how wide text will be and how many lines it takes, from a table handed in as data.
// Knows characters and a font's widths; draws nothing, and never asks the page back.
//
// The table crosses the border as text, made by the page from the font it really uses (measureText in
// web/effects/text_metrics.mjs), or by a test: the widths of U+0020 to U+007E in bold, in permille of the font size, as
// decimal integers with single spaces between them. What is missing or no width repeats the width before it, so "500"
// is a font whose every letter is half as wide as high, the square metrics of the layout tests. After the widths stands
// the size of text that the visitor has chosen in the browser's settings, in pixels; missing: RT_USUAL_FONT_PX.
//
// Of the rest of Unicode a letter counts as wide as "a", in Cyrillic as "n", and an ideograph, kana, Hangul or emoji as
// wide as high; combining marks, joiners and variation selectors have no width. A wrong guess costs an ellipsis or an
// empty line.
// SPDX-License-Identifier: MIT
#ifndef RT_SURFACE_TEXT_METRICS_H
#define RT_SURFACE_TEXT_METRICS_H

#include "base/bytes.h"

enum {
  RT_ASCII_WIDTHS = 95,
  RT_USUAL_FONT_PX = 16,  // the size in which every browser shows plain text until it is told otherwise
};

typedef union {
  struct {
    uint16_t widths_permille[RT_ASCII_WIDTHS];  // space to tilde
    uint16_t font_px;
  };
  uint16_t numbers[RT_ASCII_WIDTHS + 1];  // the same, in this order
} rt_text_metrics;

// Reads `text`; a rough average where it is empty.
rt_text_metrics rt_text_metrics_read(rt_bytes text);

typedef struct {
  int32_t width_px;  // on one line, rounded up
  int32_t lines;     // at least 1
} rt_text_extent;

// The room that `text` takes: on one line, and the lines in a box of `width_px`, broken as browsers break with
// `overflow-wrap: anywhere`, and Korean with `word-break: keep-all`: after spaces, hyphens and dashes, around ideographs,
// and inside a word only when it is alone on its line and still too long. Lines are counted with 1 % less than `width_px`:
// kerning and hinting differ from the table, and an empty line is better than a lost one. Text that is not UTF-8 is
// measured somehow.
rt_text_extent rt_text_measure(const rt_text_metrics *metrics, int32_t font_px, rt_bytes text, int32_t width_px);

// Takes the first of those lines off `text`, which is not empty, and returns it without the spaces at its end: called until
// nothing is left, it gives as many lines as rt_text_measure counts.
rt_bytes rt_text_take_line(const rt_text_metrics *metrics, int32_t font_px, int32_t width_px, rt_bytes *text);

// The first character that is no blank, with the marks that belong to it; empty when there is none.
rt_bytes rt_text_initial(rt_bytes text);

#endif
