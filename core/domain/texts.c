// texts.c: English, for a visitor who was just told no: short, kind, and honest about whose offers these are.
// SPDX-License-Identifier: MIT
#include "domain/texts.h"

rt_texts rt_texts_english(void) {
  return (rt_texts){
      .title = RT_BYTES("You still have options"),
      .intro = RT_BYTES("We are sorry this did not work out. These offers may suit you and open in a new tab."),
      .sponsored = RT_BYTES("Sponsored"),
      .close = RT_BYTES("Close"),
      .premium = RT_BYTES("Premium"),
      .support = RT_BYTES("Contact support"),
  };
}
