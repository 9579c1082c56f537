// json_file.c: the bytes off a file, and the memory that its values need.
// SPDX-License-Identifier: MIT
#include "cli/json_file.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FILE = 4 * 1024 * 1024 };

static bool refuse(rt_json_file *file, rt_sentence *why, const char *format, ...) __attribute__((format(printf, 3, 4)));
static bool refuse(rt_json_file *file, rt_sentence *why, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(why->text, sizeof why->text, format, arguments);
  va_end(arguments);
  rt_json_file_close(file);
  return false;
}

static bool read_all(FILE *from, rt_json_file *file) {
  char *text = malloc(MAX_FILE + 1);
  if (text == NULL) return false;
  file->text = (rt_bytes){text, fread(text, 1, MAX_FILE + 1, from)};
  return ferror(from) == 0;
}

bool rt_json_file_open(const char *path, rt_json_file *file, rt_sentence *why) {
  *file = (rt_json_file){0};
  FILE *from = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
  const bool is_read = from != NULL && read_all(from, file);
  if (from != NULL && from != stdin) fclose(from);
  if (!is_read) return refuse(file, why, "The file %.200s cannot be read.", path);
  if (file->text.length > MAX_FILE) return refuse(file, why, "The file %.200s is larger than 4 MiB; split it.", path);
  const size_t room = rt_json_memory_needed(file->text.length, RT_MAX_JSON_VALUES) + 64;
  file->values = malloc(room);
  if (file->values == NULL) return refuse(file, why, "There is no memory left.");
  rt_arena arena = rt_arena_over(file->values, room);
  const rt_status status = rt_bytes_are_utf8(file->text) ? rt_json_parse(file->text, &arena, &file->root) : RT_BAD_UTF8;
  if (status != RT_OK) return refuse(file, why, "%.200s: %s.", path, rt_status_sentence(status));
  return true;
}

void rt_json_file_close(rt_json_file *file) {
  free((char *)file->text.data);
  free(file->values);
  *file = (rt_json_file){0};
}
