// mmdb.mjs: writes small databases in MaxMind's format, so that tests have every layout and every kind of damage at hand.
// The format: https://maxmind.github.io/MaxMind-DB/. IPv6 tree, records of 28 bits, no pointers.
// SPDX-License-Identifier: MIT

const types = { string: 2, uint16: 5, uint32: 6, map: 7, uint64: 9, array: 11 };

function control(type, size) {
  const extended = type > 7;
  const first = (extended ? 0 : type << 5) | Math.min(size, 29);
  const head = extended ? [first, type - 7] : [first];
  if (size < 29) return Buffer.from(head);
  if (size >= 29 + 256) throw new Error('longer texts are not needed here');
  return Buffer.from([...head, size - 29]);
}

function number(type, value) {
  const bytes = [];
  for (let rest = BigInt(value); rest > 0n; rest >>= 8n) bytes.unshift(Number(rest & 255n));
  return Buffer.concat([control(type, bytes.length), Buffer.from(bytes)]);
}

// A number that the format wants in 16 bits.
class Short {
  constructor(value) {
    this.value = value;
  }
}

function encode(value) {
  if (typeof value === 'string') return Buffer.concat([control(types.string, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'number') return number(types.uint32, value);
  if (typeof value === 'bigint') return number(types.uint64, value);
  if (value instanceof Short) return number(types.uint16, value.value);
  if (Array.isArray(value)) return Buffer.concat([control(types.array, value.length), ...value.map(encode)]);
  const entries = Object.entries(value);
  return Buffer.concat([control(types.map, entries.length), ...entries.flatMap(([key, member]) => [encode(key), encode(member)])]);
}

// The 128 bits of an address, and how many of them a network fixes.
function bitsOf(network) {
  const [address, prefix] = network.split('/');
  if (!address.includes(':')) {
    const four = address.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
    return { bits: four, length: 96 + Number(prefix ?? 32) };
  }
  const [left, right = ''] = address.split('::');
  const words = (text) => text.split(':').filter(Boolean).map((word) => BigInt(`0x${word}`));
  const head = words(left);
  const tail = words(right);
  const all = address.includes('::') ? [...head, ...Array(8 - head.length - tail.length).fill(0n), ...tail] : head;
  return { bits: all.reduce((sum, word) => (sum << 16n) | word, 0n), length: Number(prefix ?? 128) };
}

// The bytes of a database of `type` in which networks ('8.8.8.0/24', '2001:db8::/32') have records.
export function mmdb(type, networks) {
  const nodes = [[null, null]];
  const records = [];
  const offsets = [];
  let offset = 0;
  for (const [network, record] of Object.entries(networks)) {
    const { bits, length } = bitsOf(network);
    const encoded = encode(record);
    let at = 0;
    for (let i = 0; i < length - 1; i++) {
      const side = Number((bits >> BigInt(127 - i)) & 1n);
      if (nodes[at][side] === null) nodes[at][side] = nodes.push([null, null]) - 1;
      at = nodes[at][side];
    }
    nodes[at][Number((bits >> BigInt(128 - length)) & 1n)] = { record: records.push(encoded) - 1 };
    offsets.push(offset);
    offset += encoded.length;
  }
  const valueOf = (side) => (side === null ? nodes.length : typeof side === 'number' ? side : nodes.length + 16 + offsets[side.record]);
  const tree = Buffer.concat(nodes.map((sides) => {
    const [left, right] = sides.map(valueOf);
    return Buffer.from([left >> 16 & 255, left >> 8 & 255, left & 255, (left >> 24 & 15) << 4 | right >> 24 & 15, right >> 16 & 255, right >> 8 & 255, right & 255]);
  }));
  const metadata = encode({
    node_count: nodes.length, record_size: new Short(28), ip_version: new Short(6), database_type: type, languages: ['en'], binary_format_major_version: new Short(2),
    binary_format_minor_version: new Short(0), build_epoch: 1_772_366_400n, description: { en: 'For tests' },
  });
  return Buffer.concat([tree, Buffer.alloc(16), ...records, Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'), metadata]);
}

const names = (en) => ({ names: { en } });

// What makers write of a place in Bavaria, each in its own layout.
export const layouts = {
  'GeoLite2-City': { country: { iso_code: 'DE', ...names('Germany') }, subdivisions: [{ iso_code: 'BY', ...names('Bavaria') }] },
  'DBIP-City-Lite': { country: { iso_code: 'DE', ...names('Germany') }, subdivisions: [names('Bayern')] },
  'ipinfo standard_location': { country: 'DE', region: 'Bayern', city: 'Nürnberg' },
  'ip-location-db geolite2-city': { country_code: 'DE', state1: 'Bayern', city: 'Nürnberg' },
  'with a code of the region': { country_code: 'DE', region_code: 'BY' },
};
