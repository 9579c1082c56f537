// embed_report.c: log lines and window events.
// SPDX-License-Identifier: MIT
#include "codec/api_names.h"
#include "codec/json.h"
#include "embed/embed_state.h"

typedef struct {
  const char *code;
  rt_log_level level;
  const char *sentence;
} diagnostic_row;

static const diagnostic_row rows[RT_DIAGNOSTIC_COUNT] = {
#define RT_DIAGNOSTIC(upper, code, level, sentence) [RT_DIAGNOSTIC_##upper] = {code, RT_LOG_##level, sentence},
#include "embed/diagnostics.def"
#undef RT_DIAGNOSTIC
};

static rt_bytes sentence_of(rt_embed *embed, rt_diagnostic diagnostic, rt_bytes detail) {
  const rt_bytes sentence = rt_bytes_of(rows[diagnostic].sentence);
  const size_t hole = rt_bytes_find(sentence, '{');
  rt_writer message = rt_arena_writer(embed->scratch);
  rt_write_bytes(&message, rt_bytes_take(sentence, hole));
  if (hole < sentence.length) {
    rt_write_bytes(&message, detail);
    rt_write_bytes(&message, rt_bytes_skip(sentence, hole + 2));
  }
  return rt_arena_keep(embed->scratch, &message);
}

static void log_line(rt_embed *embed, rt_diagnostic diagnostic, rt_bytes message) {
  if (embed->is_muted || (rows[diagnostic].level == RT_LOG_DEBUG && !embed->is_verbose)) return;
  rt_command *command = rt_command_queue_add(&embed->queue, RT_COMMAND_LOG);
  command->level = (int32_t)rows[diagnostic].level;
  command->code = rt_bytes_of(rows[diagnostic].code);
  command->message = message;
}

void rt_embed_say(rt_embed *embed, rt_diagnostic diagnostic, rt_bytes detail) {
  log_line(embed, diagnostic, sentence_of(embed, diagnostic, detail));
}

static rt_bytes event_name(rt_embed *embed, const char *name) {
  rt_writer text = rt_arena_writer(embed->scratch);
  rt_write_text(&text, embed->brand->slug);
  rt_write_char(&text, ':');
  rt_write_text(&text, name);
  return rt_arena_keep(embed->scratch, &text);
}

// One window event, its detail under construction.
typedef struct {
  rt_command *command;
  rt_writer text;
  rt_json_out json;
} notice;

// Out-parameter, not a return value: json points into text.
static void begin_notice(rt_embed *embed, notice *made, rt_command_kind kind, const char *name) {
  made->command = rt_command_queue_add(&embed->queue, kind);
  made->command->name = event_name(embed, name);
  made->text = rt_arena_writer(embed->scratch);
  made->json = rt_json_out_over(&made->text);
  rt_json_begin_object(&made->json);
}

static void end_notice(rt_embed *embed, notice *made) {
  rt_json_end_object(&made->json);
  made->command->detail = rt_arena_keep(embed->scratch, &made->text);
}

void rt_embed_report_error(rt_embed *embed, rt_diagnostic diagnostic, rt_bytes detail) {
  const rt_bytes message = sentence_of(embed, diagnostic, detail);
  log_line(embed, diagnostic, message);
  notice error;
  begin_notice(embed, &error, RT_COMMAND_NOTIFY_PAGE, "error");
  rt_json_put_member(&error.json, RT_NAME_CODE, rt_bytes_of(rows[diagnostic].code));
  rt_json_put_member(&error.json, "message", message);
  end_notice(embed, &error);
}

void rt_embed_announce(rt_embed *embed) {
  notice session;
  begin_notice(embed, &session, RT_COMMAND_ANNOUNCE_SESSION, "decline-session");
  session.command->session_id = rt_id_bytes(&embed->session_id);
  rt_json_put_member(&session.json, RT_NAME_SESSION_ID, rt_id_bytes(&embed->session_id));
  end_notice(embed, &session);
  rt_embed_say(embed, RT_DIAGNOSTIC_SESSION_CREATED, rt_id_bytes(&embed->session_id));
}

void rt_embed_notify_open(rt_embed *embed) {
  notice open;
  begin_notice(embed, &open, RT_COMMAND_NOTIFY_PAGE, "open");
  rt_json_put_member(&open.json, RT_NAME_REQUEST_ID, rt_id_bytes(&embed->request_id));
  rt_json_key(&open.json, RT_NAME_OFFERS);
  rt_json_put_integer(&open.json, (int64_t)embed->content.offer_count);
  end_notice(embed, &open);
  char digits[4];
  rt_writer count = rt_writer_over(digits, sizeof digits);
  rt_write_u64(&count, embed->content.offer_count);
  rt_embed_say(embed, RT_DIAGNOSTIC_OFFERS_SHOWN, rt_written(&count));
}

void rt_embed_notify_close(rt_embed *embed, rt_close_reason reason) {
  static const char *const words[] = {[RT_CLOSE_BUTTON] = "button",
                                      [RT_CLOSE_ESCAPE] = "escape",
                                      [RT_CLOSE_BACKDROP] = "backdrop",
                                      [RT_CLOSE_API] = "api"};
  notice closed;
  begin_notice(embed, &closed, RT_COMMAND_NOTIFY_PAGE, "close");
  rt_json_put_member(&closed.json, RT_NAME_REASON, rt_bytes_of(words[reason]));
  end_notice(embed, &closed);
}

void rt_embed_notify_click(rt_embed *embed, uint32_t card) {
  notice click;
  begin_notice(embed, &click, RT_COMMAND_NOTIFY_PAGE, "click");
  rt_json_put_member(&click.json, RT_NAME_OFFER_ID, embed->offers[card].id);
  end_notice(embed, &click);
}

void rt_embed_notify_empty(rt_embed *embed) {
  notice empty;
  begin_notice(embed, &empty, RT_COMMAND_NOTIFY_PAGE, "empty");
  rt_json_put_member(&empty.json, RT_NAME_REQUEST_ID, rt_id_bytes(&embed->request_id));
  end_notice(embed, &empty);
  rt_embed_say(embed, RT_DIAGNOSTIC_NO_OFFERS, rt_id_bytes(&embed->request_id));
}

void rt_embed_notify_expired(rt_embed *embed) {
  notice expired;
  begin_notice(embed, &expired, RT_COMMAND_NOTIFY_PAGE, "expired");
  rt_json_put_member(&expired.json, RT_NAME_SESSION_ID, rt_id_bytes(&embed->session_id));
  end_notice(embed, &expired);
  rt_embed_say(embed, RT_DIAGNOSTIC_SESSION_EXPIRED, rt_id_bytes(&embed->session_id));
}
