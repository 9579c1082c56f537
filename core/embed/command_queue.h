// command_queue.h: commands of one step, in order.
// SPDX-License-Identifier: MIT
#ifndef RT_EMBED_COMMAND_QUEUE_H
#define RT_EMBED_COMMAND_QUEUE_H

#include "domain/limits.h"
#include "embed/command.h"

typedef struct {
  uint32_t first, count;
  rt_command commands[RT_MAX_COMMANDS];
} rt_command_queue;

// Forgets what was not drained: its bytes are gone with the step that made it.
void rt_command_queue_clear(rt_command_queue *queue);

// A zeroed command of `kind` at the end, to be filled in. More than RT_MAX_COMMANDS in one step is a mistake of the
// core.
rt_command *rt_command_queue_add(rt_command_queue *queue, rt_command_kind kind);

// False when there is none left; `command` untouched.
bool rt_command_queue_take(rt_command_queue *queue, rt_command *command);

#endif
