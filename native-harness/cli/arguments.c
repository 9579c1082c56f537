// arguments.c: options off a command line.
// SPDX-License-Identifier: MIT
#include <stdarg.h>
#include <string.h>

#include "cli/cli.h"

int rt_fail(int code, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("retarget: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  return code;
}

static int find(const rt_option *options, rt_bytes name) {
  for (int i = 0; options[i].name != NULL; i++) {
    if (rt_bytes_equal(rt_bytes_of(options[i].name), name)) return i;
  }
  return RT_OPTION_WRONG;
}

int rt_arguments_next(rt_arguments *arguments) {
  if (arguments->at >= arguments->argc) return RT_OPTION_END;
  const char *word = arguments->argv[arguments->at++];
  arguments->value = word;
  if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
    fputs(arguments->help, stdout);
    return RT_OPTION_HELP;
  }
  if (word[0] != '-' || strcmp(word, "-") == 0) return RT_OPTION_PLAIN;
  const rt_bytes text = rt_bytes_of(word);
  const size_t equals = rt_bytes_find(text, '=');
  const int found = find(arguments->options, rt_bytes_take(text, equals));
  if (found < 0) {
    rt_fail(0, "There is no option %.*s here; --help lists those there are.", (int)equals, word);
    return RT_OPTION_WRONG;
  }
  const bool has_value = equals < text.length;
  if (!arguments->options[found].takes_value) {
    if (!has_value) return found;
    rt_fail(0, "The option %s takes no value.", arguments->options[found].name);
    return RT_OPTION_WRONG;
  }
  if (!has_value && arguments->at >= arguments->argc) {
    rt_fail(0, "The option %s needs a value.", arguments->options[found].name);
    return RT_OPTION_WRONG;
  }
  arguments->value = has_value ? word + equals + 1 : arguments->argv[arguments->at++];
  return found;
}

int rt_arguments_exit(int found) {
  if (found == RT_OPTION_HELP) return RT_EXIT_DONE;
  return RT_EXIT_USAGE;
}
