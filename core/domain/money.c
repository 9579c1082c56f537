// money.c: dollars in and out, rates by country.
// SPDX-License-Identifier: MIT
#include "domain/money.h"

#include <string.h>

enum { MICROS_PER_DOLLAR = 1000000, DECIMALS = 6 };

rt_micros rt_rate_minimum(rt_model model) {
  return (rt_micros){model == RT_MODEL_CPC ? MICROS_PER_DOLLAR / 100 : MICROS_PER_DOLLAR / 10};
}

rt_micros rt_rate_maximum(rt_model model) {
  return (rt_micros){model == RT_MODEL_CPC ? 1000 * (int64_t)MICROS_PER_DOLLAR : 100000 * (int64_t)MICROS_PER_DOLLAR};
}

bool rt_rate_at(const rt_rate *rates, size_t count, const rt_location *location, rt_micros *amount) {
  bool is_found = false;
  for (size_t i = 0; i < count; i++) {
    if (rt_location_is_known(location) && memcmp(rates[i].country, location->country, sizeof rates[i].country) == 0) {
      *amount = rates[i].amount;
      return true;
    }
    if (rates[i].country[0] == '*') {
      *amount = rates[i].amount;
      is_found = true;
    }
  }
  return is_found;
}

rt_status rt_micros_from_dollars(rt_bytes text, rt_micros *amount) {
  const size_t point = rt_bytes_find(text, '.');
  uint64_t whole = 0, fraction = 0;
  if (!rt_bytes_to_u64(rt_bytes_take(text, point), &whole) || whole > 1000000000u) return RT_BAD_FIELD;
  if (point < text.length) {
    const rt_bytes digits = rt_bytes_skip(text, point + 1);
    if (digits.length > DECIMALS || !rt_bytes_to_u64(digits, &fraction)) return RT_BAD_FIELD;
    for (size_t i = digits.length; i < DECIMALS; i++) fraction *= 10;
  }
  amount->value = (int64_t)(whole * MICROS_PER_DOLLAR + fraction);
  return RT_OK;
}

void rt_write_dollars(rt_writer *writer, rt_micros amount) {
  uint64_t rest = amount.value < 0 ? (uint64_t)0 - (uint64_t)amount.value : (uint64_t)amount.value;
  char decimals[DECIMALS];
  size_t length = DECIMALS;
  if (amount.value < 0) rt_write_char(writer, '-');
  rt_write_u64(writer, rest / MICROS_PER_DOLLAR);
  rest %= MICROS_PER_DOLLAR;
  for (size_t i = DECIMALS; i-- > 0; rest /= 10) decimals[i] = (char)('0' + rest % 10);
  while (length > 2 && decimals[length - 1] == '0') length--;
  rt_write_char(writer, '.');
  rt_write_bytes(writer, (rt_bytes){decimals, length});
}

const char *rt_model_name(rt_model model) { return model == RT_MODEL_CPA ? "cpa" : "cpc"; }

bool rt_model_find(rt_bytes name, rt_model *model) {
  if (rt_bytes_equal(name, RT_BYTES("cpc"))) {
    *model = RT_MODEL_CPC;
  } else if (rt_bytes_equal(name, RT_BYTES("cpa"))) {
    *model = RT_MODEL_CPA;
  } else {
    return false;
  }
  return true;
}
