// version.h: the version of the program, the library, the embeds and the tape's vocabulary, in one place.
// CMakeLists.txt reads the line below; everything else includes this file or asks rt_version().
// SPDX-License-Identifier: MIT
#ifndef RT_BASE_VERSION_H
#define RT_BASE_VERSION_H

#define RT_VERSION "1.0.0"

#endif
