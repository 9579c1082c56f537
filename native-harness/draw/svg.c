// svg.c: escapes of XML, and base64.
// SPDX-License-Identifier: MIT
#include "draw/svg.h"

// What stands in a document for the character at the start of `text`; NULL: itself. `length` is what it takes of the text.
static const char *instead_of(rt_bytes text, size_t *length) {
  static const char replacement[] = "\xef\xbf\xbd";
  *length = 1;
  switch (text.data[0]) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\t':
    case '\n':
    case '\r':
      return " ";
    default:
      break;
  }
  if ((unsigned char)text.data[0] < 0x20) return replacement;
  const bool is_unassigned = rt_bytes_start_with(text, RT_BYTES("\xef\xbf\xbe")) ||  // U+FFFE
                             rt_bytes_start_with(text, RT_BYTES("\xef\xbf\xbf"));    // U+FFFF
  if (!is_unassigned) return NULL;
  *length = 3;
  return replacement;
}

void rt_svg_text(FILE *svg, rt_bytes text) {
  while (!rt_bytes_is_empty(text)) {
    size_t length;
    const char *other = instead_of(text, &length);
    if (other != NULL) {
      fputs(other, svg);
    } else {
      fputc(text.data[0], svg);
    }
    text = rt_bytes_skip(text, length);
  }
}

void rt_svg_colour(FILE *svg, const char *name, uint32_t rgb) { fprintf(svg, " %s=\"#%06x\"", name, rgb); }

void rt_svg_data_url(FILE *svg, const char *type, rt_bytes content) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  fprintf(svg, "data:%s;base64,", type);
  for (size_t i = 0; i < content.length; i += 3) {
    const size_t left = content.length - i;
    uint32_t bits = 0;
    for (size_t j = 0; j < 3; j++) bits = bits << 8 | (j < left ? (unsigned char)content.data[i + j] : 0U);
    for (size_t j = 0; j < 4; j++) fputc(j <= left ? digits[bits >> (18 - 6 * j) & 63] : '=', svg);
  }
}
