// static_files.c: a small cache of files.
// SPDX-License-Identifier: MIT
#include "server/static_files.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_FILES = 64, MAX_NAME = 80, MAX_SIZE = 4 * 1024 * 1024 };

typedef struct {
  char name[MAX_NAME];  // brand/file
  struct timespec modified;
  char *content;
  rt_static_file file;
} cached;

struct rt_static_files {
  char directory[1024];
  rt_brand_id brand;
  cached files[MAX_FILES];
  size_t count;
};

static const struct {
  const char *ending, *type;
} types[] = {
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
};

rt_static_files *rt_static_files_open(const char *directory, rt_brand_id brand) {
  rt_static_files *files = calloc(1, sizeof *files);
  if (files == NULL) return NULL;
  snprintf(files->directory, sizeof files->directory, "%s", directory);
  files->brand = brand;
  return files;
}

void rt_static_files_close(rt_static_files *files) {
  if (files == NULL) return;
  for (size_t i = 0; i < files->count; i++) free(files->files[i].content);
  free(files);
}

static const char *type_of(rt_bytes name) {
  for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
    if (rt_bytes_end_with(name, rt_bytes_of(types[i].ending))) return types[i].type;
  }
  return NULL;
}

static bool is_plain_name(rt_bytes name) {
  if (name.length == 0 || name.data[0] == '.') return false;
  for (size_t i = 0; i < name.length; i++) {
    const char c = name.data[i];
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-')) {
      return false;
    }
  }
  return true;
}

// "brand/file" of a URL path. False: no file can be there.
static bool name_of(const rt_static_files *files, rt_bytes path, char name[MAX_NAME]) {
  if (path.length < 2 || path.data[0] != '/') return false;
  path = rt_bytes_skip(path, 1);
  const size_t slash = rt_bytes_find(path, '/');
  rt_brand_id brand = files->brand;
  if (slash < path.length) {
    if (!rt_brand_find(rt_bytes_take(path, slash), &brand)) return false;
    path = rt_bytes_skip(path, slash + 1);
  }
  if (!is_plain_name(path) || type_of(path) == NULL || path.length > MAX_NAME / 2) return false;
  snprintf(name, MAX_NAME, "%s/%.*s", rt_brand_of(brand)->slug, (int)path.length, path.data);
  return true;
}

static bool read_whole(int file, char *content, size_t size) {
  for (size_t done = 0; done < size;) {
    const ssize_t got = read(file, content + done, size - done);
    if (got <= 0) return false;
    done += (size_t)got;
  }
  return true;
}

static cached *place_for(rt_static_files *files, const char *name) {
  for (size_t i = 0; i < files->count; i++) {
    if (strcmp(files->files[i].name, name) == 0) return &files->files[i];
  }
  if (files->count == MAX_FILES) return NULL;
  cached *place = &files->files[files->count++];
  *place = (cached){0};
  snprintf(place->name, sizeof place->name, "%s", name);
  return place;
}

static bool load(cached *place, int file, const struct stat *status) {
  const size_t size = (size_t)status->st_size;
  char *content = malloc(size + 1);
  if (content == NULL || !read_whole(file, content, size)) {
    free(content);
    return false;
  }
  unsigned char hash[16];
  rt_static_file *entry = &place->file;
  free(place->content);
  place->content = content;
  place->modified = status->st_mtim;
  entry->content = (rt_bytes){content, size};
  entry->type = type_of(rt_bytes_of(place->name));
  crypto_generichash(hash, sizeof hash, (const unsigned char *)content, size, NULL, 0);
  entry->etag[0] = '"';
  sodium_bin2base64(entry->etag + 1, sizeof entry->etag - 2, hash, sizeof hash,
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  memcpy(entry->etag + strlen(entry->etag), "\"", 2);
  return true;
}

const rt_static_file *rt_static_files_find(rt_static_files *files, rt_bytes path) {
  char name[MAX_NAME], full[sizeof files->directory + MAX_NAME];
  struct stat status;
  if (!name_of(files, path, name)) return NULL;
  snprintf(full, sizeof full, "%s/%s", files->directory, name);
  const int file = open(full, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return NULL;
  const rt_static_file *found = NULL;
  if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= MAX_SIZE) {
    cached *place = place_for(files, name);
    const bool is_fresh = place != NULL && place->content != NULL &&
                          memcmp(&place->modified, &status.st_mtim, sizeof status.st_mtim) == 0 &&
                          place->file.content.length == (size_t)status.st_size;
    if (is_fresh || (place != NULL && load(place, file, &status))) found = &place->file;
  }
  close(file);
  return found;
}
