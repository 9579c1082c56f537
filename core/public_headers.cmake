# public_headers.cmake: copies embed/embed.h, and every header and list that it includes, from FROM to TO.
# In the copies an include is relative to the file it stands in ("../base/arena.h"): a program that has a base/arena.h of
# its own on its include path gets ours here and its own there.
# Usage: cmake -DFROM=core -DTO=build/release/include/retarget -P core/public_headers.cmake
# SPDX-License-Identifier: MIT
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE "${TO}")
set(found embed/embed.h)
set(left ${found})
while(left)
  list(POP_FRONT left header)
  if(NOT header MATCHES "^[a-z]+/[a-z_]+\\.(h|def)$")
    message(FATAL_ERROR "${header} is not room/file, so the copies of what includes it cannot name it")
  endif()
  file(READ "${FROM}/${header}" text)
  string(REGEX MATCHALL "\n#include \"[^\"]+" includes "${text}")
  foreach(include IN LISTS includes)
    string(REGEX REPLACE ".*\"" "" include "${include}")
    if(NOT include IN_LIST found)
      list(APPEND found "${include}")
      list(APPEND left "${include}")
    endif()
  endforeach()
  string(REPLACE "\n#include \"" "\n#include \"../" text "${text}")
  file(WRITE "${TO}/${header}" "${text}")
endwhile()
