// identity.c: ids to text and back.
// SPDX-License-Identifier: MIT
#include "server/identity.h"

#include <sodium.h>
#include <string.h>

#include "base/check.h"

enum { LONGEST = 128 };  // bytes that rt_write_base64url is ever asked for

static rt_bytes prefix_of(rt_id_kind kind) {
  switch (kind) {
    case RT_ID_SESSION:
      return RT_BYTES("dcl_");
    case RT_ID_REQUEST:
      return RT_BYTES("req_");
    case RT_ID_CLICK:
      return RT_BYTES("clk_");
    case RT_ID_OFFER:
      return RT_BYTES("off_");
    case RT_ID_PUBLIC_KEY:
      return RT_BYTES("pk_");
    case RT_ID_WEBSITE_KEY:
      return RT_BYTES("web_");
  }
  return RT_BYTES_NONE;
}

rt_id rt_id_draw(const rt_entropy *entropy) {
  rt_id id;
  do {
    entropy->fill(entropy->self, id.bytes, sizeof id.bytes);
  } while (rt_id_is_zero(&id));
  return id;
}

bool rt_id_equal(const rt_id *a, const rt_id *b) { return memcmp(a->bytes, b->bytes, RT_ID_BYTES) == 0; }

bool rt_id_is_zero(const rt_id *id) {
  static const rt_id zero;
  return rt_id_equal(id, &zero);
}

void rt_write_base64url(rt_writer *writer, const void *bytes, size_t length) {
  char text[LONGEST * 4 / 3 + 4];
  RT_CHECK(length <= LONGEST);
  sodium_bin2base64(text, sizeof text, bytes, length, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  rt_write_text(writer, text);
}

bool rt_base64url_read(rt_bytes text, void *bytes, size_t length) {
  size_t read = 0;
  const char *end = NULL;
  if (text.length != (length * 4 + 2) / 3) return false;
  return sodium_base642bin(bytes, length, text.data, text.length, NULL, &read, &end,
                           sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
         read == length && end == text.data + text.length;
}

void rt_write_id(rt_writer *writer, rt_id_kind kind, const rt_id *id) {
  rt_write_bytes(writer, prefix_of(kind));
  rt_write_base64url(writer, id->bytes, sizeof id->bytes);
}

rt_id_text rt_id_to_text(rt_id_kind kind, const rt_id *id) {
  rt_id_text text = {{0}};
  rt_writer writer = rt_writer_over(text.text, sizeof text.text - 1);
  rt_write_id(&writer, kind, id);
  return text;
}

bool rt_id_read(rt_bytes text, rt_id_kind kind, rt_id *id) {
  const rt_bytes prefix = prefix_of(kind);
  if (rt_bytes_start_with(text, prefix) &&
      rt_base64url_read(rt_bytes_skip(text, prefix.length), id->bytes, sizeof id->bytes)) {
    return true;
  }
  *id = (rt_id){{0}};
  return false;
}
