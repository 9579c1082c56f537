// service_fuzz.c: any request to the service. It may refuse whatever it likes, but with a documented status, a body
// that is JSON where it says so, and without touching a byte it should not.
//
// Input: a digit that chooses the method, then lines: target, Origin, secret, Content-Type, User-Agent,
// X-Forwarded-For; the rest is the body. The keys and the secret of the rig are written as $K and $S. Start it with
// tests/fuzz/service_corpus.
// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "codec/json.h"
#include "support/service_rig.h"

static rt_bytes next_line(rt_bytes *rest) {
  const size_t end = rt_bytes_find(*rest, '\n');
  const rt_bytes line = rt_bytes_take(*rest, end);
  *rest = end < rest->length ? rt_bytes_skip(*rest, end + 1) : RT_BYTES_NONE;
  return line;
}

// A copy with $K and $S filled in, in memory of exactly its size, so that a read beyond it is caught.
static char *filled(const service_rig *rig, rt_bytes line, rt_bytes *copy) {
  char *room = malloc(line.length * 64 + 1);
  rt_writer writer = rt_writer_over(room, line.length * 64);
  for (size_t i = 0; i < line.length; i++) {
    const char next = i + 1 < line.length ? line.data[i + 1] : '\0';
    if (line.data[i] == '$' && (next == 'K' || next == 'S')) {
      rt_write_text(&writer, next == 'K' ? rig->shop_keys : rig->shop_secret);
      i++;
    } else {
      rt_write_char(&writer, line.data[i]);
    }
  }
  char *exact = malloc(writer.length + 1);
  memcpy(exact, room, writer.length);
  free(room);
  *copy = (rt_bytes){exact, writer.length};
  return exact;
}

static void check(const service_rig *rig) {
  static const int known[] = {200, 202, 204, 302, 400, 401, 403, 404, 405, 410, 413, 415, 429, 503};
  const rt_http_response *response = &rig->outcome.response;
  bool is_known = rig->outcome.kind == RT_WAIT_FOR_SESSION;
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) is_known = is_known || response->status == known[i];
  if (!is_known) abort();
  for (size_t i = 0; i < response->header_count; i++) {
    const rt_http_header *header = &response->headers[i];
    if (strpbrk(header->value, "\r\n") != NULL) abort();
    if (strcmp(header->name, "Content-Type") != 0 || strstr(header->value, "json") == NULL) continue;
    static _Alignas(8) char memory[256 * 1024];
    rt_arena arena = rt_arena_over(memory, sizeof memory);
    rt_json root;
    if (rt_json_parse(response->body, &arena, &root) != RT_OK) abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static void *state;
  if (state == NULL) service_rig_open(&state);
  service_rig *rig = state;
  if (size == 0 || size > 4096) return 0;
  rt_bytes rest = {(const char *)data + 1, size - 1};
  rt_bytes fields[7];
  char *owned[7];
  for (size_t i = 0; i < 6; i++) owned[i] = filled(rig, next_line(&rest), &fields[i]);
  owned[6] = filled(rig, rest, &fields[6]);
  const rt_http_request request = {.method = (rt_method)((uint8_t)(data[0] - '0') % (RT_METHOD_OTHER + 1)),
                                   .target = fields[0],
                                   .origin = fields[1],
                                   .integration_secret = fields[2],
                                   .content_type = fields[3],
                                   .user_agent = fields[4],
                                   .forwarded_for = fields[5],
                                   .body = fields[6],
                                   .now = rig->now,
                                   .wall = rig->wall,
                                   .is_last_answer = (data[0] & 128) != 0};
  rt_arena_reset(&rig->scratch, 0);
  rt_service_handle(rig->service, &request, &rig->scratch, &rig->outcome);
  check(rig);
  rig_commit(rig);
  rt_id session;
  while (rt_service_next_ready(rig->service, &session)) continue;
  rig_pass(rig, rt_seconds(1));
  for (size_t i = 0; i < 7; i++) free(owned[i]);
  return 0;
}
