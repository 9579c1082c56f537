// simulate_pages.h: retarget simulate FILE.md…: plays scenario pages.
// SPDX-License-Identifier: MIT
#ifndef RT_CLI_SIMULATE_PAGES_H
#define RT_CLI_SIMULATE_PAGES_H

#include <stdio.h>

// Plays the pages and says of each whether the widget does what its tape says; with RT_BLESS in the environment the tapes
// are rewritten. Nothing is played, and nothing written, before all of them can be read. The exit code.
int rt_cli_simulate_pages(int count, char **files);

// Prints every sentence that a story may have.
void rt_simulate_print_sentences(FILE *file);

#endif
