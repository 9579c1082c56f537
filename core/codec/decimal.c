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

// The digits of a number: at most 19 are kept, which is all that 64 bits hold; the rest only moves the exponent.
typedef struct {
  uint64_t significand;
  int kept;
  int exponent;
  bool is_any;
} digits;

static const char *read_digits(const char *at, digits *into, bool is_fraction) {
  for (; is_digit(*at); at++) {
    into->is_any = true;
    if (into->kept < 19) {
      into->significand = into->significand * 10 + (uint64_t)(*at - '0');
      if (into->significand > 0) into->kept++;
      if (is_fraction) into->exponent--;
    } else if (!is_fraction && into->exponent < 100000) {
      into->exponent++;
    }
  }
  return at;
}

static const char *read_exponent(const char *at, int *exponent) {
  if (*at != 'e' && *at != 'E') return at;
  const char *digit = at + 1;
  const bool is_negative = *digit == '-';
  if (*digit == '-' || *digit == '+') digit++;
  if (!is_digit(*digit)) return at;
  int value = 0;
  for (; is_digit(*digit); digit++) {
    if (value < 100000) value = value * 10 + (*digit - '0');
  }
  *exponent += is_negative ? -value : value;
  return digit;
}

double rt_decimal_strtod(const char *text, char **end) {
  const bool is_negative = text[0] == '-';
  const char *at = is_negative ? text + 1 : text;
  digits number = {0, 0, 0, false};
  at = read_digits(at, &number, false);
  if (*at == '.' && (number.is_any || is_digit(at[1]))) at = read_digits(at + 1, &number, true);
  if (!number.is_any) {
    if (end != (char **)0) *end = (char *)(uintptr_t)text;
    return 0.0;
  }
  at = read_exponent(at, &number.exponent);
  if (end != (char **)0) *end = (char *)(uintptr_t)at;
  const double value = scaled((double)number.significand, number.exponent);
  return is_negative ? -value : value;
}
