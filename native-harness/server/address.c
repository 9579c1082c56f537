// address.c: address arithmetic.
// SPDX-License-Identifier: MIT
#include "server/address.h"

#include <arpa/inet.h>
#include <string.h>

static const unsigned char mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

rt_address rt_address_from_ipv4(const unsigned char bytes[4]) {
  rt_address address;
  memcpy(address.bytes, mapped_prefix, sizeof mapped_prefix);
  memcpy(address.bytes + sizeof mapped_prefix, bytes, 4);
  return address;
}

bool rt_address_is_ipv4(const rt_address *address) {
  return memcmp(address->bytes, mapped_prefix, sizeof mapped_prefix) == 0;
}

bool rt_address_is_loopback(const rt_address *address) {
  static const rt_address one = {{[15] = 1}};
  if (rt_address_is_ipv4(address)) return address->bytes[12] == 127;
  return memcmp(address, &one, sizeof one) == 0;
}

rt_address rt_address_class(const rt_address *address) {
  rt_address class = *address;
  if (!rt_address_is_ipv4(address)) memset(class.bytes + 8, 0, 8);
  return class;
}

bool rt_network_read(rt_bytes text, rt_network *network) {
  char address[INET6_ADDRSTRLEN];
  const size_t slash = rt_bytes_find(text, '/');
  if (slash >= sizeof address) return false;
  memcpy(address, text.data, slash);
  address[slash] = '\0';
  unsigned char four[4];
  uint32_t width = 128;
  if (inet_pton(AF_INET, address, four) == 1) {
    network->base = rt_address_from_ipv4(four);
    width = 32;
  } else if (inet_pton(AF_INET6, address, network->base.bytes) != 1) {
    return false;
  }
  uint64_t bits = width;
  if (slash < text.length && (!rt_bytes_to_u64(rt_bytes_skip(text, slash + 1), &bits) || bits > width)) return false;
  network->prefix_bits = 128 - width + (uint32_t)bits;
  return true;
}

bool rt_network_has(const rt_network *network, const rt_address *address) {
  const uint32_t whole = network->prefix_bits / 8, rest = network->prefix_bits % 8;
  if (memcmp(network->base.bytes, address->bytes, whole) != 0) return false;
  return rest == 0 || (network->base.bytes[whole] ^ address->bytes[whole]) >> (8 - rest) == 0;
}

bool rt_networks_have(rt_networks set, const rt_address *address) {
  for (size_t i = 0; i < set.count; i++) {
    if (rt_network_has(&set.networks[i], address)) return true;
  }
  return false;
}

// "203.0.113.9", "203.0.113.9:4711", "2001:db8::1", "[2001:db8::1]:4711".
static bool read_hop(rt_bytes text, rt_address *address) {
  rt_network network;
  if (text.length > 0 && text.data[0] == '[') {
    const size_t end = rt_bytes_find(text, ']');
    if (end == text.length) return false;
    text = (rt_bytes){text.data + 1, end - 1};
  } else {
    const size_t colon = rt_bytes_find(text, ':');
    const bool is_only_colon =
        colon < text.length && rt_bytes_find(rt_bytes_skip(text, colon + 1), ':') == text.length - colon - 1;
    if (is_only_colon) text = rt_bytes_take(text, colon);
  }
  if (rt_bytes_find(text, '/') < text.length || !rt_network_read(text, &network)) return false;
  *address = network.base;
  return true;
}

#define FOUR(a, b, c, bits) \
  { {{[10] = 0xff, 0xff, a, b, c}}, 96 + (bits) }

bool rt_address_is_nowhere(const rt_address *address) {
  static const rt_network nowhere[] = {
      FOUR(0, 0, 0, 8),     FOUR(10, 0, 0, 8),   FOUR(100, 64, 0, 10),  FOUR(127, 0, 0, 8),   FOUR(169, 254, 0, 16),
      FOUR(172, 16, 0, 12), FOUR(192, 0, 0, 24), FOUR(192, 168, 0, 16), FOUR(198, 18, 0, 15), FOUR(224, 0, 0, 3),
      {{{0}}, 96},          {{{0xfc}}, 7},       {{{0xfe, 0x80}}, 10},  {{{0xff}}, 8},
  };
  return rt_networks_have((rt_networks){nowhere, sizeof nowhere / sizeof nowhere[0]}, address);
}

void rt_forwarded_add(rt_forwarded *forwarded, rt_bytes line) {
  if (forwarded->count == RT_MAX_FORWARDED_LINES) {
    memmove(forwarded->lines, forwarded->lines + 1, (RT_MAX_FORWARDED_LINES - 1) * sizeof forwarded->lines[0]);
    forwarded->count--;
  }
  forwarded->lines[forwarded->count++] = line;
}

// The value of `for` in `by=…; for="[2001:db8::1]:80"; proto=https`. Empty: there is none.
static rt_bytes for_parameter(rt_bytes element) {
  while (element.length > 0) {
    const size_t end = rt_bytes_find(element, ';');
    const rt_bytes pair = rt_bytes_trimmed(rt_bytes_take(element, end));
    const size_t equals = rt_bytes_find(pair, '=');
    if (equals < pair.length && rt_bytes_equal_ignoring_case(rt_bytes_take(pair, equals), RT_BYTES("for"))) {
      rt_bytes value = rt_bytes_skip(pair, equals + 1);
      const bool is_quoted = value.length >= 2 && value.data[0] == '"' && value.data[value.length - 1] == '"';
      return is_quoted ? (rt_bytes){value.data + 1, value.length - 2} : value;
    }
    element = rt_bytes_skip(element, end < element.length ? end + 1 : end);
  }
  return RT_BYTES_NONE;
}

rt_address rt_client_address(const rt_address *peer, const rt_forwarded *forwarded, rt_networks trusted) {
  rt_address client = *peer;
  for (size_t i = forwarded->count; i-- > 0;) {
    rt_bytes line = forwarded->lines[i];
    while (line.length > 0) {
      if (!rt_networks_have(trusted, &client)) return client;
      size_t start = line.length;
      while (start > 0 && line.data[start - 1] != ',') start--;
      const rt_bytes element = rt_bytes_trimmed(rt_bytes_skip(line, start));
      if (!read_hop(forwarded->is_rfc7239 ? for_parameter(element) : element, &client)) return client;
      line = rt_bytes_take(line, start > 0 ? start - 1 : 0);
    }
  }
  return client;
}
