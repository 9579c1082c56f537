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

typedef enum {
#define RT_DIAGNOSTIC(upper, code, level, sentence) RT_DIAGNOSTIC_##upper,
#include "embed/diagnostics.def"
#undef RT_DIAGNOSTIC
  RT_DIAGNOSTIC_COUNT
} rt_diagnostic;

// What a request is for. Of each kind at most one is under way; clicks are sent and forgotten.
typedef enum {
  RT_FOR_SESSION,
  RT_FOR_POLL,
  RT_FOR_DECISION,
  RT_FOR_OFFERS,
  RT_FOR_IMPRESSION,
  RT_PURPOSE_COUNT
} rt_purpose;

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
  RT_CONFIG_TEXT_MEMORY = 1024,     // keys, API base, language, location: at most 500 bytes, each rounded up
  RT_OFFER_TEXT_MEMORY = 8 * 1024,  // a dozen offers have about 4 KiB; what does not fit is not shown
  RT_MAX_WARNINGS = 4,
};

typedef enum { RT_LIFE_NEW, RT_LIFE_RUNNING, RT_LIFE_REFUSED, RT_LIFE_ENDED } rt_life;

struct rt_embed {
  rt_life life;
  const rt_brand *brand;
  rt_api_caller caller;
  rt_bytes page_host;
  bool is_muted, is_verbose;

  // Found wrong at rt_embed_open, said at `started`. Details are literals or lie in config_text.
  bool has_refusal;
  rt_diagnostic refusal;
  rt_bytes refusal_detail;
  uint32_t warning_count;
  struct {
    rt_diagnostic diagnostic;
    rt_bytes detail;
  } warnings[RT_MAX_WARNINGS];

  bool is_started;
  rt_page_state page_state;
  bool is_online;

  rt_trigger_flow trigger;
  rt_offers_flow offers_flow;
  rt_impressions impressions;

  rt_request requests[RT_PURPOSE_COUNT];
  int32_t last_request_number;
  bool has_said_trouble;      // once an outage, not once a request
  bool has_final_diagnostic;  // what the API said when it refused for good
  rt_diagnostic final_diagnostic;
  int32_t final_status;

  rt_id session_id, request_id;
  rt_offer offers[RT_MAX_OFFERS];
  rt_offers_content content;

  rt_command_queue queue;
  rt_arena *scratch;    // during a step
  const rt_view *view;  // in scratch, since show_surface was queued
  rt_arena config_texts, offer_texts;
  _Alignas(8) char config_text[RT_CONFIG_TEXT_MEMORY];
  _Alignas(8) char offer_text[RT_OFFER_TEXT_MEMORY];
};

_Static_assert(sizeof(struct rt_embed) <= RT_EMBED_MEMORY, "an embed has outgrown RT_EMBED_MEMORY");

static inline rt_bytes rt_id_bytes(const rt_id *id) { return (rt_bytes){id->text, id->length}; }

// embed_config.c: reads the page's configuration.
rt_status rt_embed_configure(rt_embed *embed, const rt_config *config);

// embed_report.c: what the page and its developer are told. `detail` replaces {} and is copied.
void rt_embed_say(rt_embed *embed, rt_diagnostic diagnostic, rt_bytes detail);
void rt_embed_report_error(rt_embed *embed, rt_diagnostic diagnostic, rt_bytes detail);  // say, and `…:error`
void rt_embed_announce(rt_embed *embed);
void rt_embed_notify_open(rt_embed *embed);
void rt_embed_notify_close(rt_embed *embed, rt_close_reason reason);
void rt_embed_notify_click(rt_embed *embed, uint32_t card);
void rt_embed_notify_empty(rt_embed *embed);
void rt_embed_notify_expired(rt_embed *embed);

// embed_http.c: intent to request, answer to fact.
void rt_embed_ask(rt_embed *embed, rt_purpose purpose, int32_t wait_s, rt_instant now);
void rt_embed_send_impressions(rt_embed *embed, rt_impression_batch batch, rt_instant now);
void rt_embed_send_click(rt_embed *embed, uint32_t card);
void rt_embed_cancel(rt_embed *embed, rt_purpose purpose);
void rt_embed_answer(rt_embed *embed, const rt_event *event);
void rt_embed_no_answer(rt_embed *embed, int32_t request, rt_instant now);
void rt_embed_check_deadlines(rt_embed *embed, rt_instant now);
rt_instant rt_embed_next_deadline(const rt_embed *embed);

// embed_surface.c: offers to boxes.
void rt_embed_keep_offers(rt_embed *embed, const rt_offers_answer *answer);
void rt_embed_show(rt_embed *embed, const rt_event *viewport);

// embed.c: carries out what a flow wants.
void rt_embed_apply_trigger(rt_embed *embed, rt_trigger_intent intent, rt_instant now);
void rt_embed_apply_offers(rt_embed *embed, rt_offers_intent intent, rt_instant now);

#endif
