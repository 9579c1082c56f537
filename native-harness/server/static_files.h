// static_files.h: the built embeds, served from a directory as web/deliver.mjs lays it out: the newest of each brand in
// the brand's folder, what was built as a version in v/<version>/<brand>, and beside a file what it is compressed.
// Looks at a file's age at every request, so that a new build is served at once. Knows no HTTP status.
// SPDX-License-Identifier: MIT
#ifndef RT_SERVER_STATIC_FILES_H
#define RT_SERVER_STATIC_FILES_H

#include "domain/brand.h"
#include "server/content_coding.h"

typedef struct rt_static_files rt_static_files;

typedef struct {
  rt_bytes content;
  const char *type;   // Content-Type
  rt_coding coding;   // what `content` is compressed with
  bool is_versioned;  // this path never holds anything else
  char etag[32];      // quoted; each form of a file has its own
} rt_static_file;

// `directory` holds a directory per brand's slug; `brand` is the one whose files also stand at the root, and at the root
// of each version. The directory need not exist: then there are no files. NULL: no memory.
rt_static_files *rt_static_files_open(const char *directory, rt_brand_id brand);
void rt_static_files_close(rt_static_files *files);

// The file of a URL path (/retarget/widget-decline.js, /widget-decline.js, /v/1.0.0/retarget/widget-decline.js) in the
// form that the client wants most among those that are there; NULL when there is no such file. Only names of letters,
// digits, dots and hyphens with a known ending are looked up, so no path leads out of the directory. Good until the next
// call.
const rt_static_file *rt_static_files_find(rt_static_files *files, rt_bytes path, const rt_codings *codings);

#endif
