// content_coding.h: in which form a client gets a file that is there compressed, too (RFC 9110, 12.5.3).
// Reads one header. Knows no file and compresses nothing.
// SPDX-License-Identifier: MIT
#ifndef RT_SERVER_CONTENT_CODING_H
#define RT_SERVER_CONTENT_CODING_H

#include "base/bytes.h"

typedef enum {
  RT_CODING_BROTLI,  // the smaller first
  RT_CODING_GZIP,
  RT_CODING_IDENTITY,
  RT_CODING_COUNT,
} rt_coding;

// What a client takes, what it likes best first; of what it likes alike, the smaller. The file as it is stands last where
// the client would rather not have it, because an answer it did not ask for is better than none.
typedef struct {
  rt_coding wanted[RT_CODING_COUNT];
  size_t count;
} rt_codings;

// `accept_encoding`: the header's value; RT_BYTES_NONE when there is none, and then the file goes out as it is.
rt_codings rt_codings_of(rt_bytes accept_encoding);

const char *rt_coding_name(rt_coding coding);    // for Content-Encoding: br, gzip, identity
const char *rt_coding_ending(rt_coding coding);  // of the file's name: .br, .gz, or nothing

#endif
