// embed_report.c: log lines and window events.
// SPDX-License-Identifier: MIT
#include "codec/api_names.h"
#include "codec/json.h"
#include "embed/embed_state.h"

// Codes and sentences in turn, each ended by a zero, and the levels beside them: a row with two pointers would cost every
// page more than finding the place does once in a while. What the kinds of this build never say is empty.
#define UNSAID(...) "\0\0"
#if (RT_KINDS >> 0 & 1) == 0
#define RT_DECLINE_DIAGNOSTIC UNSAID
#endif
#if RT_KINDS >> 1 == 0
#define RT_DECISION_DIAGNOSTIC UNSAID
#endif
#if (RT_KINDS >> 2 & 1) == 0
#define RT_SECTION_DIAGNOSTIC UNSAID
#endif
static const char words[] =
#define RT_DIAGNOSTIC(upper, code, level, sentence, ...) code "\0" sentence "\0"
#include "embed/diagnostics.def"
    ;
static const uint8_t levels[] = {
#define RT_DIAGNOSTIC(upper, code, level, ...) RT_LOG_##level,
#include "embed/diagnostics.def"
};

static const char *word_at(size_t position) {
  const char *at = words;
  for (; position > 0; position--) at += rt_bytes_of(at).length + 1;
  return at;
}

rt_bytes rt_diagnostic_code(rt_diagnostic diagnostic) { return rt_bytes_of(word_at(2 * (size_t)diagnostic)); }

static rt_bytes sentence_of(rt_embed *embed, rt_diagnostic diagnostic, rt_bytes detail) {
  rt_writer message = rt_arena_writer(embed->scratch);
  for (const char *at = word_at(2 * (size_t)diagnostic + 1); *at != '\0'; at++) {
    if (*at == '{') rt_write_bytes(&message, detail);
    if (*at != '{' && *at != '}') rt_write_char(&message, *at);
  }
  return rt_arena_keep(embed->scratch, &message);
}

static void log_line(rt_embed *embed, rt_diagnostic diagnostic, rt_bytes message) {
  const rt_log_level level = levels[diagnostic];
  if (embed->is_muted || (level == RT_LOG_DEBUG && !embed->is_verbose)) return;
  rt_command *command = rt_command_queue_add(&embed->queue, RT_COMMAND_LOG);
  command->level = (int32_t)level;
  command->code = rt_diagnostic_code(diagnostic);
  command->message = message;
}

// One window event, its detail under construction. `json` points into `text`, so it is filled in place.
typedef struct {
  rt_command *command;
  rt_writer text;
  rt_json_out json;
} notice;

static void begin_notice(rt_embed *embed, notice *made, rt_command_kind kind, const char *name) {
  made->command = rt_command_queue_add(&embed->queue, kind);
  rt_writer full = rt_arena_writer(embed->scratch);
  rt_write_text(&full, embed->brand->slug);
  rt_write_char(&full, ':');
  rt_write_text(&full, name);
  made->command->name = rt_arena_keep(embed->scratch, &full);
  made->text = rt_arena_writer(embed->scratch);
  made->json = rt_json_out_over(&made->text);
  rt_json_begin_object(&made->json);
}

static void end_notice(rt_embed *embed, notice *made) {
  rt_json_end_object(&made->json);
  made->command->detail = rt_arena_keep(embed->scratch, &made->text);
}

void rt_embed_notify(rt_embed *embed, const char *name, const char *member, rt_bytes value) {
  notice one;
  begin_notice(embed, &one, RT_COMMAND_NOTIFY_PAGE, name);
  rt_json_put_member(&one.json, member, value);
  end_notice(embed, &one);
}

void rt_embed_say(rt_embed *embed, rt_diagnostic diagnostic, rt_bytes detail) {
  const rt_bytes message = sentence_of(embed, diagnostic, detail);
  log_line(embed, diagnostic, message);
  if (levels[diagnostic] != RT_LOG_ERROR) return;
  notice error;
  begin_notice(embed, &error, RT_COMMAND_NOTIFY_PAGE, "error");
  rt_json_put_member(&error.json, RT_NAME_CODE, rt_diagnostic_code(diagnostic));
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

void rt_embed_notify_allowed(rt_embed *embed) {
  notice allowed;
  begin_notice(embed, &allowed, RT_COMMAND_NOTIFY_PAGE, RT_NAME_ALLOWED);
  rt_json_key(&allowed.json, RT_NAME_COUNTRY);
  rt_json_put_string_or_null(&allowed.json, embed->country);
  rt_json_key(&allowed.json, RT_NAME_REGION);
  rt_json_put_string_or_null(&allowed.json, embed->region);
  end_notice(embed, &allowed);
}

void rt_embed_notify_open(rt_embed *embed) {
  notice open;
  begin_notice(embed, &open, RT_COMMAND_NOTIFY_PAGE, "open");
  rt_json_put_member(&open.json, RT_NAME_REQUEST_ID, rt_id_bytes(&embed->request_id));
  rt_json_key(&open.json, RT_NAME_OFFERS);
  rt_json_put_integer(&open.json, (int64_t)embed->content.offer_count);
  end_notice(embed, &open);
}
