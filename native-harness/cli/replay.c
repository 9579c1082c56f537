// replay.c: retarget replay.
// SPDX-License-Identifier: MIT
#include "sim/replay.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

static const char help[] =
    "retarget replay: feeds the events of a tape to the core and compares what it does\n"
    "\n"
    "  retarget replay TAPE...   \"-\" is standard input\n"
    "\n"
    "A tape is what trace() gives in a page whose script element has data-debug, and what `retarget simulate` writes;\n"
    "its form is described in tests/tapes/FORMAT.md. Prints a line for each tape that replays as written. Otherwise\n"
    "prints where the core first does something else, with the lines before, and exits 1; a tape that is missing,\n"
    "malformed or of a newer form is said in a sentence with line and column, and the exit is 2.\n"
    "\n"
    "To look at the core while it happens: gdb --args retarget replay TAPE. Where the page's core stopped itself over "
    "a\n"
    "mistake of its own, so does this one.\n";

static const rt_option options[] = {{NULL, false}};

static ptrdiff_t read_file(void *self, char *bytes, size_t room, const char **why) {
  for (;;) {
    const ssize_t count = read(*(const int *)self, bytes, room);
    if (count >= 0) return count;
    if (errno == EINTR) continue;
    *why = errno == EISDIR ? "this is a folder; name the tapes in it" : strerror(errno);
    return -1;
  }
}

// Replays the open file and says how it went.
static int replay_file(int file, const char *name, rt_replay *replay) {
  switch (rt_replay_run(replay, (rt_tape_source){&file, read_file})) {
    case RT_REPLAY_EQUAL:
      printf("%s: %llu events, %llu commands, %s%s\n", name, (unsigned long long)replay->event_count,
             (unsigned long long)replay->command_count, rt_embed_state(replay->embed),
             replay->is_stopped ? " (stopped there, before the run was over)"
             : replay->has_sum  ? ""
                                : " (no line \"end\": it may have been longer)");
      return RT_EXIT_DONE;
    case RT_REPLAY_DIFFERENT: {
      char text[4096];
      rt_writer report = rt_writer_over(text, sizeof text);
      rt_replay_report(replay, name, &report);
      fprintf(stderr, "retarget: %.*s", (int)report.length, report.data);
      return RT_EXIT_FAILED;
    }
    case RT_REPLAY_UNREADABLE:
      break;
  }
  const rt_tape_fault *fault = &replay->reader.fault;
  return rt_fail(RT_EXIT_USAGE, "%s:%llu:%zu: %s.", name, (unsigned long long)fault->line, fault->column,
                 fault->sentence);
}

static int replay_named(const char *name, rt_replay *replay) {
  if (strcmp(name, "-") == 0) return replay_file(STDIN_FILENO, "standard input", replay);
  const int file = open(name, O_RDONLY | O_CLOEXEC);
  if (file < 0) return rt_fail(RT_EXIT_USAGE, "%s cannot be opened: %s.", name, strerror(errno));
  const int result = replay_file(file, name, replay);
  close(file);
  return result;
}

int rt_cli_replay(int argc, char **argv) {
  rt_arguments arguments = {.argc = argc, .argv = argv, .options = options, .help = help};
  rt_replay *replay = malloc(sizeof *replay);
  if (replay == NULL) return rt_fail(RT_EXIT_FAILED, "There is no memory left.");
  int found, worst = RT_EXIT_DONE, count = 0;
  while ((found = rt_arguments_next(&arguments)) == RT_OPTION_PLAIN) {
    const int result = replay_named(arguments.value, replay);
    if (result > worst) worst = result;
    count++;
  }
  free(replay);
  if (found != RT_OPTION_END) return rt_arguments_exit(found);
  if (count == 0) return rt_fail(RT_EXIT_USAGE, "Which tape? retarget replay TAPE; --help says more.");
  return worst;
}
