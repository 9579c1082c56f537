// scenarios_test.c: every page of tests/scenarios, its story played natively and its tape compared.
// tests/wasm plays the same pages through the wasm build.
// SPDX-License-Identifier: MIT
#include "pages.h"
#include "scenario.h"

int main(void) { return run_pages("scenarios", (page_marks){.input = "story", .output = "tape"}, scenario_play); }
