// money.h: amounts in millionths of a US dollar, and what an offer pays where.
// Integers only: a cent is 10,000 micros, and nothing is ever rounded on the way in.
// SPDX-License-Identifier: MIT
#ifndef RT_DOMAIN_MONEY_H
#define RT_DOMAIN_MONEY_H

#include "base/bytes.h"
#include "base/status.h"
#include "domain/visitor.h"

// Millionths of a US dollar.
typedef struct {
  int64_t value;
} rt_micros;

// What the advertiser pays for: a billable click, or a conversion.
typedef enum { RT_MODEL_CPC, RT_MODEL_CPA } rt_model;

// One country's rate; the country "*" is the rate anywhere else, unknown location included.
typedef struct {
  char country[RT_MAX_COUNTRY_LENGTH + 1];
  rt_micros amount;
} rt_rate;

// The lowest and highest rate the platform takes for a model. Below the lowest a click costs more to count than it
// brings; the highest keeps every sum of a month's clicks far inside 64 bits and catches a mistyped unit.
rt_micros rt_rate_minimum(rt_model model);
rt_micros rt_rate_maximum(rt_model model);

// The rate that holds at `location`: its country's, else that of "*". False when there is neither.
bool rt_rate_at(const rt_rate *rates, size_t count, const rt_location *location, rt_micros *amount);

// Reads dollars as people write them: "0.45", "12", at most six decimals, no sign. RT_BAD_FIELD for anything else or
// more than a billion dollars.
rt_status rt_micros_from_dollars(rt_bytes text, rt_micros *amount);

// Writes dollars: "0.45", "12.00", as many decimals as the amount needs but at least two.
void rt_write_dollars(rt_writer *writer, rt_micros amount);

// "cpc", "cpa".
const char *rt_model_name(rt_model model);
bool rt_model_find(rt_bytes name, rt_model *model);

#endif
