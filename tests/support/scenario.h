// scenario.h: a Markdown page that tells what happens to an embed, and the tape of what it did.
// A page has a heading, a sentence why, a fence marked `story` and a fence marked `tape`. Lines of a story:
//
//     seed 7                           every line before the first `at` configures
//     page_host shop.example
//     page_language en
//     brand affilfinder
//     attribute data-pub pk_abc
//     at 120 http_done request=1 status=200 body={"sessionId":"dcl_1"}
//     until 5000                       let timers run up to here
//
// Between two lines the embed is woken whenever it asked to be. The form of the tape is described in
// tests/tapes/FORMAT.md.
// SPDX-License-Identifier: MIT
#ifndef RT_TESTS_SUPPORT_SCENARIO_H
#define RT_TESTS_SUPPORT_SCENARIO_H

#include "base/bytes.h"

// Plays the story and writes its tape. False: `tape` holds a sentence about the line that cannot be read.
bool scenario_play(rt_bytes story, rt_writer *tape);

#endif
