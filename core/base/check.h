// check.h: stops on a programmer's mistake.
// Never for input from outside: that is refused with a status. In wasm the trap reaches the host, which takes its
// surface down and leaves the page alone; natively it stops the test where it stands.
// SPDX-License-Identifier: MIT
#ifndef RT_BASE_CHECK_H
#define RT_BASE_CHECK_H

#define RT_CHECK(claim)             \
  do {                              \
    if (!(claim)) __builtin_trap(); \
  } while (0)

#endif
