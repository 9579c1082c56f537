// install.test.mjs: what `cmake --install` leaves behind is complete, can be moved, and is used as web/docs/testing.md says.
// Installs build/release into a home directory of its own, moves it, and works outside of the tree from then on.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import test, { after, before } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { commands, files, writeFiles } from './documented.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const temporary = mkdtempSync(path.join(tmpdir(), 'retarget-install-'));
after(() => rmSync(temporary, { recursive: true, force: true }));

const home = path.join(temporary, 'home');
const prefix = path.join(home, 'retarget');
// A reader's shell. npm must find all it needs on this machine.
const environment = { ...process.env, HOME: home, npm_config_offline: 'true', npm_config_update_notifier: 'false' };
for (const name of ['DESTDIR', 'PKG_CONFIG_PATH', 'CMAKE_PREFIX_PATH', 'CC', 'CFLAGS', 'NODE_TEST_CONTEXT']) delete environment[name];

// Types `script` into a shell in `folder`. Returns { code, said }.
function shell(script, folder, more = {}) {
  const { status, stdout, stderr } = spawnSync('bash', ['-e', '-c', script], {
    cwd: folder, encoding: 'utf8', timeout: 60_000, env: { ...environment, ...more },
  });
  return { code: status, said: `${stdout}${stderr}` };
}

function succeed(script, folder, more) {
  const { code, said } = shell(script, folder, more);
  assert.equal(code, 0, `${script}\n${said}`);
  return said;
}

// A folder with the page's files in it.
function aFolder(change) {
  const folder = mkdtempSync(path.join(temporary, 'mine-'));
  writeFiles(folder, change);
  return folder;
}

// Paths of all files below `folder`.
const allFiles = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? allFiles(path.join(folder, entry.name)).map((file) => path.join(entry.name, file)) : entry.name).sort();

// pkg-config's answer to a user who has set nothing but where to look.
const flags = () => succeed('pkg-config --cflags --libs retarget', home, { PKG_CONFIG_PATH: `${prefix}/lib/pkgconfig` }).trim();
const strict = '-std=c11 -Wall -Wextra -pedantic -Werror';

before(() => {
  mkdirSync(path.join(temporary, 'first'));
  const script = commands('cmake --install').replace('./dev build\n', ''); // built by ./dev test install
  assert.match(script, /^cmake --install .*\n$/);
  succeed(script, root, { HOME: path.join(temporary, 'first') });
  renameSync(path.join(temporary, 'first'), home); // all that follows works in a copy that was moved
});

test('the documented C test passes with pkg-config', () => {
  assert.match(succeed(commands('pkg-config'), aFolder()), /^passed$/m);
});

test('the documented C test passes with find_package', () => {
  assert.match(succeed(commands('CMAKE_PREFIX_PATH'), aFolder()), /100% tests passed, 0 tests failed out of 1/);
});

test('the documented Node test passes', () => {
  assert.match(succeed(commands('npm install'), aFolder()), /^# pass 1$/m);
});

test('the documented tests fail when the widget does not do what they say', () => {
  // Another session than the one that both expect.
  const folder = aFolder((_, text) => text.replace('\\"dcl_1\\"', '\\"dcl_2\\"').replace("sessionId: 'dcl_1'", "sessionId: 'dcl_2'"));
  const c = shell(commands('pkg-config'), folder);
  assert.notEqual(c.code, 0);
  assert.match(c.said, /Assertion `rt_bytes_equal\(session\.session_id/);
  const node = shell(commands('npm install'), folder);
  assert.notEqual(node.code, 0);
  assert.match(node.said, /^\s+\+? +'dcl_2'$/m);
});

// The release build optimizes across files: such objects can be linked by the compiler that wrote them only.
test('the library holds machine code for any linker: gcc without its plugin, clang, and a strict compiler', () => {
  const folder = aFolder();
  assert.doesNotMatch(succeed(`readelf --sections --wide ${prefix}/lib/libretarget.a`, folder), /\.gnu\.lto/);
  // Emscripten brings a clang; Debian's is not in PATH.
  const places = [...process.env.PATH.split(':'), ...readdirSync('/usr/lib').filter((name) => name.startsWith('llvm-')).map((name) => `/usr/lib/${name}/bin`)];
  const clang = places.map((place) => path.join(place, 'clang')).find(existsSync);
  assert.ok(clang, `no clang in ${places}`);
  for (const compiler of ['gcc -fno-lto -fno-use-linker-plugin', 'gcc -flto=auto', `"${clang}"`]) {
    succeed(`${compiler} ${strict} decline_test.c ${flags()} -o with && ./with`, folder);
  }
});

test('a program of its own mind links too: its cJSON, its base/arena.h, in a shared library', () => {
  const folder = aFolder();
  mkdirSync(path.join(folder, 'base'));
  writeFileSync(path.join(folder, 'base/arena.h'), '#error this is not the library\'s\n');
  writeFileSync(path.join(folder, 'cJSON.c'), `
    void *cJSON_Parse(const char *text);
    void *cJSON_ParseWithLengthOpts(const char *text);
    void cJSON_Delete(void *item);
    void *cJSON_Parse(const char *text) { (void)text; __builtin_trap(); }
    void *cJSON_ParseWithLengthOpts(const char *text) { (void)text; __builtin_trap(); }
    void cJSON_Delete(void *item) { (void)item; __builtin_trap(); }
  `);
  for (const order of [`cJSON.c ${flags()}`, `${flags()} cJSON.c`, `-Wl,--whole-archive ${flags()} -Wl,--no-whole-archive cJSON.c`]) {
    succeed(`gcc ${strict} -I. decline_test.c ${order} -o own && ./own`, folder);
  }
  succeed(`gcc ${strict} -shared -fPIC decline_test.c ${flags()} -o libown.so`, folder);
});

test('the library shows no name that does not begin with rt_, and wants nothing but the C library', () => {
  const shown = succeed(`nm --extern-only --defined-only --format=just-symbols ${prefix}/lib/libretarget.a`, home)
    .split('\n').filter((line) => line && !line.endsWith(':'));
  assert.ok(shown.includes('rt_embed_step') && shown.length > 100, `${shown.length} symbols`);
  assert.deepEqual(shown.filter((name) => !name.startsWith('rt_')), []);
  succeed(`echo 'int main(void) { return 0; }' | gcc -x c - -x none -Wl,--whole-archive ${prefix}/lib/libretarget.a -Wl,--no-whole-archive -o /dev/null`, home);
});

test('the headers are embed.h and what it includes, no more, and each can be included alone', () => {
  const folder = mkdtempSync(path.join(temporary, 'headers-'));
  const include = path.join(prefix, 'include');
  const installed = allFiles(include);
  writeFileSync(path.join(folder, 'all.c'), '#include <retarget/embed/embed.h>\n');
  const needed = succeed(`gcc -std=c11 -M -I${include} all.c`, folder).split(/[\s\\]+/)
    .filter((file) => file.startsWith(include)).map((file) => path.relative(include, path.resolve(file)));
  assert.deepEqual(installed, [...new Set(needed)].sort());
  for (const header of installed.filter((name) => name.endsWith('.h'))) {
    writeFileSync(path.join(folder, 'one.c'), `#include <${header}>\ntypedef int not_empty;\n`);
    succeed(`gcc ${strict} -Wconversion -Wshadow -fsyntax-only -I${include} one.c`, folder);
  }
});

test('every part says the same version', async () => {
  const version = /define RT_VERSION "(.*)"/.exec(readFileSync(path.join(root, 'core/base/version.h'), 'utf8'))[1];
  const folder = mkdtempSync(path.join(temporary, 'version-'));
  assert.equal(succeed('pkg-config --modversion retarget', folder, { PKG_CONFIG_PATH: `${prefix}/lib/pkgconfig` }).trim(), version);
  assert.equal(succeed(`${prefix}/bin/retarget --version`, folder), `retarget ${version}\n`);
  assert.equal(JSON.parse(readFileSync(`${prefix}/share/nodejs/retarget/package.json`, 'utf8')).version, version);
  assert.equal((await import(pathToFileURL(`${prefix}/share/nodejs/retarget/index.mjs`))).version, version);
  writeFileSync(path.join(folder, 'said.c'), '#include <retarget/embed/embed.h>\n#include <stdio.h>\nint main(void) { puts(rt_version()); }\n');
  assert.equal(succeed(`gcc said.c ${flags()} -o said && ./said`, folder).trim(), version);

  writeFileSync(path.join(folder, 'CMakeLists.txt'), 'project(finds LANGUAGES NONE)\nfind_package(retarget ${WANTED})\nmessage("found ${retarget_FOUND} ${retarget_VERSION}.")\n');
  const find = (wanted) => /^found (.*)\.$/m.exec(succeed(`cmake -B build -DWANTED=${wanted} -DCMAKE_PREFIX_PATH=${prefix} .`, folder))[1];
  const [major, minor] = version.split('.').map(Number);
  assert.equal(find(`${major}.${minor}`), `1 ${version}`);
  assert.equal(find(`${major}.${minor + 1}`), '0 ');
  assert.equal(find(`${major + 1}.0`), '0 ');
});

test('without the embeds it installs nothing, and says what to do', () => {
  const script = readFileSync(path.join(root, 'build/release/wasm-glue/cmake_install.cmake'), 'utf8');
  writeFileSync(path.join(temporary, 'lacking.cmake'), script.replaceAll('/build/wasm/core.wasm', '/build/wasm/none.wasm'));
  const { code, said } = shell(`cmake -DCMAKE_INSTALL_PREFIX=${temporary}/lacking -P lacking.cmake`, temporary);
  assert.equal(code, 1);
  assert.match(said.replace(/\s+/g, ' '), /none\.wasm is not built yet: \.\/dev build makes it\. --component library installs without it\./);
  assert.equal(existsSync(path.join(temporary, 'lacking')), false);
  const whole = readFileSync(path.join(root, 'build/release/cmake_install.cmake'), 'utf8');
  const order = [...whole.matchAll(/include\(".*\/([\w-]+)\/cmake_install\.cmake"\)/g)].map(([, room]) => room);
  assert.equal(order[0], 'wasm-glue', 'another room would have been installed before this is found');
});

test('an update adds its version to those before, and refuses to change one', () => {
  const stage = path.join(temporary, 'updated');
  const web = path.join(stage, 'usr/share/retarget/web');
  const update = () => shell('cmake --install build/release --component web --prefix /usr', root, { DESTDIR: stage });
  assert.equal(update().code, 0);
  const { version, files: built } = JSON.parse(readFileSync(path.join(web, 'retarget/manifest.json'), 'utf8'));
  const pinned = path.join(web, 'v', version, 'retarget', built[0].file);
  const before = path.join(web, 'v/0.9.0/retarget/widget-decline.js');
  mkdirSync(path.dirname(before), { recursive: true });
  writeFileSync(before, '// an older one');
  assert.equal(update().code, 0);
  assert.equal(readFileSync(before, 'utf8'), '// an older one');

  writeFileSync(pinned, '// what pages have pinned');
  writeFileSync(path.join(web, 'retarget/widget-decline.js'), '// what pages load today');
  const { code, said } = update();
  assert.equal(code, 1);
  assert.match(said.replace(/\s+/g, ' '), /is another file than the one built, and pages may have pinned it: raise RT_VERSION in core\/base\/version\.h/);
  assert.equal(readFileSync(pinned, 'utf8'), '// what pages have pinned');
  assert.equal(readFileSync(path.join(web, 'retarget/widget-decline.js'), 'utf8'), '// what pages load today', 'it ended before it changed anything');
});

test('DESTDIR and another prefix give the same files, and none names the place where they were built or are', () => {
  const stage = path.join(temporary, 'stage');
  succeed('cmake --install build/release --prefix /usr', root, { DESTDIR: stage });
  const staged = allFiles(path.join(stage, 'usr'));
  assert.deepEqual(staged, allFiles(prefix));
  for (const file of staged) {
    const bytes = readFileSync(path.join(stage, 'usr', file));
    for (const place of [root.replace(/\/$/, ''), stage]) assert.ok(!bytes.includes(place), `${file} names ${place}`);
    assert.ok(bytes.equals(readFileSync(path.join(prefix, file))), `${file} is not the same in both`);
  }
});

test('the licences of all that is in it come with it', () => {
  const text = readFileSync(`${prefix}/share/doc/retarget/copyright`, 'utf8');
  assert.ok(text.includes(readFileSync(path.join(root, 'LICENSE'), 'utf8').trim()));
  assert.match(text, /cJSON contributors/);
});

test('an installed program serves the embeds that were installed with it', async (t) => {
  const child = spawn(`${prefix}/bin/retarget`, ['serve', '--listen', '127.0.0.1:0', '--db', 'retarget.db'], { cwd: home, stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const [url] = await once(createInterface({ input: child.stdout }), 'line');
  for (const brand of ['retarget', 'affilfinder']) {
    const response = await fetch(`${url}/${brand}/widget-decline.js`, { headers: { 'accept-encoding': 'br' } });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-encoding'), 'br');
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), readFileSync(`${prefix}/share/retarget/web/${brand}/widget-decline.js`));
    const { version, files: pinned } = await (await fetch(`${url}/${brand}/manifest.json`)).json();
    for (const { file } of pinned) assert.equal((await fetch(`${url}/v/${version}/${brand}/${file}`)).status, 200, file);
  }
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('in Node a misspelt event is named, and the embed goes on', async () => {
  const { EMBED_DECLINE, coreModule, openCore } = await import(pathToFileURL(`${prefix}/share/nodejs/retarget/index.mjs`));
  const core = openCore(coreModule, { brand: 0, kind: EMBED_DECLINE, seed: [1, 2], pageHost: 'shop.example', pageLanguage: '', attribute: () => null });
  assert.throws(() => core.step({ kind: 'strated' }, 0), /no event 'strated'.*started, woke/);
  assert.throws(() => core.step({ kind: 'viewport', width: 390 }, 0), /'viewport' carries no 'width', only: widthPx, heightPx, metrics/);
  assert.throws(() => core.step({ kind: 'started' }), /milliseconds, not undefined/);
  assert.equal(core.isDead, false);
  core.step({ kind: 'started' }, 0);
  assert.equal(core.nextCommand().code, 'missing_keys');
});

test('in Node a body may be a string as long as an answer may be', async () => {
  const { EMBED_DECLINE, MAX_BODY_LENGTH, coreModule, openCore } = await import(pathToFileURL(`${prefix}/share/nodejs/retarget/index.mjs`));
  const open = () => {
    const attribute = (name) => ({ 'data-pub': 'pk_a', 'data-website': 'web_a' })[name] ?? null;
    const core = openCore(coreModule, { brand: 0, kind: EMBED_DECLINE, seed: [3, 4], pageHost: 'shop.example', pageLanguage: '', attribute });
    core.step({ kind: 'started' }, 0);
    return core;
  };
  const shortest = JSON.stringify({ sessionId: 'dcl_1', note: '' });
  for (const [length, state] of [[MAX_BODY_LENGTH, 'waiting'], [MAX_BODY_LENGTH + 1, 'starting']]) {
    const core = open();
    const { request } = core.nextCommand();
    const body = JSON.stringify({ sessionId: 'dcl_1', note: 'x'.repeat(length - shortest.length) });
    core.step({ kind: 'httpDone', request, status: 200, body }, 10);
    assert.equal(core.state(), state, `${length} bytes`);
  }
});

// The rows of "What to feed", each on an embed of its own.
test('what the page says of feeding is true', async (t) => {
  const { EMBED_DECLINE, PAGE_HIDDEN, PAGE_VISIBLE, coreModule, openCore } = await import(pathToFileURL(`${prefix}/share/nodejs/retarget/index.mjs`));
  const answer = (request, body, status = 200) => ({ kind: 'httpDone', request, status, body: JSON.stringify(body) });
  const session = ({ request }) => answer(request, { sessionId: 'dcl_1' });

  // An embed, and functions that feed it an event, or time and `reply(request)` until the page is told something or
  // `end`; both give back what the page is told.
  function open() {
    const attribute = (name) => ({ 'data-pub': 'pk_a', 'data-website': 'web_a' })[name] ?? null;
    const core = openCore(coreModule, { brand: 0, kind: EMBED_DECLINE, seed: [3, 4], pageHost: 'shop.example', pageLanguage: '', attribute });
    let now = 0;
    let asked = [];
    const feed = (event) => {
      const told = [];
      core.step(event, now);
      for (let command; (command = core.nextCommand()); ) {
        if (command.kind === 'notifyPage') told.push([command.name, now, JSON.parse(command.detail)]);
        if (command.kind === 'sendHttp') asked.push(command);
      }
      return told;
    };
    const pass = (reply, end = Infinity) => {
      for (;;) {
        const [request] = asked.splice(0, 1);
        if (!request && core.wakeAt() > Math.min(end, 1e9)) return [];
        if (!request) now = Math.max(now, core.wakeAt());
        const told = feed(request ? reply(request) : { kind: 'woke' });
        if (told.length > 0) return told;
      }
    };
    feed({ kind: 'started' });
    return { feed, pass, requests: () => asked.length };
  }
  const minutes = (ms) => ms / 60_000;

  await t.test('no trigger', () => {
    const [[name, at]] = open().pass((request) => (request.body ? session(request) : answer(request.request, { status: 'pending' })));
    assert.equal(name, 'retarget:expired');
    assert.ok(minutes(at) >= 15 && minutes(at) < 15.1, `${minutes(at)} minutes`); // the last question keeps its distance
  });
  await t.test('a trigger without offers', () => {
    const replies = [{ sessionId: 'dcl_1' }, { status: 'ready', requestId: 'req_1' }, { offers: [] }];
    const [[name]] = open().pass(({ request }) => answer(request, replies.shift()));
    assert.equal(name, 'retarget:empty');
  });
  await t.test('wrong keys', () => {
    const [[name, at, { code }]] = open().pass(({ request }) => answer(request, { code: 'unknown_keys' }, 403));
    assert.deepEqual([name, at, code], ['retarget:error', 0, 'unknown_keys']);
  });
  await t.test('an API that is down', () => {
    const [[name, at, { code }]] = open().pass(({ request }) => ({ kind: 'httpFailed', request }));
    assert.deepEqual([name, code], ['retarget:error', 'session_failed']);
    assert.ok(minutes(at) > 14 && minutes(at) <= 15, `${minutes(at)} minutes`);
  });
  await t.test('a hidden tab', () => {
    const { feed, pass, requests } = open();
    assert.deepEqual(pass(session, 0), []);
    feed({ kind: 'visibility', state: PAGE_HIDDEN });
    assert.deepEqual(pass(session), []);
    assert.equal(requests(), 0);
    feed({ kind: 'visibility', state: PAGE_VISIBLE });
    assert.equal(requests(), 1);
  });
});

test('the README installs as the page does', () => {
  const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
  const [, block] = /^## As a library\n[^]*?^```sh\n([^]*?)^```$/m.exec(readme);
  assert.ok(block.startsWith(commands('cmake --install')), block);
  assert.match(succeed(block.slice(commands('cmake --install').length), home), /-I\S+ .*-lretarget/);
});

test('every file that the page names is there', () => {
  assert.deepEqual(Object.keys(files).sort(), ['CMakeLists.txt', 'decline.test.mjs', 'decline_test.c']);
  const named = [...readFileSync(path.join(root, 'web/docs/testing.md'), 'utf8').matchAll(/`((?:bin|lib|include|share)\/[^`]*)`/g)].map(([, name]) => name);
  assert.ok(named.length >= 8, `${named}`);
  for (const name of named) assert.ok(existsSync(path.join(prefix, name)), name);
});
