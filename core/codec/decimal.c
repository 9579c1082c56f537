// decimal.c: a small decimal parser.
// SPDX-License-Identifier: MIT
#include "codec/decimal.h"

#include <stdbool.h>
#include <stdint.h>

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

// value * 10^exponent by one exact power of ten where there is one, up to 10^22, and else by several. Beyond 10^400
// there is only infinity or zero.
static double scaled(double value, int exponent) {
  int left = exponent < 0 ? -exponent : exponent;
  for (left = left > 400 ? 400 : left; left > 0;) {
    double power = 1.0;
    for (int step = 0; step < 22 && left > 0; step++, left--) power *= 10.0;
    value = exponent < 0 ? value / power : value * power;
  }
  return value;
}

// Reads the exponent that begins at `at`, if one does, and returns what is behind it.
static const char *read_exponent(const char *at, int *exponent) {
  if ((*at | 32) != 'e') return at;
  const bool is_negative = at[1] == '-';
  const char *digit = at + 1 + (is_negative || at[1] == '+');
  if (!is_digit(*digit)) return at;
  int value = 0;
  for (; is_digit(*digit); digit++) {
    if (value < 100000) value = value * 10 + (*digit - '0');
  }
  *exponent += is_negative ? -value : value;
  return digit;
}

double rt_decimal_strtod(const char *text, char **end) {
  const bool is_negative = *text == '-';
  const char *at = text + is_negative;
  uint64_t significand = 0;  // of at most 19 digits, which is all that 64 bits hold; the rest only moves the exponent
  int exponent = 0;
  bool is_any = false, is_fraction = false;
  for (;; at++) {
    if (is_digit(*at)) {
      is_any = true;
      const bool is_kept = significand < 1000000000000000000u;
      if (is_kept) significand = significand * 10 + (uint64_t)(*at - '0');
      exponent += !is_kept - is_fraction;
    } else if (*at == '.' && !is_fraction && (is_any || is_digit(at[1]))) {
      is_fraction = true;
    } else {
      break;
    }
  }
  at = is_any ? read_exponent(at, &exponent) : text;
  if (end != (char **)0) *end = (char *)(uintptr_t)at;
  const double value = scaled((double)significand, exponent);
  return is_negative ? -value : value;
}
