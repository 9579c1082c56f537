// simulate_tapes.c: the tapes of a world as files.
// SPDX-License-Identifier: MIT
#include "cli/simulate_tapes.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"

enum { MOST_TAPES = 8 };  // the first pages of a world, and one more

typedef struct {
  uint32_t page;
  int file;  // -1: could not be opened or written
} tape_file;

struct rt_tape_files {
  const char *folder;
  uint64_t seed;
  uint32_t count;
  int trouble;  // the first errno
  tape_file all[MOST_TAPES];
};

typedef struct {
  char text[PATH_MAX];
} file_name;

static file_name name_of(const char *folder, uint64_t seed, uint32_t page, const char *end) {
  file_name path;
  snprintf(path.text, sizeof path.text, "%s/%" PRIu64 "-%" PRIu32 ".tape%s", folder, seed, page, end);
  return path;
}

rt_tape_files *rt_tape_files_open(const char *folder, uint64_t seed) {
  rt_tape_files *files = calloc(1, sizeof *files);
  if (files != NULL) *files = (rt_tape_files){.folder = folder, .seed = seed};
  return files;
}

static tape_file *file_of(rt_tape_files *files, uint32_t page) {
  for (uint32_t i = 0; i < files->count; i++) {
    if (files->all[i].page == page) return &files->all[i];
  }
  RT_CHECK(files->count < MOST_TAPES);
  tape_file *made = &files->all[files->count++];
  const file_name part = name_of(files->folder, files->seed, page, ".part");
  *made = (tape_file){.page = page, .file = open(part.text, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)};
  if (made->file < 0 && files->trouble == 0) files->trouble = errno;
  return made;
}

static void give_up(rt_tape_files *files, tape_file *at) {
  if (files->trouble == 0) files->trouble = errno;
  close(at->file);
  at->file = -1;
}

void rt_tape_files_write(rt_tape_files *files, uint32_t page, rt_bytes text) {
  tape_file *at = file_of(files, page);
  while (at->file >= 0 && text.length > 0) {
    const ssize_t written = write(at->file, text.data, text.length);
    if (written >= 0) {
      text = rt_bytes_skip(text, (size_t)written);
    } else if (errno != EINTR) {
      give_up(files, at);
    }
  }
}

void rt_tape_files_close(rt_tape_files *files, char *trouble, size_t capacity) {
  for (uint32_t i = 0; i < files->count; i++) {
    tape_file *at = &files->all[i];
    if (at->file >= 0 && close(at->file) != 0 && files->trouble == 0) files->trouble = errno;
  }
  for (uint32_t i = 0; i < files->count; i++) {
    const file_name part = name_of(files->folder, files->seed, files->all[i].page, ".part");
    const file_name whole = name_of(files->folder, files->seed, files->all[i].page, "");
    if (files->trouble != 0) {
      unlink(part.text);
    } else if (rename(part.text, whole.text) != 0) {
      files->trouble = errno;
    }
  }
  if (files->trouble != 0 && trouble[0] == '\0') {
    snprintf(trouble, capacity, "The tapes cannot be written to %.60s: %s.", files->folder, strerror(files->trouble));
  }
  free(files);
}

void rt_tape_files_rescue(const char *folder, uint64_t seed) {
  for (uint32_t page = 0; page < MOST_TAPES; page++) {
    const file_name part = name_of(folder, seed, page, ".part");
    const file_name whole = name_of(folder, seed, page, "");
    rename(part.text, whole.text);  // those there are
  }
}
