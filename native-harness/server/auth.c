// auth.c: keyed hashes by libsodium.
// SPDX-License-Identifier: MIT
#include "server/auth.h"

#include <sodium.h>
#include <string.h>

enum { TARGET_BYTES = RT_ID_BYTES + 1, MAC_BYTES = 16, TOKEN_BYTES = TARGET_BYTES + MAC_BYTES };

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
