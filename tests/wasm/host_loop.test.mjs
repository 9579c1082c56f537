// host_loop.test.mjs: the loop between a core and its effects, with a core that does what the test says.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { createHostLoop } from '../../web/host/host_loop.mjs';

// A loop over a core whose answers are `commandsOf(event)`; everything that happens is in `trail`, in order.
function createWorld(commandsOf, perform = {}) {
  const trail = [];
  let queue = [];
  const world = { trail, now: 5, wakeAt: Infinity };
  const core = {
    step(event, now) {
      trail.push(`step ${event.kind} at ${now}`);
      queue = [...(commandsOf(event) || [])];
    },
    nextCommand: () => queue.shift() || null,
    wakeAt: () => world.wakeAt,
  };
  const clock = { now: () => world.now, sleepUntil: (at) => trail.push(`sleep until ${at}`) };
  const record = (command) => trail.push(`do ${command.kind}`);
  const effects = { show: record, hide: record, send: record, ...perform };
  world.feed = createHostLoop(core, clock, effects, (error) => trail.push(`end ${error ? error.message : 'quietly'}`));
  return world;
}

test('an event is stepped with the time of the clock, its commands are carried out in order, then the loop sleeps', () => {
  const world = createWorld(() => [{ kind: 'send' }, { kind: 'show' }]);
  world.wakeAt = 42;
  world.feed({ kind: 'started' });
  assert.deepEqual(world.trail, ['step started at 5', 'do send', 'do show', 'sleep until 42']);
});

test('an effect that answers at once is heard after the commands before it, and the loop sleeps once', () => {
  const commands = { started: [{ kind: 'measure' }, { kind: 'send' }], viewport: [{ kind: 'show' }] };
  const world = createWorld(({ kind }) => commands[kind], { measure: () => world.feed({ kind: 'viewport' }) });
  world.feed({ kind: 'started' });
  assert.deepEqual(world.trail, ['step started at 5', 'do send', 'step viewport at 5', 'do show', 'sleep until Infinity']);
});

test('after `ended` the loop is over: its last commands are carried out, and events change nothing', () => {
  const world = createWorld(() => [{ kind: 'hide' }]);
  world.feed({ kind: 'ended' });
  world.feed({ kind: 'woke' });
  assert.deepEqual(world.trail, ['step ended at 5', 'do hide', 'end quietly']);
});

test('an end in the middle of a command comes when its turn comes, and drops what was queued behind it', () => {
  const world = createWorld(({ kind }) => kind === 'started' && [{ kind: 'notify' }, { kind: 'send' }], {
    notify() {
      world.feed({ kind: 'ended' });
      world.feed({ kind: 'woke' });
    },
  });
  world.feed({ kind: 'started' });
  assert.deepEqual(world.trail, ['step started at 5', 'do send', 'step ended at 5', 'end quietly']);
});

test('a trap of the core, or an effect that throws, ends the loop once and reaches nobody else', () => {
  const trap = createWorld(() => {
    throw new Error('unreachable');
  });
  trap.feed({ kind: 'started' });
  trap.feed({ kind: 'woke' });
  assert.deepEqual(trap.trail, ['step started at 5', 'end unreachable']);

  const world = createWorld(() => [{ kind: 'burst' }, { kind: 'send' }], {
    burst() {
      throw new Error('no document');
    },
  });
  world.feed({ kind: 'started' });
  world.feed({ kind: 'woke' });
  assert.deepEqual(world.trail, ['step started at 5', 'end no document']);
});
