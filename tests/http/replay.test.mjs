// replay.test.mjs: what `retarget replay` prints and how it exits.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { run, temporaryDirectory } from './server.mjs';

const tape = `retarget tape 1
config kind=decline brand=retarget seed=0000000000000000 page_host="shop.example" page_language="en"
attribute data-pub "pk_1"
attribute data-website "web_1"
attribute data-api "https://api.example"
1 0 > visibility state=0
  = starting
2 7 > started
  < send_http request=1 method=1 is_keepalive=0 url="https://api.example/v1/widget-decline/session?pub=pk_1&website=web_1" body="{\\"pub\\":\\"pk_1\\",\\"website\\":\\"web_1\\"}"
  = starting 10007
3 20 > http_done request=1 status=403 body="{\\"code\\":\\"origin_not_allowed\\"}"
`;
const rest = '  < log level=2 code="origin_not_allowed"';

// Writes `text` to a file and replays it.
function replay(t, text, ...more) {
  const file = path.join(temporaryDirectory(t), 'some.tape');
  writeFileSync(file, text);
  return { file, ...run(['replay', file, ...more]) };
}

function refused(result, pattern) {
  assert.equal(result.code, 2, result.err);
  assert.match(result.err, pattern);
  assert.equal(result.err.trim().split('\n').length, 1);
  assert.equal(result.out, '');
}

test('a tape that replays is one line, exit 0', (t) => {
  const begun = tape.split('\n').slice(0, 10).join('\n');
  const { code, out, err, file } = replay(t, `${begun}\n`);
  assert.deepEqual([code, out, err], [0, `${file}: 2 events, 1 commands, starting (no line "end": it may have been longer)\n`, '']);
});

test('a tape that was stopped says so', (t) => {
  const { code, out } = replay(t, `${tape.split('\n').slice(0, 10).join('\n')}\nstopped: enough\n`);
  assert.equal(code, 0);
  assert.match(out, /: 2 events, 1 commands, starting \(stopped there, before the run was over\)\n$/);
});

test('a tape comes from standard input, too, and several come one after the other', (t) => {
  const begun = `${tape.split('\n').slice(0, 10).join('\n')}\n`;
  const piped = run(['replay', '-'], { input: begun });
  assert.equal(piped.code, 0, piped.err);
  assert.match(piped.out, /^standard input: 2 events/);
  const several = replay(t, begun, '-', '/nowhere/at.all');
  assert.equal(several.code, 2);
  assert.match(several.out, /^\S+some\.tape: 2 events/);
  assert.match(several.err, /standard input:1:1: this is empty/);
  assert.match(several.err, /\/nowhere\/at\.all cannot be opened: No such file or directory\.\n/);
});

test('the first difference is shown with the lines before, exit 1', (t) => {
  const { code, out, err, file } = replay(t, `${tape}${rest} message="no"\n`);
  assert.equal(code, 1);
  assert.equal(out, '');
  const lines = err.split('\n');
  assert.equal(lines[0], `retarget: ${file}:12:52: the embed does something else at event 3 (20 ms)`);
  assert.match(lines[1], /^ {9}attribute|^ {9}1 0 > visibility/);
  assert.equal(lines[lines.length - 4], '         3 20 > http_done request=1 status=403 body="{\\"code\\":\\"origin_not_allowed\\"}"');
  assert.equal(lines[lines.length - 3], `  tape:  ${rest} message="no"`);
  assert.match(lines[lines.length - 2], /^ {2}embed: {3}< log level=2 code="origin_not_allowed" message="https:/);
});

test('a tape that is not in order is one sentence with its place, exit 2', (t) => {
  refused(replay(t, ''), /some\.tape:1:1: this is empty, not a tape\./);
  refused(replay(t, 'hello\n'), /some\.tape:1:1: this is not a tape/);
  refused(replay(t, 'retarget tape 2\n'), /some\.tape:1:15: the tape has form 2 and this program reads form 1; take a newer program\./);
  refused(replay(t, tape.replace('2 7 >', '3 7 >')), /some\.tape:8:1: event 2 was expected here\./);
  refused(replay(t, tape.slice(0, -20)), /some\.tape:11:\d+: the tape is cut here: a line feed was expected\./);
  refused(run(['replay', '/nowhere/at.all']), /cannot be opened/);
  const folder = path.join(temporaryDirectory(t), 'folder');
  mkdirSync(folder);
  refused(run(['replay', folder]), /this is a folder; name the tapes in it\./);
});
