// url_fuzz.c: any bytes as a URL, as a part of one, and as a query.
// Promises: what was read and printed again reads the same; its parts lie in it and hold nothing that would break a
// header or a request line; what was encoded decodes to itself.
// SPDX-License-Identifier: MIT
#include "codec/url.h"

#include "domain/limits.h"
#include "fuzz.h"

enum { MAX_INPUT = 3000 };

static bool lies_in(rt_bytes part, rt_bytes whole) {
  return part.length == 0 || (part.data >= whole.data && part.data + part.length <= whole.data + whole.length);
}

static void print(rt_writer *writer, const rt_url *url) {
  rt_write_text(writer, url->is_https ? "https://" : "http://");
  rt_write_bytes(writer, url->host);
  rt_write_char(writer, ':');
  rt_write_u64(writer, url->port);
  rt_write_bytes(writer, url->rest);
}

static void as_url(rt_bytes text) {
  rt_url url;
  const rt_status status = rt_url_parse(text, &url);
  MUST(status == RT_OK || status == RT_BAD_URL || status == RT_TOO_LARGE, "a URL is read or refused");
  MUST((status == RT_TOO_LARGE) == (text.length > RT_MAX_URL_LENGTH), "too long is a matter of length");
  (void)rt_url_is_web(text);
  if (status != RT_OK) return;
  MUST(rt_url_is_web(text), "what is a URL starts like one");
  MUST(lies_in(url.host, text) && lies_in(url.rest, text), "parts are slices of the text");
  MUST(url.host.length > 0 && url.host.length <= 253 && url.port >= 1, "there is a host and a port");
  MUST(url.rest.length == 0 || strchr("/?#", url.rest.data[0]) != NULL,
       "behind the host comes a path, query, fragment");
  for (size_t i = 0; i < text.length; i++) {
    const unsigned char c = (unsigned char)text.data[i];
    MUST(c > ' ' && c != 0x7F, "no blank or control character gets in");
  }
  const rt_bytes behind = rt_bytes_skip(text, (size_t)(url.host.data + url.host.length - text.data));
  const bool has_port = behind.length > 0 && behind.data[0] == ':';
  MUST(has_port || url.port == (url.is_https ? 443 : 80), "without a port it is the scheme's");
  char printed[RT_MAX_URL_LENGTH + 16];
  rt_writer writer = rt_writer_over(printed, sizeof printed);
  print(&writer, &url);
  MUST(!writer.is_overflowed, "a printed URL is longer by scheme and port only");
  rt_url again;
  if (writer.length > RT_MAX_URL_LENGTH) return;
  MUST(rt_url_parse(rt_written(&writer), &again) == RT_OK, "what was printed can be read");
  MUST(again.is_https == url.is_https && again.port == url.port && rt_bytes_equal(again.host, url.host) &&
           rt_bytes_equal(again.rest, url.rest),
       "what was printed reads the same");
}

// Any bytes survive a trip through a URL.
static void as_part(rt_bytes text) {
  char *room = exact_memory(3 * text.length), *back = exact_memory(text.length);
  rt_writer encoded = rt_writer_over(room, 3 * text.length), decoded = rt_writer_over(back, text.length);
  rt_write_url_encoded(&encoded, text);
  MUST(!encoded.is_overflowed, "a byte becomes three characters at most");
  for (size_t i = 0; i < encoded.length; i++) MUST(strchr("&=?#/+ ", room[i]) == NULL, "nothing in it means anything");
  MUST(rt_write_url_decoded(&decoded, rt_written(&encoded)) == RT_OK, "what was encoded decodes");
  MUST(rt_bytes_equal(rt_written(&decoded), text), "what was encoded decodes to itself");
  decoded = rt_writer_over(back, text.length);
  (void)rt_write_url_decoded(&decoded, text);
  MUST(!decoded.is_overflowed, "decoding never makes longer");
  free(back);
  free(room);
}

static void as_query(rt_bytes text) {
  static const char *const names[] = {"pub", "website", "requestId", "a", ""};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    rt_bytes raw = RT_BYTES_NONE;
    if (!rt_query_find(text, names[i], &raw)) continue;
    MUST(lies_in(raw, text), "a value is a slice of the query");
    MUST(rt_bytes_find(raw, '&') == raw.length, "a value ends at the next parameter");
  }
  // A parameter in front is found whatever follows.
  char *room = exact_memory(text.length + 8);
  rt_writer writer = rt_writer_over(room, text.length + 8);
  rt_write_text(&writer, "a=b&");
  rt_write_bytes(&writer, text);
  rt_bytes raw = RT_BYTES_NONE;
  MUST(rt_query_find(rt_written(&writer), "a", &raw) && rt_bytes_equal(raw, RT_BYTES("b")),
       "the first of equals counts");
  free(room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > MAX_INPUT) return 0;
  const rt_bytes text = exact_copy((rt_bytes){(const char *)data, size});
  as_url(text);
  as_part(text);
  as_query(text);
  free((char *)text.data);
  return 0;
}
