// embed_state.h: the inside of an embed, shared by the files of this room and by nobody else.
// SPDX-License-Identifier: MIT
#ifndef RT_EMBED_EMBED_STATE_H
#define RT_EMBED_EMBED_STATE_H

#include "codec/api_client.h"
#include "embed/command_queue.h"
#include "embed/embed.h"
#include "flow/impressions.h"
#include "flow/offers_flow.h"
#include "flow/trigger_flow.h"
#include "surface/offers_view.h"

// The kinds of embeds that this build has, a bit each. One for pages has one kind, and the compiler leaves out what only
// the others need: their sentences, flows and answers.
#ifndef RT_KINDS
#define RT_KINDS 7  // a number, for the preprocessor reads it too
_Static_assert(RT_KINDS == (1 << RT_EMBED_KIND_COUNT) - 1, "RT_KINDS lacks a kind");
#endif

typedef enum {
#define RT_DIAGNOSTIC(upper, ...) RT_DIAGNOSTIC_##upper,
#include "embed/diagnostics.def"
  RT_DIAGNOSTIC_COUNT,
  RT_DIAGNOSTIC_NONE = RT_DIAGNOSTIC_COUNT
} rt_diagnostic;

// Of each kind of call at most one is under way; clicks are sent and forgotten.
typedef struct {
  int32_t number;       // 0: none under way
  rt_instant deadline;  // then it is aborted and counts as failed
} rt_request;

// An id the API gave, kept.
typedef struct {
  char text[RT_MAX_ID_LENGTH];
  uint32_t length;
} rt_id;

enum {
  RT_CONFIG_TEXT_MEMORY = 1024,     // keys, API base, language, location, a section's two: at most 700 bytes
  RT_OFFER_TEXT_MEMORY = 8 * 1024,  // a dozen offers have about 4 KiB; what does not fit is not shown
};

typedef enum { RT_LIFE_NEW, RT_LIFE_RUNNING, RT_LIFE_REFUSED, RT_LIFE_ENDED } rt_life;

struct rt_embed {
  rt_life life;
  rt_embed_kind kind;
  const rt_brand *brand;
  rt_api_caller caller;
  bool is_muted, is_verbose, is_started, is_online;
  rt_page_state page_state;

  // Found wrong at rt_embed_open, said at `started`: the first thing that refuses it, and attributes that are ignored.
  rt_diagnostic refusal;
  rt_bytes refusal_detail;
  uint32_t misunderstood;  // bit n: attribute n has a value that makes no sense
  uint32_t not_here;       // bit n: attribute n is only for localhost
  rt_bytes bad_max_ads;    // what data-max-ads says, when that is no number in range; else empty

  rt_trigger_flow trigger;
  rt_offers_flow offers_flow;
  rt_impressions impressions;

  rt_request requests[RT_CALL_CLICK];
  int32_t last_request_number;
  bool has_said_trouble;           // once an outage, not once a request
  rt_diagnostic final_diagnostic;  // what the API said when it refused for good

  rt_id session_id, request_id;
  rt_offers_content content;
  rt_bytes country, region;     // of the decision, among the texts of the offers, which come later
  uint32_t most_ads;            // of a section: offers it may show
  rt_bytes container;           // of a section: the id of the element it stands in
  rt_instant container_due_at;  // it is given up then; RT_NEVER: it is there, or not asked for yet
  rt_arena *scratch;            // during a step
  const rt_view *view;          // in scratch, since show_surface was queued
  rt_arena config_texts, offer_texts;
  _Alignas(8) char config_text[RT_CONFIG_TEXT_MEMORY];
  rt_command_queue queue;
  rt_offer offers[RT_MAX_OFFERS];  // from here on nothing is touched while the embed waits
  _Alignas(8) char offer_text[RT_OFFER_TEXT_MEMORY];
};

_Static_assert(sizeof(struct rt_embed) <= RT_EMBED_MEMORY, "an embed has outgrown RT_EMBED_MEMORY");

static inline bool rt_embed_is(const rt_embed *embed, rt_embed_kind kind) {
  if (RT_KINDS == 1 << kind) return true;
  return (RT_KINDS >> kind & 1) != 0 && embed->kind == kind;
}

static inline rt_bytes rt_id_bytes(const rt_id *id) { return (rt_bytes){id->text, id->length}; }

// embed_config.c: reads the page's configuration.
void rt_embed_configure(rt_embed *embed, const rt_config *config);
rt_bytes rt_attribute_name(rt_attribute attribute);

// embed_report.c: what the page and its developer are told. `detail` replaces {} and is copied.
// An error is also the event `…:error`.
rt_bytes rt_diagnostic_code(rt_diagnostic diagnostic);
void rt_embed_say(rt_embed *embed, rt_diagnostic diagnostic, rt_bytes detail);
void rt_embed_announce(rt_embed *embed);
void rt_embed_notify_open(rt_embed *embed);
void rt_embed_notify_allowed(rt_embed *embed);
// Window event `name` with one member in its detail.
void rt_embed_notify(rt_embed *embed, const char *name, const char *member, rt_bytes value);

// embed_http.c: intent to request, answer to fact.
void rt_embed_ask(rt_embed *embed, rt_call call, rt_instant now);
void rt_embed_send_click(rt_embed *embed, uint32_t card);
void rt_embed_send_ping(rt_embed *embed);
void rt_embed_cancel(rt_embed *embed, rt_call call);
void rt_embed_answer(rt_embed *embed, const rt_event *event);
void rt_embed_no_answer(rt_embed *embed, int32_t request, rt_instant now);
void rt_embed_check_deadlines(rt_embed *embed, rt_instant now);
rt_instant rt_embed_next_deadline(const rt_embed *embed);

// embed_surface.c: offers to boxes. `measure` asks for what `show` wants to know.
void rt_embed_keep_offers(rt_embed *embed, const rt_api_answer *answer);
void rt_embed_keep_place(rt_embed *embed, const rt_api_answer *answer);
void rt_embed_measure(rt_embed *embed, rt_instant now);
void rt_embed_show(rt_embed *embed, const rt_event *viewport);

// embed.c: carries out what a flow wants.
void rt_embed_apply(rt_embed *embed, rt_intents intents, rt_instant now);

#endif
