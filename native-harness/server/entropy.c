// entropy.c: the system's generator, by way of libsodium.
// SPDX-License-Identifier: MIT
#include "server/entropy.h"

#include <sodium.h>

static void fill_from_system(void *self, void *bytes, size_t length) {
  (void)self;
  randombytes_buf(bytes, length);
}

rt_entropy rt_system_entropy(void) { return (rt_entropy){.fill = fill_from_system}; }
