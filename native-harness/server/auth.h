// auth.h: integration secrets, tokens of clicks and frames, and click ids: everything that rests on a key.
// The only file that sees a secret. Secrets are never stored, compared byte by byte or printed: what is kept is a keyed
// BLAKE2b hash.
// SPDX-License-Identifier: MIT
#ifndef RT_SERVER_AUTH_H
#define RT_SERVER_AUTH_H

#include "server/catalog.h"
#include "server/store.h"

enum {
  RT_SECRET_BYTES = 32,          // 256 random bits
  RT_SECRET_TEXT_CAPACITY = 48,  // "its_", 43 characters of base64url, a zero
  RT_TOKEN_TEXT_LENGTH = 44,     // request, position and 16 bytes of MAC in base64url
  RT_FRAME_TOKEN_LENGTH = 30,    // when, for whom and 16 bytes of MAC in base64url
};

// A new secret as text, to be shown once, and its hash, to be kept.
void rt_secret_draw(const rt_entropy *entropy, const rt_keys *keys, char text[RT_SECRET_TEXT_CAPACITY],
                    unsigned char hash[RT_SECRET_HASH_BYTES]);

// The secret of an `Authorization: Bearer …` header, else `header` (x-integration-secret), else absent.
rt_bytes rt_secret_presented(rt_bytes authorization, rt_bytes header);

// The website whose secret this is, or NULL. Takes the same time for every wrong secret: it is hashed under a key that
// nobody outside knows, and hashes are compared in constant time.
const rt_website *rt_secret_owner(const rt_catalog *catalog, const rt_keys *keys, rt_bytes secret);

// What a click token points at.
typedef struct {
  rt_id request;
  uint32_t position;  // of the offer among those served for the request, below RT_MAX_OFFERS
} rt_click_target;

// Writes the token of a pair: the same pair, the same token, for ever.
void rt_write_click_token(rt_writer *writer, const rt_keys *keys, const rt_click_target *target);

// False for anything that rt_write_click_token did not write under these keys.
bool rt_click_token_read(rt_bytes text, const rt_keys *keys, rt_click_target *target);

// What the page of ours that stands in a website's frame was made for.
typedef struct {
  rt_wall issued_at;    // whole seconds
  bool is_development;  // the page around it is a development origin's
} rt_frame;

// Writes the token by which that page calls. The website is not in it, only in its MAC: whoever calls names it anyway.
void rt_write_frame_token(rt_writer *writer, const rt_keys *keys, const rt_id *website_key, const rt_frame *frame);

// False for anything that rt_write_frame_token did not write for this website under these keys. How old it may be is not
// asked here.
bool rt_frame_token_read(rt_bytes text, const rt_keys *keys, const rt_id *website_key, rt_frame *frame);

// The click id of a pair: unguessable, and the same for ever without being stored first.
rt_id rt_click_id_of(const rt_keys *keys, const rt_click_target *target);

#endif
