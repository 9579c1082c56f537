// json_file.h: a file of JSON, read and parsed whole.
// Knows nothing of what is in it.
// SPDX-License-Identifier: MIT
#ifndef RT_CLI_JSON_FILE_H
#define RT_CLI_JSON_FILE_H

#include "codec/json.h"
#include "server/admin.h"

typedef struct {
  rt_bytes text;
  rt_json root;
  void *values;  // the memory of `root`
} rt_json_file;

// Reads the file at `path`, "-" for standard input, of at most 4 MiB. False: `why` says in a sentence what is wrong, and
// there is nothing to close.
bool rt_json_file_open(const char *path, rt_json_file *file, rt_sentence *why);

void rt_json_file_close(rt_json_file *file);

#endif
