// retarget.c: one program, a subcommand per job.
// SPDX-License-Identifier: MIT
#include <sodium.h>
#include <string.h>

#include "base/version.h"
#include "cli/cli.h"

static const char help[] =
    "retarget: offers for visitors a publisher has to decline\n"
    "\n"
    "  retarget serve      answer the API and deliver the embeds\n"
    "  retarget site       add, list, set, rotate, disable, enable websites\n"
    "  retarget offer      add, list, pause, resume offers\n"
    "  retarget simulate   play widgets, visitors, publishers and the API through everything that can go wrong\n"
    "  retarget replay     feed a tape's events to the core and compare what it does\n"
    "  retarget render     draw the overlay of some offers as SVG or PNG, without a browser\n"
    "\n"
    "Each has its own --help. Websites, offers and visits are in one file, --db FILE (default retarget.db).\n"
    "retarget --version says which version this is.\n";

static const struct {
  const char *name;
  int (*run)(int argc, char **argv);
} commands[] = {{"serve", rt_cli_serve},       {"site", rt_cli_site},     {"offer", rt_cli_offer},
                {"simulate", rt_cli_simulate}, {"replay", rt_cli_replay}, {"render", rt_cli_render}};

int main(int argc, char **argv) {
  if (sodium_init() < 0) return rt_fail(RT_EXIT_FAILED, "This machine gives no random numbers.");
  if (argc < 2) {
    fputs(help, stderr);
    return RT_EXIT_USAGE;
  }
  if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
    fputs(help, stdout);
    return RT_EXIT_DONE;
  }
  if (strcmp(argv[1], "--version") == 0) {
    puts("retarget " RT_VERSION);
    return RT_EXIT_DONE;
  }
  for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
    if (strcmp(argv[1], commands[i].name) == 0) return commands[i].run(argc - 2, argv + 2);
  }
  return rt_fail(RT_EXIT_USAGE, "There is no command \"%.40s\"; --help lists those there are.", argv[1]);
}
