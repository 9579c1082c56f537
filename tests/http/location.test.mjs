// location.test.mjs: where a visitor is: databases of every layout and in every state of damage, a file changed under a
// running server, proxies that are trusted and headers that anybody may have written.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { layouts, mmdb } from './mmdb.mjs';
import { run, startServer, temporaryDirectory } from './server.mjs';

const world = fileURLToPath(new URL('../../web/node_modules/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb', import.meta.url));
const behind = ['--trusted-proxy', '127.0.0.1'];

// A server whose visitors come through a proxy on this machine. Returns what it says of a visitor with an address.
async function startLocating(t, bytes, flags = behind) {
  const file = path.join(temporaryDirectory(t), 'places.mmdb');
  if (bytes) writeFileSync(file, bytes);
  const server = await startServer(t, [...flags, ...(bytes ? ['--geo-db', file] : [])]);
  const site = server.addSite();
  const decide = async (headers) => {
    const response = await server.get(`/v1/decision?${site.query}`, headers);
    assert.equal(response.status, 200, JSON.stringify(headers));
    const { country, region } = await response.json();
    return country && region ? `${country}-${region}` : country;
  };
  return { server, site, file, decide, at: (address) => decide({ 'x-forwarded-for': address }) };
}

// Waits until the server has said `pattern` `times` times.
async function said(server, pattern, times = 1) {
  for (let i = 0; (server.log.match(pattern) ?? []).length < times; i++) {
    assert.ok(i < 400, `the server never said ${pattern}: ${server.log}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

test('documented addresses are where everybody knows them to be', async (t) => {
  const { at } = await startLocating(t, null, [...behind, '--geo-db', world]);
  assert.equal(await at('8.8.8.8'), 'US');
  assert.equal(await at('2001:4860:4860::8888'), 'US');
  assert.equal(await at('::ffff:8.8.8.8'), 'US');
  assert.equal(await at('193.0.6.139'), 'NL'); // RIPE NCC
  for (const nowhere of ['127.0.0.1', '10.1.2.3', '192.168.0.1', '169.254.1.1', '0.0.0.0', '255.255.255.255', '::1', 'fe80::1', 'fc00::1']) {
    assert.equal(await at(nowhere), null, nowhere);
  }
});

for (const [maker, record] of Object.entries(layouts)) {
  test(`the layout of ${maker} is read`, async (t) => {
    const { at } = await startLocating(t, mmdb(maker, { '203.0.113.0/24': record, '2001:db8::/32': record }));
    assert.equal(await at('203.0.113.9'), 'DE-BY');
    assert.equal(await at('2001:db8::9'), 'DE-BY');
    assert.equal(await at('::ffff:203.0.113.9'), 'DE-BY');
    assert.equal(await at('198.51.100.1'), null);
  });
}

test('the smallest region that ISO knows is taken, and what it does not know is left out', async (t) => {
  const { at } = await startLocating(t, mmdb('GeoIP2-City', {
    '203.0.113.1': { country: { iso_code: 'FR' }, subdivisions: [{ iso_code: 'IDF' }, { iso_code: '75' }] },
    '203.0.113.2': { country: { iso_code: 'FR' }, subdivisions: [{ iso_code: 'IDF' }, { iso_code: 'QQ' }] },
    '203.0.113.3': { country: { iso_code: 'FR' }, subdivisions: [{ iso_code: 'QQQ' }] },
    '203.0.113.4': { country: { iso_code: 'ZZ' }, subdivisions: [{ iso_code: 'IDF' }] },
    '203.0.113.5': { registered_country: { iso_code: 'FR' } },
    '203.0.113.6': { country: { iso_code: 7 } },
    '203.0.113.7': { country: { iso_code: 'XK' } },
    '203.0.113.8': { country: { iso_code: 'FR' }, subdivisions: 'IDF' },
    '203.0.113.10': { country: ['FR'] },
  }));
  assert.deepEqual(await Promise.all([1, 2, 3, 4, 5, 6, 7, 8, 10].map((last) => at(`203.0.113.${last}`))), ['FR-75', 'FR-IDF', 'FR', null, null, null, 'XK', 'FR', null]);
});

test('a database that cannot be used keeps the server from starting, in one sentence', (t) => {
  const directory = temporaryDirectory(t);
  const good = mmdb('GeoLite2-Country', { '203.0.113.0/24': { country: { iso_code: 'DE' } } });
  const start = (name, bytes) => {
    const file = path.join(directory, name);
    if (bytes) writeFileSync(file, bytes);
    const { code, out, err } = run(['serve', '--listen', '127.0.0.1:0', '--db', path.join(directory, 'x.db'), '--geo-db', file]);
    assert.equal(code, 1, `${name}: ${err}`);
    assert.equal(out, '');
    assert.equal(err.trim().split('\n').length, 1, err);
    return err;
  };
  assert.match(start('missing.mmdb'), /cannot be read: No such file/);
  assert.match(start('.'), /Is a directory/);
  assert.match(start('empty.mmdb', Buffer.alloc(0)), /cannot be read|no database/);
  assert.match(start('text.mmdb', Buffer.from('country,code\n'.repeat(500))), /no database in MaxMind's format/);
  assert.match(start('noise.mmdb', Buffer.from(Array.from({ length: 9999 }, (_, i) => (i * 7919) & 255))), /no database in MaxMind's format/);
  for (const part of [0.3, 0.6, 0.9]) assert.match(start('part.mmdb', good.subarray(0, good.length * part)), /no database in MaxMind's format|has no countries/);
  assert.match(start('asn.mmdb', mmdb('GeoLite2-ASN', { '203.0.113.0/24': { autonomous_system_number: 64496, autonomous_system_organization: 'Example' } })), /GeoLite2-ASN\) has no countries/);
  assert.match(start('nothing.mmdb', mmdb('GeoLite2-Country', {})), /has no countries/);
});

// Each byte of the tree and of the records in its turn: the answer may be wrong, the server must be there.
test('a damaged database costs locations, never the server', async (t) => {
  const good = mmdb('GeoLite2-City', { '203.0.113.0/24': layouts['GeoLite2-City'], '8.0.0.0/8': { country: { iso_code: 'US' } } });
  const { server, file, at } = await startLocating(t, good);
  let reloads = 0;
  for (let i = 3; i < good.length; i += Math.ceil(good.length / 40)) {
    const damaged = Buffer.from(good);
    damaged[i] ^= 0xff;
    writeFileSync(file, damaged);
    server.child.kill('SIGHUP');
    await said(server, /The location database is now|stays in use/g, ++reloads);
    for (const address of ['203.0.113.9', '8.8.8.8', '2001:db8::1']) await at(address);
  }
  writeFileSync(file, good);
  server.child.kill('SIGHUP');
  await said(server, /The location database is now|stays in use/g, ++reloads);
  assert.equal(await at('203.0.113.9'), 'DE-BY');
});

test('SIGHUP reads the file again; a broken one leaves the old one in use and says so', async (t) => {
  const place = (country) => mmdb('GeoLite2-Country', { '203.0.113.0/24': { country: { iso_code: country } } });
  const { server, file, at } = await startLocating(t, place('DE'));
  assert.equal(await at('203.0.113.9'), 'DE');
  writeFileSync(`${file}.new`, place('FR'));
  renameSync(`${file}.new`, file);
  assert.equal(await at('203.0.113.9'), 'DE', 'only a signal makes it new');
  server.child.kill('SIGHUP');
  await said(server, /The location database is now GeoLite2-Country of 2026-03-01\./g);
  assert.equal(await at('203.0.113.9'), 'FR');
  // Cut off under the running server, as a copy in place does: nothing that answers is in that file.
  truncateSync(file, 100);
  assert.equal(await at('203.0.113.9'), 'FR');
  server.child.kill('SIGHUP');
  await said(server, /no database in MaxMind's format.*The old one, GeoLite2-Country of 2026-03-01, stays in use\./g);
  assert.equal(await at('203.0.113.9'), 'FR');
  rmSync(file);
  server.child.kill('SIGHUP');
  await said(server, /No such file.*stays in use/g);
  assert.equal(await at('203.0.113.9'), 'FR');
});

test('only the header that was named is read, from the right, and only of a trusted proxy', async (t) => {
  const data = mmdb('GeoLite2-Country', {
    '203.0.113.0/24': { country: { iso_code: 'DE' } }, '198.51.100.0/24': { country: { iso_code: 'FR' } }
  });
  const trusting = await startLocating(t, data);
  assert.equal(await trusting.at('203.0.113.9'), 'DE');
  assert.equal(await trusting.at('198.51.100.1, 203.0.113.9'), 'DE', 'the left one is anybody’s word');
  assert.equal(await trusting.at('203.0.113.9, 127.0.0.1'), 'DE', 'past a trusted hop');
  assert.equal(await trusting.at('203.0.113.9, nonsense'), null, 'what is no address ends the search');
  for (const other of ['x-real-ip', 'forwarded', 'cf-connecting-ip', 'true-client-ip', 'x-client-ip', 'client-ip', 'x-forwarded']) {
    assert.equal(await trusting.decide({ [other]: '203.0.113.9' }), null, other);
  }
  const wary = await startLocating(t, data, []);
  assert.equal(await wary.at('203.0.113.9'), null);

  const named = await startLocating(t, data, [...behind, '--proxy-header', 'X-Real-IP']);
  assert.equal(await named.decide({ 'x-real-ip': '203.0.113.9', 'x-forwarded-for': '198.51.100.1' }), 'DE');
  assert.equal(await named.at('203.0.113.9'), null);
  const standard = await startLocating(t, data, [...behind, '--proxy-header', 'Forwarded']);
  assert.equal(await standard.decide({ forwarded: 'for=198.51.100.1, by=127.0.0.1;For="203.0.113.9:4711";proto=https' }), 'DE');
  assert.equal(await standard.decide({ forwarded: 'for=unknown' }), null);
});

// HAProxy adds a line of its own under the one that the client sent.
test('of two lines of the header the last one counts', async (t) => {
  const { server, site } = await startLocating(t, mmdb('GeoLite2-Country', { '203.0.113.0/24': { country: { iso_code: 'DE' } }, '198.51.100.0/24': { country: { iso_code: 'FR' } } }));
  const answer = await server.raw(`GET /v1/decision?${site.query} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 198.51.100.1\r\nX-Forwarded-For: 203.0.113.9\r\nConnection: close\r\n\r\n`);
  assert.match(answer, /"country":"DE"/);
});

test('a trusted proxy may say the place itself', async (t) => {
  const data = mmdb('GeoLite2-Country', { '203.0.113.0/24': { country: { iso_code: 'DE' } } });
  const flags = [...behind, '--geo-header', 'CF-IPCountry', '--geo-region-header', 'CF-Region-Code'];
  const { decide, server, site } = await startLocating(t, data, flags);
  const from = (country, region, more = {}) => decide({ 'cf-ipcountry': country, ...(region && { 'cf-region-code': region }), ...more });
  assert.equal(await from('FR'), 'FR');
  assert.equal(await from('US', 'NJ'), 'US-NJ');
  assert.equal(await from('us', 'nj'), 'US-NJ');
  assert.equal(await from('US', 'ZZ'), 'US');
  assert.equal(await from('FR', undefined, { 'x-forwarded-for': '203.0.113.9' }), 'FR', 'before the database');
  assert.equal(await from('XX', undefined, { 'x-forwarded-for': '203.0.113.9' }), null, 'the proxy does not know either');
  assert.equal(await from('T1'), null);
  assert.equal(await decide({ 'x-forwarded-for': '203.0.113.9' }), 'DE', 'without the header the database answers');
  const twice = await server.raw(`GET /v1/decision?${site.query} HTTP/1.1\r\nHost: x\r\nCF-IPCountry: FR\r\nCF-IPCountry: GB\r\nConnection: close\r\n\r\n`);
  assert.match(twice, /"country":null/, 'of two none is believed');
  const elsewhere = await startLocating(t, data, ['--trusted-proxy', '192.0.2.0/24', '--geo-header', 'CF-IPCountry']);
  assert.equal(await elsewhere.decide({ 'cf-ipcountry': 'FR' }), null, 'anybody can write that header');
});

test('options about the location that make no sense are refused in one sentence', () => {
  const refused = (pattern, ...words) => {
    const { code, err } = run(['serve', ...words]);
    assert.equal(code, 2, err);
    assert.match(err, pattern);
  };
  refused(/--geo-header is believed of trusted proxies only/, '--geo-header', 'CF-IPCountry');
  refused(/--geo-region-header needs a --geo-header/, '--geo-region-header', 'X');
  refused(/--proxy-header takes the name of one header/, '--proxy-header', 'X-Real-IP, X-Forwarded-For');
  refused(/--geo-header takes the name of one header/, '--geo-header', '');
});

// What is kept and what is said of a visitor: country and region, and nothing that leads back to the address.
test('an address is used and dropped', async (t) => {
  const { server, at } = await startLocating(t, mmdb('GeoLite2-Country', { '203.0.113.0/24': { country: { iso_code: 'DE' } } }));
  assert.equal(await at('203.0.113.77'), 'DE');
  await server.stop();
  const kept = readFileSync(server.database);
  assert.ok(kept.includes('DE'), 'the place is kept');
  for (const trace of ['203.0.113.77', Buffer.from([203, 0, 113, 77])]) assert.ok(!kept.includes(trace), `${trace} is in the database`);
  assert.ok(!server.log.includes('203.0.113'), server.log);
});
