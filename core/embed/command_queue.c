// command_queue.c: a list that is filled by a step and drained after it.
// SPDX-License-Identifier: MIT
#include "embed/command_queue.h"

#include "base/check.h"

void rt_command_queue_clear(rt_command_queue *queue) { queue->first = queue->count = 0; }

rt_command *rt_command_queue_add(rt_command_queue *queue, rt_command_kind kind) {
  RT_CHECK(queue->count < RT_MAX_COMMANDS);
  rt_command *command = &queue->commands[queue->count++];
  *command = (rt_command){.kind = kind};
  return command;
}

bool rt_command_queue_take(rt_command_queue *queue, rt_command *command) {
  if (queue->first == queue->count) return false;
  *command = queue->commands[queue->first++];
  return true;
}
