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

// Addresses that are nowhere in particular: of this machine, of private and local networks, of providers' inner networks,
// of groups, and those that are set aside (https://www.iana.org/assignments/iana-ipv4-special-registry and its twin for
// IPv6). What a database says of them is a mistake.
bool rt_address_is_nowhere(const rt_address *address);

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

enum { RT_MAX_FORWARDED_LINES = 4 };  // proxies append to a line or add one of their own; the last ones are kept

// What proxies say of whom they heard: the values of one header, in the order of its lines, addresses with commas between
// them. A name of "Forwarded" has them as `for=` (RFC 7239).
typedef struct {
  rt_bytes lines[RT_MAX_FORWARDED_LINES];
  size_t count;
  bool is_rfc7239;
} rt_forwarded;

// Adds a line; when there are too many, the first goes: reading begins at the end.
void rt_forwarded_add(rt_forwarded *forwarded, rt_bytes line);

// Who is really calling: `peer` itself, unless it is a trusted proxy; then the last address forwarded that is no trusted
// proxy. What stands before it, anybody may have written; what is no address ends the search.
rt_address rt_client_address(const rt_address *peer, const rt_forwarded *forwarded, rt_networks trusted);

#endif
