// simulate_pages.c: reads, plays, compares and rewrites files; what a page is and how it is played is sim/scenario.c's
// business.
// SPDX-License-Identifier: MIT
#include "cli/simulate_pages.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "sim/scenario.h"

enum { MAX_PAGE = 4 << 20 };  // a tape of ten thousand lines

typedef struct {
  const char *name;
  char *text;
  rt_scenario scenario;
} page;

// ---------------------------------------------------------------- files

// False: it has been said why.
static bool read_file(page *read, size_t *length) {
  FILE *file = fopen(read->name, "rb");
  if (file == NULL) {
    rt_fail(0, "%s cannot be opened: %s.", read->name, strerror(errno));
    return false;
  }
  read->text = malloc(MAX_PAGE + 1);
  if (read->text != NULL) *length = fread(read->text, 1, MAX_PAGE + 1, file);
  const int trouble = ferror(file) ? errno : 0;
  fclose(file);
  if (read->text == NULL || trouble != 0) {
    rt_fail(0, "%s cannot be read: %s.", read->name, strerror(trouble != 0 ? trouble : ENOMEM));
  } else if (*length > MAX_PAGE) {
    rt_fail(0, "%s is larger than 4 MiB: that is no scenario page.", read->name);
  } else {
    return true;
  }
  return false;
}

static bool write_runs(int file, const rt_scenario_runs *runs) {
  for (size_t i = 0; i < RT_SCENARIO_RUNS; i++) {
    for (rt_bytes left = runs->all[i]; left.length > 0;) {
      const ssize_t written = write(file, left.data, left.length);
      if (written < 0 && errno != EINTR) return false;
      if (written > 0) left = rt_bytes_skip(left, (size_t)written);
    }
  }
  return fsync(file) == 0;
}

// The file is replaced as a whole or not at all.
static bool replace_file(const char *name, const rt_scenario_runs *runs) {
  char real[PATH_MAX], part[PATH_MAX + 8];
  struct stat about;
  if (realpath(name, real) == NULL || stat(real, &about) != 0) return false;
  snprintf(part, sizeof part, "%s.XXXXXX", real);
  const int file = mkstemp(part);
  if (file < 0) return false;
  bool is_whole = write_runs(file, runs) && fchmod(file, about.st_mode & 07777) == 0;
  const int trouble = errno;
  is_whole &= close(file) == 0;
  if (is_whole && rename(part, real) == 0) return true;
  if (!is_whole) errno = trouble;
  const int why = errno;
  unlink(part);
  errno = why;
  return false;
}

// ---------------------------------------------------------------- pages

static bool read_page(page *read) {
  size_t length = 0;
  rt_story_fault fault;
  if (!read_file(read, &length)) return false;
  if (rt_scenario_read((rt_bytes){read->text, length}, &read->scenario, &fault)) return true;
  rt_fail(0, "%s:%u:%zu: %s.", read->name, fault.line, fault.column, fault.sentence);
  return false;
}

static bool is_blessing(void) {
  const char *bless = getenv("RT_BLESS");
  return bless != NULL && bless[0] != '\0' && strcmp(bless, "0") != 0;
}

// One line that does it again, for a shell.
static void print_again(const char *prefix, const char *name) {
  fprintf(stderr, "%s%s simulate '", prefix, program_invocation_name);
  for (const char *at = name; *at != '\0'; at++) {
    if (*at == '\'') fputs("'\\'", stderr);
    fputc(*at, stderr);
  }
  fputs("'\n", stderr);
}

static int complain(const page *of, const rt_scenario_difference *difference) {
  rt_fail(0, "%s:%u:%zu: the widget does something else.\n  the tape: %s\n  it does:  %s", of->name, difference->line,
          difference->column, difference->tape[0] != '\0' ? difference->tape : "(nothing more)",
          difference->widget[0] != '\0' ? difference->widget : "(nothing more)");
  print_again("If it is meant:  RT_BLESS=1 ", of->name);
  return RT_EXIT_FAILED;
}

static int bless(const page *of, rt_bytes played) {
  const rt_scenario_runs runs = rt_scenario_blessed(&of->scenario, played);
  if (!replace_file(of->name, &runs)) {
    return rt_fail(RT_EXIT_USAGE, "%s cannot be written: %s; it is as it was.", of->name, strerror(errno));
  }
  printf("%s: its tape is new\n", of->name);
  return RT_EXIT_DONE;
}

static int judge(const page *of, const rt_led_result *result) {
  const rt_bytes played = {result->tape, result->tape_length};
  rt_scenario_difference difference;
  if (!of->scenario.has_tape) {
    if (is_blessing()) return bless(of, played);
    rt_fail(0, "%s has no tape yet.", of->name);
    print_again("To write it:  RT_BLESS=1 ", of->name);
    return RT_EXIT_FAILED;
  }
  if (!rt_scenario_is_as_written(&of->scenario, played, &difference)) {
    return is_blessing() ? bless(of, played) : complain(of, &difference);
  }
  printf("%s: as written; %llu requests, the widget is %s\n", of->name, (unsigned long long)result->requests,
         result->state);
  return RT_EXIT_DONE;
}

static int play(const page *of) {
  rt_led_result result;
  rt_led_world_play(&of->scenario.story, rt_led_memory_whole(), &result);
  int code = RT_EXIT_FAILED;
  if (result.outcome == RT_LED_PLAYED) {
    code = judge(of, &result);
  } else if (result.outcome == RT_LED_FAILED || result.outcome == RT_LED_BROKEN) {
    rt_fail(0, "%s:%u: %s.", of->name, result.line, result.sentence);
  } else {
    rt_fail(0, "%s: %s", of->name, result.sentence);
  }
  rt_led_result_free(&result);
  return code;
}

int rt_cli_simulate_pages(int count, char **files) {
  page *pages = calloc((size_t)count, sizeof *pages);
  if (pages == NULL) return rt_fail(RT_EXIT_FAILED, "There is no memory left.");
  int worst = RT_EXIT_DONE;
  signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a write that fails, not the end
  for (int i = 0; i < count; i++) {
    pages[i].name = files[i];
    if (!read_page(&pages[i])) worst = RT_EXIT_USAGE;
  }
  const bool are_read = worst == RT_EXIT_DONE;
  for (int i = 0; i < count && are_read; i++) {
    const int code = play(&pages[i]);
    if (code > worst) worst = code;
  }
  for (int i = 0; i < count; i++) free(pages[i].text);
  free(pages);
  return worst;
}

void rt_simulate_print_sentences(FILE *file) {
  for (rt_sentence_kind kind = 0; kind < RT_SENTENCE_COUNT; kind++) {
    fprintf(file, "  %s\n", rt_sentence_row_of(kind)->pattern);
  }
}
