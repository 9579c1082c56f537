// replay.c: the files of a target's corpus as tests, one each, without clang. The folder is the program's argument.
// A broken promise stops the program; the last name it printed is the file.
// SPDX-License-Identifier: MIT
#include <dirent.h>

#include "fuzz.h"
#include "unit.h"

enum { MAX_FILES = 1000, MAX_LENGTH = 1 << 17 };

static void holds_its_promises(void **state) {
  const char *path = *state;
  FILE *file = fopen(path, "rb");
  if (file == NULL) fail_msg("%s cannot be opened", path);
  char *bytes = exact_memory(MAX_LENGTH);
  const size_t length = fread(bytes, 1, MAX_LENGTH, file);
  fclose(file);
  const rt_bytes input = exact_copy((rt_bytes){bytes, length});
  free(bytes);
  LLVMFuzzerTestOneInput((const uint8_t *)input.data, input.length);
  free((char *)input.data);
}

static int by_name(const void *a, const void *b) {
  return strcmp(((const struct CMUnitTest *)a)->name, ((const struct CMUnitTest *)b)->name);
}

int main(int count, char **arguments) {
  static char paths[MAX_FILES][512];
  static struct CMUnitTest tests[MAX_FILES];
  size_t found = 0;
  DIR *folder = count == 2 ? opendir(arguments[1]) : NULL;
  for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
    if (entry->d_name[0] == '.' || found == MAX_FILES) continue;
    snprintf(paths[found], sizeof paths[found], "%s/%s", arguments[1], entry->d_name);
    tests[found] =
        (struct CMUnitTest){.name = paths[found], .test_func = holds_its_promises, .initial_state = paths[found]};
    found++;
  }
  if (folder != NULL) closedir(folder);
  if (found == 0) {
    fprintf(stderr, "usage: %s FOLDER, with the files to try in it\n", arguments[0]);
    return 2;
  }
  qsort(tests, found, sizeof tests[0], by_name);
  return _cmocka_run_group_tests(arguments[0], tests, found, NULL, NULL);
}
