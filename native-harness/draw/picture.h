// picture.h: the pictures of offers, out of a folder: nothing is fetched from anywhere.
// SPDX-License-Identifier: MIT
#ifndef RT_DRAW_PICTURE_H
#define RT_DRAW_PICTURE_H

#include "draw/drawing.h"

// The picture at `url` as a file in `folder`, named as the URL's path ends: …/images/bank.png?v=2 is FOLDER/bank.png. PNG,
// JPEG, GIF, WebP or SVG of at most 4 MiB; none where there is no such file. The caller frees what rt_picture_free takes.
rt_picture rt_picture_find(const char *folder, rt_bytes url);
void rt_picture_free(rt_picture *picture);

#endif
