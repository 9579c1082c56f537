// locator.h: the door to whoever knows where an address is.
// The answer is used and the address dropped; nothing here keeps one. geo_database.h answers it from a file.
// SPDX-License-Identifier: MIT
#ifndef RT_SERVER_LOCATOR_H
#define RT_SERVER_LOCATOR_H

#include "domain/visitor.h"
#include "server/address.h"

typedef struct {
  void *self;

  // Where an address is; unknown where nobody knows. NULL: there is no such knowledge at all.
  rt_location (*find)(void *self, const rt_address *address);
} rt_locator;

#endif
