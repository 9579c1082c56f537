// identity.h: the 128 random bits behind every id and key, and how they are written.
// Knows no table; what an id belongs to is its owner's business.
// SPDX-License-Identifier: MIT
#ifndef RT_SERVER_IDENTITY_H
#define RT_SERVER_IDENTITY_H

#include "base/bytes.h"
#include "server/entropy.h"

enum {
  RT_ID_BYTES = 16,
  RT_ID_TEXT_CAPACITY = 32,  // the longest prefix, 22 characters of base64url, a zero
};

typedef struct {
  unsigned char bytes[RT_ID_BYTES];
} rt_id;

// One line per kind; the prefix tells a reader and the parser what an id is of.
typedef enum {
  RT_ID_SESSION,      // dcl_
  RT_ID_REQUEST,      // req_
  RT_ID_CLICK,        // clk_
  RT_ID_OFFER,        // off_
  RT_ID_PUBLIC_KEY,   // pk_
  RT_ID_WEBSITE_KEY,  // web_
} rt_id_kind;

rt_id rt_id_draw(const rt_entropy *entropy);
bool rt_id_equal(const rt_id *a, const rt_id *b);
bool rt_id_is_zero(const rt_id *id);  // "none": a drawn id is never zero

// Prefix and 22 characters of base64url (RFC 4648 section 5, no padding).
void rt_write_id(rt_writer *writer, rt_id_kind kind, const rt_id *id);

// Zero-terminated text of an id.
typedef struct {
  char text[RT_ID_TEXT_CAPACITY];
} rt_id_text;
rt_id_text rt_id_to_text(rt_id_kind kind, const rt_id *id);

// Reads exactly what rt_write_id writes: one spelling per id. False: `id` is zero.
bool rt_id_read(rt_bytes text, rt_id_kind kind, rt_id *id);

// Base64url without padding, for anything else that is opaque on the wire. Reading wants exactly `length` bytes.
void rt_write_base64url(rt_writer *writer, const void *bytes, size_t length);
bool rt_base64url_read(rt_bytes text, void *bytes, size_t length);

#endif
