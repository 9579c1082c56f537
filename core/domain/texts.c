// texts.c: English, for a visitor who was just told no: short, kind, and honest about whose offers these are.
// SPDX-License-Identifier: MIT
#include "domain/texts.h"

const rt_texts rt_texts_english = {{
    .title = RT_BYTES_INIT("You still have options"),
    .intro = RT_BYTES_INIT("We are sorry this did not work out. These offers may suit you; each opens in a new tab."),
    .sponsored = RT_BYTES_INIT("Sponsored"),
    .close = RT_BYTES_INIT("Close"),
    .premium = RT_BYTES_INIT("Premium"),
    .support = RT_BYTES_INIT("Contact support"),
    .language = RT_BYTES_INIT("en"),
}};
