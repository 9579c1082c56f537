// auth.c: keyed hashes by libsodium.
// SPDX-License-Identifier: MIT
#include "server/auth.h"

#include <sodium.h>
#include <string.h>

enum {
  MAC_BYTES = 16,
  TARGET_BYTES = RT_ID_BYTES + 1,
  TOKEN_BYTES = TARGET_BYTES + MAC_BYTES,
  SECONDS_BYTES = 5,  // the seconds of 34,000 years
  FRAME_BYTES = SECONDS_BYTES + 1,
  FRAME_TOKEN_BYTES = FRAME_BYTES + MAC_BYTES,
};

static const char secret_prefix[] = "its_";

// BLAKE2b of `message` under a 32-byte key.
static void keyed_hash(const unsigned char key[32], rt_bytes message, unsigned char *hash, size_t hash_length) {
  crypto_generichash(hash, hash_length, (const unsigned char *)message.data, message.length, key, 32);
}

void rt_secret_draw(const rt_entropy *entropy, const rt_keys *keys, char text[RT_SECRET_TEXT_CAPACITY],
                    unsigned char hash[RT_SECRET_HASH_BYTES]) {
  unsigned char secret[RT_SECRET_BYTES];
  entropy->fill(entropy->self, secret, sizeof secret);
  memset(text, 0, RT_SECRET_TEXT_CAPACITY);
  rt_writer writer = rt_writer_over(text, RT_SECRET_TEXT_CAPACITY - 1);
  rt_write_text(&writer, secret_prefix);
  rt_write_base64url(&writer, secret, sizeof secret);
  keyed_hash(keys->secret, rt_written(&writer), hash, RT_SECRET_HASH_BYTES);
  sodium_memzero(secret, sizeof secret);
}

rt_bytes rt_secret_presented(rt_bytes authorization, rt_bytes header) {
  const rt_bytes scheme = RT_BYTES("bearer ");
  if (authorization.length > scheme.length &&
      rt_bytes_equal_ignoring_case(rt_bytes_take(authorization, scheme.length), scheme)) {
    return rt_bytes_trimmed(rt_bytes_skip(authorization, scheme.length));
  }
  return rt_bytes_trimmed(header);
}

const rt_website *rt_secret_owner(const rt_catalog *catalog, const rt_keys *keys, rt_bytes secret) {
  unsigned char hash[RT_SECRET_HASH_BYTES];
  if (secret.length == 0 || secret.length >= RT_SECRET_TEXT_CAPACITY) return NULL;
  keyed_hash(keys->secret, secret, hash, sizeof hash);
  return rt_catalog_website_by_secret(catalog, hash);
}

// Request and position as the bytes that are signed.
static void lay_out(const rt_click_target *target, unsigned char bytes[TARGET_BYTES]) {
  memcpy(bytes, target->request.bytes, RT_ID_BYTES);
  bytes[RT_ID_BYTES] = (unsigned char)target->position;
}

void rt_write_click_token(rt_writer *writer, const rt_keys *keys, const rt_click_target *target) {
  unsigned char token[TOKEN_BYTES];
  lay_out(target, token);
  keyed_hash(keys->token, (rt_bytes){(const char *)token, TARGET_BYTES}, token + TARGET_BYTES, MAC_BYTES);
  rt_write_base64url(writer, token, sizeof token);
}

bool rt_click_token_read(rt_bytes text, const rt_keys *keys, rt_click_target *target) {
  unsigned char token[TOKEN_BYTES], mac[MAC_BYTES];
  if (!rt_base64url_read(text, token, sizeof token)) return false;
  keyed_hash(keys->token, (rt_bytes){(const char *)token, TARGET_BYTES}, mac, sizeof mac);
  if (sodium_memcmp(mac, token + TARGET_BYTES, MAC_BYTES) != 0) return false;
  memcpy(target->request.bytes, token, RT_ID_BYTES);
  target->position = token[RT_ID_BYTES];
  return target->position < RT_MAX_OFFERS;
}

rt_id rt_click_id_of(const rt_keys *keys, const rt_click_target *target) {
  unsigned char bytes[TARGET_BYTES];
  rt_id id;
  lay_out(target, bytes);
  keyed_hash(keys->click, (rt_bytes){(const char *)bytes, sizeof bytes}, id.bytes, sizeof id.bytes);
  return id;
}

// The MAC of a frame's bytes for a website. No click target is as long as what is signed here, so that under the one key
// neither kind of token can be taken for the other.
static void sign_frame(const rt_keys *keys, const rt_id *website_key, const unsigned char bytes[FRAME_BYTES],
                       unsigned char mac[MAC_BYTES]) {
  static const char purpose[] = "frame";
  unsigned char message[sizeof purpose + RT_ID_BYTES + FRAME_BYTES];
  memcpy(message, purpose, sizeof purpose);
  memcpy(message + sizeof purpose, website_key->bytes, RT_ID_BYTES);
  memcpy(message + sizeof purpose + RT_ID_BYTES, bytes, FRAME_BYTES);
  keyed_hash(keys->token, (rt_bytes){(const char *)message, sizeof message}, mac, MAC_BYTES);
}

void rt_write_frame_token(rt_writer *writer, const rt_keys *keys, const rt_id *website_key, const rt_frame *frame) {
  unsigned char token[FRAME_TOKEN_BYTES];
  uint64_t seconds = (uint64_t)frame->issued_at.ms / 1000;
  for (int i = SECONDS_BYTES; i-- > 0; seconds >>= 8) token[i] = (unsigned char)seconds;
  token[SECONDS_BYTES] = frame->is_development;
  sign_frame(keys, website_key, token, token + FRAME_BYTES);
  rt_write_base64url(writer, token, sizeof token);
}

bool rt_frame_token_read(rt_bytes text, const rt_keys *keys, const rt_id *website_key, rt_frame *frame) {
  unsigned char token[FRAME_TOKEN_BYTES], mac[MAC_BYTES];
  int64_t seconds = 0;
  if (!rt_base64url_read(text, token, sizeof token)) return false;
  sign_frame(keys, website_key, token, mac);
  if (sodium_memcmp(mac, token + FRAME_BYTES, MAC_BYTES) != 0) return false;
  for (int i = 0; i < SECONDS_BYTES; i++) seconds = seconds << 8 | token[i];
  *frame = (rt_frame){{seconds * 1000}, token[SECONDS_BYTES] != 0};
  return true;
}
