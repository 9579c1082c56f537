// cli.test.mjs: what the command line takes, refuses and prints.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { anOffer, run, startServer, temporaryDirectory } from './server.mjs';

// A database of the test's own. Returns run() with --db.
function database(t) {
  const file = path.join(temporaryDirectory(t), 'cli.db');
  return (...words) => run([...words, '--db', file]);
}

function oneSentence(result, code, pattern) {
  assert.equal(result.code, code, result.err);
  assert.match(result.err, pattern);
  assert.equal(result.err.trim().split('\n').length, 1);
  assert.equal(result.out, '');
}

test('--version says the version of everything here', () => {
  const header = readFileSync(new URL('../../core/base/version.h', import.meta.url), 'utf8');
  const { code, out } = run(['--version']);
  assert.equal(code, 0);
  assert.equal(out, `retarget ${/define RT_VERSION "(.*)"/.exec(header)[1]}\n`);
});

test('wrong usage is one sentence and exit 2', (t) => {
  const cli = database(t);
  oneSentence(run(['fly']), 2, /no command "fly"/);
  oneSentence(cli('serve', '--fast'), 2, /no option --fast/);
  oneSentence(cli('serve', 'now'), 2, /options only/);
  oneSentence(run(['serve', '--db']), 2, /--db needs a value/);
  oneSentence(cli('serve', '--dev=yes'), 2, /takes no value/);
  oneSentence(cli('serve', '--brand', 'acme'), 2, /--brand/);
  oneSentence(cli('serve', '--rate-limit', 'much'), 2, /--rate-limit/);
  oneSentence(cli('serve', '--own-network', '10.0.0.0/99'), 2, /--own-network/);
  oneSentence(cli('serve', '--trusted-proxy', 'proxy'), 2, /--trusted-proxy/);
  oneSentence(cli('site'), 2, /site is followed by/);
  oneSentence(cli('site', 'burn'), 2, /site is followed by/);
  oneSentence(cli('site', 'add'), 2, /domain/);
  oneSentence(cli('site', 'add', '--domain', 'a.example', '--vertical', 'farming'), 2, /vertical "farming"/);
  oneSentence(cli('site', 'add', '--domain', 'a.example', '--accept', 'finance,farming'), 2, /vertical "farming"/);
  oneSentence(cli('site', 'add', '--domain', 'a.example', '--default-reason', 'whim'), 2, /--default-reason/);
  oneSentence(cli('site', 'add', '--domain', 'a.example', '--dev-origin', 'localhost'), 2, /--dev-origin/);
  oneSentence(cli('site', 'add', '--domain', 'a.example', '--support-label', 'Help'), 2, /--support-url/);
  oneSentence(cli('site', 'add', '--domain', 'a.example', '--support-label', 'Help', '--support-url', 'http://a.example'), 2, /https/);
  oneSentence(cli('offer'), 2, /offer is followed by/);
  oneSentence(cli('offer', 'add'), 2, /needs a file/);
  oneSentence(cli('offer', 'pause', 'x'), 2, /no offer id/);
  oneSentence(run(['replay']), 2, /Which tape/);
  oneSentence(run(['replay', '--fast']), 2, /no option --fast/);
  assert.equal(run([]).code, 2);
  for (const words of [[], ['serve'], ['site'], ['offer'], ['replay']]) {
    const help = run([...words, '--help']);
    assert.equal(help.code, 0);
    assert.match(help.out, /retarget/);
  }
});

test('a domain is registered once, in its plain form', (t) => {
  const cli = database(t);
  for (const domain of ['Shop.example', 'https://shop.example', 'shop.example/x', 'shop', 'localhost', '127.0.0.1', 'bücher.example', 'shop.example:443']) {
    oneSentence(cli('site', 'add', '--domain', domain), 2, /no domain to register/);
  }
  const added = JSON.parse(cli('site', 'add', '--domain', 'xn--bcher-kva.example', '--json').out);
  assert.deepEqual(Object.keys(added), ['site', 'publicKey', 'websiteKey', 'integrationSecret']);
  assert.match(added.publicKey, /^pk_[\w-]{22}$/);
  assert.match(added.websiteKey, /^web_[\w-]{22}$/);
  assert.match(added.integrationSecret, /^its_[\w-]{43}$/);
  oneSentence(cli('site', 'add', '--domain', 'xn--bcher-kva.example'), 1, /registered already/);
  oneSentence(cli('site', 'set', 'other.example', '--trigger'), 1, /No website is registered/);
  const text = cli('site', 'add', '--domain', 'plain.example').out;
  assert.match(text, /integration secret {2}its_/);
});

test('settings are kept, changed one by one, and listed', (t) => {
  const cli = database(t);
  cli('site', 'add', '--domain', 'shop.example', '--name', 'Der „Laden“', '--vertical', 'sports', '--support-label', 'Hilfe', '--support-url', 'https://shop.example/h',
    '--dev-origin', 'http://localhost:3000', '--dev-origin', 'https://t.example', '--default-reason', 'age', '--subdomains', '--no-trigger');
  const list = () => JSON.parse(cli('site', 'list', '--json').out);
  const [{ publicKey, websiteKey, ...first }] = list();
  assert.deepEqual(first, {
    site: 'shop.example', name: 'Der „Laden“', vertical: 'sports', accept: ['sports'], defaultReason: 'age', supportLabel: 'Hilfe', supportUrl: 'https://shop.example/h',
    subdomains: true, enabled: true, trigger: false, devOrigins: ['http://localhost:3000', 'https://t.example'],
  });
  assert.equal(cli('site', 'set', '--domain', 'shop.example', '--accept', 'crypto, streaming', '--trigger', '--remove-dev-origin', 'https://t.example').code, 0);
  assert.equal(cli('site', 'disable', 'shop.example').code, 0);
  assert.deepEqual(list()[0], { ...first, publicKey, websiteKey, accept: ['crypto', 'streaming'], trigger: true, enabled: false, devOrigins: ['http://localhost:3000'] });
  const rotated = JSON.parse(cli('site', 'rotate', 'shop.example', '--json').out);
  assert.equal(rotated.publicKey, publicKey);
  assert.match(cli('site', 'list').out, /shop\.example {2}\(disabled\)/);
  assert.equal(cli('site', 'set', 'shop.example', '--support-label', '').code, 0);
  assert.equal(list()[0].supportUrl, '');
});

test('a geo rule is read, normalized, shown, explained and taken away', (t) => {
  const cli = database(t);
  cli('site', 'add', '--domain', 'shop.example');
  const geo = (...words) => cli('site', 'geo', 'shop.example', ...words);
  const rule = () => JSON.parse(geo('--show', '--json').out);
  assert.match(geo('--show').out, /no geo rule: everybody is served the product/);
  assert.match(geo('--allow', ' us-nj,uk  MT,GB\nse,').out, /served to visitors from GB, MT, SE, US-NJ; everybody else/);
  assert.deepEqual(rule(), { site: 'shop.example', mode: 'allow', places: ['GB', 'MT', 'SE', 'US-NJ'] });
  const tests = [
    ['GB', 'allowed: GB (United Kingdom) is in the allowlist.'], ['uk-sct', 'allowed: GB (United Kingdom) is in the allowlist.'],
    ['US-NJ', 'allowed: US-NJ (New Jersey) is in the allowlist.'], ['US', 'blocked: US is not in the allowlist.'],
    ['US-NY', 'blocked: US-NY, US: none is in the allowlist.'], ['unknown', 'blocked: an unknown location matches nothing in the allowlist.'],
  ];
  for (const [place, sentence] of tests) assert.equal(geo('--test', place).out, `${sentence}\n`);
  assert.match(geo('--block', 'FR-IDF').out, /everybody but visitors from FR-IDF; these are shown offers/);
  assert.equal(geo('--test', 'FR-75').out, 'blocked: FR-IDF (Île-de-France) is in the blocklist.\n');
  assert.equal(geo('--test', 'unknown').out, 'allowed: an unknown location matches nothing in the blocklist.\n');
  assert.match(geo('--no-rule').out, /no geo rule/);
  assert.deepEqual(rule(), { site: 'shop.example', mode: 'none', places: [] });
  assert.equal(geo('--test', 'DE').out, 'allowed: the website has no geo rule.\n');
});

test('a wrong code in a geo rule is named, with what may have been meant, and nothing is changed', (t) => {
  const cli = database(t);
  cli('site', 'add', '--domain', 'shop.example');
  const geo = (...words) => cli('site', 'geo', 'shop.example', ...words);
  geo('--allow', 'DE');
  const wrong = [
    ['GB,US-ZZ', /US-ZZ is no region of United States in ISO 3166-2; did you mean US-AZ \(Arizona\)\?/], ['USA', /"USA" is no country of ISO 3166-1; did you mean US /],
    ['Germany', /did you mean DE \(Germany\)\?/], ['DE-Bayern', /did you mean DE-BY \(Bayern\)\?/], ['ZZ-9', /"ZZ-9" is no country/], ['?', /"\?" is no code of a country like DE/],
  ];
  for (const [list, pattern] of wrong) {
    const { code, err, out } = geo('--block', list);
    assert.equal(code, 2, list);
    assert.match(err, pattern);
    assert.match(err, /Nothing was changed\.\n$/);
    assert.equal(out, '');
  }
  const many = geo('--block', Array.from({ length: 10_000 }, (_, i) => `Q${i}`).join());
  assert.match(many.err, /10000 codes in all are wrong/);
  assert.ok(many.err.split('\n').length < 15, 'not a line for each');
  oneSentence(geo('--allow', ' , '), 2, /list is empty; .* --no-rule/);
  oneSentence(geo(), 2, /one of --allow, --block/);
  oneSentence(geo('--allow', 'DE', '--block', 'FR'), 2, /one of --allow, --block/);
  oneSentence(geo('--test', 'US-ZZ'), 2, /did you mean US-AZ/);
  oneSentence(geo('--name', 'x'), 2, /--name is no option of site geo/);
  oneSentence(cli('site', 'set', 'shop.example', '--allow', 'DE'), 2, /--allow is no option of site set/);
  oneSentence(cli('site', 'geo', 'other.example', '--show'), 1, /No website is registered/);
  assert.match(geo('--show').out, /visitors from DE;/);
});

test('a geo rule may have ten thousand entries', (t) => {
  const cli = database(t);
  cli('site', 'add', '--domain', 'shop.example');
  const list = Array.from({ length: 10_000 }, (_, i) => ['DE', 'FR-75', 'US-NJ', 'gb'][i % 4]).join();
  assert.match(cli('site', 'geo', 'shop.example', '--allow', list).out, /from DE, FR-75, GB, US-NJ;/);
});

test('a database is for its owner alone, because it holds keys', async (t) => {
  const server = await startServer(t);
  server.addSite();
  for (const end of ['', '-wal', '-shm']) assert.equal(statSync(server.database + end).mode & 0o777, 0o600, end);
});

test('an offer is checked member by member, and a file is taken whole or not at all', (t) => {
  const cli = database(t);
  const file = path.join(temporaryDirectory(t), 'offers.json');
  const add = (content) => {
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return cli('offer', 'add', file, '--json');
  };
  const wrong = [
    [{ brand: '' }, /"brand"/], [{ brand: 'x'.repeat(41) }, /"brand" may have 40 characters and has 41/], [{ headline: 5 }, /"headline"/],
    [{ headline: 'ü'.repeat(91) }, /"headline" may have 90/], [{ cta: 'x'.repeat(25) }, /"cta"/], [{ cta: 'a\nb' }, /"cta" has a control/],
    [{ landing: 'http://ads.example/' }, /"landing" must be an https URL/], [{ landing: 'javascript:alert(1)' }, /"landing"/],
    [{ landing: 'https://ads.example/?c={click_id}' }, /"landing" has "{click_id}"/], [{ landing: 'https://{country}.example/' }, /"landing"/],
    [{ image: 'http://cdn.example/x.png' }, /"image"/], [{ image: 7 }, /"image"/], [{ vertical: 'farming' }, /"vertical"/], [{ model: 'cpm' }, /"model"/],
    [{ premium: 'yes' }, /"premium"/], [{ premium: true, model: 'cpa', rates: { '*': '30' } }, /"premium" is for offers paid by click/],
    [{ rates: {} }, /"rates"/], [{ rates: { Germany: 1 } }, /"rates" has "Germany"/], [{ rates: { DE: 9999 } }, /"rates"\."DE" must be from 10000/],
    [{ rates: { DE: 0.45 } }, /"rates"\."DE"/], [{ rates: { DE: '-1' } }, /"rates"\."DE"/], [{ rates: { UK: 20000, GB: 20000 } }, /"GB" twice/],
    [{ rates: { DE: 450000000000 } }, /"rates"\."DE" must be from/], [{ model: 'cpa', rates: { '*': 99999 } }, /from 100000/], [{ payout: 1 }, /"payout" is no member/],
  ];
  for (const [change, pattern] of wrong) oneSentence(add([anOffer, { ...anOffer, ...change }]), 1, pattern);
  oneSentence(add('{"brand":'), 1, /not valid JSON/);
  oneSentence(add('[1]'), 1, /An offer is a JSON object/);
  oneSentence(cli('offer', 'add', `${file}.missing`), 1, /cannot be read/);
  assert.deepEqual(JSON.parse(cli('offer', 'list', '--json').out), []);

  const [added] = JSON.parse(add({ ...anOffer, headline: 'ü'.repeat(90), image: null, paused: true, rates: { uk: '1.5', '*': 20000 } }).out);
  const [listed] = JSON.parse(cli('offer', 'list', '--json').out);
  assert.deepEqual(listed, { id: added.id, ...anOffer, headline: 'ü'.repeat(90), image: null, premium: false, paused: true, rates: { '*': 20000, GB: 1500000 } });
  assert.match(cli('offer', 'list').out, /GB \$1\.50/);
  assert.equal(cli('offer', 'resume', added.id).code, 0);
  assert.equal(JSON.parse(cli('offer', 'list', '--json').out)[0].paused, false);
  oneSentence(cli('offer', 'pause', 'off_AAAAAAAAAAAAAAAAAAAAAA'), 1, /No offer has the id/);
});

test('what one database lists another takes, under ids of its own', (t) => {
  const [from, to] = [database(t), database(t)];
  const file = path.join(temporaryDirectory(t), 'listed.json');
  writeFileSync(file, JSON.stringify([anOffer, { ...anOffer, brand: 'Other', paused: true }]));
  from('offer', 'add', file);
  const listed = (cli) => JSON.parse(cli('offer', 'list', '--json').out).sort((a, b) => (a.brand < b.brand ? -1 : 1));
  writeFileSync(file, JSON.stringify(listed(from)));
  assert.equal(to('offer', 'add', file).code, 0);
  const without = (offers) => offers.map(({ id, ...offer }) => offer);
  assert.deepEqual(without(listed(to)), without(listed(from)));
  assert.notEqual(listed(to)[0].id, listed(from)[0].id);
});
