// address.h: client addresses: classes of them, and networks.
// An address is looked at and dropped; nothing here keeps one.
// SPDX-License-Identifier: MIT
#ifndef RT_SERVER_ADDRESS_H
#define RT_SERVER_ADDRESS_H

#include "base/bytes.h"

// An IPv6 address, or an IPv4 address mapped into ::ffff:0:0/96.
typedef struct {
  unsigned char bytes[16];
} rt_address;

rt_address rt_address_from_ipv4(const unsigned char bytes[4]);
bool rt_address_is_ipv4(const rt_address *address);
bool rt_address_is_loopback(const rt_address *address);

// The part that one household shares: all of an IPv4 address, the first 64 bits of an IPv6 address.
rt_address rt_address_class(const rt_address *address);

// "203.0.113.0/24", "2001:db8::/32".
typedef struct {
  rt_address base;
  uint32_t prefix_bits;  // of the 128; an IPv4 /24 is 120
} rt_network;

// Reads an address or a network in CIDR notation. False: it is none.
bool rt_network_read(rt_bytes text, rt_network *network);
bool rt_network_has(const rt_network *network, const rt_address *address);

// A set of networks.
typedef struct {
  const rt_network *networks;
  size_t count;
} rt_networks;
bool rt_networks_have(rt_networks set, const rt_address *address);

// Who is really calling: `peer` itself, unless it is a trusted proxy; then the last address of `forwarded_for` (an
// X-Forwarded-For header: each proxy appends whom it heard) that is no trusted proxy. What stands before it, anybody
// may have written; what is no address ends the search.
rt_address rt_client_address(const rt_address *peer, rt_bytes forwarded_for, rt_networks trusted);

#endif
