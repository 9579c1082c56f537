// png.c: one child process, its standard input and what it says.
// SPDX-License-Identifier: MIT
#include "draw/png.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CONVERTER "rsvg-convert"

extern char **environ;

// An unnamed file with `bytes` in it, read from its start; NULL: it could not be made.
static FILE *file_of(rt_bytes bytes) {
  FILE *file = tmpfile();
  if (file == NULL) return NULL;
  if (fwrite(bytes.data, 1, bytes.length, file) == bytes.length && fflush(file) == 0 && fseek(file, 0, SEEK_SET) == 0) {
    return file;
  }
  fclose(file);
  return NULL;
}

// Starts the program with `input` and `output` as its streams; 0, or what posix_spawnp said.
static int start(FILE *input, FILE *output, const char *option, pid_t *child) {
  posix_spawn_file_actions_t actions;
  int result = posix_spawn_file_actions_init(&actions);
  if (result != 0) return result;
  char *arguments[] = {CONVERTER, "--format=png", "--unlimited", (char *)option, NULL};
  posix_spawn_file_actions_adddup2(&actions, fileno(input), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(output), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(output), STDERR_FILENO);
  result = posix_spawnp(child, CONVERTER, &actions, NULL, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  return result;
}

static bool has_succeeded(pid_t child) {
  int status;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return false;
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// The first line of what the program said, without the end of the line.
static void read_line(FILE *output, char *line, int room) {
  rewind(output);
  if (fgets(line, room, output) == NULL) line[0] = '\0';
  line[strcspn(line, "\n")] = '\0';
}

bool rt_png_write(rt_bytes svg, const char *path, char *why, size_t room) {
  char line[200], *option = malloc(strlen(path) + sizeof "--output=");
  FILE *input = file_of(svg), *output = tmpfile();
  pid_t child;
  bool is_done = false;
  if (option == NULL || input == NULL || output == NULL) {
    snprintf(why, room, "There is no room for a temporary file: %s.", strerror(errno));
  } else {
    sprintf(option, "--output=%s", path);
    const int result = start(input, output, option, &child);
    if (result == ENOENT) {
      snprintf(why, room,
               "A PNG needs the program " CONVERTER
               ", which is not installed: apt-get install librsvg2-bin, or write .svg.");
    } else if (result != 0) {
      snprintf(why, room, CONVERTER " does not start: %s.", strerror(result));
    } else {
      is_done = has_succeeded(child);
      read_line(output, line, sizeof line);
      if (!is_done)
        snprintf(why, room, CONVERTER " could not write %.200s: %s.", path, line[0] ? line : "it said nothing");
    }
  }
  if (input != NULL) fclose(input);
  if (output != NULL) fclose(output);
  free(option);
  return is_done;
}
