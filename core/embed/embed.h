// embed.h: one widget on one page, as a machine that is fed events and asked for commands. The only header a widget
// host includes. Reads no clock, opens no socket, draws nothing, allocates nothing. A host is this loop and no more:
//
//     rt_embed_step(embed, &event, &scratch);
//     while (rt_embed_next_command(embed, &command)) carry_out(&command);
//     sleep_until(the next event, or rt_embed_wake_at(embed));   // then step with a `woke` event
//
// What kinds of events and commands there are, what each carries and which answers which stands in embed/kinds.def.
// SPDX-License-Identifier: MIT
#ifndef RT_EMBED_EMBED_H
#define RT_EMBED_EMBED_H

#include "base/arena.h"
#include "base/instant.h"
#include "base/status.h"
#include "base/version.h"
#include "domain/brand.h"
#include "domain/limits.h"
#include "embed/command.h"
#include "embed/event.h"
#include "surface/view.h"

typedef struct rt_embed rt_embed;

typedef enum {
#define RT_EMBED_KIND(upper, name) RT_EMBED_##upper,
#include "embed/kinds.def"
  RT_EMBED_KIND_COUNT
} rt_embed_kind;

typedef enum {
#define RT_ATTRIBUTE(upper, attribute) RT_ATTRIBUTE_##upper,
#include "embed/kinds.def"
  RT_ATTRIBUTE_COUNT
} rt_attribute;

// What the page says once. Copied: nothing here needs to outlive rt_embed_open.
typedef struct {
  rt_embed_kind kind;
  rt_brand_id brand;
  uint64_t seed;                            // of the jitter between requests; any number
  rt_bytes page_host;                       // host name of the page, as in location.hostname
  rt_bytes page_language;                   // BCP 47 tag of the page or the browser, used when data-lang is absent
  rt_bytes attributes[RT_ATTRIBUTE_COUNT];  // raw values; RT_BYTES_NONE when absent, an empty literal when present
                                            // without a value
} rt_config;

// Memory for one embed: `bytes` at an address aligned to 8, owned by the caller until the embed is no longer used.
typedef struct {
  void *bytes;
  size_t length;
} rt_memory;

// Bytes that rt_embed_open wants. The same number on every platform and for every configuration.
size_t rt_embed_memory_needed(void);

// Opens an embed inside `memory`. Values of attributes that make no sense do not fail here: the embed says so at
// `started`, with a log line and an error event, and then does nothing. RT_NO_SPACE: less memory than
// rt_embed_memory_needed().
rt_status rt_embed_open(rt_memory memory, const rt_config *config, rt_embed **embed);

// What the API and a tape call a kind: "decline", "geo", "section". Literal.
const char *rt_embed_kind_name(rt_embed_kind kind);

// Feeds one event. `scratch` is an empty arena of at least RT_SCRATCH_MEMORY bytes that the host owns; commands and the
// surface point into it until the next step of any embed that shares it, so drain first. RT_OK, RT_NO_SPACE when
// scratch is smaller than that (nothing happened), RT_FAILED once the embed has ended.
rt_status rt_embed_step(rt_embed *embed, const rt_event *event, rt_arena *scratch);

// The next thing to do, in order; false when there is none left. Drain after every step.
bool rt_embed_next_command(rt_embed *embed, rt_command *command);

// When a `woke` event is wanted; RT_NEVER: no timer. May change with every step.
rt_instant rt_embed_wake_at(const rt_embed *embed);

// The surface to draw when show_surface is the command at hand; NULL otherwise. Lives as long as the command.
const rt_view *rt_embed_surface(const rt_embed *embed);

// The state in a word, for people and tests: "starting", "waiting", "open"… Literal, never NULL. The list is in
// web/docs/decline-widget.md.
const char *rt_embed_state(const rt_embed *embed);

// The inside of it, for tests and for the simulator's coverage of transitions only: where a flow stands, as a number
// from 0, and that state's name in flow/states.def ("CREATING"); NULL for a number that is no state. A host that decides
// by it is in the wrong room. Not part of core.wasm.
typedef enum { RT_FLOW_TRIGGER, RT_FLOW_OFFERS, RT_FLOW_COUNT } rt_flow;
uint32_t rt_embed_flow_state(const rt_embed *embed, rt_flow flow);
const char *rt_flow_name(rt_flow flow);  // "TRIGGER", "OFFERS"
const char *rt_flow_state_name(rt_flow flow, uint32_t state);

// RT_VERSION of the core that is linked, whichever header was compiled against: "1.0.0".
const char *rt_version(void);

#endif
