// picture.c: names off URLs, and what kind of picture some bytes are.
// SPDX-License-Identifier: MIT
#include "draw/picture.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAX_PICTURE = 4 * 1024 * 1024, MAX_PATH = 4096 };

// What the path of a URL ends in, empty when that is no name of a file.
static rt_bytes name_of(rt_bytes url) {
  url = rt_bytes_take(url, rt_bytes_find(url, '#'));
  url = rt_bytes_take(url, rt_bytes_find(url, '?'));
  for (size_t slash; (slash = rt_bytes_find(url, '/')) < url.length;) url = rt_bytes_skip(url, slash + 1);
  return rt_bytes_start_with(url, RT_BYTES(".")) ? RT_BYTES_NONE : url;
}

// NULL: none that is known.
static const char *type_of(rt_bytes content) {
  static const struct {
    rt_bytes start;
    const char *type;
  } kinds[] = {
      {RT_BYTES_INIT("\x89PNG\r\n"), "image/png"}, {RT_BYTES_INIT("\xff\xd8\xff"), "image/jpeg"},
      {RT_BYTES_INIT("GIF8"), "image/gif"},        {RT_BYTES_INIT("RIFF"), "image/webp"},
      {RT_BYTES_INIT("<svg"), "image/svg+xml"},    {RT_BYTES_INIT("<?xml"), "image/svg+xml"},
      {RT_BYTES_INIT("<!--"), "image/svg+xml"},
  };
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    if (rt_bytes_start_with(content, kinds[i].start)) return kinds[i].type;
  }
  return NULL;
}

rt_picture rt_picture_find(const char *folder, rt_bytes url) {
  char path[MAX_PATH];
  const rt_bytes name = name_of(url);
  const int length = snprintf(path, sizeof path, "%s/%.*s", folder, (int)name.length, name.data);
  if (rt_bytes_is_empty(name) || length >= MAX_PATH) return (rt_picture){0};
  FILE *file = fopen(path, "rb");
  char *content = file == NULL ? NULL : malloc(MAX_PICTURE + 1);
  rt_picture picture = {0};
  if (content != NULL) {
    picture.content = (rt_bytes){content, fread(content, 1, MAX_PICTURE + 1, file)};
    if (ferror(file) == 0 && picture.content.length <= MAX_PICTURE) picture.type = type_of(picture.content);
  }
  if (file != NULL) fclose(file);
  if (picture.type == NULL) rt_picture_free(&picture);
  return picture;
}

void rt_picture_free(rt_picture *picture) {
  free((char *)picture->content.data);
  *picture = (rt_picture){0};
}
