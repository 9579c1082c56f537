// embed_rig.c: open, step, drain.
// SPDX-License-Identifier: MIT
#include "embed_rig.h"

#include "base/check.h"

rt_config embed_rig_config(void) {
  rt_config config = {
      .kind = RT_EMBED_DECLINE, .brand = RT_BRAND_RETARGET, .seed = 1, .page_host = RT_BYTES("shop.example")};
  config.attributes[RT_ATTRIBUTE_PUB] = RT_BYTES("pk_test");
  config.attributes[RT_ATTRIBUTE_WEBSITE] = RT_BYTES("web_test");
  config.attributes[RT_ATTRIBUTE_API] = RT_BYTES("https://api.example");
  return config;
}

rt_status embed_rig_step(embed_rig *rig, int64_t later_ms, rt_event event) {
  rig->now = rt_instant_after(rig->now, rt_ms(later_ms));
  event.now = rig->now;
  const rt_status status = rt_embed_step(rig->embed, &event, &rig->scratch);
  rig->command_count = 0;
  while (rt_embed_next_command(rig->embed, &rig->commands[rig->command_count])) rig->command_count++;
  return status;
}

void embed_rig_start(embed_rig *rig, const rt_config *config) {
  rig->now = (rt_instant){0};
  rig->scratch = rt_arena_over(rig->scratch_memory, sizeof rig->scratch_memory);
  RT_CHECK(rt_embed_open((rt_memory){rig->memory, sizeof rig->memory}, config, &rig->embed) == RT_OK);
  embed_rig_step(rig, 0, (rt_event){.kind = RT_EVENT_STARTED});
}

const rt_command *embed_rig_find(const embed_rig *rig, rt_command_kind kind) {
  for (size_t i = 0; i < rig->command_count; i++) {
    if (rig->commands[i].kind == kind) return &rig->commands[i];
  }
  return NULL;
}

void embed_rig_answer(embed_rig *rig, int64_t later_ms, const char *body) {
  const rt_command *sent = embed_rig_find(rig, RT_COMMAND_SEND_HTTP);
  RT_CHECK(sent != NULL);
  embed_rig_step(
      rig, later_ms,
      (rt_event){.kind = RT_EVENT_HTTP_DONE, .request = sent->request, .status = 200, .body = rt_bytes_of(body)});
}
