// embed_http.c: a flow's intent becomes a request, an answer becomes a fact.
// SPDX-License-Identifier: MIT
#include "base/check.h"
#include "codec/api_names.h"
#include "embed/embed_state.h"

#define PATIENCE (rt_seconds(10))  // for any answer (PROTOCOL 3.2); a long poll gets its `wait` on top

static rt_command *add_request(rt_embed *embed, rt_http_method method) {
  rt_command *command = rt_command_queue_add(&embed->queue, RT_COMMAND_SEND_HTTP);
  command->request = ++embed->last_request_number;
  command->method = (int32_t)method;
  return command;
}

static void remember(rt_embed *embed, rt_purpose purpose, const rt_command *command, rt_instant deadline) {
  embed->requests[purpose] = (rt_request){.number = command->request, .deadline = deadline};
}

void rt_embed_ask(rt_embed *embed, rt_purpose purpose, int32_t wait_s, rt_instant now) {
  const rt_api_caller *caller = &embed->caller;
  rt_command *command = add_request(embed, purpose == RT_FOR_SESSION ? RT_HTTP_POST : RT_HTTP_GET);
  rt_writer url = rt_arena_writer(embed->scratch);
  switch (purpose) {
    case RT_FOR_SESSION:
      rt_api_write_session_url(&url, caller);
      break;
    case RT_FOR_POLL:
      rt_api_write_poll_url(&url, caller, rt_id_bytes(&embed->session_id), wait_s);
      break;
    case RT_FOR_DECISION:
      rt_api_write_decision_url(&url, caller);
      break;
    case RT_FOR_OFFERS:
      rt_api_write_offers_url(&url, caller, rt_id_bytes(&embed->request_id));
      break;
    case RT_FOR_IMPRESSION:
    case RT_PURPOSE_COUNT:
      RT_CHECK(false);
  }
  command->url = rt_arena_keep(embed->scratch, &url);
  if (purpose == RT_FOR_SESSION) {
    rt_writer body = rt_arena_writer(embed->scratch);
    rt_api_write_session_body(&body, caller);
    command->body = rt_arena_keep(embed->scratch, &body);
  }
  remember(embed, purpose, command, rt_instant_after(now, rt_ms(PATIENCE.ms + wait_s * 1000)));
}

void rt_embed_send_impressions(rt_embed *embed, rt_impression_batch batch, rt_instant now) {
  if ((batch.rendered.bits | batch.viewable.bits) == 0) return;
  rt_command *command = add_request(embed, RT_HTTP_POST);
  command->is_keepalive = 1;
  rt_writer url = rt_arena_writer(embed->scratch);
  rt_api_write_impression_url(&url, &embed->caller);
  command->url = rt_arena_keep(embed->scratch, &url);
  rt_writer body = rt_arena_writer(embed->scratch);
  rt_api_write_impression_body(&body, &embed->caller, rt_id_bytes(&embed->request_id), embed->offers,
                               batch.rendered.bits, batch.viewable.bits);
  command->body = rt_arena_keep(embed->scratch, &body);
  remember(embed, RT_FOR_IMPRESSION, command, rt_instant_after(now, PATIENCE));
}

void rt_embed_send_click(rt_embed *embed, uint32_t card) {
  rt_command *command = add_request(embed, RT_HTTP_POST);
  command->is_keepalive = 1;
  rt_writer url = rt_arena_writer(embed->scratch);
  rt_api_write_click_url(&url, &embed->caller);
  command->url = rt_arena_keep(embed->scratch, &url);
  rt_writer body = rt_arena_writer(embed->scratch);
  rt_api_write_click_body(&body, &embed->caller, rt_id_bytes(&embed->request_id), embed->offers[card].id);
  command->body = rt_arena_keep(embed->scratch, &body);
}

void rt_embed_cancel(rt_embed *embed, rt_purpose purpose) {
  rt_request *request = &embed->requests[purpose];
  if (request->number == 0) return;
  rt_command_queue_add(&embed->queue, RT_COMMAND_CANCEL_HTTP)->request = request->number;
  request->number = 0;
}

// The purpose of a request under way, which it then no longer is; RT_PURPOSE_COUNT for any other number.
static rt_purpose land(rt_embed *embed, int32_t number) {
  for (rt_purpose purpose = 0; purpose < RT_PURPOSE_COUNT; purpose++) {
    if (number != 0 && embed->requests[purpose].number == number) {
      embed->requests[purpose].number = 0;
      return purpose;
    }
  }
  return RT_PURPOSE_COUNT;
}

static bool is_passing(int32_t status) {
  return status == 408 || status == 425 || status == 429 || status >= 500 || status < 400;
}

static rt_trouble classify(const rt_event *event) {
  rt_trouble trouble = {.kind = RT_TROUBLE_FINAL};
  if (is_passing(event->status)) trouble.kind = RT_TROUBLE_PASSING;
  if (event->status == 404 || event->status == 410) trouble.kind = RT_TROUBLE_GONE;
  trouble.has_retry_after = rt_api_read_retry_after(event->retry_after, &trouble.retry_after);
  return trouble;
}

static void keep_id(rt_id *id, rt_bytes text) {
  rt_writer writer = rt_writer_over(id->text, sizeof id->text);
  rt_write_bytes(&writer, text);
  RT_CHECK(!writer.is_overflowed);
  id->length = (uint32_t)writer.length;
}

// Says once an outage what is the matter; impressions are not worth a word.
static void say_trouble(rt_embed *embed, rt_purpose purpose, rt_diagnostic diagnostic, rt_bytes detail) {
  if (embed->has_said_trouble || purpose == RT_FOR_IMPRESSION) return;
  embed->has_said_trouble = true;
  rt_embed_say(embed, diagnostic, detail);
}

static void say_status(rt_embed *embed, rt_purpose purpose, int32_t status) {
  if (status == 429) {
    say_trouble(embed, purpose, RT_DIAGNOSTIC_RATE_LIMITED, RT_BYTES_NONE);
  } else if (status < 400) {
    say_trouble(embed, purpose, RT_DIAGNOSTIC_API_NOT_JSON, embed->caller.api_base);
  } else {
    char digits[12];
    rt_writer number = rt_writer_over(digits, sizeof digits);
    rt_write_i64(&number, status);
    say_trouble(embed, purpose, RT_DIAGNOSTIC_API_ERROR, rt_written(&number));
  }
}

// What the API says of a refusal that no further try will change.
static rt_diagnostic refusal_of(rt_bytes code) {
  if (rt_bytes_equal(code, RT_BYTES(RT_CODE_UNKNOWN_KEYS))) return RT_DIAGNOSTIC_UNKNOWN_KEYS;
  if (rt_bytes_equal(code, RT_BYTES(RT_CODE_MISSING_KEYS))) return RT_DIAGNOSTIC_UNKNOWN_KEYS;
  if (rt_bytes_equal(code, RT_BYTES(RT_CODE_ORIGIN_NOT_ALLOWED))) return RT_DIAGNOSTIC_ORIGIN_NOT_ALLOWED;
  if (rt_bytes_equal(code, RT_BYTES(RT_CODE_WIDGET_DISABLED))) return RT_DIAGNOSTIC_WIDGET_DISABLED;
  return RT_DIAGNOSTIC_REFUSED;
}

static void trouble(rt_embed *embed, rt_purpose purpose, rt_trouble what, rt_instant now) {
  switch (purpose) {
    case RT_FOR_SESSION:
    case RT_FOR_POLL:
      rt_embed_apply_trigger(embed, rt_trigger_flow_trouble(&embed->trigger, what, now), now);
      break;
    case RT_FOR_DECISION:
    case RT_FOR_OFFERS:
      rt_embed_apply_offers(embed, rt_offers_flow_trouble(&embed->offers_flow, what, now), now);
      break;
    case RT_FOR_IMPRESSION:
      rt_impressions_trouble(&embed->impressions, what, now);
      break;
    case RT_PURPOSE_COUNT:
      break;
  }
}

// A 2xx answer. Not RT_OK: it was not what was asked for, and nothing changed.
static rt_status success(rt_embed *embed, rt_purpose purpose, const rt_event *event) {
  const size_t mark = rt_arena_mark(embed->scratch);
  rt_status status = RT_OK;
  if (purpose == RT_FOR_SESSION) {
    rt_session_answer answer;
    status = rt_api_read_session(event->body, embed->scratch, &answer);
    if (status != RT_OK) return status;
    keep_id(&embed->session_id, answer.session_id);
    rt_arena_reset(embed->scratch, mark);
    rt_embed_apply_trigger(embed, rt_trigger_flow_created(&embed->trigger, answer.life, answer.max_wait_s, event->now),
                           event->now);
  } else if (purpose == RT_FOR_POLL) {
    rt_poll_answer answer;
    status = rt_api_read_poll(event->body, embed->scratch, &answer);
    if (status != RT_OK) return status;
    if (answer.status == RT_POLL_READY) keep_id(&embed->request_id, answer.request_id);
    rt_arena_reset(embed->scratch, mark);
    rt_trigger_intent intent = {.asks = RT_ASK_NOTHING};
    if (answer.status == RT_POLL_READY) intent = rt_trigger_flow_ready(&embed->trigger);
    if (answer.status == RT_POLL_EXPIRED) intent = rt_trigger_flow_expired(&embed->trigger);
    if (answer.status == RT_POLL_PENDING) intent = rt_trigger_flow_pending(&embed->trigger, event->now);
    rt_embed_apply_trigger(embed, intent, event->now);
  } else if (purpose == RT_FOR_DECISION) {
    rt_decision_answer answer;
    status = rt_api_read_decision(event->body, embed->scratch, &answer);
    if (status != RT_OK) return status;
    keep_id(&embed->request_id, answer.request_id);
    rt_arena_reset(embed->scratch, mark);
    rt_embed_apply_offers(embed, rt_offers_flow_decided(&embed->offers_flow), event->now);
  } else if (purpose == RT_FOR_OFFERS) {
    rt_offers_answer answer;
    status = rt_api_read_offers(event->body, embed->scratch, &answer);
    if (status != RT_OK) return status;
    rt_embed_keep_offers(embed, &answer);
    rt_arena_reset(embed->scratch, mark);
    const rt_offers_intent intent = rt_offers_flow_fetched(&embed->offers_flow, (uint32_t)embed->content.offer_count);
    rt_embed_apply_offers(embed, intent, event->now);
  } else {
    rt_impressions_delivered(&embed->impressions);
  }
  return RT_OK;
}

void rt_embed_answer(rt_embed *embed, const rt_event *event) {
  const rt_purpose purpose = land(embed, event->request);
  if (purpose == RT_PURPOSE_COUNT) return;
  if (event->status >= 200 && event->status < 300 && success(embed, purpose, event) == RT_OK) {
    embed->has_said_trouble = false;
    return;
  }
  rt_arena_reset(embed->scratch, 0);
  const rt_trouble what = classify(event);
  if (what.kind == RT_TROUBLE_PASSING) {
    say_status(embed, purpose, event->status);
  } else {
    embed->final_diagnostic = refusal_of(rt_api_read_problem_code(event->body, embed->scratch));
    embed->has_final_diagnostic = true;
    embed->final_status = event->status;
    rt_arena_reset(embed->scratch, 0);
  }
  trouble(embed, purpose, what, event->now);
}

void rt_embed_no_answer(rt_embed *embed, int32_t request, rt_instant now) {
  const rt_purpose purpose = land(embed, request);
  if (purpose == RT_PURPOSE_COUNT) return;
  say_trouble(embed, purpose, RT_DIAGNOSTIC_API_UNREACHABLE, embed->caller.api_base);
  trouble(embed, purpose, (rt_trouble){.kind = RT_TROUBLE_PASSING}, now);
}

void rt_embed_check_deadlines(rt_embed *embed, rt_instant now) {
  for (rt_purpose purpose = 0; purpose < RT_PURPOSE_COUNT; purpose++) {
    const rt_request request = embed->requests[purpose];
    if (request.number == 0 || !rt_instant_reached(now, request.deadline)) continue;
    rt_command_queue_add(&embed->queue, RT_COMMAND_CANCEL_HTTP)->request = request.number;
    rt_embed_no_answer(embed, request.number, now);
  }
}

rt_instant rt_embed_next_deadline(const rt_embed *embed) {
  rt_instant at = RT_NEVER;
  for (rt_purpose purpose = 0; purpose < RT_PURPOSE_COUNT; purpose++) {
    if (embed->requests[purpose].number != 0) at = rt_instant_earlier(at, embed->requests[purpose].deadline);
  }
  return at;
}
