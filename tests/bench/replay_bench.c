// replay_bench.c: how long a tape of a million events takes to replay. Run by ./dev bench.
// The tape is one visit: a day of polling every two seconds, then an overlay whose cards are seen and followed for as
// long as it takes. It goes through a file, as a tape of that size would.
// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "sim/replay.h"

enum { EVENTS = 1000000, DAY_S = 24 * 3600 };

#define SESSION_REPLY \
  "{\"sessionId\":\"dcl_AAECAwQFBgcICQoLDA0ODw\",\"expiresAt\":\"2030-01-01T00:15:00Z\",\"expiresIn\":86400}"
#define PENDING_REPLY "{\"status\":\"pending\"}"
#define READY_REPLY \
  "{\"status\":\"ready\",\"requestId\":\"req_AAECAwQFBgcICQoLDA0ODw\",\"country\":\"DE\",\"region\":null}"
#define OFFERS_REPLY                                                                                          \
  "{\"requestId\":\"req_AAECAwQFBgcICQoLDA0ODw\",\"offers\":[{\"id\":\"off_a\",\"vertical\":"                 \
  "\"finance\",\"brand\":\"Aspen Bank\",\"headline\":\"An account in ten minutes\",\"cta\":\"Open account\"," \
  "\"clickUrl\":\"https://api.retarget.gg/v1/r?t=a\",\"rankScore\":1}]}"

static rt_replay replay;
static _Alignas(8) char embed_memory[RT_EMBED_MEMORY];
static _Alignas(8) char scratch_memory[RT_SCRATCH_MEMORY];

typedef struct {
  rt_embed *embed;
  rt_tape_writer tape;
  rt_instant now;
  int64_t events;
  int32_t request;  // the last one sent
} visit;

static void stop(const char *sentence) {
  fprintf(stderr, "replay_bench: %s\n", sentence);
  exit(1);
}

static void write_file(void *self, rt_bytes text) {
  if (fwrite(text.data, 1, text.length, self) != text.length) stop("the tape cannot be written");
}

static ptrdiff_t read_file(void *self, char *bytes, size_t room, const char **why) {
  (void)why;
  return (ptrdiff_t)fread(bytes, 1, room, self);
}

static void step(visit *page, rt_event event) {
  rt_arena scratch = rt_arena_over(scratch_memory, sizeof scratch_memory);
  rt_command command;
  event.now = page->now;
  page->events++;
  rt_tape_write_event(&page->tape, &event);
  if (rt_embed_step(page->embed, &event, &scratch) != RT_OK) stop("a step was refused");
  while (rt_embed_next_command(page->embed, &command)) {
    if (command.kind == RT_COMMAND_SEND_HTTP) page->request = command.request;
    rt_tape_write_command(&page->tape, &command, rt_embed_surface(page->embed));
  }
  rt_tape_write_state(&page->tape, page->embed);
}

static void wake(visit *page) {
  page->now = rt_embed_wake_at(page->embed);
  step(page, (rt_event){.kind = RT_EVENT_WOKE});
}

static void answer(visit *page, int32_t status, rt_bytes body) {
  page->now.ms += 30;
  step(page, (rt_event){.kind = RT_EVENT_HTTP_DONE, .request = page->request, .status = status, .body = body});
}

static void record(FILE *file) {
  rt_config config = {.seed = 1, .page_host = RT_BYTES("shop.example"), .page_language = RT_BYTES("en")};
  config.attributes[RT_ATTRIBUTE_PUB] = RT_BYTES("pk_AAECAwQFBgcICQoLDA0ODw");
  config.attributes[RT_ATTRIBUTE_WEBSITE] = RT_BYTES("web_AAECAwQFBgcICQoLDA0ODw");
  static visit page;
  rt_tape_begin(&page.tape, (rt_tape_sink){file, write_file}, &config, RT_BYTES_NONE);
  if (rt_embed_open((rt_memory){embed_memory, sizeof embed_memory}, &config, &page.embed) != RT_OK) stop("no embed");
  step(&page, (rt_event){.kind = RT_EVENT_STARTED});
  answer(&page, 200, RT_BYTES(SESSION_REPLY));
  while (page.now.ms < (DAY_S - 60) * 1000) {
    wake(&page);
    answer(&page, 200, RT_BYTES(PENDING_REPLY));
  }
  wake(&page);
  answer(&page, 200, RT_BYTES(READY_REPLY));
  answer(&page, 200, RT_BYTES(OFFERS_REPLY));
  step(&page, (rt_event){.kind = RT_EVENT_VIEWPORT, .width_px = 1280, .height_px = 800});
  step(&page, (rt_event){.kind = RT_EVENT_SURFACE_SHOWN});
  answer(&page, 202, RT_BYTES("{\"ok\":true}"));
  while (page.events < EVENTS) {
    page.now.ms += 100;
    step(&page, (rt_event){.kind = RT_EVENT_CARD_VIEW, .ratio_permille = 1000});
    step(&page, (rt_event){.kind = RT_EVENT_ACTIVATED});
    answer(&page, 202, RT_BYTES("{\"ok\":true}"));
    step(&page, (rt_event){.kind = RT_EVENT_CARD_VIEW});
  }
  rt_tape_end(&page.tape);
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(void) {
  FILE *file = tmpfile();
  if (file == NULL) stop("there is no room for a file");
  record(file);
  const double megabytes = (double)ftell(file) / 1e6;
  rewind(file);
  const double start = seconds();
  if (rt_replay_run(&replay, (rt_tape_source){file, read_file}) != RT_REPLAY_EQUAL) stop("the tape does not replay");
  const double spent = seconds() - start;
  printf("replay: %lld events and %lld commands on %.0f MB of tape in %.2f s, %.0f events a second\n",
         (long long)replay.event_count, (long long)replay.command_count, megabytes, spent,
         (double)replay.event_count / spent);
  fclose(file);
  return 0;
}
