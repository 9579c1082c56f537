// decimal.h: text to double without the C library's quad-precision arithmetic.
// cJSON calls it in place of strtod in every build, so that native and wasm agree to the bit.
// SPDX-License-Identifier: MIT
#ifndef RT_CODEC_DECIMAL_H
#define RT_CODEC_DECIMAL_H

// As C11 strtod for the grammar of JSON numbers: optional minus, digits, optional fraction, optional exponent. Exact
// (correctly rounded) up to 15 significant digits with a decimal exponent within ±22 (Clinger 1990, the fast path);
// beyond, within a few units in the last place; overflow gives infinity, underflow zero. `*end` is the first unread
// character, or `text` when there is no number. Sets no errno, knows no locale.
double rt_decimal_strtod(const char *text, char **end);

#endif
