// status.c: names and sentences of status.def.
// SPDX-License-Identifier: MIT
#include "base/status.h"

const char *rt_status_name(rt_status status) {
  switch (status) {
#define RT_STATUS(number, name, sentence) \
  case RT_##name:                         \
    return #name;
#include "base/status.def"
#undef RT_STATUS
  }
  return "UNKNOWN";
}

const char *rt_status_sentence(rt_status status) {
  switch (status) {
#define RT_STATUS(number, name, sentence) \
  case RT_##name:                         \
    return sentence;
#include "base/status.def"
#undef RT_STATUS
  }
  return "an unknown status";
}
