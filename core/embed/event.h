// event.h: what the world did, as one flat value. Which fields a kind carries stands in kinds.def.
// SPDX-License-Identifier: MIT
#ifndef RT_EMBED_EVENT_H
#define RT_EMBED_EVENT_H

#include "base/bytes.h"
#include "base/instant.h"

typedef enum {
#define RT_EVENT(upper, lower, fields) RT_EVENT_##upper,
#include "embed/kinds.def"
  RT_EVENT_COUNT
} rt_event_kind;

// How much of the page a visitor can see. A prerendered page has not been visited yet.
typedef enum { RT_PAGE_VISIBLE, RT_PAGE_HIDDEN, RT_PAGE_PRERENDERED } rt_page_state;

typedef enum { RT_CLOSE_BUTTON, RT_CLOSE_ESCAPE, RT_CLOSE_BACKDROP, RT_CLOSE_API } rt_close_reason;

// Why a surface could not be put on the page.
typedef enum {
  RT_REFUSAL_BUSY,    // another overlay of this brand is on the page
  RT_REFUSAL_FAILED,  // the page's document would not take it
} rt_refusal;

// Bytes are borrowed for the call of rt_embed_step. Fields that the kind does not carry are ignored.
typedef struct {
  rt_event_kind kind;
  rt_instant now;  // never earlier than the event before
#define RT_EVENT_NUMBER(upper, lower) int32_t lower;
#include "embed/kinds.def"
#define RT_EVENT_TEXT(upper, lower) rt_bytes lower;
#include "embed/kinds.def"
} rt_event;

#endif
