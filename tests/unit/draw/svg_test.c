// svg_test.c: words of any kind leave a document well-formed.
// SPDX-License-Identifier: MIT
#include "draw/svg.h"

#include <stdlib.h>

#include "unit.h"

static void text_becomes(rt_bytes text, const char *expected) {
  char *written = NULL;
  size_t length = 0;
  FILE *svg = open_memstream(&written, &length);
  rt_svg_text(svg, text);
  fclose(svg);
  assert_bytes_equal(((rt_bytes){written, length}), expected);
  free(written);
}

static void what_means_something_in_xml_is_escaped(void **state) {
  (void)state;
  text_becomes(RT_BYTES("a < b && c > \"d\" 'e'"), "a &lt; b &amp;&amp; c &gt; &quot;d&quot; 'e'");
  text_becomes(RT_BYTES("]]>"), "]]&gt;");
}

static void what_xml_cannot_say_is_replaced(void **state) {
  (void)state;
  text_becomes(RT_BYTES("a\x01"
                        "b\x1f"),
               "a\xef\xbf\xbd"
               "b\xef\xbf\xbd");
  text_becomes(RT_BYTES("\xef\xbf\xbe\xef\xbf\xbf"), "\xef\xbf\xbd\xef\xbf\xbd");
  text_becomes(RT_BYTES("a\tb\nc\r"), "a b c ");
}

static void every_other_character_stays(void **state) {
  (void)state;
  text_becomes(RT_BYTES("Größe 東京 \xef\xbf\xbd 😀 لديك"), "Größe 東京 \xef\xbf\xbd 😀 لديك");
}

static void a_file_inside_the_document_is_base64(void **state) {
  (void)state;
  const struct {
    rt_bytes content;
    const char *expected;
  } rows[] = {
      {RT_BYTES(""), "data:image/png;base64,"},
      {RT_BYTES("f"), "data:image/png;base64,Zg=="},
      {RT_BYTES("fo"), "data:image/png;base64,Zm8="},
      {RT_BYTES("foo"), "data:image/png;base64,Zm9v"},
      {RT_BYTES("foobar"), "data:image/png;base64,Zm9vYmFy"},
      {RT_BYTES("\xff\xfe\xfd\x80"), "data:image/png;base64,//79gA=="},
  };  // the first five: RFC 4648, section 10
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char *written = NULL;
    size_t length = 0;
    FILE *svg = open_memstream(&written, &length);
    rt_svg_data_url(svg, "image/png", rows[i].content);
    fclose(svg);
    assert_bytes_equal(((rt_bytes){written, length}), rows[i].expected);
    free(written);
  }
}

RUN_TESTS(cmocka_unit_test(what_means_something_in_xml_is_escaped), cmocka_unit_test(what_xml_cannot_say_is_replaced),
          cmocka_unit_test(every_other_character_stays), cmocka_unit_test(a_file_inside_the_document_is_base64))
