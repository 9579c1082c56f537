// png.h: an SVG document as a picture of pixels, by the program rsvg-convert (Debian: librsvg2-bin).
// Knows nothing of what is drawn.
// SPDX-License-Identifier: MIT
#ifndef RT_DRAW_PNG_H
#define RT_DRAW_PNG_H

#include <stddef.h>

#include "base/bytes.h"

// Writes `svg` to the file at `path` as PNG, a pixel a unit. False: `why` (of `room` bytes) says in a sentence what is wrong.
// Starts the program without a shell and waits for it.
bool rt_png_write(rt_bytes svg, const char *path, char *why, size_t room);

#endif
