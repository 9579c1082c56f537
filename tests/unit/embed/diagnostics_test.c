// diagnostics_test.c: each line of diagnostics.def is said when it is true, with its code, its level and its sentence, and
// each error to the page as well. A new diagnostic does not compile before it has a function here that provokes it.
// SPDX-License-Identifier: MIT
#include <string.h>

#include "codec/api_names.h"
#include "embed_rig.h"
#include "unit.h"

static embed_rig rig;

// ---------------------------------------------------------------- how each comes about

static void start_with(rt_attribute attribute, const char *value) {
  rt_config config = embed_rig_config();
  config.attributes[RT_ATTRIBUTE_DEBUG] = RT_BYTES("");
  config.attributes[attribute] = rt_bytes_of(value);
  embed_rig_start(&rig, &config);
}

static void started(void) { start_with(RT_ATTRIBUTE_DEBUG, ""); }

static void created(void) {
  started();
  embed_rig_answer(&rig, 10, "{\"sessionId\":\"dcl_1\",\"maxWait\":25}");
}

static void triggered(void) {
  created();
  embed_rig_answer(&rig, 10, "{\"status\":\"ready\",\"requestId\":\"req_1\"}");
}

static void step(rt_event event) { embed_rig_step(&rig, 1, event); }

static void shown(int32_t refusal) {
  triggered();
  embed_rig_answer(&rig, 10, "{\"offers\":[{\"id\":\"a\",\"clickUrl\":\"https://a.example\"}]}");
  step((rt_event){.kind = RT_EVENT_VIEWPORT, .width_px = 390, .height_px = 844});
  step((rt_event){.kind = RT_EVENT_SURFACE_REFUSED, .reason = refusal});
}

// Answers the call of the last step.
static void answered(int32_t status, const char *body) {
  const rt_command *sent = embed_rig_find(&rig, RT_COMMAND_SEND_HTTP);
  step((rt_event){.kind = RT_EVENT_HTTP_DONE, .request = sent->request, .status = status, .body = rt_bytes_of(body)});
}

// Nothing is ever answered, until the page is told of it.
static void unanswered_for_ever(void) {
  for (int i = 0; i < 2000 && embed_rig_find(&rig, RT_COMMAND_NOTIFY_PAGE) == NULL; i++) {
    const rt_command *sent = embed_rig_find(&rig, RT_COMMAND_SEND_HTTP);
    if (sent != NULL) {
      step((rt_event){.kind = RT_EVENT_HTTP_FAILED, .request = sent->request});
    } else {
      embed_rig_step(&rig, rt_embed_wake_at(rig.embed).ms - rig.now.ms, (rt_event){.kind = RT_EVENT_WOKE});
    }
  }
}

static void started_as(rt_embed_kind kind) {
  rt_config config = embed_rig_config();
  config.kind = kind;
  config.attributes[RT_ATTRIBUTE_DEBUG] = RT_BYTES("");
  config.attributes[RT_ATTRIBUTE_MAX_ADS] = RT_BYTES("abc");
  embed_rig_start(&rig, &config);
}

static void provoke_MISSING_KEYS(void) { start_with(RT_ATTRIBUTE_WEBSITE, NULL); }
static void provoke_BAD_KEYS(void) { start_with(RT_ATTRIBUTE_PUB, "its_secret"); }
static void provoke_BAD_API(void) { start_with(RT_ATTRIBUTE_API, "api.example"); }
static void provoke_UNKNOWN_KEYS(void) {
  started();
  answered(403, "{\"code\":\"" RT_CODE_UNKNOWN_KEYS "\"}");
}
static void provoke_ORIGIN_NOT_ALLOWED(void) {
  started();
  answered(403, "{\"code\":\"" RT_CODE_ORIGIN_NOT_ALLOWED "\"}");
}
static void provoke_WIDGET_DISABLED(void) {
  started();
  answered(403, "{\"code\":\"" RT_CODE_WIDGET_DISABLED "\"}");
}
static void provoke_REFUSED(void) {
  started();
  answered(403, "{\"code\":\"refused_by_a_wall\"}");
}
static void provoke_SESSION_FAILED(void) {
  started();
  unanswered_for_ever();
}
static void provoke_OFFERS_FAILED(void) {
  triggered();
  unanswered_for_ever();
}
static void provoke_OVERLAY_BUSY(void) { shown(RT_REFUSAL_BUSY); }
static void provoke_OVERLAY_FAILED(void) { shown(RT_REFUSAL_FAILED); }
static void provoke_CONTAINER_MISSING(void) {
  started_as(RT_EMBED_SECTION);
  embed_rig_answer(&rig, 10, "{\"allowed\":false,\"requestId\":\"req_1\"}");
  embed_rig_answer(&rig, 10, "{\"offers\":[{\"id\":\"a\",\"clickUrl\":\"https://a.example\"}]}");
  unanswered_for_ever();
}
static void provoke_API_UNREACHABLE(void) {
  started();
  step((rt_event){.kind = RT_EVENT_HTTP_FAILED, .request = 1});
}
static void provoke_API_ERROR(void) {
  started();
  answered(503, "");
}
static void provoke_API_NOT_JSON(void) {
  started();
  answered(200, "<!doctype html>");
}
static void provoke_RATE_LIMITED(void) {
  started();
  answered(429, "");
}
static void provoke_BAD_ATTRIBUTE(void) { start_with(RT_ATTRIBUTE_THEME, "pink"); }
static void provoke_BAD_MAX_ADS(void) { started_as(RT_EMBED_SECTION); }
static void provoke_DEV_IGNORED(void) { start_with(RT_ATTRIBUTE_DEV_REGION, "NJ"); }
static void provoke_SESSION_CREATED(void) { created(); }
static void provoke_SESSION_READY(void) { triggered(); }
static void provoke_SESSION_EXPIRED(void) {
  created();
  answered(200, "{\"status\":\"expired\"}");
}
static void provoke_ALLOWED(void) {
  started_as(RT_EMBED_GEO);
  embed_rig_answer(&rig, 10, "{\"allowed\":true,\"requestId\":\"req_1\"}");
}
static void provoke_NOT_ALLOWED(void) {
  started_as(RT_EMBED_GEO);
  embed_rig_answer(&rig, 10, "{\"allowed\":false,\"requestId\":\"req_1\"}");
}
static void provoke_NO_OFFERS(void) {
  triggered();
  answered(200, "{\"offers\":[]}");
}

// ---------------------------------------------------------------- what is said

static const struct {
  const char *code, *sentence;
  int32_t level;
  void (*provoke)(void);
} rows[] = {
#define RT_DIAGNOSTIC(upper, code, level, sentence, ...) {code, sentence, RT_LOG_##level, provoke_##upper},
#include "embed/diagnostics.def"
};
enum { COUNT = sizeof rows / sizeof rows[0] };

static const rt_command *line_with(const char *code) {
  for (size_t i = 0; i < rig.command_count; i++) {
    const rt_command *command = &rig.commands[i];
    if (command->kind == RT_COMMAND_LOG && rt_bytes_equal(command->code, rt_bytes_of(code))) return command;
  }
  fail_msg("%s was not said", code);
  return NULL;
}

// What stands in `message` for the {} of `sentence`; without one, nothing may differ.
static rt_bytes detail_in(rt_bytes message, const char *sentence) {
  const char *place = strstr(sentence, "{}");
  const rt_bytes before =
      rt_bytes_take(rt_bytes_of(sentence), place == NULL ? strlen(sentence) : (size_t)(place - sentence));
  const rt_bytes after = rt_bytes_of(place == NULL ? "" : place + 2);
  if (!rt_bytes_start_with(message, before) || !rt_bytes_end_with(message, after)) {
    fail_msg("\"%.*s\" is not \"%s\"", (int)message.length, message.data, sentence);
  }
  return rt_bytes_take(rt_bytes_skip(message, before.length), message.length - before.length - after.length);
}

static void each_is_said_when_it_is_true(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT; i++) {
    rows[i].provoke();
    const rt_command *line = line_with(rows[i].code);
    assert_int_equal(line->level, rows[i].level);
    const rt_bytes detail = detail_in(line->message, rows[i].sentence);
    assert_int_equal(detail.length > 0, strstr(rows[i].sentence, "{}") != NULL);
  }
}

static void an_error_is_the_pages_to_hear_and_nothing_else_is_an_error(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT; i++) {
    rows[i].provoke();
    const rt_command *line = line_with(rows[i].code);
    char text[512];
    rt_writer expected = rt_writer_over(text, sizeof text);
    rt_write_text(&expected, "{\"code\":\"");
    rt_write_text(&expected, rows[i].code);
    rt_write_text(&expected, "\",\"message\":\"");
    rt_write_bytes(&expected, line->message);
    rt_write_text(&expected, "\"}");
    rt_write_char(&expected, '\0');
    size_t told = 0;
    for (size_t j = 0; j < rig.command_count; j++) {
      if (!rt_bytes_equal(rig.commands[j].name, RT_BYTES("retarget:error"))) continue;
      assert_bytes_equal(rig.commands[j].detail, text);
      told++;
    }
    assert_int_equal(told, rows[i].level == RT_LOG_ERROR);
    if (told > 0) assert_string_equal(rt_embed_state(rig.embed), "failed");
  }
}

RUN_TESTS(cmocka_unit_test(each_is_said_when_it_is_true),
          cmocka_unit_test(an_error_is_the_pages_to_hear_and_nothing_else_is_an_error))
