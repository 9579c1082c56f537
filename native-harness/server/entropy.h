// entropy.h: where unguessable bytes come from.
// Handed in: the system's generator in production, a seeded stream in the simulator and in tests.
// SPDX-License-Identifier: MIT
#ifndef RT_SERVER_ENTROPY_H
#define RT_SERVER_ENTROPY_H

#include <stddef.h>

typedef struct {
  void *self;
  void (*fill)(void *self, void *bytes, size_t length);  // cannot fail; called from the thread that calls the service
} rt_entropy;

// The system's generator.
rt_entropy rt_system_entropy(void);

#endif
