// cli.h: what the subcommands share: options, one-sentence failures, and who they are.
// SPDX-License-Identifier: MIT
#ifndef RT_CLI_CLI_H
#define RT_CLI_CLI_H

#include <stdio.h>

#include "base/bytes.h"

// How a subcommand ends.
enum { RT_EXIT_DONE = 0, RT_EXIT_FAILED = 1, RT_EXIT_USAGE = 2 };

#define RT_DEFAULT_DATABASE "retarget.db"

typedef struct {
  const char *name;  // with its two hyphens
  bool takes_value;
} rt_option;

// Walks the arguments of a subcommand. Start with `at` 0; argv[0] is the first argument.
typedef struct {
  int argc;
  char **argv;
  int at;
  const rt_option *options;  // ends with a name of NULL
  const char *help;          // printed for --help
  const char *value;         // of the option last found; for RT_OPTION_PLAIN the argument
} rt_arguments;

enum { RT_OPTION_END = -1, RT_OPTION_PLAIN = -2, RT_OPTION_WRONG = -3, RT_OPTION_HELP = -4 };

// The index of the next option in the table, or one of the above. RT_OPTION_WRONG has said what is wrong;
// RT_OPTION_HELP has printed the help. Takes "--name value" and "--name=value".
int rt_arguments_next(rt_arguments *arguments);

// What a subcommand returns when the walk did not end with RT_OPTION_END.
int rt_arguments_exit(int found);

// Prints "retarget: " and one sentence to standard error, and gives back `code`.
int rt_fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

// The subcommands; argv[0] is what follows their name.
int rt_cli_serve(int argc, char **argv);
int rt_cli_site(int argc, char **argv);
int rt_cli_offer(int argc, char **argv);
int rt_cli_replay(int argc, char **argv);
int rt_cli_simulate(int argc, char **argv);
int rt_cli_render(int argc, char **argv);

#endif
