// embed_rig.h: one embed in memory of its own, fed by hand; commands of the last step at hand.
// SPDX-License-Identifier: MIT
#ifndef RT_TESTS_SUPPORT_EMBED_RIG_H
#define RT_TESTS_SUPPORT_EMBED_RIG_H

#include "embed/embed.h"

typedef struct {
  rt_embed *embed;
  rt_instant now;
  rt_arena scratch;
  rt_command commands[RT_MAX_COMMANDS];
  size_t command_count;
  _Alignas(8) char memory[RT_EMBED_MEMORY];
  _Alignas(8) char scratch_memory[RT_SCRATCH_MEMORY];
} embed_rig;

// A configuration with good keys on https://shop.example, for tests to change.
rt_config embed_rig_config(void);

// Opens and starts an embed at 0 ms.
void embed_rig_start(embed_rig *rig, const rt_config *config);

// Steps with `event` `later_ms` after the last one and drains its commands.
rt_status embed_rig_step(embed_rig *rig, int64_t later_ms, rt_event event);

// Answers the latest request of the last step with a 200 and `body`.
void embed_rig_answer(embed_rig *rig, int64_t later_ms, const char *body);

// The first command of `kind` in the last step, NULL when there was none.
const rt_command *embed_rig_find(const embed_rig *rig, rt_command_kind kind);

#endif
