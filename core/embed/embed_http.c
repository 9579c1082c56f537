// embed_http.c: a flow's intent becomes a request, an answer becomes a fact.
// SPDX-License-Identifier: MIT
#include "base/check.h"
#include "codec/api_names.h"
#include "embed/embed_state.h"

enum { PATIENCE_S = 10 };  // for any answer (web/docs/polling.md); a long poll gets its `wait` on top

// Queues the request of `call`; returns its number. `bits`: the cards of an event.
static int32_t send(rt_embed *embed, rt_call call, uint32_t rendered, uint32_t viewable) {
  rt_command *command = rt_command_queue_add(&embed->queue, RT_COMMAND_SEND_HTTP);
  const bool is_event = call >= RT_CALL_IMPRESSION;
  const rt_id *id = call == RT_CALL_POLL ? &embed->session_id : &embed->request_id;
  command->request = ++embed->last_request_number;
  command->is_keepalive = is_event;
  rt_writer url = rt_arena_writer(embed->scratch);
  rt_api_write_url(&url, &embed->caller, call, rt_id_bytes(id), embed->trigger.wait_s);
  if (rt_embed_is(embed, RT_EMBED_SECTION)) rt_api_write_section(&url, call, embed->most_ads);
  command->url = rt_arena_keep(embed->scratch, &url);
  if (is_event || call == RT_CALL_SESSION) {
    const rt_api_report report = {rt_id_bytes(id), embed->offers, rendered, viewable};
    command->method = RT_HTTP_POST;
    rt_writer body = rt_arena_writer(embed->scratch);
    rt_api_write_body(&body, &embed->caller, call, &report);
    command->body = rt_arena_keep(embed->scratch, &body);
  }
  return command->request;
}

void rt_embed_ask(rt_embed *embed, rt_call call, rt_instant now) {
  const rt_impressions *seen = &embed->impressions;
  rt_request *request = &embed->requests[call];
  const int32_t wait_s = call == RT_CALL_POLL ? embed->trigger.wait_s : 0;
  request->number = send(embed, call, seen->flying_rendered.bits, seen->flying_viewable.bits);
  request->deadline = rt_instant_after(now, rt_seconds(PATIENCE_S + wait_s));
}

void rt_embed_send_click(rt_embed *embed, uint32_t card) { (void)send(embed, RT_CALL_CLICK, 1u << card, 0); }

void rt_embed_send_ping(rt_embed *embed) {
  rt_command *command = rt_command_queue_add(&embed->queue, RT_COMMAND_SEND_HTTP);
  command->request = ++embed->last_request_number;
  command->method = RT_HTTP_POST;
  command->is_keepalive = true;
  rt_writer url = rt_arena_writer(embed->scratch);
  rt_api_write_ping_url(&url, &embed->caller);
  command->url = rt_arena_keep(embed->scratch, &url);
  rt_writer body = rt_arena_writer(embed->scratch);
  rt_api_write_ping_body(&body, &embed->caller, rt_bytes_of(rt_embed_kind_name(embed->kind)));
  command->body = rt_arena_keep(embed->scratch, &body);
}

void rt_embed_cancel(rt_embed *embed, rt_call call) {
  rt_request *request = &embed->requests[call];
  if (request->number == 0) return;
  rt_command_queue_add(&embed->queue, RT_COMMAND_CANCEL_HTTP)->request = request->number;
  request->number = 0;
}

// The call that a request under way is for, which it then no longer is; RT_CALL_COUNT for any other number.
static rt_call land(rt_embed *embed, int32_t number) {
  for (rt_call call = 0; call < RT_CALL_CLICK; call++) {
    if (number == 0 || embed->requests[call].number != number) continue;
    embed->requests[call].number = 0;
    return call;
  }
  return RT_CALL_COUNT;
}

static rt_trouble_kind trouble_kind_of(int32_t status) {
  if (status == 404 || status == 410) return RT_TROUBLE_GONE;
  if (status < 400 || status >= 500 || status == 408 || status == 425 || status == 429) return RT_TROUBLE_PASSING;
  return RT_TROUBLE_FINAL;
}

static void keep_id(rt_id *id, rt_bytes text) {
  rt_writer writer = rt_writer_over(id->text, sizeof id->text);
  rt_write_bytes(&writer, text);
  id->length = (uint32_t)writer.length;
}

// What the API says of a refusal that no further try will change: its codes are ours, and stand before REFUSED.
static rt_diagnostic refusal_of(rt_bytes code) {
  rt_diagnostic diagnostic = RT_DIAGNOSTIC_UNKNOWN_KEYS;
  while (diagnostic < RT_DIAGNOSTIC_REFUSED && !rt_bytes_equal(code, rt_diagnostic_code(diagnostic))) diagnostic++;
  return diagnostic;
}

// Tells the flow, and the developer once an outage; impressions are not worth a word.
static void trouble(rt_embed *embed, rt_call call, const rt_trouble *what, rt_diagnostic diagnostic, rt_instant now) {
  if (call == RT_CALL_IMPRESSION) {
    rt_impressions_trouble(&embed->impressions, what, now);
    return;
  }
  if (what->kind != RT_TROUBLE_PASSING) {
    embed->final_diagnostic = diagnostic;
  } else if (!embed->has_said_trouble) {
    embed->has_said_trouble = true;
    rt_embed_say(embed, diagnostic, embed->caller.api_base);
  }
  const bool is_session = rt_embed_is(embed, RT_EMBED_DECLINE) && call <= RT_CALL_POLL;
  rt_embed_apply(embed,
                 is_session ? rt_trigger_flow_trouble(&embed->trigger, what, now)
                            : rt_offers_flow_trouble(&embed->offers_flow, what, now),
                 now);
}

static rt_intents polled(rt_embed *embed, const rt_api_answer *answer, rt_instant now) {
  if (answer->status == RT_POLL_PENDING) return rt_trigger_flow_pending(&embed->trigger, now);
  if (answer->status == RT_POLL_EXPIRED) return rt_trigger_flow_expired(&embed->trigger);
  keep_id(&embed->request_id, answer->id);
  return rt_trigger_flow_ready(&embed->trigger);
}

static rt_intents tell_of_session(rt_embed *embed, rt_call call, const rt_api_answer *answer, rt_instant now) {
  if (call == RT_CALL_POLL) return polled(embed, answer, now);
  keep_id(&embed->session_id, answer->id);
  return rt_trigger_flow_created(&embed->trigger, answer->life, answer->max_wait_s, now);
}

// A visitor whom the site's own server declined is offered something wherever it is: of its decision only the requestId
// counts.
static rt_intents decided(rt_embed *embed, const rt_api_answer *answer, rt_instant now) {
  const bool is_allowed = !rt_embed_is(embed, RT_EMBED_DECLINE) && answer->is_allowed;
  keep_id(&embed->request_id, answer->id);
  if (is_allowed) rt_embed_keep_place(embed, answer);
  return rt_offers_flow_decided(&embed->offers_flow, is_allowed, now);
}

// What an answer means to the flow that asked. Copies what must outlive the answer.
static rt_intents tell(rt_embed *embed, rt_call call, const rt_api_answer *answer, rt_instant now) {
  if (rt_embed_is(embed, RT_EMBED_DECLINE) && call <= RT_CALL_POLL) return tell_of_session(embed, call, answer, now);
  if (call == RT_CALL_DECISION) return decided(embed, answer, now);
  if (call == RT_CALL_OFFERS) {
    rt_embed_keep_offers(embed, answer);
    return rt_offers_flow_fetched(&embed->offers_flow, (uint32_t)embed->content.offer_count);
  }
  rt_impressions_delivered(&embed->impressions);
  return RT_NO_INTENTS;
}

void rt_embed_answer(rt_embed *embed, const rt_event *event) {
  const rt_call call = land(embed, event->request);
  if (call == RT_CALL_COUNT) return;
  const int32_t status = event->status;
  rt_api_answer answer;
  if (status >= 200 && status < 300 && rt_api_read_answer(event->body, call, embed->scratch, &answer) == RT_OK) {
    embed->has_said_trouble = false;
    const rt_intents intents = tell(embed, call, &answer, event->now);
    rt_arena_reset(embed->scratch, 0);  // the answer is copied, and nothing else lies there yet
    rt_embed_apply(embed, intents, event->now);
    return;
  }
  rt_arena_reset(embed->scratch, 0);
  rt_trouble what = {.kind = trouble_kind_of(status)};
  what.has_retry_after = rt_api_read_retry_after(event->retry_after, &what.retry_after);
  rt_diagnostic diagnostic = status < 400    ? RT_DIAGNOSTIC_API_NOT_JSON
                             : status == 429 ? RT_DIAGNOSTIC_RATE_LIMITED
                                             : RT_DIAGNOSTIC_API_ERROR;
  if (what.kind != RT_TROUBLE_PASSING) {
    diagnostic = refusal_of(rt_api_read_problem_code(event->body, embed->scratch));
    rt_arena_reset(embed->scratch, 0);
  }
  trouble(embed, call, &what, diagnostic, event->now);
}

void rt_embed_no_answer(rt_embed *embed, int32_t request, rt_instant now) {
  const rt_call call = land(embed, request);
  const rt_trouble what = {.kind = RT_TROUBLE_PASSING};
  if (call != RT_CALL_COUNT) trouble(embed, call, &what, RT_DIAGNOSTIC_API_UNREACHABLE, now);
}

void rt_embed_check_deadlines(rt_embed *embed, rt_instant now) {
  for (rt_call call = 0; call < RT_CALL_CLICK; call++) {
    const rt_request request = embed->requests[call];
    if (request.number == 0 || !rt_instant_reached(now, request.deadline)) continue;
    rt_command_queue_add(&embed->queue, RT_COMMAND_CANCEL_HTTP)->request = request.number;
    rt_embed_no_answer(embed, request.number, now);
  }
}

rt_instant rt_embed_next_deadline(const rt_embed *embed) {
  rt_instant at = RT_NEVER;
  for (rt_call call = 0; call < RT_CALL_CLICK; call++) {
    if (embed->requests[call].number != 0) at = rt_instant_earlier(at, embed->requests[call].deadline);
  }
  return at;
}
