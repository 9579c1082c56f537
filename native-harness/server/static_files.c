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

enum {
  MAX_FILES = 64,  // in memory: a few versions in all their forms
  MAX_PART = 40,   // of a path
  MAX_NAME = 128,
  MAX_SIZE = 4 * 1024 * 1024,
  // How much older than its file a compressed form may be. It is written with the file, but whoever copies a folder
  // copies one after the other; a form that was left behind when somebody changed the file is older by more.
  MAX_LAG = 60,  // s
};

typedef struct {
  char name[MAX_NAME];  // below the directory
  struct timespec modified;
  uint64_t used;  // when, in calls
  char *content;
  rt_static_file file;
} cached;

struct rt_static_files {
  char directory[1024];
  rt_brand_id brand;
  cached files[MAX_FILES];
  size_t count;
  uint64_t calls;
};

static const struct {
  const char *ending, *type;
} types[] = {
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".json", "application/json"},
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
  if (name.length == 0 || name.length > MAX_PART || name.data[0] == '.') return false;
  for (size_t i = 0; i < name.length; i++) {
    const char c = name.data[i];
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-')) {
      return false;
    }
  }
  return true;
}

// What a path asks for.
typedef struct {
  char name[MAX_NAME];  // below the directory
  const char *type;
  bool is_versioned;
} wanted_file;

// The part of `path` before its first slash, which is taken off with it; absent when it has none.
static rt_bytes take_folder(rt_bytes *path) {
  const size_t slash = rt_bytes_find(*path, '/');
  if (slash == path->length) return RT_BYTES_NONE;
  const rt_bytes folder = rt_bytes_take(*path, slash);
  *path = rt_bytes_skip(*path, slash + 1);
  return folder;
}

// Reads a URL path: /[v/VERSION/][BRAND/]FILE. False: no file can be there.
static bool read_path(const rt_static_files *files, rt_bytes path, wanted_file *found) {
  rt_bytes version = RT_BYTES_NONE;
  rt_brand_id brand = files->brand;
  if (path.length == 0 || path.data[0] != '/') return false;
  path = rt_bytes_skip(path, 1);
  found->is_versioned = rt_bytes_start_with(path, RT_BYTES("v/"));
  if (found->is_versioned) {
    path = rt_bytes_skip(path, 2);
    version = take_folder(&path);
    if (!is_plain_name(version)) return false;
  }
  const rt_bytes folder = take_folder(&path);
  if (folder.data != NULL && !rt_brand_find(folder, &brand)) return false;
  found->type = type_of(path);
  if (!is_plain_name(path) || found->type == NULL) return false;
  snprintf(found->name, sizeof found->name, "%s%.*s%s%s/%.*s", found->is_versioned ? "v/" : "", (int)version.length,
           version.data == NULL ? "" : version.data, found->is_versioned ? "/" : "", rt_brand_of(brand)->slug,
           (int)path.length, path.data);
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

// The entry of `name`, in the worst case in place of the one that nobody wanted for longest.
static cached *entry_for(rt_static_files *files, const char *name) {
  cached *entry = NULL;
  for (size_t i = 0; i < files->count && entry == NULL; i++) {
    if (strcmp(files->files[i].name, name) == 0) entry = &files->files[i];
  }
  if (entry == NULL) {
    const bool is_full = files->count == MAX_FILES;
    entry = &files->files[is_full ? 0 : files->count++];
    for (size_t i = 1; is_full && i < MAX_FILES; i++) {
      if (files->files[i].used < entry->used) entry = &files->files[i];
    }
    free(entry->content);
    *entry = (cached){0};
    snprintf(entry->name, sizeof entry->name, "%s", name);
  }
  entry->used = ++files->calls;
  return entry;
}

static bool load(cached *entry, int file, const struct stat *status) {
  const size_t size = (size_t)status->st_size;
  char *content = malloc(size + 1);
  if (content == NULL || !read_whole(file, content, size)) {
    free(content);
    return false;
  }
  unsigned char hash[16];
  char *etag = entry->file.etag;
  free(entry->content);
  entry->content = content;
  entry->modified = status->st_mtim;
  entry->file.content = (rt_bytes){content, size};
  crypto_generichash(hash, sizeof hash, (const unsigned char *)content, size, NULL, 0);
  etag[0] = '"';
  sodium_bin2base64(etag + 1, sizeof entry->file.etag - 2, hash, sizeof hash, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  memcpy(etag + strlen(etag), "\"", 2);
  return true;
}

// Opens a regular file of the directory. -1: there is none, or it is none to be served.
static int open_file(const rt_static_files *files, const char *name, struct stat *status) {
  char full[sizeof files->directory + MAX_NAME];
  snprintf(full, sizeof full, "%s/%s", files->directory, name);
  const int file = open(full, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return -1;
  if (fstat(file, status) == 0 && S_ISREG(status->st_mode) && status->st_size <= MAX_SIZE) return file;
  close(file);
  return -1;
}

// What is in `file`, from memory if it has not changed. NULL: it cannot be read. Closes the file.
static rt_static_file *read_file(rt_static_files *files, const char *name, int file, const struct stat *status) {
  cached *entry = entry_for(files, name);
  const bool is_fresh = entry->content != NULL &&
                        memcmp(&entry->modified, &status->st_mtim, sizeof status->st_mtim) == 0 &&
                        entry->file.content.length == (size_t)status->st_size;
  const bool is_read = is_fresh || load(entry, file, status);
  close(file);
  return is_read ? &entry->file : NULL;
}

// The compressed form of a file whose status is `original`. NULL: there is none that belongs to it.
static rt_static_file *find_form(rt_static_files *files, const wanted_file *wanted, rt_coding coding,
                                 const struct stat *original) {
  char name[MAX_NAME + 8];
  struct stat status;
  snprintf(name, sizeof name, "%s%s", wanted->name, rt_coding_ending(coding));
  const int file = open_file(files, name, &status);
  if (file < 0) return NULL;
  if (status.st_mtim.tv_sec + MAX_LAG < original->st_mtim.tv_sec) {
    close(file);
    return NULL;
  }
  return read_file(files, name, file, &status);
}

const rt_static_file *rt_static_files_find(rt_static_files *files, rt_bytes path, const rt_codings *codings) {
  wanted_file wanted;
  struct stat original;
  if (!read_path(files, path, &wanted)) return NULL;
  const int file = open_file(files, wanted.name, &original);
  if (file < 0) return NULL;
  rt_static_file *found = NULL;
  rt_coding coding = RT_CODING_IDENTITY;
  for (size_t i = 0; i < codings->count && found == NULL; i++) {
    coding = codings->wanted[i];
    if (coding == RT_CODING_IDENTITY) break;
    found = find_form(files, &wanted, coding, &original);
  }
  if (found == NULL) {
    coding = RT_CODING_IDENTITY;
    found = read_file(files, wanted.name, file, &original);
  } else {
    close(file);
  }
  if (found == NULL) return NULL;
  found->type = wanted.type;
  found->coding = coding;
  found->is_versioned = wanted.is_versioned;
  return found;
}
