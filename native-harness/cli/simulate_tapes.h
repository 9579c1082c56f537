// simulate_tapes.h: the tapes of a world as files DIR/SEED-PAGE.tape.
// A file gets its name when it is whole; until then it is called .tape.part. Knows nothing of what stands on a tape.
// SPDX-License-Identifier: MIT
#ifndef RT_CLI_SIMULATE_TAPES_H
#define RT_CLI_SIMULATE_TAPES_H

#include "base/bytes.h"

typedef struct rt_tape_files rt_tape_files;

// `folder` is borrowed. NULL: no memory.
rt_tape_files *rt_tape_files_open(const char *folder, uint64_t seed);

// Adds to the tape of a page. Goes to the file at once, so that a tape tells of a crash to the last event.
void rt_tape_files_write(rt_tape_files *files, uint32_t page, rt_bytes text);

// Gives the files their names. If one could not be written, none of it is left, and a sentence about it stands in
// `trouble`, if that was empty.
void rt_tape_files_close(rt_tape_files *files, char *trouble, size_t capacity);

// Gives the files of a world whose process died their names.
void rt_tape_files_rescue(const char *folder, uint64_t seed);

#endif
